"""A law as code to copy: exact integer arithmetic in each language, never a floating-point floor.

>>> from shapealg import formulas
>>> print(AS["python"](formulas.strided_output_size))
# n: input size; k: kernel size; s: stride.
# Holds if k ≥ 1, s ≥ 1, n ≥ k.
def strided_output_size(n, k, s=1):
    return (n - k) // s + 1
<BLANKLINE>
<BLANKLINE>
strided_output_size(n=10, k=3, s=2)  # 4
"""

import re
from bisect import bisect

import sympy
from numpy import arange  # one name only: `numpy` is a way of writing here
from sympy.core.relational import Relational

from shapealg.axis.window import Window
from shapealg.errors import Received, ShapeError
from shapealg.law.law import Law
from shapealg.law.notation import latex, mathml, plain
from shapealg.law.parameter import ENTRY
from shapealg.law.program import Python, magnitude
from shapealg.law.signs import slack
from shapealg.render.languages import C, JavaScript, Julia, NumPy, Rust, SmtLib, SymPy
from shapealg.render.worked import worked
from shapealg.text import Text


def python(law: Law) -> str:
    """A Python function of its own: the law needs no package."""
    needs = "from math import prod\n\n\n" if law.right.has(sympy.Product) else ""
    function = _function(law, Python(law.divisible), "isinstance({}, int)")
    return f"{needs}{_notes(law, '#')}{function}{_tail(law)}"


def elementwise(law: Law) -> str:
    """The same on integer arrays, element by element; it needs NumPy only."""
    needs = "from math import prod\n\n" if law.right.has(sympy.Product) else ""
    notes = _notes(law, "#", f"{_reach(law, 63)} Arrays with dtype=object: always exact.")
    tail = _tail(law)
    if any(isinstance(v, int) for _, v in law.example):
        name, *span = _span(law)
        tail = (
            f"\n\n\n{law.name}({_arrays(law)})  #"
            f" {law(**dict(law.example) | {name: arange(*span)}).tolist()}"
        )
    return (
        f"{needs}import"
        f" numpy\n\n\n{notes}{_function(law, NumPy(law.divisible), 'numpy.ndim({}) == 0')}{tail}"
    )


def symbolic(law: Law) -> str:
    """The same on symbols; it needs SymPy only."""
    needs = "from math import prod\n\n" if law.right.has(sympy.Product) else ""
    function = _function(law, SymPy(law.divisible), "not isinstance({}, (list, tuple))")
    text = f"{needs}import sympy\n\n\n{_notes(law, '#')}{function}"
    if not law.example:
        return text
    made = {n: _numbered(n, len(v)) if isinstance(v, tuple) else n for n, v in law.example}
    single = [n for n, v in made.items() if n == v]
    lines = [f'{", ".join(single)} = sympy.symbols("{" ".join(single)}", integer=True)'] * bool(
        single
    )
    lines += [
        f'{n} = sympy.symbols("{n}1:{len(v) + 1}", integer=True)' for n, v in made.items() if n != v
    ]
    return "\n".join(
        [
            text,
            "",
            "",
            *lines,
            f"{law.name}({', '.join(f'{n}={n}' for n in made)})  # {law(**made)}",
        ]
    )


def numpy(law: Law) -> str:
    """The call of shapealg on arrays."""
    return f"import numpy\nimport shapealg as sa\n\nsa.formulas.{law.name}({_arrays(law)})\n"


def symbols(law: Law) -> str:
    """The call of shapealg with names in place of numbers."""

    def name(n, v):
        return (
            repr(n) if isinstance(v, int) else repr(tuple(f"{n}{i}" for i in range(1, len(v) + 1)))
        )

    return (
        "import shapealg as sa\n\n"
        f"sa.formulas.{law.name}({', '.join(f'{n}={name(n, v)}' for n, v in law.example)})\n"
    )


