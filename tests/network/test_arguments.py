"""What goes into a model: rows of shapes, shapes in dicts, dataclasses and named tuples, examples."""

from collections import OrderedDict
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import numpy
import pytest

from shapealg import Length, ShapeError
from shapealg.network.readers.arguments import (
    Asked,
    arguments,
    called,
    leaves,
    mapped,
    parts_of,
    plain,
)


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Batch:
    image: Any
    more: Any = 2


def asked(*shape, dtype=None):
    return Asked(shape, dtype)


EXAMPLE = numpy.zeros((2, 3), "float32")
GIVEN = (
    (None, None),
    ("N,3,H", {0: asked("N", 3, "H")}),
    ("1x3x224", {0: asked(1, 3, 224)}),
    (("N", 3, None), {0: asked("N", 3, "n2")}),
    ([None, 3, None], {0: asked("N", 3, "n2")}),
    (["N,3", "M,4"], {0: asked("N", 3), 1: asked("M", 4)}),
    ([("N", 3), [2, "H"]], {0: asked("N", 3), 1: asked(2, "H")}),
    ((1, Length.of("H")), {0: asked(1, "H")}),
    ((1, "2 H"), {0: 1, 1: asked(2, "H")}),
    (["N,3", None, 5, True], {0: asked("N", 3), 1: None, 2: 5, 3: True}),
    (EXAMPLE, {0: asked(2, 3, dtype="float32")}),
    (
        [EXAMPLE, EXAMPLE.astype("int64")],
        {0: asked(2, 3, dtype="float32"), 1: asked(2, 3, dtype="int64")},
    ),
    (SimpleNamespace(shape=(2, "H"), dtype="torch.float16"), {0: asked(2, "H", dtype="float16")}),
    (SimpleNamespace(shape=(2, 5)), {0: asked(2, 5)}),
    ({"x": "N,3", "k": 2.5}, {"x": asked("N", 3), "k": 2.5}),
    (
        {"x": {"a": "N,3", "b": [("N", 4), 1.5]}},
        {"x": {"a": asked("N", 3), "b": [asked("N", 4), 1.5]}},
    ),
    ({"x": Pair("N,3", None)}, {"x": Pair(asked("N", 3), None)}),
    ({"x": Batch(("N", 3))}, {"x": Batch(asked("N", 3))}),
    ({"x": [Batch("N,3", "M,4")]}, {"x": [Batch(asked("N", 3), asked("M", 4))]}),
    ({"x": ("H",)}, {"x": asked("H")}),
    ({"x": MappingProxyType({"a": "N,3"})}, {"x": {"a": asked("N", 3)}}),
    ([Pair("N,3", "N,4")], {0: Pair(asked("N", 3), asked("N", 4))}),
    (Pair("N,3", "N,4"), {0: asked("N", 3), 1: asked("N", 4)}),
    ((1,) * 16, {0: asked(*(1,) * 16)}),
)


@pytest.mark.parametrize(("given", "told"), GIVEN, ids=str)
def test_shapes_are_found_where_they_stand(given, told):
    made = arguments(given)
    assert made == told
    for one, other in zip((made or {}).values(), (told or {}).values(), strict=True):
        assert type(one) is type(other)


@pytest.mark.parametrize(
    ("given", "told"),
    (
        ((), "the shape of the input is needed; received ()"),
        ((1,) * 17, "the shape of the input is needed"),
        ((0, 3), r"input_shape[0] must be at least 1; received 0; the nearest that works is 1"),
        ((1, -3), r"input_shape[1] must be at least 1; received -3"),
        ((1, 2.5), r"input_shape[1]"),
        ((1, "H+1"), r"input_shape[1] must be an integer; received 'H+1'; a string can only be"),
        ((1, Length.of("H") + 1), r"input_shape[1] must be an int or a name; received H + 1; for"),
        (7, "the shape of the input is needed; received 7"),
        ((1, True), r"input_shape[1]"),
        ((1, "h" * 41), r"input_shape[1]"),
        ({"x": {"a": (1, 0)}}, r"input_shape[1] must be at least 1"),
    ),
)
def test_what_is_no_shape_is_told_in_one_line(given, told):
    with pytest.raises(ShapeError) as caught:
        arguments(given)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def nested(levels: int, inner, *, of):
    """So many lists, dicts in one another."""
    for _ in range(levels):
        inner = [inner, 5] if of is list else {"a": inner}
    return inner


@pytest.mark.parametrize("of", (list, dict))
def test_arguments_lie_in_one_another_16_levels_deep_at_most(of):
    deep = nested(16, "N,3", of=of)
    ((_, found), *_) = [pair for pair in leaves(arguments({"x": deep})["x"]) if pair[1] != 5]
    assert found == asked("N", 3)
    for one in (nested(18, "N,3", of=of), nested(999, "N,3", of=of)):
        with pytest.raises(ShapeError, match="more than 16 levels; at most 16 levels work"):
            arguments({"x": one})
    again: list = ["N,3"]
    again.append(again)
    with pytest.raises(ShapeError, match="lie too deep in one another"):
        arguments({"x": again})


def test_what_has_a_failing_shape_is_left_as_it_is():
    class Failing:
        @property
        def shape(self):
            raise RuntimeError

    one = Failing()
    assert arguments({"x": one}) == {"x": one}


@pytest.mark.parametrize(
    "value", ([1, 2], (1, 2), {"a": 1, "b": 2}, OrderedDict(a=1, b=2), Pair(1, 2), Batch(1, 2))
)
def test_the_parts_of_a_value_are_changed_one_by_one(value):
    """The value itself stays as it is."""
    before = repr(value)
    made = mapped(value, lambda name, part: (name, part))
    names = {list: (0, 1), tuple: (0, 1), Pair: ("left", "right"), Batch: ("image", "more")}
    wanted = names.get(type(value), ("a", "b"))
    assert [part for _, part in parts_of(made)] == [(wanted[0], 1), (wanted[1], 2)]
    assert [name for name, _ in parts_of(value)] == list(wanted)
    assert isinstance(made, dict) if isinstance(value, dict) else type(made) is type(value)
    assert repr(value) == before
    assert list(leaves({"x": value, "y": 3})) == [
        (("x", wanted[0]), 1),
        (("x", wanted[1]), 2),
        (("y",), 3),
    ]


@pytest.mark.parametrize("value", (3, "ab", None, Batch, asked("N"), 2.5))
def test_a_value_without_parts_is_left_as_it_is(value):
    assert parts_of(value) is None and mapped(value, None) is value
    assert list(leaves(value)) == [((), value)]


def test_an_output_is_called_by_its_keys():
    assert called(("a", 1, "b"), "add_1") == "a.1.b" and called((0, 1), "add_1") == "add_1"
    assert called((), "add_1") == "add_1" and called((0, "a"), "add_1") == "0.a"


def test_a_model_that_takes_tensors_takes_shapes_only():
    assert plain(arguments(["N,3", EXAMPLE])) == {0: ("N", 3), 1: (2, 3)}
    assert plain(None) is None and plain({}) == {}
    for given, told in (
        (
            {"x": "N,3", "k": 5},
            "input 'k' must be the shape of one tensor; received 5; for example",
        ),
        (["N,3", None], "input 1 must be the shape of one tensor; received None"),
    ):
        with pytest.raises(ShapeError, match=told):
            plain(arguments(given))
