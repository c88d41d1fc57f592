"""Where what was asked for and what a network does part: in words, with the first size."""

from shapealg.axis import written
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.shapes import entries
from shapealg.text import Text


def sizes(told) -> Sizes:
    """A set in words, a `Sizes`, or numbers."""
    if isinstance(told, Sizes):
        return told
    if isinstance(told, str):
        return written.sizes(told)
    return Sizes.of(*(told if hasattr(told, "__iter__") else [told]))


def shape(said) -> tuple:
    """The entries of a shape: ints, lengths, and `None` for what may be anything."""
    parts = said.strip(" []").split(",") if isinstance(said, str) else entries(said) or ()
    return tuple(map(_entry, parts))


def _entry(said):
    if isinstance(said, str):
        said = said.strip()
        return None if said in ("?", "None") else written.length(said)
    return said


def between(one: Sizes, two: Sizes, first: str, second: str) -> list:
    """A line for what only one of two sets has, and what only the other."""
    rests = ((first, without(one, two)), (second, without(two, one)))
    return [f"{told}: {rest}" for told, rest in rests if rest]


def without(one: Sizes, two: Sizes) -> Sizes:
    """The sizes of one set that are not in the other."""
    return one & two.complement(min(0, *one[:1])) if one else one


def of_sets(net, name: str, asked: Sizes) -> str:
    """Where the sizes that a network takes are others than those asked for; of the first that it
    does not take, why.
    """
    taken = net.accepts(name)
    lines = [f"{name}: asked for {asked}; the model takes {taken}"]
    lines += [f"  {line}" for line in between(asked, taken, "not taken", "taken as well")]
    refused = without(asked, taken)
    if refused and (n := next(iter(refused))) >= 1:
        lines += [f"  {line}" for line in net.explain(**{name: n}).text.en.splitlines()]
    return "\n".join(lines)


def of_lengths(net, where: dict, asked, given) -> str:
    """Where two entries of a shape differ among the sizes that a network takes; nothing where they
    do not.
    """
    if given is None:
        return "; nobody can tell it"
    gap = given - asked
    if isinstance(gap, int):
        return "" if gap == 0 else "; that differs at every size"
    try:
        (name,) = gap.names
        wrong = without(
            where.get(name) or net.accepts(name), (gap >= 0).sizes() & (gap <= 0).sizes()
        )
    except (ValueError, Undecided):  # of several names, or too long a period
        return "; they are not the same formula"
    if not wrong:
        return ""
    n = next(iter(wrong))
    one, two = (x(**{name: n}) if isinstance(x, Length) else x for x in (asked, given))
    return f"; at {name} = {n} that is {one} and {two}"


def network(model, input_shape):
    """The network of a model, or one that is read already."""
    import shapealg

    return model if hasattr(model, "accepts") else shapealg.read(model, input_shape)


def said(expected: dict, example: str) -> None:
    """Refuse a question that asks nothing."""
    if not expected:
        asked = Text(zh="须说明断言什么", en="what is asserted must be said")
        works = Text(zh=f"例如 {example}", en=f"for example {example}")
        raise ShapeError(asked, Received("nothing"), works)
