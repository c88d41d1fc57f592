"""What is typed for a question, and the limits of what is tried for its answer."""

import pytest
from dumb import count, hanging, transposed
from sympy import Symbol

from shapealg import Interval, ShapeError, Stack, Window, solve
from shapealg.axis import asked
from shapealg.axis.asked import candidates, question, terms


def test_what_is_typed_is_a_number_a_question_or_a_stretch():
    typed = ["n=224", "kernel_size = 7", "p=?", "s=...", "d=1..4", "lo=-2 … 3", "padding=SAME"]
    assert terms(typed) == {
        **{"n": 224, "kernel_size": 7, "p": ..., "s": ..., "d": range(1, 5), "lo": range(-2, 4)},
        "padding": "SAME",
    }
    for wrong in ("n", "n=", "n=x", "9=3", "n=1..", "n=..9", "n=a..b", "p=odd", "n=1.5", "=3"):
        with pytest.raises(ShapeError, match="each term is name=number, name=. or name=1..9, once"):
            terms([wrong])
    with pytest.raises(ShapeError, match="received 'n=4'"):
        terms(["n=3", "n=4"])


def test_a_name_that_is_none_is_answered_with_those_that_are_near():
    near = "no such name; received 'kernl_size'; kernel_size, kernel_sizes, kernel_shape work"
    for wrong in (lambda: terms(["kernl_size=3"]), lambda: solve(n=9, kernl_size=3)):
        with pytest.raises(ShapeError, match=near):
            wrong()
    with pytest.raises(ShapeError, match="received 'zzz'; n, m, k, s, d, p, lo, hi, op work"):
        terms(["zzz=3"])


def test_the_words_of_frameworks_say_the_same():
    """9 positions: 7 windows of 3, 5 of 5."""
    rows = solve(input=9, m=..., kernel_size=[3, 5]).rows
    assert [(row["k"], row["m"]) for row in rows] == [(k, count(9, k)) for k in (3, 5)]
    rows = solve(n=9, k=3, padding=[0, 2]).rows  # of p, and no pair of pads
    assert [(row["p"], row["m"]) for row in rows] == [(p, count(9, 3, lo=p, hi=p)) for p in (0, 2)]
    with pytest.raises(ShapeError, match="k is said twice; received k=3, kernel_size; say it once"):
        solve(n=9, k=3, kernel_size=3)


def test_padding_in_front_and_behind_may_be_negative_and_nothing_else():
    for word in ("lo", "hi"):
        assert candidates(range(-2, 1), word) == question(word, [-2, -1, 0]) == (-2, -1, 0)
        assert question(word, -3) == -3
    for word, least in (("p", 0), ("op", 0), ("k", 1), ("s", 1), ("d", 1), ("n", 1), ("m", 1)):
        assert candidates((least, least), word) == question(word, (least, least)) == (least,)
        for wrong in (lambda word=word: candidates, lambda word=word: lambda v, w: question(w, v)):
            with pytest.raises(ShapeError, match=f"^{word} must be at least {least}"):
                wrong()((least - 1,), word)
    for word in ("depth", "field"):
        with pytest.raises(ShapeError, match=f"^{word} must be at least 1"):
            candidates(0, word)


def test_of_too_many_candidates_one_more_than_may_be_tried_is_looked_at(monkeypatch):
    monkeypatch.setattr(asked, "TRIES", 8)
    assert candidates(range(20), "p") == tuple(range(9)) and question("p", range(8))[-1] == 7
    with pytest.raises(ShapeError, match=r"received > 8; give fewer candidates, for example p=ran"):
        question("p", range(9))
    with pytest.raises(ShapeError, match=r"for example d=range\(1, 9\)$"):
        raise asked.many("d")


def test_one_layer_tries_up_to_a_limit_and_tells_up_to_one(monkeypatch):
    for module in ("asked", "solve"):
        monkeypatch.setattr(f"shapealg.axis.{module}.TRIES", 8)
        monkeypatch.setattr(f"shapealg.axis.{module}.ROWS", 6)
    assert len(solve(n=20, k=range(1, 7)).rows) == 6  # m is told for each
    with pytest.raises(ShapeError, match="too many rows; received > 6; give candidates, .* k=ra"):
        solve(n=20, k=range(1, 8))
    found = solve(n=20, m=18, k=range(1, 5), d=range(1, 3))
    assert [tuple(row.values()) for row in found] == [(2, 2), (3, 1)]
    with pytest.raises(ShapeError, match="> 8; give fewer candidates, for example d=ra"):
        solve(n=20, m=18, k=range(1, 4), d=range(1, 4))


@pytest.mark.parametrize(("s", "d"), ((1, 1), (3, 1), (1, 4), (2, 3)))
def test_output_padding_is_tried_up_to_the_larger_of_stride_and_dilation(s, d):
    found = solve(n=5, k=3, s=s, d=d, op=..., transposed=True)
    assert [(row["op"], row["m"]) for row in found] == [
        (op, len(transposed(5, 3, s, d, op=op))) for op in range(max(s, d))
    ]


