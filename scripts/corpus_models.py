"""Public models, chosen by a rule for each library before any of them is tried.

`listed()` names them; `made(name)` builds one: a module (or a Keras model), and what it is read
with. Nothing is downloaded: weights are those of a fresh model.
"""

import contextlib
import json
import sys
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

IMAGE = "N,3,H,W"


@dataclass
class Case:
    """A model and its inputs.

    Attributes:
        module: the model.
        shapes: input → shape, as `shapealg.read` takes it.
        dtypes: input → name of a type of PyTorch's, where it is not float.
        open: the names that are tried at many sizes; the others are 1 and 2.
        around: the size that the model is made for.
    """

    module: object
    shapes: object = IMAGE
    dtypes: dict = field(default_factory=dict)
    open: tuple = ("H", "W")
    around: int = 224


def listed() -> dict:
    """Library → names of its models."""
    without_compiled()
    return {library: list(rule()) for library, (rule, _) in LIBRARIES.items()}


def made(library: str, name: str) -> Case:
    """One of them."""
    without_compiled()
    return LIBRARIES[library][1](name)


def loaded(library: str) -> None:
    """Import a library and what all of its models need."""
    without_compiled()
    import_module(library)
    if library == "transformers":
        import_module("transformers.modeling_utils")


def without_compiled() -> None:
    """torchvision and torchaudio without their compiled parts, which a CPU build of PyTorch may not
    load: only the heads of detection models and some losses need them.
    """
    import torch

    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            signature = "(Tensor boxes, Tensor scores, float iou) -> Tensor"
            torch.library.define(f"torchvision::{name}", signature)
    extension = ModuleType("torchaudio._extension")
    extension._IS_TORCHAUDIO_EXT_AVAILABLE = False
    extension.fail_if_no_align = lambda function: function
    sys.modules.setdefault(extension.__name__, extension)


# ---------------------------------------------------------------- torchvision
# the first of each module


def _torchvision():
    from torchvision import models

    seen = set()
    for name in models.list_models():
        home = models.get_model_builder(name).__module__
        if home not in seen:
            seen.add(home)
            yield name


def _of_torchvision(name: str) -> Case:
    from torchvision import models

    plain = {"weights": None}
    home = models.get_model_builder(name).__module__
    if "segmentation" in home or "detection" in home:
        plain["weights_backbone"] = None
    if "googlenet" in home or "inception" in home:
        plain["init_weights"] = False
    model = models.get_model(name, **plain).eval()
    if "video" in home:
        return Case(model, "N,3,T,H,W", open=("T", "H", "W"), around=112)
    if "optical_flow" in home:
        return Case(model, {"image1": IMAGE, "image2": IMAGE}, around=256)
    if "detection" in home:
        return Case(model.backbone)
    return Case(model)


# ---------------------------------------------------------------- timm
# the first of each module


def _timm():
    import timm

    for module in timm.list_modules():
        names = timm.list_models(module=module)
        if names:
            yield names[0]


def _of_timm(name: str) -> Case:
    import timm

    model = timm.create_model(name, pretrained=False).eval()
    return Case(model, around=model.default_cfg.get("input_size", (3, 224, 224))[-1])


# ---------------------------------------------------------------- segmentation_models_pytorch
# each architecture on ResNet-18, and Unet on the first encoder of each family


def _smp():
    import segmentation_models_pytorch as smp

    for name in smp.MODEL_ARCHITECTURES_MAPPING:
        yield f"{name}-resnet18" if name not in ("segformer", "dpt", "upernet") else f"{name}-"
    seen = {}
    for name in smp.encoders.encoders:
        seen.setdefault(smp.encoders.encoders[name]["encoder"].__name__, name)
    for name in seen.values():
        yield f"unet-{name}"


def _of_smp(name: str) -> Case:
    import segmentation_models_pytorch as smp

    arch, _, encoder = name.partition("-")
    words = {"encoder_weights": None}
    if arch == "dpt":  # it takes the encoders of timm only
        encoder = "tu-vit_base_patch16_224"
    if encoder:
        words["encoder_name"] = encoder
    return Case(smp.create_model(arch, **words).eval())


# ---------------------------------------------------------------- monai
# every net that is made of the words below


