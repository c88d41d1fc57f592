"""Ways that part within a module of the model's own and give the same at its end: there they join
again, and one node stands for the module.

Only its sizes are known then, not which positions it reads. So this is done where a model would go
too many ways without.
"""

from functools import partial

from shapealg.axis.length import Length
from shapealg.network import forms
from shapealg.network.graph import Node
from shapealg.network.readers.torch.kept import holders, put_back, state
from shapealg.network.readers.torch.nested import flat, mapped
from shapealg.network.readers.torch.noted import Shaped, at_sizes, shape_of, value_of
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.parting import Parting
from shapealg.network.readers.torch.run import Asking, unstopped
from shapealg.network.readers.torch.scalars import symbol
from shapealg.network.readers.torch.seen import seen
from shapealg.network.requirement import meeting
from shapealg.network.tensor import UNKNOWN

MANY = 2**5  # so many ways through one call of a module are held against each other
DEPTH = 2  # in so many modules, one around the other, ways are tried to be joined
SAYABLE = ("==", 2), (">=", 1)
PLAIN = int, float, bool, str, type(None)


def rejoin(calls, part, path: str) -> None:
    """Let a module be one node at whose end ways that part in it come together."""
    forward, run = part.forward, calls.run

    def whole(*args, **kwargs):
        run.joining += 1
        before, given = Before(calls, part), (args, tuple(kwargs.values()))
        try:
            while True:
                try:
                    return forward(*args, **kwargs)
                except Parting as parting:
                    if run.inside or parting.tried >= DEPTH or not _readable(calls, given):
                        raise
                    parting.sides = _sides(before, run, parting)
                    end = _common_end(calls, before, lambda: forward(*args, **kwargs), parting)
                    before.again()
                    if end is not None:
                        put_back(end.modules)
                        return end.node(calls, part, path, (args, kwargs))
                    parting.tried += 1
                    last = run.joining == 1 or parting.tried >= DEPTH
                    if run.trying or not last or not run.goes_on(parting.sides):
                        run.parting = parting
                        raise
                    run.take(parting.sides)
        finally:
            run.joining -= 1

    part.forward = whole


def _sides(before, run, parting) -> tuple:
    """What is known on each way from the beginning of a module on: where the ways part, and on
    those that were left within.
    """
    known, many = before.run[1]["known"], len(before.run[2]["left"])
    found = [run.known.narrowed(*side) for side in parting.sides]
    found += reversed(run.left[many:])
    return tuple((one.box, one.held[len(known.held) :]) for one in found)


def _readable(calls, given) -> bool:
    """Whether a call takes tensors and numbers only, and no list that it may write into."""
    return _made_of(given, (tuple, calls.torch.Size)) and all(
        _is_plain(calls, one) for one in flat(given)
    )


def _made_of(value, rooms: tuple) -> bool:
    """Whether things lie one in another in these rooms only, and in none derived from them."""
    if not isinstance(value, list | tuple | dict):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return type(value) in rooms and all(_made_of(one, rooms) for one in inside)


def _is_plain(calls, one) -> bool:
    return isinstance(one, (*PLAIN, calls.torch.Tensor, calls.torch.dtype)) or isinstance(
        getattr(one, "node", None), Number
    )


def _common_end(calls, before, forward, parting):
    """What a module gives on all ways through it; `None` where that is not the same."""
    ends, open_ = [], [(side,) for side in parting.sides]
    while open_ and len(ends) + len(open_) <= MANY:
        sides = open_.pop()
        before.again()
        calls.run.trying = True
        for box, held in sides:
            calls.run.narrow(box, held)
        try:
            result = unstopped(calls.run, forward)
        except Parting as again:
            open_.extend((*sides, side) for side in again.sides)
            continue
        except Exception:  # these sizes are refused
            return None
        ends.append(End(calls, before, result))
        if not ends[-1].clear or ends[-1].told != ends[0].told:
            return None
    if open_:
        parting.tried = DEPTH  # around it there are as many
        return None
    common = (end for end in ends if all(map(end.keeps, ends)))
    return end.with_(ends) if (end := next(common, None)) is not None else None


class Before:
    """What was noted, and how a module was, before it was called.

    Args:
        calls: the calls of a run.
        part: the module.
    """

    def __init__(self, calls, part):
        self.tape, self.run = state(calls.tape), state(calls.run)
        self.modules = [state(one) for one in holders(part)]
        self.others = [state(calls), self.tape, self.run, state(calls.tape.free.__self__)]

    def since(self, room: tuple, name: str) -> list:
        """What has been added to a list."""
        one, _, contents = room
        return getattr(one, name)[len(contents[name]) :]

    @property
    def names(self) -> dict:
        """The names of the tensors that were there."""
        return self.tape[2]["names"]

    def again(self) -> None:
        """Put all of it back."""
        put_back((*self.others, *self.modules))


def _changes(before: list, after: list):
    """What modules keep of a call: whose it is, under which name, and what it is."""
    for (one, then, held), (_, now, holds) in zip(before, after, strict=True):
        for name in then.keys() | now.keys():
            was, is_ = held.get(name, then.get(name)), holds.get(name, now.get(name))
            if was is not is_ and not _same(was, is_):
                yield id(one), name, flat(is_)


def _same(was, is_) -> bool:
    """Whether two rooms hold the very same objects."""
    if type(was) is not type(is_) or not isinstance(was, list | set | dict):
        return False
    if isinstance(was, dict):
        return was.keys() == is_.keys() and _same([*was.values()], [is_[key] for key in was])
    if isinstance(was, set):
        return was == is_
    return len(was) == len(is_) and all(one is other for one, other in zip(was, is_, strict=True))


