"""A network: a graph, and what can be asked of it."""

from collections.abc import Iterator
from functools import cached_property, partial

from shapealg.axis.bound import Bound
from shapealg.axis.by_size import BySize
from shapealg.axis.door import integer
from shapealg.axis.sizes import Sizes
from shapealg.axis.stack import Stack
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network import inverse, named, padding, receptive, spatial, tiling
from shapealg.network.accepts import Accepted, accepted, apart, unclear
from shapealg.network.certificate import certificate
from shapealg.network.explain import DoesNotRun, Explanation, explain
from shapealg.network.failure import Failure
from shapealg.network.field import ReceptiveField
from shapealg.network.flow import Flow
from shapealg.network.given import along, checked, nameable, refuse_nameless, told_call
from shapealg.network.graph import Graph
from shapealg.network.hosts import Hosted
from shapealg.network.nearest import nearest
from shapealg.network.pieces import answer, pieces
from shapealg.network.row import Row, rows
from shapealg.network.stacked import stacked
from shapealg.network.table import Table, printed, summary
from shapealg.network.tensor import UNKNOWN
from shapealg.network.together import ties
from shapealg.network.ways import Ways
from shapealg.printing import Pictured, brief
from shapealg.text import Text

RESERVED = {"lossless", "misaligned"}  # words of the questions below


