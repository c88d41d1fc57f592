"""Inverse questions of several layers at once: facts everybody can look up, and every answer
against trying all values with loops.
"""

from itertools import product
from random import Random

import dumb
import pytest
from sympy import oo

from shapealg import Ceiled, Interval, Same, ShapeError, Stack, Window
from shapealg.axis.spaced import Spaced
from shapealg.axis.waiting import Trimmed

# ---------------------------------------------------------------- facts


def test_the_discriminator_of_a_dcgan():
    """Radford et al.: four convolutions 4/2, padding 1, lead from 64 to 4; the generator back."""
    down = Stack([{"k": 4, "s": 2, "p": "p"}] * 4)
    assert down.solve(n=64, m=4).rows == ({"p": Interval(1, 1)},)
    up = Stack([{"k": 4, "s": 2, "p": "p", "transposed": True}] * 4)
    assert up.solve(n=4, m=64).rows == ({"p": Interval(1, 1)},)


def test_the_front_end_of_wav2vec():
    """Baevski et al.: frames of 400 samples, 320 apart; 49 in a second of 16 kHz."""
    front = Stack([Window(10, 5), *[Window(3, 2)] * 4, *[Window(2, 2)] * 2])
    assert front.solve(n=..., m=49).rows == ({"n": Interval(15760, 16079)},)
    assert (front.window.kernel, front.window.stride) == (400, 320)
    assert front.solve(n=16000, m=..., field=...).rows == ({"m": 49, "field": 400},)


def test_the_depth_of_a_wavenet():
    """Van den Oord et al.: dilations 1, 2, 4 … 512 of kernel 2 see 1024 samples."""
    found = Stack(lambda i: {"k": 2, "d": 2**i}, ...).solve(field=1024)
    assert found.rows == ({"depth": 10},) and found.within == {"depth": range(1, 17)}


def test_which_dilations_reach_a_field():
    """Three layers of kernel 3: 1 + 2(d₁ + d₂ + d₃) = 15."""
    found = Stack([{"k": 3, "d": ...}] * 3).solve(field=15, d_1=range(1, 5), d_2=range(1, 5))
    triples = [(row["d_1"], row["d_2"], row["d_3"]) for row in found]
    assert triples == [
        (a, b, c)
        for a, b, c in product(range(1, 5), range(1, 5), range(1, 12))
        if dumb.sees([(3, 1, a), (3, 1, b), (3, 1, c)]) == 15
    ]


def test_a_range_of_fields_is_told_with_each():
    found = Stack(lambda i: Window.dilated(3, 2**i), ...).solve(field=range(100, 600))
    assert found.rows == (
        {"field": 127, "depth": 6},
        {"field": 255, "depth": 7},
        {"field": 511, "depth": 8},
    )


def test_what_comes_near_where_there_is_none():
    none = Stack([{"k": 3, "s": 2, "p": "p"}] * 2).solve(n=30, m=7, p=[0, 2])
    tried = {p: dumb.chain(30, [(3, 2, 1, p, p)] * 2) for p in (0, 2)}
    assert 7 not in tried.values() and not none
    assert none.nearest == tuple({"m": tried[p], "p": p} for p in (0, 2))
    assert str(none) == f"none; nearest: m = {tried[0]}, p = 0; or m = {tried[2]}, p = 2"
    above, below = 2, 1
    sees = [dumb.sees([(3, 1, d), (3, 1, d)]) for d in (below, above)]
    near = Stack([{"k": 3, "d": "d"}] * 2).solve(field=7)
    assert near.nearest == ({"field": sees[0], "d": below}, {"field": sees[1], "d": above})


def test_the_nearest_of_many_are_told_the_first_of_those_as_near():
    """20 positions and padding p: 18 + 2p come out."""
    none = Stack([{"k": 3, "p": "p"}]).solve(n=20, m=27, p=[6, 0, 3, 1, 4, 5, 2])
    assert none.nearest == ({"m": 26, "p": 4}, {"m": 28, "p": 5})
    none = Stack([{"k": 3, "p": "a"}, {"k": 1, "p": "b"}]).solve(n=20, m=19, a=[0, 1], b=[0, 1])
    assert none.nearest == ({"m": 18, "a": 0, "b": 0}, {"m": 20, "a": 0, "b": 1})


