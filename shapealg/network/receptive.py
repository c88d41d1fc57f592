"""Receptive fields: the first and the last input position that an output reads, as functions of its
place, through a whole graph.

Both are lengths of the output's place j, so windows, transposed windows and branches compose as
sizes do:

    first(j) = earlier.first(map.first(j))      last(j) = earlier.last(map.last(j))
"""

from contextlib import suppress
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import lcm, prod

from sympy import divisors

from shapealg.axis.adaptive import Adaptive
from shapealg.axis.condition import ASKED
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, one_line
from shapealg.network.accepts import accepted
from shapealg.network.flow import CLASSES, Flow, Split, Ways
from shapealg.network.tensor import WHOLE, Wire
from shapealg.printing import Pictured
from shapealg.text import Text

MERGED = "merged"
ALONG = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}  # what sizes along so many axes are called
J = Length.of("_j")  # the place of an output; no model can name a size like that


@dataclass(frozen=True, slots=True)
class Sight:
    """What an axis sees of an input's axis.

    Args:
        first: the first position that output j reads, a `Length` of j.
        last: the last one.
        whole: whether it reads everything.
        path: the nodes on the way, each with those before it: (name, path).
    """

    first: object
    last: object
    whole: bool = False
    path: tuple = ()


@dataclass(frozen=True, slots=True)
class ReceptiveField(Pictured):
    """How far an output sees, axis by axis of the input.

    Attributes:
        axes: the axes that are told, each by the name of its size or by its number.
        size: positions from the first to the last one read; of several outputs in turn, the most.
            `None` where all are read,
            or nobody can tell.
        jump: how many input positions lie between neighbouring outputs, a fraction behind an
            upsampling.
        start: the first position that output 0 reads, negative in the padding.
        centre: the middle of what output 0 reads, on average over a turn.
        gates: nodes through which everything is seen besides (squeeze-and-excitation), or what
            nobody can follow; the size is
            that of the other path.
        misaligned: nodes where branches meet misaligned at some sizes: (node, `Sizes`).
        whole: per axis whether all positions are read, as behind a global pooling or a `Linear`.
        layer: the node that sees so far.
        before: where no size is told, the receptive field of the last node that has one, what an
            output sees before the global pooling; otherwise `None`.

    What depends on the input's size is a `ByResidue`.
    """

    axes: tuple
    size: tuple
    jump: tuple
    start: tuple
    centre: tuple
    gates: tuple = ()
    misaligned: tuple = ()
    whole: tuple = ()
    layer: str = ""
    before: "ReceptiveField | None" = None

    @property
    def text(self) -> Text:
        """A line for each axis; what is seen besides through gates; where everything is seen, what
        was seen before that.
        """
        lines = [self._axis(i) for i in range(len(self.axes))]
        if self.gates:
            shown = [one_line(name, 40) for name in self.gates[:3]]
            more = " …" if len(self.gates) > len(shown) else ""
            lines.append(
                Text(
                    zh=f"此外经 {'、'.join(shown)}{more} 看到整个输入",
                    en=f"besides, the whole input through {', '.join(shown)}{more}",
                )
            )
        if self.before is not None:
            last, layer = self.before.text, one_line(self.before.layer, 80)
            zh = "\n".join(f"  {line}" for line in last.zh.splitlines())
            en = "\n".join(f"  {line}" for line in last.en.splitlines())
            lines.append(
                Text(
                    zh=f"在此之前，{layer} 处：\n{zh}",
                    en=f"before, at {layer}:\n{en}",
                )
            )
        if not lines:
            return Text(zh="没有空间轴", en="no spatial axis")
        return Text(zh="\n".join(t.zh for t in lines), en="\n".join(t.en for t in lines))

    def _axis(self, i: int) -> Text:
        axis, size = self.axes[i], self.size[i]
        if size is not None:
            jump, start, centre = self.jump[i], self.start[i], self.centre[i]
            return Text(
                zh=f"{axis}：大小 {size}，间距 {jump}，起点 {start}，中心 {centre}",
                en=f"{axis}: size {size}, jump {jump}, start {start}, centre {centre}",
            )
        told = self.brief(i)
        return Text(zh=f"{axis}：{told.zh}", en=f"{axis}: {told.en}")

    def brief(self, i: int) -> Text:
        """Axis number i in a few words: how many positions, and how far apart outputs lie."""
        size, jump = self.size[i], self.jump[i]
        if size is not None:
            return Text(zh=f"{size} 格，间距 {jump}", en=f"{size} positions, {jump} apart")
        if i < len(self.whole) and self.whole[i]:
            return Text(zh="整个输入", en="the whole input")
        return Text(zh="这里说不出", en="cannot be told here")

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        told = [(field.name, getattr(self, field.name)) for field in fields(self)]
        given = [f"{name}={value!r}" for name, value in told if value not in ((), "", None)]
        return f"ReceptiveField({', '.join(given)})"


