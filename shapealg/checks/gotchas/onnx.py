"""ONNX's surprises, on onnx 1.23.2 and onnxruntime 1.32.0 (CPU): what is inferred, and what is
executed.
"""

from math import prod

from shapealg.checks import sweep
from shapealg.checks.gotchas import Gotcha, outcome
from shapealg.text import Text


def _told(call: str, words: dict, shape: tuple) -> str:
    return (
        f"{call}({', '.join(f'{k}={v!r}' for k, v in words.items())}), {'×'.join(map(str, shape))}"
    )


def _both(*cases):
    """Inference and execution of each case, side by side."""

    def run() -> dict:
        real, found = sweep.real("onnx"), {}
        for call, words, shape in cases:
            found[f"{_told(call, words, shape)}: infer_shapes"] = outcome(
                lambda: real.shape_inferred(call, words, shape)  # noqa: B023 — called at once
            )
            found[f"{_told(call, words, shape)}: ONNX Runtime"] = outcome(
                lambda: real.shape(call, words, shape)  # noqa: B023 — called at once
            )
        return found

    return run


def _values(*cases):
    """What ONNX Runtime makes of 0, 1, 2, …"""

    def run() -> dict:
        import numpy

        real, found = sweep.real("onnx"), {}
        for call, words, shape in cases:
            x = numpy.arange(prod(shape), dtype="float32").reshape(shape)
            weights = [numpy.ones(words["W"], dtype="float32")] if "W" in words else None
            found[_told(call, words, shape)] = outcome(
                lambda: [float(v) for v in real.answered(call, words, x, weights).ravel()]  # noqa: B023 — called at once
            )
        return found

    return run


def _reference(*cases):
    """ONNX's ReferenceEvaluator beside ONNX Runtime."""

    def evaluated(call, words, shape):
        import numpy
        from onnx.reference import ReferenceEvaluator

        model, weights = sweep.real("onnx").model(call, words, shape)
        feed = {"x": numpy.zeros(shape, dtype="float32")} | {
            label: numpy.zeros(lengths, dtype="float32") for label, lengths in weights
        }
        return tuple(ReferenceEvaluator(model).run(None, feed)[0].shape)

    def run() -> dict:
        real, found = sweep.real("onnx"), {}
        for call, words, shape in cases:
            found[f"{_told(call, words, shape)}: ReferenceEvaluator"] = outcome(
                lambda: evaluated(call, words, shape)  # noqa: B023 — called at once
            )
            found[f"{_told(call, words, shape)}: ONNX Runtime"] = outcome(
                lambda: real.shape(call, words, shape)  # noqa: B023 — called at once
            )
        return found

    return run


