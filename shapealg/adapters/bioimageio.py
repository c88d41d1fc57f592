"""A model's axes for bioimage.io, format 0.5: each `min` and `step`, and an output's halo."""

from fractions import Fraction
from math import floor, lcm

from shapealg.adapters.lines import Line, covered, exact, lines
from shapealg.adapters.ties import alike
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import Received, ShapeError, one_line
from shapealg.text import Text

SPACE = "zyx"


def bioimageio(net, batch: str = "", **fixed: int) -> dict:
    """What `Network.bioimageio` gives."""
    fixed = net._given(fixed)
    alike(net, {n: exact(net, n, fixed)[0] for n in net.sizes if n not in fixed})
    shapes = net.graph.inputs
    batch = batch or next(iter(n for s in shapes.values() for n in s[:1] if isinstance(n, str)), "")
    chosen, left = {}, {}
    for name in (n for n in net.sizes if n not in fixed and n != batch):
        taken = exact(net, name, fixed)
        chosen[name] = _line(net, name, taken)
        left[name] = taken & covered([chosen[name]]).complement(1)
    at = _Axes(net, chosen, fixed, batch)
    made = {name: at.output(name) for name in net.graph.outputs}
    least = {name: at.least(name, made.values()) for name in chosen}
    return {
        "inputs": [{"id": name, "axes": at.input(shape, least)} for name, shape in shapes.items()],
        "outputs": [{"id": name, "axes": axes} for name, axes in made.items()],
        "left": {name: those.text(name) for name, those in left.items() if those},
    }


def _line(net, name: str, taken: Sizes) -> Line:
    """The sizes that are told: multiples where they are among them, else the first class; so far
    apart that every output grows evenly.
    """
    entries = [n for shape in net.output_shapes for n in (shape or ()) if isinstance(n, Length)]
    period = lcm(*(p for n in entries if n.names == (name,) for p in n.divisors))
    those = lines(name, taken)
    one = next((line for line in those if line.step and not line.rest), those[0])
    if not one.step:
        return one
    step, first = lcm(one.step, period), one.nth(0)
    while first % step and not one.rest:
        first += one.step
    return Line(one.name, step, first % step, first // step, None)


class _Axes:
    """Axes in bioimage.io's words."""

    def __init__(self, net, chosen: dict, fixed: dict, batch: str):
        self.net, self.chosen, self.fixed, self.batch = net, chosen, fixed, batch
        self.places: dict = {}
        for tensor, shape in net.graph.inputs.items():
            self.places |= {
                n: (tensor, _name(i, shape)) for i, n in enumerate(shape) if n in chosen
            }

    def input(self, shape: tuple, least: dict) -> list:
        """The axes of an input."""
        return [self._input(i, n, shape, least) for i, n in enumerate(shape)]

    def _input(self, i: int, n, shape: tuple, least: dict) -> dict:
        n = self.fixed.get(n, n)
        if (common := self._common(i, n, shape)) is not None:
            return common
        line = self.chosen[n]
        size = {"min": least[n], "step": line.step} if line.step else line.rest
        return {"type": "space", "id": _name(i, shape), "size": size}

    def _common(self, i: int, n, shape: tuple) -> dict | None:
        """A batch, channels, or a size that is a number."""
        if i == 0 and (n == self.batch or n == Length.of(self.batch or "N")):
            return {"type": "batch"}
        if i == 1 and len(shape) > 2:
            if not isinstance(n, int):
                raise _unsayable(n, Text(zh="通道数须是数", en="a number of channels"))
            return {"type": "channel", "channel_names": [f"channel{c}" for c in range(n)]}
        return {"type": "space", "id": _name(i, shape), "size": n} if isinstance(n, int) else None

    def output(self, tensor: str) -> list:
        """The axes of an output."""
        shape = self.net.shape_of(tensor)
        if not isinstance(shape, tuple):
            raise _unsayable(shape, Text(zh="所有尺寸同一个公式", en="one formula for all sizes"))
        return [self._output(i, n, shape, tensor) for i, n in enumerate(shape)]

    def _output(self, i: int, n, shape: tuple, tensor: str) -> dict:
        n = n(**self.fixed) if isinstance(n, Length) else n
        if (common := self._common(i, n, shape)) is not None:
            return common
        name, times, offset = self._refers(n)
        size = dict(zip(("tensor_id", "axis_id"), self.places[name], strict=True), offset=offset)
        made = {"type": "space", "id": _name(i, shape), "size": size, "scale": float(1 / times)}
        return made | ({"halo": halo} if (halo := self._halo(tensor, name, n)) else {})

    def _halo(self, tensor: str, name: str, length: Length) -> int:
        """How many outputs on either side see beyond a tile's edge: what an exact plan drops."""
        field = self.net.receptive_field(tensor, misaligned=True)
        size, line = field.size[field.axes.index(name)], self.chosen[name]
        if field.gates or not isinstance(size, int) or not line.step:
            raise _unsayable(field.text.en, Text(zh="有限的感受野", en="a finite receptive field"))
        sizes = {n: self.fixed.get(n) or self.net.accepts(n)[0] for n in self.net.sizes}
        tile, whole = line.nth(4 * size), line.nth(40 * size)
        net = type(self.net)(self.net.graph.until(tensor))
        inner = net.tiles(name, tile, **sizes | {name: whole})[1:-1]
        ends = (length(**{name: t.read[1] - t.read[0]}) - t.keep[1] for t in inner)
        return max(*ends, *(t.keep[0] for t in inner), 0)

    def _refers(self, n) -> tuple:
        """The size that an output's refers to, the factor, and what is added."""
        if not isinstance(n, Length) or len(n.names) != 1 or n.names[0] not in self.chosen:
            raise _unsayable(n, Text(zh="一个输入的尺寸", en="a size of one input"))
        (name,) = n.names
        line, k = self.chosen[name], Length.of("k")
        first, second = (n(**{name: line.nth(many)}) for many in range(2))
        step = second - first
        if n(**{name: k * line.step + line.rest}) != k * step + first - step * line.low:
            raise _unsayable(n, Text(zh="均匀增长的尺寸", en="a size that grows evenly"))
        times = Fraction(step, line.step)
        return name, times, first - floor(line.nth(0) * times)

    def least(self, name: str, outputs) -> int:
        """The smallest size of which something is left when the halo is cropped."""
        line, k = self.chosen[name], 0
        for axis in (axis for axes in outputs for axis in axes):
            size, halo = axis.get("size"), axis.get("halo", 0)
            if isinstance(size, dict) and (size["tensor_id"], size["axis_id"]) == self.places[name]:
                while floor(line.nth(k) / Fraction(axis["scale"])) + size["offset"] <= 2 * halo:
                    k += 1
                    if not line.step:
                        raise _unsayable(line, Text(zh="更大的尺寸", en="a larger size"))
        return line.nth(k)


def _name(i: int, shape: tuple) -> str:
    return SPACE[i - len(shape)]


def _unsayable(received, works: Text) -> ShapeError:
    return ShapeError(
        Text(zh="bioimage.io 的格式说不出这个", en="bioimage.io's format cannot say this"),
        Received(one_line(str(received), 200)),
        Text(zh=f"{works.zh} 可以", en=f"{works.en} works"),
    )
