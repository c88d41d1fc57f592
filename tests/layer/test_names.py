"""A name in a shape gives a length, which is the number once the name is one."""

import copy
import random

import pytest
import sympy

from shapealg import torch
from shapealg.axis.length import Length
from shapealg.checks.sweep import dialect, grids
from shapealg.errors import ShapeError
from shapealg.words import frameworks
from shapealg.words.words import Words

LARGE = 32  # so much longer than the grids' axes: no window is too small


def calls(framework: str):
    """Some layers of every kind with a shape that each takes, and which entries are axes."""
    for kind, grid in grids(framework).items():
        rows = list(grid(False))
        for call, words, shape, *_ in random.Random(kind).sample(rows, min(40, len(rows))):
            try:
                made = getattr(dialect(framework), call)(**words)
            except ShapeError:
                continue
            if not isinstance(made, Words) or any(type(n) is not int for n in shape):
                continue
            axes = [isinstance(label, int) for label in made.order(len(shape))]
            if any(axes):
                yield made, shape, axes


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_a_named_size_is_a_length_and_gives_what_the_number_gives(framework):
    met = 0
    for words, shape, axes in calls(framework):
        at = {f"n{i}": n + LARGE for i, n in enumerate(shape) if axes[i]}
        named = tuple(
            f"n{i}" if axis else n for i, (n, axis) in enumerate(zip(shape, axes, strict=True))
        )
        numbers = tuple(at.get(n, n) for n in named)
        try:
            expected, made = words.output_shape(numbers), words.output_shape(named)
        except ShapeError:  # a size that must be a certain number, a factor that is rounded
            continue
        met += 1
        assert tuple(n(**at) if isinstance(n, Length) else n for n in made) == expected, words
    assert met > 50


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_what_is_asked_again_is_what_a_new_layer_says(framework):
    """A layer keeps its maps after the first answer; another shape must not be told by them."""
    met = 0
    for words, shape, axes in calls(framework):
        for more in (-1, 0, 1, 2, 3, 4, LARGE, LARGE + 1, -2, 0):
            asked = tuple(n + more if axis else n for n, axis in zip(shape, axes, strict=True))
            fresh = copy.copy(words)
            vars(fresh).pop("_plans", None)
            assert said(words, asked) == said(fresh, asked), (words, asked)
            met += "_plans" in vars(words)
    assert met > 50


def said(words, shape: tuple):
    """The shape that comes out, or the refusal."""
    try:
        return words.output_shape(shape)
    except ShapeError as problem:
        return str(problem)


def test_a_layer_that_is_changed_forgets_what_it_kept():
    conv = torch.Conv2d(3, 8, 3)
    assert conv.output_shape((1, 3, 9, 9)) == (1, 8, 7, 7)
    conv.stride = (2, 2)
    assert conv.output_shape((1, 3, 9, 9)) == (1, 8, 4, 4)


def test_symbols_give_expressions():
    n, k = sympy.Symbol("n", integer=True), sympy.Symbol("k", integer=True)
    conv = torch.Conv2d(3, 8, 3, stride=2, padding=1)
    assert conv.output_shape(("N", 3, n, n))[2] == sympy.floor((n - 1) / 2) + 1
    assert conv.output_shape(("N", 3, "n", "n"))[2].expr == sympy.floor((n + 1) / 2)
    assert torch.Conv1d(3, 8, k).output_shape((1, 3, "n"))[2] == n - k + 1
    assert torch.cat([(1, 3, "n"), (1, 3, n)], 2) == (1, 3, 2 * n)
