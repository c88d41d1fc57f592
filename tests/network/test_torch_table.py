"""The rows of the table of PyTorch's functions: what each tells of shapes, and which positions it says
that an axis reads, held against PyTorch's own numbers, of which one position after the other is
changed.
"""

from functools import partial

import pytest
from needed import module

from shapealg import ShapeError, Undecided, read
from shapealg.axis.transposed import Transposed
from shapealg.axis.window import Window
from shapealg.network.flow import Flow
from shapealg.network.readers.torch.nested import flat
from shapealg.network.tensor import WHOLE

torch = module("torch")

import torch.nn.functional as F  # noqa: E402 — after the skip where there is no PyTorch
from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

CUBE = (2, 4, 5)  # examples, channels, positions
IMAGE = (2, 4, 5, 6)
EVERY_SECOND = 2 * torch.arange(5).repeat(2, 4, 1)  # places of maxima
EACH = torch.arange(5).repeat(2, 4, 1)
CORNERS = torch.tensor([[0, 1, 2], [6, 7, 8]]).repeat(1, 2, 1, 1)


class Within(nn.Module):
    """A layer that is called with more than tensors."""

    def __init__(self, layer, call):
        super().__init__()
        self.layer, self.call = layer, call

    def forward(self, *given):
        return self.call(self.layer, *given)


class Thinned(nn.Conv1d):
    """A class of a model, which is PyTorch's layer."""


