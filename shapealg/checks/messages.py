"""What frameworks say about sizes: the messages of docs/messages.toml, provoked.

    python -m shapealg.checks.messages          provokes all of them and writes docs/messages.json
    python -m shapealg.checks.messages torch    prints what one framework says

Each code runs three times: at the n that is refused, at the nearest n that the algebra accepts, and
at the refused n with the fix in place of its last line.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from shapealg.checks import sweep
from shapealg.words import frameworks

ROOT = Path(__file__).parent.parent.parent
TOLD, RECORD = ROOT / "docs" / "messages.toml", ROOT / "docs" / "messages.json"

QUIET = {
    "KERAS_BACKEND": "tensorflow",
    "PYTHONHASHSEED": "0",  # Keras prints a set
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "GLOG_minloglevel": "3",
}
# A build's own paths and line numbers, terminal colours, and what a trace adds to the message.
STRIPPED = (
    (r"\x1b\[[0-9;]*m", ""),
    (r"\n*Arguments received by .*", ""),
    (r"\n*\(at /\S+:\d+\)| \(at /\S+:\d+\)", ""),
    (r"/onnxruntime_src/\S+:\d+ [^()]*\([^()]*\)(?: const)?(?: \[with [^\]]*\])? ", ""),
    (r"\b\w+\.h:\d+ \w+ ", ""),
    (r"\n  \[operator .*", ""),
)


def told() -> dict[str, Any]:
    """What is written about causes and messages."""
    return tomllib.loads(TOLD.read_text(encoding="utf-8"))


def backend(framework: str) -> str:
    """What runs a framework here."""
    return next(each for each in frameworks.FRAMEWORKS if each.name == framework).backends[0].name


def of(framework: str) -> list[dict[str, Any]]:
    """The messages of one framework."""
    return [each for each in told()["message"] if each["id"].partition("-")[0] == framework]


def cleared(text: str) -> str:
    """A message without what another build or another terminal would write differently.

    >>> cleared("Sizes differ.\\n  [Hint: 1 != 2.] (at /paddle/a.h:72)\\n")
    'Sizes differ.\\n  [Hint: 1 != 2.]'
    """
    for pattern, put in STRIPPED:
        text = re.sub(pattern, put, text, flags=re.DOTALL if "Arguments" in pattern else 0)
    return text.strip()


def sizes(entry: dict[str, Any]):
    """The n at which the code of a message runs, asked of the algebra."""
    import shapealg

    return eval(entry["accepts"], {"sa": shapealg})


def provoked(entry: dict[str, Any], opening: str) -> dict[str, Any]:
    """What one code gives: the error, the shapes at the nearest sizes, and that of the fix.

    Raises:
        AssertionError: naming the message, if there is no error, or if what should run does not.
    """
    code, name = entry["code"], entry["id"]
    made: dict[str, Any] = {}
    try:
        _ran(opening, code, entry.get("n"))
    except Exception as error:  # each framework refuses in its own classes
        made = {"type": type(error).__name__, "text": cleared(str(error))}
    if entry["key"] not in made.get("text", ""):
        raise AssertionError(f"{name}: {entry['key']!r} is not in {made.get('text')!r}")
    try:
        if "accepts" in entry:
            near = sizes(entry).nearest(entry["n"])
            if not near:
                raise AssertionError(f"no size is near {entry['n']}")
            made["nearest"] = {str(n): _ran(opening, code, n) for n in near}
        made["fixed"] = _ran(opening, [*code[:-1], *entry["fix"]], entry.get("n"))
    except Exception as error:
        raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error
    return made


def _ran(opening: str, code: list[str], n: int | None) -> list | None:
    """The shape of what the last line gives, `None` where it has none."""
    room: dict[str, Any] = {"n": n}
    exec(opening, room)
    if "keras" in room:
        room["keras"].utils.clear_session()  # else the layers are counted on
    exec("\n".join(code[:-1]), room)
    shape = getattr(eval(code[-1], room), "shape", None)
    return None if shape is None or callable(shape) else [m and int(m) for m in shape]


def run(framework: str) -> dict[str, Any]:
    """All messages of a framework in a process of its own, and the versions that said them."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "shapealg.checks.messages", framework],
        capture_output=True,
        text=True,
        env=os.environ | QUIET | {"PYTHONPATH": str(ROOT)},
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def _within(framework: str) -> None:
    """In that process: all of them, as a line of JSON."""
    versions = sweep.real(backend(framework)).versions()
    versions = {name: said.partition("+")[0] for name, said in versions.items()}
    versions.pop("numpy", None)
    opening = told()["opening"][framework]
    said = {each["id"]: provoked(each, opening) for each in of(framework)}
    print("\n" + json.dumps({"versions": versions, "said": said}))


def written(found: dict) -> str:
    """The record as a file."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> None:
    """Provoke one framework's messages here, or all, each framework in its own process."""
    if arguments:
        return _within(arguments[0])
    found = {}
    for name in told()["opening"]:
        print(name, file=sys.stderr)
        found[name] = run(name)
    RECORD.write_text(written(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
