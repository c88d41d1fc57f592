"""Operations of Keras that multiply and add up."""

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
        first = letters[0][:1] if sides[1].startswith("...") else sides[1][:1]
        return operations.summed(letters, shapes, first)

    @counted(macs)
    def operation(flow, *tensors):
        shapes = [x.shape for x in tensors] + list(constants)
        if None in shapes or len(shapes) != len(terms):
            return UNKNOWN
        lengths, wires = {}, {}
        for i, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
            for axis, letter in enumerate(_letters(term, len(shape))):
                lengths[letter] = (
                    flow.equal(lengths[letter], shape[axis]) if letter in lengths else shape[axis]
                )
                if i < len(tensors):
                    wires.setdefault(letter, []).append(Wire(i, axis))
        rest = max((int(letter) for letter in lengths if letter.isdecimal()), default=-1) + 1
        out = _letters(sides[1], len(sides[1].replace("...", "")) + rest)
        return Tensor(
            tuple(lengths[letter] for letter in out),
            None,
            tuple(tuple(wires.get(letter, ())) for letter in out),
        )

    return operation


def _letters(term: str, rank: int) -> list:
    """A letter per axis; those of an ellipsis are numbered from the end."""
    head, dots, tail = term.partition("...")
    more = rank - len(head) - len(tail)
    return [*head, *(str(k) for k in reversed(range(more if dots else 0))), *tail]


@OPERATIONS.built("Einsum")
def _einsum(op, *_):
    return einsum(op.subscripts)
