"""ONNX models read from their graphs, against ONNX Runtime."""

import random
from pathlib import Path

import pytest
from needed import require, shaped

from shapealg import BySize, ShapeError, Sizes, read
from shapealg.axis.length import Length
from shapealg.errors import Undecided
from shapealg.network.along import Along
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph
from shapealg.network.network import Network
from shapealg.network.readers.onnx.operators import OPERATORS
from shapealg.network.readers.operators import Operator, Operators
from shapealg.network.tensor import Tensor
from shapealg.words.dialects import onnx as dialect

require("onnx")
import numpy  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402

onnxruntime.set_default_logger_severity(4)
LIGHT = sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("light_*.onnx"))
# the closed forms of the last maps, as run by ONNX Runtime below at sizes of every residue
SPATIAL = {
    "light_bvlc_alexnet": ("(H + 13)//32 - 1", 256),
    "light_densenet121": ("(H + 3)//32", 1024),
    "light_inception_v1": ("(H + 3)//32 - 1", 1024),
    "light_inception_v2": ("(H + 25)//32", 1024),
    "light_resnet50": ("(H + 31)//32", 2048),
    "light_shufflenet": ("(H + 3)//4", 112),
    "light_squeezenet": ("(H + 1)//16 - 1", 1000),
    "light_vgg19": ("H//32", 512),
    "light_zfnet512": ("(H + 5)//32 - 1", 512),
}


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
    return onnxruntime.InferenceSession(
        proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


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


# the others take ONNX Runtime longer
QUICK = ("light_bvlc_alexnet", "light_resnet50", "light_squeezenet")


@pytest.mark.parametrize(
    "path",
    [path if path.stem in QUICK else pytest.param(path, marks=pytest.mark.slow) for path in LIGHT],
    ids=lambda path: path.stem,
)
@pytest.mark.many(3)
def test_a_light_model_in_closed_form(path):
    """Ten odd sizes through ONNX Runtime: the last map, and the end where the model runs."""
    net = read(path, (1, 3, "H", "W"))
    assert net.unknown == ()
    last = next(
        node
        for node in reversed(net.graph.nodes)
        if len(shape_ := net.shape_of(node.name)) == 4
        and isinstance(shape_[2], Length)
        and shape_[2].names == ("H",)
        and node.kind not in ("AveragePool", "Dropout")
    )
    formula, channels = SPATIAL[path.stem]
    made = net.shape_of(last.name)
    assert (made[1], repr(made[2])) == (channels, formula) and repr(made[3]) == formula.replace(
        "H", "W"
    )
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


def model(
    nodes,
    inputs=(("x", (1, "C", "H", "W")),),
    outputs=("y",),
    constants=(),
    opset=21,
    kind=TensorProto.FLOAT,
):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, dims) for name, dims in inputs],
        [helper.make_tensor_value_info(name, kind, None) for name in outputs],
        [onnx.numpy_helper.from_array(array, name) for name, array in constants],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def ints(*numbers):
    return numpy.array(numbers, numpy.int64)


def agree(proto, *shapes, names=("H", "W"), accepted=True):
    """The model's own names, asked at shapes, each run by ONNX Runtime."""
    net = read(proto)
    assert net.unknown == ()
    run = session(proto)
    for given in shapes:
        sizes = {
            n: m for n, m in zip(net.graph.inputs["x"], given, strict=True) if isinstance(n, str)
        }
        expected = shape(run, *given)
        assert net.explain(**sizes).runs == (expected is not None), given
        if expected is not None:
            assert net.at(**sizes) == expected, given
            told = net.output_shape
            told = told.at(**sizes) if isinstance(told, BySize) else told
            assert tuple(value(n, **sizes) for n in told) == expected, given
    return net


def test_upsampling_to_the_size_of_another_tensor():
    """An exporter's F.interpolate: Shape → Slice → Concat → Resize, then an Add."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["down"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Slice", ["s", "two", "four", "zero"], ["hw"]),
        helper.make_node("Shape", ["down"], ["t"]),
        helper.make_node("Slice", ["t", "zero", "two", "zero"], ["nc"]),
        helper.make_node("Concat", ["nc", "hw"], ["to"], axis=0),
        helper.make_node(
            "Resize",
            ["down", "", "", "to"],
            ["up"],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
        ),
        helper.make_node("Add", ["x", "up"], ["y"]),
    ]
    net = agree(
        model(nodes, constants=(("zero", ints(0)), ("two", ints(2)), ("four", ints(4)))),
        (1, 3, 33, 64),
        (1, 1, 2, 2),
        (1, 3, 7, 5),
    )
    assert [repr(n) for n in net.output_shape] == ["1", "C", "H", "W"] and net.accepts(
        "H"
    ) == Sizes.every(2)


def test_the_centre_crop_of_2015_as_exporters_write_it():
    """Shape → Gather → Sub → Div → Slice: where ONNX Runtime's symbolic inference fails."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p", "w"], ["c"]),
        helper.make_node("Resize", ["c", "", "scales"], ["u"], mode="nearest"),
        helper.make_node("Shape", ["x"], ["sx"]),
        helper.make_node("Shape", ["u"], ["su"]),
        helper.make_node("Gather", ["sx", "hw"], ["a"]),
        helper.make_node("Gather", ["su", "hw"], ["b"]),
        helper.make_node("Sub", ["a", "b"], ["d"]),
        helper.make_node("Div", ["d", "two"], ["from"]),
        helper.make_node("Add", ["from", "b"], ["till"]),
        helper.make_node("Slice", ["x", "from", "till", "hw"], ["cut"]),
        helper.make_node("Concat", ["cut", "u"], ["y"], axis=1),
    ]
    constants = (
        ("w", numpy.zeros((4, 2, 3, 3), numpy.float32)),
        ("scales", numpy.array([1, 1, 2, 2], numpy.float32)),
        ("hw", ints(2, 3)),
        ("two", ints(2)),
    )
    net = agree(
        model(nodes, (("x", (1, 2, "H", "W")),), constants=constants),
        *((1, 2, h, 12) for h in range(5, 25)),
    )
    assert repr(net.output_shape[2]) == "2*(H//2) - 4" and net.accepts("H") == Sizes.every(6)


