"""tests/hosts, in the environment that has the hosts: MONAI, TorchIO, Albumentations, diffusers …
do not all go together with the backends of the other tests.
"""

import os
import subprocess

import pytest
from needed import ROOT, lacking

pytestmark = pytest.mark.slow

FOLDER = ROOT / ".venv" / "hosts"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
FILES = sorted(path.name for path in ROOT.glob("tests/hosts/test_*.py"))


@pytest.mark.parametrize("name", FILES)
def test_with_the_real_hosts(name):
    if not PYTHON.exists():
        lacking(".venv/hosts is not there, which SHAPEALG_REQUIRE_BACKENDS=1 scripts/test.py makes")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/hosts/{name}"],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
