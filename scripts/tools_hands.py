"""The hands that lay the eight networks: in PyTorch's source, in ONNX, in JAX, in Keras.

A map is whatever the hand gives for one. `conv`, `pool` and `up` take kernel, stride and padding.
"""

from importlib.util import module_from_spec, spec_from_file_location
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory

from tools_networks import NETWORKS

CHANNELS = 4


class Unwritten(Exception):
    """A framework has no layer of this kind."""


# ---------------------------------------------------------------- PyTorch


class Source:
    """A module as text, which a person might have written; a map is its name and its channels."""

    def __init__(self):
        self.layers, self.lines = [], []

    def kept(self, text: str, channels: int = CHANNELS) -> tuple:
        """One line more, and the map it makes."""
        name = f"x{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name, channels

    def laid(self, layer: str, x: tuple, channels: int = CHANNELS) -> tuple:
        """One layer more."""
        self.layers.append(f"self.layer{len(self.layers)} = nn.{layer}")
        return self.kept(f"self.layer{len(self.layers) - 1}({x[0]})", channels)

    def conv(self, x, k, s, p):
        """A convolution."""
        return self.laid(f"Conv2d({x[1]}, {CHANNELS}, {k}, stride={s}, padding={p})", x)

    def pool(self, x, k, s, p=0, ceil=False):
        """A maximum pooling."""
        mode = ", ceil_mode=True" if ceil else ""
        return self.laid(f"MaxPool2d({k}, stride={s}, padding={p}{mode})", x, x[1])

    def up(self, x, k, s, p):
        """A transposed convolution."""
        return self.laid(f"ConvTranspose2d({x[1]}, {CHANNELS}, {k}, stride={s}, padding={p})", x)

    def cat(self, *maps):
        """Maps one behind the other, along the channels."""
        names = ", ".join(name for name, _ in maps)
        return self.kept(f"torch.cat([{names}], dim=1)", sum(channels for _, channels in maps))

    def add(self, x, y):
        """A sum."""
        return self.kept(f"{x[0]} + {y[0]}", x[1])

    def crop(self, x, like):
        """The middle of a map, as large as another."""
        top, _ = self.kept(f"({x[0]}.shape[2] - {like[0]}.shape[2]) // 2")
        left, _ = self.kept(f"({x[0]}.shape[3] - {like[0]}.shape[3]) // 2")
        rows = f"{top} : {top} + {like[0]}.shape[2]"
        columns = f"{left} : {left} + {like[0]}.shape[3]"
        return self.kept(f"{x[0]}[:, :, {rows}, {columns}]", x[1])


def source(name: str) -> tuple[list, list]:
    """The lines that make the layers and those that run them; the last names the output."""
    hand = Source()
    out, _ = NETWORKS[name].lay(hand, ("x", CHANNELS))
    return hand.layers, [*hand.lines, f"return {out}"]


def torch_text(name: str, forward: str = "def forward(self, x):") -> str:
    """The module `Net`."""
    layers, lines = source(name)
    made = ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    made += [f"        {line}" for line in layers]
    return "\n".join([*made, "", f"    {forward}", *(f"        {line}" for line in lines), ""])


