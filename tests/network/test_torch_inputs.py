"""What goes into a PyTorch module and what comes out, as its `forward` has them: what is told is
what the module gives when it is run.
"""

import inspect
from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from needed import require

from shapealg import Length, ShapeError, read


@dataclass
class Batch:
    image: Any
    mask: Any = None
    scale: int = 2


@dataclass(frozen=True)
class Frozen:
    image: Any
    deep: Any


class Pair(NamedTuple):
    left: Any
    right: Any


class Output(OrderedDict):
    """As transformers and diffusers give them: a dict, whose entries are attributes too."""


def module(forward):
    """A module with that `forward`, which is given `torch.nn.functional` first."""
    require("torch")
    from torch import nn

    class Own(nn.Module):
        pass

    own = Own()

    def called(*args, **kwargs):
        return forward(nn.functional, *args, **kwargs)

    _, *parameters = inspect.signature(forward).parameters.values()
    called.__signature__ = inspect.Signature(parameters)
    own.forward = called
    return own


IMAGE, MASK = ("N", 3, "H", "W"), ("N", 1, "H", "W")
SIZES = {"N": 2, "H": 9, "W": 12, "h": 4, "w": 5, "T": 6}


def filled(given):
    """The same arguments with tensors in place of shapes."""
    import torch

    if type(given) is tuple:
        return torch.zeros([SIZES.get(n, n) for n in given])
    if isinstance(given, str):
        return filled(tuple(int(n) if n.isdigit() else n for n in given.split(",")))
    if isinstance(given, dict):
        return {name: filled(value) for name, value in given.items()}
    if isinstance(given, list):
        return [filled(value) for value in given]
    if isinstance(given, Pair):
        return Pair(*map(filled, given))
    if isinstance(given, Batch | Frozen):
        return type(given)(**{name: filled(value) for name, value in vars(given).items()})
    return given


TAKEN = {
    "a dict": (
        lambda f, batch: f.avg_pool2d(batch["image"] * batch["mask"], 2),
        [{"image": IMAGE, "mask": MASK}],
    ),
    "a dict in a dict": (
        lambda f, batch: batch["views"]["left"] + batch["views"]["right"],
        [{"views": {"left": "N,3,H,W", "right": "1,3,H,W"}}],
    ),
    "a list": (
        lambda f, maps: sum(f.interpolate(m, size=maps[0].shape[2:]) for m in maps),
        [[IMAGE, ("N", 3, "h", "w")]],
    ),
    "a list beside a tensor": (lambda f, x, maps: x + maps[0] + maps[1], [IMAGE, [MASK, "3,1,1"]]),
    "a dataclass": (lambda f, b: f.avg_pool2d(b.image, b.scale), [Batch(IMAGE, None, 3)]),
    "a frozen one, and one within": (
        lambda f, b: f.max_pool2d(b.image + b.deep.image, b.deep.scale),
        [Frozen(IMAGE, Batch("N,3,H,W"))],
    ),
    "a named tuple": (lambda f, p: p.left + p.right.mean(), [Pair(IMAGE, ("T",))]),
    "None": (lambda f, x, mask: x if mask is None else x * mask, [IMAGE, None]),
    "a number": (lambda f, x, k: f.avg_pool2d(x, k), [IMAGE, 4]),
    "a bool": (lambda f, x, half: x[:, :, ::2] if half else x, [IMAGE, True]),
    "a float": (lambda f, x, factor: f.interpolate(x, scale_factor=factor), [IMAGE, 1.5]),
    "*args": (lambda f, *xs: xs[0] + xs[1] + xs[2], [IMAGE, MASK, "W"]),
    "one, and *args": (lambda f, x, *more: x + sum(more), [IMAGE, MASK, MASK]),
}


def shape(told):
    """A shape at `SIZES`."""
    return tuple(n(**{s: SIZES[s] for s in n.names}) if isinstance(n, Length) else n for n in told)


@pytest.mark.parametrize("name", TAKEN)
def test_arguments_as_forward_has_them(name):
    forward, given = TAKEN[name]
    own = module(forward)
    net = read(own, given)
    there = own(*filled(given))
    assert not net.unknown
    assert shape(net.output_shape) == tuple(there.shape)
    sizes = {n: SIZES[n] for n in net.sizes}
    assert net.explain(**sizes).runs and net.at(**sizes) == tuple(there.shape)