def test_the_nearest_of_one_interval_lie_at_its_ends():
    assert Stack([{"k": 3, "p": ...}]).solve(n=20, m=27).nearest == (
        {"m": 26, "p_1": 4},
        {"m": 28, "p_1": 5},
    )
    assert Stack([{"k": 3, "p": "p"}]).solve(n=1, m=2, p=[0, 1, 2]).nearest == (
        {"m": dumb.count(1, 3, lo=1, hi=1), "p": 1},
        {"m": dumb.count(1, 3, lo=2, hi=2), "p": 2},
    )
    # no padding changes what is seen
    assert Stack([{"k": 3, "p": ...}]).solve(field=4).nearest == ({"field": 3, "p_1": 0},)


def test_an_unknown_is_found_however_far_the_numbers_given_lead():
    """1 + 2p positions; a single window over 10^6 + 1 of them, where it rounds up too."""
    far = ({"p_1": Interval(500_000, 500_000)},)
    assert Stack([{"k": 1, "p": ...}]).solve(n=1, m=10**6 + 1).rows == far
    for window in (Window(10**6 + 1), Window(1, 1, -(10**6))):
        assert Stack([{"k": 1, "p": ...}, Ceiled(window)]).solve(n=1, m=1).rows == far
    for axis in (Window(10**6 + 1), Window(1, 1, 0, -(10**6))):
        assert Stack([{"k": 1, "p": ...}, axis]).solve(n=1, m=1).rows == far


def test_as_many_rows_are_told_as_may_be(monkeypatch):
    for module in ("asked", "backwards"):
        monkeypatch.setattr(f"shapealg.axis.{module}.ROWS", 8)
    stack = Stack([{"k": 3, "p": "p"}])
    assert len(stack.solve(n=20, m=..., p=range(8)).rows) == 8
    with pytest.raises(ShapeError, match="too many rows; received > 8; give candidates"):
        stack.solve(n=20, m=..., p=range(9))


def test_the_depth_is_among_its_candidates():
    for stack, words in (
        (Stack(lambda i: Window(3), ...), {"depth": range(2, 5)}),
        (Stack(lambda i: Window(3), range(2, 5)), {}),
    ):
        found = stack.solve(n=20, m=range(1, 20), **words)
        assert [(row["depth"], row["m"]) for row in found] == [
            (depth, dumb.chain(20, [(3, 1, 1, 0, 0)] * depth)) for depth in (2, 3, 4)
        ]
    assert Stack(lambda i: Window(3), 0).solve(n=..., m=5).rows == ({"n": Interval(5, 5)},)
    for depth, least in ((-1, 0), ([0], 1)):
        with pytest.raises(ShapeError, match=f"^depth must be at least {least}; received"):
            Stack(lambda i: Window(3), depth).solve(n=..., m=5)
    with pytest.raises(ShapeError, match="^depth must be at least 1; received 0"):
        Stack(lambda i: Window(3), ...).solve(n=..., m=5, depth=[0])
    with pytest.raises(ShapeError, match="^n must be at least 1; received 0"):
        Stack([{"k": 3, "p": ...}]).solve(n=0, m=5)


def test_an_unknown_without_end():
    """One output, and every larger stride gives it too."""
    assert Stack([{"k": 3, "s": ...}]).solve(n=9, m=1).rows == ({"s_1": Interval(7, oo)},)
    assert Stack([{"k": 1, "d": ...}, Window(3)]).solve(n=9, m=7).rows == (
        {"d_1": Interval(1, oo)},
    )


def test_what_no_value_changes_is_never_met():
    """A single tap spans one position whatever its dilation: 9 → 7, and nothing else."""
    stack = Stack([{"k": 1, "d": ...}, Window(3)])
    assert [m for m in range(1, 10) if stack.solve(n=9, m=m)] == [7]
    assert not Stack([{"k": 3, "s": ..., "transposed": True}]).solve(n=1, m=5)


# ---------------------------------------------------------------- everything, by trying


def run(n, layers):
    """The size after layers told as dicts of ints, one by one with loops; None where one gives
    nothing.
    """
    for told in layers:
        k, s, d, op = (told.get(w, v) for w, v in (("k", 1), ("s", 1), ("d", 1), ("op", 0)))
        lo, hi = (told.get(w, 0) + told.get("p", 0) for w in ("lo", "hi"))
        if told.get("transposed"):
            if op >= max(s, d):
                return None
            whole = max(i * s + tap * d for i in range(n) for tap in range(k)) + 1
            n = whole - lo - hi + op
        elif told.get("ceil"):
            fits = dumb.count(n, k, s, d, lo, hi)
            n = len(dumb.hanging(n, k, s, d, lo, hi, clipped=True)) if fits else 0
        else:
            n = dumb.count(n, k, s, d, lo, hi)
        if n < 1:
            return None
    return n


