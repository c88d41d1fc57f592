"""How an expression is written for people: one line of Unicode, LaTeX, MathML, or a sentence read
aloud.
"""

import itertools
import re
from html import escape
from typing import ClassVar

import sympy

from shapealg.law.proof import Count, Smallest
from shapealg.law.script import Factors, Mathematics, Written, one_fraction, rank, terms


class Plain(Mathematics):
    """One line of Unicode: ⌊(n + 2p − k)/s⌋ + 1."""

    def number(self, value: int) -> str:
        """Its digits."""
        return str(value)

    def letter(self, word: str) -> str:
        """The word itself."""
        return word

    def operator(self, sign: str) -> str:
        """The sign between spaces; a dot stands close."""
        return "·" if sign == "·" else f" {sign} "

    def fence(self, left: str, body: str, right: str) -> str:
        """The marks around it."""
        return f"{left}{body}{right}"

    def quotient(self, above: sympy.Expr, below: sympy.Expr) -> Written:
        """A slash between two parts."""
        level = self.ATOM if above.has(sympy.Sum, sympy.Product) else self.PRODUCT
        return f"{self.write(above, level)}/{self.write(below, self.ATOM)}", self.PRODUCT

    def sub(self, base: str, index: str) -> str:
        """A number below the line; a letter after an underscore."""
        digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
        if index.isdigit():
            return base + index.translate(digits)
        return f"{base}_{index}" if len(index) == 1 else f"{base}_({index})"

    def sup(self, base: str, exponent: str) -> str:
        """The exponent after a caret."""
        return f"{base}^{exponent}"

    def listed(self, parts: list[str]) -> str:
        """Commas between them."""
        return ", ".join(parts)

    def juxtaposed(self) -> str:
        """The dot."""
        return "·"

    def times(self, parts: Factors) -> str:
        """Factors side by side, with a dot where they would run together."""
        # A number or a letter stands right before a bracket or a letter: 2p, d(k − 1); letters are
        # kept apart: s·j.
        line = parts[0][1]
        for (left, _), (_, text) in itertools.pairwise(parts):
            line += ("" if left.is_number or text.startswith("(") else "·") + text
        return line

    def big(self, sign: str, start: str, high: str, body: str) -> str:
        """The sign, its range in brackets, what it runs over."""
        return f"{sign}[{start} … {high}] {body}"


class Latex(Mathematics):
    """LaTeX source."""

    marks: ClassVar[dict[str, str]] = {
        "−": "-",
        "≤": r"\le",
        "≥": r"\ge",
        "≠": r"\ne",
        "∨": r"\lor",
        "·": r"\cdot",
        "mod": r"\bmod",
        "→": r"\to",
        "∑": r"\sum",
        "∏": r"\prod",
    }
    fences: ClassVar[dict[str, str]] = {
        "⌊": r"\lfloor",
        "⌋": r"\rfloor",
        "⌈": r"\lceil",
        "⌉": r"\rceil",
        "{": r"\{",
        "}": r"\}",
        "(": "(",
        ")": ")",
    }

    def number(self, value: int) -> str:
        """Its digits."""
        return str(value)

    def letter(self, word: str) -> str:
        """A letter in italics, a word upright."""
        return word if len(word) == 1 or word.isdigit() else rf"\mathrm{{{word}}}"

    def operator(self, sign: str) -> str:
        """The sign's command between spaces."""
        return f" {self.marks.get(sign, sign)} "

    def minus(self) -> str:
        """The hyphen."""
        return "-"

    def name(self, word: str) -> str:
        """A command of that name."""
        return r"\#" if word == "#" else rf"\{word}"

    def fence(self, left: str, body: str, right: str) -> str:
        """Marks that grow with what is between them."""
        return rf"\left{self.fences[left]} {body} \right{self.fences[right]}"

    def fraction(self, above: str, below: str) -> str:
        r"""`\frac`."""
        return rf"\frac{{{above}}}{{{below}}}"

    def sub(self, base: str, index: str) -> str:
        """The index in braces."""
        return f"{base}_{{{index}}}"

    def sup(self, base: str, exponent: str) -> str:
        """The exponent in braces."""
        return f"{base}^{{{exponent}}}"

    def listed(self, parts: list[str]) -> str:
        """Commas, each with a space."""
        return r",\; ".join(parts)

    def juxtaposed(self) -> str:
        """A thin space."""
        return r"\,"

    def such_that(self) -> str:
        """A colon between wide spaces."""
        return r" \;:\; "

    def big(self, sign: str, start: str, high: str, body: str) -> str:
        """The sign's command with its limits."""
        return rf"{self.marks[sign]}_{{{start}}}^{{{high}}} {body}"


