"""One run of a module: PyTorch works the shapes out. What depends on sizes is decided by what is
known on this way, or parts the ways.
"""

import sys
from itertools import count
from types import FrameType
from typing import NoReturn

from shapealg.axis.condition import ASKED, OPPOSITE, Condition
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.axis.sizes import Sizes
from shapealg.axis.terms import ONE
from shapealg.errors import ShapeError, Undecided
from shapealg.network.fork import Fork
from shapealg.network.readers.torch.known import Known, no_formula
from shapealg.network.readers.torch.parting import ByData, Parting
from shapealg.network.readers.torch.product import Product
from shapealg.network.readers.torch.running import line
from shapealg.network.readers.torch.truths import Truths, in_the_end, of_any_size
from shapealg.network.readers.torch.unanswered import square, unanswered
from shapealg.text import Text

LAYOUT = ("stride", "contiguous", "channels_last", "memory_format", "dense", "perm")
VALUES = 2**4  # by so many values of a length the ways part at once
GUESSES = 2**5  # so often what was guessed is guessed otherwise
FEW = 2**2  # so many sizes are told apart one by one, beside others that are open
SERIALS = count()


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


class Run(Truths):
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
        super().__init__(inputs, known)
        self.serial = next(SERIALS)
        self.stand_ins, self.inside = stand_ins, False
        self.presumed: list[Condition] = []
        self.parting: BaseException | None = None  # what stopped the run, until it is met
        self.left: list[Known] = []  # other sides, where the ways parted and this run went on
        self.parted = "?"  # the line of the model where it last did
        self.joining, self.trying = 0, False  # modules at whose end ways may join again
        self.calling, self.entered = False, False
        self._asked: dict[tuple, tuple] = {}  # the answer, and whether it is supposed
        self.data, self.answered = data, 0
        self.emptied: set[str] = set() if emptied is None else emptied
        self.guessed: list[Condition] = []  # what was guessed of sizes that no formula tells
        self.turned: frozenset[Condition] = frozenset()  # of which the opposite is guessed
        self.alike_names: tuple[str, ...] = ()  # whose product is to be a square

    def narrow(self, box: dict, held: tuple) -> None:
        """Know more from here on."""
        self._asked.clear()
        super().narrow(box, held)

    # ------------------------------------------------------------ what PyTorch and the model ask

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
        theirs = self.calling and (strides or no_formula(condition.names))
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
        return not no_formula(length.names) and self.ask(Condition(length, "=="))

    def likely(self, condition) -> bool:
        """The same, of a question that any answer does for: what holds for large sizes; kept in
        mind in case that PyTorch refuses, as it does where a size of 1 was not thought of.
        """
        truth = self.always(condition)
        if truth is not None:
            return truth
        if no_formula(condition.names):
            return self._guess(condition)
        self.presumed.append(condition)
        return in_the_end(condition)

    def _presumed(self, condition: Condition) -> bool | None:
        """What holds for large sizes, where an operator's own rule has told what it requires; kept
        in mind in case that PyTorch refuses.
        """
        if no_formula(condition.names):
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
            truth = in_the_end(condition) if told is None else told
        self._suppose(condition)
        return truth != (condition in self.turned)

    def _suppose(self, condition: Condition) -> None:
        """Keep in mind that the answer to a question is supposed."""
        (self.guessed if no_formula(condition.names) else self.presumed).append(condition)

    def _one_of(self, condition: Condition) -> bool | None:
        """The first of the alternatives that the node itself has told is taken for true."""
        wanted = {condition.length, -condition.length}
        for told in self.requirements:
            if told.node is self.node and len(told.conditions) > 1:
                for i, one in enumerate(told.conditions):
                    if one.length in wanted and one.relation == "==" == condition.relation:
                        return i == 0
        return None

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

    def met(self, requirements: list) -> bool:
        """Whether requirements are met on this way.

        Raises:
            Parting: where one is at some sizes, and at others not.
        """
        return all(any(map(self.ask, one.conditions)) for one in requirements)

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
        if no_formula(condition.names):
            return self._guess(condition)
        several = len(condition.names) > 1
        if several and not all(self._so_far(name).residues for name in condition.names):
            return self.ask(condition)
        return super().decide(condition)

    def _decided_here(self, condition: Condition) -> bool:
        """What an operation here asks; of several sizes the ways part at it."""
        return self.ask(condition) if len(condition.names) > 1 else self.decide(condition)

    # ------------------------------------------------------------ guesses

    def _guess(self, condition: Condition) -> bool:
        self.guessed.append(condition)
        return _guess(condition) != (condition in self.turned)

    def guesses(self):
        """Guess of one condition after the other, among those that were guessed, the opposite, and
        of what only then is guessed, too; but not that a size is below 0.
        """
        first = dict.fromkeys(self.guessed)
        open_ = [frozenset((condition,)) for condition in first if not of_any_size(condition)]
        for many in range(GUESSES):
            if many == len(open_):
                return
            before, self.turned = len(self.guessed), open_[many]
            try:
                yield
            finally:
                turned, self.turned = self.turned, frozenset()
            for condition in dict.fromkeys(self.guessed[before:]):
                if condition not in first and not of_any_size(condition):
                    open_ += [turned | {condition}] * (turned | {condition} not in open_)

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

    # ------------------------------------------------------------ where ways part

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
        return not held or not Truths(self.graph.inputs, there).empty

    def take(self, sides: tuple) -> None:
        """Go on along the first of several sides, and leave the others."""
        self.left += [self.known.narrowed(*side) for side in reversed(sides[1:])]
        self.narrow(*sides[0])

    def reconsidered(self) -> None:
        """Part the ways at what was presumed, since PyTorch refused."""
        for condition in reversed(self.presumed):
            if self.always(condition) is None and not no_formula(condition.names):
                self.apart(condition)

    def apart(self, condition: Condition) -> NoReturn:
        """Let the ways part at a condition, each from the beginning."""
        self.begin_again(self._sides(condition))

    def _sides(self, condition: Condition) -> tuple:
        """What is known on either side of a question: the larger sizes first."""
        condition = self._put_in(condition)
        names = condition.names
        if no_formula(names):
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
        return sides if in_the_end(condition) else sides[::-1]

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

    def by_value(self, length: Length) -> None:
        """Part the ways by the values of a length, where they are few; of one of several sizes, by
        one of these that has finitely many.
        """
        finite = [
            name
            for name in (() if no_formula(length.names) else length.names)
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

    # ------------------------------------------------------------ numbers

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
        problem = unanswered(asked, received, square(*names))
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


def unstopped(run: Run, call):
    """What a call gives; what stopped the run ends it, though an `except` of the model's own has
    taken that.
    """
    try:
        result = call()
    except Exception:
        if run.parting:
            raise run.parting from None
        raise
    if run.parting:
        raise run.parting
    return result


def _large(sizes: Sizes) -> tuple:
    return bool(sizes.residues), sizes.exceptions[-1:]


def _guess(condition: Condition) -> bool:
    """An answer for a size that no formula tells: it is large, and fits where two must be equal."""
    terms = dict(condition.terms)
    number = -terms.pop(ONE, 0)
    alone = len(terms) == 1  # by itself, beside a number: there is more than one
    if condition.relation in ("==", "!="):
        return (condition.relation == "==") != (alone and number <= 1)
    return RELATIONS[condition.relation](next(iter(terms.values())), 0)


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
