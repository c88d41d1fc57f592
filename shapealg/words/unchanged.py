"""Words that change no size: activations, normalizations, dropout. One class for all of them; what
there is stands in the dialects, as rows of `UNCHANGED`.

A row is the names, their signature as in the framework, and after a colon the rule of `RULES` that
says what goes in, how many parameters there are and which axes are mixed. A row that goes on is
indented. Beside it, `UNKEPT` are arguments that say nothing of shapes, and `DATA` what the first
argument is called where the words are functions.
"""

import ast
import inspect
import re
from functools import cache
from math import prod

from shapealg.axis.door import integer
from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError, shown
from shapealg.exact import is_expression, one_size
from shapealg.layer.layer import Layer
from shapealg.shapes import taken
from shapealg.text import Text
from shapealg.words import frameworks
from shapealg.words.shape import sizes
from shapealg.words.words import Words


class Unchanged(Words):
    """Words that change no size; what comes in comes out.

    >>> named("torch", "BatchNorm2d")(8).output_shape("N,8,H,W")
    (N, 8, H, W)
    >>> named("torch", "BatchNorm2d")(8).parameters(), named("keras", "ReLU")().parameters()
    (16, 0)
    """

    by_axes = False
    rule = None  # what is asked of the input, and what it costs

    def __init__(self, *args, **kwargs):
        said = type(self).signature.bind(*args, **kwargs)
        said.apply_defaults()
        self.said = {
            name: self._integer(one_size(value, name)) if name in NUMBERS else value
            for name, value in said.arguments.items()
        }
        if self.rule:
            self.rule.read(self)

    def meaning(self, channels=None, rank=None) -> Layer:
        """The layer that these words mean."""
        return Layer((Window.identity,) * (rank or self.rank or 1))

    def output_shape(self, input_shape) -> tuple:
        """The same shape, if the words take it.

        Raises:
            ShapeError: if they do not: other channels than were said, another number of axes.
        """
        shape = tuple(map(self._integer_or_none, sizes(input_shape, self)))
        if self.rule:
            self.rule.require(self, shape)
        return tuple(map(self._back, shape))

    def _integer_or_none(self, n):
        return None if n is None else self._integer(n)

    def weight_shape(self, input_shape=None) -> tuple:
        """The shape of each weight; the bias has the same."""
        return tuple(map(self._back, self._weights(input_shape)[0]))

    def parameters(self, input_shape=None):
        """All the numbers that are kept: weights and biases; Keras counts its moving averages
        too.
        """
        shape, times = self._weights(input_shape)
        if not times:
            return 0
        given = () if input_shape is None else sizes(input_shape, self)
        return self._back(prod(self.all_known(shape, given, "parameters")) * times)

    def macs(self, input_shape):
        """None: comparisons and additions are not counted."""
        self.output_shape(input_shape)
        return 0

    def _weights(self, input_shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        if self.rule is None:
            return (), 0
        input_shape = self.said_input if input_shape is None else input_shape
        shape = None if input_shape is None else self.output_shape(input_shape)
        return self.rule.weights(self, shape)

    def mixed(self, rank: int) -> tuple:
        """The axes along which every value depends on all the others."""
        return self.rule.mixed(self, rank) if self.rule else ()

    def words(self) -> dict:
        """What was said, name by name, defaults left out."""
        told = super().words()
        return {name: told[name] for name in told if name not in ("args", "kwargs")}

    def require(self, wanted, got, asked: Text) -> None:
        """Refuse a number that is known to be another one than was said."""
        if isinstance(wanted, int) and isinstance(got, int) and wanted != got:
            raise ShapeError(
                asked,
                got,
                Text(zh=f"应为 {shown(wanted)}", en=f"{shown(wanted)} works"),
            )

    def at(self, shape: tuple, axis: int):
        """The size of one axis."""
        axis = integer(axis, "axis")
        if not -len(shape) <= axis < len(shape):
            name = type(self).__name__
            raise ShapeError(
                Text(zh=f"{name} 要第 {axis} 个轴", en=f"{name} needs axis {axis}"),
                Received(shown(shape)),
                Text(zh="请多给几项", en="a shape with more entries works"),
            )
        return shape[axis]


WEIGHTS = ("slope", "scale", "Scale", "B", "bias", "input_mean", "input_var", "weight")
NUMBERS = ("num_features", "num_channels", "num_groups", "num_parameters", "groups")


class Rule:
    """Nothing asked, nothing kept, nothing mixed."""

    def read(self, words) -> None:
        """Refuse arguments that cannot be."""

    def require(self, words, shape: tuple) -> None:
        """Refuse an input that cannot be."""
        for axis, (wanted, asked) in self.wanted(words, len(shape)).items():
            words.require(wanted, words.at(shape, axis), asked)

    def wanted(self, words, rank: int) -> dict:
        """axis → the length that it must have, and the sentence that says so."""
        return {}

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        return (), 0

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        return ()


def _known(words, shape) -> tuple:
    """The input shape, where the weights depend on it."""
    if shape is None:
        name = type(words).__name__
        raise ShapeError(
            Text(
                zh=f"{name} 的词里没有输入通道数",
                en=f"{name} does not say how many channels come in",
            ),
            None,
            Text(zh="请给出 input_shape", en="give an input_shape"),
        )
    return shape


class PerChannel(Rule):
    """A weight and a bias for each channel, whose number is said."""

    number = "num_features"

    def __init__(self, mixes: str = ""):
        self.mixes = mixes

    def axis(self, words, rank: int) -> int:
        """Where the channels are."""
        if str(words.said.get("data_format", "")).endswith("C") and rank > 2:
            return rank - 1
        return 0 if self.mixes == "axes" and words.rank and rank == words.rank + 1 else 1

    def read(self, words) -> None:
        """Refuse arguments that cannot be."""
        for name in set(NUMBERS) & set(words.said):
            words.one(words.said[name], name)
        if self.number == "num_channels":
            asked = Text(
                zh="num_channels 须能被 num_groups 整除",
                en="num_channels must be divisible by num_groups",
            )
            words.divides(words.said["num_channels"], words.said["num_groups"], asked)

    def require(self, words, shape: tuple) -> None:
        """Refuse an input that cannot be."""
        self._rank(words, len(shape))
        super().require(words, shape)

    def wanted(self, words, rank: int) -> dict:
        """axis → the length that it must have, and the sentence that says so."""
        if self.mixes == "axes" and words.said.get("affine") is False:
            return {}  # PyTorch does not look
        said = shown(words.said[self.number])
        asked = Text(
            zh=f"输入须有 {self.number}={said} 个通道",
            en=f"the input must have {self.number}={said} channels",
        )
        return {self.axis(words, rank): (words.said[self.number], asked)}

    def _rank(self, words, rank: int) -> None:
        spatial = words.rank
        if spatial is None:
            return
        ranks = (spatial + 1, spatial + 2) if self.mixes or spatial == 1 else (spatial + 2,)
        if rank not in ranks:
            told = " or ".join(map(str, ranks))
            name = type(words).__name__
            raise ShapeError(
                Text(
                    zh=f"{name} 的 input_shape 须有 {told.replace('or', '或')} 项",
                    en=f"{name} needs an input_shape of {told} entries",
                ),
                Received(f"{rank} entries", f"{rank} 项"),
                Text(zh=f"例如 {ranks[-1]} 项", en=f"{ranks[-1]} entries work"),
            )

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        said = words.said
        if said.get("affine") is False:
            return (), 0
        parts = [said.get("weight_attr") is not False, said.get("bias_attr") is not False]
        parts[1] = parts[1] and said.get("bias") is not False
        return (said[self.number],), sum(parts)

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        channels = self.axis(words, rank)
        if self.mixes == "all":
            return tuple(range(1, rank))
        return tuple(i for i in range(channels, rank) if i != channels) if self.mixes else ()


class PerGroup(PerChannel):
    """As per channel, with the statistics of a group of channels."""

    number = "num_channels"


class Groups(Rule):
    """Channels that split evenly."""

    def read(self, words) -> None:
        """Refuse arguments that cannot be."""
        words.one(words.said["groups"], "groups")

    def require(self, words, shape: tuple) -> None:
        """Refuse an input that cannot be."""
        axis = -1 if str(words.said.get("data_format", "")).endswith("C") else 1
        asked = Text(
            zh="通道数须能被 groups={divisor} 整除",
            en="channels must be divisible by groups={divisor}",
        )
        words.divides(words.at(shape, axis), words.said["groups"], asked)


class Slopes(Rule):
    """One slope, or one for each channel."""

    def read(self, words) -> None:
        """Refuse arguments that cannot be."""
        words.one(words.said["num_parameters"], "num_parameters")

    def wanted(self, words, rank: int) -> dict:
        """axis → the length that it must have, and the sentence that says so."""
        many = words.said["num_parameters"]
        asked = Text(
            zh=f"输入须有 num_parameters={shown(many)} 个通道",
            en=f"the input must have num_parameters={shown(many)} channels",
        )
        return {} if many == 1 else {1: (many, asked)}

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        return (words.said["num_parameters"],), 1


class Trailing(Rule):
    """A weight and perhaps a bias for each place of the last axes, whose lengths are said."""

    def __init__(self, biased: bool):
        self.biased = biased

    def lengths(self, words) -> tuple:
        """The lengths that the last axes must have."""
        return words.said["normalized_shape"]

    def read(self, words) -> None:
        """Refuse arguments that cannot be; one length is that of the last axis."""
        said = words.said["normalized_shape"]
        entries = (said,) if isinstance(said, int | str) or is_expression(said) else taken(said, 17)
        if not entries:
            words.one(said, "normalized_shape")
        words.said["normalized_shape"] = tuple(
            words.one(n, f"normalized_shape[{i}]") for i, n in enumerate(entries or ())
        )

    def wanted(self, words, rank: int) -> dict:
        """axis → the length that it must have, and the sentence that says so."""
        lengths = self.lengths(words)
        made = {}
        for i, n in enumerate(lengths, -len(lengths)):
            asked = Text(
                zh=f"轴 {i} 须为 normalized_shape 说的长度 {shown(n)}",
                en=f"axis {i} must be {shown(n)} long, as normalized_shape says",
            )
            made[i] = n, asked
        return made

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        said = words.said
        if said["elementwise_affine"] is False:
            return (), 0
        biased = self.biased and said.get("bias") and said.get("bias_attr") is not False
        return self.lengths(words), int(said.get("weight_attr") is not False) + int(bool(biased))

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        return tuple(range(rank - len(self.lengths(words)), rank))


class Along(Rule):
    """Nothing kept; what is along one axis is weighed against each other."""

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        axis = words.said.get("dim", words.said.get("axis"))
        if axis is None:  # as the frameworks choose it
            axis = int(rank not in (0, 1, 3)) if "dim" in words.said else -1
        axes = taken(axis, 16) or (axis,)
        return tuple(a % rank for a in axes if isinstance(a, int) and -rank <= a < rank)


class KerasAxes(Along):
    """So many numbers for each place of the axes that are said, and so many kept beside."""

    def __init__(self, beside: int = 0, mixes: str = "", always: int = 0):
        self.beside, self.mixes, self.always = beside, mixes, always

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        shape = _known(words, shape)
        axes = taken(words.said["axis"], 16) or (words.said["axis"],)
        asked = words.said.get("center", False), words.said.get("scale", False)
        times = self.beside + self.always + sum(map(bool, asked))
        return tuple(words.at(shape, axis) for axis in axes), times

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        if self.mixes == "all":
            return tuple(range(1, rank))
        return super().mixed(words, rank) if self.mixes else ()


class KerasSlopes(Rule):
    """A slope for each place but those of shared axes."""

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        _, *rest = _known(words, shape)
        shared = taken(words.said["shared_axes"], 16) or ()
        return tuple(1 if i in shared else n for i, n in enumerate(rest, 1)), 1


class Given(Rule):
    """Weights that are given, as shapes or arrays; without them, so many per channel."""

    def __init__(self, times: int, mixes: str = ""):
        self.times, self.mixes = times, mixes

    def read(self, words) -> None:
        """Refuse arguments that cannot be."""
        if "axis" in words.said:
            words.number(words.said["axis"], "axis")

    def weights(self, words, shape) -> tuple:
        """The shape of one weight, and how many of such a shape there are."""
        names = [name for name in words.said if name in WEIGHTS]
        given = [sizes(words.said[n]) for n in names if taken(words.said[n], 2)]
        if given:
            return given[0], len(given)
        shape = _known(words, shape)
        if "axis" in words.said:
            return shape[words.said["axis"] :], self.times
        return (words.at(shape, 1),), self.times

    def mixed(self, words, rank: int) -> tuple:
        """The axes, by number, along which values are weighed against each other."""
        first = {"axes": 2, "all": 1}.get(self.mixes)
        if self.mixes == "trailing":
            first = words.said["axis"] % rank
        return () if first is None else tuple(range(first, rank))


RULES = {
    "batch": PerChannel(),
    "instance": PerChannel("axes"),
    "group": PerGroup("all"),
    "groups": Groups(),
    "slopes": Slopes(),
    "trailing": Trailing(biased=True),
    "root": Trailing(biased=False),
    "softmax": Along(),
    "keras_slopes": KerasSlopes(),
    "keras_batch": KerasAxes(beside=2),
    "keras_axes": KerasAxes(mixes="axes"),
    "keras_group": KerasAxes(mixes="all"),
    "keras_root": KerasAxes(mixes="axes", always=1),
    "given": Given(4),
    "given_instance": Given(2, "axes"),
    "given_group": Given(2, "all"),
    "given_trailing": Given(2, "trailing"),
}


def signature_of(text: str) -> inspect.Signature:
    """A signature as it is written: names, defaults, `*` and `**`."""
    (words,) = ast.parse(f"def words({text}): ...").body
    if not isinstance(words, ast.FunctionDef):
        raise SyntaxError(text)
    arguments = words.args
    kind = inspect.Parameter
    needed = len(arguments.args) - len(arguments.defaults)
    made = []
    for i, argument in enumerate(arguments.args):
        default = kind.empty if i < needed else ast.literal_eval(arguments.defaults[i - needed])
        made.append(kind(argument.arg, kind.POSITIONAL_OR_KEYWORD, default=default))
    if arguments.vararg:
        made.append(kind(arguments.vararg.arg, kind.VAR_POSITIONAL))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        value = kind.empty if default is None else ast.literal_eval(default)
        made.append(kind(argument.arg, kind.KEYWORD_ONLY, default=value))
    if arguments.kwarg:
        made.append(kind(arguments.kwarg.arg, kind.VAR_KEYWORD))
    return inspect.Signature(made)


@cache
def words_of(framework: str) -> dict:
    """name → class, for all the words of a framework that change no size; `torch.nn.functional` has
    its own.
    """
    told, made = vars(frameworks.dialect(framework)), {}
    for row in re.sub(r"\n {8,}", " ", told.get("UNCHANGED", "")).strip().splitlines():
        names, _, rest = row.strip().partition(" (")
        signature, _, rule = rest.rpartition(")")
        for name in names.split():
            digits = name.rstrip("dD")[-1:]
            made[name] = type(
                name,
                (Unchanged,),
                {
                    "__doc__": f"{framework}'s {name}: it changes no size.",
                    "__module__": __name__,
                    "framework": framework.partition(".")[0],
                    "sizeless": told.get("UNKEPT", frozenset()),
                    "signature": signature_of(signature),
                    "rule": RULES.get(rule.strip(" :")),
                    "rank": int(digits) if digits.isdigit() and "Norm" in name else None,
                    "data": told.get("DATA", ()),
                    "data_first": "DATA" in told,
                },
            )
    return made


def named(framework: str, name: str):
    """One of these words."""
    return words_of(framework)[name]
