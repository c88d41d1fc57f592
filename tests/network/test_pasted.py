"""Layers in a text: as people type them, and as PyTorch prints them."""

import pytest
from needed import module

import shapealg as sa
from shapealg.adapters.fenced import block
from shapealg.errors import ShapeError
from shapealg.network.readers.pasted import is_text, layers

nn = sa.torch.nn

TYPED = (
    ("Conv2d(3, 6, 5); ReLU(); Flatten()", [nn.Conv2d(3, 6, 5), nn.ReLU(), nn.Flatten()]),
    ("nn.ReLU()  # the last one", [nn.ReLU()]),
    ("self.fc1 = nn.Linear(16 * 5 * 5, 2**7)", [nn.Linear(400, 128)]),
    ("nn.Linear((7 + 5) // 2 % 4 - 1, -(-8))", [nn.Linear(1, 8)]),
    ("nn.LeakyReLU(1 / 4)", [nn.LeakyReLU(0.25)]),
    ("nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh()))", [nn.ReLU(), nn.Tanh()]),
    ("nn.Sequential(OrderedDict([('a', nn.ReLU()), ('b', nn.Tanh())]))", [nn.ReLU(), nn.Tanh()]),
    ("(nn.Conv2d(3, 8,\n    3), nn.Tanh())", [nn.Conv2d(3, 8, 3), nn.Tanh()]),
    ("model.add(keras.layers.Conv2D(8, 3))\nmodel.add(Dense(4))", None),
    ("keras.Sequential([keras.Input((28, 28, 1)), Conv2D(8, 3), Dense(4)])", None),
)


@pytest.mark.parametrize(("text", "same"), TYPED)
def test_layers_are_read_as_they_are_typed(text, same):
    keras = sa.keras.layers
    same = same or [keras.Conv2D(8, 3), keras.Dense(4)]
    assert is_text(text)
    assert repr(layers(text)[-len(same) :]) == repr(same)


def test_a_text_stands_for_its_layers():
    typed = sa.read("nn.Conv1d(80, 512, 3, 2, 1); nn.GELU()", "N,80,T")
    assert repr(typed.table()) == repr(
        sa.read([nn.Conv1d(80, 512, 3, 2, 1), nn.GELU()], "N,80,T").table()
    )


def test_a_layer_that_says_its_channels_says_the_shape():
    for text, shape in (
        ("nn.Conv1d(80, 8, 3)", ("N", 80, "L")),
        ("nn.Conv3d(2, 8, 3)", ("N", 2, "D", "H", "W")),
        ("paddle.nn.Conv2D(3, 8, 3, data_format='NHWC')", ("N", "H", "W", 3)),
        ("keras.Conv2D(8, 3, input_shape=(28, None, 1))", ("N", 28, "n2", 1)),
    ):
        (given,) = sa.read(text).graph.inputs.values()
        assert tuple(n if isinstance(n, int) else str(n) for n in given) == shape


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("nn.ReLU(), 3 +", "this line is no layer; received 'nn.ReLU(), 3 +'"),
        ("import os; os.exit()", "this line is no layer; received 'import os'"),
        ("__import__('os').system('x')", "a call of one layer is needed"),
        ("nn.Linear(2 / 0, 3)", "a call of one layer is needed"),
        ("nn.Linear(2**64, 3)", "a call of one layer is needed"),
        ("nn.Linear(2**63, 3)", "an integer must fit into 64 bits; received 9223372036854775808"),
        ("nn.Linear((-1)**0.5, 3)", "a call of one layer is needed"),
        ("nn.Linear(True + 1, 3)", "a call of one layer is needed"),
        ("nn.Linear('a' * 9, 3)", "a call of one layer is needed"),
        ("Flatten(); ReLU()", "the framework must be named; received Flatten"),
        ("Branches('add', 3)", 'this line is no layer; received "Branches'),
        ("Branches('add', [], [], by=3)", "this line is no layer"),
        ("nn.ReLU();" * 401, "so many layers cannot be read; received 401; 1 to 400 layers work"),
        ("nn.ReLU();" * 10**4, "the text is too long; received 100000 characters"),
        ("(0): Sequential(\n" * 3000, "layers lie too deep within each other; received 3000 lines"),
        ("(x): 2 x ReLU()", "this line is no layer; received '(x): 2 x ReLU()'"),
        ("(3-2): 0 x ReLU()", "so many layers cannot be read; received 0"),
        ("", "so many layers cannot be read; received 0"),
        ("Sequential(\n(0): ReLU()", "what is printed has been cut off; received Sequential("),
        ("(0): ReLU()\n)", "this line is no layer; received ')'"),
        ("(0): Foo()", "torch.nn has no such word; received 'Foo'; the nearest is Fold"),
        ("(1-2): 999 x ReLU()", "so many layers cannot be read; received 999"),
        (
            "ModuleList(\n(0): ReLU()\n(1): ReLU()\n)",
            "a ModuleList that is printed does not say how it runs its parts;"
            " received ModuleList(0, 1); a Sequential of it alone works",
        ),
        (
            "Net(\n(body): Sequential(\n(0): ReLU()\n)\n(head): ReLU()\n)",
            "a Net that is printed does not say how it runs its parts; received Net(body, head)",
        ),
    ),
)
def test_what_is_no_layer_is_refused_in_one_line(text, message):
    with pytest.raises(ShapeError) as refused:
        layers(text)
    assert message in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "path",
    ("model.onnx", "net(1).onnx", "my net (1)", "net(1).py:made", "models.py:net", "a=b", ""),
)
def test_a_path_is_no_text(path):
    assert not is_text(path)


