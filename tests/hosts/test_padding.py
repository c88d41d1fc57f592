"""Padded by the transforms of MONAI, TorchIO, Albumentations and timm to what a network takes."""

import albumentations
import cv2
import numpy
import pytest
import torch
import torchio
from monai.data import MetaTensor
from monai.transforms import Compose
from nets import NETS

import shapealg as sa
from shapealg.adapters import albumentations_padding, monai_padding, torchio_padding
from shapealg.adapters.torch_padding import PadToAccepted

SHAPES = {2: "N,1,H,W", 3: "N,1,W,H,D"}


def ready(rest, rank):
    model = NETS[rest](rank).eval()
    net = sa.read(model, SHAPES[rank])
    for name in net.sizes[1:]:
        assert str(net.accepts(name)) == f"n ≡ {rest} (mod 16), n ≥ {rest}"
    return model, net


def lacking(n, rest):
    """How much n lacks: counted."""
    return next(k for k in range(16) if (n + k) % 16 == rest)


@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("rest", NETS)
@pytest.mark.parametrize("method", ["symmetric", "end"])
def test_monai_pads_and_takes_it_back(rest, rank, method):
    model, net = ready(rest, rank)
    sizes = (20, 33, 47)[:rank]
    pad = monai_padding.PadToAccepted(net, method=method)
    x = MetaTensor(torch.rand(1, *sizes))
    y = pad(x)
    assert y.shape[1:] == tuple(n + lacking(n, rest) for n in sizes)
    before = [lacking(n, rest) // 2 * (method == "symmetric") for n in sizes]
    inside = tuple(slice(b, b + n) for b, n in zip(before, sizes, strict=True))
    assert torch.equal(y[(..., *inside)], x)
    assert model(y[None].as_tensor()).shape[2:] == y.shape[1:]
    back = pad.inverse(y)
    assert back.shape == x.shape and torch.equal(back, x)


@pytest.mark.parametrize("rest", NETS)
def test_monai_in_a_chain_of_dictionaries(rest):
    _, net = ready(rest, 2)
    chain = Compose(
        [monai_padding.PadToAcceptedd(["image", "label"], net, ["reflect", "constant"])]
    )
    given = {key: MetaTensor(torch.rand(1, 36, 41)) for key in ("image", "label")}
    made = chain(dict(given))
    assert made["image"].shape == (1, 36 + lacking(36, rest), 41 + lacking(41, rest))
    back = chain.inverse(made)
    for key, x in given.items():
        assert torch.equal(back[key], x)
    low = lacking(36, rest) // 2
    assert torch.equal(made["image"][0, low - 1], made["image"][0, low + 1])  # reflected
    assert not made["label"][0, low - 1].any()
    lazy = monai_padding.PadToAccepted(net, lazy=True)(given["image"])
    assert lazy.peek_pending_shape() == made["image"].shape[1:]


@pytest.mark.parametrize("to", ["larger", "smaller", "nearest"])
@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("rest", NETS)
def test_torchio_pads_or_crops_and_takes_it_back(rest, rank, to):
    model, net = ready(rest, rank)
    sizes = (20, 34, 47 if rank == 3 else 1)
    subject = torchio.Subject(
        image=torchio.ScalarImage(tensor=torch.rand(1, *sizes)),
        label=torchio.LabelMap(tensor=torch.ones(1, *sizes)),
    )
    made = torchio_padding.PadToAccepted(net, to)(subject)
    for n, m in zip(sizes[:rank], made.spatial_shape, strict=False):
        more = lacking(n, rest)
        less = (16 - more) % 16
        nearer = more if more <= less else -less
        assert m - n == {"larger": more, "smaller": -less, "nearest": nearer}[to]
    assert made.label.spatial_shape == made.image.spatial_shape
    x = made.image.data if rank == 3 else made.image.data[..., 0]
    assert model(x[None]).shape[2:] == x.shape[1:]
    back = made.apply_inverse_transform(warn=False)
    assert back.spatial_shape == sizes
    if to == "larger":
        assert torch.equal(back.image.data, subject.image.data)
        assert torch.equal(back.label.data, subject.label.data)
        assert numpy.allclose(back.image.affine, subject.image.affine)


@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("rest", NETS)
def test_albumentations_pads_images_masks_boxes_and_points(rest, channels):
    _, net = ready(rest, 2)
    image = numpy.random.default_rng(1).integers(0, 255, (20, 47, *channels), numpy.uint8)
    mask = numpy.ones((20, 47), numpy.uint8)
    pad = albumentations_padding.PadToAccepted(net, border_mode=cv2.BORDER_CONSTANT, fill=9)
    chain = albumentations.Compose(
        [pad],
        bbox_params=albumentations.BboxParams("pascal_voc", label_fields=[]),
        keypoint_params=albumentations.KeypointParams("xy"),
    )
    made = chain(image=image, mask=mask, bboxes=[(1, 2, 30, 12)], keypoints=[(5, 6)])
    top, left = lacking(20, rest) // 2, lacking(47, rest) // 2
    wanted = (20 + lacking(20, rest), 47 + lacking(47, rest))
    assert made["image"].shape[:2] == made["mask"].shape == wanted
    assert (made["image"][top : top + 20, left : left + 47] == image).all()
    assert (made["image"][:top] == 9).all() and not made["mask"][:top].any()
    numpy.testing.assert_allclose(made["bboxes"][0], (left + 1, top + 2, left + 30, top + 12), 1e-5)
    numpy.testing.assert_allclose(made["keypoints"][0], (left + 5, top + 6))
    assert (pad.inverse(made["image"], image.shape) == image).all()


def test_timm_transforms_take_it_as_one_of_them():
    import timm
    from PIL import Image

    model = timm.create_model("hrnet_w18_small", pretrained=False).eval()
    net = sa.read(model, "N,3,H,W")
    assert str(net.accepts("H")) == "n ≡ 0, 29 … 31 (mod 32), n ≥ 29"
    config = timm.data.resolve_data_config(
        {"input_size": (3, 200, 200), "crop_pct": 1}, model=model
    )
    transform = timm.data.create_transform(**config)
    picture = Image.fromarray(numpy.full((300, 260, 3), 7, numpy.uint8))
    x = transform(picture)
    with pytest.raises(RuntimeError), torch.no_grad():
        model(x[None])
    pad = PadToAccepted(net, mode="replicate")
    transform.transforms.append(pad)
    y = transform(picture)
    assert y.shape == (3, 221, 221) and torch.equal(pad.inverse(y, x.shape), x)
    with torch.no_grad():
        assert model(y[None]).shape == (1, 1000)


MADE = {
    "monai": lambda net, **said: monai_padding.PadToAccepted(net, **said),
    "torchio": lambda net, **said: torchio_padding.PadToAccepted(net, **said),
    "albumentations": lambda net, **said: albumentations_padding.PadToAccepted(net, **said),
}


@pytest.mark.parametrize("host", MADE)
def test_bad_input_is_one_line(host):
    _, net = ready(1, 2)
    with pytest.raises(sa.ShapeError, match="there is no such method; received 'both'") as told:
        MADE[host](net, method="both")
    assert "\n" not in str(told.value)
    tied = sa.read(
        [sa.torch.Conv2d(1, 1, 3), sa.torch.Flatten(), sa.torch.Linear(100, 2)], "N,1,H,W"
    )
    with pytest.raises(sa.ShapeError, match="tied together"):
        MADE[host](tied)
