"""A law as code to copy: exact integer arithmetic in each language, never a floating-point floor."""

import sympy

from shapealg.axis.window import Window
from shapealg.exact import Python
from shapealg.law import Law
from shapealg.notation import latex, mathml, plain
from shapealg.parameter import ENTRY
from shapealg.signs import slack


class JavaScript(Python):
    """BigInt arithmetic. JavaScript's own `/` and `%` cut toward zero, so floors go through `fdiv` and `fmod`."""

    relations = Python.relations | {sympy.Eq: "==="}

    def number(self, value):
        return f"{value}n"

    def divide(self, above, below):
        return f"fdiv({self.write(above)}, {self.write(below)})", self.ATOM

    def _mod(self, expr):
        return f"fmod({self.write(expr.args[0])}, {self.write(expr.args[1])})", self.ATOM

    def _indexed(self, expr):
        (index,) = expr.indices
        return f"{expr.base.label}[{self.write(index + expr.base.offset)}]", self.ATOM

    def _big(self, expr):
        (index, low, high), name = expr.limits[0], "sum" if isinstance(expr, sympy.Sum) else "prod"
        return f"{name}({self.write(low)}, {self.write(high)}, {index} => {self.write(expr.function)})", self.ATOM


def python(law: Law) -> str:
    """A Python function of its own: the law needs no package."""
    names = ", ".join(str(p) for p in law.signature.parameters.values())
    needs = "from math import prod\n\n\n" if law.right.has(sympy.Product) else ""
    length = ""
    if law.length is not None:
        sequences = [p for p in law.parameters if p.sequence]
        first = next(p for p in sequences if p.default is None)
        spread = "".join(f"    {p.name} = [{p.name}] * {law.length} if isinstance({p.name}, int) else {p.name}\n" for p in sequences if p.default is not None)
        length = f"    {law.length} = len({first.name})\n{spread}"
    return f"{needs}def {law.name}({names}):\n{length}    return {Python(law.divisible).write(law.right)}\n"


def numpy(law: Law) -> str:
    """The same call on arrays."""
    name, number = next((n, v) for n, v in law.example if isinstance(v, int))
    rest = ", ".join(f"{n}={v!r}" for n, v in law.example if n != name)
    step = dict(law.example)["s"] if law.divisible and "s" in dict(law.example) else 1  # keep to sizes that divide exactly
    numbers = f"{number}, {number + 4 * step}" + (f", {step}" if step > 1 else "")
    call = f"formulas.{law.name}({name}=numpy.arange({numbers}){', ' + rest if rest else ''})"
    return f"import numpy\nfrom shapealg import formulas\n\n{call}\n"


def symbols(law: Law) -> str:
    """The same call with names in place of numbers."""
    def name(n, v):
        return repr(n) if isinstance(v, int) else repr(tuple(f"{n}{i}" for i in range(1, len(v) + 1)))

    return f"from shapealg import formulas\n\nformulas.{law.name}({', '.join(f'{n}={name(n, v)}' for n, v in law.example)})\n"


def integers(law: Law) -> str:
    """The same call on integers."""
    return f"from shapealg import formulas\n\nformulas.{law.example_call()}  # {law(**dict(law.example))}\n"


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
    lines = [f"const {name} = {HELPERS[name]};" for name in HELPERS if name in wanted]
    names = ", ".join(p.name if p.default is None else f"{p.name} = {p.default}n" for p in law.parameters)
    if law.length is None:
        lines.append(f"const {law.name} = ({{{names}}}) => {body};")
    else:
        lists = [p.name for p in law.parameters if p.sequence]
        first = next(p.name for p in law.parameters if p.sequence and p.default is None)
        lines += [f"const {law.name} = ({{{names}}}) => {{", f"  const {law.length} = BigInt({first}.length);"]
        if spread := [name for name in lists if name != first]:
            told = ", ".join(spread)
            lines.append(f"  [{told}] = [{told}].map((v) => (Array.isArray(v) ? v : {first}.map(() => v)));")
        lines += [f"  return {body};", "};"]
    return "\n".join([*lines, f"{law.name}({{{', '.join(f'{n}: {_bigint(v)}' for n, v in law.example)}}});  // {_bigint(law(**dict(law.example)))}"])


def _bigint(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(_bigint, value))}]" if isinstance(value, tuple) else f"{value}n"


def texts(law: Law) -> dict:
    """The formula as text, in each way of writing it."""
    return {"LaTeX": latex(law.right), "MathML": mathml(law.right), "Unicode": plain(law.right)}


HELPERS = {
    "fmod": "(a, b) => ((a % b) + b) % b",
    "fdiv": "(a, b) => (a - fmod(a, b)) / b",
    "max": "(...xs) => xs.reduce((a, b) => (a > b ? a : b))",
    "sum": "(low, high, term) => { let all = 0n; for (let i = low; i <= high; i++) all += term(i); return all; }",
    "prod": "(low, high, term) => { let all = 1n; for (let i = low; i <= high; i++) all *= term(i); return all; }",
}
HEAD = "// Generated by scripts/regenerate_docs.py; do not edit. Exact: every number is a BigInt.\n(() => {\n" + "".join(
    f"  const {name} = {body};\n" for name, body in HELPERS.items()
)


def _remedy(law: Law, assumption, names: str) -> str:
    """The parameter that mends a failing assumption, and the value of it that just works, where one line says so."""
    if isinstance(assumption, sympy.Eq) or ENTRY in assumption.free_symbols:
        return ""
    gap = slack(assumption)
    for p in law.parameters:
        if not p.sequence and (slope := sympy.expand(gap).diff(p.symbol)) in (1, -1):
            return f", '{p.name}', ({{{names}}}) => {JavaScript().write(p.symbol - slope * gap)}"
    return ""


def formulas_js(laws, placement) -> str:
    """All laws that a calculator can offer: the program, each assumption as a test with its wording, the window to draw."""
    j, s, d, k, lo = (sympy.Symbol(name, integer=True) for name in ("j", "s", "d", "k", "lo"))
    first = JavaScript().write(Window.dilated(k, d, s, lo).first(j))
    lines = [HEAD, f"  window.shapealgFirst = ({{j, s, lo}}) => {first};\n", "  window.shapealg = {\n"]
    for law in laws:
        if any(p.array for p in law.parameters):
            continue
        names = ", ".join([p.name for p in law.parameters] + ([str(law.length)] if law.length is not None else []))
        lines.append(f"    {law.name}: {{\n      value: {javascript(law)},\n      needs: [\n")
        for assumption in law.assumptions:
            test = JavaScript().write(assumption)
            if ENTRY in assumption.free_symbols:
                test = f"prod(1n, {law.length}, {ENTRY} => {test} ? 1n : 0n) === 1n"
            lines.append(f"        [({{{names}}}) => {test}, {plain(assumption)!r}{_remedy(law, assumption, names)}],\n")
        lines.append("      ],\n")
        if where := placement(law):
            parts = ", ".join(f"{name}: {JavaScript().write(value)}" for name, value in where.items())
            lines.append(f"      window: ({{{names}}}) => ({{{parts}}}),\n")
        lines.append("    },\n")
    return "".join([*lines, "  };\n})();\n"])
