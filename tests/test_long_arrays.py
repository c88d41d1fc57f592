"""Laws on long arrays: block by block they say what they say one by one, in the array's own type."""

import numpy
import pytest

from shapealg import formulas
from shapealg.errors import DomainError
from shapealg.law import blocks
from shapealg.names import law_named

CALLS = (
    ("conv_output_size", "n", {"k": 7, "s": 2, "p": 3}),
    ("conv_output_size", "n", {"k": 3, "s": 1, "d": 5, "lo": 4, "hi": 9}),
    ("same_output_size", "n", {"s": 3}),
    ("transposed_output_size", "n", {"k": 4, "s": 2, "p": 1}),
    ("strided_output_size", "n", {"k": 5, "s": 4}),
)
TYPES = ("int32", "int64", "int16", "uint8", object)


def drawn(kind, shape=(3, 2**16 + 7)) -> numpy.ndarray:
    """Sizes from 40 on, in no order."""
    return numpy.random.default_rng(0).integers(40, 250, shape).astype(kind)


@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize("name, size, rest", CALLS)
def test_a_long_array_says_what_its_entries_say(name, size, rest, kind):
    law, sizes = law_named(name), drawn(kind)
    made = law(**{size: sizes}, **rest)
    assert made.shape == sizes.shape
    for at in [(0, 0), (2, 5), (1, 2**16 + 6)] + [(i % 3, 977 * i) for i in range(60)]:
        assert made[at] == law(**{size: int(sizes[at])}, **rest)
    assert (law(**{size: sizes[:, :1000]}, **rest) == made[:, :1000]).all()


@pytest.mark.parametrize("law", formulas.laws(), ids=lambda law: law.name)
def test_every_law_takes_a_long_array_for_each_of_its_numbers(law):
    example, many = dict(law.example), 2**16 + 5
    for name, value in example.items():
        if type(value) is not int:
            continue
        made = law(**example | {name: numpy.full(many, value, dtype="int64")})
        # a law that does not depend on the number says one thing
        assert made.shape in ((many,), ()) and (made == law(**example)).all()


@pytest.mark.parametrize("kind", ["int32", "int64"])
def test_the_type_is_kept_where_everything_fits(kind):
    assert formulas.conv_output_size(drawn(kind), k=7, s=2, p=3).dtype == kind


def test_what_does_not_fit_is_promoted_and_never_wrong():
    near = numpy.full(2**17, 2**31 - 1, dtype="int32")
    made = formulas.conv_output_size(near, k=1, s=1, p=2**30)
    assert made.dtype == "int64" and (made == 2**31 - 1 + 2**31).all()
    far = numpy.full(2**17, 2**63 - 1, dtype="int64")
    assert formulas.conv_output_size(far, k=1, s=1, p=2**62)[-1] == 2**63 - 1 + 2**63


@pytest.mark.parametrize("at", [0, 70_000, 2**17 - 1])
def test_an_entry_outside_the_domain_is_found(at):
    sizes = numpy.full(2**17, 224)
    sizes[at] = 0
    with pytest.raises(DomainError, match="n=0"):
        formulas.conv_output_size(sizes, k=7, s=2, p=3)


def test_long_arrays_go_in_blocks_and_short_ones_do_not(monkeypatch):
    asked = []
    monkeypatch.setattr(blocks, "_computed", lambda *given: asked.append(given))
    formulas.conv_output_size(drawn("int64"), k=7, s=2, p=3)
    formulas.conv_output_size(drawn("int64")[:, :9], k=7, s=2, p=3)
    assert len(asked) == 1
