"""The zoo in PyTorch: the same lists of layers built as modules, run at every size of a range, each
output compared with the algebra's.

    python -m shapealg.checks.networks      runs all of it and writes docs/networks.json

The channels are thin, for no size depends on them. What is too large to compute is asked of
PyTorch's meta device, which runs its code and its refusals without the numbers. Receptive fields
are measured: the gradient of one output, with weights of one and averages in place of maxima, is
nonzero exactly where that output reads.
"""

import json
import sys
from functools import lru_cache
from itertools import count
from math import prod
from pathlib import Path
from typing import Any

from shapealg.axis.by_size import BySize
from shapealg.errors import ShapeError
from shapealg.network.readers.layers import Branches
from shapealg.network.zoo import ZOO, Known
from shapealg.words.dialects.torch import AvgPool1d, AvgPool2d, AvgPool3d

RECORD = Path(__file__).parent.parent.parent / "docs" / "networks.json"
UP_TO = 400  # every size from 1 on is run
LONGER = {"wav2vec2": 1200}  # whose first size that runs lies there
FAR = (448, 512, 572, 640, 1000, 1023, 1024, 1025, 2047, 4096, 16000, 30001)  # and these
STEP = 64  # the longest step that is looked for
COMPUTED = 2**20  # inputs with more entries go to the meta device
AVERAGES = {"MaxPool1d": AvgPool1d, "MaxPool2d": AvgPool2d, "MaxPool3d": AvgPool3d}


# ---------------------------------------------------------------- the modules


