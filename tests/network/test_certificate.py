"""Certificates: what a script that knows nothing of the package says of them, whole and corrupted."""

import ast
import json
import random
import subprocess
import sys
from functools import cache
from itertools import product

import pytest
from graphs import counted, drawn, words
from needed import ROOT

import shapealg as sa
from shapealg import Branches, Length, Sizes, Undecided, read, torch
from shapealg.axis.condition import Condition
from shapealg.axis.quasiaffine import RELATIONS
from shapealg.network import certificate
from shapealg.network.failure import nothing
from shapealg.network.graph import Graph, Node, Way
from shapealg.network.network import Network
from shapealg.network.zoo import ZOO

SCRIPT = ROOT / "scripts/check_certificate.py"
sys.path.insert(0, str(SCRIPT.parent))

import check_certificate as checker  # noqa: E402 — it lies beside no package

PARTS = ("sets", "ways", "proof", "names", "certificate")
H, T, W = Length.of("H"), Length.of("T"), Length.of("W")


def asking(ask, *names) -> Graph:
    """A node that only requires something of these sizes: `ask(flow)`."""

    def operation(flow, x):
        ask(flow)
        return x

    return Graph({"x": names}, (Node("here", "test", operation, ("x",), ("y",)),), ("y",))


def certified(graph: Graph) -> dict:
    """What the certificate says, which is checked."""
    text = Network(graph).certificate()
    assert checker.failure(text) == ""
    return json.loads(text)


def parted(*ways: Way) -> Graph:
    """A graph of several ways."""
    large = ways[0].graph
    return Graph(large.inputs, large.nodes, large.outputs, {}, ways)


def signed(told: dict) -> str:
    """A certificate whose digest is made anew, as who means to deceive would make it."""
    return json.dumps(told | {"digest": checker.digest(told)})


@cache
def small() -> tuple:
    """Certificates that are checked fast, of many kinds."""
    conv, pool, nn = torch.Conv1d, torch.MaxPool1d, torch
    down, up = conv(1, 1, 3, stride=2, padding=1), nn.ConvTranspose1d(1, 1, 2, stride=2)
    nets = [
        read([conv(1, 1, 3), pool(2)], "1,1,L"),
        read([Branches("concat", [], [down, up])], "1,1,L"),
        read([Branches("add", [conv(1, 1, 3, 4, 1)], [conv(1, 1, 3, 4)])], "1,1,L"),
        read([pool(3, 2, ceil_mode=True)], "1,1,L"),
        read([nn.Flatten(), nn.Linear(12, 3)], "1,H,W"),
    ]
    return tuple(net.certificate() for net in nets)


# ---------------------------------------------------------------- whole


def test_the_checker_is_short_and_stands_alone():
    text = SCRIPT.read_text(encoding="utf-8")
    imported = {
        name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
        )
    }
    assert text.count("\n") < 300 and imported <= sys.stdlib_module_names


@pytest.mark.parametrize("known", ZOO.values(), ids=lambda known: known.name)
def test_the_certificates_of_the_zoo_hold(known):
    net = known.read()
    text = net.certificate()
    assert checker.failure(text) == ""
    for name, (modulus, residues, minimum, exceptions) in json.loads(text)["sets"].items():
        assert Sizes(modulus, residues, minimum, exceptions) == net.accepts(name)


def test_the_command_says_what_holds_and_where_one_fails(tmp_path):
    whole, broken = tmp_path / "unet.json", tmp_path / "broken\x1b.json"
    whole.write_text(ZOO["unet"].read().certificate())
    told = json.loads(whole.read_text())
    told["sets"]["H"][1] = [0, 3]
    broken.write_text(signed(told))
    run = subprocess.run(
        [sys.executable, SCRIPT, whole, broken], capture_output=True, text=True, check=False
    )
    first, second = run.stdout.splitlines()
    assert run.returncode == 1 and first == f"{whole}: holds"
    assert second.endswith("fails at proof.H: 19 + 16*t is refused, and in the set")


@pytest.mark.parametrize("seed", range(60))
def test_certificates_of_random_graphs_hold(seed):
    """And what they claim is what counting windows says, size by size."""
    steps = drawn(random.Random(seed))
    text = read(words(steps), "1,1,L").certificate()
    assert checker.failure(text) == ""
    those = checker.checked_set(json.loads(text)["sets"]["L"], "")
    for n in range(1, 90):
        assert checker.inside(those, [n, 0]) == (counted(steps, n) is not None), (steps, n)


