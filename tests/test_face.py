"""The public face: few names, each for a reason, and everything they offer explained."""

import ast
import inspect

import pytest

import shapealg
from shapealg.words import frameworks, places

WHY = {
    "Window": "the value everything else is made of",
    "Stack": "layers in a row, or a number of blocks that is only a name",
    "Interval": "what `Window.fibre` gives: all sizes from one to another",
    "Sizes": "what `accepts` gives: a set of sizes, to join and to ask",
    "BySize": "an answer that is not the same at all sizes",
    "Length": "what `output_shape` of a network is made of",
    "QuasiAffine": "a staircase: how two maps are equal is `==`",
    "compare": "at which sizes two layers are the same",
    "solve": "which sizes, kernels, paddings give this output",
    "depths": "how deep a family of networks may be at given sizes",
    "read": "a model turned into a network",
    "Branches": "how a list of layers splits and joins",
    "zoo": "known networks to start from",
    "formulas": "every law by its name",
    "ShapeError": "what a caller catches",
    "DomainError": "a caller may tell sizes that do not fit from words that are wrong",
    "Undecided": "a caller may tell what nobody can decide from what is wrong",
} | dict.fromkeys(frameworks.NAMES, "layers in this framework's own words")
REACHABLE = "Adaptive Bound Ceiled Convolution ProofError Resized Same Scaled Transposed tiled"


def test_every_public_name_has_its_reason_and_they_are_few():
    assert set(shapealg.__all__) == set(WHY) and len(WHY) <= 25


def test_completion_shows_the_public_names_only():
    assert dir(shapealg) == sorted(WHY)


def test_editors_are_told_the_names_that_come_late():
    tree = ast.parse(inspect.getsource(shapealg))
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    found = {
        alias.asname: f"{line.module}.{alias.name}" for line in told.body for alias in line.names
    }
    late = {name: f"shapealg.{home}.{name}" for name, home in shapealg.HOMES.items()}
    assert found == late | {n: f"shapealg.{home}" for n, home in shapealg.MODULES.items()}
    for name in found:
        assert getattr(shapealg, name) is not None


@pytest.mark.parametrize("name", REACHABLE.split())
def test_what_is_rarely_typed_is_still_reachable(name):
    assert name not in shapealg.__all__ and callable(getattr(shapealg, name))


def test_a_star_import_brings_the_public_names_only():
    room = {}
    exec("from shapealg import *", room)
    assert set(room) - {"__builtins__"} == set(WHY)


@pytest.mark.parametrize("framework", frameworks.NAMES)
def test_a_star_import_of_a_dialect_brings_its_words_only(framework):
    room = {}
    exec(f"from shapealg.words.dialects.{framework} import *", room)
    assert set(room) - {"__builtins__"} == set(places.words(framework))
    assert set(places.words(framework)) <= set(dir(getattr(shapealg, framework)))
