"""Networks asked backwards: which sizes give an output, or the shape that another gives."""

from shapealg.axis.bound import Bound
from shapealg.axis.condition import Condition
from shapealg.axis.door import integer
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, shown
from shapealg.network.accepts import Accepted
from shapealg.network.binding import bound
from shapealg.network.given import told_call
from shapealg.shapes import entries as entries_of
from shapealg.text import Text


def wanted(net, output: tuple, sizes: dict) -> tuple:
    """The entries of an output that is asked for, each checked; `None` for what may be anything."""
    if len(output) == 1 and not isinstance(output[0], int | None):
        output = entries_of(output[0]) or output
    if sizes or not output:
        shape = net.flow.tensors[net.graph.outputs[0]].shape or ()
        call = f"inputs_for({'None, ' * (len(shape) - 1)}7)"
        raise ShapeError(
            Text(
                zh="要的是输出的各项，依次给出",
                en="the entries of an output are needed, in their order",
            ),
            Received(told_call(output, sizes)),
            Text(zh=f"例如 {call}", en=f"for example {call}"),
        )
    return tuple(None if n is None else integer(n, "output") for n in output)


def inputs_for(net, runs: Accepted, output: tuple) -> dict:
    """The sizes of a network that give an output, of the ways on which it runs: name → `Sizes`."""
    at, made = net.graph.outputs[0], dict.fromkeys(net.sizes, Sizes.none())
    parts = runs.parts
    shapes = [part.flow.tensors[at].shape for part in parts] or [net.output_shape]
    if all(shape is None or len(output) != len(shape) for shape in shapes):
        raise ShapeError(
            Text(zh="输出的项数不合", en="the output has another number of entries"),
            output,
            Text(zh=f"它是 {shown(net.output_shape)}", en=f"it is {shown(net.output_shape)}"),
        )
    because = list(runs.loose)
    for part, shape in zip(parts, shapes, strict=True):
        if shape is not None and len(shape) == len(output):
            fit = _giving(part, output, shape)
            made = {name: made[name] | fit[name] for name in made}
            if any(n is None and m is not None for m, n in zip(output, shape, strict=True)):
                because += net.unknown  # no formula tells the entry that is asked for
    return {name: Bound.above(fit, because) for name, fit in made.items()}


def _giving(part, wanted, shape) -> dict:
    """The sizes of one way that give an output: name → `Sizes`."""
    asked = dict(part.sets)
    for m, n in zip(wanted, shape, strict=True):
        if m is None or n is None or m == n:
            continue
        if isinstance(n, int):
            return dict.fromkeys(asked, Sizes.none())
        if len(n.names) != 1:
            _refuse_tied(n)
        asked[n.names[0]] &= Condition(n - m, "==").sizes()
    return bound(part.ties, asked)


def _refuse_tied(n):
    raise ShapeError(
        Text(zh="这一项取决于几个尺寸", en="this entry depends on several sizes"),
        Received(str(n)),
        Text(zh="请读入时给定其一", en="fix one of them when reading"),
    )


def same_shape(one, other, runs: Accepted, others: Accepted) -> dict:
    """Where two networks run and give the same shape, of the ways on which each runs: name →
    `Sizes`.
    """
    made = dict.fromkeys(one.sizes, Sizes.none())
    pairs = [(a, b) for a in _shaped(one, runs) for b in _shaped(other, others)]
    if set(one.sizes) != set(other.sizes) or not any(
        a is not None and b is not None and len(a) == len(b) for (_, a), (_, b) in pairs
    ):
        raise ShapeError(
            Text(
                zh="两个网络须有同样的尺寸名与输出项数",
                en="both networks need the same names and as many output entries",
            ),
            Received(f"{shown(one.output_shape)}, {shown(other.output_shape)}"),
            Text(zh="用同样的 input_shape 读入", en="read both with the same input_shape"),
        )
    because = [*runs.loose, *others.loose]
    for (part, a), (its, b) in pairs:
        if a is not None and b is not None and len(a) == len(b):
            fit = _alike(part, a, its, b)
            made = {name: made[name] | fit[name] for name in made}
            if None in a or None in b:  # no formula tells an entry that is compared
                because += [*one.unknown, *other.unknown]
    return {name: Bound.above(fit, because) for name, fit in made.items()}


def _alike(one, a: tuple, two, b: tuple) -> dict:
    """The sizes at which two ways, each of its network, give the same shape."""
    asked = {name: one.sets[name] & two.sets[name] for name in one.sets}
    for m, n in zip(a, b, strict=True):
        difference = m - n if m is not None and n is not None else 0
        if isinstance(difference, int):
            if difference:
                return dict.fromkeys(asked, Sizes.none())
        elif len(difference.names) > 1:
            _refuse_tied(difference)
        else:
            asked[difference.names[0]] &= Condition(difference, "==").sizes()
    return bound([*one.ties, *two.ties], asked)


def _shaped(net, runs: Accepted) -> list:
    """The ways of a network with the output's shape on each."""
    at = net.graph.outputs[0]
    return [(part, part.flow.tensors[at].shape) for part in runs.parts]