def torch_module(name: str):
    """The module, made from its text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.py"
        path.write_text(f"import torch\nfrom torch import nn\n\n\n{torch_text(name)}")
        spec = spec_from_file_location(f"net_{name}", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return module.Net().eval()


# ---------------------------------------------------------------- ONNX


class Graph:
    """Nodes and weights; a map is its name and its channels."""

    def __init__(self):
        import onnx

        self.onnx, self.make, self.nodes, self.weights = onnx, onnx.helper, [], []

    def node(self, kind: str, inputs: list, channels: int = CHANNELS, **attributes) -> tuple:
        """One node more."""
        name = f"x{len(self.nodes)}"
        self.nodes.append(self.make.make_node(kind, inputs, [name], **attributes))
        return name, channels

    def constant(self, values: tuple, kind: str = "INT64", dims: tuple = ()) -> str:
        """One constant more; zeros of these dimensions where there are no values."""
        name, tensor = f"w{len(self.weights)}", getattr(self.onnx.TensorProto, kind)
        told = {"vals": bytes(4 * prod(dims)), "raw": True} if dims else {"vals": values}
        made = self.make.make_tensor(name, tensor, dims or (len(values),), **told)
        self.weights.append(made)
        return name

    def conv(self, x, k, s, p):
        """A convolution."""
        w = self.constant((), "FLOAT", (CHANNELS, x[1], k, k))
        return self.node("Conv", [x[0], w], kernel_shape=[k, k], strides=[s, s], pads=[p] * 4)

    def pool(self, x, k, s, p=0, ceil=False):
        """A maximum pooling."""
        words = {"kernel_shape": [k, k], "strides": [s, s], "pads": [p] * 4}
        return self.node("MaxPool", [x[0]], x[1], ceil_mode=int(ceil), **words)

    def up(self, x, k, s, p):
        """A transposed convolution."""
        w = self.constant((), "FLOAT", (x[1], CHANNELS, k, k))
        words = {"kernel_shape": [k, k], "strides": [s, s], "pads": [p] * 4}
        return self.node("ConvTranspose", [x[0], w], **words)

    def cat(self, *maps):
        """Maps one behind the other, along the channels."""
        channels = sum(channels for _, channels in maps)
        return self.node("Concat", [name for name, _ in maps], channels, axis=1)

    def add(self, x, y):
        """A sum."""
        return self.node("Add", [x[0], y[0]])

    def crop(self, x, like):
        """The middle of a map, as large as another."""
        whole, part = (self.node("Shape", [name], start=2)[0] for name in (x[0], like[0]))
        rest, _ = self.node("Sub", [whole, part])
        begin, _ = self.node("Div", [rest, self.constant((2,))])
        end, _ = self.node("Add", [begin, part])
        return self.node("Slice", [x[0], begin, end, self.constant((2, 3))], x[1])


def onnx_model(name: str, height="H", width="W"):
    """The model; of its output nothing is said but the rank and the channels."""
    hand = Graph()
    out, _ = NETWORKS[name].lay(hand, ("x", CHANNELS))
    kind = hand.onnx.TensorProto.FLOAT
    ends = [
        [hand.make.make_tensor_value_info(end, kind, shape)]
        for end, shape in (("x", [1, CHANNELS, height, width]), (out, [1, CHANNELS, None, None]))
    ]
    graph = hand.make.make_graph(hand.nodes, name, *ends, hand.weights)
    opset = [hand.make.make_opsetid("", 21)]
    return hand.make.make_model(graph, opset_imports=opset, ir_version=10)


# ---------------------------------------------------------------- JAX


class Lax:
    """What `jax.lax` makes of an array; sizes may be symbols."""

    def __init__(self):
        from jax import lax, numpy

        self.lax, self.numpy = lax, numpy

    def conv(self, x, k, s, p, spread=1):
        """A convolution."""
        w = self.numpy.zeros((CHANNELS, x.shape[1], k, k))
        pads, spread = [(p, p)] * 2, (spread, spread)
        return self.lax.conv_general_dilated(x, w, (s, s), pads, lhs_dilation=spread)

    def pool(self, x, k, s, p=0, ceil=False):
        """A maximum pooling; what rounds up is padded by hand."""
        behind = [p + (k - 2 * p - n) % s if ceil else p for n in x.shape[2:]]
        pads = [(0, 0), (0, 0), *((p, more) for more in behind)]
        lowest = -self.numpy.inf
        return self.lax.reduce_window(x, lowest, self.lax.max, (1, 1, k, k), (1, 1, s, s), pads)

    def up(self, x, k, s, p):
        """A transposed convolution: a convolution of the map spread out."""
        return self.conv(x, k, 1, k - 1 - p, s)

    def cat(self, *maps):
        """Maps one behind the other, along the channels."""
        return self.numpy.concatenate(maps, axis=1)

    def add(self, x, y):
        """A sum."""
        return x + y

    def crop(self, x, like):
        """The middle of a map, as large as another."""
        begin = [(a - b) // 2 for a, b in zip(x.shape[2:], like.shape[2:], strict=True)]
        end = [a + b for a, b in zip(begin, like.shape[2:], strict=True)]
        return self.lax.slice(x, (0, 0, *begin), (*x.shape[:2], *end))


def jax_function(name: str):
    """The function of an array, channels before positions."""
    return lambda x: NETWORKS[name].lay(Lax(), x)


# ---------------------------------------------------------------- Keras


class Layers:
    """Keras's layers, channels last; what is padded alike on both sides is padded by a layer."""

    def __init__(self):
        import keras

        self.keras, self.layers = keras, keras.layers

    def padded(self, x, p):
        """Zeros around."""
        return self.layers.ZeroPadding2D(p)(x) if p else x

    def conv(self, x, k, s, p):
        """A convolution."""
        if s == 1 and k == 2 * p + 1:
            return self.layers.Conv2D(CHANNELS, k, padding="same")(x)
        return self.layers.Conv2D(CHANNELS, k, strides=s)(self.padded(x, p))

    def pool(self, x, k, s, p=0, ceil=False):
        """A maximum pooling."""
        if ceil:
            raise Unwritten("no pooling that rounds up")
        return self.layers.MaxPooling2D(k, s)(self.padded(x, p))

    def up(self, x, k, s, p):
        """A transposed convolution; "same" with nothing put out pads by half the kernel."""
        words = {"padding": "same", "output_padding": 0} if p else {}
        return self.layers.Conv2DTranspose(CHANNELS, k, strides=s, **words)(x)

    def cat(self, *maps):
        """Maps one behind the other, along the channels."""
        return self.layers.Concatenate()(list(maps))

    def add(self, x, y):
        """A sum."""
        return self.layers.Add()([x, y])

    def crop(self, x, like):
        """The middle of a map, as large as another."""
        keras = self.keras

        class Crop(keras.layers.Layer):
            """Keras's own takes numbers only."""

            def call(self, x, like):
                """The middle."""
                (h, w), (a, b) = keras.ops.shape(x)[1:3], keras.ops.shape(like)[1:3]
                top, left = (h - a) // 2, (w - b) // 2
                return x[:, top : top + a, left : left + b]

        return Crop()(x, like)


def keras_model(name: str):
    """The functional model, both sizes open."""
    hand = Layers()
    x = hand.keras.Input((None, None, CHANNELS))
    return hand.keras.Model(x, NETWORKS[name].lay(hand, x))
