"""A law is one row: in a copy of the package one is added, and what is left to add says so."""

import shutil
import subprocess
import sys

import pytest
from needed import ROOT

LAW = """
doubly_padded_size = case(
    "doubly_padded_size",
    Text(zh="两侧一样多", en="Alike on both sides"),
    Text(zh="两侧各填 p 格之后有多大？", en="How large is it with p on each side?"),
    (N, P),
    {k: 1, s: 1, d: 1, lo: p, hi: p},
    (SIZE, Ge(n + 2 * p, 1, evaluate=False)),
    example=(("n", 5), ("p", 2)),
    group=Group.PADDING_AND_POOLING,
    refusal=Refusal((("n", 2), ("p", -1)), ("n", 3)),
)
"""
CHECK = """

def doubly_padded_size(bench, record):
    cases = (({"n": n, "p": p}, case(n, 1, lo=p, hi=p)) for n in range(1, 7) for p in range(4))
    counted(bench, record, formulas.doubly_padded_size, cases)
"""
ASKED = """
from shapealg import checks, formulas
from shapealg.checks.bench import Bench, Record
from shapealg.checks.backends import numpy as loops
from shapealg.render import page
law = formulas.doubly_padded_size
law.check()
checks.LAWS[law.name](Bench(loops), record := Record())
(heading,) = (heading.en for heading, laws in page.GROUPS if law in laws)
print(law(n=5, p=2), law in formulas.laws(), record.agreed, record.disagreed, heading, sep=";")
"""


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        ROOT / "shapealg", tmp_path / "shapealg", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


def add(copy, module: str, text: str) -> None:
    path = copy / "shapealg" / module
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def add_law(copy) -> None:
    """The law, its name in the theme's list, and the symbols that the theme did not import yet."""
    path = copy / "shapealg/axis/laws/padding.py"
    text = path.read_text(encoding="utf-8")
    text = text.replace('    "padded_size",', '    "doubly_padded_size",\n    "padded_size",', 1)
    text = text.replace(
        "from shapealg.text", "from shapealg.axis.laws.symbols import P, p\nfrom shapealg.text"
    )
    path.write_text(text + LAW, encoding="utf-8")


def ask(copy, code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True)


def test_a_law_without_a_check_is_one_line(copy):
    add_law(copy)
    asked = ask(copy, "import shapealg.checks")
    assert asked.stderr.splitlines()[-1] == (
        "LookupError: the law doubly_padded_size has no check; add a function"
        " doubly_padded_size(bench, record) to shapealg/checks/laws.py"
    )


def test_a_law_with_a_check_is_in_the_catalogue_and_on_the_pages(copy):
    add_law(copy)
    add(copy, "checks/laws.py", CHECK)
    asked = ask(copy, ASKED)
    assert asked.stdout == "9;True;24;[];Padding and pooling\n", asked.stderr
