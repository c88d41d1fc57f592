"""Tiles that give the whole result exactly: what each reads, what of its output is kept, and where
that belongs.

A tile is a network run by itself, so near its cut edges it sees padding in place of data. The axis
is followed through the graph twice, as the whole and as a tile: where every layer places its
windows alike in both, shifted by whole positions, a position of a tensor is right if all it reads
is right, or lies beyond an edge that the tile shares with the whole. Tiles start at multiples of
the period, by which all layers shift in step, and are as long as the whole one up to that period.
"""

from collections.abc import Iterator
from math import lcm
from typing import NamedTuple

from shapealg.axis.frames import Tile
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.flow import Flow
from shapealg.network.fork import Split
from shapealg.network.track import Lost, Track, agree, followed, least, needed, right
from shapealg.text import Text

MOST = 2**18  # tiles of a plan


def tiles(graph, tensor: str, name: str, sizes: dict, tile: int) -> tuple:
    """A plan along one axis: tiles of at most `tile` input positions that together give every
    output once.

    Raises:
        ShapeError: if no tile gives the same as the whole, or this one is too small.
    """
    if graph.parted(sizes):
        raise ShapeError(
            Text(
                zh="网络在不同尺寸下走不同的路：没有给出相同结果的块",
                en="the network goes different ways at different sizes: no tile gives the same",
            ),
            tile,
            Text(
                zh="给定所有尺寸，或只取单条路上的层",
                en="giving all sizes works, or the layers of one way alone",
            ),
        )
    n, graph = sizes[name], graph.until(tensor)
    if any(shape.count(name) > 1 for shape in graph.inputs.values()):
        raise ShapeError(
            Text(zh=f"两个轴都叫 {name}", en=f"two axes are called {name}"),
            Received(name),
            Text(
                zh="给它们不同的名字，一次沿一个轴分块",
                en="give them names of their own: tiles go along one axis",
            ),
        )
    whole = _Whole(graph, tensor, name, sizes, tile)
    period, shift = whole.period, whole.shift
    # another size of the same residue reads otherwise
    if (made := whole.run(n + period)) is not None and made[1] is not None:
        raise whole.tracks[made[1]].lost.refusal(tile, graph)
    if tile >= n:
        return (Tile((0, n), (0, whole.outputs), (0, whole.outputs)),)
    most = tile - (tile - n) % period
    runs = whole.runs(most) if most > 0 else None
    if runs is None:
        raise _too_small(whole, name, tile, most if most > 0 else (n - 1) % period + 1 - period)
    if _many(runs) > MOST:
        raise _too_many(_many(runs))
    return tuple(
        Tile((k * period, k * period + most), (low - k * shift, high - k * shift), (low, high))
        for run in runs
        for k, low, high in run.tiles(shift)
    )


def _too_small(whole: "_Whole", name: str, tile: int, base: int) -> ShapeError:
    """The refusal of a tile, with the smallest above `base` that works."""
    n, period = whole.n, whole.period
    fits = _smallest(whole.fits, base, n, period)
    works = Text(
        zh=f"没有小于整个输入（{n}）的块可用", en=f"no tile smaller than the whole, {n}, works"
    )
    if fits:
        works = Text(zh=f"试试 {fits}（周期 {period}）", en=f"try {fits} (the period is {period})")
    return ShapeError(
        Text(zh=f"{name} 方向的块太小", en=f"tiles along {name} are too small"), tile, works
    )


class _Run(NamedTuple):
    """Tiles that are alike, one after the other.

    Attributes:
        k: which multiple of the period the first begins at.
        low: the first output that it gives.
        high: the one behind its last.
        times: how many tiles there are.
        step: by how many multiples of the period each next one lies further.
    """

    k: int
    low: int
    high: int
    times: int = 1
    step: int = 0

    def tiles(self, shift: int) -> Iterator[tuple[int, int, int]]:
        """Each tile: where it begins, and its outputs; the next begin where the last one ended."""
        low = self.low
        for i in range(self.times):
            high = self.high + i * self.step * shift
            yield self.k + i * self.step, low, high
            low = high


