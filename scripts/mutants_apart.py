"""How pytest runs where errors are planted, each time in a copy of this process, which has
collected the tests and run none: once without an error, to see what each test reaches; then for
each error the tests that reach it, the quickest first, until one fails. An answer that is kept from
one test for the next is forgotten there, or nobody would see what the next one reaches; one that
was kept while the tests were collected, or an error would not be asked.

An error is put into its function's own place, as the reader of PyTorch looks at who calls it; only
what runs while a module is imported goes by way of mutmut's own function. The table of that reader
is filled while it is imported, too: it is filled once more with the error.
"""

import ast
import gc
import json
import os
import resource
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from zlib import crc32

from mutmut.mutation import trampoline
from mutmut.mutation.trampoline import set_mutant_under_test, wrap_in_trampoline
from mutmut.state import state

FAILED: list = []
SURVIVED, FOUND, UNSEEN = 0, 1, 33  # as mutmut has them; what a signal ends was found too
MEMORY = 8 * 2**30  # an error may ask for ever more
# these fill their tables while they are imported, so they are imported once more for every test
TABLES = ("shapealg.network.readers.onnx", "shapealg.network.readers.keras")
# what runs while they are; whatever else stands there may look at who calls it
FILLING = (
    "shapealg.network.readers.onnx.operators",
    "shapealg.network.readers.keras.layers",
    "shapealg.network.readers.keras.operations",
    "shapealg.network.readers.operators",
)
SUPER = ("__class__",)  # what a method is enclosed in that asks `super`
TABLE = "shapealg.network.readers.torch.table"
PLACES: dict[int, tuple] = {}  # id of a function's code → the function, and its errors
WITHIN: dict[int, int] = {}  # id of the code of what a function of that table makes → of its own


def in_its_place(errors: dict, is_classmethod=False):
    """Leave a function as it is, and keep in mind which errors it may have."""

    def kept(function):
        enclosed = function.__code__.co_freevars not in ((), SUPER)
        if function.__module__.startswith(FILLING) or enclosed:
            return wrap_in_trampoline(errors, is_classmethod)(function)
        PLACES[id(function.__code__)] = function, errors
        if function.__module__.startswith(TABLE):
            inside = list(function.__code__.co_consts)
            while inside:
                if hasattr(made := inside.pop(), "co_consts"):
                    WITHIN[id(made)] = id(function.__code__)
                    inside += made.co_consts
        return function

    return kept


trampoline.wrap_in_trampoline = in_its_place  # what is imported from now on asks for it


def plant(name: str) -> None:
    """Put an error into the place of its function; of one that was imported more than once, in each
    of its places.
    """
    set_mutant_under_test(name)
    home, _, error = name.replace("__init__.", "").rpartition(".")
    if home.startswith(FILLING):
        return
    import_module(home)
    for function, errors in PLACES.values():
        if function.__module__ == home and error in errors:
            made, code = getattr(errors[error], "__func__", errors[error]), function.__code__
            if made.__code__.co_freevars != code.co_freevars:  # it asks `super` no more
                setattr(function.__closure__[0].cell_contents, function.__name__, made)
                continue
            named = {"co_name": code.co_name, "co_qualname": code.co_qualname}
            function.__defaults__, function.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
            function.__code__ = made.__code__.replace(**named)


def fill() -> None:
    """Fill the table once more, in the dicts that others have of it already."""
    themes = [name for name in sys.modules if name.startswith(TABLE)]
    for name in sorted(themes, reverse=True):  # what is made of all of them comes last
        home = sys.modules[name]
        before = {word: one for word, one in vars(home).items() if isinstance(one, dict)}
        told = ast.parse(Path(home.__file__).read_text(encoding="utf-8"))
        told.body = [
            line
            for line in told.body
            if isinstance(line, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.Delete)
            and "mutmut" not in ast.unparse(line)
        ]
        exec(compile(told, home.__file__, "exec"), vars(home))
        for word, one in before.items():
            if (made := getattr(home, word, one)) is not one and word.isupper():
                one.clear()
                one.update(made)
                setattr(home, word, one)


def pytest_collection_modifyitems(items):
    """An example in a docstring once, and not in every copy of its function."""
    items[:] = [item for item in items if "__mutmut_" not in item.nodeid]


def pytest_runtest_logreport(report):
    """Keep which test fails."""
    if report.failed:
        FAILED.append(report.nodeid)


def forget() -> None:
    """Forget all answers that were kept."""
    for name, module in list(sys.modules.items()):
        if name.startswith("shapealg."):
            for value in list(vars(module).values()):
                if hasattr(type(value), "cache_clear"):
                    value.cache_clear()


def unimport() -> None:
    """Let the next who asks for a table import what fills it."""
    for name in [name for name in sys.modules if name.startswith(TABLES)]:
        del sys.modules[name]