def test_a_file_is_read_whatever_its_name(tmp_path, monkeypatch):
    (tmp_path / "f(x)").write_bytes(b"no model")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ShapeError, match="ONNX"):
        sa.read("f(x)")


# ---------------------------------------------------------------- as PyTorch prints them


def test_layers_of_one_name_are_nodes_of_several():
    text = "Sequential(\n(a): ReLU()\n(input): ReLU()\n(a): ReLU()\n(0-1): 2 x ReLU()\n)"
    net = sa.read(text, "N,3,H,W")
    assert [node.name for node in net.graph.nodes] == ["a", "input_1", "a_1", "0", "1"]
    pairs = [("a", nn.MaxPool2d(2)), ("a", nn.MaxPool2d(2))]
    assert sa.read(nn.Sequential(pairs), "N,3,H,W").at(N=1, H=8, W=9) == (1, 3, 2, 2)


def test_a_node_that_is_a_number_is_called_a_node():
    net = sa.read(nn.Sequential(nn.Conv2d(3, 6, 5), nn.AdaptiveAvgPool2d(1)), "N,3,H,W")
    assert "(at node 0, H, W: 5 positions, 1 apart)" in net.text.en
    assert "（节点 0 处，H、W：5 格，间距 1）" in net.text.zh


def test_a_row_of_branches_alone_is_a_block():
    made = block("Branches('add', [], [nn.MaxPool2d(1)])\ninput: N,3,H,W")
    assert "(N, 3, H, W) → (N, 3, H, W)" in made.html()


def printed(nn):
    """Rows of PyTorch's own layers, with what goes in; all that print something of their own."""
    act = nn.ReLU(inplace=True)
    down = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8))
    yield nn.Sequential(down, act, nn.Sequential(), nn.MaxPool2d(2, ceil_mode=True)), (2, 3, 35, 28)
    yield (
        nn.Sequential(
            nn.ReflectionPad2d(3),
            nn.Conv2d(3, 8, 7, dilation=2, groups=1, padding="same"),
            nn.InstanceNorm2d(8),
            nn.ConvTranspose2d(8, 4, 4, stride=3, padding=1, output_padding=1),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.PixelShuffle(2),
            nn.AvgPool2d((3, 2), stride=(2, 1), padding=1, count_include_pad=False),
        ),
        (1, 3, 20, 17),
    )
    classes = [nn.AdaptiveAvgPool2d((6, 6)), nn.Flatten(), nn.Dropout(p=0.5)]
    yield nn.Sequential(*classes, nn.Linear(256 * 6 * 6, 10), nn.Softmax(dim=1)), (2, 256, 13, 9)
    yield (
        nn.Sequential(
            nn.Conv1d(80, 16, 3, stride=2, padding=1, padding_mode="circular"),
            nn.GELU(),
            nn.GroupNorm(4, 16),
            nn.ZeroPad1d((2, 1)),
            nn.LPPool1d(2, 3, stride=2),
            nn.AdaptiveMaxPool1d(output_size=5),
            nn.Unflatten(1, (4, 4)),
        ),
        (1, 80, 41),
    )
    same = [nn.Conv3d(8, 8, (3, 1, 1), padding=(1, 0, 0)) for _ in range(4)]
    yield nn.Sequential(*same, nn.LayerNorm((4, 5, 6)), nn.PReLU()), (1, 8, 4, 5, 6)
    yield nn.Sequential(*[nn.Linear(16, 16) for _ in range(3)], nn.Identity()), (2, 7, 16)
    yield nn.DataParallel(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())), (2, 3, 7, 9)