# a call, and the shapes that it is given
ROWS = {
    # square brackets, slices, pieces
    "a slice": (lambda x: x[:, 1:-1, ::2], CUBE),
    "a step from a start": (lambda x: x[:, :, 1::3], CUBE),
    "an entry": (lambda x: x[:, 2], CUBE),
    "an entry from the end": (lambda x: x[:, :, -2], CUBE),
    "the last": (lambda x: x[..., -1], CUBE),
    "behind dots": (lambda x: x[..., 1:, 0], IMAGE),
    "before dots": (lambda x: x[1, ..., 2:], IMAGE),
    "a new axis between": (lambda x: x[:, None, 1:], CUBE),
    "a new axis behind": (lambda x: x[..., None], CUBE),
    "a new axis and an entry": (lambda x: x[0, None, :, 3], CUBE),
    "a list of places": (lambda x: x[:, [3, 0, -4]], CUBE),
    "places along two axes": (lambda x: x[:, [0, 3], [4, 1]], CUBE),
    "places that stretch": (lambda x: x[[[0], [1]], [0, 1, 3]], CUBE),
    "places too far": (lambda x: x[:, [0, 4]], CUBE),
    "places too far before": (lambda x: x[:, [0, -5]], CUBE),
    "an entry too far": (lambda x: x[:, 4], CUBE),
    "an entry too far before": (lambda x: x[:, -5], CUBE),
    "too many entries": (lambda x: x[0, 0, 0, 0], CUBE),
    "all entries": (lambda x: x[1, 3, -5], CUBE),
    "a slice that takes nothing": (lambda x: x[:, :0], CUBE),
    "select": (lambda x: x.select(-2, 3), CUBE),
    "select by name": (lambda x: torch.select(x, dim=2, index=-1), CUBE),
    "index_select": (lambda x: x.index_select(1, torch.tensor([3, 1])), CUBE),
    "index_select from the end": (lambda x: x.index_select(-1, torch.tensor([4, 0, 1])), CUBE),
    "index_select of one": (lambda x: x.index_select(-2, torch.tensor(1)), CUBE),
    "narrow": (lambda x: x.narrow(1, 1, 2), CUBE),
    "narrow from the end": (lambda x: x.narrow(-1, -4, 3), CUBE),
    "narrow to the end": (lambda x: torch.narrow(x, dim=1, start=2, length=2), CUBE),
    "narrow too far": (lambda x: x.narrow(1, 2, 3), CUBE),
    "narrow from before": (lambda x: x.narrow(1, -5, 1), CUBE),
    "chunk": (lambda x: x.chunk(2, -1), CUBE),
    "chunk along the first": (lambda x: x.chunk(2), CUBE),
    "chunk into fewer": (lambda x: x.chunk(4, dim=2), CUBE),
    "split": (lambda x: x.split(2, 2), CUBE),
    "split along the first": (lambda x: x.split(1), CUBE),
    "split by name": (lambda x: torch.split(x, split_size_or_sections=3, dim=-1), CUBE),
    "split into given": (lambda x: x.split([1, 3, 1], dim=-1), CUBE),
    "split into too few": (lambda x: x.split([1, 3], 2), CUBE),
    "tensor_split": (lambda x: x.tensor_split(3, -1), CUBE),
    "tensor_split of the first": (lambda x: torch.tensor_split(x, 2), CUBE),
    "tensor_split at places": (lambda x: torch.tensor_split(x, (1, -2), dim=-1), CUBE),
    "tensor_split by name": (lambda x: torch.tensor_split(x, indices=(1, 3), dim=1), CUBE),
    "tensor_split into sections": (lambda x: torch.tensor_split(x, sections=2, dim=1), CUBE),
    "unbind": (lambda x: x.unbind(-1), CUBE),
    "unbind the first": (lambda x: x.unbind(), CUBE),
    "glu": (lambda x: F.glu(x, 1), CUBE),
    "glu of the last": (lambda x: F.glu(x), (3, 2, 6)),
    "glu of an odd axis": (lambda x: F.glu(x), CUBE),
    # joins
    "cat": (lambda x, y: torch.cat([x, y], 1), CUBE, (2, 3, 5)),
    "cat along the first": (lambda x, y: torch.cat((x, y)), CUBE, (1, 4, 5)),
    "cat by another name": (lambda x, y: torch.concat([x, y], axis=-1), CUBE, (2, 4, 2)),
    "cat of what does not fit": (lambda x, y: torch.cat([x, y], 1), CUBE, (2, 3, 4)),
    "cat with nothing": (lambda x, y: torch.cat([torch.zeros(0), x, y], 1), CUBE, CUBE),
    "stack": (lambda x, y: torch.stack([x, y], 1), CUBE, CUBE),
    "stack first": (lambda x, y: torch.stack((x, y)), CUBE, CUBE),
    "stack last": (lambda x, y: torch.stack([x, y], dim=-1), CUBE, CUBE),
    "stack of what does not fit": (lambda x, y: torch.stack([x, y]), CUBE, (2, 4, 1)),
    "meshgrid": (lambda x, y: torch.meshgrid(x, y, indexing="ij"), (3,), (4,)),
    "meshgrid, turned": (
        lambda x, y, z: torch.meshgrid([x, y, z], indexing="xy"),
        *((3,), (4,), (2,)),
    ),
    "meshgrid of a scalar": (lambda x, y: torch.meshgrid(x.sum(), y, indexing="ij"), (3,), (4,)),
    "repeat": (lambda x: x.repeat(1, 2, 1), CUBE),
    "repeat with a new axis": (lambda x: x.repeat((2, 1, 3, 1)), CUBE),
    "repeat too few": (lambda x: x.repeat(2, 1), CUBE),
    "tile": (lambda x: torch.tile(x, (2,)), CUBE),
    "repeat_interleave": (lambda x: x.repeat_interleave(3, 1), CUBE),
    "repeat_interleave from the end": (lambda x: torch.repeat_interleave(x, 2, dim=-1), CUBE),
    "repeat_interleave of all": (lambda x: x.repeat_interleave(2), CUBE),
    "repeat_interleave of each": (
        lambda x: x.repeat_interleave(torch.tensor([1, 0, 2, 1]), 1),
        CUBE,
    ),
    "repeat_interleave of all, each": (
        lambda x: x.repeat_interleave(torch.tensor([1, 0, 2, 1])),
        (2, 2),
    ),
    "repeat_interleave of two": (lambda x: x.repeat_interleave(torch.tensor([1, 2]), 0), CUBE),
    "repeat_interleave of too few": (
        lambda x: x.repeat_interleave(torch.tensor([1, 0, 2]), 1),
        CUBE,
    ),
    # views
    "flatten": (lambda x: x.flatten(1), IMAGE),
    "flatten inside": (lambda x: x.flatten(1, -2), IMAGE),
    "flatten by name": (lambda x: torch.flatten(x, end_dim=1), IMAGE),
    "ravel": (lambda x: x.ravel(), CUBE),
    "reshape": (lambda x: x.reshape(2, 2, 2, 5), CUBE),
    "reshape by name": (lambda x: torch.reshape(x, shape=(-1, 5)), CUBE),
    "view": (lambda x: x.view((2, -1)), CUBE),
    "view of what does not fit": (lambda x: x.reshape(3, -1), CUBE),
    "view_as": (lambda x, y: x.view_as(y), CUBE, (8, 5)),
    "reshape_as": (lambda x, y: x.reshape_as(y), CUBE, (8, 5)),
    "unflatten": (lambda x: x.unflatten(1, (2, -1)), CUBE),
    "unflatten from the end": (lambda x: torch.unflatten(x, -1, (1, 5)), CUBE),
    "expand": (lambda x: x.expand(-1, 4, -1), (2, 1, 5)),
    "expand with new axes": (lambda x: x.expand((3, 2, 1, 5)), (2, 1, 5)),
    "expand what is longer": (lambda x: x.expand(2, 1, 5), CUBE),
    "expand to fewer": (lambda x: x.expand(4, 5), CUBE),
    "broadcast_to": (lambda x: torch.broadcast_to(x, (2, 3, 5)), (3, 1)),
    "expand_as": (lambda x, y: x.expand_as(y), (4, 1), CUBE),
    "broadcast_tensors": (lambda x, y: torch.broadcast_tensors(x, y), (4, 1), (2, 1, 5)),
    "permute": (lambda x: x.permute(2, 0, 1), CUBE),
    "permute by a row": (lambda x: torch.permute(x, (1, -1, 0)), CUBE),
    "permute too few": (lambda x: x.permute(1, 0), CUBE),
    "t": (lambda x: x.t(), (3, 4)),
    "T": (lambda x: x.T, (3, 4)),
    "mT": (lambda x: x.mT, CUBE),
    "H": (lambda x: x.H, (3, 4)),
    "transpose": (lambda x: x.transpose(0, -1), CUBE),
    "swapaxes": (lambda x: torch.swapaxes(x, 1, 2), CUBE),
    "swapdims": (lambda x: x.swapdims(-1, 0), IMAGE),
    "movedim": (lambda x: x.movedim(1, -1), CUBE),
    "movedim of a scalar": (lambda x: x.mean().movedim(0, -1), CUBE),
    "movedim of several": (lambda x: torch.movedim(x, (0, 1), (2, 0)), IMAGE),
    "moveaxis": (lambda x: x.moveaxis(-1, 0), IMAGE),
    "unsqueeze": (lambda x: x.unsqueeze(1), CUBE),
    "unsqueeze behind": (lambda x: torch.unsqueeze(x, dim=-1), CUBE),
    "squeeze": (lambda x: x.squeeze(), (1, 4, 1)),
    "squeeze one": (lambda x: x.squeeze(-1), (1, 4, 1)),
    "squeeze what is longer": (lambda x: x.squeeze(1), (1, 4, 1)),
    "squeeze several": (lambda x: x.squeeze((0, 1)), (1, 4, 1)),
    # what reads all of an axis
    "sum": (lambda x: x.sum(), CUBE),
    "mean": (lambda x: x.mean((0, -1)), CUBE),
    "mean that keeps": (lambda x: x.mean(1, True), CUBE),
    "sum by other names": (lambda x: torch.sum(x, axis=1, keepdims=True), CUBE),
    "prod": (lambda x: x.prod(-1, keepdim=True), CUBE),
    "amax": (lambda x: torch.amax(x, (1, 2)), CUBE),
    "amin": (lambda x: x.amin(dim=0), CUBE),
    "logsumexp": (lambda x: x.logsumexp(1), CUBE),
    "no axes, which are all": (lambda x: x.sum(()), CUBE),
    "argmax": (lambda x: x.argmax(), CUBE),
    "argmin": (lambda x: x.argmin(1, keepdim=True), CUBE),
    "std": (lambda x: x.std(), CUBE),
    "std along one": (lambda x: x.std(1), CUBE),
    "std, kept": (lambda x: x.std(-1, True, True), CUBE),
    "var of all, biased": (lambda x: x.var(False), CUBE),
    "var by names": (lambda x: torch.var(x, dim=(1, 2), correction=0, keepdim=True), CUBE),
    "std_mean": (lambda x: torch.std_mean(x, 1), CUBE),
    "var_mean": (lambda x: torch.var_mean(x, dim=2, keepdim=True), CUBE),
    "norm": (lambda x: x.norm(), CUBE),
    "norm along one": (lambda x: torch.norm(x, 2, 1), CUBE),
    "norm, kept": (lambda x: x.norm(dim=(1, 2), keepdim=True), CUBE),
    "max": (lambda x: x.max(), CUBE),
    "max along one": (lambda x: x.max(1), CUBE),
    "max, kept": (lambda x: x.max(dim=-1, keepdim=True), CUBE),
    "min, kept": (lambda x: torch.min(x, 1, True), CUBE),
    "max of two": (lambda x, y: torch.max(x, y), CUBE, (4, 1)),
    "topk": (lambda x: x.topk(2), CUBE),
    "topk along one": (lambda x: torch.topk(x, 3, dim=1), CUBE),
    "topk of all": (lambda x: x.topk(4, 1), CUBE),
    "topk of more": (lambda x: x.topk(5, 1), CUBE),
    "cumsum": (lambda x: x.cumsum(1), CUBE),
    "cumprod": (lambda x: x.cumprod(dim=-1), CUBE),
    "softmax": (lambda x: x.softmax(-1), CUBE),
    "softmax by name": (lambda x: F.softmax(x, dim=1), CUBE),
    "log_softmax": (lambda x: F.log_softmax(x, 0), CUBE),
    "softmin": (lambda x: F.softmin(x, 2), CUBE),
    "gumbel_softmax": (lambda x: F.gumbel_softmax(x), CUBE),
    "gumbel_softmax along one": (lambda x: F.gumbel_softmax(x, 1, False, 1e-10, 1), CUBE),
    "normalize": (lambda x: F.normalize(x), CUBE),
    "normalize along the last": (lambda x: F.normalize(x, 1.0, -1), CUBE),
    "normalize by name": (lambda x: F.normalize(x, dim=0), CUBE),
    "roll": (lambda x: x.roll(1, 2), CUBE),
    "roll several": (lambda x: torch.roll(x, (1, 2), dims=(1, 2)), CUBE),
    "roll all": (lambda x: x.roll(3), CUBE),
    "flip": (lambda x: x.flip(1), CUBE),
    "flip several": (lambda x: torch.flip(x, dims=(0, -1)), CUBE),
    "flip both": (lambda x: x.flip(1, 2), CUBE),
    "sort": (lambda x: x.sort(), CUBE),
    "sort along one": (lambda x: torch.sort(x, dim=1, descending=True), CUBE),
    "tril": (lambda x: x.tril(), CUBE),
    "triu": (lambda x: torch.triu(x, 1), CUBE),
    # products
    "matmul": (lambda x, y: x @ y, CUBE, (2, 5, 3)),
    "matmul of one matrix": (lambda x, y: torch.matmul(x, y), CUBE, (5, 3)),
    "matmul with a vector": (lambda x, y: torch.matmul(x, y), CUBE, (5,)),
    "mm": (lambda x, y: torch.mm(x, y), (3, 4), (4, 2)),
    "mv": (lambda x, y: torch.mv(x, y), (3, 4), (4,)),
    "bmm": (lambda x, y: torch.bmm(x, y), CUBE, (2, 5, 3)),
    "bmm of other batches": (lambda x, y: torch.bmm(x, y), CUBE, (1, 5, 3)),
    "addmm": (lambda x, y, z: torch.addmm(x, y, z), (3,), (2, 4), (4, 3)),
    "addmm, weighed": (
        lambda x, y, z: torch.addmm(x, y, z, beta=2, alpha=3),
        *((2, 1), (2, 4), (4, 3)),
    ),
    "baddbmm": (lambda x, y, z: torch.baddbmm(x, y, z), (2, 4, 3), CUBE, (2, 5, 3)),
    "einsum": (lambda x, y: torch.einsum("ncl,cd->ndl", x, y), CUBE, (4, 3)),
    "einsum without an arrow": (lambda x, y: torch.einsum("ncl, cd", x, y), CUBE, (4, 3)),
    "einsum of a row": (lambda x, y: torch.einsum("ncl,nml->ncm", [x, y]), CUBE, (2, 3, 5)),
    "einsum along a diagonal": (lambda x: torch.einsum("nii->ni", x), (2, 3, 3)),
    "einsum that stretches": (lambda x, y: torch.einsum("nc,cd->nd", x, y), (2, 1), (4, 3)),
    "einsum of what does not fit": (lambda x, y: torch.einsum("nc,cd->nd", x, y), (2, 5), (4, 3)),
    "einsum with dots": (lambda x, y: torch.einsum("...c,cd->...d", x, y), CUBE, (5, 3)),
    "attention": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        *((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2)),
    ),
    "linear": (lambda x, y: F.linear(x, y), CUBE, (3, 5)),
    "linear with a bias": (lambda x, y, z: F.linear(x, y, z), CUBE, (3, 5), (3,)),
    "linear of what does not fit": (lambda x, y: F.linear(x, y), CUBE, (3, 4)),
    "attention with a mask": (
        lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, m),
        *((2, 4, 5), (2, 6, 5), (2, 6, 3), (4, 6)),
    ),
    "attention with a mask by name": (
        lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m),
        *((2, 4, 5), (2, 6, 5), (2, 6, 3), (2, 1, 6)),
    ),
    "attention of shared heads": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True),
        *((2, 4, 3, 5), (2, 2, 6, 5), (2, 2, 6, 2)),
    ),
    "attention of matrices": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        *((4, 5), (6, 5), (6, 2)),
    ),
    # padding, windows
    "pad": (lambda x: F.pad(x, (1, 2)), CUBE),
    "pad and crop": (lambda x: F.pad(x, (-1, 2, 3, -2)), CUBE),
    "pad by name": (lambda x: F.pad(x, pad=(0, 1, 1, 0), value=1.0), IMAGE),
    "pad the examples": (lambda x: F.pad(x, (0, 0, 0, 0, 1, 0)), CUBE),
    "crop too much": (lambda x: F.pad(x, (-3, -2)), CUBE),
    "mirrored": (lambda x: F.pad(x, (2, 3), mode="reflect"), CUBE),
    "mirrored too far": (lambda x: F.pad(x, (5, 0), mode="reflect"), CUBE),
    "repeated at the ends": (lambda x: F.pad(x, (2, 6), mode="replicate"), CUBE),
    "around": (lambda x: F.pad(x, (5, 1), mode="circular"), CUBE),
    "around too far": (lambda x: F.pad(x, (6, 1), mode="circular"), CUBE),
    "mirrored in two": (lambda x: F.pad(x, (1, 2, 3, 0), mode="reflect"), IMAGE),
    "conv1d": (lambda x, w: F.conv1d(x, w, None, 2, 1), CUBE, (3, 4, 3)),
    "conv1d of groups": (lambda x, w: F.conv1d(x, w, groups=2, dilation=2), CUBE, (6, 2, 2)),
    "conv2d": (lambda x, w, b: F.conv2d(x, w, b, (1, 2), (0, 1)), IMAGE, (3, 4, 2, 3), (3,)),
    "conv_transpose1d": (
        lambda x, w: F.conv_transpose1d(x, w, None, 2, 1, 1),
        *(CUBE, (4, 3, 3)),
    ),
    "conv_transpose1d of groups": (
        lambda x, w: F.conv_transpose1d(x, w, stride=3, groups=2, dilation=2),
        *(CUBE, (4, 3, 2)),
    ),
    "max_pool1d": (lambda x: F.max_pool1d(x, 2), CUBE),
    "max_pool1d with ceilings": (lambda x: F.max_pool1d(x, 3, 2, 1, 1, True), CUBE),
    "max_pool1d, dilated": (lambda x: F.max_pool1d(x, 2, stride=1, dilation=2), CUBE),
    "max_pool2d": (lambda x: F.max_pool2d(x, (2, 3), (1, 2), (0, 1)), IMAGE),
    "avg_pool1d": (lambda x: F.avg_pool1d(x, 3, 1, 1), CUBE),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2, ceil_mode=True), IMAGE),
    "lp_pool1d": (lambda x: F.lp_pool1d(x, 2.0, 3, stride=2), CUBE),
    "adaptive_avg_pool1d": (lambda x: F.adaptive_avg_pool1d(x, 3), CUBE),
    "adaptive_max_pool2d": (lambda x: F.adaptive_max_pool2d(x, (2, None)), IMAGE),
    "pixel_shuffle": (lambda x: F.pixel_shuffle(x, 2), IMAGE),
    "pixel_unshuffle": (lambda x: F.pixel_unshuffle(x, 2), (1, 1, 4, 6)),
    "unfold along one": (lambda x: x.unfold(2, 3, 2), CUBE),
    "unfold from the end": (lambda x: x.unfold(-2, 2, 1), CUBE),
    "columns": (lambda x: F.unfold(x, (2, 3), padding=1, stride=(2, 1)), IMAGE),
    "columns, dilated": (lambda x: F.unfold(x, 2, 2), IMAGE),
    "columns of one example": (lambda x: F.unfold(x, 2), (4, 5, 6)),
    "columns laid back": (lambda x: F.fold(x, (3, 4), 2), (2, 8, 6)),
    "columns laid back far": (lambda x: F.fold(x, (4, 4), (2, 1), stride=(2, 1)), (2, 6, 8)),
    "columns that do not fit": (lambda x: F.fold(x, (3, 4), 2), (2, 8, 5)),
    "rows that do not fit": (lambda x: F.fold(x, (3, 4), 2), (2, 7, 6)),
    "interpolate": (lambda x: F.interpolate(x, scale_factor=2), CUBE),
    "interpolate to a size": (lambda x: F.interpolate(x, 7), CUBE),
    "interpolate linearly": (lambda x: F.interpolate(x, 8, mode="linear"), CUBE),
    "interpolate by corners": (
        lambda x: F.interpolate(x, size=(7, 4), mode="bilinear", align_corners=True),
        IMAGE,
    ),
    "interpolate smoothly": (
        lambda x: F.interpolate(x, size=3, mode="bilinear", antialias=True),
        IMAGE,
    ),
    "grid_sample": (
        lambda x, y: F.grid_sample(x, y.tanh() * 0.9, align_corners=False),
        *((2, 3, 2, 3), (2, 5, 6, 2)),
    ),
    "grid_sample in three": (
        lambda x, y: F.grid_sample(x, y.tanh(), align_corners=True),
        *((1, 2, 2, 3, 2), (1, 1, 2, 3, 3)),
    ),
    "grid_sample of a row": (lambda x, y: F.grid_sample(x, y), (2, 3, 4), (2, 2, 1)),
    "grid_sample of other axes": (lambda x, y: F.grid_sample(x, y), IMAGE, (2, 2, 2, 2, 3)),
    "short_time": (
        lambda x: torch.stft(x, 4, 2, window=torch.ones(4).double(), return_complex=True),
        (2, 9),
    ),
    "short_time, around": (
        lambda x: torch.stft(
            x, 8, window=torch.ones(8).double(), pad_mode="circular", return_complex=True
        ),
        (2, 9),
    ),
    "short_time from the first on": (
        lambda x: torch.stft(
            x, 6, window=torch.ones(6).double(), center=False, return_complex=True
        ),
        (2, 9),
    ),
    "max_unpool1d": (lambda x: F.max_unpool1d(x, EVERY_SECOND, 2), CUBE),
    "max_unpool1d, padded": (lambda x: F.max_unpool1d(x, EVERY_SECOND, 3, 2, 1), CUBE),
    "max_unpool1d, longer": (lambda x: F.max_unpool1d(x, EVERY_SECOND, 3, 2, 1, (10,)), CUBE),
    "max_unpool1d, too long": (lambda x: F.max_unpool1d(x, EVERY_SECOND, 3, 2, 1, (11,)), CUBE),
    "max_unpool1d, shorter": (
        lambda x: F.max_unpool1d(x, EACH, 3, 2, 1, output_size=(*x.shape[:2], 8)),
        CUBE,
    ),
    "max_unpool1d, too short": (lambda x: F.max_unpool1d(x, EACH, 3, 2, 1, (7,)), CUBE),
    "max_unpool1d of other places": (lambda x: F.max_unpool1d(x, EACH[:1], 2), CUBE),
    "max_unpool2d": (lambda x: F.max_unpool2d(x, CORNERS, (2, 1)), (1, 2, 2, 3)),
    "embedding": (lambda w: F.embedding(torch.tensor([[0, 2, 1]]), w), (4, 3)),
    "embedding of too far": (lambda w: F.embedding(torch.tensor([0, 4]), w), (4, 3)),
    "embedding from before": (lambda w: F.embedding(torch.tensor([0, -1]), w), (4, 3)),
    "one_hot": (lambda x: F.one_hot(torch.tensor([0, 2]), 5), CUBE),
    "one_hot of a size": (lambda x: F.one_hot(torch.tensor([0, 2]), x.shape[1]), CUBE),
    "a size": (lambda x: torch.tensor(x.shape)[1], CUBE),
    "a size that is not there": (lambda x: torch.tensor(x.shape)[3], CUBE),
    "sizes": (lambda x: torch.tensor(x.shape)[1:], CUBE),
    # made of nothing
    "zeros": (lambda x: x + torch.zeros(4, 5), CUBE),
    "new_zeros": (lambda x: x.new_zeros(x.shape[1], 3), CUBE),
    "new_ones": (lambda x: x.new_ones((3, x.shape[2])), CUBE),
    "zeros by name": (lambda x: torch.zeros(size=(x.shape[1], 2)), CUBE),
    "new_full": (lambda x: x.new_full((x.shape[0], x.shape[1]), 1.0), CUBE),
    "full": (lambda x: torch.full((x.shape[0] - 1, x.shape[1]), 1.0), CUBE),
    "full by name": (lambda x: torch.full(size=[x.shape[1]], fill_value=2.0), CUBE),
    "eye": (lambda x: torch.eye(x.shape[1], x.shape[2]), CUBE),
    "eye, square": (lambda x: torch.eye(x.shape[1]), CUBE),
    "linspace": (lambda x: torch.linspace(0, 1, x.shape[1]), CUBE),
    "linspace by name": (lambda x: torch.linspace(0, end=1, steps=x.shape[1]), CUBE),
    "arange": (lambda x: torch.arange(x.shape[2]), CUBE),
    "arange from a start": (lambda x: torch.arange(2, x.shape[2]), CUBE),
    "arange by steps": (lambda x: torch.arange(1, 2 * x.shape[2], 3), CUBE),
    "arange downwards": (lambda x: torch.arange(x.shape[2], 0, -2), CUBE),
    "arange to a whole fraction": (lambda x: torch.arange(0, x.shape[2] * 1.0), CUBE),
    "arange to half": (lambda x: torch.arange(0, x.shape[2] / 2), CUBE),
    "arange by no step": (lambda x: torch.arange(0, x.shape[2], 0), CUBE),
    "arange by names": (lambda x: torch.arange(start=1, end=x.shape[2], step=2), CUBE),
    "affine_grid": (lambda x: F.affine_grid(x, (2, 3, 4, 5), align_corners=False), (2, 2, 3)),
    "affine_grid in three": (
        lambda x: F.affine_grid(x, [2, 3, 4, 5, 2], align_corners=False),
        (2, 3, 4),
    ),
    # norms
    "batch_norm": (lambda x, m, v: F.batch_norm(x, m, v.square()), CUBE, (4,), (4,)),
    "batch_norm of other channels": (lambda x, m, v: F.batch_norm(x, m, v), CUBE, (3,), (3,)),
    "batch_norm that trains": (lambda x: F.batch_norm(x, None, None, training=True), CUBE),
    "batch_norm that trains on one": (
        lambda x: F.batch_norm(x, None, None, None, None, True),
        (1, 4, 1),
    ),
    "batch_norm that trains on few": (
        lambda x: F.batch_norm(x, None, None, None, None, True),
        (2, 4, 1),
    ),
    "instance_norm": (lambda x: F.instance_norm(x), CUBE),
    "instance_norm of one": (lambda x: F.instance_norm(x), (2, 4, 1)),
    "instance_norm of kept": (
        lambda x, m, v: F.instance_norm(x, m, v.square(), use_input_stats=False),
        *(CUBE, (4,), (4,)),
    ),
    "layer_norm": (lambda x: F.layer_norm(x, (5,)), CUBE),
    "layer_norm over two": (lambda x: F.layer_norm(x, (4, 5)), CUBE),
    "layer_norm of other lengths": (lambda x: F.layer_norm(x, (4, 4)), CUBE),
    "rms_norm": (lambda x: F.rms_norm(x, (5,)), CUBE),
    "group_norm": (lambda x: F.group_norm(x, 2), CUBE),
    "group_norm of others": (lambda x: F.group_norm(x, 3), CUBE),
    "group_norm of as many": (lambda x: F.group_norm(x, 4), CUBE),
    "group_norm of one each": (lambda x: F.group_norm(x, 4), (1, 4, 1)),
    "batch_norm, weighed": (
        lambda x, m, w, b: F.batch_norm(x, m, m.square(), w, b),
        *(CUBE, (4,), (4,), (4,)),
    ),
    "instance_norm, weighed": (
        lambda x, w, b: F.instance_norm(x, weight=w, bias=b),
        *(CUBE, (4,), (4,)),
    ),
    "layer_norm, weighed": (lambda x, w, b: F.layer_norm(x, (5,), w, b), CUBE, (5,), (5,)),
    "rms_norm, weighed": (lambda x, w: F.rms_norm(x, (4, 5), w), CUBE, (4, 5)),
    "group_norm, weighed": (lambda x, w, b: F.group_norm(x, 2, w, b), CUBE, (4,), (4,)),
    # element by element
    "add": (lambda x, y: x + y, CUBE, (4, 1)),
    "sub, stretched twice": (lambda x, y: x - y, (2, 1, 5), (4, 1)),
    "rsub": (lambda x: 2 - x, CUBE),
    "pow": (lambda x: x**2, CUBE),
    "where": (lambda x, y: torch.where(x > 0, x, y), (9, 2, 3), (3,)),
    "relu": (lambda x: F.relu(x), CUBE),
    "add in place": (lambda x, y: x.clone().add_(y), CUBE, (4, 1)),
    "add in place of what is shorter": (lambda x, y: x.clone().add_(y), (4, 1), CUBE),
    "channel_shuffle": (lambda x: F.channel_shuffle(x, 2), CUBE),
    "channel_shuffle of one group": (lambda x: F.channel_shuffle(x, 1), CUBE),
    "channel_shuffle of no groups": (lambda x: F.channel_shuffle(x, 0), CUBE),
    "channel_shuffle of two axes": (lambda x: F.channel_shuffle(x, 2), (2, 4)),
    "channel_shuffle of others": (lambda x: F.channel_shuffle(x, 3), CUBE),
    "long": (lambda x: x.long(), CUBE),
    "to": (lambda x: x.to(torch.float32), CUBE),
    "zeros_like": (lambda x: torch.zeros_like(x), CUBE),
    # more of the same
    "no places": (lambda x: x[:, []], CUBE),
    "split into none": (lambda x: x.split(0, 1), CUBE),
    "split by a size": (lambda x: x.split(x.shape[1] // 2, 1), CUBE),
    "split by a size for no axis": (lambda x: x.split(x.shape[0]), CUBE),
    "split by sizes": (lambda x: x.split([x.shape[1] - 1, 1], 1), CUBE),
    "cat with nothing between": (
        lambda x, y: torch.cat([x, torch.zeros(0), y], 1),
        CUBE,
        (2, 3, 5),
    ),
    "cat of nothing": (lambda x: torch.cat([torch.zeros(0), torch.zeros(0)]), CUBE),
    "cat of one": (lambda x: torch.cat([x], 2), CUBE),
    "concatenate": (lambda x, y: torch.concatenate((x, y), -2), CUBE, (2, 3, 5)),
    "meshgrid of a row": (lambda x, y: torch.meshgrid([x, y], indexing="ij"), (3,), (4,)),
    "meshgrid of one, turned": (lambda x: torch.meshgrid(x, indexing="xy"), (3,)),
    "meshgrid of two, turned": (lambda x, y: torch.meshgrid(x, y, indexing="xy"), (3,), (4,)),
    "repeat_interleave by a size": (lambda x: x.repeat_interleave(x.shape[1], 2), CUBE),
    "repeat_interleave by less": (lambda x: x.repeat_interleave(x.shape[1] - 3, 2), CUBE),
    "repeat_interleave of all by less": (lambda x: x.repeat_interleave(x.shape[1] - 3), CUBE),
    "repeat_interleave of none": (lambda x: x.repeat_interleave(0, 2), CUBE),
    "repeat_interleave by a row of one": (
        lambda x: x.repeat_interleave(torch.tensor([3]), 1),
        CUBE,
    ),
    "repeat_interleave of all of a row of one": (
        lambda x: x.repeat_interleave(torch.tensor([3])),
        CUBE,
    ),
    "tile by more": (lambda x: x.tile(2, 1, 1, 3), CUBE),
    "repeat by sizes": (lambda x: x.repeat(1, x.shape[2], 1), CUBE),
    "short_time of a row": (
        lambda x: torch.stft(x, 4, window=torch.ones(4).double(), return_complex=True),
        (9,),
    ),
    "short_time of zeros around": (
        lambda x: torch.stft(
            x, 8, window=torch.ones(8).double(), pad_mode="constant", return_complex=True
        ),
        (2, 9),
    ),
    "short_time, repeated": (
        lambda x: torch.stft(
            x, 8, window=torch.ones(8).double(), pad_mode="replicate", return_complex=True
        ),
        (2, 9),
    ),
    "conv_transpose2d": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, (2, 1), (1, 0), (1, 0), 2),
        IMAGE,
        (4, 3, 3, 2),
        (6,),
    ),
    "conv_transpose2d of another bias": (
        lambda x, w, b: F.conv_transpose2d(x, w, b),
        IMAGE,
        (4, 3, 3, 2),
        (2,),
    ),
    "conv3d": (lambda x, w: F.conv3d(x, w, padding=1), (1, 2, 2, 3, 2), (2, 2, 2, 3, 2)),
    "conv1d of another bias": (lambda x, w, b: F.conv1d(x, w, b), CUBE, (3, 4, 3), (2,)),
    "conv1d by names": (
        lambda x, w, b: F.conv1d(input=x, weight=w, bias=b, stride=2),
        CUBE,
        (3, 4, 3),
        (3,),
    ),
    "conv1d, padded alike": (lambda x, w: F.conv1d(x, w, padding="same"), CUBE, (3, 4, 3)),
    "max_pool1d with places": (lambda x: F.max_pool1d(x, 2, return_indices=True), CUBE),
    "max_pool3d": (lambda x: F.max_pool3d(x, 2, 1), (1, 2, 2, 3, 2)),
    "avg_pool3d": (lambda x: F.avg_pool3d(x, (1, 2, 2)), (1, 2, 2, 3, 2)),
    "lp_pool2d": (lambda x: F.lp_pool2d(x, 2.0, (2, 3)), IMAGE),
    "adaptive_max_pool1d with places": (
        lambda x: F.adaptive_max_pool1d(x, 2, return_indices=True),
        CUBE,
    ),
    "upsample": (lambda x: F.upsample(x, scale_factor=2), CUBE),
    "interpolate to sizes": (lambda x: F.interpolate(x, size=(x.shape[2] + 1, 4)), IMAGE),
    "interpolate, recomputed": (
        lambda x: F.interpolate(x, scale_factor=1.3, recompute_scale_factor=True),
        CUBE,
    ),
    "interpolate by a fraction": (lambda x: F.interpolate(x, scale_factor=1.3), CUBE),
    "max_pool1d of torch": (lambda x: torch.max_pool1d(x, 3), CUBE),
    "max_pool2d of torch": (lambda x: torch.max_pool2d(x, 2, padding=1, ceil_mode=True), IMAGE),
    "max_pool3d of torch": (lambda x: torch.max_pool3d(x, (1, 2, 2)), (1, 2, 2, 4, 4)),
    "avg_pool1d of torch": (lambda x: torch.avg_pool1d(x, 3), CUBE),
    "adaptive_avg_pool1d of torch": (lambda x: torch.adaptive_avg_pool1d(x, 2), CUBE),
    "conv1d of torch": (lambda x, w: torch.conv1d(x, w), CUBE, (3, 4, 3)),
    "conv_transpose1d of torch": (lambda x, w: torch.conv_transpose1d(x, w), CUBE, (4, 3, 3)),
    "grid_sample of few": (
        lambda y: F.grid_sample(y.new_zeros(2, 3, y.shape[1] - 4, y.shape[2] - 5), y),
        (2, 5, 6, 2),
    ),
    "grid_sample of other examples": (lambda x, y: F.grid_sample(x, y), (2, 3, 2, 3), (3, 5, 6, 2)),
    "grid_sample of other places": (lambda x, y: F.grid_sample(x, y), (2, 3, 2, 3), (2, 5, 6, 3)),
    "max_unpool3d": (
        lambda x: F.max_unpool3d(x, torch.tensor([[[[[0, 2]]]]]), (1, 1, 2)),
        (1, 1, 1, 1, 2),
    ),
    "batch_norm of an image": (lambda x: F.batch_norm(x, None, None, training=True), IMAGE),
    "instance_norm of an image": (lambda x: F.instance_norm(x), IMAGE),
    "group_norm of an image": (lambda x: F.group_norm(x, 2), IMAGE),
    "group_norm of pairs": (lambda x: F.group_norm(x, 2), (2, 4)),
    "group_norm, badly weighed": (lambda x, w: F.group_norm(x, 2, w), CUBE, (3,)),
    "layer_norm, badly weighed": (lambda x, w: F.layer_norm(x, (5,), w), CUBE, (4,)),
    "layer_norm, with other offsets": (
        lambda x, w, b: F.layer_norm(x, (5,), w, b),
        CUBE,
        (5,),
        (4,),
    ),
    "batch_norm of other variances": (lambda x, m, v: F.batch_norm(x, m, v), CUBE, (4,), (3,)),
    "batch_norm, badly weighed": (
        lambda x, m, v, w: F.batch_norm(x, m, v, w),
        CUBE,
        (4,),
        (4,),
        (3,),
    ),
    "cumprod by another name": (lambda x: torch.cumprod(x, axis=1), CUBE),
    "softmax by another name": (lambda x: torch.softmax(x, axis=1), CUBE),
    "softmax of no axis": (lambda x: F.softmax(x), IMAGE),
    "softmin of no axis, flat": (lambda x: F.softmin(x), (4,)),
    "any": (lambda x: (x > 0).any(1), CUBE),
    "all": (lambda x: (x > 0).all(), CUBE),
    "nansum": (lambda x: x.nansum(2), CUBE),
    "nanmean": (lambda x: x.nanmean((0, 2), keepdim=True), CUBE),
    "count_nonzero": (lambda x: torch.relu(x).count_nonzero(1), CUBE),
    "std by names": (lambda x: torch.std(x, axis=1, keepdims=True), CUBE),
    "std_mean of all": (lambda x: torch.std_mean(x), CUBE),
    "norm by names": (lambda x: torch.norm(x, p=1, dim=2, keepdim=True), CUBE),
    "norm by places": (lambda x: torch.norm(x, 2, 1, True), CUBE),
    "min along one": (lambda x: x.min(1), CUBE),
    "max by another name": (lambda x: x.max(axis=1), CUBE),
    "min of two": (lambda x, y: torch.min(x, other=y), CUBE, (4, 1)),
    "topk of none": (lambda x: x.topk(0, 1), CUBE),
    "topk of a size": (lambda x: x.topk(x.shape[1] - 2, 1), CUBE),
    "tril of a matrix": (lambda x: x.tril(1), (4, 5)),
    "unsqueeze twice": (lambda x: x.unsqueeze(0).unsqueeze(-2), CUBE),
    "expand by names": (lambda x: x.expand(size=(3, 2, 4, 5)), CUBE),
    "mH": (lambda x: x.mH, CUBE),
    "permute by name": (lambda x: torch.permute(x, dims=(2, 0, 1)), CUBE),
    "transpose by names": (lambda x: torch.transpose(x, dim0=1, dim1=-1), CUBE),
    "movedim by names": (lambda x: torch.movedim(x, source=0, destination=-1), CUBE),
    "squeeze nothing": (lambda x: x.squeeze(), CUBE),
    "broadcast_tensors of three": (
        lambda x, y, z: torch.broadcast_tensors(x, y, z),
        (4, 1),
        (2, 1, 5),
        (5,),
    ),
    "matmul of vectors": (lambda x, y: x @ y, (4,), (4,)),
    "matmul of a vector": (lambda x, y: x @ y, (4,), (2, 4, 3)),
    "matmul that stretches": (lambda x, y: x @ y, (1, 3, 4), (2, 4, 5)),
    "addmm of other": (lambda x, y, z: torch.addmm(x, y, z), (2,), (2, 4), (4, 3)),
    "baddbmm of a row": (lambda x, y, z: torch.baddbmm(x, y, z), (3,), CUBE, (2, 5, 3)),
    "baddbmm of other batches": (lambda x, y, z: torch.baddbmm(x, y, z), (3,), CUBE, (1, 5, 3)),
    "einsum of three": (
        lambda x, y, z: torch.einsum("ab,bc,cd->ad", x, y, z),
        (2, 3),
        (3, 4),
        (4, 2),
    ),
    "einsum of one": (lambda x: torch.einsum("ncl->nl", x), CUBE),
    "einsum of all": (lambda x, y: torch.einsum("ij,ij->", x, y), (3, 4), (3, 4)),
    "einsum of an outer product": (lambda x, y: torch.einsum("i,j->ij", x, y), (3,), (4,)),
    "einsum of batches": (lambda x, y: torch.einsum("bij,bjk->bik", x, y), CUBE, (2, 5, 3)),
    "einsum of too many": (lambda x: torch.einsum("ncll->nl", x), CUBE),
    "linear of a vector": (lambda x, y: F.linear(x, y), (5,), (3, 5)),
    "linear to one": (lambda x, y: F.linear(x, y), CUBE, (5,)),
    "linear with another bias": (lambda x, y, z: F.linear(x, y, z), CUBE, (3, 5), (2,)),
    "linear with one bias": (lambda x, y, z: F.linear(x, y, z), CUBE, (3, 5), (1,)),
    "attention of other keys": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        (2, 4, 5),
        (2, 6, 4),
        (2, 6, 3),
    ),
    "attention of other values": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        (2, 4, 5),
        (2, 6, 5),
        (2, 5, 3),
    ),
    "attention that stretches": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v),
        (2, 4, 5),
        (1, 6, 5),
        (1, 6, 3),
    ),
    "rand of a tensor": (lambda x: torch.rand((x.shape[1] - 1, 2)), CUBE),
    "randn of nothing": (
        lambda x: torch.cat(
            [torch.randn(x.shape[1], x.shape[0] - 2), torch.ones(x.shape[1], 1)], 1
        ),
        CUBE,
    ),
    "new_full by name": (lambda x: x.new_full(size=(x.shape[1],), fill_value=1.0), CUBE),
    "linspace of few": (lambda x: torch.linspace(start=0, end=1, steps=x.shape[1] - 3), CUBE),
    "eye by names": (lambda x: torch.eye(n=x.shape[1], m=3), CUBE),
    "affine_grid of other examples": (
        lambda x: F.affine_grid(x, (2, 3, 4, 5), align_corners=False),
        (3, 2, 3),
    ),
    "affine_grid of other rows": (
        lambda x: F.affine_grid(x, (2, 3, 4, 5), align_corners=False),
        (2, 3, 3),
    ),
    "float": (lambda x: x.float(), CUBE),
    "double": (lambda x: x.double(), CUBE),
    "int": (lambda x: x.int(), CUBE),
    "data": (lambda x: x.data, CUBE),
    "real": (lambda x: x.real, CUBE),
    "contiguous": (lambda x: x.mT.contiguous(), CUBE),
    "detach": (lambda x: x.detach(), CUBE),
    "type": (lambda x: x.type(torch.float32), CUBE),
    "type_as": (lambda x, y: x.type_as(y), CUBE, (2,)),
    "to a type and a place": (lambda x: x.to("cpu", torch.float64), CUBE),
    "hardswish": (lambda x: F.hardswish(x), CUBE),
    "tanhshrink": (lambda x: F.tanhshrink(x), CUBE),
    "softsign": (lambda x: F.softsign(x), CUBE),
    "logsigmoid": (lambda x: F.logsigmoid(x), CUBE),
    "prelu": (lambda x, w: F.prelu(x, w), CUBE, (4,)),
    "local_response_norm": (lambda x: F.local_response_norm(x, 3), CUBE),
    "half": (lambda x: x.half(), CUBE),
    "full_like": (lambda x: torch.full_like(x, 2.0), CUBE),
    "rand_like": (lambda x: torch.rand_like(x), CUBE),
    "neg": (lambda x: -x, CUBE),
    "abs": (lambda x: abs(x), CUBE),
    "floordiv": (lambda x, y: x // y, CUBE, (4, 1)),
    "mod": (lambda x, y: x % y, CUBE, (4, 1)),
    "rmod": (lambda x: 5 % x, CUBE),
    "rpow": (lambda x: 2**x, CUBE),
    "rdiv": (lambda x: 2 / x, CUBE),
    "rfloordiv": (lambda x: 2 // x, CUBE),
    "complex": (lambda x, y: torch.complex(x, y).real, CUBE, CUBE),
    "maximum": (lambda x, y: torch.maximum(x, y), CUBE, (5,)),
    "isclose": (lambda x, y: torch.isclose(x, y, rtol=1.0), CUBE, (5,)),
    "greater": (lambda x, y: torch.greater(x, y), CUBE, (5,)),
    "eq of what does not fit": (lambda x, y: x == y, CUBE, (4,)),
    "pixel_unshuffle of an odd": (lambda x: F.pixel_unshuffle(x, 2), (1, 1, 3, 6)),
    # by the names of their arguments
    "flatten by names": (lambda x: torch.flatten(input=x, start_dim=1), CUBE),
    "cat by names": (lambda x, y: torch.cat(tensors=[x, y], dim=1), CUBE, CUBE),
    "stack by names": (lambda x, y: torch.stack(tensors=[x, y], dim=1), CUBE, CUBE),
    "repeat by name": (lambda x: x.repeat(repeats=(1, 2, 1)), CUBE),
    "tile by name": (lambda x: torch.tile(x, dims=(2,)), CUBE),
    "where by names": (
        lambda c, x, y: torch.where(c > 0, input=x, other=y),
        (4, 5),
        (4, 1),
        (3, 4, 5),
    ),
    "mul by names": (lambda x, y: torch.mul(other=x, input=y), (4, 5), (4, 1)),
    "addmm by names": (
        lambda x, y, z: torch.addmm(x, mat1=y, mat2=z, beta=2, alpha=3),
        (3,),
        (2, 4),
        (4, 3),
    ),
    "baddbmm by names": (
        lambda x, y, z: torch.baddbmm(x, batch1=y, batch2=z),
        (2, 4, 3),
        CUBE,
        (2, 5, 3),
    ),
    "matmul by names": (lambda x, y: torch.matmul(input=x, other=y), CUBE, (2, 5, 3)),
    "linear by names": (lambda x, w, b: F.linear(input=x, bias=b, weight=w), CUBE, (3, 5), (3,)),
    "batch_norm by names": (
        lambda x, m, v: F.batch_norm(input=x, running_mean=m, running_var=v.square()),
        CUBE,
        (4,),
        (4,),
    ),
    "attention by names": (
        lambda q, k, v: F.scaled_dot_product_attention(query=q, key=k, value=v),
        (2, 4, 5),
        (2, 6, 5),
        (2, 6, 3),
    ),
    "max_unpool1d by names": (
        lambda x: F.max_unpool1d(x, indices=EVERY_SECOND, kernel_size=2),
        CUBE,
    ),
    "embedding by names": (
        lambda w: F.embedding(weight=w, input=torch.tensor([[0, 2, 1]])),
        (4, 3),
    ),
    "max, kept, by another name": (lambda x: x.max(axis=1, keepdims=True), CUBE),
    "var of few, by names": (lambda x: torch.var(input=x, dim=1, unbiased=False), CUBE),
}
# the same of layers, which are made only where they are tried
LAYERS = {
    "Conv1d": (lambda: nn.Conv1d(4, 6, 3, 2, 1, groups=2), CUBE),
    "Conv2d that goes around": (
        lambda: nn.Conv2d(4, 3, (2, 3), padding=(1, 2), padding_mode="circular"),
        IMAGE,
    ),
    "Conv1d that mirrors": (lambda: nn.Conv1d(4, 3, 3, padding=2, padding_mode="reflect"), CUBE),
    "ConvTranspose1d": (lambda: nn.ConvTranspose1d(4, 3, 3, 2, 1, 1), CUBE),
    "MaxPool2d": (lambda: nn.MaxPool2d(2, (1, 2), 1), IMAGE),
    "MaxPool1d with places": (lambda: nn.MaxPool1d(2, return_indices=True), CUBE),
    "AvgPool1d": (lambda: nn.AvgPool1d(3, 2, ceil_mode=True), CUBE),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d((3, None)), IMAGE),
    "ReflectionPad1d": (lambda: nn.ReflectionPad1d((2, 3)), CUBE),
    "ReflectionPad1d too far": (lambda: nn.ReflectionPad1d(5), CUBE),
    "CircularPad1d": (lambda: nn.CircularPad1d((5, 1)), CUBE),
    "CircularPad1d too far": (lambda: nn.CircularPad1d((6, 1)), CUBE),
    "ReplicationPad1d": (lambda: nn.ReplicationPad1d((1, 6)), CUBE),
    "ZeroPad1d": (lambda: nn.ZeroPad1d((1, -2)), CUBE),
    "Upsample": (lambda: nn.Upsample(scale_factor=2), CUBE),
    "PixelShuffle": (lambda: nn.PixelShuffle(2), IMAGE),
    "ConvTranspose1d of a size": (
        lambda: Within(nn.ConvTranspose1d(4, 3, 3, 2, 1), lambda m, x: m(x, [10])),
        CUBE,
    ),
    "ConvTranspose1d of a size by name": (
        lambda: Within(
            nn.ConvTranspose1d(4, 3, 3, 2, 1, 1), lambda m, x: m(x, output_size=(*x.shape[:2], 9))
        ),
        CUBE,
    ),
    "ConvTranspose1d that is too long": (
        lambda: Within(nn.ConvTranspose1d(4, 3, 3, 2, 1), lambda m, x: m(x, [11])),
        CUBE,
    ),
    "ConvTranspose1d that is too short": (
        lambda: Within(nn.ConvTranspose1d(4, 3, 3, 2, 1), lambda m, x: m(x, [8])),
        CUBE,
    ),
    "MaxUnpool1d": (lambda: Within(nn.MaxUnpool1d(3, 2, 1), lambda m, x: m(x, EVERY_SECOND)), CUBE),
    "MaxUnpool1d of a size": (
        lambda: Within(
            nn.MaxUnpool1d(2), lambda m, x: m(x, EVERY_SECOND, output_size=(*x.shape[:2], 11))
        ),
        CUBE,
    ),
    "Embedding": (
        lambda: Within(nn.Embedding(4, 3), lambda m, x: m(torch.arange(x.shape[1]))),
        CUBE,
    ),
    "Embedding of given places": (
        lambda: Within(nn.Embedding(5, 3), lambda m, x: m(EACH)),
        CUBE,
    ),
    "Embedding of given places too far": (
        lambda: Within(nn.Embedding(4, 3), lambda m, x: m(EACH)),
        CUBE,
    ),
    "a layer of a class of its own": (lambda: Thinned(4, 3, 2), CUBE),
    "Embedding of too far": (
        lambda: Within(nn.Embedding(4, 3), lambda m, x: m(torch.arange(x.shape[2]))),
        CUBE,
    ),
    "LSTM": (lambda: nn.LSTM(5, 3), (4, 2, 5)),
    "LSTM, batch first": (lambda: nn.LSTM(5, 3, batch_first=True), CUBE),
    "LSTM both ways": (lambda: nn.LSTM(5, 3, 2, bidirectional=True), (4, 2, 5)),
    "LSTM of one example": (lambda: nn.LSTM(5, 3, batch_first=True), (4, 5)),
    "LSTM that projects": (lambda: nn.LSTM(5, 3, proj_size=2), (4, 2, 5)),
    "LSTM of other features": (lambda: nn.LSTM(4, 3), (4, 2, 5)),
    "GRU": (lambda: nn.GRU(5, 3, batch_first=True, bidirectional=True), CUBE),
    "GRU of one example": (lambda: nn.GRU(5, 3, 2), (4, 5)),
    "RNN": (lambda: nn.RNN(5, 3, 2), (4, 2, 5)),
    "MultiheadAttention": (
        lambda: nn.MultiheadAttention(6, 2),
        *((4, 2, 6), (3, 2, 6), (3, 2, 6)),
    ),
    "MultiheadAttention, batch first": (
        lambda: nn.MultiheadAttention(6, 3, kdim=5, vdim=4, batch_first=True),
        *((2, 4, 6), (2, 3, 5), (2, 3, 4)),
    ),
    "MultiheadAttention of one example": (
        lambda: nn.MultiheadAttention(6, 2, batch_first=True),
        *((4, 6), (3, 6), (3, 6)),
    ),
    "MultiheadAttention of other values": (
        lambda: nn.MultiheadAttention(6, 2),
        *((4, 2, 6), (3, 2, 6), (4, 2, 6)),
    ),
    "MultiheadAttention of other batches": (
        lambda: nn.MultiheadAttention(6, 2),
        *((4, 2, 6), (3, 1, 6), (3, 1, 6)),
    ),
    "MultiheadAttention of other features": (
        lambda: nn.MultiheadAttention(6, 2),
        *((4, 2, 6), (3, 2, 5), (3, 2, 6)),
    ),
    "MultiheadAttention of each head": (
        lambda: Within(
            nn.MultiheadAttention(6, 2),
            lambda m, x, y: m(x, y, y, average_attn_weights=False),
        ),
        *((4, 2, 6), (3, 2, 6)),
    ),
    "MultiheadAttention, by place": (
        lambda: Within(
            nn.MultiheadAttention(6, 2),
            lambda m, x, y: m(x, y, y, None, True, None, False),
        ),
        *((4, 2, 6), (3, 2, 6)),
    ),
    "TransformerEncoderLayer": (lambda: nn.TransformerEncoderLayer(6, 2, 8), (4, 2, 6)),
    "TransformerEncoderLayer, batch first": (
        lambda: nn.TransformerEncoderLayer(6, 2, 8, batch_first=True),
        (2, 4, 6),
    ),
    "TransformerEncoderLayer of one example": (
        lambda: nn.TransformerEncoderLayer(6, 2, 8, batch_first=True),
        (4, 6),
    ),
    "TransformerEncoderLayer of other features": (
        lambda: nn.TransformerEncoderLayer(6, 2, 8),
        (4, 2, 5),
    ),
    "TransformerEncoder": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 8), 1),
        (4, 2, 6),
    ),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4), CUBE),
    "BatchNorm1d of two axes": (lambda: nn.BatchNorm1d(4), (3, 4)),
    "BatchNorm1d of four axes": (lambda: nn.BatchNorm1d(4), IMAGE),
    "BatchNorm1d of other channels": (lambda: nn.BatchNorm1d(3), CUBE),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(4, track_running_stats=False), IMAGE),
    "BatchNorm2d of three axes": (lambda: nn.BatchNorm2d(2), CUBE),
    "BatchNorm3d": (lambda: nn.BatchNorm3d(2), (1, 2, 2, 2, 2)),
    "BatchNorm3d of four axes": (lambda: nn.BatchNorm3d(4), IMAGE),
    "InstanceNorm1d": (lambda: nn.InstanceNorm1d(4), CUBE),
    "InstanceNorm1d of one example": (lambda: nn.InstanceNorm1d(4, affine=True), (4, 5)),
    "InstanceNorm1d of other channels": (lambda: nn.InstanceNorm1d(3, affine=True), CUBE),
    "InstanceNorm1d of four axes": (lambda: nn.InstanceNorm1d(4), IMAGE),
    "InstanceNorm1d of one position": (lambda: nn.InstanceNorm1d(4), (2, 4, 1)),
    "InstanceNorm1d that keeps": (lambda: nn.InstanceNorm1d(4, track_running_stats=True), CUBE),
    "InstanceNorm2d of one example": (lambda: nn.InstanceNorm2d(2), CUBE),
    "LayerNorm": (lambda: nn.LayerNorm((4, 5)), CUBE),
    "RMSNorm": (lambda: nn.RMSNorm(5), CUBE),
    "GroupNorm": (lambda: nn.GroupNorm(1, 4), CUBE),
    "GroupNorm of others": (lambda: nn.GroupNorm(2, 6), CUBE),
    "Linear": (lambda: nn.Linear(5, 3), CUBE),
    "Linear of a row": (lambda: nn.Linear(5, 3), (5,)),
    "Flatten": (lambda: nn.Flatten(), CUBE),
    "Flatten the first": (lambda: nn.Flatten(0, 1), CUBE),
    "Unflatten": (lambda: nn.Unflatten(1, (2, -1)), CUBE),
    "GLU": (lambda: nn.GLU(1), CUBE),
    "ChannelShuffle": (lambda: nn.ChannelShuffle(2), CUBE),
    "Softmax": (lambda: nn.Softmax(1), CUBE),
    "LogSoftmax of no axis": (lambda: nn.LogSoftmax(), (3, 4)),
    "Softmin of no axis": (lambda: nn.Softmin(), CUBE),
    "Unfold": (lambda: nn.Unfold((2, 3), 2, (0, 1), (1, 2)), (1, 2, 4, 5)),
    "Fold": (lambda: nn.Fold((4, 5), (2, 3), 2, (0, 1), (1, 2)), (2, 6, 4)),
    "Fold of others": (lambda: nn.Fold((4, 5), (2, 3), 2, (0, 1), (1, 2)), (2, 6, 5)),
    "Dropout": (lambda: nn.Dropout(), CUBE),
    "ReLU": (lambda: nn.ReLU(), CUBE),
    "Softmax2d": (lambda: nn.Softmax2d(), IMAGE),
    "TransformerDecoderLayer": (
        lambda: nn.TransformerDecoderLayer(6, 2, 8, batch_first=True),
        *((2, 4, 6), (2, 3, 6)),
    ),
    "InstanceNorm3d": (lambda: nn.InstanceNorm3d(2), (1, 2, 2, 2, 2)),
    "InstanceNorm2d of other channels": (lambda: nn.InstanceNorm2d(3, affine=True), IMAGE),
    "LocalResponseNorm": (lambda: nn.LocalResponseNorm(3), CUBE),
    "MaxUnpool2d": (
        lambda: Within(nn.MaxUnpool2d((2, 1)), lambda m, x: m(x, CORNERS)),
        (1, 2, 2, 3),
    ),
    "MaxUnpool1d of a size by place": (
        lambda: Within(nn.MaxUnpool1d(3, 2, 1), lambda m, x: m(x, EVERY_SECOND, (10,))),
        CUBE,
    ),
    "TransformerDecoder": (
        lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(6, 2, 8), 1),
        (4, 2, 6),
        (3, 2, 6),
    ),
    "ConvTranspose2d of a size": (
        lambda: Within(nn.ConvTranspose2d(4, 3, 3, (2, 1), 1), lambda m, x: m(x, (10, 6))),
        IMAGE,
    ),
    "PReLU": (lambda: nn.PReLU(4), CUBE),
    "SyncBatchNorm": (lambda: nn.SyncBatchNorm(4), CUBE),
    "LSTM with states": (
        lambda: Within(nn.LSTM(5, 3), lambda m, x, h, c: m(x, (h, c))),
        (4, 2, 5),
        (1, 2, 3),
        (1, 2, 3),
    ),
    "LayerNorm of other lengths": (lambda: nn.LayerNorm((4, 4)), CUBE),
    "LayerNorm without weights": (lambda: nn.LayerNorm(5, elementwise_affine=False), CUBE),
    "Linear of other features": (lambda: nn.Linear(4, 3), CUBE),
    "MaxPool2d that is too large": (lambda: nn.MaxPool2d(7), IMAGE),
    "AdaptiveMaxPool1d": (lambda: nn.AdaptiveMaxPool1d(2), CUBE),
    "AdaptiveMaxPool1d with places": (lambda: nn.AdaptiveMaxPool1d(2, return_indices=True), CUBE),
    "MaxPool2d with places": (lambda: nn.MaxPool2d(2, 1, return_indices=True), IMAGE),
    "Conv2d that goes around too far": (
        lambda: nn.Conv2d(4, 3, 3, padding=6, padding_mode="circular"),
        IMAGE,
    ),
    "Conv1d that repeats": (lambda: nn.Conv1d(4, 3, 3, padding=2, padding_mode="replicate"), CUBE),
    "Unflatten by name": (lambda: nn.Unflatten(-1, (5, 1)), CUBE),
    "GRU of other features": (lambda: nn.GRU(4, 3), (4, 2, 5)),
    "Unfold of one example": (lambda: nn.Unfold(2), (4, 5, 6)),
    "Fold of one example": (lambda: nn.Fold((3, 4), 2), (8, 6)),
    "Identity": (lambda: nn.Identity(), CUBE),
    "LSTM with states by name, both ways": (
        lambda: Within(nn.LSTM(5, 3, 2, bidirectional=True), lambda m, x, h, c: m(x, hx=(h, c))),
        (4, 2, 5),
        (4, 2, 3),
        (4, 2, 3),
    ),
    "LSTM that projects, with states": (
        lambda: Within(nn.LSTM(5, 3, proj_size=2), lambda m, x, h, c: m(x, (h, c))),
        (4, 2, 5),
        (1, 2, 2),
        (1, 2, 3),
    ),
    "LSTM with states of other steps": (
        lambda: Within(nn.LSTM(5, 3), lambda m, x, h, c: m(x, (h, c))),
        (4, 2, 5),
        (4, 2, 3),
        (4, 2, 3),
    ),
    "GRU with a state": (
        lambda: Within(nn.GRU(5, 3, batch_first=True), lambda m, x, h: m(x, h)),
        (2, 4, 5),
        (1, 2, 3),
    ),
    "GRU with no state": (lambda: Within(nn.GRU(5, 3), lambda m, x: m(x, None)), (4, 2, 5)),
    "RNN with a state of one example": (
        lambda: Within(nn.RNN(5, 3), lambda m, x, h: m(x, h)),
        (4, 5),
        (1, 3),
    ),
    "RNN with a state of other axes": (
        lambda: Within(nn.RNN(5, 3), lambda m, x, h: m(x, h)),
        (4, 5),
        (1, 1, 3),
    ),
    "TransformerDecoderLayer of other features": (
        lambda: nn.TransformerDecoderLayer(6, 2, 8),
        (4, 2, 6),
        (3, 2, 5),
    ),
    "MultiheadAttention with a mask": (
        lambda: Within(nn.MultiheadAttention(6, 2), lambda m, x, k: m(x, x, x, attn_mask=k)),
        (4, 2, 6),
        (4, 4),
    ),
    "Conv2d that goes around too far beside": (
        lambda: nn.Conv2d(4, 3, 3, padding=(1, 7), padding_mode="circular"),
        IMAGE,
    ),
    "Conv2d that mirrors too far beside": (
        lambda: nn.Conv2d(4, 3, 3, padding=(1, 6), padding_mode="reflect"),
        IMAGE,
    ),
    "ReflectionPad2d too far beside": (lambda: nn.ReflectionPad2d((6, 0, 1, 1)), IMAGE),
    "CircularPad2d too far beside": (lambda: nn.CircularPad2d((7, 0, 1, 1)), IMAGE),
    "Linear by name": (lambda: Within(nn.Linear(5, 3), lambda m, x: m(input=x)), CUBE),
}


