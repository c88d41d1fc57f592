"""What a run knows of its sizes, held against looking at each of them."""

import _thread
import builtins
import math
import operator
from itertools import product, starmap
from queue import SimpleQueue
from types import SimpleNamespace

import numpy as np
import pytest
from needed import require

from shapealg import Sizes
from shapealg.axis.condition import ASKED, Condition
from shapealg.axis.length import Length
from shapealg.errors import ShapeError, Undecided
from shapealg.network.fork import Fork
from shapealg.network.requirement import Requirement
from shapealg.text import Text

require("torch")

import torch  # noqa: E402 — once it is known to be there

from shapealg.network.readers.torch import run as runs  # noqa: E402
from shapealg.network.readers.torch.known import Known  # noqa: E402
from shapealg.network.readers.torch.number import Number  # noqa: E402
from shapealg.network.readers.torch.parting import ByData, Parting  # noqa: E402
from shapealg.network.readers.torch.run import Run  # noqa: E402
from shapealg.network.readers.torch.running import line  # noqa: E402
from shapealg.network.readers.torch.seen import seen  # noqa: E402
from shapealg.network.readers.torch.stand_ins import StandIns, stand_ins  # noqa: E402
from shapealg.network.readers.torch.truths import by_sign, in_the_end, of_any_size  # noqa: E402
from shapealg.network.readers.torch.twin import twin  # noqa: E402

H, W = Length.of("H"), Length.of("W")
RELATIONS = "== != < <= > >=".split()
LENGTHS = (
    H - 3,
    H - 9,
    H * 2 - 5,
    H % 3 - 1,
    H // 4 - 2,
    3 - H,
    H - W,
    H * W - 6,
    H + W - 7,
    H * W - 1,
)
BOXES = (
    {},
    {"H": Sizes.every(4)},
    {"H": Sizes.classes(3, (1,), 1)},
    {"H": Sizes.interval(1, 3)},
    {"H": Sizes.of(9, 30)},
    {"H": Sizes.of(2, 3), "W": Sizes.of(3, 2)},
    {"H": Sizes.of(4, 8), "W": Sizes.every(2)},
)
MOST = 40


def run(box=None, held=(), data=()):
    nothing = SimpleNamespace(give=lambda *_: None)
    return Run({"x": ("N", 3, "H", "W")}, Known(box or {}, held), nothing, data)


def lies(sizes: dict, box: dict, held=()) -> bool:
    """Whether sizes lie in a box, and meet conditions."""
    inside = all(n in box[name] for name, n in sizes.items() if name in box)
    return inside and all(condition.at(**sizes) for condition in held)


def truths(condition, box, held=()) -> set:
    """What it is at each of the sizes."""
    found = set()
    for h, w in product(range(1, MOST), repeat=2):
        if lies({"H": h, "W": w}, box, held):
            found.add(condition.at(H=h, W=w))
    return found


@pytest.mark.parametrize("box", BOXES, ids=str)
@pytest.mark.parametrize("relation", RELATIONS)
def test_what_holds_at_all_sizes(relation, box):
    for length in LENGTHS:
        condition = Condition(length, relation)
        told, found = run(box).always(condition), truths(condition, box)
        if told is not None:
            assert found == {told}, length
        elif len(condition.names) == 1:
            assert found == {False, True}, length


def test_what_is_held_bounds_other_sizes():
    held = (Condition(H - W, ">="), Condition(W - 5, ">="))
    one = run({"W": Sizes.every(5)}, held[:1])
    for relation, n in product(RELATIONS, (4, 5, 6)):
        told = one.always(Condition(H - n, relation))
        found = truths(Condition(H - n, relation), {"W": Sizes.every(5)}, held[:1])
        assert told is None or found == {told}
    assert one.always(Condition(H - 5, ">=")) is True and one.always(Condition(H - 6, ">=")) is None
    assert not one.empty
    assert run({"H": Sizes.of(1, 2), "W": Sizes.every(5)}, held[:1]).empty


def test_classes_of_several_sizes_are_put_in():
    one = run({"H": Sizes.classes(2, (1,), 1), "W": Sizes.classes(2, (0,), 2)})
    for relation in RELATIONS:
        condition = Condition(H % 2 - W % 2, relation)
        assert {one.always(condition)} == truths(condition, one.box)


def test_beyond_every_size():
    assert run().always(Condition(H - 2**53, "<")) is True
    assert run().always(Condition(H + 2**53, "<=")) is False
    assert run().always(Condition(H * W - 2**60, "==")) is False


def test_at_the_least_sizes_a_length_may_be_0():
    """4·2 + 2 is 10."""
    one = run({"H": Sizes.every(4), "W": Sizes.every(2)})
    for sign, relations in ((1, (">=", "<")), (-1, ("<=", ">"))):
        told = [one.always(Condition((H * W + W - 10) * sign, r)) for r in (*relations, "==")]
        assert told == [True, False, None]


