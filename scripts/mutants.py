"""Plant errors in the package, one at a time, and see which no test notices.

    scripts/mutants.py                   in the core of axis
    scripts/mutants.py axis/sizes layer  in a module, in a folder
    scripts/mutants.py --again layer     those that no test noticed, and those still open
    scripts/mutants.py --told layer      what the last run found, and the survivors

    --open                     those that were not tried yet
    --one-in=4                 every fourth error
    --within=5                 of the tests that reach it the quickest, 5 seconds in all
    --by=tests/layer/test_a.py,tests/layer/test_b.py    these tests only
    --env=test --load=keras    where all frameworks are, which takes longer; one is imported first

mutmut plants them in a copy of the tree, under `.venv/mutation`; for each are run the tests that
reach it, all of many cases and none that is slow. What only words an error or a name is left alone,
and `network` is without its readers unless one is named. `equivalent_mutants.txt` says which
changes no test can notice, and why. What runs only while a module is imported, as `axis/laws` does,
is planted too late to be reached; the tables of the readers of ONNX and Keras are imported once
more for it.
"""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from environment import ROOT, Trouble, ensure, script

# what may be asked for, and whether a value belongs to it
ASKED = {
    **dict.fromkeys(("again", "told", "open"), False),
    **dict.fromkeys(("one-in", "within", "by", "env", "load"), True),
}
TREES = ROOT / ".venv" / "mutation"
EXPLAINED = ROOT / "scripts" / "equivalent_mutants.txt"
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
    "network": (
        "tests/network",
        *(f"tests/test_{name}.py" for name in ("questions", "prints", "messages", "cli")),
    ),
}
# these start every framework, or take minutes, or are no tests
SLOW = (
    *("tests/axis/test_laws.py", "tests/axis/test_frames.py", "tests/axis/test_pooled.py"),
    *("tests/network/drawn_nets.py", "tests/network/torch_nets.py"),
)
# lines that word a refusal, a name or a text, and no value
WORDED = (
    r"^\s*raise ",
    r"^\s*return (_|Undecided|ShapeError|DomainError)\w*\($",
    *(r"Text\(", r"\bzh=", r"\ben=", r"Received\(", r"def __(repr|str)__", r"brief\("),
    r"[\u4e00-\u9fff]",
)
# what a change may touch without being an error: the name by which a refusal calls an argument, the
# assertion that two rows are equally long, and the flow where nothing is asked of it
NAMED = r"(\b(?:one_size|integer|_each|sizes?|number|flag)\([^()\"]*, )(?:f?\"[^\"]*\"|None)"
FLOWLESS = (
    r"\b(same|mixed|changed|_reduced|_spread|(?:unsqueeze|permute|reduce|flatten)\(.*?\))"
    r"\((?:flow|None), "
)
UNTOUCHED = (
    (re.compile(FLOWLESS), r"\1(_, "),
    (re.compile(NAMED), r"\1_"),
    (re.compile(r",? strict=(?:True|False|None)\b|, (?=\))"), ""),
)
OPTIONS = (
    *(f"--ignore={test}" for test in SLOW),
    *("-q", "--tb=native", "--capture=sys", "--rootdir=.", "-p", "no:cacheprovider"),
    *("-p", "mutants_apart", "-m", "not slow"),  # all of many cases, as where it lands
)
SURVIVED, UNSEEN = 0, 33  # mutmut's own exit codes; 33: no test reaches it
STATES = ("found", "survived", "unseen", "explained", "open")
# mutmut's own first step, by which functions with decorators have errors, too: `mutants_apart` puts
# an error below them, and so what they make of a function stays
GENERATED = """\
from libcst import FunctionDef
from mutmut import __main__ as m
from mutmut.mutation import file_mutation as made
kept, arranged = made.MutationVisitor._skip_node_and_children, made.function_trampoline_arrangement
OWN = ("staticmethod", "classmethod")
def named(each):
    return getattr(getattr(each.decorator, "attr", each.decorator), "value", "")
def skipped(self, node):
    if not isinstance(node, FunctionDef):
        return kept(self, node)
    if node.name.value == "_" or {"overload", "setter"}.intersection(map(named, node.decorators)):
        return True  # several of one name
    return kept(self, node.with_changes(decorators=[]))
def bare(function, errors, class_name):
    before, nodes, *after = arranged(function, errors, class_name)
    left = [each for each in function.decorators if named(each) in OWN]
    return before, [nodes[0], *(x.with_changes(decorators=left) for x in nodes[1:])], *after
made.MutationVisitor._skip_node_and_children = skipped
made.function_trampoline_arrangement = bare
m.set_mutant_under_test("mutant_generation")
m.makedirs("mutants", exist_ok=True)
m.copy_src_dir(), m.copy_also_copy_files(), m.setup_source_paths()
m.store_lines_covered_by_tests()
m.create_mutants(1)
"""


