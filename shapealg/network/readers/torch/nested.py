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
