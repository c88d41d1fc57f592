"""When each record was made: `python3 scripts/dates.py` gives those that have changed today's date.

The date of a record stands in `docs/dates.json` with the hash of what it is the date of, so pages
tell it without looking at a clock, and a record that has changed since is seen.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
DATES = DOCS / "dates.json"
RECORDS = (
    "benchmarks",
    "corpus",
    "eight_tools",
    "evidence",
    "exported",
    "halos",
    "length_functions",
    "messages",
    "networks",
    "rates",
    "since",
    "sweep",
)


def told() -> dict[str, str]:
    """Each record's name with its date.

    Raises:
        ValueError: if a record is another one than that which was dated; the line says what helps.
    """
    known = _known()
    for name in RECORDS:
        if known.get(name, {}).get("sha256") != _hash(name):
            raise ValueError(
                f"docs/{name}.json has changed since it was dated; run python3 scripts/dates.py"
            )
    return {name: known[name]["made"] for name in RECORDS}


def renew(today: str) -> list[str]:
    """Date the records that have changed; their names."""
    known = _known()
    changed = [name for name in RECORDS if known.get(name, {}).get("sha256") != _hash(name)]
    for name in changed:
        known[name] = {"made": today, "sha256": _hash(name)}
    if changed:
        text = json.dumps(dict(sorted(known.items())), indent=1) + "\n"
        DATES.write_text(text, encoding="utf-8")
    return changed


def _known() -> dict:
    """What was dated."""
    return json.loads(DATES.read_text(encoding="utf-8")) if DATES.is_file() else {}


def _hash(name: str) -> str:
    """What a record is known by, with the lines of any system."""
    text = (DOCS / f"{name}.json").read_text(encoding="utf-8")
    return sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    today = datetime.now(UTC).date().isoformat()
    for record in renew(today):
        print(f"dates.py: docs/{record}.json is of {today}")
