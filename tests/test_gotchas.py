"""Every surprise on the gotchas page, run again."""

import json
import os
import subprocess
import sys

import pytest
from needed import ROOT, require

from shapealg.checks import gotchas
from shapealg.text import Text

BACKEND = {"keras": "keras-tensorflow"}
RUN = """
import json, sys
from shapealg.checks import gotchas
print("\\n" + json.dumps({g.name: g.run() for g in gotchas.of(sys.argv[1])}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("framework", gotchas.FRAMEWORKS)
def test_each_is_reproduced(framework):
    require(BACKEND.get(framework, framework))
    variables = os.environ | {
        "PYTHONPATH": str(ROOT),
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN, framework],
        capture_output=True,
        text=True,
        env=variables,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        g.name: g.expected for g in gotchas.of(framework)
    }


@pytest.mark.parametrize("framework", gotchas.FRAMEWORKS)
def test_each_is_told_in_both_languages(framework):
    found = gotchas.of(framework)
    assert len({g.name for g in found}) == len(found)
    for one in found:
        assert (
            one.framework == framework
            and one.name.startswith(framework)
            and isinstance(one.title, Text)
            and isinstance(one.told, Text)
            and len(one.expected) > 1
        )
