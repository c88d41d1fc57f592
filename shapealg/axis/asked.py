"""What is asked of the numbers of a layer, and the doors for it: an int is given, `...` is asked, a
range or a list is asked among these.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import EllipsisType
from typing import Any, TypeAlias

from shapealg.axis.door import integer
from shapealg.errors import Received, ShapeError, shown
from shapealg.names import OURS, PADDINGS, near, ours, spread, whole
from shapealg.text import Text

# the least value of each number; lo and hi may be negative where they are given
LEAST = {"n": 1, "m": 1, "k": 1, "s": 1, "d": 1, "p": 0, "lo": 0, "hi": 0, "op": 0}
# the candidates, where none are given
TRIED = {"k": range(1, 12), "s": range(1, 9), "d": range(1, 5)}
DEFAULTS = {"n": ..., "m": ..., "k": ..., "s": 1, "d": 1, "p": 0, "lo": 0, "hi": 0, "op": 0}
# the first of these that is asked without candidates becomes an interval
LAST = ("m", "n", "hi", "p", "lo", "op", "k", "d", "s")
# the candidates of several layers, where none are given
BOUNDS = TRIED | dict.fromkeys(("p", "lo", "hi", "op"), range(8)) | {"depth": range(1, 17)}
ROWS = 2**14  # so many an answer may have
TRIES = 2**15  # so many combinations are tried one by one

# what people write for a number: an int where it is given, `...` or "?" where it is asked, a range,
# a list or "1..9" where it is asked among these
Question: TypeAlias = int | EllipsisType | Sequence[int] | str
Asked: TypeAlias = int | EllipsisType | tuple[int, ...]  # given, asked, asked among these
Point: TypeAlias = dict[str, int]  # a value for each name


def candidates(values: Any, name: str, word: str = "") -> tuple[int, ...]:
    """The door for candidates; one int is one of them. A `name` of its own stands for a `word`."""
    word = word or name
    least = None if word in ("lo", "hi") else LEAST.get(word, 1)
    several = values[: TRIES + 1] if isinstance(values, range | list | tuple) else (values,)
    if not several:
        raise ShapeError(
            Text(zh=f"{name} 没有候选值", en=f"there are no candidates for {name}"),
            values,
            Text(zh=f"例如 {name}=range(1, 9)", en=f"for example {name}=range(1, 9)"),
        )
    return tuple(dict.fromkeys(integer(value, name, least) for value in several))


def terms(given: Iterable[str]) -> dict[str, Any]:
    """What is typed as `n=224 kernel_size=7 p=? s=1..4`, for `solve`.

    Raises:
        ShapeError: for anything else, and for a name that is said twice.

    >>> terms(["n=224", "stride=2", "p=?", "k=1..9"])
    {'n': 224, 'stride': 2, 'p': Ellipsis, 'k': range(1, 10)}
    """
    made = {}
    for term in given:
        name, _, typed = (part.strip() for part in term.partition("="))
        if name.isidentifier() and ours(name) not in DEFAULTS:
            raise _no_such(name)
        value: Any = _typed(typed)
        if value is None:
            number = whole(typed)
            value = number if number is not None or typed.lower() not in PADDINGS else typed
        if value is None or not name.isidentifier() or name in made:
            raise ShapeError(
                Text(
                    zh="每一项写作 名=数、名=? 或 名=1..9，各一次",
                    en="each term is name=number, name=? or name=1..9, once",
                ),
                term,
                Text(zh="例如 n=224 m=112 k=7 s=2 p=?", en="for example n=224 m=112 k=7 s=2 p=?"),
            )
        made[name] = value
    return made


def _typed(text: str) -> range | EllipsisType | None:
    """`?` and `...` are asked, `1..9` is asked within bounds; anything else is `None`."""
    if text in ("?", "..."):
        return ...
    left, dots, right = text.replace("…", "..").partition("..")
    low, high = whole(left.strip()), whole(right.strip())
    return range(low, high + 1) if dots and low is not None and high is not None else None


def worded(values: dict[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """The values by our names, whichever words say them.

    Raises:
        ShapeError: for a word that nobody knows, and for a number that is said twice.
    """
    taken = {name: name for name in DEFAULTS}
    made = spread(words, taken, sequences=set(taken) - {"lo", "hi"})
    for name in made:
        if name not in taken:
            raise _no_such(name)
        if values[name] is not DEFAULTS[name]:
            raise ShapeError(
                Text(zh=f"{name} 说了两次", en=f"{name} is said twice"),
                Received(f"{name}={shown(values[name])}, {', '.join(words)}"),
                Text(zh="只说一次", en="say it once"),
            )
    return values | made


def _no_such(name: str) -> ShapeError:
    found = near(name, [*DEFAULTS, *OURS])
    return ShapeError(
        Text(zh="没有这个名字", en="there is no such name"),
        name,
        Text(
            zh=f"可用：{' '.join(found or DEFAULTS)}",
            en=f"{', '.join(found or DEFAULTS)} work{'s' if len(found) == 1 else ''}",
        ),
    )


def question(name: str, value: Any) -> Asked:
    """The door for one of `solve`'s numbers: an int, `...`, or a tuple of candidates.

    Raises:
        ShapeError: for anything else, or more candidates than may be tried.
    """
    least = None if name in ("lo", "hi") else LEAST[name]
    if isinstance(value, str):
        value = _typed(value) or value
    if value is ...:
        return value
    if isinstance(value, range | list | tuple):
        if value[TRIES:]:
            raise many(name)
        return tuple(dict.fromkeys(integer(each, name, least) for each in value))
    return integer(value, name, least)


def consistent(values: Mapping[str, Asked], transposed: bool, ceil: bool) -> None:
    """Something is asked, and what is given does not contradict itself.

    Raises:
        ShapeError: where nothing is, or it does.
    """
    if all(isinstance(value, int) for value in values.values()):
        raise ShapeError(
            Text(zh="没有要求的量", en="nothing is asked"),
            Received(", ".join(f"{name}={shown(value)}" for name, value in values.items())),
            Text(
                zh="把要求的量写成 ...，例如 m=...",
                en="write ... for what is asked, for example m=...",
            ),
        )
    if values["p"] != 0 and (values["lo"] != 0 or values["hi"] != 0):
        raise ShapeError(
            Text(
                zh="填充要么是 p（两侧相同），要么是 lo 和 hi",
                en="padding is either p, on both sides, or lo and hi",
            ),
            Received("p, lo, hi"),
            Text(zh="只用其中一种", en="use one of the two"),
        )
    if values["op"] != 0 and not transposed:
        raise forward()
    if ceil and transposed:
        raise ShapeError(
            Text(zh="转置的窗口没有向上取整", en="a transposed window does not round"),
            Received("transposed=True, ceil=True"),
            Text(zh="去掉其中一个", en="leave one of them out"),
        )
    _below_step(*(values[name] for name in ("s", "d", "op")))


def _below_step(s: Asked, d: Asked, op: Asked) -> None:
    """An output_padding adds less than the next window would."""
    if isinstance(s, int) and isinstance(d, int) and isinstance(op, int) and op >= max(s, d):
        raise ShapeError(
            Text(
                zh="op 须小于步长与膨胀率中较大的",
                en="op must be less than the larger of stride and dilation",
            ),
            op,
            Text(
                zh=f"最近的可用值是 {max(s, d) - 1}",
                en=f"the nearest that works is {max(s, d) - 1}",
            ),
        )


def forward() -> ShapeError:
    """A window that is not transposed has no output_padding."""
    return ShapeError(
        Text(
            zh="op（output_padding）只属于转置的窗口",
            en="op, output_padding, belongs to a transposed window",
        ),
        Received("transposed=False"),
        Text(zh="请写 transposed=True", en="write transposed=True"),
    )


def many(name: str, among: str = "range(1, 9)") -> ShapeError:
    """Too much to try; fewer candidates for a name would do."""
    return ShapeError(
        Text(zh="要逐个试的组合太多", en="there are too many combinations to try one by one"),
        Received(f"> {TRIES}"),
        Text(
            zh=f"请给出较少的候选值，例如 {name}={among}",
            en=f"give fewer candidates, for example {name}={among}",
        ),
    )


def long(name: str, among: str = "range(1, 9)") -> ShapeError:
    """Too many solutions; candidates for a name would do."""
    return ShapeError(
        Text(zh="解的行数太多", en="there are too many rows"),
        Received(f"> {ROWS}"),
        Text(
            zh=f"请给出候选值，例如 {name}={among}",
            en=f"give candidates, for example {name}={among}",
        ),
    )


def endless(name: str) -> ShapeError:
    """No end of solutions; candidates for a name would do."""
    return ShapeError(
        Text(zh="解有无穷多行", en="there are infinitely many rows"),
        Received(f"{name}=..."),
        Text(
            zh=f"请给出候选值，例如 {name}=range({LEAST[name]}, 65)",
            en=f"give candidates, for example {name}=range({LEAST[name]}, 65)",
        ),
    )