GOTCHAS = (
    Gotcha(
        "onnx-too-small",
        "onnx",
        Text(
            zh="放不下一个窗口时，形状推断给出 0 甚至负数",
            en="Where no window fits, shape inference says 0 or even less",
        ),
        Text(
            zh=(
                "严格模式的 infer_shapes 也不报错：尺寸可以是 0 或负数。ONNX Runtime 的卷积报错，"
                "池化则按向零截断的除法，少一格时竟给 1。让每个轴至少有 need(1) 格。"
            ),
            en=(
                "infer_shapes does not complain even in strict mode: sizes come out as 0 or"
                " negative. ONNX Runtime's Conv is an error; its poolings cut the division toward"
                " zero and may answer 1. Keep every axis at need(1) or more."
            ),
        ),
        _both(
            ("Conv", {"W": (1, 1, 3)}, (1, 1, 2)),
            ("Conv", {"W": (1, 1, 5)}, (1, 1, 2)),
            ("MaxPool", {"kernel_shape": (5,)}, (1, 1, 2)),
            ("MaxPool", {"kernel_shape": (3,), "strides": (2,)}, (1, 1, 2)),
        ),
        {
            "Conv(W=(1, 1, 3)), 1×1×2: infer_shapes": "(1, 1, 0)",
            "Conv(W=(1, 1, 3)), 1×1×2: ONNX Runtime": "InvalidArgument",
            "Conv(W=(1, 1, 5)), 1×1×2: infer_shapes": "(1, 1, -2)",
            "Conv(W=(1, 1, 5)), 1×1×2: ONNX Runtime": "InvalidArgument",
            "MaxPool(kernel_shape=(5,)), 1×1×2: infer_shapes": "(1, 1, -2)",
            "MaxPool(kernel_shape=(5,)), 1×1×2: ONNX Runtime": "Fail",
            "MaxPool(kernel_shape=(3,), strides=(2,)), 1×1×2: infer_shapes": "(1, 1, 1)",
            "MaxPool(kernel_shape=(3,), strides=(2,)), 1×1×2: ONNX Runtime": "(1, 1, 1)",
        },
    ),
    Gotcha(
        "onnx-ceil-opset",
        "onnx",
        Text(
            zh="ceil_mode 的推断在 opset 22 之前多算一格",
            en="Before opset 22, inference with ceil_mode counts one too many",
        ),
        Text(
            zh=(
                "最后一个窗口若从填充之后才开始，ONNX Runtime 在任何 opset 都不算它；infer_shapes"
                " 从 opset 22 起才如此。把模型升到 opset 22，两者一致。"
            ),
            en=(
                "A last window that would begin behind the input is left out by ONNX Runtime in"
                " every opset, by infer_shapes only from opset 22 on. Convert the model to opset 22"
                " and they agree."
            ),
        ),
        _both(
            *(
                (
                    "MaxPool",
                    {"kernel_shape": (1,), "strides": (2,), "ceil_mode": 1, "opset": opset},
                    (1, 1, 2),
                )
                for opset in (10, 21, 22, 28)
            )
        ),
        {
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=10),"
                " 1×1×2: infer_shapes"
            ): "(1, 1, 2)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=10),"
                " 1×1×2: ONNX Runtime"
            ): "(1, 1, 1)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=21),"
                " 1×1×2: infer_shapes"
            ): "(1, 1, 2)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=21),"
                " 1×1×2: ONNX Runtime"
            ): "(1, 1, 1)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=22),"
                " 1×1×2: infer_shapes"
            ): "(1, 1, 1)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=22),"
                " 1×1×2: ONNX Runtime"
            ): "(1, 1, 1)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=28),"
                " 1×1×2: infer_shapes"
            ): "(1, 1, 1)",
            (
                "MaxPool(kernel_shape=(1,), strides=(2,), ceil_mode=1, opset=28),"
                " 1×1×2: ONNX Runtime"
            ): "(1, 1, 1)",
        },
    ),
    Gotcha(
        "onnx-same-output-padding",
        "onnx",
        Text(
            zh="转置卷积的 SAME：推断把 output_padding 加了两次",
            en="SAME in ConvTranspose: inference adds output_padding twice",
        ),
        Text(
            zh=(
                "规范说 SAME 得 n·s。ONNX Runtime 在窗口够得着时给 n·s，"
                "否则给够得着的长度；infer_shapes 又加上一次 output_padding。请写出 pads。"
            ),
            en=(
                "The specification says SAME gives n·s. ONNX Runtime gives n·s where the windows"
                " reach so far, else what they reach; infer_shapes adds output_padding once more."
                " Say pads in numbers."
            ),
        ),
        _both(
            (
                "ConvTranspose",
                {"W": (1, 1, 3), "strides": (2,), "auto_pad": "SAME_UPPER", "output_padding": (1,)},
                (1, 1, 3),
            ),
            (
                "ConvTranspose",
                {"W": (1, 1, 1), "strides": (3,), "auto_pad": "SAME_UPPER"},
                (1, 1, 3),
            ),
        ),
        {
            (
                "ConvTranspose(W=(1, 1, 3), strides=(2,), auto_pad='SAME_UPPER',"
                " output_padding=(1,)), 1×1×3: infer_shapes"
            ): "(1, 1, 7)",
            (
                "ConvTranspose(W=(1, 1, 3), strides=(2,), auto_pad='SAME_UPPER',"
                " output_padding=(1,)), 1×1×3: ONNX Runtime"
            ): "(1, 1, 6)",
            (
                "ConvTranspose(W=(1, 1, 1), strides=(3,), auto_pad='SAME_UPPER'),"
                " 1×1×3: infer_shapes"
            ): "(1, 1, 7)",
            (
                "ConvTranspose(W=(1, 1, 1), strides=(3,), auto_pad='SAME_UPPER'),"
                " 1×1×3: ONNX Runtime"
            ): "(1, 1, 7)",
        },
    ),
    Gotcha(
        "onnx-unchecked",
        "onnx",
        Text(
            zh="形状推断不检查通道、分组、整除与 output_shape",
            en="Shape inference checks no channels, groups, divisibility or output_shape",
        ),
        Text(
            zh=(
                "通道数不合、不能整除、核与 W 不一致、够不着的 output_shape，infer_shapes"
                " 都给出一个形状；output_shape 小于输入时甚至少一个轴。只有运行才知道。"
            ),
            en=(
                "Wrong channels, sizes that do not divide, a kernel_shape that is not that of W, an"
                " output_shape out of reach: infer_shapes gives a shape for all of them, and one"
                " axis too few where output_shape is below the input. Only a run tells."
            ),
        ),
        _both(
            ("Conv", {"W": (4, 3, 3)}, (1, 4, 9)),
            ("Conv", {"W": (4, 3, 3), "group": 2}, (1, 4, 9)),
            ("Conv", {"W": (4, 4, 3), "kernel_shape": (2,)}, (1, 4, 9)),
            ("DepthToSpace", {"blocksize": 2}, (1, 7, 3, 3)),
            ("SpaceToDepth", {"blocksize": 2}, (1, 1, 5, 6)),
            ("ConvTranspose", {"W": (1, 1, 3), "strides": (2,), "output_padding": (5,)}, (1, 1, 3)),
            ("ConvTranspose", {"W": (1, 1, 3), "strides": (2,), "output_shape": (99,)}, (1, 1, 3)),
            ("ConvTranspose", {"W": (1, 1, 3), "strides": (2,), "output_shape": (2,)}, (1, 1, 3)),
        ),
        {
            "Conv(W=(4, 3, 3)), 1×4×9: infer_shapes": "(1, 4, 7)",
            "Conv(W=(4, 3, 3)), 1×4×9: ONNX Runtime": "Fail",
            "Conv(W=(4, 3, 3), group=2), 1×4×9: infer_shapes": "(1, 4, 7)",
            "Conv(W=(4, 3, 3), group=2), 1×4×9: ONNX Runtime": "Fail",
            "Conv(W=(4, 4, 3), kernel_shape=(2,)), 1×4×9: infer_shapes": "(1, 4, 8)",
            "Conv(W=(4, 4, 3), kernel_shape=(2,)), 1×4×9: ONNX Runtime": "Fail",
            "DepthToSpace(blocksize=2), 1×7×3×3: infer_shapes": "(1, 1, 6, 6)",
            "DepthToSpace(blocksize=2), 1×7×3×3: ONNX Runtime": "InvalidArgument",
            "SpaceToDepth(blocksize=2), 1×1×5×6: infer_shapes": "(1, 4, 2, 3)",
            "SpaceToDepth(blocksize=2), 1×1×5×6: ONNX Runtime": "InvalidArgument",
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_padding=(5,)), 1×1×3: infer_shapes": (
                "(1, 1, 12)"
            ),
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_padding=(5,)), 1×1×3: ONNX Runtime": (
                "InvalidArgument"
            ),
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_shape=(99,)), 1×1×3: infer_shapes": (
                "(1, 1, 99)"
            ),
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_shape=(99,)), 1×1×3: ONNX Runtime": (
                "InvalidArgument"
            ),
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_shape=(2,)), 1×1×3: infer_shapes": (
                "(1, 1)"
            ),
            "ConvTranspose(W=(1, 1, 3), strides=(2,), output_shape=(2,)), 1×1×3: ONNX Runtime": (
                "(1, 1, 2)"
            ),
        },
    ),
    Gotcha(
        "onnx-reference",
        "onnx",
        Text(
            zh="ReferenceEvaluator 不是池化与分组转置卷积的准绳",
            en="The ReferenceEvaluator is no yardstick for pooling and grouped ConvTranspose",
        ),
        Text(
            zh=(
                "ONNX 自带的 ReferenceEvaluator 对一些池化给出错误的尺寸或下标错误，"
                "对分组转置卷积直接失败，而 ONNX Runtime 照常运行。对照时请用运行时。"
            ),
            en=(
                "ONNX's own ReferenceEvaluator gives wrong sizes or index errors for some poolings"
                " and fails on grouped transposed convolutions that ONNX Runtime runs. Compare with"
                " a runtime instead."
            ),
        ),
        _reference(
            ("ConvTranspose", {"W": (4, 2, 3), "group": 2}, (1, 4, 9)),
            ("MaxPool", {"kernel_shape": (3,), "strides": (2,)}, (1, 1, 2)),
            (
                "AveragePool",
                {"kernel_shape": (1,), "strides": (3,), "auto_pad": "SAME_UPPER"},
                (1, 1, 9),
            ),
            (
                "AveragePool",
                {"kernel_shape": (2,), "auto_pad": "SAME_UPPER", "ceil_mode": 1},
                (1, 1, 6),
            ),
        ),
        {
            "ConvTranspose(W=(4, 2, 3), group=2), 1×4×9: ReferenceEvaluator": "ValueError",
            "ConvTranspose(W=(4, 2, 3), group=2), 1×4×9: ONNX Runtime": "(1, 4, 11)",
            "MaxPool(kernel_shape=(3,), strides=(2,)), 1×1×2: ReferenceEvaluator": "(1, 1, 0)",
            "MaxPool(kernel_shape=(3,), strides=(2,)), 1×1×2: ONNX Runtime": "(1, 1, 1)",
            (
                "AveragePool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_UPPER'),"
                " 1×1×9: ReferenceEvaluator"
            ): "ValueError",
            (
                "AveragePool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_UPPER'),"
                " 1×1×9: ONNX Runtime"
            ): "(1, 1, 3)",
            (
                "AveragePool(kernel_shape=(2,), auto_pad='SAME_UPPER', ceil_mode=1),"
                " 1×1×6: ReferenceEvaluator"
            ): "AssertionError",
            (
                "AveragePool(kernel_shape=(2,), auto_pad='SAME_UPPER', ceil_mode=1),"
                " 1×1×6: ONNX Runtime"
            ): "(1, 1, 6)",
        },
    ),
    Gotcha(
        "onnx-resize-rounding",
        "onnx",
        Text(zh="Resize 的乘积舍入不同", en="Resize rounds its product differently"),
        Text(
            zh=(
                "scales 是单精度数。infer_shapes 用双精度乘，再取 floor；ONNX Runtime 用单精度乘，"
                "恰好进位时多一格。要确切的尺寸，请用 sizes。"
            ),
            en=(
                "scales are single-precision numbers. infer_shapes multiplies in double precision"
                " before the floor, ONNX Runtime in single, which may round up to a whole number."
                " Say sizes where the size matters."
            ),
        ),
        _both(
            ("Resize", {"scales": (1, 1, 0.7)}, (1, 1, 10)),
            ("Resize", {"scales": (1, 1, 0.29)}, (1, 1, 100)),
            ("Resize", {"scales": (1, 1, 0.5)}, (1, 1, 10)),
        ),
        {
            "Resize(scales=(1, 1, 0.7)), 1×1×10: infer_shapes": "(1, 1, 6)",
            "Resize(scales=(1, 1, 0.7)), 1×1×10: ONNX Runtime": "(1, 1, 7)",
            "Resize(scales=(1, 1, 0.29)), 1×1×100: infer_shapes": "(1, 1, 28)",
            "Resize(scales=(1, 1, 0.29)), 1×1×100: ONNX Runtime": "(1, 1, 29)",
            "Resize(scales=(1, 1, 0.5)), 1×1×10: infer_shapes": "(1, 1, 5)",
            "Resize(scales=(1, 1, 0.5)), 1×1×10: ONNX Runtime": "(1, 1, 5)",
        },
    ),
    Gotcha(
        "onnx-same-dilation",
        "onnx",
        Text(
            zh="SAME 加膨胀：卷积报错，池化不再是 ⌈n/s⌉",
            en="SAME with dilation: an error in Conv, no longer ⌈n/s⌉ in pooling",
        ),
        Text(
            zh=(
                "ONNX Runtime 的 SAME 按未膨胀的核算填充：卷积干脆拒绝，池化的输出就短了。规范与"
                " infer_shapes 都说 ⌈n/s⌉。请写出 pads。"
            ),
            en=(
                "ONNX Runtime computes SAME for the undilated kernel: Conv refuses, poolings come"
                " out short. The specification and infer_shapes say ⌈n/s⌉. Say pads in numbers."
            ),
        ),
        _both(
            ("Conv", {"W": (1, 1, 2), "dilations": (2,), "auto_pad": "SAME_UPPER"}, (1, 1, 6)),
            *(
                (
                    call,
                    {"kernel_shape": (2,), "dilations": (2,), "auto_pad": "SAME_UPPER"},
                    (1, 1, 6),
                )
                for call in ("MaxPool", "AveragePool", "LpPool")
            ),
        ),
        {
            "Conv(W=(1, 1, 2), dilations=(2,), auto_pad='SAME_UPPER'), 1×1×6: infer_shapes": (
                "(1, 1, 6)"
            ),
            "Conv(W=(1, 1, 2), dilations=(2,), auto_pad='SAME_UPPER'), 1×1×6: ONNX Runtime": (
                "InvalidArgument"
            ),
            (
                "MaxPool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: infer_shapes"
            ): "(1, 1, 6)",
            (
                "MaxPool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: ONNX Runtime"
            ): "(1, 1, 5)",
            (
                "AveragePool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: infer_shapes"
            ): "(1, 1, 6)",
            (
                "AveragePool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: ONNX Runtime"
            ): "(1, 1, 5)",
            (
                "LpPool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: infer_shapes"
            ): "(1, 1, 6)",
            (
                "LpPool(kernel_shape=(2,), dilations=(2,), auto_pad='SAME_UPPER'),"
                " 1×1×6: ONNX Runtime"
            ): "(1, 1, 5)",
        },
    ),
    Gotcha(
        "onnx-same-gaps",
        "onnx",
        Text(
            zh="步长大于核时 SAME 的填充为负，各算子读的位置不同",
            en=(
                "With strides beyond the kernel SAME's padding is negative, and operators read"
                " different positions"
            ),
        ),
        Text(
            zh=(
                "TensorFlow 与 Keras 的填充不会为负，第一个窗口从 0 开始。ONNX Runtime"
                " 却裁掉输入：卷积与平均池化裁的还不一样多，最大池化报错。形状相同，值不同。请写出"
                " pads。"
            ),
            en=(
                "In TensorFlow and Keras padding is never negative and the first window starts at"
                " 0. ONNX Runtime crops the input instead, Conv not as much as AveragePool, and"
                " MaxPool is an error. Same shapes, other values: say pads in numbers."
            ),
        ),
        _values(
            *(
                ("Conv", {"W": (1, 1, 1), "strides": (s,), "auto_pad": auto_pad}, (1, 1, 12))
                for s in (3, 4)
                for auto_pad in ("SAME_UPPER", "SAME_LOWER")
            ),
            *(
                (call, {"kernel_shape": (1,), "strides": (s,), "auto_pad": auto_pad}, (1, 1, 12))
                for call in ("AveragePool", "MaxPool")
                for s in (3, 4)
                for auto_pad in ("SAME_UPPER", "SAME_LOWER")
            ),
        ),
        {
            "Conv(W=(1, 1, 1), strides=(3,), auto_pad='SAME_UPPER'), 1×1×12": (
                "[0.0, 3.0, 6.0, 9.0]"
            ),
            "Conv(W=(1, 1, 1), strides=(3,), auto_pad='SAME_LOWER'), 1×1×12": (
                "[0.0, 3.0, 6.0, 9.0]"
            ),
            "Conv(W=(1, 1, 1), strides=(4,), auto_pad='SAME_UPPER'), 1×1×12": "[1.0, 5.0, 9.0]",
            "Conv(W=(1, 1, 1), strides=(4,), auto_pad='SAME_LOWER'), 1×1×12": "[0.0, 4.0, 8.0]",
            "AveragePool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_UPPER'), 1×1×12": (
                "[1.0, 4.0, 7.0, 10.0]"
            ),
            "AveragePool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_LOWER'), 1×1×12": (
                "[0.0, 3.0, 6.0, 9.0]"
            ),
            "AveragePool(kernel_shape=(1,), strides=(4,), auto_pad='SAME_UPPER'), 1×1×12": (
                "[1.0, 5.0, 9.0]"
            ),
            "AveragePool(kernel_shape=(1,), strides=(4,), auto_pad='SAME_LOWER'), 1×1×12": (
                "[1.0, 5.0, 9.0]"
            ),
            "MaxPool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_UPPER'), 1×1×12": (
                "RuntimeException"
            ),
            "MaxPool(kernel_shape=(1,), strides=(3,), auto_pad='SAME_LOWER'), 1×1×12": (
                "RuntimeException"
            ),
            "MaxPool(kernel_shape=(1,), strides=(4,), auto_pad='SAME_UPPER'), 1×1×12": (
                "RuntimeException"
            ),
            "MaxPool(kernel_shape=(1,), strides=(4,), auto_pad='SAME_LOWER'), 1×1×12": (
                "RuntimeException"
            ),
        },
    ),
    Gotcha(
        "onnx-pads-and-auto-pad",
        "onnx",
        Text(
            zh="pads 与 auto_pad 同时给：三种结果", en="pads together with auto_pad: three outcomes"
        ),
        Text(
            zh=(
                "推断以 pads 为准，ONNX Runtime 的池化以 auto_pad 为准，"
                "卷积与转置卷积报错。只写其中一个。"
            ),
            en=(
                "Inference follows pads, ONNX Runtime's poolings follow auto_pad, its convolutions"
                " refuse. Say only one of them."
            ),
        ),
        _both(
            ("Conv", {"W": (1, 1, 3), "auto_pad": "SAME_UPPER", "pads": (5, 5)}, (1, 1, 8)),
            (
                "MaxPool",
                {"kernel_shape": (3,), "auto_pad": "SAME_UPPER", "pads": (2, 2)},
                (1, 1, 8),
            ),
            ("ConvTranspose", {"W": (1, 1, 3), "auto_pad": "VALID", "pads": (1, 1)}, (1, 1, 8)),
        ),
        {
            "Conv(W=(1, 1, 3), auto_pad='SAME_UPPER', pads=(5, 5)), 1×1×8: infer_shapes": (
                "(1, 1, 16)"
            ),
            "Conv(W=(1, 1, 3), auto_pad='SAME_UPPER', pads=(5, 5)), 1×1×8: ONNX Runtime": "Fail",
            "MaxPool(kernel_shape=(3,), auto_pad='SAME_UPPER', pads=(2, 2)), 1×1×8: infer_shapes": (
                "(1, 1, 10)"
            ),
            "MaxPool(kernel_shape=(3,), auto_pad='SAME_UPPER', pads=(2, 2)), 1×1×8: ONNX Runtime": (
                "(1, 1, 8)"
            ),
            "ConvTranspose(W=(1, 1, 3), auto_pad='VALID', pads=(1, 1)), 1×1×8: infer_shapes": (
                "InferenceError"
            ),
            "ConvTranspose(W=(1, 1, 3), auto_pad='VALID', pads=(1, 1)), 1×1×8: ONNX Runtime": (
                "Fail"
            ),
        },
    ),
    Gotcha(
        "onnx-pad-limits",
        "onnx",
        Text(
            zh="填充的界限只有运行时才检查",
            en="Only the runtime checks how much may be padded or cropped",
        ),
        Text(
            zh=(
                "池化的 pads 须小于核；reflect 填充至多 n − 1 格；裁剪不能裁过头。infer_shapes"
                " 不查这些，甚至给出 −1。"
            ),
            en=(
                "A pooling's pads stay below its kernel, reflect padding takes at most n − 1, and"
                " no more can be cropped than there is. infer_shapes checks none of it and may even"
                " say −1."
            ),
        ),
        _both(
            ("MaxPool", {"kernel_shape": (2,), "pads": (2, 2)}, (1, 1, 8)),
            ("Pad", {"pads": (0, 0, 4, 0, 0, 0), "mode": "reflect"}, (1, 1, 4)),
            ("Pad", {"pads": (0, 0, -3, 0, 0, -2)}, (1, 1, 4)),
        ),
        {
            "MaxPool(kernel_shape=(2,), pads=(2, 2)), 1×1×8: infer_shapes": "(1, 1, 11)",
            "MaxPool(kernel_shape=(2,), pads=(2, 2)), 1×1×8: ONNX Runtime": "Fail",
            "Pad(pads=(0, 0, 4, 0, 0, 0), mode='reflect'), 1×1×4: infer_shapes": "(1, 1, 8)",
            "Pad(pads=(0, 0, 4, 0, 0, 0), mode='reflect'), 1×1×4: ONNX Runtime": "InvalidArgument",
            "Pad(pads=(0, 0, -3, 0, 0, -2)), 1×1×4: infer_shapes": "(1, 1, -1)",
            "Pad(pads=(0, 0, -3, 0, 0, -2)), 1×1×4: ONNX Runtime": "Fail",
        },
    ),
    Gotcha(
        "onnx-global-lp",
        "onnx",
        Text(
            zh="GlobalLpPool 从 opset 22 起无法运行",
            en="GlobalLpPool does not run from opset 22 on",
        ),
        Text(
            zh=(
                "ONNX Runtime 1.32 没有 GlobalLpPool-22 的实现：模型有效，推断有形状，"
                "会话却建不起来。停在 opset 21，或改用 LpPool。"
            ),
            en=(
                "ONNX Runtime 1.32 has no implementation of GlobalLpPool-22: the model is valid,"
                " its shape is inferred, yet no session starts. Stay at opset 21, or use LpPool."
            ),
        ),
        _both(*(("GlobalLpPool", {"opset": opset}, (1, 1, 6)) for opset in (21, 22))),
        {
            "GlobalLpPool(opset=21), 1×1×6: infer_shapes": "(1, 1, 1)",
            "GlobalLpPool(opset=21), 1×1×6: ONNX Runtime": "(1, 1, 1)",
            "GlobalLpPool(opset=22), 1×1×6: infer_shapes": "(1, 1, 1)",
            "GlobalLpPool(opset=22), 1×1×6: ONNX Runtime": "NotImplemented",
        },
    ),
    Gotcha(
        "onnx-keep-aspect-ratio",
        "onnx",
        Text(
            zh="keep_aspect_ratio_policy 不给 axes 时连批次和通道也缩放",
            en="Without axes, keep_aspect_ratio_policy scales batch and channels too",
        ),
        Text(
            zh=(
                "同一个比例用于所有轴，包括批次和通道：1 个通道会变成 2 个。"
                "请用 axes 只列出空间轴。"
            ),
            en=(
                "The one scale is applied to every axis, batch and channels included: 1 channel"
                " becomes 2. Name the spatial axes with axes."
            ),
        ),
        _both(
            (
                "Resize",
                {"sizes": (1, 1, 7, 7), "keep_aspect_ratio_policy": "not_smaller"},
                (1, 1, 4, 8),
            ),
            (
                "Resize",
                {"sizes": (7, 7), "axes": (2, 3), "keep_aspect_ratio_policy": "not_smaller"},
                (1, 1, 4, 8),
            ),
        ),
        {
            (
                "Resize(sizes=(1, 1, 7, 7), keep_aspect_ratio_policy='not_smaller'),"
                " 1×1×4×8: infer_shapes"
            ): "(2, 2, 7, 14)",
            (
                "Resize(sizes=(1, 1, 7, 7), keep_aspect_ratio_policy='not_smaller'),"
                " 1×1×4×8: ONNX Runtime"
            ): "(2, 2, 7, 14)",
            (
                "Resize(sizes=(7, 7), axes=(2, 3), keep_aspect_ratio_policy='not_smaller'),"
                " 1×1×4×8: infer_shapes"
            ): "(1, 1, 7, 14)",
            (
                "Resize(sizes=(7, 7), axes=(2, 3), keep_aspect_ratio_policy='not_smaller'),"
                " 1×1×4×8: ONNX Runtime"
            ): "(1, 1, 7, 14)",
        },
    ),
    Gotcha(
        "onnx-padding-only",
        "onnx",
        Text(
            zh="只落在填充上的窗口：平均池化给 0",
            en="A window that meets padding only: AveragePool answers 0",
        ),
        Text(
            zh=(
                "膨胀的窗口可以整个落在填充上。ONNX Runtime 的最大池化给最小的单精度数，而不是"
                " −∞；平均池化在 count_include_pad=0 时也给 0，而不是 nan。"
            ),
            en=(
                "A dilated window can lie on padding altogether. ONNX Runtime's MaxPool then gives"
                " the lowest single-precision number, not −∞, and AveragePool gives 0 even with"
                " count_include_pad=0, not nan."
            ),
        ),
        _values(
            *(
                (call, {"kernel_shape": (2,), "dilations": (2,), "pads": (1, 1)}, (1, 1, 1))
                for call in ("MaxPool", "AveragePool")
            )
        ),
        {
            "MaxPool(kernel_shape=(2,), dilations=(2,), pads=(1, 1)), 1×1×1": (
                "[-3.4028234663852886e+38]"
            ),
            "AveragePool(kernel_shape=(2,), dilations=(2,), pads=(1, 1)), 1×1×1": "[0.0]",
        },
    ),
    Gotcha(
        "onnx-last-window",
        "onnx",
        Text(
            zh="SAME、ceil_mode 与膨胀合用：平均池化漏读最后一格",
            en="SAME, ceil_mode and dilation together: AveragePool misses the last position",
        ),
        Text(
            zh=(
                "窗口之间有空隙时，SAME 的填充为负，末尾被裁去一格。多出来的最后一个窗口，"
                "最大池化仍读到那一格，平均池化却不读。请写出 pads。"
            ),
            en=(
                "Where there are gaps between the windows SAME's padding is negative and a position"
                " is cropped at the end. The last window, which ceil_mode adds, still reads it in"
                " MaxPool, but not in AveragePool. Say pads in numbers."
            ),
        ),
        _values(
            *(
                (
                    call,
                    {
                        "kernel_shape": (2,),
                        "strides": (4,),
                        "dilations": (2,),
                        "ceil_mode": 1,
                        "auto_pad": "SAME_UPPER",
                    },
                    (1, 1, 11),
                )
                for call in ("MaxPool", "AveragePool")
            )
        ),
        {
            (
                "MaxPool(kernel_shape=(2,), strides=(4,), dilations=(2,), ceil_mode=1,"
                " auto_pad='SAME_UPPER'), 1×1×11"
            ): "[2.0, 6.0, 10.0]",
            (
                "AveragePool(kernel_shape=(2,), strides=(4,), dilations=(2,), ceil_mode=1,"
                " auto_pad='SAME_UPPER'), 1×1×11"
            ): "[1.0, 5.0, 8.0]",
        },
    ),
    Gotcha(
        "onnx-col2im-dilations",
        "onnx",
        Text(
            zh="带膨胀的 Col2Im 只有两轴时是对的",
            en="Col2Im with dilations is right along two axes only",
        ),
        Text(
            zh=(
                "三轴的图像，以及多通道的一轴，ONNX Runtime 把值放错位置；尺寸是对的。"
                "一轴时补一个长度为 1 的轴即可。"
            ),
            en=(
                "Along three axes, and along one with several channels, ONNX Runtime puts values in"
                " wrong places; the size is right. With one axis, add an axis of length 1."
            ),
        ),
        _values(
            ("Col2Im", {"image_shape": (5,), "block_shape": (2,), "dilations": (2,)}, (1, 4, 3)),
            (
                "Col2Im",
                {"image_shape": (5, 1), "block_shape": (2, 1), "dilations": (2, 1)},
                (1, 4, 3),
            ),
        ),
        {
            "Col2Im(image_shape=(5,), block_shape=(2,), dilations=(2,)), 1×4×3": (
                "[0.0, 1.0, 5.0, 4.0, 11.0, 9.0, 10.0, 11.0, 0.0, 0.0]"
            ),
            "Col2Im(image_shape=(5, 1), block_shape=(2, 1), dilations=(2, 1)), 1×4×3": (
                "[0.0, 1.0, 5.0, 4.0, 5.0, 6.0, 7.0, 17.0, 10.0, 11.0]"
            ),
        },
    ),
    Gotcha(
        "onnx-resize-simple",
        "onnx",
        Text(
            zh="opset 10 的最近邻缩小向上取整",
            en="nearest in opset 10 rounds up where it shrinks",
        ),
        Text(
            zh=(
                "opset 10 与更早的 Resize、Upsample 没有 nearest_mode。ONNX Runtime 放大时取"
                " ⌊j/scale⌋，缩小时取 ⌈j/scale⌉；换到新 opset 的 asymmetric、floor，数值就变了。"
            ),
            en=(
                "Up to opset 10 Resize has no nearest_mode. ONNX Runtime reads ⌊j/scale⌋ where it"
                " enlarges and ⌈j/scale⌉ where it shrinks; a newer opset with asymmetric and floor"
                " gives other values."
            ),
        ),
        _values(
            ("Resize", {"scales": (1, 1, 0.3), "opset": 10}, (1, 1, 10)),
            (
                "Resize",
                {
                    "scales": (1, 1, 0.3),
                    "coordinate_transformation_mode": "asymmetric",
                    "nearest_mode": "floor",
                },
                (1, 1, 10),
            ),
        ),
        {
            "Resize(scales=(1, 1, 0.3), opset=10), 1×1×10": "[0.0, 4.0, 7.0]",
            (
                "Resize(scales=(1, 1, 0.3), coordinate_transformation_mode='asymmetric',"
                " nearest_mode='floor'), 1×1×10"
            ): "[0.0, 3.0, 6.0]",
        },
    ),
)