class End:
    """What a module gives on one way through it.

    Args:
        calls: the calls of the run, as they are at its end.
        before: how they were at its beginning.
        result: what came out.

    Attributes:
        modules: how they are now.
        clear: whether all of it can be said without the nodes within.
        told: what must be the same on another way.
        numbers: the lengths of what comes out: those of a tensor, or a number alone.
        kept: the lengths of what its modules keep from now on.
        where: the sizes of this way.
    """

    def __init__(self, calls, before: Before, result):
        self.result, self.tensor = result, calls.torch.Tensor
        self.modules = [state(one) for one, *_ in before.modules]
        self.there = {id(t) for t in self.tensors if id(t) in before.names}
        self.requirements = [
            one
            for one in before.since(before.run, "requirements")
            if not _needless(calls, before, one)
        ]
        self.numbers = [_numbers(calls, one) for one in flat(result)]
        self.where = {name: calls.run.sizes_of(name) for name in calls.run.sizes}
        renamed = any(calls.tape.names[one] != name for one, name in before.names.items())
        changes = sorted(_changes(before.modules, self.modules))
        kind, kept = partial(_kind, calls), [one for *_, all_ in changes for one in all_]
        self.kept = [n for one in kept for n in _numbers(calls, one)]
        self.told = (
            list(map(kind, flat(result))),
            [(*at, list(map(kind, kept))) for *at, kept in changes],
            {r.conditions for r in self.requirements},
            [c for c in before.since(before.run, "whole") if calls.run.always(c) is not True],
        )
        self.clear = (
            not renamed
            and _made_of(result, (list, tuple, dict))
            and not any(None in numbers for numbers in self.numbers)
            and not before.since(before.run, "unknown")
            and all(map(_sayable, self.requirements))
        )

    @property
    def tensors(self) -> list:
        """The tensors that came out."""
        return [one for one in flat(self.result) if isinstance(one, self.tensor)]

    def keeps(self, other: "End") -> bool:
        """Whether what its modules keep is so on another way too."""
        pairs = zip(self.kept, other.kept, strict=True)
        return all(forms.agree(mine, theirs, other.where) for mine, theirs in pairs)

    def with_(self, ends: list) -> "End | None":
        """The same with lengths that are those of all ways, and whose tensors are new ones, but
        where all ways give the very same; `None` where no one formula tells a length.
        """
        made = []
        for several in zip(*(end.numbers for end in ends), strict=True):
            columns = zip(*several, strict=True)
            wheres = [end.where for end in ends]
            found = [forms.one(list(zip(wheres, column, strict=True))) for column in columns]
            if forms.OPEN in found:
                return None
            made.append(tuple(found))
        self.numbers, self.there = made, set.intersection(*(end.there for end in ends))
        return self

    def node(self, calls, part, path: str, given: tuple):
        """The module as one node; what comes out of it."""
        numbers = iter(self.numbers)
        with Asking(calls.run, True):  # on each way these sizes were found to be some
            result = mapped(self.result, lambda one: self._fresh(calls, one, next(numbers)))
        new = [t for t in flat(result) if isinstance(t, self.tensor) and id(t) not in self.there]
        name = calls.tape.free(path)
        outputs = (name,) if len(new) == 1 else tuple(f"{name}:{i}" for i in range(len(new)))
        shaped = Shaped(_required(self.requirements), lambda *_: None)
        shaped.shapes = tuple(map(shape_of, new))
        sources, _ = calls.tape.sources(*given)
        node = Node(
            name,
            type(part).__name__,
            shaped,
            tuple(sources),
            outputs,
            parameters=calls.tape.weighs(name, part.parameters()),
        )
        told = shaped(calls.run)  # whatever goes in
        for output, tensor, flowing in zip(outputs, new, told, strict=True):
            calls.tape.call(tensor, output)
            calls.run.tensors[output] = flowing
        calls.tape.add(node)
        return result

    def _fresh(self, calls, one, numbers: tuple):
        """A tensor that has no name yet, or a number, of these lengths."""
        if isinstance(one, self.tensor):
            return one if id(one) in self.there else calls.empty(numbers, one.dtype)
        return seen(symbol(calls.run, numbers[0])) if numbers else one


def _kind(calls, one):
    """What must be the same of one thing that came out, or is kept, but for its lengths."""
    if isinstance(one, calls.torch.Tensor):
        return one.ndim, one.dtype
    if _is_length(one):
        return int
    return value_of(one) if _is_plain(calls, one) else id(one)


def _numbers(calls, one) -> tuple:
    """The lengths of one thing that came out."""
    if isinstance(one, calls.torch.Tensor):
        return shape_of(one)
    return (value_of(one),) if _is_length(one) else ()


def _is_length(one) -> bool:
    return type(value_of(one)) in (int, Length)


def _needless(calls, before: Before, requirement) -> bool:
    """Whether a requirement is met by all sizes of this way that met those from before."""
    run, (name, *others) = calls.run, requirement.names
    if others:
        return requirement.conditions[0].settled() is True
    there = meeting(one for one in before.run[2]["requirements"] if one.names == (name,))
    there &= run.box.get(name, there)
    return not (there & requirement.sizes().complement(start=1))


def _sayable(requirement) -> bool:
    """Whether a requirement says that two lengths are equal, or that one is not empty."""
    (condition, *others), sides = requirement.conditions, len(requirement.sides)
    return not others and not requirement.factors and (condition.relation, sides) in SAYABLE


def _required(requirements: list):
    """What requires the same again, of a flow at whatever sizes."""

    def operation(flow, *_):
        for requirement in requirements:
            sides = [at_sizes(side, flow.sizes) for side in requirement.sides]
            if len(sides) == 2:
                flow.equal(*sides)
            else:
                flow.some(*sides)
        return UNKNOWN

    return operation
