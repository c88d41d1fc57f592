"""Ways that part and then do the same: `if x.numel() > 2**31: x = x.contiguous()`. They are one."""

from dataclasses import replace
from itertools import combinations

from shapealg.axis.sizes import Sizes
from shapealg.network.readers.torch.known import Known

ALL = Sizes.every(1)
LAID_OUT = "contiguous"  # a node that changes the memory's layout only


def merged(ended: list) -> list:
    """The ways, of which two are one where all that is made on them is the same."""
    refused = [one for one in ended if one.failure is not None]
    kinds: list[tuple] = []
    for one in (one for one in ended if one.failure is None):
        told = _told(one)
        alike = next((several for other, several in kinds if other == told), None)
        if alike is None:
            kinds.append((told, [one]))
        else:
            alike.append(one)
    return [*(one for _, several in kinds for one in _joined(several)), *refused]


def _joined(several: list) -> list:
    """Ways that do the same, of which two are one where together they are about a simple set."""
    for one, other in combinations(several, 2):
        both = _one(one, other)
        if both is not None:
            rest = [way for way in several if way is not one and way is not other]
            return _joined([both, *rest])
    return several


def _one(one, other):
    """Two ways as one, the shorter: what parts them is one condition, or the sizes of one name.
    What one of them requires, and its sizes meet anyway on the other, the nodes ask again.
    """
    one, other = sorted((one, other), key=lambda way: len(way.graph.nodes))
    first, second = one.known.box, other.known.box
    mine, theirs = set(one.known.held), set(other.known.held)
    apart = [n for n in first.keys() | second.keys() if first.get(n, ALL) != second.get(n, ALL)]
    if not apart and len(mine - theirs) == len(theirs - mine) == 1:  # one holds, or its opposite
        held = tuple(condition for condition in one.known.held if condition in theirs)
        return replace(one, known=Known(first, held))
    if mine != theirs or len(apart) != 1:
        return None
    (name,) = apart
    box = first | {name: first.get(name, ALL) | second.get(name, ALL)}
    box = {n: sizes for n, sizes in box.items() if sizes != ALL}
    return replace(one, known=Known(box, one.known.held))


def _told(one) -> tuple:
    """All that is made on a way."""
    read = {name: told for name, _, *told in one.reads}
    passed: dict[str, str] = {}
    rows = []
    for node in one.graph.nodes:
        given = tuple(passed.get(name, name) for name in node.inputs)
        if node.kind == LAID_OUT:
            passed[node.name] = given[0]
            continue
        shapes = getattr(node.operation, "shapes", None)
        rows.append((node.key, given, shapes, [read.get(name) for name in node.outputs]))
    outputs = [passed.get(name, name) for name in one.graph.outputs]
    return rows, outputs, one.shapes, one.products
