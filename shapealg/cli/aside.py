"""Files that are there whole, or as they were."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MADE, READY = ".new", ".ready"  # folders of files on their way: being written; to be put in place
GONE = "gone"  # lists what is to go


def write_aside(path: "Path", content: str | bytes) -> None:
    """Write beside the file, then put it in its place: a reader sees the old text or the new, never
    a half. What a killed process leaves there has one name, and the next one writes over it.
    """
    aside = path.with_name(f".{path.name}.new")
    try:
        with open(aside, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(aside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(aside)
        raise


def write_together(root: "Path", texts: Mapping[str, str], gone: Iterable[str] = ()) -> None:
    """Write files below a folder, and remove others, all together.

    Until the last one is written aside, nothing is changed. From then on a stop loses nothing: the
    next `finish` puts the rest in place.

    Args:
        root: the folder.
        texts: path below it → what is written.
        gone: paths below it that are removed.
    """
    import shutil  # here, for most commands write no file

    made = root / MADE
    finish(root)
    shutil.rmtree(made, ignore_errors=True)  # of a run that was stopped before it was ready
    made.mkdir()
    for name, text in texts.items():
        path = made / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    (made / GONE).write_text("".join(f"{name}\n" for name in gone), encoding="utf-8")
    made.rename(root / READY)
    finish(root)


def finish(root: "Path") -> bool:
    """Put in place what a run has left ready; whether there was something."""
    import shutil

    ready = root / READY
    if not ready.is_dir():
        return False
    files = ready / "files"
    for path in sorted(p for p in files.rglob("*") if p.is_file()):
        home = root / path.relative_to(files)
        home.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, home)
    with suppress(FileNotFoundError):  # stopped while this folder was being removed
        for name in (ready / GONE).read_text(encoding="utf-8").splitlines():
            (root / name).unlink(missing_ok=True)
    shutil.rmtree(ready)
    return True