def test_flattening_by_a_computed_shape():
    """x.view(x.size(0), -1), and a Gemm that wants so many features: both sizes are tied."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["x"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["n"]),
        helper.make_node("Unsqueeze", ["n", "first"], ["n1"]),
        helper.make_node("Concat", ["n1", "minus"], ["to"], axis=0),
        helper.make_node("Reshape", ["p", "to"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"], transB=1),
    ]
    constants = (
        ("zero", numpy.array(0, numpy.int64)),
        ("first", ints(0)),
        ("minus", ints(-1)),
        ("w", numpy.zeros((5, 2 * 12), numpy.float32)),
    )
    net = agree(
        model(nodes, (("x", ("N", 2, "H", "W")),), constants=constants),
        (3, 2, 8, 6),
        (3, 2, 9, 7),
        (2, 2, 24, 2),
        (1, 2, 8, 8),
    )
    assert [str(tie) for tie in net.ties] == ["⌊H/2⌋·⌊W/2⌋ = 12"]
    assert (
        net.accepts("H", W=6) == Sizes.interval(8, 9)
        and 24 in net.accepts("H")
        and 20 not in net.accepts("H")
    )


def test_float_scales_computed_in_the_graph():
    """floor(H · 0.5) through Cast, Mul, Floor, Cast."""
    nodes = [
        helper.make_node("Shape", ["x"], ["s"], start=2, end=4),
        helper.make_node("Cast", ["s"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["f", "half"], ["g"]),
        helper.make_node("Floor", ["g"], ["h"]),
        helper.make_node("Cast", ["h"], ["i"], to=TensorProto.INT64),
        helper.make_node("Shape", ["x"], ["t"], start=0, end=2),
        helper.make_node("Concat", ["t", "i"], ["to"], axis=0),
        helper.make_node("Resize", ["x", "", "", "to"], ["y"]),
    ]
    net = agree(
        model(nodes, constants=(("half", numpy.array([0.5, 1.5], numpy.float32)),)),
        (1, 1, 9, 9),
        (1, 2, 10, 3),
    )
    assert [repr(n) for n in net.output_shape[2:]] == ["H//2", "(3*W)//2"]


def test_slices_clip_at_the_border():
    """x[:, :, :5] is no longer than x: the sizes below 5 are exceptions, not rounded away."""
    nodes = [
        helper.make_node("Slice", ["x", "a", "b", "axis"], ["cut"]),
        helper.make_node("Conv", ["cut", "w"], ["y"]),
    ]
    proto = model(
        nodes,
        (("x", (1, 1, "H", 4)),),
        constants=(
            ("a", ints(0)),
            ("b", ints(5)),
            ("axis", ints(2)),
            ("w", numpy.zeros((1, 1, 3, 3), numpy.float32)),
        ),
    )
    net = agree(proto, *((1, 1, h, 4) for h in (3, 4, 5, 6, 9)))
    assert (
        str(net.output_shape) == "(1, 1, 3, 2) for every H ≥ 5; (1, 1, H − 2, 2) for H = 3, 4"
        and net.accepts("H") == Sizes.every(3)
        and net.special == {"H": Sizes.interval(3, 4)}
        and net.at(H=4)[2] == 2
    )


def test_an_unknown_operator_is_named_and_what_follows_is_unknown():
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
        helper.make_node("Secret", ["c"], ["d"], name="secret", domain="acme"),
        helper.make_node("Relu", ["d"], ["y"], name="relu"),
    ]
    net = read(
        model(
            nodes,
            (("x", (1, 1, "H", "W")),),
            constants=(("w", numpy.zeros((1, 1, 3, 3), numpy.float32)),),
        )
    )
    assert net.unknown == ("secret",) and net.output_shape is None
    assert repr(net.shape_of("conv")[2]) == "H - 2"


def test_external_data_is_not_loaded(tmp_path):
    """A model whose weights lie in a file that is not there."""
    proto = model(
        [helper.make_node("Conv", ["x", "w"], ["y"])],
        (("x", (1, 3, "H", "W")),),
        constants=(("w", numpy.zeros((64, 3, 7, 7), numpy.float32)),),
    )
    onnx.save_model(
        proto,
        tmp_path / "m.onnx",
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    (tmp_path / "weights.bin").unlink()
    net = read(tmp_path / "m.onnx")
    assert repr(net.output_shape[2]) == "H - 6" and net.table()[0].parameters == 64 * 3 * 49


def test_names_of_the_model_and_names_that_are_none():
    proto = model([helper.make_node("Relu", ["x"], ["y"])], (("x", ("batch size", 3, None, "W")),))
    assert read(proto).sizes == ("batch_size", "x_2", "W")
    assert read(proto, "N,3,224,W").output_shape[2] == 224
    assert read(proto, {"x": "N,3,H,W"}).sizes == ("N", "H", "W")


@pytest.mark.parametrize(
    ("given", "message"),
    (
        ({-1: "1,3,H,W"}, "the model has no such input; received -1; x work"),
        ({1: "1,3,H,W"}, "the model has no such input; received 1; x work"),
        ({True: "1,3,H,W"}, "the model has no such input; received True; x work"),
        ({"z": "1,3,H,W"}, "the model has no such input; received 'z'; x work"),
        ("1,3,H", "input x needs 4 entries; received (1, 3, 'H'); the model says (1, 3, 'H', 'W')"),
        ("1,3,H,0", r"input_shape[3] must be at least 1; received 0; the nearest that works is 1"),
    ),
)
def test_shapes_that_do_not_fit(given, message):
    with pytest.raises(ShapeError) as told:
        read(model([helper.make_node("Relu", ["x"], ["y"])], (("x", (1, 3, "H", "W")),)), given)
    assert str(told.value) == message


def test_no_model_at_all(tmp_path):
    for content in (b"", b"PK\x03\x04 not a model", bytes(range(256))):
        (tmp_path / "m.onnx").write_bytes(content)
        try:
            read(tmp_path / "m.onnx")
        except ShapeError as problem:
            # nothing is also a protocol buffer
            assert str(problem).startswith(
                ("this is no ONNX model", "the model's graph has no outputs")
            )
        else:
            pytest.fail("read")
    with pytest.raises(ShapeError, match="there is no such file"):
        read(tmp_path / "nothing.onnx")


@pytest.mark.parametrize("seed", range(6))
def test_a_random_chain_of_windows(seed):
    """Convolutions, poolings and transposed convolutions with every attribute, through ONNX
    Runtime.
    """
    draw, nodes, constants, before = random.Random(seed), [], [], "x"
    for i in range(4):
        kind = draw.choice(("Conv", "MaxPool", "AveragePool", "ConvTranspose", "Pad"))
        k, s = draw.randint(1, 4), draw.randint(1, 3)
        said = (
            {"strides": [s, 1], "pads": [draw.randint(0, k - 1), 0, draw.randint(0, k - 1), 0]}
            if draw.random() < 0.7
            else {"strides": [s, 1], "auto_pad": draw.choice(("SAME_UPPER", "SAME_LOWER", "VALID"))}
        )
        inputs = [before]
        if kind == "Pad":
            constants.append(
                (f"p{i}", ints(0, 0, draw.randint(-1, 2), 0, 0, 0, draw.randint(0, 2), 0))
            )
            inputs, said = [before, f"p{i}"], {}
        elif kind.startswith("Conv"):
            constants.append((f"w{i}", numpy.zeros((1, 1, k, 1), numpy.float32)))
            inputs.append(f"w{i}")
        else:
            said |= {"kernel_shape": [k, 1]} | (
                {"ceil_mode": 1} if draw.random() < 0.3 and "auto_pad" not in said else {}
            )
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


# ---------------------------------------------------------------- operators one by one


def node(kind, inputs, outputs="y", **said):
    return helper.make_node(
        kind,
        inputs.split(",") if inputs else [],
        outputs.split(","),
        name=f"{kind}_{outputs}",
        **said,
    )


def floats(*dims):
    return numpy.zeros(dims, numpy.float32)


def runs(proto, *given):
    """What ONNX Runtime gives; nothing where it refuses the model, or the input."""
    try:
        made = session(proto)
    except Exception:  # every refusal of ONNX Runtime is a class of its own
        return None
    return shape(made, *given)


def refused(proto, *given):
    """ONNX Runtime runs it at none of these shapes, and it is one line that names the node."""
    assert all(runs(proto, *one) is None for one in given)
    with pytest.raises(ShapeError) as told:
        read(proto).flow  # noqa: B018
    assert "\n" not in str(told.value) and "\n" not in told.value.zh
    return str(told.value)


LINE = (("x", ("H",)),)


def computed(*nodes, constants=(), opset=21):
    """The length of y is a number that the graph computes from the length of x, at v; a hundred
    more, so that it is none below 0.
    """
    nodes = [
        node("Shape", "x", "n"),
        *nodes,
        node("Add", "v,hundred", "to"),
        node("ConstantOfShape", "to"),
    ]
    return model(nodes, LINE, constants=(("hundred", ints(100)), *constants), opset=opset)


@pytest.mark.parametrize(
    ("nodes", "constants", "formula"),
    (
        ([node("Sub", "n,k", "d"), node("Abs", "d", "v")], {"k": ints(9)}, "H + 91"),
        ([node("Sub", "k,n", "d"), node("Abs", "d", "v")], {"k": ints(9)}, "H + 91"),
        (
            [node("Sub", "n,k", "d"), node("Clip", "d,low,high", "v")],
            {
                "k": ints(9),
                "low": numpy.array(-3, numpy.int64),
                "high": numpy.array(8, numpy.int64),
            },
            "108",
        ),
        (
            [node("Sub", "n,k", "d"), node("Clip", "d,low", "v")],
            {"k": ints(9), "low": numpy.array(0, numpy.int64)},
            "H + 91",
        ),
        (
            [
                node("Sub", "n,k", "d"),
                node("Cast", "d", "f", to=1),
                node("Relu", "f", "g"),
                node("Cast", "g", "v", to=7),
            ],
            {"k": ints(9)},
            "H + 91",
        ),
        ([node("Clip", "n,,high", "v")], {"high": numpy.array(2**63 - 1, numpy.int64)}, "H + 100"),
        ([node("Sign", "n", "v")], {}, "101"),
        ([node("Sub", "n,k", "d"), node("Sign", "d", "v")], {"k": ints(9)}, None),
        (
            [node("Sub", "n,k", "d"), node("Div", "d,two", "v")],
            {"k": ints(9), "two": ints(2)},
            "(H + 1)//2 + 95",
        ),
        (
            [node("Sub", "n,k", "d"), node("Div", "d,two", "v")],
            {"k": ints(9), "two": ints(-2)},
            "-((H + 1)//2) + 105",
        ),
        (
            [node("Sub", "k,n", "d"), node("Div", "d,two", "v")],
            {"k": ints(9), "two": ints(2)},
            "-((H + 1)//2) + 105",
        ),
        (
            [node("Sub", "n,k", "d"), node("Mod", "d,two", "v")],
            {"k": ints(9), "two": ints(4)},
            "H - 4*((H + 3)//4) + 103",
        ),
        (
            [node("Sub", "n,k", "d"), node("Mod", "d,two", "v")],
            {"k": ints(9), "two": ints(-4)},
            None,
        ),
        (
            [node("Sub", "n,k", "d"), node("Mod", "d,two", "v", fmod=1)],
            {"k": ints(9), "two": ints(4)},
            "H - 4*((H + 3)//4) + 103",
        ),
        (
            [node("Sub", "k,n", "d"), node("Mod", "d,two", "v", fmod=1)],
            {"k": ints(9), "two": ints(4)},
            None,
        ),
        (
            [node("Mod", "a,b", "m"), node("Mul", "n,m", "v")],
            {"a": ints(-7), "b": ints(4)},
            "H + 100",
        ),
        (
            [node("Div", "a,b", "m"), node("Add", "n,m", "v")],
            {"a": ints(-7), "b": ints(2)},
            "H + 97",
        ),
        (
            [
                node("Cast", "n", "f", to=1),
                node("Cast", "two", "t", to=1),
                node("Div", "f,t", "q"),
                node("Ceil", "q", "c"),
                node("Cast", "c", "v", to=7),
            ],
            {"two": ints(2)},
            "(H + 1)//2 + 100",
        ),
        (
            [
                node("Cast", "n", "f", to=1),
                node("Div", "f,two", "q"),
                node("Sub", "q,k", "d"),
                node("Cast", "d", "v", to=7),
            ],
            {"two": numpy.array([2.0], numpy.float32), "k": numpy.array([5.0], numpy.float32)},
            "H//2 + 95",
        ),
        (
            [
                node("Cast", "n", "f", to=1),
                node("Div", "f,two", "q"),
                node("Round", "q", "d"),
                node("Cast", "d", "v", to=7),
            ],
            {"two": numpy.array([2.0], numpy.float32)},
            None,
        ),
        (
            [node("Round", "a", "r"), node("Cast", "r", "i", to=7), node("Add", "n,i", "v")],
            {"a": numpy.array([2.5], numpy.float32)},
            "H + 102",
        ),
        (
            [node("Cast", "a", "i", to=7), node("Add", "n,i", "v")],
            {"a": numpy.array([-2.7], numpy.float32)},
            "H + 98",
        ),
        (
            [
                node("Cast", "a", "f", to=1),
                node("Sqrt", "f", "r"),
                node("Cast", "r", "i", to=7),
                node("Add", "n,i", "v"),
            ],
            {"a": ints(9)},
            None,
        ),
        (
            [node("Cast", "n", "f", to=1), node("Max", "f,k", "m"), node("Cast", "m", "v", to=7)],
            {"k": numpy.array([7.5], numpy.float32)},
            "H + 100",
        ),
        (
            [node("Less", "n,k", "c"), node("Not", "c", "o"), node("Where", "o,n,k", "v")],
            {"k": ints(9)},
            "H + 100",
        ),
        ([node("Cast", "n", "s", to=3), node("Cast", "s", "v", to=7)], {}, None),
        ([node("CumSum", "n,zero", "v")], {"zero": numpy.array(0, numpy.int64)}, None),
        ([node("Identity", "n", "v")], {}, "H + 100"),
        (
            [node("Cast", "n", "f", to=1), node("Dropout", "f", "d"), node("CastLike", "d,n", "v")],
            {},
            "H + 100",
        ),
    ),
)
def test_numbers_that_are_computed_are_right_or_unknown(nodes, constants, formula):
    """Truth at every length from 1 to 24, on both sides of where a difference changes its sign."""
    proto = computed(*nodes, constants=constants.items())
    net, run = read(proto), session(proto)
    assert net.unknown == () or formula is None
    if formula:
        told = net.output_shape
        assert repr((told.pieces[0].answer if isinstance(told, BySize) else told)[0]) == formula
    for h in range(1, 25):
        made = net.at(H=h)
        assert (made in (None, (None,)) and net.unknown) or made == shape(run, h), h


@pytest.mark.parametrize(
    ("start", "end", "step"),
    (
        (9, -9, -1),
        (2**63 - 1, -(2**63), -1),
        (-9, -99, -1),
        (-1, 2**63 - 1, -1),
        (-1, 2**31 - 1, -1),
        (3, 0, -1),
        (2, -(2**63) + 1, -2),
        (-(2**63), 2**63 - 1, 2),
        (1, 2**31 - 1, 1),
        (-1, -99, -3),
        (7, 1, -2),
        (-2, 1, -2),
        (-3, -7, -1),
        (0, 5, 2),
    ),
)
def test_slices_that_run_backwards_and_the_largest_integers(start, end, step):
    constants = {"a": ints(start), "b": ints(end), "axis": ints(0), "by": ints(step)}
    proto = model([node("Slice", "x,a,b,axis,by")], LINE, constants=constants.items())
    lengths = {h: runs(proto, h)[0] for h in range(1, 13)}
    net = read(proto)
    # where nothing is left, ONNX Runtime goes on with an empty tensor
    assert {h for h in lengths if h in net.accepts("H")} == {h for h, n in lengths.items() if n}
    assert all(net.at(H=h) == (n,) for h, n in lengths.items() if n)


def test_a_row_is_sliced_backwards_too():
    nodes = [
        node("Shape", "x", "s"),
        node("Slice", "s,a,b,axis,by", "t"),
        node("ConstantOfShape", "t"),
    ]
    net = agree(
        model(
            nodes,
            (("x", ("H", "W", 3)),),
            constants=(("a", ints(9)), ("b", ints(-9)), ("axis", ints(0)), ("by", ints(-1))),
        ),
        (2, 5, 3),
        (4, 1, 3),
    )
    assert [repr(n) for n in net.output_shape] == ["3", "W", "H"]


@pytest.mark.parametrize("index", (2, 5, -1, -4))
def test_a_gather_needs_its_place(index):
    net = agree(
        model([node("Gather", "x,i", axis=0)], LINE, constants=(("i", ints(0, index)),)),
        *((h,) for h in range(1, 9)),
    )
    assert net.accepts("H") == Sizes.every(index + 1 if index >= 0 else -index)
    refused(
        model([node("Gather", "x,i", axis=0)], (("x", (2,)),), constants=(("i", ints(index, 3)),)),
        (2,),
    )


def test_the_largest_of_too_few():
    net = agree(
        model([node("TopK", "x,k", "y,i")], LINE, constants=(("k", ints(4)),)),
        *((h,) for h in range(1, 9)),
    )
    assert net.accepts("H") == Sizes.every(4)
    assert "k must not be negative" in refused(
        model([node("TopK", "x,k", "y,i")], LINE, constants=(("k", ints(-1)),)), (3,)
    )


@pytest.mark.parametrize(
    ("outputs", "opset", "said"),
    (
        (2, 13, {}),
        (3, 13, {}),
        (2, 18, {"num_outputs": 2}),
        (3, 18, {"num_outputs": 3}),
        (4, 18, {"num_outputs": 4}),
        (3, 21, {"num_outputs": 3}),
    ),
)
def test_equal_pieces(outputs, opset, said):
    names = [f"p{i}" for i in range(outputs)]
    proto = model(
        [node("Split", "x", ",".join(names), **said), node("Identity", "p0")], LINE, opset=opset
    )
    net = agree(proto, *((h,) for h in range(1, 15)))
    assert [h for h in range(1, 15) if h in net.accepts("H")] == [
        h for h in range(1, 15) if runs(proto, h)
    ]
    last = model(
        [node("Split", "x", ",".join(names), **said), node("Pad", f"{names[-1]},more")],
        LINE,
        constants=(("more", ints(0, 1)),),
        opset=opset,
    )
    agree(last, *((h,) for h in range(1, 15)))


def test_pieces_of_other_lengths():
    row = {"l": ints(1, 2, 3)}
    agree(model([node("Split", "x,l", "a,b,y")], LINE, constants=row.items()), (5,), (6,), (7,))
    refused(model([node("Split", "x,l", "a,y")], LINE, constants=row.items()), (6,), (3,))
    refused(model([node("Split", "x", "a,y", num_outputs=3)], LINE), (6,), (3,))
    refused(model([node("Split", "x,l", "a,y")], LINE, constants=(("l", ints(7, -1)),)), (6,))


@pytest.mark.parametrize(
    ("kind", "scale", "said", "opset"),
    (
        ("LayerNormalization", (4,), {}, 21),
        ("LayerNormalization", (1,), {}, 21),
        ("LayerNormalization", (), {}, 21),
        ("LayerNormalization", (5, 4), {"axis": -2}, 21),
        ("LayerNormalization", (4, 1, 1), {"axis": 1}, 21),
        ("BatchNormalization", (4,), {}, 21),
        ("InstanceNormalization", (4,), {}, 21),
        ("GroupNormalization", (4,), {"num_groups": 2}, 21),
        ("GroupNormalization", (2,), {"num_groups": 2}, 18),
        ("GroupNormalization", (1,), {"num_groups": 3}, 21),
        ("PRelu", (4, 1, 1), {}, 21),
        ("PRelu", (4,), {}, 21),
    ),
)
def test_scales_go_with_the_channels(kind, scale, said, opset):
    inputs, constants = (
        {"PRelu": "x,s", "LayerNormalization": "x,s,s"}.get(
            kind, "x,s,s,s,s" if kind.startswith("Batch") else "x,s,s"
        ),
        (("s", floats(*scale)),),
    )
    proto = model(
        [node(kind, inputs, **said)], (("x", (2, "C", "H", "W")),), constants=constants, opset=opset
    )
    agree(
        proto,
        *((2, c, h, w) for c in (1, 2, 3, 4, 6, 8) for h, w in ((5, 4), (5, 1), (5, 3), (1, 4))),
    )


@pytest.mark.parametrize("bias", ((), (1,), (5,), (1, 5), (3, 1), (3, 5), (2,), (1, 1, 5)))
def test_a_bias_stretches_to_the_product(bias):
    proto = model(
        [node("Gemm", "x,w,b")],
        (("x", ("N", 3)),),
        constants=(("w", floats(3, 5)), ("b", floats(*bias))),
    )
    given = [(n, 3) for n in range(1, 6)]
    if all(runs(proto, *one) is None for one in given):
        refused(proto, *given)
    else:
        agree(proto, *given)


def test_a_squeeze_takes_an_open_size_of_one():
    net = agree(
        model([node("Squeeze", "x")], (("x", (1, "H", "W")),)),
        *((1, h, w) for h in (1, 2, 3) for w in (1, 2)),
    )
    assert net.special == {"H": Sizes.interval(1, 1), "W": Sizes.interval(1, 1)} and [
        len(piece.answer) for piece in net.output_shape
    ] == [2, 1, 1, 0]
    agree(
        model(
            [node("Squeeze", "x,axes")], (("x", (1, "H", "W")),), constants=(("axes", ints(0, -1)),)
        ),
        (1, 2, 1),
        (1, 2, 2),
        (1, 1, 1),
    )


@pytest.mark.parametrize("pads", ((2, 3), (0, 1), (-2, 3), (-1, -1), (4, -1)))
@pytest.mark.parametrize("mode", ("constant", "reflect", "edge", "wrap"))
def test_padding_in_every_mode(mode, pads):
    agree(
        model(
            [node("Pad", "x,p", "q", mode=mode), node("Pad", "q,more")],
            LINE,
            constants=(("p", ints(*pads)), ("more", ints(0, 1))),
        ),
        *((h,) for h in range(3, 12)),
    )


@pytest.mark.parametrize("kind", ("SpaceToDepth", "DepthToSpace"))
def test_blocks_of_open_sizes(kind):
    net = agree(
        model([node(kind, "x", blocksize=2)], (("x", (1, "C", "H", "W")),)),
        *((1, c, h, w) for c in (1, 4, 6, 8) for h in (2, 3, 4) for w in (4, 5)),
    )
    assert net.accepts("H") == (Sizes(2, (0,), 2) if kind == "SpaceToDepth" else Sizes.every(1))


@pytest.mark.parametrize("axis", range(-4, 5))
def test_flattening_at_every_axis(axis):
    agree(model([node("Flatten", "x", axis=axis)], (("x", (2, 3, 5, 4)),)), (2, 3, 5, 4))


def test_a_product_over_no_axes():
    nodes = [
        node("Shape", "x", "s"),
        node("ReduceProd", "s", "p", keepdims=0, noop_with_empty_axes=1),
        node("ConstantOfShape", "p"),
    ]
    agree(model(nodes, (("x", ("H", "W")),)), (2, 3))


def test_products_with_a_row():
    for left, right, given in (
        ("x", "w", (2, 3, 4)),
        ("w", "x", (2, 4, 3)),
        ("x", "w", (4,)),
        ("x", "w", (2, 3)),
    ):
        agree(
            model(
                [node("MatMul", f"{left},{right}")],
                (("x", tuple("ABC"[: len(given)])),),
                constants=(("w", floats(4)),),
            ),
            given,
        )


@pytest.mark.parametrize("row", ((0, 5, 2), (5, 0, -2), (5, 0, 1), (0, 70, 1)))
def test_a_range_of_numbers(row):
    constants = [(name, numpy.array(n, numpy.int64)) for name, n in zip("abc", row, strict=True)]
    agree(
        model(
            [
                node("Range", "a,b,c", "r"),
                node("Cast", "r", "f", to=1),
                node("Pad", "f,more"),
                node("Identity", "x", "z"),
            ],
            LINE,
            constants=[*constants, ("more", ints(0, 1))],
        ),
        (3,),
    )


# ---------------------------------------------------------------- graphs that are none


W4 = (("w", floats(4)),)


@pytest.mark.parametrize(
    ("made", "constants"),
    (
        (node("Relu", ""), ()),
        (node("Conv", "x"), ()),
        (node("Gemm", "x"), ()),
        (node("MatMul", "x"), ()),
        (node("Gather", "x"), ()),
        (node("Where", "x"), ()),
        (node("Add", "x"), ()),
        (node("Max", ""), ()),
        (node("Concat", "", axis=0), ()),
        (node("Concat", "x,x"), ()),
        (node("Reshape", "x,s"), (("s", ints(1, 1, 0, 0, 0, 0)),)),
        (node("Reshape", "x,s"), (("s", ints(-1, -1)),)),
        (node("Reshape", "x,s"), (("s", ints(-2, 3)),)),
        (node("Slice", "x,a,b"), (("a", ints(0, 0)), ("b", ints(1)))),
        (node("Slice", "w,a,b"), (("w", floats()), ("a", ints(0)), ("b", ints(1)))),
        (
            node("Slice", "x,a,b,c,d"),
            (("a", ints(0)), ("b", ints(1)), ("c", ints(0)), ("d", ints(0))),
        ),
        (node("Slice", "x,a,b,a"), (("a", ints(0, 0)), ("b", ints(1, 2)))),
        (node("Pad", "x,p"), (("p", ints(1, 1, 1)),)),
        (node("Resize", "x,,s"), (("s", numpy.ones(2, numpy.float32)),)),
        (node("Gemm", "x,w"), W4),
        (node("MatMul", "x,w"), (("w", floats()),)),
        (node("LSTM", "x,w,r", hidden_size=2), (("w", floats(1, 8, 4)), ("r", floats(1, 8, 2)))),
        (node("LSTM", "x,w,r"), (("w", floats(1, 8, 4)), ("r", floats(1, 8, 2)))),
        (node("Softmax", "x", axis=4), ()),
        (node("Flatten", "x", axis=5), ()),
        (node("Resize", "x"), ()),
        (node("Unsqueeze", "x,a"), (("a", ints(0, 0)),)),
        (node("Constant", ""), ()),
        (node("Cast", "x"), ()),
        (node("Range", "a,a,b"), (("a", numpy.array(5)), ("b", numpy.array(0)))),
        (node("Expand", "x,s"), (("s", ints(1, -1, 3, 3)),)),
        (node("Tile", "x,s"), (("s", ints(2)),)),
        (node("Tile", "x,s"), (("s", ints(1, -1, 1, 1)),)),
        (node("ConstantOfShape", "s"), (("s", ints(2, -3)),)),
        (node("Transpose", "x", perm=[0, 1]), ()),
        (node("Transpose", "x", perm=[0, 1, 2, 2]), ()),
        (node("Transpose", "x", perm=[0, 1, 2, -1]), ()),
        (node("BatchNormalization", "x,w,w"), W4),
        (node("Relu", "absent"), ()),
        (node("Split", "x,s", "y"), (("s", ints(1, 2)),)),
        (node("Squeeze", "x,a"), (("a", ints(9)),)),
        (node("TopK", "x", "y,i"), ()),
        (node("GroupNormalization", "x,w,w"), W4),
    ),
)
def test_a_malformed_node_is_one_line(made, constants):
    """As a node that reads the input, and behind constants where it reads nothing else."""
    told = refused(model([made], (("x", (1, 4, 5, 6)),), constants=constants), (1, 4, 5, 6))
    assert f"node {made.name}" in told


@pytest.mark.parametrize("shape_", ((0, 1, 1, 1), (1, 1, 1, 0)))
@pytest.mark.parametrize("kind", ("Tile", "Expand"))
def test_nothing_is_no_output(kind, shape_):
    """ONNX Runtime goes on with empty tensors; here an output has at least one place."""
    proto = model([node(kind, "x,s")], (("x", (1, 1, 1, 1)),), constants=(("s", ints(*shape_)),))
    assert 0 in runs(proto, 1, 1, 1, 1)
    with pytest.raises(ShapeError, match=f"node {kind}_y: every entry must be at least 1"):
        read(proto).flow  # noqa: B018


@pytest.mark.parametrize(
    "nodes",
    (
        [node("Floor", "a", "f"), node("Add", "x,f")],
        [node("Cast", "b", "c", to=7), node("Cast", "c", "f", to=1), node("Add", "x,f")],
        [node("Cast", "a", "c", to=7), node("Cast", "c", "f", to=1), node("Add", "x,f")],
        [node("Slice", "x,none,none")],
    ),
)
def test_odd_numbers_are_no_error(nodes):
    agree(
        model(
            nodes,
            LINE,
            constants=(
                ("a", numpy.array([numpy.inf], numpy.float32)),
                ("b", numpy.array([numpy.nan], numpy.float32)),
                ("none", ints()),
            ),
        ),
        (1,),
        (5,),
    )


def test_unknown_operators_of_constants_stay_unknown():
    for kind, domain in (("Secret", "acme"), ("Secret", ""), ("If", "acme"), ("Loop", "acme")):
        proto = model(
            [
                helper.make_node(kind, ["k"], ["c"], name="secret", domain=domain),
                node("Add", "x,c"),
            ],
            LINE,
            constants=(("k", ints(1)),),
        )
        assert read(proto).unknown == ("secret",) and read(proto).output_shape is None


def test_nodes_in_another_order_are_sorted():
    net = agree(
        model(
            [node("Relu", "t"), node("Pad", "u,p", "t"), node("Neg", "x", "u")],
            LINE,
            constants=(("p", ints(1, 1)),),
        ),
        (3,),
    )
    assert [n.kind for n in net.graph.nodes] == ["Neg", "Pad", "Relu"]


@pytest.mark.parametrize(
    ("nodes", "message"),
    (
        ([node("Relu", "b"), node("Neg", "y", "b")], "stands in a cycle; received "),
        (
            [node("Relu", "b")],
            "node Relu_y (Relu) reads a tensor that nothing makes; received 'b'; check the model",
        ),
        (
            [node("Relu", "x"), node("Neg", "x")],
            "node Neg_y (Neg) gives a tensor that is there already; received 'y'; check the model",
        ),
        ([node("Relu", "x", "z")], "no node gives this output; received 'y'; check the model"),
    ),
)
def test_graphs_that_do_not_hang_together(nodes, message):
    assert message in refused(model(nodes, LINE), (3,))


def test_a_graph_of_nothing():
    for proto in (onnx.ModelProto(), model([node("Relu", "x")], LINE, outputs=())):
        with pytest.raises(ShapeError, match="the model's graph has no outputs"):
            read(proto)


def test_declared_lengths_that_are_none_are_open():
    """ONNX Runtime takes a negative length for an open one."""
    proto = model([node("Relu", "x")], (("x", (2, -1, -5)),))
    assert read(proto).sizes == ("x_1", "x_2") and runs(proto, 2, 3, 4) == (2, 3, 4)
    proto = model([node("Relu", "x")], (("x", None),))
    with pytest.raises(ShapeError, match="the model does not say the shape of input x"):
        read(proto)
    assert read(proto, "1,H").output_shape[0] == 1


@pytest.mark.parametrize(
    ("node", "axes"),
    (
        (helper.make_node("InstanceNormalization", ["x", "c", "c"], ["y"]), (2, 3)),
        (helper.make_node("Softmax", ["x"], ["y"], axis=2), (2,)),
        (helper.make_node("CumSum", ["x", "two"], ["y"]), (2,)),
        (helper.make_node("LpNormalization", ["x"], ["y"], axis=3), (3,)),
        (helper.make_node("MeanVarianceNormalization", ["x"], ["y"]), (2, 3)),
        (helper.make_node("Softmax", ["x"], ["y"], axis=1), ()),
        (helper.make_node("Relu", ["x"], ["y"]), ()),
    ),
    ids=lambda v: v.op_type if hasattr(v, "op_type") else "",
)
def test_operators_that_mix_places_see_the_whole_axis(node, axes):
    """Where one number of the input is changed, which outputs change? Run by ONNX Runtime."""
    proto = model(
        [node],
        (("x", (1, 2, "H", "W")),),
        constants=(("c", numpy.ones(2, numpy.float32)), ("two", ints(2))),
    )
    run, x = session(proto), numpy.random.default_rng(1).random((1, 2, 6, 7), numpy.float32)
    other = x.copy()
    other[0, :, 1, 2] += [1.0, 2.5]
    one, two = (run.run(None, {"x": data})[0] for data in (x, other))
    moved = numpy.abs(one - two)[0].max(axis=0) > 1e-5
    net = read(proto)
    for axis, size in ((2, net.receptive_field().size[0]), (3, net.receptive_field().size[1])):
        reaches = moved.any(axis=3 - axis).sum() > 1
        assert reaches == (axis in axes) == (size is None), axis


@pytest.mark.parametrize(
    ("said", "reads"),
    (
        ({"mode": "linear"}, 2),
        ({"mode": "cubic"}, 4),
        (
            {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            },
            1,
        ),
        ({"mode": "nearest"}, 1),
        ({"mode": "linear", "coordinate_transformation_mode": "asymmetric"}, 2),
        ({"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}, 2),
        ({"mode": "cubic", "coordinate_transformation_mode": "half_pixel_symmetric"}, 4),
        ({"mode": "nearest", "nearest_mode": "floor"}, None),
        ({"mode": "nearest", "coordinate_transformation_mode": "tf_half_pixel_for_nn"}, None),
    ),
    ids=str,
)
def test_what_resizing_reads(said, reads):
    """How many positions of the input move one output in the middle, by ONNX Runtime; what is not
    told is the whole axis.
    """
    proto = model(
        [helper.make_node("Resize", ["x", "", "s"], ["y"], **said)],
        (("x", (1, 1, "H", 1)),),
        constants=(("s", numpy.array([1, 1, 2, 1], numpy.float32)),),
    )
    run, base = session(proto), numpy.zeros((1, 1, 12, 1), numpy.float32)
    moved = []
    for i in range(12):
        x = base.copy()
        x[0, 0, i, 0] = 1
        moved.append(abs(run.run(None, {"x": x})[0][0, 0, 11, 0]) > 1e-6)
    told = read(proto).receptive_field().size[0]
    assert told == reads and (reads is None or sum(moved) == reads)


# ---------------------------------------------------------------- numbers of any rank


def padding_as_exporters_write_it(pads, turned):
    """PyTorch's exporter: (last axis first, in pairs) → two columns, reversed, turned, in a row."""
    return [
        node("Concat", "pads,zeros", "all", axis=0),
        node("Reshape", "all,pairs", "two"),
        node("Slice", "two,last,end,axis,back", "reversed"),
        node("Transpose", "reversed", "turned", perm=turned),
        node("Reshape", "turned,row", "long"),
        node("Cast", "long", "p", to=7),
        node("Pad", "x,p"),
    ], {
        "pads": ints(*pads),
        "zeros": ints(*[0] * (8 - len(pads))),
        "pairs": ints(-1, 2),
        "last": ints(-1),
        "end": ints(-(2**63) + 1),
        "axis": ints(0),
        "back": ints(-1),
        "row": ints(-1),
    }