BOX = {"k": range(1, 5), "s": range(1, 4), "d": range(1, 4), "p": range(4), "op": range(3)}
BOX |= {"lo": range(4), "hi": range(4), "n": range(1, 26)}


def random_layer(rng):
    told = {"k": rng.randint(1, 4), "s": rng.randint(1, 3), "d": rng.randint(1, 2)}
    told["p"] = rng.choice((0, 0, 1))
    kind = rng.choice(("window", "window", "ceil", "transposed"))
    if kind != "window":
        told[kind] = True
    return told


def random_question(rng):
    """Layers, the unknowns by their places, and an input size."""
    layers = [random_layer(rng) for _ in range(rng.randint(1, 3))]
    open_ = {}
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(layers))
        word = rng.choice(("k", "s", "d", "p") + ("op",) * bool(layers[at].get("transposed")))
        if not isinstance(layers[at].get(word, 0), int):
            continue
        name = f"{word}_{at + 1}" if rng.random() < 0.7 else word
        open_.setdefault(name, []).append((at, word))
        layers[at][word] = ... if name != word else word
    return layers, open_, rng.randint(3, 25)


def filled(layers, open_, values):
    made = [dict(layer) for layer in layers]
    for name, places in open_.items():
        for at, word in places:
            made[at][word] = values[name]
    return made


@pytest.mark.parametrize("seed", range(150))
def test_every_answer_is_the_complete_set(seed):
    """All values in a box, run with loops: those that give m, no more and no less."""
    rng = Random(seed)
    layers, open_, n = random_question(rng)
    letters = {name: name.partition("_")[0] for name in open_}
    box = {name: BOX[letter] for name, letter in letters.items()}
    asked_n = rng.random() < 0.3
    tried = []
    for values in product(*box.values(), *([BOX["n"]] if asked_n else [])):
        point = dict(zip([*box, "n"], values, strict=False))
        tried.append((point, run(point.get("n", n), filled(layers, open_, point))))
    sizes = sorted({m for _, m in tried if m})
    if not sizes:
        return
    m = rng.choice(sizes)
    # all but one get their candidates: the one may be told beyond the box
    free = rng.choice([*box, "n"] if asked_n else [*box])
    given = {name: candidates for name, candidates in box.items() if name != free}
    size = (... if free == "n" else BOX["n"]) if asked_n else n
    found = Stack(layers).solve(n=size, m=m, **given)
    expected = [point for point, made in tried if made == m]
    inside = {tuple(sorted(point.items())) for point in expected}
    got = set()
    for row in found.rows:
        wide = {name: v for name, v in row.items() if isinstance(v, Interval)}
        for name, ends in wide.items():
            got |= {
                tuple(sorted((row | {name: x}).items()))
                for x in BOX[name.partition("_")[0]]
                if ends.low <= x <= ends.high
            }
        if not wide and all(row[name] in BOX[name.partition("_")[0]] for name in row):
            got.add(tuple(sorted(row.items())))
    assert got == inside, (layers, size, m)


@pytest.mark.parametrize("seed", range(40))
def test_every_field_is_the_complete_set(seed):
    rng = Random(seed)
    layers = [
        {"k": rng.randint(1, 4), "s": rng.randint(1, 3), "d": rng.randint(1, 3)}
        for _ in range(rng.randint(1, 3))
    ]
    at, word = rng.randrange(len(layers)), rng.choice("ksd")
    name = f"{word}_{at + 1}"

    def sees(value):
        made = [dict(layer) for layer in layers]
        made[at][word] = value
        return dumb.sees([(a["k"], a["s"], a["d"]) for a in made])

    field = sees(rng.randint(1, 4))
    layers_open = [dict(layer) for layer in layers]
    layers_open[at][word] = ...
    found = Stack(layers_open).solve(field=field)
    assert [x for x in range(1, 12) if x in found] == [x for x in range(1, 12) if sees(x) == field]
    assert found.asked == (name,)


