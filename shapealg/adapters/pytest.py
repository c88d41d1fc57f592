"""A plugin for pytest: what a model takes, gives and sees, asserted for all sizes at once.

pytest finds it by the entry point `pytest11`; it loads no framework.
"""

from collections.abc import Iterable
from typing import TypeAlias

from shapealg.adapters import differences
from shapealg.axis.bound import Bound
from shapealg.axis.sizes import Sizes
from shapealg.errors import shown

Shape: TypeAlias = "tuple | str | list | dict | None"  # as `shapealg.read` takes it
Said: TypeAlias = "str | Sizes | int | Iterable[int]"  # a set of sizes


def assert_accepts(
    model: object,
    input_shape: Shape = None,
    *,
    tied: bool = False,
    **expected: Said,
) -> None:
    """Assert that the sizes at which a model runs are these, for every size and not for a few.

    Args:
        model: what `shapealg.read` reads, or a network that is read already.
        input_shape: the shape that goes in, such as "N,3,H,W".
        tied: whether sizes may be tied together, as where H and W must be equal.
        expected: name → the set in words, a `Sizes`, or numbers.

    Raises:
        AssertionError: with what is on one side only, the first node that fails, the ways to it and
            the nearest sizes that work.
        ShapeError: if the model cannot be read, or a set is not understood.

    >>> import shapealg as sa
    >>> layers = [sa.torch.Conv2d(3, 8, 3), sa.torch.MaxPool2d(2)]
    >>> assert_accepts(layers, "N,3,H,W", H="n ≥ 4")
    >>> try:
    ...     assert_accepts(layers, "N,3,H,W", H="n ≥ 3")
    ... except AssertionError as told:
    ...     print(told)
    H: asked for every n ≥ 3; the model takes every n ≥ 4
      not taken: n = 3
      H=3: node MaxPool2d_1 (MaxPool2d) has no output: 0
        input 3 → Conv2d_1 1
      the nearest that work: H = 4
    """
    __tracebackhide__ = True
    net = differences.network(model, input_shape)
    differences.said(expected, "H='n ≡ 0 (mod 16), n ≥ 16'")
    for name, said in expected.items():
        asked, taken = differences.sizes(said), net.accepts(name)
        if isinstance(taken, Bound):
            raise AssertionError(f"{name}: asked for {asked}; the model takes {taken}")
        if asked != taken:
            raise AssertionError(differences.of_sets(net, name, asked))
    bound = [str(tie) for tie in net.ties if set(tie.names) & set(expected)]
    if bound and not tied:
        raise AssertionError(f"not all of these go together: {'; '.join(bound)}; tied=True says so")


def assert_output_shape(
    model: object,
    input_shape: Shape,
    expected: Shape,
    **sizes: int,
) -> None:
    """Assert the shape that a model gives: at numbers, or as formulas for all sizes it takes.

    Args:
        model: what `shapealg.read` reads, or a network.
        input_shape: the shape that goes in.
        expected: the shape, such as "N,64,(H + 1)//2,(W + 1)//2" or (1, 64, 112, 112); an entry
            of `None` or "?" may be anything.
        sizes: sizes that are fixed.

    Raises:
        AssertionError: with the entry, both formulas and the first size at which they differ.

    >>> import shapealg as sa
    >>> stem = sa.torch.Conv2d(3, 64, 7, stride=2, padding=3)
    >>> assert_output_shape(stem, "N,3,H,W", "N, 64, (H + 1)//2, (W + 1)//2")
    >>> assert_output_shape(stem, "N,3,H,W", "N, 64, H//2, ?")
    Traceback (most recent call last):
      ...
    AssertionError: entry 2: asked for ⌊H/2⌋; the model gives ⌊(H + 1)/2⌋; at H = 1 that is 0 and 1
    """
    __tracebackhide__ = True
    net, asked = differences.network(model, input_shape), differences.shape(expected)
    made = net.at(**sizes) if sizes else net.output_shape
    for where, shape in getattr(made, "pieces", [({}, made)]):
        if shape is None or len(shape) != len(asked):
            raise AssertionError(f"asked for {len(asked)} entries; the model gives {shown(shape)}")
        for i, (one, two) in enumerate(zip(asked, shape, strict=True)):
            if one is not None and (apart := differences.of_lengths(net, where, one, two)):
                raise AssertionError(f"entry {i}: asked for {one}; the model gives {two}{apart}")


def assert_receptive_field(
    model: object,
    input_shape: Shape = None,
    *,
    layer: str | None = None,
    misaligned: bool = False,
    **expected: int | dict,
) -> None:
    """Assert how far an output sees: along each axis its size, or several of size, jump, start and
    centre.

    Args:
        model: what `shapealg.read` reads, or a network.
        input_shape: the shape that goes in.
        layer: the node whose output is meant; the model's, unless said.
        misaligned: as `Network.receptive_field` takes it.
        expected: name → the size, or {"size": 11, "jump": 4}.

    Raises:
        AssertionError: with what the model sees.

    >>> import shapealg as sa
    >>> stem = [sa.torch.Conv2d(3, 64, 7, stride=2, padding=3), sa.torch.MaxPool2d(3, 2, 1)]
    >>> assert_receptive_field(stem, "N,3,H,W", H=11, W={"size": 11, "jump": 4})
    >>> assert_receptive_field(stem, "N,3,H,W", H=7)
    Traceback (most recent call last):
      ...
    AssertionError: H: asked for size 7; the model sees size 11, jump 4, start -5, centre 0
    """
    __tracebackhide__ = True
    net = differences.network(model, input_shape)
    differences.said(expected, "H=11")
    field = net.receptive_field(layer, misaligned)
    for name, said in expected.items():
        if name not in field.axes:
            raise AssertionError(f"asked for {name}; the model has {', '.join(field.axes)}")
        at, those = field.axes.index(name), said if isinstance(said, dict) else {"size": said}
        seen = {what: getattr(field, what)[at] for what in ("size", "jump", "start", "centre")}
        told = ", ".join(f"{what} {n}" for what, n in seen.items())
        for what, n in those.items():
            if what not in seen or seen[what] != n:
                raise AssertionError(f"{name}: asked for {what} {shown(n)}; the model sees {told}")


def pytest_assertrepr_compare(op, left, right):
    """Two sets that are not equal, in words, and what only one of them has."""
    if op == "==" and isinstance(left, Sizes) and isinstance(right, Sizes):
        return [f"{left} == {right}", *differences.between(left, right, "left only", "right only")]
    return None
