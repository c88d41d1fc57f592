"""The sweep: the quick grid on every framework, planted errors that must turn it red, and the
record of the full one.
"""

import json
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from needed import require

from shapealg.axis import resized, waiting
from shapealg.axis.resized import MODES, Resized
from shapealg.axis.transposed import Transposed
from shapealg.axis.waiting import Ceiled
from shapealg.axis.window import Window
from shapealg.checks import pools, reading, sweep, together, verify
from shapealg.layer.convolution import Convolution
from shapealg.layer.rearrange import Columns
from shapealg.words.dialects import torch

ROOT = Path(__file__).parent.parent
FEW = slice(0, 400)


@pytest.mark.slow
@pytest.mark.parametrize("backend", verify.SWEPT)
def test_the_quick_grid_agrees(backend, tmp_path):
    require(backend)
    run = verify.Run([backend], set(), False, tmp_path / "record.jsonl")
    pools.finish(run, lambda *_: None, jobs=1)
    (told,) = run.told()["backends"].values()
    unexplained = [one for entry in told["kinds"].values() for one in entry["disagreed"]]
    assert unexplained == []
    assert run.settled == run.total and {"conv", "pool"} <= set(told["kinds"])
    assert (
        all(entry["agreed"] for entry in told["kinds"].values())
        and sum(entry["values"] for entry in told["kinds"].values()) > 10
    )


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(name, marks=() if name == "torch" else pytest.mark.slow)
        for name in verify.SWEPT
    ],
)
def test_a_resizing_reads_what_it_is_told_to(backend):
    require(backend)
    told = verify.answered(backend, "reads")["reads"]
    assert told["other"] == [] and told["calls"] > 100 and told["outputs"] > 600
    assert 100 < told["values"] <= told["calls"]


@pytest.mark.parametrize(
    ("mode", "planted"),
    (
        ("linear", ("centres", Fraction(2))),
        ("linear", ("edges", Fraction(1))),
        ("cubic", ("centres", Fraction(1))),
        ("corners", ("centres", Fraction(1))),
        ("nearest", ("centres", "up")),
        ("nearest-exact", ("edges", "floor")),
        ("area", ("edges", "floor")),
    ),
)
def test_a_planted_error_of_what_a_resizing_reads(monkeypatch, mode, planted):
    require("torch")
    monkeypatch.setitem(MODES, mode, planted)
    assert reading.run("torch")["other"]


# ---------------------------------------------------------------- planted errors


