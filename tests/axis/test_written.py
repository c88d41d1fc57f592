"""What sets and lengths write is read again as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapealg import Length, ShapeError, Sizes
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
    ("typed", "members"),
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
def test_what_people_type(typed, members):
    assert [n for n in range(members[-1] + 1 if members else 50) if n in sizes(typed)] == members


@pytest.mark.parametrize(
    "typed",
    ["", "16", "multiple of 16", "n ≡ 0", "n > 3", "n = 1, …, 9", None, "n ≡ 0 (mod 0)" * 2,
     "n = 1 … 99999999", "n ≡ 0 (mod 99999999999999999999)"],
)  # fmt: skip
def test_what_is_no_set_is_one_line(typed):
    with pytest.raises(ShapeError) as caught:
        sizes(typed)
    assert "\n" not in str(caught.value)


def test_a_length_is_read_and_never_run():
    H = Length.of("H")
    assert length(repr((H + 31) // 32 * 2 - 1)) == (H + 31) // 32 * 2 - 1
    for typed in ("H/2", "f(H)", "H.x", "2.0", "True", "", None, "H**9", "(" * 500, "H//0"):
        with pytest.raises(ShapeError):
            length(typed)
