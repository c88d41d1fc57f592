"""Say hostile things to the package, as many as wanted: calls, shapes, `solve`, ONNX models, blocks
of Markdown, what the address of the workbench asks.

    .venv/test/bin/python scripts/fuzz.py                       100 000 inputs of every kind
    .venv/test/bin/python scripts/fuzz.py onnx --inputs 1000000 --seed 3

An answer or an error of ours in one line, within SECONDS, is right. Anything else is told once for
each place where it comes up, with the bytes that make it again (`--again HEX`), and the run ends
with 1. Where atheris is installed it chooses the bytes, led by what they reach; otherwise a
generator does.
"""

import argparse
import contextlib
import os
import random
import resource
import signal
import sys
import traceback
from collections import Counter
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SECONDS = 20  # that one input may take
LINE = 700  # characters of an error
EVERY = 10_000  # inputs between two lines about how far it is


class Bytes:
    """Choices that are read off bytes, so that a fuzzer can lead them."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def byte(self) -> int:
        """The next one, and 0 behind the last."""
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def of(self, choices):
        """One of them."""
        number = self.byte() if len(choices) <= 256 else self.byte() << 8 | self.byte()
        return choices[number % len(choices)]

    def number(self) -> int:
        """Mostly small, now and then a limit or beyond."""
        edges = (0, -1, 2**31, 2**63 - 1, 2**63, -(2**63), 10**40, 10**400)
        kind = self.byte()
        if kind < 200:
            return kind % 12
        return self.of(edges) if kind > 240 else self.byte() - 20

    def many(self, most: int, one) -> list:
        """Up to so many of what `one` gives."""
        return [one() for _ in range(self.byte() % (most + 1))]


NAMES = ("N", "H", "W", "x", "None", "?", "é", "H" * 50, "\x1b[2J", "a\nb", "16*H", "(W+1)//2", "")
WORDS = ("same", "valid", "SAME", "VALID", "NOTSET", "causal", "reflect", "channels_first", "NHWC")


def value(choose: Bytes, deep: int = 0) -> str:
    """An argument as it stands in a line."""
    kind = choose.byte() % 16
    if kind < 8:
        return str(choose.number())
    if kind < 10 and deep < 3:
        parts = choose.many(4, lambda: value(choose, deep + 1))
        return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
    if kind < 12:
        return repr(choose.of(WORDS))
    return choose.of(("True", "None", "1.5", "-0.5", "1e400", "k", "...", "[1]", "{}", "'\\x00'"))


def shape(choose: Bytes) -> str:
    """A shape as people type it, or not."""
    parts = choose.many(6, lambda: choose.of(NAMES) if choose.byte() % 3 else str(choose.number()))
    return choose.of((",", ", ", " ", "x", ",,")).join(parts)


def said(choose: Bytes, framework: str) -> tuple:
    """A line of code and a shape: one that a framework is asked, a word or two of it changed; or
    any words at all.
    """
    from shapealg.words import spoken

    if choose.byte() % 4:
        name, words, given = choose.of(EXAMPLES[framework])
        told = {word: repr(argument) for word, argument in words.items()}
        known = [*told, *VOCABULARY[framework][name]]
        for word in choose.many(2, lambda: choose.of(known)) if known else ():
            told[word] = value(choose)
        arguments = [f"{word}={argument}" for word, argument in told.items()]
        entries = [choose.of((n, n, n, "H", None, choose.number())) for n in given]
        return f"{framework}.{name}({', '.join(arguments)})", tuple(entries)
    name, arguments = (
        choose.of(sorted(VOCABULARY[framework])),
        choose.many(4, lambda: value(choose)),
    )
    if named := VOCABULARY[framework][name]:
        arguments += choose.many(3, lambda: f"{choose.of(named)}={value(choose)}")
    return f"{framework}.{name}({', '.join(arguments)})", spoken.shape(shape(choose))


def call(choose: Bytes) -> None:
    """A call in the words of a framework: what comes out, and in other words."""
    from shapealg.words import spoken
    from shapealg.words.comparison import compare
    from shapealg.words.conversion import convert

    framework = choose.of(spoken.FRAMEWORKS)
    line, given = said(choose, framework)
    made = spoken.read(line)
    if not hasattr(made, "output_shape"):
        return
    asked = choose.byte() % 5
    if asked == 0:
        str(convert(made, choose.of(spoken.FRAMEWORKS), given))
    elif asked == 1:
        str(compare(made, made))
    elif asked == 2:
        made.macs(given), made.parameters(given)
    else:
        repr(made.output_shape(given))


def typed(choose: Bytes) -> None:
    """A shape, put to a layer and to a network."""
    from shapealg import read, torch

    text = shape(choose)
    layers = [torch.Conv2d(3, 8, 3, stride=2), torch.MaxPool2d(2)]
    if choose.byte() % 2:
        layers[0].output_shape(text)
    else:
        str(read(layers, text))


def backwards(choose: Bytes) -> None:
    """An inverse question."""
    from shapealg import solve

    def asked():
        kind = choose.byte() % 4
        if kind == 0:
            return range(choose.number() % 9, choose.number() % 30)
        return ... if kind == 1 else choose.number()

    names = ("n", "m", "k", "s", "d", "p", "lo", "hi", "op")
    given = {choose.of(names): asked() for _ in range(choose.byte() % 7)}
    ways = {name: True for name in ("transposed", "ceil") if choose.byte() % 4 == 0}
    str(solve(**given, **ways))


def onnx(choose: Bytes) -> None:
    """A graph of operators with whatever attributes, in a model file."""
    from onnx import TensorProto, helper

    from shapealg import read

    kinds = {"i": choose.number, "ints": lambda: choose.many(6, choose.number)}
    nodes, there = [], ["x", "c"]
    for i in range(1 + choose.byte() % 4):
        inputs = choose.many(3, lambda: choose.of([*there, "", "nowhere"]))
        words = {}
        for name in choose.many(3, lambda: choose.of(ATTRIBUTES)):
            made = kinds[choose.of(("i", "ints"))]() if choose.byte() % 4 else choose.of(WORDS)
            with contextlib.suppress(ValueError, TypeError):
                helper.make_attribute(name, made)
                words[name] = made
        node = helper.make_node(choose.of(OPERATORS), inputs, [f"t{i}"], choose.of(NAMES))
        for name, made in words.items():
            with contextlib.suppress(ValueError, TypeError):
                node.attribute.append(helper.make_attribute(name, made))
        nodes.append(node)
        there.append(f"t{i}")
    dims = [n if -(2**63) <= n < 2**63 else 1 for n in choose.many(4, choose.number)]
    entries = [choose.of(NAMES) if choose.byte() % 2 else n for n in dims]
    constant = [choose.number() % 2**31 for _ in range(choose.byte() % 5)]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, entries)],
        [helper.make_tensor_value_info(there[-1], TensorProto.FLOAT, None)],
        [helper.make_tensor("c", TensorProto.INT64, [len(constant)], constant)],
    )
    net = read(helper.make_model(graph))
    str(net)
    for name in net.sizes[:2]:
        net.accepts(name)


def lines(choose: Bytes) -> list:
    """Calls in a row, most of them in one framework's words, and what is no call."""
    from shapealg.words import spoken

    if choose.byte() % 2:  # such as go together
        rare = choose.byte() % 40
        return [choose.of(TOGETHER if i != rare else STRANGE) for i in range(choose.byte() % 9)]
    framework, made = choose.of(spoken.FRAMEWORKS), []
    for _ in range(choose.byte() % 4):
        made.append(said(choose, framework)[0] if choose.byte() % 8 else choose.of(STRANGE))
    return made


