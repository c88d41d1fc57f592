"""The search asks in the words of the pages: `docs/synonyms.toml`, put before the search worker."""

import json
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SYNONYMS = HERE.parent / "docs" / "synonyms.toml"


def before(language: str) -> str:
    """The script that stands before the worker of a site in this language."""
    told = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    parts = (told[language], told["left_out"][language])
    said, left_out = (json.dumps(part, ensure_ascii=False) for part in parts)
    source = (HERE / "search_words.js").read_text(encoding="utf-8").strip()
    return f"(\n{source}\n)({said}, {left_out});\n"
