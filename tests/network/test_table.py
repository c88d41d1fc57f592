"""A network asked in the first minute: its table, its counts, a node by its name, what an output of
a classifier sees, and failures that lead on. Shapes and counts are those of PyTorch.
"""

import numpy
import pytest
from needed import module, require

from shapealg import Branches, DomainError, ShapeError, compare, keras, read, torch, zoo
from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.network import operations, typed
from shapealg.network.along import Along
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.requirement import Requirement
from shapealg.network.table import Table, total

UNET = zoo.ZOO["unet"]


@pytest.fixture(scope="module")
def model():
    require("torch")
    from torch import nn

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3), nn.BatchNorm2d(8), nn.ReLU())
            self.layer3 = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())
            self.pool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Linear(8, 10)

        def forward(self, x):
            return self.fc(self.pool(self.layer3(self.stem(x))).flatten(1))

    return Small().eval()


@pytest.fixture(scope="module")
def net(model):
    return read(model, ("N", 3, "H", "W"))


def test_the_counts_are_those_of_pytorch(model, net):
    assert net.parameters == sum(p.numel() for p in model.parameters())
    assert net["stem.0"].parameters == sum(p.numel() for p in model.stem[0].parameters())
    assert net["stem"].parameters == sum(p.numel() for p in model.stem.parameters())


def test_macs_are_what_hooks_count(model, net):
    """Every output number of a convolution or a linear layer costs its kernel."""
    import torch as pytorch

    counted = []

    def count(module, _, made):
        counted.append(made.numel() * module.weight[0].numel())

    hooks = [m.register_forward_hook(count) for m in (model.stem[0], model.layer3[0], model.fc)]
    for h, w in ((33, 20), (7, 64)):
        counted.clear()
        model(pytorch.zeros(1, 3, h, w))
        assert net.macs(H=h, W=w) == net.macs()(H=h, W=w) == sum(counted)
    for hook in hooks:
        hook.remove()


def test_a_call_is_what_comes_out(model, net):
    import torch as pytorch

    assert net(N=2, H=33, W=20) == tuple(model(pytorch.zeros(2, 3, 33, 20)).shape)
    inner = model.stem(pytorch.zeros(2, 3, 33, 20)).shape
    assert tuple(n if isinstance(n, int) else n(N=2, H=33, W=20) for n in net.shape_of("stem")) == (
        tuple(inner)
    )


def test_nodes_by_name_number_and_path(net):
    names = [row.name for row in net]
    assert len(net) == len(names) == len(list(net)) and net[0].name == "stem.0" and bool(net)
    assert net[-1] == net["fc"] and "stem.0" in net and "stem" not in net
    assert net["layer3"].name == "layer3" and net["layer3"].layer == "Conv2d, ReLU"
    assert net.shape_of("layer3") == net.shape_of("layer3.1")
    assert net.receptive_field("layer3").size == net.receptive_field("layer3.1").size == (11, 11)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stem.O", "the nearest: 'stem."),
        ("layer", "the nearest: 'layer3'"),
        (99, "there are 8 nodes"),
        (None, "there is no such node; received None"),
    ],
)
def test_a_wrong_name_leads_to_the_nearest(net, name, told):
    with pytest.raises(ShapeError) as problem:
        net[name]
    assert told in str(problem.value)


def test_a_table_of_nothing_and_a_network_of_nothing():
    empty = read([], "N,3,H")
    assert len(empty) == 0 and bool(empty) and empty.table() == () and empty.parameters == 0
    assert "(N, 3, H)" in str(empty) and repr(empty.table()) == "" and empty.table().text.zh == "—"


# ---------------------------------------------------------------- printed


def test_a_network_prints_as_its_table():
    told = str(read([torch.Conv2d(3, 64, 7, stride=2, padding=3)], "N,3,H,W")).splitlines()
    assert told[0].split() == ["node", "layer", "output", "parameters", "MACs"]
    assert told[1].startswith(
        "Conv2d_1  Conv2d(3, 64, 7, stride=2, padding=3)  (N, 64, ⌊(H + 1)/2⌋,"
    )
    rest = {line.split("  ")[0]: line.split("  ")[-1].strip() for line in told[3:]}
    assert rest["accepts H"] == "every H ≥ 1" and rest["parameters"] == "9 472"
    assert rest["receptive field"] == "H, W: 7 positions, 2 apart"


