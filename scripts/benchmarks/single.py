"""One layer, one law: beside the formula written out by hand, and the frameworks' own answers."""

from functools import partial

import numpy
from ruler import Part, missing

from shapealg import formulas, torch
from shapealg.text import Text

SHAPE = (1, 3, 224, 224)
SIDES = ((7, 7), (2, 2), (3, 3))


def bare(shape, filters=64, sides=SIDES) -> tuple:
    """The formula over tuples, as people write it: no check, no words."""
    n, _, *spatial = shape
    each = zip(spatial, *sides, strict=True)
    return (n, filters, *((size + 2 * p - k) // s + 1 for size, k, s, p in each))


def single() -> Part:
    """A layer asked for its output, with numbers and with names."""
    part = Part(
        Text(
            zh="一层，一问：torch.Conv2d(3, 64, 7, stride=2, padding=3) 收 (1, 3, 224, 224)",
            en="One layer, one question: torch.Conv2d(3, 64, 7, stride=2, padding=3) on"
            " (1, 3, 224, 224)",
        )
    )
    layer = torch.Conv2d(3, 64, 7, stride=2, padding=3)
    assert layer.output_shape(SHAPE) == bare(SHAPE) == (1, 64, 112, 112)
    at_hand, made, named = (
        "shapealg: layer.output_shape((1, 3, 224, 224))",
        "shapealg: the layer made, then asked",
        'shapealg: layer.output_shape(("N", 3, "H", "W"))',
    )
    formula = "the bare formula"
    part.add(at_hand, lambda: layer.output_shape(SHAPE))
    part.add(made, lambda: torch.Conv2d(3, 64, 7, stride=2, padding=3).output_shape(SHAPE))
    part.add(named, lambda: layer.output_shape(("N", 3, "H", "W")))
    part.add(formula, lambda: bare(SHAPE))
    for zh, en, ours, target in (
        ("层已在手：裸公式", "the layer at hand: the bare formula over tuples", at_hand, "≤ 5"),
        ("先造层再问：裸公式", "made, then asked: the bare formula over tuples", made, "≤ 30"),
    ):
        part.row(Text(zh=zh, en=en), ours, formula, target)
    _keras(part, at_hand)
    _meta(part, at_hand)
    _jax(part, named)
    return part


def _keras(part: Part, ours: str) -> None:
    """Keras's own helper, which takes sizes alone."""
    try:
        from keras.src.ops.operation_utils import compute_conv_output_shape
    except ModuleNotFoundError:
        return missing(part, "keras")
    label = "Keras: compute_conv_output_shape"
    shape, image = (1, 230, 230, 3), (64, (7, 7))
    assert compute_conv_output_shape(shape, *image, strides=2)[1:3] == (112, 112)
    part.add(label, lambda: compute_conv_output_shape(shape, *image, strides=2))
    what = Text(
        zh="Keras 自己的 compute_conv_output_shape", en="Keras's own compute_conv_output_shape"
    )
    part.row(what, ours, label, "> 1", faster=True)
    return None


def _meta(part: Part, ours: str) -> None:
    """PyTorch's own layer on the meta device, which computes nothing either."""
    try:
        import torch as framework
    except ModuleNotFoundError:
        return missing(part, "torch")
    with framework.device("meta"):
        layer = framework.nn.Conv2d(3, 64, 7, stride=2, padding=3).requires_grad_(False)
        image = framework.empty(SHAPE)
    label = "PyTorch: the layer on the meta device"
    assert tuple(layer(image).shape) == (1, 64, 112, 112)
    part.add(label, lambda: layer(image))
    what = Text(zh="PyTorch 的层，在 meta 设备上", en="PyTorch's layer on the meta device")
    part.row(what, ours, label, "≥ 20", faster=True)
    return None


def _jax(part: Part, ours: str) -> None:
    """JAX's abstract evaluation with symbolic dimensions."""
    try:
        import jax
        from jax import export, lax
    except ModuleNotFoundError:
        return missing(part, "jax")
    kernel = jax.ShapeDtypeStruct((64, 3, 7, 7), "float32")

    def ask():
        n, h, w = export.symbolic_shape("n, h, w")
        image = jax.ShapeDtypeStruct((n, 3, h, w), "float32")
        return jax.eval_shape(
            lambda x, k: lax.conv_general_dilated(x, k, (2, 2), [(3, 3)] * 2), image, kernel
        )

    label = "JAX: eval_shape, symbolic dimensions"
    assert str(ask().shape[2].__class__.__name__) == "_DimExpr"
    part.add(label, ask)
    what = Text(
        zh="用名字问 (N, 3, H, W)：JAX 的符号维度",
        en="with names, (N, 3, H, W): JAX's symbolic dimensions",
    )
    part.row(what, ours, label, "≥ 200", faster=True)
    return None


def blocked(sizes, out, block=2**15):
    """The formula on an array by hand: block by block, in place, in the array's own type."""
    for start in range(0, len(sizes), block):
        part = out[start : start + block]
        numpy.add(sizes[start : start + block], 2 * 3 - 7, out=part)
        numpy.floor_divide(part, 2, out=part)
        numpy.add(part, 1, out=part)
    return out


def arrays() -> Part:
    """A law on ten million sizes."""
    part = Part(
        Text(
            zh="一条定律，一千万个尺寸：手写的 NumPy，分块、就地，不查定义域",
            en="A law on ten million sizes: NumPy by hand, block by block and in place, which"
            " looks at no domain",
        )
    )
    law = partial(formulas.conv_output_size, k=7, s=2, p=3)
    for kind in ("int64", "int32"):
        sizes = numpy.arange(7, 7 + 10**7, dtype=kind)
        ours, peer = f"{kind}: formulas.conv_output_size(n, k=7, s=2, p=3)", f"{kind}: by hand"
        assert (law(sizes) == blocked(sizes, numpy.empty_like(sizes))).all()
        part.add(ours, partial(law, sizes))
        part.add(peer, lambda sizes=sizes: blocked(sizes, numpy.empty_like(sizes)))
        what = Text(zh=f"{kind}：手写的 NumPy", en=f"{kind}: NumPy by hand")
        part.row(what, ours, peer, "≤ 1.25")
    return part
