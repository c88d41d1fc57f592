"""The libraries of the hosts, without the compiled parts that a CPU build of PyTorch does not load.
They stand in an environment of their own, and tests/adapters/test_hosts_apart.py runs these tests
there.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("monai") is None:
    collect_ignore_glob = ["*.py"]
else:
    sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

    from corpus_models import without_compiled

    without_compiled()