@pytest.mark.parametrize("pads", ((1, 2, 3, 4), (0, 5), (3, -2, 0, 1), (0, 0, 0, 0, 1, 0, 2, 0)))
def test_padding_keeps_its_numbers_through_a_matrix(pads):
    nodes, constants = padding_as_exporters_write_it(pads, [1, 0])
    proto = model(nodes, (("x", (1, 3, "H", "W")),), constants=constants.items())
    net = agree(proto, *((1, 3, h, w) for h in range(1, 6) for w in range(1, 6)))
    assert [n.kind for n in net.graph.nodes] == ["Pad"]  # the rest is worked out on reading


@pytest.mark.parametrize(
    ("made", "constants"),
    (
        (node("Transpose", "m", "v", perm=[2, 0, 1]), {}),
        (node("Transpose", "m", "v"), {}),
        (node("Slice", "m,a,b,axes,by", "v"), {"axes": ints(2, 0), "by": ints(-1, 1)}),
        (node("Concat", "m,m", "v", axis=1), {}),
        (node("Concat", "m,m", "v", axis=-1), {}),
        (node("Gather", "m,at", "v", axis=1), {"at": numpy.array([[1, -1], [0, 1]])}),
        (node("Gather", "m,at", "v", axis=2), {"at": numpy.array(1)}),
        (node("Unsqueeze", "m,at", "v"), {"at": ints(1, 3)}),
        (node("Flatten", "m", "v", axis=2), {}),
        (node("Cast", "m", "v", to=7), {}),
        (node("Clip", "m,,nine", "v"), {"nine": numpy.array(9)}),
        (node("Add", "m,m", "v"), {}),
        (node("Mul", "m,at", "v"), {"at": ints(3)}),
        (node("Where", "c,m,at", "v"), {"at": ints(3), "c": numpy.array(True)}),
        (node("ConstantOfShape", "at", "v"), {"at": ints(2, 3)}),
    ),
    ids=lambda made: getattr(made, "op_type", None),
)
def test_numbers_keep_their_places(made, constants):
    """An array of three axes goes through; its numbers, in a row, become a shape."""
    m = numpy.arange(1, 13).reshape(2, 3, 2)
    constants = {"m": m, "a": ints(-1, 0), "b": ints(-9, 1), **constants}
    nodes = [
        made,
        node("Reshape", "v,row", "r"),
        node("Cast", "r", "to", to=7),
        node("Shape", "x", "n"),
        node("Concat", "n,to", "all", axis=0),
        node("ConstantOfShape", "all"),
    ]
    proto = model(nodes, LINE, constants=[*constants.items(), ("row", ints(-1))])
    folded = [node("Reshape", "v,row", "r"), node("Cast", "r", "y", to=7)]
    numbers = model([made, *folded], (), constants=[*constants.items(), ("row", ints(-1))], kind=7)
    assert read(proto).output_shape[1:] == tuple(session(numbers).run(None, {})[0])


