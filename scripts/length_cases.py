"""Hand-written length functions of public libraries: of each the function, the layers of its own
model, and the shape they take, in which `T` is the length.

Models are made on the meta device with their default configurations; nothing is downloaded.
"""

from importlib import import_module
from types import SimpleNamespace

import torch
from torch import nn

WAVE, MEL, FRAMES = "N,T", "N,{},T", "N,T,{}"
METHOD, SUBSAMPLED = "_get_feat_extract_output_lengths", "_get_subsampling_output_length"
BINS = 80  # of a spectrogram


class Chain(nn.Module):
    """Modules in a row, and whatever turns the axes between them."""

    def __init__(self, *steps):
        super().__init__()
        self.modules_ = nn.ModuleList(step for step in steps if isinstance(step, nn.Module))
        self.steps = steps

    def forward(self, x):
        """The last step's answer."""
        for step in self.steps:
            x = step(x)
        return x


def turned(x):
    """Channels and time change places."""
    return x.transpose(1, 2)


def first(x):
    """The first of what a module gives."""
    return x[0]


def made(path: str, *args, **options):
    """A class of a module, made without weights: "module:Class"."""
    home, _, name = path.partition(":")
    with torch.device("meta"):
        built = getattr(import_module(home), name)(*args, **options)
    return built.eval() if isinstance(built, nn.Module) else built


# ---------------------------------------------------------------- transformers


def model(folder: str, cls: str, config: str, file: str = "", **options):
    """A model of transformers."""
    home, file = f"transformers.models.{folder}", file or folder
    settings = getattr(import_module(f"{home}.configuration_{file}"), config)(**options)
    return made(f"{home}.modeling_{file}:{cls}", settings)


def omniasr():
    """wav2vec's kind again, over samples."""
    whole = model("omniasr", "OmniASRAudioModel", "OmniASRAudioConfig")
    layers = next(m for m in whole.modules() if type(m).__name__.endswith("SubsamplingConv1D"))
    return getattr(whole, SUBSAMPLED), layers, "N,1,T"


def halved(folder: str, name: str):
    """Blocks of an encoder, some of which halve the frames."""
    whole = model(folder, name, f"{name}Config")
    blocks = [whole.layers[i].conv for i in whole.config.subsample_layers]
    return getattr(whole, SUBSAMPLED), Chain(*blocks), FRAMES.format(whole.config.hidden_size)


def convolved(folder: str, cls: str, config: str, pooled: bool = False, which=None, **options):
    """Whisper's kind: two convolutions, and behind the layers perhaps a pooling by 2."""
    tower = model(folder, cls, config, **options)
    layers = [tower.conv1, tower.conv2] + ([nn.AvgPool1d(2, stride=2)] if pooled else [])
    function = getattr(tower, METHOD)
    return (
        function if which is None else lambda n: function(n)[which],
        nn.Sequential(*layers),
        MEL.format(tower.conv1.in_channels),
    )


def waves(folder: str, name: str, **options):
    """wav2vec 2.0's kind: a feature extractor over samples."""
    whole = model(folder, f"{name}Model", f"{name}Config", **options)
    return getattr(whole, METHOD), whole.feature_extractor, WAVE


def adapted(folder: str, name: str):
    """The same with an adapter of strided convolutions behind."""
    whole = model(folder, f"{name}Model", f"{name}Config", add_adapter=True)
    chain = Chain(
        whole.feature_extractor, turned, lambda x: whole.feature_projection(x)[0], whole.adapter
    )
    return lambda n: getattr(whole, METHOD)(n, add_adapter=True), chain, WAVE


def speakers(folder: str, name: str, file: str = ""):
    """The dilated layers of a speaker model."""
    whole = model(folder, f"{name}ForXVector", f"{name}Config", file=file)
    return (
        whole._get_tdnn_output_lengths,
        Chain(*whole.tdnn),
        FRAMES.format(whole.config.tdnn_dim[0]),
    )


def subsampled(folder: str, cls: str, config: str, **options):
    """FastConformer's kind: two-dimensional convolutions over frames of a spectrogram."""
    whole = model(folder, cls, config, **options)
    bins = getattr(whole.config, "num_mel_bins", BINS)
    layers = getattr(whole, "subsampling", None) or whole.subsampler
    return getattr(whole, SUBSAMPLED), layers, FRAMES.format(bins)


def speech_to_text():
    """Gated convolutions over frames."""
    whole = model("speech_to_text", "Speech2TextModel", "Speech2TextConfig")
    conv = whole.encoder.conv
    bins = whole.config.input_feat_per_channel * whole.config.input_channels
    return getattr(whole, METHOD), conv, FRAMES.format(bins)


def speecht5():
    """wav2vec's extractor under another name."""
    whole = model("speecht5", "SpeechT5SpeechEncoderPrenet", "SpeechT5Config", file="speecht5")
    return getattr(whole, METHOD), whole.feature_encoder, WAVE