class Network(Hosted, Pictured):
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
            return pieces(self._ways, self.sizes, lambda: self._runs)
        except Failure as failure:
            raise DoesNotRun(failure, self._explained) from None

    def _explained(self) -> Explanation:
        """Why it runs at no size: at the numbers of its input, which may be others."""
        told = self.explain()
        if self._again is None or (found := spatial.numbers(self.graph)) is None:
            return told
        opened, sizes = found
        return self._again(opened).explain(**sizes)

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
                strange |= {node.name for node in flow.graph.nodes if unclear(flow, node)}
        names = dict.fromkeys(node.name for node in self.graph.every)
        return tuple(name for name in names if name in strange)

    @property
    def output_shapes(self) -> tuple:
        """The shape of every output: ints, and `Length`s of the open sizes; `None` where it is
        unknown. Where no one formula tells an entry at all accepted sizes, a `BySize` of such
        shapes.
        """
        return tuple(self.shape_of(name) for name in self.graph.outputs)

    @property
    def outputs(self) -> dict:
        """What the model calls each output (its key, its field, or the node's name) → its shape, as
        `output_shapes` tells it.

        >>> from shapealg import read, torch
        >>> read([torch.MaxPool1d(2)], "1,1,L").outputs
        {'MaxPool1d_1': (1, 1, L//2)}
        """
        return dict(zip(self.graph.called or self.graph.outputs, self.output_shapes, strict=True))

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
        """The shape of what a node, a module (by its path), a tensor or an output of that name
        gives; `None` where the network goes a way without it.
        """
        tensor = named.tensor(self, layer)
        return answer(self._pieces, lambda flow: flow.tensors.get(tensor, UNKNOWN).shape)

    def at(self, /, *shape: object, **sizes: int) -> tuple | BySize | None:
        """The shape of the output at given sizes, or for a whole shape of the input.

        Raises:
            DomainError: if the network does not run at these sizes, with the ways of the sizes that
                do not fit and the nearest that do, as `explain` tells them.
        """
        output = self.graph.outputs[0]
        made = self._given_pieces(self._given(sizes, shape, "at"))
        return answer(made, lambda flow: flow.tensors[output].shape)

    def _given_pieces(self, given: dict) -> list:
        """The ways on which it runs at given sizes, those that are not given being open."""
        if not given:
            return self._pieces
        ways, names = Ways(self.graph, given), [name for name in self.sizes if name not in given]
        try:
            return pieces(ways, names, lambda: accepted(self.graph, given, ways=ways))
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
            refuse_nameless(self.graph, sizes if name is None else {name: lossless} | sizes)
        if name not in self.sizes or name in sizes:
            raise ShapeError(
                Text(zh="没有这个尺寸名", en="there is no such size"),
                name,
                nameable(self.sizes),
            )
        made = (
            self._runs
            if not lossless and not sizes
            else accepted(self.graph, self._given(sizes), lossless)
        )
        return Bound.above(made.sets[name], made.loose)

    def certificate(self) -> str:
        """The accepted sizes with what is needed to check them, as JSON: requirements, residues,
        witnesses for each class, from where on; `scripts/check_certificate.py` checks it, and needs
        nothing of this package.

        Raises:
            Undecided: where not all that the network needs is known, or a proof is not found.

        >>> import json, shapealg as sa
        >>> net = sa.read([sa.torch.Conv2d(3, 8, 3), sa.torch.MaxPool2d(2)], "N,3,H,W")
        >>> json.loads(net.certificate())["sets"]["H"]
        [1, [0], 4, []]
        """
        return certificate(self)

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
        return explain(self.graph, given, partial(nearest, self, given))

    def inputs_for(self, /, *output: object, **sizes: int) -> dict:
        """The sizes that give this output: name → `Sizes`; an entry of `None` may be anything.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv2d(3, 8, 7, stride=2, padding=3)], "N,3,H,W")
        >>> print(net.inputs_for(None, 8, 112, None)["H"])
        n = 223, 224
        """
        wanted = inverse.wanted(self, output, sizes)
        return inverse.inputs_for(self, self._runs, wanted)

    def padding(self, layer: str, /, **sizes: int) -> dict:
        """How much padding in all a layer needs for the output to be as large as the input: name →
        `Interval`, empty if none does.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv1d(1, 1, 9), sa.torch.Conv1d(1, 1, 3)], "1,1,L")
        >>> net.padding("Conv1d_1", L=100)
        {'L': Interval(low=10, high=10)}
        """
        return padding.padding(self.graph, layer, sizes)

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
        return inverse.same_shape(self, other, self._runs, other._runs)

    # ------------------------------------------------------------ layers

    def table(self, /, *shape: object, **sizes: int) -> Table:
        """A `Row` for each node; with sizes also what they make of it."""
        given = self._given(sizes, shape, "table")
        return Table(rows(self.graph, self._pieces, self._given_pieces(given) if given else None))

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
        return len(self.graph.every)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name) -> bool:
        return any(node.name == name for node in self.graph.every)

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

    def __call__(self, /, *shape: object, **sizes: int) -> tuple | BySize | None:
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
        tensor = named.tensor(self, layer) if layer is not None else self.graph.outputs[0]
        given = self._given(sizes)
        asked = tensor, misaligned, tuple(given.items())
        if asked not in self._fields:
            self._fields[asked] = receptive.with_before(
                self.graph.until(tensor), tensor, given, misaligned
            )
        return self._fields[asked]

    @cached_property
    def _fields(self) -> dict:
        """The receptive fields that were asked for: a picture asks for each of them again."""
        return {}

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
        tensor = named.tensor(self, layer) if layer is not None else self.graph.outputs[0]
        if name not in self.sizes:
            # refuses a name that is not there
            self._given({name: 1})
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
            sized = "".join(f", {n}=1000" for n in along(self.graph, axis))
            call = f"tiles({axis!r}, 256{sized})"
            raise ShapeError(
                Text(
                    zh="须给出轴名、块长与这个轴的大小",
                    en="the name of an axis, the length of a tile and the size of the axis are"
                    " needed",
                ),
                Received(told_call((name, *(() if tile is None else (tile,))), sizes)),
                Text(zh=f"例如 {call}", en=f"for example {call}"),
            )
        return tiling.tiles(
            self.graph, self.graph.outputs[0], name, given, integer(tile, "tile", 1)
        )

    # ------------------------------------------------------------ doors

    def _given(self, sizes: dict, shape: tuple = (), call: str = "net") -> dict:
        return checked(self.graph, sizes, shape, call)
