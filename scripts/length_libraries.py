"""Hand-written length functions of libraries for speech, as `scripts/length_cases.py` has those of
transformers.

Where a library's arithmetic stands inside a forward, that forward runs: on a tensor without
values, beside the true lengths. Where that cannot be, it is written out here line for line.
"""

from functools import cache, partial
from importlib import import_module

import torch
from length_cases import BINS, FRAMES, WAVE, Chain, made
from torch import nn

ROWS = "1,1,T,{}"
MEL = "1,{},T"
MANY = 4096  # lengths at once


def answered(module, shape, second=None):
    """What a forward says of a length: its last answer, for a tensor of that length."""

    def lengths(n):
        n = int(n)
        sizes = [n if size == "T" else size for size in shape]
        x = torch.empty(sizes, device="meta")
        return module(x, torch.tensor([n]) if second is None else second(n))[-1]

    return lengths


def mask(n):
    """A mask of so many frames."""
    return torch.ones(1, 1, n, dtype=torch.bool)


# ---------------------------------------------------------------- torchaudio


def samples(name: str):
    """The extractor of a model of torchaudio."""
    layers = made(f"torchaudio.models:{name}").feature_extractor
    x = torch.empty(1, 400, device="meta")

    @cache
    def many(k):
        return layers(x, torch.arange(k * MANY, (k + 1) * MANY))[1]

    return lambda n: many(n // MANY)[n % MANY], Chain(lambda y: layers(y, None)[0]), WAVE


def reduced():
    """Frames joined by fours."""
    layer = made("torchaudio.models.rnnt:_TimeReduction", 4)
    x = torch.empty(1, 8, BINS, device="meta")
    return (
        lambda n: layer(x, torch.as_tensor([n]))[1],
        Chain(lambda y: layer(y, torch.tensor([8]))[0]),
        FRAMES.format(BINS),
    )


TORCHAUDIO = {
    "wav2vec2": lambda: samples("wav2vec2_base"),
    "wavlm": lambda: samples("wavlm_base"),
    "hubert": lambda: samples("hubert_base"),
    "rnnt, time reduction": reduced,
}

# ---------------------------------------------------------------- NeMo

NEMO_SUBSAMPLING = "nemo.collections.asr.parts.submodules.subsampling"


def conv_subsampling(kind: str, factor: int, causal: bool = False, channels: int = 8):
    """The stem of an encoder."""
    stem = import_module(NEMO_SUBSAMPLING).ConvSubsampling(
        subsampling=kind,
        subsampling_factor=factor,
        feat_in=BINS,
        feat_out=channels,
        conv_channels=channels,
        is_causal=causal,
    )
    calc_length = import_module(NEMO_SUBSAMPLING).calc_length
    function = partial(
        calc_length,
        all_paddings=stem._left_padding + stem._right_padding,
        kernel_size=stem._kernel_size,
        stride=stem._stride,
        ceil_mode=stem._ceil_mode,
        repeat_num=stem._sampling_num,
    )
    flat = nn.Sequential(*stem.conv)
    if stem.conv2d_subsampling:
        return function, flat, ROWS.format(BINS)
    return function, flat, MEL.format(BINS)


def reduction(kind: str, factor: int):
    """Frames made fewer between an encoder's layers."""
    layer = made(f"{NEMO_SUBSAMPLING}:SubsamplingReductionModule", kind, BINS, factor)
    calc_length = import_module(NEMO_SUBSAMPLING).calc_length
    return (
        partial(
            calc_length,
            all_paddings=layer.padding,
            kernel_size=layer.kernel_size,
            stride=layer.stride,
            ceil_mode=False,
            repeat_num=layer._sampling_num,
        ),
        layer.reduction_enc,
        MEL.format(BINS),
    )


def stacked(name: str, channels_first: bool):
    """Frames side by side."""
    layer = made(f"{NEMO_SUBSAMPLING}:{name}", 4, BINS, BINS)
    shape = (1, BINS, "T") if channels_first else (1, "T", BINS)
    module = Chain(lambda x: layer(x, torch.tensor([1]))[0])
    return answered(layer, shape), module, ",".join(map(str, shape))


def masked_conv(**options):
    """A convolution of Jasper and QuartzNet."""
    layer = made("nemo.collections.asr.parts.submodules.jasper:MaskedConv1d", BINS, BINS, **options)
    return layer.get_seq_len, layer.conv, MEL.format(BINS)


def style_tokens():
    """The reference encoder of global style tokens: two-dimensional, of stride 2."""
    home = "nemo.collections.tts.modules.submodules"
    function = import_module(home).ReferenceEncoder.calculate_post_conv_lengths
    filters = (32, 32, 64, 64, 128, 128)
    built = made(f"{home}:ReferenceEncoder", BINS, filters, 0.0, 16, 3, 2, 1, True)
    convs = [m for m in built.modules() if isinstance(m, nn.Conv2d)]
    return lambda n: function(n, n_convs=len(filters)), Chain(*convs), ROWS.format(BINS)


def spectrogram():
    """A centred short-time Fourier transform."""
    built = made("nemo.collections.audio.modules.transforms:AudioToSpectrogram", 512, 160)
    stft = partial(
        torch.stft, n_fft=512, hop_length=160, center=True, return_complex=True, pad_mode="constant"
    )
    return built.get_output_length, Chain(stft, torch.abs), "1,T"


def codec_encoder():
    """The strided convolutions of an audio codec's encoder; the others keep the length."""
    home = "nemo.collections.tts.modules.audio_codec_modules"
    built = made(f"{home}:HiFiGANEncoder", encoded_dim=8, base_channels=4)

    def lengths(n):
        for rate in built.down_sample_rates:
            n = n // rate
        return n

    return lengths, Chain(*[m.conv for m in built.down_sample_conv_layers]), "1,4,T"


NEMO = {
    "ConvSubsampling striding, 4": lambda: conv_subsampling("striding", 4),
    "ConvSubsampling striding, 8": lambda: conv_subsampling("striding", 8),
    "ConvSubsampling striding, causal, 4": lambda: conv_subsampling("striding", 4, True),
    "ConvSubsampling vggnet, 4": lambda: conv_subsampling("vggnet", 4),
    "ConvSubsampling dw_striding, 8": lambda: conv_subsampling("dw_striding", 8),
    "ConvSubsampling dw_striding, causal, 8": lambda: conv_subsampling("dw_striding", 8, True),
    "ConvSubsampling striding_conv1d, 4": lambda: conv_subsampling("striding_conv1d", 4),
    "ConvSubsampling striding_conv1d, causal, 4": lambda: conv_subsampling(
        "striding_conv1d", 4, True
    ),
    "ConvSubsampling dw_striding_conv1d, 4": lambda: conv_subsampling("dw_striding_conv1d", 4),
    "SubsamplingReduction pooling, 2": lambda: reduction("pooling", 2),
    "SubsamplingReduction pooling, 4": lambda: reduction("pooling", 4),
    "FeatureStacking, 4": lambda: stacked("FeatureStacking", True),
    "StackingSubsampling, 4": lambda: stacked("StackingSubsampling", False),
    "MaskedConv1d 11, stride 2, padding 5": lambda: masked_conv(
        kernel_size=11, stride=2, padding=5
    ),
    "MaskedConv1d 29, dilation 2, padding 28": lambda: masked_conv(
        kernel_size=29, dilation=2, padding=28
    ),
    "MaskedConv1d 10, stride 3": lambda: masked_conv(kernel_size=10, stride=3),
    "ReferenceEncoder": style_tokens,
    "AudioToSpectrogram": spectrogram,
    "HiFiGANEncoder": codec_encoder,
}

# ---------------------------------------------------------------- ESPnet and FunASR


def sliced(home: str, name: str):
    """A stem whose mask is sliced as the frames are."""
    stem = made(f"{home}:{name}", BINS, 16, 0.0, nn.Identity())
    module = Chain(lambda x: stem(x, None)[0])
    function = answered(stem, (1, "T", BINS), mask)
    return lambda n: function(n).sum(), module, f"1,T,{BINS}"


def padded_batch(home: str, name: str):
    """The same mask where a longer one stands in the batch beside."""
    _, module, shape = sliced(home, name)
    stem = made(f"{home}:{name}", BINS, 16, 0.0, nn.Identity())

    def lengths(n):
        n = int(n)
        x = torch.empty(1, n + 64, BINS, device="meta")
        seen = torch.arange(n + 64).lt(n)[None, None]
        return stem(x, seen)[-1].sum()

    return lengths, module, shape


def vgg_of_transducers(home: str):
    """VGG's stem, pooled by 3 and by 2."""
    stem = made(f"{home}:VGG2L", BINS, 16, pos_enc=nn.Identity())
    return (
        lambda n: stem.create_new_mask(mask(int(n))).sum(),
        Chain(lambda x: stem(x, None)[0]),
        f"1,T,{BINS}",
    )


def vgg(home: str):
    """VGG's stem, pooled by 2 twice."""
    stem = made(f"{home}:VGG2L")
    x = torch.empty(1, 4, BINS, device="meta")
    return (
        lambda n: torch.as_tensor(stem(x, torch.as_tensor([int(n)]))[1]),
        Chain(lambda y: stem(y, [4])[0]),
        f"1,T,{BINS}",
    )


def conv_encoder():
    """The learned filter bank of speech enhancement."""
    built = made("espnet2.enh.encoder.conv_encoder:ConvEncoder", 16, 32, 10)
    x = torch.empty(1, 64, device="meta")
    return (
        lambda n: built(x, torch.as_tensor([n]))[1],
        Chain(lambda y: built(y, torch.tensor([64]))[0]),
        WAVE,
    )


def length_adaptor():
    """Convolutions that halve, behind an encoder."""
    home = "espnet2.asr.postencoder.length_adaptor_postencoder:LengthAdaptorPostEncoder"
    built = made(home, 16, 2)
    x = torch.empty(1, 16, 16, device="meta")
    return (
        lambda n: built(x, torch.as_tensor([n]))[1],
        Chain(built.length_adaptor),
        MEL.format(16),
    )


ESPNET_STEMS = "espnet.nets.pytorch_backend.transformer.subsampling"
FUNASR_STEMS = "funasr.models.transformer.utils.subsampling"
ESPNET = {
    **{
        name: partial(sliced, ESPNET_STEMS, name)
        for name in (
            "Conv1dSubsampling1",
            "Conv1dSubsampling2",
            "Conv1dSubsampling3",
            "Conv2dSubsampling",
            "Conv2dSubsampling1",
            "Conv2dSubsampling2",
            "Conv2dSubsampling6",
            "Conv2dSubsampling8",
        )
    },
    **{
        f"{name}, in a padded batch": partial(padded_batch, ESPNET_STEMS, name)
        for name in ("Conv2dSubsampling", "Conv2dSubsampling6", "Conv2dSubsampling8")
    },
    "VGG2L of transducers": lambda: vgg_of_transducers(
        "espnet.nets.pytorch_backend.transducer.vgg2l"
    ),
    "VGG2L": lambda: vgg("espnet.nets.pytorch_backend.rnn.encoders"),
    "ConvEncoder": conv_encoder,
    "LengthAdaptorPostEncoder": length_adaptor,
}


def padded_stem():
    """A stem that pads behind before it strides."""
    stem = made(f"{FUNASR_STEMS}:Conv2dSubsamplingPad", BINS, 16, 0.0, nn.Identity())

    def lengths(n):
        n = (n - 1) // 2 + 1
        return (n - 1) // 2 + 1

    return lengths, Chain(lambda x: stem(x, None)[0]), f"1,T,{BINS}"


def strided(kernel: int, stride: int, pad: tuple):
    """One convolution of stride."""
    stem = made(f"{FUNASR_STEMS}:Conv1dSubsampling", 16, 16, kernel, stride, pad)
    x = torch.empty(1, 16, 16, device="meta")
    return (
        lambda n: stem(x, torch.as_tensor([n]))[1],
        Chain(lambda y: stem(y, None)[0]),
        FRAMES.format(16),
    )


def speaker_net():
    """The stages of ERes2Net, and the length its pooling is given."""
    home = "funasr.models.whisper_lid.eres2net.ResNet"
    net = made(f"{home}:ERes2Net", feat_dim=BINS)

    def lengths(n):
        return (((((n - 1) // 2 + 1) - 1) // 2 + 1) - 1) // 2 + 1

    layers = [net.conv1, net.layer1, net.layer2, net.layer3, net.layer4]
    return lengths, Chain(*layers), f"1,1,{BINS},T"


FUNASR = {
    "Conv2dSubsamplingPad": padded_stem,
    "Conv1dSubsampling 2, padded (0, 1)": lambda: strided(2, 2, (0, 1)),
    "ERes2Net": speaker_net,
}

# ---------------------------------------------------------------- others


def of_speechbrain():
    """wav2vec's extractor."""
    built = made("speechbrain.lobes.models.wav2vec:W2VLatentExtractor")
    layers = Chain(lambda x: x.unsqueeze(2), built.extractor)
    return built.get_output_lengths, layers, WAVE


def dac(padded: bool):
    """The encoder and the decoder of DAC, as one function says both."""
    built = made("dac:DAC", encoder_dim=8, decoder_dim=64)
    built.padding = padded
    return built.get_output_length, Chain(built.encoder, built.decoder), "1,1,T"


def sinc():
    """The filters of PyanNet."""
    built = made("pyannote.audio.models.blocks.sincnet:SincNet", stride=10)
    layers = [nn.Conv1d(1, 80, 251, stride=10, device="meta")]
    for conv, pool in zip([None, *built.conv1d[1:]], built.pool1d, strict=True):
        layers += [pool] if conv is None else [conv, pool]
    return built.num_frames, Chain(*layers), "1,1,T"


def wespeaker():
    """The stages of a ResNet for voices."""
    home = "pyannote.audio.models.embedding.wespeaker.resnet"
    net = made(f"{home}:ResNet", import_module(home).BasicBlock, [3, 4, 6, 3], feat_dim=BINS)
    layers = [net.conv1, net.layer1, net.layer2, net.layer3, net.layer4]
    return net.num_frames, Chain(*layers), f"1,1,{BINS},T"


SPEECHBRAIN = {"W2VLatentExtractor": of_speechbrain}
DAC = {"as made": lambda: dac(True), "without padding": lambda: dac(False)}
PYANNOTE = {"SincNet": sinc, "ResNet34": wespeaker}