def listed(lines: str) -> dict:
    """Name → what a line says in front of the names."""
    lines = lines.replace("\n    ", " ")
    rows = [line.split(": ") for line in lines.strip().splitlines()]
    return {name: said.split() for said, names in rows for name in names.split("; ")}


# what is not told: output.axis < input.axis, where the positions of the one are told by those of the
# other; without an axis of the output, that each of its entries reads all of the other; an output
# alone, that nothing of what it reads is told
UNTOLD = listed("""
0.1<0.1: channel_shuffle of one group
0<0.1: a layer of a class of its own
0<0.0 0<0.1 0<0.2: movedim of a scalar
0<0.1: ConvTranspose1d of a size; ConvTranspose1d of a size by name
0: repeat_interleave of two
0.1<0.0 0.2<0.1: embedding
0.1<0.1 0<0.2 0.0<1.0 0<1.1 0<1.2 0.0<2.0 0.2<2.2 0.1<3.0 0<3.1: attention with a mask
0.1<0.1 0<0.2 0.0<1.0 0<1.1 0<1.2 0.0<2.0 0.2<2.2 0.0<3.0 0<3.2: attention with a mask by name
0.2<0.2 0<0.3 0.0<1.0 0.1<1.1 0<1.2 0<1.3 0.0<2.0 0.1<2.1 0.3<2.3: attention of shared heads
0.0<0.0 0<0.1 0<1.0 0<1.1 0.1<2.1: attention of matrices
0.3<1.2 0.4<1.3 0<1.4: grid_sample in three
0.0<1.0 0.2<1.1 0.3<1.2 0<1.3: grid_sample
0: short_time; short_time, around; short_time from the first on; arange to half
0.0<0.0 0.3<0.1 0.2<0.2 0<0.2: affine_grid
0.0<0.0 0.4<0.1 0.2<0.2 0<0.2: affine_grid in three
0.1<1.0 0.1<2.0 0.1<3.0: batch_norm, weighed
0.1<1.0 0.1<2.0: instance_norm, weighed; group_norm, weighed
0.2<1.0 0.2<2.0: layer_norm, weighed
0.1<1.0 0.2<1.1: rms_norm, weighed
0.0<0.0 0.1<0.1: places that stretch
0: repeat_interleave of all; repeat_interleave of each; repeat_interleave of all by less
0: repeat_interleave of all, each
0.0<0.0: cat along the first
0.0<0.0 0.0<0.1: flatten by name; reshape by name; view_as; reshape_as; Flatten the first
0.0<0.0 0.0<0.1 0.0<0.2: ravel
0.0<0.0 0.0<0.1 0.1<0.1 0.0<0.2 0.1<0.2: columns of one example
0.1<0.1: a list of places; index_select; repeat; mirrored; repeated at the ends; around
0.1<0.1: mirrored in two; max_pool1d; max_pool1d with ceilings; max_pool1d, dilated; max_pool2d
0.1<0.1: avg_pool1d; avg_pool2d; lp_pool1d; adaptive_avg_pool1d; adaptive_max_pool2d; interpolate
0.1<0.1: interpolate to a size; interpolate linearly; interpolate by corners; channel_shuffle
0.1<0.1: Conv1d; MaxPool2d; AvgPool1d; AdaptiveAvgPool2d; ReflectionPad1d; CircularPad1d
0.1<0.1: ReplicationPad1d; ZeroPad1d; Upsample; ChannelShuffle
0.1<0.1 0.1<0.2: places along two axes; flatten inside; view; Flatten
0.1<0.1 0.1<0.2 0.1<0.3: flatten
0.1<0.1 0.1<0.2 0.2<0.2 0.1<0.3: Unfold
0.1<0.1 0.1<0.2 0.2<0.2 0.1<0.3 0.2<0.3: columns; columns, dilated
0.1<0.1 0.1<1.0 0.1<1.1 0.2<1.2: conv_transpose1d of groups
0.1<0.1 0.1<1.0 0<1.1 0<1.2: conv1d of groups
0.1<0.1 0.1<1.1: cat; cat with nothing
0.1<0.1 0.2<0.1: reshape; unflatten; Unflatten
0.1<0.1 0.2<0.1 0.2<0.2 0.3<0.2: columns laid back far
0.1<0.1 0.2<0.1 0.3<0.1 0.2<0.2 0.3<0.2: columns laid back
0.1<0.1 1.1<0.1: MaxPool1d with places
0.1<0.2 0.1<0.3: pixel_unshuffle
0.1<1.0 0.1<2.0: batch_norm; instance_norm of kept
0.2<0.1: repeat with a new axis
0.2<0.1 0.1<0.2: tril; triu
0.2<0.1 0.3<0.1: pixel_shuffle; PixelShuffle
0.2<0.1 0.3<0.1 0.2<0.2: Fold
0.2<0.2: index_select from the end; tile
0.2<0.2 0.2<1.2: cat by another name
0.2<0.2 0<0.3 0.0<1.0 0.1<1.1 0<1.2 0<1.3 0.0<2.0 0.1<2.1 0.3<2.3: attention
0.2<1.0 0<1.1: linear
0.2<1.0 0<1.1 0.2<2.0: linear with a bias
0.3<0.1: unfold from the end
0.3<0.2: unfold along one
0<0.0: meshgrid of a scalar
0<0.1: Conv2d that goes around; Conv1d that mirrors; ConvTranspose1d
0<0.1 0.1<1.0 0<1.1 0.2<1.2 0<1.2: conv1d
0<0.1 0.1<1.0 0<1.1 0<1.2 0.3<1.3 0<1.3 0.1<2.0: conv2d
0<0.1 0<1.0 0.1<1.1 0.2<1.2: conv_transpose1d
1<0.0 0<0.1 1<0.1: GRU of one example
1<0.0 0<0.2 1<0.2: RNN
1<0.0 2<0.0 0<0.1 1<0.1 2<0.1: LSTM of one example
1<0.0 2<0.0 0<0.2 1<0.2 2<0.2: LSTM; LSTM both ways; LSTM that projects
1<0.1 0<0.2 1<0.2: GRU
1<0.1 2<0.1 0<0.2 1<0.2 2<0.2: LSTM, batch first
macs 0: einsum with dots
0.1<0.1 0.1<1.1: cat with nothing between; concatenate; cat by names
0.2<0.2: cat of one; tile by name
0: repeat_interleave of all of a row of one; short_time of a row; short_time of zeros around
0: short_time, repeated
0.3<0.2: tile by more
0.1<0.1: repeat by sizes; max_pool3d; avg_pool3d; lp_pool2d; upsample; interpolate to sizes
0.1<0.1: interpolate, recomputed; interpolate by a fraction; max_pool1d of torch
0.1<0.1: max_pool2d of torch; max_pool3d of torch; avg_pool1d of torch
0.1<0.1: adaptive_avg_pool1d of torch; repeat by name; AdaptiveMaxPool1d
0.1<0.1 0.1<1.0 0.1<1.1 0.2<1.2 0.3<1.3 0<1.3 0.1<2.0: conv_transpose2d
0<0.1 0.1<1.0 0<1.1 0.2<1.2 0<1.2 0.3<1.3 0<1.3 0.4<1.4 0<1.4: conv3d
0<0.1 0.1<1.0 0<1.1 0<1.2 0.1<2.0: conv1d by names
0<0.1 0.1<1.0 0<1.1 0.2<1.2 0<1.2: conv1d, padded alike
0.1<0.1 1.1<0.1: max_pool1d with places; adaptive_max_pool1d with places
0.1<0.1 1.1<0.1: AdaptiveMaxPool1d with places; MaxPool2d with places
0<0.1 0.1<1.0 0<1.1 0<1.2: conv1d of torch
0<0.1 0<1.0 0.1<1.1 0.2<1.2 0<1.2: conv_transpose1d of torch
0.0<0.0 0.0<0.1 0.1<0.1 0<0.1 0.1<0.2: any
0.0<0.0 0<0.1 0.1<0.2: count_nonzero
0.1<0.0 0.0<0.1: tril of a matrix
0.1<0.0 0.2<0.1 0.4<0.2: unsqueeze twice
macs: einsum of three; TransformerEncoderLayer; TransformerEncoderLayer, batch first
macs: TransformerEncoderLayer of one example; TransformerEncoder
0<0.0 0<0.1 0<1.0 0<1.1: einsum of all
0.0<1.0 0<1.1: linear of a vector
0.2<1.0 0<1.1: linear with one bias
0.1<0.1 0<0.2 0<1.1 0<1.2 0.2<2.2: attention that stretches
0.0<0.0 0.2<0.1 0.1<0.2: contiguous
0.1<1.0 0.2<1.0: prelu
0.0<0.0 0.1<0.1 0.2<0.2: complex; add in place
0.2<0.0 0.2<0.1 0.0<0.2 0.1<0.2: isclose
0.1<0.1 0.1<0.2: flatten by names
0.1<0.0 0.2<0.0 0.1<0.1 0.2<0.1 0.2<1.0 0.2<2.1 0.1<2.2: where by names
0.2<1.0 0<1.1 0.2<2.0: linear by names
0.1<1.0 0.1<2.0: batch_norm by names
0.1<0.1 0<0.2 0.0<1.0 0<1.1 0<1.2 0.0<2.0 0.2<2.2: attention by names
0.1<0.0 0.2<0.1: embedding by names
macs 0.0<0.0 1.1<0.0 1.0<0.1 1<0.2 0<1.0 1<1.0 0.1<1.1 1.0<1.1 0<1.2 1<1.2 0.1<2.1 0<2.2:
    MultiheadAttention
macs 1.0<0.0 0.1<0.1 1.1<0.1 1<0.2 0.0<1.0 1.0<1.0 0<1.1 1<1.1 0<1.2 1<1.2 0.0<2.0 0<2.2:
    MultiheadAttention, batch first
macs 0.0<0.0 1.0<0.0 1<0.1 0<1.0 1<1.0 0<1.1 1<1.1 0<2.1: MultiheadAttention of one example
macs 0.0<0.0 1.2<0.0 1.0<0.1 1<0.2 1<1.0 0.1<1.1 1.0<1.1 0<1.2 1<1.2: MultiheadAttention of each
    head
macs 0.0<0.0 1.2<0.0 1.0<0.1 1<0.2 1<1.0 0.1<1.1 1.0<1.1 0<1.2 1<1.2: MultiheadAttention, by place
macs 0.0<1.0 0<1.1 0<1.2: TransformerDecoderLayer
macs 0<1.0 0.1<1.1 0<1.2: TransformerDecoder
0<0.1: ConvTranspose2d of a size; Conv1d that repeats
1<0.0 2<0.0 0<0.2 1<0.2 2<0.2 0.1<1.1 1.1<1.1 2.1<1.1 0<1.2 1<1.2 2<1.2 0.1<2.1 1.1<2.1 2.1<2.1
    0<2.2 1<2.2 2<2.2: LSTM with states
1<0.0 2<0.0 0<0.2 1<0.2 2<0.2 0.1<1.1 1.1<1.1 2.1<1.1 0<1.2 1<1.2 2<1.2 0.1<2.1 1.1<2.1 2.1<2.1
    0<2.2 1<2.2 2<2.2:
    LSTM that projects, with states
0.0<0.0 0.0<0.1 0.1<0.1 0.0<0.2 0.1<0.2: Unfold of one example
0.0<0.0 0.1<0.0 0.2<0.0 0.1<0.1 0.2<0.1: Fold of one example
1<0.0 2<0.0 0<0.2 1<0.2 2<0.2 0.2<1.0 1.0<1.0 2.0<1.0 0.1<1.1 1.1<1.1 2.1<1.1 0<1.2 1<1.2 2<1.2
    0.2<2.0 1.0<2.0 2.0<2.0 0.1<2.1 1.1<2.1 2.1<2.1 0<2.2 1<2.2 2<2.2:
    LSTM with states by name, both ways
1<0.1 0<0.2 1<0.2 0.0<1.1 1.1<1.1 0<1.2 1<1.2: GRU with a state
1<0.0 0<0.2 1<0.2: GRU with no state
1<0.0 0<0.1 1<0.1 0<1.1 1<1.1: RNN with a state of one example
macs 1<0.0 1.0<0.1 1<0.2 0.0<1.0 1.1<1.0 0<1.1 1<1.1: MultiheadAttention with a mask
""")
# what is told coarser than it is: where a * stands, that all is read, and of others, that what is
# mixed is read one by one
COARSE = listed("""
0.2<0.2: MultiheadAttention of each head; MultiheadAttention, by place
0.2<0.2: max_unpool1d, shorter
0.1<0.1*: group_norm, weighed
0.2<0.2: TransformerDecoderLayer
0.0<0.0 0.1<0.1 0.2<0.2: zeros_like
0.0<0.0* 0.2<0.2*: flip several
0.1<0.1: glu; MultiheadAttention of one example; TransformerEncoderLayer of one example; GLU
0.1<0.1: Softmax2d
0.1<0.1*: flip; group_norm; group_norm of as many
0.1<0.1* 0.2<0.2*: roll several; roll all; flip both; tril; triu
0.2<0.2: glu of the last; Conv1d that mirrors; ReflectionPad1d; CircularPad1d; ReplicationPad1d
0.2<0.2: MultiheadAttention; MultiheadAttention, batch first; TransformerEncoderLayer
0.2<0.2: TransformerEncoderLayer, batch first; TransformerEncoder
0.2<0.2 0.3<0.3: Conv2d that goes around
0.2<0.2*: roll
0.2<0.2* 0.3<0.3*: interpolate smoothly
0.2<0.1 0.3<0.2: grid_sample of few
0.1<0.1*: group_norm of an image; group_norm of pairs
0.0<0.0* 0.1<0.1*: tril of a matrix
0.1<0.1: local_response_norm; LocalResponseNorm
0.0<0.0 0.1<0.1 0.2<0.2: full_like; rand_like
0.2<0.2: TransformerDecoder; MultiheadAttention with a mask
""")


