"""The words of the pages in both languages, from docs/glossary.toml."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from shapealg.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """One word.

    Attributes:
        name: in both languages.
        told: what it means, in a sentence.
        page: where it is explained.
        symbol: the letter in formulas.
        also: what others say, in either language.
    """

    name: Text
    told: Text
    page: str
    symbol: str = ""
    also: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return re.sub(r"\W+", "-", self.name.en.lower())

    @property
    def latin(self) -> tuple[str, ...]:
        """What others say in Latin letters."""
        return tuple(other for other in self.also if not re.search("[一-鿿]", other))


def glossary(path: Path) -> tuple[tuple[Text, tuple[Term, ...]], ...]:
    """The groups, each with its title and its terms.

    Raises:
        ValueError: in one line, if a term lacks something or is there twice.
    """
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = tuple(
        (_text(group["title"]), tuple(map(_term, group["terms"]))) for group in told["group"]
    )
    anchors = [term.anchor for _, terms in groups for term in terms]
    if twice := {anchor for anchor in anchors if anchors.count(anchor) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} is there twice")
    return groups


def _term(entry: dict) -> Term:
    if lacking := {"zh", "en", "told", "page"} - set(entry):
        raise ValueError(f"{entry.get('en', 'a term')}: {', '.join(sorted(lacking))} is missing")
    also = tuple(filter(None, entry.get("also", "").split(", ")))
    name, told = _text(entry), _text(entry["told"])
    return Term(name, told, entry["page"], entry.get("symbol", ""), also)


def _text(entry: dict) -> Text:
    return Text(zh=entry["zh"], en=entry["en"])
