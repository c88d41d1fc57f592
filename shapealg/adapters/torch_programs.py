"""Programs that PyTorch exported, one for each class of sizes, called as the model is."""

from itertools import chain

from shapealg.errors import DomainError, Received, ShapeError, shown
from shapealg.text import Text


class Programs:
    """Exported programs, and the choice among them.

    Attributes:
        programs: pairs of a `Spec` and a `torch.export.ExportedProgram`.
    """

    def __init__(self, programs: list, net):
        self.programs, self._net = programs, net
        self._modules = [program.module() for _, program in programs]

    def __call__(self, *args):
        """What the model gives.

        Raises:
            DomainError: at sizes that no program takes, with the nearest that one does.
        """
        sizes = self._sizes(args)
        for (spec, _), module in zip(self.programs, self._modules, strict=True):
            if spec.takes(**sizes):
                return module(*args)
        told = ", ".join(f"{name} = {self._near(name, n)}" for name, n in sizes.items())
        raise DomainError(
            Text(zh="没有程序收这些尺寸", en="no program takes these sizes"),
            Received(", ".join(f"{name}={n}" for name, n in sizes.items())),
            Text(zh=f"最近的可用尺寸：{told}", en=f"the nearest that work: {told}"),
        )

    def _sizes(self, args: tuple) -> dict:
        """The open sizes, by name."""
        shapes = tuple(self._net.graph.inputs.values())
        given = tuple(tuple(arg.shape) for arg in args)
        if list(map(len, given)) != list(map(len, shapes)):
            raise ShapeError(
                Text(zh="输入须是这些形状", en="inputs of these shapes are needed"),
                shown(given),
                Text(zh=f"{shapes} 可以", en=f"{shapes} works"),
            )
        pairs = zip(chain(*shapes), chain(*given), strict=True)
        return {name: n for name, n in pairs if isinstance(name, str)}

    def _near(self, name: str, n: int) -> int:
        """The size of that name, of all programs, that is nearest."""
        found = [spec.lines[name].nearest(n) for spec, _ in self.programs]
        return min(found, key=lambda m: abs(m - n))
