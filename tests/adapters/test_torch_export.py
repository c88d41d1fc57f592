"""Really exported, really run: at sizes that are taken, and at one that is not."""

import numpy
import pytest
from needed import module, require

import shapealg as sa

require("torch")

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.export import Dim, export  # noqa: E402


class UNet(nn.Module):
    """Two levels down and up."""

    def __init__(self):
        super().__init__()
        self.down, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(4, 4, 2, stride=2)
        self.first, self.last = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(12, 2, 1)
        self.mid = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        one = self.first(x)
        two = self.mid(self.down(one))
        up = self.up(torch.relu(self.mid(self.down(two))))
        return self.last(torch.cat([one, self.up(two), self.up(up)], 1))


class Union(nn.Module):
    """⌊T/3⌋ meets ⌊(T + 1)/3⌋: equal at 3k and 3k + 1."""

    def forward(self, x):
        pooled = nn.functional.avg_pool1d(x, 3)
        return torch.cat([pooled, nn.functional.avg_pool1d(nn.functional.pad(x, (0, 1)), 3)], 1)


class Ways(nn.Module):
    """It takes every size, and goes two ways."""

    def forward(self, x):
        if x.shape[2] % 2:
            x = nn.functional.pad(x, (0, 0, 0, 1))
        return nn.functional.avg_pool2d(x, 2)


class Square(nn.Module):
    """H and W must be equal."""

    def forward(self, x):
        return torch.cat([x, x.transpose(2, 3)], 1)


STEM = nn.Sequential(
    nn.Conv2d(3, 4, 7, 2, 3), nn.MaxPool2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()
)
ODD = nn.Sequential(nn.ReflectionPad2d(2), nn.Conv2d(3, 4, 5, 3), nn.AvgPool2d(2))


def same(program, model, *shape):
    x = torch.rand(shape)
    torch.testing.assert_close(program(x), model(x))


def test_a_unet_takes_multiples_of_four_and_no_others():
    model = UNet().eval()
    (spec,) = sa.read(model, "N,3,H,W").dynamic_shapes(1024)
    assert repr(spec) == (
        "{'x': {0: N, 2: 4*h, 3: 4*w}} with 1 ≤ N ≤ 1024, 2 ≤ h ≤ 256, 2 ≤ w ≤ 256"
    )
    program = export(model, spec.args, dynamic_shapes=spec.dynamic_shapes).module()
    for h, w in ((8, 12), (64, 48), (1024, 8)):
        same(program, model, 1, 3, h, w)
    for h in (10, 63, 1028, 4):  # of another class, behind max, a constant to export
        with pytest.raises(Exception, match="Guard failed"):
            program(torch.rand(1, 3, h, 16))


def test_what_export_says_of_a_plain_dim_is_what_is_said_here():
    with pytest.raises(Exception, match="Constraints violated"):
        export(UNet(), (torch.rand(1, 3, 32, 36),), dynamic_shapes={"x": {2: Dim("H", max=1024)}})


@pytest.mark.parametrize(("model", "low"), [(STEM, 5), (ODD, 10)], ids=["a stem", "reflected"])
def test_every_size_from_the_first_on_that_is_no_constant(model, low):
    net = sa.read(model.eval(), "N,3,H,W")
    specs = net.dynamic_shapes(64)
    program = specs.export(model)
    assert specs[0].lines["H"].nth(0) == low
    for n in (low, low + 1, low + 2, 40, 64):
        same(program, model, 2, 3, n, low + 3)
    # one below runs in the model, and export makes a constant of it
    assert low - 1 in specs.left["H"] and model(torch.rand(1, 3, low - 1, low)).shape
    with pytest.raises(Exception, match="Constraints violated"):
        below = {2: Dim("H", min=low - 1, max=64)}
        export(model, specs[0].args, dynamic_shapes=({0: Dim("N"), **below, 3: Dim("W", min=low)},))
    with pytest.raises(
        sa.DomainError, match=f"the nearest that work: N = 1, H = {low}, W = {low}$"
    ):
        program(torch.rand(1, 3, low - 1, low))


def test_a_union_is_a_program_each_and_a_choice():
    net = sa.read(Union(), "1,3,T")
    specs = net.dynamic_shapes(100)
    assert [str(spec.lines["T"]) for spec in specs] == ["3*t", "3*t + 1"]
    program = specs.export(Union())
    for n in (6, 9, 42, 99, 7, 10, 43, 100):
        same(program, Union(), 1, 3, n)
    with pytest.raises(sa.ShapeError, match="inputs of these shapes"):
        program(torch.rand(1, 3, 3, 6))
    for n, near in ((44, 45), (101, 100), (102, 100), (2, 6)):
        with pytest.raises(sa.DomainError) as told:
            program(torch.rand(1, 3, n))
        assert str(told.value).endswith(f"T = {near}") and "\n" not in str(told.value)