class Misaligned(ShapeError):
    """Two paths that meet with different middles of what they read; `node` is where."""

    node = None


class Drifting(ShapeError):
    """Two paths whose outputs lie differently far apart, as behind a resizing that is no whole
    factor; `node` is where.
    """

    node = None


class Sights:
    """What every tensor of a flow sees of one axis of one input.

    Args:
        flow: a run of the graph.
        source: the input, and the number of its axis.
        misaligned: whether branches that meet misaligned are joined all the same.
    """

    def __init__(self, flow: Flow, source: tuple, misaligned: bool = False):
        self.flow, self.misaligned, self.gates, self._at = flow, misaligned, {}, {}
        self._gone = {}  # tensors on whose axes the source's axis no longer lies: WHOLE or MERGED
        # the tensors made of the input's data, not of its sizes only
        self._data = set(flow.graph.inputs)
        token = ASKED.set(flow.decide)
        try:
            name, axis = source
            self._at[name] = tuple(
                Sight(J, J) if i == axis else None for i in range(len(flow.graph.inputs[name]))
            )
            for node in flow.graph.nodes:
                self._step(node)
        finally:
            ASKED.reset(token)

    def of(self, tensor: str) -> tuple:
        """Per axis its `Sight`, `None` for an axis that mixes channels or is new."""
        return self._at.get(tensor, ())

    def whole(self, tensor: str) -> bool:
        """Whether every entry reads all of the axis."""
        sights = [s for s in self.of(tensor) if s is not None]
        return any(s.whole for s in sights) if sights else self._gone.get(tensor) == WHOLE

    def _step(self, node) -> None:
        flow = self.flow
        flow.node = node
        for name in node.outputs:
            made = flow.tensors.get(name)
            if made is None or made.shape is None or made.wires is None:
                continue
            if made.value is None and any(source in self._data for source in node.inputs):
                self._data.add(name)
            self._at[name] = tuple(
                self._across(node, wires, n)
                for wires, n in zip(made.wires, made.shape, strict=True)
            )
            if not any(self._at[name]) and (gone := self._lost(node, made)):
                self._gone[name] = gone

    def _lost(self, node, made) -> str | None:
        """What became of the source's axis, which none of the output's axes carries: `WHOLE` where
        every entry reads all of it, `MERGED` where it lies within another axis, all in one row;
        `None` where nobody can tell.
        """
        states = set()
        for i, source in enumerate(node.inputs):
            sights = self._at.get(source, ())
            consumed = {wire.axis for wire in made.consumed if wire.source == i}
            seen = {axis: s for axis, s in enumerate(sights) if s is not None}
            gone = self._gone.get(source)
            if (
                gone == WHOLE
                or any(s.whole or axis in consumed for axis, s in seen.items())
                or (gone == MERGED and consumed)
            ):
                return WHOLE
            if (seen or gone == MERGED) and _in_a_row(self.flow.tensors[source].shape, made.shape):
                states.add(MERGED)
        return MERGED if states else None

    def _across(self, node, wires: tuple, length) -> Sight | None:
        """What one axis sees; a path that nobody can follow beside one that is followed may see
        anything, as a gate does.
        """
        sights = [self._through(node, wire, length) for wire in wires]
        seen = [s for s in sights if s is not None]
        if seen and any(
            s is None and node.inputs[w.source] in self._data
            for s, w in zip(sights, wires, strict=True)
        ):
            self.gates[node.name] = True
        return self._joined(node, seen)

    def _through(self, node, wire: Wire, length) -> Sight | None:
        source = node.inputs[wire.source]
        sights = self._at.get(source, ())
        sight = sights[wire.axis] if wire.axis < len(sights) else None
        if sight is None:
            return None
        path = (node.name, sight.path)
        n = self.flow.tensors[source].shape[wire.axis]
        # all of it, by pooling or by stretching
        if (
            wire.map == WHOLE
            or isinstance(wire.map, Adaptive)
            and wire.map.outputs == 1
            or wire.map is None
            and n == 1
            and length != 1
        ):
            return Sight(sight.first, sight.last, True, path)
        if wire.map is None or wire.map == Window.identity or sight.whole:
            return Sight(sight.first, sight.last, sight.whole, path)
        placed = wire.map.at(n) if n is not None else None
        if placed is None or not hasattr(placed, "first"):
            return None
        return Sight(
            _over(sight.first, placed.first(J)), _over(sight.last, placed.last(J)), False, path
        )

    def _joined(self, node, sights) -> Sight | None:
        """Branches that meet: from the first position that any of them reads to the last."""
        seen = [s for s in sights if not s.whole]
        if seen and len(seen) < len(sights):
            self.gates[node.name] = True
        if not seen:
            return sights[0] if sights else None
        first, *rest = seen
        for other in rest:
            if (first.first, first.last) == (other.first, other.last):
                continue
            if not self.misaligned and (apart := _apart(first, other)):
                self._refuse(node, first, other, apart)
            try:
                ends = _bound(first.first, other.first, min), _bound(first.last, other.last, max)
            except Drifting as problem:
                problem.node = node.name
                raise
            first = Sight(*ends, False, first.path)
        return first

    def _refuse(self, node, one: Sight, two: Sight, apart):
        paths = [" → ".join(_tail(s.path, other.path)) for s, other in ((one, two), (two, one))]
        problem = Misaligned(
            Text(
                zh=f"节点 {node.name} 处的两条路没有对齐，中心不重合：经 {paths[0]} 与经 {paths[1]}",
                en=(
                    f"two paths meet misaligned at node {node.name}, their centres apart: by"
                    f" {paths[0]} and by {paths[1]}"
                ),
            ),
            Received(str(apart)),
            Text(
                zh="调整其中一条的填充，或用 misaligned=True 取并集",
                en="change the padding of one, or take the union with misaligned=True",
            ),
        )
        problem.node = node.name
        raise problem


