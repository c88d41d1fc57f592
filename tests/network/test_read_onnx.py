"""ONNX models read from their graphs, against ONNX Runtime."""

import random
from pathlib import Path

import pytest
from needed import require

from shapealg import ShapeError, Sizes, read
from shapealg.axis.length import Length
from shapealg.network.network import Network

require("onnx")
import numpy  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402

onnxruntime.set_default_logger_severity(4)
LIGHT = sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("light_*.onnx"))
SPATIAL = {  # the closed forms of the last maps, as run by ONNX Runtime below at sizes of every residue
    "light_bvlc_alexnet": ("(H + 13)//32 - 1", 256), "light_densenet121": ("(H + 3)//32", 1024), "light_inception_v1": ("(H + 3)//32 - 1", 1024), "light_inception_v2": ("(H + 25)//32", 1024),
    "light_resnet50": ("(H + 31)//32", 2048), "light_shufflenet": ("(H + 3)//4", 112), "light_squeezenet": ("(H + 1)//16 - 1", 1000), "light_vgg19": ("H//32", 512), "light_zfnet512": ("(H + 5)//32 - 1", 512),
}  # fmt: skip


def session(proto, tensor: str | None = None):
    """A session of a model with open sizes; of the part that leads to one tensor."""
    proto = onnx.ModelProto.FromString(proto.SerializeToString())
    weights = {t.name for t in proto.graph.initializer}
    for value in proto.graph.input:
        if value.name not in weights:
            for i, dim in enumerate(value.type.tensor_type.shape.dim):
                if i > 1:
                    dim.dim_param = f"d{i}"
    if tensor is not None:
        proto = _until(proto, tensor)
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _until(proto, tensor: str):
    """The model cut behind one tensor."""
    needed, nodes = {tensor}, []
    for node in reversed(proto.graph.node):
        if needed & set(node.output):
            nodes.insert(0, node)
            needed |= set(node.input)
    del proto.graph.node[:], proto.graph.output[:], proto.graph.value_info[:]
    proto.graph.node.extend(nodes)
    proto.graph.output.append(helper.make_tensor_value_info(tensor, TensorProto.FLOAT, None))
    return proto


def shape(run, *sizes):
    """What ONNX Runtime gives, or nothing where it refuses."""
    try:
        return run.run(None, {run.get_inputs()[0].name: numpy.zeros(sizes, numpy.float32)})[0].shape
    except Exception:  # every refusal of ONNX Runtime is a class of its own
        return None


def value(n, **sizes):
    return n(**{name: sizes[name] for name in n.names}) if isinstance(n, Length) else n


def test_the_light_models_are_all_there():
    assert {path.stem for path in LIGHT} == set(SPATIAL)


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_a_light_model_in_closed_form(path):
    """Ten odd sizes through ONNX Runtime: the last map, and the end where the model runs."""
    net = read(path, (1, 3, "H", "W"))
    assert net.unknown == ()
    last = next(node for node in reversed(net.graph.nodes) if len(shape_ := net.shape_of(node.name)) == 4 and isinstance(shape_[2], Length) and shape_[2].names == ("H",) and node.kind not in ("AveragePool", "Dropout"))
    formula, channels = SPATIAL[path.stem]
    made = net.shape_of(last.name)
    assert (made[1], repr(made[2])) == (channels, formula) and repr(made[3]) == formula.replace("H", "W")
    proto = onnx.load(path)
    run, draw = session(proto, last.outputs[0]), random.Random(path.stem)
    part = Network(net.graph.until(last.outputs[0]))
    odd = [h for h in range(65, 290, 2) if h in part.accepts("H")]
    for h in draw.sample(odd, 10):
        w = draw.choice(odd)
        assert tuple(value(n, H=h, W=w) for n in made) == shape(run, 1, 3, h, w), (h, w)
    for h in [h for h in range(65, 290, 2) if h not in odd][:3]:
        assert shape(run, 1, 3, h, odd[0]) is None, h
    whole, accepted = session(proto), net.accepts("H", W=224)
    for h in (193, 199, 205, 211, 217, 221, 223, 225, 231, 239):
        ran = shape(whole, 1, 3, h, 224)
        assert (h in accepted) == (ran is not None), h
        if ran is not None:
            assert tuple(value(n, H=h, W=224) for n in net.output_shape) == ran


