"""Whole networks, beside the tools people have for a part of the same question."""

import sys
from copy import deepcopy
from functools import partial, reduce
from operator import rshift
from pathlib import Path
from random import Random

from ruler import Part, both, missing, traced

from shapealg import Branches, Window, read, torch
from shapealg.axis.length import Length
from shapealg.errors import grouped
from shapealg.network.network import Network
from shapealg.text import Text

# ---------------------------------------------------------------- a chain in closed form


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
        Text(
            zh="一长串卷积写成一个公式，对所有尺寸；旁边是对一个尺寸的整数循环 ⌊(n + C)/S⌋ + D",
            en="A chain of convolutions as one formula for all sizes; beside it a bare loop over"
            " integers, ⌊(n + C)/S⌋ + D, for one size",
        )
    )
    large = 10**9  # one digit of Python's integers, where the bare loop is quickest
    for length in (1000, 100_000):
        words = layers(length)
        windows = [w.layer.axes[0] for w in words]
        triples = [(w.lo + w.hi - w.kernel, w.stride, 1) for w in windows]
        graph = read(words, "1,1,n").graph
        closed = (
            (
                Text(zh="窗口并成一个：Window.chain", en="windows in one go: Window.chain"),
                lambda windows=windows: Window.chain(windows).count("n"),
                "≤ 5",
            ),
            (
                Text(zh="窗口逐个用 >> 接起来", en="windows one by one, by >>"),
                lambda windows=windows: reduce(rshift, windows).count("n"),
                "≤ 5",
            ),
            (
                Text(zh="一个新网络：形状与可用尺寸", en="a fresh network: shape, accepted sizes"),
                partial(answers, graph, "n"),
                "≤ 20",
            ),
        )
        truth = _loop(triples, large)
        assert truth > 0 and all(
            truth == found
            for found in (
                Window.chain(windows).count(large),
                _loop(triples, Length.of("n"))(n=large),
                Network(graph).output_shape[2](n=large),
            )
        )
        bare = f"{length} layers: a bare loop at n = 10^9"
        part.add(bare, partial(_loop, triples, large))
        for what, call, target in closed:
            ours = f"{length} layers: {what.en}"
            part.add(ours, call)
            many = grouped(length)
            told = Text(zh=f"{many} 层，{what.zh}", en=f"{many} layers: {what.en}")
            part.row(told, ours, bare, target)
    few, many = (f"{length} layers: {what.en}" for length in (1000, 100_000))
    grown = Text(
        zh="新网络的层数多到 100 倍（与 1 000 层相比）",
        en="100 times as many layers in a fresh network (beside 1 000)",
    )
    part.row(grown, many, few, "≤ 120")
    return part


# ---------------------------------------------------------------- ResNet-50


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


EXPORT = Text(
    zh="torch.export，meta 设备，动态尺寸", en="torch.export, dynamic sizes, on the meta device"
)
ORT = {
    "weights as inputs": Text(
        zh="onnxruntime 的符号推断，权重声明为输入",
        en="onnxruntime's symbolic inference, weights declared as inputs",
    ),
    "the model as it is": Text(
        zh="onnxruntime 的符号推断，模型照原样",
        en="onnxruntime's symbolic inference, the model as it is",
    ),
}