@pytest.mark.parametrize("length", LENGTHS, ids=str)
def test_where_sizes_part_every_size_has_its_side(length):
    for relation, box in product(("==", "<", ">="), BOXES):
        one, condition = run(box), Condition(length, relation)
        if one.always(condition) is not None:
            continue
        sides = one._sides(condition)
        for h, w in product(range(1, 11), repeat=2):
            sizes = {"H": h, "W": w}
            there = [lies(sizes, side, held) for side, held in sides]
            assert not lies(sizes, box) or there.count(True) == 1, (relation, box, sizes)


def test_a_product_that_is_1_parts_the_ways_at_one_size():
    """Of a larger one it is not said which factor of it each size is."""
    by_size, those = run()._sides(Condition(H * W - 1, "==")), Sizes.of(1)
    assert by_size == (({"H": Sizes.every(2)}, ()), ({"H": those}, ()))
    for relation, number in product(("==", "!="), (2, 6)):
        sides = run()._sides(Condition(H * W - number, relation))
        assert sides == tuple(({}, (Condition(H * W - number, one),)) for one in ("!=", "=="))


@pytest.mark.parametrize("many", (2, 16, 17, 30))
def test_few_values_part_the_ways_at_once(many):
    one = run({"H": Sizes.interval(1, many)})
    with pytest.raises(Parting) as parting:
        one.by_value(H * 3 + 1)
    sides = [[n for n in range(1, 60) if n in side["H"]] for side, _ in parting.value.sides]
    assert sorted(n for side in sides for n in side) == list(range(1, many + 1))
    assert len(sides) == (many if many <= 16 else 2)
    assert parting.value.line.startswith("test_torch_run.py:")