# ---------------------------------------------------------------- graphs that compute shapes


def model(nodes, inputs=(("x", (1, "C", "H", "W")),), outputs=("y",), constants=(), opset=21, kind=TensorProto.FLOAT):
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info(name, kind, dims) for name, dims in inputs], [helper.make_tensor_value_info(name, kind, None) for name in outputs],
        [onnx.numpy_helper.from_array(array, name) for name, array in constants],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def ints(*numbers):
    return numpy.array(numbers, numpy.int64)


def agree(proto, *shapes, names=("H", "W"), accepted=True):
    """The model's own names, asked at shapes, each run by ONNX Runtime."""
    net = read(proto)
    assert net.unknown == ()
    run = session(proto)
    for given in shapes:
        sizes = {n: m for n, m in zip(net.graph.inputs["x"], given, strict=True) if isinstance(n, str)}
        expected = shape(run, *given)
        assert net.explain(**sizes).runs == (expected is not None), given
        if expected is not None:
            assert net.at(**sizes) == expected, given
            if not any(m in net.special[n] for n, m in sizes.items()):
                assert tuple(value(n, **sizes) for n in net.output_shape) == expected, given
    return net


def test_upsampling_to_the_size_of_another_tensor():
    """An exporter's F.interpolate: Shape → Slice → Concat → Resize, then an Add."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["down"], kernel_shape=[2, 2], strides=[2, 2]), helper.make_node("Shape", ["x"], ["s"]), helper.make_node("Slice", ["s", "two", "four", "zero"], ["hw"]),
        helper.make_node("Shape", ["down"], ["t"]), helper.make_node("Slice", ["t", "zero", "two", "zero"], ["nc"]), helper.make_node("Concat", ["nc", "hw"], ["to"], axis=0),
        helper.make_node("Resize", ["down", "", "", "to"], ["up"], mode="nearest", coordinate_transformation_mode="asymmetric"), helper.make_node("Add", ["x", "up"], ["y"]),
    ]  # fmt: skip
    net = agree(model(nodes, constants=(("zero", ints(0)), ("two", ints(2)), ("four", ints(4)))), (1, 3, 33, 64), (1, 1, 2, 2), (1, 3, 7, 5))
    assert [repr(n) for n in net.output_shape] == ["1", "C", "H", "W"] and net.accepts("H") == Sizes.every(2)


def test_the_centre_crop_of_2015_as_exporters_write_it():
    """Shape → Gather → Sub → Div → Slice: where ONNX Runtime's symbolic inference fails."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], strides=[2, 2]), helper.make_node("Conv", ["p", "w"], ["c"]), helper.make_node("Resize", ["c", "", "scales"], ["u"], mode="nearest"),
        helper.make_node("Shape", ["x"], ["sx"]), helper.make_node("Shape", ["u"], ["su"]), helper.make_node("Gather", ["sx", "hw"], ["a"]), helper.make_node("Gather", ["su", "hw"], ["b"]),
        helper.make_node("Sub", ["a", "b"], ["d"]), helper.make_node("Div", ["d", "two"], ["from"]), helper.make_node("Add", ["from", "b"], ["till"]),
        helper.make_node("Slice", ["x", "from", "till", "hw"], ["cut"]), helper.make_node("Concat", ["cut", "u"], ["y"], axis=1),
    ]  # fmt: skip
    constants = (("w", numpy.zeros((4, 2, 3, 3), numpy.float32)), ("scales", numpy.array([1, 1, 2, 2], numpy.float32)), ("hw", ints(2, 3)), ("two", ints(2)))
    net = agree(model(nodes, (("x", (1, 2, "H", "W")),), constants=constants), *((1, 2, h, 12) for h in range(5, 25)))
    assert repr(net.output_shape[2]) == "2*(H//2) - 4" and net.accepts("H") == Sizes.every(6)