def test_shapes_that_do_not_match_give_no_wrong_numbers():
    """(2, 1) beside (1, 2): as many numbers each, at other places."""
    nodes = [
        node("Add", "a,b", "s"),
        node("Reshape", "s,row", "to"),
        node("ConstantOfShape", "to"),
    ]
    constants = (("a", numpy.array([[1], [2]])), ("b", numpy.array([[3, 4]])), ("row", ints(-1)))
    net = read(model(nodes, LINE, constants=constants))
    assert (net.output_shape is None and net.unknown == ("Add_s",)) or net.unknown


# ---------------------------------------------------------------- what nobody knows goes on


UNKNOWN_PADS = [node("Cast", "s", "p", to=7), node("Pad", "x,p", "a")]


@pytest.mark.parametrize(
    ("layer", "weights", "expected"),
    (
        (node("Conv", "a,w"), (8, 3, 3, 3), (None, 8, None, None)),
        (node("ConvTranspose", "a,w", strides=[2, 2]), (3, 8, 2, 2), (None, 8, None, None)),
        (node("MaxPool", "a", kernel_shape=[2, 2]), None, (None,) * 4),
        (node("MaxPool", "a", kernel_shape=[2, 2], auto_pad="SAME_UPPER"), None, (None,) * 4),
        (node("AveragePool", "a", kernel_shape=[2, 2], ceil_mode=1), None, (None,) * 4),
        (node("DepthToSpace", "a", blocksize=2), None, (None,) * 4),
        (node("SpaceToDepth", "a", blocksize=2), None, (None,) * 4),
        (node("GlobalAveragePool", "a"), None, (None, None, 1, 1)),
    ),
    ids=lambda case: getattr(case, "op_type", None),
)
def test_a_layer_behind_what_nobody_knows_is_unknown_not_a_failure(layer, weights, expected):
    constants = () if weights is None else (("w", floats(*weights)),)
    proto = model(
        [*UNKNOWN_PADS, layer],
        (("x", (1, 3, "H", "W")), ("s", (8,))),
        constants=constants,
    )
    net = read(proto)
    assert net.output_shape == expected and net.unknown == ("Pad_a",)
    assert net.explain(H=5, W=5).runs


