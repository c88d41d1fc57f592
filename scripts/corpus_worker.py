"""Public models, read and then run: `python scripts/corpus_worker.py LIBRARY BYTES` takes the name
of a model from each line that comes in and prints what was found as one line of JSON. Every model
has a process of its own, forked from this one, in which its library is loaded already.
"""

import contextlib
import json
import math
import os
import random
import resource
import signal
import sys
import time
import traceback
import zlib

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "YOLO_OFFLINE": "1"}
TRIED = int(os.environ.get("TRIED", "44"))  # so many sizes of each axis
READING, RUNNING = 120, 600  # seconds of the processor's time
LIMIT = 3600  # seconds that one model may take in all
SAMPLE = 3  # of so many models one is asked for its gradients
UNDECIDED = {"answer": "undecided"}


class Late(BaseException):
    """The time is over."""


def main(library: str, name: str) -> dict:
    """What was found: `state` is read, unknown, refused or unmade; `wrong` lists each size at which
    the run says something else.
    """
    import corpus_models

    found = {"library": library, "model": name}
    try:
        case = corpus_models.made(library, name)
    except Exception as problem:
        return found | {"state": "unmade", "reason": told(problem)}
    import shapealg
    from shapealg.errors import ShapeError

    words = {"dtype": case.dtypes} if case.dtypes else {}
    start = time.process_time()
    try:
        with within(READING):
            net = shapealg.read(case.module, case.shapes, **words)
    except ShapeError as problem:
        return refused(found | spent(start), case, problem)
    except Late:
        return found | {"state": "stopped", "reason": f"not read within {READING} s"}
    except Exception as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        at = f"{os.path.basename(where.filename)}:{where.lineno}"
        return found | {"state": "crashed", "reason": f"{told(problem)} at {at}", **spent(start)}
    found |= spent(start)
    try:
        with within(READING):
            found |= answers(net, case)
    except ShapeError as problem:
        return refused(found, case, problem)
    except Late:
        return found | {"state": "stopped", "reason": f"no answer within {READING} s"}
    found |= compared(net, case)
    found["certificate"] = certified(net)
    if "field" in found and zlib.crc32(name.encode()) % SAMPLE == 0:
        found |= gradients_compared(net, case)
    return found


@contextlib.contextmanager
def within(seconds: int):
    """`Late`, if it takes more of the processor's time."""

    def late(number, frame):
        raise Late

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def reason(problem) -> dict:
    """What one of our own errors says, in both languages."""
    return {"reason": told(problem), "zh": " ".join(problem.zh.split())[:300]}


def told(problem) -> str:
    """An error in one line."""
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:300]


def spent(start: float) -> dict:
    """The seconds of the processor since then."""
    return {"seconds": round(time.process_time() - start, 3)}


def answers(net, case) -> dict:
    """What the page tells of it."""
    from shapealg import BySize
    from shapealg.errors import ShapeError

    made = {"accepts": {}, "nodes": len(net.graph.nodes), "ways": len(net.graph.ways) or 1}
    for name in case.open:
        try:
            made["accepts"][name] = as_data(net.accepts(name))
        except ShapeError as problem:
            made["accepts"][name] = reason(problem)
    made["ties"] = [str(tie)[:200] for tie in net.ties][:4]
    shapes = [large(shape) for shape in net.output_shapes]
    made["outputs"] = [shape and [str(n) for n in shape] for shape in shapes[:12]]
    made["many"] = len(shapes)
    made["turns"] = any(isinstance(shape, BySize) for shape in net.output_shapes)
    made["unknown"] = list(net.unknown)[:8]
    made["state"] = "unknown" if any(s is None or None in s for s in shapes) else "read"
    made["parameters"] = net.parameters
    with contextlib.suppress(ShapeError):
        field = net.receptive_field()
        made["field"] = field_data(field)
    return made


