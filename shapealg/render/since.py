"""Since when: what changed the manner of a framework from one version to the next."""

from collections.abc import Iterator
from typing import Any

from shapealg.errors import unbroken
from shapealg.text import Text
from shapealg.words import frameworks

REFUSED = Text(zh="报错", en="an error")
SAID = Text(zh="报错：`{said}`", en="an error: `{said}`")
LINE = Text(
    zh="`{call}`，输入 `{input}`：从前{was}，现在{now}（{cases} 例）",
    en="`{call}` on `{input}`: before, {was}; now, {now} ({cases})",
)
VALUES = Text(
    zh="`{call}`，输入 `{input}`：形状仍是{now}，数值变了（{cases} 例）",
    en="`{call}` on `{input}`: still {now}, with other values ({cases})",
)


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

    def calls(self, backend: str) -> tuple[str, str]:
        """How many calls were said to each version; of how many values were looked at."""
        return unbroken(self.record[backend]["calls"]), unbroken(self.record[backend]["values"])

    def total(self) -> str:
        """How many calls were said in all."""
        return unbroken(
            sum(told["calls"] * (1 + len(told["steps"])) for told in self.record.values())
        )

    def changed(self, backend: str) -> bool:
        """Whether anything changed."""
        return any(step["changes"] for step in self.record[backend]["steps"])

    def steps(self, backend: str) -> list[tuple[str, list[str]]]:
        """What changed, (from → to, a line for each kind of change), for each step that changed
        something.
        """
        package = _module(self.record[backend]["package"])
        return [
            (f"{step['from'][package]} → {step['to'][package]}", list(self._lines(step)))
            for step in self.record[backend]["steps"]
            if step["changes"]
        ]

    def _lines(self, step: dict[str, Any]) -> Iterator[str]:
        together: dict[tuple, list] = {}
        for row in step["changes"]:
            together.setdefault(_of(row), []).append(row)
        for rows in sorted(together.values(), key=_cases, reverse=True):
            yield self._case(rows[0], _cases(rows))

    def _case(self, row: dict[str, Any], cases: int) -> str:
        words = ", ".join(f"{name}={_word(value)}" for name, value in row["words"].items())
        line = VALUES if row["what"] == "other values" else LINE
        return line[self.language].format(
            call=f"{row['call']}({words})",
            input=_shape(row["input"]),
            was=self._answer(row["was"], row["said"]),
            now=self._answer(row["now"], row["said"]),
            cases=unbroken(cases),
        )

    def _answer(self, told: Any, said: str) -> str:
        if isinstance(told, list):
            return f"{' ' if self.language == 'zh' else ''}`{_shape(told)}`"
        if not said:
            return REFUSED[self.language]
        return SAID[self.language].format(
            said=said.replace("`", "′").replace("{{", "{").replace("}}", "}")
        )


def _of(row: dict[str, Any]) -> tuple:
    """What is told together: one call that changed in one way, whatever the error says; and all
    calls of an opset that was not known before.
    """
    is_new = row["what"] == "taken now" and "opset" in row["words"] and "load" in row["said"]
    return ("opset",) if is_new else (row["call"], row["what"])


def _cases(rows: list) -> int:
    """How many calls changed so."""
    made: int = sum(row["cases"] for row in rows)
    return made


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
