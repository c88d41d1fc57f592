"""What PyTorch, or the model itself, refuses: as a failure of a node, with what would work."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from shapealg.errors import Received, ShapeError, Undecided, one_line
from shapealg.network.failure import OTHERS
from shapealg.network.readers.torch.nested import flat
from shapealg.network.readers.torch.noted import Shaped, raising
from shapealg.network.readers.torch.running import HERE
from shapealg.network.readers.torch.twin import twin
from shapealg.network.readers.torch.unanswered import ELSE
from shapealg.text import Text

TRIED = (1, 2, 7, 32, 64, 224, 255)  # sizes that are tried, where none was found to run
CHECK = Text(zh="请检查这个节点", en="check this node")
AT_ALL = Text(
    zh="所有尺寸都如此；请检查 forward 与给它的输入",
    en="so at every size; check forward and what it is given",
)


def refused(node, problem) -> tuple:
    """The parts of a node's failure, where PyTorch, or the model itself, refuses the sizes."""
    return (
        Text(
            zh=f"节点 {node.name}（{node.kind}）被拒绝",
            en=f"node {node.name} ({node.kind}) is refused",
        ),
        _said(problem, 160),
        OTHERS,
        node,
    )


def _said(problem, limit: int) -> Received:
    told = one_line(str(problem), limit) or type(problem).__name__
    return Received(f"{type(problem).__name__}: {told}")


def raised_in(problem):
    """Where the model's own code raised, as an entry of the traceback; `None` where it did not."""
    import torch

    theirs = str(Path(torch.__file__).parent)
    entry, found = problem.__traceback__, None
    while entry is not None:
        if not entry.tb_frame.f_code.co_filename.startswith((theirs, HERE)):
            found = entry
        entry = entry.tb_next
    return found


def where(problem) -> str:
    """The line of the model that raised."""
    entry = raised_in(problem)
    return f"{Path(entry.tb_frame.f_code.co_filename).name}:{entry.tb_lineno}" if entry else "?"


def at_line(problem: ShapeError, cause=None) -> ShapeError:
    """The same error told with the line of the model at which it, or its cause, came up."""
    at = where(cause or problem)
    if at != "?" and f"({at})" not in problem.asked.en:
        asked = Text(zh=f"{problem.asked.zh}（{at}）", en=f"{problem.asked.en} ({at})")
        problem.asked, problem.args = asked, (asked, problem.received, problem.works)
    return problem


def at_every_size(asked, ended: list) -> None:
    """No way came to its end, so no other sizes may work: that is said, once it was tried.

    Raises:
        ShapeError: where the model itself raises at every size, or runs at one that was tried.
    """
    first = ended[0]
    told = [one for one in ended if one.failure.works is OTHERS and _is_refusal(one)]
    if told and _runs(asked):
        problem = Undecided(
            Text(zh="模型不能以开放的尺寸运行", en="the model does not run on open sizes"),
            first.failure.received,
            ELSE,
        )
        raise at_line(problem, first.problem or first.failure)
    if len(ended) == 1 and first.problem is not None:
        at = where(first.problem)
        raise ShapeError(
            Text(zh=f"模型不能运行（{at}）", en=f"the model does not run ({at})"),
            _said(first.problem, 120),
            AT_ALL,
        ) from None
    for one in told:
        failure, (*nodes, last) = one.failure, one.graph.nodes
        parts = failure.asked, failure.received, CHECK, failure.node
        nodes.append(replace(last, operation=raising(parts)))
        one.graph = replace(one.graph, nodes=tuple(nodes))


def _is_refusal(one) -> bool:
    """Whether the last node refuses; otherwise it is only not known what it does."""
    return not isinstance(one.graph.nodes[-1].operation, Shaped)


def _runs(asked) -> bool:
    """Whether the module runs at one of the sizes that are tried."""
    return any(_runs_at(asked, n) for n in TRIED)


def _runs_at(asked, n: int) -> bool:
    import torch

    made, _ = twin(asked.module)
    with suppress(Exception), torch.no_grad(), torch.device("meta"):
        tensors = {
            name: torch.empty(_sized(shape, n), dtype=asked.types[name])
            for name, shape in asked.inputs.items()
        }
        made = asked.call(made, tensors)
        there = [n for t in flat(made) if isinstance(t, torch.Tensor) for n in t.shape]
        return all(n > 0 for n in there)
    return False


def _sized(shape: tuple, n: int) -> list:
    """A shape whose open sizes are one number; there are few examples in a batch."""
    several = [m if type(m) is int else n for m in shape]
    if several and type(shape[0]) is not int:
        several[0] = min(n, 2)
    return several
