"""What an output of a public model sees, and what its library overlaps where it tiles or chunks:
`python scripts/halos.py` prints docs/halos.json; with names of models, the record with these anew.

It runs in the environment of `scripts/corpus.py` with `spandrel`, `realesrgan`, `cellpose<4`,
`pytorch3dunet`, `dynamic-network-architectures`, and `scikit-image`, `scipy`, `h5py`,
`lazy_loader` that they import, installed beside, `--no-deps`. Models have fresh weights, of which
no receptive field depends. Where a norm or an attention sees the whole input, no overlap is enough;
what the windows alone need is told all the same, with these layers taken out.
"""

import json
import sys
import warnings
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import corpus_models

corpus_models.listed()  # prepares the libraries' compiled parts

import halo_cases  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

import shapealg  # noqa: E402

RECORD = Path(__file__).parent.parent / "docs" / "halos.json"
TIMES = 16  # so many library's tiles long is the longest that is tried
GLOBAL = (
    "make_style",
    "GroupNorm",
    "Attn",
    "Attention",
    "SpatialNorm",
    "InstanceNorm",
    "LSTM",
    "Transformer",
)
ASIDE = ("Norm", "Attn", "Attention", "Transformer", "LSTM")
GATES = ("AttentionUnet", "AttentionLayer", "AttentionBlock")  # MONAI's, by convolutions of 1
LOCAL = (
    "BatchNorm",
    "WeightNorm",
    "FrozenBatchNorm",
    "ChannelNorm",
    "ConvDropoutNormReLU",
    "NormConvLayer",
)


class Past(nn.Module):
    """What a layer is given, given back."""

    def forward(self, x, *_, **__):
        """x."""
        return x


class Styleless(nn.Module):
    """Cellpose's style where it is none."""

    def forward(self, x):
        """Nought for each channel."""
        return torch.zeros(1, x.shape[1])


class Twice(nn.Module):
    """An upsampling by 2 and what is behind it, whatever number of elements there are."""

    def __init__(self, layer):
        super().__init__()
        self.up, self.conv = nn.Upsample(scale_factor=2.0), layer.conv if layer.use_conv else Past()

    def forward(self, x, *_, **__):
        """x, twice as large."""
        return self.conv(self.up(x))


class Middle(nn.Module):
    """The blocks of a middle whose attention is taken out."""

    def __init__(self, layer):
        super().__init__()
        self.resnets = layer.resnets

    def forward(self, x, *_, **__):
        """x, through the blocks."""
        for block in self.resnets:
            x = block(x)
        return x


def convolution(layer):
    """A convolution that is not run in parts where it is large."""
    made = nn.Conv3d(1, 1, 1, device="meta")
    made.__dict__.update(layer.__dict__)
    return made


INSTEAD = {
    "CogVideoXSafeConv3d": convolution,
    "Upsample2D": Twice,
    "HunyuanVideoMidBlock3D": Middle,
    "make_style": lambda layer: Styleless(),
    "WanUpsample": lambda layer: nn.Upsample(scale_factor=layer.scale_factor, mode=layer.mode),
    "QwenImageUpsample": lambda layer: nn.Upsample(
        scale_factor=layer.scale_factor, mode=layer.mode
    ),
}


def main(names: list) -> None:
    """One row a model's part."""
    warnings.simplefilter("ignore")
    if strange := [name for name in names if name not in halo_cases.CASES]:
        sys.exit(f"there is no such model; received {strange[0]}; halo_cases.CASES lists them")
    known = json.loads(RECORD.read_text(encoding="utf-8")) if names else {}
    before = {row["model"]: row for key in ("models", "unread") for row in known.get(key, ())}
    rows = []
    for name, case in halo_cases.CASES.items():
        if name in before and name not in names:
            rows.append(before[name])
            continue
        try:
            rows.append({"model": name} | told(case()))
        except Exception as problem:
            rows.append({"model": name, "why": str(problem)[:200]})
        print(rows[-1], file=sys.stderr, flush=True)
    versions = {name: version(name).partition("+")[0] for name in halo_cases.LIBRARIES}
    record = {
        "versions": versions,
        "models": [row for row in rows if "why" not in row],
        "unread": [row for row in rows if "why" in row],
    }
    print(json.dumps(record, indent=1, ensure_ascii=False))


def told(case) -> dict:
    """What is found of one."""
    everything = sorted({type(part).__name__ for part in case.module.modules() if seeing(part)})
    left, right, scale = found(windows(case.module), case)
    need, used = left + right, Fraction(case.overlap)
    stride = (case.tile - used) * scale  # off the grid of the outputs, tiles give other values
    return {
        "library": case.library,
        "part": case.part,
        "unit": case.unit,
        "left": number(left),
        "right": number(right),
        "needed": number(need),
        "tile": case.tile,
        "used": number(used),
        "joined": case.joined,
        "everything": everything,
        "exact": not everything
        and used >= need
        and case.joined == "cut"
        and stride.denominator == 1,
    }


def seeing(part, words: tuple = GLOBAL) -> bool:
    """Whether a layer sees the whole input, by its kind."""
    name = type(part).__name__
    local = name in GATES or any(word in name for word in LOCAL)
    return not local and any(word in name for word in words)


def windows(module: nn.Module) -> nn.Module:
    """The module without what is no window."""
    for name, part in list(module.named_children()):
        kind = type(part).__name__
        if kind in INSTEAD:
            setattr(module, name, part := INSTEAD[kind](part))
        if seeing(part, ASIDE):
            setattr(module, name, Past())
        else:
            windows(part)
    return module


def found(module: nn.Module, case) -> tuple[Fraction, Fraction, Fraction]:
    """The contexts, by the first shape that the module takes."""
    problems = []
    for shape in case.shapes:
        try:
            return contexts(shapealg.read(module, shape), case)
        except Exception as problem:
            problems.append(problem)
    raise problems[0]


def contexts(net, case) -> tuple[Fraction, Fraction, Fraction]:
    """How much a tile must read on either side of what is kept, in positions of the input; and how
    many outputs there are to one of these.
    """
    name = case.axis
    times = 1
    while True:
        length = case.tile * times
        try:
            plan = net.tiles(name, length, **case.sizes | {name: 4 * length})
        except shapealg.ShapeError:
            if times >= TIMES:
                raise
            times *= 2
        else:
            break
    inner = plan[len(plan) // 2]
    scale = Fraction(inner.place[0] - inner.keep[0], inner.read[0])
    made = (inner.read[1] - inner.read[0]) * scale
    return inner.keep[0] / scale, (made - inner.keep[1]) / scale, scale


def number(value: Fraction):
    """As a number is written."""
    return int(value) if value.denominator == 1 else float(value)


if __name__ == "__main__":
    main(sys.argv[1:])
