"""TorchScript: its interpreter takes no open sizes. A function that `torch.jit.script` has made
runs as the Python that it was made of while a model is read; of a module nothing is left of that.
"""

import threading

from shapealg.axis.condition import ASKED
from shapealg.errors import Received, Undecided
from shapealg.text import Text

LOCK = threading.Lock()
NAME = "__call__"
READINGS: list = []  # those that are under way
COMPILED: dict = {}  # what PyTorch itself has under the name


class AsPython:
    """While models are read, compiled functions run as Python in these readings."""

    def __enter__(self):
        import torch

        with LOCK:
            if not READINGS:
                COMPILED[NAME] = vars(torch.jit.ScriptFunction)[NAME]
                setattr(torch.jit.ScriptFunction, NAME, _called)
            READINGS.append(self)
        return self

    def __exit__(self, *_):
        import torch

        with LOCK:
            READINGS.remove(self)
            if not READINGS:
                setattr(torch.jit.ScriptFunction, NAME, COMPILED[NAME])


def _called(function, *args, **kwargs):
    """A compiled function; as Python, where this is a reading and there is such."""
    python = getattr(function, "_torchdynamo_inline", None)  # where PyTorch keeps it
    if python is None or ASKED.get() is None:
        return COMPILED[NAME].__get__(function)(*args, **kwargs)
    return python(*args, **kwargs)


def refuse_compiled(module) -> None:
    """Refuse a module that is TorchScript, or has a part that is.

    Raises:
        Undecided: with its path.
    """
    import torch

    for path, part in module.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            name = getattr(part, "original_name", type(part).__name__)
            raise Undecided(
                Text(
                    zh=f"{path or '这个模块'} 是 TorchScript，它不接受开放的尺寸",
                    en=f"{path or 'the module'} is TorchScript, which takes no open sizes",
                ),
                Received(f"{type(part).__name__} of {name}"),
                Text(
                    zh="传入 torch.jit.script 或 trace 之前的模块，或导出 ONNX 后再读",
                    en="the module before torch.jit.script or trace works,"
                    " or an export to ONNX that is read",
                ),
            )
