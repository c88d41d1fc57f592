"""Layers in a list, in the words of dialects: each does what it does alone, what joins branches is
cut out of an array, what is no list of layers is refused in one line.
"""

import numpy
import pytest

from shapealg import (
    Branches,
    Length,
    ShapeError,
    Sizes,
    jax,
    keras,
    onnx,
    paddle,
    read,
    tensorflow,
    torch,
)
from shapealg.network.tensor import WHOLE
from shapealg.words.sequential import Input


def at(net, **sizes):
    """The shape that comes out, by its closed form."""
    return tuple(n(**{k: sizes[k] for k in n.names}) if isinstance(n, Length) else n for n in net)


IMAGE, ROWS = ("N", 3, "H", "W"), ("N", 4, 5, 6)
ALONE = (
    *((torch.Flatten(*axes), ROWS) for axes in ((), (2,), (0, 1), (-2,), (1, 2), (0,))),
    *((paddle.Flatten(*axes), ROWS) for axes in ((), (2,), (0, 1), (-2,))),
    *((onnx.Flatten(axis=axis), (2, 3, 4, 5)) for axis in (0, 1, 2, -1, 3, 4)),
    (onnx.Flatten(axis=2), (2, 3, "H", 5)),
    (keras.Flatten(), ROWS),
    *((torch.Unflatten(*into), (2, 6, 4, 5)) for into in ((1, (2, -1)), (-1, (5, 1)), (0, (2,)))),
    *((paddle.Unflatten(*into), (2, 6, 4, 5)) for into in ((1, (3, 2)), (-2, (-1, 2)))),
    (keras.Dense(7), ROWS),
    (torch.Linear(6, 7), ROWS),
    (torch.LazyLinear(7), ROWS),
    (paddle.Linear(6, 7), ROWS),
    (keras.GlobalAveragePooling2D(), ("N", "H", "W", 3)),
    (keras.GlobalAveragePooling2D(keepdims=True), ("N", "H", "W", 3)),
    (keras.GlobalMaxPooling2D(data_format="channels_first"), IMAGE),
    (keras.GlobalMaxPooling1D(), ("N", "H", 3)),
    (torch.Conv2d(3, 4, 3, stride=2), IMAGE),
    (torch.BatchNorm2d(3), IMAGE),
    (torch.Softmax(1), IMAGE),
    (torch.LayerNorm((5, 6)), ROWS),
    (keras.ReLU(), ("N", "H", 3)),
    (tensorflow.conv2d((3, 3, 3, 4), 2, "SAME"), ("N", "H", "W", 3)),
    (jax.conv_transpose((4, 3, 3, 3), (2, 2), "SAME"), ("N", "H", "W", 3)),
)


@pytest.mark.parametrize(("words", "shape"), ALONE, ids=repr)
def test_a_layer_in_a_list_does_what_it_does_alone(words, shape):
    net = read([words], shape)
    for sizes in ({"N": 2, "H": 7, "W": 8}, {"N": 1, "H": 12, "W": 5}):
        given = tuple(sizes.get(n, n) for n in shape)
        assert at(net.output_shape, **sizes) == tuple(words.output_shape(given))
        taken = {name: sizes[name] for name in net.sizes}
        assert net.at(**taken) == tuple(words.output_shape(given))


@pytest.mark.parametrize(
    ("words", "shape", "told"),
    (
        (torch.Linear(6, 7), ("N", 6), 6 * 7),
        (torch.LazyLinear(7), ("N", 6), 6 * 7),
        (keras.Dense(7), ("N", 5, 6), 5 * 6 * 7),
        (torch.Conv1d(3, 4, 5), ("N", 3, 11), 7 * 3 * 4 * 5),
    ),
)
def test_the_work_of_a_layer_in_a_list(words, shape, told):
    assert read([words], shape).macs() == told


def test_a_layer_that_changes_no_size_asks_for_its_own():
    assert read([torch.BatchNorm2d(3)], "N,C,H,W").accepts("C") == Sizes.of(3)
    assert read([torch.LayerNorm((5, 6))], "N,H,W").accepts("W") == Sizes.of(6)
    last = paddle.BatchNorm2D(3, data_format="NHWC")
    assert read([last], "N,H,W,C").accepts("C") == Sizes.of(3)
    assert read([torch.Linear(6, 7)], "N,F").accepts("F") == Sizes.of(6)
    with pytest.raises(ShapeError, match="needs an input_shape of 4 entries; received 3 entries"):
        read([torch.BatchNorm2d(3)], "N,3,H").flow  # noqa: B018
    with pytest.raises(ShapeError, match="must have num_features=3 channels; received 4; 3 works"):
        read([torch.BatchNorm2d(3)], "N,4,H,W").flow  # noqa: B018