def printed(told: list, choose: Bytes) -> list:
    """The same as PyTorch prints it, and not quite."""
    names = ("0", "0-3", "conv", "", "1-0", "a.b")
    rows = [f"({choose.of(names)}): {line.rpartition('.')[2]}" for line in told]
    rows = [row.replace("): ", f"): {choose.byte() % 5} x ") if "-" in row else row for row in rows]
    ends = [")"] * (choose.byte() % 3)
    return [f"{choose.of(('Sequential', 'ModuleList', '(0): MLP'))}(", *rows, *ends]


def fence(choose: Bytes) -> None:
    """A block of a Markdown page."""
    from shapealg.adapters import fenced

    told = lines(choose)
    if choose.byte() % 4 == 0:
        told = printed(told, choose)
    if choose.byte() % 8:
        given = shape(choose) if choose.byte() % 4 == 0 else choose.of(USUAL)
        told.insert(choose.byte() % (len(told) + 1), f"input: {given}")
    if choose.byte() % 4 == 0:
        told.append(f"lang: {choose.of(('zh', 'en', 'de', ''))}")
    made = fenced.block(choose.of(("\n", "\n\n", "\r\n", "\u2028")).join(told))
    made.text()
    require_harmless(made.html())


def address(choose: Bytes) -> None:
    """What the address of the workbench asks: fields, whatever stands in them."""
    from shapealg.render.workbench import answer

    calls = lines(choose)
    field = {
        "ask": lambda: choose.of(("layer", "network", "network", "", "x")),
        "lang": lambda: choose.of(("zh", "en", "<b>")),
        "call": lambda: choose.of([*calls, ""]),
        "layers": lambda: "\n".join(calls),
        "source": lambda: choose.of(("list", "zoo", "file", "?")),
        "zoo": lambda: choose.of(("unet", "resnet50", "vgg16", "nobody")),
        "shape": lambda: choose.of((*USUAL, shape(choose))),
        "sizes": lambda: choose.of((shape(choose), str(choose.number()), "H=64 W=64", "65", "")),
        "want": lambda: choose.of((shape(choose), str(choose.number()), "112")),
        "tile": lambda: str(choose.number()),
    }
    asked = {name: field[name]() for name in field if choose.byte() % 5}
    made = answer(asked)
    if set(made) == {"error"}:
        raise Told(made["error"])
    for text in texts(made["blocks"]):
        require_harmless(text)