WORDED = {
    "**kwargs": (lambda f, **kw: kw["x"] * kw["mask"], {"x": IMAGE, "mask": MASK}),
    "args by their name": (lambda f, *xs: xs[0] + xs[1], {"xs": [IMAGE, MASK]}),
    "some of each": (
        lambda f, x, *xs, size=None, **kw: f.interpolate(x + xs[0], size=size) + kw["bias"],
        {0: IMAGE, 1: MASK, "size": 7, "bias": 3.0},
    ),
    "by name only": (
        lambda f, x, *, mode: f.interpolate(x, scale_factor=2.0, mode=mode.name),
        {"x": IMAGE, "mode": SimpleNamespace(name="nearest")},
    ),
    "a tensor by name only": (lambda f, x, *, mask: x * mask, {"x": IMAGE, "mask": MASK}),
    "a tensor behind one that is left out": (
        lambda f, x, scale=1, mask=None: f.avg_pool2d(x * mask, scale),
        {"x": IMAGE, "mask": MASK},
    ),
    "one left out": (
        lambda f, x, mask=None, scale=1: f.avg_pool2d(x, scale),
        {"x": IMAGE, "scale": 3},
    ),
}


@pytest.mark.parametrize("name", WORDED)
def test_arguments_by_name(name):
    forward, given = WORDED[name]
    own = module(forward)
    net = read(own, given)
    made = {key: filled(value) for key, value in given.items()}
    placed = [made.pop(key) for key in list(made) if isinstance(key, int)] + made.pop("xs", [])
    assert shape(net.output_shape) == tuple(own(*placed, **made).shape)


