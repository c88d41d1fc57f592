"""Repeated blocks in closed form: against the windows joined one by one, by induction, and
published depths.
"""

import pytest
import sympy
from dumb import sees

from shapealg import ShapeError, Stack, Window

k = sympy.Symbol("k", integer=True, positive=True)
BLOCKS = {
    "tcn": lambda i: Window.dilated(k, 2**i),
    "wavenet of kernel 2": lambda i: Window.dilated(2, 2**i),
    "stages": lambda i: Window(3, stride=2, lo=1, hi=1),
    "a block of two": lambda i: [Window.dilated(3, 2**i), Window(1)],
    "strided pairs": lambda i: [Window(3, lo=1, hi=1), Window(2, stride=2)],
    "plain": lambda i: Window(k, lo=1),
    "growing kernels": lambda i: Window(2 * i + 1, lo=i),
    "threes": lambda i: Window(5, stride=3, lo=2, hi=1),
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_closed_form(block):
    """At every depth from 1 to 9 what the windows joined one by one give; and by induction for all."""
    closed, L = Stack(block, "L").window, sympy.Symbol("L", integer=True)
    for depth in range(1, 10):
        one_by_one = Stack(block, depth).window
        for name in ("kernel", "stride", "lo", "hi"):
            assert (
                sympy.simplify(
                    sympy.sympify(getattr(closed, name)).subs(L, depth) - getattr(one_by_one, name)
                )
                == 0
            ), (name, depth)
    positive = sympy.Symbol("L", integer=True, positive=True)
    here, there = (
        Window(
            *(
                sympy.sympify(part).subs(L, at)
                for part in (closed.kernel, closed.stride, closed.lo, closed.hi)
            )
        )
        for at in (positive, positive + 1)
    )
    step = here >> Stack(block, 1).at(positive)
    for name in ("kernel", "stride", "lo", "hi"):
        assert sympy.simplify(sympy.expand(getattr(step, name) - getattr(there, name))) == 0, name


@pytest.mark.parametrize("size", (1, 2, 9, 100, 631, 5000))
def test_the_depth_that_reaches(size):
    """Against positions walked back layer by layer."""
    depth = Stack(lambda i: Window.dilated(3, 2**i), "L").reaching(size)
    layers = [(3, 1, 2**i) for i in range(depth)]
    assert sees(layers) >= size and (depth == 0 or sees(layers[:-1]) < size)


def test_no_stack_prints_an_address():
    assert repr(Stack([Window(3), {"k": 3}])) == (
        "Stack([Window(kernel=3, stride=1, lo=0, hi=0), {'k': 3}])"
    )
    assert repr(Stack(lambda i: {"k": 2, "d": 2**i}, ...)) == (
        "<Stack of … blocks, block 0: [{'k': 2, 'd': 1}]>"
    )


def test_strides_that_differ_are_multiplied():
    stride = Stack(lambda i: Window(1, stride=i + 1), "L").window.stride
    (depth,) = stride.free_symbols
    assert [stride.subs(depth, n) for n in (1, 2, 3, 4)] == [1, 2, 6, 24]


def test_words_make_a_block_too():
    block = {"k": 3, "s": 2, "d": 2, "p": 1}
    one = Stack(lambda i: [block, Window(2)], 2).window
    assert one == Window.chain([Window(5, 2, 1, 1), Window(2)] * 2)
    with pytest.raises(ShapeError, match="layer 1 has no such word; received 'q'"):
        Stack(lambda i: {"k": 3, "q": 1}, 2).window  # noqa: B018


def test_a_stack_says_how_many_blocks_it_has():
    for depth in (3, "L"):
        told = f"<Stack of {depth} blocks, block 0: [Window(kernel=3, stride=1, lo=0, hi=0)]>"
        assert repr(Stack(lambda i: Window(3), depth)) == told
    with pytest.raises(ShapeError, match="^depth must be at least 0; received -1"):
        Stack(lambda i: Window(3), -1).frames(9)


def test_so_many_blocks_are_tried_and_what_they_see_is_told(monkeypatch):
    monkeypatch.setattr("shapealg.axis.stack.DEEPEST", 4)
    pairs = Stack(lambda i: Window(3), "L")
    assert [pairs.reaching(size) for size in (1, 2, 9)] == [0, 1, 4]
    assert sees([(3, 1, 1)] * 4) == 9
    with pytest.raises(ShapeError, match="no 4 blocks reach so far; received 10; 4 blocks see 9 p"):
        pairs.reaching(10)
    with pytest.raises(ShapeError, match="^size must be at least 1; received 0"):
        pairs.reaching(0)


def test_frames_and_chunks_are_of_one_sample_at_least():
    one = Stack([Window(1)])
    assert len(one.frames(1)) == one.chunks(1, 1).count == 1
    for name, wrong in (
        ("n", lambda: one.frames(0)),
        ("n", lambda: one.chunks(0, 1)),
        ("chunk", lambda: one.chunks(1, 0)),
    ):
        with pytest.raises(ShapeError, match=f"^{name} must be at least 1; received 0"):
            wrong()


def test_what_is_no_block():
    with pytest.raises(ShapeError, match="a block must be a Window or a list of them; received 3"):
        Stack(lambda i: 3, 2).window  # noqa: B018
    with pytest.raises(ShapeError, match="65536 blocks see 1 positions"):
        Stack(lambda i: Window(1), "L").reaching(2)
    with pytest.raises(ShapeError, match="no closed form"):
        Stack(lambda i: Window(3, stride=i + 1), "L").window  # noqa: B018
