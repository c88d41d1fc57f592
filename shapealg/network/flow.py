"""Sizes flowing through a graph: ints, or lengths of the sizes that are left open, and what must
hold for the graph to run.

Where a comparison holds for some open sizes only, the run forks: one flow goes on with the sizes at
which it holds, another with the others, each in a box of sizes of its own. A reader that follows a
program line by line can go one way only: what holds in the end, for all large sizes; the others are
kept.
"""

from dataclasses import dataclass
from itertools import product
from math import gcd, inf, lcm, prod

from shapealg.axis.condition import ASKED, TURNED, Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.resized import Resized, Scaled
from shapealg.axis.sizes import Sizes, bounded
from shapealg.axis.terms import ONE
from shapealg.errors import DomainError, Received, ShapeError, Undecided, shown
from shapealg.network.graph import Graph, Node
from shapealg.network.tensor import UNKNOWN, Tensor
from shapealg.printing import brief
from shapealg.text import Text

# the least and the most that a length may be, in whole numbers, which is in a relation to 0
LEAST, MOST = {">": 1, ">=": 0, "==": 0}, {"<": -1, "<=": 0, "==": 0}
CLASSES = 2**10  # into so many residue classes a flow may split


HERE = Node("input", "input", None, (), ())  # who asks for what holds on a way without nodes


class Failure(DomainError):
    """A node that does not run, with the two sizes that do not go together (or the one that is too
    small), and the run in which it fails.
    """

    remedy = None  # what would work at the node itself, whatever the sizes

    def __init__(self, asked: Text, received, works: Text, node: Node, sides: tuple = ()):
        super().__init__(asked, received, works)
        self.node, self.sides, self.flow = node, sides, None


def at_node(problem: ShapeError, node: Node) -> ShapeError:
    """An error told with the node at which it came up."""
    told = (
        Text(
            zh=f"节点 {node.name}：{problem.asked.zh}",
            en=f"node {node.name}: {problem.asked.en}",
        ),
        Received(problem._told.en, problem._told.zh),
        problem.works,
    )
    return Undecided(*told) if isinstance(problem, Undecided) else Failure(*told, node)


class Fork(Exception):
    """A comparison that holds at some sizes of a name, and at others not."""

    def __init__(self, name: str, holds: Sizes, others: Sizes):
        self.name, self.sides = name, (holds, others)


