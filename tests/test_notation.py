"""How formulas are written: in the order people read, well-formed in every script."""

import math
import random
import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
import sympy

from shapealg import ShapeError, formulas
from shapealg.law.notation import latex, mathml, plain, speech
from shapealg.law.proof import Bound

n, m, k, f, s, p, d, lo, hi, c, g = sympy.symbols("n m k f s p d lo hi c g", integer=True)
EXPRESSIONS = [
    e
    for law in formulas.laws()
    for e in (law.left, *(step.after for step in law.derivation), *law.assumptions)
]


@pytest.mark.parametrize(
    ("expr", "line"),
    (
        (n - f + 1, "n − f + 1"),
        (sympy.floor((n + 2 * p - k) / s) + 1, "⌊(n + 2p − k)/s⌋ + 1"),
        (
            sympy.floor((n + lo + hi - d * (k - 1) - 1) / s) + 1,
            "⌊(n + lo + hi − d(k − 1) − 1)/s⌋ + 1",
        ),
        (sympy.ceiling(n / s), "⌈n/s⌉"),
        ((m - 1) * s + k - 2 * p, "s(m − 1) + k − 2p"),
        (n**2 - 1, "n^2 − 1"),
        (-n - 1, "−n − 1"),
        (1 - n, "1 − n"),
        (n / (s * k), "n/(k·s)"),
        (sympy.Mod(n - k, s), "(n − k) mod s"),
        (sympy.Max(0, n - k), "max(n − k, 0)"),
        (-(n - k) * s, "s(k − n)"),
        (-d * (k - 1), "−d(k − 1)"),
        (sympy.Symbol("k_1") * sympy.Symbol("k_2"), "k₁·k₂"),
        (2 * sympy.floor(k / 2), "2⌊k/2⌋"),
        (sympy.Tuple(n, n, c), "(n, n, c)"),
        (sympy.Le(n, k, evaluate=False), "n ≤ k"),
        (c * f / g, "c·f/g"),
    ),
    ids=str,
)
def test_reading_order(expr, line):
    assert plain(expr) == line


@pytest.mark.parametrize(
    ("name", "line"),
    (
        ("plain_output_size", "n − f + 1"),
        ("strided_output_size", "⌊(n − k)/s⌋ + 1"),
        ("symmetric_output_size", "⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1"),
        ("same_output_size", "⌈n/s⌉"),
        ("half_output_size", "⌊(n − (k mod 2))/s⌋ + 1"),
        ("receptive_field_size", "1 + ∑[i = 1 … L] d_i(k_i − 1)·∏[h = 1 … i − 1] s_h"),
    ),
)
def test_a_law_on_one_line(name, line):
    assert plain(getattr(formulas, name).right) == line


def test_latex_of_the_first_law():
    """Typed by hand from the textbook."""
    assert formulas.strided_output_size.latex() == r"\left\lfloor \frac{n - k}{s} \right\rfloor + 1"
    assert formulas.same_output_size.latex() == r"\left\lceil \frac{n}{s} \right\rceil"


def fits(text, opening, closing):
    depth = 0
    for mark in re.finditer(f"({opening})|({closing})", text):
        depth += 1 if mark[1] else -1
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize("expr", dict.fromkeys(EXPRESSIONS), ids=plain)
def test_every_formula_in_every_script(expr):
    source = latex(expr)
    assert fits(re.sub(r"\\[{}]", "", source), r"\{", r"\}")
    assert fits(source, r"\\left(?=[(\\])", r"\\right(?=[)\\])")
    tree = ElementTree.fromstring(mathml(expr, display=True))
    assert (
        tree.tag == "math"
        and tree.attrib["display"] == "block"
        and "".join(tree.find(".//annotation").itertext()) == source
    )
    children = {
        "mfrac": 2,
        "msub": 2,
        "msup": 2,
        "munderover": 3,
        "semantics": 2,
        "mn": 0,
        "mi": 0,
        "mo": 0,
        "mspace": 0,
    }
    for node in tree.iter():
        assert node.tag in children or node.tag in ("math", "mrow", "annotation")
        assert len(node) == children.get(node.tag, len(node)) and (
            len(node) or node.tag == "mspace" or "".join(node.itertext()).strip()
        )
    for line in (plain(expr), speech(expr, "zh"), speech(expr, "en")):
        assert line.isprintable() and "  " not in line and line.strip() == line
    assert not re.search("[−+] ?\\(−", plain(expr))  # nobody subtracts a negative
    assert fits(plain(expr), r"[(⌊⌈{\[]", r"[)⌋⌉}\]]")
    # Nothing is left out: every letter that is free is said, shown and set.
    for word in {
        str(x).split("_")[0] for x in expr.free_symbols if not isinstance(x, sympy.Indexed)
    }:
        assert all(
            word in text for text in (plain(expr), source, speech(expr, "zh"), speech(expr, "en"))
        )
    assert not (isinstance(expr, Bound) and plain(expr)[0] not in "#m")