def few(kind: str) -> list:
    """Cases of one kind, spread over its grid; what must be refused stands last there."""
    cases = list(sweep.grids("torch")[kind](False))
    return cases[:: max(len(cases) // 400, 1)] + cases[-20:]


def disagreements(kind: str) -> int:
    require("torch")
    return len(verify.explained("torch", sweep.swept("torch", few(kind)).disagreed)[1])


@pytest.mark.parametrize(
    "kind",
    ("conv", "transposed", "pool", "pad", "resize", "shuffle", "columns", "dense", "adaptive"),
)
def test_without_an_error_nothing_disagrees(kind):
    assert disagreements(kind) == 0


def turned(step: int):
    """What padding means with its ends exchanged, the last axis first or the first."""
    return lambda self, *_: torch.Layer(
        tuple(
            Window(1, 1, hi, lo)
            for lo, hi in zip(self.padding[::2], self.padding[1::2], strict=True)
        )[::step]
    )


PLANTED = (
    # the padding forgotten
    ("conv", torch.Conv, "_axis", lambda self, i, k, s, d: Window.dilated(k, d, s)),
    ("conv", torch.Conv, "weight_layout", "IO*"),  # the layout of the weights turned
    # groups that do not divide are let in
    ("conv", torch._Convolutional, "divides", lambda *_: None),
    (
        "transposed",
        torch.ConvTranspose,
        "meaning",
        lambda self, *_: Convolution(
            tuple(
                Transposed(Window(k, s)) for k, s in zip(self.kernel_size, self.stride, strict=True)
            ),
            self.kernel_size,
            self.out_channels,
            self.groups,
        ),
    ),
    # ceil_mode not clipped
    ("pool", waiting, "Ceiled", lambda window: Ceiled(window, clipped=False)),
    # the first axis first
    (
        "pad",
        torch._Pad,
        "meaning",
        turned(1),
    ),
    ("adaptive", resized, "Adaptive", lambda m: Window(1)),
    # of the right size, but for the values
    (
        "pad",
        torch._Pad,
        "meaning",
        turned(-1),
    ),
    (
        "columns",
        torch._Columns,
        "meaning",
        lambda self, *_: Columns(
            tuple(
                Window.dilated(k, d, s, p + 1, p - 1)
                for k, d, s, p in zip(
                    self.kernel_size, self.dilation, self.stride, self.padding, strict=True
                )
            ),
            self.kernel_size,
        ),
    ),
    ("resize", resized, "Resized", lambda m, mode: Resized(m, mode=mode.replace("area", "linear"))),
)


@pytest.mark.parametrize(
    ("kind", "owner", "name", "wrong"),
    PLANTED,
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.many(3)
def test_a_planted_error_turns_the_sweep_red(kind, owner, name, wrong, monkeypatch):
    monkeypatch.setattr(owner, name, wrong)
    assert disagreements(kind) > 0


def test_a_shifted_window_is_seen_in_the_values(monkeypatch):
    """The size stays right, only the place is wrong: the values tell."""
    monkeypatch.setattr(
        torch.Conv,
        "_axis",
        lambda self, i, k, s, d: (
            Window.dilated(k, d, s, self.padding[i] - 1, self.padding[i] + 1)
            if self.padding[i]
            else Window.dilated(k, d, s)
        ),
    )
    cases = [
        ("Conv1d", {"in_channels": 2, "out_channels": 2, "kernel_size": 3, "padding": 1}, (1, 2, n))
        for n in range(3, 60)
    ]
    require("torch")
    found = sweep.swept("torch", cases).disagreed
    assert found and {one["framework"] for one in found} == {"other values"}


# ---------------------------------------------------------------- stopped and taken up again


KINDS = {"shuffle", "dense", "pool"}


@pytest.mark.slow
def test_a_stopped_run_is_taken_up_again(tmp_path):
    """Some lines are there, the last one torn: the rest is run, and the whole is what an unbroken
    run gives.
    """
    require("torch")
    whole = verify.Run(["torch"], KINDS, False, tmp_path / "whole.jsonl")
    pools.finish(whole, lambda *_: None, jobs=2)
    lines = (tmp_path / "whole.jsonl").read_text().splitlines()
    torn = tmp_path / "torn.jsonl"
    torn.write_text("\n".join([*lines[:3], lines[3][:20]]))
    again = verify.Run(["torch"], KINDS, False, torn)
    assert 0 < again.settled < again.total
    pools.finish(again, lambda *_: None, jobs=2)
    assert again.told() == whole.told() and again.settled == again.total


@pytest.mark.slow
def test_the_order_in_which_chunks_come_in_does_not_show(tmp_path):
    one = {name: name for name in sweep.TOLD}
    cases = min(verify.Run(["torch"], {"pad"}, True, tmp_path / "none").total, sweep.CHUNK)
    tally = {"agreed": cases - 1, "refused": 0, "inferred": 0, "values": 0}
    told = [
        {
            "backend": "torch",
            "kind": "pad",
            "chunk": chunk,
            "tally": tally | {"disagreed": [one | {"call": f"call {chunk}"}]},
        }
        for chunk in range(3)
    ]
    records = []
    for order in (told, told[::-1], [told[1], told[0], told[2], told[1]]):
        run = verify.Run(["torch"], {"pad"}, True, tmp_path / "none")
        assert [run._file(each) for each in order] == [cases] * 3 + [None] * (len(order) - 3)
        records.append(run.told())
    assert records[0] == records[1] == records[2]


def line(**changed) -> dict:
    """A line as a worker writes it, of the first chunk of PyTorch's dense layers; `None` leaves
    an entry out.
    """
    cases = len(next(iter(sweep.chunks("torch", "dense", False))))
    tally = {"agreed": cases, "refused": 0, "inferred": 0, "values": 0, "disagreed": []}
    code = f"quick {verify.digest('torch')} {verify.installed('torch')}"
    told = {"backend": "torch", "code": code, "kind": "dense", "chunk": 0, "tally": tally}
    tally |= changed.pop("tally", {}) if isinstance(changed.get("tally"), dict) else {}
    return {name: value for name, value in (told | changed).items() if value is not None}


def taken_up(*lines, folder) -> int:
    """How many cases of a record are taken for done."""
    record = folder / "record.jsonl"
    record.write_bytes(b"".join(each + b"\n" for each in lines))
    before = record.read_bytes()
    run = verify.Run(["torch"], {"dense"}, False, record)
    assert record.read_bytes() == before  # it is read; what is run is written behind it
    told = run.told()["backends"]["torch"]["kinds"]["dense"]
    assert told["run"] == run.settled <= run.total
    return run.settled


def test_a_line_that_a_worker_wrote_is_taken_up(tmp_path):
    whole = json.dumps(line()).encode()
    cases = taken_up(whole, folder=tmp_path)
    assert cases > 0 and taken_up(whole, whole, folder=tmp_path) == cases


DAMAGED = {
    "other code": {"code": "quick another"},
    "no code": {"code": None},
    "another framework's": {"backend": "keras-jax"},
    "a list for a name": {"backend": ["torch"]},
    "no kind": {"kind": None},
    "a kind that is a list": {"kind": ["dense"]},
    "no such kind": {"kind": "dance"},
    "no such chunk": {"chunk": 10**6},
    "a chunk below 0": {"chunk": -1},
    "a chunk that is true": {"chunk": False},
    "999 999 agreed": {"tally": {"agreed": 999_999}},
    "one too few": {"tally": {"agreed": 1}},
    "fewer than none": {"tally": {"refused": -1, "inferred": 1}},
    "more values than cases": {"tally": {"values": 10**6}},
    "a count that is text": {"tally": {"values": "3"}},
    "another count": {"tally": {"sure": 3}},
    "no tally": {"tally": []},
    "disagreements that are none": {"tally": {"disagreed": [3]}},
    "disagreements by half": {"tally": {"disagreed": [{"call": "Linear"}]}},
    "versions that are none": {"versions": 3},
}


@pytest.mark.parametrize("changed", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.many(5)
def test_a_forged_or_damaged_line_is_not_believed(changed, tmp_path):
    assert taken_up(json.dumps(line(**changed)).encode(), folder=tmp_path) == 0


@pytest.mark.parametrize(
    "torn", (b"", b"[]", b"3", b"null", b"\xff\xfe", b'{"backend": "torch", "co', b"NaN", b'"a"')
)
@pytest.mark.many(4)
def test_what_is_no_line_is_passed_over(torn, tmp_path):
    cases = taken_up(torn, json.dumps(line()).encode(), folder=tmp_path)
    assert cases == line()["tally"]["agreed"]


def test_a_line_made_with_other_versions_is_not_taken_up(tmp_path, monkeypatch):
    whole = json.dumps(line()).encode()
    monkeypatch.setattr(verify, "version", lambda name: "0.0.1")
    assert taken_up(whole, folder=tmp_path) == 0


# ---------------------------------------------------------------- what a refusal is


class Framework:
    """Refuses, or is asked wrongly."""

    def __init__(self, problem):
        self.problem = problem

    def shape(self, call, words, shape):
        raise self.problem


def filed(problem, monkeypatch, at=sweep.HARNESS) -> sweep.Tally:
    """What becomes of a call that both refuse, where the framework raises this in that folder."""
    monkeypatch.setattr(sweep, "HARNESS", at)
    made = sweep.Tally()
    sweep.compare(
        made,
        "torch",
        Framework(problem),
        "Linear",
        {"in_features": 0, "out_features": 1},
        (1, 2),
        0,
    )
    return made


def test_a_slip_of_the_harness_is_no_refusal(monkeypatch):
    for slip in (KeyError("lhs"), AttributeError("no shape"), NameError("jnp"), IndexError("1")):
        made = filed(slip, monkeypatch, at=Path(__file__).parent)  # as if these lines were its own
        assert (made.refused, len(made.disagreed)) == (0, 1)
        assert made.disagreed[0]["framework"].startswith("the harness failed, ")
        assert verify.explained("torch", made.disagreed)[1] == made.disagreed
        assert filed(slip, monkeypatch).refused == 1  # a line of the framework's
    assert filed(RuntimeError("no"), monkeypatch, at=Path(__file__).parent).refused == 1


def test_the_words_of_a_refusal_are_kept():
    made, words = sweep.Tally(), {"in_features": 2, "out_features": 1}
    framework = Framework(ValueError("mat1 and\nmat2 " + "x" * 200))
    sweep.compare(made, "torch", framework, "Linear", words, (1, 2), 0)
    (one,) = made.disagreed
    assert one["said"].startswith("ValueError: mat1 and mat2 x") and len(one["said"]) <= sweep.WORDS


# ---------------------------------------------------------------- the record of the full grid


def test_the_record_is_of_the_full_grid_and_hides_nothing():
    told = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))
    assert told["grid"] == "full" and set(told["backends"]) == set(verify.SWEPT)
    entries = [
        entry for backend in told["backends"].values() for entry in backend["kinds"].values()
    ]
    assert sum(entry["run"] for entry in entries) >= 1_000_000
    assert all(
        entry["run"]
        == entry["agreed"]
        + entry["refused"]
        + sum(len(cause["cases"]) for cause in entry["known"])
        + len(entry["disagreed"])
        for entry in entries
    )
    assert [one for entry in entries for one in entry["disagreed"]] == []
    assert set(told["dtypes"]) == set(verify.SWEPT)
    others = [
        kind["other"]
        for made in told["dtypes"].values()
        for kinds in made.values()
        for kind in kinds.values()
    ]
    assert len(others) > 80 and not any(others)
    for backend, kinds in told["backends"].items():
        for entry in kinds["kinds"].values():
            rarely = "jax" in backend  # the others execute every call
            assert 0 < entry["inferred"] < entry["run"] if rarely else entry["inferred"] == 0


@pytest.mark.parametrize("changed", ("words/places.py", "words/manners.py", "axis/window.py"))
def test_other_code_below_the_words_is_another_digest(changed, tmp_path, monkeypatch):
    """Also where a module imports another as `from shapealg.words import places`."""
    shutil.copytree(verify.PACKAGE, tmp_path / "shapealg")
    monkeypatch.setattr(verify, "PACKAGE", tmp_path / "shapealg")
    before = verify.digest("torch")
    path = tmp_path / "shapealg" / changed
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert verify.digest("torch") != before


# ---------------------------------------------------------------- what is known says what it means


def recorded(backend: str, why: str) -> list:
    """The disagreements of the record that are told by a sentence beginning so."""
    kinds = json.loads((ROOT / "docs/sweep.json").read_text(encoding="utf-8"))["backends"][backend]
    return [
        case
        for entry in kinds["kinds"].values()
        for cause in entry["known"]
        if cause["en"].startswith(why)
        for case in cause["cases"]
    ]


@pytest.mark.parametrize("backend", verify.SWEPT)
def test_what_was_recorded_as_known_still_is(backend):
    cases = recorded(backend, "")
    assert verify.explained(backend, cases)[1] == []


def another(case: dict, place: int, n: int) -> dict:
    """The same disagreement, the framework's size at one place changed."""
    made = list(case["framework"])
    made[place] = n
    return case | {"framework": made}


def plain(case: dict, **words) -> dict:
    return case | {"words": case["words"] | words}


NEIGHBOURS = (
    # a 0 in the output, and nothing that TensorFlow would refuse of a larger input
    (
        "tensorflow",
        "where the output is empty",
        lambda d: (
            plain(d, dilations=1, filters=[*d["words"]["filters"][:2], d["input"][-1], 3])
            if d["call"] == "conv2d" and d["words"].get("data_format") is None
            else None
        ),
    ),
    # a pooling that gives 0 where a window fits, or not 0 where none does
    ("keras-jax", "Where no window fits", lambda d: another(d, 1, 7)),
    ("keras-tensorflow", "Where no window fits", lambda d: another(d, 1, 7)),
    ("keras-jax", "Where no window fits", lambda d: another(d, -1, 99)),
    # on TensorFlow too little by two strides
    (
        "keras-tensorflow",
        "Where no window fits",
        lambda d: (
            plain(d, pool_size=40, strides=1) if d["framework"][1] == 0 and d["input"][1] else None
        ),
    ),
    # another difference than on the empty axis
    ("keras-jax", "To JAX an empty axis", lambda d: another(d, -1, 99)),
    ("keras-jax", "To JAX an empty axis", lambda d: d | {"framework": "refused"}),
    # a refusal of a grouped one
    (
        "keras-tensorflow",
        "With channels first TensorFlow",
        lambda d: plain(d, groups=2) if d["call"] == "Conv2D" else None,
    ),
    # other values where both sides are padded alike
    (
        "paddle",
        "pooling cuts windows off",
        lambda d: plain(d, padding=0) if d["call"].startswith("Max") else None,
    ),
)


@pytest.mark.parametrize(
    ("backend", "why", "change"), NEIGHBOURS, ids=[f"{b}: {w}" for b, w, _ in NEIGHBOURS]
)
def test_a_neighbour_of_what_is_known_is_not(backend, why, change):
    """Each exception is as wide as its sentence: what differs from it in one thing is not excused."""
    changed = [one for case in recorded(backend, why) if (one := change(case)) is not None]
    assert changed
    assert verify.explained(backend, changed[:50])[1] == changed[:50]


# ---------------------------------------------------------------- what meets


def met_by_hand(cases: list) -> set:
    """Call and pairs of values that stand in one case, each with its argument."""
    made = set()
    for call, words, shape in cases:
        said = values_of(words, shape)
        made |= {(call, a, b) for a in said for b in said if a[0] < b[0]}
    return made


def values_of(words: dict, shape) -> list:
    """Argument, type and text of each value of a call, of a list each entry's."""
    return [
        (name, type(v).__name__, repr(v))
        for name, value in (*words.items(), ("input", tuple(shape)))
        for v in (value if isinstance(value, tuple | list) and value else (value,))
    ]


@pytest.mark.parametrize(
    "kind",
    [
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("conv", "transposed", "columns")),
        "adaptive",
        "resize",
    ],
)
def test_every_pair_of_values_meets_that_can(kind):
    cases = list(sweep.grids("torch")[kind](True))
    told, pairs = together.coverage(cases), met_by_hand(cases)
    said: Counter = Counter()
    for call, words, shape in cases:
        said.update({(call, *value) for value in values_of(words, shape)})
    often = [key for key, count in said.items() if count >= together.SELDOM]
    apart = sum(
        call == other and one[0] < two[0] and (call, tuple(one), tuple(two)) not in pairs
        for call, *one in often
        for other, *two in often
    )
    assert told["pairs"] > 100
    assert apart == len(told["pairs apart"]) < told["pairs"] / 50


def test_triples_are_counted():
    cases = [("f", {"a": a, "b": b}, (n,)) for a in (1, 2) for b in (1, 2) for n in range(3, 13)]
    told = together.coverage([*cases, ("f", {"a": 3, "b": 1}, (3,))], seldom=1)
    # 3 · 2 + (3 + 2) · 10 pairs and 3 · 2 · 10 triples; a=3 has met b=1 at 3 only
    assert (told["pairs"], len(told["pairs apart"]), told["triples"]) == (56, 10, 60)
    assert told["triples apart"] == {"f": {"a, b, input": [19, 60]}}
