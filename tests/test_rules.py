"""False steps that a careless rule would let pass, and premises that a careless law would leave
out.
"""

from dataclasses import replace

import pytest
import sympy
from sympy import And, Eq, Ge, Gt, Le, Lt, Or, Symbol, floor

from shapealg import Window, formulas
from shapealg.errors import ProofError
from shapealg.law.counts import Recompose, Reindex, Sum1
from shapealg.law.inequalities import Absorb, Adjoint, Strict
from shapealg.law.proof import Count, Step
from shapealg.law.rules import Cite, Given, Inside
from shapealg.law.signs import implied
from shapealg.text import Text

n, m, j, q, u, v = (Symbol(name, integer=True) for name in ("n", "m", "j", "q", "u", "v"))
s, f, c, w = (Symbol(name, integer=True, positive=True) for name in ("s", "f", "c", "w"))
WHY = Text(zh="试", en="trial")
W = Window(3, 2)
x, K = sympy.IndexedBase("x"), sympy.IndexedBase("K")
BY_CHANNEL = sympy.Sum(x[floor(q / c), sympy.Mod(q, c)], (q, 0, w * c - 1))


def le(a, b):
    return Le(a, b, evaluate=False)


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    (
        # the floor left out: n = 2, s = 2 counts 1, not 3/2
        (Sum1(), Count(j, le(j, (n - 1) / s)), (n - 1) / s + 1),
        (Sum1(), Count(j, le(j, n - j)), n - j + 1),  # the bound moves with the variable
        (Sum1(), Count(j, le(j, n)), n + 2),
        # of two conditions the stricter one counts
        (Absorb(), And(le(j, n), le(j, n + 1), evaluate=False), le(j, n + 1)),
        (Inside(le(n, m), ()), And(le(n, m), le(j, m)), Or(le(n, m), le(j, m))),
        (Strict(), Gt(n, m, evaluate=False), le(m, n + 1)),
        (Strict(), le(n, m), Ge(m + 1, n, evaluate=False)),
        (Adjoint(W, n), Gt(W.count(n), m, evaluate=False), Gt(n, W.need(m), evaluate=False)),
        (Adjoint(W, n), Eq(W.count(n), m, evaluate=False), Eq(n, W.need(m), evaluate=False)),
        (Given(Ge(n, f, evaluate=False)), n - f + 1, sympy.S.One),
        (
            Cite(
                formulas.strided_output_size,
                ((formulas.conv_output_size.parameters[2].symbol, sympy.Rational(1, 2)),),
            ),
            formulas.strided_output_size.left,
            formulas.strided_output_size.right,
        ),  # half a stride
        # a channel lost
        (
            Reindex((u, v), q, c, formulas.flat_channel, BY_CHANNEL),
            sympy.Sum(x[u, v], (v, 1, c - 1), (u, 0, w - 1)),
            BY_CHANNEL,
        ),
    ),
)
def test_a_false_step_is_refused(rule, before, after):
    with pytest.raises(ProofError):
        Step(before, after, WHY, rule).check()


# True over all integers, or needed by the program and not by the proof: the domain is there for its
# meaning.
MEANING = {
    "unread_padded_size",
    "unread_input_size",
    "clipped_ceil_output_size",
    "conv_parameters",
    "conv_macs",
    "transposed_macs",
}
# that layer 1 gives something is asked of the way, not of the end
NODE = ("two_layer_output_size", 7)


def needed() -> list:
    """Every assumption beyond the signs of the symbols that a derivation rests on."""
    return [
        pytest.param(law, a, id=f"{law.name}: {a}")
        for law in formulas.laws()
        for i, a in enumerate(law.assumptions)
        if law.name not in MEANING
        and (law.name, i) != NODE
        and not (a.rhs.is_number and isinstance(a.lhs, Symbol | sympy.Indexed))
    ]


@pytest.mark.parametrize(("law", "assumption"), needed())
def test_a_domain_that_is_dropped_is_missed(law, assumption):
    with pytest.raises(ProofError, match="assumptions do not give"):
        replace(law, assumptions=tuple(a for a in law.assumptions if a is not assumption)).check()


def test_a_remainder_needs_its_range():
    rule = Recompose(c, u, v)
    assert {str(p) for p in rule.premises(None, None)} == {"c >= 1", "v >= 0", "v < c"}
    with pytest.raises(ProofError, match="assumptions do not give"):
        replace(formulas.flat_channel, assumptions=formulas.flat_channel.assumptions[:-1]).check()


@pytest.mark.parametrize(
    ("goal", "known", "follows"),
    (
        (Ge(n, 0, evaluate=False), [Ge(n, 1, evaluate=False)], True),
        (Ge(n, 1, evaluate=False), [Ge(n, 0, evaluate=False)], False),
        (Ge(n, f, evaluate=False), [], False),
        (Ge(floor((n - f) / s), -1, evaluate=False), [Ge(n, f, evaluate=False)], True),
        # n = f − 1 gives −1
        (Ge(floor((n - f) / s), 0, evaluate=False), [Ge(n, f - 1, evaluate=False)], False),
        (Lt(n, m, evaluate=False), [Le(n, m, evaluate=False)], False),
        (Le(n, m, evaluate=False), [Lt(n, m, evaluate=False)], True),
        (Ge(2 * floor(f / 2), f - 1, evaluate=False), [], True),
        (Ge(2 * floor(f / 2), f, evaluate=False), [], False),  # odd f
        (Eq(n, m, evaluate=False), [Ge(n, m, evaluate=False)], False),
        (Ge(s * (n - 1), 0, evaluate=False), [Ge(n, 1, evaluate=False)], True),
        (Ge(s * (n - 1), 0, evaluate=False), [Ge(n, 0, evaluate=False)], False),  # n = 0 gives −s
        (Ge(s * (n - 1), 0, evaluate=False), [Ge(n, f - 1, evaluate=False)], False),
        (Ge(n * m, 0, evaluate=False), [Ge(n, 0, evaluate=False)], False),
    ),
)
def test_implied(goal, known, follows):
    assert implied(goal, known) is follows
    # whatever is said to follow holds wherever the knowledge does
    if follows:
        for at in (
            {n: a, m: b, f: k, s: t}
            for a in range(-3, 5)
            for b in range(-3, 5)
            for k in range(1, 4)
            for t in range(1, 4)
        ):
            if all(r.subs(at) == sympy.true for r in known):
                assert goal.subs(at) == sympy.true, at
