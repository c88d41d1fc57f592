"""One backend in a process of its own, told what to do on the command line; every answer is a line
of JSON.

`python -m shapealg.checks.worker torch laws` checks the laws, `… torch quick conv:0 conv:1 pool:0`
runs chunks of a grid, `… torch manners:quick conv:0` tells what it does from case 0 on, `… torch
reads` which positions a resizing reads, `… torch dtypes` whether values stay what they are in
other precisions, `… all conversions` runs every conversion, `… all pools`
average poolings by their values, and `… onnx nodes` the node tests that come with ONNX.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from itertools import groupby
from typing import Any

from shapealg import checks
from shapealg.checks import conversions, dtypes, reading, sweep

# XLA compiles every shape anew, and what it compiles here runs once.
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_backend_optimization_level=0",
    "GLOG_minloglevel": "3",
    # with the newest instructions a convolution in half precision ends PyTorch 2.13
    "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16",
}


# what is told in one line; the first four whatever the backend is, every framework in one process
AT_ONCE: dict[str, Callable[[str, tuple[str, ...]], Any]] = {
    "conversions": lambda backend, pieces: {"conversions": conversions.run()},
    "activations": lambda backend, pieces: conversions.activations(),
    "pools": lambda backend, pieces: conversions.pool_values("full" in pieces),
    "nodes": lambda backend, pieces: {"nodes": import_module("shapealg.checks.node_suite").run()},
    "reads": lambda backend, pieces: {"reads": reading.run(backend)},
    "dtypes": lambda backend, pieces: {"dtypes": dtypes.run(backend)},
}


def settle(backend: str) -> None:
    """Say by the environment, before any framework is there, what runs Keras, and be quiet."""
    keras = backend.removeprefix("keras-") if backend.startswith("keras-") else "jax"
    os.environ |= {"KERAS_BACKEND": keras} | QUIET


def main(backend: str, task: str, *pieces: str) -> None:
    """Do one task on one backend and print the answers."""
    settle(backend)
    if task in AT_ONCE:
        return print(json.dumps(AT_ONCE[task](backend, pieces)), flush=True)
    framework = sweep.real(backend)
    print(json.dumps({"versions": framework.versions()}), flush=True)
    if task == "laws":
        told = checks.run(
            framework, lambda name: print(f"{backend}: {name}", file=sys.stderr, flush=True)
        )
        print(json.dumps({"checks": told}), flush=True)
    if task.startswith("manners"):
        return _manners(backend, task.endswith("full"), pieces)
    split = (piece.split(":") for piece in pieces)
    wanted = [(kind, int(number)) for kind, number in split]
    for kind, group in groupby(wanted, key=lambda piece: piece[0]):
        numbers = {number for _, number in group}
        for number, cases in enumerate(sweep.chunks(backend, kind, task == "full")):
            if number in numbers:
                print(
                    json.dumps(
                        {
                            "kind": kind,
                            "chunk": number,
                            "tally": asdict(sweep.swept(backend, cases)),
                        }
                    ),
                    flush=True,
                )


def _manners(backend: str, full: bool, pieces: tuple[str, ...]) -> None:
    """Print what becomes of each case of a grid, "kind:first", as soon as it is known: the next
    one may end the process.
    """
    for piece in pieces:
        kind, first = piece.split(":")
        for told in sweep.manners(backend, kind, full, int(first)):
            print(json.dumps({"kind": kind, "manner": told}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
