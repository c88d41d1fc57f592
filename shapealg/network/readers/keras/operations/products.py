"""Operations of Keras that multiply and add up."""

from collections.abc import Iterable
from functools import reduce
from itertools import chain

from shapealg.network import operations
from shapealg.network.operations import counted
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, Tensor, Wire

OPERATIONS = Operators()
OPERATIONS.plain("Matmul")(operations.matmul)


def einsum(equation: str, *constants):
    """A sum of products; constants are the shapes of its last operands. Letters that meet are
    equal; `...` stands for the axes that are left.
    """
    sides = equation.replace(" ", "").split("->")
    if len(sides) != 2:
        return None
    terms = sides[0].split(",")

    def macs(*tensors):
        shapes = [*(x.shape for x in tensors), *constants]
        if len(shapes) != len(terms) or None in shapes:
            return None
        letters = [_letters(term, len(shape)) for term, shape in zip(terms, shapes, strict=True)]
        return operations.summed(letters, shapes, _result(sides[1], chain(*letters)))

    @counted(macs)
    def operation(flow, *tensors):
        shapes = [x.shape for x in tensors] + list(constants)
        if None in shapes or len(shapes) != len(terms):
            return UNKNOWN
        met = {}
        for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
            for axis, letter in enumerate(_letters(term, len(shape))):
                met.setdefault(letter, []).append((Wire(i, axis), shape[axis]))
        lengths = {letter: _meeting(flow, letter, those) for letter, those in met.items()}
        out = _result(sides[1], lengths)
        wires = (_read(met[letter], lengths[letter], len(tensors)) for letter in out)
        return Tensor(tuple(lengths[letter] for letter in out), None, tuple(wires))

    return operation


def _read(those: list, length, many: int) -> tuple:
    """The axes of so many tensors that a letter reads, but those of length 1 that stretch."""
    return tuple(w for w, n in those if w.source < many and (n != 1 or length == 1))


def _meeting(flow, letter: str, those: list):
    """The length of a letter: all are equal; those of an ellipsis stretch."""
    if letter.isdecimal():
        return operations.elementwise(flow, *(Tensor((n,)) for _, n in those)).shape[0]
    return reduce(flow.equal, (n for _, n in those))


def _letters(term: str, rank: int) -> list:
    """A letter per axis; those of an ellipsis are numbered from the end."""
    head, _, tail = term.partition("...")
    more = rank - len(head) - len(tail)
    return [*head, *(str(k) for k in reversed(range(more))), *tail]


def _result(term: str, letters: Iterable) -> list:
    """The letters of what comes out, where those of all operands are known."""
    more = max((int(letter) for letter in letters if letter.isdecimal()), default=-1) + 1
    return _letters(term, len(term.replace("...", "")) + more)


@OPERATIONS.built("Einsum")
def _einsum(op, *_):
    return einsum(op.subscripts)
