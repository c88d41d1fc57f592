"""Whose model it is, told by the names of its classes, and what its reader is given. No framework is
needed: the classes are called as theirs are.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from shapealg import Branches, ShapeError, read
from shapealg.network.graph import Graph
from shapealg.network.readers import _homes, _kind, _whole
from shapealg.network.readers.arguments import Asked
from shapealg.network.readers.operators import Operators
from shapealg.words.dialects import torch


def called(name: str, module: str, *bases):
    """A class that is called so, and comes from there."""
    return type(name, bases, {"__module__": module})


MODULE = called("Module", "torch.nn.modules.module")
CONV = called("Conv2d", "torch.nn.modules.conv", MODULE)
LAYER = called("Layer", "keras.src.layers.layer")
DENSE = called("Dense", "keras.src.layers.core", LAYER)
MODEL = called("Model", "keras.src.models.model", LAYER)
ON_TORCH = called("Layer", "keras.src.layers.layer", MODULE)
PROTO = called("ModelProto", "onnx.onnx_ml_pb2")
OWN = called("Own", "mine", CONV)

KINDS = (
    ("model.onnx", "onnx"),
    (Path("model.onnx"), "onnx"),
    (PROTO(), "onnx"),
    ([], "layers"),
    ((CONV(),), "layers"),
    (CONV(), "torch"),
    (OWN(), "torch"),
    (DENSE(), "keras"),
    (ON_TORCH(), "keras"),
    (called("Module", "mine")(), None),
    (called("Other", "torch")(), None),
    (called("Layer", "kerastuner")(), None),
    (3, None),
    (None, None),
)


@pytest.mark.parametrize(("model", "kind"), KINDS, ids=lambda one: type(one).__name__)
def test_whose_model_it_is(model, kind):
    assert _kind(model) == kind


def test_where_a_value_comes_from():
    assert _homes(OWN()) == {
        ("mine", "Own"),
        ("torch", "Conv2d"),
        ("torch", "Module"),
        ("builtins", "object"),
    }


@pytest.fixture()
def rows(monkeypatch):
    """Frameworks of which only what makes a row of layers is there."""
    for name, home in (
        ("torch", SimpleNamespace(nn=SimpleNamespace(Sequential=lambda *those: ("torch", those)))),
        ("keras", SimpleNamespace(Sequential=lambda those: ("keras", tuple(those)))),
    ):
        monkeypatch.setitem(sys.modules, name, home)


def test_layers_of_one_framework_are_its_row(rows):
    conv, dense, model, words = CONV(), DENSE(), MODEL(), torch.ReLU()
    assert _whole(conv) is conv and _whole(model) is model and _whole(3) == 3
    assert _whole(dense) == _whole([dense]) == ("keras", (dense,))
    assert _whole([conv, conv]) == _whole((conv, conv)) == ("torch", (conv, conv))
    assert _whole(words) == [words] and _whole([words]) == [words]
    row = Branches("add", [], [])
    assert _whole(row) == [row]
    mixed = [conv, dense]
    assert _whole(mixed) is mixed and _whole([conv, words]) == [conv, words]
    own = torch.Sequential(words)
    assert _whole(own) is own
    assert _whole([]) == []


def test_rows_within_rows_are_the_frameworks_too(rows, monkeypatch):
    """A row of PyTorch is a module; what it is made of is asked again."""
    made = CONV()
    monkeypatch.setattr(sys.modules["torch"].nn, "Sequential", lambda *those: made)
    assert _whole([[CONV()], CONV()]) is made and _whole([[[CONV()]]]) is made


def test_what_a_reader_is_given(monkeypatch):
    """A reader of PyTorch what its module takes, with types; the others shapes."""
    given = []

    def reads(model, shapes=None, **others):
        given.append((model, shapes, others))
        return Graph({"x": ("N", 3)}, (), ("x",))

    for kind in ("torch", "keras"):
        monkeypatch.setitem(
            sys.modules, f"shapealg.network.readers.{kind}", SimpleNamespace(read=reads)
        )
    conv, model = CONV(), MODEL()
    asked = {0: Asked(("N", 3)), 1: 5}
    for dtype, told in (
        (None, {None: None}),
        ("int64", {None: "int64"}),
        ({"x": "bool"}, {"x": "bool"}),
    ):
        assert read(conv, ["N,3", 5], dtype).output_shape is not None
        assert given.pop() == (conv, None, {"given": asked, "dtypes": told})
    net = read(model, "N,3")
    assert given.pop() == (model, {0: ("N", 3)}, {}) and net.at(N=2) == (2, 3)
    read(model)
    assert given.pop() == (model, None, {})
    net((2, 3))
    assert not given or given.pop()[0] is model
    with pytest.raises(
        ShapeError, match="dtype is for PyTorch modules; received 'int64'; leave it"
    ):
        read(model, "N,3", "int64")
    with pytest.raises(ShapeError, match="input 1 must be the shape of one tensor; received 5"):
        read(model, ["N,3", 5])


@pytest.mark.parametrize("model", (3, None, called("Module", "mine")(), {"a": 1}))
def test_what_is_no_model_is_told(model):
    with pytest.raises(
        ShapeError, match=r"an ONNX file, a Keras model, a torch.nn.Module or a list"
    ):
        read(model, "N,3")


def test_read_takes_three_arguments():
    with pytest.raises(ShapeError) as caught:
        read([torch.ReLU()], "N,3", batch=3, weights="x")
    told = str(caught.value)
    assert "read takes model, input_shape and dtype only; received batch=3, weights='x'; " in told
    assert 'for example read(model, input_shape=(1, 3, "H", "W"))' in told


def test_a_row_of_a_table_is_as_it_was_written_down():
    table = Operators()

    def kept(flow, x):
        return x

    def named(node):
        return node["name"]

    assert table.plain("One Two")(kept) is kept and table.built("Three")(named) is named
    table.plain("Pair", outputs=2, weights=True)(kept)
    table.built("Several Weighed", outputs=None, weights=True)(named)
    assert {name: (row.outputs, row.weights) for name, row in table.items()} == {
        **dict.fromkeys(("One", "Two", "Three"), (1, False)),
        "Pair": (2, True),
        **dict.fromkeys(("Several", "Weighed"), (None, True)),
    }
    assert table["Two"].build("anything", "else") is kept
    assert table["Three"].build({"name": "n"}) == "n"
    around = table["Weighed"].wrapped(lambda operation: [operation])
    assert around.build({"name": "n"}) == ["n"] and (around.outputs, around.weights) == (None, True)
    both = Operators.joined([table, {"Four": around}])
    assert list(both) == [*table, "Four"] and both["Four"] is around
    with pytest.raises(LookupError, match="Two is in the table already"):
        Operators.joined([table, {"Two": around}])
