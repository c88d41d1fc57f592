"""What comes of a guess about a size that no formula tells: of what was guessed the opposite is
guessed, too, and what both give is so.
"""

from contextlib import suppress
from dataclasses import replace
from itertools import chain

from shapealg.errors import ShapeError
from shapealg.network.readers.torch.caught import caught
from shapealg.network.readers.torch.nested import flat
from shapealg.network.readers.torch.noted import Shaped, shape_of
from shapealg.network.readers.torch.run import Asking, Run
from shapealg.network.tensor import Tensor
from shapealg.text import Text


def whatever(run: Run, shaped: Shaped, given: list, told):
    """What an operation here tells of tensors, whatever is guessed: a `Tensor`, or several."""
    many = run.many
    for _ in run.guesses():
        with suppress(ShapeError):  # where it runs, the guess is right
            other = run.handled(shaped, *given)
            both = isinstance(told, tuple)
            told = tuple(map(_common, told, other)) if both else _common(told, other)
        run.taken_back(many)
    return told


def _common(tensor: Tensor, other: Tensor) -> Tensor:
    """What two tensors have in common."""
    if tensor.shape is None or other.shape is None or len(tensor.shape) != len(other.shape):
        return Tensor(None)
    (shape,) = alike((tensor.shape,), [[other.shape]])
    value = tensor.value if tensor.value == other.value else None
    return replace(tensor, shape=shape, value=value)


def otherwise(run: Run, node, shaped: Shaped, told, made, function) -> list:
    """The shapes that PyTorch makes under each other guess; none where these decide nothing.

    Args:
        run: the run.
        node: the call.
        shaped: what it does.
        told: what the operation here tells.
        made: what PyTorch made.
        function: lets it make that again; `None` where it writes into what is there.

    Raises:
        Undecided: where the model itself takes a refusal, and nobody knows whether there is one.
    """
    if caught():
        raise run.untold(
            Text(
                zh=f"{node.kind} 是否被拒绝取决于没有公式的尺寸，而模型自己接住拒绝",
                en=f"whether {node.kind} is refused, which the model takes itself, depends on a"
                " size that no formula tells",
            ),
            node.kind,
        )
    found: list[list] = []
    if function is None or not _in_doubt(told, shapes(made)):
        return found
    for _ in run.guesses():
        with (
            Asking(run, shaped.operation is not None),
            suppress(Exception),  # where it runs, the guess is right
        ):
            found.append(shapes(function()))
    return found


def of_one_rank(made, others: list) -> bool:
    """Whether tensors have as many axes under each other guess."""
    ranks = list(map(len, shapes(made)))
    return all(list(map(len, rows)) == ranks for rows in others)


def shapes(made) -> list:
    """The shapes of tensors, however they are handed out."""
    import torch

    return [shape_of(one) for one in flat(made) if isinstance(one, torch.Tensor)]


def _in_doubt(told, found: list) -> bool:
    """Whether PyTorch gives a length that the operation here does not tell."""
    several = told if isinstance(told, tuple) else (told,)
    for i, shape in enumerate(found):
        mine = several[i].shape if i < len(several) and several[i] is not None else None
        if mine is None or len(mine) != len(shape):
            mine = (None,) * len(shape)
        if any(n is not None and m is None for n, m in zip(shape, mine, strict=True)):
            return True
    return False


def alike(found: tuple, others: list) -> list:
    """Shapes in which those sizes are left that come out of all guesses."""
    made = []
    for i, shape in enumerate(found):
        kept = list(shape)
        for other in (rows[i] for rows in others if i < len(rows)):
            if len(other) == len(shape):
                kept = [n if n == m else None for n, m in zip(kept, other, strict=True)]
        made.append(tuple(kept))
    return made


def sure(there: list, told: tuple, found: list) -> tuple:
    """Shapes that came out of all guesses, as far as they are sure: what is told by an operation
    here; or a number, or a length of the tensors that are `there`.
    """
    known = set(chain.from_iterable(tensor.shape or () for tensor in there))
    made = []
    for i, shape in enumerate(found):
        kept = tuple(n if type(n) is int or n in known else None for n in shape)
        if i < len(told) and len(told[i].shape or ()) == len(shape):
            pairs = zip(told[i].shape, kept, strict=True)
            kept = tuple(m if n is None else n for n, m in pairs)
        made.append(kept)
    return tuple(made)