class MathML(Mathematics):
    """MathML Core. Floors are stretchy but not symmetric: a nested floor must not hang far below
    the line.
    """

    def number(self, value: int) -> str:
        """`<mn>`."""
        return f"<mn>{value}</mn>"

    def letter(self, word: str) -> str:
        """`<mi>`, and `<mn>` for an index of digits."""
        return f"<mn>{word}</mn>" if word.isdigit() else f"<mi>{escape(word)}</mi>"

    def operator(self, sign: str) -> str:
        """`<mo>`; mod is a word between spaces."""
        if sign == "mod":
            return '<mspace width="0.25em"/><mi>mod</mi><mspace width="0.25em"/>'
        return f"<mo>{escape(sign)}</mo>"

    def minus(self) -> str:
        """A sign before its number, not between two."""
        return '<mo form="prefix">−</mo>'

    def name(self, word: str) -> str:
        """`<mi>`."""
        return f"<mi>{word}</mi>"

    def fence(self, left: str, body: str, right: str) -> str:
        """A row between two marks, which grow with floors, fractions and sums."""
        # (k − 1) keeps the height of the line
        grows = left in "⌊⌈" or "<mfrac" in body or "<munderover" in body
        # what else a bracket is, browsers know by its sign and its place
        manner = 'symmetric="false"' if grows else 'stretchy="false"'
        return f"<mrow><mo {manner}>{left}</mo>{body}<mo {manner}>{right}</mo></mrow>"

    def fraction(self, above: str, below: str) -> str:
        """`<mfrac>`."""
        return f"<mfrac>{_one(above)}{_one(below)}</mfrac>"

    def sub(self, base: str, index: str) -> str:
        """`<msub>`."""
        return f"<msub>{_one(base)}{_one(index)}</msub>"

    def sup(self, base: str, exponent: str) -> str:
        """`<msup>`."""
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def listed(self, parts: list[str]) -> str:
        """Commas that separate."""
        return '<mo separator="true">,</mo>'.join(parts)

    def juxtaposed(self) -> str:
        """An invisible mark."""
        return "<mo>\u2062</mo>"  # invisible times, for screen readers

    def such_that(self) -> str:
        """A colon between spaces."""
        return '<mo lspace="0.3em" rspace="0.3em">:</mo>'

    def big(self, sign: str, start: str, high: str, body: str) -> str:
        """The sign with its limits under and over it."""
        mark = f'<mo movablelimits="false">{sign}</mo>'
        return f"<munderover>{mark}<mrow>{start}</mrow><mrow>{high}</mrow></munderover>{body}"


