"""Shapes that tell who looks at an open size, and what is told of code that cannot be followed.
Keras itself is not needed.
"""

import pytest

from shapealg import ShapeError
from shapealg.network.readers.keras import traced
from shapealg.network.readers.keras.traced import Watched

OPEN = (2, None, 3)
# what is done to an open shape, and whether it looks at what is open
LOOKS = (
    (lambda s: s[0], False),
    (lambda s: s[1], True),
    (lambda s: s[-2], True),
    (lambda s: s[1:], False),
    (lambda s: s[1:][0], True),
    (lambda s: s[:1][0], False),
    (lambda s: list(s), True),
    (lambda s: list(s[2:]), False),
    (lambda s: 3 in s, True),
    (lambda s: 2 in s[:1], False),
    (lambda s: s == (2, 7, 3), True),
    (lambda s: s == (2, None, 3), True),
    (lambda s: s[:1] == (2,), False),
    (lambda s: s == type(s)(OPEN), True),
    (lambda s: s != type(s)(OPEN), True),
    (lambda s: s != (2, 7, 3), True),
    (lambda s: s[:1] != (2,), False),
    (lambda s: len(s), False),
    (lambda s: hash(s), False),
    (lambda s: isinstance(s, tuple), False),
)


@pytest.mark.parametrize(("look", "noted"), LOOKS)
def test_a_look_at_an_open_size_is_noted(look, noted, monkeypatch):
    """What comes of it is what a tuple gives; a closed shape notes nothing."""
    monkeypatch.setattr(Watched, "looks", [])
    made = look(Watched(OPEN))
    assert bool(Watched.looks) == noted
    assert (tuple(made) if isinstance(made, tuple) else made) == look(OPEN)
    monkeypatch.setattr(Watched, "looks", [])
    assert look(Watched((2, 5, 3))) == look((2, 5, 3)) and Watched.looks == []


@pytest.mark.parametrize(
    ("name", "noted"), (("keras.src.ops", False), ("jax", False), ("mine", True), ("", True))
)
@pytest.mark.parametrize("code", ("s[1]", "list(s)", "3 in s", "s == 3", "s != 3"))
def test_a_look_of_the_frameworks_own_code_is_not_noted(code, name, noted, monkeypatch):
    monkeypatch.setattr(Watched, "looks", [])
    made = compile(code, "/home/somebody/model.py", "eval")
    eval(made, {"__name__": name, "s": Watched(OPEN)})
    assert Watched.looks == (["/home/somebody/model.py:1"] if noted else [])


class Symbolic:
    """A tensor that knows its shape, which may be set."""

    def __init__(self, shape):
        self._shape = shape

    @property
    def shape(self):
        return self._shape

    @shape.setter
    def shape(self, shape):
        self._shape = shape


def test_tensors_are_watched_as_long_as_code_runs_and_no_longer():
    plain, before = Symbolic.shape, Watched.looks
    one = Symbolic(OPEN)
    with pytest.raises(KeyError), traced._watched(Symbolic) as looks:
        assert looks == [] and one.shape[1] is None and len(looks) == 1
        one.shape = (4, 5)
        assert type(one.shape) is Watched and one.shape == (4, 5) and len(looks) == 1
        with traced._watched(Symbolic) as inner:
            assert Symbolic(OPEN).shape[1] is None and (len(inner), len(looks)) == (1, 1)
        assert Watched.looks is looks
        raise KeyError
    assert Symbolic.shape is plain and Watched.looks is before
    assert type(one.shape) is tuple


class Layer:
    """As much of a layer as is asked for another of its kind."""

    built = False

    def __init__(self, units, name="layer"):
        self.units, self.name = units, name

    def _flatten_layers(self):
        return [self]

    def get_config(self):
        return {"units": self.units, "name": self.name, "dtype": "float32"}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def call(self, x):
        return x


class Named(Layer):
    def __init__(self, units, **others):
        super().__init__(units, others["name"])
        self.others = others


class Refusing(Layer):
    def get_config(self):
        raise NotImplementedError


class Lambda(Layer):
    """It gives itself no config, which might be evil."""

    def __init__(self, function, arguments=None):
        super().__init__(0)
        self.function, self.arguments = function, arguments

    get_config = Refusing.get_config


class Row(Layer):
    """Layers one after another, to which others can be added."""

    _layers = ()

    def __init__(self, layers=()):
        super().__init__(0)
        self.layers = list(layers)

    def add(self, layer, rebuild=True):
        assert not rebuild
        self.layers.append(layer)

    def _flatten_layers(self):
        return [self, *self.layers]


def test_a_layer_that_is_not_built_is_copied_once():
    """With what its config says and its own arguments take."""
    kept = traced.Traced()
    for made in (Layer(3, "a"), Named(4, name="b"), Lambda(len, {"k": 1}), Row([Layer(5, "c")])):
        made.name = f"own_{made.name}"
        copy = kept.built(made)
        assert copy is not made and type(copy) is type(made) and copy.name == made.name
        assert copy.units == made.units and kept.built(made) is copy
    assert copy.layers[0] is not made.layers[0] and copy.layers[0].units == 5
    assert [one.name for one in copy.layers] == ["c"]
    function = kept.built(Lambda(len, {"k": 1}))
    assert (function.function, function.arguments) == (len, {"k": 1})
    assert kept.built(Named(4, name="b")).others == {"name": "b", "dtype": "float32"}
    done = Layer(3)
    done.built = True
    assert kept.built(done) is done
    part = Row([done])
    part.built = True
    assert kept.built(part) is part
    both = kept.built(Row([done, Layer(6, "other")]))
    assert both.layers[0] is done and both.layers[1].units == 6
    with pytest.raises(ShapeError, match="Refusing is not built, and no other can be made by its"):
        kept.built(Refusing(3))


def test_whose_code_a_layer_runs():
    class Theirs:
        def call(self, x):
            return x

    Theirs.call.__module__ = "keras.src.layers"
    assert not traced.is_own(Theirs()) and not traced.is_own(3)
    assert traced.is_own(Layer(3)) and traced.is_own(Lambda(len))
    Lambda.call.__module__, before = "keras.src.layers", Lambda.call.__module__
    assert traced.is_own(Lambda(len)) and not traced.is_own(Layer(3))
    Lambda.call.__module__ = before


def test_names_become_none():
    assert traced._numbers(("N", 3, "H")) == (None, 3, None)


@pytest.mark.parametrize(
    ("made", "told", "longest"),
    (
        (lambda text: traced._looked(text), "looks at a size that is open; received xx", 120),
        (
            lambda text: traced._unfit(Layer(3), KeyError(text)),
            "received KeyError: 'xx",
            160,
        ),
    ),
)
def test_what_cannot_be_followed_is_told_in_one_line(made, told, longest):
    line = str(made("x" * 999 + "\nmore"))
    assert told in line and "\n" not in line
    received = line.partition("received ")[2].partition("; ")[0]
    assert len(received) == longest


def test_what_is_no_tensor_is_told_by_its_type():
    assert "the model must give a tensor; received dict; " in str(traced._nothing({}))