def test_sizes_that_go_together_have_witnesses():
    """W goes with H, or their product is a number: each size brings one of the other along."""
    for text, rows in ((small()[-1], {(1, 12), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1)}),):
        told = json.loads(text)
        found = {
            (n, entry["with"]["W"][0])
            for n, entry in enumerate(told["proof"]["H"]["below"], 1)
            if "with" in entry
        }
        assert checker.failure(text) == "" and found == rows


def test_a_certificate_is_one_short_line():
    text = read([torch.MaxPool1d(2)], "1,1,L").certificate()
    assert text == json.dumps(json.loads(text), separators=(",", ":")) + "\n"
    assert text.isascii()


def test_where_nothing_is_open_nothing_is_claimed():
    told = certified(asking(lambda flow: None, 3))
    assert told["sets"] == told["proof"] == {}


def both_equal(flow):
    flow.equal(H, W)
    flow.equal(T, 5)


@pytest.mark.parametrize(
    ("ask", "grown"),
    (
        (lambda flow: flow.equal(H, W), {"T": [1, 0], "W": [1, 1]}),
        (both_equal, {"T": [5, 0], "W": [1, 1]}),
        (lambda flow: flow.some(W - H * 2 + 2), {"T": [1, 0], "W": [1, 2]}),
        (lambda flow: flow.some(H + W - 3), {"T": [1, 0], "W": [3, 0]}),
    ),
)
def test_others_grow_along_with_a_size_as_far_as_they_must(ask, grown):
    """At H = 1 + t the smallest W and T that go with it, by hand."""
    told = certified(asking(ask, "H", "T", "W"))
    assert told["proof"]["H"]["classes"] == [{"way": 0, "with": grown}]