@pytest.mark.parametrize("seed", range(30))
def test_every_depth_is_the_complete_set(seed):
    rng = Random(seed)
    layer = random_layer(rng)
    n, m = rng.randint(3, 60), rng.randint(1, 20)
    found = Stack(lambda i: dict(layer), range(1, 8)).solve(n=n, m=m)
    assert [row["depth"] for row in found] == [
        depth for depth in range(1, 8) if run(n, [layer] * depth) == m
    ]


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("ask", "line"),
    (
        (lambda: Stack([{"k": 3}]).solve(n=9, m=7), "nothing is asked"),
        (lambda: Stack([{"k": 3, "p": ...}]).solve(n=9), "what it must give is needed"),
        (lambda: Stack([{"k": 3, "p": ...}]).solve(m=9), "m needs n"),
        (lambda: Stack([{"k": 3}]).solve(n=..., m=...), "there are infinitely many rows"),
        (lambda: Stack([{"k": 3, "q": 1}]).solve(n=..., m=3), "layer 1 has no such word"),
        (lambda: Stack([Window(3), 7]).solve(n=..., m=3), "layer 2 must be a map of one axis"),
        (lambda: Stack([{"s": 2}]).solve(n=..., m=3), "or a dict with k; received {'s': 2}"),
        (lambda: Stack([{"k": 0}]).solve(n=..., m=3), "k must be at least 1"),
        (lambda: Stack([{"k": 3, "p": ...}]).solve(n=9, m=9, q=[1]), "there is no such unknown"),
        (lambda: Stack([{"k": ..., "s": ..., "d": ..., "p": ...}] * 2).solve(n=9, m=9), "too many"),
        (
            lambda: Stack(lambda i: {"k": 3, "p": ...}, ...).solve(n=9, m=9),
            "with the depth open, unknowns need names",
        ),
        (
            lambda: Stack([{"k": 3, "p": ..., "ceil": True, "transposed": True}]).solve(n=9, m=9),
            "a transposed window does not round",
        ),
        (
            lambda: Stack([{"k": 3, "p": ..., "transposed": True}]).solve(n=9, field=3),
            "the receptive field here is that of convolutions and poolings",
        ),
        (lambda: Stack([{"k": 3, "d": "n"}]).solve(field=3), "an unknown cannot have this name"),
        (lambda: Stack([{"k": 3, "p": []}]).solve(n=9, m=9), "there are no candidates for p"),
        (
            lambda: Stack(
                [Window(3)],
            ).solve(n=..., m=[]),
            "there are no candidates for m",
        ),
        (lambda: Stack([{"k": 3, "p": ...}]).solve(n=9, m=9, p="x"), "p must be"),
        (lambda: Stack(lambda i: Window(3)), "the number of blocks is needed"),
        (lambda: Stack([{"k": 3, "p": ...}]).frames(9), "something is still open; received p_1"),
    ),
)
def test_a_question_without_an_answer_is_one_line(ask, line):
    with pytest.raises(ShapeError) as caught:
        ask()
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_other_maps_stand_in_a_list():
    """SAME halves, rounded up: 224 → 112 → 56."""
    assert Stack([Same(3, 2), Same(3, 2), {"k": 2, "s": ...}]).solve(
        n=224, m=28, s=range(1, 4)
    ).rows == ({"s_3": 2},)


@pytest.mark.parametrize(
    "axis", (Ceiled(Window(3, 2)), Trimmed(3, 2, 2, ceiled=True)), ids=("ceil_mode", "SAME")
)
def test_the_padded_input_holds_a_window_though_it_rounds_up(axis):
    """A window of 3 does not fit on 2 positions, though rounding up counts one there."""
    assert axis.count(2) == 1
    for m in (1, 2, 3):
        found = [row["n"] for row in Stack([axis]).solve(n=..., m=m)]
        assert found == [n for n in range(3, 9) if axis.count(n) == m], m


def test_one_name_for_two_words():
    """Causal: dilation and front padding are one number, and 0 is no dilation."""
    found = Stack([{"k": 2, "d": "a", "lo": "a"}]).solve(n=9, m=9)
    assert [row["a"] for row in found] == [
        a for a in range(1, 5) if run(9, [{"k": 2, "d": a, "lo": a}]) == 9
    ]
    assert found.within == {"a": range(1, 5)}


def test_one_candidate_is_a_number():
    assert Stack([{"k": 3, "p": ...}]).solve(n=9, m=9, p=1).rows == ({"p_1": 1},)


def test_the_receptive_field_of_positions_moved_apart_is_refused():
    """Two outputs of a window of 3 over every other position see 0 to 1 only, not 4."""
    with pytest.raises(ShapeError, match="that of convolutions and poolings"):
        Stack([Spaced(Window(3), 2), {"k": "k"}]).solve(field=4)
