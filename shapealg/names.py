"""The words for one number of one axis: ours, and the frameworks' that mean the same.

One table, below the laws, `solve` and the command line; none of them spells a word of its own.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shapealg.errors import NoSuchName, Received, ShapeError, shown
from shapealg.text import Text

WORDS = {
    # W, F, S, P as the CS231n notes call them
    "n": ("input", "input_size", "in_size", "W"),
    "m": ("output", "output_size", "out_size"),
    "k": (
        "kernel",
        "kernel_size",
        "kernel_sizes",
        "kernel_shape",
        "pool_size",
        "ksize",
        "window_shape",
        "window_dimensions",
        "F",
    ),
    "s": ("stride", "strides", "window_strides", "S"),
    "d": ("dilation", "dilations", "dilation_rate", "rhs_dilation", "window_dilation", "rates"),
    "p": ("padding", "paddings", "pads", "pad", "P"),
    "op": ("output_padding",),
    "c": ("in_channels",),
    "f": ("filters", "out_channels"),
    "g": ("groups", "group", "feature_group_count"),
    "b": ("bias", "use_bias"),
}
OURS = {word: name for name, words in WORDS.items() for word in words}
# paddings that are told by a word, each with the law that says what comes out
PADDINGS = {
    "valid": "valid_output_size",
    "same": "same_output_size",
    "same_upper": "same_output_size",
    "same_lower": "same_output_size",
    "causal": "causal_output_size",
    "full": "full_output_size",
    "half": "half_output_size",
}
CATALOGUE: dict[str, Any] = {}  # every law by its name; `formulas` fills it, from a floor above
NUMBERED = re.compile(r"(.+?)(_\d+)?", re.DOTALL)  # k_1: the kernel of layer 1


def numbered(word: str) -> tuple[str, str]:
    """A word, and the number behind it.

    >>> numbered("k_1"), numbered("kernel_size")
    (('k', '_1'), ('kernel_size', ''))
    """
    found = NUMBERED.fullmatch(word)
    return (found[1], found[2] or "") if found else (word, "")


def ours(word: str) -> str:
    """Our name for a word, numbers behind it kept; a word that is not known stays as it is.

    >>> ours("kernel_size"), ours("padding_2"), ours("lo"), ours("tempo")
    ('k', 'p_2', 'lo', 'tempo')
    """
    base, number = numbered(word)
    return word if word in OURS.values() else OURS.get(base, base) + number


def spread(
    given: Mapping[str, Any], taken: Mapping[str, str], sequences: Collection[str] = ()
) -> dict[str, Any]:
    """Values by the frameworks' words, as values by the names that are taken.

    p, where only lo and hi are taken, is both of them; a pair of pads is (lo, hi). What is not
    taken keeps its word, for the caller to refuse.

    Args:
        given: word → value.
        taken: name → the name of WORDS that it means, mostly its own.
        sequences: the names whose value is one number per layer or per axis.

    Raises:
        ShapeError: if two words say the same number.

    >>> spread({"kernel_size": 7, "padding": 3}, {"k": "k", "a": "lo", "b": "hi"})
    {'k': 7, 'a': 3, 'b': 3}
    """
    by_meaning = {meaning: name for name, meaning in taken.items()}
    made: dict[str, Any] = {}
    said: dict[str, str] = {}
    for word, value in given.items():
        for name, part in _parts(word, value, taken, by_meaning, sequences).items():
            if name in made:
                raise _twice(name, said[name], word)
            made[name], said[name] = part, word
    return made


def _parts(
    word: str,
    value: Any,
    taken: Mapping[str, str],
    by_meaning: Mapping[str, str],
    sequences: Collection[str],
) -> dict[str, Any]:
    """What one word says: one name, or lo and hi."""
    meaning = taken.get(word) or ours(word)
    base, number = numbered(meaning)
    name = by_meaning.get(meaning, word)
    if base == "b" and word not in taken and isinstance(value, bool):
        return {name: int(value)}
    if base == "p":
        sides = [by_meaning[key] for side in ("lo", "hi") if (key := side + number) in by_meaning]
        value = _number(word, value)
        if len(sides) == 2:
            if (pair := _pair(word, value)) is not None and sides[0] not in sequences:
                return dict(zip(sides, pair, strict=True))
            if meaning not in by_meaning:
                return dict.fromkeys(sides, value)
    bracketed = word not in taken and name not in sequences and _single(value)
    return {name: value[0] if bracketed else value}


def _number(word: str, value: Any) -> Any:
    """A padding told by a word, as a number: "valid" is none; the others depend on the sizes, and
    have a law each.
    """
    if not isinstance(value, str) or value.lower() not in PADDINGS:
        return value
    law = PADDINGS[value.lower()]
    if value.lower() == "valid":
        return 0
    raise ShapeError(
        Text(
            zh=f"{word} 须为一个数；{value} 填多少要看尺寸",
            en=f"{word} must be a number; how much {value} pads depends on the sizes",
        ),
        value,
        Text(zh=f"请用 formulas.{law}", en=f"formulas.{law} works"),
    )


def _single(value: object) -> bool:
    """Whether it is a number in brackets, as layers of one axis write it."""
    return isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], int)


def _pair(word: str, value: object) -> tuple[Any, Any] | None:
    """(lo, hi), as ONNX's `pads=(lo, hi)` and JAX's `padding=[(lo, hi)]` write one axis.

    PyTorch's `padding=(1, 2)` is one number for each of two axes, and no pair.
    """
    if not isinstance(value, list | tuple):
        return None
    if len(value) == 1 and isinstance(value[0], list | tuple):
        value = value[0]
    elif word == "padding":
        return None
    return (value[0], value[1]) if len(value) == 2 else None


def _twice(name: str, *words: str) -> ShapeError:
    return ShapeError(
        Text(zh=f"{name} 说了两次", en=f"{name} is said twice"),
        Received(", ".join(shown(word) for word in words)),
        Text(zh="只说一次", en="say it once"),
    )


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words nearest to one that is not known, whatever their case."""
    import difflib  # here, for words are mostly known

    folded: dict[str, list[str]] = {}
    for name in known:
        folded.setdefault(name.lower(), []).append(name)
    found = difflib.get_close_matches(word.lower(), folded, most, 0.5)
    return [name for each in found for name in folded[each]][:most]


