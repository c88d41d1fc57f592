"""The command line: shapes, conversions, inverse questions, networks and formulas; and the checks
on real frameworks.
"""

import argparse
import difflib
import json
import os
import sys
import tempfile
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path
from types import FunctionType

import sympy

from shapealg.axis.solve import solve, terms
from shapealg.axis.window import Interval
from shapealg.checks import verify
from shapealg.checks.verify import BACKENDS, missing  # noqa: F401 — the tests ask here
from shapealg.errors import ShapeError, grouped, one_line, shown
from shapealg.layer.comparison import compare
from shapealg.layer.conversion import convert
from shapealg.layer.dialects import spoken
from shapealg.names import law_named
from shapealg.notation import plain
from shapealg.printing import columns
from shapealg.text import LANGUAGES, Text

EVIDENCE = Path("docs")


class Parser(argparse.ArgumentParser):
    """argparse, with its complaint in one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments=None) -> int:
    """Run one command.

    Returns the exit status: 0, or 1 where a check disagrees with what is recorded, or 2 for a
    request that cannot be met.
    """
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.run(chosen) or 0
    except ShapeError as problem:
        print(
            f"shapealg {chosen.command}:"
            f" {problem.zh if getattr(chosen, 'lang', 'en') == 'zh' else problem}",
            file=sys.stderr,
        )
        return 2
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, RuntimeError) as problem:
        print(f"shapealg {chosen.command}: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            (
                f"shapealg {chosen.command}: stopped; run the same command again to go on"
                if chosen.command == "verify"
                else "stopped"
            ),
            file=sys.stderr,
        )
        return 130


def _parser() -> Parser:
    parser = Parser(prog="shapealg", description=__doc__)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="command", parser_class=Parser
    )

    def command(name, run, told):
        made = commands.add_parser(name, help=told, description=told)
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="the answer as JSON")
        made.add_argument(
            "--lang", choices=LANGUAGES, default="en", help="language of the answer (default: en)"
        )
        return made

    layer = (
        'a call such as "torch.Conv2d(3, 64, 7, stride=2, padding=3)"; it is parsed, never'
        " evaluated"
    )
    made = command("shape", _shape, "output shape, weight shape, parameters and MACs of one layer")
    made.add_argument("layer", help=layer)
    made.add_argument(
        "--input", required=True, help="input shape in the framework's layout, such as N,3,H,W"
    )
    made = command("convert", _convert, "the same layer in the words of another framework")
    made.add_argument("layer", help=layer)
    made.add_argument("framework", choices=spoken.FRAMEWORKS)
    made.add_argument("--input", help="input shape, where the answer depends on it")
    made = command("compare", _compare, "where two layers give the same size, and the same values")
    made.add_argument("layer", help=layer)
    made.add_argument("other", help="another such call, of any framework")
    made = command(
        "solve",
        _solve,
        "inverse questions of one axis: name=number is given, name=? is asked, name=1..9 is asked"
        " within bounds",
    )
    made.add_argument(
        "terms",
        nargs="+",
        metavar="name=value",
        help="n m k s d p lo hi op, such as n=224 m=112 k=? s=2 p=?",
    )
    made.add_argument("--transposed", action="store_true", help="of a transposed convolution")
    made.add_argument("--ceil", action="store_true", help="with ceil_mode")
    made = command("formula", _formula, "a law as text or code")
    made.add_argument(
        "name", nargs="?", help="such as conv or conv_output_size; without it, all are listed"
    )
    made.add_argument(
        "--as",
        dest="form",
        default="plain",
        help="latex, mathml, python, numpy, sympy, c, rust, js, julia, smtlib (default: plain)",
    )
    made = command(
        "network", _network, "a whole network: what comes out, which sizes go in, how far it sees"
    )
    made.add_argument(
        "model",
        help=(
            "an ONNX file, or module:attribute (or file.py:attribute) for a PyTorch module, a Keras"
            " model or a list of layers; a Python module is imported, and so run"
        ),
    )
    made.add_argument(
        "--input",
        action="append",
        help=(
            "input shape, such as N,3,H,W: numbers, and names for open sizes; once for each input;"
            " an ONNX or Keras model may say its own"
        ),
    )
    made.add_argument(
        "--sizes",
        help="sizes to look at: 224,256 for the last open names in their order, or H=224,W=256",
    )
    made.add_argument(
        "--as",
        dest="form",
        metavar="LANGUAGE",
        help=(
            "the length function and mask for padded batches instead: python, numpy, torch, jax,"
            " c, js"
        ),
    )
    made.add_argument("--axis", help="the open size that the length function takes")
    made = command(
        "verify", _verify, "run the real frameworks: the laws, and a grid of calls for every layer"
    )
    made.add_argument(
        "--backend", action="append", choices=BACKENDS, help="one backend only; may be repeated"
    )
    made.add_argument(
        "--layers", action="append", help="laws, conv, transposed, pool, …; may be repeated"
    )
    made.add_argument(
        "--grid",
        choices=("quick", "full"),
        default="quick",
        help=(
            "how many calls; the full grid of all backends is the one that is recorded (default:"
            " quick)"
        ),
    )
    made.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="processes at a time (default: the cores)",
    )
    made.add_argument(
        "--check",
        action="store_true",
        help="compare with the record instead of rewriting it; exit 1 if it differs",
    )
    made.add_argument(
        "--output",
        type=Path,
        default=EVIDENCE,
        help=f"the folder of the record (default: {EVIDENCE})",
    )
    return parser


# ---------------------------------------------------------------- one layer


def _shape(chosen) -> None:
    words, shape = spoken.read(chosen.layer), spoken.shape(chosen.input)
    answer = {
        "layer": repr(words),
        "framework": words.framework,
        "input": shape,
        "output": words.output_shape(shape),
    }
    if weight := _maybe(lambda: words.weight_shape(shape)):
        answer |= {
            "weight": weight,
            "parameters": words.parameters(shape),
            "macs": _maybe(lambda: words.macs(shape)),
        }
    if smallest := _maybe(words.smallest_input):
        answer["smallest_input"] = smallest
    labels = {
        "layer": Text(zh="层", en="layer"),
        "input": Text(zh="输入", en="input"),
        "output": Text(zh="输出", en="output"),
        "weight": Text(zh="权重", en="weight"),
        "parameters": Text(zh="参数个数", en="parameters"),
        "macs": Text(zh="乘加次数（FLOPs = 2 × MACs）", en="MACs (FLOPs = 2 × MACs)"),
        "smallest_input": Text(zh="最小的输入", en="smallest input"),
    }
    _tell(
        chosen,
        answer,
        [
            (labels[name][chosen.lang], grouped(value) if type(value) is int else _said(value))
            for name, value in answer.items()
            if name in labels and value is not None
        ],
    )


def _maybe(ask):
    """The answer, or nothing where the layer has none."""
    try:
        return ask()
    except (ShapeError, NotImplementedError):
        return None


def _convert(chosen) -> None:
    made = convert(
        spoken.read(chosen.layer),
        chosen.framework,
        spoken.shape(chosen.input) if chosen.input else None,
    )
    answer = {
        "framework": made.framework,
        "cases": [
            {
                "when": case.text.en,
                "sizes": {name: str(sizes) for name, sizes in case.where.items()},
                "steps": [repr(step) for step in case.steps],
            }
            for case in made.cases
        ],
        "data": made.data,
        "weight": made.weight,
        "flip": made.flip,
    }
    _tell(chosen, answer, made.lines(chosen.lang))


def _compare(chosen) -> None:
    made = compare(spoken.read(chosen.layer), spoken.read(chosen.other))
    per_axis = [
        dict(zip(("both", "sizes", "values"), (s.text().en for s in sets), strict=True))
        for sets in zip(made.both, made.sizes, made.values, strict=True)
    ]
    _tell(
        chosen,
        {
            "equal": made.equal,
            "equal_in_size": made.equal_in_size,
            "axes": per_axis,
            "verdict": made.text.en,
        },
        [made.text[chosen.lang]],
    )


def _solve(chosen) -> None:
    made = solve(**terms(chosen.terms), transposed=chosen.transposed, ceil=chosen.ceil)
    rows = [
        {
            name: [value.low, value.high] if isinstance(value, Interval) else value
            for name, value in row.items()
        }
        for row in made.rows
    ]
    _tell(chosen, {"asked": made.asked, "rows": rows}, made.text()[chosen.lang].splitlines())


# ---------------------------------------------------------------- networks


def _network(chosen) -> int:
    # here, for most commands need no network
    from shapealg.network.readers import read
    from shapealg.network.table import lines
    from shapealg.render import report

    shapes = [spoken.shape(given) for given in chosen.input] if chosen.input else None
    with redirect_stdout(sys.stderr):  # what somebody else's model prints is no part of the answer
        net = read(_model(chosen.model), shapes)
    if chosen.form:
        from shapealg.render.length_function import length_function

        text = length_function(net, chosen.form, chosen.axis)
        _tell(chosen, {"as": chosen.form, "text": text}, [text.rstrip("\n")])
        return 0
    sizes = _sizes(chosen.sizes, net.sizes) if chosen.sizes is not None else None
    if sizes and not (told := net.explain(**sizes)).runs:
        if chosen.json:
            print(_text(report.failure(told)), end="")
        else:
            print(told.text[chosen.lang], file=sys.stderr)
        return 1
    if chosen.json:
        print(_text(report.data(net, sizes)), end="")
    else:
        print("\n".join(lines(net, sizes, chosen.lang)))
    return 0


def _model(given: str):
    """A path, or what `module:attribute` names; a class or function is called without arguments."""
    home, colon, name = given.rpartition(":")
    # C:\\model.onnx has a colon too
    if not colon or len(home) < 2 or not all(part.isidentifier() for part in name.split(".")):
        return given
    try:
        if home.endswith(".py"):
            spec = spec_from_file_location(Path(home).stem, home)
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            sys.path.insert(0, "")
            module = import_module(home)
        made = attrgetter(name)(module)
        return made() if isinstance(made, type | FunctionType) else made
    except (Exception, SystemExit) as problem:  # somebody else's program
        raise RuntimeError(
            f"{given} could not be loaded: {type(problem).__name__}: {one_line(str(problem), 200)}"
        ) from None


def _sizes(text: str, names: tuple) -> dict:
    """Sizes typed as 224,256 or H=224,W=256; open sizes that are not named, such as the batch, are
    1.
    """
    made, parts = {}, [part.strip() for part in text.split(",")]
    for part, name in zip(
        parts, names[-len(parts) :] if len(parts) <= len(names) else names, strict=False
    ):
        label, equals, number = part.rpartition("=")
        name = label.strip() if equals else name
        number = None if name in made else spoken.whole(number.strip())
        made[name] = number
        if number is None or number < 1:
            raise ShapeError(
                Text(
                    zh="尺寸写作 224,256 或 H=224,W=256",
                    en="sizes are written 224,256 or H=224,W=256",
                ),
                text,
                Text(
                    zh=f"可用的名字：{', '.join(names)}",
                    en=f"the names are {', '.join(names) or 'none'}",
                ),
            )
    if len(parts) > len(names) or not set(made) <= set(names):
        raise ShapeError(
            Text(zh="没有这么多敞开的尺寸", en="there are no such open sizes"),
            text,
            Text(
                zh=f"可用的名字：{', '.join(names) or '无'}",
                en=f"the names are {', '.join(names) or 'none'}",
            ),
        )
    return {name: made.get(name, 1) for name in names}


# ---------------------------------------------------------------- formulas


def _formula(chosen) -> None:
    from shapealg import formulas  # here, for deriving is not free
    from shapealg.render import code

    if chosen.name is None:
        rows = [(law.name, law.title[chosen.lang]) for law in formulas.laws()]
        return _tell(chosen, dict(rows), rows)
    law = law_named(chosen.name)
    forms = {"plain": lambda law: plain(law.right)} | code.AS
    if chosen.form not in forms:
        raise ShapeError(
            Text(zh="没有这种写法", en="there is no such form"),
            chosen.form,
            Text(zh=f"可用：{', '.join(forms)}", en=f"one of {', '.join(forms)} works"),
        )
    text = forms[chosen.form](law)
    _tell(chosen, {"name": law.name, "as": chosen.form, "text": text}, [text.rstrip("\n")])


# ---------------------------------------------------------------- the real frameworks


def _verify(chosen) -> int:
    if not chosen.output.is_dir():
        raise RuntimeError(
            f"no folder {chosen.output} to keep the record in; run it at the root of a checkout or"
            " give --output FOLDER"
        )
    if chosen.jobs < 1:
        raise RuntimeError(
            f"--jobs must be at least 1; received {chosen.jobs}; the nearest that works is 1"
        )
    backends, kinds = chosen.backend or list(BACKENDS), set(chosen.layers or ())
    verify.require(backends)
    status = 0
    if not kinds or "laws" in kinds:
        told = verify.laws([b for b in backends if b in verify.LAWFUL])
        status |= _keep(chosen, "evidence.json", _text(told), whole=not chosen.backend)
    if kinds != {"laws"}:
        told = _sweep(chosen, [b for b in backends if b in verify.SWEPT], kinds - {"laws"})
        if chosen.grid == "full" or chosen.json:  # a quick grid is looked at, not recorded
            status |= _keep(
                chosen,
                "sweep.json",
                _text(told),
                whole=not chosen.backend and not kinds - {"laws"} and chosen.grid == "full",
            )
        status |= any(
            entry["disagreed"]
            for backend in told["backends"].values()
            for entry in backend["kinds"].values()
        )
    return int(status)


def _sweep(chosen, backends, kinds) -> dict:
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        raise RuntimeError("the progress bar needs the package tqdm; pip install tqdm") from None
    # a run of its own for every choice
    record = (
        chosen.output
        / f".{'-'.join(['sweep', chosen.grid, *(chosen.backend or ()), *sorted(kinds)])}.jsonl"
    )
    run = verify.Run(backends, kinds, chosen.grid == "full", record)
    if not run.sizes:
        raise RuntimeError(
            f"no layers called {', '.join(sorted(kinds))}; there are"
            f" {', '.join(sorted({kind for b in backends for kind in verify.sweep.grids(b)}))}"
        )
    with tqdm(
        total=run.total,
        initial=run.settled,
        unit=" calls",
        unit_scale=True,
        mininterval=1,
        file=sys.stderr,
        disable=None,
    ) as bar:

        def progress(backend, kind, count):
            bar.set_postfix_str(f"{backend} {kind}".strip(), refresh=False)
            bar.update(count)

        run.go(chosen.jobs, progress)
    told = run.told()
    if not chosen.backend and not kinds:
        told |= verify.beside(lambda task: print(f"{task} …", file=sys.stderr, flush=True))
    record.unlink()
    rows = [
        (
            backend,
            kind,
            entry["run"],
            entry["agreed"],
            entry["refused"],
            entry["values"],
            sum(len(c["cases"]) for c in entry["known"]),
            len(entry["disagreed"]),
        )
        for backend, made in told["backends"].items()
        for kind, entry in made["kinds"].items()
    ]
    if not chosen.json:
        heads = (
            "backend",
            "layers",
            "run",
            "agreed",
            "refused by both",
            "values too",
            "known bugs",
            "disagreed",
        )
        print(columns([heads, *rows]))
    return told


def _keep(chosen, name: str, text: str, whole: bool) -> int:
    """Write the record, or compare with it; a partial run is only shown."""
    path = chosen.output / name
    if chosen.json or not whole and name == "evidence.json":
        print(text, end="")
    if not whole:
        return 0
    if chosen.check:
        if not path.is_file():
            raise RuntimeError(
                f"no record {path} to compare with; make one with: shapealg verify --output"
                f" {chosen.output}"
            )
        recorded = path.read_text(encoding="utf-8")
        sys.stdout.writelines(
            difflib.unified_diff(
                recorded.splitlines(True), text.splitlines(True), str(path), "measured now"
            )
        )
        if recorded != text:
            print(
                f"shapealg verify: {path} differs from what was measured now; rewrite it with:"
                " shapealg verify",
                file=sys.stderr,
            )
        return int(recorded != text)
    write_aside(path, text)
    return 0


# ---------------------------------------------------------------- telling


def _tell(chosen, answer, lines) -> None:
    """JSON, or lines; pairs are laid out as a table."""
    if chosen.json:
        print(_text(answer), end="")
    else:
        print("\n".join(lines) if all(isinstance(line, str) for line in lines) else columns(lines))


def _said(value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_said, value))}{',' * (len(value) == 1)})"
    if isinstance(value, sympy.Basic):
        return plain(value)
    return shown(value) if isinstance(value, int) else str(value)


def _text(data) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def write_aside(path: Path, text: str) -> None:
    """Write beside the file, then put it in its place: a reader sees the old text or the new, never
    a half.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
