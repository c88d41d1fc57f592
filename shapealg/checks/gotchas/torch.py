"""PyTorch's surprises, on 2.13.0 (CPU)."""

from shapealg.checks.gotchas import Gotcha, outcome
from shapealg.text import Text


def _shape(make, size, device="cpu"):
    import torch

    return tuple(make(torch)(torch.zeros(size, device=device)).shape)


def _meta():
    import torch

    cases = {
        "stride=0": lambda device: torch.nn.functional.conv1d(
            torch.zeros(1, 1, 8, device=device), torch.zeros(1, 1, 3, device=device), stride=0
        ),
        "dilation=0": lambda device: torch.nn.functional.conv1d(
            torch.zeros(1, 1, 8, device=device), torch.zeros(1, 1, 3, device=device), dilation=0
        ),
        "padding=-1": lambda device: torch.nn.functional.conv1d(
            torch.zeros(1, 1, 8, device=device), torch.zeros(1, 1, 3, device=device), padding=-1
        ),
        "output_padding=2, stride=2": lambda device: torch.nn.functional.conv_transpose1d(
            torch.zeros(1, 1, 8, device=device),
            torch.zeros(1, 1, 3, device=device),
            stride=2,
            output_padding=2,
        ),
    }
    return {
        f"{label}, {device}": outcome(lambda: tuple(run(device).shape))
        for label, run in cases.items()
        for device in ("cpu", "meta")
    }  # noqa: B023


def _avg_pool():
    def pool(rank):
        return lambda torch: getattr(torch.nn, f"AvgPool{rank}d")(3, stride=1, padding=1)

    return {
        f"AvgPool{rank}d(3, stride=1, padding=1), {'×'.join('2' * rank)}": outcome(
            lambda: _shape(pool(rank), (1, 1, *(2,) * rank))
        )
        for rank in (1, 2, 3)
    }  # noqa: B023


def _empty_output():
    def up(rank, groups):
        return lambda torch: getattr(torch.nn, f"ConvTranspose{rank}d")(
            2, 2, 2, padding=1, groups=groups
        )

    return {
        f"ConvTranspose{rank}d(2, 2, 2, padding=1, groups={groups}), {'×'.join('1' * rank)}": (
            outcome(lambda: _shape(up(rank, groups), (1, 2, *(1,) * rank)))
        )  # noqa: B023
        for rank in (1, 2, 3)
        for groups in (1, 2)
    }


def _same_stride():
    return {
        'Conv1d(1, 1, 3, stride=2, padding="same")': outcome(
            lambda: _shape(
                lambda torch: torch.nn.Conv1d(1, 1, 3, stride=2, padding="same"), (1, 1, 8)
            )
        ),
        "Conv1d(1, 1, 3, stride=2, padding=1)": outcome(
            lambda: _shape(lambda torch: torch.nn.Conv1d(1, 1, 3, stride=2, padding=1), (1, 1, 8))
        ),
    }


def _dilated_pool():
    return {
        f"MaxPool1d(3, stride=1, padding={p}, dilation=3)": outcome(
            lambda: _shape(
                lambda torch: torch.nn.MaxPool1d(3, stride=1, padding=p, dilation=3), (1, 1, 9)
            )
        )  # noqa: B023
        for p in (1, 2, 3)
    }


def _adaptive():
    return {
        f"{name}(1), n=0": outcome(
            lambda: _shape(lambda torch: getattr(torch.nn, name)(1), (1, 2, 0))
        )  # noqa: B023
        for name in ("AdaptiveAvgPool1d", "AdaptiveMaxPool1d")
    }


