"""How fast: the tables of what `scripts/benchmarks/run.py` measured."""

from collections.abc import Iterator
from typing import Any

from shapealg.text import Text

HEAD = Text(
    zh="与谁相比 | 我们 | 对方 | 比值（最小 … 最大） | 目标 | 内存",
    en="beside | ours | theirs | ratio (least … greatest) | goal | memory",
)
LONGEST = Text(
    zh="网络 | 内存 | 最长的整数序列 | 周期",
    en="network | memory | longest sequence of integers | period",
)
MISSED = Text(zh="未达", en="missed")
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
GLUE = "\u00a0"  # a number and its unit stay on one line


class Speed:
    """The measurements in one language.

    Args:
        language: of the page.
        told: what the benchmark wrote.

    Raises:
        KeyError: for a record of another make.
    """

    def __init__(self, language: str, told: dict[str, Any]):
        self.language, self.machine, self.parts = language, told["machine"], told["parts"]

    def names(self) -> list[str]:
        """The parts that were measured, in the order of the record."""
        return list(self.parts)

    def title(self, name: str) -> str:
        """The title of a part."""
        title: str = self.parts[name]["name"][self.language]
        return title

    def table(self, name: str) -> str:
        """The rows of a part."""
        rows = self.parts[name]["rows"]
        if name == "memory":
            lines = (
                f"{row['what']} | {_bytes(row['memory'])} | {row['longest']} | {row['period']}"
                for row in rows
            )
            return _table(LONGEST[self.language], lines)
        return _table(HEAD[self.language], map(self._line, rows, [self.parts[name]] * len(rows)))

    def goals(self) -> tuple[int, int]:
        """How many goals are met, and how many there are."""
        met = [row["met"] for row in self._rows() if row["met"] is not None]
        return sum(met), len(met)

    def slower(self) -> list[str]:
        """What we take longer for than others, where a goal was set, the longest first."""
        ours = {row["ours"] for row in self._rows()}
        found = [
            (1 / row["ratio"] if row["faster"] else row["ratio"], row["what"][self.language])
            for row in self._rows()
            if row["target"] and row["peer"] and row["peer"] not in ours
        ]
        return [f"{what} ({_ratio(by)} ×)" for by, what in sorted(found, reverse=True) if by > 1]

    def load(self) -> str:
        """How many processes wanted to run when a part began, at most."""
        return _ratio(max(part.get("load") or 0 for part in self.parts.values()))

    def machine_line(self) -> str:
        """What was measured on, and with what."""
        machine = self.machine
        versions = ", ".join(f"{name} {told}" for name, told in machine["versions"].items())
        told = Text(
            zh="{processor}，{cores} 核，{system}；Python {python}，",
            en="{processor}, {cores} cores, {system}; Python {python}, ",
        )
        return told[self.language].format(**machine) + versions

    def _rows(self) -> Iterator[dict[str, Any]]:
        for name, part in self.parts.items():
            if name != "memory":
                yield from part["rows"]

    def _line(self, row: dict[str, Any], part: dict[str, Any]) -> str:
        ours = seconds(part["seconds"][row["ours"]][0])
        theirs = seconds(part["seconds"][row["peer"]][0]) if row["peer"] else ""
        ends = f"{_ratio(row['least'])} … {_ratio(row['greatest'])}"
        if row["peer"]:
            ratio = f"{_ratio(row['ratio'])} × ({ends})"
            if row["faster"]:
                ratio = Text(zh=f"快 {ratio}", en=f"{ratio} as fast")[self.language]
        else:
            ratio = f"({ends} s)"
        goal = row["target"] or "–"
        if row["met"] is False:
            goal = f"{goal}, **{MISSED[self.language]}**"
        what = row["what"][self.language].replace("|", "\\|")
        numbers = (ours, theirs, goal, _bytes(row["memory"]))
        ours, theirs, goal, memory = (number.replace(" ", GLUE) for number in numbers)
        return f"{what} | {ours} | {theirs} | {ratio} | {goal} | {memory}"


def _table(head: str, lines: Iterator[str]) -> str:
    columns = head.count("|") + 1
    rule = " | ".join(["---"] + ["---:"] * (columns - 1))
    return "\n".join(f"| {line} |" for line in (head, rule, *lines))


def seconds(t: float) -> str:
    """A time in the unit in which it has three digits.

    >>> seconds(0.0000012345), seconds(0.0456), seconds(18.2)
    ('1.23 µs', '45.6 ms', '18.2 s')
    """
    size, unit = next((size, unit) for size, unit in UNITS if t >= size or unit == "µs")
    return f"{_ratio(t / size)} {unit}"


def _ratio(ratio: float) -> str:
    """Three digits, and no more after the point than that takes.

    >>> _ratio(0.912), _ratio(12.34), _ratio(3456.7)
    ('0.91', '12.3', '3457')
    """
    return f"{ratio:.{2 if ratio < 10 else int(ratio < 100)}f}"


def _bytes(count: int) -> str:
    """Bytes in the larger unit.

    >>> _bytes(900), _bytes(82_000), _bytes(11_370_496)
    ('900 B', '80 KiB', '10.8 MiB')
    """
    if count < 2**10:
        return f"{count} B"
    return f"{count / 2**10:.0f} KiB" if count < 2**20 else f"{count / 2**20:.1f} MiB"
