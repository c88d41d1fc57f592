"""Receptive fields: published ones, and sets of positions that are walked back one by one."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy
import pytest
from graphs import JOINS, drawn, words

from shapealg import Branches, ShapeError, keras, read, torch
from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length
from shapealg.network import operations, receptive
from shapealg.network.along import Along
from shapealg.network.field import ReceptiveField
from shapealg.network.flow import Flow
from shapealg.network.graph import Graph, Node
from shapealg.network.network import Network
from shapealg.network.sight import J, Misaligned, Sight, Sights, _apart, middle
from shapealg.network.tensor import Tensor, Wire


def vgg16():
    layers, before = [], 3
    for depth, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(depth):
            layers.append(torch.Conv2d(before, width, 3, padding=1))
            before = width
        layers.append(torch.MaxPool2d(2))
    return read(layers, "N,3,H,W")


def test_vgg16_as_published():
    """212 and 32: the table of the receptive_field library, with an effective padding of 90."""
    made = vgg16().receptive_field()
    assert (made.axes, made.size, made.jump, made.start) == (
        ("H", "W"),
        (212, 212),
        (32, 32),
        (-90, -90),
    )
    assert vgg16().receptive_field("MaxPool2d_1").size == (6, 6) and vgg16().receptive_field(
        "Conv2d_13"
    ).size == (196, 196)


def test_a_tcn_as_published():
    """Kernel 8, three stacks of dilations 1, 2, 4, 8, two causal convolutions a block: 631."""
    block = [
        keras.Conv1D(16, 8, dilation_rate=d, padding="causal")
        for d in (1, 2, 4, 8)
        for _ in range(2)
    ]
    made = read(block * 3, "N,L,16").receptive_field()
    assert (made.size, made.jump, made.start) == ((631,), (1,), (-630,))
    residual = [
        Branches("add", [keras.Conv1D(16, 8, dilation_rate=d, padding="causal")] * 2, [])
        for d in (1, 2, 4, 8)
    ]
    with pytest.raises(Misaligned, match="two paths meet misaligned at node add_1"):
        read(residual, "N,L,16").receptive_field()
    assert read(residual * 3, "N,L,16").receptive_field(misaligned=True).size == (631,)


# ---------------------------------------------------------------- positions walked back one by one


def reads(steps, n: int, j: int) -> set | None:
    """The input positions that output j reads, by laying every window down; `None` where something
    has no output.
    """
    maps = _maps(steps, n)
    return None if maps is None else maps[j] if j < len(maps) else set()


def _maps(steps, n):
    """For each output position the set of input positions."""
    seen = [{i} for i in range(n)]
    for kind, *numbers in steps:
        if kind in JOINS:
            one, two = (_maps(path, len(seen)) for path in numbers)
            if one is None or two is None or len(one) != len(two):
                return None
            after = [a | b for a, b in zip(one, two, strict=True)]
        elif kind == "up":
            k, s, p, op = numbers
            written = {}
            for i in range(len(seen)):
                for tap in range(k):
                    written.setdefault(s * i + tap - p, set()).add(i)
            after = [
                written.get(place, set()) for place in range((len(seen) - 1) * s - 2 * p + k + op)
            ]
        elif kind == "repeat":
            after = [{i} for i in range(len(seen)) for _ in range(numbers[0])]
        elif kind == "pad":
            lo, hi = numbers
            after = [{i} for i in range(-lo, len(seen) + hi)]
        else:
            k, s, p, d = numbers if kind == "conv" else (*numbers, 1)
            after, start = [], -p
            while start + d * (k - 1) < len(seen) + p:
                after.append({start + d * tap for tap in range(k)})
                start += s
        if not after:
            return None
        seen = [set().union(*(seen[i] for i in row if 0 <= i < len(seen))) for row in after]
    return seen


@pytest.mark.parametrize("seed", range(80))
def test_a_random_graph_walked_back(seed):
    """In the middle of a long input, where nothing is cut off: from the first to the last position,
    turn by turn.
    """
    draw = random.Random(seed)
    steps = [step for step in drawn(draw) if step[0] not in ("ceil", "crop")]
    steps = [step for step in steps if step[0] not in JOINS or _plain(step)]
    net = read(words(steps), "1,1,L")
    try:
        n = net.accepts("L").nearest(600)[-1]
        made = net.receptive_field(misaligned=True, L=n)
    except (ShapeError, IndexError):
        pytest.skip("runs at no size")
    if n < 100:
        pytest.skip("runs only where a size of 1 stretches")
    outputs = net.at(L=n)[2]
    maps = _maps(steps, n)
    assert maps is not None and len(maps) == outputs
    low, high = outputs // 3, outputs // 3 + 40
    spans = [max(maps[j]) - min(maps[j]) + 1 for j in range(low, min(high, outputs)) if maps[j]]
    if any(kind in ("up", "pad") or kind in JOINS for kind, *_ in steps):
        # taps that meet nothing are counted as seen from end to end
        assert max(spans, default=0) <= made.size[0]
    if all(kind in ("conv", "pool") for kind, *_ in steps) and spans:
        assert max(spans) == made.size[0]
        assert made.start[0] + made.jump[0] * low == min(maps[low])


def _plain(step) -> bool:
    return all(kind not in (*JOINS, "ceil") for path in step[1:] for kind, *_ in path)


# ---------------------------------------------------------------- gates, branches, residues


def test_a_gate_is_named_and_left_out():
    """Squeeze-and-excitation: everything is seen through the gate; the size is that of the other
    path.
    """
    gate = Branches(
        "multiply", [], [torch.AdaptiveAvgPool2d(1), torch.Conv2d(8, 2, 1), torch.Conv2d(2, 8, 1)]
    )
    made = read(
        [torch.Conv2d(3, 8, 3, padding=1), gate, torch.Conv2d(8, 8, 3, padding=1)], "N,3,H,W"
    ).receptive_field()
    assert made.gates == ("multiply_1",) and made.size == (5, 5)
    assert str(made).splitlines()[-1] == "besides, the whole input through multiply_1"


def test_global_pooling_sees_everything():
    net = read(
        [torch.Conv2d(3, 8, 3), torch.AdaptiveAvgPool2d(1), torch.Flatten(), torch.Linear(8, 10)],
        "N,3,H,W",
    )
    assert net.receptive_field().size == (None, None) and net.receptive_field("Conv2d_1").size == (
        3,
        3,
    )


def test_misaligned_branches_are_an_error_with_both_paths():
    net = read(
        [
            Branches(
                "add",
                [torch.Conv1d(1, 1, 3, stride=4, padding=1)],
                [torch.Conv1d(1, 1, 3, stride=4)],
            )
        ],
        "1,1,L",
    )
    with pytest.raises(
        Misaligned,
        match=(
            r"two paths meet misaligned at node add_1, their centres apart: by Conv1d_1 and by"
            r" Conv1d_2; received -1; change the padding of one"
        ),
    ):
        net.receptive_field()
    assert net.receptive_field(misaligned=True).size == (4,)


def test_same_starts_where_the_size_says():
    """TensorFlow's SAME: the start depends on n mod s. Taken from the placed windows of two sizes,
    walked back by hand: 3/2 on even n starts at 0, on odd n at −1.
    """
    made = read([keras.Conv2D(4, 3, strides=2, padding="same")], "N,H,4,3").receptive_field()
    (start,) = made.start
    assert made.size == (3,)
    assert isinstance(start, BySize) and [piece.answer for piece in start] == [0, -1]
    assert start.at(H=224) == 0 and start.at(H=225) == -1
    assert made.text.en.endswith(
        "start (0 for H ≡ 0 (mod 2), H ≥ 2; -1 for H ≡ 1 (mod 2), H ≥ 1), "
        "centre (1 for H ≡ 0 (mod 2), H ≥ 2; 0 for H ≡ 1 (mod 2), H ≥ 1)"
    )
    assert "起点 (H ≡ 0 (mod 2)，H ≥ 2：0；H ≡ 1 (mod 2)，H ≥ 1：-1)" in made.text.zh


def test_branches_that_agree_at_some_sizes():
    """A Keras residual block: 3/2 and 1/2, both SAME, are aligned at odd sizes only."""
    block = Branches(
        "add",
        [keras.Conv2D(4, 3, strides=2, padding="same")],
        [keras.Conv2D(4, 1, strides=2, padding="same")],
    )
    made = read([block], "N,H,8,4").receptive_field()
    ((node, sizes),) = made.misaligned
    assert node == "add_1" and 8 in sizes and 9 not in sizes


def test_upsampling_halves_the_jump():
    made = read(
        [torch.Conv1d(1, 1, 3, padding=1), torch.Upsample(scale_factor=2)], "1,1,L"
    ).receptive_field()
    assert str(made.jump[0]) == "1/2" and made.size == (3,)


def test_where_no_two_sizes_are_alike_the_size_is_asked_for():
    """Adaptive pooling: 7 windows over n see ⌈n/7⌉ or one more; at 224 exactly 32."""
    net = read([torch.AdaptiveAvgPool2d(7)], "1,1,H,W")
    with pytest.raises(
        ShapeError,
        match=(
            r"changes with the input's size, not with its residue alone; received H; give the size,"
            r" for example H=224$"
        ),
    ):
        net.receptive_field()
    made = net.receptive_field(H=224, W=224)
    assert made.size == (32, 32) and made.jump == (32, 32)


def test_a_layer_is_asked_about_without_what_comes_behind():
    layers = [
        torch.Conv1d(1, 1, 3),
        Branches(
            "add", [torch.Conv1d(1, 1, 3, stride=4, padding=1)], [torch.Conv1d(1, 1, 3, stride=4)]
        ),
    ]
    assert read(layers, "1,1,L").receptive_field("Conv1d_1").size == (3,)


def test_a_path_that_nobody_can_follow_is_named():
    """Flattened, mixed by a matrix and put back (a transformer's block): beside the identity it may
    see anything.
    """

    def folded(flow, x):
        return operations.reshape(flow, x, (1, 1, x.shape[2] * x.shape[3]))

    def unfolded(flow, x, like):
        return operations.reshape(flow, x, like.shape)

    nodes = (
        Node("fold", "fold", folded, ("x",), ("f",)),
        Node("unfold", "unfold", unfolded, ("f", "x"), ("u",)),
        Node("add", "add", operations.elementwise, ("x", "u"), ("y",)),
    )
    made = Network(Graph({"x": (1, 1, "H", "W")}, nodes, ("y",))).receptive_field()
    assert made.gates == ("add",) and made.size == (1, 1)
    bias = (
        Node("bias", "bias", operations.shaped((1, 1, 1, 1)), (), ("b",)),
        Node("add", "add", operations.elementwise, ("x", "b"), ("y",)),
    )
    assert Network(Graph({"x": (1, 1, "H", "W")}, bias, ("y",))).receptive_field().gates == ()


def test_what_is_not_there_is_not_printed():
    """3 and 2 positions, two at a time: 4 are seen, from 0 on, in the middle of 1 and 2."""
    made = read([torch.Conv1d(1, 1, 3), torch.MaxPool1d(2)], "1,1,L").receptive_field()
    assert repr(made) == (
        "ReceptiveField(axes=('L',), size=(4,), jump=(2,), start=(0,),"
        " centre=(Fraction(3, 2),), layer='MaxPool1d_1')"
    )
    assert made.brief(0).zh == "4 格，间距 2" and made.brief(0).en == "4 positions, 2 apart"


STRIDED = Along(keras.Conv2D(1, 3, strides=2, padding="same"))


def behind(step, *shape) -> Network:
    """A strided layer whose start depends on the size, behind a node."""
    nodes = (
        Node("before", "test", step, ("x",), ("b",)),
        Node("conv", "conv", STRIDED, ("b",), ("y",)),
    )
    return Network(Graph({"x": shape}, nodes, ("y",)))


def test_of_tied_sizes_the_others_stand_at_one_that_works():
    """H = W, and W stands at 224: nothing is padded in front."""

    def square(flow, x):
        flow.equal(x.shape[1], x.shape[2])
        return operations.same(flow, x)

    made = behind(square, "N", "H", "W", 1).receptive_field()
    assert (made.size, made.jump, made.start) == ((3, 3), (2, 2), (0, 0))


def test_residues_that_only_a_requirement_has_are_told_apart():
    """Multiples of 3 may be even or odd."""

    def thirds(flow, x):
        flow.equal(x.shape[1] % 3, 0)
        return operations.same(flow, x)

    (start,) = behind(thirds, "N", "H", 9, 1).receptive_field().start
    assert [start.at(H=h) for h in (3, 6, 9, 12)] == [-1, 0, -1, 0]


def test_of_few_sizes_that_see_differently_one_is_asked_for():
    def few(flow, x):
        flow.within(x.shape[2], range(3, 6))
        return operations.same(flow, x)

    nodes = (
        Node("few", "test", few, ("x",), ("few",)),
        Node("pool", "pool", Along(torch.AdaptiveAvgPool1d(2)), ("few",), ("y",)),
    )
    net = Network(Graph({"x": (1, 1, "L")}, nodes, ("y",)))
    with pytest.raises(ShapeError, match=r"changes with .* for example L=5$"):
        net.receptive_field()
    assert net.receptive_field(L=4).size == (2,)


def test_behind_branches_that_agree_at_some_sizes_everything_is_seen():
    block = Branches(
        "add",
        [keras.Conv2D(4, 3, strides=2, padding="same")],
        [keras.Conv2D(4, 1, strides=2, padding="same")],
    )
    made = read([block, keras.GlobalAveragePooling2D(keepdims=True)], "N,H,8,4").receptive_field()
    assert made.size == (None,) and made.whole == (True,)


def test_branches_that_drift_apart_are_refused():
    """Half a position an output beside a whole one: cropped to one length, they part."""
    net = read([Branches("crop", [torch.Upsample(scale_factor=2)], [], axis=0)], "1,1,L")
    with pytest.raises(Misaligned, match="meet misaligned at node crop_1"):
        net.receptive_field()
    with pytest.raises(ShapeError, match="different jumps and drift apart; received 1/2, 1"):
        net.receptive_field(misaligned=True)


def test_as_many_classes_as_are_told_apart(monkeypatch):
    for most in (2, 1):
        net = read([keras.Conv2D(4, 3, strides=2, padding="same")], "N,H,4,3")
        monkeypatch.setattr(receptive, "CLASSES", most)
        if most == 2:
            assert net.receptive_field().size == (3,)
            continue
        with pytest.raises(ShapeError, match="too many residue classes; received 2; give the size"):
            net.receptive_field()


def test_of_three_branches_the_two_that_part_are_named():
    branches = (
        [torch.Conv1d(1, 1, 3, padding=1)],
        [torch.Conv1d(1, 1, 5, padding=2)],
        [torch.Conv1d(1, 1, 2, padding=1), torch.ZeroPad1d((0, -1))],
    )
    net = read([Branches("add", *branches)], "1,1,L")
    with pytest.raises(Misaligned, match="by Conv1d_1 and by Conv1d_3 → ZeroPad1d_1; received 1/2"):
        net.receptive_field()
    assert net.receptive_field(misaligned=True).size == (5,)


def test_of_branches_alike_and_one_that_sees_farther_the_farthest_is_told():
    near, far = torch.Conv1d(1, 1, 3, padding=1), torch.Conv1d(1, 1, 5, padding=2)
    net = read([Branches("add", [near], [near], [far])], "1,1,L")
    assert net.receptive_field().size == (5,)


def test_of_a_long_way_the_last_nodes_are_named():
    layers = [torch.Conv1d(1, 1, 1)] * 4 + [torch.ZeroPad1d((1, -1))]
    net = read([Branches("add", layers, [])], "1,1,L")
    told = "by Conv1d_2 → Conv1d_3 → Conv1d_4 → ZeroPad1d_1 and by add_1; received -1;"
    with pytest.raises(Misaligned, match=told):
        net.receptive_field()


def test_how_far_branches_are_apart_is_told_behind_a_start_that_depends_on_the_size():
    """Of three positions the last one is right below: the middle is one output before, two inputs."""
    causal = Branches("add", [keras.Conv1D(1, 3, padding="causal")], [])
    net = read([keras.Conv1D(1, 3, strides=2, padding="same"), causal], "N,L,1")
    with pytest.raises(Misaligned, match=r"at node add_1, .* received -2;"):
        net.receptive_field()


def test_what_nobody_can_follow_has_no_size():
    nodes = (
        Node("lost", "?", lambda flow, x: Tensor((1, 1, 5), None, None), ("x",), ("l",)),
        Node("same", "same", operations.same, ("l",), ("s",)),
        Node("matrix", "matrix", operations.dense(5, 2), ("s",), ("y",)),
    )
    for last in ("s", "y"):
        made = Network(Graph({"x": (1, 1, "L")}, nodes, (last,))).receptive_field()
        assert str(made) == "L: cannot be told here"


def test_of_outputs_in_turn_the_most_is_told():
    """Output j reads j − 2 and j − 1, and besides two positions from an even one before j: odd ones
    reach j.
    """
    pairs = [torch.MaxPool1d(2), torch.Upsample(scale_factor=2), torch.ZeroPad1d((1, -1))]
    net = read([Branches("add", pairs, [torch.ZeroPad1d((2, -1)), torch.MaxPool1d(2, 1)])], "1,1,L")
    made = net.receptive_field(misaligned=True)
    assert made.size == (3,) and made.axes == ("L",)
    assert made.centre == (Fraction(-5, 4),)  # j − 1 in the middle, or j − 3/2
    assert read([torch.Conv2d(1, 1, 3)], "1,1,9,9").receptive_field().axes == (2, 3)


def test_behind_what_is_not_followed_the_other_axis_is():
    layer = torch.Conv1d(1, 1, 3)
    nodes = (
        Node("lost", "?", lambda flow, x: Tensor((1, 1, 1), None, None), ("x",), ("l",)),
        Node("sum", "add", operations.elementwise, ("l", "x"), ("s",)),
        Node("conv", "conv", Along(layer), ("s",), ("y",), layer),
    )
    made = Network(Graph({"x": (1, 1, 9)}, nodes, ("y",))).receptive_field()
    assert (made.axes, made.size) == ((2,), (3,))


def test_where_nothing_runs_nothing_is_seen():
    """No size is even, and the next one too."""

    def never(flow, x):
        flow.equal(x.shape[1] % 2, 0)
        flow.equal((x.shape[1] + 1) % 2, 0)
        return operations.same(flow, x)

    with pytest.raises(ShapeError, match=r"runs at no size, .*received \(N, H, 9, 1\)"):
        behind(never, "N", "H", 9, 1).receptive_field()


def test_a_network_that_runs_nowhere_sees_nothing():
    net = read([Branches("concat", [], [torch.Conv1d(1, 1, 3)])], "1,1,L")
    with pytest.raises(ShapeError, match="the network runs at no size, so it has no receptive"):
        net.receptive_field()


def test_a_position_that_is_stretched_to_two_sees_all_that_there_is():
    """An output that nobody makes is no hindrance."""

    def twice(flow, x):
        return (operations.expand(flow, x, (1, 1, 2)),)

    nodes = (
        Node("conv", "conv", Along(torch.Conv1d(1, 1, 8)), ("x",), ("a",)),
        Node("twice", "twice", twice, ("a",), ("y", "mask")),
    )
    seen = Network(Graph({"x": (1, 1, "L")}, nodes, ("y",))).receptive_field(L=8)
    assert seen.whole == (True,) and seen.before.size == (8,)


def test_one_position_is_told_as_one():
    assert read([torch.Conv1d(1, 1, 1)], "1,1,L").receptive_field().brief(0).en == (
        "1 position, 1 apart"
    )
    assert read([torch.Conv1d(1, 1, 2)], "1,1,L").receptive_field().brief(0).en == (
        "2 positions, 1 apart"
    )


def test_a_gate_is_told_in_a_few_words():
    seen = replace(read([torch.Conv1d(1, 1, 3)], "1,1,L").receptive_field(), gates=("gate",))
    assert seen.brief(0).en == "3 positions, 1 apart, and besides the whole input"
    assert seen.brief(0).zh.endswith("，此外看到整个输入")


@pytest.mark.parametrize(
    ("first", "last"),
    ((J, J), (J * 2 - 1, J * 2 + 1), (J // 2, J // 2), (J // 2 * 3, J // 3 + J + (J + 1) // 6)),
    ids=str,
)
def test_where_the_middle_of_what_is_read_lies(first, last):
    """How far it moves in 6 outputs, and the mean over these of what is left of that."""
    middles = [Fraction(first(_j=j) + last(_j=j), 2) for j in range(7)]
    jump = Fraction(first(_j=6) - first(_j=0), 6)
    found, mean = middle(Sight(first, last))
    assert found == jump == Fraction(last(_j=6) - last(_j=0), 6)
    assert mean == sum(middles[j] - jump * j for j in range(6)) / 6


def test_how_far_apart_the_middles_of_two_paths_are():
    n = Length.of("N")
    assert _apart(Sight(J, J + 2), Sight(J + 1, J + 4)) == Fraction(-3, 2)
    assert _apart(Sight(J, J), Sight(J * 2, J * 2)) == 1
    assert _apart(Sight(n + J, n + J), Sight(n + J + 1, n + J + 2)) == Fraction(-3, 2)


def test_an_input_that_is_flattened_beside_another_sees_nothing_of_it():
    def summed(flow, x):
        return Tensor((1,), None, ((Wire(0, 0),),), (Wire(0, 1),))

    def row(name: str) -> tuple:
        flat, all_ = f"{name}_row", f"{name}_all"
        return (
            Node(flat, "flatten", operations.flatten(1, -1), (name,), (flat,)),
            Node(all_, "sum", summed, (flat,), (all_,)),
        )

    graph = Graph({"x": (1, 1, 6), "z": (1, 1, 6)}, (*row("x"), *row("z")), ("x_all", "z_all"))
    sights = Sights(Flow(graph, {}).run(), ("x", 2))
    assert sights.whole("x_all") and not sights.whole("z_all")


def gated(many: int):
    """A convolution, then some that are weighed by a mean over the whole."""
    gate = [torch.AdaptiveAvgPool2d(1), torch.Conv2d(8, 8, 1)]
    rows = [[torch.Conv2d(8, 8, 3), Branches("multiply", [], gate)] for _ in range(many)]
    return read([torch.Conv2d(3, 8, 3), *rows], "N,3,H,W").receptive_field()


def test_features_that_are_summed_over_are_no_gate():
    """A matrix over the features of each position reads that position alone."""
    field = read([torch.Linear(8, 4)], "N,L,8").receptive_field()
    assert (field.size, field.gates, field.whole) == ((1,), (), ())


def test_three_gates_are_named():
    for many, named in ((1, "multiply_1"), (3, "multiply_1, multiply_2, multiply_3")):
        last = gated(many).text
        assert last.en.splitlines()[-1] == f"besides, the whole input through {named}"
        assert last.zh.splitlines()[-1] == f"此外经 {named.replace(', ', '、')} 看到整个输入"
    assert gated(4).text.en.endswith("through multiply_1, multiply_2, multiply_3 …")


@pytest.mark.parametrize("extra", (0, 1))
def test_a_long_name_is_cut(extra):
    """A gate's behind 40 characters, a layer's behind 80."""
    gate, layer = "g" * (40 + extra), "l" * (80 + extra)
    before = ReceptiveField(("H",), (3,), (1,), (0,), (1,), layer=layer)
    field = ReceptiveField(("H",), (None,), (None,), (None,), (None,), (gate,), before=before)
    _, gates, at, _ = field.text.en.splitlines()
    assert gates.endswith(f"through {gate if not extra else 'g' * 39 + '…'}")
    assert at == f"before, at {layer if not extra else 'l' * 79 + '…'}:"


def test_what_was_seen_before_everything_is_told_below_it():
    net = read([torch.Conv2d(3, 8, 3), torch.AdaptiveAvgPool2d(1)], "N,3,H,W")
    assert net.receptive_field().text.en.splitlines() == [
        "H: the whole input",
        "W: the whole input",
        "before, at Conv2d_1:",
        "  H: size 3, jump 1, start 0, centre 1",
        "  W: size 3, jump 1, start 0, centre 1",
    ]
    assert net.receptive_field().text.zh.splitlines()[2:4] == [
        "在此之前，Conv2d_1 处：",
        "  H：大小 3，间距 1，起点 0，中心 1",
    ]


def outputs_reached(f, shape: tuple, axis: int):
    """The outputs that each position along an axis of the input reaches: what changes when all that
    lies there does. Three draws, as a change may cancel out.
    """
    draw, reached = numpy.random.default_rng(7), []
    for place in range(shape[axis]):
        seen = False
        for _ in range(3):
            x = draw.normal(size=shape)
            other = x.copy()
            other[(slice(None),) * axis + (place,)] += draw.normal()
            seen = seen | ~numpy.isclose(f(x), f(other))
        reached.append(seen)
    return numpy.array(reached)


WEIGHTS = numpy.random.default_rng(3).normal(size=(3, 4))


@pytest.mark.parametrize("shape", ((2, 5, 3), (2, 4, 5, 3)))
def test_a_product_of_matrices_sees_what_numpy_sees(shape):
    """With weights, with itself turned, and with what comes of that; of no axis less is told than
    what reaches an output, and where nothing is summed over, no more.
    """
    last = len(shape) - 1
    turn = (*range(last - 1), last, last - 1)
    steps = {
        "w": ("matmul", ("x", "weights")),
        "t": (turn, ("x",)),
        "s": ("matmul", ("x", "t")),
        "a": ("matmul", ("s", "x")),
        "m": ("mean", ("s",)),
        "l": ("dense", ("s",)),
    }
    values = {
        "w": lambda x: x @ WEIGHTS,
        "s": lambda x: x @ x.transpose(turn),
        "a": lambda x: x @ x.transpose(turn) @ x,
        "m": lambda x: (x @ x.transpose(turn)).mean(-1),
        "l": lambda x: x @ x.transpose(turn) @ numpy.ones((shape[-2], 6)).cumsum(0),
    }
    made = {
        "matmul": operations.matmul,
        "mean": operations.reduce((-1,), False),
        "dense": operations.dense(shape[-2], 6),
        turn: operations.permute(turn),
    }
    nodes = tuple(Node(n, "test", made[kind], given, (n,)) for n, (kind, given) in steps.items())
    constants = {"weights": Tensor((3, 4), None, ((), ()))}
    flow = Flow(Graph({"x": shape}, nodes, tuple(values), constants), {}).run()
    for axis in range(last):
        sights = Sights(flow, ("x", axis))
        for name, f in values.items():
            reached = outputs_reached(f, shape, axis)
            everything = sights.whole(name) or name in sights.gates
            apart = [i for i, s in enumerate(sights.of(name)) if s is not None and not s.whole]
            told = numpy.zeros(reached.shape, bool)
            for i in apart:
                behind = (1,) * (reached.ndim - i - 2)
                told |= numpy.eye(shape[axis], dtype=bool).reshape(
                    shape[axis], *(1,) * i, shape[axis], *behind
                )
            assert (reached <= told).all() or everything, (name, axis)
            if not everything:
                assert (reached == told).all(), (name, axis)
