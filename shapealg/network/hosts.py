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

    def plan(self, **tiles: int) -> Any:
        """How the input is cut into tiles that give the whole result exactly, a `Plan` for
        `shapealg.tiled`: axis → the longest tile, in positions of the input.

        Raises:
            ShapeError: for a name that is no open size, and a network with several inputs or
                outputs.

        >>> import shapealg as sa
        >>> layers = [sa.torch.Conv2d(3, 8, 3, padding=1), sa.torch.Upsample(scale_factor=2)]
        >>> plan = sa.read(layers, "1,3,H,W").plan(H=32, W=32)
        >>> plan
        <Plan: H ≤ 32, W ≤ 32 of (1, 3, H, W)>
        >>> len(plan.cut((1, 3, 100, 32)))
        4
        """
        return _find[0]("plan").Plan(self, tiles)

    def annotations(
        self, array: str = "Tensor", dtype: str = "Float", style: str = "jaxtyping"
    ) -> dict:
        """The shapes as jaxtyping or einops writes them: input → string, and "return".

        Args:
            array: what jaxtyping's annotation calls an array.
            dtype: jaxtyping's name of the type of the numbers.
            style: "jaxtyping", or "einops", which also says what a size is a multiple of.

        Raises:
            ShapeError: for another style.

        >>> import shapealg as sa
        >>> net = sa.read([sa.torch.Conv2d(3, 8, 3, stride=2, padding=1)], "N,3,H,W")
        >>> net.annotations()["return"]
        'Float[Tensor, "N 8 (H+1)//2 (W+1)//2"]'
        >>> down, up = sa.torch.MaxPool2d(16), sa.torch.ConvTranspose2d(3, 3, 16, stride=16)
        >>> net = sa.read([sa.Branches("concat", [], [down, up])], "N,3,H,W")
        >>> net.annotations(style="einops")
        {'input': 'n 3 (h 16) (w 16)', 'return': 'n 6 (h 16) (w 16)'}
        """
        if style == "einops":
            return _find[0]("einops").patterns(self)
        _find[0]("widths").one_of("style", style, ("jaxtyping", "einops"))
        return _find[0]("jaxtyping").annotations(self, array, dtype)

    def profile(
        self, host: str, /, max: int | dict = 1024, opt: int | dict | None = None, **fixed: int
    ) -> Any:
        """The accepted sizes as a runtime takes them, a `Profile`: it prints as it is typed.

        Args:
            host: "tensorrt", "coreml" or "openvino".
            max: the largest size, for all names or by name; one that is not told is 1.
            opt: TensorRT's usual size; the accepted one nearest to it is taken.
            fixed: sizes that stay numbers.

        Raises:
            ShapeError: if no size up to `max` is accepted, or sizes are bound in another way than
                by being equal.

        >>> import shapealg as sa
        >>> down, up = sa.torch.MaxPool2d(16), sa.torch.ConvTranspose2d(3, 3, 16, stride=16)
        >>> net = sa.read([sa.Branches("add", [], [down, up])], "N,3,H,W")
        >>> print(net.profile("tensorrt", {"N": 4, "H": 1000, "W": 640}, opt=500))
        --minShapes=input:1x3x16x16 --optShapes=input:4x3x496x496 --maxShapes=input:4x3x992x640
        >>> print(net.profile("openvino", 640, N=1))
        model.reshape({'input': ov.PartialShape('[1,3,16..640,16..640]')})
        """
        return _find[0]("profiles").profile(self, host, max, opt, fixed)

    def bioimageio(self, **fixed: int) -> dict:
        """The axes for a bioimage.io model description, format 0.5: "inputs" and "outputs", each a
        list of tensors with `id` and `axes`; "left" tells what the format cannot say.

        Args:
            fixed: sizes that stay numbers.

        Raises:
            ShapeError: where an output's size is no even function of one input's, or nobody can
                tell how far an output sees.

        >>> import shapealg as sa
        >>> conv, down = sa.torch.Conv2d(8, 8, 3, padding=1), sa.torch.MaxPool2d(2)
        >>> up = sa.torch.ConvTranspose2d(8, 8, 2, stride=2)
        >>> net = sa.read([sa.Branches("add", [], [down, conv, up]), conv], "N,8,H,W")
        >>> told = net.bioimageio()
        >>> told["inputs"][0]["axes"][2]
        {'type': 'space', 'id': 'y', 'size': {'min': 8, 'step': 2}}
        >>> told["outputs"][0]["axes"][2]["halo"]
        3
        """
        return _find[0]("bioimageio").bioimageio(self, **fixed)
