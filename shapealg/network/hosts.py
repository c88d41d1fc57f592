"""The way from a network to the tools people work with. The adapters stand above the networks, so
the package's door hands down how one is found, and it is imported when it is first asked for.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

_find: list[Callable[[str], ModuleType]] = []  # gives an adapter by its name


def found_by(find: Callable[[str], ModuleType]) -> None:
    """Say who finds adapters."""
    _find[:] = [find]


class Hosted:
    """What a network says in the words of other tools."""

    def dynamic_shapes(self, max: int | dict, /, **fixed: int) -> Any:
        """What `torch.export.export` and `torch.onnx.export` take as `dynamic_shapes`: a `Spec` for
        each class of accepted sizes, nearly always one.

        Args:
            max: the largest size, for all names or by name.
            fixed: sizes that stay numbers.

        Raises:
            ShapeError: if no size up to `max` is accepted, or sizes are bound in a way that no
                `Dim` can say.

        >>> import shapealg as sa
        >>> down, up = sa.torch.MaxPool2d(16), sa.torch.ConvTranspose2d(3, 3, 16, stride=16)
        >>> net = sa.read([sa.Branches("add", [], [down, up])], "N,3,H,W")
        >>> (spec,) = net.dynamic_shapes(1024, N=1)
        >>> spec
        {'input': {0: 1, 2: 16*h, 3: 16*w}} with 2 ≤ h ≤ 64, 2 ≤ w ≤ 64
        """
        return _find[0]("torch_export").specs(self, max, fixed)
