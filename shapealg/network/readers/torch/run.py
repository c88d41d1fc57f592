"""One run of a module: PyTorch works the shapes out. What depends on sizes is decided by what is
known on this way, or parts the ways.
"""

import os
import sys
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from types import FrameType
from typing import NoReturn

from shapealg.axis.condition import ASKED, OPPOSITE, Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.factors import simpler
from shapealg.network.flow import Flow
from shapealg.network.fork import Fork
from shapealg.network.graph import Graph
from shapealg.network.order import orders
from shapealg.network.pinned import pinned
from shapealg.network.readers.torch.product import Product
from shapealg.text import Text

LAYOUT = ("stride", "contiguous", "channels_last", "memory_format", "dense", "perm")
FAR = (10**6 + 3, 10**6 + 33, 10**7 + 19, 10**7 + 79, 10**8 + 7, 10**8 + 37)  # large sizes
VALUES = 2**4  # by so many values of a length the ways part at once
GUESSES = 2**5  # so often what was guessed is guessed otherwise
FEW = 2**2  # so many sizes are told apart one by one, beside others that are open
NAMELESS = "_unknown_"  # how sizes begin that no formula tells
SERIALS = count()
SIZES = 2**53  # no size is as large
ELSE = Text(
    zh="给出数值的尺寸，传入子模块，或导出 ONNX 后再读",
    en="give that size as a number, pass a sub-module, or export to ONNX and read that",
)


class Parting(BaseException):
    """Here ways part; no `except Exception` of a model's own stops it.

    Attributes:
        sides: what is known on each way from here on: (name → `Sizes`, conditions that hold).
        line: the line of the model that asks.
        tried: in how many modules it was tried to let them come together again.
    """

    def __init__(self, sides: tuple, line: str):
        self.sides, self.line, self.tried = sides, line, 0


class Again(BaseException):
    """The run is begun again: the model's code has been given what it lacked."""


class ByData(BaseException):
    """Data decide here which way it goes.

    Attributes:
        line: the line of the model that asks.
    """

    def __init__(self, line: str):
        self.line = line


@dataclass(frozen=True)
class Known:
    """What is known on a way.

    Attributes:
        box: name → `Sizes`, of sizes that are restricted.
        held: conditions on several sizes that hold.
    """

    box: dict
    held: tuple = ()

    def narrowed(self, box: dict, held: tuple = ()) -> "Known":
        """The same with more that is known."""
        return Known(self.box | box, self.held + held)

    @property
    def fixed(self) -> dict:
        """The sizes that can be one number only."""
        return {
            name: those.exceptions[0]
            for name, those in self.box.items()
            if not those.residues and len(those.exceptions) == 1
        }


class Asking:
    """While PyTorch works within a call, and asks.

    Args:
        run: the run that is asked.
        inside: whether an operation here has told what the call requires.
    """

    def __init__(self, run: "Run", inside: bool = False):
        self.run, self.inside = run, inside

    def __enter__(self):
        self.before = self.run.inside, self.run.calling
        self.run.inside, self.run.calling = self.inside, True

    def __exit__(self, *_):
        self.run.inside, self.run.calling = self.before


