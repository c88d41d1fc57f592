"""Hand-written length functions of public libraries, each held against its model's own layers:
`python scripts/length_functions.py` prints docs/length_functions.json.

It runs in the environment of `scripts/corpus.py` with the libraries of
`scripts/requirements/lengths.unhashed.txt`; nothing is downloaded. Each formula is also compared
with what the layers make when they run, at a few lengths. Functions that are not proved are tried
once more where single precision ends: samples of 16 kHz get there in 17 minutes.
"""

import json
import os
import sys
import warnings
from importlib.metadata import version

os.environ["PYTORCH_JIT"] = "0"  # compiled parts have no meta device

import corpus_models

corpus_models.listed()  # prepares the libraries' compiled parts

import length_cases  # noqa: E402
import length_libraries  # noqa: E402
import torch  # noqa: E402

import shapealg  # noqa: E402
from shapealg.adapters.audit import answer, audit  # noqa: E402

LIBRARIES = {
    "transformers": ("transformers", length_cases.TRANSFORMERS),
    "torchaudio": ("torchaudio", length_libraries.TORCHAUDIO),
    "NeMo": ("nemo_toolkit", length_libraries.NEMO),
    "ESPnet": ("espnet", length_libraries.ESPNET),
    "FunASR": ("funasr", length_libraries.FUNASR),
    "speechbrain": ("speechbrain", length_libraries.SPEECHBRAIN),
    "descript-audio-codec": ("descript-audio-codec", length_libraries.DAC),
    "pyannote.audio": ("pyannote.audio", length_libraries.PYANNOTE),
}
RUN = (0, 1, 2, 7, 30)  # the layers run at these of the sizes that they take
FAR = range(2**24 + 1, 2**24 + 513)


def main() -> None:
    """One row a function."""
    warnings.simplefilter("ignore")
    rows = []
    for library, (_, cases) in LIBRARIES.items():
        for name, case in cases.items():
            try:
                row = {"library": library, "model": name} | told(*case())
            except Exception as problem:
                print(f"{name}: {type(problem).__name__}: {str(problem)[:200]}", file=sys.stderr)
            else:
                rows.append(row)
                print(row, file=sys.stderr, flush=True)
    versions = {"torch": "torch"} | {name: told for name, (told, _) in LIBRARIES.items()}
    versions = {name: version(told).partition("+")[0] for name, told in versions.items()}
    print(json.dumps({"versions": versions, "functions": rows}, indent=1, ensure_ascii=False))


def told(function, layers, shape: str) -> dict:
    """What is found of one."""
    net = shapealg.read(layers, shape)
    made = audit(function, net, "T")
    accepted = net.accepts("T")
    few = accepted.first(RUN[-1] + 1)
    run(layers, shape, made.exact, [few[i] for i in RUN if i < len(few)])
    return {
        "exact": repr(made.exact),
        "accepts": str(accepted),
        "proved": made.proved,
        "right": str(made.right),
        "wrong": str(made.wrong) if made.wrong else None,
        "first": made.first and list(made.first),
        "far": None if made.proved or made.wrong else far(function, made.exact, accepted),
    }


def run(layers, shape: str, exact, lengths: list) -> None:
    """Refuse a formula that the layers themselves do not give."""
    for n in lengths:
        sizes = [{"T": n, "N": 1}.get(size) or int(size) for size in shape.split(",")]
        with torch.no_grad():
            made = layers(torch.empty(sizes, device=next(layers.parameters(), FALLBACK).device))
        if exact(T=n) not in made.shape:
            raise AssertionError(f"at {n} the layers give {tuple(made.shape)}, not {exact(T=n)}")


FALLBACK = torch.empty(0, device="meta")


def far(function, exact, accepted) -> list | None:
    """The first length behind 2^24 at which a function goes wrong."""
    for n in FAR:
        if n in accepted and (made := answer(function, n)) != exact(T=n):
            return [n, made, exact(T=n)]
    return None


if __name__ == "__main__":
    main()