@pytest.mark.parametrize("case", range(7))
def test_what_pytorch_prints_has_the_shapes_that_pytorch_gives(case):
    """Its nodes have PyTorch's names."""
    torch = module("torch")
    model, shape = list(printed(torch.nn))[case]
    told = sa.read(str(model), ("N", *shape[1:]))
    found = model.to("meta")(torch.empty(shape, device="meta")).shape
    assert told.at(N=shape[0]) == tuple(found)
    rows = torch.nn.Sequential, torch.nn.DataParallel
    own = [name for name, part in model.named_modules() if not isinstance(part, rows)]
    assert [node.name for node in told.graph.nodes] == own


@pytest.mark.parametrize(
    "text",
    (
        "a = F.max_pool2d(x, 2)\nb = F.avg_pool2d(x, 2)",
        "i = keras.Input((32, 32, 3))\na = layers.Conv2D(8, 3)(i)\nb = layers.Conv2D(8, 5)(i)",
        "x = F.max_pool2d(x, 2)\ny = F.relu(x)\nx = F.avg_pool2d(x, 2)",
    ),
)
def test_lines_that_branch_are_no_row(text):
    with pytest.raises(ShapeError, match=r"goes on from .*Branches"):
        layers(text)


def test_lines_that_go_on_from_one_another_are_a_row():
    said = "i = keras.Input((9, 9, 3))\nx = layers.Conv2D(8, 3)(i)\nx = layers.MaxPooling2D(2)(x)"
    assert len(layers(said)) == 3
    assert len(layers("conv = nn.Conv2d(3, 8, 3)\ny = F.relu(x)\nz = F.max_pool2d(y, 2)")) == 3
    assert len(layers("x = F.relu(x)\nF.max_pool2d(x, 2)")) == 2


@pytest.mark.parametrize(
    "text", ("nn.Conv2d(3, 8", "import torch\nx = 1", "class A(nn.Module):\n" + "    x = 1\n" * 99)
)
def test_what_is_neither_a_file_nor_layers_is_told_in_one_line(text):
    with pytest.raises(
        ShapeError, match=r"no such file, nor are these layers.*every bracket"
    ) as no:
        sa.read(text, (1, 3, 9, 9))
    assert len(str(no.value)) < 300 and "\n" not in str(no.value)


def test_upsampling_prints_what_its_name_says():
    for how in ("Nearest", "Bilinear"):
        row = f"Upsampling{how}2d(scale_factor=2.0, mode='{how.lower()}')"
        net = sa.read(f"Sequential(\n  (0): {row}\n)", (1, 3, 4, 5))
        assert net.output_shape == (1, 3, 8, 10)


def test_a_generator_of_keras_as_its_tutorial_has_it():
    """TensorFlow's DCGAN tutorial, whose summary has 2 330 944 parameters."""
    up = "layers.Conv2DTranspose({0}, (5, 5), strides=({1}, {1}), padding='same', use_bias=False)"
    rows = [
        "keras.Input((100,))",
        "layers.Dense(7*7*256, use_bias=False)",
        "layers.BatchNormalization()",
        "layers.LeakyReLU()",
        "layers.Reshape((7, 7, 256))",
        *(up.format(*words) for words in ((128, 1), (64, 2), (1, 2))),
    ]
    rows[6:6] = rows[2:4]
    rows[9:9] = rows[2:4]
    net = sa.read(f"model = keras.Sequential([{', '.join(rows)}])")
    assert net.output_shape[1:] == (28, 28, 1) and net.parameters == 2_330_944


def test_axes_of_keras_change_places_in_a_list():
    text = "keras.layers.Conv1D(8, 3); keras.layers.Permute((2, 1)); keras.layers.Reshape((-1, 4))"
    net = sa.read(text, ("N", "L", 6))
    assert net.at(N=2, L=9) == (2, 14, 4)
