"""What must stay true of the whole package, whatever is written next."""

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
import sympy

import shapealg
from shapealg import formulas
from shapealg.law.law import Law
from shapealg.render import house
from shapealg.text import Text
from shapealg.words import frameworks, phrasing

PACKAGE = Path(shapealg.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


@cache
def parsed(path: Path) -> ast.Module:
    """A file's tree, read once for all that is asked of it."""
    return ast.parse(path.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- imports go one way

FLOORS = (
    "text",
    "errors",
    "names",
    "shapes",
    "printing",
    "exact",
    "law",
    "law.proof",
    "law.signs",
    "law.rules",
    "law.inequalities",
    "law.counts",
    "law.script",
    "law.notation",
    "law.program",
    "law.blocks",
    "law.parameter",
    "law.call",
    "law.group",
    "law.law",
    "axis",
    "layer",
    "words",
    "network",
    "formulas",
    "checks",
    "render",
    "adapters",
    "cli",
)
ANYWHERE = {"shapealg", "shapealg.__main__"}  # the door, and the line that calls the command line
BACKENDS = "shapealg.checks.backends"
# of laws
FOLDERS = ("shapealg.axis.laws", "shapealg.layer.laws")
HOMES = tuple(module for module in MODULES if module.rpartition(".")[0] in FOLDERS)


def imports(path: Path) -> set:
    """Every module an import statement names, inside functions too; for `from a import b` both a
    and a.b. A module loaded by its name, `import_module(f"a.b.{name}")`, counts as a.b.
    """
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            found |= {named(node.args[0])}
    return found


def named(argument) -> str:
    """The module that a string names, as far as it is spelled out."""
    if isinstance(argument, ast.JoinedStr):
        argument = argument.values[0]
        return argument.value.removesuffix(".") if isinstance(argument, ast.Constant) else ""
    return argument.value if isinstance(argument, ast.Constant) else ""


def test_modules_loaded_by_name_are_seen(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        'import_module("shapealg.cli"); importlib.import_module(f"shapealg.checks.{x}")'
    )
    assert imports(path) == {"shapealg.cli", "shapealg.checks"}


def floor_of(module: str) -> int:
    """The number of a module's floor; in `law` each module is a floor of its own."""
    return FLOORS.index(floor_named(module))


def floor_named(module: str) -> str:
    """The longest name in FLOORS that the module's own begins with."""
    rooms = module.split(".")[1:]
    begins = [".".join(rooms[:depth]) for depth in range(len(rooms), 0, -1)]
    return next((name for name in begins if name in FLOORS), module)


@pytest.mark.parametrize("module", sorted(set(MODULES) - ANYWHERE))
def test_imports_go_one_way(module):
    ours = {name for name in imports(MODULES[module]) if name in MODULES and name != "shapealg"}
    upstairs = {name for name in ours - ANYWHERE if floor_of(name) > floor_of(module)}
    assert upstairs == set()


def test_the_floors_are_all_there():
    assert {floor_named(module) for module in set(MODULES) - ANYWHERE} == set(FLOORS)


def reading_order(language: str, folder: str) -> list:
    """The modules of a folder in the order in which the architecture page tells them."""
    page = PACKAGE.parent / "docs" / "templates" / language / "architecture.md"
    rows = page.read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| `{folder}/` |")]
    told = [f"shapealg.{folder}.{name}" for name in re.findall(r"`(\w+)/?`", row.split("|")[2])]
    return [module for module in dict.fromkeys(told) if module in MODULES]


@cache
def stands_on(module: str) -> set:
    """What must be read before a module: all that it imports when it is imported itself."""
    tree = parsed(MODULES[module])
    return {
        name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
    }


@pytest.mark.parametrize("language", ("zh", "en"))
@pytest.mark.parametrize("folder", ("axis", "law", "network"))
def test_the_page_tells_an_order_to_read_in(folder, language):
    """Nothing is told before what it stands on, and nothing is left out."""
    order = reading_order(language, folder)
    assert len(order) > 9
    early = [
        (module, later)
        for i, module in enumerate(order)
        for later in order[i + 1 :]
        if later in stands_on(module)
    ]
    assert early == []
    inside = {m for m in MODULES if m.rpartition(".")[0] == f"shapealg.{folder}"}
    files = {m for m in inside if MODULES[m].name != "__init__.py"}
    assert files - set(order) == set()


@pytest.mark.parametrize("language", ("zh", "en"))
def test_the_page_tells_the_places_in_the_order_of_dependence(language):
    """All of them, none before what it stands on: the order to read in."""
    page = PACKAGE.parent / "docs" / "templates" / language / "architecture.md"
    rows = re.findall(r"^\| ((?:`[\w/]+` ?)+)\|", page.read_text(encoding="utf-8"), re.MULTILINE)
    told = [place.rstrip("/") for row in rows for place in re.findall(r"`([\w/]+)`", row)]
    places = [place for place in told if place in house.stands_on()]
    assert sorted(places) == sorted(house.stands_on())
    early = [
        (place, below)
        for i, place in enumerate(places)
        for below in house.stands_on()[place]
        if below not in places[:i]
    ]
    assert early == []


def test_the_house_is_drawn_from_the_code():
    """Every line of the drawing is an import, and what is not drawn follows from the lines."""
    read: dict = {}
    for module in set(MODULES) - ANYWHERE:
        ours = {name for name in imports(MODULES[module]) if name in MODULES} - ANYWHERE
        places = {name.split(".")[1] for name in ours}
        read.setdefault(module.split(".")[1], set()).update(places)
    assert house.stands_on() == {place: below - {place} for place, below in read.items()}
    assert [place for level in house.floors() for place in level][:2] == ["text", "errors"]
    assert house.needed("cli") == {"adapters"} and house.needed("checks") == {"formulas", "network"}


def test_a_circle_of_places_would_be_seen(monkeypatch):
    monkeypatch.setattr(house, "stands_on", lambda: {"a": set(), "b": {"c"}, "c": {"b", "a"}})
    with pytest.raises(ValueError, match="b, c stand on one another"):
        house.floors()


def test_the_catalogue_imports_laws_and_names_only():
    known = {name for name in imports(MODULES["shapealg.formulas"]) if name in MODULES}
    assert known == {
        *FOLDERS,
        "shapealg.axis",
        "shapealg.layer",
        "shapealg.names",
    }


def test_only_the_checks_know_backends():
    """The sweep names them in a string, for it imports one by name."""
    allowed = {
        "shapealg.checks.laws",
        "shapealg.checks.layers",
        "shapealg.checks.sweep",
        "shapealg.checks.conversions",
        "shapealg.checks.node_suite",
    }
    knowing = {
        module
        for module, path in MODULES.items()
        if not module.startswith(BACKENDS) and BACKENDS in path.read_text(encoding="utf-8")
    }
    assert knowing == allowed


def test_importing_the_package_loads_nothing_else():
    code = (
        "import sys; before = set(sys.modules); import shapealg; print(*sorted({m.split('.')[0] for"
        " m in set(sys.modules) - before}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    assert set(ended.stdout.split()) - set(sys.stdlib_module_names) == {"shapealg"}


# ---------------------------------------------------------------- the public face


def test_public_names_once_with_a_docstring():
    for module in (shapealg, formulas):
        assert len(module.__all__) == len(set(module.__all__))
        for name in module.__all__:
            assert inspect.getdoc(getattr(module, name)), (
                f"{module.__name__}.{name} has no docstring"
            )


def test_the_catalogue_is_every_law_under_its_name():
    written = {}
    for home in HOMES:
        written |= {
            name: value
            for name, value in vars(import_module(home)).items()
            if isinstance(value, Law)
        }
    forgotten = sorted(set(written) - set(formulas.__all__))
    assert not forgotten, f"add {', '.join(forgotten)} to __all__ of the theme that holds it"
    assert set(written) == set(formulas.__all__)
    assert all(law.name == name and getattr(formulas, name) is law for name, law in written.items())
    assert [law.name for law in formulas.laws()] == formulas.__all__


@pytest.mark.parametrize("law", formulas.laws(), ids=lambda law: law.name)
def test_every_law_says_its_group_and_what_it_refuses(law):
    assert law.group, f"add group=Group.… to {law.name}, or no page tells it"
    assert law.refusal, f"add refusal=Refusal(…) to {law.name}, or nothing shows its domain"


@pytest.mark.parametrize("law", formulas.laws(), ids=lambda law: law.name)
def test_every_symbol_of_a_law_is_explained(law):
    """Each parameter is asked for because it appears; each free symbol of the answer is asked for."""
    asked = {p.name for p in law.parameters}
    free = {str(s) for s in law.right.free_symbols if not isinstance(s, sympy.Indexed)} - {
        str(law.length)
    }
    assumed = {str(s) for a in law.assumptions for s in a.free_symbols}
    assert free <= asked <= free | assumed | {str(s) for s in law.left.free_symbols}
    assert all(
        law.signature.parameters[p.name].default
        == (inspect.Parameter.empty if p.default is None else p.default)
        for p in law.parameters
    )


# ---------------------------------------------------------------- texts are pairs


@pytest.mark.parametrize(
    "halves",
    (
        {"zh": "步长"},
        {"en": "stride"},
        {"zh": "步长", "en": ""},
        {"zh": " \n", "en": "stride"},
        {"zh": None, "en": "stride"},
        {"zh": "步长", "en": 3},
    ),
    ids=str,
)
def test_half_a_text_is_none(halves):
    with pytest.raises(TypeError):
        Text(**halves)


def test_a_text_keeps_both_halves():
    text = Text(zh="至少 {n}", en="at least {n}").format(n=3)
    assert (text["zh"], text["en"]) == ("至少 3", "at least 3")
    with pytest.raises(KeyError, match="there are zh, en"):
        text["fr"]
    with pytest.raises(AttributeError):
        text.zh = ""


def texts_of(law) -> list:
    return [
        law.title,
        law.question,
        *(p.meaning for p in law.parameters),
        *(step.reason for step in law.derivation),
        *([law.note] if law.note else []),
    ]


CHINESE = re.compile("[\u4e00-\u9fff]")
# or at least its punctuation, where all the words are names
WRITTEN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
FORMULA = "n − f + 1"  # a title that is a formula reads the same in both languages


@pytest.mark.parametrize("law", formulas.laws(), ids=lambda law: law.name)
def test_every_text_of_a_law_is_in_both_languages(law):
    for text in texts_of(law):
        assert isinstance(text, Text)
        assert CHINESE.search(text.zh) or text.zh == text.en == FORMULA, text
        assert not CHINESE.search(text.en), text


def test_every_text_in_the_sources_is_in_both_languages():
    """Also the texts of errors, which are made only when something goes wrong."""
    for path in MODULES.values():
        for node in ast.walk(parsed(path)):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Text"
                and node.keywords
            ):
                continue
            halves = {
                k.arg: "".join(
                    c.value
                    for c in ast.walk(k.value)
                    if isinstance(c, ast.Constant) and isinstance(c.value, str)
                )
                for k in node.keywords
            }
            literal = [
                k.arg for k in node.keywords if isinstance(k.value, ast.Constant | ast.JoinedStr)
            ]
            assert set(halves) == {"zh", "en"}, f"{path}:{node.lineno}"
            assert (
                "zh" not in literal or WRITTEN.search(halves["zh"]) or halves["zh"] == halves["en"]
            ), f"{path}:{node.lineno}: {halves['zh']}"
            assert "en" not in literal or not CHINESE.search(halves["en"]), (
                f"{path}:{node.lineno}: {halves['en']}"
            )


# ---------------------------------------------------------------- integers stay integers


def nodes(module, *names):
    """What stands in a module, or in functions of it, each of which must be there."""
    tree = parsed(MODULES[module])
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    missing = set(names) - set(functions)
    assert not missing, f"{module} has no {', '.join(sorted(missing))}: where did it go?"
    for part in [functions[name] for name in names] or [tree]:
        yield from ast.walk(part)


def floats(found) -> list:
    """The lines on which a float may come about: a literal, a true division that no floor takes in
    (SymPy's is exact), `float` or `round`.
    """
    taken_in = {
        id(argument)
        for node in found
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sympy.ceiling", "sympy.floor")
        for argument in node.args
    }
    return [
        node.lineno
        for node in found
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and id(node) not in taken_in
        )
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in ("float", "round"))
    ]


