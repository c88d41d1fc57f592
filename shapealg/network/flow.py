"""Sizes flowing through a graph: ints, or lengths of the sizes that are left open, and what must
hold for the graph to run.

Where a comparison holds for some open sizes only, the run forks: one flow goes on with the sizes at
which it holds, another with the others, each in a box of sizes of its own. A reader that follows a
program line by line can go one way only: what holds in the end, for all large sizes; the others are
kept.
"""

from math import prod

from shapealg.axis.condition import ASKED, Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.constraints import HERE, Constraints
from shapealg.network.factors import factorwise, never_below, simpler
from shapealg.network.failure import Failure, at_node, negative, no_place, nothing, unequal
from shapealg.network.fork import Fork
from shapealg.network.graph import Graph, Node
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.printing import brief
from shapealg.text import Text


class Flow(Constraints):
    """One run of a graph at sizes of which some may be open.

    Args:
        graph: the graph.
        sizes: name → an int or a `Length`; those that are not named stay open.
        box: name → the sizes that this run is about; `None` for a run that goes one way only.

    Attributes:
        tensors: name → `Tensor`.
        requirements: what must hold, in the order of the nodes.
        unknown: the nodes nobody knows.
        whole: what must hold for no window to drop data behind its last place.
        held: what holds of several sizes together, each a `Condition`, on a way of its own.
    """

    def __init__(self, graph: Graph, sizes: dict, box: dict | None = None):
        if box is None and graph.parted(sizes):
            raise Undecided(
                Text(
                    zh="网络在不同尺寸下走不同的路",
                    en="the network goes different ways at different sizes",
                ),
                Received(", ".join(graph.sizes)),
                Text(zh="请给定这些尺寸", en="giving these sizes works"),
            )
        super().__init__({name: Length.of(name) for name in graph.sizes} | sizes, box)
        self.graph = graph.at(sizes)
        self.tensors: dict = {}  # name → `Tensor`
        self.unknown: list[Node] = []
        self.whole: list[Condition] = []
        self._equals: list[tuple[Length, Length]] = []
        self._done = 0
        self._before: tuple[int, ...] = ()

    def __repr__(self) -> str:
        at = ", ".join(f"{name}={n}" for name, n in self.sizes.items())
        return brief("Flow", f"{len(self.tensors)} tensors at {at}")

    def run(self) -> "Flow":
        """Every node in its order; of a fork's flow, those that are left.

        Raises:
            Failure: at a node that runs at none of the sizes.
            Fork: where a decision divides the box.
            Split: where a decision depends on a residue, in a run that goes one way only.
        """
        tensors = self.tensors
        if not self._done:
            self._begin()
        token = ASKED.set(self.decide)
        try:
            required, whole, unknown, equals = self._kept()
            for done, node in enumerate(self.graph.nodes[self._done :], self._done):
                self._done, self.node = done, node
                self._before = len(required), len(whole), len(unknown), len(equals)
                given = [
                    None if name is None else tensors.get(name, UNKNOWN) for name in node.inputs
                ]
                made = node.operation(self, *given)
                if isinstance(made, Tensor):
                    tensors[node.outputs[0]] = made
                else:
                    for name, tensor in zip(node.outputs, made, strict=False):
                        tensors[name] = tensor
        except Failure:
            raise
        # a layer's own refusal, or what cannot be decided; now with the node
        except ShapeError as problem:
            raise at_node(problem, node) from problem
        finally:
            ASKED.reset(token)
        return self

    def _begin(self) -> None:
        """What is there from the start: constants, inputs, and what holds on this way."""
        self.tensors.update(self.graph.constants)
        for name, shape in self.graph.inputs.items():
            self.tensors[name] = Tensor(
                tuple(self.sizes[n] if isinstance(n, str) else n for n in shape), None, ()
            )
        for condition in self.held:
            self.node = next(iter(self.graph.nodes), HERE)
            self._hold(condition)

    def _kept(self) -> tuple:
        """What only grows from node to node."""
        return self.requirements, self.whole, self.unknown, self._equals

    @property
    def many(self) -> tuple[int, ...]:
        """How many of each there are so far."""
        return tuple(map(len, self._kept()))

    def forked(self, fork: Fork) -> list:
        """The two runs that go on from the node at which this one forked, first that of the larger
        sizes.
        """
        sides = sorted(fork.sides, key=_reach, reverse=True)
        return [self._within(fork.name, those) for those in sides]

    def _within(self, name: str, those: Sizes) -> "Flow":
        around = self.box or {}
        if not those.residues and len(those.exceptions) == 1:  # a number says more than a name
            box = {other: sizes for other, sizes in around.items() if other != name}
            made = Flow(self.graph, self.sizes | {name: those.exceptions[0]}, box)
            made.held = self.held
            return made
        made = Flow(self.graph, self.sizes, around | {name: those})
        made.held = self.held
        made.tensors, made._done, made._decided = (
            dict(self.tensors),
            self._done,
            dict(self._decided),
        )
        for its, mine, many in zip(made._kept(), self._kept(), self._before, strict=True):
            its.extend(mine[:many])
        made._met = {requirement.conditions for requirement in made.requirements}
        return made

    # ------------------------------------------------------------ what an operation may ask

    def equal(self, one, two):
        """Require two lengths to be equal; the lighter of the two goes on, or a product."""
        if one is two or one is None or two is None:
            return two if one is None else one
        difference = one - two
        if type(difference) is int:
            if difference:
                raise unequal(self.node, one, two)
            return one
        if type(one) is int:
            return self._number(two, one, difference, (one, two))
        if type(two) is int:
            return self._number(one, two, difference, (one, two))
        pairs = factorwise(one, two) if len(difference.names) > 1 else None
        if pairs and not any(self._below(a, 1) or self._below(b, 0) for a, b in pairs):
            for a, b in pairs:
                self.equal(a, b)
            return min(one, two, key=lambda length: length.weight)
        # of two ways to say it, one
        if min(difference.terms.items())[1] < 0:
            difference = -difference
        condition = simpler(Condition(difference, "=="))
        if not condition.names:
            raise unequal(self.node, one, two)
        self._require((condition,), (one, two))
        self._equals.append((one, two))
        return min(one, two, key=lambda length: length.weight)

    def _below(self, length, least: int) -> bool:
        """Whether a length may be below a number."""
        return bool(self._so_far(length.names[0]) & Condition(length - least, "<").sizes())

    def _number(self, length, number: int, difference, sides: tuple):
        """Require a length to be a number; of a product, the factors are kept, and it goes on: it
        can still be taken apart into them.
        """
        if len(length.names) > 1:
            factors = length.factors()
            if sum(type(n) is not int for n in factors) > 1:
                self.product(factors, number)
                return length
            (one,) = (n for n in factors if type(n) is not int)
            known = prod(n for n in factors if type(n) is int)
            if number % known:
                raise unequal(self.node, *sides)
            difference = one - number // known
        self._require((Condition(difference, "=="),), sides)
        return number

    def one_of(self, length, numbers: tuple) -> None:
        """Require an open length to be one of several numbers."""
        if len(numbers) > 1:
            conditions = tuple(Condition(length - n, "==") for n in numbers)
            self._require(conditions, (length, numbers[0]))

    def remedied(self, one, two, remedy):
        """Two lengths that must be equal; where they are not, `remedy()` says what would work
        besides.
        """
        try:
            return self.equal(one, two)
        except Failure as problem:
            problem.works = problem.remedy = remedy()
            raise

    def coarse(self, length):
        """The same length in larger steps, where it is required to be equal to such: 7·⌊H/28⌋ for
        ⌊H/4⌋.
        """
        for pair in self._equals:
            if length in pair:
                return max(pair, key=lambda n: max(n.divisors, default=1))
        return length

    def product(self, factors, number: int) -> None:
        """Require a product of lengths, none of them empty, to be a number."""
        lengths = [n for n in factors if type(n) is not int]
        known = prod(n for n in factors if type(n) is int)
        if known == 0 or number % known or number < 1:
            raise unequal(self.node, prod(factors), number)
        number //= known
        if number == 1 or len({n.names for n in lengths}) < 2:
            if not lengths and number != 1:
                raise unequal(self.node, known, known * number)
            for one in lengths if number == 1 else [prod(lengths)]:
                self.equal(one, number)
            return
        whole = prod(lengths)
        self._require((Condition(whole - number, "=="),), (whole, number), tuple(lengths))

    def some(self, length):
        """Require a length to be at least 1."""
        if type(length) is int:
            if length < 1:
                raise nothing(self.node, length)
        elif length is not None:
            # two may both be negative
            if (
                len(length.names) > 1
                and len(factors := length.factors()) > 1
                and sum(not never_below(n, 0) for n in factors) < 2
            ):
                for one in factors:
                    self.some(one)
            else:
                self._require((Condition(length - 1, ">="),), (length,))

    def has(self, length, place) -> None:
        """Require an axis to have a place, counted from 0."""
        if type(length) is type(place) is int and place >= length:
            raise no_place(self.node, place, length)
        if length is not None:
            self.some(length - place)

    def not_negative(self, length) -> None:
        """Require a length to be at least 0."""
        if type(length) is not int:
            self.some(length if length is None else length + 1)
        elif length < 0:
            raise negative(self.node, length)

    def within(self, length, lengths) -> None:
        """Require a length to be in a range; an empty one stands for lengths that are no range,
        which only numbers can be held against.
        """
        if type(length) is int:
            if lengths and length not in lengths:
                raise Failure(
                    Text(
                        zh=f"节点 {self.node.name}（{self.node.kind}）不接受这个长度",
                        en=f"node {self.node.name} ({self.node.kind}) does not take this length",
                    ),
                    length,
                    Text(
                        zh=f"最近的可用值是 {min(max(length, lengths.start), lengths.stop - 1)}",
                        en=(
                            "the nearest that works is"
                            f" {min(max(length, lengths.start), lengths.stop - 1)}"
                        ),
                    ),
                    self.node,
                    (length,),
                )
            return
        if not lengths:
            raise Undecided(
                Text(zh="只接受一部分长度", en="some lengths only are taken"),
                Received(str(length)),
                Text(zh="请代入数值", en="put numbers in"),
            )
        self.some(length - (lengths.start - 1))
        if lengths.stop < 2**60:
            self._require((Condition(length - lengths.stop, "<"),), (length,))

    def stretched(self, one, two):
        """Two lengths that meet in a sum: equal, or one of them 1, which stretches."""
        if one is two or two == 1:
            return one
        if one == 1:
            return two
        if one is None or two is None:
            return None
        if type(one) is int or type(two) is int:
            number, length = (one, two) if type(one) is int else (two, one)
            if type(length) is int:
                return self.equal(one, two)
            if len(length.names) > 1 and self.follows(Condition(length - number, "==")):
                return length
            self._require(
                (Condition(length - number, "=="), Condition(length - 1, "==")), (one, two)
            )
            return number
        if one == two:
            return one
        if self.decide(Condition(one - 1, "==")):
            return two
        return one if self.decide(Condition(two - 1, "==")) else self.equal(one, two)

    def drops(self, rest, padding: int) -> None:
        """Keep in mind that a window leaves `rest` positions unread at the padded end: data, where
        they are more than the padding.
        """
        if type(rest) is not int or rest > padding:
            self.whole.append(Condition(rest - padding, "<="))

    def counted(self, axis, n):
        """What a map of one axis makes of a length; `None` where no formula tells it, which must
        not be empty all the same.
        """
        if isinstance(n, Length) and not axis.formula:
            self.some(n - (axis.need(1) - 1))
            return None
        if axis.given is not None:  # of nothing nothing is made
            self.some(n)
        return axis.count(n)

    def leave(self, *inputs) -> Tensor:
        """The output of a node nobody knows."""
        self.unknown.append(self.node)
        return UNKNOWN

    def _hold(self, condition: Condition) -> None:
        """Require what holds on this way, of lengths that are still open."""
        length, relation = condition.length, condition.relation
        if not isinstance(length, Length):
            return
        if relation == "!=":
            return self._require((Condition(length, "<"), Condition(length, ">")), (length, 0))
        if relation == "==":
            return self.equal(*_sides(length))
        least = {">": length, ">=": length + 1, "<": -length, "<=": 1 - length}[relation]
        return self._require((condition,), (least,))


def _sides(length: Length) -> tuple:
    """What must be equal where a length must be 0: of several sizes those that are taken away stand
    on the other side, otherwise the number alone.
    """
    number = length.terms.get(ONE, 0)
    signs = {factor > 0 for monomial, factor in length.terms.items() if monomial}
    if number or len(length.names) < 2 or len(signs) < 2:
        return (length - number, -number) if number <= 0 else (number - length, number)
    right = Length({monomial: -factor for monomial, factor in length.terms.items() if factor < 0})
    return length + right, right


def _reach(sizes: Sizes) -> tuple:
    return bool(sizes.residues), sizes.exceptions[-1:]
