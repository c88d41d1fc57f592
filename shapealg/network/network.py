"""A network: a graph, and what can be asked of it."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, partial
from math import prod
from typing import NamedTuple

from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.sizes import Bound, Sizes, integer
from shapealg.axis.stack import Stack
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, Undecided, one_line, shown
from shapealg.exact import one_size
from shapealg.network import named, receptive, spatial, tiling
from shapealg.network.accepts import Accepted, accepted, apart, unclear, unmet
from shapealg.network.binding import bound
from shapealg.network.explain import DoesNotRun, Explanation, explain
from shapealg.network.failure import Failure
from shapealg.network.field import ReceptiveField
from shapealg.network.flow import Flow
from shapealg.network.forms import told
from shapealg.network.graph import Graph
from shapealg.network.stacked import stacked
from shapealg.network.table import Table, printed, summary
from shapealg.network.together import ties
from shapealg.network.ways import Ways
from shapealg.printing import Pictured, brief
from shapealg.shapes import entries as entries_of
from shapealg.text import Text
from shapealg.words.words import Words

RESERVED = {"lossless", "misaligned"}  # words of the questions below
TRIED = (2**6, 2**3, 2**2)  # so many sizes of a name are tried, where so many others are tied to it
NEAR = 2**6  # so far from a size another is looked for, where nobody knows which sizes run


class Row(NamedTuple):
    """One node of a table.

    Attributes:
        name: the node.
        layer: its words, or its operator.
        formula: the shape of its output in the open sizes.
        size: that shape at the given sizes; `None` where none were given.
        weights: the shapes of its weights.
        parameters: how many numbers they are.
        macs: multiply–accumulates for one example; `None` where nobody here knows them.
        memory: how many numbers its output holds.
    """

    name: str
    layer: str
    formula: tuple | None
    size: tuple | None
    weights: tuple
    parameters: int
    macs: object
    memory: object


class Network(Pictured):
    """A network whose input has named sizes.

    >>> import shapealg as sa
    >>> stem = [sa.torch.Conv2d(3, 64, 7, stride=2, padding=3), sa.torch.MaxPool2d(3, 2, 1)]
    >>> net = sa.read(stem, ("N", 3, "H", "W"))
    >>> net.output_shape
    (N, 64, (H + 3)//4, (W + 3)//4)
    >>> print(net.accepts("H"))
    every n ≥ 1
    >>> print(net.receptive_field())
    H: size 11, jump 4, start -5, centre 0
    W: size 11, jump 4, start -5, centre 0
    """

    def __init__(self, graph: Graph, again=None):
        for name in RESERVED & set(graph.sizes):
            raise ShapeError(
                Text(zh="尺寸不能叫这个名字", en="a size cannot have this name"),
                name,
                Text(zh=f"例如 {name}_", en=f"for example {name}_"),
            )
        self.graph, self._again = graph, again

    # ------------------------------------------------------------ sizes

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.graph, {})

    @cached_property
    def flow(self) -> Flow:
        """The run with all sizes open, on the way of the large sizes.

        Raises:
            DomainError: if the network runs at no size.
        """
        return self._pieces[0][1]

    @cached_property
    def _pieces(self) -> list:
        """The ways on which the network runs: pairs (name → `Sizes`, flow), with `None` in place of
        a flow where that is not decided.
        """
        try:
            return _pieces(self._ways, self.sizes, lambda: self._runs)
        except Failure as failure:
            raise DoesNotRun(failure, self._explained) from None

    def _explained(self) -> Explanation:
        """Why it runs at no size: at the numbers of its input, which may be others."""
        told = self.explain()
        if self._again is None or (found := spatial.numbers(self.graph)) is None:
            return told
        opened, sizes = found
        return self._again(opened).explain(**sizes)

    def _told(self, of, pieces: list | None = None):
        """What a run says, on all ways: one answer, or a `BySize`."""
        pieces = pieces or self._pieces
        return told([(where, None if flow is None else of(flow)) for where, flow in pieces])

    @property
    def sizes(self) -> tuple:
        """The names of the open sizes."""
        return self.graph.sizes

    @property
    def unknown(self) -> tuple:
        """The nodes whose operator nobody knows here, or whose output no formula here tells; what
        comes behind them is unknown too.
        """
        strange = set()
        for _, flow in self._pieces:
            if flow is not None:
                strange |= {node.name for node in flow.unknown}
                strange |= {node.name for node in self.graph.nodes if unclear(flow, node)}
        return tuple(node.name for node in self.graph.nodes if node.name in strange)

    @property
    def output_shapes(self) -> tuple:
        """The shape of every output: ints, and `Length`s of the open sizes; `None` where it is
        unknown. Where no one formula tells an entry at all accepted sizes, a `BySize` of such
        shapes.
        """
        return tuple(self.shape_of(name) for name in self.graph.outputs)

    @property
    def output_shape(self) -> tuple | BySize | None:
        """The shape of the output; of the first, if there are several.

        Raises:
            DomainError: if the network runs at no size.

        >>> from shapealg import Branches, read, torch
        >>> padded = [torch.Conv1d(1, 1, 3, stride=4, padding=1)]
        >>> plain = [torch.Conv1d(1, 1, 3, stride=4)]
        >>> print(read([Branches("add", padded, plain)], "1,1,L").output_shape)
        (1, 1, (L + 3)//4)
        """
        return self.output_shapes[0]

    def shape_of(self, layer: str) -> tuple | BySize | None:
        """The shape of what a node, a module (by its path) or a tensor of that name gives."""
        tensor = self._tensor(layer)
        return self._told(lambda flow: flow.tensors[tensor].shape)

    def at(self, /, *shape: object, **sizes: int) -> tuple | BySize | None:
        """The shape of the output at given sizes, or for a whole shape of the input.

        Raises:
            DomainError: if the network does not run at these sizes, with the ways of the sizes that
                do not fit and the nearest that do, as `explain` tells them.
        """
        output = self.graph.outputs[0]
        pieces = self._given_pieces(self._given(sizes, shape, "at"))
        return self._told(lambda flow: flow.tensors[output].shape, pieces)

    def _given_pieces(self, given: dict) -> list:
        """The ways on which it runs at given sizes, those that are not given being open."""
        if not given:
            return self._pieces
        ways, names = Ways(self.graph, given), [name for name in self.sizes if name not in given]
        try:
            return _pieces(ways, names, lambda: accepted(self.graph, given, ways=ways))
        except Failure as failure:
            raise DoesNotRun(failure, lambda: self.explain(**given)) from None

    # ------------------------------------------------------------ which sizes

    @cached_property
    def _runs(self) -> Accepted:
        return accepted(self.graph, ways=self._ways)

    def accepts(self, name: str | None = None, /, lossless: bool = False, **sizes: int) -> Sizes:
        """All values of the size `name` at which the network runs: every node gives an output,
        every join fits. A `Bound` where a node may ask more than is known here.

        Args:
            name: the size.
            lossless: also no window may leave data unread behind its last place.
            sizes: the others, where they are fixed; otherwise the set holds the sizes that some
                others go with.

        Raises:
            ShapeError: if there is no such size, or several are tied together so that no set of one
                can be told.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv2d(3, 8, 3), sa.torch.MaxPool2d(2)], "N,3,H,W")
        >>> net.accepts("H").nearest(3)
        (4,)
        >>> print(net.accepts("H", lossless=True))
        n ≡ 0 (mod 2), n ≥ 4
        """
        if name is None or not isinstance(lossless, bool):
            self._refuse_nameless(sizes if name is None else {name: lossless} | sizes)
        if name not in self.sizes or name in sizes:
            raise ShapeError(
                Text(zh="没有这个尺寸名", en="there is no such size"),
                name,
                Text(zh=f"可用：{', '.join(self.sizes)}", en=f"{', '.join(self.sizes)} work"),
            )
        made = (
            self._runs
            if not lossless and not sizes
            else accepted(self.graph, self._given(sizes), lossless)
        )
        return Bound.of(made.sets[name], made.loose)

    def _refuse_nameless(self, sizes: dict):
        name = str(next(iter(sizes), next(iter(self._along("")), "H")))
        call = f"accepts({name!r})" if name not in sizes else f"{sizes[name]} in accepts({name!r})"
        raise ShapeError(
            Text(
                zh="须说是哪个尺寸的集合",
                en="whose sizes are asked for must be said",
            ),
            Received(_told_call((), sizes)),
            Text(zh=f"例如 {call}", en=f"for example {call}"),
        )

    @property
    def special(self) -> dict:
        """Accepted sizes, finitely many, at which an output is not told by the formula of the large
        sizes, since a slice is clipped or a size of 1 stretches: name → `Sizes`. Of a network that
        runs at finitely many sizes only, all those that no one formula tells.
        """
        special = dict.fromkeys(self.sizes, Sizes.none())
        for shape in self.output_shapes:
            for name in shape.names if isinstance(shape, BySize) else ():
                sets = [piece.where.get(name, Sizes.every(1)) for piece in shape]
                for those in sets:
                    if not those.residues and any(those != other for other in sets):
                        special[name] |= those
        return special

    @property
    def ties(self) -> tuple:
        """What binds several sizes together: requirements, or which sizes go with which; each has
        `names`, and `at(**sizes)` says whether it is met.
        """
        try:
            return self._runs.ties
        except Undecided:  # so tied that no set of one name can be told
            return ties(apart(self._ways, self.sizes), self.sizes)

    def explain(self, /, *shape: object, **sizes: int) -> Explanation:
        """What happens at given sizes, or for a whole shape of the input: the first node that
        fails, both sizes and how they came about, and what works.
        """
        given = self._given(sizes, shape, "explain")

        def nearest():
            near = {}
            for name, n in given.items():
                with suppress(Undecided):
                    tied = any(name in tie.names for tie in self.ties)
                    rest = {other: m for other, m in given.items() if other != name}
                    those = self.accepts(name, **(rest if tied else {}))
                    found = self._tried(name, given) if n in those else those.nearest(n)
                    if found is not None:
                        near[name] = found
            if any(near.values()):
                return near, None, ()
            return near, *self._tied(given)

        return explain(self.graph, given, nearest)

    def _tied(self, given: dict) -> tuple:
        """The nearest sizes that work together, where no one of them can be put right alone; with
        the ties where none were found though there may be some.
        """
        tied = {name for tie in self.ties for name in tie.names}
        names = [name for name in given if name in tied]
        if len(names) < 2:
            return None, ()
        with suppress(Undecided):
            rest = {name: n for name, n in given.items() if name not in names}
            far = partial(_far, given)
            if found := min(self._together(names, given, rest), key=far, default=None):
                return {name: found[name] for name in given}, ()
            if not self.accepts(names[0], **rest):
                return None, ()
        return None, self.ties

    def _together(self, names: list, given: dict, fixed: dict) -> Iterator[dict]:
        """Sizes that work, near the given ones: those of the first name, then what goes with it."""
        name, *rest = names
        those = self.accepts(name, **fixed)
        if not rest:
            yield from (fixed | {name: n} for n in those.nearest(given[name]))
            return
        for n in _around(those, given[name], TRIED[min(len(rest), len(TRIED)) - 1]):
            yield from self._together(rest, given, fixed | {name: n})

    def _tried(self, name: str, given: dict) -> tuple | None:
        """The next sizes on either side that run; `None` where they are not near, or where another
        size is at fault.
        """
        if not self._runs.loose or len(given) < len(self.sizes):
            return None
        n, found = given[name], []
        for side in (range(n - 1, max(n - NEAR, 0), -1), range(n + 1, n + NEAR)):
            runs = (m for m in side if not Ways(self.graph, given | {name: m}).failures)
            found += [m for m in (next(runs, None),) if m is not None]
        return tuple(found) or None

    def inputs_for(self, /, *output: object, **sizes: int) -> dict:
        """The sizes that give this output: name → `Sizes`; an entry of `None` may be anything.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv2d(3, 8, 7, stride=2, padding=3)], "N,3,H,W")
        >>> print(net.inputs_for(None, 8, 112, None)["H"])
        n = 223, 224
        """
        if len(output) == 1 and not isinstance(output[0], int | None):
            output = entries_of(output[0]) or output
        if sizes or not output:
            call = (
                f"inputs_for({', '.join(['None'] * max(len(self.output_shape or ()) - 1, 0))}, 7)"
            )
            raise ShapeError(
                Text(
                    zh="要的是输出的各项，依次给出",
                    en="the entries of an output are needed, in their order",
                ),
                Received(_told_call(output, sizes)),
                Text(zh=f"例如 {call}", en=f"for example {call}"),
            )
        at, made = self.graph.outputs[0], dict.fromkeys(self.sizes, Sizes.none())
        wanted = [None if n is None else integer(n, "output") for n in output]
        parts = self._runs.parts
        shapes = [part.flow.tensors[at].shape for part in parts] or [self.output_shape]
        if all(shape is None or len(output) != len(shape) for shape in shapes):
            raise ShapeError(
                Text(zh="输出的项数不合", en="the output has another number of entries"),
                output,
                Text(zh=f"它是 {shown(self.output_shape)}", en=f"it is {shown(self.output_shape)}"),
            )
        for part, shape in zip(parts, shapes, strict=True):
            if shape is not None and len(shape) == len(output):
                fit = self._giving(part, wanted, shape)
                made = {name: made[name] | fit[name] for name in made}
        return {name: Bound.of(fit, self._runs.loose) for name, fit in made.items()}

    def _giving(self, part, wanted, shape) -> dict:
        """The sizes of one way that give an output: name → `Sizes`."""
        asked = dict(part.sets)
        for m, n in zip(wanted, shape, strict=True):
            if m is None or n is None or m == n:
                continue
            if isinstance(n, int):
                return dict.fromkeys(asked, Sizes.none())
            if len(n.names) != 1:
                self._refuse_tied(n)
            asked[n.names[0]] &= Condition(n - m, "==").sizes()
        return bound(part.ties, asked)

    def _refuse_tied(self, n):
        raise ShapeError(
            Text(zh="这一项取决于几个尺寸", en="this entry depends on several sizes"),
            Received(str(n)),
            Text(zh="请读入时给定其一", en="fix one of them when reading"),
        )

    def padding(self, layer: str, /, **sizes: int) -> dict:
        """How much padding in all a layer needs for the output to be as large as the input: name →
        `Interval`, empty if none does.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv1d(1, 1, 9), sa.torch.Conv1d(1, 1, 3)], "1,1,L")
        >>> net.padding("Conv1d_1", L=100)
        {'L': Interval(low=10, high=10)}
        """
        node = next((n for n in self.graph.nodes if n.name == layer), None)
        if (
            node is None
            or node.words is None
            or not all(type(axis) is Window for axis in node.words.layer.axes)
        ):
            raise ShapeError(
                Text(zh="须是一个窗口层", en="a layer of windows is needed"),
                layer,
                Text(zh=f"例如 {self._example()}", en=f"for example {self._example()}"),
            )
        given, made = self._given(sizes), {}
        source, shape = next(iter(self.graph.inputs.items()), (None, ()))
        for name, n in given.items():
            if name in shape[1:]:
                made[name] = tiling.restoring(self.graph, node, source, shape.index(name), given, n)
        return made

    def same_shape(self, other: "Network") -> dict:
        """Where two networks with the same names run and give the same shape: name → `Sizes`; equal
        to what both accept, if everywhere.
        """
        if not isinstance(other, Network):
            raise ShapeError(
                Text(zh="须是另一个网络", en="another network is needed"),
                other,
                Text(zh="用 read 读入", en="read makes one"),
            )
        made = dict.fromkeys(self.sizes, Sizes.none())
        pairs = [(a, b) for a in _shaped(self) for b in _shaped(other)]
        if set(self.sizes) != set(other.sizes) or not any(
            a is not None and b is not None and len(a) == len(b) for (_, a), (_, b) in pairs
        ):
            raise ShapeError(
                Text(
                    zh="两个网络须有同样的尺寸名与输出项数",
                    en="both networks need the same names and as many output entries",
                ),
                Received(f"{shown(self.output_shape)}, {shown(other.output_shape)}"),
                Text(zh="用同样的 input_shape 读入", en="read both with the same input_shape"),
            )
        for (one, a), (two, b) in pairs:
            if a is not None and b is not None and len(a) == len(b):
                fit = self._alike(one, a, two, b)
                made = {name: made[name] | fit[name] for name in made}
        because = (*self._runs.loose, *other._runs.loose)
        return {name: Bound.of(fit, because) for name, fit in made.items()}

    def _alike(self, one, a: tuple, two, b: tuple) -> dict:
        """The sizes at which two ways, each of its network, give the same shape."""
        asked = {name: one.sets[name] & two.sets[name] for name in self.sizes}
        for m, n in zip(a, b, strict=True):
            difference = m - n if m is not None and n is not None else 0
            if isinstance(difference, int):
                if difference:
                    return dict.fromkeys(asked, Sizes.none())
            elif len(difference.names) > 1:
                self._refuse_tied(difference)
            else:
                asked[difference.names[0]] &= Condition(difference, "==").sizes()
        return bound([*one.ties, *two.ties], asked)

    # ------------------------------------------------------------ layers

    def table(self, /, *shape: object, **sizes: int) -> tuple:
        """A `Row` for each node; with sizes also what they make of it."""
        given = self._given(sizes, shape, "table")
        pieces = self._given_pieces(given)
        rows = []
        for node in self.graph.nodes:
            tensor = node.outputs[0]

            def shape(flow, tensor=tensor):
                return flow.tensors[tensor].shape if tensor in flow.tensors else ()

            def memory(flow, shape=shape):
                made = shape(flow)
                return None if made is None or None in made else prod(made)

            flow = pieces[0][1]
            rows.append(
                Row(
                    node.name,
                    repr(node.words) if node.words is not None else node.kind,
                    self._told(shape),
                    self._told(shape, pieces) if given else None,
                    node.weights or _weights(node, flow),
                    _parameters(node, flow) if node.parameters is None else node.parameters,
                    self._told(lambda flow, node=node: _macs(node, flow), pieces),
                    self._told(memory, pieces),
                )
            )
        return Table(rows)

    @property
    def parameters(self) -> int:
        """How many parameters there are in all."""
        return self.table().parameters

    def macs(self, /, *shape: object, **sizes: int):
        """The multiply–accumulates for one example: an int at given sizes, a `Length` of those that
        stay open, `None` where those of a node are not known. FLOPs = 2 × MACs.

        >>> from shapealg import read, torch
        >>> net = read([torch.Conv2d(3, 8, 3, padding=1)], "N,3,H,W")
        >>> net.macs(), net.macs(H=224, W=224)
        (216*H*W, 10838016)
        """
        return self.table(**self._given(sizes, shape, "macs")).macs

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.graph.nodes)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name) -> bool:
        return any(node.name == name for node in self.graph.nodes)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.table())

    def __getitem__(self, name: str | int) -> Row:
        """The row of a node, by its name or its number; for the path of a module, of all its nodes
        together.

        Raises:
            ShapeError: if there is none; the line names the nearest.

        >>> from shapealg import read, torch
        >>> read([torch.Conv2d(3, 8, 3), torch.MaxPool2d(2)], "N,3,H,W")["Conv2d_1"].parameters
        224
        """
        return named.row(self, name)

    def __call__(self, /, *shape: object, **sizes: int) -> tuple | None:
        """The shape of the output at given sizes, or for a whole shape of the input, as `at` gives
        it.

        >>> from shapealg import read, torch
        >>> net = read([torch.Conv2d(3, 8, 3)], "N,3,H,W")
        >>> net(H=32, W=40), net((1, 3, 32, 40))
        ((N, 8, 30, 38), (1, 8, 30, 38))
        """
        return self.at(**self._given(sizes, shape, "net"))

    @property
    def text(self) -> Text:
        """The network in words: its table, the middle of a long one left out, and what holds."""
        return Text(zh=printed(self, "zh"), en=printed(self, "en"))

    def __str__(self) -> str:
        return printed(self, "en")

    def __repr__(self) -> str:
        return brief("Network", summary(self))

    def receptive_field(
        self, layer: str | None = None, /, misaligned: bool = False, **sizes: int
    ) -> ReceptiveField:
        """How far an output sees: size, jump, start and centre, a tuple each with one entry per
        axis.

        Args:
            layer: the node or tensor, or the path of a module, whose last node is meant; the
                output, unless said.
            misaligned: whether branches that meet with different middles are joined all the same;
                otherwise they are an error.
            sizes: the input's sizes, where they are fixed.

        Raises:
            ShapeError: naming both paths, where branches meet misaligned.
        """
        tensor = self._tensor(layer) if layer is not None else self.graph.outputs[0]
        return receptive.with_before(
            self.graph.until(tensor), tensor, self._given(sizes), misaligned
        )

    def stack(self, name: str, layer: str | None = None, /, **sizes: int) -> Stack:
        """The layers along one axis as a `Stack`: its frames and chunks, and one window for all.

        Args:
            name: the axis's size.
            layer: up to which node or tensor; the output, unless said.
            sizes: the input's sizes, where they are fixed.

        Raises:
            ShapeError: naming the node, where branches that read differently meet, or something
                sees the whole axis.

        >>> from shapealg import read, torch
        >>> net = read([torch.Conv1d(1, 8, 10, 5), torch.Conv1d(8, 8, 3, 2)], "N,1,T")
        >>> print(net.stack("T").frames(16000))
        1599 frames of 20 samples, one every 10; frame 0 is at 0 … 19, its centre 9.5
        """
        tensor = self._tensor(layer) if layer is not None else self.graph.outputs[0]
        if name not in self.sizes:
            self._given({name: 1})  # refuses a name that is not there
        return Stack(stacked(self.graph.until(tensor), tensor, name, self._given(sizes)))

    def tiles(self, name: str, tile: int | None = None, /, **sizes: int) -> tuple:
        """A plan along one axis: tiles of at most `tile` positions that give the whole result
        exactly, each a `Tile`.

        >>> import shapealg as sa
        >>> layers = [sa.torch.Conv2d(3, 8, 3, padding=1), sa.torch.Conv2d(8, 8, 3, padding=1)]
        >>> one, two = sa.read(layers, "1,3,H,W").tiles("H", 32, H=50, W=50)
        >>> one
        Tile(read=(0, 32), keep=(0, 30), place=(0, 30))
        >>> two
        Tile(read=(18, 50), keep=(12, 32), place=(30, 50))
        """
        if tile is not None and name not in self.sizes and self._again is not None:
            opened, fixed = spatial.numbers(self.graph) or ({}, {})
            if name in fixed:  # the input says how long it is
                return self._again(opened).tiles(name, tile, **fixed | sizes)
        given = self._given(sizes)
        if tile is None or not isinstance(given.get(name), int) or name not in self.sizes:
            axis = name if name in self.sizes else "H"
            call = f"tiles({axis!r}, 256, {', '.join(f'{n}=1000' for n in self._along(axis))})"
            raise ShapeError(
                Text(
                    zh="须给出轴名、块长与这个轴的大小",
                    en="the name of an axis, the length of a tile and the size of the axis are"
                    " needed",
                ),
                Received(_told_call((name, *(() if tile is None else (tile,))), sizes)),
                Text(zh=f"例如 {call}", en=f"for example {call}"),
            )
        return tiling.tiles(
            self.graph, self.graph.outputs[0], name, given, integer(tile, "tile", 1)
        )

    # ------------------------------------------------------------ doors

    def _along(self, axis: str) -> list:
        """The open sizes but the batch's, or all where there are no others."""
        first = {shape[0] for shape in self.graph.inputs.values()} - {axis}
        return [name for name in self.sizes if name not in first] or list(self.sizes)

    def _of_shape(self, given: tuple, sizes: dict, call: str) -> dict:
        """Sizes by name, from a whole shape of the only input."""
        shape = None if isinstance(given[0], int) or len(given) > 1 else entries_of(given[0])
        own = next(iter(self.graph.inputs.values()), ())
        made = dict(sizes)
        fits = shape is not None and len(self.graph.inputs) == 1 and len(shape) == len(own)
        for name, n in zip(own, shape if fits else (), strict=False):
            if isinstance(name, str) and n is not None and n != name:
                fits &= made.setdefault(name, n) == n
            elif isinstance(name, int):
                fits &= n is None or n == name
        if fits:
            return made
        names = self._along("")
        numbers = given if all(isinstance(n, int) for n in given) else (224,)
        if len(numbers) != len(names):
            numbers = (numbers[0],) * len(names)
        told = ", ".join(f"{name}={n}" for name, n in zip(names, numbers, strict=True))
        example = f"{call}({told})"
        raise ShapeError(
            Text(
                zh=f"尺寸按名字给出，或给整个输入形状 {shown(own)}",
                en=f"sizes are given by name, or as a whole shape of the input {shown(own)}",
            ),
            Received(_told_call(given, sizes)),
            Text(zh=f"例如 {example}", en=f"for example {example}"),
        )

    def _given(self, sizes: dict, shape: tuple = (), call: str = "net") -> dict:
        """The sizes, each of them checked; a whole shape of the input tells them too."""
        if shape:
            sizes = self._of_shape(shape, sizes, call)
        made = {}
        for name, n in sizes.items():
            if name not in self.sizes:
                raise ShapeError(
                    Text(zh="没有这个尺寸名", en="there is no such size"),
                    name,
                    Text(
                        zh=f"可用：{', '.join(self.sizes)}",
                        en=f"{', '.join(self.sizes) or 'none'} work",
                    ),
                )
            made[name] = one_size(n, name)
            if not isinstance(made[name], int) or made[name] < 1:
                raise ShapeError(
                    Text(zh=f"{name} 须为正整数", en=f"{name} must be a positive integer"),
                    n,
                    Text(zh="最近的可用值是 1", en="the nearest that works is 1"),
                )
        return made

    def _tensor(self, layer: str) -> str:
        """The tensor of a node's first output, or the tensor of that name."""
        if not isinstance(layer, str):
            raise ShapeError(
                Text(zh="须是节点的名字", en="the name of a node is needed"),
                layer,
                Text(zh=f"例如 {self._example()}", en=f"for example {self._example()}"),
            )
        if nodes := named.nodes(self.graph, layer):
            return nodes[-1].outputs[0]
        if layer in self.graph.inputs or layer in self.flow.tensors:
            return layer
        named.refuse(self.graph, layer)

    def _example(self) -> str:
        return ", ".join(node.name for node in self.graph.nodes[:3])


