"""What frameworks say themselves: torch.export in two ways, jax.export, Keras."""

from tools_hands import CHANNELS, jax_function, keras_model, torch_module
from tools_question import Answer, H, Refused, Tool, W, exactly, is_formula, line, renamed

FOLLOWED = 4  # so many rounds of suggested fixes


def run_torch(module, height: int, width: int) -> int:
    """The height that comes out."""
    import torch

    with torch.no_grad():
        return _seen(module(torch.zeros(1, CHANNELS, height, width)).shape, 2)


def _seen(shape, at: int) -> int:
    """A size of what came out; nothing came out if any is 0."""
    if 0 in shape:
        raise Refused("nothing comes out")
    return int(shape[at])


class Torch(Tool):
    """A module in PyTorch."""

    def __init__(self, name: str):
        super().__init__(name)
        self.module = torch_module(name)

    def given(self):
        """The module, made anew: none of its own answers is kept."""
        return torch_module(self.name)

    def run(self, n):
        """On zeros."""
        return run_torch(self.module, n, self.example)


class Export(Torch):
    """`torch.export.export` with `Dim.AUTO`; the sizes are those that the program's guards pass."""

    way = "program"
    imported = ("torch.export",)

    def dims(self, torch):
        """What is said of height and width."""
        return {2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}

    def ask(self, given):
        """One export; the guards in the program's own words."""
        import torch

        x = torch.zeros(1, CHANNELS, self.example, self.example)
        try:
            program, said = self.exported(torch, given, x)
        except Refused:
            raise
        except Exception as problem:
            raise Refused(line(problem)) from None
        self.program = program.module()
        nodes = list(program.graph.nodes)
        into = [node for node in nodes if node.op == "placeholder"][-1].meta["val"].shape
        out = nodes[-1].args[0][0].meta["val"].shape
        self.step, self.offset, names = parameter(into[2], H)
        names |= parameter(into[3], W)[2]
        told = renamed(str(out[2]), names)
        self.formula = told if is_formula(told) else None
        return Answer(self.formula, f"({', '.join(map(str, out))})", said or ranges(program, names))

    def exported(self, torch, given, x):
        """The program, and what was said of the sizes on the way."""
        return torch.export.export(given, (x,), dynamic_shapes={"x": self.dims(torch)}), None

    def height(self, n):
        """By the formula, if the program's input has this form and its guards let it in; what fails
        behind them was let in.
        """
        if (n - self.offset) % self.step:
            raise Refused("of another form")
        try:
            run_torch(self.program, n, self.example)
        except Exception as problem:
            if "Guard failed" in str(problem) or "Expected input" in str(problem):
                raise Refused("a guard") from None
        return exactly(self.formula, n, self.example) if self.formula else None


def parameter(size, name: str) -> tuple[int, int, dict]:
    """A size of the input is step · symbol + offset: both, and the symbol in terms of the size."""
    expr = size.node.expr
    (symbol,) = expr.free_symbols
    offset = int(expr.subs(symbol, 0))
    step = int(expr.subs(symbol, 1)) - offset
    if (step, offset) == (1, 0):
        return 1, 0, {str(symbol): name}
    sign = "-" if offset >= 0 else "+"
    inner = f"({name} {sign} {abs(offset)})" if offset else name
    return step, offset, {str(symbol): f"({inner}//{step})"}


def ranges(program, names: dict) -> str:
    """The range of the height; guards are beside it in the program."""
    found = (
        f"{renamed(str(symbol), names)} ≥ {told.lower}"
        for symbol, told in program.range_constraints.items()
        if H in renamed(str(symbol), names)
    )
    return "; ".join([*found, "guards"])


class Followed(Export):
    """`torch.export.export` with a named `Dim`, its suggested fixes followed."""

    def exported(self, torch, given, x):
        """Exports until one succeeds."""
        dim = torch.export.Dim
        said, shapes = None, {2: dim("h"), 3: dim("w")}
        for _ in range(FOLLOWED):
            try:
                program = torch.export.export(given, (x,), dynamic_shapes={"x": shapes})
            except torch._dynamo.exc.UserError as problem:
                said, shapes = fixes(str(problem), shapes, dim)
            else:
                return program, said
        raise Refused(f"still not exported after {FOLLOWED} rounds of its own suggestions")


def fixes(message: str, shapes: dict, dim) -> tuple[str, dict]:
    """What an error suggests for the height, and the shapes that say so. Where it names no
    smallest value, 1 is put: the suggestion as it stands is refused.
    """
    _, _, told = message.partition("Suggested fixes:")
    lines = [one.strip() for one in told.strip().partition("\n\n")[0].splitlines()]
    if not lines:
        raise Refused(f"no suggestion: {' '.join(message.split())}"[:400])
    known = {"Dim": lambda name, min=1, max=None: dim(name, min=min, max=max), "oo": None}
    for one in lines:
        name, _, value = one.partition(" = ")
        known[name] = eval(value, {"__builtins__": {}}, known)
    said = "; ".join(one for one in lines if one.split(" = ")[0] in ("h", "_h"))
    return said, {at: known.get(name, shapes[at]) for at, name in ((2, "h"), (3, "w"))}


# ---------------------------------------------------------------- JAX


class JaxExport(Tool):
    """`jax.export` with symbols for height and width."""

    framework = "jax"
    way = "program"
    imported = ("jax.export", "jax.numpy")

    def given(self):
        """The function, not traced before."""
        return jax_function(self.name)

    def ask(self, given):
        """One export."""
        import jax
        from jax import export

        h, w = export.symbolic_shape(f"{H},{W}")
        x = jax.ShapeDtypeStruct((1, CHANNELS, h, w), "float32")
        try:
            self.program = export.export(jax.jit(given))(x)
        except Exception as problem:
            raise Refused(line(problem)) from None
        shape = self.program.out_avals[0].shape
        text = str(shape[2])
        return Answer(text if is_formula(text) else None, str(shape), f"{H} ≥ 1")

    def height(self, n):
        """What the exported program gives there."""
        return self.traced(self.program.call, n)

    def run(self, n):
        """Traced with numbers: nothing is computed, every size is checked."""
        return self.traced(jax_function(self.name), n)

    def traced(self, function, n: int) -> int:
        """The height that a function gives."""
        import jax

        x = jax.ShapeDtypeStruct((1, CHANNELS, n, self.example), "float32")
        return _seen(jax.eval_shape(function, x).shape, 2)


# ---------------------------------------------------------------- Keras


class Keras(Tool):
    """`output_shape` of a functional model, and `compute_output_shape` size by size."""

    framework = "keras"

    def __init__(self, name: str):
        super().__init__(name)
        self.model = keras_model(name)

    def given(self):
        """The model, built anew."""
        return keras_model(self.name)

    def ask(self, given):
        """What it says with both sizes open."""
        shape = given.compute_output_shape((1, None, None, CHANNELS))
        return Answer(None, str(shape))

    def height(self, n):
        """What it says with both given."""
        shape = self.model.compute_output_shape((1, n, self.example, CHANNELS))
        return _seen(shape, 1) if shape[1] else None

    def run(self, n):
        """On zeros; Keras on PyTorch, for on JAX it lets empty maps through."""
        import torch

        with torch.no_grad():
            return _seen(self.model(torch.zeros(1, n, self.example, CHANNELS)).shape, 1)
