"""What it costs to begin: processes of Python that import the package, or run one command.

They find compiled modules, as an installed package has them, in a folder of their own.
"""

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from ruler import Part

ROOT = Path(__file__).resolve().parents[2]
COMPILED = tempfile.TemporaryDirectory(prefix="shapealg-compiled-")
SURROUNDINGS = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(ROOT),
    "PYTHONPYCACHEPREFIX": COMPILED.name,
}


def started(*arguments: str) -> None:
    """One process, from its start to its end."""
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=SURROUNDINGS,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def importing() -> Part:
    """The package, beside what it stands on."""
    part = Part("8. A process that imports and ends")
    for module in ("shapealg", "numpy", "sympy"):
        part.add(f"import {module}", partial(started, "-c", f"import {module}"))
    part.add("nothing at all: pass", partial(started, "-c", "pass"))
    part.row("beside import numpy", "import shapealg", "import numpy", "≤ 1.5")
    part.row("beside nothing", "import shapealg", "nothing at all: pass", "")
    return part


def commands() -> Part:
    """The command line."""
    part = Part("9. A process that runs one command")
    nothing = "nothing at all: pass"
    layer = "torch.Conv2d(3, 64, 7, stride=2, padding=3)"
    for told, target in (
        (("--help",), "≤ 3"),
        (("shape", layer, "--input", "1,3,224,224"), "≤ 5"),
        (("solve", "n=224", "m=112", "k=7", "s=2", "p=?"), ""),
        (("network", "unet", "--sizes", "512"), ""),
    ):
        label = f"shapealg {' '.join(told)}"[:60]
        part.add(label, partial(started, "-m", "shapealg", *told))
        part.row(label, label, nothing, target)
    part.add(nothing, partial(started, "-c", "pass"))
    return part