class Told(Exception):
    """A refusal that is an answer of the workbench."""


def texts(made) -> list:
    """The texts in an answer, which a page will show."""
    if isinstance(made, dict):
        return [text for part in made.values() for text in texts(part)]
    if isinstance(made, list | tuple):
        return [text for part in made for text in texts(part)]
    if made is not None and not isinstance(made, str | int | float):
        raise AssertionError(f"no plain data: {type(made).__name__}")
    return [made] if isinstance(made, str) else []


def require_harmless(html: str) -> None:
    """Fail where what was typed could run in a page, or ask a terminal for something."""
    for sign in ("<script", "onerror=", "javascript:", "\x1b"):
        if sign in html.lower():
            raise AssertionError(f"{sign!r} in {html[:200]!r}")


USUAL = ("N,3,H,W", "1,3,64,64", "1,3,H,H", "N,3,16*H,W", "2,3,7,1")
TOGETHER = (
    "torch.Conv2d(3, 3, 3)",
    "torch.Conv2d(3, 3, 7, stride=2, padding=3, dilation=2)",
    "torch.MaxPool2d(2)",
    "torch.MaxPool2d(3, 2, ceil_mode=True)",
    "torch.ConvTranspose2d(3, 3, 4, stride=2, padding=1)",
    "torch.Upsample(scale_factor=1.5)",
    "torch.AdaptiveAvgPool2d((6, None))",
    "torch.ReLU()",
    "torch.ReflectionPad2d((1, 2, 3, 4))",
    "Branches('add', [], [torch.Conv2d(3, 3, 3, padding=1)])",
    "Branches('concat', [], [torch.MaxPool2d(2), torch.ConvTranspose2d(3, 3, 2, stride=2)])",
)
STRANGE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "import os",
    "__import__('os').system('true')",
    "torch.Conv2d(",
    "nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))",
    "torch.Conv2d(3, 8, 3, padding='<script>')",
    "\x00",
    "#",
    "(" * 300,
    "'" * 3,
    "```",
)
TARGETS = {
    "call": call,
    "shape": typed,
    "solve": backwards,
    "onnx": onnx,
    "fence": fence,
    "address": address,
}
VOCABULARY: dict = {}
EXAMPLES: dict = {}
FEW = 60  # cases of each kind of layer
OPERATORS: list = []
ATTRIBUTES: list = []