class Split(Exception):
    """A comparison that depends on the residue of a size for ever, where only one way is gone."""

    def __init__(self, name: str, modulus: int):
        self.name, self.modulus = name, modulus


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a node needs in order to run: at least one of the conditions.

    Attributes:
        node: the node.
        conditions: alternatives, each a `Condition`.
        sides: the two lengths that meet, or the one that must not be empty.
        names: the sizes it depends on.
        factors: where it says that a product is a number: the factors, each at least 1.
    """

    node: Node
    conditions: tuple
    sides: tuple
    names: tuple
    factors: tuple = ()

    def sizes(self) -> Sizes:
        """The sizes that meet it; of one name only."""
        first, *rest = self.conditions
        made = first.sizes()
        for condition in rest:
            made |= condition.sizes()
        return made

    def __repr__(self) -> str:
        return brief("Requirement", f"{self.node.name}: {self}")

    def at(self, **sizes: int) -> bool:
        """Whether it is met at given sizes, one for every name."""
        return any(condition.at(**sizes) for condition in self.conditions)

    def __str__(self) -> str:
        if self.factors:
            return f"{'·'.join(map(_factor, self.factors))} = {self.sides[1]}"
        if len(self.sides) == 1:
            return " ≥ ".join(map(str, _apart(self.sides[0])))
        return f"{self.sides[0]} = {self.sides[1]}"


def _apart(length) -> tuple:
    """What must be as large as what, where a length must be at least 1: of several sizes, those
    that are taken away stand on the right.
    """
    if len(length.names) < 2:
        return length, 1
    taken = {monomial: -factor for monomial, factor in length.terms.items() if factor < 0}
    if not taken:
        return length, 1
    right = Length({monomial: factor for monomial, factor in taken.items() if monomial})
    return length + right - 1, right


def _factor(length) -> str:
    """A factor of a product, in brackets unless it is a name or one floor."""
    told = str(length)
    plain = " " not in told or (told.count("⌊") == 1 and told[0] == "⌊" and told[-1] == "⌋")
    return told if plain else f"({told})"


def meeting(requirements) -> Sizes:
    """The sizes of one name that meet all requirements (or conditions): bounds and classes drawn
    together first.
    """
    least, classes, rest = 1, [], []
    for requirement in requirements:
        alternatives = getattr(requirement, "conditions", (requirement,))
        if len(alternatives) > 1:
            rest.append(requirement)
        elif (bound := alternatives[0].bound()) is not None:
            least = max(least, bound)
        elif (found := alternatives[0].classes()) is not None:
            classes.append((found[0], frozenset(found[1])))
        else:
            rest.append(requirement)
    period = bounded(lcm(*(p for p, _ in classes)))
    residues = list(range(period))
    for p, fit in classes:
        residues = [r for r in residues if r % p in fit]
    made = Sizes(period, residues, least)
    for requirement in rest:
        made &= requirement.sizes()
    return made


class Flow:
    """One run of a graph at sizes of which some may be open.

    Args:
        graph: the graph.
        sizes: name → an int or a `Length`; those that are not named stay open.
        box: name → the sizes that this run is about; `None` for a run that goes one way only.

    Attributes:
        tensors: name → `Tensor`.
        requirements: what must hold, in the order of the nodes.
        special: name → {size: how many requirements came before}: sizes at which another way would
            be taken, in a run that goes one way only.
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
        self.graph = graph.at(sizes)
        self.sizes = {name: Length.of(name) for name in graph.sizes} | sizes
        self.tensors, self.requirements, self.special, self.unknown, self.whole = {}, [], {}, [], []
        self.node, self._met, self._sets, self._decided, self._equals = None, set(), {}, {}, []
        self.box, self._done, self._before, self.held = box, 0, (), ()

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
            for done, node in enumerate(self.graph.nodes[self._done :], self._done):
                self._done, self.node = done, node
                self._before = tuple(map(len, self._kept()))
                given = [
                    None if name is None else tensors.get(name, UNKNOWN) for name in node.inputs
                ]
                made = node.operation(self, *given)
                if type(made) is Tensor:
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

    def forked(self, fork: Fork) -> list:
        """The two runs that go on from the node at which this one forked, first that of the larger
        sizes.
        """
        sides = sorted(fork.sides, key=_reach, reverse=True)
        return [self._within(fork.name, those) for those in sides]

    def _within(self, name: str, those: Sizes) -> "Flow":
        if not those.residues and len(those.exceptions) == 1:  # a number says more than a name
            box = {other: sizes for other, sizes in self.box.items() if other != name}
            made = Flow(self.graph, self.sizes | {name: those.exceptions[0]}, box)
            made.held = self.held
            return made
        made = Flow(self.graph, self.sizes, self.box | {name: those})
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

    def equal(self, one, two, axis: int = -1):
        """Require two lengths to be equal; the lighter of the two goes on."""
        if one is two or one is None or two is None:
            return two if one is None else one
        difference = one - two
        if type(difference) is int:
            if difference:
                self._unequal(one, two)
            return one
        if type(one) is int:
            return self._number(two, one, difference, (one, two))
        if type(two) is int:
            return self._number(one, two, difference, (one, two))
        if len(difference.names) > 1 and (pairs := self._factorwise(one, two)):
            for a, b in pairs:
                self.equal(a, b)
            return min(one, two, key=lambda length: length.weight)
        if min(difference.terms.items())[1] < 0:  # of two ways to say it, one
            difference = -difference
        self._require((Condition(difference, "=="),), (one, two))
        self._equals.append((one, two))
        return min(one, two, key=lambda length: length.weight)

    def _number(self, length, number: int, difference, sides: tuple) -> int:
        """Require a length to be a number; of a product, the factors are kept."""
        if len(length.names) > 1 and len(factors := length.factors()) > 1:
            self.product(factors, number)
        else:
            self._require((Condition(difference, "=="),), sides)
        return number

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
                return max(pair, key=lambda n: max(n.periods, default=1))
        return length

    def _factorwise(self, one, two) -> list | None:
        """Two products that are equal only where their factors are, pair by pair: H·W =
        16·⌊H/4⌋·⌊W/4⌋, where H is never below 4·⌊H/4⌋, nor W.
        """
        sides = []
        for side in (one, two):
            factors = side.factors()
            numbers = [n for n in factors if type(n) is int]
            lengths = [n for n in factors if type(n) is not int]
            if any(len(n.names) > 1 or not n.is_staircase for n in lengths) or len(
                {n.names for n in lengths}
            ) < len(lengths):
                return None
            sides.append((prod(numbers), {n.names[0]: n for n in lengths}))
        (c, f), (d, g) = sides
        if f.keys() != g.keys() or c < 1 or d < 1:
            return None
        pairs = []
        for name in f:
            a, b = f[name].staircase(), g[name].staircase()
            # a gains in proportion to rise, b to other
            rise, other = a.slope * b.period, b.slope * a.period
            if rise < 1 or other < 1:
                return None
            shared = gcd(rise, other)
            rise, other = rise // shared, other // shared
            c, d = c * rise, d * other
            pairs.append((f[name] * other, g[name] * rise))
        if c != d or not (
            all(_never_below(a, b) for a, b in pairs) or all(_never_below(b, a) for a, b in pairs)
        ):
            return None
        # an empty side is equal to many
        if any(self._so_far(name) & Condition(n - 1, "<").sizes() for name, n in f.items()):
            return None
        return pairs

    def product(self, factors, number: int) -> None:
        """Require a product of lengths, none of them empty, to be a number."""
        lengths = [n for n in factors if type(n) is not int]
        known = prod(n for n in factors if type(n) is int)
        if known == 0 or number % known or number < 1:
            self._unequal(prod(factors), number)
        number //= known
        if number == 1 or len({n.names for n in lengths}) < 2:
            if not lengths and number != 1:
                self._unequal(known, known * number)
            for one in lengths if number == 1 else [prod(lengths)]:
                self.equal(one, number)
            return
        whole = prod(lengths)
        self._require((Condition(whole - number, "=="),), (whole, number), tuple(lengths))

    def some(self, length):
        """Require a length to be at least 1."""
        if type(length) is int:
            if length < 1:
                self._nothing(length)
        elif length is not None:
            # two may both be negative
            if (
                len(length.names) > 1
                and len(factors := length.factors()) > 1
                and sum(not _never_below(n, 0) for n in factors) < 2
            ):
                for one in factors:
                    self.some(one)
            else:
                self._require((Condition(length - 1, ">="),), (length,))

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
            self._require(
                (Condition(length - number, "=="), Condition(length - 1, "==")), (one, two)
            )
            return number
        if one == two:
            return one
        if self.decide(Condition(one - 1, "==")):
            return two
        return one if self.decide(Condition(two - 1, "==")) else self.equal(one, two)

    def decide(self, condition: Condition) -> bool:
        """Whether a condition holds in the end, among the sizes that meet what is required."""
        if not condition.names:
            return bool(condition)
        if condition in self._decided:
            return self._decided[condition]
        if len(condition.names) > 1:
            return self._decide_together(condition)
        (name,) = condition.names
        met = self._so_far(name)
        holds = condition.sizes() & met
        if not holds or holds == met:
            truth, others = bool(holds), Sizes.none()
        elif self.box is not None:
            raise Fork(name, holds, holds.complement(floor=1) & met)
        elif not holds.residues:
            truth, others = False, holds
        else:
            others = holds.complement(floor=1) & met
            if others.residues:
                raise Split(name, holds.modulus)
            truth = True
        told = dict.fromkeys(others.exceptions, len(self.requirements))
        self.special[name] = told | self.special.get(name, {})
        self._decided[condition] = truth
        return truth

    def follows(self, condition: Condition) -> bool | None:
        """What follows for a condition from those that are held of the same sizes together."""
        low, high, never = -inf, inf, set()
        for held, sign in product(self.held, (1, -1)):
            rest = condition.length - held.length * sign
            if type(rest) is not int:
                continue
            relation = held.relation if sign == 1 else TURNED[held.relation]
            low = max(low, LEAST.get(relation, -inf) + rest)
            high = min(high, MOST.get(relation, inf) + rest)
            never |= {rest} if relation == "!=" else set()
        while low in never:
            low += 1
        while high in never:
            high -= 1
        return _truth(condition.relation, low, high, 0 not in never)

    def _decide_together(self, condition: Condition) -> bool:
        """A condition on several sizes: decided where some of them can be one number only."""
        names = condition.names
        if (truth := self.follows(condition)) is not None:
            return truth
        pinned = {
            name: met.exceptions[0]
            for name in names
            if not (met := self._so_far(name)).residues and len(met.exceptions) == 1
        }
        if pinned:
            return self.decide(Condition(condition.length(**pinned), condition.relation))
        self._one_by_one(names)
        raise Undecided(
            Text(
                zh=f"走向取决于几个尺寸：{', '.join(names)}",
                en=f"which way it goes depends on several sizes: {', '.join(names)}",
            ),
            Received(str(condition)),
            Text(
                zh=f"给定其中之一，例如 {names[1]}=224",
                en=f"fix one of them, for example {names[1]}=224",
            ),
        )

    def _one_by_one(self, names: tuple) -> None:
        """Fork into the sizes of a name that has finitely many, where at most one has not."""
        if self.box is None:
            return
        finite = [name for name in names if not self._so_far(name).residues]
        if finite and len(finite) > len(names) - 2:
            first, *rest = self._so_far(finite[0]).exceptions or (0,)
            if rest:
                raise Fork(finite[0], Sizes(1, (), 0, (first,)), Sizes(1, (), 0, rest))

    def always(self, condition: Condition) -> bool | None:
        """Whether a condition holds, where it is the same at all sizes that meet what is required
        so far.
        """
        if len(condition.names) != 1:
            return condition.settled()
        met = self._so_far(condition.names[0])
        holds = condition.sizes() & met
        return bool(holds) if not holds or holds == met else None

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
        if isinstance(n, Length) and isinstance(axis, Scaled) and axis.law is None:
            self.some(n - (axis.need(1) - 1))
            return None
        if isinstance(axis, Resized):  # of nothing nothing is made
            self.some(n)
        return axis.count(n)

    def leave(self, *inputs) -> Tensor:
        """The output of a node nobody knows."""
        self.unknown.append(self.node)
        return UNKNOWN

    def _hold(self, condition: Condition) -> None:
        """Require what holds on this way, of lengths that are still open."""
        length, relation = condition.length, condition.relation
        if not condition.names:
            return
        if relation == "!=":
            return self._require((Condition(length, "<"), Condition(length, ">")), (length, 0))
        if relation == "==":
            number = length.terms.get(ONE, 0)
            one, two = (length - number, -number) if number <= 0 else (number - length, number)
            return self.equal(one, two)
        least = {">": length, ">=": length + 1, "<": -length, "<=": 1 - length}[relation]
        return self._require((condition,), (least,))

    def never_zero(self, length) -> bool:
        """Whether a length is 0 at none of the sizes that meet what is required so far."""
        return self.always(Condition(length, "==")) is False

    # ------------------------------------------------------------ kept

    def _require(self, conditions: tuple, sides: tuple, factors: tuple = ()) -> None:
        if conditions not in self._met:
            self._met.add(conditions)
            names = (
                conditions[0].names
                if len(conditions) == 1
                else tuple(sorted({name for condition in conditions for name in condition.names}))
            )
            self.requirements.append(Requirement(self.node, conditions, sides, names, factors))
            if len(names) == 1:
                self._sets.pop(names[0], None)
            elif len(conditions) == 1 and self.follows(conditions[0]) is False:
                self._contradicted(*sides)

    def _contradicted(self, one, two=None):
        """What is required is not so on this way."""
        if two is None:
            self._nothing(one)
        self._unequal(one, two)

    def sizes_of(self, name: str) -> Sizes:
        """The sizes of that name that this run is about, and that meet what it requires of that
        name alone.
        """
        n = self.sizes[name]
        return Sizes(1, (), 0, (n,)) if type(n) is int else self._so_far(name)

    def _so_far(self, name: str) -> Sizes:
        """The sizes of that name that meet what is required so far."""
        if name not in self._sets:
            made = meeting(r for r in self.requirements if r.names == (name,))
            self._sets[name] = made & self.box[name] if name in (self.box or ()) else made
        return self._sets[name]

    def _nothing(self, length):
        node = self.node
        raise Failure(
            Text(
                zh=f"节点 {node.name}（{node.kind}）没有输出",
                en=f"node {node.name} ({node.kind}) has no output",
            ),
            length,
            Text(zh="至少要有 1 格", en="at least 1 position works"),
            node,
            (length,),
        )

    def _unequal(self, one, two):
        node = self.node
        raise Failure(
            Text(
                zh=f"节点 {node.name}（{node.kind}）要求两个尺寸相等",
                en=f"node {node.name} ({node.kind}) needs two equal sizes",
            ),
            Received(f"{shown(one)} and {shown(two)}"),
            Text(zh="填充或裁剪到一样大", en="pad or crop to the same size"),
            node,
            (one, two),
        )