def as_data(sizes) -> dict:
    """A set of sizes, as `Sizes` takes it in a row, and the nodes that may ask for more."""
    made = {
        "modulus": sizes.modulus,
        "residues": sizes.residues,
        "minimum": sizes.start,
        "exceptions": sizes.exceptions,
    }
    loose = getattr(sizes, "because", ())
    return made | ({"because": list(loose)[:4]} if loose else {})


def large(shape):
    """The shape at the large sizes, where several formulas tell it."""
    from shapealg import BySize

    return next(iter(shape)).answer if isinstance(shape, BySize) else shape


def field_data(field) -> dict:
    """How far an output sees, axis by axis, and before it saw everything."""
    told = {
        "axes": [str(name) for name in field.axes],
        "size": [n if isinstance(n, int) else n and str(n) for n in field.size],
        "jump": [str(n) for n in field.jump],
        "whole": list(field.whole),
        "gates": len(field.gates),
        "layer": field.layer,
    }
    return told | ({"before": field_data(field.before)} if field.before is not None else {})


def certified(net) -> dict:
    """Where its certificate fails by the program that checks one, "" where it holds; or why there
    is none.
    """
    from check_certificate import failure

    from shapealg.errors import ShapeError

    try:
        with within(READING):
            text = net.certificate()
            return {"characters": len(text), "fails": failure(text)}
    except ShapeError as problem:
        return {"none": told(problem)}
    except Late:
        return {"none": f"not within {READING} s"}


def gradients_compared(net, case) -> dict:
    """The receptive field by gradients; a gradient outside what is told is wrong."""
    try:
        with within(READING):
            field = net.receptive_field()
            while field.before is not None:
                field = field.before
            found = gradients(case, field, room(net, case, field))
    except (Exception, Late):  # the model needs what a plain image is not
        return {}
    return {} if found is None else {"gradients": found}


def room(net, case, field) -> int:
    """A size that is larger than what one output sees, if there is one that can be run here."""
    wide = max(
        (
            size + 4 * math.ceil(jump)
            for size, jump in zip(field.size, field.jump, strict=True)
            if isinstance(size, int)
        ),
        default=0,
    )
    near = net.accepts("H").nearest(min(max(wide, case.around), 800))
    return near[-1] if near and net.accepts("W").nearest(near[-1]) == near[-1:] else case.around