GOTCHAS = (
    Gotcha(
        "torch-meta",
        "torch",
        Text(zh="meta 设备不检查参数", en="The meta device does not check arguments"),
        Text(
            zh=(
                "用 meta 设备推形状很方便，但步长 0、膨胀率 0、负填充、过大的 output_padding"
                " 都会给出一个形状，或给出别的错误。想知道能不能运行，就在 CPU 上真跑一遍。"
            ),
            en=(
                "Shapes are often inferred on the meta device. A dilation of 0, negative padding"
                " and too large an output_padding give a shape there, and a stride of 0 another"
                " error. To know whether a layer runs, run it."
            ),
        ),
        _meta,
        {
            "stride=0, cpu": "RuntimeError",
            "stride=0, meta": "ZeroDivisionError",
            "dilation=0, cpu": "RuntimeError",
            "dilation=0, meta": "(1, 1, 8)",
            "padding=-1, cpu": "RuntimeError",
            "padding=-1, meta": "(1, 1, 4)",
            "output_padding=2, stride=2, cpu": "RuntimeError",
            "output_padding=2, stride=2, meta": "(1, 1, 19)",
        },
    ),
    Gotcha(
        "torch-avg-pool-3d",
        "torch",
        Text(
            zh="AvgPool3d 要求填充之前就放得下核",
            en="AvgPool3d wants the kernel to fit before padding",
        ),
        Text(
            zh=(
                "同样的参数，AvgPool1d 与 AvgPool2d 把填充算进去，AvgPool3d"
                " 不算：输入的每个轴都不能短于核，哪怕填充之后放得下。"
            ),
            en=(
                "With the same arguments AvgPool1d and AvgPool2d count the padding, AvgPool3d does"
                " not: no axis of the input may be shorter than the kernel, even where padding"
                " would make it fit."
            ),
        ),
        _avg_pool,
        {
            "AvgPool1d(3, stride=1, padding=1), 2": "(1, 1, 2)",
            "AvgPool2d(3, stride=1, padding=1), 2×2": "(1, 1, 2, 2)",
            "AvgPool3d(3, stride=1, padding=1), 2×2×2": "RuntimeError",
        },
    ),
    Gotcha(
        "torch-empty-transposed",
        "torch",
        Text(
            zh="转置卷积的空输出，有时返回、有时报错",
            en="An empty output of a transposed convolution is returned or refused",
        ),
        Text(
            zh=(
                "转置卷积在某个轴上算出 0 时，groups > 1 返回空张量，groups = 1 报错。不要依赖空张量，先检查尺寸。"
            ),
            en=(
                "Where an axis of a transposed convolution comes out as 0, groups > 1 returns an"
                " empty tensor and groups = 1 refuses. Check the size first."
            ),
        ),
        _empty_output,
        {
            "ConvTranspose1d(2, 2, 2, padding=1, groups=1), 1": "RuntimeError",
            "ConvTranspose1d(2, 2, 2, padding=1, groups=2), 1": "(1, 2, 0)",
            "ConvTranspose2d(2, 2, 2, padding=1, groups=1), 1×1": "RuntimeError",
            "ConvTranspose2d(2, 2, 2, padding=1, groups=2), 1×1": "(1, 2, 0, 0)",
            "ConvTranspose3d(2, 2, 2, padding=1, groups=1), 1×1×1": "RuntimeError",
            "ConvTranspose3d(2, 2, 2, padding=1, groups=2), 1×1×1": "(1, 2, 0, 0, 0)",
        },
    ),
    Gotcha(
        "torch-same-stride",
        "torch",
        Text(zh="padding='same' 不能配步长", en="padding='same' takes no stride"),
        Text(
            zh=(
                "TensorFlow 系的 same 在步长大于 1 时给 ⌈n/s⌉；PyTorch 直接拒绝，"
                "因为那时填充取决于输入尺寸。要么写出数值，要么用 to('torch')"
                " 得到每种余数下的填充。"
            ),
            en=(
                'In TensorFlow and its relatives "same" with a stride gives ⌈n/s⌉. PyTorch'
                " refuses it, for the padding would depend on the input. Say numbers, or let"
                " to('torch') tell them for each residue."
            ),
        ),
        _same_stride,
        {
            'Conv1d(1, 1, 3, stride=2, padding="same")': "ValueError",
            "Conv1d(1, 1, 3, stride=2, padding=1)": "(1, 1, 4)",
        },
    ),
    Gotcha(
        "torch-dilated-pool",
        "torch",
        Text(
            zh="池化的填充上限看核，不看膨胀后的跨度",
            en="The limit of a pooling's padding is half the kernel, whatever the dilation",
        ),
        Text(
            zh="核 3、膨胀 3 的窗口横跨 7 格，填充 3 看上去合理，却被拒绝：上限是 ⌊3/2⌋ = 1。",
            en=(
                "A kernel of 3 with dilation 3 spans 7 positions, so padding 3 looks natural. It is"
                " refused: the limit is ⌊3/2⌋ = 1."
            ),
        ),
        _dilated_pool,
        {
            "MaxPool1d(3, stride=1, padding=1, dilation=3)": "(1, 1, 5)",
            "MaxPool1d(3, stride=1, padding=2, dilation=3)": "RuntimeError",
            "MaxPool1d(3, stride=1, padding=3, dilation=3)": "RuntimeError",
        },
    ),
    Gotcha(
        "torch-adaptive-empty",
        "torch",
        Text(zh="AdaptiveAvgPool1d(1) 接受空轴", en="AdaptiveAvgPool1d(1) takes an empty axis"),
        Text(
            zh="它对长度为 0 的轴返回 nan；其余的自适应池化都报错。",
            en="It answers an axis of length 0 with nan; every other adaptive pooling refuses it.",
        ),
        _adaptive,
        {"AdaptiveAvgPool1d(1), n=0": "(1, 2, 1)", "AdaptiveMaxPool1d(1), n=0": "RuntimeError"},
    ),
)