def integers(law: Law) -> str:
    """The call of shapealg on integers."""
    return (
        f"import shapealg as sa\n\nsa.formulas.{law.example_call()}  # {law(**dict(law.example))}\n"
    )


def javascript(law: Law) -> str:
    """An arrow function on BigInts; the helpers it calls stand at the head of `formulas.js`."""
    names = ", ".join(p.name for p in law.parameters)
    length = f", {law.length}" if law.length is not None else ""
    return f"({{{names}{length}}}) => {JavaScript(law.divisible).write(law.right)}"


def javascript_alone(law: Law) -> str:
    """The same with everything it needs: helpers, defaults, the length of its lists."""
    body = JavaScript(law.divisible).write(law.right)
    wanted = [name for name in HELPERS if f"{name}(" in body]
    if "fdiv" in wanted and "fmod" not in wanted:
        wanted.append("fmod")
    lines = [f"const {name} = {HELPERS[name]};" for name in HELPERS if name in wanted] + [
        _notes(law, "//", "Every number is a BigInt.").rstrip()
    ]
    names = ", ".join(
        p.name if p.default is None else f"{p.name} = {p.default}n" for p in law.parameters
    )
    if law.length is None:
        lines.append(f"const {law.name} = ({{{names}}}) => {body};")
    else:
        lists = [p.name for p in law.parameters if p.sequence]
        first = next(p.name for p in law.parameters if p.sequence and p.default is None)
        lines += [
            f"const {law.name} = ({{{names}}}) => {{",
            f"  const {law.length} = BigInt({first}.length);",
        ]
        if spread := [name for name in lists if name != first]:
            told = ", ".join(spread)
            lines.append(
                f"  [{told}] = [{told}].map((v) => (Array.isArray(v) ? v : {first}.map(() => v)));"
            )
        lines += [f"  return {body};", "};"]
    if law.example:
        lines.append(
            f"{law.name}({{{', '.join(f'{n}: {_bigint(v)}' for n, v in law.example)}}});  //"
            f" {_bigint(law(**dict(law.example)))}"
        )
    return "\n".join(lines)


def c(law: Law) -> str:
    """A C99 function on `int64_t`; a list is a pointer, and all lists share one length.

    Raises:
        ShapeError: for a law over arrays of several axes.
    """
    _refuse_arrays(law, "C")
    printer = C(law.divisible)
    body = printer.write(law.right)
    lines = [*printer.lines, f"return {body};"]
    # asked for, and without effect
    lines = [
        f"(void){p.name};"
        for p in law.parameters
        if not re.search(rf"\b{p.name}\b", "".join(lines))
    ] + lines
    helpers = [
        f"static inline {text}" for name, text in C.helpers.items() if f"{name}(" in "".join(lines)
    ]
    includes = ["#include <stdbool.h>"] * _yes_or_no(law) + ["#include <stdint.h>"]
    length = [f"{law.length}: how many entries every list has."] if law.length is not None else []
    notes = _notes(law, "//", *length, _reach(law, 63)).rstrip()
    return "\n".join(
        [
            *includes,
            "",
            *helpers,
            *[""] * bool(helpers),
            notes,
            _c_head(law),
            "{",
            *(f"    {line}" for line in lines),
            "}",
            _c_example(law),
        ]
    )


def _c_head(law: Law) -> str:
    """The function's type and its arguments."""
    names = [
        f"const int64_t *{p.name}" if p.sequence else f"int64_t {p.name}" for p in law.parameters
    ]
    names += [f"int64_t {law.length}"] if law.length is not None else []
    made = "bool" if _yes_or_no(law) else "int64_t"
    return f"static inline {made} {law.name}({', '.join(names)})"


def _c_example(law: Law) -> str:
    """The example as a comment, with its value."""
    given = [
        f"(int64_t[]){{{', '.join(map(str, v))}}}" if isinstance(v, tuple) else str(v)
        for v in _positional(law)
    ]
    given += [str(_entries(law))] if law.length is not None else []
    return f"// {law.name}({', '.join(given)}) == {str(law(**dict(law.example))).lower()}"


