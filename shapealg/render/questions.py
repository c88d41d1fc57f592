"""Questions that people asked, each with code that answers it, from docs/questions.toml."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shapealg.text import LANGUAGES, Text

# what an answer may import from
MODULES = ("shapealg", "sympy", "math", "functools", "itertools", "operator")
OURS = "import shapealg as sa"  # as its users import it: no name of theirs is hidden
ASKED = Text(zh="有人问过", en="Asked about this")
TEXTS, LISTS, STRINGS = (
    ("title", "asked", "answer"),
    ("code", "gives", "see"),
    ("id", "source", "category"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        id: stable; in lower case the anchor on its page.
        source: where it was asked.
        category: the name of a `Category`.
        title: in a few words.
        asked: what the person wants to know.
        code: lines of Python; the imports come first.
        gives: what each line that is an expression shows, or the name of the error that refuses it.
        answer: complete, with the reason.
        see: pages to read on, such as formulas/conv_output_size.
    """

    id: str
    source: str
    category: str
    title: Text
    asked: Text
    answer: Text
    code: tuple = ()
    gives: tuple = ()
    see: tuple = ()

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return self.id.lower()

    @property
    def imports(self) -> tuple:
        """The lines that import."""
        return tuple(line for line in self.code if _imports(line))

    @property
    def lines(self) -> tuple:
        """The code behind the imports."""
        return tuple(line for line in self.code if not _imports(line))

    @property
    def place(self) -> str:
        """The source in short: owner/repository#number on GitHub, the host elsewhere."""
        parts = urlsplit(self.source)
        steps = parts.path.strip("/").split("/")
        return (
            f"{steps[0]}/{steps[1]}#{steps[3]}"
            if parts.netloc == "github.com" and len(steps) == 4
            else parts.netloc.removeprefix("www.")
        )


@dataclass(frozen=True, slots=True)
class Category:
    """Questions about one thing: a page."""

    name: str
    title: Text
    questions: tuple

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.questions)

    @property
    def imports(self) -> str:
        """What the code of all its questions imports, each module once."""
        names: dict[str, set[str]] = {}

        for module, listed in (
            _imported(line) for question in self.questions for line in question.imports
        ):
            names.setdefault(module, set()).update(listed)
        ours = names.pop(OURS, None)
        others = [
            f"from {module} import {', '.join(sorted(names[module]))}"
            for module in MODULES
            if module in names
        ]
        return "\n".join(others if ours is None else [OURS, *others])


def questions(path: Path) -> tuple:
    """All categories with their questions, in the order of the file.

    Raises:
        ValueError: one line, naming the question, if something is missing, unknown, said twice or
            in one language only.
    """
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    titles = {
        _string(entry, "name", "a category"): _text(entry, "title", f"category {entry['name']}")
        for entry in _tables(told, "category")
    }
    found = [_question(entry) for entry in _tables(told, "question")]
    for question in found:
        if question.category not in titles:
            raise ValueError(
                f"{question.id}: there is no category {question.category!r}; there are"
                f" {', '.join(titles)}"
            )
        if sum(other.id == question.id for other in found) > 1:
            raise ValueError(f"{question.id} is there twice")
    made = []
    for name, title in titles.items():
        made.append(Category(name, title, tuple(q for q in found if q.category == name)))
    return tuple(made)


def leading_to(page: str, categories: tuple, language: str) -> str:
    """The questions whose answers send a reader to a page, as its last section; nothing where none
    do.

    Args:
        page: its path below the language, such as layers/conv.
        categories: all of them.
        language: of the page.
    """
    up = "../" * page.count("/")
    links = [
        f"- [{question.title[language]}]({up}questions/{category.name}.md#{question.anchor})"
        for category in categories
        for question in category.questions
        if page in question.see
    ]
    return "\n".join([f"\n## {ASKED[language]} {{#asked}}\n", *links, ""]) if links else ""


def _tables(told: dict, key: str) -> list:
    tables = told.get(key)
    if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
        raise ValueError(f"there must be tables [[{key}]]")
    return tables


def _question(entry: dict) -> Question:
    name = _string(entry, "id", "a question")
    if unknown := set(entry) - {field.name for field in fields(Question)}:
        raise ValueError(f"{name}: unknown {', '.join(sorted(unknown))}")
    for key in LISTS:
        if not isinstance(entry.get(key, []), list) or not all(
            isinstance(line, str) and line.strip() for line in entry.get(key, [])
        ):
            raise ValueError(f"{name}: {key} must be a list of strings")
    said: dict[str, Any] = {key: _string(entry, key, name) for key in STRINGS}
    said |= {key: _text(entry, key, name) for key in TEXTS}
    said |= {key: tuple(entry.get(key, ())) for key in LISTS}
    made = Question(**said)
    if not made.source.startswith("https://"):
        raise ValueError(f"{name}: source must be a link; it is {made.source!r}")
    for line in made.imports:
        if _imported(line)[0] not in (OURS, *MODULES):
            raise ValueError(f"{name}: {line!r} is no import from {', '.join(MODULES)}")
    if (shown := sum(map(_shows, made.lines))) != len(made.gives):
        raise ValueError(
            f"{name}: {shown} lines of code show something, gives has {len(made.gives)}"
        )
    return made


def _text(entry: dict, key: str, name: str) -> Text:
    told = entry.get(key)
    if not isinstance(told, dict) or set(told) != set(LANGUAGES):
        raise ValueError(f"{name} needs {key}.zh and {key}.en, and no more")
    return Text(zh=_string(told, "zh", f"{name}: {key}"), en=_string(told, "en", f"{name}: {key}"))


def _string(entry: dict, key: str, name: str) -> str:
    if not isinstance(entry.get(key), str) or not entry[key].strip():
        raise ValueError(f"{name} needs {key}, as a string")
    return entry[key]


def _imports(line: str) -> bool:
    return line == OURS or line.startswith("from ")


def _imported(line: str) -> tuple:
    """The module and what of it is imported."""
    if line == OURS:
        return OURS, []
    module, _, listed = line.removeprefix("from ").partition(" import ")
    return module, listed.split(", ")


def _shows(line: str) -> bool:
    """Whether a line is an expression: a statement shows nothing."""
    try:
        compile(line, "<line>", "eval")
    except SyntaxError:
        return False
    return True
