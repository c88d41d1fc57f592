"""A layer in a graph gives what its words say, at numbers and with open sizes alike: words of every
dialect from the sweep's grids.
"""

import pytest

from shapealg import onnx, read
from shapealg.axis.by_size import BySize
from shapealg.axis.length import Length
from shapealg.axis.resized import Resized
from shapealg.axis.window import Window
from shapealg.checks import sweep
from shapealg.errors import ShapeError
from shapealg.network import along
from shapealg.network.accepts import accepted
from shapealg.network.flow import Flow
from shapealg.network.forms import told
from shapealg.network.graph import Graph, Node
from shapealg.network.readers.layers import operation
from shapealg.text import Text
from shapealg.words.spoken import FRAMEWORKS

FEW = 60  # cases of a kind


def cases(framework: str):
    """Calls of the quick grid, spread over each kind: (words, input shape, output shape or None)."""
    for grid in sweep.grids(framework).values():
        found = list(grid(False))
        for call, words, shape in found[:: max(len(found) // FEW, 1)]:
            try:
                made = getattr(sweep.dialect(framework), call)(**words)
            except (ShapeError, TypeError):
                continue
            # says its output size: no layer of a list
            if framework == "tensorflow" and "transpose" in call:
                continue
            if getattr(made, "by_axes", False) and not {0, None} & set(shape):
                try:
                    yield made, tuple(shape), tuple(made.output_shape(shape))
                except ShapeError:
                    yield made, tuple(shape), None


def graph(words, shape) -> Graph:
    return Graph(
        {"x": shape}, (Node("layer", "layer", operation(words), ("x",), ("y",), words),), ("y",)
    )


def flowed(words, shape):
    """What comes out; nothing where the layer does not run."""
    try:
        return Flow(graph(words, shape), {}).run().tensors["y"].shape
    except ShapeError:
        return None


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_comes_out_is_what_the_words_say(framework):
    met = 0
    for words, shape, expected in cases(framework):
        made = flowed(words, shape)
        # refused by the words too, or no window fits and the framework makes something of it
        if made is None:
            assert expected is None or 0 in expected or _short(words, shape), (
                words,
                shape,
                expected,
            )
            continue
        assert made == expected, (words, shape)
        met += 1
    assert met > 40


def _short(words, shape) -> bool:
    """Whether on some axis no window fits."""
    read = words.read(shape)
    layer = words.meaning(read.channels, len(read.spatial))
    return any(
        (axis.count(n) if isinstance(n, int) else 1) < 1
        for axis, n in zip(layer.axes, read.spatial, strict=True)
    )


def put(shape, n: int) -> tuple:
    if isinstance(shape, BySize):
        return shape.at(n=n)
    return tuple(m(n=n) if isinstance(m, Length) else m for m in shape)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_an_open_size_takes_every_value(framework):
    """One axis open: at the size of the case, and at its neighbours, formula and accepted set are
    those of the words.
    """
    met = 0
    for words, shape, _ in list(cases(framework))[::3]:
        order = words.order(len(shape))
        for place, label in enumerate(order):
            if not isinstance(label, int):
                continue
            open_ = graph(words, tuple("n" if i == place else n for i, n in enumerate(shape)))
            try:
                made = accepted(open_)
                forms = [(part.reached, part.flow.tensors["y"].shape) for part in made.parts]
                last = told(forms) if forms else None
            except ShapeError:
                continue
            for n in {1, 2, 3, shape[place], shape[place] + 1} - {0}:
                given = tuple(n if i == place else m for i, m in enumerate(shape))
                expected = flowed(words, given)
                assert (n in made.sets["n"]) == (expected is not None), (
                    words,
                    given,
                    str(made.sets["n"]),
                )
                if expected is not None:
                    found = put(last, n)  # a product that is rounded may have no formula
                    assert len(found) == len(expected), (words, given)
                    assert all(m in (None, e) for m, e in zip(found, expected, strict=True)), (
                        words,
                        given,
                    )
                    met += None not in found
    assert met > 20


def test_words_said_at_many_nodes_are_tried_once(monkeypatch):
    """A pooling whose smallest input must be tried out is not tried out at each of a thousand nodes."""
    asked, told = [], onnx.MaxPool.output_shape
    monkeypatch.setattr(
        onnx.MaxPool, "output_shape", lambda *args: asked.append(args) or told(*args)
    )
    chain = [onnx.MaxPool(kernel_shape=(3, 3), pads=(1, 1, 1, 1)) for _ in range(1000)]
    assert str(read(chain, "N,3,H,W").output_shape) == "(N, 3, H, W)"
    assert len(asked) < 100


class Choosy:
    """Words that take some lengths only."""

    def __init__(self, takes):
        self.takes = takes

    def output_shape(self, shape):
        if not self.takes(shape[1]):
            raise ShapeError(Text(zh="不行", en="no"), shape[1], Text(zh="别的", en="another"))
        return shape


STEP = 5000
CHOSEN = (
    (Window(3), lambda n: n >= 3, None),
    (Window(3), lambda n: n >= 1, None),
    (Window(1, lo=9), lambda n: n >= 1, None),
    (Window(3), lambda n: n >= 4, range(4, along.INFINITE)),
    (Window(3), lambda n: n != 3, range(4, along.INFINITE)),  # where no window fits, none counts
    (Resized(0), lambda n: n >= 1, None),
    (Resized(4), lambda n: n >= 1, None),
    (Window(3), lambda n: n >= 900, range(900, along.INFINITE)),
    (Window(3), lambda n: 4 <= n <= 20, range(4, 21)),
    (Window(3), lambda n: n == 4, range(4, 5)),
    (Window(3), lambda n: 4 <= n <= 900, range(4, 901)),
    (Window(2, 2), lambda n: n % 2 == 0, ()),
    (Window(3), lambda n: 4 <= n <= 20 or 40 <= n <= 50, ()),
    (Window(3), lambda n: 4 <= n <= 20 or n == 22, ()),
    (Window(3), lambda n: n >= 3 and n != 7, None),  # nobody sees one length far from any turn
    (Window(3, 9), lambda n: n >= 3 and n != 22, ()),
    (Window(3, along.MANY), lambda n: n >= 3 and n != 503 + along.MANY, ()),
    (Window(3, STEP), lambda n: n >= 3, None),
    (Window(3, STEP), lambda n: n >= 3 and (n - 3) % STEP, ()),
    (Window(3, STEP), lambda n: n >= 3 and (n - 3) % STEP != 7, ()),
    (Window(3, STEP), lambda n: n >= 3 and n != 3 + STEP - 9, ()),
    (Window(3, STEP), lambda n: n >= 3 and n != 3 + 2 * STEP + 9, ()),
)


@pytest.mark.parametrize(("axis", "takes", "told"), CHOSEN)
def test_the_lengths_that_are_taken_are_found_by_asking(axis, takes, told):
    assert along._tried(Choosy(takes), (1, 8, 5), 1, axis) == told


def test_what_is_never_taken_is_refused_in_its_own_words():
    with pytest.raises(ShapeError, match=r"^no; received 3; another$"):
        along._tried(Choosy(lambda n: False), (1, 8, 5), 1, Window(3))
