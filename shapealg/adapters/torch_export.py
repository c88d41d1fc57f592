"""Accepted sizes as PyTorch's exporters take them: `dynamic_shapes`, with an example that is not
taken for a constant, for each class of sizes.
"""

from contextlib import suppress
from itertools import product
from math import prod
from typing import Any

from shapealg.adapters.lines import Line, covered, exact, lines
from shapealg.adapters.ties import alike
from shapealg.adapters.torch_spec import Spec
from shapealg.axis.door import integer
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.text import Text

PROGRAMS = 64  # so many programs may there be
LARGEST = 2**31 - 1  # of a name that is not told


class Specs(tuple):
    """A `Spec` for each class of sizes.

    Attributes:
        left: name → sizes that the network takes and no program: those at which an axis is 1
            somewhere, which export takes for a constant, and those of no class.
    """

    left: dict
    net: Any

    def export(self, model, **options):
        """`Programs`, one for each spec, as `torch.export.export` makes them with these options."""
        from torch.export import export

        from shapealg.adapters.torch_programs import Programs

        made = [
            (s, export(model, s.args, dynamic_shapes=s.dynamic_shapes, **options)) for s in self
        ]
        return Programs(made, self.net)


def specs(net, most, fixed: dict) -> Specs:
    """What `Network.dynamic_shapes` gives."""
    open_ = [name for name in net.sizes if name not in fixed]
    ways = net._given_pieces(net._given(fixed))  # (name → sizes, run) for each way
    taken = {name: exact(net, name, fixed) for name in open_}
    kept = {name: taken[name] & _constants(ways, name).complement(1) for name in open_}
    first = alike(net, {name: next(iter(those), 1) for name, those in kept.items()})
    sets, left = {}, {}
    for name in open_:
        top = integer(most.get(name, LARGEST) if isinstance(most, dict) else most, "max", 1)
        sets[name] = [
            line
            for those in _apart(ways, name, kept[name])
            for line in lines(first[name], those, top)
        ]
        if not sets[name]:
            raise _small(name, top, kept[name])
        left[name] = taken[name] & covered(sets[name]).complement(1)
    alone = {name: Line(name, 0, n) for name, n in fixed.items()}
    groups = [name for name in open_ if first[name] == name]
    made = []
    for chosen in _chosen([sets[name] for name in groups]):
        of = dict(zip(groups, chosen, strict=True))
        those = alone | {name: of[first[name]] for name in open_}
        made.append(Spec(net.graph.inputs, {name: those[name] for name in net.sizes}))
    told = Specs(made)
    told.left, told.net = {name: those for name, those in left.items() if those}, net
    return told


def _constants(ways: list, name: str) -> Sizes:
    """The sizes at which an axis behind the input is 1: export guards that none is."""
    made = Sizes.none()
    for where, flow in ways:
        shapes = [t.shape for t in flow.tensors.values() if t.shape] if flow else []
        for length in {n for shape in shapes for n in shape if isinstance(n, Length)}:
            if length.names == (name,) and length != Length.of(name):
                with suppress(Undecided):
                    made |= (length <= 1).sizes() & where.get(name, Sizes.every(1))
    return made


def _apart(ways: list, name: str, kept: Sizes) -> list:
    """The sizes, parted where the network goes another way: a program has one way only. Of sizes
    without end, those on ways of finitely many are left out.
    """
    made = [kept]
    for where, _ in ways:
        if name in where:
            rest = where[name].complement(1)
            made = [part for those in made for part in (those & where[name], those & rest) if part]
    return [those for those in made if those.residues or not kept.residues]


def _chosen(sets: list) -> list:
    """A class for each name, in all ways."""
    if (many := prod(map(len, sets))) > PROGRAMS:
        raise ShapeError(
            Text(zh="程序太多，每类一个", en="there would be too many programs, one a class"),
            many,
            Text(
                zh=f"给定一些尺寸，至多 {PROGRAMS} 个", en=f"fixing sizes works, up to {PROGRAMS}"
            ),
        )
    return list(product(*sets))


def _small(name: str, most: int, kept: Sizes) -> ShapeError:
    if not kept:
        return ShapeError(
            Text(
                zh=f"{name} 的尺寸都会被当作常数",
                en=f"every size of {name} is a constant to export",
            ),
            Received("an axis of 1"),
            Text(zh=f"给定 {name}", en=f"fixing {name} works"),
        )
    near = next(iter(kept))
    return ShapeError(
        Text(
            zh=f"max 之内 {name} 没有可导出的尺寸",
            en=f"no size of {name} up to max can be exported",
        ),
        most,
        Text(zh=f"最近的可用值是 {near}", en=f"the nearest that works is {near}"),
    )