@pytest.mark.parametrize("shape", ["N,4,L", "N,4,H,W", "N,4,D,H,W"])
@pytest.mark.parametrize("said", [{"scale_factor": 2}, {"size": 7}])
def test_a_layer_whose_words_say_no_rank_has_a_row(shape, said):
    require("torch")
    from torch import nn

    told = str(read(nn.Sequential(nn.Upsample(**said)), shape))
    assert "Upsample" in told.splitlines()[1] and "parameters       0" in told


def test_a_long_network_is_cut_in_the_middle_and_its_table_is_not():
    net = UNET.read()
    assert "… 11 more nodes" in str(net) and "…… 中间还有 11 个节点" in net.text.zh
    table = net.table(H=256, W=256)
    assert isinstance(table, Table) and len(str(table).splitlines()) == 32 == len(table) + 1
    assert "… 11 more nodes" in repr(table) and "at these sizes" in repr(table)
    assert repr(net) == "<Network: (N, 3, H, W) → (N, 2, H, W), 31 nodes>"


def test_three_sizes_that_are_tied_are_told_each():
    told = str(zoo.ZOO["c3d"].read())
    assert sum(line.startswith("accepts") for line in told.splitlines()) == 3
    assert "the whole input (at MaxPool3d_5, T: 76 positions, 16 apart;" in told


@pytest.mark.parametrize(("many", "left_out"), [(20, None), (21, None), (22, 2), (30, 10)])
def test_as_many_rows_as_a_page_has_are_shown(many, left_out):
    """One row is left out by no line that says so."""
    told = repr(read([torch.MaxPool1d(1)] * many, "1,1,L").table()).splitlines()
    assert told[1:13] == [line for line in told if "MaxPool1d_" in line][:12]
    assert (f"… {left_out} more nodes" in told) == bool(left_out)
    assert len(told) == 1 + (21 if left_out else many)


def rows_of_7(flow, x):
    return operations.reshape(flow, x, (x.shape[0], 7, -1))


def square(flow, x):
    flow.equal(*x.shape)
    return operations.same(flow, x)


def last_five(flow, x):
    return operations.cut(flow, x, {0: (-5, None, 1)})


def one_node(operation, *shape) -> Network:
    return Network(Graph({"x": shape}, (Node("it", "test", operation, ("x",), ("y",)),), ("y",)))


def test_what_binds_sizes_is_told_and_why_no_set_of_one_can_be():
    said = str(one_node(rows_of_7, "H", "W", "C"))
    assert "\ntied together     7⌊C·W/7⌋ = C·W\n" in said
    assert "\naccepts H, W, C   7⌊C·W/7⌋ = C·W ties C, W together; received C, W; fix one" in said
    assert "\ntied together    H = W\n" in str(one_node(square, "H", "W"))

    def twice(flow, x):
        flow.equal(x.shape[0], x.shape[1])
        flow.equal(x.shape[2], x.shape[3])
        return operations.same(flow, x)

    assert "\ntied together    A = B; C = D\n" in str(one_node(twice, "A", "B", "C", "D"))


def test_why_no_receptive_field_is_told_is_said_in_both_languages():
    told = read([torch.AdaptiveAvgPool2d(7)], "1,1,H,W").text
    assert "感受野随输入尺寸而变" in told.zh and "changes with the input's size" in told.en


@pytest.mark.parametrize(
    ("text", "n", "h", "w", "assumed"),
    [
        ("32", 1, 32, 32, ("N",)),
        ("32x40", 1, 32, 40, ("N",)),
        ("3x1", 1, 3, 1, ("N",)),
        ("32,40", 1, 32, 40, ("N",)),
        ("2,32,40", 2, 32, 40, ()),
        ("2x32×40", 2, 32, 40, ()),
        ("W=40, 32", 1, 32, 40, ("N",)),
        ("N=2,32", 2, 32, 32, ()),
        ("W=40,N=2,H=32", 2, 32, 40, ()),
    ],
)
def test_sizes_as_they_are_typed(text, n, h, w, assumed):
    net = read([torch.Conv2d(3, 8, 3)], "N,3,H,W")
    assert typed.sizes(text, net) == ({"N": n, "H": h, "W": w}, assumed)