class Called(nn.Module):
    """A module that makes one call."""

    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, *given):
        return self.call(*given)


def several(made) -> tuple:
    """What comes out, one after the other."""
    return tuple(flat(made))


def performed(call, given) -> tuple | None:
    """What PyTorch makes of numbers; `None` where it refuses, or where nothing is left."""
    try:
        torch.manual_seed(0)
        made = several(call(*given))
    except (RuntimeError, IndexError, ValueError, AssertionError):
        return None
    return None if any(0 in one.shape for one in made) else made


def told_of(call, shapes):
    """What the table alone tells of a call, the number of the input that each of its tensors is,
    and how often it multiplies for one example; `None` where it is refused.
    """
    try:
        net = read(Called(call), list(shapes))
        flow = Flow(net.graph, {}).run()
        (node,) = (node for node in net.graph.nodes if net.graph.outputs[0] in node.outputs)
        given = [flow.tensors[name] for name in node.inputs]
        assert node.operation.trusted
        assert not net.unknown
        names = list(net.graph.inputs)
        which = [names.index(name) if name in names else None for name in node.inputs]
        return several(node.operation.operation(flow, *given)), which, net.macs()
    except ShapeError:
        return None


def changes(call, draws, source: int, axis: int) -> list:
    """For each output, for each position of an axis of an input: where another number comes out
    once the numbers at this position are others.
    """
    found = []
    for i in range(draws[0][0][source].shape[axis]):
        changed = [torch.zeros(one.shape, dtype=torch.bool) for one in draws[0][1]]
        for given, before in draws:
            other = [x.clone() for x in given]
            place = other[source].select(axis, i)
            for far in (40, -90):
                place += far * torch.rand(place.shape)
                for k, made in enumerate(performed(call, other)):
                    changed[k] |= ~torch.isclose(made, before[k], rtol=0, atol=0, equal_nan=True)
        found.append(changed)
    return [torch.stack(those) for those in zip(*found, strict=True)]