def test_a_program_goes_one_way():
    specs = sa.read(Ways(), "1,3,H,64").dynamic_shapes(100)
    assert [str(spec.lines["H"]) for spec in specs] == ["2*h + 1", "2*h"]
    program = specs.export(Ways())
    for n in (4, 98, 100, 3, 33, 99):
        same(program, Ways(), 1, 3, n, 64)
    with pytest.raises(Exception, match="Constraints violated"):
        export(Ways(), specs[0].args, dynamic_shapes={"x": {2: Dim("H", min=4)}})
    # with Dim.AUTO it is the way of the example
    auto = export(Ways(), (torch.rand(1, 3, 8, 64),), dynamic_shapes={"x": {2: Dim.AUTO}}).module()
    same(auto, Ways(), 1, 3, 40, 64)
    with pytest.raises(Exception, match="Guard failed"):
        auto(torch.rand(1, 3, 9, 64))


def test_equal_sizes_share_a_dim():
    net = sa.read(Square(), "N,3,H,W")
    (spec,) = net.dynamic_shapes(64)
    assert spec.lines["H"] is spec.lines["W"]
    program = export(Square(), spec.args, dynamic_shapes=spec.dynamic_shapes).module()
    same(program, Square(), 2, 3, 9, 9)


def test_a_tie_of_the_small_sizes_is_none_from_there_on():
    """Instance normalization wants more than one value a channel: H and W are not 1 together."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.InstanceNorm2d(4), nn.AvgPool2d(2))
    net = sa.read([*model], "N,3,H,W")
    specs = net.dynamic_shapes(64)
    program = specs.export(model.train(False))
    low = specs[0].lines["H"].nth(0)
    for n in (low, low + 1, 64):
        same(program, model, 2, 3, n, low)


def test_a_tie_that_stays_is_refused():
    class Flat(nn.Module):
        def forward(self, x):
            return x.reshape(1, 3, 64)

    with pytest.raises(sa.ShapeError, match="sizes are tied together"):
        sa.read(Flat(), "1,3,H,W").dynamic_shapes(64)


def test_sizes_that_are_given_stay_numbers():
    (spec,) = sa.read(UNet(), "N,3,H,W").dynamic_shapes({"H": 64}, N=2, W=16)
    assert spec.dynamic_shapes["x"].keys() == {2} and spec.example == {"x": (2, 3, 16, 16)}
    assert spec.takes(N=2, H=64, W=16) and not spec.takes(N=1, H=64, W=16)


def test_onnx_keeps_the_dim_and_runtime_runs_it(tmp_path):
    module("onnxscript")
    onnxruntime, onnx = module("onnxruntime"), module("onnx")
    model = UNet().eval()
    (spec,) = sa.read(model, "N,3,H,W").dynamic_shapes(1024, N=1)
    path = tmp_path / "unet.onnx"
    torch.onnx.export(
        model, spec.args, path, dynamo=True, dynamic_shapes=spec.dynamic_shapes, verbose=False
    )
    run = onnxruntime.InferenceSession(path)
    for h, w in ((8, 8), (64, 36), (128, 8)):
        x = torch.rand(1, 3, h, w)
        (y,) = run.run(None, {"x": x.numpy()})
        numpy.testing.assert_allclose(y, model(x).detach().numpy(), rtol=1e-4, atol=1e-5)
    with pytest.raises(Exception):  # noqa: B017 - ONNX Runtime's own class
        run.run(None, {"x": torch.rand(1, 3, 9, 8).numpy()})
    told = [
        d.dim_param or d.dim_value
        for d in onnx.load(path).graph.input[0].type.tensor_type.shape.dim
    ]
    assert told[:2] == [1, 3] and all(isinstance(d, str) for d in told[2:])


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda: sa.read(UNet(), "N,3,H,W").dynamic_shapes(7), "the nearest that works is 8"),
        (lambda: sa.read(UNet(), "N,3,H,W").dynamic_shapes(0), "max must be at least 1"),
        (lambda: sa.read(UNet(), "N,3,H,W").dynamic_shapes(64, Q=1), "there is no such size"),
        (
            lambda: sa.read(UNet(), "N,3,H,W").dynamic_shapes(64, H=9),
            "the nearest that work: H = 8, 12",
        ),
        (lambda: sa.read(Union(), "1,3,T").dynamic_shapes("64"), "max"),
    ],
)
def test_what_cannot_be_is_one_line(ask, line):
    with pytest.raises(sa.ShapeError) as told:
        ask()
    assert line in str(told.value) and "\n" not in str(told.value)