class Run(Flow):
    """One way through a module.

    Args:
        inputs: name → shape: per axis an int, or the name of a size.
        known: what is known on this way.
        stand_ins: what the model's code is given where Python itself wants a number.
        data: what data are taken to answer, one question after the other.
        emptied: the lines at which nothing is left of an axis whatever the sizes, from other ways.
    """

    def __init__(
        self, inputs: dict, known: Known, stand_ins, data: tuple = (), emptied: set | None = None
    ):
        fixed = known.fixed
        box: dict[str, Sizes] = {
            name: those for name, those in known.box.items() if name not in fixed
        }
        super().__init__(Graph(inputs, (), ()), fixed, box)
        self.serial = next(SERIALS)
        self.held, self.stand_ins = known.held, stand_ins
        self.known, self.inside = known, False
        self.presumed: list[Condition] = []
        self.parting: BaseException | None = None  # what stopped the run, until it is met
        self.left: list[Known] = []  # other sides, where the ways parted and this run went on
        self.parted = "?"  # the line of the model where it last did
        self.joining, self.trying = 0, False  # modules at whose end ways may join again
        self._nameless, self.calling, self.entered = 0, False, False
        self._asked: dict[tuple, tuple] = {}  # the answer, and whether it is supposed
        self._settled: dict[Condition, tuple] = {}  # the truth, and by how many requirements
        self._bounded: dict[tuple, Sizes] = {}
        self.data, self.answered = data, 0
        self.emptied: set[str] = set() if emptied is None else emptied
        self.guessed: list[Condition] = []  # what was guessed of sizes that no formula tells
        self.turned: frozenset[Condition] = frozenset()  # of which the opposite is guessed
        self.alike_names: tuple[str, ...] = ()  # whose product is to be a square

    def narrow(self, box: dict, held: tuple) -> None:
        """Know more from here on."""
        self.known = self.known.narrowed(box, held)
        self.box, self.held = (self.box or {}) | box, self.known.held
        self._asked.clear()
        self._forget()

    def _forget(self) -> None:
        """Work out anew what hangs on what is known and required."""
        for kept in (self._sets, self._bounded, self._settled):
            kept.clear()

    def _so_far(self, name: str) -> Sizes:
        """The sizes of that name that meet what is required so far, and lie where other sizes let
        them.
        """
        if not self.held:
            return super()._so_far(name)
        key = name, len(self.requirements)
        if key not in self._bounded:
            met = super()._so_far(name)
            for order in orders(self.held):
                names = order.below.names + order.above.names
                if name in names:
                    other = names[names[0] == name]
                    met &= order.bounds(name, super()._so_far(other))
            self._bounded[key] = met
        return self._bounded[key]

    @property
    def large(self) -> bool:
        """Whether every size may be as large as it likes: a number is none of them then."""
        return all(those.residues for those in self.known.box.values())

    @property
    def empty(self) -> bool:
        """Whether no sizes are left."""
        return bool(self.held) and not all(map(self.sizes_of, self.sizes))

    # ------------------------------------------------------------ what PyTorch and the model ask

    def nameless(self) -> Length:
        """A size that no formula tells, under a name of its own."""
        self._nameless += 1
        return Length.of(f"{NAMELESS}{self._nameless}")

    def is_nameless(self, value) -> bool:
        """Whether no formula tells a length, or a fraction of one."""
        return _no_formula(getattr(getattr(value, "length", value), "names", ()))

    def always(self, condition) -> bool | None:
        """Whether a condition holds, where that is the same at all sizes of this way."""
        if not isinstance(condition, Condition):
            return bool(condition)
        truth, many = self._settled.get(condition, (None, None))
        # no later requirement takes a truth back
        if truth is None and many != len(self.requirements):
            truth = self._truth(condition)
            self._settled[condition] = truth, len(self.requirements)
        return truth

    def _truth(self, condition) -> bool | None:
        """The same, worked out."""
        condition = self._put_in(condition)
        if not condition.names:
            return RELATIONS[condition.relation](condition.length, 0)
        if _no_formula(condition.names):
            return None
        far = condition.terms.get(ONE, 0)
        if abs(far) >= SIZES:
            return RELATIONS[condition.relation](far, 0)
        if len(condition.names) > 1:
            return self._of_several(condition)
        (name,) = condition.names
        met = self._so_far(name)
        holds = condition.sizes() & met
        return bool(holds) if not holds or holds == met else None

    def _of_several(self, condition: Condition) -> bool | None:
        if (truth := self.follows(condition)) is not None:
            return truth
        wanted = {condition.length, -condition.length}
        if condition.relation in ("==", "!=") and any(
            len(r.conditions) == 1
            and r.conditions[0].relation == "=="
            and r.conditions[0].length in wanted
            for r in self.requirements
        ):
            return condition.relation == "=="
        product = Product.of(condition)
        if product is False:
            return condition.relation == "!="
        if product and any(
            not product.sizes(factor) & self._so_far(factor.names[0]) for factor in product.factors
        ):
            return condition.relation == "!="
        return self._one_sided(condition)

    def _put_in(self, condition: Condition) -> Condition:
        """The same with what is known of each of several sizes put in: a number, or H = 4h + 1."""
        if len(condition.names) < 2 or _no_formula(condition.names):
            return condition
        given = {}
        for name in condition.names:
            met = self._so_far(name)
            if len(met.residues) == 1 and met.modulus > 1:
                given[name] = Length.of(name) * met.modulus + met.residues[0]
            elif not met.residues and len(met.exceptions) == 1:
                given[name] = met.exceptions[0]
        if given and not (known := condition.given(**given)).names:
            return known
        condition = Condition(self.pinned(condition.length), condition.relation)
        return simpler(condition) if condition.names else condition

    def quotient(self, a, b):
        """A quotient of lengths that is one for the classes of this way only: ⌊(H + 7)/8⌋ by ⌊H/8⌋
        at multiples of 8.
        """
        there, back = {}, {}
        for name in {*getattr(a, "names", ()), *b.names}:
            met = Sizes.none() if _no_formula((name,)) else self._so_far(name)
            if len(met.residues) == 1 and met.modulus > 1:
                size, m, (r,) = Length.of(name), met.modulus, met.residues
                there[name], back[name] = size * m + r, (size - r) // m
        if not there:
            return None
        try:
            made = (a(**there) if isinstance(a, Length) else a) // b(**there)
        except ShapeError:
            return None
        return made(**back) if isinstance(made, Length) else made

    def alike(self, a, b):
        """A product whose factors are those of another where they are equal for ever on a residue
        class, and so may be on this way: 3·N·⌊(H + 7)/8⌋ beside ⌊(H + 3)/4⌋ gives 3·N·⌊(H + 3)/4⌋.
        """
        left, made = [n for n in a.factors() if type(n) is Length], a
        for factor in b.factors():
            if type(factor) is not Length or factor in left or len(factor.names) > 1:
                continue
            for other in left:
                same = Condition(other - factor, "==")
                if same.names == factor.names == other.names and same.sizes().residues:
                    if self.ask(same):
                        made = made // other * factor
                    left.remove(other)
                    break
        return made

    def _one_sided(self, condition: Condition) -> bool | None:
        """The truth about a length that only rises, or only falls, from its value at the least
        sizes.
        """
        least = {name: _least(self._so_far(name)) for name in condition.names}
        for sign in (1, -1):
            length = condition.length * sign
            if isinstance(length, Length) and length.rises and None not in least.values():
                value = length(**least)
                if value >= 0:
                    return _by_sign(sign, condition.relation, value > 0)
        return condition.settled()

    def ask(self, condition) -> bool:
        """Whether a condition holds on this way.

        Raises:
            Parting: where it holds at some sizes, and at others not.
        """
        if not isinstance(condition, Condition):
            return bool(condition)
        # what is presumed within PyTorch says nothing of what the model asks
        key = condition, len(self.requirements), self.inside, self.turned
        if key in self._asked:
            truth, presumed = self._asked[key]
            if presumed:
                self._suppose(condition)
            return truth
        truth, presumed = self.always(condition), False
        # products of several sizes: those of a memory layout
        strides = len(condition.names) > 1 and _is_product(condition.length)
        theirs = self.calling and (strides or _no_formula(condition.names))
        if truth is None and (self.inside or theirs or _about_layout()):
            truth = self._presumed(condition)
            if truth is not None and not self.inside:
                return truth
            presumed = True
        if truth is None:
            self.part(self._sides(condition))
            return self.ask(condition)
        self._asked[key] = truth, presumed
        return truth

    def ask_either(self, condition: Condition) -> bool:
        """The same, where any answer does for 0."""
        for relation, truth in ((">=", ">"), ("<=", "<")):
            if self.always(Condition(condition.length, relation)):
                return condition.relation.startswith(truth)
        return self.ask(condition)

    def zero(self, length: Length) -> bool:
        """Whether a length that divides is 0; one that no formula tells is taken for none."""
        return not _no_formula(length.names) and self.ask(Condition(length, "=="))

    def likely(self, condition) -> bool:
        """The same, of a question that any answer does for: what holds for large sizes; kept in
        mind in case that PyTorch refuses, as it does where a size of 1 was not thought of.
        """
        truth = self.always(condition)
        if truth is not None:
            return truth
        if _no_formula(condition.names):
            return self._guess(condition)
        self.presumed.append(condition)
        return _in_the_end(condition)

    def _presumed(self, condition: Condition) -> bool | None:
        """What holds for large sizes, where an operator's own rule has told what it requires; kept
        in mind in case that PyTorch refuses.
        """
        if _no_formula(condition.names):
            return self._guess(condition)
        if len(condition.names) == 1:
            met = self._so_far(condition.names[0])
            holds = condition.sizes() & met
            others = holds.complement(start=1) & met
            if holds.residues and others.residues:
                return None
            truth = bool(holds.residues) or (
                not others.residues and condition.relation not in ("==", "<", "<=")
            )
        else:
            told = self._one_of(condition)
            truth = _in_the_end(condition) if told is None else told
        self._suppose(condition)
        return truth != (condition in self.turned)

    def _suppose(self, condition: Condition) -> None:
        """Keep in mind that the answer to a question is supposed."""
        (self.guessed if _no_formula(condition.names) else self.presumed).append(condition)

    def _guess(self, condition: Condition) -> bool:
        self.guessed.append(condition)
        return _guess(condition) != (condition in self.turned)

    def guesses(self):
        """Guess of one condition after the other, among those that were guessed, the opposite, and
        of what only then is guessed, too; but not that a size is below 0.
        """
        first = dict.fromkeys(self.guessed)
        open_ = [frozenset((condition,)) for condition in first if not _of_any_size(condition)]
        for many in range(GUESSES):
            if many == len(open_):
                return
            before, self.turned = len(self.guessed), open_[many]
            try:
                yield
            finally:
                turned, self.turned = self.turned, frozenset()
            for condition in dict.fromkeys(self.guessed[before:]):
                if condition not in first and not _of_any_size(condition):
                    open_ += [turned | {condition}] * (turned | {condition} not in open_)

    def _one_of(self, condition: Condition) -> bool | None:
        """The first of the alternatives that the node itself has told is taken for true."""
        wanted = {condition.length, -condition.length}
        for told in self.requirements:
            if told.node is self.node and len(told.conditions) > 1:
                for i, one in enumerate(told.conditions):
                    if one.length in wanted and one.relation == "==" == condition.relation:
                        return i == 0
        return None

    def part(self, sides: tuple) -> None:
        """Let the ways part here: this run goes on along the first, which is that of larger sizes.

        Raises:
            Parting: where it is begun again instead.
        """
        if self.joining or not self.goes_on(sides):
            self.begin_again(sides)
        self.parted = line()
        self.take(sides)

    def begin_again(self, sides: tuple) -> NoReturn:
        """Let the ways part here, each from the beginning.

        Raises:
            Parting: always.
        """
        self.parting = Parting(sides, line())
        raise self.parting

    def goes_on(self, sides: tuple) -> bool:
        """Whether what was told so far would be told on the first side, too: what no formula tells
        might have one there, and floors of few sizes be numbers.
        """
        box, held = sides[0]
        endless = all((self._so_far(name) & those).residues for name, those in box.items())
        if self._nameless or not endless:
            return False
        there = self.known.narrowed(box, held)
        return not held or not Run(self.graph.inputs, there, self.stand_ins).empty

    def take(self, sides: tuple) -> None:
        """Go on along the first of several sides, and leave the others."""
        self.left += [self.known.narrowed(*side) for side in reversed(sides[1:])]
        self.narrow(*sides[0])

    def _sides(self, condition: Condition) -> tuple:
        """What is known on either side of a question: the larger sizes first."""
        condition = self._put_in(condition)
        names = condition.names
        if _no_formula(names):
            raise self.untold(
                Text(
                    zh="forward 的走向取决于没有公式的尺寸",
                    en="which way forward goes depends on a size that no formula tells",
                ),
                condition,
            )
        if len(names) == 1:
            return self.divided(names[0], condition.sizes())
        finite = [name for name in names if not self._so_far(name).residues]
        few = [name for name in finite if len(self._so_far(name)) <= FEW]
        if few:
            return self.one_by_one(few[0])
        product = Product.of(condition)
        if product and product.number == 1:
            for factor in product.factors:
                (name,), those = factor.names, product.sizes(factor)
                if self._so_far(name) & those != self._so_far(name):
                    return self.divided(name, those)
        opposite = Condition(condition.length, OPPOSITE[condition.relation])
        sides: tuple[tuple, ...] = (({}, (condition,)), ({}, (opposite,)))
        return sides if _in_the_end(condition) else sides[::-1]

    def divided(self, name: str, those: Sizes) -> tuple:
        """Those sizes of a name, and all others of this way; also those that a node before refuses,
        so that every size has its way.
        """
        base, met = self._around(name), self._so_far(name)
        sides = [those & base, those.complement(start=1) & base]
        sides.sort(key=lambda side: _large(side & met), reverse=True)
        return tuple(({name: side}, ()) for side in sides)

    def _around(self, name: str) -> Sizes:
        """All sizes of a name that this way is about."""
        return (self.box or {}).get(name, Sizes.every(1))

    def one_by_one(self, name: str) -> tuple:
        """The first of finitely many sizes, and the others."""
        return self.divided(name, Sizes.of(self._so_far(name).exceptions[0]))

    def pinned(self, length):
        """A length in which floors are numbers that are the same at all sizes of this way, where
        these are finitely many.
        """
        if not isinstance(length, Length) or _no_formula(length.names):
            return length
        return pinned(length, self._so_far)

    def equal(self, one, two):
        """Require two lengths to be equal, as far as they are not numbers here."""
        return super().equal(self.pinned(one), self.pinned(two))

    def by_value(self, length: Length) -> None:
        """Part the ways by the values of a length, where they are few; of one of several sizes, by
        one of these that has finitely many.
        """
        finite = [
            name
            for name in (() if _no_formula(length.names) else length.names)
            if not (met := self._so_far(name)).residues and len(met) > 1
        ]
        if finite and len(length.names) > 1:
            self.begin_again(self.one_by_one(finite[0]))
        for name in finite:
            met = self._so_far(name)
            values: dict[int, list[int]] = {}
            for size in met.exceptions:
                values.setdefault(length(**{name: size}), []).append(size)
            if len(values) > VALUES:
                self.begin_again(self.one_by_one(name))
            if len(values) > 1:
                first, *sides = (Sizes(1, (), 0, sizes) for sizes in reversed(values.values()))
                first |= self._around(name) & met.complement(start=1)
                self.begin_again(tuple(({name: side}, ()) for side in (first, *sides)))

    def reconsidered(self) -> None:
        """Part the ways at what was presumed, since PyTorch refused."""
        for condition in reversed(self.presumed):
            if self.always(condition) is None and not _no_formula(condition.names):
                self.apart(condition)

    def apart(self, condition: Condition) -> NoReturn:
        """Let the ways part at a condition, each from the beginning."""
        self.begin_again(self._sides(condition))

    def turns(self):
        """One comparison after the other of those that were presumed, answered the other way; of
        strides nothing comes out that one would see, of lengths there may.
        """
        for condition in dict.fromkeys(self.presumed):
            if condition.relation in ("==", "!=") or self.always(condition) is not None:
                continue
            self.turned = frozenset((condition,))
            try:
                yield condition
            finally:
                self.turned = frozenset()

    def of_data(self) -> bool:
        """What data are taken to answer.

        Raises:
            ByData: where nothing is supposed yet.
        """
        self.answered += 1
        if self.answered > len(self.data):
            self.parting = ByData(line())
            raise self.parting
        return self.data[self.answered - 1]

    def number(self, value) -> int:
        """The int that PyTorch, or the model, must have.

        Raises:
            Parting: where there are finitely many.
            Again: where the model's own code can do with an open one.
            Undecided: where it is open.
        """
        if type(value) is int:
            return value
        if isinstance(value, bool | Condition):
            return int(self.ask(value))
        if isinstance(value, float):
            return int(value)
        length = getattr(value, "length", value)
        known = self._put_in_all(length)
        if type(known) is int:
            return known
        self.by_value(length)
        if lacking := self.stand_ins.give():
            self.parting = lacking
            raise lacking
        raise self.untold(
            Text(zh="forward 在这里需要一个数值", en="forward needs a number here"), value
        )

    def untold(self, asked: Text, received) -> Undecided:
        """What open sizes cannot tell; where the model itself asks, no `except` of its own takes
        that for an answer.
        """
        names = self.alike_names if self.is_nameless(received) else ()
        problem = unanswered(asked, received, _square(*names))
        if not self.entered:
            self.parting = problem
        return problem

    def enter(self, call):
        """What a call from the model's own code gives; no `except` of its own takes what cannot be
        told, or is refused here.
        """
        within, self.entered = self.entered, True
        try:
            return call()
        except ShapeError as problem:
            if not within:
                self.parting = problem
            raise
        finally:
            self.entered = within

    def taken_back(self, many: tuple) -> list:
        """What was required since then, and is so no longer, and whatever else is kept of it."""
        taken = []
        for kept, length in zip(self._kept(), many, strict=True):
            taken.append(kept[length:])
            del kept[length:]
        self._met.difference_update(one.conditions for one in taken[0])
        self._forget()
        return taken

    def put_back(self, taken: list) -> None:
        """Keep again what was taken back."""
        for kept, more in zip(self._kept(), taken, strict=True):
            kept += more

    def met(self, requirements: list) -> bool:
        """Whether requirements are met on this way.

        Raises:
            Parting: where one is at some sizes, and at others not.
        """
        return all(any(map(self.ask, one.conditions)) for one in requirements)

    def _put_in_all(self, length):
        """A length with the sizes that can be one number only."""
        given = {
            name: met.exceptions[0]
            for name in length.names
            if not _no_formula((name,))
            and not (met := self._so_far(name)).residues
            and len(met.exceptions) == 1
        }
        return length(**given) if given else length

    def handled(self, operation, *tensors):
        """What an operation here makes of tensors; its questions part the ways."""
        token, many = ASKED.set(self._decided_here), self.many
        try:
            return operation(self, *tensors)
        except Fork as fork:
            self.taken_back(many)
            self.part(self.divided(fork.name, fork.sides[0]))
        finally:
            ASKED.reset(token)
        return self.handled(operation, *tensors)

    def decide(self, condition: Condition) -> bool:
        """The same as for any flow; of several sizes, some of which are finitely many, the ways
        part at it; of a size that no formula tells, a guess.
        """
        if _no_formula(condition.names):
            return self._guess(condition)
        several = len(condition.names) > 1
        if several and not all(self._so_far(name).residues for name in condition.names):
            return self.ask(condition)
        return super().decide(condition)

    def _decided_here(self, condition: Condition) -> bool:
        """What an operation here asks; of several sizes the ways part at it."""
        return self.ask(condition) if len(condition.names) > 1 else self.decide(condition)


