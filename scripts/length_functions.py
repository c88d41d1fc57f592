"""Hand-written length functions of public libraries, each held against its model's own layers:
`python scripts/length_functions.py`, in the environment of `scripts/corpus.py`, prints
docs/length_functions.json.

Models are made on the meta device with their default configurations; nothing is downloaded.
"""

import json
import sys
import warnings
from importlib import import_module
from importlib.metadata import version

import corpus_models
import torch
from torch import nn

import shapealg
from shapealg.adapters.audit import audit

WAVE, MEL, FRAMES = "N,T", "N,{},T", "N,T,{}"
METHOD, SUBSAMPLED = "_get_feat_extract_output_lengths", "_get_subsampling_output_length"


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


def made(folder: str, cls: str, config: str, file: str = "", **options):
    """A model of transformers, without weights."""
    home = f"transformers.models.{folder}"
    file = file or folder
    settings = getattr(import_module(f"{home}.configuration_{file}"), config)(**options)
    with torch.device("meta"):
        return getattr(import_module(f"{home}.modeling_{file}"), cls)(settings).eval()


def turned(x):
    """Channels and time change places."""
    return x.transpose(1, 2)


def convolved(folder: str, cls: str, config: str, pooled: bool = False, which=None, **options):
    """Whisper's kind: two convolutions, and behind the layers perhaps a pooling by 2."""
    model = made(folder, cls, config, **options)
    layers = [model.conv1, model.conv2] + ([nn.AvgPool1d(2, stride=2)] if pooled else [])
    function = getattr(model, METHOD)
    return (
        function if which is None else lambda n: function(n)[which],
        nn.Sequential(*layers),
        MEL.format(model.conv1.in_channels),
    )


def waves(folder: str, name: str, **options):
    """wav2vec 2.0's kind: a feature extractor over samples."""
    model = made(folder, f"{name}Model", f"{name}Config", **options)
    return getattr(model, METHOD), model.feature_extractor, WAVE


def adapted(folder: str, name: str):
    """The same with an adapter of strided convolutions behind."""
    model = made(folder, f"{name}Model", f"{name}Config", add_adapter=True)
    chain = Chain(
        model.feature_extractor, turned, lambda x: model.feature_projection(x)[0], model.adapter
    )
    return lambda n: getattr(model, METHOD)(n, add_adapter=True), chain, WAVE


def subsampled(folder: str, cls: str, config: str, **options):
    """FastConformer's kind: two-dimensional convolutions over frames of a spectrogram."""
    model = made(folder, cls, config, **options)
    bins = getattr(model.config, "num_mel_bins", 80)
    layers = getattr(model, "subsampling", None) or model.subsampler
    return getattr(model, SUBSAMPLED), layers, FRAMES.format(bins)


def speech_to_text():
    """Gated convolutions over frames."""
    model = made("speech_to_text", "Speech2TextModel", "Speech2TextConfig")
    conv = model.encoder.conv
    bins = model.config.input_feat_per_channel * model.config.input_channels
    return getattr(model, METHOD), conv, FRAMES.format(bins)


def moonshine():
    """Three convolutions over samples."""
    model = made("moonshine", "MoonshineModel", "MoonshineConfig").encoder
    return getattr(model, METHOD), nn.Sequential(model.conv1, model.conv2, model.conv3), "N,1,T"


def adapter():
    """The adapter alone."""
    model = made("wav2vec2_bert", "Wav2Vec2BertModel", "Wav2Vec2BertConfig", add_adapter=True)
    return getattr(model, METHOD), model.adapter, FRAMES.format(model.config.hidden_size)


CASES = {
    "wav2vec2": lambda: waves("wav2vec2", "Wav2Vec2"),
    "wav2vec2, adapter": lambda: adapted("wav2vec2", "Wav2Vec2"),
    "wav2vec2_bert, adapter": adapter,
    "wav2vec2_conformer": lambda: waves("wav2vec2_conformer", "Wav2Vec2Conformer"),
    "wav2vec2_conformer, adapter": lambda: adapted("wav2vec2_conformer", "Wav2Vec2Conformer"),
    "hubert": lambda: waves("hubert", "Hubert"),
    "wavlm": lambda: waves("wavlm", "WavLM"),
    "wavlm, adapter": lambda: adapted("wavlm", "WavLM"),
    "unispeech": lambda: waves("unispeech", "UniSpeech"),
    "unispeech_sat": lambda: waves("unispeech_sat", "UniSpeechSat"),
    "sew": lambda: waves("sew", "SEW"),
    "sew_d": lambda: waves("sew_d", "SEWD"),
    "data2vec_audio": lambda: waves("data2vec", "Data2VecAudio", file="data2vec_audio"),
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
    "parakeet": lambda: subsampled("parakeet", "ParakeetEncoder", "ParakeetEncoderConfig"),
    "lasr": lambda: subsampled("lasr", "LasrEncoder", "LasrEncoderConfig"),
    "nemotron_asr_streaming": lambda: subsampled(
        "nemotron_asr_streaming", "NemotronAsrStreamingEncoder", "NemotronAsrStreamingEncoderConfig"
    ),
}


def main() -> None:
    """One row a function."""
    warnings.simplefilter("ignore")
    corpus_models.listed()  # prepares the libraries' compiled parts
    rows = []
    for name, case in CASES.items():
        try:
            rows.append({"model": name} | told(*case()))
        except Exception as problem:
            print(f"{name}: {type(problem).__name__}: {str(problem)[:200]}", file=sys.stderr)
        else:
            print(rows[-1], file=sys.stderr, flush=True)
    versions = {name: version(name).partition("+")[0] for name in ("transformers", "torch")}
    print(json.dumps({"versions": versions, "functions": rows}, indent=1, ensure_ascii=False))


def told(function, layers, shape: str) -> dict:
    """What is found of one."""
    net = shapealg.read(layers, shape)
    made = audit(function, net, "T")
    return {
        "exact": repr(made.exact),
        "accepts": str(net.accepts("T")),
        "proved": made.proved,
        "right": str(made.right),
        "wrong": str(made.wrong) if made.wrong else None,
        "first": made.first and list(made.first),
    }


if __name__ == "__main__":
    main()
