"""Numbers as people list them: neighbours drawn together, 1, 4 … 9, 12."""

from collections.abc import Iterable

from shapealg.errors import shown


def neighbours(numbers: Iterable[int]) -> list[list[int]]:
    """Neighbours drawn together: pairs (first, last), in order."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return runs


def listed(numbers: Iterable[int]) -> str:
    """Numbers with runs drawn together, the middle left out where they are many: 1, 4 … 9, 12."""
    parts = []
    for a, b in neighbours(numbers):
        if b == a:
            parts.append(shown(a))
        else:
            parts.append(f"{shown(a)}, {shown(b)}" if b == a + 1 else f"{shown(a)} … {shown(b)}")
    return ", ".join([*parts[:7], "…", parts[-1]] if len(parts) > 9 else parts)
