"""One network, eight tools: the tables of what `scripts/eight_tools.py` recorded."""

from typing import Any

from shapealg.render.speed import seconds
from shapealg.text import Text
from shapealg.words import frameworks

TOOL = Text(zh="工具", en="tool")
HEAD = Text(
    zh="工具 | 尺寸，照它的写法 | 收哪些，照它的说法 | 公式 | 尺寸 | 热、首次 | 与我们之比",
    en="tool | shape, in its words | sizes, in its words | formula | sizes | warm, first | × ours",
)
STATES = {
    "refused": Text(zh="拒绝", en="refuses"),
    "late": Text(zh="超时", en="no end"),
    "died": Text(zh="中断", en="died"),
    "unwritten": Text(zh="写不出", en="no layer"),
}
RIGHT, NOTHING = "✓", "–"
FIRST = "✗ n = {n}"
MISSING = Text(zh="少了 {n} 起 {count} 个", en="lacks {count}, from {n}")
ADMITTED = Text(zh="多了 {n} 起 {count} 个", en="{count} too many, from {n}")
OTHER = Text(zh="n = {n} 给的尺寸不对", en="another size at {n}")
ASKED = Text(zh="逐个问", en="size by size")
LONGEST = 90  # characters of an answer; the record has all
LINE = str.maketrans({"|": "/", "\n": " ", "`": "'"})  # a bar would end the cell


class EightTools:
    """The answers in one language.

    Args:
        language: of the page.
        told: what the script wrote.

    Raises:
        KeyError: for a record of another make.
    """

    def __init__(self, language: str, told: dict[str, Any]):
        self.language, self.versions = language, told["versions"]
        self.networks = {one["network"]: one for one in told["networks"]}
        self.answers = {(one["tool"], one["network"]): one for one in told["answers"]}

    def tools(self) -> list[str]:
        """In the order of the record."""
        return list(dict.fromkeys(tool for tool, _ in self.answers))

    def overview(self, column: str) -> str:
        """A row a tool, a column a network: the verdicts on the "formula" or on the "sizes"."""
        told = {"formula": self.formula, "sizes": short}[column]
        names = list(self.networks)
        head = f"| {TOOL[self.language]} | {' | '.join(names)} |"
        lines = [head, f"| --- |{' :---: |' * len(names)}"]
        for tool in self.tools():
            cells = [told(self.answers[tool, name]) for name in names]
            lines.append(f"| {tool} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def table(self, network: str) -> str:
        """The answers about one network."""
        head = HEAD[self.language]
        lines = [f"| {head} |", f"|{' --- |' * (head.count('|') + 1)}"]
        for tool in self.tools():
            one = self.answers[tool, network]
            cells = (tool, self.says(one), self.set(one), self.formula(one), self.taken(one))
            lines.append(f"| {' | '.join((*cells, *times(one)))} |")
        return "\n".join(lines)

    def runs(self, network: str) -> str:
        """The sizes at which a network ran in PyTorch, the first of them."""
        told: str = self.networks[network]["torch"]
        parts = told.split(", ")
        return ", ".join(parts[:6]) + (" …" if len(parts) > 6 else "")

    def differing(self) -> list[tuple[str, str, int]]:
        """Where a framework runs at another smallest size than PyTorch: network, framework, it."""
        found = []
        for name, one in self.networks.items():
            for framework in frameworks.NAMES:
                other = one.get(framework)
                if other and other != one["torch"]:
                    found.append((name, framework, first(other, one["torch"])))
        return found

    def formula(self, one: dict[str, Any]) -> str:
        """The verdict on a formula."""
        if one["state"] != "answered":
            return STATES[one["state"]][self.language]
        if one["formula_is"] == "wrong":
            return FIRST.format(n=one["formula_wrong_at"])
        return RIGHT if one["formula_is"] == "right" else NOTHING

    def taken(self, one: dict[str, Any]) -> str:
        """The verdict on the sizes, and on what comes out of them where they are asked one by
        one: a formula has its own.
        """
        if one["sizes_are"] == "none":
            return NOTHING
        told = [
            words[self.language].format(count=one[name], n=one[f"{name}_first"])
            for words, name in ((MISSING, "missing"), (ADMITTED, "admitted"))
            if one[name]
        ]
        if one["way"] == "asked" and one["height_wrong_at"]:
            told.append(OTHER[self.language].format(n=one["height_wrong_at"]))
        return "✗ " + "; ".join(told) if told else RIGHT

    def says(self, one: dict[str, Any]) -> str:
        """The shape, or the error."""
        return code(one["says"] or "")

    def set(self, one: dict[str, Any]) -> str:
        """The sizes as the tool tells them."""
        if one["sizes"] is None:
            return ASKED[self.language] if one["way"] == "asked" else NOTHING
        return code(one["sizes"])


def short(one: dict[str, Any]) -> str:
    """The verdict on the sizes, in signs: − the smallest that is lacking, + the smallest that is
    too many, ≠ the smallest at which another size is told.
    """
    if one["sizes_are"] == "none":
        return NOTHING
    other = one["height_wrong_at"] if one["way"] == "asked" else None
    signs = (("−", one["missing_first"]), ("+", one["admitted_first"]), ("≠", other))
    return " ".join(f"{sign}{n}" for sign, n in signs if n is not None) or RIGHT


def times(one: dict[str, Any]) -> tuple[str, str]:
    """The times of an answer, and how they compare with ours."""
    if one["warm"] is None:
        return NOTHING, NOTHING
    ratio = "" if one["ratio"] is None else f"{one['ratio']:g}"
    return f"{seconds(one['warm'])}, {seconds(one['first'])}", ratio


def code(text: str) -> str:
    """A tool's words in a cell, cut where they are long.

    >>> code("a|b"), len(code("a" * 200))
    ('`a/b`', 92)
    """
    text = text.translate(LINE)
    if not text:
        return NOTHING
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[: LONGEST - 1]}…`"


def first(one: str, other: str) -> int:
    """The smallest size that one of two texts of sizes names and the other does not.

    >>> first("2, 6-8", "6-9")
    2
    """
    return min(named(one) ^ named(other))


def named(text: str) -> set[int]:
    """The sizes that a record's text names."""
    found: set[int] = set()
    for part in text.split(", "):
        low, _, high = part.partition("-")
        found |= set(range(int(low), int(high or low) + 1))
    return found