def positions(where, axis: int) -> list:
    """For each position of an axis of an output, the positions that it reads."""
    table = where.movedim(axis + 1, 1).unsqueeze(-1).flatten(2).any(2)
    return [set(those.nonzero().flatten().tolist()) for those in table.T]


def differs(way, n: int, found: list) -> bool:
    """Whether positions read otherwise than a wire says; of a dilated window, all that lies between
    is said to be read, too.
    """
    if way == WHOLE:
        return not any(len(those) == n for those in found)
    way = (way or Window.identity).at(n)
    for j, those in enumerate(found):
        first, last = way.first(j), way.last(j)
        if getattr(way, "filled", None) and not 0 <= first < n:
            (one,) = those
            near = 0 <= one <= -first if first < 0 else 2 * (n - 1) - first <= one < n
            if one != first % n if way.filled == "circular" else not near:
                return True
        elif those or not isinstance(way, Transposed):
            between = range(min(those), max(those) + 1) if those else ()
            if set(between) != set(range(max(first, 0), min(last, n - 1) + 1)):
                return True
    return False


def as_often(call, given, macs: int | None) -> bool:
    """Whether a call multiplies so often for one example, as far as PyTorch counts it."""
    with FlopCounterMode(display=False) as counter:
        made = performed(call, given)
    many = counter.get_total_flops() // 2
    return not many or (macs is not None and many in [macs * n for n in (1, *made[0].shape[:2])])


