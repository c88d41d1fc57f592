"""Programming languages: each writes an expression so that it stays in the integers, floors toward
minus infinity.
"""

from functools import reduce
from typing import ClassVar

import sympy

from shapealg.law.program import Python
from shapealg.law.script import one_fraction, terms


def nested(call: str, texts) -> str:
    """A function of two arguments over many: `call` says how one call looks."""
    return reduce(call.format, sorted(texts))


class Products:
    """Languages without a sign for a power of integers: a product."""

    def power(self, base, exponent):
        """The base, so often."""
        return self.fence(
            "(", self.times([(base, self.write(base, self.ATOM))] * int(exponent)), ")"
        )


class NumPy(Python):
    """Element by element: `max` becomes `numpy.maximum`, and an array takes all its indices at
    once.
    """

    def _extreme(self, expr):
        return (
            nested(
                f"numpy.{'maximum' if isinstance(expr, sympy.Max) else 'minimum'}({{}}, {{}})",
                map(self.write, expr.args),
            ),
            self.ATOM,
        )

    def _indexed(self, expr):
        places = [self.write(i + (expr.base.offset or 0)) for i in expr.indices]
        return f"{expr.base.label}[{', '.join(places)}]", self.ATOM


class SymPy(Python):
    """On symbols. `//` and `%` are SymPy's floor and Mod; `/` stands only behind `sympy.S`, where
    no float comes of it.
    """

    def _ceiling(self, expr):
        above, below = sympy.fraction(one_fraction(expr.args[0]))
        return (
            f"sympy.ceiling(sympy.S({self.write(above)}) / {self.write(below, self.ATOM)})",
            self.ATOM,
        )

    def _extreme(self, expr):
        return (
            f"sympy.{type(expr).__name__}({', '.join(sorted(map(self.write, expr.args)))})",
            self.ATOM,
        )

    def _relation(self, expr):
        if isinstance(expr, sympy.Eq | sympy.Ne):  # `==` would ask whether both are written alike
            return (
                f"sympy.{type(expr).__name__[:2]}({self.write(expr.lhs)}, {self.write(expr.rhs)})",
                self.ATOM,
            )
        return super()._relation(expr)

    def quotient(self, above, below):
        """A true division, which is exact on symbols."""
        super().quotient(above, below)  # refuses what is not known to divide
        return f"sympy.S({self.write(above)}) / {self.write(below, self.ATOM)}", self.PRODUCT


class JavaScript(Python):
    """BigInt arithmetic. JavaScript's own `/` and `%` cut toward zero, so floors go through `fdiv`
    and `fmod`.
    """

    relations: ClassVar = Python.relations | {sympy.Eq: "===", sympy.Ne: "!=="}
    helpers: ClassVar = {
        "fmod": "(a, b) => ((a % b) + b) % b",
        "fdiv": "(a, b) => (a - fmod(a, b)) / b",
        "max": "(...xs) => xs.reduce((a, b) => (a > b ? a : b))",
        "min": "(...xs) => xs.reduce((a, b) => (a < b ? a : b))",
        "sum": (
            "(low, high, term) => { let all = 0n; for (let i = low; i <= high; i++) all += term(i);"
            " return all; }"
        ),
        "prod": (
            "(low, high, term) => { let all = 1n; for (let i = low; i <= high; i++) all *= term(i);"
            " return all; }"
        ),
    }

    def number(self, value):
        """A BigInt."""
        return f"{value}n"

    def divide(self, above, below):
        """A call of `fdiv`."""
        return f"fdiv({self.write(above)}, {self.write(below)})", self.ATOM

    def _mod(self, expr):
        return f"fmod({self.write(expr.args[0])}, {self.write(expr.args[1])})", self.ATOM

    def _big(self, expr):
        name, body = "sum" if isinstance(expr, sympy.Sum) else "prod", self.write(expr.function)
        for index, low, high in expr.limits:  # the innermost first
            body = f"{name}({self.write(low)}, {self.write(high)}, {index} => {body})"
        return body, self.ATOM


class C(Products, Python):
    """64-bit integers. C has no sum in an expression: loops go into `lines`, ahead of the
    expression that needs them.
    """

    helpers: ClassVar = {
        "floor_div": (
            "int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a % b < 0) !="
            " (b < 0)); }"
        ),
        "floor_mod": (
            "int64_t floor_mod(int64_t a, int64_t b) { return a % b + (a % b != 0 && (a % b < 0) !="
            " (b < 0) ? b : 0); }"
        ),
        "larger": "int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }",
        "smaller": "int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }",
    }

    def __init__(self, divisible=()):
        super().__init__(divisible)
        self.lines, self.loops = [], 0

    def divide(self, above, below):
        """A call of `floor_div`."""
        return f"floor_div({self.write(above)}, {self.write(below)})", self.ATOM

    def _mod(self, expr):
        return f"floor_mod({self.write(expr.args[0])}, {self.write(expr.args[1])})", self.ATOM

    def _extreme(self, expr):
        return (
            nested(
                f"{'larger' if isinstance(expr, sympy.Max) else 'smaller'}({{}}, {{}})",
                map(self.write, expr.args),
            ),
            self.ATOM,
        )

    def _big(self, expr):
        *inner, (index, low, high) = expr.limits  # the innermost first
        self.loops += 1
        name, start, sign = (
            (f"sum{self.loops}", 0, "+")
            if isinstance(expr, sympy.Sum)
            else (f"prod{self.loops}", 1, "*")
        )
        head = [
            f"int64_t {name} = {start};",
            (
                f"for (int64_t {index} = {self.write(low)}; {index} <= {self.write(high)};"
                f" {index}++) {{"
            ),
        ]
        outside, self.lines = self.lines, []
        step = (
            f"{name} {sign}="
            f" {self.write(expr.func(expr.function, *inner) if inner else expr.function)};"
        )
        self.lines = [*outside, *head, *(f"    {line}" for line in [*self.lines, step]), "}"]
        return name, self.ATOM


