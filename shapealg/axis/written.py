"""What `Sizes` and `Length` write, read again: "n ≡ 0 (mod 16), n ≥ 16", "(H + 1)//2"."""

import ast
import operator
import re

from shapealg.axis.door import bounded
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.axis.typed import OPERATIONS, UNREADABLE, Signs, parsed
from shapealg.errors import ShapeError
from shapealg.text import Text

# what people type, and Chinese, as `Sizes` writes it in English
SPELLINGS = (
    ("，", ", "),
    ("；", "; "),
    (">=", "≥"),
    ("==", "="),
    ("所有", "every"),
    ("除去", "except"),
    ("另有", "also"),
    ("无", "none"),
    ("...", "…"),
    ("..", "…"),
)
RUNS = r"-?\d+(?:\s*…\s*-?\d+)?(?:\s*,\s*-?\d+(?:\s*…\s*-?\d+)?)*"
WRITTEN = re.compile(
    rf"""(?: (?P<none>none)
    | (?:every\s+)? [^\W\d]\w* \s* ≥ \s* (?P<every>-?\d+)
    | [^\W\d]\w* \s* (?P<sign>[≡≢=]) \s* (?P<residues>{RUNS}) \s* \(? \s* mod \s* (?P<modulus>\d+)
      \s* \)? (?:\s*,\s* [^\W\d]\w* \s* ≥ \s* (?P<least>-?\d+))?
    | [^\W\d]\w* \s* % \s* (?P<divisor>\d+) \s* = \s* (?P<rest>{RUNS})
      (?:\s*,\s* [^\W\d]\w* \s* ≥ \s* (?P<from>-?\d+))?
    | [^\W\d]\w* \s* = \s* (?P<listed>{RUNS}) )
    (?:\s*,\s* except \s+ (?P<except>{RUNS}))? (?:\s*;\s* also \s+ (?P<also>{RUNS}))?""",
    re.VERBOSE,
)

SIGNS: Signs = {ast.USub: operator.neg, **OPERATIONS}  # a size that is typed begins with none


def sizes(text: str) -> Sizes:
    """The set that `Sizes` writes so, in either language; `n % 16 == 0, n >= 16` is read too.

    Raises:
        ShapeError: for anything else, and for a list with its middle left out.

    >>> print(sizes("H ≡ 0, 3 (mod 4), H ≥ 3, except 7; also 1"))
    n ≡ 0, 3 (mod 4), n ≥ 3, except 7; also 1
    >>> sizes("n % 16 == 0, n >= 16") == sizes("n ≡ 0 (mod 16)，n ≥ 16")
    True
    """
    told = text if isinstance(text, str) else ""
    for theirs, ours in SPELLINGS:
        told = told.replace(theirs, ours)
    found = WRITTEN.fullmatch(told.strip())
    if found is None or re.search(r"\d{20}", told):
        raise _unreadable(text)
    part = found.groupdict()
    made = _classes(part)
    if part["except"]:
        made &= Sizes.of(*_runs(part["except"])).complement(min(0, made.start))
    return made | Sizes.of(*_runs(part["also"])) if part["also"] else made


def _classes(part: dict[str, str | None]) -> Sizes:
    """The set without its exceptions."""
    if part["none"]:
        return Sizes.none()
    if part["listed"]:
        return Sizes.of(*_runs(part["listed"]))
    if part["every"]:
        return Sizes.every(int(part["every"]))
    modulus = int(part["modulus"] or part["divisor"] or 1)
    made = Sizes.classes(
        max(modulus, 1),
        _runs(part["residues"] or part["rest"] or ""),
        int(part["least"] or part["from"] or 1),
    )
    return made if part["sign"] != "≢" else made.complement(int(part["least"] or 1))


def _runs(text: str) -> list[int]:
    """Numbers, with those between written as 4 … 9."""
    made: list[int] = []
    for run in text.split(","):
        first, _, last = run.partition("…")
        low, high = int(first), int(last or first)
        bounded(len(made) + high - low + 1)
        made += range(low, high + 1)
    return made


def _unreadable(text: object) -> ShapeError:
    return ShapeError(
        Text(zh="读不懂这个尺寸集合", en="this is no set of sizes in words"),
        text,
        Text(
            zh="例如 n ≡ 0 (mod 16)，n ≥ 16，或 n = 30 … 32, 40",
            en="for example n ≡ 0 (mod 16), n ≥ 16, or n = 30 … 32, 40",
        ),
    )


def length(text: str) -> Length | int:
    """The length that Python writes so: names, integers, `+ - * //` and brackets. It is parsed,
    not evaluated.

    Raises:
        ShapeError: for anything else.

    >>> length("(H + 1)//2"), length("16*h"), length("7")
    ((H + 1)//2, 16*h, 7)
    """
    try:
        return parsed(text.strip(), SIGNS)
    except ShapeError:
        raise
    except (AttributeError, TypeError, *UNREADABLE):
        raise ShapeError(
            Text(zh="读不懂这个长度", en="this is no length"),
            text,
            Text(zh="例如 (H + 1)//2", en="for example (H + 1)//2"),
        ) from None