def gradients(case, field, side: int) -> dict | None:
    """Where one output in the middle has a gradient, beside what is told: per axis the first and
    the last position, and whether they are all that is told. `None` where no module gives that
    output, or several windows in turn read for it.
    """
    import corpus_models
    import torch

    numbers = (*field.size, *field.start, *field.jump)
    modules = dict(case.module.named_modules())
    path, _, turn = field.layer.rpartition("_")
    path, turn = (field.layer, "0") if field.layer in modules else (path, turn)
    if (
        case.shapes != corpus_models.IMAGE
        or field.gates
        or not all(n is not None and n == int(n) for n in numbers)
        or path not in modules
        or not turn.isdigit()
    ):
        return None
    given = []

    def keep(module, taken, out):
        given.append(out.clone())  # a later module may change it in place

    hook = modules[path].register_forward_hook(keep)
    x = torch.rand(1, 3, side, side, dtype=torch.double, requires_grad=True)
    try:
        case.module.double()(x)
    finally:
        hook.remove()
    out = given[int(turn)]
    middle = [n // 2 for n in out.shape[-2:]]
    at = out[0, :, middle[0], middle[1]]
    (at * torch.rand_like(at)).sum().backward()
    read = x.grad.abs().sum((0, 1))
    seen, told, inside = [], [], True
    for axis, (place, size, start, jump) in enumerate(
        zip(middle, field.size, field.start, field.jump, strict=True)
    ):
        positions = read.sum(1 - axis).nonzero().flatten()
        first = int(start + place * jump)
        seen.append([int(positions.min()), int(positions.max())])
        told.append([max(0, first), min(side, first + size) - 1])
        inside = inside and told[-1][0] <= seen[-1][0] and seen[-1][1] <= told[-1][1]
    return {"layer": field.layer, "side": side, "told": told, "seen": seen, "inside": inside}


def sizes(case) -> list:
    """The sizes at which it is run: small and odd ones and some around what it is made for; square
    and not; of batches of 1 and 2.
    """
    chance = random.Random(0)
    around = case.around
    lengths = sorted(
        {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 129}
        | {around + d for d in (-33, -32, -17, -16, -8, -2, -1, 0, 1, 2, 7, 8, 16, 32, 33, 64)}
        | {around // 2, around // 2 + 1, 2 * around}
    )
    lengths = [n for n in lengths if n > 0]
    lengths = lengths if len(lengths) <= TRIED else chance.sample(lengths, TRIED)
    while len(lengths) < TRIED:
        lengths.append(chance.randrange(1, 2 * around))
    made = []
    for i, n in enumerate(lengths):
        others = [n if k == 0 or i % 2 else chance.choice(lengths) for k in range(len(case.open))]
        made.append(dict(zip(case.open, others, strict=True)) | {"N": 1 + i % 2})
    for n in (around, around + 1, around + 16, 2 * around):
        made.append(dict.fromkeys(case.open, n) | {"N": 2})
    return made


def compared(net, case) -> dict:
    """At how many sizes it was run, and where the run and the answer differ."""
    ran, undecided, wrong, module = 0, 0, [], on_meta(case)
    with contextlib.suppress(Late), within(RUNNING):
        for at in sizes(case):
            difference = differs(net, module, case, at)
            ran += difference is not None
            undecided += difference == UNDECIDED
            if difference and difference != UNDECIDED:
                wrong.append({"at": at} | difference)
    return {"ran": ran, "undecided": undecided, "wrong": wrong[:5]}


def on_meta(case):
    """The model without its weights, where it can be copied."""
    from shapealg.network.readers.torch.twin import twin

    try:
        module, _ = twin(case.module)
        return module.eval()
    except Exception:
        return case.module


def refused(found: dict, case, problem) -> dict:
    """A model that is refused: by us alone, or by PyTorch too, as it was made."""
    if (why := never_runs(case)) is not None:
        return found | {"state": "unmade", "reason": why}
    return found | {"state": "refused", **reason(problem)}


def never_runs(case) -> str | None:
    """Why PyTorch itself runs the model at none of a few sizes, if that is so."""
    why, module = "", on_meta(case)
    with contextlib.suppress(Late), within(RUNNING):
        tried = sizes(case)
        for at in (*tried[-4:], *tried[::8]):  # those around what it is made for come last there
            ran, why = performed(module, case, at)
            if ran is not None:
                return None
        return f"PyTorch runs it at no size: {why}"
    return None


def differs(net, module, case, at: dict) -> dict | None:
    """What the answer and the run say of these sizes, where they differ; `None` where the run
    needs data.
    """
    found, reason = answered(net, at)
    ran, why = performed(module, case, at)
    if ran == "data":
        return None
    if found == "undecided":
        return UNDECIDED
    if found in (ran, "unknown"):  # of what is not known nothing is said, nor that it runs
        return {}
    if found is None and performed(module, case, at, empty=False)[0] is None:
        return {}  # something within is empty: that is no run here
    if found is None and not looked_up(case, at):
        return {}  # on the meta device nobody looks whether a table has the row
    return {"answer": found or reason, "run": ran or why}


def answered(net, at: dict):
    """The shapes that are told for these sizes."""
    from shapealg.errors import ShapeError, Undecided
    from shapealg.network.ways import Ways

    try:
        ways = Ways(net.graph, at)
    except Undecided as problem:
        return "undecided", told(problem)
    except ShapeError as problem:
        return None, told(problem)
    if not ways.flows:
        return None, told(ways.failures[0]) if ways.failures else "no way"
    flow = ways.flows[0]
    sizes = {node.name for node in flow.graph.nodes if node.kind == "size"}  # a run gives ints
    shapes = [flow.tensors[name].shape for name in flow.graph.outputs if name not in sizes]
    if any(shape is None or None in shape for shape in shapes):
        return "unknown", ""
    return [list(shape) for shape in shapes], ""


def looked_up(case, at: dict) -> bool:
    """Whether the model, with its numbers, finds every row that it looks up."""
    return "IndexError" not in performed(case.module, case, at, device="cpu")[1]


def performed(module, case, at: dict, empty=True, device="meta"):
    """The shapes that PyTorch makes; `None` where it refuses, or where something is empty. The
    module is as it was made then: some keep what a size before has set.
    """
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    from shapealg.network.readers.torch.kept import put_back, state

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            made = function(*args, **(kwargs or {}))
            for one in leaves(made):
                if isinstance(one, torch.Tensor) and 0 in one.shape:
                    raise RuntimeError("empty")
            return made

    shapes = case.shapes if isinstance(case.shapes, dict) else {0: case.shapes}
    given = {}
    for name, shape in shapes.items():
        entries = [n.strip() for n in shape.split(",")]
        dtype = getattr(torch, case.dtypes.get(name, "float32"))
        given[name] = torch.zeros(
            [int(n) if n.isdigit() else at[n] for n in entries], dtype=dtype, device=device
        )
    placed = [t for name, t in given.items() if isinstance(name, int)]
    named = {name: t for name, t in given.items() if isinstance(name, str)}
    as_made = [state(part) for part in module.modules()]
    try:
        with torch.no_grad(), torch.device(device), contextlib.nullcontext() if empty else Watch():
            made = module(*placed, **named)
        shapes = [list(t.shape) for t in leaves(made) if isinstance(t, torch.Tensor)]
    except Exception as problem:
        text = told(problem)
        if any(w in text for w in ("meta tensor", "data-dependent", "on meta", "Meta")):
            return "data", text
        return None, text
    finally:
        put_back(as_made)
    return (shapes, "") if all(0 not in shape for shape in shapes) else (None, "empty")


def leaves(made) -> list:
    """What lies in nested outputs."""
    if isinstance(made, dict):
        made = tuple(made.values())
    if isinstance(made, list | tuple):
        return [one for value in made for one in leaves(value)]
    if hasattr(made, "__dataclass_fields__"):
        return leaves(tuple(vars(made).values()))
    return [made]


def serve(library: str, memory: int) -> None:
    """Answer one line with one line."""
    import corpus_models

    import shapealg.errors  # noqa: F401 — what every process needs is loaded once

    with contextlib.redirect_stdout(sys.stderr):
        corpus_models.loaded(library)
    for line in sys.stdin:
        print(apart(library, line.strip(), memory), flush=True)


def apart(library: str, name: str, memory: int) -> str:
    """What a process of its own found, as JSON, or how it ended."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        signal.alarm(LIMIT)
        with os.fdopen(there, "w") as answer, contextlib.redirect_stdout(sys.stderr):
            answer.write(found_or_why(library, name))
        os._exit(0)
    os.close(there)
    with os.fdopen(here) as answer:
        line = answer.read()
    _, status = os.waitpid(child, 0)
    if line:
        return line
    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    state, why = ("stopped", f"not done after {LIMIT} s") if late else ("died", f"status {status}")
    return json.dumps({"library": library, "model": name, "state": state, "reason": why})


def found_or_why(library: str, name: str) -> str:
    """What was found, or what this program itself stumbled over, as JSON."""
    try:
        return json.dumps(main(library, name), ensure_ascii=False)
    except Exception as problem:
        traceback.print_exc()
        died = {"library": library, "model": name, "state": "died", "reason": told(problem)}
        return json.dumps(died)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