GIVEN = {
    "a dict": (lambda f, x: {"out": f.max_pool2d(x, 2), "aux": x.mean(1)}, ["out", "aux"]),
    "a dict of lists": (
        lambda f, x: {"maps": [x, f.max_pool2d(x, 3)], "n": 3},
        ["maps.0", "maps.1"],
    ),
    "a list of dicts": (lambda f, x: [{"box": x.mean(1)}, {"box": x}], ["0.box", "1.box"]),
    "a dataclass": (lambda f, x: Batch(f.avg_pool2d(x, 2), x[:, :1]), ["image", "mask"]),
    "one within another": (lambda f, x: Frozen(x, Pair(x.mean(2), None)), ["image", "deep.left"]),
    "a named tuple": (lambda f, x: Pair(x.sum(3), x.sum(2)), ["left", "right"]),
    "an ordered dict": (
        lambda f, x: Output(logits=x.mean((2, 3)), hidden=(x, x + 1)),
        ["logits", "hidden.0", "hidden.1"],
    ),
    "an object": (lambda f, x: SimpleNamespace(sample=x[:, :, 1:], _own=x, kind="a"), ["sample"]),
    "a tensor beside an object": (
        lambda f, x: {"x": x[..., 1:], "more": SimpleNamespace(y=x.mean(2))},
        ["x"],
    ),
    "a size": (lambda f, x: {"x": x, "height": x.shape[2] // 2}, ["x", "height"]),
}


@pytest.mark.parametrize("name", GIVEN)
def test_outputs_are_called_what_the_model_calls_them(name):
    forward, names = GIVEN[name]
    own = module(forward)
    net = read(own, IMAGE)
    assert list(net.outputs) == names
    result = own(filled(IMAGE))
    for called, told in net.outputs.items():
        there = result
        for key in called.split("."):
            if isinstance(there, dict):
                there = there[key]
            else:
                there = there[int(key)] if key.isdigit() else getattr(there, key)
        if isinstance(there, int):
            continue
        assert shape(told) == tuple(there.shape)
        assert net.shape_of(called) == told


def test_outputs_without_keys_are_called_as_their_nodes():
    net = read(module(lambda f, x: (f.max_pool2d(x, 2), [x])), IMAGE)
    assert net.graph.called == () and list(net.outputs) == list(net.graph.outputs)


def test_the_line_of_a_network_says_what_its_outputs_are_called():
    net = read(module(lambda f, x: {"out": f.max_pool2d(x, 2), "aux": x.mean(1)}), IMAGE)
    assert "out (N, 3, ⌊H/2⌋, ⌊W/2⌋); aux (N, H, W)" in repr(net)


@pytest.mark.parametrize("result", (None, 3, "text", [], {"a": None}))
def test_what_is_no_tensor_is_refused(result):
    with pytest.raises(ShapeError, match="must give a tensor, or a size"):
        read(module(lambda f, x: result), IMAGE).at()


def test_where_nothing_comes_out_it_does_not_run():
    net = read(module(lambda f, x: x if x.shape[2] > 4 else None), IMAGE)
    assert [n in net.accepts("H") for n in (3, 4, 5, 6)] == [False, False, True, True]
    (last,) = net.graph.ways[1].graph.nodes
    assert last.name == last.kind == "output" and last.outputs == ("output",)


REFUSED = {
    "nothing": (lambda f, batch: batch["x"], None, "needs a shape: batch; received None"),
    "the keys of its only argument": (
        lambda f, batch: batch["image"],
        {"image": IMAGE, "mask": MASK},
        r"""for example \{"batch": \{'image': \("N", 3, "H", "W"\)\}\}""",
    ),
    "no argument": (
        lambda f, x, mask=None: x,
        {"x": IMAGE, "musk": MASK},
        "has no input 'musk': x, mask",
    ),
    "too many": (lambda f, x: x, [IMAGE, MASK], "needs a shape: x"),
    "no tensor": (lambda f, x: x, {"x": 3}, "needs a shape: x"),
    "no tensor, of any number": (
        lambda f, *xs, **kw: xs[0],
        {},
        r"""needs a shape: \*xs, \*\*kw; received None; for example \{"xs": \[\("N", 3, "H", "W"\)\]\}""",
    ),
    "no tensor, of words": (
        lambda f, **kw: kw["x"],
        {},
        r"""needs a shape: \*\*kw; received None; for example \{"kw": \[""",
    ),
    "no tensor, with a type": (
        lambda f, x=3, y=None: x,
        {},
        r"""needs a shape: x, y; received None; for example \{"x": \(""",
    ),
    "no argument at all": (
        lambda f: 3,
        {},
        r"""needs a shape: ; received None; for example \{"x": \(""",
    ),
    "shapes within": (
        lambda f, x, y: x,
        {"y": {"a": "N,3", "b": [(2, 3)], "c": 3}},
        r"""shape: x, y; received \{'y': \{'a': \('N', 3\), 'b': \[\(2, 3\)\], 'c': 3\}\};""",
    ),
    "no shape": (lambda f, x: x, {"x": "N,-1"}, "must be at least 1; received -1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_told(name):
    forward, given, words = REFUSED[name]
    with pytest.raises(ShapeError, match=words) as caught:
        read(module(forward), given)
    assert len(str(caught.value).splitlines()) == 1


def test_the_type_of_a_tensor_within():
    require("torch")
    import torch

    own = module(lambda f, batch, table: f.embedding(batch["ids"], table))
    given = {"batch": {"ids": "N,T"}, "table": (9, 5)}
    for types in ({"batch": "int64"}, {"batch_ids": "int64"}, {0: "int64"}):
        assert read(own, given, dtype=types).output_shape[2] == 5
    assert repr(read(module(lambda f, x: f.one_hot(x, 5)), "N,T", dtype="torch.int64")) is not None
    plain = module(lambda f, *xs: (xs[0][..., xs[0].dtype.itemsize :], xs[1][..., :1]))
    for types, gone in ((None, 4), ("float64", 8), ({0: "float16"}, 2), ({1: "float16"}, 4)):
        assert read(plain, ["N,T", "N,T"], dtype=types).at(N=2, T=20) == (2, 20 - gone)
    half = torch.zeros(2, 20, dtype=torch.float16)
    told = read(
        module(lambda f, batch: batch["x"][..., batch["x"].dtype.itemsize :]), [{"x": half}]
    )
    assert told.at() == (2, 18)
    example = {"batch": {"ids": torch.zeros(2, 3, dtype=torch.int64)}, "table": (9, 5)}
    assert read(own, example).output_shape == (2, 3, 5)
    with pytest.raises(ShapeError, match="dtype names no input; received 'ids'"):
        read(own, given, dtype={"ids": "int64"})


def test_what_is_no_tensor_is_named():
    with pytest.raises(ShapeError, match="must give a tensor, or a size; received str"):
        read(module(lambda f, x: "text"), "N,T").at(N=1, T=2)


def test_the_type_of_an_input_is_asked_for_by_name_or_number():
    require("torch")
    import torch

    from shapealg.network.readers.arguments import Asked
    from shapealg.network.readers.torch.call import call_of

    def forward(x, row, *rest, last, **more):
        raise NotImplementedError

    x = Asked(("N",))
    given = {"x": x, 1: [x, x], "rest": [x, x], "last": x, "other": x}
    call = call_of(inspect.signature(forward), given)
    names = ["x", "row_0", "row_1", "rest_0", "rest_1", "last", "other"]
    assert list(call.shapes) == names
    for key, asked in (
        *((name, [name]) for name in names),
        *((0, ["x"]), (1, ["row_0", "row_1"]), ("row", ["row_0", "row_1"]), (None, names)),
        *((2, ["rest_0"]), (3, ["rest_1"]), ("rest", ["rest_0", "rest_1"])),
        *((4, ["last"]), (5, ["other"])),
    ):
        types = call.types(torch.nn.Module(), {key: "int64"})
        assert [name for name, one in types.items() if one is torch.int64] == asked, key
    with pytest.raises(ShapeError, match="the inputs: x, row_0, row_1, rest_0, rest_1, last, oth"):
        call.types(torch.nn.Module(), {6: "int64"})


def test_numbers_that_may_be_others_are_told_within_too():
    # it is read again at names for the numbers, to say which others would do
    own = module(lambda f, batch: f.avg_pool2d(batch["image"], 4))
    with pytest.raises(ShapeError, match="H = 4"):
        read(own, {"batch": {"image": (1, 3, 3, 8)}}).at()


def test_a_file_takes_tensors_only():
    import shapealg as sa

    with pytest.raises(ShapeError, match="must be the shape of one tensor"):
        read([sa.torch.Conv2d(3, 8, 3)], [IMAGE, None])


def test_what_holds_itself_is_refused():
    itself: dict = {}
    itself["again"] = itself
    own = module(lambda f, x: {"x": x, "more": itself})
    for given in ({"x": itself}, [itself]):
        with pytest.raises(ShapeError, match="too deep in one another; received more than 16"):
            read(own, given)
    with pytest.raises(ShapeError, match="too deep in one another"):
        read(own, IMAGE)


@pytest.mark.parametrize("key", (-1, 1, True, ("x",)))
def test_a_number_that_is_no_argument_s_is_refused(key):
    with pytest.raises(ShapeError, match="needs a shape: x"):
        read(module(lambda f, x: x), {key: IMAGE})


def test_a_failing_property_is_no_shape():
    class Fails:
        @property
        def shape(self):
            raise RuntimeError

    own = module(lambda f, x, other: x)
    assert read(own, {"x": IMAGE, "other": Fails()}).output_shape[1] == 3


def test_an_object_that_holds_itself_is_looked_into_once():
    def forward(f, x):
        made = SimpleNamespace(sample=x[:, :, 1:])
        made.again = SimpleNamespace(back=made, deep=x.mean(1))
        return made

    assert list(read(module(forward), IMAGE).outputs) == ["sample", "again.deep"]


ALONE = {
    "Bilinear": (lambda nn: nn.Bilinear(3, 4, 5), {"input1": "N,3", "input2": "N,4"}),
    "MultiheadAttention": (
        lambda nn: nn.MultiheadAttention(8, 2, batch_first=True),
        {"query": "N,T,8", "key": "N,S,8", "value": "N,S,8"},
    ),
    "Transformer": (
        lambda nn: nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
        {"src": "N,S,8", "tgt": "N,T,8"},
    ),
    "LSTM": (lambda nn: nn.LSTM(8, 4), {"input": "T,N,8"}),
}


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("named", (True, False))
def test_a_layer_alone_takes_what_its_forward_takes(name, named):
    """By name, and in its order."""
    require("torch")
    import torch

    made, shapes = ALONE[name]
    layer = made(torch.nn)
    net = read(layer, shapes if named else list(shapes.values()))
    sizes = {"N": 2, "S": 5, "T": 3}
    entries = [[sizes.get(n) or int(n) for n in shape.split(",")] for shape in shapes.values()]
    found = torch.utils._pytree.tree_leaves(layer(*map(torch.zeros, entries)))
    told = [
        tuple(n(**sizes) if isinstance(n, Length) else n for n in shape)
        for shape in net.output_shapes
    ]
    assert told == [tuple(tensor.shape) for tensor in found]
