"""Annotated files: what the checker says, what ONNX Runtime really gives, and what stays as it was."""

import json

import numpy
import pytest
from needed import module

from shapealg import ShapeError
from shapealg.adapters.onnx_annotated import annotated
from shapealg.cli import main

onnx = module("onnx")
onnxruntime = module("onnxruntime")
module("onnx_ir")

from onnx import TensorProto, helper  # noqa: E402


def tensor(name, *shape):
    return helper.make_tensor(
        name, TensorProto.FLOAT, shape, numpy.ones(shape, "f").tobytes(), True
    )


def unet(levels=3, declared=("N", 4, "Ho", "Wo")):
    """Strided convolutions down, transposed ones up, joined: H ≡ 0 (mod 8)."""
    nodes, tensors, x = [], [], "x"
    ways = [x]
    for i in range(levels):
        tensors.append(tensor(f"down{i}", 4, 4, 3, 3))
        nodes.append(
            helper.make_node("Conv", [x, f"down{i}"], [f"d{i}"], strides=[2, 2], pads=[1] * 4)
        )
        ways.append(x := f"d{i}")
    for i in reversed(range(levels)):
        tensors += [tensor(f"up{i}", 4, 4, 2, 2), tensor(f"one{i}", 4, 8, 1, 1)]
        nodes += [
            helper.make_node("ConvTranspose", [x, f"up{i}"], [f"u{i}"], strides=[2, 2]),
            helper.make_node("Concat", [ways[i], f"u{i}"], [f"c{i}"], axis=1),
            helper.make_node("Conv", [f"c{i}", f"one{i}"], [f"y{i}"]),
        ]
        x = f"y{i}"
    graph = helper.make_graph(
        nodes,
        "unet",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4, "H", "W"])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, declared)],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


@pytest.fixture
def path(tmp_path):
    onnx.save(unet(), tmp_path / "unet.onnx")
    return tmp_path / "unet.onnx"


def told(model) -> dict:
    """Tensor → shape, as Netron reads them."""
    graph = model.graph
    return {
        value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.value_info, *graph.output)
    }


def run(model, shape) -> dict:
    """Tensor → the shape that ONNX Runtime gives it."""
    names = [name for node in model.graph.node for name in node.output]
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    del whole.graph.output[:]
    whole.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    made = onnxruntime.InferenceSession(whole.SerializeToString()).run(
        None, {"x": numpy.zeros(shape, "f")}
    )
    return {name: list(value.shape) for name, value in zip(names, made, strict=True)}


@pytest.mark.parametrize("options", [(), ("--multiples",)])
def test_every_shape_is_what_runtime_gives(path, tmp_path, options, capsys):
    out = tmp_path / "out.onnx"
    assert main(["annotate", str(path), str(out), *options]) == 0
    model = onnx.load(out)
    onnx.checker.check_model(model, full_check=True)
    shapes = told(model)
    assert shapes["x"] == (["N", 4, "8*h", "8*w"] if options else ["N", 4, "H", "W"])
    assert shapes["d0"] == (
        ["N", 4, "4*h", "4*w"] if options else ["N", 4, "(H + 1)//2", "(W + 1)//2"]
    )
    for n, h, w in ((1, 8, 16), (3, 40, 24)):
        sizes = {"N": n, "H": h, "W": w, "h": h // 8, "w": w // 8}
        for name, shape in run(onnx.load(path), (n, 4, h, w)).items():
            said = [eval(d, sizes) if isinstance(d, str) else d for d in shapes[name]]
            assert said == shape, name
    assert "H: H ≡ 0 (mod 8), H ≥ 8" in capsys.readouterr().out
    # the model itself is the same
    x = numpy.random.default_rng(0).random((1, 4, 8, 8), dtype="f")
    a, b = (onnxruntime.InferenceSession(p).run(None, {"x": x})[0] for p in (path, out))
    numpy.testing.assert_array_equal(a, b)


def test_the_sets_stand_in_the_metadata(path):
    props = {p.key: json.loads(p.value) for p in annotated(path).model.metadata_props}
    assert props["pkg.shapealg.accepts"]["H"] == {
        "modulus": 8,
        "residues": [0],
        "minimum": 8,
        "exceptions": [],
    }
    assert props["pkg.shapealg.inputs"] == {"x": ["N", 4, "H", "W"]}


@pytest.mark.parametrize("options", [(), ("--multiples",)])
def test_a_second_run_changes_nothing(path, tmp_path, options, capsys):
    one, two = tmp_path / "one.onnx", tmp_path / "two.onnx"
    main(["annotate", str(path), str(one), *options])
    main(["annotate", str(one), str(two), *options])
    assert one.read_bytes() == two.read_bytes()
    main(["annotate", str(one), str(one), *options])  # onto itself
    assert one.read_bytes() == two.read_bytes()


def test_a_wrong_declaration_is_corrected_and_told(tmp_path, capsys):
    path = tmp_path / "wrong.onnx"
    onnx.save(unet(declared=("N", 4, 7, "Wo")), path)
    assert main(["annotate", str(path), str(path)]) == 0
    assert "y0: the file said (N, 4, 7, Wo), it is (N, 4, H, W)" in capsys.readouterr().out
    assert told(onnx.load(path))["y0"] == ["N", 4, "H", "W"]


def test_a_refusal_writes_nothing_and_is_one_line(path, tmp_path, capsys):
    broken, out = tmp_path / "broken.onnx", tmp_path / "out.onnx"
    broken.write_bytes(b"no model")
    out.write_bytes(b"before")
    asked = [
        [str(broken), str(out)],
        [str(tmp_path / "none.onnx"), str(out)],
        [str(path), str(out), "--input", "N,4,H"],
        [str(path), str(tmp_path / "no/out.onnx")],
    ]
    for words in asked:
        assert main(["annotate", *words]) == 2
        told_ = capsys.readouterr()
        assert not told_.out and told_.err.count("\n") == 1 and "mistake" not in told_.err
    assert out.read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.onnx", "out.onnx", "unet.onnx"]


def test_weights_elsewhere_stay_there(tmp_path, capsys):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    path = tmp_path / "a/unet.onnx"
    onnx.save(unet(), path, save_as_external_data=True, location="weights", size_threshold=0)
    assert main(["annotate", str(path), str(tmp_path / "b/out.onnx")]) == 2
    assert "same folder is needed" in capsys.readouterr().err
    assert main(["annotate", str(path), str(tmp_path / "a/out.onnx")]) == 0
    onnxruntime.InferenceSession(tmp_path / "a/out.onnx").run(
        None, {"x": numpy.zeros((1, 4, 8, 8), "f")}
    )


def test_what_would_be_lost_is_refused(tmp_path):
    model = unet()
    values = helper.make_tensor("s", TensorProto.FLOAT, (1,), [1.0])
    at = helper.make_tensor("i", TensorProto.INT64, (1,), [0])
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, at, [4]))
    onnx.save(model, tmp_path / "sparse.onnx")
    with pytest.raises(ShapeError, match="sparse_initializer"):
        annotated(tmp_path / "sparse.onnx")