def moonshine():
    """Three convolutions over samples."""
    tower = model("moonshine", "MoonshineModel", "MoonshineConfig").encoder
    return getattr(tower, METHOD), nn.Sequential(tower.conv1, tower.conv2, tower.conv3), "N,1,T"


def streamed():
    """Frames cut of the samples, then two causal convolutions."""
    name = "MoonshineStreamingEncoder"
    whole = model("moonshine_streaming", name, f"{name}Config")
    holder = SimpleNamespace(config=SimpleNamespace(encoder_config=whole.config))
    function = getattr(type(whole), METHOD)
    return lambda n: function(holder, n), Chain(whole.embedder, first), WAVE


def adapter():
    """The adapter alone."""
    whole = model("wav2vec2_bert", "Wav2Vec2BertModel", "Wav2Vec2BertConfig", add_adapter=True)
    return getattr(whole, METHOD), whole.adapter, FRAMES.format(whole.config.hidden_size)


def adapter_layer():
    """Of the adapter of wav2vec2_bert one layer, by its own function."""
    whole = model("wav2vec2_bert", "Wav2Vec2BertModel", "Wav2Vec2BertConfig", add_adapter=True)
    return (
        whole.adapter._compute_sub_sample_lengths_from_attention_mask,
        whole.adapter.layers[0],
        FRAMES.format(whole.config.hidden_size),
    )


def masked_adapter(folder: str, name: str):
    """An adapter's layer, whose function takes a mask."""
    layer = model(folder, f"{name}ConformerAdapterLayer", f"{name}Config", file=folder)
    function = layer._compute_sub_sample_lengths_from_attention_mask
    size = layer.residual_conv.in_channels
    return (
        lambda n: function(torch.ones(1, n, dtype=torch.int)),
        Chain(turned, layer.residual_conv, turned),
        FRAMES.format(size),
    )


def vocoder(folder: str, name: str):
    """HiFi-GAN inside a model of speech."""
    whole = model(folder, f"{name}CodeHifiGan", f"{name}Config", file=folder)
    size = whole.hifi_gan.conv_pre.in_channels
    function = whole._get_output_hifigan_lengths
    return function, Chain(whole.hifi_gan, lambda x: x.reshape(1, -1)), f"1,{size},T"


def acoustic(folder: str, name: str):
    """The acoustic encoder of a codec, by walking its convolutions."""
    whole = model(folder, f"{name}Model", f"{name}Config")
    function = whole._get_conv1d_output_lengths
    return lambda n: function(n, whole.acoustic_encoder), whole.acoustic_encoder, "1,1,T"