def test_rounding_up_is_said_in_either_word():
    for words in ({"ceil": True}, {"ceil_mode": True}):
        assert solve(n=6, k=3, s=2, **words).rows == ({"m": len(hanging(6, 3, 2))},)
    assert solve(n=6, k=3, s=2, ceil_mode=False).rows == ({"m": count(6, 3, 2)},)


def test_a_stack_tries_up_to_a_limit_and_names_the_longest(monkeypatch):
    for module in ("asked", "at_depth"):
        monkeypatch.setattr(f"shapealg.axis.{module}.TRIES", 8)
    layers = [{"k": "a", "p": "b"}, {"k": 2}]
    assert len(Stack(layers).solve(n=9, m=..., a=range(1, 5), b=range(2)).rows) == 8
    with pytest.raises(
        ShapeError, match=r"> 8; give fewer candidates, for example a=range\(0, 4\)"
    ):
        Stack(layers).solve(n=9, m=..., a=range(1, 6), b=range(2))


def test_candidates_may_stand_in_the_layer():
    stack = Stack([{"k": 3, "p": [0, 2]}, {"k": 3, "s": 2}])
    made = {p: count(count(9, 3, lo=p, hi=p), 3, 2) for p in (0, 2)}
    for m in range(1, 9):
        assert [row["p_1"] for row in stack.solve(n=9, m=m)] == [p for p in (0, 2) if made[p] == m]


def test_an_unknown_of_any_name_is_as_small_as_its_word():
    """A padding of 0 is one, and in front a negative one; a kernel of 0 is none."""
    stack = Stack([{"k": "taps", "p": "around"}, {"k": 1, "lo": "front"}])
    found = stack.solve(n=9, m=9, taps=[1, 3], around=range(2), front=range(-2, 3))
    assert [tuple(row.values()) for row in found] == [
        (taps, around, front)
        for taps in (1, 3)
        for around in range(2)
        for front in range(-2, 3)
        if count(count(9, taps, lo=around, hi=around), 1, lo=front) == 9
    ]
    for name, wrong, least in (("taps", 0, 1), ("around", -1, 0)):
        with pytest.raises(ShapeError, match=f"^{name} must be at least {least}; received {wrong}"):
            stack.solve(n=9, m=9, **{name: [wrong]})
    layers = [{"k": 3, "p": ...}]
    with pytest.raises(ShapeError, match="^p_1 must be at least 0; received -1"):
        Stack(layers).solve(n=9, m=9, p_1=[-1])


def test_one_name_in_two_layers_is_what_both_can_be():
    """As a dilation it is 1 at least, whichever layer comes first."""
    for layers in (
        [{"k": 2, "d": "a"}, {"k": 1, "p": "a"}],
        [{"k": 1, "p": "a"}, {"k": 2, "d": "a"}],
    ):
        found = Stack(layers).solve(n=9, m=..., a=...)
        assert found.within == {"a": range(1, 5)}
        # a positions more on both sides, and a fewer by the window
        assert [(row["a"], row["m"]) for row in found] == [(a, 9 + a) for a in range(1, 5)]
    assert Stack([{"k": 3, "p": "a"}] * 2).solve(n=9, m=9).rows == ({"a": Interval(1, 1)},)


def test_a_name_for_two_words_that_begin_alike_is_tried_as_the_first():
    """As many taps as they lie apart: tried as taps, up to 11."""
    found = Stack([{"k": "a", "d": "a"}]).solve(n=20, m=...)
    assert found.within == {"a": range(1, 12)}
    made = {a: count(20, a, 1, a) for a in range(1, 12)}
    assert [(row["a"], row["m"]) for row in found] == [(a, m) for a, m in made.items() if m]


def test_a_layer_may_crop_in_numbers_and_none_may_be_open_otherwise():
    sizes = [n for n in range(1, 20) if count(n, 3, lo=-1, hi=-2) == 4]
    found = Stack([{"k": 3, "lo": -1, "hi": -2}]).solve(n=..., m=4)
    assert [row["n"] for row in found] == sizes == [9]
    for word, least in (("p", 0), ("op", 0), ("s", 1), ("d", 1)):
        with pytest.raises(ShapeError, match=f"^{word} must be at least {least}; received"):
            Stack([{"k": 3, word: least - 1}]).solve(n=..., m=4)
    with pytest.raises(ShapeError, match="^m must be a number here"):
        Stack([Window(Symbol("k", integer=True))]).solve(n=9, m=...)


def test_output_padding_belongs_to_a_transposed_window_in_a_list_too():
    for op in (1, ..., "op", [0, 1]):
        with pytest.raises(ShapeError, match="belongs to a transposed window; .* transposed=True"):
            Stack([{"k": 3, "s": 2, "op": op}]).solve(n=9, m=...)
    assert Stack([{"k": 3, "s": 2, "op": 0}]).solve(n=9, m=...).rows == ({"m": count(9, 3, 2)},)
