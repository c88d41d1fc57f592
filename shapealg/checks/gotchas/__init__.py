"""Where a framework surprises: its inference contradicts its execution, or a rule holds in one rank
and not in the next.

Each is run, and what it gave is recorded; a test runs it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from shapealg.text import Text
from shapealg.words import frameworks


@dataclass(frozen=True)
class Gotcha:
    """One surprise.

    Args:
        name: short and stable, for the link.
        framework: the dialect it concerns.
        title: in a line.
        told: what happens and what to do, in two or three sentences.
        run: executes the real framework and gives label → result, all strings.
        expected: what that gave when it was recorded.
    """

    name: str
    framework: str
    title: Text
    told: Text
    run: Callable[[], dict]
    expected: dict


FRAMEWORKS = frameworks.NAMES


def of(framework: str) -> tuple:
    """The surprises of one framework; asking for them imports no framework, running them does."""
    return import_module(f"shapealg.checks.gotchas.{framework}").GOTCHAS


def outcome(ask) -> str:
    """What `ask` gives, or the name of the error it raises."""
    try:
        return str(ask())
    except Exception as error:  # whatever the framework raises is the result
        return type(error).__name__