# ---------------------------------------------------------------- large numbers


def two_strides(one: int, two: int, kind: str = "Add", **said):
    return model(
        [
            node("MaxPool", "x", "a", kernel_shape=[1], strides=[one]),
            node("MaxPool", "x", "b", kernel_shape=[1], strides=[two]),
            node(kind, "a,b", **said),
        ],
        (("x", (1, 1, "L")),),
    )


def test_two_strides_without_a_common_factor():
    """Answered where few sizes are left; refused with their number where they are too many."""
    for one, two in ((7, 5), (99991, 13)):
        proto = two_strides(one, two, "Concat", axis=1)
        net, run = read(proto), session(proto)
        accepted = net.accepts("L")
        assert all((n in accepted) == (shape(run, 1, 1, n) is not None) for n in range(1, 99))
        assert not accepted.residues
    with pytest.raises(Undecided, match="too long; received 1099769; at most 1048576 works"):
        read(two_strides(99991, 99989)).accepts("L")


def test_a_long_stride_is_looked_at_around_its_turns_only():
    class Counted(dialect.MaxPool):
        asked = 0

        def output_shape(self, input_shape):
            Counted.asked += 1
            return super().output_shape(input_shape)

    layer = Along(Counted(kernel_shape=(1,), strides=(2**16,)))
    flow = Flow(Graph({"x": (1, 1, "L")}, (), ()), {})
    made = layer(flow, Tensor((1, 1, Length.of("L"))))
    assert repr(made.shape[2]) == "(L + 65535)//65536" and Counted.asked < 2000


