"""Whole networks, beside the tools people have for a part of the same question."""

import gc
import sys
import tracemalloc
from copy import deepcopy
from functools import partial, reduce
from operator import rshift
from pathlib import Path
from random import Random

from ruler import Part, missing

from shapealg import Branches, Window, read, torch
from shapealg.axis.length import Length
from shapealg.network.network import Network

# ---------------------------------------------------------------- 1. a chain in closed form


def layers(length: int) -> list:
    """Convolutions of all kinds in a row, ten of them with stride 2, spread out; the same every
    time.
    """
    draw, made = Random(length), []
    for i in range(length):
        k = draw.choice((1, 3, 5, 7))
        stride = 2 if i % (length // 10) == 0 else 1
        made.append(torch.Conv1d(1, 1, k, stride=stride, padding=draw.randint(0, k // 2)))
    return made


def _loop(triples, n):
    """o = ⌊(n + C)/S⌋ + D, layer by layer."""
    for c, s, d in triples:
        n = (n + c) // s + d
    return n


def chain() -> Part:
    """A chain of layers against a bare loop."""
    part = Part(
        "1. A chain in closed form: a bare loop over integers (C, S, D) gives one size; ours, the"
        " formula for all sizes"
    )
    large = 10**9  # one digit of Python's integers, where the bare loop is quickest
    for length in (100, 300, 1000, 3000):
        words = layers(length)
        windows = [w.layer.axes[0] for w in words]
        triples = [(w.lo + w.hi - w.kernel, w.stride, 1) for w in windows]
        graph, n = read(words, "1,1,n").graph, Length.of("n")
        closed = {
            "Window.chain(windows).count('n')": (
                lambda windows=windows: Window.chain(windows).count("n")
            ),
            "windows composed by >>, count('n')": (
                lambda windows=windows: reduce(rshift, windows).count("n")
            ),
            "the same loop on Length.of('n')": partial(_loop, triples, n),
            "a fresh Network's output_shape": lambda graph=graph: Network(graph).output_shape,
            "its accepts('n') as well": lambda graph=graph: (
                (*(made := Network(graph)).output_shape, made.accepts("n"))
            ),
        }
        truth = _loop(triples, large)
        assert truth > 0 and all(
            truth == found
            for found in (
                Window.chain(windows).count(large),
                _loop(triples, n)(n=large),
                Network(graph).output_shape[2](n=large),
            )
        )
        bare = f"{length} layers: a bare loop at n = 10^9"
        part.add(bare, partial(_loop, triples, large))
        for what, call in closed.items():
            part.add(f"{length} layers: {what}", call)
            part.row(f"{length} layers: {what}", f"{length} layers: {what}", bare, "≤ 5")
    return part


# ---------------------------------------------------------------- 2. and 3. ResNet-50


def light() -> Path | None:
    """ResNet-50 as the onnx package brings it along, weights by their shapes only."""
    try:
        import onnx
    except ModuleNotFoundError:
        return None
    return Path(onnx.__file__).parent / "backend/test/data/light/light_resnet50.onnx"


def without_head(proto):
    """The model up to its last pooling: the reshape behind it fixes the size of the image."""
    made = deepcopy(proto)
    last = next(i for i, node in enumerate(made.graph.node) if node.op_type == "AveragePool")
    del made.graph.node[last + 1 :], made.graph.output[:]
    made.graph.output.add().name = made.graph.node[last].output[0]
    made.graph.output[0].type.tensor_type.elem_type = 1
    image = next(i for i in made.graph.input if i.name.endswith("data_0"))
    for dim, n in zip(image.type.tensor_type.shape.dim, (1, 3, "H", "W"), strict=True):
        dim.ClearField("value")
        setattr(dim, "dim_param" if isinstance(n, str) else "dim_value", n)
    return made


def weights_as_inputs(proto):
    """The same with its constants declared as inputs of their shapes: least work for who walks the
    nodes.
    """
    from onnx import numpy_helper

    made = deepcopy(proto)
    dims = {
        t.name: [int(n) for n in numpy_helper.to_array(t)]
        for t in proto.graph.initializer
        if t.name.endswith("__SHAPE")
    }
    made.graph.ClearField("initializer")
    kept = [node for node in made.graph.node if node.op_type != "ConstantOfShape"]
    used = {name for node in kept for name in node.input}
    inputs = [i for i in made.graph.input if i.name in used]
    for node in made.graph.node:
        if node.op_type == "ConstantOfShape" and node.output[0] in used:
            value = type(inputs[0])(name=node.output[0])
            value.type.tensor_type.elem_type = 1
            for n in dims[node.input[0]]:
                value.type.tensor_type.shape.dim.add().dim_value = n
            inputs.append(value)
    kept, inputs = deepcopy(kept), deepcopy(inputs)
    made.graph.ClearField("node")
    made.graph.ClearField("input")
    made.graph.node.extend(kept)
    made.graph.input.extend(inputs)
    return made


def answers(graph) -> tuple:
    """What is asked of a graph: its output's shape and accepted sizes, from a fresh network."""
    net = Network(graph)
    return net.output_shape, net.accepts("H"), net.accepts("W")


def torch_resnet50():
    """ResNet-50 in plain torch, up to the same pooling."""
    from torch import nn

    class Bottleneck(nn.Module):
        def __init__(self, before, width, stride):
            super().__init__()
            after = 4 * width
            self.body = nn.Sequential(
                nn.Conv2d(before, width, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, stride, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, after, 1, bias=False),
                nn.BatchNorm2d(after),
            )
            self.skip = nn.Identity()
            if stride > 1 or before != after:
                self.skip = nn.Sequential(
                    nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after)
                )

        def forward(self, x):
            return nn.functional.relu(self.body(x) + self.skip(x))

    parts, channels = (
        [
            nn.Conv2d(3, 64, 7, 2, 3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ],
        64,
    )
    for stage, blocks in enumerate((3, 4, 6, 3)):
        for block in range(blocks):
            parts.append(Bottleneck(channels, 64 << stage, 2 if stage and not block else 1))
            channels = 4 * (64 << stage)
    return nn.Sequential(*parts, nn.AvgPool2d(7, 1)).eval()


def resnet() -> Part:
    """ResNet-50 against what infers shapes from a model in memory."""
    part = Part(
        "2. ResNet-50 in memory, H and W open: shape and accepted sizes; peers give the shape"
    )
    path = light()
    if path is None:
        missing(part, "onnx")
        return part
    import onnx

    proto = without_head(onnx.load(path))
    graph = read(proto).graph
    ours = "shapealg: output_shape, accepts H and W, a fresh Network"
    part.add(ours, partial(answers, graph))
    whole = "shapealg: the same, the ModelProto read first"
    part.add(whole, lambda: answers(read(proto).graph))
    part.notes.append(f"ours: {', '.join(map(str, answers(graph)))}")
    try:
        from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference
    except ModuleNotFoundError:
        missing(part, "onnxruntime")
    else:
        lean = weights_as_inputs(proto)
        made = SymbolicShapeInference.infer_shapes(lean).graph.output[0].type.tensor_type.shape.dim
        part.notes.append(f"onnxruntime: {[d.dim_param or d.dim_value for d in made]}")
        for how, model in (("weights as inputs", lean), ("the model as it is", proto)):
            label = f"onnxruntime SymbolicShapeInference, {how}"
            part.add(label, partial(SymbolicShapeInference.infer_shapes, model))
            part.row(label, ours, label, "≥ 20", faster=True)
        part.row(
            "of the first of them, reading included on our side",
            whole,
            "onnxruntime SymbolicShapeInference, weights as inputs",
            "",
            faster=True,
        )
    try:
        import torch as framework
    except ModuleNotFoundError:
        missing(part, "torch")
        return part
    open_dims = {2: framework.export.Dim.DYNAMIC, 3: framework.export.Dim.DYNAMIC}
    with framework.device("meta"):
        model, image = torch_resnet50(), framework.empty(1, 3, 224, 224)

    def export():
        with framework.no_grad():
            return framework.export.export(model, (image,), dynamic_shapes=(open_dims,))

    program = export()
    made = (
        next(node for node in program.graph.nodes if node.op == "output")
        .args[0][0]
        .meta["val"]
        .shape
    )
    part.notes.append(
        f"torch.export: {tuple(made)},"
        f" { ({str(k): str(v) for k, v in program.range_constraints.items()}) }"
    )
    label = "torch.export, Dim.DYNAMIC, meta device"
    part.add(label, export)
    part.row(label, ours, label, "≥ 100", faster=True)
    return part


def file() -> Part:
    """ResNet-50 against what infers shapes from a file."""
    part = Part("3. ResNet-50 from its file: reading included")
    path = light()
    if path is None:
        missing(part, "onnx")
        return part
    import onnx

    ours, peer = (
        'shapealg.read(path, (1, 3, "H", "W")): shape, accepts H, W',
        "onnx.load, onnx.shape_inference.infer_shapes",
    )
    part.add(ours, lambda: answers(read(path, (1, 3, "H", "W")).graph))
    part.add(peer, lambda: onnx.shape_inference.infer_shapes(onnx.load(path)))
    part.add("of this: onnx.load", lambda: onnx.load(path))
    part.row("from the file", ours, peer, "≤ 5")
    return part


# ---------------------------------------------------------------- 4. U-Net


def unet(depth: int, padding: int = 1, join: str = "concat", channels: int = 4, other: int = 256):
    """A U-Net of two convolutions a level, pooling by 2 and transposed convolutions of stride 2;
    its second axis has `other` positions.
    """

    def level(d, before):
        two = [
            torch.Conv2d(before, channels, 3, padding=padding),
            torch.Conv2d(channels, channels, 3, padding=padding),
        ]
        if d == depth:
            return two
        below = [
            torch.MaxPool2d(2),
            *level(d + 1, channels),
            torch.ConvTranspose2d(channels, channels, 2, stride=2),
        ]
        return [
            *two,
            Branches(join, [], below),
            torch.Conv2d(2 * channels, channels, 3, padding=padding),
            torch.Conv2d(channels, channels, 3, padding=padding),
        ]

    return read(level(0, 1), (1, 1, "n", other)).graph


# What isl is told, thought through before: (whether it is an equation, {variable: factor},
# constant). Variable 0 is n, the
# others exist: a floor is a variable between two bounds. Convolutions that keep the size are left
# out.


def padded_set(depth: int) -> list:
    """Halves all the way down, and each of them doubled is what it came from."""
    lines = [(False, {0: 1}, -1)]
    for d in range(depth):
        lines += [
            (False, {d: 1, d + 1: -2}, 0),
            (False, {d: -1, d + 1: 2}, 1),
            (True, {d: 1, d + 1: -2}, 0),
        ]
    return [*lines, (False, {depth: 1}, -1)]


def cropped_set(depth: int) -> list:
    """Without padding: two convolutions take 4 from every level, they leave something, and no skip
    is smaller than what it meets.
    """
    lines = [(False, {0: 1}, -5)]
    for d in range(depth):
        lines += [
            (False, {d: 1, d + 1: -2}, -4),
            (False, {d: -1, d + 1: 2}, 5),
            (False, {d + 1: 1}, -5),
        ]
    before = depth
    for d in reversed(range(depth)):
        up = 2 * depth - d
        lines += [(True, {up: 1, before: -2}, 8), (False, {d: 1, up: -1}, -4), (False, {up: 1}, -5)]
        before = up
    return lines


def built(islpy, lines: list) -> str:
    """The set built constraint by constraint, the quickest way through islpy, and printed."""
    count = 1 + max(v for _, factors, _ in lines for v in factors)
    space = islpy.Space.set_alloc(islpy.DEFAULT_CONTEXT, 0, count)
    local, kind = islpy.LocalSpace.from_space(space), islpy.dim_type.set
    made = islpy.BasicSet.universe(space)
    for equation, factors, constant in lines:
        constraint = (
            islpy.Constraint.alloc_equality if equation else islpy.Constraint.alloc_inequality
        )(local)
        for v, factor in factors.items():
            constraint = constraint.set_coefficient_val(kind, v, factor)
        made = made.add_constraint(
            constraint.set_constant_val(constant) if constant else constraint
        )
    return str(made.project_out(kind, 1, count - 1))


def spelled(lines: list) -> str:
    """The same in isl's own notation."""
    names = sorted({v for _, factors, _ in lines for v in factors})[1:]
    told = []
    for equation, factors, constant in lines:
        terms = [
            *(f"{factor}{f'p{v}' if v else 'n'}" for v, factor in factors.items()),
            str(constant),
        ]
        told.append(f"{' + '.join(terms)} {'=' if equation else '>='} 0")
    return f"{{ [n] : exists {', '.join(f'p{v}' for v in names)} : {' and '.join(told)} }}"


def sets() -> Part:
    """U-Nets against a library of integer sets."""
    part = Part("4. The sizes a U-Net of depth 4 accepts, one axis open, and printing them")
    try:
        import islpy
    except ModuleNotFoundError:
        islpy = None
        missing(part, "islpy")
    for name, make, lines in (
        ("padded", partial(unet, 4), padded_set(4)),
        ("cropped", partial(unet, 4, 0, "crop", other=252), cropped_set(4)),
    ):
        ours, graph = f"{name}: shapealg, from the graph in memory", make()
        found = Network(graph).accepts("n")
        part.add(ours, lambda graph=graph: str(Network(graph).accepts("n")))
        part.add(
            f"{name}: shapealg, from its layers, the graph made anew",
            lambda make=make: str(Network(make()).accepts("n")),
        )
        part.notes.append(f"{name}: {found}")
        if islpy is None:
            continue
        built_, told_ = (
            f"{name}: islpy, constraint by constraint",
            f"{name}: islpy, from its notation",
        )
        text = spelled(lines)
        part.add(built_, partial(built, islpy, lines))
        part.add(told_, lambda text=text: str(islpy.BasicSet(text)))
        part.notes.append(f"{name}, islpy: {built(islpy, lines)}")
        theirs = islpy.BasicSet(text)
        for n in range(1, 600):
            assert (n in found) == (not theirs.intersect(islpy.BasicSet(f"{{ [{n}] }}")).is_empty())
        part.row(built_, ours, built_, "≤ 1")
        part.row(told_, ours, told_, "≤ 1")
    return part


# ---------------------------------------------------------------- 5. memory


def memory() -> None:
    """Peaks of memory, and the longest sequence that any function of shapealg held or gave back."""
    print("\n## 5. Memory: all answers of a fresh network, its graph in memory\n")
    print(f"    {'what':<34} {'peak':>10} {'longest sequence':>17}   period")
    cases = [(f"U-Net of depth {d}", unet(d, other=2**d), "n", 2**d) for d in (4, 7, 10)]
    cases.append(("a chain of 1000 layers", read(layers(1000), "1,1,n").graph, "n", 2**10))
    if path := light():
        import onnx

        cases.append(("ResNet-50", read(without_head(onnx.load(path))).graph, "H", 32))
    for what, graph, name, period in cases:

        def ask(graph=graph, name=name):
            net = Network(graph)
            return net.output_shape, str(net.accepts(name))

        ask()
        gc.collect()
        tracemalloc.start()
        ask()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"    {what:<34} {peak / 1024:>6.0f} KiB {_longest(ask):>17}   {period}")


def _longest(ask) -> int:
    """The longest tuple, list, set or dict of integers among the variables and results of our
    functions while `ask` runs.
    """
    longest = 0

    def look(frame, event, result):
        nonlocal longest
        if "shapealg" not in frame.f_code.co_filename or frame.f_code.co_filename == __file__:
            return None
        if event == "return":
            for value in (result, *frame.f_locals.values()):
                if (
                    isinstance(value, tuple | list | set | frozenset | dict)
                    and len(value) > longest
                    and all(type(v) is int for v in value)
                ):
                    longest = len(value)
        return look

    sys.settrace(look)
    try:
        ask()
    finally:
        sys.settrace(None)
    return longest