def maps_of(which: list, read: tuple, wires) -> list:
    """The maps of those of the wires that read this axis of this input."""
    return [wire.map for wire in wires if (which[wire.source], wire.axis) == read]


def compared(call, shapes) -> tuple:
    """What is told otherwise than it is; and what is not told."""
    torch.manual_seed(1)
    inputs = [[3 * torch.randn(s, dtype=torch.float64) for s in shapes] for _ in range(2)]
    there = performed(call, inputs[0])
    draws = [(given, performed(call, given)) for given in inputs]
    told = told_of(call, shapes)
    if there is None or told is None:
        return [] if there is told else ["refused by one only"], []
    told, which, macs = told
    told = told[: len(there)]  # what a call does not hand out is told all the same
    others, untold = [], []
    if not as_often(call, inputs[0], macs):
        if macs is None:
            untold.append(UNCOUNTED)
        else:
            others.append(f"multiplies {macs} times")
    for k, one in enumerate(told):
        if one.shape is None or one.wires is None:
            untold.append(f"{k}")
        if one.shape not in (None, tuple(there[k].shape)):
            others.append(f"{k} has {one.shape}")
            return others, untold
    for source, axis in ((i, a) for i, s in enumerate(shapes) for a, n in enumerate(s) if n > 1):
        moved = changes(call, draws, source, axis)
        for k, (one, where) in enumerate(zip(told, moved, strict=True)):
            if one.shape is None or one.wires is None:
                continue
            of = partial(maps_of, which, (source, axis))
            seen = bool(of(one.consumed))
            if seen and not where.all(0).any():
                others.append(f"{k}: {source}.{axis} is not gone")
            for o, wires in enumerate(one.wires):
                found, maps = positions(where, o), of(wires)
                seen = seen or bool(maps)
                maps = [WHOLE] if WHOLE in maps else maps
                if not maps and len(set(map(frozenset, found)) - {frozenset()}) > 1:
                    untold.append(f"{k}.{o}<{source}.{axis}")
                if any(differs(way, where.shape[0], found) for way in maps):
                    others.append(f"{k}.{o}<{source}.{axis}{'*' * (maps == [WHOLE])}")
            if not seen and where.all(0).any():
                untold.append(f"{k}<{source}.{axis}")
    return others, untold


