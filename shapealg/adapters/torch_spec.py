"""What one program that PyTorch exports takes: its `dynamic_shapes`, and an example."""

from dataclasses import dataclass

from shapealg.adapters.lines import Line


@dataclass(frozen=True, slots=True, repr=False)
class Spec:
    """What one program takes.

    Attributes:
        inputs: input → shape, as the network has it.
        lines: name of a size → its sizes, step·k + rest; of a fixed one that alone.
    """

    inputs: dict
    lines: dict

    @property
    def dynamic_shapes(self) -> dict:
        """Input → axis → `Dim`, for `torch.export.export(model, spec.args,
        dynamic_shapes=spec.dynamic_shapes)`.
        """
        dims = {line: _dim(line) for line in self.lines.values() if line.step}
        made = {name: dims[line] for name, line in self.lines.items() if line.step}
        return {name: _at(shape, made) for name, shape in self.inputs.items()}

    @property
    def example(self) -> dict:
        """Input → a shape that is taken. No size is the smallest, which export may take for a
        constant; no two are of the same number, so that they do not come out equal.
        """
        distinct = list(dict.fromkeys(self.lines.values()))
        sizes = {name: line.nth(1 + distinct.index(line)) for name, line in self.lines.items()}
        return {name: _put(shape, sizes) for name, shape in self.inputs.items()}

    @property
    def args(self) -> tuple:
        """Zeros of these shapes."""
        import torch

        return tuple(map(torch.zeros, self.example.values()))

    def takes(self, **sizes: int) -> bool:
        """Whether these sizes, one for every name, are among its own."""
        return all(sizes[name] in line for name, line in self.lines.items())

    def __repr__(self) -> str:
        axes = []
        for name, shape in self.inputs.items():
            told = (f"{i}: {line}" for i, line in _at(shape, self.lines).items())
            axes.append(f"{name!r}: {{{', '.join(told)}}}")
        moving = {line.name: line for line in self.lines.values() if line.step}
        bounds = ", ".join(f"{line.low} ≤ {name} ≤ {line.high}" for name, line in moving.items())
        return f"{{{', '.join(axes)}}}{' with ' if bounds else ''}{bounds}"


def _at(shape: tuple, those: dict) -> dict:
    """Axis → what is said of its name."""
    return {i: those[n] for i, n in enumerate(shape) if n in those}


def _put(shape: tuple, sizes: dict) -> tuple:
    return tuple(sizes.get(n, n) for n in shape)


def _dim(line: Line):
    from torch.export import Dim

    made = Dim(line.name, min=line.low, max=line.high)
    made = line.step * made if line.step > 1 else made
    return made + line.rest if line.rest else made