def test_speech():
    floor, size = sympy.floor((n - k) / s) + 1, sympy.floor((n + 2 * p - k) / s) + 1
    assert speech(floor, "en") == "the floor of n minus k, all over s, plus 1"
    assert speech(size, "zh") == "对 n 加 2 p 减 k，整个除以 s，向下取整，加 1"
    assert speech(sympy.ceiling(n / s), "zh") == "对 n 除以 s 向上取整"
    assert speech(d * (k - 1) - 1, "zh") == "d 乘 k 减 1 的差，减 1"
    # one pause would end the inner part only
    assert speech(m * (m + d * (k - 1)) + 1, "en") == (
        "m times the quantity m plus d times the quantity k minus 1, end of the quantity, plus 1"
    )


@pytest.mark.parametrize("expr", EXPRESSIONS)
def test_no_bracket_is_said(expr):
    for language in ("zh", "en"):
        assert not re.search(r"[][(){}（）⌊⌋⌈⌉·−+≤≥=|]", speech(expr, language))


class Heard:
    """Who hears an English formula, and works it out; of no kin to who says it."""

    def __init__(self, sentence: str, given: dict):
        self.words = sentence.replace(",", " ,").split()
        self.given = given

    def said(self, *words) -> bool:
        """Whether these words come next; then they are over."""
        if tuple(self.words[: len(words)]) == words:
            del self.words[: len(words)]
            return True
        return False

    def pause(self, name: str) -> None:
        """The end of a part."""
        self.said(",") or self.said("end", "of", "the", name)
        self.said("end", "of", "the", name)
        self.said(",")

    def sum(self):
        value = -self.product() if self.said("minus") else self.product()
        while True:
            if self.said("plus"):
                value += self.product()
            elif self.said("minus"):
                value -= self.product()
            else:
                return value

    def product(self):
        value = Fraction(self.factor())
        while True:
            if self.said("times"):
                value *= self.factor()
            elif self.said("over"):
                value /= self.factor()
            elif self.said("modulo"):
                value %= self.factor()
            else:
                return value

    def factor(self):
        if self.said("the", "quantity"):
            value = self.sum()
            self.pause("quantity")
            return value
        for name, rounded in (("floor", math.floor), ("ceiling", math.ceil)):
            if self.said("the", name, "of"):
                return self.rounded(name, rounded)
        for name, chosen in (("largest", max), ("smallest", min)):
            if self.said("the", name, "of"):
                return self.chosen(chosen)
        for name, put in (("sum", sum), ("product", math.prod)):
            if self.said("the", name, "from"):
                return self.many(put)
        return self.letter()

    def rounded(self, name, rounded):
        value = self.sum()
        if self.said(",", "all", "over") or self.said("all", "over"):
            value /= self.factor()
        self.pause(name)
        return rounded(value)

    def chosen(self, chosen):
        values = []
        while not self.said("and"):
            values.append(self.sum())
            self.said(",")
        values.append(self.sum())
        self.pause("choice")
        return chosen(values)

    def many(self, put):
        index = self.words.pop(0)
        assert self.said("equals")
        low = self.sum()
        assert self.said("to")
        high = self.sum()
        assert self.said("of")
        body, values = list(self.words), []
        for self.given[index] in range(int(low), int(high) + 1):
            self.words = list(body)
            values.append(self.product())
        if not values:  # nothing is added up, but it was said
            self.given[index] = int(low)
            self.product()
        del self.given[index]
        return put(values)

    def letter(self):
        word = self.words.pop(0)
        if word.isdigit():
            follows = self.words and (self.words[0] in self.given)
            return int(word) * (self.letter() if follows else 1)
        value = self.given.get(word)
        if isinstance(value, tuple):
            return value[int(self.letter()) - 1]
        if value is None:  # k 1
            return self.given[f"{word}_{self.words.pop(0)}"]
        return value


@pytest.mark.parametrize("law", formulas.laws(), ids=lambda law: law.name)
def test_who_hears_a_law_understands_it(law):
    """Worked out by ear it gives the law's value, at the example and at other numbers."""
    if any(each.array for each in law.parameters) or not law.example:
        pytest.skip("no numbers")
    dice, met = random.Random(law.name), 0
    for _ in range(60):
        given = {each.name: each.default for each in law.parameters} | dict(law.example)
        for name, value in given.items():
            if isinstance(value, int) and dice.random() < 0.7:
                given[name] = value + dice.randint(0, 7)
        try:
            value = law(**given)
        except ShapeError:
            continue
        met += 1
        lists = {name: value for name, value in given.items() if isinstance(value, tuple)}
        length = {str(law.length): len(next(iter(lists.values())))} if lists else {}
        for each in law.parameters:
            if each.sequence and isinstance(given[each.name], int):
                given[each.name] = (given[each.name],) * next(iter(length.values()))
        if isinstance(value, bool):
            continue
        heard = Heard(speech(law.right, "en"), given | length)
        assert heard.sum() == value and heard.words == [], (given, speech(law.right, "en"))
    assert met


def test_what_is_not_arithmetic_is_refused():
    for write in (plain, latex, mathml, lambda e: speech(e, "zh")):
        with pytest.raises(ShapeError, match="an expression of integer operations is needed"):
            write(sympy.sin(n))
