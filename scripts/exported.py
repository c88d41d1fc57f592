"""Public models, exported with the sizes that are read off them: `python scripts/exported.py`, in
the environment of `scripts/corpus.py`, prints docs/exported.json.

Each is exported by `net.dynamic_shapes`, run at three accepted sizes and at one that is refused,
and compared with itself; then the same with `Dim.AUTO` in place of what was read.
"""

import json
import signal
import sys
import warnings

import corpus_models
import torch
from torch.export import Dim, export

import shapealg

LIBRARIES = ("segmentation_models_pytorch", "monai", "torchvision", "timm")
MOST = 512  # the largest size
LARGE = 40e6  # parameters: models with more are left out
SECONDS = 200  # so long may one take


def main() -> None:
    """One row a model; on standard error one line."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    signal.signal(signal.SIGALRM, late)
    listed, rows = corpus_models.listed(), []
    for library in sys.argv[1:] or LIBRARIES:
        for name in listed[library]:
            signal.alarm(SECONDS)
            try:
                row = told(library, name)
            except TimeoutError:
                row = {"failed": f"not within {SECONDS} s"}
            signal.alarm(0)
            if row:
                rows.append({"library": library, "model": name} | row)
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    versions = {"torch": torch.__version__.partition("+")[0]}
    print(json.dumps({"versions": versions, "most": MOST, "models": rows}, indent=1))


def late(*_) -> None:
    """The time of a model is over."""
    raise TimeoutError


def told(library: str, name: str) -> dict | None:
    """What came of a model; nothing where it is no image model that is read, or too slow here."""
    try:
        case = corpus_models.made(library, name)
    except Exception:  # it needs what is not there
        return None
    if case.open != ("H", "W") or case.dtypes:
        return None
    model = case.module.eval()
    if sum(p.numel() for p in model.parameters()) > LARGE:
        return None
    try:
        net = shapealg.read(model, case.shapes)
        specs = net.dynamic_shapes({"N": 8, "H": MOST, "W": MOST})
    except shapealg.ShapeError as problem:
        return {"refused": str(problem)}
    spec = specs[0]
    row = {"spec": repr(spec), "programs": len(specs)}
    try:
        program = export(model, spec.args, dynamic_shapes=spec.dynamic_shapes)
    except TimeoutError:
        raise
    except Exception as problem:
        return row | {"failed": line(problem)}
    good, bad = tried(net, spec)
    return row | judged(model, program, good, bad) | auto(model, spec, good, bad)


def tried(net, spec) -> tuple:
    """Shapes of three accepted sizes, and one of a size that the network does not take."""
    (shape,) = spec.inputs.values()
    good = [tuple(spec.lines[n].nth(i) if n in spec.lines else n for n in shape) for i in (0, 2, 5)]
    refused = net.accepts("H").complement(1)
    bad = next((n for n in refused.first(200) if n > spec.lines["H"].nth(0)), None)
    return good, None if bad is None else tuple(
        bad if n == "H" else m for n, m in zip(shape, good[1], strict=True)
    )


def judged(model, program, good: list, bad) -> dict:
    """At how many of the accepted sizes the program gives what the model gives, and whether the
    refused one is refused.
    """
    module, equal = program.module(), 0
    for shape in good:
        x = torch.rand(shape)
        with torch.no_grad():
            try:
                equal += torch.allclose(first(module(x)), first(model(x)), atol=1e-4)
            except Exception as problem:
                print("  ", shape, line(problem), file=sys.stderr)
    refuses = None
    if bad is not None:
        try:
            module(torch.rand(bad))
            refuses = False
        except Exception:
            refuses = True
    return {"equal": equal, "refuses": refuses}


def auto(model, spec, good: list, bad) -> dict:
    """The same with `Dim.AUTO` for every open size."""
    shapes = {k: dict.fromkeys(those, Dim.AUTO) for k, those in spec.dynamic_shapes.items()}
    try:
        program = export(model, spec.args, dynamic_shapes=shapes)
    except Exception as problem:
        return {"auto": line(problem)}
    return {"auto": judged(model, program, good, bad)}


def first(value):
    """The first tensor of what a model gives."""
    while not isinstance(value, torch.Tensor):
        value = next(iter(value.values() if isinstance(value, dict) else value))
    return value


def line(problem: Exception) -> str:
    """A problem in one line."""
    return f"{type(problem).__name__}: {' '.join(str(problem).split())[:160]}"


if __name__ == "__main__":
    main()