def _large(sizes: Sizes) -> tuple:
    return bool(sizes.residues), sizes.exceptions[-1:]


def _least(sizes: Sizes) -> int | None:
    return sizes[0] if sizes else None


def _no_formula(names) -> bool:
    return any(name.startswith(NAMELESS) for name in names)


def _by_sign(sign: int, relation: str, strict: bool) -> bool | None:
    """What a length that is never below 0 (above, for a sign of −1), or never 0 either, says."""
    truths = {RELATIONS[relation](s, 0) for s in ((sign,) if strict else (0, sign))}
    return truths.pop() if len(truths) == 1 else None


def _of_any_size(condition: Condition) -> bool:
    """Whether the truth is the same whatever the sizes are, as none is below 0."""
    terms = dict(condition.terms)
    number = terms.pop(ONE, 0)
    sign = 1 if all(factor > 0 for factor in terms.values()) else -1
    if number * sign < 0 or any(factor * sign < 0 for factor in terms.values()):
        return False
    return _by_sign(sign, condition.relation, number != 0) is not None


def _in_the_end(condition: Condition) -> bool:
    """What holds at large sizes."""
    if condition.relation in ("==", "!="):
        return condition.relation == "!="
    sizes = dict(zip(condition.names, FAR * (1 + len(condition.names) // len(FAR)), strict=False))
    return condition.at(**sizes)


def _guess(condition: Condition) -> bool:
    """An answer for a size that no formula tells: it is large, and fits where two must be equal."""
    terms = dict(condition.terms)
    number = -terms.pop(ONE, 0)
    alone = len(terms) == 1  # by itself, beside a number: there is more than one
    if condition.relation in ("==", "!="):
        return (condition.relation == "==") != (alone and number <= 1)
    return RELATIONS[condition.relation](next(iter(terms.values())), 0)


def unanswered(asked: Text, received, works: Text = ELSE) -> Undecided:
    """What the running line of the model asks of open sizes, and none of them can tell."""
    at = line()
    told = Text(zh=f"{asked.zh}（{at}）", en=f"{asked.en} ({at})")
    return Undecided(told, Received(str(received)), works)


def _square(*names: str) -> Text:
    """What works; where a root was taken of the product of two sizes, these under one name."""
    if not names:
        return ELSE
    one, other = names
    return Text(
        zh=f"模型取了平方根：给 {one} 与 {other} 同一个名字；或{ELSE.zh}",
        en=f"the model takes a root: give {one} and {other} one name; or {ELSE.en}",
    )


def _is_product(length: Length | int) -> bool:
    return isinstance(length, Length) and length.degree > 1


def _about_layout() -> bool:
    """Whether PyTorch asks about strides: shapes do not depend on them."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(12):
        if frame is None:
            return False
        code = frame.f_code
        if code.co_filename.endswith("_prims_common/__init__.py") and any(
            word in code.co_name for word in LAYOUT
        ):
            return True
        frame = frame.f_back
    return False


HERE = str(Path(__file__).parents[3]) + os.sep


def running() -> FrameType | None:
    """The frame of the model's code that is running: the first that is neither PyTorch's nor ours;
    `None` where there is none.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((*not_of_model(), "<")):
        frame = frame.f_back
    return frame


@cache
def not_of_model() -> tuple[str, str]:
    """The folders of our code and of PyTorch's."""
    import torch

    return HERE, str(Path(torch.__file__).parent) + os.sep


def line() -> str:
    """The line of the model that is running."""
    frame = running()
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "?"
