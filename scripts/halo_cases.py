"""Public models whose libraries tile or chunk: the part that is run in tiles, the tile and the
overlap that the library takes, from its own attributes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

import diffusers
import torch
from monai.networks import nets as networks
from torch import nn

LIBRARIES = (
    "diffusers",
    "monai",
    "transformers",
    "realesrgan",
    "spandrel",
    "dynamic_network_architectures",
    "cellpose",
    "pytorch3dunet",
    "torch",
)


@dataclass
class Case:
    """A part of a model.

    Attributes:
        library: whose tiles they are.
        part: of the model.
        module: the part.
        shapes: its input; of several the first that it takes.
        axis: the name of the axis that is asked about.
        tile: the library's, in positions of the input.
        overlap: of neighbouring tiles, likewise.
        unit: what a position is.
        joined: "blend", "cut" or "end to end".
        sizes: other open sizes.
    """

    library: str
    part: str
    module: nn.Module
    shapes: tuple
    axis: str
    tile: int
    overlap: float
    unit: str
    joined: str = "blend"
    sizes: dict = field(default_factory=dict)


def diffuser(name: str, part: str, **options) -> Callable:
    """The encoder or the decoder of one of diffusers' autoencoders."""
    return lambda: _diffuser(name.partition(" ")[0], part, options)


def _diffuser(name: str, part: str, options: dict) -> Case:
    with torch.device("meta"):
        whole = getattr(diffusers, name)(**options).eval()
    module = getattr(whole, part)
    convs = [m for m in module.modules() if isinstance(m, nn.Conv2d | nn.Conv3d)]
    channels, flat = convs[0].in_channels, isinstance(convs[0], nn.Conv2d)
    if part == "encoder":
        channels = 3
    ratio = getattr(whole, "spatial_compression_ratio", None) or ratio_of(whole)
    sample, stride = tile_of(whole, ratio)
    scale = ratio if part == "decoder" else 1
    return Case(
        "diffusers",
        part,
        module,
        tuple(f"1,{channels},{frames}H,{WIDTH}" for frames in ([""] if flat else FRAMES)),
        "H",
        sample // scale,
        (sample - stride) / scale,
        "latents" if part == "decoder" else "pixels",
    )


def ratio_of(whole) -> int:
    """How many pixels a latent stands for."""
    if hasattr(whole, "tile_latent_min_size"):
        return whole.tile_sample_min_size // whole.tile_latent_min_size
    return whole.tile_sample_min_height // whole.tile_latent_min_height


def tile_of(whole, ratio: int) -> tuple[int, int]:
    """A tile and how far the next one is, in pixels, as the class works them out."""
    if hasattr(whole, "tile_sample_stride_height"):
        return whole.tile_sample_min_height, whole.tile_sample_stride_height
    if hasattr(whole, "tile_sample_min_size"):
        size, factor = whole.tile_sample_min_size, whole.tile_overlap_factor
        return size, int(whole.tile_latent_min_size * (1 - factor)) * ratio
    if hasattr(whole, "tile_sample_min_overlap_height"):
        size = whole.tile_sample_min_height
        return size, size - whole.tile_sample_min_overlap_height
    if hasattr(whole, "kernel"):  # Allegro
        return whole.kernel[1], whole.kernel[1] - whole.tile_overlap_h
    size = whole.tile_sample_min_height
    factor = getattr(whole, "tile_overlap_factor_height", getattr(whole, "tile_overlap_factor", 0))
    return size, int(whole.tile_latent_min_height * (1 - factor)) * ratio


