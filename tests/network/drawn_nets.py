"""Random PyTorch networks whose sizes go every way: crops, one-sided pads, odd scale factors, branches.

A network is a list of steps, each a tuple of a word and numbers; PyTorch runs them, nothing else does.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

CHANNELS = 2
FACTORS = (2, 2, 3, 0.5, 1.5, 0.25, 1.1, 0.7, 0.3, 1.3, 0.6)


class Drawn(nn.Module):
    """The steps one after the other; the layers among them carry their modules."""

    def __init__(self, steps, rank: int, features: int | None = None):
        super().__init__()
        self.steps, self.rank = steps, rank
        self.layers = nn.ModuleList(_layers(steps))
        self.head = nn.Linear(features, 5) if features else None

    def forward(self, x, other=None):
        x = self._run(self.steps, x, other)
        return x if self.head is None else self.head(torch.flatten(x, 1))

    def _run(self, steps, x, other):
        for word, *numbers in steps:
            x = getattr(self, f"_{word}")(x, other, *numbers)
        return x

    def _layer(self, x, other, module):
        return module(x)

    def _scale(self, x, other, factor):
        return F.interpolate(x, scale_factor=factor)

    def _pad(self, x, other, by):
        return F.pad(x, by)

    def _cut(self, x, other, axis, start, end, step):
        return x[(slice(None),) * axis + (slice(start, end, step),)]

    def _multiple(self, x, other, axis, m):
        return x[(slice(None),) * axis + (slice(None, x.shape[axis] // m * m),)]

    def _join(self, x, other, way, steps):
        return self._joined(way, x, self._run(steps, x, other))

    def _second(self, x, other, way):
        return self._joined(way, x, other)

    def _joined(self, way, skip, x):
        if way == "crop":
            skip = skip[(slice(None),) * 2 + tuple(slice(None, n) for n in x.shape[2:])]
        if way == "centre":
            for axis in range(2, x.dim()):
                start = (skip.shape[axis] - x.shape[axis]) // 2
                skip = skip[(slice(None),) * axis + (slice(start, start + x.shape[axis]),)]
        if way == "fit":
            by = []
            for axis in range(x.dim() - 1, 1, -1):
                d = skip.shape[axis] - x.shape[axis]
                by += [d // 2, d - d // 2]
            x = F.pad(x, by)
        if way == "resize":
            x = F.interpolate(x, size=skip.shape[2:])
        return skip + x if way == "add" else torch.cat([skip, x], 1)[:, :CHANNELS]


def _layers(steps):
    for word, *numbers in steps:
        if word == "layer":
            yield numbers[0]
        if word == "join":
            yield from _layers(numbers[1])


def drawn(random, rank: int, two: bool = False, depth: int = 1, length: int = 4) -> list:
    """Steps; with `two` also such that take the second input."""
    steps = []
    for _ in range(random.randint(1, length)):
        words = ["conv", "conv", "pool", "average", "up", "scale", "pad", "cut", "multiple"]
        word = random.choice(words + ["join"] * 2 * bool(depth) + ["second"] * 2 * two)
        steps.append(_step(random, word, rank, depth))
    return steps


def _step(random, word: str, rank: int, depth: int) -> tuple:
    layers = nn if rank else None

    def each(low, high):
        made = tuple(random.randint(low, high) for _ in range(rank))
        return made if random.random() < 0.4 else made[:1] * rank

    kernel, stride = each(1, 4), each(1, 3)
    half = tuple(random.randint(0, k // 2) for k in kernel)
    axis = random.randint(2, rank + 1)
    if word == "conv":
        made = getattr(layers, f"Conv{rank}d")(CHANNELS, CHANNELS, kernel, stride, each(0, 2))
    elif word == "pool":
        made = getattr(layers, f"MaxPool{rank}d")(
            kernel, stride, half, ceil_mode=random.random() < 0.5
        )
    elif word == "average":
        one = (lambda v: v[0]) if rank == 1 else (lambda v: v)
        made = getattr(layers, f"AvgPool{rank}d")(
            one(kernel), one(stride), one(half), ceil_mode=random.random() < 0.5
        )
    elif word == "up":
        more = tuple(random.randint(0, s - 1) for s in stride)
        made = getattr(layers, f"ConvTranspose{rank}d")(
            CHANNELS, CHANNELS, kernel, stride, half, more
        )
    elif word == "scale":
        return "scale", random.choice(FACTORS)
    elif word == "pad":
        return "pad", [random.randint(-3, 3) for _ in range(2 * random.randint(1, rank))]
    elif word == "cut":
        return "cut", axis, *random.choice(_cuts(random))
    elif word == "multiple":
        return "multiple", axis, random.randint(2, 4)
    elif word == "join":
        way = random.choice(("cat", "cat", "add", "crop", "centre", "fit", "resize"))
        return "join", way, _there_and_back(random, rank, depth)
    else:
        return "second", random.choice(("cat", "add", "crop", "resize"))
    return "layer", made


def _cuts(random) -> tuple:
    """Slices, each a (start, end, step)."""
    k = random.randint(1, 9)
    return (
        (-k, None, 1),
        (None, k, 1),
        (k // 2, -(k // 3) or None, 1),
        (-1, 8 * k, 1),
        (None, None, random.randint(2, 3)),
        (random.randint(0, 1), None, 2),
        (-k - 1, -1, 1),
    )


def _there_and_back(random, rank: int, depth: int) -> list:
    """Down and up again, so that a join has a chance; or anything."""
    if random.random() < 0.3:
        return drawn(random, rank, depth=depth - 1, length=2)
    s = random.randint(2, 4)
    layer = {word: getattr(nn, f"{word}{rank}d") for word in ("MaxPool", "Conv", "ConvTranspose")}
    down = random.choice(
        (
            lambda: layer["MaxPool"](s, s, ceil_mode=random.random() < 0.5),
            lambda: layer["Conv"](CHANNELS, CHANNELS, 3, s, 1),
        )
    )()
    up = random.choice(
        (
            ("layer", layer["ConvTranspose"](CHANNELS, CHANNELS, s, s)),
            ("layer", layer["ConvTranspose"](CHANNELS, CHANNELS, 3, s, 1, s - 1)),
            ("scale", s),
        )
    )
    inner = [("join", "cat", _there_and_back(random, rank, depth - 1))] if depth > 0 else []
    return [("layer", down), *inner * (random.random() < 0.3), up]


def network(random) -> tuple:
    """A module and the names of its input shapes; some end in a `Linear` that fits some size."""
    rank, two = random.choice((1, 1, 2)), random.random() < 0.2
    steps = drawn(random, rank, two)
    names = ("L",) if rank == 1 else ("H", "W")
    seconds = random.choice((names, ("K",) if rank == 1 else ("K", "W")))
    shapes = [(1, CHANNELS, *names), *([(1, CHANNELS, *seconds)] if two else [])]
    module = Drawn(steps, rank).eval()
    if random.random() < 0.3:
        for _ in range(20):
            made = performed(module, shapes, {name: random.randint(1, 16) for name in "LHWK"})
            if made is not None:
                module = Drawn(steps, rank, made[1] * _product(made[2:])).eval()
                break
    return module, shapes


def _product(numbers) -> int:
    made = 1
    for n in numbers:
        made *= n
    return made


class Watch(TorchFunctionMode):
    """Refuses what leaves nothing of a tensor, on the way too: PyTorch pads an empty one, and goes
    on.
    """

    def __torch_function__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        if any(isinstance(a, torch.Tensor) for a in args) and 0 in getattr(made, "shape", ()):
            raise ValueError(f"{function.__name__} leaves nothing")
        return made


def performed(module, shapes, sizes: dict) -> tuple | None:
    """The shape that PyTorch makes; `None` where it refuses, or where nothing is left."""
    given = [torch.zeros([sizes.get(n, n) for n in shape]) for shape in shapes]
    try:
        with torch.inference_mode(), Watch():
            made = tuple(module(*given).shape)
    except (RuntimeError, ValueError, IndexError):
        return None
    return made if 0 not in made else None
