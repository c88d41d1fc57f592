"""The door to the terminal: what leaves here is printable, one line where one line is meant, and
speaks of what can be typed.
"""

import re
import sys

from shapealg.errors import Received, ShapeError, printable, shown
from shapealg.exact import is_symbolic
from shapealg.printing import columns
from shapealg.text import Text

DIGITS = 4000  # Python writes no integer of more than 4300
LINE = 1000  # characters of a refusal

# What an error suggests in Python, and how the command takes it.
SHAPE = (
    (r"look at \.by_size, or give an input_shape", "give --input"),
    (r"请看 \.by_size，或给出 input_shape", "请给出 --input"),
    (r"\b(?:an )?input_shape\b", "--input"),
)
TYPED = {
    "shape": SHAPE,
    "convert": SHAPE,
    "compare": SHAPE,
    "solve": (
        (r"write \.\.\. for", "write ? for"),
        (r"把要求的量写成 \.\.\.", "把要求的量写成 ?"),
        (r"=\.\.\.", "=?"),
        (r"\btransposed=True\b", "--transposed"),
        (r"\btransposed=False\b", "no --transposed"),
        (r"\bceil=True\b", "--ceil"),
    ),
    "network": (
        (r'read\("model\.onnx", \("N", 3, "H", "W"\)\)', "network model.onnx --input N,3,H,W"),
        (r'\{"[^"]*": \("N", 3, "H", "W"\)\}', "--input N,3,H,W"),
        (r'\("N", 3, "H", "W"\)', "--input N,3,H,W"),
        (r"which size is meant must be said", "which size is meant must be said by --axis"),
        (r"须说明是哪个尺寸", "须用 --axis 说明是哪个尺寸"),
        (r"\binput_shape\[", "--input["),
        (r"\binput_shape\b", "input shape"),
        (r"fix one of them when reading", "fix one of them by --input"),
        (r"请读入时给定其一", "请用 --input 给定其一"),
        (r"(fix one(?: of them)?), for example (\w+)=(\d+)", r"\1: \3 in place of \2 in --input"),
        (r"给定其(?:中之)?一，例如 (\w+)=(\d+)", r"在 --input 里给定其一，例如把 \1 写成 \2"),
        (r", or take the union with misaligned=True", ""),
        (r"，或用 misaligned=True 取并集", ""),
    ),
}

# ---------------------------------------------------------------- answers


def tell(chosen, answer, lines) -> None:
    """JSON, or lines; pairs are laid out as a table."""
    if chosen.json:
        write(as_json(answer, chosen.lang), sys.stdout)
        return
    ready = list(lines)
    if all(isinstance(line, str) for line in ready):
        write("".join(f"{printable(line)}\n" for line in ready), sys.stdout)
    else:
        write(table(ready) + "\n", sys.stdout)


def write(text: str, stream) -> None:
    """Print what is ready; what the terminal's encoding lacks is escaped."""
    if stream is None:  # closed before we came
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("\u00a0", " ").encode(encoding, "backslashreplace").decode(encoding)
    stream.write(text)


def table(rows) -> str:
    """Columns as wide as their longest entry; numbers to the right."""
    return columns([list(map(_cell, row)) for row in rows])


def _cell(value):
    """A count as it is, which stands to the right; anything else in words."""
    if type(value) is int and _is_short(value):
        return value
    return printable(said(value))


def said(value) -> str:
    """One entry of an answer, for a person; what may be typed back, such as a shape, is plain."""
    if isinstance(value, tuple):
        return f"({', '.join(map(said, value))}{',' * (len(value) == 1)})"
    if is_symbolic(value):
        from shapealg.law.notation import plain

        return plain(value)
    if isinstance(value, int) and not _is_short(value):
        return shown(value)
    return str(value)


# ---------------------------------------------------------------- JSON


