"""ONNX files in a repository: which sizes they take, as a check before a commit and as a summary of
a run. pre-commit and the GitHub Action call `shapealg-sizes`.
"""

import argparse
import os
import sys
from pathlib import Path

from shapealg.adapters import differences
from shapealg.axis import written
from shapealg.errors import Received, ShapeError, printable
from shapealg.network.readers import read
from shapealg.text import Text

ABOUT = "Which sizes ONNX files take. Exit status 1 where one takes others than --accepts says."


def main(arguments=None) -> int:
    """Look at files; 1 where one cannot be read, takes nothing, or takes other sizes, 2 for a
    question that is not understood.
    """
    parser = argparse.ArgumentParser("shapealg-sizes", description=ABOUT, allow_abbrev=False)
    parser.add_argument("files", nargs="*", help="ONNX files")
    parser.add_argument(
        "--accepts",
        action="append",
        default=[],
        metavar="NAME=SET",
        help='what each must take, such as "H=n ≡ 0 (mod 16), n ≥ 16"',
    )
    chosen = parser.parse_args(arguments)
    try:
        wanted = dict(map(_wanted, chosen.accepts))
    except ShapeError as problem:
        print(f"shapealg-sizes: {problem}", file=sys.stderr)
        return 2
    told = [_told(path, wanted) for path in chosen.files]
    for path, lines, right in told:
        for line in lines:
            print(printable(f"{path}: {line}"), file=sys.stdout if right else sys.stderr)
    if told and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(_summary(told))
    return int(not all(right for *_, right in told))


def _wanted(said: str) -> tuple:
    name, equals, those = said.partition("=")
    if not equals or not name.isidentifier():
        raise ShapeError(
            Text(zh="--accepts 写作 名=集合", en="--accepts takes NAME=SET"),
            said,
            Text(zh='例如 "H=n ≡ 0 (mod 16)"', en='for example "H=n ≡ 0 (mod 16)"'),
        )
    return name, written.sizes(those)


def _told(path: str, wanted: dict) -> tuple:
    """The file, its lines, and whether all is right."""
    try:
        net = read(path)
        for name, asked in wanted.items():
            if name not in net.sizes:
                raise ShapeError(
                    Text(zh=f"没有敞开的尺寸 {name}", en=f"no open size is called {name}"),
                    Received(", ".join(net.sizes) or "none"),
                    Text(zh="导出时给它名字", en="a name given on export works"),
                )
            if net.accepts(name) != asked:
                return path, differences.of_sets(net, name, asked).splitlines(), False
        net.flow  # noqa: B018 - raises where it runs at no size
        lines = [f"{name}: {net.accepts(name)}" for name in net.sizes]
        return path, lines or ["every size is a number"], True
    except ShapeError as problem:
        return path, [str(problem)], False


def _summary(told: list) -> str:
    """A table in Markdown."""
    rows = ["| file | sizes |", "| --- | --- |"]
    for path, lines, right in told:
        cell = "<br>".join(
            printable(line).replace("|", "\\|").replace("<", "&lt;") for line in lines
        )
        rows.append(f"| {'✓' if right else '✗'} `{printable(path)}` | {cell} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