def _truth(relation: str, low, high, zero: bool) -> bool | None:
    """The truth of a comparison with 0 that is the same from a least to a most value."""
    holds = RELATIONS[relation]
    if relation in ("==", "!="):
        if low > 0 or high < 0 or not zero:
            return relation == "!="
        return relation == "==" if low == high else None
    return holds(low, 0) if holds(low, 0) == holds(high, 0) else None


def _never_below(one, two) -> bool:
    difference = one - two
    return (
        difference >= 0 if type(difference) is int else bool(Condition(difference, ">=").settled())
    )


def _starts(graph: Graph, sizes: dict) -> list:
    """A run for each way through a graph that these sizes may go, that of the large sizes last."""
    if not graph.ways:
        return [Flow(graph, sizes, {})]
    return [_start(way, sizes) for way in reversed(graph.ways) if way.takes(sizes)]


def _start(way, sizes: dict) -> Flow:
    """The run of one way, which begins with what holds on it."""
    alone = {
        name: those.exceptions[0]
        for name, those in way.box.items()
        if not those.residues and len(those.exceptions) == 1
    }
    given = alone | {name: n for name, n in sizes.items() if type(n) is int}
    flow = Flow(way.graph, sizes | alone, {n: s for n, s in way.box.items() if n not in given})
    flow.held = tuple(
        Condition(condition.length(**given), condition.relation) for condition in way.held
    )
    return flow