MONAI = {
    "spatial_dims": 2,
    "dimensions": 2,
    "in_channels": 1,
    "out_channels": 2,
    "num_classes": 2,
    "in_shape": (1, 64, 64),
    "out_shape": (1,),
    "channels": (8, 16, 32),
    "strides": (2, 2),
    "num_channels": (8, 16, 32),
    "kernel_size": 3,
    "img_size": 64,
    "patch_size": 16,
    "hidden_size": 48,
    "mlp_dim": 64,
    "num_layers": 2,
    "num_heads": 4,
    "latent_size": 8,
    "image_size": (64, 64),
    "layers": (3, 4, 6, 3),
    "block": "basic",
    "block_inplanes": (8, 16, 32, 64),
    "input_size": 64,
    "upsample_kernel_size": (2, 2),
    "latent_channels": 3,
    "num_res_blocks": (1, 1, 1),
    "attention_levels": (False, False, False),
    "norm_num_groups": 8,
    "growth_rate": 8,
    "init_features": 16,
    "block_config": (2, 2),
    "embed_dim": 24,
    "window_size": 4,
    "depths": (2, 2, 2, 2),
}


# where such a word is a row in one net, a number or a longer row in another; and what else goes in
OWN = {
    "AutoEncoder": {"strides": (1, 2, 2)},
    "VarAutoEncoder": {"strides": (1, 2, 2)},
    "DynUNet": {"kernel_size": (3, 3, 3), "strides": (1, 2, 2)},
    "PatchDiscriminator": {"channels": 8},
    "MILModel": {"pretrained": False},
}
BESIDE = {
    "ControlNet": {"timesteps": "N", "controlnet_cond": "N,1,H,W"},
    "DiffusionModelUNet": {"timesteps": "N"},
}
TAKES = {"MILModel": "N,4,3,H,W", "ResNet": "N,3,H,W"}


def _monai():
    import inspect

    from monai.networks import nets

    seen = set()
    for name, made_by in sorted(vars(nets).items()):
        if not inspect.isclass(made_by) or made_by in seen or not hasattr(made_by, "forward"):
            continue
        seen.add(made_by)
        words = inspect.signature(made_by).parameters.values()
        needed = [
            p.name for p in words if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
        ]
        if needed and all(word in MONAI for word in needed):
            yield name


def _of_monai(name: str) -> Case:
    import inspect

    from monai.networks import nets

    made_by = getattr(nets, name)
    words = inspect.signature(made_by).parameters.values()
    given = {
        p.name: MONAI[p.name]
        for p in words
        if p.name in MONAI and (p.default is p.empty or p.name in ("spatial_dims", "dimensions"))
    }
    model = made_by(**given | OWN.get(name, {})).eval()
    shape = TAKES.get(name, f"N,{given.get('in_channels', 1)},H,W")
    return Case(model, {0: shape, **BESIDE.get(name, {})}, around=64)


# ---------------------------------------------------------------- torchaudio
# the first builder of each module; WaveRNN takes two tensors whose lengths are bound to each other,
# and is not among them yet


TORCHAUDIO = {
    "conv_tasnet_base": {0: "N,1,T"},
    "hubert_base": {0: "N,T"},
    "wavlm_base": {0: "N,T"},
    "wav2vec2_base": {0: "N,T"},
    "hdemucs_low": {0: "N,2,T"},
    "DeepSpeech": {0: "N,1,T,494"},
    "Wav2Letter": {0: "N,1,T"},
    "squim_objective_base": {0: "N,T"},
}


def _torchaudio():
    return list(TORCHAUDIO)


def _of_torchaudio(name: str) -> Case:
    from torchaudio import models

    words = {"hdemucs_low": {"sources": ["a", "b"]}, "DeepSpeech": {"n_feature": 494}}.get(name, {})
    model = getattr(models, name)(**words).eval()
    return Case(model, TORCHAUDIO[name], open=("T",), around=16000)


# ---------------------------------------------------------------- transformers
# every model of the mappings for images and for sound, as its configuration makes it


def _transformers():
    from transformers.models.auto import modeling_auto as auto

    seen = set()
    for mapping in (
        "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES",
        "MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES",
        "MODEL_FOR_DEPTH_ESTIMATION_MAPPING_NAMES",
        "MODEL_FOR_BACKBONE_MAPPING_NAMES",
        "MODEL_FOR_AUDIO_CLASSIFICATION_MAPPING_NAMES",
        "MODEL_FOR_CTC_MAPPING_NAMES",
    ):
        for kind, name in getattr(auto, mapping).items():
            name = name if isinstance(name, str) else name[0]
            if kind not in seen:
                seen.add(kind)
                yield f"{kind}-{name}"


