"""Layers in a row under a framework's own name for it: a list whose entries have names."""

from shapealg.errors import NoSuchName, ShapeError
from shapealg.text import Text
from shapealg.words.shape import sizes
from shapealg.words.words import QUESTIONS, Words

# what is asked of the network that `read` makes
READ = ("receptive_field", "accepts", "explain", "table", "tiles", "inputs_for", "ties", "stack")


class Sequential(list):
    """PyTorch's `nn.Sequential(…)`, Keras's `Sequential([…])`, Paddle's `nn.Sequential(…)`: a list
    of layers with names.

    Args:
        layers: the layers one by one, a list of them, a dict name → layer, or (name, layer) pairs.

    Raises:
        ShapeError: for something that is no layer.

    >>> from shapealg.words.dialects import torch
    >>> net = torch.Sequential(torch.Conv2d(3, 8, 3, padding=1), torch.MaxPool2d(2))
    >>> net.output_shape("N,3,H,W"), net.parameters(), net.names
    ((N, 8, H//2, W//2), 224, ('0', '1'))
    """

    framework = ""

    def __init__(self, *layers, name=None, trainable=True):
        named = _named(layers)
        first = named[0][1] if named else None
        if getattr(first, "said_input", None) is not None:
            # Keras's old way to write an `Input` in front, and Keras's own reading of it
            named = [("input", Input(first.said_input[1:])), *named]
        self.names, self.name = tuple(str(name) for name, _ in named), name
        super().__init__(layer for _, layer in named)
        for i, layer in enumerate(self):
            if not isinstance(layer, Words | list | tuple) and not hasattr(layer, "paths"):
                raise ShapeError(
                    Text(zh=f"第 {i} 项须是一个层", en=f"entry {i} must be a layer"),
                    layer,
                    Text(
                        zh="例如 torch.nn.Conv2d(3, 64, 7)",
                        en="for example torch.nn.Conv2d(3, 64, 7)",
                    ),
                )

    def add(self, layer) -> None:
        """Keras's way to append a layer."""
        if not self and getattr(layer, "said_input", None) is not None:
            self.add(Input(layer.said_input[1:]))
        self.append(layer)
        self.names = (*self.names, str(len(self.names)))

    def __getattr__(self, name: str):
        """A line that names what does it, for what is asked of a network."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in READ:
            near = [f"sa.read(net, shape).{name}"]
        else:
            near = [question for question in QUESTIONS if question in vars(Sequential)]
        raise NoSuchName(
            Text(zh="Sequential 没有这个属性", en="Sequential has no such attribute"),
            name,
            near,
        )

    def output_shape(self, input_shape=None) -> tuple:
        """The shape that comes out of the last layer."""
        return self._through(input_shape)[0]

    def parameters(self, input_shape=None):
        """The sum over all layers; `input_shape` is needed where words do not say the channels."""
        return self._through(input_shape, "parameters")[1]

    def macs(self, input_shape=None):
        """The sum over all layers, for one example."""
        return self._through(input_shape, "macs")[1]

    def _through(self, shape, ask: str = "") -> tuple:
        """The shape behind the last layer, `None` if none came in, and the sum of what is asked."""
        shape, total = None if shape is None else sizes(shape), 0
        for layer in self:
            if ask and not isinstance(layer, Input):
                total += getattr(layer, ask)(shape)
            if shape is not None or isinstance(layer, Input):
                shape = layer.output_shape(shape)
        if shape is None and not ask:
            raise ShapeError(
                Text(zh="须给出一个形状", en="a shape is needed"),
                None,
                Text(zh="例如 (1, 64, 28, 28)", en="for example (1, 64, 28, 28)"),
            )
        return shape, total

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self))})"


def _named(layers: tuple) -> list:
    """(name, layer) pairs, whichever way they are given."""
    if len(layers) == 1 and isinstance(layers[0], dict):
        return list(layers[0].items())
    if (
        len(layers) == 1
        and isinstance(layers[0], list | tuple)
        and not isinstance(layers[0], Sequential)
    ):
        layers = tuple(layers[0])
    if layers and all(_is_pair(layer) for layer in layers):
        return [tuple(layer) for layer in layers]
    return list(enumerate(layers))


def _is_pair(entry) -> bool:
    return isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], str)


class Input(Words):
    """Keras's `Input`: the shape that goes in, the batch beside it.

    >>> Input((28, 28, 1)).output_shape()
    (None, 28, 28, 1)
    """

    framework = "keras"
    by_axes = False
    sizeless = frozenset({"dtype", "sparse", "ragged", "name", "tensor", "optional"})

    def __init__(self, shape, batch_size=None):
        self.shape = (batch_size, *sizes(shape))

    def output_shape(self, input_shape=None) -> tuple:
        """The shape that was said, or the one that is given in its place."""
        return self.shape if input_shape is None else sizes(input_shape)