@lru_cache(maxsize=1)
def joined():
    """The module of `Branches`."""
    import torch

    class Joined(torch.nn.Module):
        def __init__(self, branches: Branches, paths):
            super().__init__()
            self.join, self.axis, self.paths = (
                branches.join,
                branches.axis,
                torch.nn.ModuleList(paths),
            )

        def forward(self, x):
            made = [path(x) for path in self.paths]
            if self.join == "crop":
                for axis in range(2, x.ndim):
                    n, m = made[0].shape[axis], made[-1].shape[axis]
                    made[0] = made[0].narrow(axis, (n - m) // 2, m)
            if self.join in ("crop", "concat"):
                return torch.cat(made, self.axis)
            total = made[0]
            for other in made[1:]:
                total = total + other if self.join == "add" else total * other
            return total

    return Joined


def module(layers, averages: bool = False):
    """A list of layers as a `torch.nn.Module`: every word under its own name, with its own
    arguments.
    """
    import torch

    made = []
    for entry in layers:
        if isinstance(entry, Branches):
            made.append(joined()(entry, [module(path, averages) for path in entry.paths]))
            continue
        name, words = type(entry).__name__, entry.words()
        if averages and name in AVERAGES:
            name = AVERAGES[name].__name__
        made.append(getattr(torch.nn, name)(**words))
    return torch.nn.Sequential(*made)


# ---------------------------------------------------------------- sizes


def others(known: Known, axis: str) -> dict:
    """The sizes of the other axes: the smallest that work, the usual ones where sizes are tied
    together.
    """
    fixed = {name: n for name, n in known.usual.items() if name != axis}
    if len(known.asked) > 1:
        return fixed
    return {
        name: next(iter(known.read(width=1).accepts(name, **{axis: known.usual[axis]})))
        for name in fixed
    }


def sizes(known: Known) -> tuple:
    """Every size that is run."""
    top = LONGER.get(known.name, UP_TO)
    return (*range(1, top + 1), *(n for n in FAR if n > top))


class Runs:
    """A network in PyTorch along one axis, the others fixed."""

    def __init__(self, known: Known, axis: str):
        import torch

        self.known, self.axis, self.others, self.torch = known, axis, others(known, axis), torch
        torch.set_num_threads(1)  # more only get in each other's way on networks as thin as these
        self.modules: dict[str, Any] = {}
        self.network = known.read(width=1)

    def computed(self, n: int) -> bool:
        """Whether the numbers are computed, too."""
        return prod(self._shape(n)) <= COMPUTED

    def measured(self, n: int) -> tuple | None:
        """The output's shape, `None` where PyTorch refuses."""
        torch, where = self.torch, "cpu" if self.computed(n) else "meta"
        if where not in self.modules:
            with torch.device(where):
                self.modules[where] = module(self.known.build(1))
        try:
            with torch.inference_mode():
                return tuple(self.modules[where](torch.zeros(self._shape(n), device=where)).shape)
        except RuntimeError:
            return None

    def expected(self, n: int) -> tuple | None:
        """The same from the algebra; by its set of sizes and its formula, and by a run at numbers,
        which must agree.
        """
        given = {"N": 1, **self.others, self.axis: n}
        runs = n in self._accepted()
        try:
            at = self.network.at(**given)
        except ShapeError:
            at = None
        shape = self.network.output_shape if runs else None
        closed: tuple | None = None
        if isinstance(shape, BySize):
            closed = shape.at(**given)
        elif shape is not None:
            closed = tuple(m if isinstance(m, int) else m(**given) for m in shape)
        if at != closed:
            raise AssertionError(
                f"{self.known.name}: {self.axis}={n} gives {at} by numbers, {closed} by the formula"
            )
        return at

    @lru_cache(maxsize=1)  # noqa: B019 — one per axis
    def _accepted(self):
        return self.network.accepts(self.axis, **self.others)

    def _shape(self, n: int) -> tuple:
        return tuple(
            {"N": 1, **self.others, self.axis: n}.get(entry, entry) for entry in self.known.shape
        )


def swept(known: Known, axis: str, tried) -> dict:
    """The runs of one network along one axis, as plain data."""
    run, made, disagreed = Runs(known, axis), {}, []
    place = known.shape.index(axis)
    for n in tried:
        theirs, ours = run.measured(n), run.expected(n)
        if theirs is not None:
            made[n] = theirs[place] if place < len(theirs) else None  # flattened
        if theirs != ours:
            disagreed.append({"n": n, "torch": theirs, "algebra": ours})
    shown = [*list(made)[:3], *(n for n in made if n in FAR or n == known.usual[axis])]
    return {
        "others": run.others,
        "upto": LONGER.get(known.name, UP_TO),
        "tried": len(tried),
        "computed": sum(map(run.computed, tried)),
        "runs": progressions(n for n in made if n not in FAR or n <= LONGER.get(known.name, UP_TO)),
        "outputs": {str(n): made[n] for n in sorted(set(shown)) if made[n]},
        "agreed": len(tried) - len(disagreed),
        "disagreed": disagreed,
    }


def progressions(numbers) -> list:
    """Numbers as arithmetic progressions [first, last, step], each the longest from the smallest
    number that is left.

    >>> progressions([3, 4, 5, 8, 12, 16, 20, 21])
    [[3, 5, 1], [8, 20, 4], [21, 21, 1]]
    """
    left, made = set(numbers), []
    while left:
        first, best = min(left), (0, 1)
        for step in range(1, STEP + 1):
            length = next(i for i in count(1) if first + i * step not in left)
            best = max(best, (length, -step))
        length, step = best[0], -best[1] if best[0] > 1 else 1
        left -= set(range(first, first + length * step, step))
        made.append([first, first + (length - 1) * step, step])
    return made


# ---------------------------------------------------------------- receptive fields


def seen(known: Known, axis: str) -> dict:
    """How far outputs in the middle really read along an axis: one gradient for each output of a
    turn, and one more.
    """
    import torch

    field = known.read(width=1, maps=True).receptive_field(misaligned=True)
    place = field.axes.index(axis)
    size, jump = field.size[place], field.jump[place]
    fixed = others(known, axis)
    runs, whole = (
        known.read(width=1, maps=True).accepts(axis, lossless, **fixed)
        for lossless in (False, True)
    )
    turn = whole.modulus if jump <= 1 else 1  # outputs that see differently, by turns
    n = next(n for n in runs if n >= 2 * size + 2 * max(turn, int(jump)))
    given = {"N": 1, **fixed, axis: n}
    at = known.shape.index(axis)
    net = module(known.layers(1, maps=True), averages=True).double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.fill_(1)
    x = torch.ones(
        tuple(given.get(entry, entry) for entry in known.shape),
        dtype=torch.double,
        requires_grad=True,
    )
    y = net(x)
    rest = [dim for dim in range(y.ndim) if dim != at]
    middles = [0, 0, *(length // 2 for length in y.shape[2:])]
    row = y[tuple(slice(None) if dim == at else middles[dim] for dim in range(y.ndim))]
    middle = len(row) // 2 // turn * turn
    ends = [_ends(x, row[j], rest) for j in range(middle, middle + turn + 1)]
    (before, *_), (after, *_) = ends[0], ends[-1]
    moved = after - before
    return {
        "n": n,
        "outputs": turn + 1,
        "extents": sorted({last - first + 1 for first, last in ends}),
        "jump": str(moved / turn if turn > 1 else moved).removesuffix(".0"),
    }


def _ends(x, output, rest: list) -> tuple:
    """The first and the last position of x that an output reads; `rest` are the other axes."""
    import torch

    (gradient,) = torch.autograd.grad(output, x, retain_graph=True)
    read = gradient.abs().amax(rest).nonzero().flatten()
    return int(read[0]), int(read[-1])


# ---------------------------------------------------------------- the record


def run(progress=lambda what: None) -> dict:
    """All of it, as plain data."""
    import torch

    told = {}
    for known in ZOO.values():
        entry: dict[str, Any] = {"axes": {}}
        for axis in known.asked:
            progress(f"{known.name} {axis}")
            entry["axes"][axis] = swept(known, axis, sizes(known))
        progress(f"{known.name} receptive field")
        entry["receptive_field"] = seen(known, known.asked[0])
        told[known.name] = entry
    return {"torch": torch.__version__.partition("+")[0], "networks": told}


def written(told: dict) -> str:
    """The record as a file."""
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    RECORD.write_text(written(run(lambda what: print(what, file=sys.stderr))), encoding="utf-8")
