"""How formulas are written: in the order people read, well-formed in every script."""

import re
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
    assert (
        speech(sympy.floor((n - k) / s) + 1, "en")
        == "the floor of ( ( n minus k ) over ( s ) ) plus 1"
    )
    assert speech(sympy.ceiling(n / s), "zh") == "向上取整（（ n ）除以（ s ））"


def test_what_is_not_arithmetic_is_refused():
    for write in (plain, latex, mathml, lambda e: speech(e, "zh")):
        with pytest.raises(ShapeError, match="an expression of integer operations is needed"):
            write(sympy.sin(n))