def as_json(value, language: str = "en") -> str:
    """JSON whose every character can be shown by any terminal."""
    import json  # here, and not for lines

    data = entry(value, language)
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=1, sort_keys=True)
    return re.sub(r"[^\n]+", lambda line: _escaped(line[0]), text) + "\n"


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    import json

    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def entry(value, language: str = "en"):
    """A value of an answer as JSON can hold it, under the names that it has in Python."""
    if isinstance(value, bool | None | str):
        return value
    if isinstance(value, int):
        return value if _is_short(value) else shown(value)
    if isinstance(value, Text):
        return value[language]
    if isinstance(value, dict):
        return {str(key): entry(each, language) for key, each in value.items()}
    if isinstance(value, tuple | list | range):
        return [entry(each, language) for each in value]
    return _entry_of_ours(value)


def _entry_of_ours(value):
    """A value of the algebra as JSON can hold it."""
    from fractions import Fraction

    from shapealg.axis.interval import Interval  # here, for --help needs no algebra
    from shapealg.axis.length import Length
    from shapealg.axis.sizes import Sizes

    if isinstance(value, Interval):
        low, high = (entry(n) if isinstance(n, int) else None for n in (value.low, value.high))
        return {"low": low, "high": high}
    if isinstance(value, Sizes):
        minimum, exceptions = value.unfolded
        return {
            "modulus": value.modulus,
            "residues": list(value.residues),
            "minimum": minimum,
            "exceptions": list(exceptions),
        }
    if isinstance(value, Length):
        return repr(value)
    return str(value) if isinstance(value, Fraction) or is_symbolic(value) else shown(value)


def _is_short(number: int) -> bool:
    return abs(number) < 10**DIGITS


# ---------------------------------------------------------------- refusals


def refuse(where: str, problem: Exception, language: str, as_data: bool) -> None:
    """What cannot be done: one line on standard error, or its parts as JSON on standard output."""
    told = parts(problem, where.rpartition(" ")[2], language)
    if as_data:
        write(as_json({"error": told}), sys.stdout)
    else:
        write(f"{_cut(printable(f'{where}: {_line(problem, told, language)}'))}\n", sys.stderr)


def parts(problem: Exception, command: str, language: str) -> dict:
    """What was asked, what was received, what would work: the fields of a `ShapeError`, in the
    words of the command.
    """
    if not isinstance(problem, ShapeError):
        return {"asked": _plain_line(problem), "received": None, "works": None}
    received = problem.received
    return {
        "asked": typed(problem.asked[language], command),
        "received": (
            typed(problem._told[language], command)
            if isinstance(received, Received)
            else _received(received)
        ),
        "works": typed(problem.works[language], command),
    }


def _line(problem: Exception, told: dict, language: str) -> str:
    """The parts as one line."""
    if not isinstance(problem, ShapeError):
        return told["asked"]
    received = problem.received
    line = told["received"] if isinstance(received, Received) else shown(received)
    if language == "zh":
        return f"{told['asked']}；收到 {line}；{told['works']}"
    return f"{told['asked']}; received {line}; {told['works']}"


def _received(value):
    """The value itself where JSON has its kind, otherwise a line that shows it."""
    try:
        return entry(value)
    except Exception:  # somebody's broken iterator
        return shown(value)


def _plain_line(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror and problem.filename is not None:
        return f"{problem.filename}: {problem.strerror}"
    return " ".join(str(problem).split()) or type(problem).__name__


def typed(text: str, command: str) -> str:
    """An example in Python's spelling, as the command line takes it."""
    text = re.sub(r"=range\((\d+), (\d+)\)", lambda ends: f"={ends[1]}..{int(ends[2]) - 1}", text)
    for python, here in TYPED.get(command, ()):
        text = re.sub(python, here, text)
    return text


def _cut(text: str) -> str:
    """A line that keeps its beginning and its end: the end says what would work."""
    return text if len(text) <= LINE else f"{text[: LINE - 300]} … {text[-297:]}"
