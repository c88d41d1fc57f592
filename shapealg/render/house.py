"""The house, drawn from its code: which place stands on which, as its imports have it.

A place is a folder of the package, or a file beside the folders. One that is reached through
another needs no line of its own.
"""

import ast
from functools import cache
from pathlib import Path

import shapealg
from shapealg.render.staircase import Drawing
from shapealg.text import Text

ROOT = Path(shapealg.__file__).parent
DOORS = ("__init__", "__main__")  # they stand on nothing below: what they hand out comes later
STEP, COLUMN, HEIGHT = 44, 170, 26

_DRAWN = Text(
    zh="代码的各处，自下而上：{floors}。上面的只导入下面的。",
    en="The places of the code, from the ground up: {floors}. Each imports from below only.",
)


@cache
def stands_on() -> dict[str, set[str]]:
    """Place → those that it imports from."""
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).with_suffix("").parts[0]
        if place not in DOORS:
            found.setdefault(place, set()).update(_imported(path) - {place})
    return {place: below & found.keys() for place, below in found.items()}


def _imported(path: Path) -> set[str]:
    """The places that a file names in its imports, those within functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("shapealg.")}


def floors() -> list[list[str]]:
    """The places floor by floor, the lowest first: each lies just above the highest it needs."""
    height: dict[str, int] = {}
    while left := stands_on().keys() - height.keys():
        ready = [place for place in left if stands_on()[place] <= height.keys()]
        if not ready:
            raise ValueError(f"{', '.join(sorted(left))} stand on one another")
        for place in ready:
            height[place] = 1 + max((height[one] for one in stands_on()[place]), default=-1)
    levels: list[list[str]] = [[] for _ in range(max(height.values()) + 1)]
    for place in sorted(height):
        levels[height[place]].append(place)
    return levels


def needed(place: str) -> set[str]:
    """Those that a place stands on, but not through another one."""
    below = stands_on()[place]
    return below - {far for near in below for far in _all_below(near)}


def _all_below(place: str) -> set[str]:
    """All that a place stands on, and what these stand on."""
    below = stands_on()[place]
    return below.union(*map(_all_below, below))


def drawn(language: str) -> str:
    """The picture: a box for each place, and lines down to what it needs."""
    levels = floors()
    between = Text(zh="、", en=", ")[language]
    told = between.join(place for level in levels for place in level)
    drawing = Drawing(_DRAWN[language].format(floors=told))
    middle = max(map(len, levels)) * COLUMN / 2
    centres = {}
    for depth, level in enumerate(reversed(levels)):
        for i, place in enumerate(level):
            centres[place] = middle + (2 * i + 1 - len(level)) * COLUMN / 2, depth * STEP
    for place, (x, y) in centres.items():
        for below in sorted(needed(place)):
            drawing.line(x, y + HEIGHT, *centres[below])
    for place, (x, y) in centres.items():
        wide = 9 * len(place) + 20
        drawing.rect(x - wide / 2, y, wide, HEIGHT, "sheet")
        drawing.text(x, y + 18, place)
    return drawing.svg()
