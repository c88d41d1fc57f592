"""Sizes of a network as a person types them."""

import re

from shapealg.errors import ShapeError
from shapealg.names import whole
from shapealg.network.table import is_batch
from shapealg.text import Text


def sizes(text: str, net, option: str = "") -> tuple:
    """Sizes typed as 224, as 224,256 or as H=224,W=256; and the names that were set to 1.

    One number is every open size but the batch; a batch that is not given is 1.

    Args:
        text: what was typed.
        net: the network.
        option: what the command line calls it, for refusals.

    Raises:
        ShapeError: where it does not fit the network.

    >>> from shapealg import read, torch
    >>> sizes("32", read([torch.Conv2d(3, 8, 3)], "N,3,H,W"))
    ({'N': 1, 'H': 32, 'W': 32}, ('N',))
    """
    batch = [name for name in net.sizes if is_batch(net, name)]
    named, numbers = _typed(text, net.sizes, batch, option)
    every = [name for name in net.sizes if name not in named]
    rest = [name for name in every if name not in batch]
    if len(numbers) == 1 and rest:
        made = named | dict.fromkeys(rest, numbers[0])
    elif len(numbers) == len(rest):
        made = named | dict(zip(rest, numbers, strict=True))
    elif len(numbers) == len(every) and (rest or not numbers):
        made = named | dict(zip(every, numbers, strict=True))
    else:
        raise _unfit(text, net.sizes, batch, named, option)
    assumed = tuple(name for name in batch if name not in made)
    made |= dict.fromkeys(assumed, 1)
    return {name: made[name] for name in net.sizes}, assumed


def _typed(text: str, names: tuple, batch: list, option: str) -> tuple:
    """Those with a name, and the bare numbers in their order."""
    named, numbers = {}, []
    if re.fullmatch(r"\d+([x×]\d+)+", text):
        text = re.sub("[x×]", ",", text)
    for part in text.split(","):
        label, equals, number = part.rpartition("=")
        name, size = label.strip(), whole(number.strip())
        if size is None or size < 1 or (equals and (name in named or name not in names)):
            raise _unfit(text, names, batch, {}, option)
        if equals:
            named[name] = size
        else:
            numbers.append(size)
    return named, numbers


def _unfit(text: str, names: tuple, batch: list, named: dict, option: str) -> ShapeError:
    if not names:
        works = Text(
            zh=f"输入的尺寸都已定下：{f'去掉 {option}' if option else '留空'}",
            en=f"the input leaves none open: leave {option or 'them'} out",
        )
    elif not set(names) - set(batch):
        works = Text(
            zh=f"没有敞开的空间尺寸；批次写作 {names[0]}=8",
            en=f"no spatial size is open; the batch is written {names[0]}=8",
        )
    else:
        word = f"{option} " if option else ""
        usual = named | {name: 224 for name in names if name not in batch and name not in named}
        example = ",".join(f"{name}={n}" for name, n in usual.items())
        works = Text(
            zh=f"敞开的尺寸有 {'、'.join(names)}；例如 {word}{example}",
            en=f"open are {', '.join(names)}; for example {word}{example}",
        )
    return ShapeError(
        Text(
            zh="尺寸写作 224（各空间尺寸）、224,256 或 H=224,W=256",
            en="sizes are written 224 (every spatial size), 224,256 or H=224,W=256",
        ),
        text,
        works,
    )
