"""Public models that were read and then run: what `scripts/corpus.py` recorded, as values."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from shapealg.axis.bound import Bound
from shapealg.axis.sizes import Sizes
from shapealg.errors import ShapeError
from shapealg.text import Text

# How far a model got; those from "refused" on have no answers.
STATES = ("read", "unknown", "refused", "stopped", "crashed", "died", "unmade")


@dataclass(frozen=True, slots=True)
class Field:
    """How far one node sees.

    Attributes:
        size: per axis the positions, or words where they depend on the size; `None` where all are
            read or nobody can tell.
        jump: how many positions lie between neighbouring outputs.
        whole: per axis whether all positions are read.
        gates: so many nodes let it see everything besides.
        layer: the node.
    """

    size: tuple[int | str | None, ...]
    jump: tuple[str, ...]
    whole: tuple[bool, ...]
    gates: int
    layer: str


@dataclass(frozen=True, slots=True)
class Model:
    """What was found about one model.

    Attributes:
        state: one of `STATES`.
        accepts: axis → the sizes it takes, or why nobody can tell.
        ties: equations between several axes that must hold besides.
        outputs: the shapes at the large sizes, at most twelve; `None` is unknown.
        many: how many outputs there are.
        turns: whether another formula holds at some sizes.
        unknown: nodes behind which nothing is known.
        field: how far an output sees; where that is everything, the last node that does not.
        through: whether that is such a node, and not the output.
        ran: at how many sizes it was run.
        undecided: at how many of them the answer is that nobody can decide.
        wrong: the first sizes at which the run gave something else.
        inside: whether all gradients lie within the receptive field, where they were asked for.
        certified: whether its certificate holds; `None` where it has none.
        reason: why there are no answers; English alone where no error of ours says it.
    """

    library: str
    name: str
    state: str
    accepts: dict[str, Sizes | Text]
    ties: tuple[str, ...]
    outputs: tuple[tuple[str, ...] | None, ...]
    many: int
    turns: bool
    unknown: tuple[str, ...]
    parameters: int | None
    field: Field | None
    through: bool
    ran: int
    undecided: int
    wrong: tuple[dict[str, int], ...]
    inside: bool | None
    certified: bool | None
    reason: Text | None

    @property
    def kind(self) -> str:
        """What it takes, roughly: any size from some on, classes, a few, or nobody knows."""
        found = list(self.accepts.values())
        sets = [one for one in found if isinstance(one, Sizes)]
        if not found or len(sets) < len(found):
            return "none"
        if not all(sizes.residues for sizes in sets):
            return "few"
        return "any" if all(sizes.modulus == 1 for sizes in sets) else "classes"


@dataclass(frozen=True, slots=True)
class Corpus:
    """All models, and the versions of their libraries; `torch` ran them."""

    versions: dict[str, str]
    models: tuple[Model, ...]

    @property
    def libraries(self) -> tuple[str, ...]:
        """The libraries that have models here."""
        return tuple(dict.fromkeys(model.library for model in self.models))

    def count(self, *states: str) -> int:
        """How many models are in one of these states."""
        return sum(model.state in states for model in self.models)


def read(path: Path) -> Corpus:
    """The record in a file.

    Raises:
        ValueError: if it is none, in one line.
    """
    told = json.loads(path.read_text(encoding="utf-8"))
    listed = told.get("models") if isinstance(told, dict) else None
    if not isinstance(listed, list) or not listed:
        raise ValueError("there must be a list of models")
    versions = told.get("versions")
    models = tuple(map(_checked, listed))
    named = {model.library for model in models} | {"torch"}
    if not isinstance(versions, dict) or not named <= set(versions):
        raise ValueError(f"versions must name {', '.join(sorted(named))}")
    return Corpus({name: str(version) for name, version in versions.items()}, models)


def _checked(told: dict) -> Model:
    """One entry, refused with its name."""
    try:
        return model(told)
    except (KeyError, TypeError, ValueError, AttributeError, ShapeError) as problem:
        one = told.get("model") if isinstance(told, dict) else told
        said = " ".join(f"{type(problem).__name__}: {problem}".split())
        raise ValueError(f"model {one!r}: {said}") from None


def model(told: dict) -> Model:
    """One entry as `scripts/corpus_worker.py` prints it."""
    if told["state"] not in STATES:
        raise ValueError(f"state {told['state']!r}; there are {', '.join(STATES)}")
    field, through = _field(told.get("field"))
    shapes = told.get("outputs", ())
    return Model(
        library=str(told["library"]),
        name=str(told["model"]),
        state=told["state"],
        accepts={name: _accepted(one) for name, one in told.get("accepts", {}).items()},
        ties=tuple(told.get("ties", ())),
        outputs=tuple(None if shape is None else tuple(shape) for shape in shapes),
        many=told.get("many", 0),
        turns=told.get("turns", False),
        unknown=tuple(told.get("unknown", ())),
        parameters=told.get("parameters"),
        field=field,
        through=through,
        ran=told.get("ran", 0),
        undecided=told.get("undecided", 0),
        wrong=tuple(one["at"] for one in told.get("wrong", ())),
        inside=told["gradients"]["inside"] if told.get("gradients") else None,
        certified=_certified(told.get("certificate", {})),
        reason=_reason(told),
    )


def _certified(told: dict) -> bool | None:
    """Whether a certificate holds, where there is one."""
    return told["fails"] == "" if "fails" in told else None


def _accepted(told: dict) -> Sizes | Text:
    """A set of sizes, or why there is none."""
    if "modulus" not in told:
        return Text(zh=told["zh"], en=_plain(told["reason"]))
    names = ("modulus", "residues", "minimum", "exceptions")
    return Bound.above(Sizes(*(told[name] for name in names)), told.get("because", ()))


def _field(told: dict | None) -> tuple[Field | None, bool]:
    """The first node on the way back that does not see everything, and whether it is one on the
    way.
    """
    through = False
    while told is not None and None in told["size"] and told.get("before") is not None:
        told, through = told["before"], True
    if told is None:
        return None, False
    size, jump, whole = (tuple(told[name]) for name in ("size", "jump", "whole"))
    return Field(size, jump, whole, told["gates"], told["layer"]), through


def _reason(told: dict) -> Text | None:
    """Why there are no answers. Our own errors say it in both languages and need no class name."""
    if not told.get("reason"):
        return None
    if told["state"] == "stopped" and (limit := re.search(r"(\d+) s$", told["reason"])):
        return Text(zh=f"{limit[1]} 秒内没有结果", en=told["reason"])
    if told.get("zh"):
        return Text(zh=told["zh"], en=_plain(told["reason"]))
    return Text(zh=told["reason"], en=told["reason"])


def _plain(reason: str) -> str:
    """An error without the name of its class."""
    name, mark, said = reason.partition(": ")
    return said if mark and name.isidentifier() else reason
