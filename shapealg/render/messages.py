"""What frameworks say about sizes, from docs/messages.toml and the record of what was provoked."""

import json
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from shapealg import formulas
from shapealg.law.law import Law
from shapealg.law.notation import plain
from shapealg.text import LANGUAGES, Text

OPTIONAL = {"n": int, "accepts": str}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why sizes are refused.

    Attributes:
        name: in the anchor, and named by the messages.
        title: in a few words.
        told: what happens.
        laws: the formulas to put the reader's numbers in.
        see: pages to read on.
    """

    name: str
    title: Text
    told: Text
    laws: tuple[Law, ...] = ()
    see: tuple[str, ...] = ()

    def formula(self) -> str:
        """The first of its laws, as text."""
        first = self.laws[0]
        return f"{'m = ' if first.name.endswith('_output_size') else ''}{plain(first.right)}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as a framework says it.

    Attributes:
        id: the anchor; it begins with the framework.
        cause: why.
        key: the part that no size changes, or nearly so: the heading.
        code: provokes it in its last line, at `n` where it has one.
        fix: runs in place of that line.
        said: what was recorded: the error's type and text, the shapes at the nearest n and of the
            fix.
        n: the size that is refused.
        accepts: the question for those that work.
        note: what else there is to say.
    """

    id: str
    cause: Cause
    key: str
    code: tuple[str, ...]
    fix: tuple[str, ...]
    said: dict[str, Any]
    n: int | None = None
    accepts: str = ""
    note: Text | None = None

    @property
    def framework(self) -> str:
        """Whose message it is."""
        return self.id.partition("-")[0]

    def works(self, language: str) -> str:
        """The sizes that work, and the nearest of them."""
        import shapealg

        sizes = eval(self.accepts, {"sa": shapealg})
        near = [f"**{n}**" for n in self.said["nearest"]]
        either = Text(zh=" 或 ", en=" or ")[language].join(near)
        return _WORKS.format(sizes=sizes.text("n")[language], n=self.n, near=either)[language]

    def listing(self) -> str:
        """The code, with what came of it beside each end."""
        head = [] if self.n is None else [f"n = {self.n}"]
        *before, last = self.code
        made = [f"{last}  # {self.said['type']}", *self.fix]
        if shape := self.said["fixed"]:
            made[-1] += f"  # {_shape(shape)}"
        return "\n".join([*head, *before, made[0], "", *made[1:]])

    def heading(self) -> str:
        """The key as code that may break between words."""
        return f"<code>{escape(self.key, quote=False)}</code>"


_WORKS = Text(
    zh="能用的尺寸：{sizes}；离 {n} 最近的是 {near}。",
    en="What works: {sizes}; nearest to {n}: {near}.",
)


@dataclass(frozen=True, slots=True)
class Messages:
    """All of them, by framework."""

    causes: tuple[Cause, ...]
    found: tuple[Message, ...]
    versions: dict[str, dict[str, str]]

    def __len__(self) -> int:
        return len(self.found)

    def of(self, framework: str) -> tuple[Message, ...]:
        """Those of one framework, in the order of the file."""
        return tuple(each for each in self.found if each.framework == framework)

    def by(self, cause: Cause) -> tuple[Message, ...]:
        """Those of one cause."""
        return tuple(each for each in self.found if each.cause is cause)

    def said_by(self, framework: str) -> str:
        """The versions that said it."""
        told = self.versions[framework].items()
        return " · ".join(f"{name} {version}" for name, version in told)


def messages(told: Path, record: Path) -> Messages:
    """All messages with their causes.

    Raises:
        ValueError: in one line, if a message lacks something, has no cause, or was not provoked.
    """
    written = tomllib.loads(told.read_text(encoding="utf-8"))
    recorded = json.loads(record.read_text(encoding="utf-8"))
    said = {name: each for part in recorded.values() for name, each in part["said"].items()}
    causes = {entry["name"]: _cause(entry) for entry in written["cause"]}
    found = tuple(_message(entry, causes, said) for entry in written["message"])
    if unknown := set(said) - {each.id for each in found}:
        raise ValueError(f"{', '.join(sorted(unknown))}: recorded, but not written")
    versions = {name: part["versions"] for name, part in recorded.items()}
    return Messages(tuple(causes.values()), found, versions)


def _cause(entry: dict[str, Any]) -> Cause:
    name = entry["name"]
    laws = tuple(getattr(formulas, law) for law in entry.get("laws", ()))
    title, told = (_text(entry, key, name) for key in ("title", "told"))
    return Cause(name, title, told, laws, tuple(entry.get("see", ())))


def _message(entry: dict[str, Any], causes: dict, said: dict) -> Message:
    name = entry.get("id", "a message")
    if lacking := {"id", "cause", "key", "code", "fix"} - set(entry):
        raise ValueError(f"{name}: {', '.join(sorted(lacking))} is missing")
    if name not in said or entry["key"] not in said[name]["text"]:
        raise ValueError(f"{name} was not provoked so: python -m shapealg.checks.messages")
    if entry["cause"] not in causes:
        raise ValueError(f"{name}: there is no cause {entry['cause']!r}")
    more = {key: entry[key] for key in OPTIONAL if key in entry}
    note = _text(entry, "note", name) if "note" in entry else None
    return Message(
        name,
        causes[entry["cause"]],
        entry["key"],
        code=tuple(entry["code"]),
        fix=tuple(entry["fix"]),
        said=said[name],
        note=note,
        **more,
    )


def _text(entry: dict[str, Any], key: str, name: str) -> Text:
    told = entry.get(key)
    if not isinstance(told, dict) or set(told) != set(LANGUAGES):
        raise ValueError(f"{name} needs {key}.zh and {key}.en, and no more")
    return Text(zh=told["zh"], en=told["en"])


def _shape(sizes: list[int | None]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