UNCOUNTED = "macs"  # how often it multiplies is not told
FRACTIONS = {"arange to a whole fraction"}  # of open sizes they are not known to be whole
# axes that stay as long as they are: of so many pieces none can be told, or there are too many ways
CLOSED = {
    "split": {"A2"},
    "split along the first": {"A0"},
    "split by name": {"A2"},
    "group_norm of as many": {"A1"},
    "unbind": {"A2"},
    "unbind the first": {"A0"},
    "attention with a mask by name": {"D0", "D1", "D2"},
    "attention of shared heads": {f"{one}{axis}" for one in "ABC" for axis in (0, 1, 3)},
    "TransformerDecoderLayer": {"A0", "B0", "A2", "B2"},
    # data around one axis does not suffice, whatever the other
    **{name: {"A3"} for name in LAYERS if "too far beside" in name},
}


# where lengths of 1 stretch, or pieces are counted, ways part; anywhere else the table says in one
# line what is taken
PARTED = """
add in place;
before dots; chunk; chunk along the first; chunk into fewer; split into given; tensor_split;
tensor_split of the first; tensor_split at places; tensor_split by name; tensor_split into
sections; expand with new axes; expand_as; broadcast_tensors; squeeze; squeeze one; squeeze what
is longer; squeeze several; max of two; matmul; bmm; addmm; addmm, weighed; baddbmm; einsum of a
row; einsum with dots; attention; attention with a mask; attention with a mask by name; conv1d;
conv1d of groups; conv2d; add; sub, stretched twice; where; split by a size; conv3d; conv1d by
names; conv1d of torch; min of two; squeeze nothing; broadcast_tensors of three; matmul that
stretches; baddbmm of a row; einsum of batches; attention that stretches; prelu; floordiv; mod;
complex; maximum; isclose; greater; where by names; mul by names; addmm by names; baddbmm by
names; matmul by names; attention by names; TransformerDecoder; PReLU; MultiheadAttention with a
mask
"""
PARTED = PARTED.strip().replace("\n", " ").split("; ")


