"""What jaxtyping, OpenVINO, CoreML, TensorRT and bioimage.io are told, held against them and against
PyTorch's runs.
"""

import re
import shlex
from itertools import product

import numpy
import pytest
from needed import module, require

import shapealg as sa

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402


class UNet(nn.Module):
    """Two levels: H ≡ 0 (mod 4)."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.down, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(2, 2, 2, stride=2)
        self.first, self.mid = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
        self.join = nn.Conv2d(4, 2, 1)

    def level(self, x, depth):
        x = self.mid(x)
        if depth == 0:
            return x
        return self.join(torch.cat([x, self.up(self.level(self.down(x), depth - 1))], 1))

    def forward(self, x):
        return self.level(self.first(x), 2)


STEM = nn.Sequential(nn.Conv2d(1, 2, 7, 2, 3), nn.MaxPool2d(3, 2, 1))
UNET = UNet().eval()
NET = sa.read(UNET, "N,1,H,W")


def runs(model, *shape) -> bool:
    try:
        return bool(model(torch.zeros(shape)).numel())
    except RuntimeError:
        return False


# ---------------------------------------------------------------- jaxtyping


def test_a_checked_call_takes_what_the_model_gives_and_refuses_another():
    jaxtyping = module("jaxtyping")
    told = sa.read(STEM, "N,1,H,W").annotations()
    assert told == {
        "input": 'Float[Tensor, "N 1 H W"]',
        "return": 'Float[Tensor, "N 2 (H+3)//4 (W+3)//4"]',
    }
    room = {"Float": jaxtyping.Float, "Tensor": torch.Tensor}
    taken, given = (eval(told[name], room) for name in ("input", "return"))
    for h, w in ((33, 47), (64, 5), (1, 1)):
        x = torch.zeros(2, 1, h, w)
        for y, right in ((STEM(x), True), (torch.zeros(2, 2, h, w + 1), False)):
            with jaxtyping.jaxtyped("context"):
                assert isinstance(x, taken) and isinstance(y, given) is right


def test_what_is_not_told_may_be_anything():
    net = sa.read([sa.torch.Conv2d(1, 2, 3), sa.torch.Flatten()], "N,1,8,W")
    assert net.annotations(array="Array", dtype="Shaped")["return"] == 'Shaped[Array, "N 12*W-24"]'


# ---------------------------------------------------------------- runtimes


def test_all_three_shapes_of_tensorrt_run_and_are_written_as_trtexec_reads_them():
    told = NET.profile("tensorrt", {"N": 4, "H": 1023, "W": 70}, opt={"H": 511, "N": 1})
    assert str(told) == ("--minShapes=x:1x1x4x4 --optShapes=x:1x1x512x36 --maxShapes=x:4x1x1020x68")
    for shape in told.shapes["x"].values():
        assert runs(UNET, *shape)
    assert told.more == {"N": False, "H": True, "W": True}


OPTION = re.compile(r"--(min|opt|max)Shapes=(.+)")
PAIR = re.compile(r"(?:'([^']+)'|([^:,']+)):(\d+(?:x\d+)*)(?:,|$)")  # as trtexec --help has it


def pooled(name: str, folder):
    """A network of a file whose input has that name."""
    onnx = module("onnx")
    x = onnx.helper.make_tensor_value_info(name, 1, ["N", 3, "H", "W"])
    y = onnx.helper.make_tensor_value_info("y", 1, None)
    pool = onnx.helper.make_node("MaxPool", [name], ["y"], kernel_shape=[4, 4], strides=[4, 4])
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([pool], "g", [x], [y])), folder / "p")
    return sa.read(folder / "p")


@pytest.mark.parametrize("name", ["x", "Input:0"])
def test_trtexec_reads_back_what_the_shapes_are(name, tmp_path):
    """By the grammar of its help: name:1x3x256x256, the name within quotes where it has a colon."""
    told = pooled(name, tmp_path).profile("tensorrt", {"N": 4, "H": 64, "W": 32}, opt=32)
    read = {}
    for argument in shlex.split(str(told)):
        which, pairs = OPTION.fullmatch(argument).groups()
        for quoted, plain, shape in PAIR.findall(pairs):
            read.setdefault(quoted or plain, {})[which] = tuple(map(int, shape.split("x")))
    assert read == told.shapes == {name: told.shapes[name]}
    for low, usual, high in zip(*read[name].values(), strict=True):
        assert 1 <= low <= usual <= high


def test_a_name_that_trtexec_does_not_read_is_refused(tmp_path):
    with pytest.raises(sa.ShapeError, match=r"trtexec does not read such a name.*received 'a,b'"):
        pooled("a,b", tmp_path).profile("tensorrt")


def test_coreml_gets_a_list_of_what_runs_and_a_range_where_all_runs():
    told = NET.profile("coreml", 200, N=1)
    shapes = told.shapes["x"]
    assert 100 < len(shapes) <= 128 and len(set(shapes)) == len(shapes)
    assert all(runs(UNET, *shape) for shape in shapes)
    sizes = {n for n in range(1, 201) if runs(UNET, 1, 1, n, 4)}
    assert {s[2] for s in shapes} | set(told.left["H"]) == sizes
    assert set(shapes) == set(
        product([1], [1], sorted({s[2] for s in shapes}), sorted({s[3] for s in shapes}))
    )
    stem = sa.read(STEM, "N,1,H,W").profile("coreml", 50, N=1)
    assert (
        str(stem) == "ct.TensorType('input', shape=(1, 1, ct.RangeDim(1, 50), ct.RangeDim(1, 50)))"
    )


def test_openvino_compiles_it_and_runs_what_is_accepted(tmp_path):
    ov = module("openvino")
    torch.onnx.export(
        UNET,
        (torch.zeros(1, 1, 8, 8),),
        tmp_path / "u.onnx",
        dynamo=False,
        input_names=["x"],
        dynamic_axes={"x": {0: "N", 2: "H", 3: "W"}},
    )
    told = NET.profile("openvino", {"N": 2, "H": 65, "W": 34})
    core = ov.Core()
    model = core.read_model(tmp_path / "u.onnx")
    exec(str(told), {"model": model, "ov": ov})
    assert str(model.input(0).partial_shape) == "[1..2,1,4..64,4..32]"
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for shape in ((1, 1, 4, 4), (2, 1, 64, 32), (1, 1, 36, 12)):
        x = numpy.random.default_rng(0).random(shape, dtype="f")
        made = compiled(x)[0]
        numpy.testing.assert_allclose(
            made, UNET(torch.from_numpy(x)).detach().numpy(), rtol=1e-3, atol=1e-4
        )
    with pytest.raises(RuntimeError):
        compiled(numpy.zeros((1, 1, 68, 4), "f"))


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda: NET.profile("tflite"), "one of tensorrt, coreml, openvino works"),
        (lambda: NET.profile("coreml", 3), "the nearest that works is 4"),
        (lambda: NET.profile("coreml", 64, Q=3), "there is no such size"),
        (lambda: NET.profile("tensorrt", 2**30), "at most"),
        (lambda: NET.profile("tensorrt", "64"), "max"),
    ],
)
def test_what_cannot_be_is_one_line(ask, line):
    with pytest.raises(sa.ShapeError) as told:
        ask()
    assert line in str(told.value) and "\n" not in str(told.value)


# ---------------------------------------------------------------- bioimage.io


def described(model, **fixed):
    """The axes as the specification's own classes take them."""
    spec = module("bioimageio.spec.model.v0_5")
    told = sa.read(model, "N,1,H,W").bioimageio(**fixed)
    kinds = {
        "batch": (spec.BatchAxis, spec.BatchAxis),
        "channel": (spec.ChannelAxis, spec.ChannelAxis),
        "space": (spec.SpaceInputAxis, spec.SpaceOutputAxis),
    }
    made = []
    for side, tensors in enumerate((told["inputs"], told["outputs"])):
        (tensor,) = tensors
        for axis in tensor["axes"]:
            kind = spec.SpaceOutputAxisWithHalo if "halo" in axis else kinds[axis["type"]][side]
            made.append(kind.model_validate(axis))
    return told, made[:4], made[4:]


