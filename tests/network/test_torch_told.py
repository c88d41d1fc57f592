"""What a function of PyTorch's takes, with the number of examples, the channels and the length open:
each is run at many sizes, and what is told must be what happens.
"""

from itertools import product

import pytest
from needed import module

from shapealg import ShapeError, Undecided, read

torch = module("torch")

import torch.nn.functional as F  # noqa: E402 — after the skip where there is no PyTorch
from torch import nn, zeros  # noqa: E402

SIZES = tuple(product((1, 2, 3), (1, 2, 6, 12), (1, 2, 7, 8)))
CALLS = {
    "moved": lambda x: x.cpu().to("cpu").to(torch.device("cpu"), torch.float64),
    "shifted": lambda x: x.new_zeros((x.shape[2] >> 1) + 1, x.shape[2] << 2),
    "even": lambda x: F.pad(x, (0, x.shape[2] & 1)),
    "rounded_up": lambda x: F.interpolate(x, size=(x.shape[2] + 7) & ~7),
    "some_bits": lambda x: x.new_zeros(1 + (x.shape[2] & 22), (x.shape[1] ^ 5) + 1),
    "odd": lambda x: x.new_zeros(x.shape[2] | 1, x.shape[1] | 6),
    "of_another": lambda x: x.new_zeros(6 & x.shape[2] | 1),
    "ratio": lambda x: x if x.shape[2] / x.shape[1] > 1.5 else F.pad(x, (1, 1)),
    "ratio_of_thirds": lambda x: x if x.shape[2] / x.shape[1] >= 7 / 6 else F.pad(x, (1, 1)),
    "ratio_alike": lambda x: x if x.shape[2] / x.shape[1] == 3.5 else F.pad(x, (1, 1)),
    "sizes_as_floats": lambda x: x.new_zeros(
        (torch.tensor(x.shape[1:]).float() * 1.5).int().tolist()
    ),
    "sizes_cast": lambda x: x.new_zeros(
        torch.ceil(torch.tensor(x.shape) / 4).to(torch.long).tolist()
    ),
    "diagonal_of_two": lambda x: torch.einsum("nii->ni", x),
    "diagonals": lambda x: torch.einsum("nii,nj->nij", x, x[:, 0]),
    "each_repeated": lambda x: x.repeat_interleave(torch.tensor([1, 2, 0, 1, 1, 2]), 1),
    "all_repeated": lambda x: x[0, 0].repeat_interleave(torch.tensor([3, 0, 1, 1, 1, 1, 2])),
    "one_number_repeated": lambda x: x.repeat_interleave(torch.tensor([3]), 2),
    "selected": lambda x: x.index_select(2, torch.tensor([0, 6])),
    "selected_from_the_end": lambda x: x.index_select(1, torch.tensor(5)),
    "short_time": lambda x: torch.stft(x[:, 0], 4, 2, window=zeros(4), return_complex=True),
    "short_time_of_all": lambda x: torch.stft(
        x.flatten(1), 16, window=zeros(16), return_complex=True
    ),
    "affine": lambda x: F.affine_grid(zeros(2, 2, 3), [x.shape[0], 1, x.shape[1], x.shape[2]]),
    "deviation_of_all": lambda x: x.std(False),
    "deviation": lambda x: x.var((1, 2), correction=0, keepdim=True),
    "deviation_and_mean": lambda x: torch.std_mean(x, dim=(-2, -1), keepdim=True)[0],
    "mean_and_deviation": lambda x: torch.std_mean(x, 1, False, True)[1],
    "variance_and_mean": lambda x: torch.var_mean(x, False)[0],
    "mean_and_variance": lambda x: torch.var_mean(x, [1], unbiased=False)[1],
    "batch_norm": lambda x: F.batch_norm(x, zeros(6), zeros(6) + 1),
    "batch_norm_w": lambda x: F.batch_norm(x, zeros(6), zeros(6) + 1, zeros(6), zeros(6)),
    "batch_norm_train": lambda x: F.batch_norm(x, None, None, training=True),
    "instance_norm_w": lambda x: F.instance_norm(x, weight=zeros(6)),
    "instance_norm": lambda x: F.instance_norm(x),
    "layer_norm": lambda x: F.layer_norm(x, (7,)),
    "layer_norm_w": lambda x: F.layer_norm(x, (x.shape[-1],), zeros(7)),
    "layer_norm2": lambda x: F.layer_norm(x, (6, 7)),
    "rms_norm": lambda x: F.rms_norm(x, (7,)),
    "rms_norm_w": lambda x: F.rms_norm(x, (x.shape[-1],), zeros(7)),
    "group_norm": lambda x: F.group_norm(x, 3),
    "group_norm_w": lambda x: F.group_norm(x, 2, zeros(6), zeros(6)),
    "linear": lambda x: F.linear(x, zeros(5, 7)),
    "linear_b": lambda x: F.linear(x, zeros(5, 7), zeros(5)),
    "linear_b_bad": lambda x: F.linear(x, zeros(5, 7), zeros(4)),
    "conv1d": lambda x: F.conv1d(x, zeros(5, 6, 3)),
    "conv1d_b": lambda x: F.conv1d(x, zeros(5, 6, 3), zeros(5)),
    "conv1d_g": lambda x: F.conv1d(x, zeros(6, 1, 3), groups=6),
    "conv1d_dyn": lambda x: F.conv1d(x, zeros(x.shape[1], 1, 3), groups=x.shape[1]),
    "convT": lambda x: F.conv_transpose1d(x, zeros(6, 5, 3)),
    "convT_g": lambda x: F.conv_transpose1d(x, zeros(6, 5, 3), groups=3),
    "prelu": lambda x: F.prelu(x, zeros(6)),
    "prelu1": lambda x: F.prelu(x, zeros(1)),
    "masked_fill": lambda x: x.masked_fill(zeros(7) > 0, 0),
    "masked_fill2": lambda x: x.masked_fill(zeros(6, 7) > 0, 0),
    "masked_fill3": lambda x: x.masked_fill(zeros(2, 6, 1) > 0, 0),
    "masked_fill4": lambda x: x.masked_fill(zeros(2, 1, 6, 7) > 0, 0),
    "masked_fill_": lambda x: x.clone().masked_fill_(zeros(2, 6, 1) > 0, 0),
    "iadd": lambda x: x.clone().add_(zeros(2, 6, 7)),
    "iadd2": lambda x: x.clone().mul_(zeros(2, 2, 6, 7)),
    "where": lambda x: torch.where(zeros(6, 7) > 0, x, zeros(1)),
    "add": lambda x: x + zeros(6, 7),
    "sub3": lambda x: zeros(2, 6, 7) - x,
    "lerp": lambda x: torch.lerp(x, zeros(6, 7), 0.5),
    "addcmul": lambda x: torch.addcmul(x, zeros(7), zeros(6, 1)),
    "clamp_t": lambda x: torch.clamp(x, zeros(7), zeros(7)),
    "pow_t": lambda x: x.pow(zeros(7)),
    "cat": lambda x: torch.cat([x, zeros(2, 6, 3)], 2),
    "cat1": lambda x: torch.cat([x, x[:, :, :3]], 1),
    "stack": lambda x: torch.stack([x, zeros(2, 6, 7)]),
    "matmul": lambda x: x @ zeros(7, 4),
    "matmul2": lambda x: zeros(4, 6) @ x,
    "bmm": lambda x: torch.bmm(x, zeros(2, 7, 3)),
    "baddbmm": lambda x: torch.baddbmm(zeros(2, 6, 3), x, zeros(2, 7, 3)),
    "addmm": lambda x: torch.addmm(zeros(6, 3), x[0], zeros(7, 3)),
    "mv": lambda x: torch.mv(x[0], zeros(7)),
    "cosine": lambda x: F.cosine_similarity(x, zeros(6, 7), dim=1),
    "pairwise": lambda x: F.pairwise_distance(x, zeros(6, 7)),
    "glu": lambda x: F.glu(x, 1),
    "chunk": lambda x: x.chunk(2, 1)[1],
    "chunk3": lambda x: x.chunk(3, 2)[-1],
    "split": lambda x: x.split(3, 1)[1],
    "splitl": lambda x: x.split([2, 4], 1)[1],
    "unflatten": lambda x: x.unflatten(1, (2, 3)),
    "unflatten-1": lambda x: x.unflatten(1, (2, -1)),
    "view": lambda x: x.view(2, -1),
    "view2": lambda x: x.view(-1, 6, 7),
    "narrow": lambda x: x.narrow(2, 1, 3),
    "select": lambda x: x.select(1, 5),
    "index": lambda x: x[:, 5],
    "index-": lambda x: x[:, -6],
    "gather": lambda x: torch.gather(x, 2, zeros(2, 6, 3, dtype=torch.long)),
    "index_select": lambda x: x.index_select(1, zeros(3, dtype=torch.long)),
    "unfold": lambda x: x.unfold(2, 3, 2),
    "roll": lambda x: torch.roll(x, 3, 2),
    "flip": lambda x: x.flip(2),
    "pad": lambda x: F.pad(x, (2, 1), mode="reflect"),
    "padc": lambda x: F.pad(x, (3, 1), mode="circular"),
    "padr": lambda x: F.pad(x, (3, -1), mode="replicate"),
    "pad-": lambda x: F.pad(x, (-3, -1)),
    "interp": lambda x: F.interpolate(x, scale_factor=0.5),
    "interp_s": lambda x: F.interpolate(x, size=x.shape[2] // 2),
    "adaptive": lambda x: F.adaptive_avg_pool1d(x, 3),
    "lppool": lambda x: F.lp_pool1d(x, 2, 3),
    "maxpool": lambda x: F.max_pool1d(x, 3, 2, 1, ceil_mode=True),
    "softmax": lambda x: x.softmax(2),
    "normalize": lambda x: F.normalize(x, dim=1),
    "mean": lambda x: x.mean((1, 2)),
    "amax": lambda x: x.amax(2),
    "max": lambda x: x.max(2)[0],
    "topk": lambda x: x.topk(4, 2)[0],
    "sort": lambda x: x.sort(2)[0],
    "cumsum": lambda x: x.cumsum(2),
    "einsum": lambda x: torch.einsum("ncl,cd->ndl", x, zeros(6, 5)),
    "einsum2": lambda x: torch.einsum("ncl,nml->ncm", x, zeros(2, 4, 7)),
    "tensordot": lambda x: torch.tensordot(x, zeros(7, 4), 1),
    "channel_shuffle": lambda x: F.channel_shuffle(x, 3),
    "pixel_shuffle": lambda x: F.pixel_shuffle(x[:, :, :, None], 1),
    "squeeze": lambda x: x.squeeze(1),
    "squeeze0": lambda x: x.squeeze(),
    "tile": lambda x: x.tile(2, 3),
    "repeat": lambda x: x.repeat(1, 2, 1),
    "repeat_interleave": lambda x: x.repeat_interleave(2, 1),
    "copy_": lambda x: x.clone().copy_(zeros(6, 7)),
    "setitem": lambda x: (lambda y: (y.__setitem__((slice(None), slice(0, 3)), zeros(3, 7)), y)[1])(
        x.clone()
    ),
    "setitem2": lambda x: (lambda y: (y.__setitem__((slice(None), 2), zeros(2, 7)), y)[1])(
        x.clone()
    ),
    "swapaxes": lambda x: x.swapaxes(1, 2),
    "movedim": lambda x: x.movedim(1, 2),
    "dropout": lambda x: F.dropout1d(x, 0.5, False),
    "addbias": lambda x: x + zeros(x.shape[1], 1),
    "outer": lambda x: torch.outer(x[0, 0], x[0, 1]),
    "dot": lambda x: torch.dot(x[0, 0], zeros(7)),
    "cross": lambda x: torch.cross(x, zeros(2, 6, 7), dim=1),
    "diag": lambda x: torch.diagonal(x, 0, 1, 2),
    "bilinear": lambda x: F.bilinear(x, x, zeros(4, 7, 7)),
    "mse": lambda x: F.mse_loss(x, zeros(2, 6, 7), reduction="none"),
    "maximum": lambda x: torch.maximum(x, zeros(6, 1)),
    "logical": lambda x: torch.logical_and(x > 0, zeros(7) > 0),
    "sdpa_kv": lambda x: F.scaled_dot_product_attention(x, zeros(2, 9, 7), zeros(2, 9, 4)),
    "sdpa_kv2": lambda x: F.scaled_dot_product_attention(x, zeros(2, 9, 7), zeros(2, 8, 4)),
    "sdpa_b": lambda x: F.scaled_dot_product_attention(x, zeros(1, 9, 7), zeros(1, 9, 4)),
    "sdpa_3": lambda x: F.scaled_dot_product_attention(x, zeros(3, 9, 7), zeros(2, 9, 4)),
    "sdpa_gqa": lambda x: F.scaled_dot_product_attention(
        x[:, None].repeat(1, 4, 1, 1),
        x[:, None].repeat(1, 2, 1, 1),
        zeros(1, 2, 6, 5),
        enable_gqa=True,
    ),
    "sdpa_gqa_3": lambda x: F.scaled_dot_product_attention(
        x[:, None].repeat(1, 4, 1, 1), *[x[:, None].repeat(1, 3, 1, 1)] * 2, enable_gqa=True
    ),
    "sdpa_causal": lambda x: F.scaled_dot_product_attention(
        *[x.reshape(x.shape[0], -1, 1)] * 3, is_causal=x.shape[1] * x.shape[2] > 1 and True
    ),
    "expand": lambda x: x.expand(2, 6, 7),
    "expand4": lambda x: x.expand(3, -1, -1, -1),
    "view_as": lambda x: x.view_as(zeros(2, 42)),
    "grid": lambda x: F.grid_sample(x[:, :, :, None], zeros(2, 3, 3, 2)),
    "fold": lambda x: F.fold(x, (5, 5), 2),
    "unfold2": lambda x: F.unfold(x[:, None], 3),
    "local_resp": lambda x: F.local_response_norm(x, 2),
    # with numbers that hang on sizes
    "conv_padded": lambda x: F.conv1d(x, zeros(5, 6, 3), padding=x.shape[1] - 6),
    "conv_of_a_size": lambda x: F.conv1d(x, zeros(5, x.shape[1], x.shape[2] // 2)),
    "convT_strided": lambda x: F.conv_transpose1d(x, zeros(6, 5, 3), stride=x.shape[2] - 6),
    "maxpool_padded": lambda x: F.max_pool1d(x, 3, 1, x.shape[1] - 5),
    "maxpool_of_a_share": lambda x: F.max_pool1d(x, x.shape[1] // 6, 1, 1),
    "avgpool_of_a_share": lambda x: F.avg_pool1d(x, x.shape[1] // 6, 1, 1),
    "maxpool_of_a_size": lambda x: F.max_pool1d(x, x.shape[2] - 5, 1, 1),
    "avgpool_of_a_size": lambda x: F.avg_pool1d(x, x.shape[2] - 5, 1, x.shape[1] // 6),
    "pad_of_a_size": lambda x: F.pad(x, (x.shape[1] - 2, 1 - x.shape[0])),
    "mirror_of_a_size": lambda x: F.pad(x, (x.shape[1] - 2, 1), mode="reflect"),
    "mirror_of_a_size_behind": lambda x: F.pad(x, (1, x.shape[1] - 2), mode="reflect"),
    "around_of_a_size": lambda x: F.pad(x, (x.shape[1] - 5, 1), mode="circular"),
    "repeated_of_a_size": lambda x: F.pad(x, (x.shape[1] - 2, -6), mode="replicate"),
    "columns_of_a_size": lambda x: F.unfold(x[:, None], (x.shape[1] - 1, 2)),
    "laid_back_of_a_size": lambda x: F.fold(x, (x.shape[2] - 3, 3), 2),
    "narrow_of_a_size": lambda x: x.narrow(2, x.shape[1] - 2, 3),
    "narrow_by_a_size": lambda x: x.narrow(2, 0, x.shape[1] - 5),
    "narrow_from_before": lambda x: x.narrow(2, -x.shape[1], 2),
    "topk_of_a_size": lambda x: x.topk(x.shape[1] - 1, 2)[0],
    "eye_of_a_size": lambda x: torch.eye(x.shape[1] - 2, x.shape[2] - 1),
    "linspace_of_a_size": lambda x: torch.linspace(0, 1, x.shape[1] - 2),
    "arange_of_sizes": lambda x: torch.arange(x.shape[1], x.shape[2]),
    "affine_of_sizes": lambda x: F.affine_grid(zeros(2, 3, 4), (x.shape[0], 1, *x.shape[1:], 2)),
    "interleaved_by_a_size": lambda x: x.repeat_interleave(x.shape[1] - 1, 2),
    "interleaved_by_a_row": lambda x: x.repeat_interleave(torch.tensor([x.shape[1] - 1]), 2),
    "split_by_a_size": lambda x: x.split(x.shape[2] - 1, 2)[0],
    "chunk_of_three": lambda x: x.chunk(3, 1)[2],
    "tensor_split_at_nothing": lambda x: x.tensor_split((0, 2), 2)[2],
    "expand_to_a_size": lambda x: x[:, :1].expand(-1, x.shape[2] - 1, -1),
    "size_max_unpool": lambda x: F.max_unpool1d(
        x[:1, :2, :2], torch.tensor([[[0, 2], [0, 2]]]), 2, output_size=(x.shape[2] - 3,)
    ),
    "one_hot_of_a_size": lambda x: F.one_hot(torch.tensor([0, 5]), x.shape[1]),
    "grid_of_nothing": lambda x: F.grid_sample(
        x.new_zeros(2, 1, x.shape[1] - 2, x.shape[2] - 2), zeros(2, 3, 3, 2)
    ),
    "channels_shuffled_by_a_size": lambda x: F.channel_shuffle(x, x.shape[0]),
    "shuffled_by_none": lambda x: F.channel_shuffle(x, x.shape[0] - 1),
    "layer_norm_of_a_size": lambda x: F.layer_norm(x, (x.shape[1] + 1,)),
    "batch_norm_of_one": lambda x: F.batch_norm(x[:1], None, None, training=True),
    "instance_norm_of_one": lambda x: F.instance_norm(x[:, :, :1]),
    "pixel": lambda x: F.pixel_shuffle(x[..., None], 2) if x.shape[1] == 12 else x,
    "stft_of_rows": lambda x: torch.stft(x[:, 0, :], 8, window=zeros(8), return_complex=True),
    "stft_alone": lambda x: torch.stft(x[0, 0, :], 8, window=zeros(8), return_complex=True),
    "stft_wide": lambda x: torch.stft(
        x[:, 0, :], 16, window=zeros(16), pad_mode="circular", return_complex=True
    ),
    "stft_of_zeros": lambda x: torch.stft(
        x[:, 0, :], 16, window=zeros(16), pad_mode="constant", return_complex=True
    ),
    "stft_not_centered": lambda x: torch.stft(
        x[:, 0, :], 8, window=zeros(8), center=False, return_complex=True
    ),
    "norm_by_another": lambda x: torch.norm(x, "fro", (1, 2), True),
    "places": lambda x: x[:, [0, 6], [5, -6]],
    "no_places": lambda x: x[:, []],
}
LAYERS = {
    "BatchNorm1d": lambda: nn.BatchNorm1d(6),
    "InstanceNorm1d": lambda: nn.InstanceNorm1d(6, affine=True),
    "InstanceNorm1d_na": lambda: nn.InstanceNorm1d(6),
    "LayerNorm": lambda: nn.LayerNorm((6, 7)),
    "GroupNorm": lambda: nn.GroupNorm(2, 6),
    "Linear": lambda: nn.Linear(7, 3),
    "Conv1d": lambda: nn.Conv1d(6, 4, 3),
    "ConvT": lambda: nn.ConvTranspose1d(6, 4, 3),
    "PReLU": lambda: nn.PReLU(6),
    "LSTM": lambda: nn.LSTM(7, 5, batch_first=True),
    "GRU": lambda: nn.GRU(7, 5),
    "MHA": lambda: nn.TransformerEncoderLayer(7, 1, batch_first=True),
    "Emb": lambda: nn.Unflatten(1, (2, 3)),
    "LRN": lambda: nn.LocalResponseNorm(2),
    "CS": lambda: nn.ChannelShuffle(3),
    "GLU": lambda: nn.GLU(1),
    "Softmax2d": lambda: nn.Softmax2d(),
    "RMSNorm": lambda: nn.RMSNorm(7),
}


class Called(nn.Module):
    """A module that makes one call."""

    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, x):
        return self.call(x)


def ran(own, sizes) -> tuple | None:
    """The shape that PyTorch makes; `None` where it refuses, or where nothing is left."""
    try:
        with torch.no_grad():
            made = own(zeros(sizes))
    except Exception:
        return None
    made = made[0] if isinstance(made, tuple) else made
    return None if 0 in made.shape else tuple(made.shape)


def told(net, sizes) -> tuple | None:
    """The shape that is told; `None` where the network is said not to run."""
    try:
        return net(**dict(zip("NCL", sizes, strict=True)))
    except ShapeError:
        return None


# PyTorch 2.6 has no words for these on open sizes
OLD = "some_bits", "setitem", "view_as"


def agrees(own) -> None:
    """What is told is what happens, size by size."""
    net, runs = read(own.eval(), "N,C,L"), {s: ran(own, s) for s in SIZES}
    if any(runs.values()):
        assert not net.unknown
    assert {s: told(net, s) for s in SIZES} == runs


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.many(3)
def test_a_function_takes_what_it_takes(name):
    if name in OLD and torch.__version__ < "2.7":
        with pytest.raises(Undecided):
            read(Called(CALLS[name]), "N,C,L")
        return
    agrees(Called(CALLS[name]))


def test_a_mistake_of_pytorch_is_no_refusal():
    net = read(Called(lambda x: torch.bincount(x[0, 0].long())), "N,C,L")
    assert net.unknown == ("bincount",)
    try:  # up to 2.14 that one fails within PyTorch; then it wants a number
        assert read(Called(lambda x: torch.kron(x[0], zeros(2, 2))), "N,C,L").unknown == ("kron",)
    except Undecided as problem:
        assert "forward needs a number here" in str(problem)


def test_an_answer_may_hang_on_how_several_sizes_compare():
    net = read(Called(CALLS["diag"]), "N,C,L")
    assert net.ties == ()  # whichever is larger, it runs
    assert str(net.output_shape) == "(N, C) for C ≤ L; (N, L) for every C ≥ 2, C > L"
    for c, n in product(range(1, 6), repeat=2):
        told = net.output_shape.at(N=2, C=c, L=n)
        assert told == tuple(CALLS["diag"](zeros(2, c, n)).shape)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_takes_what_it_takes(name):
    agrees(LAYERS[name]())


# places that sizes tell: the table has 7 rows
ROWS = {
    "all": lambda x: F.embedding(torch.arange(x.shape[2]), zeros(7, 4)),
    "from_two_on": lambda x: F.embedding(torch.arange(x.shape[2]).unsqueeze(0) + 2, zeros(7, 4)),
    "from_minus_one_on": lambda x: F.embedding(torch.arange(x.shape[2]) - 1, zeros(7, 4)),
    "from_three_on": lambda x: F.embedding(torch.arange(3, 3 + x.shape[1]), zeros(7, 4)),
    "every_third": lambda x: F.embedding(torch.arange(1, x.shape[1] + 1, 3), zeros(7, 4)),
    "twice": lambda x: F.embedding(torch.arange(x.shape[2]) * 2, zeros(7, 4)),
    "backwards": lambda x: F.embedding(torch.arange(x.shape[2] - 1, -1, -1), zeros(7, 4)),
    "flipped": lambda x: F.embedding(torch.arange(x.shape[2]).flip(0), zeros(7, 4)),
    "of_batches": lambda x: F.embedding(torch.arange(x.shape[2]).expand(len(x), -1), zeros(7, 4)),
    "as_a_grid": lambda x: F.embedding(
        torch.arange(x.shape[1] * x.shape[2]).view(x.shape[1], -1), zeros(7, 4)
    ),
    "after_others": lambda x: F.embedding(
        torch.cat([torch.arange(3), torch.arange(x.shape[2])])[None, :, None], zeros(7, 4)
    ),
    "from_the_last": lambda x: F.embedding(6 - torch.arange(x.shape[2]), zeros(7, 4)),
    "halved": lambda x: F.embedding(torch.arange(x.shape[2]) // 2, zeros(4, 4)),
    "of_a_number": lambda x: F.embedding(torch.arange(x.shape[2]) % 4, zeros(7, 4)),
    "of_a_constant": lambda x: F.embedding(torch.tensor([[0, 6]]), zeros(x.shape[2], 4)),
    "in_brackets": lambda x: zeros(7, 4)[torch.arange(x.shape[2])],
    "in_brackets_of_another": lambda x: x[:, torch.arange(x.shape[2] // 2)],
    "a_cross": lambda x: x[:, torch.arange(6)[:, None], torch.arange(x.shape[1])],
    "after_none": lambda x: F.embedding(
        torch.cat([torch.arange(0), torch.arange(x.shape[2])]), zeros(7, 4)
    ),
    "from_a_size_on": lambda x: F.embedding(
        torch.arange(x.shape[1], x.shape[1] + x.shape[2]), zeros(14, 4)
    ),
    "first_of": lambda x: F.embedding(torch.arange(x.shape[2])[:7], zeros(7, 4)),
    "none_of": lambda x: F.embedding(torch.arange(2, 2), zeros(7, 4)),
    "downwards_by_twos": lambda x: F.embedding(torch.arange(x.shape[2], -1, -2), zeros(8, 4)),
    "below_zero": lambda x: F.embedding(torch.arange(x.shape[1] - 6, 2), zeros(7, 4)),
    "one_hot": lambda x: F.one_hot(torch.arange(x.shape[2]), x.shape[1]),
    "selected": lambda x: x.index_select(1, torch.arange(x.shape[2])),
    "stacked": lambda x: F.embedding(torch.stack([torch.arange(x.shape[2])] * 2), zeros(7, 4)),
    "scaled": lambda x: F.embedding(2 * torch.arange(x.shape[2]) + 1, zeros(15, 4)),
    "of_a_size": lambda x: F.embedding(torch.tensor([x.shape[2] - 1]), zeros(7, 4)),
    "of_sizes_in_rows": lambda x: F.embedding(torch.tensor([[x.shape[2], 0]]), zeros(8, 4)),
    "one_hot_of_a_size": lambda x: F.one_hot(torch.tensor([x.shape[2], 0]), 8),
    "in_brackets_of_a_size": lambda x: zeros(7, 4)[torch.tensor([x.shape[2] - 1])],
    "selected_by_a_size": lambda x: zeros(7, 4).index_select(0, torch.tensor([x.shape[2] - 1])),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_sizes_choose_must_be_there(name):
    agrees(Called(ROWS[name]))
    net = read(Called(ROWS[name]), "N,C,L")
    for c, n in product((1, 2, 6, 12), (1, 2, 7, 8)):
        fits = c in net.accepts("C") and n in net.accepts("L")
        assert fits == (ran(Called(ROWS[name]), (2, c, n)) is not None) or net.ties, (c, n)


def test_a_truth_about_places_is_a_mask():
    assert read(Called(lambda x: x[:, :, torch.arange(x.shape[2]) > 0]), "N,C,L").unknown


@pytest.mark.parametrize("device", ("cpu", "cuda", "cuda:1"))
def test_what_moves_a_tensor_leaves_its_shape(device):
    """Also to where nothing is here: what is read runs elsewhere."""
    net = read(Called(lambda x: x.to(device, torch.float64)[:, :, ::2]), "N,C,L")
    assert str(net.output_shape) == "(N, C, (L + 1)//2)"
    net = read(Called(lambda x: getattr(x.to(device), device[:4].strip(":"))()), "N,C,L")
    assert str(net.output_shape) == "(N, C, L)" and net.accepts("L").is_all


def test_positions_of_a_layer_must_be_there():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.positions = nn.Embedding(7, 4)

        def forward(self, x):
            return self.positions(torch.arange(x.shape[2], dtype=torch.long))

    agrees(Own())
    net = read(Own(), "N,C,L")
    assert str(net.accepts("L")) == "n = 1 … 7"
    with pytest.raises(ShapeError) as refused:
        net.at(N=1, C=2, L=9)
    assert str(refused.value) == (
        "node positions (Embedding) asks for entry 8 of a shorter axis; received 7 positions; "
        "the nearest that work: L = 7; an axis of at least 9 works"
    )


# to PyTorch a scalar is, along 0 and −1, as what has one axis
SCALARS = {
    "sum": lambda s: s.sum(-1),
    "softmax": lambda s: s.softmax(-1),
    "softmax_0": lambda s: s.softmax(0),
    "softmax_1": lambda s: s.softmax(1),
    "cumsum": lambda s: s.cumsum(-1),
    "squeeze": lambda s: s.squeeze(-1),
    "unsqueeze": lambda s: s.unsqueeze(-1),
    "flip": lambda s: s.flip(-1),
    "max": lambda s: s.max(-1)[0],
    "argmax": lambda s: s.argmax(-1),
    "mean": lambda s: s.mean(-1, keepdim=True),
    "transpose": lambda s: s.transpose(0, -1),
    "movedim": lambda s: s.movedim(0, -1),
    "sort": lambda s: s.sort(-1)[0],
    "topk": lambda s: s.topk(1, -1)[0],
    "cat": lambda s: torch.cat([s, s], -1),
    "stack": lambda s: torch.stack([s, s], -1),
    "norm": lambda s: s.norm(dim=-1),
    "prod": lambda s: s.prod(-1),
    "normalize": lambda s: F.normalize(s, dim=-1),
    "any": lambda s: (s > 0).any(-1),
    "flatten": lambda s: s.flatten(0, -1),
    "select": lambda s: s.select(0, 0),
    "narrow": lambda s: s.narrow(0, 0, 1),
    "glu": lambda s: F.glu(s, -1),
}


@pytest.mark.parametrize("name", SCALARS)
def test_a_scalar_has_the_axes_that_it_has(name):
    agrees(Called(lambda x: SCALARS[name](x.mean())))