def _of_transformers(name: str) -> Case:
    import transformers
    from transformers import AutoConfig

    kind, _, cls = name.rpartition("-")
    config = AutoConfig.for_model(kind)
    model = getattr(transformers, cls)(config).eval()
    main = model.main_input_name
    if main == "input_ids":
        if getattr(config, "pad_token_id", None) is None:
            config.pad_token_id = 0
        return Case(model, {main: "N,T"}, {main: "long"}, open=("T",), around=32)
    if main in ("input_values", "input_features"):
        return Case(model, {main: _sound(kind, config, main)}, open=("T",), around=4000)
    c = getattr(config, "num_channels", 3)
    size = 1536 if kind == "depth_pro" else getattr(config, "image_size", 224)
    size = size[0] if isinstance(size, list | tuple) else size
    return Case(model, {main: f"N,{c},H,W"}, around=size or 224)


def _sound(kind: str, config, main: str) -> str:
    """The shape of what a model of sound takes: samples, or features of each frame."""
    if main == "input_values" and kind != "audio-spectrogram-transformer":
        return "N,T"
    within = getattr(config, "encoder_config", config)
    names = "feature_projection_input_dim num_mel_bins input_feat_per_channel input_dim".split()
    features = next((getattr(within, name) for name in names if hasattr(within, name)), 80)
    if kind == "granite_speech5_ctc":  # four frames, one behind the other
        features *= 4
    return f"N,{features},T" if kind == "whisper" else f"N,T,{features}"


# ---------------------------------------------------------------- diffusers
# every autoencoder and every UNet on images that its defaults make


def _diffusers():
    return (
        "AutoencoderKL AutoencoderTiny AsymmetricAutoencoderKL VQModel ConsistencyDecoderVAE"
        " UNet2DModel UNet1DModel AutoencoderDC AutoencoderOobleck AutoencoderKLTemporalDecoder"
        " AutoencoderKLMochi AutoencoderKLWan"
    ).split()


def _of_diffusers(name: str) -> Case:
    import diffusers

    model = getattr(diffusers, name)().eval()
    shape, open_ = IMAGE, ("H", "W")
    if name == "UNet1DModel":
        return Case(model, {"sample": "N,16,T", "timestep": "1"}, open=("T",), around=64)
    if name == "UNet2DModel":
        return Case(model, {"sample": IMAGE, "timestep": "1"}, around=64)
    if name == "AutoencoderOobleck":
        return Case(model.encoder, "N,2,T", open=("T",), around=4096)
    if name in ("AutoencoderKLMochi", "AutoencoderKLWan"):
        return Case(model, "N,3,T,H,W", open=("T", "H", "W"), around=64)
    if name == "AutoencoderKLTemporalDecoder":
        return Case(model.encoder, IMAGE, around=64)
    return Case(model, shape, open=open_, around=64)


# ---------------------------------------------------------------- ultralytics
# every model it configures, in the smallest scale


def _ultralytics():
    from pathlib import Path

    import ultralytics

    for path in sorted(Path(ultralytics.__file__).parent.glob("cfg/models/*/*.yaml")):
        yield path.name


def _of_ultralytics(name: str) -> Case:
    from pathlib import Path

    import ultralytics
    from ultralytics.nn import tasks

    (path,) = Path(ultralytics.__file__).parent.glob(f"cfg/models/*/{name}")
    kind = "DetectionModel"
    for ending, other in {
        "-seg": "SegmentationModel",
        "-cls": "ClassificationModel",
        "-pose": "PoseModel",
        "-obb": "OBBModel",
        "-semantic": "SegmentationModel",
    }.items():
        if ending in name:
            kind = other
    if "world" in name:
        kind = "WorldModel"
    if "yoloe" in name:
        kind = "YOLOEModel"
    if "rtdetr" in name:
        kind = "RTDETRDetectionModel"
    model = getattr(tasks, kind)(str(path), verbose=False).eval()
    return Case(model, {"x": IMAGE}, around=640)


LIBRARIES = {
    "torchvision": (_torchvision, _of_torchvision),
    "timm": (_timm, _of_timm),
    "segmentation_models_pytorch": (_smp, _of_smp),
    "monai": (_monai, _of_monai),
    "torchaudio": (_torchaudio, _of_torchaudio),
    "transformers": (_transformers, _of_transformers),
    "diffusers": (_diffusers, _of_diffusers),
    "ultralytics": (_ultralytics, _of_ultralytics),
}


def versions() -> dict:
    """Library → the version that is installed."""
    return {library: version(library) for library in ("torch", *LIBRARIES)}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        said = {"versions": versions(), "models": listed()}
    print(json.dumps(said))