def prepared() -> None:
    """What the words of the frameworks are, and the operators that are read."""
    import inspect

    import shapealg
    from shapealg.checks import sweep
    from shapealg.words import comparison, conversion, spoken  # noqa: F401 — read while it is told

    for framework in spoken.FRAMEWORKS:
        words = getattr(shapealg, framework)
        VOCABULARY[framework] = {}
        for name in dir(words):
            with contextlib.suppress(TypeError, ValueError):
                VOCABULARY[framework][name] = list(
                    inspect.signature(getattr(words, name)).parameters
                )
        EXAMPLES[framework] = [
            case
            for grid in sweep.grids(framework).values()
            for case in islice(grid(False), 0, FEW * 50, 50)
            if case[0] in VOCABULARY[framework]
        ]
    with contextlib.suppress(ImportError):
        from onnx import defs

        schemas = [s for s in defs.get_all_schemas() if s.domain == ""]
        OPERATORS.extend(sorted({s.name for s in schemas}))
        ATTRIBUTES.extend(sorted({name for s in schemas for name in s.attributes}))


class TooSlow(Exception):
    """An input that takes longer than it may."""


def late(*_) -> None:
    """Stop an input that takes too long."""
    raise TooSlow(f"no answer after {SECONDS} s")


def tried(kind: str, data: bytes) -> str:
    """How one input ends: "answered" or "refused".

    Raises:
        Exception: what no input may raise.
    """
    from shapealg.errors import ShapeError

    signal.alarm(SECONDS)
    try:
        TARGETS[kind](Bytes(data))
        return "answered"
    except ShapeError as error:
        for line in (str(error), error.zh):
            require_line(line)
        return "refused"
    except Told as error:
        require_line(str(error))
        return "refused"
    finally:
        signal.alarm(0)


def require_line(line: str) -> None:
    """Fail where a refusal is not one line that can be printed."""
    if "\n" in line or not line.replace("\u00a0", " ").isprintable() or len(line) > LINE:
        raise AssertionError(f"no line of ours: {line!r}")


class Run:
    """So many inputs of some kinds, counted."""

    def __init__(self, kinds: list, most: int):
        self.kinds, self.most, self.done, self.counts = kinds, most, 0, Counter()
        self.wrong: set = set()  # places that were told

    def one(self, data: bytes) -> None:
        """Try one input, and count how it ends."""
        kind = self.kinds[self.done % len(self.kinds)]
        try:
            self.counts[kind, tried(kind, data)] += 1
        except Exception as error:
            self.counts[kind, "WRONG"] += 1
            self.tell_once(kind, data, error)
        self.done += 1
        if self.done % EVERY == 0:
            self.tell()
        if self.done >= self.most:
            self.tell()
            sys.exit(bool(self.wrong))

    def tell_once(self, kind: str, data: bytes, error: Exception) -> None:
        """What is wrong, if it is the first at its place."""
        *_, last = traceback.extract_tb(error.__traceback__)
        place = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        if place not in self.wrong:
            self.wrong.add(place)
            print(f"{place}: {str(error)[:200]!r}\n  {kind} --again {data.hex()}", flush=True)

    def tell(self) -> None:
        """How far it is."""
        told = ", ".join(f"{kind} {end} {n}" for (kind, end), n in sorted(self.counts.items()))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{self.done} inputs: {told}; {memory} MiB", flush=True)


def main() -> None:
    """Run as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kind", nargs="*", metavar="KIND", help=", ".join(TARGETS))
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=bytes.fromhex, metavar="HEX")
    chosen = parser.parse_args()
    if strange := set(chosen.kind) - set(TARGETS):
        parser.error(f"one of {', '.join(TARGETS)} works; received {', '.join(sorted(strange))}")
    try:
        import atheris
    except ModuleNotFoundError:
        atheris = None
    # only what is ours tells atheris where an input went
    with atheris.instrument_imports(include=["shapealg"]) if atheris else contextlib.nullcontext():
        prepared()
    signal.signal(signal.SIGALRM, late)
    run = Run(chosen.kind or list(TARGETS), chosen.inputs)
    if chosen.again is not None:
        print(tried(run.kinds[0], chosen.again))
        return
    if atheris:
        words = [f"-seed={chosen.seed + 1}", "-max_len=120", "-timeout=0"]  # the alarm is ours

        def led(data: bytes) -> None:
            try:
                run.one(data)
            except SystemExit as ended:  # which libFuzzer would take for a crash
                sys.stdout.flush()
                os._exit(ended.code)

        atheris.Setup([sys.argv[0], *words], led)
        atheris.Fuzz()
    draw = random.Random(chosen.seed)
    while True:
        run.one(draw.randbytes(draw.randrange(4, 90)))


if __name__ == "__main__":
    main()