class _Whole:
    """The whole network followed along one axis, and what inputs of other lengths make beside it.

    Args:
        graph: the graph, up to the tensor.
        tensor: the output.
        name: the axis.
        sizes: all sizes.
        tile: the length that is asked for, for refusals.

    Attributes:
        tracks: what each tensor has to do with the axis.
        period: by how many positions of the input all layers shift in step.
        shift: by how many outputs a period moves.
        outputs: how many there are.
    """

    def __init__(self, graph, tensor: str, name: str, sizes: dict, tile: int):
        self.graph, self.name, self.sizes, self.n = graph, name, sizes, sizes[name]
        try:
            self.flow = Flow(graph, sizes).run()
        except Split as split:
            raise ShapeError(
                Text(
                    zh=f"网络的走向取决于 {split.name}",
                    en=f"which way the network goes depends on {split.name}",
                ),
                Received(f"{name}={self.n}"),
                Text(zh=f"也给定 {split.name}", en=f"give {split.name} too"),
            ) from None
        self.tracks = followed(self.flow.graph, self.flow, self.flow, name)
        out = self.tracks.get(tensor)
        if isinstance(out, Lost):
            raise out.refusal(tile, self.flow.graph)
        if not isinstance(out, Track):
            raise ShapeError(
                Text(zh=f"输出与 {name} 无关", en=f"the output does not depend on {name}"),
                tile,
                Text(zh="换一个尺寸名", en="ask for another size"),
            )
        self.order = needed(self.tracks, tensor)
        self.period = lcm(*(self.tracks[key].jump.numerator for key in self.order))
        self.shift, self.outputs = int(self.period / out.jump), out.length

    def run(self, length: int) -> tuple | None:
        """An input so long, followed, and the first tensor that reads otherwise than the whole;
        `None` where it does not run, or goes another way.
        """
        try:
            flow = Flow(self.graph, self.sizes | {self.name: length})
            if flow.graph is not self.flow.graph:
                return None
            parts = followed(flow.graph, flow.run(), self.flow, self.name)
        except (ShapeError, Split):
            return None
        less = self.n - length
        for key in self.order:
            if not agree(self.tracks, parts, key, less, self.period):
                return parts, key
        return parts, None

    def runs(self, length: int) -> list[_Run] | None:
        """How tiles so long go, `None` where they do not."""
        made = self.run(length)
        if made is None or made[1] is not None:
            return None
        last = (self.n - length) // self.period
        return _runs(self.order, made[0], self.outputs, last, self.shift)

    def fits(self, length: int) -> bool:
        """Whether tiles so long go, and not too many of them."""
        runs = self.runs(length)
        return runs is not None and _many(runs) <= MOST


def _smallest(works, base: int, n: int, period: int) -> int | None:
    """The smallest length above `base`, of its residue, that works: further and further away, then
    in halves.
    """
    most, step = (n - 1 - base) // period, 1
    while not (found := most > 0 and works(base + min(step, most) * period)) and step < most:
        step *= 2
    below = step // 2 + 1
    if not found:
        return None
    more = least(lambda i: works(base + (below + i) * period), min(step, most) - below)
    return base + (below + more) * period


def _runs(order: list, parts: dict, outputs: int, last: int, shift: int) -> list[_Run] | None:
    """Tiles from the first output to the last, every one as far on as it can be; `None` where they
    leave some out. Between the edges each lies as much further as the one before, so these are told
    at once, however many they are.
    """
    (low, high), (start, end), (tail, edge) = (
        right(order, parts, *ends) for ends in ((True, False), (False, False), (False, True))
    )
    if low or not high:
        return None
    made = [_Run(0, 0, high)]
    behind = tail + last * shift  # outputs that the tile at the end gives
    while high < outputs:
        done = high
        if done >= behind:
            run = _Run(last, done, edge + last * shift)
        else:
            k = min((done - start) // shift, last - 1)
            run = _Run(k, done, end + k * shift)
            if (step := (run.high - start) // shift - k) > 0:
                # as long as one before is not at the end, does not reach it, and leaves something
                more = min(
                    (last - 1 - k) // step,
                    ((behind - end - 1) // shift - k) // step + 1,
                    (outputs - 1 - run.high) // (step * shift) + 1,
                )
                run = run._replace(times=1 + max(more, 0), step=step)
        if run.high <= done or run.k < 1:
            return None
        made.append(run)
        high = run.high + (run.times - 1) * run.step * shift
    return made if high == outputs else None


def _many(runs: list[_Run]) -> int:
    return sum(run.times for run in runs)


def _too_many(tiles: int) -> Undecided:
    return Undecided(
        Text(zh="分块太多", en="there are too many tiles"),
        tiles,
        Text(zh=f"至多 {MOST} 块；请用长些的块", en=f"at most {MOST}, that is, longer ones work"),
    )
