"""A node that does not run, and why."""

from typing import Any

from shapealg.errors import DomainError, Received, ShapeError, Undecided, shown
from shapealg.network.graph import Node
from shapealg.text import Text

# what is left to say where it is not known which sizes work
OTHERS = Text(zh="请用别的尺寸", en="other sizes may work")


class Failure(DomainError):
    """A node that does not run, with the two sizes that do not go together (or the one that is too
    small), and the run in which it fails.
    """

    remedy: Text | None = None  # what would work at the node itself, whatever the sizes

    def __init__(self, asked: Text, received, works: Text, node: Node, sides: tuple = ()):
        super().__init__(asked, received, works)
        self.node, self.sides = node, sides
        self.flow: Any = None  # the `Flow` that fails, where it is kept


def nothing(node: Node, length) -> Failure:
    """Nothing comes out of a node: of a length there must be at least 1."""
    return Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）没有输出",
            en=f"node {node.name} ({node.kind}) has no output",
        ),
        length,
        Text(zh="至少要有 1 格", en="at least 1 position works"),
        node,
        (length,),
    )


def no_place(node: Node, place, length) -> Failure:
    """A place is chosen that an axis does not have."""
    return Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）要取第 {shown(place)} 项，轴没有那么长",
            en=f"node {node.name} ({node.kind}) asks for entry {shown(place)} of a shorter axis",
        ),
        Received.positions(length),
        Text(zh=f"轴长至少 {shown(place + 1)}", en=f"an axis of at least {shown(place + 1)} works"),
        node,
    )


def negative(node: Node, length) -> Failure:
    """A node makes an axis that would be shorter than nothing."""
    return Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）的一个轴长度为负",
            en=f"node {node.name} ({node.kind}) makes an axis of negative length",
        ),
        length,
        Text(zh="至少为 0", en="at least 0 works"),
        node,
        (length,),
    )


def unequal(node: Node, one, two) -> Failure:
    """Two lengths meet in a node that must be equal."""
    return Failure(
        Text(
            zh=f"节点 {node.name}（{node.kind}）要求两个尺寸相等",
            en=f"node {node.name} ({node.kind}) needs two equal sizes",
        ),
        Received(f"{shown(one)} and {shown(two)}"),
        Text(zh="填充或裁剪到一样大", en="pad or crop to the same size"),
        node,
        (one, two),
    )


def at_node(problem: ShapeError, node: Node) -> ShapeError:
    """An error told with the node at which it came up."""
    told = (
        Text(
            zh=f"节点 {node.name}：{problem.asked.zh}",
            en=f"node {node.name}: {problem.asked.en}",
        ),
        Received(problem._told.en, problem._told.zh),
        problem.works,
    )
    return Undecided(*told) if isinstance(problem, Undecided) else Failure(*told, node)
