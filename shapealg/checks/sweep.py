"""A grid of calls, said to the algebra and to the real framework: the shapes, and on a sample the
values, must be the same.

A case is (call, words, input shape), the same words for both sides. A grid is cut into chunks; each
gives a `Tally`.
"""

import random
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import partial
from importlib import import_module
from itertools import islice, product
from pathlib import Path

import numpy

from shapealg.checks import performed
from shapealg.checks.together import completed
from shapealg.errors import ShapeError, one_line

REFUSED = "refused"
HARNESS = Path(__file__).parent  # what lies here is ours, and no framework's
# what no framework refuses by, where it is raised by a line of the harness itself
SLIPS = (AttributeError, ImportError, LookupError, NameError, AssertionError)
TOLD = {"call", "words", "input", "algebra", "framework"}  # of a disagreement
WORDS = 90  # so much is kept of what a framework says when it refuses
CHUNK = 2000  # cases between two lines of the record
# every case also has its values compared, where the algebra says them and the output is not too
# large to be worked out here; of those whose framework compiles every shape anew, one in so many
RARELY = 25
LARGEST = 50_000  # outputs times taps


@dataclass
class Tally:
    """What became of the cases: agreed, refused by both, and every disagreement in full; of how
    many the framework only inferred the shape, and how many had their values compared.
    """

    agreed: int = 0
    refused: int = 0
    inferred: int = 0
    values: int = 0
    disagreed: list = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in the tally of other cases."""
        self.agreed += other.agreed
        self.refused += other.refused
        self.inferred += other.inferred
        self.values += other.values
        self.disagreed += other.disagreed

    @classmethod
    def read(cls, told: object) -> "Tally | None":
        """A tally as it was written down; `None` where it cannot be one."""
        if not isinstance(told, dict) or set(told) != {f.name for f in fields(cls)}:
            return None
        counts = [n for name, n in told.items() if name != "disagreed"]
        listed = told["disagreed"]
        if not all(type(n) is int and n >= 0 for n in counts) or not isinstance(listed, list):
            return None
        if not all(isinstance(one, dict) and one.keys() - {"said"} == TOLD for one in listed):
            return None
        made = cls(**told)
        return made if max(made.inferred, made.values) <= made.run else None

    @property
    def run(self) -> int:
        """How many cases there were."""
        return self.agreed + self.refused + len(self.disagreed)


def grid(backend: str):
    """The module that says what a backend is asked."""
    return import_module(f"shapealg.checks.grids.{backend.split('-')[0]}")


def grids(backend: str) -> dict:
    """The grids of a backend by kind of layer; each gives its cases, for `full` all of them, and
    as many more that every pair of values meets.
    """
    module = grid(backend)
    survives = getattr(module, "survives", lambda *case: True)

    axis = partial(_spatial, dialect(backend))

    def whole(grid):
        return lambda full: completed(grid(full), axis, survives) if full else grid(full)

    return {kind: whole(grid) for kind, grid in module.GRIDS.items()}


def _spatial(dialect, call: str, words: dict, shape) -> int:
    """The last spatial axis of an input; of one with words that are refused, the last."""
    with suppress(ShapeError):
        order = getattr(dialect, call)(**words).order(len(shape))
        return max((i for i, label in enumerate(order) if isinstance(label, int)), default=-1)
    return -1


def known(backend: str) -> tuple:
    """Disagreements that are the framework's own: pairs (which, why); by backend where a dialect
    has several.
    """
    found = getattr(grid(backend), "KNOWN", ())
    return found.get(backend, ()) if isinstance(found, dict) else found


def dialect(backend: str):
    """The dialect that a backend speaks."""
    return import_module(f"shapealg.words.dialects.{backend.split('-')[0]}")


def real(backend: str):
    """The module that runs the real framework."""
    return import_module(f"shapealg.checks.backends.{backend.split('-')[0]}")


def chunks(backend: str, kind: str, full: bool):
    """The cases of one grid, CHUNK at a time, in an order that never changes."""
    cases = iter(grids(backend)[kind](full))
    return iter(lambda: list(islice(cases, CHUNK)), [])


def swept(backend: str, cases) -> Tally:
    """Run the cases on the real framework."""
    tally, framework = Tally(), real(backend)
    for i, (call, words, shape) in enumerate(cases):
        compare(tally, backend, framework, call, words, shape, values=i % every(backend) == 0)
    return tally


def manners(backend: str, kind: str, full: bool, first: int = 0) -> Iterator[tuple]:
    """What the real framework does with each case of a grid from one on: its shape, or `REFUSED`,
    also where the layer is missing; what it says when it refuses; whether the values are those of
    the algebra, where they were compared.
    """
    framework = real(backend)
    for i, (call, words, shape) in enumerate(
        islice(grids(backend)[kind](full), first, None), first
    ):
        theirs, why = measured(framework, call, words, shape)
        tally = Tally()
        if type(theirs) is str:  # what a version does not have is a slip of the harness
            theirs = REFUSED
        elif i % every(backend) == 0:
            compare(tally, backend, framework, call, words, shape, values=True)
        differ = any(one["algebra"] == "values" for one in tally.disagreed)
        yield _plain(theirs), why, not differ if tally.values else None


def every(backend: str) -> int:
    """Of so many cases one has its values compared."""
    return RARELY if "jax" in backend else 1


def compare(tally: Tally, backend: str, real, call: str, words: dict, shape, values: bool) -> None:
    """File one case."""
    tally.inferred += inferred(real, call, words, shape)
    made, ours = said(backend, call, words, shape)
    theirs, why = measured(real, call, words, shape)
    if ours != theirs:
        told = {
            "call": call,
            "words": {k: _plain(v) for k, v in words.items()},
            "input": _plain(shape),
            "algebra": _plain(ours),
            "framework": _plain(theirs),
        }
        tally.disagreed.append(told | ({"said": why} if why else {}))
    elif ours == REFUSED:
        tally.refused += 1
    else:
        tally.agreed += 1
        if values and 0 not in ours and 0 < performed.work(made, shape, ours) <= LARGEST:
            example = performed.example(made, shape, backend)
            compare_values(tally, real, example, call, words, shape)


def compare_values(tally: Tally, real, example: tuple, call: str, words: dict, shape) -> None:
    """Random whole numbers through the real layer and through loops that read where the algebra
    says.
    """
    x, weights, expected = example
    if expected is None:
        return
    tally.values += 1
    try:
        got = numpy.asarray(real.execute(call, words, x, weights))
        framework = (
            ""
            if got.shape == expected.shape
            and numpy.allclose(got, expected, rtol=1e-3, atol=1e-3, equal_nan=True)
            else "other values"
        )
    except Exception as error:  # it takes the words but not the weights, say
        framework = type(error).__name__
    if framework:
        tally.agreed -= 1
        tally.disagreed.append(
            {
                "call": call,
                "words": {k: _plain(v) for k, v in words.items()},
                "input": _plain(shape),
                "algebra": "values",
                "framework": framework,
            }
        )


def said(backend: str, call: str, words: dict, shape) -> tuple:
    """The words as the dialect understands them, and the shape they give; or `REFUSED`."""
    try:
        made = getattr(dialect(backend), call)(**words)
        return made, tuple(made.output_shape(shape))
    except ShapeError:
        return None, REFUSED


def inferred(real, call: str, words: dict, shape) -> bool:
    """Whether the framework is only asked to infer this shape, and runs nothing; most run all."""
    return hasattr(real, "inferred") and real.inferred(call, words, shape)


def measured(real, call: str, words: dict, shape) -> tuple:
    """The shape that the real framework gives, executed, or `REFUSED`; and the class and the first
    words of a refusal. A slip of the harness is no refusal.
    """
    try:
        return tuple(int(n) for n in real.shape(call, words, shape)), ""
    except Exception as error:  # a framework refuses in many classes; that it refuses is measured
        why = one_line(f"{type(error).__name__}: {error}", WORDS)
        return (f"the harness failed, {why}" if is_slip(error) else REFUSED), why


def is_slip(error: Exception) -> bool:
    """Whether an exception comes from a line of the harness, and not from a framework."""
    *_, last = traceback.extract_tb(error.__traceback__)
    return isinstance(error, SLIPS) and Path(last.filename).is_relative_to(HARNESS)


def _plain(value):
    return list(map(_plain, value)) if isinstance(value, tuple | list) else value


# ------------------------------------------------------------ making grids


def crossed(**choices):
    """Every combination of the choices, as dicts."""
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def drawn(count: int, seed: int, rank: int, **choices):
    """`count` random combinations, the same at every run, with one choice per axis for a list and
    one for all for a tuple.

    >>> next(drawn(1, seed=0, rank=2, k=[1, 2, 3], groups=(1, 2)))
    {'k': (2, 2), 'groups': 1}
    """
    dice = random.Random(seed)
    for _ in range(count):
        drawn = {}
        for name, values in choices.items():
            each = isinstance(values, list)  # a list holds what is drawn for each axis by itself
            drawn[name] = tuple(map(dice.choice, [values] * rank)) if each else dice.choice(values)
        yield drawn