def _in_a_row(shape, made) -> bool:
    """Whether all numbers of each example stand in one row, as a flattening has them."""
    if shape is None or None in shape or None in made or len(made) != 2:
        return False
    return shape[0] == made[0] and prod(shape) == prod(made)


def _over(outer, inner):
    """A length of j at another place."""
    return outer(_j=inner) if isinstance(outer, Length) else outer


def _tail(path: tuple, other: tuple) -> tuple:
    """The last nodes of a path that are not on the other."""
    theirs = set(_names(other))
    own = [name for name in _names(path) if name not in theirs]
    return tuple(own[:4][::-1]) or path[:1] or ("the input",)


def _names(path: tuple):
    while path:
        name, path = path
        yield name


def steps(length, name: str = "_j") -> tuple:
    """The jump of a length of j, and its values over one turn less that slope."""
    if not isinstance(length, Length):
        return Fraction(0), [Fraction(length)]
    f = length.staircase()
    jump = Fraction(f.slope, f.period)
    return jump, [f(j) - jump * j for j in range(f.period)]


def _fixed(length) -> bool:
    return not isinstance(length, Length) or length.names in ((), ("_j",))


def _apart(one: Sight, two: Sight):
    """By how much the middles of what two paths read are apart, on average over a turn; 0 where
    they agree.
    """
    if not all(map(_fixed, (one.first, one.last, two.first, two.last))):
        difference = one.first + one.last - two.first - two.last
        if isinstance(difference, int):
            return Fraction(difference, 2)
        raise ShapeError(
            Text(
                zh="是否对齐取决于输入尺寸",
                en="whether they meet aligned depends on the input's size",
            ),
            Received(str(difference)),
            Text(zh="给定输入的尺寸", en="give the size of the input"),
        )
    (a, mean), (b, other) = _middle(one), _middle(two)
    return mean - other if a == b else b - a  # drifting apart by so much an output


def _middle(sight: Sight) -> tuple:
    jump, firsts = steps(sight.first)
    _, lasts = steps(sight.last)
    return jump, (sum(firsts) / len(firsts) + sum(lasts) / len(lasts)) / 2