def test_a_layer_that_weighs_places_reads_the_whole_axis():
    for words, whole in ((torch.Softmax(2), [2]), (torch.InstanceNorm2d(3), [2, 3])):
        (tensor,) = [t for name, t in read([words], IMAGE).flow.tensors.items() if name != "input"]
        assert [i for i, ((wire,)) in enumerate(tensor.wires) if wire.map == WHOLE] == whole
    flat = read([onnx.Flatten(axis=2)], ROWS).flow.tensors["Flatten_1"]
    assert flat.wires == ((), ()) and flat.value is None


# ---------------------------------------------------------------- branches


def cropped(large: tuple, small: tuple, axis: int) -> numpy.ndarray:
    """Where the middle of an array stands that is as large as another but along one axis: its
    places, each as one number.
    """
    places = numpy.arange(numpy.prod(large)).reshape(large)
    for i, (n, m) in enumerate(zip(large, small, strict=True)):
        if i not in (0, axis):
            places = places.take(range((n - m) // 2, (n - m) // 2 + m), i)
    return places


CROPS = {
    "a U-Net": (
        [torch.Conv2d(2, 3, 1)],
        [torch.Conv2d(2, 4, 3, stride=2), torch.ConvTranspose2d(4, 5, 2, stride=2)],
    ),
    "of three": ([], [torch.Conv2d(2, 2, 5)], [torch.Conv2d(2, 3, 3), torch.MaxPool2d(3, 1)]),
    "of one size": ([torch.ReLU()], [torch.Conv2d(2, 2, 3, padding=1)]),
}


@pytest.mark.parametrize("name", CROPS)
@pytest.mark.parametrize("shape", ((1, 2, 9, 8), (2, 2, 12, 7), (1, 2, 5, 6)))
def test_the_first_path_is_cropped_in_the_middle(name, shape):
    paths = CROPS[name]
    net = read([Branches("crop", *paths)], shape)
    ends = [read(list(path), shape).at() if path else shape for path in paths]
    middle = cropped(ends[0], ends[-1], 1)
    joined = [n.shape if i == 0 else ends[i] for i, n in enumerate([middle, *ends[1:]])]
    expected = list(joined[0])
    expected[1] = sum(n[1] for n in joined)
    assert net.at() == tuple(expected)
    # the first place of the middle, axis by axis
    first = numpy.unravel_index(middle.ravel()[0], ends[0])
    tensor = net.flow.tensors["crop_1"]
    for i in (2, 3):
        wires = {wire.source: wire.map for wire in tensor.wires[i]}
        assert (0 if wires[0] is None else -wires[0].lo) == first[i]
        assert all(way is None for source, way in wires.items() if source)


def test_a_crop_at_open_sizes_and_along_another_axis():
    net = read([Branches("crop", *CROPS["a U-Net"])], "N,2,H,W")
    for h in range(3, 20):
        wanted = read([Branches("crop", *CROPS["a U-Net"])], (1, 2, h, 9)).at()
        assert net.at(N=1, H=h, W=9) == wanted
    assert net.accepts("H") == Sizes.every(3)
    last = read([Branches("crop", [], [keras.Conv1D(6, 3)], axis=2)], "N,L,4")
    assert repr(last.output_shape) == "(N, L - 2, 10)"


@pytest.mark.parametrize(
    ("path", "told"),
    (
        ([torch.Flatten()], r"paths of the same rank; received '.*\(1, 32\), \(1, 2, 4, 4\).*'"),
        ([torch.MaxPool2d(2)], "there is nothing to crop; received 2; at least 4 positions work"),
    ),
)
def test_what_cannot_be_cropped_is_refused(path, told):
    with pytest.raises(ShapeError, match=told):
        read([Branches("crop", path, [])], (1, 2, 4, 4)).flow  # noqa: B018


@pytest.mark.parametrize(
    ("join", "expected"),
    (("concat", (1, 4, 6)), ("add", (1, 2, 6)), ("multiply", (1, 2, 6))),
)
def test_a_join_of_two_paths(join, expected):
    net = read([Branches(join, [], [torch.ReLU()]), torch.ReLU()], (1, 2, 6))
    assert net.at() == expected
    assert [node.name for node in net.graph.nodes] == ["ReLU_1", f"{join}_1", "ReLU_2"]


def test_numbers_at_which_a_list_does_not_run_are_told_with_those_that_do():
    """Halved and doubled again, 7 becomes 6; 6 and 8 stay what they are."""
    halves = [torch.MaxPool2d(2), torch.ConvTranspose2d(1, 1, 2, stride=2)]
    net = read([torch.Conv2d(1, 1, 1), Branches("add", [], halves)], (1, 1, 7, 8))
    with pytest.raises(ShapeError, match="the nearest that work: H = 6, 8"):
        net.output_shape  # noqa: B018


def test_branches_are_written_as_they_were_made():
    for made, line in (
        (Branches("add", [], [torch.ReLU()]), "Branches('add', [], [ReLU()])"),
        (Branches("concat", (keras.ReLU(),), [], []), "Branches('concat', [ReLU()], [], [])"),
        (Branches("crop", [], [], axis=-1), "Branches('crop', [], [], axis=-1)"),
    ):
        assert repr(made) == line
    for given, told in (
        (
            ("sum", [], []),
            "there is no such join; received 'sum'; one of concat, add, multiply, crop",
        ),
        (("add", []), "at least two paths are needed, each a list of layers"),
        (("add", [], torch.ReLU()), "at least two paths are needed, each a list of layers"),
    ):
        with pytest.raises(ShapeError, match=told):
            Branches(*given)


# ---------------------------------------------------------------- lists


def test_layers_are_called_by_the_names_of_their_sequentials():
    inner = torch.Sequential(torch.ReLU(), torch.MaxPool2d(2))
    made = torch.Sequential({"a": torch.Conv2d(3, 8, 3), "b": inner, "c": [torch.ReLU()]})
    names = ["a", "b.0", "b.1", "ReLU_2"]
    for layers in (made, [made]):
        assert [one.name for one in read(layers, IMAGE).graph.nodes] == names
    made.append(torch.ReLU())  # has no name
    assert [one.name for one in read(made, IMAGE).graph.nodes] == [*names, "ReLU_3"]
    plain = [torch.ReLU(), [torch.ReLU(), [torch.MaxPool2d(2)]], torch.ReLU()]
    assert repr(read(plain, IMAGE).output_shape) == "(N, 3, H//2, W//2)"
    assert [one.name for one in read(plain, IMAGE).graph.nodes] == [
        "ReLU_1",
        "ReLU_2",
        "MaxPool2d_1",
        "ReLU_3",
    ]


@pytest.mark.parametrize(
    ("shape", "told"),
    (
        ((None, 8, 3), ("N", "n1", 8, 3)),
        ((None, None, None), ("N", "n1", "n2", "n3")),
        ((5, 6), ("N", 5, 6)),
    ),
)
def test_an_input_in_front_says_what_goes_in(shape, told):
    for layers in ([Input(shape), keras.ReLU()], [[Input(shape)], keras.ReLU()]):
        net = read(layers)
        assert net.graph.inputs == {"input": told}
        assert [one.kind for one in net.graph.nodes] == ["ReLU"]
    assert read([Input(shape), keras.ReLU()], (2, *(4,) * len(shape))).at() == (
        2,
        *(4,) * len(shape),
    )


def holding_itself(join=False):
    made: list = [torch.ReLU()]
    made.append(Branches("add", [], made) if join else made)
    return made


@pytest.mark.parametrize(
    ("layers", "shape", "told"),
    (
        ([torch.ReLU(), 3], IMAGE, "entry 1 must be a layer; received 3"),
        ([torch.ReLU(), "x"], IMAGE, "entry 1 must be a layer; received 'x'"),
        ([torch.ReLU()], None, "the shape of the input is needed; received None"),
        ([], None, "the shape of the input is needed; received None"),
        ([torch.ReLU()], ["N,3", "N,4"], "the shape of the input is needed; received {0: "),
        (
            [torch.ReLU()],
            {"y": "N,3"},
            "a list of layers has one input; received 'y'; it is called",
        ),
        (
            [torch.ReLU(), [keras.Dense(3)]],
            IMAGE,
            "speaks for one framework, not for torch and keras; received ReLU(), Dense(3); writing"
            " them all in torch's words works",
        ),
        ([Branches("add", [], [paddle.ReLU()]), torch.ReLU()], IMAGE, "not for paddle and torch"),
        ([torch.Conv2d(3, "c", 3)], IMAGE, "words must be numbers in a network; received Conv2d(3"),
        *(
            ([words], IMAGE, "words must be numbers in a network; received")
            for words in (
                torch.BatchNorm2d("C"),
                torch.PReLU("n"),
                torch.GroupNorm(2, "C"),
                torch.LayerNorm("W"),
                torch.LayerNorm((3, 4, "W")),
            )
        ),
        ([onnx.Gemm((4, 3))], IMAGE, "Gemm cannot stand in a list; received Gemm("),
        (
            [tensorflow.conv2d_transpose((2, 2, 2, 2), (1, 8, 8, 2), 2)],
            "N,H,W,2",
            "conv2d_transpose says its output size, so its input cannot stay open; received",
        ),
        (holding_itself(), IMAGE, "branches lie too deep within each other, or lead back"),
        (holding_itself(join=True), IMAGE, "branches lie too deep within each other, or lead back"),
        ([[]], None, "the shape of the input is needed"),
    ),
)
def test_what_is_no_list_of_layers_is_told_in_one_line(layers, shape, told):
    with pytest.raises(ShapeError) as caught:
        read(layers, shape).flow  # noqa: B018
    assert told in str(caught.value) and "\n" not in str(caught.value)
    assert read([torch.ReLU()], {"input": "N,3"}).output_shape[1] == 3