def rust(law: Law) -> str:
    """A Rust function on `i128`; lists are slices of one length.

    Raises:
        ShapeError: for a law over arrays of several axes.
    """
    _refuse_arrays(law, "Rust")
    body = Rust(law.divisible).write(law.right)
    # asked for, and without effect
    allowed = ["#[allow(unused_variables)]"] * any(
        not re.search(rf"\b{p.name}\b", body) for p in law.parameters
    )
    length = []
    if law.length is not None:
        allowed += ["#[allow(non_snake_case)]"] * (str(law.length) != str(law.length).lower())
        length = [
            f"    let {law.length} = {next(p.name for p in law.parameters if p.sequence)}.len() as"
            " i128;"
        ]
    names = ", ".join(f"{p.name}: {'&[i128]' if p.sequence else 'i128'}" for p in law.parameters)
    given = ", ".join(
        f"&[{', '.join(map(str, v))}]" if isinstance(v, tuple) else str(v) for v in _positional(law)
    )
    notes = _notes(law, "//", _reach(law, 127)).rstrip()
    head = f"pub fn {law.name}({names}) -> {'bool' if _yes_or_no(law) else 'i128'} {{"
    return "\n".join(
        [
            notes,
            *allowed,
            head,
            *length,
            f"    {body}",
            "}",
            f"// {law.name}({given}) == {str(law(**dict(law.example))).lower()}",
        ]
    )


def julia(law: Law) -> str:
    """A Julia function of keywords, on integers of any kind."""
    names = ", ".join(str(p) for p in law.signature.parameters.values())
    length = []
    if law.length is not None:
        first, *spread = sorted(
            (p for p in law.parameters if p.sequence), key=lambda p: p.default is not None
        )
        length = [f"    {law.length} = length({first.name})"]
        length += [
            f"    {p.name} = {p.name} isa Integer ? fill({p.name}, {law.length}) : {p.name}"
            for p in spread
            if p.default is not None
        ]
    notes = _notes(law, "#", f"{_reach(law, 63)} BigInt: always exact.").rstrip()
    example = (
        [f"{law.example_call()}  # {str(law(**dict(law.example))).lower()}"] if law.example else []
    )
    return "\n".join(
        [
            notes,
            f"function {law.name}(; {names})",
            *length,
            f"    {Julia(law.divisible).write(law.right)}",
            "end",
            *example,
        ]
    )


def smtlib(law: Law) -> str:
    """SMT-LIB 2: the law as a function, and its assumptions as another, for a solver to reason
    with.

    Raises:
        ShapeError: for a law over lists or arrays, which SMT-LIB has no sum or product for.
    """
    if any(p.sequence or p.array for p in law.parameters):
        raise ShapeError(
            Text(
                zh="SMT-LIB 没有对任意长列表的求和与连乘",
                en="SMT-LIB has no sum or product over a list of any length",
            ),
            Received(law.name),
            Text(
                zh="只含单个尺寸的定律可用；此定律可用 python、js 或 julia",
                en="a law of single sizes works; for this one python, js or julia",
            ),
        )
    printer = SmtLib(law.divisible)
    body, *holds = map(printer.write, (law.right, *law.assumptions))
    alone = "".join(holds) or "true"
    needs = f"(and {' '.join(holds)})" if len(holds) > 1 else alone
    helpers = [text for name, text in SmtLib.helpers.items() if f"({name} " in body + needs]
    names = " ".join(f"({p.name} Int)" for p in law.parameters)
    given = " ".join(map(printer.write, _positional(law)))
    return "\n".join(
        [
            *helpers,
            _notes(law, ";").rstrip(),
            f"(define-fun {law.name} ({names}) {'Bool' if _yes_or_no(law) else 'Int'} {body})",
            f"(define-fun {law.name}_holds ({names}) Bool {needs})",
            f"; ({law.name} {given}) = {str(law(**dict(law.example))).lower()}",
        ]
    )