def test_classes_are_those_that_a_size_itself_is_divided_into():
    def ask(flow):
        flow.some(H // 2)
        flow.some(W // 3)

    proof = certified(asking(ask, "H", "W"))["proof"]
    assert {name: (of["modulus"], of["from"]) for name, of in proof.items()} == {
        "H": (2, 2),
        "W": (3, 3),
    }


@pytest.mark.parametrize(
    ("ask", "start"),
    (
        (lambda flow: None, 1),
        (lambda flow: flow.some(5 - H), 5),
        (lambda flow: flow.equal(H, 3), 4),
        (lambda flow: flow.equal(3, 4), 1),
        (lambda flow: flow.some(H * 2 - H * H - 1), 1),
    ),
    ids=("all", "up to 4", "3 only", "none", "a square below 0"),
)
def test_classes_tell_all_from_behind_the_last_size_that_is_listed(ask, start):
    assert certified(asking(ask, "H"))["proof"]["H"]["from"] == start


@pytest.mark.parametrize("turn", range(1, 10))
def test_from_where_on_a_parabola_rises_is_found_by_doubling(turn):
    """(H − turn)² ≥ 0 is plain from `turn` on; not even twice as many sizes are listed."""
    told = certified(asking(lambda flow: flow.some((H - turn) * (H - turn) + 1), "H"))
    assert turn <= told["proof"]["H"]["from"] < 2 * turn


def test_a_product_that_is_always_too_large_is_refused():
    """H² − 5·H + 40 is at least 34, so it divides no 12; W would have to be above 12."""

    def ask(flow):
        flow.product((H * H - H * 5 + 40, W), 12)
        flow.some(W - 12)

    told = certified(asking(ask, "H", "W"))
    assert [told["sets"][name][1] + told["sets"][name][3] for name in "HW"] == [[], []]


@pytest.mark.parametrize("most", (W - 2, 7 - W), ids=str)
def test_a_divisor_whose_partner_is_refused_has_no_proof(most):
    """H·W = 12 and W ≥ 3 leave no H = 12, W ≤ 6 no H = 1: no single requirement says so."""

    def ask(flow):
        flow.product((H, W), 12)
        flow.some(most)

    with pytest.raises(Undecided, match="no proof was found; received H"):
        Network(asking(ask, "H", "W")).certificate()


EVEN, ODD = Sizes.classes(2, (0,), 2), Sizes.classes(2, (1,), 1)


def test_ways_of_a_program_speak_of_their_own_sizes():
    """Even sizes from 6 on go one way, odd ones from 9 on the other."""
    ways = (
        Way({"H": EVEN}, (), asking(lambda flow: flow.some(H - 5), "H")),
        Way({"H": ODD}, (), asking(lambda flow: flow.some(H - 8), "H")),
    )
    told = certified(parted(*ways))
    assert [way["box"]["H"] for way in told["ways"]] == [[2, [0], 2, []], [2, [1], 1, []]]
    assert members(told, "H") == {6, *range(8, 200)}


@pytest.mark.parametrize("boxes", ((EVEN, ODD), (Sizes.every(5), Sizes.interval(1, 4))))
def test_ways_that_all_run_take_every_size(boxes):
    free = asking(lambda flow: None, "H")
    told = certified(parted(*(Way({"H": those}, (), free) for those in boxes)))
    assert members(told, "H") == set(range(1, 200))


def test_a_way_that_fails_says_why_and_asks_for_no_classes():
    def stop(flow):
        flow.some(H // 7)
        flow.equal(3, 4)

    free = asking(lambda flow: None, "H")
    told = certified(parted(Way({"H": EVEN}, (), free), Way({"H": ODD}, (), asking(stop, "H"))))
    assert "needs two equal sizes; received 3 and 4" in told["ways"][1]["fails"]
    assert told["proof"]["H"]["modulus"] == 2
    assert members(told, "H") == set(range(2, 200, 2))


def test_sizes_too_small_for_a_fork_are_not_those_of_the_way_that_fails():
    """H ≥ 5 is asked first, and 10 and more fail: what is below 5 was never asked."""

    def ask(flow):
        flow.some(H - 4)
        if flow.decide(Condition(H - 10, ">=")):
            raise nothing(flow.node, 0)

    told = certified(asking(ask, "H"))
    assert members(told, "H") == set(range(5, 10))
    runs, fails = told["ways"]
    assert runs["box"]["H"] == [1, [], 10, list(range(1, 10))]
    assert "fails" in fails and fails["box"]["H"] == [1, [0], 10, []]


def test_what_is_told_from_1_on_is_looked_for_no_further(monkeypatch):
    monkeypatch.setattr(certificate, "LONGEST", 1)
    assert certified(asking(lambda flow: None, "H"))["proof"]["H"]["from"] == 1


@pytest.mark.parametrize("longest", [0, 1])
def test_classes_that_tell_all_from_too_far_on_have_no_certificate(monkeypatch, longest):
    monkeypatch.setattr(certificate, "LONGEST", longest)
    with pytest.raises(Undecided, match="no proof was found"):
        ZOO["unet"].read().certificate()


def test_what_is_not_known_has_no_certificate():
    def nobody(flow, *xs):
        return flow.leave(*xs)

    graph = Graph({"x": ("N", 3)}, (Node("secret", "Secret", nobody, ("x",), ("y",)),), ("y",))
    with pytest.raises(sa.ShapeError, match="what these nodes need is not known; received secret"):
        Network(graph).certificate()


# ---------------------------------------------------------------- corrupted


def leaves(told, path=()):
    """Every place in it."""
    yield path
    for key, part in (
        told.items()
        if isinstance(told, dict)
        else enumerate(told)
        if isinstance(told, list)
        else ()
    ):
        yield from leaves(part, (*path, key))


def corrupted(draw, told, within=None):
    """A copy with one thing changed: a number, a word, an entry more or less, two exchanged."""
    made = json.loads(json.dumps(told))
    places = [p for p in leaves(made) if p and (within is None or p[0] in within)]
    *way, last = draw.choice(places)
    holder = made
    for key in way:
        holder = holder[key]
    value = holder[last]
    choices = [None, True, -1, 0, 10**30, "", [], {}, 1.5, "box"]
    if type(value) is int:
        choices += [value + 1, value - 1, -value, value * 2, value + 16] * 4
    if isinstance(value, str):
        choices += ["==", "!=", ">", "<", ">=", "H", "L", value + "_"]
    if isinstance(value, list) and value:
        i, j = draw.randrange(len(value)), draw.randrange(len(value))
        swapped = list(value)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        choices += [swapped, value[:i] + value[i + 1 :], [*value, value[i]]] * 3
    if isinstance(holder, dict) and draw.random() < 0.1:
        del holder[last]
    else:
        holder[last] = draw.choice(choices)
    return made


def held(certificates, many: int, seed: int, within, sign) -> list:
    """What is accepted of so many corrupted certificates that say something else than before."""
    draw, found = random.Random(seed), []
    read = [json.loads(text) for text in certificates]
    for _ in range(many):
        told = draw.choice(read)
        made = corrupted(draw, told, within)
        text = sign(made)
        if checker.failure(text) == "" and made != told:
            found.append((told, made))
    return found


def test_a_changed_certificate_is_not_accepted():
    assert held(small(), 1000, 1, None, json.dumps) == []


@pytest.mark.slow
def test_a_hundred_thousand_changed_certificates_are_not_accepted():
    assert held(small(), 50_000, 2, None, json.dumps) == []
    assert wrong_claims(held(small(), 50_000, 3, ("sets",), signed)) == []


def members(told: dict, name: str) -> set:
    """The sizes up to 200 that a certificate claims, by its four fields."""
    modulus, residues, minimum, exceptions = told["sets"][name]
    return {
        n for n in range(-50, 200) if (n >= minimum and n % modulus in residues) or n in exceptions
    }


def wrong_claims(found: list) -> list:
    """Those that claim other sizes than the certificate did which they were made from."""
    return [
        made
        for told, made in found
        if any(members(told, name) != members(made, name) for name in told["names"])
    ]


def test_a_forged_claim_is_not_accepted():
    """The sets or the proof are changed, and the digest is made anew: the proof does not bear it.
    What is still accepted claims the same sizes, in other words or for another reason.
    """
    assert wrong_claims(held(small(), 1000, 4, ("sets",), signed)) == []
    assert wrong_claims(held(small(), 1000, 5, ("proof", "sets"), signed)) == []


def value(told: list, sizes: dict) -> int:
    """A length at sizes."""
    total = 0
    for factor, atoms in told:
        for atom in atoms:
            factor *= sizes[atom] if isinstance(atom, str) else value(atom[1], sizes) // atom[0]
        total += factor
    return total


HOLDS = {
    "==": lambda v: v == 0,
    "!=": lambda v: v != 0,
    "<": lambda v: v < 0,
    "<=": lambda v: v <= 0,
    ">": lambda v: v > 0,
    ">=": lambda v: v >= 0,
}


def needed(told: dict, n: int) -> bool:
    """Whether a network of one size runs at n, by what the certificate says that it needs."""
    for way in told["ways"]:
        modulus, residues, minimum, exceptions = way["box"].get("L", (1, [0], 1, []))
        there = (n >= minimum and n % modulus in residues) or n in exceptions
        if "fails" not in way and there:
            met = (
                any(HOLDS[r](value(length, {"L": n})) for r, length in each["any"])
                for each in way["requirements"]
            )
            if all(met):
                return True
    return False


def test_of_other_requirements_other_sizes_must_be_claimed():
    """What is needed is changed, and the digest is made anew: it is another network's certificate
    then, and where it is accepted its claim is that network's, counted size by size.
    """
    found = held(small()[:4], 2000, 6, ("ways", "sets", "proof"), signed)
    for _, made in found:
        claimed = members(made, "L")
        assert claimed == {n for n in range(-50, 200) if n > 0 and needed(made, n)}, made
    assert len(found) > 10


@pytest.mark.parametrize(
    "text",
    ("", "{}", "[]", "null", "3", "[" * 10**5, '{"certificate": 1}', "NaN", '{"digest": []}'),
    ids=lambda text: text[:12],
)
def test_what_is_no_certificate_fails(text):
    assert checker.failure(text)


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_a_polynomial_is_for_all_t(relation):
    """Held against t = 0 … 29; where all coefficients but the first have one sign, it is found."""
    holds = RELATIONS[relation]
    for a, b, c in product(range(-2, 3), repeat=3):
        told = certificate._always(relation, [a, b, c])
        there = all(holds(a + b * t + c * t * t, 0) for t in range(30))
        assert told == there if b * c >= 0 and relation != "!=" else there or not told
    assert certificate._always("!=", [1, 0, 2]) and certificate._always("!=", [-1, -1, 0])
    assert not certificate._always(relation, None)