class Speech(Mathematics):
    """The expression read aloud, for people who listen to the page.

    No brackets are said. In English a part that belongs together begins with its name, as "the
    quantity" or "the floor of", and ends at a pause, or by its name where the last part in it ends
    at one; in Chinese it ends with its name, as "的差".
    """

    words: ClassVar[dict[str, dict[str, str]]] = {
        "zh": {
            "+": "加",
            "−": "减",
            "≤": "小于等于",
            "<": "小于",
            "≥": "大于等于",
            ">": "大于",
            "=": "等于",
            "≠": "不等于",
            "∨": "或者",
            "·": "乘",
            "mod": "模",
            "→": "得到",
        },
        "en": {
            "+": "plus",
            "−": "minus",
            "≤": "is at most",
            "<": "is less than",
            "≥": "is at least",
            ">": "is more than",
            "=": "equals",
            "≠": "is not",
            "∨": "or",
            "·": "times",
            "mod": "modulo",
            "→": "gives",
        },
    }

    def __init__(self, language: str):
        self.language = language

    def _say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def write(self, expr: sympy.Basic, level: int = Mathematics.ANY) -> str:
        """The expression, named as one part where others write brackets."""
        expr = sympy.sympify(expr)
        text, own = self._node(expr)
        return self._whole(expr, text) if own < level else text

    def _whole(self, expr: sympy.Basic, text: str) -> str:
        """A part that belongs together."""
        kind = "结果"
        if isinstance(expr, sympy.Mod):
            kind = "余数"
        elif expr.is_Add:
            kind = "和" if terms(expr)[-1][0] > 0 else "差"
        elif expr.is_Mul:
            kind = "积"
        return self._say(f"{text} 的{kind}, ", self._ended("the quantity", text, "quantity"))

    def _ended(self, start: str, text: str, name: str) -> str:
        """A part with its beginning and its end."""
        end = f"end of the {name}, " if text.rstrip().endswith(",") else ", "
        return f" {start} {text} {end}"

    def number(self, value: int) -> str:
        """Its digits, which a voice reads."""
        return f" {value} "

    def letter(self, word: str) -> str:
        """The letter as a word."""
        return f" {word} "

    def operator(self, sign: str) -> str:
        """The sign's name in the language."""
        return f" {self.words[self.language].get(sign, sign)} "

    def minus(self) -> str:
        """The word for a negative number."""
        return self._say(" 负 ", " minus ")

    def name(self, word: str) -> str:
        """The word in the language."""
        return self.operator(word)

    def juxtaposed(self) -> str:
        """The word that nobody writes."""
        return self._say(" 乘 ", " times ")

    def times(self, parts: Factors) -> str:
        """Factors with their word between; a number and its letter are said as they are written."""
        if len(parts) == 2:
            (number, digits), (letter, name) = parts
            if number.is_Integer and letter.is_Symbol:
                return f" {digits} {name} "
        return super().times(parts)

    def fence(self, left: str, body: str, right: str) -> str:
        """What stands in brackets ends at a pause."""
        return f"{body}, "

    def _floor(self, expr: sympy.Basic) -> Written:
        return self._rounded(expr, "下", "floor")

    def _ceiling(self, expr: sympy.Basic) -> Written:
        return self._rounded(expr, "上", "ceiling")

    def _rounded(self, expr: sympy.Basic, zh: str, en: str) -> Written:
        """What is rounded, which way; a fraction's upper part needs no other name here."""
        inside = one_fraction(expr.args[0])
        above, below = sympy.fraction(inside)
        text = self.write(inside)
        if below != 1 and (above.is_Add or above.is_Mul):
            over = self._say(" 整个除以 ", " all over ")
            text = f"{self.write(above)}, {over}{self.write(below, self.ATOM)}"
            text += self._say(", ", "")
        ended = self._ended(f"the {en} of", text, en)
        return self._say(f" 对 {text} 向{zh}取整, ", ended), self.ATOM

    def quotient(self, above: sympy.Expr, below: sympy.Expr) -> Written:
        """One part over the other."""
        over = self._say(" 除以 ", " over ")
        return self.write(above, self.ATOM) + over + self.write(below, self.ATOM), self.PRODUCT

    def _extreme(self, expr: sympy.Basic) -> Written:
        arguments = sorted(expr.args, key=lambda a: (a.is_number, rank(a)))
        *most, last = [self.write(a) for a in arguments]
        large = isinstance(expr, sympy.Max)
        zh, en = ("最大", "largest") if large else ("最小", "smallest")
        every = f"{', '.join(most)}, {self._say('与', 'and')} {last}"
        ended = self._ended(f"the {en} of", every, "choice")
        return self._say(f" 取 {every}, 中{zh}的, ", ended), self.ATOM

    def _junction(self, expr: sympy.Basic) -> Written:
        parts = [self.write(a) for a in sorted(expr.args, key=sympy.default_sort_key)]
        both = isinstance(expr, sympy.And)
        word = self._say("并且", "and") if both else self.operator("∨")
        return f", {word} ".join(parts), self.ANY

    def _bound(self, expr: sympy.Basic) -> Written:
        letter, asked = self.symbol(expr.variable.name), self.write(expr.condition)
        if isinstance(expr, Count):
            zh, en = f" {letter} 的个数", f"the number of {letter} from 0 on"
        else:
            small = isinstance(expr, Smallest)
            zh = f"{'最小' if small else '最大'}的 {letter}"
            en = f"the {'smallest' if small else 'largest'} {letter}"
        start = "从 0 起，" * isinstance(expr, Count)
        return self._say(f"{start}满足 {asked} 的{zh}, ", f"{en} such that {asked}, "), self.ATOM

    def sub(self, base: str, index: str) -> str:
        """The index right after its letter; one that is worked out is named."""
        if len(index.split()) == 1:
            return f" {base} {index} "
        return self._say(f" {base} 的下标 {index}, ", f" {base} at {index}, ")

    def sup(self, base: str, exponent: str) -> str:
        """The power by name."""
        return self._say(f"{base} 的 {exponent} 次方", f"{base} to the power {exponent}")

    def listed(self, parts: list[str]) -> str:
        """Commas, as pauses."""
        return ", ".join(parts)

    def big(self, sign: str, start: str, high: str, body: str) -> str:
        """The sum or product by name, with its range."""
        many = self._say("求和" if sign == "∑" else "连乘", "sum" if sign == "∑" else "product")
        return self._say(
            f" 对{start}到 {high} {many}：{body}", f" the {many} from {start} to {high} of {body}"
        )


