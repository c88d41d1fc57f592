"""What a test needs beside the package: where it is missing the test is skipped with the reason, or
fails where SHAPEALG_REQUIRE_BACKENDS=1 (as in CI).
"""

import os
import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from shapealg.checks.verify import missing

ROOT = Path(__file__).parent.parent
NOWHERE = {"julia"}  # in no distribution's packages: its tests run where somebody has it


def lacking(reason: str):
    """Skip, or fail where everything is required."""
    if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1":
        raise RuntimeError(f"{reason}, and SHAPEALG_REQUIRE_BACKENDS=1 allows no skipping")
    pytest.skip(reason)


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