def others(shapes):
    """Shapes of which one axis is shorter or longer, or all that are equally long are."""
    yield shapes
    for i, shape in enumerate(shapes):
        for axis, n in enumerate(shape):
            for m in {1, n - 1, n + 1, 2 * n} - {0, n}:
                yield [*shapes[:i], (*shape[:axis], m, *shape[axis + 1 :]), *shapes[i + 1 :]]
    for n in {n for shape in shapes for n in shape}:
        for m in {1, n + 1, 2 * n} - {n}:
            yield [tuple(m if k == n else k for k in shape) for shape in shapes]


def agrees(name: str, call, shapes) -> None:
    """Of open sizes is told what PyTorch makes of each."""
    closed, opened = CLOSED.get(name, ()), []
    for one, shape in zip("ABCD", shapes, strict=False):
        names = [f"{one}{axis}" for axis in range(len(shape))]
        both = zip(names, shape, strict=True)
        opened.append(tuple(n if size in closed else size for size, n in both))
    try:
        net = read(Called(call), opened)
        graph = net.graph
    except Undecided:
        raise
    except ShapeError:
        graph = None
    for those in others(shapes):
        named = list(zip(flat(opened), flat(those), strict=True))
        if any(type(size) is int and size != n for size, n in named):
            continue
        given = [torch.zeros(shape, dtype=torch.float64) for shape in those]
        made = performed(call, given)
        sizes = {size: n for size, n in named if type(size) is str}
        told = graph and shapes_of(graph, sizes)
        assert told == (None if made is None else [tuple(one.shape) for one in made]), those
        if made is not None and those is shapes:
            macs = net.macs(**sizes)
            assert as_often(call, given, macs) or UNCOUNTED in UNTOLD.get(name, ())
            untold = "0" in UNTOLD.get(name, ()) or name in FRACTIONS
            assert untold or (as_many(graph, sizes) and is_told(net))
            assert not graph.ways or name in PARTED


def is_told(net) -> bool:
    """Whether the table itself tells the shapes of the last call, of open sizes; of one at which
    ways part this is not asked.
    """
    *_, node = net.graph.nodes
    if net.graph.ways:
        return True
    given = (net.flow.tensors[name] for name in node.inputs)
    try:
        return not any(one.unclear for one in several(node.operation.operation(net.flow, *given)))
    except Undecided:
        return True


def as_many(graph, sizes: dict) -> bool:
    """Whether the table tells as many tensors as come out of the last call, and each one's rank."""
    flow = Flow(graph, sizes).run()
    *_, node = flow.graph.nodes
    told = node.operation.operation(flow, *(flow.tensors[name] for name in node.inputs))
    made = several(told)
    return len(made) == len(node.outputs) and all(one.shape is not None for one in made)


def shapes_of(graph, sizes: dict) -> list | None:
    """The shapes of the outputs at these sizes; `None` where the network does not run."""
    try:
        flow = Flow(graph, sizes).run()
    except ShapeError:
        return None
    return [flow.tensors[name].shape for name in flow.graph.outputs]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.many(3)
@pytest.mark.usefixtures("nets")
@pytest.mark.filterwarnings("ignore")
def test_of_open_sizes_is_told_what_a_call_makes_of_each(name):
    call, *shapes = ROWS[name]
    agrees(name, call, shapes)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.many(3)
@pytest.mark.usefixtures("nets")
@pytest.mark.filterwarnings("ignore")
def test_of_open_sizes_is_told_what_a_layer_makes_of_each(name):
    layer, *shapes = LAYERS[name]
    agrees(name, layer().double().eval(), shapes)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.many(3)
@pytest.mark.usefixtures("nets")
@pytest.mark.filterwarnings("ignore")
def test_what_is_told_of_a_call_is_what_it_does(name):
    call, *shapes = ROWS[name]
    assert compared(call, shapes) == (COARSE.get(name, []), UNTOLD.get(name, []))


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.many(3)
@pytest.mark.usefixtures("nets")
@pytest.mark.filterwarnings("ignore")
def test_what_is_told_of_a_layer_is_what_it_does(name):
    layer, *shapes = LAYERS[name]
    told = compared(layer().double().eval(), shapes)
    assert told == (COARSE.get(name, []), UNTOLD.get(name, []))


@pytest.mark.parametrize(
    ("factor", "told"),
    (
        (lambda x: (x.shape[2] / 3, 2.0), (1, 3, None, 18)),
        (lambda x: 224 / x.shape[2], (1, 3, None, None)),
        (lambda x: [(x.shape[2] + 0.1) / 3, 2], (1, 3, None, 18)),
        (lambda x: [2, 0.5], (1, 3, 24, 4)),
    ),
    ids=("a share", "a quotient", "a share and more", "numbers"),
)
def test_a_factor_that_sizes_make_is_not_told(factor, told):
    """PyTorch rounds it before it multiplies: what comes out is nobody's formula, and no refusal."""

    class Scaled(nn.Module):
        def forward(self, x):
            return F.interpolate(x, scale_factor=factor(x))

    net = read(Scaled(), ("N", 3, "H", "W"))
    made = tuple(Scaled()(torch.zeros(1, 3, 12, 9)).shape)
    assert net.at(N=1, H=12, W=9) == told and len(made) == 4
    assert all(n in (None, m) for n, m in zip(told, made, strict=True))
    assert net.parameters == 0
    if None in told:
        assert 12 in net.accepts("H") and net.accepts("H").because


def test_attention_of_one_example_multiplies_each_query_with_each_key():
    """Counted by hand: 5 queries, 5 keys, 4 numbers in each, and 4 in each value."""

    class Attended(nn.Module):
        def forward(self, x):
            return F.scaled_dot_product_attention(x, x, x)

    assert read(Attended(), ("L", 4)).macs(L=5) == 5 * 5 * (4 + 4)


@pytest.mark.parametrize("factor", (0, -1.0, (2, 0)))
def test_a_factor_that_leaves_nothing_is_refused(factor):
    class Scaled(nn.Module):
        def forward(self, x):
            return F.interpolate(x, scale_factor=factor)

    with pytest.raises(RuntimeError):
        Scaled()(torch.zeros(1, 3, 12, 9))
    with pytest.raises(ShapeError):
        read(Scaled(), ("N", 3, "H", "W")).at(N=1, H=12, W=9)
