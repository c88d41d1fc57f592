"""PyTorch modules, read: their sizes are those that PyTorch itself makes of them, and they run at
the sizes that PyTorch runs at.
"""

import math
import subprocess
import sys
from itertools import product

import pytest
from needed import ROOT, require

from shapealg import BySize, ShapeError, Sizes, read
from shapealg.errors import Undecided
from shapealg.network.flow import Flow
from shapealg.words.dialects import torch as dialect

IMAGE, SOUND = ("N", 3, "H", "W"), ("N", 1, "T")
FORM = {"H": 64, "W": 48, "T": 7, "N": 2}  # what the other sizes are while one of them varies

# name → how it is built; the width for sizes and for running; the shape that goes in
CASES = {
    "resnet18": (lambda n, w: n.ResNet(width=w), 64, 2, IMAGE),
    "resnet50": (lambda n, w: n.resnet50(w), 64, 1, IMAGE),
    "se_resnet": (lambda n, w: n.se_resnet(w), 64, 2, IMAGE),
    "vgg16": (lambda n, w: n.VGG(w, hidden=w * 16), 64, 1, IMAGE),
    "mobilenet": (lambda n, w: n.MobileNetV2(w), 8, 1, IMAGE),
    "densenet": (
        lambda n, w: n.DenseNet(w, (6, 12, 24, 16) if w > 2 else (2, 2, 2, 2)),
        32,
        2,
        IMAGE,
    ),
    "padded_unet": (lambda n, w: n.PaddedUNet(w), 64, 2, IMAGE),
    "fpn": (lambda n, w: n.FPN(w, 4 * w), 64, 2, IMAGE),
    "deeplab": (lambda n, w: n.DeepLab(w), 64, 2, IMAGE),
    "super_resolution": (lambda n, w: n.PixelShuffled(w), 64, 2, IMAGE),
    "padded_to_multiple": (lambda n, w: n.PaddedToMultiple(w), 16, 2, IMAGE),
    "ceiled_to_multiple": (lambda n, w: n.CeiledToMultiple(w), 16, 2, IMAGE),
    "vit": (lambda n, w: n.ViT(w), 192, 6, IMAGE),
    "wavenet": (lambda n, w: n.WaveNet(w), 32, 2, SOUND),
    "tcn": (lambda n, w: n.TCN(w), 32, 2, SOUND),
    "wav2vec2": (lambda n, w: n.wav2vec2(w), 512, 2, SOUND),
    "deepspeech2": (lambda n, w: n.DeepSpeech2(w, 2 * w), 32, 2, ("N", 1, 161, "T")),
    "video": (lambda n, w: n.Video(w), 16, 1, ("N", 3, "T", "H", "W")),
}
CASES |= {f"unet{k}": (lambda n, w, k=k: n.five(k, w), 64, 1, IMAGE) for k in range(1, 6)}


@pytest.fixture(scope="module")
def nets():
    require("torch")
    import torch
    import torch_nets

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.no_grad():
        yield torch_nets
    torch.set_num_threads(threads)


def performed(module, *shapes, device="cpu"):
    """The shapes that PyTorch makes, in order; `None` where it refuses, or where something is
    empty.
    """
    import torch
    from torch.utils._pytree import tree_leaves

    try:
        made = [
            tuple(t.shape)
            for t in tree_leaves(module(*[torch.zeros(shape, device=device) for shape in shapes]))
            if isinstance(t, torch.Tensor)
        ]
    except (RuntimeError, ValueError, AssertionError):
        return None
    return made if all(0 not in shape for shape in made) else None


def put(shape, sizes: dict) -> tuple:
    if isinstance(shape, BySize):
        return shape.at(**sizes)
    return tuple(
        n if isinstance(n, int) else n(**sizes) if callable(n) else sizes[n] for n in shape
    )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.many(3)
def test_sizes_and_parameters_are_pytorchs(nets, name):
    import torch

    build, wide, _, shape = CASES[name]
    with torch.device("meta"):
        module = build(nets, wide).eval()
    net = read(module, shape)
    assert not net.unknown
    assert sum(node.parameters for node in net.graph.nodes) == sum(
        p.numel() for p in module.parameters()
    )
    tried = 0
    for i, n in enumerate(
        (5, 16, 17, 31, 32, 33, 47, 63, 64, 97, 100, 127, 188, 191, 204, 224, 225, 257, 399, 400)
    ):
        sizes = {
            "N": 1 + i % 3,
            "H": n,
            "W": n if i % 2 else n + 16,
            "T": n // 8 + 1 if name == "deepspeech2" else n if "H" in shape else 7 * n + 1,
        }
        if all(sizes[s] in net.accepts(s) for s in net.sizes):
            assert [put(made, sizes) for made in net.output_shapes] == performed(
                module, put(shape, sizes), device="meta"
            )
            tried += 1
    assert tried > (0 if name in ("unet1", "unet2", "unet3", "unet4") else 5)


def asked(name: str, slow: bool):
    """The sizes at which a narrow network is run on a CPU."""
    if name == "wav2vec2":
        return [*range(390, 412), *range(700, 740, 3)]
    if name == "unet3":
        return [1, 100, *range(180, 210, 1 if slow else 5)]
    return (
        range(1, 131)
        if slow
        else [*range(1, 40), 47, 48, 63, 64, 65, 79, 80, 81, 95, 113, 127, 128]
    )