def _bound(one, two, which):
    """The smaller or larger of two lengths of j of one slope."""
    if one == two:
        return one
    difference = one - two
    if isinstance(difference, int):
        return which((one, two), key=lambda length: difference if length is one else 0)
    f, g = one.staircase(), two.staircase()
    if f.slope * g.period != g.slope * f.period:
        raise Drifting(
            Text(
                zh="两条路的间距不同，越走越远", en="two paths have different jumps and drift apart"
            ),
            Received(f"{Fraction(f.slope, f.period)}, {Fraction(g.slope, g.period)}"),
            Text(
                zh="给定两条路同步的尺寸，例如总步长的倍数",
                en="give sizes at which they keep step, such as a multiple of the total stride",
            ),
        )
    return Length.steps(f.min(g) if which is min else f.max(g), "_j")


def receptive_field(graph, tensor: str, sizes: dict, misaligned: bool = False) -> ReceptiveField:
    """The receptive field of one tensor, for the axes of the first input whose sizes have names, or
    for all behind the second.

    Raises:
        Misaligned: if branches meet misaligned at every size.
        ShapeError: if the tensor is not there, or an axis cannot be followed.
    """
    if not graph.inputs:
        raise ShapeError(
            Text(zh="没有输入可看", en="there is no input to see"),
            Received("a network without inputs"),
            Text(zh="感受野要有输入才有", en="a receptive field needs an input"),
        )
    (name, shape), *_ = graph.inputs.items()
    axes = _told_axes(graph, sizes)
    told = [_axis(graph, tensor, sizes, misaligned, (name, i)) for i in axes]
    columns = zip(*told, strict=True) if told else ((),) * 7
    size, jump, start, centre, gates, apart, whole = columns
    return ReceptiveField(
        tuple(shape[i] if isinstance(shape[i], str) else i for i in axes),
        size,
        jump,
        start,
        centre,
        tuple(dict.fromkeys(g for each in gates for g in each)),
        tuple(dict.fromkeys(m for each in apart for m in each)),
        whole if any(whole) else (),
        next((node.name for node in graph.nodes if tensor in node.outputs), tensor),
    )


def _told_axes(graph, sizes: dict) -> list:
    """The axes of the first input that are told: those with names for sizes, or those that the
    first layer calls spatial; where no layer says, all behind the second.
    """
    (name, shape), *_ = graph.inputs.items()
    named = [i for i, n in enumerate(shape) if isinstance(n, str) and i]
    return named or _spatial(graph, sizes, name) or list(range(2, len(shape)))


def _spatial(graph, sizes: dict, source: str) -> list:
    """The axes of an input that the first layer with windows slides along, by its own order."""
    with suppress(ShapeError):
        ways = Ways(graph, sizes)
        for flow in (ways.flows or [failure.flow for failure in ways.failures])[:1]:
            at = {source: list(range(len(graph.inputs[source])))}
            for node in graph.nodes:
                if found := _slid(node, at.get(node.inputs[0], ()) if node.inputs else ()):
                    return found
                _carry(node, flow, at)
    return []


def numbers(graph) -> tuple | None:
    """The shapes of the inputs with names for what is a number along the spatial axes of the first,
    and those numbers: name → size. `None` where there is none.
    """
    if not graph.inputs:
        return None
    (name, shape), *others = graph.inputs.items()
    axes = _spatial(graph, {}, name) or list(range(2, len(shape)))
    words = ALONG.get(len(axes), tuple(f"L{i}" for i in range(1, len(axes) + 1)))
    named = dict(zip(axes, words, strict=True))
    sizes = {named[i]: shape[i] for i in axes if isinstance(shape[i], int)}
    if others or not sizes or set(sizes) & set(graph.sizes):
        return None
    opened = tuple(named[i] if named.get(i) in sizes else n for i, n in enumerate(shape))
    return {name: opened}, sizes


def _slid(node, origins) -> list:
    """The input's axes that a layer calls spatial."""
    if not hasattr(node.words, "order") or not origins:
        return []
    order = node.words.order(len(origins))
    pairs = zip(order, origins, strict=False)
    return sorted(i for label, i in pairs if isinstance(label, int) and i is not None)


