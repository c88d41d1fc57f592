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
        f"{label}, {device}": outcome(lambda: tuple(run(device).shape))  # noqa: B023 — called at once
        for label, run in cases.items()
        for device in ("cpu", "meta")
    }


def _avg_pool():
    def pool(rank):
        return lambda torch: getattr(torch.nn, f"AvgPool{rank}d")(3, stride=1, padding=1)

    return {
        f"AvgPool{rank}d(3, stride=1, padding=1), {'×'.join('2' * rank)}": outcome(
            lambda: _shape(pool(rank), (1, 1, *(2,) * rank))  # noqa: B023 — called at once
        )
        for rank in (1, 2, 3)
    }


def _empty_output():
    import torch

    made = {}

    def note(threads, rank, size, kernel_size, batch=1, **words):
        torch.set_num_threads(threads)
        said = "".join(f", {name}={value}" for name, value in words.items())
        label = f"ConvTranspose{rank}d(2, 2, {kernel_size}{said}), {batch}×2×{size}"
        made[label + (", 1 thread" if threads == 1 else "")] = outcome(
            lambda: _shape(
                lambda torch: getattr(torch.nn, f"ConvTranspose{rank}d")(
                    2, 2, kernel_size, **words
                ),
                (batch, 2, *map(int, size.split("×"))),
            )
        )

    before = torch.get_num_threads()
    note(2, 1, "1", 2, padding=1)
    note(2, 1, "1", 2, padding=1, groups=2)
    note(2, 1, "1", 2, batch=2, padding=1)
    note(2, 2, "1×1", 2, padding=1)
    note(2, 2, "1×1", (2, 4), padding=1)
    note(2, 2, "1×1", (4, 4), padding=(2, 0))
    note(2, 3, "1×4×4", (2, 9, 4), stride=(2, 3, 2), padding=(1, 3, 1))
    note(2, 1, "2", 1, padding=1, groups=2)
    note(1, 1, "2", 1, padding=1, groups=2)
    torch.set_num_threads(before)
    return made


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
            lambda p=p: _shape(
                lambda torch: torch.nn.MaxPool1d(3, stride=1, padding=p, dilation=3),
                (1, 1, 9),
            )
        )
        for p in (1, 2, 3)
    }


def _adaptive():
    layers = {
        "AdaptiveAvgPool1d(1), n=0": (lambda nn: nn.AdaptiveAvgPool1d(1), (1, 2, 0)),
        "AdaptiveAvgPool2d(1), 0×3": (lambda nn: nn.AdaptiveAvgPool2d(1), (1, 2, 0, 3)),
        "AdaptiveAvgPool3d(1), 3×0×3": (lambda nn: nn.AdaptiveAvgPool3d(1), (1, 2, 3, 0, 3)),
        "AdaptiveAvgPool2d((1, 2)), 0×3": (lambda nn: nn.AdaptiveAvgPool2d((1, 2)), (1, 2, 0, 3)),
        "AdaptiveMaxPool1d(1), n=0": (lambda nn: nn.AdaptiveMaxPool1d(1), (1, 2, 0)),
        'Upsample(size=1, mode="area"), n=0': (
            lambda nn: nn.Upsample(size=1, mode="area"),
            (1, 2, 0),
        ),
        'Upsample(size=0, mode="area"), n=5': (
            lambda nn: nn.Upsample(size=0, mode="area"),
            (1, 2, 5),
        ),
        'Upsample(size=0, mode="nearest"), n=5': (
            lambda nn: nn.Upsample(size=0, mode="nearest"),
            (1, 2, 5),
        ),
        "AdaptiveAvgPool1d((None,)), n=5": (lambda nn: nn.AdaptiveAvgPool1d((None,)), (1, 2, 5)),
        "AdaptiveAvgPool2d((None, 3)), 5×5": (
            lambda nn: nn.AdaptiveAvgPool2d((None, 3)),
            (1, 2, 5, 5),
        ),
    }
    return {
        label: outcome(lambda make=make, size=size: _shape(lambda torch: make(torch.nn), size))
        for label, (make, size) in layers.items()
    }


