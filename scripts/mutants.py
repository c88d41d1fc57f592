"""Plant errors in the package, one at a time, and see which no test notices.

    scripts/mutants.py                   in the core of axis
    scripts/mutants.py axis/sizes layer  in a module, in a folder
    scripts/mutants.py --told            what the last run found, and the survivors

mutmut plants them in a copy of the tree, `.venv/mutation`, and runs for each the tests that reach
it; a run that is stopped goes on where it was. What only words an error or a name is left alone.
"""

import difflib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from environment import ROOT, Trouble, ensure, script

TREE = ROOT / ".venv" / "mutation"
CORE = (
    *("axis/door", "axis/window", "axis/axis", "axis/sizes", "axis/bound", "axis/quasiaffine"),
    "axis/interval",
    *(
        "axis/condition",
        "axis/length",
        "axis/division",
        "axis/waiting",
        "axis/transposed",
        "axis/spaced",
    ),
)
# the tests that are asked about a folder
TESTS = {
    "axis": ("tests/axis", "tests/test_small_integers.py", "tests/network/test_accepts.py"),
    "layer": ("tests/layer",),
    "network": ("tests/network",),
}
# these start every framework, or take minutes
SLOW = ("tests/axis/test_laws.py", "tests/axis/test_frames.py", "tests/axis/test_pooled.py")
# lines that word a refusal, a name or a text, and no value
WORDED = (
    r"^\s*raise ",
    r"^\s*return (_|Undecided|ShapeError|DomainError)\w*\($",
    *(r"Text\(", r"\bzh=", r"\ben=", r"Received\(", r"def __(repr|str)__", r"brief\("),
)
SURVIVED, UNSEEN = 0, 33  # mutmut's own exit codes; 33: no test reaches it
CHANGED = re.compile(r"^[+-](?![+-]{2})")


def main(arguments: list) -> int:
    """Run, and tell; not 0 where something survived."""
    chosen = [name for name in arguments if name != "--told"] or list(CORE)
    for name in chosen:
        path = ROOT / "shapealg" / name
        if not (path.is_dir() or path.with_suffix(".py").is_file()) or folder(name) not in TESTS:
            raise Trouble(f"asked for a module or folder of {', '.join(TESTS)}; received {name}")
    if "--told" not in arguments:
        python = ensure("mutants")
        copied(chosen)
        patterns = [f"shapealg.{name.replace('/', '.')}.*" for name in chosen]
        subprocess.run(
            [python, "-m", "mutmut", "run", "--max-children", "1", *patterns], cwd=TREE, check=False
        )
    return told(chosen)


def folder(name: str) -> str:
    """The folder of the package in which a module lies."""
    return name.partition("/")[0]


def copied(chosen: list) -> None:
    """Bring the copy up to date, and say there what mutmut is to do."""
    TREE.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(
        ["git", "ls-files", "shapealg", "tests", "docs/*.json", "scripts/*.py", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in listed:
        source, copy = ROOT / name, TREE / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    folders = dict.fromkeys(map(folder, chosen))
    asked = [test for each in folders for test in (*TESTS[each], f"shapealg/{each}")]
    only = [
        f"shapealg/{name}/*.py" if (ROOT / "shapealg" / name).is_dir() else f"shapealg/{name}.py"
        for name in chosen
    ]
    config = {
        "source_paths": ["shapealg"],
        "only_mutate": only,
        "also_copy": ["tests", "docs", "scripts", "pyproject.toml"],
        "do_not_mutate_patterns": list(WORDED),
        "pytest_add_cli_args_test_selection": asked,
        "pytest_add_cli_args": [
            *(f"--ignore={test}" for test in SLOW),
            *("-p", "no:cacheprovider"),
            # a test with a sign in its name is found by it again
            "-o=disable_test_id_escaping_and_forfeit_all_rights_to_community_support=True",
        ],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in config.items()]
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = "\n".join([own, "[tool.mutmut]", *lines, ""])
    (TREE / "pyproject.toml").write_text(text, encoding="utf-8")


def told(chosen: list) -> int:
    """Module by module how many were found, and what was not."""
    total, survivors = Counter(), []
    for path in sorted((TREE / "mutants" / "shapealg").rglob("*.meta")):
        source = path.with_suffix("")
        module = str(source.relative_to(TREE / "mutants" / "shapealg").with_suffix(""))
        if not any(module == name or module.startswith(f"{name}/") for name in chosen):
            continue
        ended = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        counts = Counter("open" if code is None else min(code, 2) for code in ended.values())
        found = sum(code not in (None, SURVIVED, UNSEEN) for code in ended.values())
        unseen = sum(code == UNSEEN for code in ended.values())
        print(
            f"{module:20} {found:5} found {counts[SURVIVED]:5} survived {unseen:5} unseen"
            f" {counts['open']:5} open"
        )
        total.update(found=found, survived=counts[SURVIVED] + unseen)
        survivors += [(source, key) for key, code in ended.items() if code in (SURVIVED, UNSEEN)]
    for source, key in survivors:
        print(f"  {source.stem}: {change(source, key.rpartition('.')[2])}")
    tried = total["found"] + total["survived"]
    score = f", {100 * total['found'] / tried:.1f} %" if tried else ""
    print(f"{total['found']} of {tried} planted errors found{score}")
    return int(bool(survivors))


def change(source: Path, key: str) -> str:
    """The line that was changed, before and after."""
    lines = source.read_text(encoding="utf-8").splitlines()
    spans = json.loads(Path(f"{source}.spans").read_text(encoding="utf-8"))["spans"]
    original = re.sub(r"__mutmut_\d+$", "__mutmut_orig", key)
    before, after = (lines[spans[k][0] : spans[k][1]] for k in (original, key))
    found = difflib.unified_diff(before, after, lineterm="", n=0)
    return " ".join(re.sub(r"\s+", " ", line) for line in found if CHANGED.match(line))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    script(main)
