"""A pooling in another framework's words: what could be said is tried, and kept where every output
is proved to have the same value.

A framework says an axis by few numbers and flags: its padding, or a word for it, rounding up or
not, what an average divides by, and a padding layer in front. Each such choice is a pooling again,
so it is compared with what is sought, for all sizes or for those of one remainder. Flags are one
for all axes; where two axes want different ones there are two poolings, for a window that is a
rectangle works axis by axis.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from shapealg.axis.axis import Axis
from shapealg.axis.door import integer
from shapealg.axis.even import even_sizes, even_window, even_windows
from shapealg.axis.pooled import Pooled
from shapealg.axis.sizes import Sizes
from shapealg.axis.waiting import Ceiled, Same
from shapealg.axis.window import Window
from shapealg.errors import ShapeError, shown
from shapealg.layer.pooling import Pooling
from shapealg.text import Text
from shapealg.words import phrasing
from shapealg.words.frameworks import CALLED
from shapealg.words.norm import Norm
from shapealg.words.phrasing import Choice, none
from shapealg.words.shape import symbols

CASES = 64  # so many remainders may be told one by one


@dataclass(frozen=True, slots=True)
class Along:
    """One axis of what is sought, at some sizes, and how it can be said there.

    Attributes:
        where: the sizes; `None` for all at which there is an output.
        taps, stride, dilation: of the window, as numbers or, where they grow with the size, as
            expressions of it.
        options: flags → the best choice with them.
    """

    where: Sizes | None
    taps: object
    stride: object
    dilation: object
    options: dict


def said(words, layer: Pooling, framework: str, size, names: tuple, explicit: bool) -> tuple:
    """A pooling in the words of a framework: pairs (sizes by name, steps), and why there are none
    at the other sizes; `None` where there are words at every size that gives an output. `size` is
    the input along each axis where it is known.

    Raises:
        ShapeError: with the reason, where there are none at any size.
    """
    manner = phrasing.of(framework).MANNER
    power = _power(framework, getattr(words, "norm", None))
    given = tuple(axis.given for axis in layer.axes)
    if (
        any(m is not None for m in given)
        and (made := manner.adaptive(layer.kind, given, **power)) is not None
    ):
        return [({}, made)], None
    if size is not None:
        layer.output_size(size)  # where no window fits there is nothing to be said
    if named := symbols(layer.axes):
        raise ShapeError(
            Text(zh="自适应池化的输出个数须为数值", en="the number of outputs must be a number"),
            named[0],
            Text(zh="请先代入数值", en="put numbers in first"),
        )
    explicit = explicit or (manner.deprecated and size is not None)
    asking = _Asking(layer, framework, words.framework == framework, explicit, power)
    _require_kind(asking)
    if not (explicit and asking.waits):
        axes = [[along] for along in asking.each(asking.whole)]
        found, whole = _told(asking, axes, names, size)
        if whole:
            return found, None
    if size is not None:
        axes = [[along] for along in asking.each(asking.placed, size)]
    else:
        require_few(map(asking.remainders, range(layer.rank)))
        axes = [asking.by_remainder(i, name) for i, name in enumerate(names)]
    found, whole = _told(asking, axes, names, size)
    if not found:
        raise _refusal(asking, size)
    if whole and (size is not None or all(map(_all_plain, layer.axes))):
        return found, None
    return found, _rest(asking)


def _rest(asking) -> Text:
    """Why there are no words at the sizes that are left."""
    if any(pooled.axis.given is not None for pooled in asking.pooled):
        return Text(zh="各窗口长短不一", en="their windows are of different lengths")
    reason = _refusal(asking, None)
    return Text(
        zh=f"{reason.asked.zh}；{reason.works.zh}", en=f"{reason.asked.en}; {reason.works.en}"
    )


def _all_plain(axis) -> bool:
    return axis.given is None or even_sizes(axis.given).is_all


def joined(pairs) -> dict:
    """Sets of sizes by name; those of one name are met together."""
    where: dict[str, Sizes] = {}
    for name, sizes in pairs:
        where[name] = where.get(name, sizes) & sizes
    return where


def require_few(moduli) -> None:
    """Refuse more cases than one reads."""
    moduli = tuple(moduli)
    if (count := prod(moduli)) <= CASES:
        return
    raise ShapeError(
        Text(
            zh=f"步骤取决于输入尺寸，共 {shown(count)} 种情形",
            en=f"the steps depend on the input size in {shown(count)} cases",
        ),
        moduli,
        Text(zh="请给出 input_shape", en="give an input_shape"),
    )


class _Asking:
    """What is sought, and of whom."""

    def __init__(self, layer: Pooling, framework: str, loose: bool, explicit: bool, power: dict):
        self.layer, self.framework, self.loose, self.power = layer, framework, loose, power
        self.phrases = phrasing.of(framework)
        self.manner = self.phrases.MANNER
        self.kind, self.rank = layer.kind, layer.rank
        self.words = () if explicit else self.manner.words
        self.pooled = layer.pooled
        self.ceiled = any(axis.declared is not axis for axis in layer.axes)
        self.waits = any(axis.declared.waits for axis in layer.axes)

    # ------------------------------------------------------------ one axis

    def each(self, ask: Callable[..., Along], *told) -> list[Along]:
        """What is answered of each axis; those alike, as most are, are asked once."""
        asked = list(zip(self.pooled, *told, strict=True))
        found = {one: ask(*one) for one in dict.fromkeys(asked)}
        return [found[one] for one in asked]

    def whole(self, source: Pooled) -> Along:
        """An axis at all sizes, by one choice."""
        if source.axis.given is not None:
            return Along(None, 0, 1, 1, {})
        return self._along(None, source, _pads(source.axis), source.runs)

    def placed(self, source: Pooled, n: int) -> Along:
        """An axis at one size."""
        only = Sizes(1, (), 0, (n,))
        if source.axis.given is not None:
            return replace(self._even(source, n), where=None)
        window = source.axis.at(n)
        return self._along(None, source, _pads(source.axis, window), only)

    def remainders(self, i: int) -> int:
        """How many remainders of the size there are to tell apart."""
        axis = self.pooled[i].axis
        return axis.stride if axis.given is None else min(axis.given, 3) + 1

    def by_remainder(self, i: int, name) -> list:
        """The axis once per remainder of the size that matters."""
        source = self.pooled[i]
        if source.axis.given is not None:
            return self._spread(source, name)
        stride, big = source.axis.stride, _beyond(source.axis)
        found: list[Along] = []
        for r in range(stride):
            where = source.runs & Sizes.classes(stride, (r,), 1)
            pads = _pads(source.axis, source.axis.at(big + (r - big) % stride))
            along = self._along(where, source, pads, where)
            found += [along] if along.options else self._in_parts(along, where, source, pads)
        return found

    def _in_parts(self, along: Along, rest: Sizes, source: Pooled, pads: set) -> list:
        """An axis that no one choice says: the sizes at which some choice does, and the others."""
        window, parts = Window(source.axis.kernel, source.axis.stride), []
        for choice in self._said(window, source.taps, pads):
            made = self._pooled(choice, window, source.taps).agrees(source, rest, self.loose)
            if made:
                options = self._options(source, window, source.taps, pads, made)
                parts.append(replace(along, where=made, options=options))
                rest &= made.complement()
        return [*parts, replace(along, where=rest)] if rest else parts

    def _spread(self, source: Pooled, name) -> list:
        """An adaptive axis at the sizes where its windows are those of a plain one."""
        found = []
        for where, taps, stride in even_windows(source.axis.given, name):
            # the words grow with the size: they hold at all sizes if at the first three
            first, *more = (n for n, _ in zip(where, range(3), strict=False))
            options = self._at_each(source, [first, *more])
            if more and not options:  # the smallest may be a case of its own
                found.append(self._even(source, first))
                where &= Sizes.every(first + 1)
                options = self._at_each(source, more)
            found.append(Along(where, taps, stride, 1, options))
        return found

    def _even(self, source: Pooled, n: int) -> Along:
        """An adaptive axis at one size, as a plain one."""
        plain, only = even_window(source.axis.given, n), Sizes(1, (), 0, (n,))
        if plain is None:
            return Along(only, 0, 1, 1, {})
        taps = integer(plain.kernel, "kernel")
        options = self._options(source, plain, taps, {(plain.lo, plain.hi)}, only)
        return Along(only, plain.kernel, plain.stride, 1, options)

    def _at_each(self, source: Pooled, sizes: list) -> dict:
        """The choices that an adaptive axis has at each of some sizes."""
        first, *others = (self._even(source, n).options for n in sizes)
        for options in others:
            first = {flags: each for flags, each in first.items() if options.get(flags) == each}
        return first

    def _along(self, where, source: Pooled, pads: set, sizes: Sizes) -> Along:
        axis, taps = source.axis, source.taps
        dilation = (axis.kernel - 1) // (taps - 1) if taps > 1 else 1
        window = Window(axis.kernel, axis.stride)
        options = self._options(source, window, taps, pads, sizes)
        return Along(where, taps, axis.stride, dilation, options)

    def _options(self, source: Pooled, window: Window, taps: int, pads: set, sizes: Sizes) -> dict:
        """Flags → the cheapest choice that gives the same values at all these sizes."""
        options = {}
        for choice in self._said(window, taps, pads):
            if choice.flags in options:
                continue
            made = self._pooled(choice, window, taps)
            if made.agrees(source, sizes, self.loose) == sizes:
                options[choice.flags] = choice
        return options

    def _pooled(self, choice: Choice, window: Window, taps: int) -> Pooled:
        axis = self._axis(choice, window)
        return Pooled(axis, taps, self.kind, choice.counted, choice.front)

    def _said(self, window: Window, taps: int, pads: set) -> list:
        """What the framework has words for, the plainest first."""
        if window.kernel > taps > 1 and self.kind not in self.manner.dilated:
            return []
        return self._choices(pads, window, taps)

    def _choices(self, pads: set, window: Window, taps: int) -> list:
        """What can be said at all, the plainest first."""
        manner, nothing = self.manner, (0, 0)
        numbers = [nothing, *sorted(pads - {nothing})]
        least = set(map(min, numbers))
        alike = [(p, p) for p in sorted(least) if p > 0]
        around = dict.fromkeys([*numbers, *alike])
        gaps = window.kernel > taps > 1 or window.stride > window.kernel + 1
        spelled = [("", p) for p in around]
        spelled += [(word, nothing) for word in self.words if manner.gaps or not gaps]
        tried = product(spelled, manner.ceils, manner.counted[self.kind], numbers)
        made = [
            Choice(word, ceil, counted, p, front)
            for (word, p), ceil, counted, front in tried
            if not (word and ceil) and not (front != nothing and p != nothing)
        ]
        made = [c for c in made if manner.takes(c, self.kind, taps, self.rank)]
        return sorted(made, key=self._cost)

    def _cost(self, choice: Choice) -> int:
        """How far a choice is from the plainest."""
        default = self.manner.counted[self.kind][0]
        return (
            8 * (choice.front != (0, 0))
            + 2 * bool(choice.word)
            + choice.ceil * (1 if self.ceiled else 3)
            + (choice.counted is not default)
            + (choice.pads != (0, 0))
        )

    def _axis(self, choice: Choice, window: Window):
        if choice.word:
            return Same(window.kernel, window.stride, choice.word == "lower")
        made = Window(window.kernel, window.stride, *choice.pads)
        return Ceiled(made, self.manner.clipped) if choice.ceil else made


def _pads(axis: Axis, placed: Axis | None = None) -> set:
    """What padding there may be: what was said in numbers, and, at one size, where the window
    stands, with and without what rounding up adds behind.
    """
    declared, window = axis.declared.fixed, None if placed is None else placed.fixed
    told = {(declared.lo, declared.hi)} if declared else set()
    if window:
        told |= {(window.lo, window.hi), (window.lo, max(window.hi, 0))}
    return told


def _beyond(axis) -> int:
    """A size from which on a window stands as its remainder says."""
    return axis.kernel + 2 * axis.stride


# ---------------------------------------------------------------- all axes


def _told(asking: _Asking, axes: list, names: tuple, size) -> tuple:
    """The cells of all axes that have words, (sizes by name, steps); and whether all have."""
    found, cells = [], 0
    for cell in product(*axes):
        where = joined(
            (name, along.where)
            for name, along in zip(names, cell, strict=True)
            if along.where is not None
        )
        if not all(where.values()):
            continue
        cells += 1
        steps = _steps(asking, cell) if all(a.options for a in cell) else None
        if steps and (size is None or _runs(steps, asking.layer, size)):
            found.append((where, steps))
    return found, len(found) == cells


def _steps(asking: _Asking, cell: tuple) -> tuple:
    """Layers in front, and a pooling for each group of axes with the same flags."""
    shared = set(cell[0].options).intersection(*(along.options for along in cell))
    common = [flags for flags in cell[0].options if flags in shared]
    if common:
        best = min(common, key=lambda flags: sum(asking._cost(a.options[flags]) for a in cell))
        chosen = [along.options[best] for along in cell]
    else:
        chosen = [min(along.options.values(), key=asking._cost) for along in cell]
    groups = dict.fromkeys(choice.flags for choice in chosen)
    front = tuple(choice.front for choice in chosen)
    steps = asking.phrases.front(asking.kind, front) if any(map(any, front)) else []
    for flags in groups:
        mine = [choice.flags == flags for choice in chosen]
        axes = list(zip(mine, cell, chosen, strict=True))
        k = tuple(along.taps if my else 1 for my, along, _ in axes)
        s = tuple(along.stride if my else 1 for my, along, _ in axes)
        d = tuple(along.dilation if my else 1 for my, along, _ in axes)
        pads = tuple(choice.pads if my else (0, 0) for my, _, choice in axes)
        steps += asking.phrases.pool(asking.kind, (k, s, d), flags, pads, **asking.power)
    return tuple(steps)


def _runs(steps: tuple, layer: Pooling, size: tuple) -> bool:
    """Whether the words take an input of this size, and give the shape that is wanted."""
    wanted = tuple(axis.count(n) for axis, n in zip(layer.axes, size, strict=True))
    shape = (1, 1, *size) if steps[0].layout.startswith("NC") else (1, *size, 1)
    try:
        for step in steps:
            shape = step.output_shape(shape)
    except ShapeError:
        return False
    return (shape[2:] if steps[0].layout.startswith("NC") else shape[1:-1]) == wanted


# ---------------------------------------------------------------- why not


ALIKE = Text(
    zh="输入不为负时（例如 ReLU 之后）同一个 p 给出同样的值",
    en="where the input is not negative (after a ReLU, say), the same p gives the same values",
)
KINDS = {
    "max": Text(zh="最大池化", en="max pooling"),
    "average": Text(zh="平均池化", en="average pooling"),
    "lp": Text(zh="Lp 池化", en="Lp pooling"),
}


def _require_kind(asking: _Asking) -> None:
    """Refuse what the framework does not pool at all."""
    title, kind = CALLED[asking.framework], asking.kind
    if kind not in asking.manner.counted:
        if asking.manner.lacks:
            raise none(*asking.manner.lacks)
        name = KINDS.get(kind, Text(zh=f"{kind} 池化", en=f"{kind} pooling"))
        raise none(Text(zh=f"{title} 没有{name.zh}", en=f"{title} has no {name.en}"))
    dilated = any(
        p.taps > 1 and p.axis.kernel > p.taps for p in asking.pooled if p.axis.given is None
    )
    if dilated and kind not in asking.manner.dilated:
        name = KINDS[kind]
        raise none(
            Text(zh=f"{title} 的{name.zh}没有膨胀", en=f"{title}'s {name.en} has no dilation")
        )


def _power(framework: str, norm: Norm | None) -> dict:
    """The power of a norm, by its name where one is taken.

    Raises:
        ShapeError: if the framework has norms, and not this one.
    """
    manner = phrasing.of(framework).MANNER
    if norm is None or "lp" not in manner.counted:
        return {}
    if not manner.norms(norm):
        title, told = CALLED[framework], norm.text
        asked = Text(zh=f"{title} 没有 {told.zh} 的范数", en=f"{title} has no norm of {told.en}")
        other = replace(norm, signed=not norm.signed)
        raise none(asked, ALIKE if manner.norms(other) else None)
    return {"power": norm.power}


def _refusal(asking: _Asking, size) -> ShapeError:
    """Why there are no words."""
    title, kind = CALLED[asking.framework], asking.kind
    if (uneven := _uneven(asking, size)) is not None:
        return uneven
    if kind == "max" and size is not None and _reads_nothing(asking, size):
        return none(
            Text(
                zh="最后一个窗口只读到填充，各框架给的值不同",
                en=(
                    "the last window reads padding alone, and every framework has its own value"
                    " for that"
                ),
            )
        )
    if kind == "max" and "max" not in asking.manner.fronts and not asking.manner.padded:
        return none(
            Text(
                zh=f"{title} 只能填零，而最大池化要填 −∞",
                en=f"{title} pads with zeros, and a maximum needs −∞",
            ),
            Text(
                zh="输入不为负时（例如 ReLU 之后）前置 ZeroPadding 也可",
                en="where the input is not negative (after a ReLU, say), ZeroPadding in front will"
                " do",
            ),
        )
    return none(
        Text(
            zh=f"{title} 的池化在边缘除以别的数，或窗口的位置不同",
            en=f"{title}'s pooling divides by other numbers at the border, or its windows lie"
            " elsewhere",
        )
    )


def _uneven(asking: _Asking, size) -> ShapeError | None:
    """The first adaptive axis whose windows are of different lengths."""
    title = CALLED[asking.framework]
    for i, pooled in enumerate(asking.pooled):
        if size is None or pooled.axis.given is None:
            continue
        n, m = size[i], pooled.axis.given
        if even_window(m, n) is not None:
            continue
        near = [shown(x) for x in even_sizes(m).nearest(n)]
        return none(
            Text(
                zh=f"{title} 没有自适应池化，而 {n} 格上的 {m} 个窗口长短不一",
                en=f"{title} has no adaptive pooling, and {m} windows on {n} positions differ in"
                " length",
            ),
            Text(
                zh=f"轴 {i} 上最近的可用值：{' 或 '.join(near)}",
                en=f"the nearest that work on axis {i}: {' or '.join(near)}",
            ),
        )
    return None


def _reads_nothing(asking: _Asking, size) -> bool:
    return any(
        not len(pooled.output(n, j)[0])
        for pooled, n in zip(asking.pooled, size, strict=True)
        for j in (0, pooled.count(n) - 1)
        if pooled.count(n) > 0
    )