class Chunks(nn.Module):
    """Three convolutions over chunks of a spectrogram, each by itself, as Qwen 3 goes."""

    def __init__(self, tower, window: int):
        super().__init__()
        self.convs = nn.Sequential(tower.conv2d1, tower.conv2d2, tower.conv2d3)
        self.size = 2 * window

    def forward(self, x):
        """x: 1, bins, frames."""
        whole = x.shape[2] // self.size
        rest = self.convs(x[:, None, :, whole * self.size :]) if x.shape[2] % self.size else None
        if not whole:
            return rest.flatten(1, 2)
        parts = x[:, :, : whole * self.size].unfold(2, self.size, self.size)
        parts = self.convs(parts.permute(2, 0, 1, 3)).permute(1, 2, 0, 3).flatten(2, 3)
        parts = parts.reshape(1, -1, whole * parts.shape[2] // whole)
        return parts if rest is None else torch.cat([parts, rest.flatten(1, 2)], 2)


def chunked(folder: str, name: str, window: int = 50):
    """Chunks of two windows each."""
    tower = model(folder, name, f"{name}Config")
    home = import_module(f"transformers.models.{folder}.modeling_{folder}")
    function = getattr(home, METHOD)
    shape = f"1,{tower.config.num_mel_bins},T"
    return lambda n: function(n, n_window=window), Chunks(tower, window), shape


def spectrogram_transformer():
    """The patches of an AST along time."""
    whole = model("audio_spectrogram_transformer", "ASTModel", "ASTConfig").embeddings
    settings = whole.config
    return (
        lambda n: whole.get_shape(
            SimpleNamespace(
                num_mel_bins=settings.num_mel_bins,
                patch_size=settings.patch_size,
                frequency_stride=settings.frequency_stride,
                max_length=n,
                time_stride=settings.time_stride,
            )
        )[1],
        Chain(lambda x: x.unsqueeze(1).transpose(2, 3), whole.patch_embeddings.projection),
        FRAMES.format(settings.num_mel_bins),
    )


def of_cohere():
    """A function without a caller, against the encoder its model has."""
    whole = model("cohere_asr", "CohereAsrModel", "CohereAsrConfig")
    layers = whole.encoder.subsampling
    return getattr(whole, METHOD), layers, FRAMES.format(whole.config.encoder_config.num_mel_bins)


TRANSFORMERS = {
    "wav2vec2": lambda: waves("wav2vec2", "Wav2Vec2"),
    "wav2vec2, adapter": lambda: adapted("wav2vec2", "Wav2Vec2"),
    "wav2vec2, TDNN": lambda: speakers("wav2vec2", "Wav2Vec2"),
    "wav2vec2_bert, adapter": adapter,
    "wav2vec2_bert, one adapter layer": adapter_layer,
    "wav2vec2_bert, TDNN": lambda: speakers("wav2vec2_bert", "Wav2Vec2Bert"),
    "wav2vec2_conformer": lambda: waves("wav2vec2_conformer", "Wav2Vec2Conformer"),
    "wav2vec2_conformer, adapter": lambda: adapted("wav2vec2_conformer", "Wav2Vec2Conformer"),
    "wav2vec2_conformer, TDNN": lambda: speakers("wav2vec2_conformer", "Wav2Vec2Conformer"),
    "hubert": lambda: waves("hubert", "Hubert"),
    "wavlm": lambda: waves("wavlm", "WavLM"),
    "wavlm, adapter": lambda: adapted("wavlm", "WavLM"),
    "wavlm, TDNN": lambda: speakers("wavlm", "WavLM"),
    "unispeech": lambda: waves("unispeech", "UniSpeech"),
    "unispeech_sat": lambda: waves("unispeech_sat", "UniSpeechSat"),
    "unispeech_sat, TDNN": lambda: speakers("unispeech_sat", "UniSpeechSat"),
    "sew": lambda: waves("sew", "SEW"),
    "sew_d": lambda: waves("sew_d", "SEWD"),
    "speecht5": speecht5,
    "data2vec_audio": lambda: waves("data2vec", "Data2VecAudio", file="data2vec_audio"),
    "data2vec_audio, TDNN": lambda: speakers("data2vec", "Data2VecAudio", file="data2vec_audio"),
    "omniasr": omniasr,
    "granite_speech5": lambda: halved("granite_speech5", "GraniteSpeech5Encoder"),
    "whisper": lambda: convolved("whisper", "WhisperEncoder", "WhisperConfig"),
    "voxtral, convolutions": lambda: convolved(
        "voxtral", "VoxtralEncoder", "VoxtralEncoderConfig", which=0
    ),
    "qwen2_audio, convolutions": lambda: convolved(
        "qwen2_audio", "Qwen2AudioEncoder", "Qwen2AudioEncoderConfig", which=0
    ),
    "qwen2_audio, pooled": lambda: convolved(
        "qwen2_audio", "Qwen2AudioEncoder", "Qwen2AudioEncoderConfig", pooled=True, which=1
    ),
    "audioflamingo3, pooled": lambda: convolved(
        "audioflamingo3",
        "AudioFlamingo3Encoder",
        "AudioFlamingo3EncoderConfig",
        pooled=True,
        which=1,
    ),
    "qwen2_5_omni, pooled": lambda: convolved(
        "qwen2_5_omni",
        "Qwen2_5OmniAudioEncoder",
        "Qwen2_5OmniAudioEncoderConfig",
        pooled=True,
        which=1,
    ),
    "speech_to_text": speech_to_text,
    "moonshine": moonshine,
    "moonshine_streaming": streamed,
    "parakeet": lambda: subsampled("parakeet", "ParakeetEncoder", "ParakeetEncoderConfig"),
    "lasr": lambda: subsampled("lasr", "LasrEncoder", "LasrEncoderConfig"),
    "nemotron_asr_streaming": lambda: subsampled(
        "nemotron_asr_streaming", "NemotronAsrStreamingEncoder", "NemotronAsrStreamingEncoderConfig"
    ),
    "cohere_asr": of_cohere,
    "seamless_m4t, adapter layer": lambda: masked_adapter("seamless_m4t", "SeamlessM4T"),
    "seamless_m4t_v2, adapter layer": lambda: masked_adapter("seamless_m4t_v2", "SeamlessM4Tv2"),
    "seamless_m4t, vocoder": lambda: vocoder("seamless_m4t", "SeamlessM4T"),
    "seamless_m4t_v2, vocoder": lambda: vocoder("seamless_m4t_v2", "SeamlessM4Tv2"),
    "xcodec, acoustic": lambda: acoustic("xcodec", "Xcodec"),
    "higgs_audio_v2_tokenizer, acoustic": lambda: acoustic(
        "higgs_audio_v2_tokenizer", "HiggsAudioV2Tokenizer"
    ),
    "audio_spectrogram_transformer": spectrogram_transformer,
    "qwen3_asr": lambda: chunked("qwen3_asr", "Qwen3ASREncoder"),
    "qwen3_asr, n_window = 100": lambda: chunked("qwen3_asr", "Qwen3ASREncoder", 100),
    "qwen3_omni_moe": lambda: chunked("qwen3_omni_moe", "Qwen3OmniMoeAudioEncoder"),
}