@pytest.mark.parametrize(
    ("text", "shape", "works"),
    [
        ("Q=3", "N,3,H,W", "open are N, H, W; for example H=224,W=224"),
        ("H=32", "N,3,H,W", "open are N, H, W; for example H=32,W=224"),
        ("1,2,3,4", "N,3,H,W", "open are N, H, W; for example H=224,W=224"),
        ("4", "N,3,9,9", "no spatial size is open; the batch is written N=8"),
        ("4", "1,3,9,9", "the input leaves none open: leave them out"),
    ],
)
def test_sizes_that_do_not_fit_are_told_which_do(text, shape, works):
    net = read([torch.Conv2d(3, 8, 3)], shape)
    with pytest.raises(ShapeError) as refused:
        typed.sizes(text, net)
    assert str(refused.value).endswith(works)
    with pytest.raises(ShapeError, match=r"leave --sizes out|written N=8|for example --sizes "):
        typed.sizes(text, net, "--sizes")


def test_of_a_batch_is_told_what_it_must_be():
    def pairs(flow, x):
        flow.equal(x.shape[0] % 2, 0)
        return operations.same(flow, x)

    assert "\naccepts N        N ≡ 0 (mod 2), N ≥ 2\n" in str(one_node(pairs, "N", 1, "L"))
    assert "accepts N" not in str(one_node(operations.same, "N", 1, "L"))


def test_several_inputs_and_outputs_are_told_by_their_names():
    nodes = (
        Node("lost", "?", lambda flow, x: flow.leave(x), ("x",), ("a",)),
        Node("kept", "same", operations.same, ("t",), ("b",)),
    )
    inputs = {"x": (1, 1, "L"), "t": (2, "T")}
    net = Network(Graph(inputs, nodes, ("a", "b"), called=("logits", "more")))
    assert repr(net) == "<Network: (1, 1, L); (2, T) → logits ?; more (2, T), 2 nodes>"
    assert net.table(L=9, T=3).cells("en") == [
        ["lost", "?", "?", "?", 0, "?", ""],
        ["kept", "same", "(2, T)", "(2, 3)", 0, 0, 6],
    ]


def in_modules() -> Network:
    """A stem of three nodes, a body and a head, as a module's parts are named."""
    first, second = torch.Conv2d(3, 8, 3, bias=False), torch.Conv2d(8, 2, 1)
    nodes = (
        Node("stem.conv", "Conv2d", Along(first), ("x",), ("a",), first),
        Node("stem.relu", "ReLU", operations.same, ("a",), ("r",)),
        Node("stem.pool", "Pool", Along(torch.MaxPool2d(2)), ("r",), ("b",)),
        Node("body/pool", "Pool", Along(torch.MaxPool2d(2)), ("b",), ("c",)),
        Node("head", "Conv2d", Along(second), ("c",), ("y",), second),
    )
    return Network(Graph({"x": ("N", 3, "H", "W")}, nodes, ("y",)))


def test_a_module_is_the_sum_of_its_nodes():
    """8 filters of 3·9 numbers; at 5×5 they stand at 9 places."""
    net = in_modules()
    row = net["stem"]
    assert (row.name, row.layer, row.parameters, row.weights) == (
        *("stem", "Conv2d, ReLU, Pool", 8 * 27),
        ((8, 3, 3, 3),),
    )
    assert row.macs(H=5, W=5) == 9 * 8 * 27 and row.formula == net["stem.pool"].formula
    assert net["stem."] == row._replace(name="stem.") and net["body"] == net["body/pool"] == net[3]
    assert net[-1] == net[4] == net["head"] and "head" in net and "stem" not in net
    assert net["stem.relu"].layer == "ReLU" and net["head"].layer == "Conv2d(8, 2, (1, 1))"
    assert net.shape_of("stem") == net.shape_of("b") == net.shape_of("stem.pool")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stem.cnv", "there is no such node; received 'stem.cnv'; the nearest: 'stem.conv'"),
        ("Ω", "received 'Ω'; the nearest: 'stem.conv', 'stem.relu', 'stem.pool'"),
        ("bod", "the nearest: 'body'"),
        (None, "there is no such node; received None; the nearest:"),
        (5, "there is no node of that number; received 5; there are 5 nodes"),
        (-6, "there is no node of that number; received -6; there are 5 nodes"),
    ],
)
def test_a_name_that_is_not_there_leads_to_the_nearest(name, told):
    with pytest.raises(ShapeError) as problem:
        in_modules()[name]
    assert told in str(problem.value) and str(problem.value).count(",") < 3


def test_of_one_axis_the_call_that_works_has_one_number():
    for operation in (last_five, operations.same):
        with pytest.raises(ShapeError, match=r"for example inputs_for\(7\)$"):
            one_node(operation, "H").inputs_for()


def test_a_table_tells_what_depends_on_the_size_in_its_language():
    table = one_node(last_five, "H").table()
    assert "所有 H ≥ 5：(5,)；H = 1 … 4：(H,)" in table.lines("zh")
    assert "(5,) for every H ≥ 5; (H,) for H = 1 … 4" in table.lines("en")


