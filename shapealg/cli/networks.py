"""A whole network: found, read, asked."""

import sys
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType

from shapealg.cli.progress import progress
from shapealg.cli.telling import as_json, tell, typed, write
from shapealg.errors import Received, ShapeError, one_line, printable
from shapealg.text import Text
from shapealg.words import spoken

READING = Text(zh="正在读入网络", en="reading the network")
ASKING = Text(zh="正在计算各种尺寸", en="working out the sizes")


def run_network(chosen) -> int:
    """Answer for a whole network, or tell its length function; the exit status."""
    _fitting(chosen)
    with progress(chosen, READING):
        net = _read(chosen)
    if chosen.form:
        from shapealg.render.length_function import length_function

        with progress(chosen, ASKING):
            text = length_function(net, chosen.form, chosen.axis)
        tell(chosen, {"as": chosen.form, "text": text}, text.rstrip("\n").split("\n"))
        return 0
    with progress(chosen, ASKING):
        status, text = _answer(chosen, net)
    write(text, sys.stderr if status and not chosen.json else sys.stdout)
    return status


def _fitting(chosen) -> None:
    """Refuse an option that would be passed over."""
    idle = "--sizes" if chosen.form and chosen.sizes is not None else None
    if chosen.axis is not None and not chosen.form:
        idle = "--axis"
    if idle:
        raise ShapeError(
            Text(
                zh="--axis 与 --as 同用，--sizes 不与它同用",
                en="--axis goes with --as, and --sizes does not",
            ),
            idle,
            Text(zh=f"去掉 {idle}", en=f"leave {idle} out"),
        )


def _read(chosen):
    from shapealg.network.readers import read  # here, for most commands need no network

    model, own = _model(chosen.model)
    shapes = own if chosen.input is None else [spoken.shape(given) for given in chosen.input]
    with redirect_stdout(sys.stderr):  # what somebody else's model prints is no part of the answer
        return read(model, shapes)


def _answer(chosen, net) -> tuple:
    """The exit status, and what is to be printed."""
    from shapealg.network import table
    from shapealg.network.typed import sizes as sizes_typed
    from shapealg.render import report

    sizes, assumed = (
        (None, ()) if chosen.sizes is None else sizes_typed(chosen.sizes, net, "--sizes")
    )
    said = {"assumed": assumed} if sizes else {}
    if sizes and not (told := net.explain(**sizes)).runs:
        if chosen.json:
            return 1, as_json(report.failure(told) | said, chosen.lang)
        return 1, _lines(told.text[chosen.lang].split("\n"))
    if chosen.json:
        return 0, as_json(report.data(net, sizes) | said, chosen.lang)
    head = [_at(sizes, assumed)[chosen.lang], ""] if sizes else []
    body = "\n".join(table.lines(net, sizes, chosen.lang)).split("\n")
    return 0, _lines([*head, *body])


def _lines(lines: list) -> str:
    return "".join(f"{printable(typed(line, 'network'))}\n" for line in lines)


# ---------------------------------------------------------------- which model


def known() -> tuple:
    """The names of the zoo."""
    from shapealg.network.zoo import ZOO

    return tuple(ZOO)


def _model(given: str) -> tuple:
    """The model, and the shape that it is known to take: of a network of the zoo by its name, of a
    file by its path, of what `module:attribute` names; or the layers that are typed.
    """
    from shapealg.network.readers.pasted import is_file, is_text
    from shapealg.network.zoo import ZOO

    if given in ZOO:
        return ZOO[given].layers(), ZOO[given].shape
    if is_text(given):  # a comment in it may have a colon
        return given, None
    home, colon, name = given.rpartition(":")
    # C:\\model.onnx has a colon too
    if colon and len(home) > 1 and _is_dotted(name) and not is_file(given):
        found = loaded(given, home, name)
        whose = next((known for known in ZOO.values() if known.build is found), None)
        return _called(given, found), whose and whose.shape
    return _file(given), None


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _file(given: str) -> str:
    from shapealg.network.readers.pasted import is_file

    path = Path(given)
    if path.suffix == ".py":
        raise ShapeError(
            Text(
                zh="须写明 Python 文件里的哪一个是网络",
                en="which network of the Python file is meant must be said",
            ),
            given,
            Text(zh=f"例如 {given}:net", en=f"for example {given}:net"),
        )
    if not is_file(given):
        raise ShapeError(
            Text(
                zh="没有这个文件，也没有这个已知的网络", en="there is no such file or known network"
            ),
            given,
            Text(
                zh=f'可用：ONNX 文件、模块:属性、写出的各层如 "torch.Conv2d(3, 64, 7);'
                f' torch.ReLU()"，或 {"、".join(known())}',
                en=f'an ONNX file, module:attribute, layers as "torch.Conv2d(3, 64, 7);'
                f' torch.ReLU()", or one of {", ".join(known())} works',
            ),
        )
    return given


def loaded(given: str, home: str, name: str):
    """What `home:name` names, imported."""
    try:
        found = _from_file(home) if home.endswith(".py") else _imported(home)
        for part in name.split("."):
            found = getattr(found, part)
        return found
    except (Exception, SystemExit) as problem:  # somebody else's program
        raise _unloadable(given, problem) from None


def _from_file(path: str):
    spec = spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    with redirect_stdout(sys.stderr):
        spec.loader.exec_module(module)
    return module


def _imported(dotted: str):
    """The module, or what an attribute of a package names: `shapealg.zoo`."""
    if "" not in sys.path:
        sys.path.insert(0, "")
    with redirect_stdout(sys.stderr):
        try:
            return import_module(dotted)
        except ModuleNotFoundError as missing:
            package, dot, name = dotted.rpartition(".")
            if not dot or missing.name != dotted:
                raise
            found = getattr(import_module(package), name, None)
            if found is None:
                raise
            return found


def _called(given: str, found):
    """A class or a function is called without arguments."""
    if not isinstance(found, type | FunctionType):
        return found
    try:
        with redirect_stdout(sys.stderr):
            return found()
    except (Exception, SystemExit) as problem:  # somebody else's program
        raise _unloadable(given, problem) from None


def _unloadable(given: str, problem) -> ShapeError:
    told = f"{type(problem).__name__}: {one_line(str(problem), 200)}"
    return ShapeError(
        Text(zh="须能导入并取得网络", en="the network must be there when it is imported"),
        Received(f"{given} ({told})"),
        Text(
            zh="例如 models.py:net 或 torchvision.models:resnet18",
            en="for example models.py:net or torchvision.models:resnet18",
        ),
    )


# ---------------------------------------------------------------- at which sizes


def _at(sizes: dict, assumed: tuple) -> Text:
    """The sizes, and which of them nobody gave."""

    def told(note: str) -> list:
        return [f"{name} = {n}{note if name in assumed else ''}" for name, n in sizes.items()]

    return Text(zh=f"{'，'.join(told('（未给出）'))}：", en=f"{', '.join(told(' (not given)'))}:")
