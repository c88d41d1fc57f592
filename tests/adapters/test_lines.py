"""Lines of sizes against sets that are counted out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapealg as sa
from shapealg.adapters.lines import covered, exact, lines

SETS = st.builds(
    sa.Sizes,
    st.integers(1, 12),
    st.lists(st.integers(0, 11), min_size=1, max_size=5),
    st.integers(1, 40),
    st.lists(st.integers(1, 60), max_size=5),
)


@given(SETS, st.integers(1, 200))
def test_lines_are_the_classes_up_to_the_largest_and_hold_nothing_else(those, most):
    made = lines("H", those, most)
    start, others = those.unfolded
    wanted = {n for n in range(start, most + 1) if n in those and n not in others}
    found = {n for n in range(most + 50) if any(n in line for line in made)}
    assert found == wanted
    assert all(n in those for n in covered(made).first(50))
    for line in made:
        for n in range(1, most + 20, 7):
            nearest = min((m for m in range(most + 50) if m in line), key=lambda m: abs(m - n))
            assert abs(line.nearest(n) - n) == abs(nearest - n) and line.nearest(n) in line


class Asked:
    """A network of which only the set of one size is known."""

    def __init__(self, those):
        self.those = those

    def accepts(self, name, **_):
        return self.those

    def explain(self, **_):
        return type(
            "Told",
            (),
            {"told": sa.read([sa.torch.MaxPool1d(2)], "1,1,T").explain(T=1).told, "works": None},
        )


@pytest.mark.parametrize(
    ("those", "line"),
    [
        (sa.Bound.above(sa.Sizes.every(1), ("secret",)), "of H only an upper bound is known"),
        (sa.Sizes.none(), "has no output"),
    ],
)
def test_what_is_no_exact_set_is_refused(those, line):
    with pytest.raises(sa.ShapeError) as told:
        exact(Asked(those), "H", {})
    assert line in str(told.value) and "\n" not in str(told.value)


def test_equal_sizes_and_sizes_that_rise_past_a_tie():
    from shapealg.adapters.ties import alike

    pair = sa.read([sa.torch.MaxPool2d(2)], "N,3,H,W")
    assert alike(pair, {"H": 2, "W": 2}) == {"H": "H", "W": "W"}
