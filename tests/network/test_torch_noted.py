"""What is noted of a call: its shapes as PyTorch found them, its wires as an operation here tells."""

from types import SimpleNamespace

import pytest
from needed import require

from shapealg.axis.length import Length
from shapealg.errors import Undecided
from shapealg.network.ratio import Ratio
from shapealg.network.tensor import UNKNOWN, Tensor, Wire

require("torch")

import torch  # noqa: E402 — once it is known to be there

from shapealg.network.failure import Failure  # noqa: E402
from shapealg.network.readers.torch import nested, noted  # noqa: E402
from shapealg.network.readers.torch.known import NAMELESS  # noqa: E402
from shapealg.network.readers.torch.noted import Shaped, Slot  # noqa: E402
from shapealg.network.readers.torch.number import Number  # noqa: E402
from shapealg.network.readers.torch.table.arguments import Unknown  # noqa: E402
from shapealg.network.readers.torch.table.entry import Entry  # noqa: E402

H, W = Length.of("H"), Length.of("W")
WIRES = (Wire(0, 0),), (Wire(0, 1),)


class Flowing:
    """What of a run is looked at."""

    def __init__(self, **sizes):
        self.sizes, self.unknown, self.held = {"H": H} | sizes, [], []

    def leave(self, *tensors):
        self.unknown.append(tensors)
        return UNKNOWN

    def some(self, length):
        self.held.append(length)


def shaped(told, shapes, trusted=True):
    made = Shaped(lambda flow, *tensors: told)
    made.shapes, made.trusted = shapes, trusted
    return made