AS = {
    "latex": lambda law: latex(law.right),
    "mathml": lambda law: mathml(law.right),
    "python": python,
    "numpy": elementwise,
    "sympy": symbolic,
    "c": c,
    "rust": rust,
    "js": javascript_alone,
    "julia": julia,
    "smtlib": smtlib,
}


def _numbered(name: str, count: int) -> tuple:
    return tuple(f"{name}{i}" for i in range(1, count + 1))


def _function(law: Law, printer: Python, single: str) -> str:
    """A `def` in one of Python's dialects; `single` asks whether a list was given as one number for
    all its entries.
    """
    names = ", ".join(str(p) for p in law.signature.parameters.values())
    length = ""
    if law.length is not None:
        sequences = [p for p in law.parameters if p.sequence]
        first = next(p for p in sequences if p.default is None)
        spread = "".join(
            f"    {p.name} = [{p.name}] * {law.length} if {single.format(p.name)} else {p.name}\n"
            for p in sequences
            if p.default is not None
        )
        length = f"    {law.length} = len({first.name})\n{spread}"
    return f"def {law.name}({names}):\n{length}    return {printer.write(law.right)}"


def _notes(law: Law, mark: str, *more: str) -> str:
    """Comments ahead of a function: its arguments in one line, its assumptions in another, and what
    else there is to know.
    """
    lines = ["; ".join(f"{p.name}: {p.meaning.en}" for p in law.parameters) + "."]
    if law.assumptions:
        each = (
            f" (l = 1 … {law.length})"
            if any(ENTRY in a.free_symbols for a in law.assumptions)
            else ""
        )
        lines.append(f"Holds if {', '.join(map(plain, law.assumptions))}{each}.")
    return "".join(f"{mark} {line}\n" for line in (*lines, *more))


def _tail(law: Law) -> str:
    """The example below a function of Python's, with its value."""
    return f"\n\n\n{law.example_call()}  # {law(**dict(law.example))}" if law.example else ""


def _reach(law: Law, bits: int) -> str:
    """How far integers of so many bits beside the sign are exact, in words."""
    safe = f"{bits + 1}-bit integers: exact while every step fits"
    if any(p.array for p in law.parameters):
        return f"{safe}."
    right, whose = law.right, "every |argument|"
    if law.length is not None:
        right, whose = (
            right.subs(law.length, _entries(law)).doit(),
            f"lists of at most {_entries(law)} entries and every |number|",
        )
        right = right.xreplace({e: sympy.Symbol(str(e)) for e in right.atoms(sympy.Indexed)})
    # how an exact division is carried out
    right = right.replace(
        lambda e: e.is_Mul and sympy.denom(e) != 1, lambda e: sympy.floor(e, evaluate=False)
    )
    names = [s.name for s in right.free_symbols]
    sides = right.args if _yes_or_no(law) else (right,)
    power = (
        bisect(
            range(bits),
            2**bits - 1,
            key=lambda b: max(magnitude(side, dict.fromkeys(names, 2**b)) for side in sides),
        )
        - 1
    )
    return f"{safe}, which is certain for {whose} ≤ 2^{power}."


def _yes_or_no(law: Law) -> bool:
    return isinstance(law.right, Relational)


def _entries(law: Law) -> int:
    """How many entries the lists of the example have."""
    return next(len(v) for _, v in law.example if isinstance(v, tuple))


def _positional(law: Law) -> list:
    """The example's value for every parameter, in order; one number for a list is spread out."""
    given = {p.name: p.default for p in law.parameters} | dict(law.example)
    return [
        (
            (given[p.name],) * _entries(law)
            if p.sequence and isinstance(given[p.name], int)
            else given[p.name]
        )
        for p in law.parameters
    ]