def compared(nets, name: str, slow: bool):
    build, _, narrow, shape = CASES[name]
    module = build(nets, narrow).eval()
    net = read(module, shape)
    for size in net.sizes[1:]:
        fixed = FORM | (
            {"H": 188, "W": 188}
            if name == "unet3"
            else (
                {"H": 31, "W": 47}
                if name == "unet4"
                else (
                    {"H": 33, "W": 17}
                    if name == "unet2"
                    else {"H": 24, "W": 19}
                    if name == "video"
                    else {}
                )
            )
        )
        accepted = net.accepts(size)
        assert accepted == net.accepts(size, **{s: fixed[s] for s in net.sizes if s != size})
        for n in asked(name, slow) if name != "video" or slow else range(1, 31):
            assert (n in accepted) == (
                performed(module, put(shape, fixed | {size: n})) is not None
            ), (size, n)
    if "W" in net.sizes:  # both at once
        both = net.accepts("H") & net.accepts("W")
        for n in [*asked(name, False)][:: 1 if slow else 3]:
            assert (n in both) == (
                performed(module, put(shape, fixed | {"H": n, "W": n})) is not None
            ), n


@pytest.mark.parametrize(
    "name", [name for name in CASES if name not in ("resnet50", "densenet", "mobilenet", "unet3")]
)
@pytest.mark.many(3)
def test_accepts_where_pytorch_runs(nets, name):
    compared(nets, name, False)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_accepts_where_pytorch_runs_size_by_size(nets, name):
    compared(nets, name, True)


# ---------------------------------------------------------------- the five U-Nets

FIVE = {
    1: Sizes.classes(16, [0], 16),
    2: Sizes.classes(16, [1], 1),
    3: Sizes.every(188),
    4: Sizes.classes(16, [15], 31),
    5: Sizes(4, (0, 3), 3, (5, 6)),
}
SMALL = {1: 16, 2: 1, 3: 188, 4: 31, 5: 4}


@pytest.mark.parametrize("k", FIVE)
def test_five_unets(nets, k):
    net = read(nets.five(k), IMAGE)
    assert net.accepts("H") == net.accepts("W") == FIVE[k]
    assert net.ties == ()
    told = {3: "16*((H + 4)//16) - 188", 5: "(H + 3)//4"}
    assert repr(net.output_shape[2]) == told.get(k, "H")
    if k == 3:
        assert net.accepts("H", lossless=True) == Sizes.classes(16, [12], 188)
        assert all(net.output_shape[2](H=n) == 16 * ((n - 124) // 16) - 60 for n in range(188, 600))


@pytest.mark.slow
@pytest.mark.parametrize("k", FIVE)
def test_five_unets_size_by_size(nets, k):
    module = nets.five(k, 1, 1).eval()
    net = read(module, ("N", 1, "H", "W"))
    accepted = net.accepts("H")
    for n in range(1, 401):
        made = performed(module, (1, 1, n, SMALL[k]))
        assert (made is not None) == (n in accepted), n
        if made is not None:
            assert made == [put(net.output_shape, {"N": 1, "H": n, "W": SMALL[k]})]
        if n <= 208:
            assert (performed(module, (1, 1, n, n)) is not None) == (n in accepted), n


# ---------------------------------------------------------------- what forward may do with sizes


def test_assertions_on_sizes_are_requirements(nets):
    net = read(nets.ViT(size=224), IMAGE)
    assert net.accepts("H", W=224) == Sizes.interval(224, 224)
    assert performed(nets.ViT(6, size=224), (1, 3, 224, 225)) is None


def test_asserts_are_requirements_too(nets):
    net = read(nets.Asserted(), IMAGE)
    assert net.accepts("H") == Sizes.classes(8, [0], 24) and net.accepts("W") == Sizes.every()
    assert [n for n in range(1, 60) if n in net.accepts("H")] == [
        n for n in range(1, 60) if performed(nets.Asserted(), (1, 3, n, 1))
    ]


def test_attention_sees_everything(nets):
    from torch import nn

    class Own(nn.Module):
        def __init__(self, attend):
            super().__init__()
            self.conv, self.attend = nn.Conv1d(4, 4, 3, padding=1), attend

        def forward(self, x):
            y = self.conv(x).transpose(1, 2)
            return self.attend(y).transpose(1, 2)

    import torch
    import torch.nn.functional as F

    for attend in (
        lambda y: torch.softmax(y @ y.transpose(1, 2), -1) @ y,
        lambda y: F.scaled_dot_product_attention(y, y, y),
        lambda y: torch.einsum("nts,nsc->ntc", torch.einsum("ntc,nsc->nts", y, y).softmax(-1), y),
    ):
        net = read(Own(attend), (1, 4, "T"))
        assert repr(net.output_shape) == "(1, 4, T)" and net.receptive_field().size == (None,)
        with pytest.raises(ShapeError, match="sees the whole input"):
            net.tiles("T", 20, T=50)


@pytest.mark.parametrize(
    "padded",
    (
        lambda nn: nn.ReflectionPad2d((0, 1, 2, 1)),
        lambda nn: nn.CircularPad2d((0, 2, 3, 1)),
        lambda nn: nn.ReplicationPad2d((0, 1, 2, 1)),
        lambda nn: nn.Conv2d(1, 1, 5, padding=2, padding_mode="reflect"),
        lambda nn: nn.Conv2d(1, 1, (3, 5), padding=(3, 2), padding_mode="circular"),
    ),
)
def test_padding_made_of_data_needs_enough_of_it(nets, padded):
    """Beside an axis of a known length too, which may be the one that is too short."""
    from torch import nn

    module = padded(nn)
    net = read(nn.Sequential(module), "1,1,H,W")
    for w in range(1, 6):
        accepted = net.accepts("H", W=w)
        for h in range(1, 8):
            assert (performed(module, (1, 1, h, w)) is not None) == (h in accepted), (h, w)


@pytest.mark.parametrize("mode", ("nearest", "nearest-exact", "linear", "linear, corners", "area"))
def test_resizing_reads_what_its_gradient_says(mode):
    require("torch")
    import torch

    name, corners = mode.partition(",")[0], "corners" in mode
    for n, given in product(
        (5, 6, 11),
        (
            {"size": 1},
            {"size": 7},
            {"size": 20},
            {"scale_factor": 3},
            {"scale_factor": 1.5},
            {"scale_factor": 0.5},
            {"scale_factor": 0.75, "recompute_scale_factor": True},
        ),
    ):
        given = given | {"mode": name, "align_corners": corners or None}
        (axis,) = dialect.Upsample(**given).meaning(None, 1).axes
        with torch.enable_grad():
            x = torch.rand(1, 1, n, dtype=torch.float64, requires_grad=True)
            for j, y in enumerate(torch.nn.Upsample(**given)(x)[0, 0]):
                places = torch.autograd.grad(y, x, retain_graph=True)[0][0, 0].nonzero().flatten()
                assert (max(axis.at(n).first(j), 0), min(axis.at(n).last(j), n - 1)) == (
                    places[0],
                    places[-1],
                ), (n, given, j)


def test_norms_over_an_axis_read_all_of_it(nets):
    from torch import nn

    for norm, size in (
        (nn.InstanceNorm2d(4), (None, None)),
        (nn.GroupNorm(2, 4), (None, None)),
        (nn.LayerNorm((9,)), (3, None)),
        (nn.BatchNorm2d(4), (3, 3)),
        (nn.BatchNorm2d(4, track_running_stats=False), (None, None)),
        (nn.InstanceNorm2d(4, track_running_stats=True), (3, 3)),
        (nn.Softmax2d(), (3, 3)),
    ):
        assert (
            read(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), norm), "1,1,H,W")
            .receptive_field(W=9, H=9)
            .size
            == size
        ), norm


