"""All ways through a module: it is run once on each, with what is known there."""

import re
from dataclasses import replace

from shapealg.axis.condition import ASKED
from shapealg.errors import Received, ShapeError, Undecided, one_line
from shapealg.network.failure import Failure
from shapealg.network.graph import Graph
from shapealg.network.readers.torch.asked import Asked
from shapealg.network.readers.torch.calls import watched
from shapealg.network.readers.torch.data import either
from shapealg.network.readers.torch.ended import Ended, failed, raised, with_output
from shapealg.network.readers.torch.joined import joined
from shapealg.network.readers.torch.kept import as_it_was
from shapealg.network.readers.torch.known import Known
from shapealg.network.readers.torch.number import Number, Unanswered
from shapealg.network.readers.torch.parting import Again, Parting
from shapealg.network.readers.torch.pieces import counted
from shapealg.network.readers.torch.refusal import at_line, raised_in, where
from shapealg.network.readers.torch.run import Run, unstopped
from shapealg.network.readers.torch.running import HERE
from shapealg.network.readers.torch.scripted import AsPython
from shapealg.network.readers.torch.stand_ins import StandIns
from shapealg.network.readers.torch.twin import twin
from shapealg.network.readers.torch.unanswered import ELSE
from shapealg.text import Text

OPEN = re.compile(r"\bSym(Int|Float|Bool)\b")  # what Python calls a size that is open
FEW = 2**3  # of more ways than these it is tried to let them join again
MANY = 2**7  # so many ways a module may go


def graph(module, inputs: dict, call, types: dict) -> Graph:
    """The graph of a module with all its ways; what is given is told of `Asked`."""
    with StandIns() as stand_ins, as_it_was(module), AsPython():
        asked = Asked(module, inputs, call, types, stand_ins)
        return joined(asked, either(lambda data: _ways(replace(asked, data=data), False)))


def _ways(asked: Asked, rejoining: bool) -> list:
    """Every way as it `Ended`."""
    ended: list[Ended] = []
    open_, line_ = [Known({})], "?"
    while open_:
        if not rejoining and len(ended) + len(open_) > FEW:
            return _ways(asked, True)
        if len(ended) + len(open_) > MANY:
            raise Undecided(
                Text(
                    zh=f"网络在不同尺寸下走的路太多（最后分开于 {line_}）",
                    en=f"the network goes too many ways at different sizes (parting at {line_})",
                ),
                len(ended) + len(open_),
                Text(
                    zh=f"至多 {MANY} 条；请给定一些尺寸",
                    en=f"at most {MANY} work; give some of the sizes",
                ),
            )
        run = Run(asked.inputs, open_.pop(), asked.stand_ins, asked.data, asked.emptied)
        if run.empty:
            continue
        try:
            ended.append(once(asked, run, rejoining))
        except Again:
            open_ += [*run.left, run.known]
        except Parting as parting:
            line_ = parting.line
            sides = [run.known.narrowed(*side) for side in reversed(parting.sides)]
            open_ += run.left + sides
        else:
            line_ = run.parted if run.left else line_
            open_ += run.left
    return ended


def once(asked: Asked, run: Run, rejoining: bool) -> Ended:
    """One run.

    Raises:
        Parting: where ways part.
        Again: where it is to be begun again.
        ShapeError: where something cannot be told at all.
    """
    import torch
    from torch._dispatch.python import enable_python_dispatcher

    inputs = asked.inputs
    made, originals = twin(asked.module)
    tensors = {name: _tensor(run, shape, asked.types[name]) for name, shape in inputs.items()}
    watching = watched(run, made, tensors, originals, rejoining)
    calls, token = watching.calls, ASKED.set(run.ask)
    try:
        with torch.no_grad(), torch.device("meta"), enable_python_dispatcher(), watching:
            result = unstopped(run, lambda: counted(asked.call(made, tensors)))
    except Failure as failure:
        return failed(calls, inputs, failure)
    except ShapeError as problem:
        raise at_line(problem) from None
    except Exception as problem:
        if _is_ours(problem):
            raise
        unanswered = isinstance(problem, Unanswered | RecursionError)  # PyTorch asks in a circle
        if unanswered or (isinstance(problem, TypeError) and OPEN.search(str(problem))):
            raise _not_of_open_sizes(asked, problem) from None
        return raised(calls, inputs, problem)
    else:
        return with_output(calls, inputs, result)
    finally:
        ASKED.reset(token)


def _tensor(run: Run, shape: tuple, dtype):
    """An input without data, whose open sizes are lengths."""
    import torch

    lengths = [run.sizes[n] if isinstance(n, str) else n for n in shape]
    sizes = [n if type(n) is int else torch.SymInt(Number(n, run)) for n in lengths]
    return torch.empty(sizes, dtype=dtype, device="meta")


def _not_of_open_sizes(asked: Asked, problem) -> Again | Undecided:
    """What Python cannot do with an open size says nothing of the sizes: the model's code is given
    what can, if there is such.
    """
    entry = raised_in(problem)
    again = asked.stand_ins.give(entry.tb_frame) if entry else None
    return again or Undecided(
        Text(
            zh=f"forward 在这里需要一个数值（{where(problem)}）",
            en=f"forward needs a number here ({where(problem)})",
        ),
        Received(one_line(str(problem), 120)),
        ELSE,
    )


def _is_ours(problem) -> bool:
    """Whether a mistake was made here, and neither by the model nor by PyTorch."""
    last = problem.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    mistake = type(problem) in (AttributeError, KeyError, NameError, AssertionError)
    return mistake and last.tb_frame.f_code.co_filename.startswith(HERE)