def test_whose_work_is_not_known_is_named():
    secret = operations.Counted(operations.same, operations.untold)
    nodes = (
        Node("secret", "?", secret, ("x",), ("s",)),
        Node("known", "conv", Along(torch.Conv1d(1, 1, 3)), ("s",), ("t",)),
        Node("other", "?", secret, ("t",), ("y",)),
    )
    assert "? (those of secret, other are not known)" in str(
        Network(Graph({"x": (1, 1, "L")}, nodes, ("y",)))
    )


def test_weights_are_told_one_by_one():
    """Keras's own shapes; a pooling has none."""
    layers = [
        keras.SeparableConv2D(4, 3),
        keras.Conv2D(2, 1, use_bias=False),
        keras.MaxPooling2D(2),
    ]
    rows = read(layers, "N,9,9,3").table()
    assert [row.weights for row in rows] == [
        ((3, 3, 3, 1), (1, 1, 3, 4)),
        ((1, 1, 4, 2),),
        (),
    ]
    net = read(layers, "N,9,9,3")
    assert net[numpy.int64(0)] == net[0] == rows[0] and net[numpy.int64(-1)] == rows[2]


def test_a_product_is_told_with_its_factors_in_brackets():
    h, w = Length.of("H"), Length.of("W")
    told = {
        (h, w): "H·W = 6",
        ((h + 1) // 2, w): "⌊(H + 1)/2⌋·W = 6",
        (h // 2 + 1, w): "(⌊H/2⌋ + 1)·W = 6",
        (h // 2 + h // 3, w // 2): "(⌊H/2⌋ + ⌊H/3⌋)·⌊W/2⌋ = 6",
    }
    for factors, said in told.items():
        one, two = factors
        asked = (Condition(one * two - 6, "=="),)
        assert str(Requirement(None, asked, (one * two, 6), ("H", "W"), factors)) == said


def test_a_network_that_runs_nowhere_still_says_what_it_is():
    assert (
        repr(read([torch.Conv2d(4, 8, 3)], "N,3,H,W"))
        == "<Network: (N, 3, H, W) → Conv2d_1, 1 node>"
    )


def test_a_network_that_runs_nowhere_prints_why():
    net = read([torch.Conv2d(4, 8, 3)], "N,3,H,W")
    assert str(net).splitlines()[1].startswith("node Conv2d_1: the input must have in_channels=4")
    assert "须有 in_channels=4" in net.text.zh and "in_channels=4" in net._repr_html_()


def test_counts_by_size_are_added_piece_by_piece():
    small, large = Sizes.interval(1, 4), Sizes.every(5)
    odd, even = Sizes.classes(2, (1,)), Sizes.classes(2, (0,))
    made = total([BySize([(small, 10), (large, 20)]), 5, BySize([(odd, 1), (even, 2)])])
    assert [made.at(n=n) for n in (1, 2, 5, 6)] == [16, 17, 26, 27]


# ---------------------------------------------------------------- what a classifier sees


def seen(module, shape=("N", 3, "H", "W"), **sizes):
    return read(module, shape).receptive_field(**sizes)


def test_a_classifier_sees_the_whole_input_and_what_it_saw_before(net):
    made = net.receptive_field()
    assert made.size == (None, None) and made.whole == (True, True) and made.layer == "fc"
    assert made.before.size == (11, 11) and made.before.layer == "layer3.1"
    assert str(made).splitlines()[:3] == [
        "H: the whole input",
        "W: the whole input",
        "before, at layer3.1:",
    ]
    assert made.text.zh.startswith("H：整个输入")


def heads():
    from torch import nn

    class Head(nn.Module):
        def __init__(self, way):
            super().__init__()
            self.conv, self.way = nn.Conv2d(3, 8, 3, padding=1), way
            self.flat, self.fc = nn.Flatten(), nn.Linear(8 * 16, 5)
            self.point = nn.Linear(8, 5)

        def forward(self, x):
            return self.way(self, self.conv(x))

    return Head


WAYS = {
    "mean": (lambda m, x: m.point(x.mean([2, 3])), True),
    "flatten and a matrix": (lambda m, x: m.fc(m.flat(x)), True),
    "view and a matrix": (lambda m, x: m.fc(x.view(x.shape[0], -1).relu()), True),
    "mean kept": (lambda m, x: x.mean((2, 3), keepdim=True), True),
    "flattened only": (lambda m, x: m.flat(x), False),
    "a matrix at every pixel": (lambda m, x: m.point(x.permute(0, 2, 3, 1).reshape(-1, 8)), False),
    "one pixel": (lambda m, x: m.point(x[:, :, 0, 0]), False),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_whole_input_is_said_where_gradients_reach_it_all(name):
    """Whether one output's gradient reaches every pixel is measured."""
    require("torch")
    import torch as pytorch

    way, whole = WAYS[name]
    module = heads()(way).double()
    x = pytorch.rand(1, 3, 4, 4, dtype=pytorch.float64, requires_grad=True)
    module(x).flatten()[0].backward()
    assert bool((x.grad.abs().sum(1) > 0).all()) == whole
    made = seen(module, (1, 3, 4, 4))
    assert any(made.whole) == whole and made.size == (None, None) and made.before.size == (3, 3)


def test_a_matrix_over_every_number_in_onnx_words():
    """Gemm behind a Flatten, as PyTorch's exporter writes a head."""
    onnx = module("onnx")
    import numpy
    from onnx import TensorProto, helper, numpy_helper

    weights = [
        numpy_helper.from_array(numpy.zeros((4, 3, 3, 3), numpy.float32), "w"),
        numpy_helper.from_array(numpy.zeros((5, 4 * 36), numpy.float32), "m"),
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["y"], "conv"),
        helper.make_node("Flatten", ["y"], ["f"], "flat"),
        helper.make_node("Gemm", ["f", "m"], ["z"], "head", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 5])],
        weights,
    )
    made = read(onnx.helper.make_model(graph)).receptive_field()
    assert made.whole == (True, True) and made.before.layer == "conv" and made.before.size == (3, 3)


# ---------------------------------------------------------------- failures lead on


def failure(net, **sizes) -> DomainError:
    with pytest.raises(DomainError) as problem:
        net.at(**sizes)
    return problem.value


def test_a_failure_tells_both_ways_and_the_nearest_sizes():
    paths = [torch.Conv2d(3, 8, 3, stride=4, padding=1)], [torch.Conv2d(3, 8, 3, stride=4)]
    problem = failure(read([Branches("add", *paths)], "N,3,H,W"), H=9, W=8)
    assert str(problem) == (
        "node add_1 (add) needs two equal sizes; received input 9 → Conv2d_1 3 ≠"
        " input 9 → Conv2d_2 2; the nearest that work: H = 8, 11"
    )
    assert problem.sides == (3, 2) and problem.node.name == "add_1"
    assert problem.zh.endswith("；最近的可用尺寸：H = 8, 11")


@pytest.mark.parametrize("ask", ["table", "macs", "__call__"])
def test_whatever_is_asked_at_sizes_leads_on(ask):
    with pytest.raises(DomainError, match="the nearest that work: H = 240, 256"):
        getattr(UNET.read(), ask)(H=250, W=256)


def test_fixed_sizes_say_what_would_help_and_no_more():
    fixed = read(UNET.build(), (1, 3, 250, 256))
    told = str(fixed.explain())
    assert told.startswith("node concat_1 (concat) needs two equal sizes: 31, 30\n  input 250 →")
    assert told.endswith("pad or crop to the same size") and "no size works" not in told
    assert not fixed.explain().text.zh.startswith("：")
    assert str(failure(fixed)).endswith("; the nearest that work: H = 240, 256")
    matrix = [
        torch.Flatten(),
        torch.Linear(20, 3),
    ]  # 2·10 features, whatever no layer calls spatial
    assert "; the nearest that work: L = 10;" in str(failure(read(matrix, "1,2,9")))
    small = [torch.Conv2d(1, 1, 3), torch.Conv2d(1, 1, 12)]
    assert "; the nearest that work: H = 14; W = 14" in str(failure(read(small, "1,1,9,9")))
    assert "at least 1 position works" in str(failure(read(small, "1,1,W,9")))  # W stands elsewhere


def test_what_no_size_can_mend_says_what_would():
    net = read([torch.Conv2d(4, 8, 3)], "N,3,H,W")
    assert str(net.explain(H=9, W=9)) == (
        "H=9, W=9: node Conv2d_1: the input must have in_channels=4 channels: 3\n4 channels work"
    )
    assert str(failure(net, H=9, W=9)).endswith("channels; received 3; 4 channels work")


def test_a_failure_looks_for_its_way_only_when_it_is_read(monkeypatch):
    net, asked = UNET.read(), []
    explain = type(net).explain
    monkeypatch.setattr(type(net), "explain", lambda *a, **k: asked.append(1) or explain(*a, **k))
    problem = failure(net, H=250, W=256)
    assert asked == [] and "H = 240, 256" in str(problem) and str(problem) and asked == [1]


def multiplying():
    """Models whose products PyTorch itself counts, and inputs."""
    import torch as pytorch
    from torch import nn

    class Call(nn.Module):
        def __init__(self, call):
            super().__init__()
            self.call = call

        def forward(self, x):
            return self.call(x)

    wide, square = pytorch.zeros(7, 5), pytorch.zeros(1, 4, 4)
    kernel = pytorch.zeros(3, 8, 2, 2)
    flipped = nn.functional.conv_transpose2d
    return [
        (nn.Conv2d(4, 8, 3, groups=2, stride=2), (1, 4, 9, 10)),
        (nn.ConvTranspose2d(4, 8, 3, groups=2, stride=2), (1, 4, 9, 10)),
        (nn.Conv2d(3, 8, 3, padding=1, padding_mode="circular"), (1, 3, 9, 10)),
        (nn.Linear(5, 7), (1, 4, 5)),
        (nn.Linear(5, 7), (5,)),
        (nn.BatchNorm2d(3), (1, 3, 9, 9)),
        (nn.GRU(5, 6, 2, bidirectional=True, batch_first=True), (1, 9, 5)),
        (Call(lambda x: x @ wide.t()), (1, 4, 5)),
        (Call(lambda x: pytorch.zeros(9, 4) @ x), (1, 4, 5)),
        (Call(lambda x: pytorch.bmm(x, x.transpose(1, 2))), (1, 4, 5)),
        (Call(lambda x: pytorch.baddbmm(square, x, x.transpose(1, 2))), (1, 4, 5)),
        (Call(lambda x: pytorch.addmm(pytorch.zeros(7), x, wide.t())), (1, 5)),
        (Call(lambda x: pytorch.einsum("bij,bkj->bik", x, x)), (1, 4, 5)),
        (Call(lambda x: nn.functional.linear(x, wide)), (1, 4, 5)),
        (Call(lambda x: flipped(x, kernel, stride=2)), (1, 3, 9, 10)),
    ]


def test_macs_are_half_of_what_pytorch_counts():
    require("torch")
    import torch as pytorch
    from torch.utils.flop_counter import FlopCounterMode

    for model, shape in multiplying():
        with FlopCounterMode(display=False) as counter, pytorch.no_grad():
            model.eval()(pytorch.zeros(shape))
        assert 2 * read(model, shape).macs() == counter.get_total_flops(), model


def test_macs_that_nobody_knows_are_no_zero():
    require("torch")
    from torch import nn

    block = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True).eval()
    net = read(nn.Sequential(nn.Linear(4, 4), block), (1, 9, 4))
    assert [row.macs for row in net] == [9 * 16, None] and net.macs() is None
    assert "MACs             ? (those of 1 are not known)" in str(net)
    assert str(net).splitlines()[2].endswith("?")