def _told_call(given: tuple, sizes: dict) -> str:
    """Arguments as they were typed."""
    told = [shown(n) for n in given[:9]]
    told += [f"{one_line(name, 40)}={shown(n)}" for name, n in list(sizes.items())[:9]]
    return ", ".join(told) or "nothing"


def _pieces(ways: Ways, names, runs) -> list:
    """The ways on which a graph runs: pairs (name → `Sizes`, flow), `None` for a flow that is not
    decided; `runs()` is asked where sizes matter.

    Raises:
        DomainError: if there are none.
        Undecided: if all are not decided.
    """
    if not ways.flows:
        raise ways.undecided[0][1] if ways.undecided else ways.failures[0]
    try:
        parts = runs().parts
    except Undecided:  # which sizes they are cannot be told; but one way is the way
        if len(ways.flows) + len(ways.undecided) == 1:
            return [({}, ways.flows[0])]
        decided = [(_reached(flow, names), flow) for flow in ways.flows]
        return decided + [(_reached(flow, names), None) for flow, _ in ways.undecided]
    if not parts:
        raise unmet(ways.flows[0], names)
    return [(part.reached, part.flow) for part in parts]


def _reached(flow: Flow, names) -> dict:
    """The sizes that a run is about: name → `Sizes`."""
    return {name: flow.sizes_of(name) for name in names}


