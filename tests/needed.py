"""What a test needs beside the package: where it is missing the test is skipped with the reason, or
fails where SHAPEALG_REQUIRE_BACKENDS=1 (as in CI).
"""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import pytest

from shapealg.checks.verify import missing
from shapealg.words import spoken

ROOT = Path(__file__).parent.parent
NOWHERE = {"julia"}  # in no distribution's packages: its tests run where somebody has it


def lacking(reason: str):
    """Skip, or fail where everything is required."""
    if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1":
        raise RuntimeError(f"{reason}, and SHAPEALG_REQUIRE_BACKENDS=1 allows no skipping")
    pytest.skip(reason, allow_module_level=True)


def require(backend: str) -> None:
    """A backend whose packages are there."""
    if package := missing(backend):
        lacking(f"{backend} needs {package}, which is not installed")


def module(name: str):
    """A module that may not be installed."""
    if find_spec(name) is None:
        lacking(f"{name} is not installed")
    return import_module(name)


def tool(name: str) -> str:
    """Where a compiler or another program lies."""
    if (path := shutil.which(name)) is None:
        if name in NOWHERE:
            pytest.skip(f"{name} is not installed")
        lacking(f"{name} is not installed")
    return path


class Refused(Exception):
    """A framework does not execute a layer: what it said."""


@cache
def apart(framework: str) -> ProcessPoolExecutor:
    """A process for one framework: Paddle's import ends one in which certain others are loaded."""
    require("keras-jax" if framework == "keras" else framework)
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_keras_on_jax)


def _keras_on_jax():
    """Keras asks this when it is imported."""
    os.environ["KERAS_BACKEND"] = "jax"


def executed(line: str, x):
    """What a layer, written in its framework's words, makes of an array there."""
    made = apart(line.partition(".")[0]).submit(_executed, line, x).result()
    if isinstance(made, str):
        raise Refused(made)
    return made


def shaped(framework: str, call: str, words: dict, shape: tuple) -> tuple:
    """The shape that a call of a framework gives there, whatever its dialect says of it."""
    return apart(framework).submit(_shaped, framework, call, words, shape).result()


def _shaped(framework: str, call: str, words: dict, shape: tuple) -> tuple:
    real = import_module(f"shapealg.checks.backends.{framework}")
    return tuple(real.shape(call, words, shape))


def _executed(line: str, x):
    words = spoken.read(line)
    real = import_module(f"shapealg.checks.backends.{words.framework}")
    try:
        return real.execute(type(words).__name__, words.words(), x, None)
    except Exception as error:  # each framework refuses in its own classes; not all can be sent
        return f"{type(error).__name__}: {error}"
