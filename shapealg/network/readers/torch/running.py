"""The line of the model that is running."""

import os
import sys
from functools import cache
from pathlib import Path
from types import FrameType

HERE = str(Path(__file__).parents[3]) + os.sep


def running() -> FrameType | None:
    """The frame of the model's code that is running: the first that is neither PyTorch's nor ours;
    `None` where there is none.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((*not_of_model(), "<")):
        frame = frame.f_back
    return frame


@cache
def not_of_model() -> tuple[str, str]:
    """The folders of our code and of PyTorch's."""
    import torch

    return HERE, str(Path(torch.__file__).parent) + os.sep


def line() -> str:
    """The line of the model that is running."""
    frame = running()
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "?"