def test_names_are_the_modules_paths(nets):
    net = read(nets.ResNet(), IMAGE)
    names = [node.name for node in net.graph.nodes]
    assert "layer1.0.conv1" in names and len(set(names)) == len(names)
    assert {"layer1.0.relu", "layer1.0.relu_1"} <= set(names)  # called twice
    conv = next(node for node in net.graph.nodes if node.name == "layer2.0.downsample.0")
    assert (
        repr(conv.words) == "Conv2d(64, 128, (1, 1), stride=(2, 2), bias=False)"
        and conv.weights == ((128, 64, 1, 1),)
        and conv.parameters == 8192
    )


def test_the_module_is_left_as_it_was(nets):
    import torch
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return x + torch.arange(4.0)

    module = Own()
    before = dict(vars(module))
    assert read(module, "N,4").output_shape[1] == 4
    assert vars(module) == before and torch.zeros(2, 3).shape == (2, 3)


def _modules():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Own(nn.Module):
        def __init__(self, forward, **parts):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)
            self.way = forward

        def forward(self, x):
            return self.way(self, x)

    def weight(*shape):
        return nn.Parameter(torch.zeros(shape))

    def unpacked(m, x):
        _n, _c, _h, _w = x.shape
        a, b = x.split(4, 2)
        d, *_ = x.unbind(1)
        e, f, g = x.chunk(3, 3)
        return a, b, d, e, f, g

    def padded(m, x):
        """`SAME`, as models that come from TensorFlow pad."""
        for k, s in ((3, 2), (1, 2), (5, 3)):
            a, b = (max((math.ceil(n / s) - 1) * s + k - n, 0) for n in x.shape[2:])
            x = F.avg_pool2d(
                (
                    F.pad(x, (b // 2, b - b // 2, a // 2, a - a // 2))
                    if a > 0 or b > 0 or k > 1
                    else x
                ),
                k,
                s,
            )
        return x

    def windowed(m, x):
        """Windows of 4 × 4 and back, as transformers with windows have them; the number of images
        is worked out from what is left.
        """
        n, c, h, w = x.shape
        windows = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, c)
        back = (
            windows.view(-1, h // 4, w // 4, 4, 4, c)
            .permute(0, 1, 3, 2, 4, 5)
            .contiguous()
            .view(-1, h, w, c)
        )
        return (
            windows,
            back,
            x.view(n, c, h // 4, 4, w // 4, 4)
            .permute(0, 3, 5, 1, 2, 4)
            .reshape(n, 16 * c, h // 4, w // 4),
        )

    def written(m, x):
        mask = torch.zeros(x.shape[2], x.shape[3])
        mask[1:, :3] = 1
        mask[:, :2] = x[0, 0, :, 1:3]
        mask[:, 3:] = x[0, 1, :, :2]  # fits a width of 5 only
        return mask, x * ~(mask > 0)

    # name → (module, shape, sizes to try)
    image, sequence, tried = (
        ("N", 8, "H", "W"),
        ("N", "T", 8),
        [
            {"N": 2, "H": h, "W": w, "T": h}
            for h, w in ((6, 5), (7, 12), (12, 9), (20, 20), (33, 16))
        ],
    )
    return {
        "functional": (
            Own(
                lambda m, x: F.conv_transpose2d(
                    F.conv2d(x, m.w, m.b, stride=2, padding=1), m.v, stride=2, output_padding=1
                ),
                w=weight(4, 8, 3, 3),
                b=weight(4),
                v=weight(4, 6, 3, 3),
            ),
            image,
            tried,
        ),
        "pools": (
            Own(
                lambda m, x: [
                    F.max_pool2d(x, 3, 2, 1, 1, True),
                    F.avg_pool2d(x, 2),
                    F.lp_pool2d(x, 2, 2),
                    F.adaptive_max_pool2d(x, (3, None)),
                    F.adaptive_avg_pool2d(x, 2),
                    F.max_pool2d(x, 2, return_indices=True)[1],
                ]
            ),
            image,
            tried,
        ),
        "pads": (
            Own(
                lambda m, x: [
                    F.pad(x, (1, 2)),
                    F.pad(x, (1, -2, 3, 0), value=1.0),
                    F.pad(x, (2, 1, 1, 2), mode="reflect"),
                    F.pad(x, (1, 1, 1, 1), mode="replicate"),
                    F.pad(x, (0, 1, 2, 0), mode="circular"),
                    F.pad(x, (0, 0, 0, 0, 1, 1)),
                ]
            ),
            image,
            tried,
        ),
        "resized": (
            Own(
                lambda m, x: [
                    F.interpolate(x, scale_factor=(2, 0.5)),
                    F.interpolate(x, size=7),
                    F.interpolate(x, x.shape[3], mode="bilinear"),
                    F.interpolate(x, scale_factor=1.5, mode="bicubic"),
                    F.pixel_shuffle(x, 2),
                ]
            ),
            image,
            tried,
        ),
        "columns": (
            Own(
                lambda m, x: [
                    F.unfold(x, 3, padding=1, stride=2),
                    x.unfold(2, 3, 2),
                    x.unfold(3, 2, 1),
                    F.fold(
                        F.unfold(x, (2, 1), stride=(2, 1))[:, :, :12], (4, 6), (2, 1), stride=(2, 1)
                    ),
                ]
            ),
            ("N", 8, "H", 6),
            tried,
        ),
        "moved": (
            Own(
                lambda m, x: [
                    x.permute(0, 2, 3, 1),
                    x.transpose(1, -1),
                    x.movedim(1, -1),
                    torch.movedim(x, (0, 1), (2, 3)),
                    x.flatten(1, 2),
                    x.unsqueeze(-1),
                    x[:, :1].squeeze(1),
                    x.mean((2, 3), keepdim=True).squeeze(),
                    x.swapaxes(2, 3),
                    x.mT,
                ]
            ),
            image,
            tried,
        ),
        "reshaped": (
            Own(
                lambda m, x: [
                    x.view(x.size(0), -1),
                    x.reshape(x.shape[0], 2, 4, *x.shape[2:]),
                    x.view(-1),
                    x.view((*x.shape[:2], -1)),
                    x.unflatten(1, (2, -1)),
                    x.reshape(x.size(0) * 2, -1, x.size(2), x.size(3)),
                    x.view(*x.size()),
                ]
            ),
            image,
            tried,
        ),
        "reduced": (
            Own(
                lambda m, x: [
                    x.mean(1),
                    x.sum(dim=(2, 3), keepdim=True),
                    x.amax(-1),
                    x.std(dim=2),
                    x.max(),
                    x.max(1)[0],
                    x.min(dim=2, keepdim=True).indices,
                    torch.norm(x, dim=1),
                    x.argmax(1),
                    torch.logsumexp(x, (1, 2)),
                    x.norm(2, 1),
                    torch.max(x, x),
                ]
            ),
            image,
            tried,
        ),
        "cut": (
            Own(
                lambda m, x: [
                    x[:, :, 1:-1, ::2],
                    x[..., 0],
                    x[:, None],
                    x[0],
                    x[:, [0, 2]],
                    x[..., 2:],
                    x.narrow(2, 1, 3),
                    x.select(1, 2),
                    x[:, -1:],
                    x[:, :, : x.shape[2] // 2],
                    *x.chunk(3, 1),
                    *torch.split(x, split_size_or_sections=[3, 5], dim=1),
                    *x.split(3, 1),
                    *torch.split(x, 2, 1)[1:3],
                    x.chunk(5, 1)[3],
                    x.split(3, 2)[1],
                    x.chunk(4, 3)[2],
                    x.unbind(3)[4],
                    *x.unbind(1)[:2],
                    x[:, :, -3:],
                ]
            ),
            image,
            tried,
        ),
        "unpacked": (Own(unpacked), image, tried),
        "joined": (
            Own(
                lambda m, x: [
                    torch.cat([x, x[:, :2]], 1),
                    torch.stack([x, x], -1),
                    torch.stack(x.unbind(1), 1),
                    torch.cat(x.chunk(4, 1), dim=-1),
                    torch.cat((x, x.flip(2)), 2),
                    x.repeat(1, 2, 1, 1),
                    x.mean(1, keepdim=True).expand(-1, 3, -1, -1),
                    x[:, :1].expand_as(x),
                    x.roll(1, 2),
                ]
            ),
            image,
            tried,
        ),
        "made": (
            Own(
                lambda m, x: [
                    torch.zeros(x.shape[0], 3),
                    torch.ones(x.shape),
                    x.new_zeros(x.shape[0], 2),
                    torch.arange(x.size(2)),
                    torch.arange(1, x.size(3), 2),
                    torch.full((x.size(0), 2), 1.0),
                    torch.linspace(0, 1, x.shape[-1]),
                    torch.ones_like(x),
                    torch.rand((x.shape[0], 1, 1)),
                    torch.eye(x.size(2)),
                ]
            ),
            image,
            tried,
        ),
        "multiplied": (
            Own(
                lambda m, x: [
                    x @ x.transpose(1, 2),
                    torch.bmm(x, x.mT),
                    torch.einsum("ntc,nsc->nts", x, x),
                    torch.einsum("ntc,cd", x, m.w),
                    F.linear(x, m.w.t()),
                    x @ m.w,
                    F.scaled_dot_product_attention(x, x, x),
                    torch.matmul(x.unsqueeze(1), x.mT.unsqueeze(1)),
                ],
                w=weight(8, 5),
            ),
            sequence,
            tried,
        ),
        "sequences": (
            Own(
                lambda m, x: [
                    m.lstm(x),
                    m.gru(x.transpose(0, 1)),
                    m.rnn(x)[0],
                    m.one(x[0])[0],
                    m.mha(x, x, x),
                    m.mha(x, x[:, 1:], x[:, 1:], need_weights=True)[1],
                    m.layer(x),
                    m.norm(x),
                ],
                lstm=nn.LSTM(8, 5, 2, batch_first=True, bidirectional=True),
                gru=nn.GRU(8, 4, bidirectional=True),
                rnn=nn.RNN(8, 3, batch_first=True),
                one=nn.LSTM(8, 6),
                mha=nn.MultiheadAttention(8, 2, batch_first=True),
                layer=nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
                norm=nn.LayerNorm(8),
            ),
            sequence,
            tried,
        ),
        "numbers": (
            Own(
                lambda m, x: [
                    x * x.size(2),
                    x / 2,
                    2 - x,
                    x**2,
                    -x,
                    x // 2,
                    x > 0,
                    torch.where(x > 0, x, 0.0),
                    x.clamp(0, 1),
                    x.masked_fill(x > 0, 0.0),
                    x[:, :, : (x.shape[2] + 1) // 2 * 2 - 1],
                    x * x.mean(1, keepdim=True),
                    abs(x),
                    torch.softmax(x, 1),
                    x.sigmoid(),
                    x.to(torch.float64),
                    x.float(),
                    x.cumsum(1),
                ]
            ),
            image,
            tried,
        ),
        "modules": (
            nn.Sequential(
                nn.Conv2d(8, 12, 3, padding="same", groups=4, padding_mode="reflect"),
                nn.GroupNorm(3, 12),
                nn.ReflectionPad2d(2),
                nn.ZeroPad2d((1, 2, 0, 0)),
                nn.InstanceNorm2d(12),
                nn.Upsample(scale_factor=2),
                nn.PixelUnshuffle(2),
                nn.AvgPool2d(3, 2, ceil_mode=True),
                nn.UpsamplingBilinear2d(scale_factor=2),
                nn.ChannelShuffle(4),
                nn.Dropout2d(),
                nn.GLU(1),
                nn.Softmax2d(),
                nn.Flatten(2),
                nn.AdaptiveMaxPool1d(9),
                nn.Unflatten(1, (4, 6)),
            ),
            image,
            tried,
        ),
        "pooled_back": (
            Own(
                lambda m, x: [
                    F.max_unpool2d(*m.pool(x), 2, output_size=x.shape[2:]),
                    m.back(*m.pool(x), output_size=x.size()),
                    m.up(m.down(x), output_size=x.size()),
                ],
                pool=nn.MaxPool2d(2, return_indices=True),
                back=nn.MaxUnpool2d(2),
                down=nn.Conv2d(8, 4, 3, 2, 1),
                up=nn.ConvTranspose2d(4, 8, 3, 2, 1),
            ),
            image,
            tried,
        ),
        "known_control_flow": (
            Own(
                lambda m, x: (
                    [x + k for k in range(x.shape[1])][-1]
                    if x.dim() == 4
                    and x.shape[1] == 8
                    and len(x.shape) == 4
                    and x.size()[1] % 2 == 0
                    else None
                )
            ),
            image,
            tried,
        ),
        "grid": (
            Own(
                lambda m, x: F.grid_sample(
                    x, m.grid.expand(x.shape[0], -1, -1, -1), align_corners=False
                ),
                grid=weight(1, 4, 5, 2),
            ),
            image,
            tried,
        ),
        "bare": (nn.Conv2d(8, 3, 2), image, tried),
        "bare_lstm": (nn.LSTM(8, 3), sequence, tried),
        "pieces": (
            Own(
                lambda m, x: [
                    *torch.tensor_split(x, 3, 1),
                    *x.tensor_split((2, 5), dim=1),
                    *torch.tensor_split(x, indices=(1,), dim=2),
                    *torch.tensor_split(x, sections=2, dim=3),
                    x.repeat_interleave(3, 1),
                    torch.repeat_interleave(x, 2, dim=3),
                    x.repeat_interleave(2),
                    *torch.meshgrid(x[0, 0, :, 0], x.new_ones(x.shape[3]), indexing="ij"),
                    *torch.meshgrid([x[0, 0, :, 0], x[0, :, 0, 0]], indexing="xy"),
                    x[:, m.index[0], m.index[1]],
                    x[..., m.index, m.index[:, None, :1]],
                    x.view(x.shape[0], int(x.shape[1] ** (1 / 3)), -1),
                    m.mha(x[0, 0, :4].T, x[0, 0, :4].T, x[0, 0, :4].T, need_weights=False)[0],
                ],
                mha=nn.MultiheadAttention(4, 2),
                index=nn.Buffer(torch.zeros(2, 3, dtype=torch.long)),
            ),
            image,
            tried,
        ),
        "padded_same": (
            Own(padded),
            image,
            [
                {"N": 1, "H": h, "W": w}
                for h, w in ((1, 2), (3, 4), (5, 6), (7, 7), (12, 9), (33, 16))
            ],
        ),
        "windowed": (
            Own(windowed),
            image,
            [
                {"N": n, "H": h, "W": w}
                for n, h, w in (
                    (1, 4, 4),
                    (2, 8, 12),
                    (3, 20, 4),
                    (2, 6, 8),
                    (2, 8, 6),
                    (1, 3, 4),
                    (4, 10, 10),
                )
            ],
        ),
        "worked_out": (
            Own(
                lambda m, x: [
                    x.view(x.shape[0], int(math.sqrt(2 * x.shape[1])), 2, *x.shape[2:]),
                    x[:, : int(x.shape[1] / 3)],
                    x.view(-1, int(math.log2(x.shape[1])) + 1, 2, x.shape[2], x.shape[3]),
                    torch.sqrt(torch.arange(x.shape[1])),
                    torch.arange(x.shape[1]).long(),
                    x[:, :, : max([x.shape[2] - 3, 2, x.shape[2] // 2])],
                    F.pad(x, (0, min(x.shape[2], 3, x.shape[1]))),
                    x[:, : max(i for i in x.shape[1:2])],
                ]
            ),
            image,
            tried,
        ),
        "written": (Own(written), image, tried),
        "positions": (
            Own(
                lambda m, x: x + m.table[m.index.view(-1)].mean(0),
                table=weight(10, 8),
                index=nn.Buffer(torch.zeros(2, 3, dtype=torch.long)),
            ),
            sequence,
            tried,
        ),
    }


FORMS = [
    "functional",
    "pools",
    "pads",
    "resized",
    "columns",
    "moved",
    "reshaped",
    "reduced",
    "cut",
    "unpacked",
    "joined",
    "made",
    "multiplied",
    "sequences",
    "numbers",
    "modules",
    "pooled_back",
    "known_control_flow",
    "grid",
    "bare",
    "bare_lstm",
    "positions",
    "pieces",
    "padded_same",
    "windowed",
    "written",
    "worked_out",
]


@pytest.mark.parametrize("name", FORMS)
def test_functions_and_methods(nets, name):
    module, shape, tried = _modules()[name]
    module.eval()
    net = read(module, shape)
    assert not net.unknown
    runs = 0
    for sizes in tried:
        made = performed(module, put(shape, sizes))
        accepted = all(
            sizes[s] in net.accepts(s, **{o: sizes[o] for o in net.sizes if o != s})
            for s in net.sizes
        )
        assert accepted == (made is not None), sizes
        if accepted:
            at = Flow(net.graph, {s: sizes[s] for s in net.sizes}).run()
            assert [at.tensors[t].shape for t in net.graph.outputs] == made, sizes
            assert [put(shape, sizes) for shape in net.output_shapes] == made, sizes
            runs += 1
    assert runs


# ---------------------------------------------------------------- what is refused, and what is not
# known


def test_open_control_flow_is_followed_both_ways(nets):
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return x if x.shape[2] > 7 else -x[:, :, 1:]

    net = read(Own(), IMAGE)
    for h in range(1, 12):
        made = performed(Own(), (2, 3, h, 5))
        assert (h in net.accepts("H")) == (made is not None), h
        assert made is None or [put(net.output_shape, {"N": 2, "H": h, "W": 5})] == made, h
    assert read(Own(), (1, 3, 9, "W")).accepts("W") == Sizes.every()


def test_rounds_of_a_loop_are_followed_for_each_number_of_them(nets):
    """Three times round for all large sizes; at two smaller ones it is fewer."""
    import torch
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            for _ in range(min(x.shape[2], 3)):
                x = torch.cat([x, x], 3)
            return x

    net = read(Own(), IMAGE)
    assert net.accepts("H") == Sizes.every() and list(net.special["H"]) == [1, 2]
    for h in (1, 2, 3, 9):
        sizes, made = {"N": 2, "H": h, "W": 5}, performed(Own(), (2, 3, h, 5))[0]
        assert put(net.output_shape, sizes) == net.at(**sizes) == made, h
    assert (
        put(read(Own(), (2, 3, 2, "W")).output_shape, {"W": 5}) == performed(Own(), (2, 3, 2, 5))[0]
    )


def test_a_product_of_differences_that_is_one(nets):
    """Two rows meet only where (H − 1)·W is 1, which stretches."""
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return x[:, 0].flatten(1) + x[:, 0, 1:].flatten(1)

    net = read(Own(), IMAGE)
    assert list(net.accepts("H")) == [2] and list(net.accepts("W")) == [1]
    for h, w in product(range(1, 6), repeat=2):
        assert bool(performed(Own(), (2, 3, h, w))) == ((h, w) == (2, 1))


def test_a_sum_of_multiples_is_no_other_number(nets):
    """3·H·W − 3·W is never 1, nor is 3·H·W: the two never meet."""
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return x.flatten(1) + x[:, :, 1:].flatten(1)

    assert not read(Own(), IMAGE).accepts("H")
    assert not any(performed(Own(), (2, 3, h, w)) for h, w in product(range(1, 5), repeat=2))


@pytest.mark.parametrize(
    "forward",
    [
        lambda x: [x] * x.shape[2],
        lambda x: [x for _ in range(x.shape[2])],
        lambda x: x.nowhere.at.all(),
        lambda x: {}[x],
        lambda x: sum(t for t in x.unbind(2)),
        lambda x: (x.shape.__setitem__(0, 1), x)[1],
    ],
)
def test_what_cannot_be_traced_is_one_line(nets, forward):
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return forward(x)

    try:
        net = read(Own(), IMAGE)
    except ShapeError as problem:
        assert "\n" not in str(problem) and problem.__suppress_context__ | (
            problem.__context__ is None
        )
    else:
        assert net.output_shapes == (None,) and net.unknown


def test_a_function_without_sizes_is_named_and_what_follows_is_unknown(nets):
    import torch
    from torch import nn

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            y = self.conv(x)
            return torch.unique(y) + 1, y

    net = read(Own(), IMAGE)
    assert net.unknown == ("unique",) and net.output_shapes == (None,)


def test_a_function_kept_whole_by_a_tracer_is_run(nets):
    net = read(nets.Wrapped(), IMAGE)
    assert net.unknown == () and put(net.output_shape, {"N": 2, "H": 10, "W": 9}) == (2, 4, 4, 7)
    with pytest.raises(ShapeError, match=r"depends on data \(drawn_nets.py:\d+\)|torch_nets.py"):
        read(nets.Wrapped(bright=True), IMAGE)


def test_products_are_equal_factor_by_factor(nets):
    """The product of two remainders is none only where neither is any: no tie, and neither size
    needs to be given.
    """
    net = read(_modules()["windowed"][0], ("N", 8, "H", "W"))
    assert net.ties == () and net.accepts("H") == net.accepts("W") == Sizes.classes(4, [0], 4)
    assert repr(net.output_shapes[1]) == "(N, H, W, 8)"


def test_a_slice_that_takes_nothing_on_purpose(nets):
    import torch
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return torch.cat([x[:, :, :0], self.conv(x[:, :, 0:])], 2), x[:, :, 2:]

        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=(0, 1))

    net = read(Own(), IMAGE)
    assert repr(net.output_shapes) == "((N, 3, H - 2, W), (N, 3, H - 2, W))" and net.accepts(
        "H"
    ) == Sizes.every(3)


def test_repeated_positions_read_what_enlarging_reads(nets):
    import torch.nn.functional as F
    from torch import nn

    class Own(nn.Module):
        def __init__(self, way):
            super().__init__()
            self.way, self.conv = way, nn.Conv2d(3, 1, 3)

        def forward(self, x):
            return self.conv(self.way(x))

    repeated, enlarged = (
        read(Own(way), IMAGE).receptive_field()
        for way in (
            lambda x: x.repeat_interleave(2, 2).repeat_interleave(2, 3),
            lambda x: F.interpolate(x, scale_factor=2),
        )
    )
    assert repeated == enlarged and repeated.jump == (1 / 2, 1 / 2)


def test_a_tie_with_another_way_out(nets):
    """A sum that a table of 49 places, or a single one, fits; then a shape that only 49 fit."""
    import torch
    from torch import nn

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Parameter(torch.zeros(1, 49))

        def forward(self, x):
            return (x[:, 0].flatten(1) + self.table).view(x.shape[0], 7, 7)

    net, module = read(Own(), IMAGE), Own()
    runs = {
        (h, w)
        for h, w in product((1, 2, 6, 7, 8, 14, 48, 49, 50), repeat=2)
        if performed(module, (2, 3, h, w))
    }
    assert list(net.accepts("H")) == list(net.accepts("W")) == [1, 7, 49] and {
        h for h, _ in runs
    } == {1, 7, 49}
    assert all(
        (w in net.accepts("W", H=h)) == ((h, w) in runs)
        for h, w in product((1, 7, 49), (1, 2, 6, 7, 8, 14, 48, 49, 50))
    )

    class Token(nn.Module):
        def forward(self, x):
            x = x[:, 0].flatten(1)
            return torch.cat([x, x[:, :1]], 1) + torch.zeros(1, 50)

    assert list(read(Token(), IMAGE).accepts("H")) == [1, 7, 49]

    class Row(nn.Module):
        def forward(self, x):
            return torch.nn.functional.avg_pool1d(x.flatten(2), 16), x.flatten(2).view(
                x.shape[0], 3, 7, 7
            )

    net = read(Row(), IMAGE)  # at least 16 in all, which is no product; then 49 in all
    assert list(net.accepts("H")) == list(net.accepts("W")) == [1, 7, 49]


def test_sizes_that_can_be_one_number_only_are_put_in(nets):
    """Windows whose number is worked out from the batch, and a mask for each: what stands in
    products with H and W, and H and W are asserted.
    """
    import torch
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            n, c, h, w = x.shape
            torch._assert(h == 8, "H")
            torch._assert(w == 12, "W")
            x = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, c)
            # the number of images, worked out in two ways
            every = x.view(-1, 6, 16, c)[:, 0] + x[::6]
            return (x.view(-1, 6, 16, c) + torch.zeros(1, 6, 16, 1)).view(-1, 16, c) + every.mean(0)

    net = read(Own(), IMAGE)
    assert net.ties == () and net.unknown == ()
    assert (
        list(net.accepts("H")) == [8]
        and list(net.accepts("W")) == [12]
        and net.accepts("N") == Sizes.every()
    )
    assert (
        [net.at(N=n, H=8, W=12) for n in (1, 5)]
        == [(6, 16, 3), (30, 16, 3)]
        == [performed(Own(), (n, 3, 8, 12))[0] for n in (1, 5)]
    )


def test_a_size_that_no_formula_tells_is_unknown_at_its_node(nets):
    from torch import nn

    class Own(nn.Module):
        def forward(self, x):
            return x.view(-1, x.shape[2] // 2 + 1)

    net = read(nn.Sequential(Own(), nn.ReLU()), IMAGE)
    assert net.unknown == ("view",) and net.output_shape[0] is None


def test_inputs_by_name_and_by_number(nets):
    import torch
    from torch import nn

    class Own(nn.Module):
        def forward(self, image, depth, mask=None):
            y = torch.cat([image, depth], 1)
            return y if mask is None else y * mask

    for shapes in (
        [("N", 3, "H", "W"), ("N", 1, "H", "W")],
        {"depth": "N,1,H,W", "image": "N,3,H,W"},
    ):
        assert repr(read(Own(), shapes).output_shape) == "(N, 4, H, W)"
    assert (
        repr(read(Own(), [("N", 3, "H", "W"), ("N", 1, "H", "W"), (1, 1, "H", "W")]).output_shape)
        == "(N, 4, H, W)"
    )
    for shapes in (
        None,
        "N,3,H,W",
        {"image": "N,3,H,W", "nothing": "N,1,H,W"},
        [("N", 3, "H", "W")] * 4,
    ):
        with pytest.raises(
            ShapeError, match="every input of forward needs a shape: image, depth; received"
        ):
            read(Own(), shapes)


def test_shared_weights_count_once(nets):
    from torch import nn

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.head = nn.Embedding(50, 8), nn.Linear(8, 50, bias=False)
            self.head.weight = self.embed.weight
            self.mix = nn.Linear(8, 8)

        def forward(self, tokens):
            return self.head(self.mix(self.mix(self.embed(tokens))))

    net = read(Own(), "N,T")
    assert (
        sum(node.parameters for node in net.graph.nodes) == 400 + 72
        and repr(net.output_shape) == "(N, T, 50)"
    )


def test_channels_that_do_not_fit_are_a_failure_at_their_node(nets):
    from torch import nn

    net = read(nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(9)), IMAGE)
    with pytest.raises(ShapeError, match=r"node 1 .*needs two equal sizes; received 8 and 9"):
        net.output_shape  # noqa: B018 — asking raises


def test_reading_imports_no_framework():
    code = (
        "import sys, shapealg; shapealg.read([shapealg.torch.Conv2d(3, 8, 3)],"
        " 'N,3,H,W').output_shape; import shapealg.network.readers.torch; assert 'torch' not in"
        " sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# ---------------------------------------------------------------- what a proxy stands for


ASKED = {
    "isinstance": lambda x, torch: isinstance(x, torch.Tensor),
    "one_of_several": lambda x, torch: isinstance(x, list | torch.Tensor),
    "is_tensor": lambda x, torch: torch.is_tensor(x),
    "no_parameter": lambda x, torch: not isinstance(x, torch.nn.Parameter),
    "no_list": lambda x, torch: not isinstance(x, (list, tuple)),
    "a_size": lambda x, torch: isinstance(x.shape[2], int) and isinstance(x.size(), torch.Size),
    "a_row": lambda x, torch: isinstance(x.shape, tuple) and not isinstance(x.shape, torch.Tensor),
    "a_fraction": lambda x, torch: isinstance(x.shape[2] / 2, float),
    "pieces": lambda x, torch: isinstance(x.chunk(3, 1), tuple),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_proxy_is_what_it_stands_for(nets, name):
    import builtins

    import torch
    from torch.nn import functional as F

    class Asking(torch.nn.Module):
        def forward(self, x):
            return F.max_pool2d(x, 2) if ASKED[name](x, torch) else x

    plain = builtins.isinstance
    net = read(Asking(), IMAGE)
    assert builtins.isinstance is plain
    for h in range(1, 9):
        made = performed(Asking(), (2, 3, h, 8))
        assert (h in net.accepts("H")) == (made is not None), h
        assert made is None or [net.at(N=2, H=h, W=8)] == made
    assert repr(net.output_shape[2]) == "H//2"


REPEATED = {
    "list": lambda x, torch: x.mean((2, 3)).view(x.shape[0], x.shape[1], *([1] * (x.ndim - 2))),
    "from_the_left": lambda x, torch: x.mean((2, 3)).view([*x.shape[:2]] + (x.dim() - 2) * [1]),
    "tuple": lambda x, torch: torch.rand((x.shape[0],) + (1,) * (x.ndim - 1)) * x,
    "of_sizes": lambda x, torch: x.repeat(x.shape[2:] * 2),
    "none": lambda x, torch: x.reshape(*x.shape, *([1] * (x.ndim - 4))),
    "product": lambda x, torch: x.reshape(x.shape[0], x.shape[1] * x.shape[2], -1),
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_row_times_a_number_is_the_row_so_many_times(nets, name):
    import torch

    class Repeating(torch.nn.Module):
        def forward(self, x):
            return REPEATED[name](x, torch)

    net = read(Repeating(), IMAGE)
    assert net.unknown == ()
    for h in (1, 2, 5):
        assert [net.at(N=2, H=h, W=3)] == performed(Repeating(), (2, 3, h, 3))


# ---------------------------------------------------------------- cropped and padded


@pytest.mark.parametrize("mode", ("constant", "reflect", "replicate"))
@pytest.mark.parametrize("pads", ((3, -2), (-3, 2), (-1, -1), (-2, 5), (5, -4), (2, 2)))
def test_cropping_on_one_side_while_padding_on_the_other(nets, pads, mode):
    import torch
    from torch.nn import functional as F

    class Padding(torch.nn.Module):
        def forward(self, x):
            return F.pad(x, pads, mode=mode)

    net = read(Padding(), "1,1,L")
    for n in range(1, 16):
        made = performed(Padding(), (1, 1, n))
        assert (n in net.accepts("L")) == (made is not None), n
        assert net.explain(L=n).runs == (made is not None), n
        assert made is None or [net.at(L=n)] == made


def test_cropping_by_an_open_size(nets):
    import torch
    from torch.nn import functional as F

    class Cropping(torch.nn.Module):
        def forward(self, x):
            return F.pad(x, (5, 3 - x.shape[2]))

    net = read(Cropping(), "1,1,L")
    for n in range(1, 9):
        assert (n in net.accepts("L")) == (performed(Cropping(), (1, 1, n)) is not None), n


# ---------------------------------------------------------------- unknown, and too large


BEHIND = {
    "convolution": lambda F, torch: lambda x: F.conv2d(x, torch.zeros(8, 3, 3, 3)),
    "transposed": lambda F, torch: lambda x: F.conv_transpose2d(x, torch.zeros(3, 8, 2, 2)),
    "pooling": lambda F, torch: lambda x: F.max_pool2d(x, 2),
    "adaptive": lambda F, torch: lambda x: F.adaptive_avg_pool2d(x, x.shape[2:]),
    "resized": lambda F, torch: lambda x: F.interpolate(x, size=x.shape[2:]),
    "shuffled": lambda F, torch: torch.nn.PixelShuffle(2),
    "unshuffled": lambda F, torch: torch.nn.PixelUnshuffle(2),
    "grouped": lambda F, torch: torch.nn.Conv2d(4, 8, 3, groups=2),
    "mirrored": lambda F, torch: torch.nn.ReflectionPad2d(1),
    "linear": lambda F, torch: torch.nn.Linear(8, 6),
    "normed": lambda F, torch: torch.nn.BatchNorm2d(3),
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_layer_behind_what_nobody_knows_is_unknown_not_a_failure(nets, name):
    import torch
    from torch.nn import functional as F

    class Behind(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = BEHIND[name](F, torch)

        def forward(self, x):
            lost = x.view(x.shape[2] ** 2, -1)  # nobody knows how many columns
            as_channels = lost.unsqueeze(0).unsqueeze(3).permute(0, 2, 1, 3)
            return self.layer(as_channels.expand(-1, -1, -1, 8))

    net = read(Behind(), IMAGE)
    assert net.unknown[0] == "view" and net.accepts("H")


def test_a_size_that_grows_without_end_is_refused(nets):
    import torch

    class Growing(torch.nn.Module):
        def forward(self, x):
            n = x.shape[2]
            for _ in range(60):
                n = n * n
            return x.view(n, -1)

    with pytest.raises(
        Undecided, match=r"too many names and floors \(test_read_torch.py:\d+\); rec"
    ):
        read(Growing(), IMAGE)