def _around(those: Sizes, n: int, most: int) -> list:
    """So many sizes of a set, the nearest ones."""
    found = set(those.nearest(n))
    low, high = min(found, default=n), max(found, default=n)
    while found and len(found) < most:
        more = {*those.nearest(low - 1), *those.nearest(high + 1)} - found
        if not more:
            break
        found |= more
        low, high = min(found), max(found)
    return sorted(found, key=lambda m: abs(m - n))[:most]


def _far(given: dict, found: dict) -> tuple:
    """How far sizes are from others: at most, and in all."""
    steps = [abs(found[name] - n) for name, n in given.items()]
    return max(steps), sum(steps)


def _shaped(net: Network) -> list:
    """The ways of a network with the output's shape on each."""
    at = net.graph.outputs[0]
    return [(part, part.flow.tensors[at].shape) for part in net._runs.parts]


def _inputs(node, flow):
    return [None if name is None else flow.tensors.get(name) for name in node.inputs]


def _there(node, flow):
    """The node of that name on the way of a run; `None` where it has none."""
    if all(name in flow.tensors for name in (*node.inputs, *node.outputs) if name is not None):
        return node
    return next((other for other in flow.graph.nodes if other.name == node.name), None)


def _macs(node, flow):
    if (node := _there(node, flow)) is None:
        return 0
    tensors = _inputs(node, flow)
    if not hasattr(node.operation, "macs"):
        return None if node in flow.unknown else 0
    if any(t is not None and t.unclear for t in tensors[:2]):
        return None
    return node.operation.macs(*tensors)


def _parameters(node, flow) -> int:
    if not _weighs(node.words):
        return 0
    shape = flow.tensors[node.inputs[0]].shape
    return node.words.parameters(shape) if shape is not None else 0


def _weighs(words) -> bool:
    """Whether a layer's words tell weights."""
    return words is not None and (words.by_axes or type(words).parameters is not Words.parameters)


def _weights(node, flow) -> tuple:
    if not _weighs(node.words) or (shape := flow.tensors[node.inputs[0]].shape) is None:
        return ()
    made = node.words.weight_shape(shape)
    return (made,) if made and not isinstance(made[0], tuple) else made or ()
