"""One tool asked about one network: `python scripts/tools_worker.py TOOL NETWORK BYTES` prints what
it answers as one line of JSON.

`TOOL` may also be `run FRAMEWORK`: what the network itself gives there, size by size; or
`versions`.
"""

import json
import logging
import os
import resource
import signal
import statistics
import sys
import time
from importlib import import_module
from importlib.metadata import version
from tempfile import TemporaryDirectory

from tools_frameworks import Export, Followed, JaxExport, Keras, Torch
from tools_inference import File, Inference, Onnx, Pyrefly, Runtime
from tools_ours import OursKeras, OursOnnx, OursTorch
from tools_question import Refused, line, sized

TOOLS = {
    "shapealg (PyTorch)": OursTorch,
    "shapealg (ONNX)": OursOnnx,
    "shapealg (Keras)": OursKeras,
    "torch.export, Dim": Followed,
    "torch.export, Dim.AUTO": Export,
    "jax.export": JaxExport,
    "ONNX Runtime": Runtime,
    "onnx-shape-inference": Inference,
    "onnx.shape_inference": Onnx,
    "Keras": Keras,
    "Pyrefly": Pyrefly,
}
RUN = {"torch": Torch, "onnx": File, "jax": JaxExport, "keras": Keras}
PACKAGES = (
    "torch jax keras onnx onnxruntime onnx-shape-inference pyrefly pyrefly-torch-stubs".split()
)
SECONDS = 40  # of the processor, for one answer
ROUNDS, MORE = 5, 7  # warm: the first of these, and up to the second while ENOUGH is not spent
ENOUGH, MUCH = 2, 60  # seconds; where so much is spent there are fewer


class Late(BaseException):
    """An answer takes too long; no `except Exception` of a tool is to hold it."""


def main(tool: str, network: str, memory: str) -> dict:
    """What was found."""
    os.environ |= {"KERAS_BACKEND": "torch", "JAX_PLATFORMS": "cpu"}
    logging.disable(logging.WARNING)  # warnings of unknown sizes: the answer shows them
    if tool == "versions":
        import shapealg

        told = {name: version(name).partition("+")[0] for name in PACKAGES}
        return {"shapealg": shapealg.__version__} | told
    resource.setrlimit(resource.RLIMIT_AS, (int(memory),) * 2)
    found = {"tool": tool, "network": network}
    if tool.startswith("run "):
        made = RUN[tool.removeprefix("run ")]
        try:
            made = made(network)
        except Exception as problem:
            return found | {"state": "unwritten", "says": line(problem)}
        return found | {"state": "run", "heights": sized(made.run, network)}
    return found | asked(tool, network)


def asked(tool: str, network: str) -> dict:
    """The answer, its times, and the tool's word on each size."""
    kind = TOOLS[tool]
    found = {"framework": kind.framework, "way": kind.way}
    try:
        one = kind(network)
    except Exception as problem:
        return found | {"state": "unwritten", "says": line(problem)}
    for name in kind.imported:
        import_module(name)
    signal.signal(signal.SIGPROF, late)
    try:
        answer, times = timed(one)
    except Late:
        return found | {"state": "late", "says": f"no answer within {SECONDS} s of the processor"}
    except Refused as problem:
        found |= {"state": "refused", "says": str(problem)}
    else:
        found |= {"state": "answered"} | answer._asdict() | times
    if kind.way == "asked" or found["state"] == "answered":
        found["heights"] = one.heights()  # None: it says nothing of them
    return found


def late(*_) -> None:
    """The alarm."""
    raise Late


def timed(one) -> tuple:
    """The answer, and the seconds that it takes at first and again."""
    answer, first = once(one)
    warm, rulers = [], []
    while not warm or sum(warm) < (MUCH if len(warm) < ROUNDS else ENOUGH):
        rulers.append(ruler())
        warm.append(once(one)[1])
        if len(warm) == MORE:
            break
    times = {"first": first, "warm": statistics.median(warm), "rounds": len(warm)}
    return answer, times | {"ruler": statistics.median(rulers)}


def once(one) -> tuple:
    """One answer and its seconds, with what is asked about made anew before."""
    given = one.given()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    start = time.perf_counter()
    answer = one.ask(given)
    spent = time.perf_counter() - start
    signal.setitimer(signal.ITIMER_PROF, 0)
    return answer, spent


def ruler() -> float:
    """Seconds of a fixed piece of Python: how fast the machine is just now."""
    start, total = time.perf_counter(), 0
    for i in range(100_000):
        total += i % 7
    return time.perf_counter() - start


if __name__ == "__main__":
    with TemporaryDirectory() as folder:  # symbolic_shape_infer leaves files where it runs
        os.chdir(folder)
        print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))
        os.chdir(os.sep)
