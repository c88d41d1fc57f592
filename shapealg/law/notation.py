"""How an expression is written for people: one line of Unicode, LaTeX, MathML, or a sentence read
aloud.
"""

import itertools
from html import escape
from typing import ClassVar

import sympy

from shapealg.law.script import Factors, Mathematics, Written


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
        grows = "true" if left in "⌊⌈" or "<mfrac" in body or "<munderover" in body else "false"
        marks = [
            f'<mo fence="true" stretchy="{grows}" symmetric="false" form="{form}">{sign}</mo>'
            for form, sign in (("prefix", left), ("postfix", right))
        ]
        return f"<mrow>{marks[0]}{body}{marks[1]}</mrow>"

    def fraction(self, above: str, below: str) -> str:
        """`<mfrac>`."""
        return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>"

    def sub(self, base: str, index: str) -> str:
        """`<msub>`."""
        return f"<msub><mrow>{base}</mrow><mrow>{index}</mrow></msub>"

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
    """The expression read aloud, for people who listen to the page."""

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
            ":": "，满足",
            "→": "得到",
            "#": "个数",
            "min": "最小的",
            "max": "最大的",
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
            ":": "such that",
            "→": "gives",
            "#": "the number of",
            "min": "the minimum of",
            "max": "the maximum of",
        },
    }

    def __init__(self, language: str):
        self.language = language

    def _say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

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

    def fence(self, left: str, body: str, right: str) -> str:
        """A floor or a ceiling by name, other brackets as they are."""
        return {
            "⌊": self._say(f" 向下取整（{body}） ", f" the floor of ({body}) "),
            "⌈": self._say(f" 向上取整（{body}） ", f" the ceiling of ({body}) "),
        }.get(left, self._say(f"（{body}）", f" ({body}) "))

    def fraction(self, above: str, below: str) -> str:
        """One part over the other."""
        return self._say(f"（{above}）除以（{below}）", f" ({above}) over ({below}) ")

    def sub(self, base: str, index: str) -> str:
        """The index right after its letter."""
        return f" {base} {index} "

    def sup(self, base: str, exponent: str) -> str:
        """The power by name."""
        return self._say(f"{base} 的 {exponent} 次方", f"{base} to the power {exponent}")

    def listed(self, parts: list[str]) -> str:
        """Commas, as pauses."""
        return self._say("，", ", ").join(parts)

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


def mathml(expr: sympy.Basic, display: bool = False) -> str:
    """A complete `<math>` element with its LaTeX as annotation."""
    mode = ' display="block"' if display else ""
    body = MathML().write(expr)
    return f"<math{mode}>{annotated(body, latex(expr))}</math>"


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
    """The expression as a sentence to be read aloud."""
    return " ".join(Speech(language).write(expr).split())