class Rust(Products, Python):
    """128-bit integers. Divisors of sizes are positive, where `div_euclid` and `rem_euclid` are the
    floor and its remainder.
    """

    def divide(self, above, below):
        """A call of `div_euclid`."""
        return f"i128::div_euclid({self.write(above)}, {self.write(below)})", self.ATOM

    def _mod(self, expr):
        return (
            f"i128::rem_euclid({self.write(expr.args[0])}, {self.write(expr.args[1])})",
            self.ATOM,
        )

    def _extreme(self, expr):
        return (
            nested(
                f"i128::{'max' if isinstance(expr, sympy.Max) else 'min'}({{}}, {{}})",
                map(self.write, expr.args),
            ),
            self.ATOM,
        )

    def _indexed(self, expr):
        (index,) = expr.indices
        return (
            f"{expr.base.label}[{self.write(index + expr.base.offset, self.ATOM)} as usize]",
            self.ATOM,
        )

    def _big(self, expr):
        name, body = "sum" if isinstance(expr, sympy.Sum) else "product", self.write(expr.function)
        for index, low, high in expr.limits:  # the innermost first
            body = (
                f"({self.write(low)}..={self.write(high)}).map(|{index}| {body}).{name}::<i128>()"
            )
        return body, self.ATOM


class Julia(Python):
    """Whatever integers it is given; lists are counted from 1, as on paper."""

    def divide(self, above, below):
        """A call of `fld`."""
        return f"fld({self.write(above)}, {self.write(below)})", self.ATOM

    def _mod(self, expr):
        return f"mod({self.write(expr.args[0])}, {self.write(expr.args[1])})", self.ATOM

    def _indexed(self, expr):
        places = [self.write(i + (expr.base.offset or 0) + 1) for i in expr.indices]
        return f"{expr.base.label}[{', '.join(places)}]", self.ATOM

    def _big(self, expr):
        name, empty = ("sum", 0) if isinstance(expr, sympy.Sum) else ("prod", 1)
        loops = " ".join(
            f"for {v} in {self.write(a, self.SUM)}:{self.write(b, self.SUM)}"
            for v, a, b in reversed(expr.limits)
        )
        return f"{name}({self.write(expr.function)} {loops}; init={empty})", self.ATOM


class SmtLib(Products, Python):
    """Operators in front, all in brackets. With a positive divisor, as sizes have, `div` and `mod`
    are the floor and its remainder.
    """

    relations: ClassVar = Python.relations | {sympy.Eq: "=", sympy.Ne: "distinct"}
    helpers: ClassVar = {
        "larger": "(define-fun larger ((a Int) (b Int)) Int (ite (>= a b) a b))",
        "smaller": "(define-fun smaller ((a Int) (b Int)) Int (ite (<= a b) a b))",
    }

    def number(self, value):
        """A number; a negative one is a term."""
        return str(value) if value >= 0 else f"(- {-value})"

    def fence(self, left, body, right):
        """Nothing: every term brings its own."""
        return body

    def times(self, parts):
        """The star in front."""
        return f"(* {' '.join(text for _, text in parts)})"

    def divide(self, above, below):
        """A term of `div`."""
        return f"(div {self.write(above)} {self.write(below)})", self.ATOM

    def _add(self, expr):
        def together(sign):
            texts = [self.write(part) for which, part in terms(expr) if which == sign]
            return (
                f"(+ {' '.join(texts)})"
                if len(texts) > 1 and (sign > 0 or len(texts) == len(expr.args))
                else " ".join(texts)
            )

        added, taken = together(1), together(-1)
        return f"(- {added} {taken})" if added and taken else added or f"(- {taken})", self.ATOM

    def _mul(self, expr):
        return (
            (f"(- {self.write(-expr)})", self.ATOM)
            if expr.as_coeff_Mul()[0].is_negative
            else super()._mul(expr)
        )

    def _ceiling(self, expr):
        return f"(- {self.write(sympy.floor(-expr.args[0]))})", self.ATOM

    def _mod(self, expr):
        return f"(mod {self.write(expr.args[0])} {self.write(expr.args[1])})", self.ATOM

    def _extreme(self, expr):
        return (
            nested(
                f"({'larger' if isinstance(expr, sympy.Max) else 'smaller'} {{}} {{}})",
                map(self.write, expr.args),
            ),
            self.ATOM,
        )

    def _relation(self, expr):
        return (
            f"({self.relations[type(expr)]} {self.write(expr.lhs)} {self.write(expr.rhs)})",
            self.ATOM,
        )