def pytest_runtestloop(session):
    """Try the errors that are named on standard input; a line for each, and how it ended."""
    if session.testsfailed or session.config.option.collectonly:
        return None
    job = json.load(sys.__stdin__)
    sys.dont_write_bytecode = False  # what is imported once more is compiled once
    for name in job["load"]:  # once, and not in every copy
        import_module(name)
    gc.freeze()  # what is collected no more is not copied
    reaching, took = measured(session.items)
    say(f"{len(took)} tests, {sum(took.values()):.0f} s")
    noticed = Counter()  # the tests that failed so far, and how often
    with open(os.environ["MUTANTS_TOLD"], "a", encoding="utf-8") as told:
        for i, name in enumerate(job["names"]):
            function = name.rpartition("__mutmut_")[0].replace("__init__.", "")
            tests = first(reaching.get(function, ()), took, noticed, function, job["within"])
            ended = UNSEEN
            if tests:
                limit = 5 + int(5 * sum(map(took.get, tests)))
                ended, failed = copied(partial(tried, name, session.items, tests), limit)
                noticed[function, failed] += 1
            told.write(json.dumps([name, ended]) + "\n")
            told.flush()
            if not i % 100:
                say(f"{i} of {len(job['names'])}")
    return True


def first(tests, took: dict, noticed: Counter, function: str, within: float) -> list:
    """The tests to run, in order: those that noticed an error of the same function, then the
    quickest, as far as the seconds go.
    """
    ordered = sorted(tests, key=lambda i: (-noticed[function, i], took[i]))
    ends = accumulate(map(took.get, ordered))
    return [i for i, end in zip(ordered, ends, strict=True) if end <= within or i == ordered[0]]


def say(line: str) -> None:
    """Tell it past what pytest captures."""
    sys.__stderr__.write(f"{line}\n")


def copied(work, limit: int) -> tuple:
    """How a copy of this process ends that does this work in so many seconds, and what it tells."""
    read, write = os.pipe()
    copy = os.fork()
    if not copy:
        try:
            os.setpgid(0, 0)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1), os.dup2(quiet, 2)
            used = int(time.process_time())
            resource.setrlimit(resource.RLIMIT_CPU, (used + limit, used + limit + 1))
            signal.alarm(6 * limit)  # it may wait, too
            os._exit(work(write))
        finally:
            os._exit(FOUND)
    os.close(write)
    ended = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    with suppress(ProcessLookupError):
        os.killpg(copy, signal.SIGKILL)  # the processes that a test has started
    with os.fdopen(read, "rb") as said:
        return ended, int(said.read() or -1)


def measured(items: list) -> tuple:
    """Which tests reach a function, and the seconds that each takes; a test is told by its place,
    and one that fails is left out. It is kept as long as code and tests are the same.
    """
    asked = "\n".join([os.environ["MUTANTS_CODE"], *(item.nodeid for item in items)])
    kept = Path(os.environ["MUTANTS_TOLD"]).with_name(f"reached-{crc32(asked.encode()):08x}.json")
    if not kept.is_file():
        copied(partial(watched, items, kept), 3600)
    reaching, took, failed = json.loads(kept.read_text(encoding="utf-8"))
    if failed:
        say(f"these fail without an error: {', '.join(failed)}")
    return reaching, {int(i): seconds for i, seconds in took.items()}


def watched(items: list, kept: Path, _) -> int:
    """Run the tests one by one, and write down what they reach."""
    reaching, took, reached = defaultdict(list), {}, set()

    def seen(frame, event, _):
        if event == "call":
            place = WITHIN.get(id(frame.f_code), id(frame.f_code))
            if place in PLACES:
                reached.add(place)

    set_mutant_under_test("stats")
    threading.setprofile(seen)
    for i, item in enumerate(items):
        forget()
        unimport()
        state()._stats.clear(), reached.clear()
        start, failed = time.process_time(), len(FAILED)
        sys.setprofile(seen)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        sys.setprofile(None)
        if len(FAILED) == failed:
            took[i] = time.process_time() - start
            for function in (*state()._stats, *map(spoken, reached)):
                reaching[function].append(i)
    kept.write_text(json.dumps([reaching, took, FAILED]), encoding="utf-8")
    return SURVIVED


def spoken(place: int) -> str:
    """A function, as mutmut calls it."""
    function, errors = PLACES[place]
    return f"{function.__module__}.{errors['_mutmut_orig'].__name__.rpartition('__mutmut_')[0]}"


def tried(name: str, items: list, tests: list, said: int) -> int:
    """How the tests end with this error; the one that fails is said."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    if name.startswith(FILLING):
        unimport()
    plant(name)
    forget()  # what was answered without it
    if name.startswith(TABLE):
        fill()
    for i in tests:
        items[i].ihook.pytest_runtest_protocol(item=items[i], nextitem=None)
        if FAILED:
            os.write(said, str(i).encode())
            return FOUND
    return SURVIVED