def test_values_that_are_the_same_are_one_side():
    one = run({"H": Sizes.interval(1, 7)})
    with pytest.raises(Parting) as parting:
        one.by_value(H // 3)
    sides = [[n for n in range(1, 9) if n in side["H"]] for side, _ in parting.value.sides]
    assert sides == [[6, 7], [3, 4, 5], [1, 2]]
    run({"H": Sizes.of(2)}).by_value(H), run().by_value(H)  # one value, and too many
    run({"H": Sizes.interval(3, 5)}).by_value(H // 3)
    run().by_value(run().nameless())


def test_of_several_sizes_one_is_taken_at_a_time():
    with pytest.raises(Parting) as parting:
        run({"W": Sizes.interval(1, 3)}).by_value(H * W)
    told = [[n for n in (1, 2, 3) if n in side["W"]] for side, _ in parting.value.sides]
    assert sorted(map(len, told)) == [1, 2] and sorted(told[0] + told[1]) == [1, 2, 3]


def test_the_number_that_must_be_had():
    one = run({"H": Sizes.of(6), "W": Sizes.of(4, 5)})
    assert one.number(3) == 3 and one.number(True) == 1 and one.number(2.7) == 2
    assert one.sizes["H"] == 6
    with pytest.raises(Parting):
        one.number(W + 1)
    with pytest.raises(Undecided, match=r"needs a number here \(test_torch_run.py:\d+\)"):
        run().number(W + 1)
    only = run()
    only.narrow({"W": Sizes.of(4), "H": Sizes.of(2)}, ())
    assert only.number(W + 1) == 5 and only.number(H * W) == 8


def test_data_answer_in_their_order():
    one = run(data=(True, False))
    assert [one.of_data(), one.of_data()] == [True, False]
    with pytest.raises(ByData) as asked:
        one.of_data()
    assert asked.value.line.startswith("test_torch_run.py:") and one.parting is asked.value


def test_any_answer_does_for_0():
    one = run({"H": Sizes.every(3)})
    for relation in ("<", "<=", ">", ">="):
        assert one.ask_either(Condition(H - 3, relation)) == relation.startswith(">")
        assert one.ask_either(Condition(3 - H, relation)) == relation.startswith("<")
    assert one.ask_either(Condition(H - 2, ">")) is True
    assert one.ask_either(Condition(H - 2, "<")) is False


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("sign", (1, -1))
@pytest.mark.parametrize("strict", (True, False))
def test_what_a_sign_says(sign, relation, strict):
    found = {Condition(H, relation).at(H=sign * n) for n in range(1 if strict else 0, 5)}
    told = by_sign(sign, relation, strict)
    assert told is (found.pop() if len(found) == 1 else None)


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_is_so_whatever_the_sizes_are(relation):
    for length in (H, H + 3, H - 3, -H, -H - 3, 3 - H, H + W, H - W, H * 2 + W + 1):
        condition = Condition(length, relation)
        found = {condition.at(H=h, W=w) for h in range(9) for w in range(9)}
        assert of_any_size(condition) == (len(found) == 1), length


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_holds_at_large_sizes(relation):
    for length in (H - 100, 100 - H, H * 2 - H - 7, H * W - 9, H * H - W):
        condition = Condition(length, relation)
        told = condition.at(H=10**6, W=10**6 - 7)
        assert in_the_end(condition) == (relation == "!=" if relation in "==!=" else told)
    # two are equal at no size that is large enough, wherever one begins to look
    for n in range(10**6, 10**6 + 40):
        assert in_the_end(Condition(H - n, "!=")) and not in_the_end(Condition(H - n, "=="))
    names = [Length.of(f"n{i}") for i in range(9)]
    assert in_the_end(Condition(sum(names) - 7, relation)) == (relation in ("!=", ">", ">="))


def test_a_length_that_has_no_formula():
    one = run()
    first, second = one.nameless(), one.nameless()
    assert first != second and one.is_nameless(first) and not one.is_nameless(H)
    assert one.always(Condition(first - 3, ">")) is None and not one.zero(first)
    assert one.likely(Condition(first - 3, ">")) is True
    with pytest.raises(Undecided, match="a size that no formula tells"):
        one.ask(Condition(first - 3, ">"))


def test_what_may_be_turned_is_turned_once():
    one = run()
    n, m = one.nameless(), one.nameless()
    conditions = [Condition(n - 3, ">"), Condition(m - 3, ">"), Condition(n + m, ">=")]
    assert [one.likely(condition) for condition in conditions] == [True] * 3
    told = [[one.likely(condition) for condition in conditions] for _ in one.guesses()]
    assert told == [[False, True, True], [True, False, True]]
    turned = []
    for _ in one.guesses():  # what is asked on one side only is turned there, too
        turned.append(one.turned)
        then = Condition(n - 9, ">"), Condition(n + 9, ">=")
        if conditions[0] in one.turned:
            assert [one.likely(condition) for condition in then] == [
                then[0] not in one.turned,
                True,
            ]
    one_by_one = frozenset(conditions[:1]), frozenset(conditions[1:2])
    assert turned == [*one_by_one, frozenset((conditions[0], then[0]))]


def test_what_pytorch_asks_of_a_number():
    one = run()
    size, four = Number(H, one), Number(4, one)
    truth, part = Number(True, one, bool), Number(2.5, one, float)
    assert size.is_symbolic() and size.is_int() and truth.is_bool() and part.is_float()
    assert four.maybe_as_int() == four.constant_int() == 4 and size.maybe_as_int() is None
    assert truth.constant_bool() is True and size.constant_bool() is None
    assert part.constant_float() == 2.5 and size.constant_float() is None
    assert truth.is_constant() and not four.is_constant()
    assert not size.has_hint() and size.hint is None and size.clone() is size
    for made, kind in ((size.wrap_int(3), int), (size.wrap_float(3.0), float)):
        assert made.value == 3 and made.pytype is kind and made.run is one
    assert size.wrap_bool(False).pytype is bool and size.wrap_bool(False).value is False
    assert size.is_contiguous(0, 0).value is True
    assert size.is_channels_last_contiguous_2d(0, 0).value is False
    assert size.is_non_overlapping_and_dense_indicator(0, 0).value == 1
    assert part.guard_float() == 2.5 and four.guard_float() == 4.0
    assert four.sum([size, four]).value == H + 4 and four.sum([]).value == 0
    assert str(size) == size.str() == "H"
    assert truth.sym_not().value is False and truth.sym_not().sym_not().value is True
    assert Number(Condition(H - 3, ">"), one, bool).sym_not().value == Condition(H - 3, "<=")
    wrong = truth.sym_not()
    assert wrong.sym_and(truth).value is False and truth.sym_and(size) is wrong.sym_or(size) is size
    assert truth.sym_or(wrong).value is True
    assert part.is_integer().value is False and Number(3.0, one, float).is_integer().value is True
    assert Number(2.26, one, float).round(1).value == 2.3 and part.round().value == 2
    third = Number(H, one).truediv(Number(3, one)).round(1)
    assert third.pytype is float and one.is_nameless(third.value)


def test_what_stands_for_a_size_in_pytorch():
    """A symbol, of each size another; and a guess of it, if asked for one."""
    one = run()
    size, other = Number(H, one), Number(W, one)
    assert size.expr == Number(H, one).expr != other.expr

    def optimization_hint(number):
        return number.shape_env.optimization_hint(number, 7)

    def another(number):
        return number.shape_env

    assert optimization_hint(size) == 7 and another(size) is None


def test_halves_are_rounded():
    for h in (1, 2, 7, 8):
        half = Number(H, run()).truediv(Number(2, run()))
        found = half.floor(), half.ceil(), half.trunc()
        assert [n.value(H=h) for n in found] == [math.floor(h / 2), math.ceil(h / 2), int(h / 2)]


def test_what_pytorch_divides_is_taken_for_large():
    """What the model divides itself has an answer for each size."""
    one = run()
    one.entered = True
    assert Number(3, one).floordiv(Number(H, one)).value == 0
    assert one.presumed == [Condition(H - 3, ">")]
    quotient = Number(H, one).truediv(Number(W - 5, one))
    assert quotient.fraction == (H, W - 5) and quotient._upright("<") is None
    one.entered = False
    with pytest.raises(Parting):
        quotient._upright("<")
    above = run({"W": Sizes.every(6)})
    assert Number(H, above).truediv(Number(W - 5, above))._upright("<") == (H, W - 5)
    below = run({"W": Sizes.interval(1, 4)})
    assert Number(H, below).truediv(Number(W - 5, below))._upright("<") == (-H, 5 - W)
    product = Number(H, above).truediv(Number(W, above)).mul(Number(H, above))
    assert product.about == (H * H, W) and product.fraction is None
    assert product._upright("<") == (H * H, W) and product._upright("==") is None
    assert product._upright("!=") is None


ABOVE, BELOW = Condition(H - W, ">="), Condition(H - W, "<")


def test_a_run_goes_on_where_all_it_told_still_holds():
    def goes_on(box, side, held=(), nameless=False):
        one = run(box)
        if nameless:
            one.nameless()
        return one.goes_on(((side, held), ({}, ())))

    assert goes_on({}, {}, (ABOVE,)) and goes_on({}, {"H": Sizes.every(3)})
    assert not goes_on({}, {"H": Sizes.of(3)}) and not goes_on({}, {}, (ABOVE,), True)
    assert not goes_on({"H": Sizes.interval(1, 9)}, {"H": Sizes.every(3)})
    few = {"H": Sizes.of(1, 2), "W": Sizes.every(5)}
    assert not goes_on(few, {}, (ABOVE,)) and goes_on(few, {}, (BELOW,))
    assert not goes_on({}, {"H": Sizes.every(3), "W": Sizes.of(3)})


def test_a_run_takes_the_first_side_and_leaves_the_others():
    one, first = run({"H": Sizes.every(2)}), Known({"W": Sizes.of(7)})
    one.left = [first]
    sides = ({"W": Sizes.every(5)}, (ABOVE,)), ({"W": Sizes.of(4)}, ()), ({}, (BELOW,))
    one.take(sides)
    box = {"H": Sizes.every(2)}
    assert one.left == [first, Known(box, (BELOW,)), Known(box | {"W": Sizes.of(4)})]
    assert one.known == Known(box | {"W": Sizes.every(5)}, (ABOVE,)) and one.held == (ABOVE,)
    assert one.box == box | {"W": Sizes.every(5)}


@pytest.mark.parametrize("joining", (0, 1))
def test_ways_part_within_a_module_from_its_beginning(joining):
    one, sides = run(), (({"H": Sizes.every(5)}, ()), ({"H": Sizes.interval(1, 4)}, ()))
    one.joining = joining
    if joining:
        with pytest.raises(Parting) as parting:
            one.part(sides)
        assert one.parting is parting.value and parting.value.sides is sides and not one.left
        assert parting.value.tried == 0 and one.parted == "?"
        return
    one.part(sides)
    assert one.parting is None and len(one.left) == 1 and one.parted.startswith("test_torch_run")


def test_what_is_refused_within_a_call_stops_the_run():
    def refused():
        raise ShapeError("asked", "received", "works")

    def within(one, call):
        assert one.entered
        with pytest.raises(ShapeError):
            one.enter(call)
        assert one.entered and one.parting is None

    one = run()
    assert one.enter(lambda: (one.entered, 3)) == (True, 3) and not one.entered
    with pytest.raises(ShapeError) as problem:
        one.enter(refused)
    assert one.parting is problem.value and not one.entered
    other = run()
    other.enter(lambda: within(other, refused))
    assert other.parting is None


def test_what_cannot_be_told_stops_the_run_where_the_model_asks():
    asked = Text(zh="问", en="asked")
    one, other = run(), run()
    problem = one.untold(asked, H + 1)
    assert one.parting is problem and "give that size as a number" in str(problem)
    assert "asked (test_torch_run.py:" in str(problem) and "received H + 1" in str(problem)
    other.entered, other.alike_names = True, ("H", "W")
    problem = other.untold(asked, other.nameless())
    assert other.parting is None and "give H and W one name; or give that size" in str(problem)
    assert "one name" not in str(other.untold(asked, H))  # no root is asked for there


def test_what_was_presumed_is_reconsidered_from_the_last():
    one = run()
    assert one.likely(Condition(H - 3, ">")) is True and one.likely(Condition(W - 5, "<")) is False
    assert one.likely(Condition(H, ">")) is True
    assert one.presumed == [Condition(H - 3, ">"), Condition(W - 5, "<")]
    one.presumed += [Condition(H, ">"), Condition(one.nameless(), ">")]
    with pytest.raises(Parting) as parting:
        one.reconsidered()
    assert [list(side) for side, _ in parting.value.sides] == [["W"], ["W"]]
    settled = run()
    settled.presumed = [Condition(H, ">"), Condition(settled.nameless(), ">")]
    settled.reconsidered()
    assert settled.parting is None


def test_a_size_that_is_one_number_is_no_length():
    one = run({"H": Sizes.interval(2, 3), "W": Sizes.every(4)})
    assert one.pinned(H // 2 + W) == W + 1 and one.pinned(3) == 3
    assert one.pinned(H // 3 + W) == H // 3 + W
    hidden = one.nameless()
    assert one.pinned(hidden) is hidden
    assert one._put_in_all(H * W) == H * W
    one.narrow({"H": Sizes.of(3)}, ())
    assert one._put_in_all(H * W + hidden) == W * 3 + hidden


def test_lines_at_which_nothing_is_left_are_those_of_all_ways():
    there = {"model.py:7"}
    given = Run({"x": ("H",)}, Known({}), SimpleNamespace(), emptied=there)
    assert given.emptied is there and run().emptied == set()


def test_what_pytorch_asks_of_strides_parts_no_ways():
    """Strides are products of several sizes; what it asks of one size, or of a sum, does."""
    product_, square, order = (Condition(n, ">") for n in (H * W - 50, H * H - 9, H - W))
    one = run()
    with runs.Asking(one):
        assert one.ask(product_) is True and one.presumed == [product_] and not one.left
        assert one.ask(square) is True and len(one.left) == 1
        assert one.ask(order) is False and len(one.left) == 2
        assert one.presumed == [product_]
    assert not one.calling and not one.inside
    other = run()
    with runs.Asking(other):
        assert other.ask(product_) is True and not other.left
    for asked in one, other:  # now the model asks itself
        before = len(asked.left)
        assert asked.ask(product_) is True and len(asked.left) == before + 1


def test_what_pytorch_asks_inside_is_taken_for_what_large_sizes_say():
    few = {"H": Sizes.of(2, 3)}
    truths = {"==": False, "!=": True, "<": False, "<=": False, ">": True, ">=": True}
    for relation, told in truths.items():
        one = run(few)
        with runs.Asking(one, True):
            at = 3 if relation in ("==", "!=", ">=", "<") else 2
            condition = Condition(H - at, relation)
            assert one.ask(condition) is told and one.ask(condition) is told, relation
            assert one.presumed == [condition] * 2 and not one.left
            one.turned = frozenset((condition,))
            assert one.ask(condition) is not told
    one = run()
    with runs.Asking(one, True):
        assert one.ask(Condition(H - 5, "<=")) is False and one.ask(Condition(H - 5, ">")) is True
        assert one.ask(Condition(5 - H, ">")) is False and one.ask(Condition(6 - H, "<=")) is True
        assert not one.left
        assert one.ask(Condition(H % 2, "==")) in (True, False) and one.left  # neither is small
        hidden = Condition(one.nameless() - 3, ">")
        assert one.ask(hidden) is one.ask(hidden) is True and one.guessed == [hidden] * 2


def test_of_alternatives_that_a_node_requires_the_first_is_taken():
    one = run()
    first, second = Condition(H - W, "=="), Condition(W - 1, "==")
    one.requirements = [
        Requirement(one.node, (first,), (), ("H", "W")),
        Requirement(one.node, (Condition(H - W, ">"), second), (), ("H", "W")),
        Requirement("another", (Condition(H - 2 * W, "=="), second), (), ("H", "W")),
        Requirement(one.node, (first, second), (), ("H", "W")),
    ]
    assert one._one_of(first) is one._one_of(Condition(W - H, "==")) is True
    assert one._one_of(second) is one._one_of(Condition(1 - W, "==")) is False
    for other in (Condition(H - W, "!="), Condition(H - W, ">"), Condition(H - 2 * W, "==")):
        assert one._one_of(other) is None
    other = run()
    other.requirements = [Requirement(other.node, (first, second), (), ("H", "W"))]
    with runs.Asking(other, True):
        assert other.ask(first) is True and other.ask(Condition(H - 2 * W, "==")) is False


def test_few_sizes_beside_an_open_one_are_told_apart_one_by_one():
    for few in ((2, 8), (2, 3, 5, 8), (2, 3, 5, 7, 8)):
        first, second = run({"W": Sizes.of(*few)})._sides(Condition(H - W, ">"))
        held = Condition(H - W, "<="), Condition(H - W, ">")
        if len(few) > 4:
            assert {first[1], second[1]} == {(one,) for one in held}
            assert first[0] == second[0] == {}
        else:
            apart = [[n for n in few if n in side["W"]] for side, _ in (first, second)]
            assert sorted(map(len, apart)) == [1, len(few) - 1]


def test_the_side_of_larger_sizes_is_that_of_those_which_still_run():
    one, even = run(), Sizes.classes(2, (0,), 2)
    one.requirements = [Requirement(one.node, (Condition(H - 5, "<="),), (), ("H",))]
    (first, _), (second, _) = one.divided("H", even)  # up to 5, or to 4
    assert first["H"] == Sizes.classes(2, (1,), 1) and second["H"] == even


def test_sizes_that_are_refused_have_a_way_too():
    one = run({"H": Sizes.interval(1, 7)})
    one.some(H - 2)
    with pytest.raises(Parting) as parting:
        one.by_value(H // 3)
    sides = [[n for n in range(1, 9) if n in side["H"]] for side, _ in parting.value.sides]
    assert sides == [[1, 2, 6, 7], [3, 4, 5]]


def test_orders_that_were_presumed_are_turned_one_by_one():
    one = run()
    equal, other = Condition(H * W - 6, "=="), Condition(H * W - 7, "!=")
    above, below = Condition(H * W - 8, ">"), Condition(W * H - 9, "<=")
    one.presumed = [equal, above, other, Condition(H * W, ">"), below, above]
    assert [(told, one.turned) for told in one.turns()] == [
        (above, frozenset((above,))),
        (below, frozenset((below,))),
    ]
    assert one.turned == frozenset()
    with pytest.raises(ZeroDivisionError):
        for _ in one.turns():
            raise ZeroDivisionError
    assert one.turned == frozenset()


def test_what_is_taken_back_is_required_no_longer_until_it_is_put_back():
    one = run()
    one.some(H - 2)
    many = one.many
    one.some(H - 4), one.equal(W, 3), one.drops(H % 2, 1), one.leave()
    known = [Condition(H - 5, ">="), Condition(W - 3, "==")]
    assert list(map(one.always, known)) == [True, True]
    before = [list(kept) for kept in one._kept()]
    taken = one.taken_back(many)
    assert one.many == many and list(map(one.always, known)) == [None, None]
    assert one.always(Condition(H - 3, ">=")) is True
    assert [r.conditions for r in taken[0]] == [r.conditions for r in before[0][1:]]
    one.put_back(taken)
    assert [list(kept) for kept in one._kept()] == before
    one.taken_back(many)
    one.some(H - 4)  # it may be required again
    assert one.always(known[0]) is True and len(one.requirements) == 2


def test_what_an_operation_here_asks_of_several_sizes_parts_the_ways():
    one = run()
    assert one._decided_here(Condition(H - W, "<")) is True and len(one.left) == 1
    assert one._decided_here(Condition(H - W, ">=")) is False and len(one.left) == 1
    with pytest.raises(Fork):
        one._decided_here(Condition(H - 3, ">"))
    told = one.handled(lambda flow: "large" if flow.decide(Condition(H - 3, ">")) else "small")
    assert told == "large" and one.always(Condition(H - 3, ">")) and len(one.left) == 2
    few = run({"W": Sizes.of(2, 3)})
    with pytest.raises(Parting):
        few.decide(Condition(H - W, ">"))
    with pytest.raises(Fork):
        few.decide(Condition(W - 2, ">"))
    hidden = Condition(few.nameless() - 3, ">")
    assert few.decide(hidden) is True and few.guessed == [hidden]


def test_whether_pytorch_asks_about_a_layout():
    """A function of the file in which PyTorch has them, and not far above the question."""

    def asked(name, file, far=0):
        room = {}
        exec(compile(f"def {name}(ask): return ask()", file, "exec"), room)

        def ask(more):
            return ask(more - 1) if more else runs._about_layout()

        return room[name](lambda: ask(far))

    there = "torch/_prims_common/__init__.py"
    for name in ("is_contiguous", "compute_strides", "are_strides_like_channels_last", "dense"):
        assert asked(name, there)
    assert not asked("same_shape", there) and not asked("is_contiguous", "torch/_prims/__init__.py")
    assert asked("is_contiguous", there, 10) and not asked("is_contiguous", there, 12)
    assert not runs._about_layout()


@pytest.mark.parametrize("sign", (1, -1))
def test_a_length_that_only_rises_is_least_at_the_least_sizes(sign):
    box = {"H": Sizes.every(4), "W": Sizes.every(2)}
    for relation, number in product(RELATIONS, (5, 9, 10, 12)):  # 10 at the least sizes
        condition = Condition((H * W + W - number) * sign, relation)
        found = truths(condition, box)
        assert run(box).always(condition) is (found.pop() if len(found) == 1 else None), number


def test_factors_are_alike_only_where_they_are_equal_for_ever_on_a_class():
    n, high, one = Length.of("N"), (H + 7) // 8, run()
    for other in (H - 2, W // 4, H + 1):
        assert one.alike(n * high, n * other) == n * high and not one.left
    assert one.alike(n * high * 3, n * (H // 8)) in (n * high * 3, n * (H // 8) * 3) and one.left


def test_the_line_that_runs_is_the_models_own():
    """Code that was made out of a string stands in no file; and none of a model's may run."""
    room: dict = {}
    exec(compile("def called(it): return it()", "<made>", "exec"), room)
    assert room["called"](line).startswith("test_torch_run.py:")
    told: SimpleQueue = SimpleQueue()
    _thread.start_new_thread(list, (map(told.put, starmap(line, [()])),))
    assert told.get(timeout=60) == "?"


TOLD = (
    (H * W * 2 - 7, {}),
    (H * W - 7, {"H": Sizes.interval(2, 6)}),
    (H * W - 35, {"H": Sizes.classes(2, (0,), 2)}),
    (H * 4 - W * 2 - 3, {}),
)


@pytest.mark.parametrize(("length", "box"), TOLD)
def test_a_product_or_a_sum_that_is_a_number_nowhere_is_told(length, box):
    for relation in ("==", "!="):
        condition = Condition(length, relation)
        assert {run(box).always(condition)} == truths(condition, box)


def test_what_is_required_of_several_sizes_holds():
    one, n = run(), Length.of("N")
    asked, other = H * W * n - W * W - 5, H * W * n - W - 6
    one.requirements = [
        Requirement(one.node, (Condition(other, "=="), Condition(n - 1, "==")), (), ("H", "W")),
        Requirement(one.node, (Condition(other, ">"),), (), ("H", "W")),
    ]
    for length in (asked, other):
        assert one.always(Condition(length, "==")) is one.always(Condition(length, "!=")) is None
    one.requirements.append(Requirement(one.node, (Condition(asked, "=="),), (), ("H", "W")))
    for length in (asked, -asked):
        assert one.always(Condition(length, "==")) is True
        assert one.always(Condition(length, "!=")) is False
    assert one.always(Condition(other, "==")) is None


def test_a_quotient_on_classes_is_what_it_is_at_each_of_their_sizes():
    boxes = {m: run({"H": Sizes.classes(m, (r,), m + r)}) for m, r in ((8, 0), (4, 1), (6, 2))}
    found = 0
    for m, one in boxes.items():
        for above, below in ((H + 7, 8), (H * 3, 1), (H - 1, 2), (H * H, 1), (H + 2, 4)):
            a, b = above // below, H // m
            told = one.quotient(a, b)
            if told is None:
                continue
            found += 1
            for h in one.box["H"][:9]:
                value = told(H=h) if isinstance(told, Length) else told
                assert value == a(H=h) // b(H=h), (m, above, below, h)
    assert found > 4 and run().quotient(H + 7, H) is None
    assert boxes[8].quotient(24, H // 8 + W) is None


@pytest.mark.parametrize(
    ("length", "relation", "guessed"),
    (
        *((lambda n, m: n, "==", False), (lambda n, m: n - 1, "==", False)),
        *((lambda n, m: n - 2, "==", True), (lambda n, m: n - m, "==", True)),
        *((lambda n, m: n - 1, "!=", True), (lambda n, m: n - 2, "!=", False)),
        *((lambda n, m: n - H, "!=", False), (lambda n, m: n - m - 1, "==", True)),
        *((lambda n, m: n - 3, ">", True), (lambda n, m: 3 - n, ">", False)),
        *((lambda n, m: n - 3, "<", False), (lambda n, m: 3 - n, "<=", True)),
        *((lambda n, m: n + m, ">=", True), (lambda n, m: n, "<", False)),
    ),
)
def test_a_size_without_formula_is_guessed_to_be_large_and_to_fit(length, relation, guessed):
    one = run()
    condition = Condition(length(one.nameless(), one.nameless()), relation)
    assert one.likely(condition) is guessed and one.guessed == [condition]
    one.turned = frozenset((condition,))
    assert one.likely(condition) is not guessed


def test_whether_every_size_may_be_large():
    assert run().large and run({"H": Sizes.every(4), "W": Sizes.classes(2, (1,), 1)}).large
    assert not run({"H": Sizes.every(4), "W": Sizes.interval(1, 3)}).large
    assert not run({"W": Sizes.of(7)}).large
    assert not run(held=(Condition(H - W, ">="),)).empty and not run({"H": Sizes.none()}).empty


def test_an_operation_here_asks_as_long_as_it_runs():
    before = ASKED.get(None)
    one = run()

    def refused(flow):
        assert ASKED.get() == one._decided_here
        raise ShapeError("asked", "received", "works")

    with pytest.raises(ShapeError):
        one.handled(refused)
    assert ASKED.get(None) is before


def all_ways(function) -> list:
    """Each way of a function of a run, and what it gives there."""
    open_, found = [Known({})], []
    while open_:
        assert len(open_) < MOST
        one = Run({"x": ("H", "W")}, open_.pop(), SimpleNamespace(give=lambda *_: None))
        if one.empty:
            continue
        try:
            found.append((one, function(one)))
        except Parting as parting:
            open_ += [one.known.narrowed(*side) for side in parting.sides]
        open_ += one.left
    return found


DIVIDED = (
    *((n, H) for n in (7, 12, 30, -1, -7, -12, 0)),
    *((n, H + 2) for n in (7, -12)),
    *((n, H - 9) for n in (7, 12, -12)),
    *((7, 5 - H), (-7, 5 - H), (30, H // 3), (9, H * 2 + W)),
    *((H, 3), (H, -3), (H + 4, -5), (3 - H, 2), (3 - H, -2), (H * W, H), (H * W, W), (H * W, -W)),
    *((H * W * 6, H * 4), ((H + 7) // 8, (H + 55) // 56), (H, H // 2 + 1), (H + 3, H // 3 + 1)),
    *((H // 2, 1 - H // 4), (H + 9, H)),
)


@pytest.mark.parametrize(("above", "below"), DIVIDED, ids=str)
def test_a_quotient_is_what_python_says_on_every_way(above, below):
    """Where a formula tells it."""

    def at(number, **sizes):
        return number(**sizes) if isinstance(number, Length) else number

    def divided(one):
        a, b = (at(n, **{"H": H, "W": W} | one.sizes) for n in (above, below))
        try:
            return Number(a, one).floordiv(Number(b, one)).value
        except ZeroDivisionError:
            return None

    ways, exact = all_ways(divided), 0
    for h, w in product(range(1, 62), (1, 2, 5, 9)):
        sizes = {"H": h, "W": w}
        (value,) = (value for one, value in ways if lies(sizes, one.known.box, one.known.held))
        if value is not None and run().is_nameless(value):
            continue
        exact += 1
        b = at(below, **sizes)
        assert (None if value is None else at(value, **sizes)) == (
            at(above, **sizes) // b if b else None
        ), sizes
    assert exact


def test_a_quotient_of_several_sizes_has_no_formula():
    for above, below in ((H * W, H + W), (H + W, H), (H, H + W), (H, W)):
        one = run()
        assert one.is_nameless(Number(above, one).floordiv(Number(below, one)).value)
        assert not one.left and one.parting is None


def test_what_numpy_calls_of_a_size():
    one = run()
    size = seen(torch.SymInt(Number(H * H, one)))
    assert np.sqrt(size).node.value == H and np.sqrt(size).node.pytype is float
    half = seen(torch.SymFloat(Number(H * 2, one).truediv(Number(2, one))))
    assert np.rint(half).node.value == H


def test_what_stands_in_for_a_name_is_called_so_and_does_the_same():
    for name, ours in stand_ins().items():
        theirs = {**vars(builtins), "math": math, "sqrt": math.sqrt, "isqrt": math.isqrt}[name]
        if name in ("int", "float"):
            assert ours.__name__ == name and ours("12") == theirs("12")
        elif name == "math":
            assert ours.sqrt(9) == 3 and ours.pi == math.pi
        else:
            given = {"len": ("abc",), "divmod": (9, 4)}.get(name, (9,))
            assert ours(*given) == theirs(*given)


def test_what_has_axes_but_no_items_is_taken_as_python_takes_it():
    class Axes:
        ndim = 0

        def __int__(self):
            return 5

    assert stand_ins()["int"](Axes()) == int(Axes()) == 5


def test_each_module_is_given_its_own_names():
    one, other = (SimpleNamespace(f_globals={}, f_code=lines.__code__) for lines in (len_of,) * 2)
    with StandIns() as there:
        assert there.give(one) is not None and there.give(other) is not None
        assert one.f_globals.keys() == other.f_globals.keys() == {"len"}
    assert one.f_globals == other.f_globals == {}


def len_of(x):
    return len(x)


def test_any_answer_does_where_no_line_of_the_model_compares():
    one = run()
    size, other = (seen(torch.SymInt(Number(n, one))) for n in (H, W))
    assert (size < other).node.either is False and operator.lt(size, other).node.either is True


def test_a_twin_has_tensors_of_the_same_kinds():
    module = torch.nn.BatchNorm1d(3)
    module.own = torch.zeros(2)
    made, originals = twin(module)
    for name in ("weight", "running_mean", "num_batches_tracked", "own"):
        one, other = getattr(module, name), getattr(made, name)
        assert type(one) is type(other) and one is not other and originals[id(other)][1] is one
