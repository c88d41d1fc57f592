"""Laws as programs to copy: every text of every law, run as it stands by the language it is written
in.

Expected values: what a loop counts (tests/axis/test_laws.py) for small sizes; for sizes that no
loop can count, the law's own
right side read on exact fractions by tests/dumb.py, which shares nothing with the printers. What is
not installed is skipped.
"""

import re
import subprocess
from functools import cache
from math import floor
from random import Random
from types import SimpleNamespace
from xml.etree import ElementTree

import dumb
import numpy
import pytest
import sympy
from axis.test_laws import LOOPS, symbols_of
from needed import module, tool

from shapealg import ShapeError, formulas
from shapealg.law.law import Law
from shapealg.law.parameter import ENTRY, Parameter
from shapealg.law.program import Entries, magnitude
from shapealg.render import code
from shapealg.text import Text

# ---------------------------------------------------------------- what is printed: every law, and
# what no law happens to use

n, m, i, h = sympy.symbols("n m i h", integer=True)
s = sympy.Symbol("s", integer=True, positive=True)
L = sympy.Symbol("L", integer=True, positive=True)
a = Entries("a", integer=True)


def made(name, expr, length=None, **example):
    symbols = {"n": n, "m": m, "s": s, "a": a}
    parameters = tuple(Parameter(symbols[x], Text(zh="数", en="a number")) for x in example)
    assumed = (sympy.Ge(s, 1, evaluate=False),) * ("s" in example)
    law = Law(
        name,
        Text(zh="试", en="trial"),
        Text(zh="试？", en="trial?"),
        parameters,
        None,
        assumed,
        length=length,
        example=tuple(example.items()),
    )
    vars(law)["derivation"] = (SimpleNamespace(before=expr, after=expr),)
    return law


OTHERS = (
    made("extremes", sympy.Min(n, m, 3) - sympy.Max(-n, m, s), n=4, m=-2, s=5),
    made("negative", -n * m - s - 2, n=4, m=-2, s=5),
    made(
        "nested",
        sympy.floor((n - sympy.floor(m / 2)) / s) + sympy.ceiling((m - s) / 3),
        n=4,
        m=-7,
        s=5,
    ),
    made("remainders", sympy.Mod(n - m, s) - sympy.floor(-m / s) - sympy.Mod(m, 7), n=4, m=-7, s=5),
    made("divides", sympy.Eq(sympy.Mod(n - m, s), 0), n=4, m=-4, s=2),
    made("above", m < n, n=4, m=4),
    made(
        "counted",
        sympy.Sum(i * a[i], (i, 1, L)) - sympy.Product(a[h] + h, (h, 1, L)),
        L,
        a=(5, -7, 11),
    ),
    made("stair", sympy.Sum(a[i] * h + n, (h, i, 3), (i, 1, L)), L, n=2, a=(5, -7, 11)),
)
LAWS = (*formulas.laws(), *OTHERS)
LISTS = [law for law in LAWS if law.length is not None]
ARRAYS = [law for law in LAWS if any(p.array for p in law.parameters)]
SINGLE = [law for law in LAWS if law not in LISTS + ARRAYS]
named = {"ids": lambda value: getattr(value, "name", None)}

# ---------------------------------------------------------------- sizes, and the values they are to
# give


def given(law, arguments) -> dict:
    """All arguments in order, defaults filled in, one number for a whole list spread out."""
    bound = law.signature.bind(**arguments)
    bound.apply_defaults()
    length = next((len(v) for v in bound.arguments.values() if isinstance(v, list | tuple)), None)
    return {
        p.name: [v] * length if p.sequence and isinstance(v, int) else v
        for p in law.parameters
        for v in [bound.arguments[p.name]]
    }


def value(law, arguments):
    """The right side; a division that should be exact and is not, as a program must carry it out."""
    found = dumb.value(
        law.right,
        symbols_of(law)(
            {name: list(v) if isinstance(v, tuple) else v for name, v in arguments.items()}
        ),
    )
    return found if isinstance(found, bool) else floor(found)


def holds(law, arguments) -> bool:
    at = symbols_of(law)(arguments)
    layers = [at | {str(ENTRY): number} for number in range(1, at.get(str(law.length), 0) + 1)]
    return all(
        dumb.value(x, y)
        for x in law.assumptions
        for y in (layers if ENTRY in x.free_symbols else [at])
    )