def test_a_shape_that_is_told_here_is_that_one():
    told = Tensor((2, H // 2), None, WIRES)
    assert shaped(told, ((2, W),))(Flowing()) == (told,)
    assert shaped(told, None)(Flowing()) == told
    assert shaped((told, told), None)(Flowing()) == (told, told)


def test_what_is_not_told_is_what_pytorch_found():
    told = Tensor((2, None), (3, 4), WIRES, (Wire(0, 2),))
    assert shaped(told, ((5, H),))(Flowing()) == (Tensor((2, H), (3, 4), WIRES, (Wire(0, 2),)),)
    assert shaped(told, ((5, H),), False)(Flowing(H=7)) == (
        Tensor((5, 7), (3, 4), WIRES, (Wire(0, 2),)),
    )
    for other in (Tensor(None, 3, WIRES), Tensor((2, H, 1), 3, WIRES)):
        assert shaped(other, ((5, H),), False)(Flowing()) == (Tensor((5, H)),)


def test_what_is_told_is_trusted_until_pytorch_finds_something_else():
    made = Shaped(lambda flow: Tensor((2, H), 3, WIRES))
    made.shapes = ((2, W),)
    assert made(Flowing()) == (Tensor((2, H), 3, WIRES),)


def test_several_outputs_of_which_nothing_is_told():
    assert shaped(UNKNOWN, ((5, H), (W,)))(Flowing()) == (Tensor((5, H)), Tensor((W,)))


def test_lengths_have_one_floor_where_there_is_such_a_form():
    twice = (H // 2 + 1) // 2 - H // 2
    simple = noted.simplest(twice)
    told = noted._simpler(Tensor((2, twice, None), None, WIRES))
    assert told.shape == (2, simple, None) and told.wires == WIRES
    for same in (Tensor((2, H, 5)), Tensor(None), Tensor((simple, H + 1))):
        assert noted._simpler(same) is same


def test_what_pytorch_alone_knows_is_not_empty():
    flow = Flowing()
    given = Tensor((2, H)), None, Tensor(None)
    noted.hold_something(flow, given, (Tensor((2, H, W)), Tensor(None), Tensor((W - 1, 3))))
    assert flow.held == [W, W - 1, 3]


def test_numbers_at_the_sizes_of_a_run():
    assert noted.row((2,), (H + 1, Ratio(W, 2)))(Flowing(H=4, W=6)) == Tensor(
        (2,), (5, Ratio(6, 2)), ((),)
    )
    assert noted.row((), H * 2)(Flowing(H=4)) == Tensor((), 8, ())
    assert noted.size(H + W)(Flowing(H=4)) == Tensor((), W + 4, ())
    assert noted.at_sizes("a", {}) == "a" and noted.at_sizes(H, {"H": H}) is H


@pytest.mark.parametrize(
    ("one", "plain"),
    ((Tensor((), 3, ()), 3), (Tensor((1,), 3, ()), None), (Tensor((), H, ()), None), (4, 4)),
)
def test_the_number_behind_a_tensor(one, plain):
    assert noted._plain(one) == (one if plain is None else plain)


def test_two_shapes_are_the_same_as_far_as_that_is_known():
    def never_zero(length):
        if length == H - W:
            raise Undecided("either", "H - W", "give them")
        return length == H + 1

    flow = SimpleNamespace(never_zero=never_zero)

    def same(told, *found):
        return noted.same_shape(flow, Tensor(told), found)

    assert same(None, 1, 2) and same((1, None), 1, 2) and same((1, H), 1, None)
    assert same((H, 3), H, 3) and not same((H, 3), H, 4) and not same((H,), H, 1)
    assert same((H, 2), W, 2) and not same((H, 3), W, 2)
    assert not same((2 * H + 1,), H) and same((2 * H,), H - 5)


def test_rows_in_rows():
    assert nested.lengths([[4, 5]]) == (1, 2) and nested.lengths([]) == (0,)
    assert nested.lengths((1, 2, 3)) == (3,) and nested.lengths([[[1]], [[2]]]) == (2, 1, 1)
    assert nested.in_rows([1, 2], (1, 2)) == [[1, 2]] and nested.in_rows([1], ()) == 1
    inner = {"a": [1, (2, 3)], "b": slice(4, None, 5)}
    assert nested.flat((inner, 6)) == [1, 2, 3, 4, None, 5, 6]
    twice = nested.mapped((inner, 6), lambda n: n and n * 2)
    assert twice == ({"a": [2, (4, 6)], "b": slice(8, None, 10)}, 12)


def test_what_is_left_open_of_a_shape_that_is_known_is_forgotten():
    def leaves(flow, *tensors):
        return flow.leave(*tensors)

    x = Tensor((2, H))
    for shape, left in ((((5, H),), 1), (((5, None),), 2), (((5, H), (None,)), 2), (None, 2)):
        flow, made = Flowing(), Shaped(leaves)
        flow.leave(x)
        made.shapes = shape
        made(flow, x)
        assert flow.unknown == [(x,)] * left, shape


def test_what_nobody_here_knows_is_left_open_once():
    known, unclear = Tensor((2, H)), Tensor((2, None))
    cases = [
        ((known,), (2, None), True),
        ((known, None), (None,), True),
        ((known,), (2, H), False),
        ((unclear, known), (2, None), False),
        ((), (None,), True),
    ]
    for given, shape, left in cases:
        flow, made = Flowing(), Shaped(None)
        made.shapes = (shape,)
        assert made(flow, *given) == (Tensor(shape),)
        assert flow.unknown == [()] * left, given
    assert shaped(unclear, ((2, None),))(flow := Flowing(), known) and not flow.unknown


def test_what_nobody_here_knows_is_not_empty():
    for operation, given, held in (
        (None, (Tensor((2, H)),), [W]),
        (None, (), []),
        (lambda flow, x: x, (Tensor((2, H)),), []),
    ):
        flow, made = Flowing(), Shaped(operation)
        made.shapes = ((H, W),)
        made(flow, *given)
        assert flow.held == held


def asked(handler, layout, *tensors):
    """What a function is called with."""
    given = []

    def run(flow, *arguments, **named):
        given.append((arguments, named))
        return UNKNOWN

    handler.run = run
    assert noted.call(handler, layout)(Flowing(), *tensors) is UNKNOWN
    return given[0]


def test_a_function_is_called_as_the_model_calls_it():
    x, number, row = Tensor((2, H)), Tensor((), 4, ()), Tensor((1,), (4,), ((),))
    layout = (Slot(0), 3, [Slot(1), Slot(2)]), {"dim": Slot(1), "other": Slot(2)}
    told = asked(Entry(None), layout, x, number, row)
    assert told == ((x, 3, [4, row]), {"dim": 4, "other": row})
    told = asked(Entry(None, pointwise=True), layout, x, number, row)
    assert told == ((x, 3, [number, row]), {"dim": number, "other": row})
    told = asked(Entry(None, written=True), ((Slot(0),), {}), number)
    assert told == ((number,), {"written": ((told[1]["written"][0][0],), {})})
    assert type(told[1]["written"][0][0]) is Slot


@pytest.mark.parametrize(
    "problem", (Unknown(), TypeError(), KeyError(), AttributeError(), ValueError())
)
def test_an_overload_that_is_not_known_leaves_its_output_open(problem):
    def refuses(*_, **__):
        raise problem

    flow, x = Flowing(), Tensor((2, H))
    operation = noted.call(refuses, ((Slot(0),), {}))
    macs = noted.products(Entry(refuses, refuses), ((Slot(0),), {}))
    if isinstance(problem, ValueError):
        for call in (lambda: operation(flow, x), lambda: macs(x)):
            with pytest.raises(ValueError):
                call()
        return
    assert operation(flow, x) is UNKNOWN and macs(x) is None
    assert flow.unknown == ([] if isinstance(problem, Unknown) else [(x,)])


def test_what_is_counted_of_a_call():
    layout = (Slot(0), 3), {"times": Slot(1)}
    counted = Entry(None, lambda x, n, times: x.shape[0] * n * times.value)
    assert noted.products(counted, layout)(Tensor((2, H)), Tensor((), 5, ())) == 30
    assert noted.products(lambda flow, x: x, layout) is None
    assert Shaped(None, 7).macs == 7 and not hasattr(Shaped(None), "macs")


def test_a_size_without_a_formula_is_none():
    nameless = Length.of(f"{NAMELESS}1")
    assert noted.formula(nameless + H) is None and noted.formula(nameless) is None
    assert noted.formula(H) is H and noted.formula(3) == 3 and noted.formula(None) is None
    assert noted.value_of(3) == 3 and noted.value_of(beside := object()) is beside
    assert noted.value_of(SimpleNamespace(node=Number(H, None))) is H
    assert noted.value_of(whole := SimpleNamespace(node=H)) is whole
    assert noted.shape_of(torch.zeros(2, 3)) == (2, 3)


def test_a_way_ends_with_what_it_is_told():
    node = SimpleNamespace(name="a", kind="b")
    with pytest.raises(Failure):
        noted.raising(("either", 1, "works", node))(Flowing(), Tensor((2,)))