def test_numbers_that_grow_without_end_are_refused_at_their_node():
    squares = [node("Mul", f"t{i},t{i}", f"t{i + 1}") for i in range(60)]
    shaped = [node("Shape", "x", "t0"), *squares, node("Reshape", "x,t60")]
    net = read(model(shaped, (("x", ("N", "H")),)))
    with pytest.raises(
        Undecided,
        match="node Mul_t13: a length has too many names and floors; received 8192; at most 4096",
    ):
        net.flow  # noqa: B018
    fixed = model([*squares, node("Reshape", "x,t60")], LINE, constants=(("t0", ints(3, 4)),))
    with pytest.raises(
        ShapeError, match=r"node Mul_t5 .*does not fit 64 bits; received 18446744073709551616;"
    ):
        read(fixed)


def test_many_nodes_of_one_name_are_numbered():
    nodes = [helper.make_node("Relu", [f"t{i}"], [f"t{i + 1}"], name="relu") for i in range(5000)]
    net = read(model(nodes, (("t0", ("H",)),), outputs=("t5000",)))
    assert [n.name for n in net.graph.nodes][::1666] == [
        "relu",
        "relu_1666",
        "relu_3332",
        "relu_4998",
    ]


# ---------------------------------------------------------------- empty slices


@pytest.mark.parametrize(
    "ends",
    ((0, 5, -(2**63)), (3, 3, 1), (7, 2, 1), (-2, -2, 1), (4, 0, 2), (3, -1, -1), (-3, -1, -1)),
)
def test_a_slice_that_says_itself_that_it_takes_nothing_is_meant(ends):
    start, end, step = ends
    rows = [("a", ints(start)), ("b", ints(end)), ("axis", ints(0)), ("by", ints(step))]
    proto = model(
        [node("Slice", "x,a,b,axis,by", "s"), node("Concat", "s,x", axis=0)], LINE, constants=rows
    )
    net = agree(proto, *((h,) for h in range(1, 10)))
    assert net.accepts("H").is_all and net.shape_of("Slice_s") == (0,)