ON_THE_WAY = {
    "shapealg.axis.window": (),
    "shapealg.axis.waiting": (),
    "shapealg.exact": ("size", "_array", "_symbol", "_may_be_whole", "_instead", "one_size"),
    "shapealg.law.program": (
        "program",
        "evaluate",
        "_narrowed",
        "magnitude",
        "divide",
        "_floor",
        "_ceiling",
    ),
    "shapealg.law.call": (),
    "shapealg.layer.layer": (),
    "shapealg.layer.convolution": (),
}


@pytest.mark.parametrize("module", ON_THE_WAY)
def test_no_float_on_the_way(module):
    assert floats(list(nodes(module, *ON_THE_WAY[module]))) == []


def test_a_float_would_be_seen():
    with pytest.raises(AssertionError, match="no _moved: where did it go"):
        list(nodes("shapealg.exact", "_moved", "size"))
    tree = ast.parse("a / b; 0.5; float(n); sympy.floor(a / b); a // b")
    assert len(floats(list(ast.walk(tree)))) == 3


def test_programs_divide_whole():
    """The generated Python of every law: `//`, never `/`, no float."""
    from shapealg.law.program import Python

    for law in formulas.laws():
        source = ast.parse(Python(law.divisible).write(law.right), mode="eval")
        assert not [
            n
            for n in ast.walk(source)
            if isinstance(n, ast.Div)
            or (isinstance(n, ast.Constant) and not isinstance(n.value, int))
        ], law.name