def answers(graph, *names: str) -> tuple:
    """What is asked of a graph: its output's shape and accepted sizes, from a fresh network."""
    net = Network(graph)
    return net.output_shape, *map(net.accepts, names or "HW")


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
        Text(
            zh="内存里的 ResNet-50，H 与 W 敞开：形状与可用尺寸；别人只给形状",
            en="ResNet-50 in memory, H and W open: shape and accepted sizes; peers give the shape",
        )
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
            part.row(ORT[how], ours, label, "≥ 20", faster=True)
        part.row(
            Text(
                zh="其中前者；我们这边把读入也算上",
                en="the first of them, reading included on our side",
            ),
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
    part.row(EXPORT, ours, label, "≥ 100", faster=True)
    return part


def file() -> Part:
    """ResNet-50 against what infers shapes from a file."""
    part = Part(Text(zh="从文件读 ResNet-50", en="ResNet-50 from its file"))
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
    what = Text(
        zh="onnx.load 与 infer_shapes，只就文件里的尺寸，不给公式",
        en="onnx.load and infer_shapes, at the file's own size, without a formula",
    )
    part.row(what, ours, peer, "≤ 2")
    return part


# ---------------------------------------------------------------- other graphs


def graphs() -> Part:
    """Graphs of other kinds: dense blocks, a detector, windows of attention."""
    part = Part(
        Text(
            zh="内存里的其他网络，H 与 W 敞开：形状与可用尺寸",
            en="Other graphs in memory, H and W open: shape and accepted sizes",
        )
    )
    try:
        import models
        import torch as framework
    except ModuleNotFoundError:
        missing(part, "torch")
        return part
    for name, make, step in models.MODELS:
        with framework.device("meta"):
            model, image = make().eval(), framework.empty(1, 3, 224, 224)
        graph = read(model, (1, 3, "H", "W")).graph
        made = model(image)
        first = made[0] if isinstance(made, tuple) else made
        assert Network(graph).at(H=224, W=224) == tuple(first.shape)
        ours = f"{name}: shapealg, a fresh network"
        part.add(ours, partial(answers, graph))
        part.notes.append(f"{name}: {', '.join(map(str, answers(graph)))}")
        exported(part, name, ours, model, image, step, "≥ 1000")
        _inferred(part, name, ours, make, _dynamic(framework.export.Dim, step))
    return part


def _dynamic(dim, step: int) -> tuple:
    """Both sizes open; multiples of so many, where the model takes no others."""
    if step == 1:
        return ({2: dim.DYNAMIC, 3: dim.DYNAMIC},)
    return ({i + 2: step * dim(name, min=2, max=64) for i, name in enumerate("hw")},)


def exported(part: Part, name: str, ours: str, model, image, step: int, target: str) -> None:
    """PyTorch's own export on the meta device, at multiples of so many."""
    import torch as framework

    dims = _dynamic(framework.export.Dim, step)

    def export():
        with framework.no_grad():
            return framework.export.export(model, (image,), dynamic_shapes=dims)

    label = f"{name}: torch.export, meta device"
    part.add(label, export)
    part.row(of_model(name, EXPORT), ours, label, target, faster=True)


def of_model(name: str, what: Text) -> Text:
    """A row of that model."""
    return Text(zh=f"{name}：{what.zh}", en=f"{name}: {what.en}")


def _inferred(part: Part, name: str, ours: str, make, dims: tuple) -> None:
    """onnxruntime's symbolic inference, on the model as PyTorch writes it."""
    try:
        from onnxruntime.tools.symbolic_shape_infer import SymbolicShapeInference
    except ModuleNotFoundError:
        return missing(part, "onnxruntime")
    import torch as framework

    with framework.no_grad():
        proto = framework.onnx.export(
            make().eval(), (framework.zeros(1, 3, 224, 224),), dynamic_shapes=dims, verbose=False
        ).model_proto
    label = f"{name}: onnxruntime SymbolicShapeInference"
    part.add(label, partial(SymbolicShapeInference.infer_shapes, proto, auto_merge=True))
    part.row(of_model(name, ORT["the model as it is"]), ours, label, "≥ 100", faster=True)
    return None


# ---------------------------------------------------------------- U-Net


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
    part = Part(
        Text(
            zh="4 层深的 U-Net 收哪些尺寸，一个轴敞开，算到印出来",
            en="The sizes that a U-Net of depth 4 accepts, one axis open, up to printing them",
        )
    )
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
        kind = {"padded": "有填充", "cropped": "无填充，裁剪"}[name]
        for zh, en, peer in (
            ("islpy，约束事先想好、逐条加上", "islpy, ready constraints one by one", built_),
            ("islpy，约束事先想好、写成文字", "islpy, ready constraints as text", told_),
        ):
            part.row(Text(zh=f"{kind}：{zh}", en=f"{name}: {en}"), ours, peer, "≤ 1")
    return part


# ---------------------------------------------------------------- memory


def memory() -> dict:
    """Peaks of memory, and the longest sequence that any function of shapealg held or gave back."""
    rows = []
    name = Text(
        zh="内存：一个新网络的全部答案，图已在内存里",
        en="Memory: all answers of a fresh network, its graph in memory",
    )
    print(f"\n## {name.en}\n")
    print(f"    {'what':<34} {'peak':>10} {'longest sequence':>17}   period")
    cases = [(f"U-Net, {d}", unet(d, other=2**d), "n", 2**d) for d in (4, 7, 10)]
    cases.append(("Conv1d × 1000", read(layers(1000), "1,1,n").graph, "n", 2**10))
    if path := light():
        import onnx

        cases.append(("ResNet-50", read(without_head(onnx.load(path))).graph, "H", 32))
    for what, graph, size, period in cases:

        def ask(graph=graph, size=size):
            net = Network(graph)
            return net.output_shape, str(net.accepts(size))

        ask()
        peak, longest = traced(ask), _longest(ask)
        print(f"    {what:<34} {peak / 1024:>6.0f} KiB {longest:>17}   {period}")
        rows.append({"what": what, "memory": peak, "longest": longest, "period": period})
    return {"name": both(name), "rows": rows}


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
