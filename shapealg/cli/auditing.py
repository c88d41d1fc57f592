"""A length function against the layers it stands for."""

from shapealg.cli.networks import known, loaded
from shapealg.cli.telling import tell
from shapealg.errors import ShapeError
from shapealg.text import Text
from shapealg.words import spoken


def run_audit(chosen) -> int:
    """Tell where the function is right; 1 where it is wrong somewhere."""
    from shapealg.adapters.audit import audit
    from shapealg.render import report
    from shapealg.render.length_function import length_function

    net, function = _net(chosen), _function(chosen.function)
    name = chosen.axis or net.sizes[-1]
    made = audit(function, net, name)
    lines = made.text[chosen.lang].splitlines()
    told = {
        "right": report.sizes(made.right),
        "wrong": report.sizes(made.wrong),
        "proved": made.proved,
        "first": made.first and list(made.first),
        "exact": repr(made.exact),
    }
    if made.wrong:
        text = length_function(net, chosen.form, name)
        told["text"] = text
        lines += ["", f"# {chosen.against}", *text.rstrip("\n").splitlines()]
    tell(chosen, told, lines)
    return int(bool(made.wrong))


def _net(chosen):
    from shapealg.network.readers import read
    from shapealg.network.zoo import ZOO

    given = chosen.against
    if given in known():
        return ZOO[given].read()
    return read(given, chosen.input and spoken.shape(chosen.input))


def _function(given: str):
    home, colon, name = given.rpartition(":")
    found = loaded(given, home, name) if colon and home else None
    if not callable(found):
        raise ShapeError(
            Text(zh="须是模块里的一个函数", en="a function of a module is needed"),
            given,
            Text(zh="例如 lengths.py:frames", en="for example lengths.py:frames"),
        )
    return found
