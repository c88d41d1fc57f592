"""What a network decides, asked in every way and held against PyTorch: which sizes it accepts, what
it gives there, which sizes go together.
"""

import random

import pytest
from needed import require

from shapealg import BySize, ShapeError, read
from shapealg.axis.sizes import Bound
from shapealg.errors import Undecided

MANY, ALL = 40, 400  # so many networks are asked by default, and with -m slow
SIZES = {MANY: 24, ALL: 40}  # up to so large a size


@pytest.fixture(scope="module")
def nets():
    require("torch")
    import drawn_nets
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield drawn_nets
    torch.set_num_threads(threads)


def asked(names: tuple, most: int, choose) -> list:
    """Sizes to run: every size alike, and pairs that differ."""
    alike = [dict.fromkeys(names, n) for n in range(1, most + 1)]
    if len(names) < 2:
        return alike
    return alike + [{name: choose.randint(1, most) for name in names} for _ in range(2 * most)]


def answered(ask):
    """The answer, `None` where it is that nothing runs."""
    try:
        return ask()
    except ShapeError as problem:
        if isinstance(problem, Undecided):
            raise
        return None


def put(shape, sizes: dict):
    """A shape of lengths, by size or not, at given sizes."""
    if isinstance(shape, BySize):
        return shape.at(**sizes)
    return tuple(n(**sizes) if callable(n) else n for n in shape)


def alike(told, ran) -> bool:
    """Whether a shape is what ran, in all entries that are told."""
    if told is None or ran is None:
        return told is ran
    return len(told) == len(ran) and all(a in (None, b) for a, b in zip(told, ran, strict=True))


def differences(nets, seed: int, most: int):
    """Where the answers about a network differ from each other or from PyTorch; `None` where one of
    them is that it cannot be decided.
    """
    choose = random.Random(seed)
    module, shapes = nets.network(choose)
    try:
        net = read(module, shapes)
    except ShapeError:  # which way forward goes depends on an open size
        return None
    sizes = asked(net.sizes, most, choose)
    ran = [nets.performed(module, shapes, at) for at in sizes]
    made = [
        f"at {at}: {told}, PyTorch {there}"
        for at, there in zip(sizes, ran, strict=True)
        if (told := answered(lambda at=at: net.at(**at))) != there
    ]
    made += [
        f"explain {at}"
        for at, there in zip(sizes, ran, strict=True)
        if net.explain(**at).runs != (there is not None)
    ]
    try:
        sets, ties = {name: net.accepts(name) for name in net.sizes}, net.ties
        shape, special = answered(lambda: net.output_shape), answered(lambda: net.special)
    except Undecided:
        return made or None
    bound = any(isinstance(those, Bound) for those in sets.values())
    for at, there in zip(sizes, ran, strict=True):
        fits = all(at[name] in those for name, those in sets.items())
        if (fits and all(tie.at(**at) for tie in ties)) != (there is not None):
            if not (bound and there is None):
                made.append(f"accepts {at}, PyTorch {there}")
        elif there is not None and not alike(put(shape, at), there):
            made.append(f"output_shape {at}: {put(shape, at)}, PyTorch {there}")
    if shape is not None and not isinstance(shape, BySize) and any(special.values()):
        made.append("special sizes of one formula")
    return made + _fixed(net, sets, sizes, ran)


def _fixed(net, sets: dict, sizes: list, ran: list) -> list:
    """One size asked while the others are fixed, at all that were run."""
    made = []
    for at, there in list(zip(sizes, ran, strict=True))[:: max(len(sizes) // 12, 1)]:
        for name in net.sizes if len(net.sizes) > 1 else ():
            others = {other: n for other, n in at.items() if other != name}
            those = net.accepts(name, **others)
            if (at[name] in those) != (there is not None):
                if not (isinstance(those, Bound) and there is None):
                    made.append(f"accepts {name} with {others}: {those}, PyTorch {there} at {at}")
    return made


@pytest.mark.parametrize("seed", range(MANY))
def test_all_answers_about_a_random_network_agree(nets, seed):
    assert not differences(nets, seed, SIZES[MANY])


@pytest.mark.slow
def test_all_answers_about_hundreds_of_random_networks_agree(nets):
    made = {seed: differences(nets, seed, SIZES[ALL]) for seed in range(MANY, ALL)}
    assert {seed: told for seed, told in made.items() if told} == {}
    assert sum(told is None for told in made.values()) < ALL // 20  # nearly all are decided