def _carry(node, flow, at: dict) -> None:
    """Which axis of the input each axis that a node gives came from."""
    for name in node.outputs:
        made = flow.tensors.get(name)
        if made is not None and made.shape is not None and made.wires is not None:
            came = [[_origin(node, wire, at) for wire in wires] for wires in made.wires]
            at[name] = [next((i for i in each if i is not None), None) for each in came]


def _origin(node, wire: Wire, at: dict):
    origins = at.get(node.inputs[wire.source], ())
    return origins[wire.axis] if wire.axis < len(origins) else None


def with_before(graph, tensor: str, sizes: dict, misaligned: bool = False) -> ReceptiveField:
    """The receptive field of one tensor; where it has no size, with that of the last node before it
    that has one.
    """
    made = receptive_field(graph, tensor, sizes, misaligned)
    if not made.size or None not in made.size:
        return made
    for name in _seeing(graph, sizes):
        try:
            before = receptive_field(graph.until(name), name, sizes, misaligned)
        except ShapeError:
            continue
        if None not in before.size:
            return replace(made, before=before)
    return made


def _seeing(graph, sizes: dict) -> list:
    """The tensors that may see some positions and not all, the last one first."""
    tensors = [node.outputs[0] for node in reversed(graph.nodes)]
    source = next(iter(graph.inputs))
    try:
        sights = Sights(Flow(graph, sizes).run(), (source, _told_axes(graph, sizes)[0]), True)
    except (ShapeError, Split):  # differs from residue to residue: each is asked
        return tensors
    return [t for t in tensors if any(s is not None and not s.whole for s in sights.of(t))]


def _axis(graph, tensor, sizes: dict, misaligned: bool, source: tuple) -> tuple:
    """One axis: once for all sizes, or, where that is not to be had, residue by residue."""
    try:
        if (
            made := _told(Sights(Flow(graph, sizes).run(), source, misaligned), tensor)
        ) is not None:
            return made
    except Misaligned:
        if all(isinstance(sizes.get(n), int) for n in graph.sizes):
            raise
    except (ShapeError, Split):
        if not graph.sizes:
            raise
    return _by_residue(graph, tensor, sizes, misaligned, source)


def _by_residue(graph, tensor, sizes, misaligned, source) -> tuple:
    """The same, for every residue of the axis's size that the graph accepts; the other sizes stand
    at one that works.
    """
    shape = graph.inputs[source[0]]
    name = shape[source[1]]
    fixed = dict(sizes)
    for other in graph.sizes:
        if other != name and not isinstance(fixed.get(other), int):
            near = accepted(graph, fixed).sets[other].nearest(224)
            fixed[other] = near[-1] if near else _refuse_nowhere(graph)
    if not isinstance(name, str) or isinstance(fixed.get(name), int):
        return _at(graph, tensor, fixed, misaligned, source)
    works = accepted(graph, fixed).sets[name]
    if not works.residues:
        return _of_few(graph, tensor, fixed, misaligned, source, works)
    period = bounded(lcm(works.modulus, turn(graph, fixed)))
    if period > CLASSES:
        raise ShapeError(
            Text(zh="要分的剩余类太多", en="there are too many residue classes"),
            period,
            Text(zh=f"给定尺寸，例如 {name}=224", en=f"give the size, for example {name}=224"),
        )
    start = max(works.minimum, 1)
    made, apart = {}, {}
    for n in (n for n in range(start + period, start + 3 * period) if n in works):
        r = n % period
        try:
            told = _at(graph, tensor, fixed | {name: n}, misaligned, source)
        except Misaligned as problem:
            apart[r], told = problem, None
            with suppress(Drifting):
                told = _at(graph, tensor, fixed | {name: n}, True, source)
        except Drifting as problem:
            apart[r], told = problem, None
        # as behind an adaptive pooling: no two sizes are alike
        if told is not None and made.setdefault(r, told) != told:
            _refuse_changing(name, 224)
    if apart and set(apart) >= set(made):
        raise min(apart.values(), key=lambda problem: isinstance(problem, Drifting))
    size, jump, begin, centre = (
        ByResidue.of(period, {r: each[i] for r, each in made.items()}) for i in range(4)
    )
    return (
        size,
        jump,
        begin,
        centre,
        tuple(g for each in made.values() for g in each[4]),
        tuple(
            (problem.node, Sizes.classes(period, list(apart)))
            for problem in list(apart.values())[:1]
        ),
        all(each[6] for each in made.values()),
    )