def main(arguments: list) -> int:
    """Run, and tell; not 0 where something survived."""
    if {"-h", "--help"}.intersection(arguments):
        print(__doc__.strip())
        return 0
    chosen = [name for name in arguments if not name.startswith("--")] or list(CORE)
    said = dict(word[2:].partition("=")[::2] for word in arguments if word.startswith("--"))
    for name, value in said.items():
        if ASKED.get(name) != bool(value):
            known = (f"--{each}{'=…' * valued}" for each, valued in ASKED.items())
            raise Trouble(f"asked for one of {' '.join(known)}; received --{name}; try --help")
    for name in chosen:
        path = ROOT / "shapealg" / name
        if not (path.is_dir() or path.with_suffix(".py").is_file()) or folder(name) not in TESTS:
            raise Trouble(f"asked for a module or folder of {', '.join(TESTS)}; received {name}")
    if "told" not in said:
        ran(chosen, said)
    return told(chosen)


def folder(name: str) -> str:
    """The folder of the package in which a module lies."""
    return name.partition("/")[0]


def folders(chosen: list) -> list:
    """The folders of several."""
    return list(dict.fromkeys(map(folder, chosen)))


def ran(chosen: list, said: dict) -> None:
    """Plant the errors, and run the tests on each that is one."""
    python = ensure("mutants")
    tree = copied(chosen)
    kept(tree)  # what a run found that was stopped
    subprocess.run([python, "-c", GENERATED], cwd=tree, stdout=subprocess.DEVNULL, check=True)
    explained = set(reasons())
    names = [
        key
        for source, key, code in planted(chosen)
        if ("again" not in said or code in (None, SURVIVED, UNSEEN))
        and ("open" not in said or code is None)
        and not crc32(key.encode()) % int(said.get("one-in", 1))
        and spoken(source, key) not in explained
        and not harmless(source, key)
    ]
    load = said["load"].split(",") if "load" in said else []
    job = {"names": names, "within": float(said.get("within", 3600)), "load": load}
    tests = said["by"].split(",") if "by" in said else asked(chosen)
    beside = [str(ROOT / "scripts")]
    if "env" in said:  # what both have is of one version
        beside += map(str, python.parent.parent.glob("lib/*/site-packages"))
        python = ensure(said["env"])
    subprocess.run(
        [python, "-m", "pytest", *OPTIONS, *tests],
        cwd=tree / "mutants",
        input=json.dumps(job),
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(beside),
            "MUTANTS_TOLD": str(tree / "told.jsonl"),
            "MUTANTS_CODE": digest(tree),
        },
        check=False,
    )
    if names and not kept(tree):
        raise Trouble("the tests could not be collected; what pytest says stands above")


def digest(tree: Path) -> str:
    """What changes with the code and the tests."""
    made = sha256()
    for path in sorted([*tree.glob("shapealg/**/*.py"), *tree.glob("tests/**/*.py")]):
        made.update(path.read_bytes())
    return made.hexdigest()


def kept(tree: Path) -> bool:
    """Put what was found where mutmut keeps it, which forgets it when the function changes; whether
    something was.
    """
    told = tree / "told.jsonl"
    if not told.is_file():
        return False
    lines = told.read_text(encoding="utf-8").splitlines()
    ended = dict(map(json.loads, lines))
    for path in (tree / "mutants" / "shapealg").rglob("*.meta"):
        meta = json.loads(path.read_text(encoding="utf-8"))
        codes = meta["exit_code_by_key"]
        codes.update((key, ended[key]) for key in ended.keys() & codes.keys())
        path.write_text(json.dumps(meta), encoding="utf-8")
    told.unlink()
    return True


def asked(chosen: list) -> list:
    """The tests that are asked."""
    return [test for each in folders(chosen) for test in (*TESTS[each], f"shapealg/{each}")]


def tree_of(chosen: list) -> Path:
    """The copy in which errors are planted: one for each folder, which keeps what was found."""
    return TREES / "-".join([*folders(chosen), *(["readers"] if readers(chosen) else [])])


def readers(chosen: list) -> bool:
    """Whether readers are asked for; `network` alone leaves them out."""
    return any(name.startswith("network/readers") for name in chosen)


