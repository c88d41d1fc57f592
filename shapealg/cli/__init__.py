"""The command line: shapes, conversions, inverse questions, networks and formulas; and the checks
on real frameworks.
"""

import os
import sys
from contextlib import suppress

from shapealg.cli.aside import finish, write_aside, write_together
from shapealg.cli.parser import Parser, options_of, parse
from shapealg.cli.telling import refuse, write
from shapealg.errors import Received, ShapeError, one_line
from shapealg.text import Text

__all__ = ["Parser", "finish", "main", "write_aside", "write_together"]

STOPPED = Text(
    zh="已停下；再运行同样的命令即可继续", en="stopped; run the same command again to go on"
)


def main(arguments=None) -> int:
    """Run one command.

    Returns the exit status: 0, or 1 where a check disagrees with what is recorded or a network does
    not run at the sizes, or 2 for a request that cannot be met.
    """
    typed = tuple(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            return _run(typed)
        finally:
            _flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        _close_quietly()
        return 0
    except OSError as problem:  # the disk is full, say
        _close_quietly()
        with suppress(OSError):  # and so may be the other one
            refuse("shapealg", problem, options_of(typed)[0], False)
        return 2


def _run(typed: tuple) -> int:
    chosen = parse(typed)
    where = f"shapealg {chosen.command}"
    try:
        return chosen.run(chosen) or 0
    except BrokenPipeError:
        raise
    except (ShapeError, OSError, RuntimeError) as problem:
        told = _ours(problem) if isinstance(problem, RecursionError) else problem
        refuse(where, told, chosen.lang, chosen.json)
        return 2
    except KeyboardInterrupt:
        write(f"{where}: {STOPPED[chosen.lang]}\n", sys.stderr)
        return 130
    except Exception as problem:  # a mistake of ours, told in one line too
        refuse(where, _ours(problem), chosen.lang, chosen.json)
        return 2


def _ours(problem: Exception) -> ShapeError:
    """A failure that nobody foresaw, with the place where it happened."""
    import traceback  # here, as it is rarely wanted

    at = traceback.extract_tb(problem.__traceback__)[-1]
    told = f"{type(problem).__name__}: {one_line(str(problem), 200)}"
    return ShapeError(
        Text(zh="这是 shapealg 自己的错误", en="this is a mistake of shapealg itself"),
        Received(f"{told} ({os.path.basename(at.filename)}:{at.lineno})"),
        Text(zh="请连同这条命令一起报告", en="please report it together with the command"),
    )


def _flush() -> None:
    """Here, where a pipe that is gone can be caught."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _close_quietly() -> None:
    """What is still to be written goes nowhere, so that the interpreter does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
        except AttributeError:  # closed before we came
            continue