@pytest.mark.parametrize("model", [UNET, STEM], ids=["unet", "stem"])
@pytest.mark.many(2)
def test_the_specification_takes_it_and_its_sizes_are_pytorchs(model):
    _, inputs, outputs = described(model)
    for axis, output in zip(inputs[2:], outputs[2:], strict=True):
        for k in range(5):
            n = axis.size.min + k * axis.size.step
            y = model(torch.zeros(1, 1, n, n))
            assert output.size.get_size(output, axis, k) == y.shape[2]


def test_the_halo_is_what_a_tile_s_edge_reaches_and_no_less():
    _, inputs, outputs = described(UNET)
    halo, least = outputs[2].halo, inputs[2].size.min
    assert runs(UNET, 1, 1, least, least) and least > 2 * halo
    torch.manual_seed(1)
    x = torch.rand(1, 1, 4, 160, dtype=torch.float64)
    model = UNet().double()
    whole, tile = model(x), model(x[..., 40:120])
    apart = (whole[..., 40:120] - tile).abs().amax((0, 1, 2)) > 1e-12
    assert not apart[halo:-halo].any()
    assert apart[halo - 1] or apart[-halo]


def test_what_the_format_cannot_say_is_told_or_refused():
    class Union(nn.Module):
        def forward(self, x):
            a = nn.functional.avg_pool2d(x, 3)
            return torch.cat(
                [a, nn.functional.avg_pool2d(nn.functional.pad(x, (0, 1, 0, 1)), 3)], 1
            )

    told, *_ = described(Union())
    assert told["left"]["H"].en == "H ≡ 1 (mod 3), H ≥ 4"

    class Gate(nn.Module):
        def forward(self, x):
            return x * nn.functional.adaptive_avg_pool2d(x, 1)

    for model in (Gate(), nn.Sequential(nn.Flatten())):
        with pytest.raises(sa.ShapeError, match=r"bioimage.io's format"):
            sa.read(model, "N,1,H,W").bioimageio()