def copied(chosen: list) -> Path:
    """Bring the copy up to date, and say there what mutmut is to do."""
    tree = tree_of(chosen)
    tree.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "shapealg",
            "tests",
            "docs/*.json",
            "docs/*.toml",
            "scripts/*.py",
            "README.md",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in listed:
        source, copy = ROOT / name, tree / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    lines = [f"{name} = {json.dumps(value)}" for name, value in configured(chosen).items()]
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = "\n".join([own, "[tool.mutmut]", *lines, ""])
    said = tree / "pyproject.toml"
    if not said.is_file() or said.read_text(encoding="utf-8") != text:
        # other errors, or other tests: their numbers no longer say the same
        shutil.rmtree(tree / "mutants", ignore_errors=True)
        said.write_text(text, encoding="utf-8")
    return tree


def configured(chosen: list) -> dict:
    """What mutmut is told: it makes the errors of whole folders, which are chosen from then."""
    return {
        "source_paths": ["shapealg"],
        "only_mutate": [f"shapealg/{each}/*.py" for each in folders(chosen)],
        "do_not_mutate": [] if readers(chosen) else ["shapealg/network/readers/*.py"],
        "also_copy": ["tests", "docs", "scripts", "pyproject.toml"],
        "do_not_mutate_patterns": list(WORDED),
    }


def planted(chosen: list):
    """The file, the name and how it ended, of each error in these modules."""
    for path in sorted((tree_of(chosen) / "mutants" / "shapealg").rglob("*.meta")):
        source = path.with_suffix("")
        module = named(source)
        if any(module == name or module.startswith(f"{name}/") for name in chosen):
            ended = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
            yield from ((source, key, code) for key, code in ended.items())


def named(source: Path) -> str:
    """A module as it is asked for: `layer/joining`."""
    return str(source.with_suffix("")).rpartition("/mutants/shapealg/")[2]


def told(chosen: list) -> int:
    """Module by module how many were found, and what was not."""
    counts: dict = {}
    survivors, explained = [], reasons()
    stale = set(explained)
    for source, key, code in planted(chosen):
        count = counts.setdefault(named(source), Counter())
        line = spoken(source, key)
        if harmless(source, key):
            continue
        if line in explained:
            stale.discard(line)
            count["explained"] += 1
        elif code in (SURVIVED, UNSEEN):
            count["survived" if code == SURVIVED else "unseen"] += 1
            survivors.append(line if code == SURVIVED else f"{line}  (reached by no test)")
        else:
            count["open" if code is None else "found"] += 1
    for module, count in counts.items():
        print(f"{module:28}", *(f"{count[word]:5} {word}" for word in STATES))
    for line in survivors:
        print(line)
    for line in stale:
        if line.partition(" ")[0] in counts:
            print(f"explained, and planted no more: {line}")
    total = sum(counts.values(), Counter())
    tried = total["found"] + total["survived"] + total["unseen"]
    score = f", {100 * total['found'] / tried:.1f} %" if tried else ""
    print(f"{total['found']} of {tried} planted errors found{score}", end="")
    print(f"; {total['explained']} more change nothing, and are explained")
    return int(bool(survivors))


def reasons() -> dict:
    """The changes that no test can notice, and why."""
    rows = EXPLAINED.read_text(encoding="utf-8").splitlines()
    return dict(row.split(" # ", 1) for row in rows if row and not row.startswith("#"))


def spoken(source: Path, key: str) -> str:
    """An error in one line: module, function, the code before and after."""
    function = re.sub(r"^x_|__mutmut_\d+$", "", key.rpartition(".")[2])
    function = function.removeprefix("xǁ").replace("ǁ", ".")
    before, after = change(source, key.rpartition(".")[2])
    return f"{named(source)} {function}: {before} => {after}"


def harmless(source: Path, key: str) -> bool:
    """Whether only the wording of a refusal changes, or an assertion."""
    before, after = change(source, key.rpartition(".")[2])
    for pattern, plain in UNTOUCHED:
        before, after = pattern.sub(plain, before), pattern.sub(plain, after)
    return before == after


def change(source: Path, key: str) -> tuple:
    """The lines that were changed, before and after."""
    lines, spans = code(source)
    original = re.sub(r"__mutmut_\d+$", "__mutmut_orig", key)
    before, after = (
        [re.sub(r"__mutmut_\w+", "", line) for line in lines[slice(*spans[name])]]
        for name in (original, key)
    )
    found = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return tuple(
        " ".join(" ".join(line[1:].split()) for line in found if line.startswith(sign))
        for sign in "-+"
    )


@cache
def code(source: Path) -> tuple:
    """A file with all its errors, and where each function stands in it."""
    spans = json.loads(Path(f"{source}.spans").read_text(encoding="utf-8"))["spans"]
    return source.read_text(encoding="utf-8").splitlines(), spans


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    script(main)
