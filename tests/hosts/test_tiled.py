"""Real decoders, encoders, U-Nets, codecs and vocoders, with weights as they are made: run in tiles
and as they come, against the whole run, in float64.
"""

import diffusers
import pytest
import segmentation_models_pytorch as smp
import torch
from monai.networks.nets import UNet
from torch import nn
from transformers import DacConfig, DacModel, SpeechT5HifiGan, SpeechT5HifiGanConfig

import shapealg as sa

KL = {
    "block_out_channels": (8, 16, 16),
    "down_block_types": ("DownEncoderBlock2D",) * 3,
    "up_block_types": ("UpDecoderBlock2D",) * 3,
    "norm_num_groups": 4,
    "layers_per_block": 1,
}
LEVELS = {"channels": (4, 8, 16), "strides": (2, 2), "num_res_units": 1}


def autoencoder(**said):
    return diffusers.AutoencoderKL(**KL, **said)


def codec():
    return DacModel(DacConfig(encoder_hidden_size=8, decoder_hidden_size=64, hidden_size=32))


class Behind(nn.Module):
    """What stands behind the attention of a decoder."""

    def __init__(self, whole):
        super().__init__()
        self.up_blocks, self.norm = whole.up_blocks, whole.conv_norm_out
        self.act, self.out = whole.conv_act, whole.conv_out

    def forward(self, x):
        for block in self.up_blocks:
            x = block(x)
        return self.out(self.act(self.norm(x)))


MODELS = {
    "AutoencoderKL's decoder": (
        lambda: autoencoder(mid_block_add_attention=False).decoder,
        "1,4,H,W",
        (1, 4, 72, 68),
        {"H": 64, "W": 64},
        18,
    ),
    "AutoencoderKL's encoder": (
        lambda: autoencoder(mid_block_add_attention=False).encoder,
        "1,3,H,W",
        (1, 3, 192, 96),
        {"H": 128},
        12,
    ),
    "AutoencoderTiny's decoder": (
        lambda: diffusers.AutoencoderTiny(decoder_block_out_channels=(16,) * 4).decoder,
        "1,4,H,W",
        (1, 4, 96, 16),
        {"H": 48},
        1,
    ),
    "smp's U-Net": (
        lambda: smp.Unet("resnet18", encoder_weights=None, decoder_channels=(32, 16, 8, 8, 8)),
        "1,3,H,W",
        (1, 3, 1024, 32),
        {"H": 736},
        1,
    ),
    "MONAI's U-Net, instance norm": (
        lambda: UNet(spatial_dims=3, in_channels=1, out_channels=2, **LEVELS),
        "1,1,H,W,D",
        (1, 1, 80, 12, 8),
        {"H": 64},
        None,
    ),
}


def ready(made):
    torch.manual_seed(5)
    model = made().double().eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):  # statistics that are not nought and one
            part.running_mean.normal_()
            part.running_var.uniform_(1, 2)
    return model


@pytest.mark.parametrize("name", MODELS)
def test_tiles_give_what_the_whole_run_gives(name):
    made, shape, sizes, tiles, passes = MODELS[name]
    model, x = ready(made), torch.randn(sizes, dtype=torch.double)
    run = sa.tiled(model, sa.read(model, shape).plan(**tiles))
    with torch.no_grad():
        truth = model(x)
    assert (run(x) - truth).abs().max() <= 1e-12 * truth.abs().max().clamp(1)
    assert len(run.plan(sizes)) > 1
    norms = [m for m in model.modules() if isinstance(m, nn.GroupNorm | nn.InstanceNorm3d)]
    assert run.work(sizes).passes == len(norms) + 1 and passes in (None, len(norms) + 1)


def test_attention_is_named_and_what_is_behind_it_is_tiled():
    model = ready(lambda: autoencoder().decoder)
    plan = sa.read(model, "1,4,H,W").plan(H=56)
    x = torch.randn(1, 4, 96, 48, dtype=torch.double)
    with pytest.raises(sa.ShapeError, match=r"mid_block.attentions.0.* sees the whole input"):
        sa.tiled(model, plan)(x)
    behind = Behind(model).eval()
    run = sa.tiled(behind, sa.read(behind, "1,16,H,W").plan(H=56))
    with torch.no_grad():
        truth, latents = model(x), model.mid_block(model.conv_in(x))
    assert (run(latents) - truth).abs().max() <= 1e-12


def test_parts_of_a_chain_cost_less_than_the_chain():
    """Each part keeps what it gives whole, and has fewer norms that wait for each other."""
    model = ready(lambda: autoencoder(mid_block_add_attention=False).decoder)
    x = torch.randn(1, 4, 96, 48, dtype=torch.double)
    with torch.no_grad():
        truth = model(x)
    made, flops, whole = x, 0, 0
    blocks = [model.conv_in, model.mid_block, *model.up_blocks]
    end = nn.Sequential(model.conv_norm_out, model.conv_act, model.conv_out)
    for block in (*blocks, end.eval()):
        net = sa.read(block, f"1,{made.shape[1]},H,W")
        run = sa.tiled(block, net.plan(H=made.shape[2] // 2))
        work = run.work(made.shape)
        flops, whole, made = flops + work.flops, whole + work.whole, run(made)
    assert (made - truth).abs().max() <= 1e-12
    once = sa.tiled(model, sa.read(model, "1,4,H,W").plan(H=72)).work(x.shape)
    assert whole == once.whole and flops < once.flops / 2


CODECS = {
    "DAC's decoder": (lambda: codec().decoder, "1,32,T", (1, 32, 120), 60, 2),
    "DAC's encoder": (lambda: codec().encoder, "1,1,T", (1, 1, 16384), 12288, 2),
    "HiFi-GAN": (
        lambda: SpeechT5HifiGan(SpeechT5HifiGanConfig(upsample_initial_channel=32)),
        "1,T,80",
        (1, 80, 80),
        60,
        1,
    ),
}


@pytest.mark.parametrize("step", [7, 1000])
@pytest.mark.parametrize("name", CODECS)
def test_a_codec_is_fed_as_the_sound_comes(name, step):
    made, shape, sizes, tile, axis = CODECS[name]
    model, x = ready(made), torch.randn(sizes, dtype=torch.double)
    run = sa.tiled(model, sa.read(model, shape).plan(T=tile))
    with torch.no_grad():
        truth = model(x)
    parts = list(run.stream(x.split(step, axis), sizes[axis]))
    assert len(parts) > 1
    assert (torch.cat(parts, -1) - truth).abs().max() <= 1e-12