def drawn(law, draw) -> dict:
    """Sizes of all magnitudes, some beyond 2^53, some negative."""

    def number(p):
        large = 6 if p.sequence or (p.name[0] in "ksdpcfgb" and draw.random() < 0.7) else 62
        return draw.choice(
            [draw.randint(-5, 12), draw.randint(1, 4), draw.randint(1, 2 ** draw.randint(1, large))]
        )

    length = draw.randint(1, 4)
    return {
        p.name: [number(p) for _ in range(length)] if p.sequence else number(p)
        for p in law.parameters
    }


@cache
def counted(law) -> list:
    """Small sizes with what a loop counts."""
    if law in OTHERS:
        return [(arguments := dict(law.example), value(law, arguments))]
    grid, loop = LOOPS[law.name]
    return [(at, loop(**at)) for at in grid[:: max(1, len(grid) // 8)]]


@cache
def large(law) -> list:
    """Sizes inside the domain that no loop can count."""
    if law in ARRAYS:
        return []
    draw, found = Random(law.name), []
    for _ in range(9000):
        if len(found) < 16 and holds(law, arguments := drawn(law, draw)):
            found.append((arguments, value(law, arguments)))
    assert len(found) == 16
    return found


def corners(law, text) -> list:
    """Numbers at the end of the range that the text promises to be exact, in lists as long as it
    says.
    """
    if law in ARRAYS:
        return []
    (power,) = map(int, re.findall(r"≤ 2\^(\d+)\.", text))
    length = int(re.search(r"at most (\d+) entries", text)[1]) if law in LISTS else 0
    draw, ends = Random(law.name), []
    for _ in range(6):

        def end(p):
            return 2**power if p.symbol.is_positive else draw.choice((1, -1)) * 2**power

        ends.append(
            {
                p.name: [end(p) for _ in range(length)] if p.sequence else end(p)
                for p in law.parameters
            }
        )
    return [(arguments, value(law, arguments)) for arguments in ends]


@cache
def spelled(law, length) -> tuple:
    """The right side with its sums written out for lists of so many entries, and the place of each
    symbol in them.
    """
    right = law.right.subs(law.length, length).doit() if length else law.right
    entries = {e: sympy.Symbol(str(e)) for e in right.atoms(sympy.Indexed)}
    return right.xreplace(entries), {
        x.name: (str(e.base), int(e.indices[0]) - 1) for e, x in entries.items()
    }


def fits(law, arguments, bits) -> bool:
    """Whether every step stays within so many bits; it only chooses what is worth asking."""
    at = given(law, arguments)
    right, places = spelled(
        law, next((len(v) for v in at.values() if isinstance(v, list | tuple)), 0)
    )
    sizes = {name: v for name, v in at.items() if isinstance(v, int)} | {
        name: at[which][place] for name, (which, place) in places.items()
    }
    return magnitude(right, {name: abs(x) for name, x in sizes.items()}) < 2**bits


@cache
def cases(law, bits=None) -> list:
    """What to ask of a language with integers of so many bits beside the sign, or of any length."""
    return [
        case
        for case in counted(law) + large(law)
        if law in ARRAYS or not bits or fits(law, case[0], bits)
    ]


def test_there_is_something_to_ask():
    assert (
        min(len(cases(law)) for law in LAWS) >= 8 and min(len(cases(law, 63)) for law in LAWS) > 4
    )
    beyond = {
        law.name
        for law in LAWS
        for at, _ in cases(law, 63)
        if any(isinstance(v, int) and v > 2**53 for v in at.values())
    }
    assert beyond >= {
        "conv_output_size",
        "plain_output_size",
        "same_padding",
        "chain_output_size",
        "unread_padded_size",
        "unread_input_size",
        "window_adjunction",
    }
    assert any(v < 0 for at, _ in cases(formulas.conv_output_size, 63) for v in at.values())


# ---------------------------------------------------------------- running


@cache
def copied(law, language) -> str:
    return code.AS[language](law)


def lines(*command) -> list:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, (
        f"{command[0]} gave {done.returncode}:\n{(done.stderr or done.stdout)[-3000:]}"
    )
    return done.stdout.split()


def compare(asked, answers):
    """`asked`: (what was run, the value it is to give) in order."""
    assert len(asked) == len(answers) > 100
    assert [
        (what, answer)
        for (what, expected), answer in zip(asked, answers, strict=True)
        if answer != str(int(expected))
    ] == []


def told(text, pattern) -> list:
    """The example in the last line of a text, and the value it claims."""
    what, claimed = re.fullmatch(pattern, text.splitlines()[-1]).groups()
    return [
        (
            what,
            (
                {"true": 1, "false": 0}.get(claimed.lower())
                if claimed.isalpha()
                else int(claimed.removesuffix("n"))
            ),
        )
    ]


def bracketed(v, left, right, number=str) -> str:
    return (
        f"{left}{', '.join(bracketed(x, left, right, number) for x in v)}{right}"
        if isinstance(v, list | tuple)
        else number(v)
    )


def test_c(tmp_path):
    """One file: each text as it stands, its helpers renamed by the preprocessor. Overflow traps."""
    gcc, program, asked = tool("gcc"), ["#include <stdio.h>\n"], []
    for law in (law for law in LAWS if law not in ARRAYS):
        text = copied(law, "c")
        helpers = code.C.helpers
        program += [
            *(f"#define {name} {law.name}_{name}\n" for name in helpers),
            text,
            "\n",
            *(f"#undef {name}\n" for name in helpers),
        ]
        asked += told(text, "// (.*) == (.*)")
        for arguments, expected in cases(law, 63) + corners(law, text):
            at = given(law, arguments).values()
            length = [str(len(v)) for v in at if isinstance(v, list | tuple)][:1]
            texts = [bracketed(v, "(int64_t[]){", "}") for v in at] + length
            asked.append((f"{law.name}({', '.join(texts)})", expected))
    program += [
        "int main(void) {\n",
        *(f'    printf("%lld\\n", (long long){call});\n' for call, _ in asked),
        "}\n",
    ]
    (tmp_path / "laws.c").write_text("".join(program), encoding="utf-8")
    overflow = ("-fsanitize=signed-integer-overflow", "-fsanitize-undefined-trap-on-error")
    lines(
        gcc,
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        *overflow,
        str(tmp_path / "laws.c"),
        "-o",
        str(tmp_path / "laws"),
    )
    compare(asked, lines(str(tmp_path / "laws")))


def test_rust(tmp_path):
    """One file, a module per law. A debug build panics at overflow."""
    rustc, program, asked = tool("rustc"), [], []
    for law in (law for law in LAWS if law not in ARRAYS):
        text = copied(law, "rust")
        program.append(f"mod {law.name} {{\n{text}\n}}\n")
        asked += [
            (f"{law.name}::{call}", expected) for call, expected in told(text, "// (.*) == (.*)")
        ]
        for arguments, expected in cases(law, 127) + corners(law, text):
            at = given(law, arguments).values()
            asked.append(
                (
                    (
                        f"{law.name}::{law.name}({', '.join('&' * isinstance(v, list | tuple) + bracketed(v, '[', ']') for v in at)})"
                    ),
                    expected,
                )
            )
    calls = ",\n".join(f"{call} as i128" for call, _ in asked)
    program.append(
        f'fn main() {{\n    for value in [\n{calls}] {{\n        println!("{{}}", value);\n   '
        " }\n}\n"
    )
    (tmp_path / "laws.rs").write_text("".join(program), encoding="utf-8")
    lines(
        rustc,
        "--edition",
        "2021",
        "-D",
        "warnings",
        "-C",
        "debug-assertions=on",
        "--out-dir",
        str(tmp_path),
        str(tmp_path / "laws.rs"),
    )
    compare(asked, lines(str(tmp_path / "laws")))


def test_javascript(tmp_path):
    node, program, asked = tool("node"), [], []
    for law in LAWS:
        text = copied(law, "js")
        calls = [] if law in ARRAYS else told(text, "(.*);  // (.*)")
        for arguments, expected in cases(law):
            fields = (
                f"{name}: {bracketed(v, '[', ']', lambda x: f'{x}n')}"
                for name, v in arguments.items()
            )
            calls.append((f"{law.name}({{{', '.join(fields)}}})", expected))
        program.append(
            f"{{\n{text}\nfor (const value of [{', '.join(call for call, _ in calls)}])"
            " console.log(BigInt(value).toString());\n}\n"
        )
        asked += calls
    (tmp_path / "laws.js").write_text('"use strict";\n' + "".join(program), encoding="utf-8")
    compare(asked, lines(node, str(tmp_path / "laws.js")))


def test_julia(tmp_path):
    julia, program, asked = tool("julia"), [], []
    for law in LAWS:
        text = copied(law, "julia")
        program.append(f"{text}\n")
        asked += [] if law in ARRAYS else told(text, "(.*)  # (.*)")
        for arguments, expected in cases(law) + corners(law, text):
            exact = fits(law, arguments, 63) if law not in ARRAYS else True
            fields = []
            for name, v in arguments.items():
                cube = isinstance(v, list) and isinstance(v[0], list)
                flat = bracketed(
                    numpy.array(v).ravel(order="F").tolist() if cube else v,
                    "[",
                    "]",
                    str if exact else lambda x: f'big"{x}"',
                )
                fields.append(
                    f"{name}="
                    + (f"reshape({flat}, {', '.join(map(str, numpy.shape(v)))})" if cube else flat)
                )
            asked.append((f"{law.name}({', '.join(fields)})", expected))
    program += [f"println(BigInt({call}))\n" for call, _ in asked]
    (tmp_path / "laws.jl").write_text("".join(program), encoding="utf-8")
    compare(asked, lines(julia, "--startup-file=no", str(tmp_path / "laws.jl")))


def test_julia_without_julia():
    """Where nothing is summed, what is printed for Julia is an expression that Python reads too,
    once it knows `fld` and `mod`.
    """
    for law in SINGLE:
        *_, head, body, end, _ = copied(law, "julia").splitlines()
        assert end == "end" and re.fullmatch(rf"function {law.name}\(; (.*)\)", head)[
            1
        ] == ", ".join(map(str, law.signature.parameters.values()))
        size = eval(
            f"lambda {', '.join(p.name for p in law.parameters)}: {body.strip()}",
            {"fld": lambda x, y: x // y, "mod": lambda x, y: x % y},
        )
        for arguments, expected in cases(law):
            assert size(**given(law, arguments)) == expected


def smt(v) -> str:
    return str(v) if v >= 0 else f"(- {-v})"


@cache
def solver():
    """Z3 with all the laws; it asserts, and gives the model."""
    z3 = module("z3")
    texts = {law: copied(law, "smtlib") for law in SINGLE}
    head = "\n".join(
        dict.fromkeys(
            line
            for text in texts.values()
            for line in text.splitlines()
            if not line.startswith(";")
        )
    )

    def ask(*asked) -> list:
        names = " ".join(f"(declare-const r{j} {kind})" for j, (kind, _) in enumerate(asked))
        engine = z3.Solver()
        asserted = "\n".join(
            f"(assert {what.replace('?', f'r{j}')})" for j, (_, what) in enumerate(asked)
        )
        engine.add(z3.parse_smt2_string(f"{head}\n{names}\n{asserted}"))
        assert engine.check() == z3.sat
        model = engine.model()
        found = (
            model.eval(z3.Const(f"r{j}", z3.IntSort() if kind == "Int" else z3.BoolSort()), True)
            for j, (kind, _) in enumerate(asked)
        )
        return [str(x.as_long() if z3.is_int_value(x) else int(z3.is_true(x))) for x in found]

    return ask, texts


def test_smtlib():
    ask, texts = solver()
    asked = []
    for law, text in texts.items():
        kind = "Bool" if isinstance(counted(law)[0][1], bool) else "Int"
        asked += [(kind, *told(text, r"; (\(.*\)) = (.*)")[0])]
        asked += [
            (kind, f"({law.name} {' '.join(map(smt, given(law, arguments).values()))})", expected)
            for arguments, expected in cases(law)
        ]
    compare(
        [asking[1:] for asking in asked], ask(*((kind, f"(= ? {what})") for kind, what, _ in asked))
    )


def test_smtlib_knows_the_domain():
    ask, _ = solver()
    asked = []
    for law in SINGLE:
        draw = Random(law.name)
        for _ in range(12):
            arguments = {p.name: draw.randint(-2, 9) for p in law.parameters}
            asked.append(
                (
                    f"({law.name}_holds {' '.join(map(smt, arguments.values()))})",
                    holds(law, arguments),
                )
            )
    assert {expected for _, expected in asked} == {True, False}
    compare(asked, ask(*(("Bool", f"(= ? {what})") for what, _ in asked)))


def test_smtlib_answers_what_was_not_asked_of_the_law():
    """Which input gives seven outputs? The solver finds one, and the windows can be laid."""
    ask, _ = solver()
    (found,) = ask(
        ("Int", "(and (= (conv_output_size ? 3 2 1 1 1) 7) (conv_output_size_holds ? 3 2 1 1 1))")
    )
    assert dumb.count(int(found), 3, 2, 1, 1, 1) == 7


# ---------------------------------------------------------------- Python's own


def executed(law, language) -> tuple:
    """The function of a text, run as it stands without shapealg, and the text."""
    text, names = copied(law, language), {}
    assert "shapealg" not in text
    exec(text, names)
    return names, text


def last(names, text, law) -> None:
    """The example gives what its comment says."""
    if law.example:
        call, claimed = text.splitlines()[-1].split("  # ")
        found = eval(call, names)
        assert str(found.tolist() if isinstance(found, numpy.ndarray) else found) == claimed


@pytest.mark.parametrize("law", LAWS, **named)
def test_python(law):
    names, text = executed(law, "python")
    last(names, text, law)
    for arguments, expected in cases(law):
        found = names[law.name](**arguments)
        assert found == expected and type(found) in (int, bool)


@pytest.mark.parametrize("law", LAWS, **named)
def test_numpy(law):
    names, text = executed(law, "numpy")
    last(names, text, law)
    size = names[law.name]
    if law in SINGLE:  # all at once
        for bits, dtype in ((63, numpy.int64), (None, object)):
            asked = cases(law, bits) + (corners(law, text) if bits == 63 else [])
            columns = {
                p.name: numpy.array(
                    [given(law, arguments)[p.name] for arguments, _ in asked], dtype=dtype
                )
                for p in law.parameters
            }
            found = size(**columns)
            assert found.tolist() == [expected for _, expected in asked] and found.dtype in (
                dtype,
                bool,
            )
        return
    for arguments, expected in cases(law, 63):
        wide = {
            name: numpy.array([v, v]) if isinstance(v, int) else numpy.array(v)
            for name, v in arguments.items()
            if name not in "kwc" or law not in ARRAYS
        }
        found = size(**arguments | wide)
        assert (
            numpy.ravel(found).tolist() == [expected] * numpy.size(found)
            and numpy.asarray(found).dtype == numpy.int64
        )


@pytest.mark.parametrize("law", LAWS, **named)
@pytest.mark.many(4)
def test_sympy(law):
    names, text = executed(law, "sympy")
    last(names, text, law)
    size = names[law.name]
    for arguments, expected in cases(law):
        assert not sympy.sympify(found := size(**arguments)).has(sympy.Float) and found == expected
    if law in SINGLE:  # on the law's own symbols, and only then the numbers
        general = size(**{p.name: p.symbol for p in law.parameters})
        for arguments, expected in cases(law)[::6]:
            assert (
                general.subs(
                    {p.symbol: v for p in law.parameters for v in [given(law, arguments)[p.name]]},
                    simultaneous=True,
                )
                == expected
            )


# ---------------------------------------------------------------- what is not a program, and what
# there is no program for


@pytest.mark.parametrize("law", LAWS, **named)
def test_latex_and_mathml_are_whole(law):
    tex = copied(law, "latex")
    assert tex.count(r"\left") == tex.count(r"\right") and tex.count("{") == tex.count("}")
    root = ElementTree.fromstring(copied(law, "mathml"))
    assert root.tag == "math" and "".join(root.find(".//annotation").itertext()) == tex


@pytest.mark.parametrize("law", LAWS, **named)
@pytest.mark.parametrize("language", sorted(set(code.AS) - {"latex", "mathml"}))
def test_every_argument_is_explained_in_one_line(law, language):
    if (language == "smtlib" and law not in SINGLE) or (
        language in ("c", "rust") and law in ARRAYS
    ):
        with pytest.raises(ShapeError, match=rf"received {law.name}; .*python, .*julia"):
            copied(law, language)
        return
    text = copied(law, language)
    line = next(
        line
        for line in text.splitlines()
        if line.lstrip("#/; ").startswith(f"{law.parameters[0].name}: ")
    )
    assert all(f"{p.name}: {p.meaning.en}" in line for p in law.parameters) and text == text.strip()


def test_the_words():
    assert list(code.AS) == [
        "latex",
        "mathml",
        "python",
        "numpy",
        "sympy",
        "c",
        "rust",
        "js",
        "julia",
        "smtlib",
    ]


def test_powers_are_products_where_a_language_has_no_sign_for_them():
    """`**` is no operator of C or Rust, nor of SMT-LIB."""
    from shapealg.render.languages import C, Rust, SmtLib

    n = sympy.Symbol("n", integer=True)
    assert [made().write((n + 1) ** 3) for made in (C, Rust, SmtLib)] == [
        "((n + 1) * (n + 1) * (n + 1))"
    ] * 2 + ["(* (+ n 1) (+ n 1) (+ n 1))"]