def _span(law: Law) -> tuple:
    """The name of the example's first number, and start, stop and step of a range from there, in
    which all divides exactly.
    """
    name, number = next((n, v) for n, v in law.example if isinstance(v, int))
    step = dict(law.example).get("s", 1) if law.divisible else 1
    return name, number, number + 4 * step, step


def _arrays(law: Law) -> str:
    """The arguments of the example, its first number a range."""
    name, start, stop, step = _span(law)
    numbers = f"{start}, {stop}" + (f", {step}" if step > 1 else "")
    return ", ".join(
        [f"{name}=numpy.arange({numbers})", *(f"{n}={v!r}" for n, v in law.example if n != name)]
    )


def _refuse_arrays(law: Law, language: str) -> None:
    if any(p.array for p in law.parameters):
        raise ShapeError(
            Text(
                zh=f"多维数组上的定律没有 {language} 写法",
                en=f"a law over arrays of several axes has no {language} text",
            ),
            Received(law.name),
            Text(zh="可用 python、numpy、js 或 julia", en="python, numpy, js or julia works"),
        )


def _bigint(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(_bigint, value))}]" if isinstance(value, tuple) else f"{value}n"


def texts(law: Law) -> dict:
    """The formula as text, in each way of writing it."""
    return {"LaTeX": latex(law.right), "MathML": mathml(law.right), "Unicode": plain(law.right)}


HELPERS = JavaScript.helpers
HEAD = (
    "// Generated by scripts/regenerate_docs.py; do not edit. Exact: every number is a BigInt.\n(()"
    " => {\n" + "".join(f"  const {name} = {body};\n" for name, body in HELPERS.items())
)


def _remedy(law: Law, assumption, names: str) -> str:
    """The parameter that mends a failing assumption, and the value of it that just works, where one
    line says so.
    """
    if isinstance(assumption, sympy.Eq) or ENTRY in assumption.free_symbols:
        return ""
    gap = slack(assumption)
    for p in law.parameters:
        if not p.sequence and (slope := sympy.expand(gap).diff(p.symbol)) in (1, -1):
            return f", '{p.name}', ({{{names}}}) => {JavaScript().write(p.symbol - slope * gap)}"
    return ""


def formulas_js(laws, placement) -> str:
    """All laws that a calculator can offer: the program, each assumption as a test with its
    wording, the window to draw.
    """
    j, s, d, k, lo = (sympy.Symbol(name, integer=True) for name in ("j", "s", "d", "k", "lo"))
    first = JavaScript().write(Window.dilated(k, d, s, lo).first(j))
    lines = [
        HEAD,
        f"  window.shapealgFirst = ({{j, s, lo}}) => {first};\n",
        "  window.shapealg = {\n",
    ]
    for law in laws:
        if any(p.array for p in law.parameters):
            continue
        names = ", ".join(
            [p.name for p in law.parameters] + ([str(law.length)] if law.length is not None else [])
        )
        lines.append(f"    {law.name}: {{\n      value: {javascript(law)},\n      needs: [\n")
        for assumption in law.assumptions:
            test = JavaScript().write(assumption)
            if ENTRY in assumption.free_symbols:
                test = f"prod(1n, {law.length}, {ENTRY} => {test} ? 1n : 0n) === 1n"
            lines.append(
                f"        [({{{names}}}) => {test},"
                f" {plain(assumption)!r}{_remedy(law, assumption, names)}],\n"
            )
        lines.append("      ],\n")
        if where := placement(law):
            parts = ", ".join(
                f"{name}: {JavaScript().write(value)}" for name, value in where.items()
            )
            lines.append(f"      window: ({{{names}}}) => ({{{parts}}}),\n")
        lines.append(worked(law))
        lines.append("    },\n")
    return "".join([*lines, "  };\n})();\n"])
