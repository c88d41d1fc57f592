"""Without NumPy and without SymPy: all that takes numbers and names works where neither can be
loaded, as in a browser; they are loaded for an array, and for a symbol.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import shapealg

ROOT = Path(shapealg.__file__).parent.parent
FORBIDDEN = "import sys; sys.modules['numpy'] = sys.modules['sympy'] = None\n"

LAYERS = """
from shapealg import torch, solve, compare, Window, Stack, Adaptive
from shapealg.words import frameworks
conv = torch.Conv2d(3, 64, 7, stride=2, padding=3)
assert conv.output_shape((1, 3, 224, 224)) == (1, 64, 112, 112)
assert str(conv.output_shape(("N", 3, "H", 9))) == "(N, 64, (H + 1)//2, 5)"
assert conv.parameters() == 9472 and conv.macs((1, 3, 224, 224)) == 118013952
assert conv.weight_shape() == (64, 3, 7, 7) and repr(conv).startswith("Conv2d(3, 64, ")
for name in frameworks.NAMES:
    str(conv.to(name)), str(torch.MaxPool2d(3, 2, 1).to(name))
print(solve(n=224, m=112, k=7, s=2, p=...))
print(compare(torch.MaxPool1d(2), torch.MaxPool1d(2, ceil_mode=True)))
print(Stack([{"k": 3, "s": 2}, {"k": 3}]).frames(100))
print(Adaptive(7).fibre(7).high, list(Window(3, 2).fibre(4)))
"""
NETWORKS = """
from shapealg import zoo, read, torch
for name, known in zoo.ZOO.items():
    net = known.read()
    str(net), str(net.output_shape), str(net.ties), repr(net.table())
    sizes = {n: 65 for n in net.sizes if n != "N"}
    for n in sizes:
        str(net.accepts(n)), net.accepts(n).nearest(65)
    str(net.explain(**sizes)), str(net.receptive_field(misaligned=True))
net = read([torch.Conv2d(3, 8, 3, padding=1), torch.MaxPool2d(2)], "N,3,H,W")
assert net.inputs_for(None, 8, 56, 56)["H"].nearest(1) == (112,)
net.tiles("H", 64, H=200, W=200), net.macs(H=8, W=8), net.stack("H").window
"""
REFUSALS = """
from shapealg import ShapeError, torch
for make in (
    lambda: torch.Conv2d(3, 64, 0),
    lambda: torch.Conv2d(3, 64, 7).output_shape((1, 3, 5, 5)),
    lambda: torch.Conv2d(3, 64, 7).output_shape((1, 3, 5.0, True)),
    lambda: torch.Conv2d(3, 64, 7, groups=2),
):
    try:
        make()
    except ShapeError as problem:
        assert str(problem) and problem.zh
    else:
        raise AssertionError
"""


def run(code: str) -> subprocess.CompletedProcess:
    """Run Python by itself."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("code", [LAYERS, NETWORKS, REFUSALS], ids=["layers", "nets", "refusals"])
def test_numbers_and_names_need_neither(code):
    ended = run(FORBIDDEN + code)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    "typed",
    [
        ("--help",),
        ("network", "--help"),
        ("shape", "torch.Conv2d(3, 64, 7, stride=2)", "--input", "N,3,H,224"),
        ("convert", "torch.Conv2d(3, 64, 7, stride=2)", "keras"),
        ("compare", "torch.MaxPool1d(2)", "torch.MaxPool1d(2, ceil_mode=True)"),
        ("solve", "n=224", "m=112", "k=7", "s=2", "p=?"),
        ("network", "unet", "--sizes", "512", "--json"),
    ],
)
def test_the_command_line_needs_neither(typed):
    ended = run(f"{FORBIDDEN}from shapealg.cli import main; sys.exit(main({list(typed)!r}))")
    assert ended.returncode == 0 and ended.stderr == ""


@pytest.mark.parametrize("typed", [("--help",), ("--version",)])
def test_the_help_does_without_what_is_slow_to_load(typed):
    """Dataclasses load the inspector and write code: a third of the time that --help took."""
    code = (
        "import sys; before = set(sys.modules)\nfrom shapealg.cli import main\n"
        f"try: main({list(typed)!r})\nexcept SystemExit: pass\n"
        "loaded = {'dataclasses', 'inspect', 'json', 'shapealg.axis'} & set(sys.modules) - before\n"
        "print(*loaded, file=sys.stderr, end='')"
    )
    assert run(code).stderr == ""


@pytest.mark.parametrize("call", ["torch.Conv2d(3, 8, 3)", "nn.MaxPool2d(2)", "keras.ReLU()"])
def test_a_common_word_does_without_the_table_of_the_others(call):
    typed = ["shape", call, "--input", "1,3,8,8"]
    code = (
        f"import sys\nfrom shapealg.cli import main\nassert main({typed!r}) == 0\n"
        "print('shapealg.words.unchanged' in sys.modules, file=sys.stderr)"
    )
    assert run(code).stderr == f"{'ReLU' in call}\n"


def test_a_symbol_and_an_array_load_what_they_are_of():
    ended = run(
        "import sys, shapealg; window = shapealg.Window(3, 2); window.count(9)\n"
        "assert not {'numpy', 'sympy'} & set(sys.modules)\n"
        "print(window.count('n')); assert 'sympy' in sys.modules\n"
        "import numpy; print(window.count(numpy.int64(9)), shapealg.formulas.conv_output_size("
        "n=numpy.array([8, 9]), k=3, s=2))"
    )
    assert ended.stdout == "floor(n/2 - 3/2) + 1\n4 [3 4]\n", ended.stderr