def _of_few(graph, tensor, fixed, misaligned, source, works: Sizes) -> tuple:
    """The same, where the graph accepts finitely many sizes only."""
    name = graph.inputs[source[0]][source[1]]
    if not works:
        _refuse_nowhere(graph)
    told = [
        _at(graph, tensor, fixed | {name: n}, misaligned, source)
        for n in works.exceptions[-CLASSES:]
    ]
    if any(each != told[-1] for each in told):
        _refuse_changing(name, works.exceptions[-1])
    return told[-1]


def _refuse_changing(name: str, n: int):
    raise ShapeError(
        Text(
            zh="感受野随输入尺寸而变，不只随余数",
            en="the receptive field changes with the input's size, not with its residue alone",
        ),
        Received(name),
        Text(zh=f"给定尺寸，例如 {name}={n}", en=f"give the size, for example {name}={n}"),
    )


def _refuse_nowhere(graph):
    shape = next(iter(graph.inputs.values()))
    raise ShapeError(
        Text(
            zh="网络在任何尺寸下都不能运行，没有感受野",
            en="the network runs at no size, so it has no receptive field",
        ),
        Received(one_line(f"({', '.join(map(str, shape))})", 80)),
        Text(zh="用 explain 看是哪个节点", en="explain tells which node is at fault"),
    )


def turn(graph, sizes: dict) -> int:
    """After how many positions more of the open size every length in the graph has gained whole
    turns.
    """
    return bounded(
        lcm(
            *(
                p
                for flow in Ways(graph, sizes).flows
                for t in flow.tensors.values()
                for n in t.shape or ()
                if isinstance(n, Length)
                for p in n.periods
            )
        )
    )


def _at(graph, tensor, sizes, misaligned, source) -> tuple:
    made = _told(Sights(Flow(graph, sizes).run(), source, misaligned), tensor)
    if made is None:
        raise ShapeError(
            Text(zh="追踪不到这个轴", en="this axis cannot be followed"),
            tensor,
            Text(zh="换一层，例如更靠前的", en="ask for an earlier layer"),
        )
    return made


@dataclass(frozen=True, slots=True)
class ByResidue:
    """A value for each residue of an input's size.

    >>> print(ByResidue.of(2, {0: -2, 1: -3}))
    −2 (n ≡ 0 mod 2), −3 (n ≡ 1 mod 2)
    """

    modulus: int
    values: tuple

    @classmethod
    def of(cls, modulus: int, values: dict):
        """As short as it can be told: the value itself where all are equal."""
        if len(set(values.values())) == 1:
            return next(iter(values.values()))
        for q in divisors(modulus):
            short = {}
            if all(short.setdefault(r % q, v) == v for r, v in values.items()):
                return cls(q, tuple(sorted(short.items())))

    def __call__(self, n: int):
        """The value for an input of size n; `None` where the network does not run."""
        return dict(self.values).get(n % self.modulus)

    def __str__(self) -> str:
        classes = {}
        for r, v in self.values:
            classes.setdefault(v, []).append(str(r))
        return ", ".join(
            f"{str(v).replace('-', '−')} (n ≡ {', '.join(rs)} mod {self.modulus})"
            for v, rs in classes.items()
        )


def _told(sights: Sights, tensor: str) -> tuple | None:
    """Size, jump, start, centre, gates, nothing misaligned, and whether all is read; `None` where
    they depend on the input's size.
    """
    sight = next((s for s in sights.of(tensor) if s is not None), None)
    if sight is None or sight.whole:
        return None, None, None, None, tuple(sights.gates), (), sights.whole(tensor)
    if not (_fixed(sight.first) and _fixed(sight.last)):
        return None
    jump, firsts = steps(sight.first)
    _, lasts = steps(sight.last)
    period = bounded(lcm(len(firsts), len(lasts)))
    size = max(lasts[j % len(lasts)] - firsts[j % len(firsts)] for j in range(period)) + 1
    return (
        int(size),
        _whole(jump),
        int(firsts[0]),
        _whole(_middle(sight)[1]),
        tuple(sights.gates),
        (),
        False,
    )


def _whole(x: Fraction):
    return int(x) if x.denominator == 1 else x
