"""Answers by size, against a dictionary that lists them one by one."""

import random

import pytest

from shapealg.axis.by_size import BySize, Where
from shapealg.axis.length import Length
from shapealg.axis.sizes import Sizes
from shapealg.errors import DomainError, ShapeError

EVENS, ODDS = Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)


def test_what_is_strict_and_what_is_not_may_say_the_same():
    h, w = Length.of("H"), Length.of("W")
    for below in (w > h, w >= h + 1, h < w, h + 1 <= w, w - h - 1 >= 0):
        made = BySize([(Where({}, (h >= w,)), "tall"), (Where({}, (below,)), "wide")])
        assert [made.at(H=5, W=n) for n in (4, 5, 6)] == ["tall", "tall", "wide"]
    with pytest.raises(ShapeError, match="two answers"):
        BySize([(Where({}, (h >= w,)), "tall"), (Where({}, (w >= h,)), "wide")])


def classes_and_their_dictionary(seed: int):
    """Residue classes, each with some answer of a few, in two names."""
    draw = random.Random(seed)
    p, q = draw.randint(1, 5), draw.randint(1, 4)
    pieces, listed = [], {}
    for r in range(p):
        for s in range(q):
            answer = draw.choice("abc")
            pieces.append(
                ({"H": Sizes.classes(p, (r,), 1), "W": Sizes.classes(q, (s,), 1)}, answer)
            )
            listed |= {
                (h, w): answer
                for h in range(1, 13)
                for w in range(1, 13)
                if (h % p, w % q) == (r, s)
            }
    draw.shuffle(pieces)
    return pieces, listed


@pytest.mark.parametrize("seed", range(40))
def test_each_size_has_the_answer_it_was_given(seed):
    pieces, listed = classes_and_their_dictionary(seed)
    made = BySize(pieces)
    assert len(made) <= len(pieces)
    for (h, w), answer in listed.items():
        assert made.at(H=h, W=w) == answer


def test_pieces_of_one_answer_become_one_set():
    assert BySize([(EVENS, 1), (ODDS, 1)]).pieces == (({}, 1),)
    assert BySize([(EVENS, 1), (ODDS, 2)]).names == ("n",)


def test_one_size_has_one_answer():
    with pytest.raises(ShapeError, match="one size cannot have two answers; received 1; 2"):
        BySize([(EVENS, 1), (Sizes.every(4), 2)])
    assert len(BySize([(EVENS, 1), (Sizes.none(), 2)])) == 1


def test_where_no_piece_holds_the_error_says_which_sizes_have_one():
    made = BySize([(EVENS, 1)])
    with pytest.raises(DomainError, match=r"received n=3; these have one: n ≡ 0 \(mod 2\), n ≥ 2"):
        made.at(n=3)
    with pytest.raises(ShapeError, match="the size of n is needed"):
        made.at()


def test_lengths_are_put_in_and_written_as_in_a_textbook():
    n = Length.of("n")
    made = BySize([(EVENS, (1, n // 2)), (ODDS, (1, (n + 1) // 2 * 4))])
    assert made.at(n=9) == (1, 20) and made.at(n=8) == (1, 4)
    assert made.text().zh == (
        "n ≡ 0 (mod 2)，n ≥ 2：(1, ⌊n/2⌋)；n ≡ 1 (mod 2)，n ≥ 1：(1, 4⌊(n + 1)/2⌋)"
    )
    assert (made | BySize([])).pieces == made.pieces
    assert str(BySize([])) == "none"


def test_what_holds_of_several_sizes_goes_along():
    h, w = Length.of("H"), Length.of("W")
    tall, wide = (h >= w,), (h < w,)
    upright = Where({"H": EVENS}, tall)
    assert Where(upright).held == tall and Where(upright) == upright
    assert Where(upright, ()) != upright != Where({"H": EVENS}) and upright != Where({}, tall)
    assert upright.beside(Where({"H": ODDS}, tall)) == Where({}, tall)
    assert upright.beside(Where({"H": EVENS}, wide)) == Where({"H": EVENS})
    even = (*tall, h % 2 >= 1)
    assert Where({}, even).beside(Where({}, (*wide, h % 2 >= 1))) == Where({}, even[1:])
    for apart in (Where({"H": ODDS}, wide), Where({"H": EVENS}), Where({"W": EVENS}, tall)):
        assert upright.beside(apart) is None


def test_an_answer_at_every_size_leaves_none_for_another():
    for pieces in ([({}, 1), (EVENS, 2)], [(EVENS, 2), ({}, 1)]):
        with pytest.raises(ShapeError, match="one size cannot have two answers"):
            BySize(pieces)
    assert BySize([({}, 1)]).at(n=3) == 1 and BySize([({}, 1)]).sole


def test_all_sizes_that_were_asked_are_told():
    made = BySize([({"H": EVENS, "W": EVENS}, 1)])
    with pytest.raises(DomainError, match="received H=3, W=5; these have one: H ≡ 0"):
        made.at(H=3, W=5)
    with pytest.raises(ShapeError, match="the size of W is needed; .*for example at.W=224."):
        made.at(H=3)
    with pytest.raises(DomainError, match="these have one: no size works"):
        BySize([]).at(n=3)