COMPUTED = {  # n is the length of x
    "up to a multiple": (
        node("Div", "n,four", "m"),
        node("Mul", "m,four", "end"),
        node("Slice", "x,zero,end,axis"),
    ),
    "up to less than a half": (
        node("Div", "n,two", "m"),
        node("Sub", "m,two", "end"),
        node("Slice", "x,zero,end,axis"),
    ),
    "the remainder": (node("Mod", "n,four", "end"), node("Slice", "x,zero,end,axis")),
    "from a place on": (node("Sub", "n,four", "start"), node("Slice", "x,start,two,axis")),
    "two pieces": (
        node("Div", "n,four", "m"),
        node("Sub", "n,m", "rest"),
        node("Concat", "m,rest", "both", axis=0),
        node("Split", "x,both", "y,z", axis=2),
    ),
    "the largest": (node("Div", "n,four", "k"), node("TopK", "x,k", "y,z", axis=2)),
    "filled": (
        node("Sub", "n,four", "m"),
        node("Concat", "one,two,m", "to", axis=0),
        node("ConstantOfShape", "to", "f"),
        node("Concat", "x,f", axis=2),
    ),
    "so many times": (
        node("Sub", "n,four", "m"),
        node("Concat", "one,one,m", "to", axis=0),
        node("Tile", "x,to"),
    ),
    "a product from a place to its remainder": (
        node("Sub", "n,four", "m"),
        node("Concat", "one,one,m", "to", axis=0),
        node("Tile", "x,to", "t"),
        node("Mul", "n,m", "many"),
        node("Sub", "many,four", "start"),
        node("Sub", "start,one", "s"),
        node("Mod", "many,four", "end"),
        node("Slice", "t,s,end,axis,back"),
    ),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_computed_0_is_not_meant_to_take_nothing(name):
    """At every size as ONNX Runtime runs it, but for what it leaves empty."""
    numbers = {"zero": 0, "one": 1, "two": 2, "four": 4, "axis": 2, "back": -1}
    proto = model(
        [node("Shape", "x", "n", start=2), *COMPUTED[name]],
        (("x", (1, 2, "L")),),
        constants=[(key, ints(n)) for key, n in numbers.items()],
    )
    net, run = read(proto), session(proto)
    accepted, told = net.accepts("L"), net.output_shape
    for n in range(1, 25):
        there = shape(run, 1, 2, n)
        there = None if there is None or 0 in there else there
        assert (n in accepted) == net.explain(L=n).runs == (there is not None), n
        if there is not None:
            here = told.at(L=n) if isinstance(told, BySize) else told
            assert tuple(value(m, L=n) for m in here) == net.at(L=n) == there


def test_sizes_of_a_shape_may_run_out():
    """A row of sizes from the second on: of a vector there are none left."""
    rows = [("one", ints(1)), ("end", ints(9)), ("first", ints(0))]
    nodes = [
        node("Shape", "x", "n"),
        node("Slice", "n,one,end", "rest"),
        node("Slice", "n,first,one", "head"),
        node("Concat", "head,rest", "to", axis=0),
        node("Reshape", "x,to"),
    ]
    assert agree(model(nodes, LINE, constants=rows), (3,), (5,)).accepts("H").is_all


@pytest.mark.parametrize("mode", ("constant", "edge", "wrap", "reflect"))
@pytest.mark.parametrize("pads", ((3, -2), (-3, 2), (-1, -1), (-2, 5), (5, -4)))
def test_cropping_on_one_side_while_padding_on_the_other(pads, mode):
    proto = model([node("Pad", "x,p", mode=mode)], LINE, constants=(("p", ints(*pads)),))
    run = session(proto)
    ran = {n for n in range(1, 16) if (made := shape(run, n)) and made[0]}
    assert {n for n in range(1, 16) if n in read(proto).accepts("H")} == ran


# ---------------------------------------------------------------- the door


def test_a_graph_without_inputs():
    for nodes, constants in (
        ([], (("y", floats(3, 4)),)),
        ([node("Constant", "", value_ints=[1, 2])], ()),
    ):
        net = read(model(nodes, (), constants=constants))
        assert net.at() == net.output_shape in ((3, 4), (2,))
        assert net.sizes == () and net.table() == () and net.explain().runs
        with pytest.raises(
            ShapeError, match="there is no input to see; received a network without"
        ):
            net.receptive_field()


HOSTILE = "a\n\r\x1b[2J\u202e\x00"


def test_names_from_a_file_are_printable_lines(tmp_path):
    """Names with line breaks, with what moves the cursor, with bytes that are no UTF-8, too long."""
    nodes = [
        helper.make_node("Relu", [HOSTILE], ["t" * 9999], name=HOSTILE),
        helper.make_node("Se\x1bcret", ["t" * 9999], ["y\n"], name=f"{HOSTILE}\n"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(HOSTILE, 1, ["N\x1b", "N\n", "BYTES"])],
        [helper.make_tensor_value_info("y\n", 1, None)],
    )
    path = tmp_path / "hostile.onnx"
    path.write_bytes(
        helper.make_model(graph).SerializeToString().replace(b"BYTES", b"\xff\xfe\x80\x1b\n")
    )
    net = read(path)
    told = [*net.sizes, *net.graph.inputs, *net.unknown]
    for one in net.graph.nodes:
        told += [one.name, one.kind, *one.inputs, *one.outputs]
    assert all(type(name) is str and name.isprintable() and len(name) <= 420 for name in told)
    assert len(set(net.sizes)) == 3 and all(name.isidentifier() for name in net.sizes)
    with pytest.raises(ShapeError) as caught:
        net.shape_of(HOSTILE)
    assert str(caught.value).isprintable() and caught.value.zh.isprintable()


def test_open_lengths_of_two_names_stay_two():
    """ONNX knows a+b and a-b as two lengths; as words they would be one."""
    net = read(model([node("Relu", "x")], (("x", ("a+b", "a-b", "a+b")),)))
    assert net.graph.inputs["x"] == ("a_b", "a_b_1", "a_b")


def test_an_operator_is_in_the_table_once():
    one, other = Operators(), Operators()
    one.plain("Relu")(None)
    other.plain("Abs Relu")(None)
    with pytest.raises(LookupError, match="Relu is in the table already"):
        Operators.joined((one, other))


def test_a_row_of_the_table_says_what_its_line_says():
    table = Operators()
    table.plain("Relu Abs")(len)
    table.plain("Mask", outputs=2, weights=True)(len)
    table.built("Conv")(lambda node: len)
    table.built("Split", outputs=None, weights=True)(lambda node: len)
    assert {name: (row.outputs, row.weights, row.build(None)) for name, row in table.items()} == {
        "Relu": (1, False, len),
        "Abs": (1, False, len),
        "Mask": (2, True, len),
        "Conv": (1, False, len),
        "Split": (None, True, len),
    }


def test_a_mistake_of_our_own_is_not_told_as_a_node_that_does_not_fit(monkeypatch):
    def broken(flow, *tensors):
        raise AttributeError("ours")

    monkeypatch.setitem(OPERATORS, "Relu", Operator(lambda node: broken))
    with pytest.raises(AttributeError, match="ours"):
        read(model([node("Relu", "x")], LINE)).flow  # noqa: B018


@pytest.mark.parametrize(
    ("made", "told"),
    (
        (
            node("Relu", "x,x"),
            "node Relu_y .Relu. has 2 inputs; received 2; its definition says '1'",
        ),
        (node("Conv", "x,"), "lacks the input W"),
        (node("Sum", "x,"), "lacks the input data_0"),
        (node("Concat", "x"), "lacks the attribute axis"),
        (node("Softmax", "x", axis=0.5), "has an attribute axis of another type"),
        (node("Expand", "x,f"), "whole numbers are needed; received .1.0,.; check this node"),
    ),
    ids=lambda made: getattr(made, "op_type", None),
)
def test_a_node_that_its_definition_does_not_allow(made, told):
    proto = model([made], LINE, constants=(("f", numpy.ones(1, numpy.float32)),))
    with pytest.raises(ShapeError, match=told) as caught:
        read(proto).flow  # noqa: B018
    assert made.name in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "inputs", "words", "said"),
    (
        ("Unsqueeze", "x,c", {"axes": 1}, "has an attribute axes of another type"),
        ("ReduceMean", "x,c", {"axes": 1}, "has an attribute axes of another type"),
        ("Pad", "x,c", {"pads": 2}, "has an attribute pads of another type"),
        ("Upsample", "x,c", {"axes": 1}, "has an attribute axes, which is none"),
        ("Relu", "x", {"alpha": 0.5}, "has an attribute alpha, which is none"),
    ),
)
def test_an_attribute_is_one_of_the_operators_in_some_opset(kind, inputs, words, said):
    """ONNX's checker: "Unrecognized attribute"; one of another type was iterated."""
    made = helper.make_graph(
        [helper.make_node(kind, inputs.split(","), ["y"], "odd", **words)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("N", 3, "H", "W"))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [helper.make_tensor("c", TensorProto.INT64, [1], [1])],
    )
    with pytest.raises(ShapeError, match=said):
        read(helper.make_model(made)).output_shape  # noqa: B018


@pytest.mark.parametrize(("kernel", "stride"), ((1, 2), (2, 3), (1, 3), (2, 5)))
@pytest.mark.parametrize("padding", ("SAME_UPPER", "SAME_LOWER"))
def test_same_pooling_leaves_no_end_out(kernel, stride, padding):
    """ONNX Runtime refuses sizes at which the windows of MaxPool, shorter than their stride, would
    end before the input does.
    """
    said = {"kernel_shape": (kernel,) * 2, "strides": (stride,) * 2, "auto_pad": padding}
    net = read([dialect.MaxPool(**said)], ("N", 4, "H", "W"))
    runs = []
    for h in range(1, 16):
        try:
            shaped("onnx", "MaxPool", said, (1, 4, h, 1))
            runs.append(h)
        except Exception:  # ONNX Runtime's own, of another process
            with pytest.raises(ShapeError, match="nearest that work"):
                net.at(N=1, H=h, W=1)
    assert [h for h in range(1, 16) if h in net.accepts("H")] == runs != list(range(1, 16))
    assert net.at(N=1, H=runs[-1], W=1) == (1, 4, -(-runs[-1] // stride), 1)
