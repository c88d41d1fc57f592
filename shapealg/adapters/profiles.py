"""Accepted sizes as runtimes take them: TensorRT's three shapes, CoreML's list, OpenVINO's
intervals.
"""

from dataclasses import dataclass
from itertools import product
from math import prod

from shapealg.adapters import trtexec
from shapealg.adapters.lines import exact
from shapealg.adapters.ties import alike
from shapealg.axis.door import bounded, integer
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError
from shapealg.text import Text

LARGEST = 128  # shapes that CoreML takes


@dataclass(frozen=True, slots=True)
class Profile:
    """What a runtime is told.

    Attributes:
        host: the runtime.
        shapes: input → what it takes for it.
        text: the same as it is typed.
        left: name → accepted sizes up to the largest that it cannot be told.
        more: name → whether it is also told sizes that do not run, as between two multiples.
    """

    host: str
    shapes: dict
    text: str
    left: dict
    more: dict

    def __str__(self) -> str:
        return self.text


def profile(net, host: str, most, opt=None, fixed: dict | None = None) -> Profile:
    """What `Network.profile` gives."""
    if host not in HOSTS:
        raise ShapeError(
            Text(zh="没有这个运行时", en="there is no such runtime"),
            host,
            Text(zh=f"可用：{', '.join(HOSTS)}", en=f"one of {', '.join(HOSTS)} works"),
        )
    fixed = net._given(fixed or {})
    open_ = [name for name in net.sizes if name not in fixed]
    taken = {name: [n] for name, n in fixed.items()}
    for name in open_:
        top = integer(most.get(name, 1) if isinstance(most, dict) else most, "max", 1)
        taken[name] = _up_to(exact(net, name, fixed), bounded(top), name)
    first = alike(net, {name: taken[name][0] for name in open_})
    return HOSTS[host](net.graph.inputs, taken, first, opt)


def _up_to(those: Sizes, most: int, name: str) -> list:
    inside = those & Sizes.interval(1, most)
    if not inside:
        raise ShapeError(
            Text(zh=f"max 之内 {name} 没有可用的尺寸", en=f"no size of {name} up to max works"),
            most,
            Text(
                zh=f"最近的可用值是 {those.nearest(most)[0]}",
                en=f"the nearest that works is {those.nearest(most)[0]}",
            ),
        )
    return list(inside)


def _more(taken: dict) -> dict:
    """Name → whether there are sizes between those that are taken."""
    return {name: len(those) < those[-1] - those[0] + 1 for name, those in taken.items()}


def _put(inputs: dict, sizes: dict) -> dict:
    return {k: tuple(map(sizes.get, shape, shape)) for k, shape in inputs.items()}


def _tensorrt(inputs: dict, taken: dict, first: dict, opt) -> Profile:
    """`trtexec`'s options; all three shapes are accepted ones."""
    named = {
        "min": {name: those[0] for name, those in taken.items()},
        "opt": {name: _usual(name, those, opt) for name, those in taken.items()},
        "max": {name: those[-1] for name, those in taken.items()},
    }
    made = {which: _put(inputs, sizes) for which, sizes in named.items()}
    told = [f"--{which}Shapes={trtexec.shapes(those)}" for which, those in made.items()]
    shapes: dict = {name: {} for name in inputs}
    for which, those in made.items():
        for name, shape in those.items():
            shapes[name][which] = shape
    return Profile("tensorrt", shapes, " ".join(told), {}, _more(taken))


def _usual(name: str, those: list, opt) -> int:
    """The accepted size nearest to what is usual; the middle one, unless that is said."""
    wanted = opt.get(name) if isinstance(opt, dict) else opt
    if wanted is None or len(those) == 1:
        return those[len(those) // 2]
    return min(those, key=lambda n: abs(n - integer(wanted, "opt", 1)))


def _coreml(inputs: dict, taken: dict, first: dict, opt) -> Profile:
    """`RangeDim`s where every size between runs, else `EnumeratedShapes`, the smallest first."""
    if not any(_more(taken).values()):
        dims = {n: f"ct.RangeDim({t[0]}, {t[-1]})" for n, t in taken.items() if len(t) > 1}
        ranges = _put(inputs, {name: those[0] for name, those in taken.items()} | dims)
        told = [f"ct.TensorType({k!r}, shape=({_row(shape)}))" for k, shape in ranges.items()]
        return Profile("coreml", ranges, ", ".join(told), {}, {})
    groups = [name for name in taken if first.get(name, name) == name]
    kept = {name: taken[first.get(name, name)] for name in taken}
    while prod(len(kept[name]) for name in groups) > LARGEST:
        longest = max(groups, key=lambda name: len(kept[name]))
        kept |= {n: t[:-1] for n, t in kept.items() if first.get(n, n) == longest}
    shapes: dict = {name: [] for name in inputs}
    for chosen in product(*(kept[name] for name in groups)):
        of = dict(zip(groups, chosen, strict=True))
        put = _put(inputs, {name: of[first.get(name, name)] for name in taken})
        for name, shape in put.items():
            shapes[name].append(shape)
    told = [
        f"ct.TensorType({k!r}, shape=ct.EnumeratedShapes({those}))" for k, those in shapes.items()
    ]
    left = {n: t[len(kept[n]) :] for n, t in taken.items() if len(kept[n]) < len(t)}
    return Profile("coreml", shapes, ", ".join(told), left, {})


def _row(shape: tuple) -> str:
    return ", ".join(map(str, shape))


def _openvino(inputs: dict, taken: dict, first: dict, opt) -> Profile:
    """`PartialShape`s: intervals."""
    sizes = {n: t[0] if len(t) == 1 else f"{t[0]}..{t[-1]}" for n, t in taken.items()}
    shapes = {
        name: f"[{_row(shape).replace(' ', '')}]" for name, shape in _put(inputs, sizes).items()
    }
    told = ", ".join(f"{name!r}: ov.PartialShape({shape!r})" for name, shape in shapes.items())
    return Profile("openvino", shapes, f"model.reshape({{{told}}})", {}, _more(taken))


HOSTS = {"tensorrt": _tensorrt, "coreml": _coreml, "openvino": _openvino}