def test_a_total_with_an_unknown_part_is_unknown():
    apart = BySize([({"n": Sizes.interval(1, 2)}, 1), ({"n": Sizes.every(3)}, None)])
    assert total([1, None, 2]) is None and total([apart, None]) is None
    assert {piece.answer for piece in total([apart, 5])} == {6, None}
    assert {2, None} <= {piece.answer for piece in total([apart, apart])}


def test_axes_with_numeric_sizes_are_followed_through_a_permutation_and_without_a_batch():
    """What one output sees is where its gradient is not zero."""
    require("torch")
    import torch as pytorch
    from torch import nn

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Conv2d(3, 8, (3, 5))

        def forward(self, x):
            return self.inner(x.permute(0, 3, 1, 2))

    for model, shape, at in (
        (Last(), (1, 32, 40, 3), (1, 2)),
        (nn.Conv2d(3, 8, (3, 5)), (3, 32, 40), (1, 2)),
    ):
        x = pytorch.zeros(shape, requires_grad=True)
        made = model(x)
        made[(0, *(n // 2 for n in made.shape[1:]))].backward()
        extents = [len(set(places.tolist())) for places in x.grad.nonzero().T]
        field = read(model, shape).receptive_field()
        assert field.axes == at and list(field.size) == [extents[i] for i in at]


def test_a_table_with_numeric_sizes_says_nothing_of_the_batch():
    layers = [torch.Conv2d(3, 8, 3)]
    assert "accepts" not in str(read(layers, "N,3,64,64"))
    assert "pixel" not in str(read(layers, "N,3,64,64"))
    assert "accepts H" in str(read(layers, "N,3,H,64"))


def modules_of_lenet():
    """The same small classifier, as PyTorch's modules and as our words."""
    from torch import nn

    real = nn.Sequential(nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1800, 10))
    ours = [torch.Conv2d(3, 8, 3), torch.MaxPool2d(2), torch.Flatten(), torch.Linear(1800, 10)]
    return real, ours


def runs(model, h: int, w: int) -> bool:
    import torch as pytorch

    try:
        model(pytorch.zeros(1, 3, h, w, device="meta"))
        return True
    except RuntimeError:
        return False


def test_sizes_that_are_tied_are_told_together():
    """The nearest pair is the one that a search on PyTorch finds."""
    require("torch")
    real, ours = modules_of_lenet()
    net = read(ours, "N,3,H,W")
    pairs = [(h, w) for h in range(15, 45) for w in range(15, 75)]
    working = [pair for pair in pairs if runs(real.to("meta"), *pair)]
    for h, w in ((64, 64), (34, 34), (22, 60)):
        near = min(max(abs(a - h), abs(b - w)) for a, b in working)
        told = net.explain(H=h, W=w).together
        assert (told["H"], told["W"]) in working
        assert max(abs(told["H"] - h), abs(told["W"] - w)) == near
    assert "the nearest that work together: H = 33, W = 33" in str(net.explain(H=64, W=64))
    assert net.explain(H=32, W=64).nearest["W"] == (33,) and runs(real, 32, 33)


def test_a_linear_layer_that_does_not_fit_is_told_by_its_own_words():
    require("torch")
    real, ours = modules_of_lenet()
    import torch as pytorch

    flat = real[:3](pytorch.zeros(1, 3, 64, 64)).shape[1]
    net = read(ours, "N,3,H,W")
    for ask in (lambda: net(H=64, W=64), lambda: read(ours, "1,3,64,64").output_shape):
        with pytest.raises(DomainError, match=rf"Linear\({flat}, …\) works") as refused:
            ask()
        assert "H = 33, W = 33" in str(refused.value)


def test_a_view_that_does_not_come_out_even_names_the_row_that_does():
    require("torch")
    import torch as pytorch
    from torch import nn

    class Viewed(nn.Module):
        def forward(self, x):
            return x.view(-1, 400)

    x = pytorch.zeros(1, 16, 53, 53)
    with pytest.raises(RuntimeError):
        Viewed()(x)
    with pytest.raises(DomainError, match=rf"\(-1, {x.flatten(1).shape[1]}\) works"):
        assert read(Viewed(), tuple(x.shape)).output_shape


def test_fixed_sizes_that_do_not_run_name_the_nearest_that_do():
    for shape in ("1,3,64,64", "N,3,64,64"):
        told = str(read(zoo.unet_2015(), shape))
        assert "the nearest that work: H = 188; W = 188" in told
    assert read(zoo.unet_2015(), "1,3,188,188").output_shape == (1, 2, 4, 4)


def test_a_network_that_runs_at_one_size_or_none_has_a_receptive_field_or_says_so():
    """At 5 alone the second path has one place, which stretches: it sees everything, as a gate."""
    paths = [torch.Conv2d(3, 8, 3), Branches("add", [], [torch.Conv2d(8, 8, 3)])]
    field = read(paths, "N,3,H,W").receptive_field()
    assert field.size == (3, 3) and field.gates == ("add_1",)
    never = [torch.Conv2d(3, 8, 3), Branches("concat", [], [torch.Conv2d(8, 8, 3)])]
    with pytest.raises(ShapeError, match="runs at no size"):
        read(never, "N,3,H,W").receptive_field()


def test_real_layers_in_a_list_are_read_as_their_sequential():
    """What PyTorch makes of the same layers."""
    require("torch")
    import torch as pytorch
    from torch import nn

    real = [nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), [nn.ReLU(), nn.MaxPool2d(2)]]
    made = nn.Sequential(*real[:2], *real[2])(pytorch.zeros(1, 3, 33, 40))
    net = read(real, "N,3,H,W")
    assert net((1, 3, 33, 40)) == tuple(made.shape)
    assert net.parameters == sum(p.numel() for layer in real[:2] for p in layer.parameters())
    mixed = [real[0], Branches("add", [], [nn.Conv2d(8, 8, 3, padding=1)]), torch.MaxPool2d(2)]
    assert read(mixed, "N,3,H,W")((1, 3, 33, 40)) == tuple(made.shape)
    alone = read(torch.Conv2d(3, 8, 3, stride=2), "N,3,H,W")
    assert alone((1, 3, 33, 40)) == tuple(real[0](pytorch.zeros(1, 3, 33, 40)).shape)


def test_real_layers_can_be_compared():
    require("torch")
    from torch import nn

    assert compare(nn.Conv2d(3, 8, 3, 2, 1), torch.Conv2d(3, 8, 3, 2, 1)).equal
    assert not compare(nn.Conv2d(3, 8, 3, 2), torch.Conv2d(3, 8, 3, 2, 1)).equal_in_size


def test_a_whole_shape_may_be_given_in_place_of_sizes():
    net = read([torch.Conv2d(3, 8, 3)], "N,3,H,W")
    assert net((2, 3, 32, 40)) == net("2,3,32,40") == net(N=2, H=32, W=40) == (2, 8, 30, 38)
    assert net.explain((2, 3, 32, 40)).runs and not net.explain("1,3,2,2").runs
    assert net.macs((1, 3, 32, 40)) == net.macs(H=32, W=40)
    for wrong in ((1, 4, 32, 32), (3, 32, 32), None):
        with pytest.raises(ShapeError, match="sizes are given by name"):
            net(wrong)


@pytest.mark.parametrize(
    ("ask", "works"),
    (
        (lambda net: net.explain(124), "explain(H=124, W=124)"),
        (lambda net: net(32, 40), "net(H=32, W=40)"),
        (lambda net: net.at(32), "at(H=32, W=32)"),
        (lambda net: net.tiles(256), "tiles('H', 256, H=1000, W=1000)"),
        (lambda net: net.tiles("Q", 8), "received 'Q', 8; for example tiles('H', 256, H=1000"),
        (lambda net: net.tiles("N"), "tiles('N', 256, N=1000, H=1000, W=1000)"),
        (lambda net: net.annotations(style="x"), "no such style; received 'x'; one of jaxtyping"),
        (lambda net: net.accepts(H=32), "32 in accepts('H')"),
        (lambda net: net.accepts("H", 32), "32 in accepts('H')"),
        (lambda net: net.accepts(), "accepts('H')"),
        (lambda net: net.inputs_for(H=7), "inputs_for(None, None, None, 7)"),
        (
            lambda net: net.inputs_for(),
            "received nothing; for example inputs_for(None, None, None, 7)",
        ),
        (lambda net: read([], input_size=(1, 3, 8, 8)), "read(model, input_shape="),
    ),
)
def test_a_call_that_does_not_fit_names_the_one_that_does(ask, works):
    net = read([torch.Conv2d(3, 8, 3)], "N,3,H,W")
    with pytest.raises(ShapeError) as refused:
        ask(net)
    line = str(refused.value)
    assert works in line and "\n" not in line


def test_tiles_along_an_axis_whose_size_the_input_says():
    layers = [torch.Conv2d(3, 8, 3), torch.Conv2d(8, 8, 3)]
    fixed, free = read(layers, "1,3,1024,512"), read(layers, "1,3,H,W")
    assert fixed.tiles("H", 256) == free.tiles("H", 256, H=1024, W=512)
    pools = [torch.MaxPool2d(2)]  # which say no channels themselves
    assert read(pools, "1,3,64,64").tiles("H", 16) == read(pools, "1,3,H,W").tiles(
        "H", 16, H=64, W=64
    )
    with pytest.raises(ShapeError, match=r"received 'H'; for example tiles\('H', 256\)$"):
        fixed.tiles("H")
    assert read(layers, "1,3,H,512").tiles("W", 256, H=99) == free.tiles("W", 256, H=99, W=512)


def test_open_channels_are_those_that_a_layer_wants():
    """PyTorch's Conv2d(3, 8, 3) has 3·8·9 + 8 parameters, whatever its input's channels are called."""
    net = read([torch.Conv2d(3, 8, 3), torch.MaxPool2d(2)], "N,C,H,W")
    assert net.parameters == 3 * 8 * 9 + 8 and "224" in str(net)
    assert net["Conv2d_1"].weights == ((8, 3, 3, 3),)
    assert net.macs(N=1, C=3, H=10, W=10) == net.macs(H=10, W=10) == 8 * 8 * 8 * 27
    # where nothing says how many come in, they stay open, and the network prints
    free = read([keras.Conv2D(8, 3)], "N,H,W,C")
    assert str(free.parameters) == "72C + 8" and "72C + 8" in str(free)
