"""Arguments as calls have them: lists, tuples, dicts and slices, one in another."""


def mapped(value, change):
    """The same, with every entry changed."""
    if isinstance(value, list | tuple):
        made = [mapped(v, change) for v in value]
        return made if isinstance(value, list) else tuple(made)
    if isinstance(value, dict):
        return {k: mapped(v, change) for k, v in value.items()}
    if isinstance(value, slice):
        return slice(*[mapped(v, change) for v in (value.start, value.stop, value.step)])
    return change(value)


def flat(value) -> list:
    """The entries, in their order."""
    if isinstance(value, list | tuple):
        return [one for v in value for one in flat(v)]
    if isinstance(value, dict):
        return flat(tuple(value.values()))
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    return [value]


def lengths(value) -> tuple:
    """How long rows are, that are as long as one another, and those within them.

    >>> lengths([[1, 2, 3], [4, 5, 6]]), lengths(7)
    ((2, 3), ())
    """
    if not isinstance(value, list | tuple):
        return ()
    return (len(value), *(lengths(value[0]) if value else ()))


def in_rows(numbers: list, shape: tuple):
    """Numbers, one behind the other, in rows of a shape.

    >>> in_rows([1, 2, 3, 4, 5, 6], (2, 3)), in_rows([7], ())
    ([[1, 2, 3], [4, 5, 6]], 7)
    """
    if not shape:
        return numbers[0]
    share = len(numbers) // shape[0]
    starts = range(0, len(numbers), share)
    return [in_rows(numbers[start : start + share], shape[1:]) for start in starts]
