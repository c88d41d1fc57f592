"""A refusal that a model takes itself, however that is written: what is told is what it gives."""

import contextlib
from contextlib import suppress

import pytest
from needed import require

import shapealg
from shapealg.network.readers.torch.caught import Try, tries

require("torch")
import torch  # noqa: E402 — once it is known to be there

ERRORS = RuntimeError, IndexError


class Kinds:
    """What a model may have for a module of its errors."""

    refused = RuntimeError
    missing = KeyError


def by_a_view(x):
    return x.view(x.shape[0], 2, -1, 3)


def plain(x):
    try:
        return by_a_view(x)
    except RuntimeError:
        return x


def any_kind(x):
    try:
        return by_a_view(x)
    except:  # noqa: E722 — models write that
        return x


def one_of_several(x):
    try:
        return by_a_view(x)
    except (KeyError, RuntimeError):
        return x


def by_a_name_for_several(x):
    try:
        return by_a_view(x)
    except ERRORS:
        return x


def by_an_attribute(x):
    try:
        return by_a_view(x)
    except Kinds.refused:
        return x


def by_a_local_name(x):
    kind = RuntimeError
    try:
        return by_a_view(x)
    except kind:
        return x


def suppressed(x):
    with suppress(KeyError, RuntimeError):
        return by_a_view(x)
    return x


def suppressed_by_an_attribute(x):
    with contextlib.suppress(RuntimeError):
        x = by_a_view(x)
    return x


def around_another(x):
    try:
        try:
            return by_a_view(x)
        except KeyError:
            return x[:, :1]
    except RuntimeError:
        return x


def of_others(x):
    try:
        return by_a_view(x)
    except (KeyError, Kinds.missing):
        return x


def of_another_by_an_attribute(x):
    try:
        return by_a_view(x)
    except Kinds.missing:
        return x


def suppressed_others(x):
    with suppress(KeyError):
        return by_a_view(x)
    return x


def behind(x):
    try:
        x = x + 1
    except RuntimeError:
        return x
    return by_a_view(x)


def in_the_handler(x):
    try:
        return x.view(-1, 7, 7, 7, 7)
    except RuntimeError:
        return by_a_view(x)


def at_no_size(x):
    try:
        return torch.nn.functional.max_pool2d(x[:, :, :2], 5)
    except RuntimeError:
        return x


def handed_on(x):
    try:
        return by_a_view(x)
    except RuntimeError:
        raise


FORMS = (
    *(plain, any_kind, one_of_several, by_a_name_for_several, by_an_attribute, by_a_local_name),
    *(suppressed, suppressed_by_an_attribute, around_another, of_others, suppressed_others),
    *(behind, in_the_handler, of_another_by_an_attribute, at_no_size, handed_on),
)
TAKEN_NOWHERE = of_others, suppressed_others, of_another_by_an_attribute, behind


def performed(forward, shape):
    try:
        return tuple(forward(torch.zeros(shape)).shape)
    except RuntimeError:
        return None


@pytest.mark.parametrize("forward", FORMS)
def test_where_a_refusal_is_taken_the_model_goes_on(forward):
    class Own(torch.nn.Module):
        def forward(self, x):
            return forward(x)

    net = shapealg.read(Own(), (1, 2, "H", "W"))
    assert forward not in TAKEN_NOWHERE or net.graph.ways == ()  # it is a requirement
    for h in (1, 2, 3, 5, 6):
        for w in (1, 2, 3, 4, 6):
            try:
                told = net.at(H=h, W=w)
            except shapealg.ShapeError:
                told = None
            assert told == performed(forward, (1, 2, h, w)), (h, w)


def test_the_lines_whose_errors_are_taken():
    code = around_another.__code__
    first = code.co_firstlineno
    told = sorted((one.first - first, one.last - first) for one in tries(code))
    assert told == [(2, 5), (3, 3)]
    assert [one.kinds for one in tries(any_kind.__code__)] == [None]
    assert tries(by_a_view.__code__) == ()
    first = suppressed.__code__.co_firstlineno
    assert [(one.first - first, one.last - first) for one in tries(suppressed.__code__)] == [
        (2, 2),
        (2, 2),
    ]


def test_what_stands_within_another_function_is_its_own():
    def outer():
        def inner():
            try:
                return 1
            except ValueError:
                return 2

        return inner

    assert tries(outer.__code__) == ()
    (one,) = tries(outer().__code__)
    assert isinstance(one, Try) and one.first == one.last == outer().__code__.co_firstlineno + 2


def test_without_its_source_nothing_is_taken():
    room: dict = {}
    exec("def made():\n    try:\n        return 1\n    except ValueError:\n        return 2", room)
    assert tries(room["made"].__code__) == ()
