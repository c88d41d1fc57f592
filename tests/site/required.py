"""What a test needs and may lack."""

import os

import pytest


def lacking(what: str):
    """A missing tool is an error where everything is required, and a visible skip elsewhere."""
    if os.environ.get("SHAPEALG_REQUIRE_BACKENDS") == "1":
        pytest.fail(f"{what} is missing, and SHAPEALG_REQUIRE_BACKENDS=1")
    pytest.skip(f"{what} is missing")