WIDTH = 64  # of the other axis, which is not asked about
FRAMES = ("1,", "5,", "9,", "17,", "16,", "2,")
SD = {"block_out_channels": (128, 256, 512, 512), "sample_size": 512, "layers_per_block": 2}
SD |= {"down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4}
LARGE = SD | {"sample_size": 1024}
AUTOENCODERS = {
    "AutoencoderTiny": {},
    "AutoencoderTiny of FLUX.1": {"latent_channels": 16},
    "AutoencoderKL": SD,
    "AutoencoderKL of SDXL": LARGE,
    "AutoencoderKL of FLUX.1": LARGE | {"latent_channels": 16},
    "AutoencoderDC": {},
    "AutoencoderKLAllegro": {},
    "AutoencoderKLCogVideoX": {},
    "AutoencoderKLCosmos": {},
    "AutoencoderKLFlux2": {},
    "AutoencoderKLHunyuanVideo": {},
    "AutoencoderKLHunyuanVideo15": {},
    "AutoencoderKLKVAE": {},
    "AutoencoderKLLTXVideo": {},
    "AutoencoderKLLTX2Video": {},
    "AutoencoderKLMagvit": {},
    "AutoencoderKLMiniMaxH3": {},
    "AutoencoderKLMochi": {},
    "AutoencoderKLQwenImage": {},
    "AutoencoderKLWan": {},
    "AutoencoderVidTok": {},
}


def of_monai(name: str, **options) -> Callable:
    """A network under `SlidingWindowInferer`, whose overlap is a quarter unless it is told."""

    def made() -> Case:
        with torch.device("meta"):
            module = getattr(networks, name)(**options).eval()
        return Case("monai", "whole", module, ("1,1,H,96,96",), "H", 96, 24, "voxels")

    return made


VOLUME = {"spatial_dims": 3, "in_channels": 1, "out_channels": 2}
LEVELS = {"channels": (16, 32, 64, 128, 256), "strides": (2, 2, 2, 2)}
MONAI = {
    "UNet": VOLUME | LEVELS | {"num_res_units": 2, "norm": "batch"},
    "UNet, instance norm": VOLUME | LEVELS | {"num_res_units": 2},
    "AttentionUnet": VOLUME | LEVELS,
    "BasicUNet": VOLUME | {"norm": "batch"},
    "BasicUNetPlusPlus": VOLUME | {"norm": "batch"},
    "VNet": VOLUME,
    "SegResNet": VOLUME,
    "SegResNetDS": VOLUME,
    "HighResNet": VOLUME,
    "MedNeXtSmall": VOLUME,
    "MedNeXtLarge": VOLUME,
    "DynUNet": VOLUME
    | {
        "kernel_size": (3, 3, 3, 3, 3),
        "strides": (1, 2, 2, 2, 2),
        "upsample_kernel_size": (2, 2, 2, 2),
    },
}


def upscaler(name: str, pad: int, **options) -> Callable:
    """A network of Real-ESRGAN, which pads each tile and cuts that off again."""

    def made() -> Case:
        home = import_module(f"spandrel.architectures.{name}")
        with torch.device("meta"):
            module = getattr(home, name)(**options).eval()
        return Case(
            "realesrgan", "whole", module, ("1,3,H,64",), "H", 400, 2 * pad, "pixels", "cut"
        )

    return made


def oobleck(part: str) -> Case:
    """Stable Audio's autoencoder, whose tiles are cut off behind their overlap."""
    with torch.device("meta"):
        whole = diffusers.AutoencoderOobleck().eval()
    if part == "encoder":
        tile, overlap = whole.tile_sample_min_length, 2 * whole.tile_sample_overlap
        return Case(
            "diffusers", part, whole.encoder, ("1,2,T",), "T", tile, overlap, "samples", "cut"
        )
    tile, overlap = whole.tile_latent_min_length, 2 * whole.tile_latent_overlap
    return Case("diffusers", part, whole.decoder, ("1,64,T",), "T", tile, overlap, "latents", "cut")


class Vocoder(nn.Module):
    """What stands behind the transformer of Qwen 3's vocoder."""

    def __init__(self, whole):
        super().__init__()
        self.blocks = nn.ModuleList([m for blocks in whole.upsample for m in blocks])
        self.decoder = whole.decoder
        self.before = whole.pre_transformer  # not run here

    def forward(self, x):
        """x: channels, frames."""
        for block in (*self.blocks, *self.decoder):
            x = block(x)
        return x


def qwen() -> Case:
    """The vocoder of Qwen 3 Omni: chunks of 300 frames, 25 before them, none behind."""
    home = "transformers.models.qwen3_omni_moe"
    settings = import_module(f"{home}.configuration_qwen3_omni_moe").Qwen3OmniMoeCode2WavConfig()
    with torch.device("meta"):
        whole = import_module(f"{home}.modeling_qwen3_omni_moe").Qwen3OmniMoeCode2Wav(settings)
    shapes = (f"1,{settings.hidden_size},T",)
    module = Vocoder(whole.eval())
    return Case("transformers", "vocoder", module, shapes, "T", 325, 25, "frames", "cut")


class Speech(nn.Module):
    """The convolutions of Wav2Vec 2.0, before its transformer and within it."""

    def __init__(self, whole):
        super().__init__()
        self.features, self.project = whole.feature_extractor, whole.feature_projection
        self.place, self.layers = whole.encoder.pos_conv_embed, whole.encoder.layers

    def forward(self, x):
        """x: samples."""
        y = self.project.projection(self.features(x).transpose(1, 2))
        return y + self.place(y)


def wav2vec() -> Case:
    """Wav2Vec 2.0 under the pipeline for speech: a sixth of a chunk is dropped on either side."""
    home = import_module("transformers.models.wav2vec2")
    with torch.device("meta"):
        whole = home.Wav2Vec2Model(home.Wav2Vec2Config()).eval()
    tile = 160_000  # ten seconds, a multiple of the 320 samples of a frame
    side = round(tile / 6 / 320) * 320
    return Case(
        "transformers", "whole", Speech(whole), ("1,T",), "T", tile, 2 * side, "samples", "cut"
    )


def nnunet(name: str, blocks, behind) -> Callable:
    """A network of nnU-Net of six levels; its predictor goes by half a patch."""

    def made() -> Case:
        home = import_module("dynamic_network_architectures.architectures.unet")
        with torch.device("meta"):
            module = getattr(home, name)(
                1,
                6,
                (32, 64, 128, 256, 320, 320),
                nn.Conv3d,
                3,
                (1, 2, 2, 2, 2, 2),
                blocks,
                2,
                behind,
                norm_op=nn.InstanceNorm3d,
                norm_op_kwargs={"affine": True},
                nonlin=nn.LeakyReLU,
            ).eval()
        return Case("nnU-Net", "whole", module, ("1,1,H,128,128",), "H", 128, 64, "voxels")

    return made


def cellpose() -> Case:
    """Cellpose's network: tiles of 224 overlap by a tenth; its style is a mean over all."""
    home = import_module("cellpose.resnet_torch")
    with torch.device("meta"):
        module = home.CPnet([2, 32, 64, 128, 256], 3, 3).eval()
    return Case("cellpose", "whole", module, ("1,2,H,64",), "H", 224, 22.4, "pixels")


def unet3d() -> Case:
    """The 3D U-Net of pytorch-3dunet, with the halo that it advises."""
    home = import_module("pytorch3dunet.unet3d.model")
    with torch.device("meta"):
        module = home.UNet3D(1, 1).eval()
    return Case("pytorch-3dunet", "whole", module, ("1,1,H,64,64",), "H", 80, 16, "voxels", "cut")


CASES = {
    **{
        f"{name}, {part}": diffuser(name, part, **options)
        for name, options in AUTOENCODERS.items()
        for part in ("decoder", "encoder")
    },
    "AutoencoderOobleck, decoder": lambda: oobleck("decoder"),
    "AutoencoderOobleck, encoder": lambda: oobleck("encoder"),
    **{f"MONAI {name}": of_monai(name.partition(",")[0], **said) for name, said in MONAI.items()},
    "RealESRGAN_x4plus": upscaler("ESRGAN", 10, num_blocks=23, scale=4),
    "RealESRGAN_x4plus_anime_6B": upscaler("ESRGAN", 10, num_blocks=6, scale=4),
    "realesr-general-x4v3": upscaler("Compact", 10, num_conv=32, upscale=4),
    "realesr-animevideov3": upscaler("Compact", 10, num_conv=16, upscale=4),
    "Qwen3OmniMoeCode2Wav, convolutions": qwen,
    "Wav2Vec2, convolutions": wav2vec,
    "PlainConvUNet": nnunet("PlainConvUNet", 2, 2),
    "ResidualEncoderUNet": nnunet("ResidualEncoderUNet", (1, 3, 4, 6, 6, 6), 1),
    "CPnet": cellpose,
    "UNet3D": unet3d,
}
