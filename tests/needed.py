"""Backends: what is missing is skipped with its reason, or an error where
SHAPEALG_REQUIRE_BACKENDS=1 (as in CI).
"""

import os
from pathlib import Path

import pytest

from shapealg.checks.verify import missing

ROOT = Path(__file__).parent.parent


def require(backend: str) -> None:
    """Skip, or fail where backends are required, if a backend lacks a package."""
    if package := missing(backend):
        reason = f"{backend} needs {package}, which is not installed"
        if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1":
            raise RuntimeError(f"{reason}, and SHAPEALG_REQUIRE_BACKENDS=1 allows no skipping")
        pytest.skip(reason)
