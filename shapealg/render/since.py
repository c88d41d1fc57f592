"""Since when: what changed the manner of a framework from one version to the next."""

from collections.abc import Iterator
from typing import Any

from shapealg.text import Text
from shapealg.words import frameworks

HEAD = Text(
    zh="从 → 到 | 最小的一例 | 输入 | 从前 | 现在 | 多少例",
    en="from → to | smallest call | input | before | now | calls",
)
REFUSED = Text(zh="报错", en="error")
VALUES = {True: Text(zh="别的数值", en="other values"), False: Text(zh="数值", en="values")}
SAID = Text(zh="报错说", en="it says")


class Since:
    """The changes in one language.

    Args:
        language: of the page.
        record: what `scripts/since.py` wrote.
    """

    def __init__(self, language: str, record: dict[str, Any]):
        self.language, self.record = language, record

    def backends(self) -> list[tuple[str, str]]:
        """Those that were run: (name, title), in the order of the frameworks."""
        rows = frameworks.BACKENDS.values()
        return [(row.name, row.title[self.language]) for row in rows if row.name in self.record]

    def versions(self, backend: str) -> str:
        """Which versions were asked, the oldest first."""
        steps, package = self.record[backend]["steps"], _module(self.record[backend]["package"])
        told = [steps[0]["from"], *(step["to"] for step in steps)]
        return ", ".join(each[package] for each in told)

    def calls(self, backend: str) -> tuple[int, int]:
        """How many calls were said to each version; of how many values were looked at."""
        return self.record[backend]["calls"], self.record[backend]["values"]

    def total(self) -> int:
        """How many calls were said in all."""
        return sum(told["calls"] * (1 + len(told["steps"])) for told in self.record.values())

    def changed(self, backend: str) -> bool:
        """Whether anything changed."""
        return any(step["changes"] for step in self.record[backend]["steps"])

    def table(self, backend: str) -> str:
        """What changed, a row for each kind of change."""
        columns = HEAD[self.language].count("|") + 1
        rule = " | ".join(["---"] * (columns - 1) + ["---:"])
        rows = (f"| {line} |" for line in self._lines(backend))
        return "\n".join((f"| {HEAD[self.language]} |", f"| {rule} |", *rows))

    def _lines(self, backend: str) -> Iterator[str]:
        package = _module(self.record[backend]["package"])
        for step in self.record[backend]["steps"]:
            between = f"{step['from'][package]} → {step['to'][package]}"
            together: dict[tuple, list] = {}
            for row in step["changes"]:
                together.setdefault(_of(row), []).append(row)
            for rows in together.values():
                cases = sum(row["cases"] for row in rows)
                yield f"{between} | {self._case(rows[0])} | {cases}"

    def _case(self, row: dict[str, Any]) -> str:
        words = ", ".join(f"{name}={_word(value)}" for name, value in row["words"].items())
        was, now = self._answer(row["was"]), self._answer(row["now"])
        if row["what"] == "other values":
            was, now = (f"{each}, {VALUES[each is now][self.language]}" for each in (was, now))
        elif row["said"]:
            said = f"{SAID[self.language]} `{row['said'].replace('|', '¦').replace('`', '′')}`"
            was, now = (
                f"{each}, {said}" if each == REFUSED[self.language] else each for each in (was, now)
            )
        return f"`{row['call']}({words})` | `{_shape(row['input'])}` | {was} | {now}"

    def _answer(self, told: Any) -> str:
        return f"`{_shape(told)}`" if isinstance(told, list) else REFUSED[self.language]


def _of(row: dict[str, Any]) -> tuple:
    """What is told together: one call that changed in one way, whatever the error says; and all
    calls of an opset that was not known before.
    """
    is_new = row["what"] == "taken now" and "opset" in row["words"] and "load" in row["said"]
    return ("opset",) if is_new else (row["call"], row["what"])


def _module(package: str) -> str:
    """The name under which a package tells its version."""
    return {"paddlepaddle": "paddle"}.get(package, package.removesuffix("-cpu"))


def _shape(told: list) -> str:
    return f"({', '.join(map(str, told))}{',' if len(told) == 1 else ''})"


def _word(value: Any) -> str:
    """An argument as a person writes it: rows are tuples."""
    if isinstance(value, list):
        return f"({', '.join(map(_word, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