def test_no_spelling_below_the_dialects():
    """No "same", no data format under the door of a dialect."""
    for module in ("shapealg.axis.window", "shapealg.axis.waiting", "shapealg.layer.layer"):
        words = {
            n.value
            for n in nodes(module)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not words & {"same", "valid", "causal", "full", "channels_last", "channels_first"}


# ---------------------------------------------------------------- one thing at a time

LONGEST = 40  # lines of body
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def nested(tree, kinds) -> int:
    """How many nodes of some kinds hold another of them."""
    return sum(
        any(isinstance(inner, kinds) for inner in ast.walk(node) if inner is not node)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    )


def long_functions(tree) -> int:
    """How many functions have more lines of body, without the docstring, than `LONGEST`."""
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            count += bool(body) and body[-1].end_lineno - body[0].lineno + 1 > LONGEST
    return count


@pytest.mark.parametrize(
    "count",
    (
        lambda tree: nested(tree, ast.IfExp),
        lambda tree: nested(tree, COMPREHENSIONS),
        long_functions,
    ),
    ids=("choices in choices", "comprehensions in comprehensions", "long functions"),
)
def test_nothing_is_folded(count):
    """No choice in a choice, no comprehension in a comprehension, no function longer than a screen."""
    found = {module: count(parsed(path)) for module, path in MODULES.items()}
    assert {module: many for module, many in found.items() if many} == {}


def test_what_is_folded_would_be_seen():
    assert nested(ast.parse("a if b else c if d else e; a if b else c"), ast.IfExp) == 1
    assert nested(ast.parse("[[y for y in x] for x in z]; [x for x in z]"), COMPREHENSIONS) == 1
    lines = ["def f():", '    """One."""', *["    x = 1"] * LONGEST]
    assert long_functions(ast.parse("\n".join(lines))) == 0
    assert long_functions(ast.parse("\n".join([*lines, "    x = 1"]))) == 1


def test_nothing_is_let_off():
    """No line goes unformatted, and a finding is let off by its name, not with all others."""
    loose = re.compile(r"#\s*(fmt: (skip|off)|noqa(?!:)|type: ignore(?!\[))")
    root = PACKAGE.parent
    sources = [
        path
        for folder in ("shapealg", "scripts", "tests")
        for path in (root / folder).rglob("*.py")
    ]
    assert [path for path in sources if loose.search(path.read_text(encoding="utf-8"))] == []
    assert loose.search("x = 1  # fmt: " + "skip") and loose.search("# " + "noqa — why")
    assert not loose.search("# noqa: E731")


# ---------------------------------------------------------------- maps answer for themselves

DOORS = {"axis.open_layer", "axis.quasiaffine", "axis.window"}  # refuse what is no map


def maps() -> set:
    """The names of `Axis` and of all classes below it."""
    for module in MODULES:
        if module.startswith("shapealg.axis."):
            import_module(module)
    found, left = set(), [import_module("shapealg.axis.axis").Axis]
    while left:
        kind = left.pop()
        found.add(kind.__name__)
        left += kind.__subclasses__()
    return found


def asked_for_class(tree, kinds: set) -> int:
    """How often `isinstance`, `type` or `match` asks for one of these classes."""
    count = 0
    for node in ast.walk(tree):
        asked: list = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            asked = node.args[1:]
        elif isinstance(node, ast.Compare) and "type(" in ast.unparse(node.left):
            asked = node.comparators
        elif isinstance(node, ast.MatchClass):
            asked = [node.cls]
        names = {getattr(n, "id", "") for each in asked for n in ast.walk(each)}
        count += bool(names & kinds)
    return count


def test_no_map_is_asked_for_its_class():
    """What a map of one axis is, it answers itself: a new one needs no place to be added to."""
    kinds = maps()
    assert {"Window", "Same", "Transposed", "Resized", "Scaled"} <= kinds
    asking = {
        module.removeprefix("shapealg.")
        for module, path in MODULES.items()
        if asked_for_class(parsed(path), kinds)
    }
    assert asking == DOORS


def test_a_map_asked_for_its_class_would_be_seen():
    asking = "isinstance(x, int | Same); type(x) is not Window; isinstance(x, int)"
    assert asked_for_class(ast.parse(asking), {"Same", "Window"}) == 2


# ---------------------------------------------------------------- a framework is one row

# Modules that may spell three frameworks or more in one literal, each with its reason.
SPELLING = {
    "shapealg.checks.conversions": "what one process loads first",
    "shapealg.render.asked": "the lines that pages ask of every framework",
}


def frameworks_spelled(tree) -> int:
    """The most frameworks that one literal of a module spells: keys and entries, one level deep."""
    most = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            entries = node.keys
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            entries = [
                getattr(e, "elts", [e])[0] if getattr(e, "elts", [e]) else e for e in node.elts
            ]
        else:
            continue
        words = {entry.value for entry in entries if isinstance(entry, ast.Constant)}
        most = max(most, len(words & set(frameworks.NAMES)))
    return most


def test_frameworks_are_listed_once():
    """What needs a list of frameworks projects the registry."""
    spelling = {module for module, path in MODULES.items() if frameworks_spelled(parsed(path)) >= 3}
    assert spelling == set(SPELLING)


def test_a_list_of_frameworks_would_be_seen():
    assert frameworks_spelled(ast.parse('a = ("jax", "keras", "onnx"); b = ("jax", "torch")')) == 3
    assert frameworks_spelled(ast.parse('{"jax": 1, "torch": 2, "onnx": 3, "paddle": 4}')) == 4
    assert frameworks_spelled(ast.parse('(("jax", 1), ("torch", 2), ("onnx", 3))')) == 3


HOMES_OF_A_FRAMEWORK = (
    "words.dialects",
    "words.phrases",
    "checks.backends",
    "checks.gotchas",
    "checks.grids",
)


def test_every_row_of_the_registry_has_its_modules():
    for name in frameworks.NAMES:
        for home in HOMES_OF_A_FRAMEWORK:
            missing = f"shapealg/{home.replace('.', '/')}/{name}.py"
            assert f"shapealg.{home}.{name}" in MODULES, f"{name} needs {missing}"


@pytest.mark.parametrize("name", frameworks.NAMES)
def test_who_pools_says_the_padding_in_front_too(name):
    """Pages ask both of every framework that pools."""
    said = phrasing.of(name)
    pools = ("pool", "front") if said.MANNER.counted else ()
    missing = [each for each in ("convolution", *pools) if not hasattr(said, each)]
    assert not missing, f"shapealg/words/phrases/{name}.py has no {', '.join(missing)}"


# ---------------------------------------------------------------- a call goes through few rooms


def moves(call) -> int:
    """How often a call goes on in another file of the package than the one that was called last."""
    files = []

    def noted(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            files.append(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(noted)
    try:
        call()
    finally:
        sys.setprofile(before)
    return sum(one != two for one, two in pairwise(files))


def test_a_layer_is_made_and_asked_in_few_rooms():
    """Whoever follows a call goes the same way: through the door when a layer is made, along its
    axes when it is asked first, and then by its plan, in the file where the question stands.
    """
    torch = shapealg.torch
    torch.Conv2d(3, 64, 7).output_shape((1, 3, 9, 9))  # loads what is loaded late
    assert 0 < moves(lambda: torch.Conv2d(3, 64, 7, stride=2, padding=3)) <= 8
    layer = torch.Conv2d(3, 64, 7, stride=2, padding=3)
    assert 0 < moves(lambda: layer.output_shape((1, 3, 224, 224))) <= 25
    assert moves(lambda: layer.output_shape((1, 3, 256, 256))) == 0


# ---------------------------------------------------------------- tests look at no clock

CLOCKS = {"perf_counter", "monotonic", "process_time", "thread_time", "timeit", "time"}


def clocks(source: str) -> list:
    """The lines that read a clock: any of the functions of `time`, with `_ns` or without."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = [node.module, *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            named = [node.attr]
        else:
            continue
        if any((name or "").removesuffix("_ns") in CLOCKS for name in named):
            found.append(node.lineno)
    return found


def test_no_test_looks_at_the_clock():
    """A busy machine proves nothing: scale is a count of steps, or a benchmark."""
    sources = sorted((PACKAGE.parent / "tests").rglob("*.py"))
    told = {str(path): clocks(path.read_text(encoding="utf-8")) for path in sources}
    assert len(told) > 30 and {path: lines for path, lines in told.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    (
        "import time",
        "from time import perf_counter",
        "start = time.perf_counter()",
        "t.monotonic_ns()",
        "import timeit",
    ),
)
def test_a_clock_would_be_seen(line):
    assert clocks(line)
