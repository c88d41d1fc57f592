"""What every tool is asked: how large the output is, in the sizes of the input, and which sizes the
network takes; by a formula and a set, or size by size.
"""

import ast
import re
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tools_networks import NETWORKS

H, W = "H", "W"


class Refused(Exception):
    """The tool answers with an error."""


class Answer(NamedTuple):
    """What a tool says of all sizes at once.

    Attributes:
        formula: of the output's height, in H and W, as Python writes it; None if there is none.
        says: the shape, or the error, as the tool writes it.
        sizes: which sizes it takes, as the tool writes it; None if it says nothing of them.
    """

    formula: str | None
    says: str
    sizes: str | None = None


class Tool:
    """One tool, asked about one network.

    `given` makes what is asked about, `ask` is what is timed, `height` is the tool's own word on
    one size, `run` what the framework does there.

    Attributes:
        framework: whose network it is asked about.
        way: how it tells the sizes: "set", "program" (a program that refuses the others), or
            "asked" (size by size).
        imported: before the first question.
    """

    framework = "torch"
    way = "asked"
    imported = ()

    def __init__(self, name: str):
        self.name, self.example = name, NETWORKS[name].example

    def given(self):
        """What is asked about, made anew."""
        raise NotImplementedError

    def ask(self, given) -> Answer:
        """The answer; Refused if it is an error."""
        raise NotImplementedError

    def height(self, n: int) -> int | None:
        """Of the output for a height of n, as the tool says it; Refused if n is not taken; None if
        it does not say.
        """
        raise NotImplementedError

    def run(self, n: int) -> int:
        """Of the output when the network runs on a height of n; any error if it does not."""
        raise NotImplementedError

    def heights(self) -> dict | None:
        """The tool's word on every size that it does not refuse; None if it has none."""
        return sized(self.height, self.name)


def sized(height, name: str) -> dict:
    """What a function of n gives, at the sizes at which it gives something."""
    made = {}
    for n in NETWORKS[name].heights:
        try:
            made[n] = height(n)
        except Exception:
            continue
    return made


def line(problem) -> str:
    """An error in one line."""
    text = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {text}"[:400]


# ---------------------------------------------------------------- formulas


class _Exact(ast.NodeTransformer):
    """Integers become fractions, so that a half is a half."""

    def visit_Constant(self, node):
        """One number."""
        name = ast.Name("Fraction", ast.Load())
        return ast.copy_location(ast.Call(name, [node], []), node)


WORDS = {
    "Fraction": Fraction,
    "floor": floor,
    "ceiling": ceil,
    "max": max,
    "Max": max,
    "Min": min,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
}


def exactly(formula: str, height: int, width: int) -> int | None:
    """A tool's formula at one size; None where it is no whole number.

    >>> exactly("floor(H/2 - 1/2) + 1", 4, 4), exactly("H/2", 3, 4)
    (2, None)
    """
    tree = ast.fix_missing_locations(_Exact().visit(ast.parse(formula, mode="eval")))
    code = compile(tree, "formula", "eval")
    value = eval(code, {"__builtins__": {}}, WORDS | {H: Fraction(height), W: Fraction(width)})
    return int(value) if value == int(value) else None


def is_formula(text: str, names: tuple = (H, W)) -> bool:
    """Whether a text is an expression in the sizes alone."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return used <= {*names, *WORDS}


def renamed(text: str, names: dict) -> str:
    """A text with other names, each a whole word."""
    return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), text)


# ---------------------------------------------------------------- sizes in a record


def runs(sizes) -> str:
    """Sizes as text, runs told by their ends: "3-6, 8"."""
    found = []
    for n in sorted(sizes):
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return ", ".join(f"{a}-{b}" if a < b else str(a) for a, b in found)


def numbers(text: str) -> set:
    """The sizes that such a text names.

    >>> sorted(numbers("3-6, 8"))
    [3, 4, 5, 6, 8]
    """
    pairs = [part.split("-") for part in text.split(", ") if part]
    return {n for pair in pairs for n in range(int(pair[0]), int(pair[-1]) + 1)}
