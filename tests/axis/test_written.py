"""What sets and lengths write is read again as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapealg import Length, ShapeError, Sizes
from shapealg.axis import typed
from shapealg.axis.written import length, sizes

SETS = st.builds(
    Sizes,
    st.integers(1, 12),
    st.lists(st.integers(0, 11), max_size=5),
    st.integers(0, 40),
    st.lists(st.integers(0, 60), max_size=5),
)


@given(SETS, st.sampled_from(["n", "H", "高"]))
def test_what_a_set_writes_is_that_set(those, name):
    told = those.text(name)
    if "…," in told.en:  # its middle is left out
        with pytest.raises(ShapeError):
            sizes(told.en)
    else:
        assert sizes(told.en) == sizes(told.zh) == those


@pytest.mark.parametrize(
    ("said", "members"),
    [
        ("n % 16 == 0, n >= 16", [16, 32, 48]),
        ("H ≡ 1 (mod 16), H ≥ 17", [17, 33, 49]),
        ("n = 3, 5..7", [3, 5, 6, 7]),
        ("h >= 3", [3, 4, 5, 6]),
        ("n ≢ 0 (mod 2)", [1, 3, 5]),
        ("n = 0 mod 4", [4, 8]),
        ("none", []),
    ],
)
def test_what_people_type(said, members):
    assert [n for n in range(members[-1] + 1 if members else 50) if n in sizes(said)] == members


@pytest.mark.parametrize(
    "said",
    [
        *("", "16", "multiple of 16", "n ≡ 0", "n > 3", "n = 1, …, 9", None, "n ≡ 0 (mod 0)" * 2),
        *("n = 1 … 99999999", "n ≡ 0 (mod 99999999999999999999)"),
    ],
)
def test_what_is_no_set_is_one_line(said):
    with pytest.raises(ShapeError) as caught:
        sizes(said)
    assert "\n" not in str(caught.value)


def test_a_length_is_read_and_never_run():
    H = Length.of("H")
    assert length(repr((H + 31) // 32 * 2 - 1)) == (H + 31) // 32 * 2 - 1
    for said in ("H/2", "f(H)", "H.x", "2.0", "True", "", None, "H**9", "(" * 500, "H//0", "7//0"):
        with pytest.raises(ShapeError):
            length(said)


def test_what_is_too_long_to_type_is_refused_and_not_cut():
    with pytest.raises(ShapeError, match="an integer or an expression"):
        typed.length("HH" + "+1" * 150, "input_shape[2]")  # its first 200 characters are a length
    assert typed.length("HH" + "+1" * 99, "input_shape[2]") == Length.of("HH") + 99
    assert length("HH" + "+1" * 150) == Length.of("HH") + 150


def test_a_length_may_begin_with_a_sign_where_it_was_written():
    assert length("-H") == -Length.of("H") and length("-(H + W)//2")(H=3, W=4) == -7 // 2
    for typed_minus in ("-H", "-1 + H"):
        with pytest.raises(ShapeError, match="size must be an integer or an expression; received"):
            typed.length(typed_minus, "size")


@pytest.mark.parametrize("said", ("{}", "{} + 1", "1 + {}", "(1 + {}) * 2", "2 * {}//3"))
def test_a_name_that_is_none_is_refused_under_what_was_asked(said):
    """Names have 40 letters at most."""
    assert typed.length(said.format("h" * 40), "input_shape[2]").names == ("h" * 40,)
    with pytest.raises(ShapeError, match=r"^input_shape\[2\] must be an integer; received 'hhh"):
        typed.length(said.format("h" * 41), "input_shape[2]")


@pytest.mark.parametrize("said", ("3", "3 + 4", "", "-1"))
def test_a_number_in_quotes_is_none(said):
    with pytest.raises(ShapeError, match="^size must be an integer; .* without quotes"):
        typed.length(said, "size")


def test_a_set_that_is_typed_begins_at_1_and_is_as_long_as_may_be(monkeypatch):
    assert list(sizes("n ≡ 1 (mod 3)").first(3)) == [1, 4, 7] == list(sizes("n % 3 = 1").first(3))
    monkeypatch.setattr("shapealg.axis.door.LIMIT", 8)
    assert list(sizes("n = 1 … 8")) == list(range(1, 9))
    for said, many in (("n = 1 … 9", 9), ("n = 1 … 12", 12), ("n = 1, 3 … 20", 19)):
        with pytest.raises(ShapeError, match=f"received {many}; at most 8 works"):
            sizes(said)