def _lp_pool():
    layers = {
        "LPPool1d(2, 3), n=9": (lambda nn: nn.LPPool1d(2, 3), (1, 2, 9)),
        "LPPool1d(2, (3,)), n=9": (lambda nn: nn.LPPool1d(2, (3,)), (1, 2, 9)),
        "LPPool2d(2, (3, 3)), 9×9": (lambda nn: nn.LPPool2d(2, (3, 3)), (1, 2, 9, 9)),
        "LPPool1d(2, 3, ceil_mode=True), n=2": (
            lambda nn: nn.LPPool1d(2, 3, ceil_mode=True),
            (1, 2, 2),
        ),
        "LPPool2d(2, 3, ceil_mode=True), 2×2": (
            lambda nn: nn.LPPool2d(2, 3, ceil_mode=True),
            (1, 2, 2, 2),
        ),
        "LPPool3d(2, 3, ceil_mode=True), 2×2×2": (
            lambda nn: nn.LPPool3d(2, 3, ceil_mode=True),
            (1, 2, 2, 2, 2),
        ),
    }
    return {
        label: outcome(lambda make=make, size=size: _shape(lambda torch: make(torch.nn), size))
        for label, (make, size) in layers.items()
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
                "转置卷积在某个轴上算出 0：交给 oneDNN 算就返回空张量，PyTorch"
                " 自己的循环则报错。在 CPU 上、单精度、output_padding 小于步长时，以下任一条即交给"
                " oneDNN：groups > 1；批次不是 1；末两个轴的核都大于 3；N·C·前两个轴的尺寸之积超过"
                " 20480（1d 当作前面多一个长为 1 的轴）。末两个轴的核为 1、步长与膨胀率全为 1"
                " 且批次小于 16 时，还须多于一个线程。不要依赖空张量，先检查尺寸。"
            ),
            en=(
                "Where an axis of a transposed convolution comes out as 0, oneDNN returns an empty"
                " tensor and PyTorch's own loops refuse. On the CPU, in single precision and with"
                " output_padding below the stride, oneDNN gets the work if groups > 1, or the batch"
                " is not 1, or both of the last two kernel sizes are above 3, or N·C·(the first two"
                " sizes) exceeds 20480; 1d counts as 2d with a leading axis of length 1. Where the"
                " last two kernel sizes, all strides and dilations are 1 and the batch is below 16,"
                " it takes more than one thread besides. Check the size first."
            ),
        ),
        _empty_output,
        {
            "ConvTranspose1d(2, 2, 2, padding=1), 1×2×1": "RuntimeError",
            "ConvTranspose1d(2, 2, 2, padding=1, groups=2), 1×2×1": "(1, 2, 0)",
            "ConvTranspose1d(2, 2, 2, padding=1), 2×2×1": "(2, 2, 0)",
            "ConvTranspose2d(2, 2, 2, padding=1), 1×2×1×1": "RuntimeError",
            "ConvTranspose2d(2, 2, (2, 4), padding=1), 1×2×1×1": "RuntimeError",
            "ConvTranspose2d(2, 2, (4, 4), padding=(2, 0)), 1×2×1×1": "(1, 2, 0, 4)",
            (
                "ConvTranspose3d(2, 2, (2, 9, 4), stride=(2, 3, 2), padding=(1, 3, 1)), 1×2×1×4×4"
            ): "(1, 2, 0, 12, 8)",
            "ConvTranspose1d(2, 2, 1, padding=1, groups=2), 1×2×2": "(1, 2, 0)",
            "ConvTranspose1d(2, 2, 1, padding=1, groups=2), 1×2×2, 1 thread": "RuntimeError",
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
                " refuses it, for the padding would depend on the input. Give the padding in"
                " numbers, or let to('torch') tell them for each residue."
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
        Text(
            zh="自适应平均池化归到 1 个输出时接受空轴",
            en="Adaptive average pooling to a single output takes an empty axis",
        ),
        Text(
            zh=(
                "所有轴都归到 1 时按均值计算，空轴给出 nan；其余的自适应池化都拒绝空轴。"
                'Upsample(mode="area") 就是自适应平均池化：同样如此，也能缩到 0，别的 mode'
                " 不能。None 只在 2d、3d 的元组里表示保持原样。"
            ),
            en=(
                "With one output on every axis it is computed as a mean, and an empty axis gives"
                ' nan; every other adaptive pooling refuses an empty axis. Upsample(mode="area") is'
                " adaptive average pooling: it does the same, and may end in 0 positions, which no"
                " other mode may. None keeps an axis in the tuples of 2d and 3d only."
            ),
        ),
        _adaptive,
        {
            "AdaptiveAvgPool1d(1), n=0": "(1, 2, 1)",
            "AdaptiveAvgPool2d(1), 0×3": "(1, 2, 1, 1)",
            "AdaptiveAvgPool3d(1), 3×0×3": "(1, 2, 1, 1, 1)",
            "AdaptiveAvgPool2d((1, 2)), 0×3": "RuntimeError",
            "AdaptiveMaxPool1d(1), n=0": "RuntimeError",
            'Upsample(size=1, mode="area"), n=0': "(1, 2, 1)",
            'Upsample(size=0, mode="area"), n=5': "(1, 2, 0)",
            'Upsample(size=0, mode="nearest"), n=5': "RuntimeError",
            "AdaptiveAvgPool1d((None,)), n=5": "TypeError",
            "AdaptiveAvgPool2d((None, 3)), 5×5": "(1, 2, 5, 3)",
        },
    ),
    Gotcha(
        "torch-lp-pool",
        "torch",
        Text(
            zh="LPPool1d 不收元组，LPPool3d 不让窗口越界",
            en="LPPool1d takes no tuple, LPPool3d no window beyond the input",
        ),
        Text(
            zh=(
                "LPPool1d 把 kernel_size 当数来乘，(3,) 报错；2d、3d 收元组。ceil_mode 时 1d、2d"
                " 容许核比输入长，3d 与 AvgPool3d 一样拒绝。"
            ),
            en=(
                "LPPool1d multiplies with kernel_size, so (3,) fails; 2d and 3d take tuples. With"
                " ceil_mode 1d and 2d let the kernel be longer than the input, 3d refuses, as"
                " AvgPool3d does."
            ),
        ),
        _lp_pool,
        {
            "LPPool1d(2, 3), n=9": "(1, 2, 3)",
            "LPPool1d(2, (3,)), n=9": "TypeError",
            "LPPool2d(2, (3, 3)), 9×9": "(1, 2, 3, 3)",
            "LPPool1d(2, 3, ceil_mode=True), n=2": "(1, 2, 1)",
            "LPPool2d(2, 3, ceil_mode=True), 2×2": "(1, 2, 1, 1)",
            "LPPool3d(2, 3, ceil_mode=True), 2×2×2": "RuntimeError",
        },
    ),
)