def plain(expr: sympy.Basic) -> str:
    """One line of Unicode.

    >>> n, k, s, p = sympy.symbols("n k s p", integer=True)
    >>> plain(sympy.floor((n + 2 * p - k) / s) + 1)
    '⌊(n + 2p − k)/s⌋ + 1'
    """
    return Plain().write(expr)


def latex(expr: sympy.Basic) -> str:
    r"""LaTeX source.

    >>> n, s = sympy.symbols("n s", integer=True)
    >>> latex(sympy.ceiling(n / s))
    '\\left\\lceil \\frac{n}{s} \\right\\rceil'
    """
    return Latex().write(expr)


def _one(body: str) -> str:
    """MathML as one element: a letter and a number are one already."""
    alone = re.fullmatch(r"<(mi|mn)>[^<]*</\1>", body)
    return body if alone else f"<mrow>{body}</mrow>"


def mathml(
    expr: sympy.Basic, display: bool = False, language: str = "", source: bool = True
) -> str:
    """A complete `<math>` element with its LaTeX as annotation, if that is asked for, and, in a
    language, what a voice reads.
    """
    mode = ' display="block"' if display else ""
    heard = f' aria-label="{speech(expr, language)}"' if language and not expr.is_Atom else ""
    body = MathML().write(expr)
    body = annotated(body, latex(expr)) if source else _one(body)
    return f"<math{mode}{heard}>{body}</math>"


def annotated(body: str, tex: str) -> str:
    """MathML with its LaTeX beside it. Marks that Markdown would read as its own are written as
    entities.
    """
    tex = "".join(f"&#{ord(c)};" if c in "\\_*{}[]&<>" else c for c in tex)
    return (
        f"<semantics><mrow>{body}</mrow><annotation"
        f' encoding="application/x-tex">{tex}</annotation></semantics>'
    )


def speech(expr: sympy.Basic, language: str) -> str:
    """The expression as a sentence to be read aloud, with pauses in place of brackets.

    >>> n, k, s, p = sympy.symbols("n k s p", integer=True)
    >>> speech(sympy.floor((n + 2 * p - k) / s) + 1, "en")
    'the floor of n plus 2 p minus k, all over s, plus 1'
    >>> speech(sympy.floor((n + 2 * p - k) / s) + 1, "zh")
    '对 n 加 2 p 减 k，整个除以 s，向下取整，加 1'
    """
    return spoken(Speech(language).write(expr), language)


def spoken(text: str, language: str) -> str:
    """A sentence put together from parts: one pause where several end, and none at its end."""
    line = re.sub(r"\s*,[\s,]*", ", ", " ".join(text.split()))
    line = re.sub(r"(, |end of the \w+, ?)+$", "", f"{line.rstrip(' ,')}, ").strip()
    return re.sub(r" *([，：]) *", r"\1", line.replace(",", "，")) if language == "zh" else line