def _reach(sizes: Sizes) -> tuple:
    return bool(sizes.residues), sizes.exceptions[-1:]


class Ways:
    """All ways through a graph.

    Args:
        graph: the graph.
        sizes: name → int, where they are fixed.

    Attributes:
        flows: the runs, each with a box of sizes of its own, that of the large sizes first.
        failures: what fails in the boxes without a run; that of the large sizes first.
        undecided: the runs that stopped at something that cannot be decided, with the error.

    Raises:
        Undecided: if there are too many ways.
    """

    def __init__(self, graph: Graph, sizes: dict):
        self.flows, self.failures, self.undecided = [], [], []
        open_, many = _starts(graph, sizes), 0
        while open_:
            flow, many = open_.pop(), many + 1
            if many > CLASSES:
                raise Undecided(
                    Text(
                        zh="网络在不同尺寸下走的路太多",
                        en="the network goes too many ways at different sizes",
                    ),
                    many,
                    Text(
                        zh=f"至多 {CLASSES} 条；请给定一些尺寸",
                        en=f"at most {CLASSES} work; give some of the sizes",
                    ),
                )
            try:
                self.flows.append(flow.run())
            except Fork as fork:
                open_.extend(reversed(flow.forked(fork)))
            except Failure as failure:
                failure.flow = flow
                self.failures.append(failure)
            except Undecided as problem:
                if all(flow.sizes_of(name) for name in graph.sizes):
                    self.undecided.append((flow, problem))