# what people call a law that we call otherwise; it is told and not taken: a pool without a stride
# steps by its kernel, FLOPs are twice the MACs
MEANT = {
    "pool": "conv_output_size",
    "pooling": "conv_output_size",
    "max_pool": "conv_output_size",
    "maxpool": "conv_output_size",
    "avg_pool": "conv_output_size",
    "convolution": "conv_output_size",
    "conv2d": "conv_output_size",
    "deconv": "transposed_output_size",
    "deconvolution": "transposed_output_size",
    "conv_transpose": "transposed_output_size",
    "transposed_conv": "transposed_output_size",
    "flops": "conv_macs",
    "macs": "conv_macs",
    "params": "conv_parameters",
    "parameters": "conv_parameters",
    "output_padding": "restoring_output_padding",
    "rf": "receptive_field_size",
}


def law_named(name: str) -> Any:
    """The law of a name, full or short: `conv` is `conv_output_size`.

    Raises:
        NoSuchName: if there is none; the line tells the nearest.

    >>> from shapealg import formulas
    >>> law_named("conv") is formulas.conv_output_size, law_named("receptive_field").name
    (True, 'receptive_field_size')
    """
    short = {full.removesuffix("_size").removesuffix("_output"): full for full in CATALOGUE}
    for full in (name, f"{name}_size", short.get(name)):
        if full in CATALOGUE:
            return CATALOGUE[full]
    raise NoSuchName(
        Text(zh="没有这条公式", en="there is no such formula"),
        name,
        [MEANT[name.lower()]]
        if name.lower() in MEANT
        else near(name, dict.fromkeys([*short, *CATALOGUE])) or list(short)[:3],
    )


def whole(text: str) -> int | None:
    """The integer that is typed, if it is one; nobody's size has 400 digits."""
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 400 else None