def test_flattening_by_a_computed_shape():
    """x.view(x.size(0), -1), and a Gemm that wants so many features: both sizes are tied."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], strides=[2, 2]), helper.make_node("Shape", ["x"], ["s"]), helper.make_node("Gather", ["s", "zero"], ["n"]), helper.make_node("Unsqueeze", ["n", "first"], ["n1"]),
        helper.make_node("Concat", ["n1", "minus"], ["to"], axis=0), helper.make_node("Reshape", ["p", "to"], ["f"]), helper.make_node("Gemm", ["f", "w"], ["y"], transB=1),
    ]  # fmt: skip
    constants = (("zero", numpy.array(0, numpy.int64)), ("first", ints(0)), ("minus", ints(-1)), ("w", numpy.zeros((5, 2 * 12), numpy.float32)))
    net = agree(model(nodes, (("x", ("N", 2, "H", "W")),), constants=constants), (3, 2, 8, 6), (3, 2, 9, 7), (2, 2, 24, 2), (1, 2, 8, 8))
    assert [str(tie) for tie in net.ties] == ["⌊H/2⌋·⌊W/2⌋ = 12"]
    assert net.accepts("H", W=6) == Sizes.interval(8, 9) and 24 in net.accepts("H") and 20 not in net.accepts("H")


def test_float_scales_computed_in_the_graph():
    """floor(H · 0.5) through Cast, Mul, Floor, Cast."""
    nodes = [
        helper.make_node("Shape", ["x"], ["s"], start=2, end=4), helper.make_node("Cast", ["s"], ["f"], to=TensorProto.FLOAT), helper.make_node("Mul", ["f", "half"], ["g"]), helper.make_node("Floor", ["g"], ["h"]),
        helper.make_node("Cast", ["h"], ["i"], to=TensorProto.INT64), helper.make_node("Shape", ["x"], ["t"], start=0, end=2), helper.make_node("Concat", ["t", "i"], ["to"], axis=0), helper.make_node("Resize", ["x", "", "", "to"], ["y"]),
    ]  # fmt: skip
    net = agree(model(nodes, constants=(("half", numpy.array([0.5, 1.5], numpy.float32)),)), (1, 1, 9, 9), (1, 2, 10, 3))
    assert [repr(n) for n in net.output_shape[2:]] == ["H//2", "(3*W)//2"]


def test_slices_clip_at_the_border():
    """x[:, :, :5] is no longer than x: the sizes below 5 are exceptions, not rounded away."""
    nodes = [helper.make_node("Slice", ["x", "a", "b", "axis"], ["cut"]), helper.make_node("Conv", ["cut", "w"], ["y"])]
    proto = model(nodes, (("x", (1, 1, "H", 4)),), constants=(("a", ints(0)), ("b", ints(5)), ("axis", ints(2)), ("w", numpy.zeros((1, 1, 3, 3), numpy.float32))))
    net = agree(proto, *((1, 1, h, 4) for h in (3, 4, 5, 6, 9)))
    assert net.output_shape[2] == 3 and net.accepts("H") == Sizes.every(3) and net.special == {"H": Sizes.interval(3, 4)} and net.at(H=4)[2] == 2


def test_an_unknown_operator_is_named_and_what_follows_is_unknown():
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], name="conv"), helper.make_node("Secret", ["c"], ["d"], name="secret", domain="acme"), helper.make_node("Relu", ["d"], ["y"], name="relu")]
    net = read(model(nodes, (("x", (1, 1, "H", "W")),), constants=(("w", numpy.zeros((1, 1, 3, 3), numpy.float32)),)))
    assert net.unknown == ("secret",) and net.output_shape is None
    assert repr(net.shape_of("conv")[2]) == "H - 2"


def test_external_data_is_not_loaded(tmp_path):
    """A model whose weights lie in a file that is not there."""
    proto = model([helper.make_node("Conv", ["x", "w"], ["y"])], (("x", (1, 3, "H", "W")),), constants=(("w", numpy.zeros((64, 3, 7, 7), numpy.float32)),))
    onnx.save_model(proto, tmp_path / "m.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)
    (tmp_path / "weights.bin").unlink()
    net = read(tmp_path / "m.onnx")
    assert repr(net.output_shape[2]) == "H - 6" and net.table()[0].parameters == 64 * 3 * 49


def test_names_of_the_model_and_names_that_are_none():
    proto = model([helper.make_node("Relu", ["x"], ["y"])], (("x", ("batch size", 3, None, "W")),))
    assert read(proto).sizes == ("batch_size", "x_2", "W")
    assert read(proto, "N,3,224,W").output_shape[2] == 224
    assert read(proto, {"x": "N,3,H,W"}).sizes == ("N", "H", "W")


@pytest.mark.parametrize(("given", "message"), (
    ({"z": "1,3,H,W"}, "the model has no such input; received 'z'; x work"), ("1,3,H", "input x needs 4 entries; received (1, 3, 'H'); the model says (1, 3, 'H', 'W')"), ("1,3,H,0", r"input_shape[3] must be at least 1; received 0; the nearest that works is 1"),
))  # fmt: skip
def test_shapes_that_do_not_fit(given, message):
    with pytest.raises(ShapeError) as told:
        read(model([helper.make_node("Relu", ["x"], ["y"])], (("x", (1, 3, "H", "W")),)), given)
    assert str(told.value) == message


def test_no_model_at_all(tmp_path):
    for content in (b"", b"PK\x03\x04 not a model", bytes(range(256))):
        (tmp_path / "m.onnx").write_bytes(content)
        try:
            net = read(tmp_path / "m.onnx")
            assert not net.graph.nodes  # nothing is also a protocol buffer
        except ShapeError as problem:
            assert "this is no ONNX model" in str(problem)
    with pytest.raises(ShapeError, match="there is no such file"):
        read(tmp_path / "nothing.onnx")


@pytest.mark.parametrize("seed", range(6))
def test_a_random_chain_of_windows(seed):
    """Convolutions, poolings and transposed convolutions with every attribute, through ONNX Runtime."""
    draw, nodes, constants, before = random.Random(seed), [], [], "x"
    for i in range(4):
        kind = draw.choice(("Conv", "MaxPool", "AveragePool", "ConvTranspose", "Pad"))
        k, s = draw.randint(1, 4), draw.randint(1, 3)
        said = {"strides": [s, 1], "pads": [draw.randint(0, k - 1), 0, draw.randint(0, k - 1), 0]} if draw.random() < 0.7 else {"strides": [s, 1], "auto_pad": draw.choice(("SAME_UPPER", "SAME_LOWER", "VALID"))}
        inputs = [before]
        if kind == "Pad":
            constants.append((f"p{i}", ints(0, 0, draw.randint(-1, 2), 0, 0, 0, draw.randint(0, 2), 0)))
            inputs, said = [before, f"p{i}"], {}
        elif kind.startswith("Conv"):
            constants.append((f"w{i}", numpy.zeros((1, 1, k, 1), numpy.float32)))
            inputs.append(f"w{i}")
        else:
            said |= {"kernel_shape": [k, 1]} | ({"ceil_mode": 1} if draw.random() < 0.3 and "auto_pad" not in said else {})
        nodes.append(helper.make_node(kind, inputs, [f"t{i}"], **said))
        before = f"t{i}"
    nodes.append(helper.make_node("Identity", [before], ["y"]))
    proto = model(nodes, (("x", (1, 1, "H", 1)),), constants=constants)
    try:
        net = read(proto)
    except ShapeError:
        pytest.skip("a layer that ONNX Runtime refuses at every size")
    run = session(proto)
    for h in range(1, 40):
        if h in net.accepts("H"):
            assert net.at(H=h) == shape(run, 1, 1, h, 1), h
