"""The zoo against PyTorch, run now: a sample of the sizes each time, all of them with the slow
tests; and against the record.
"""

import json

import pytest
from needed import ROOT, require

from shapealg.checks import networks
from shapealg.network import zoo
from shapealg.network.zoo import ZOO

RECORD = json.loads((ROOT / "docs/networks.json").read_text(encoding="utf-8"))
ASKED = [(known, axis) for known in ZOO.values() for axis in known.asked]
NAMES = [f"{known.name}-{axis}" for known, axis in ASKED]


def recorded(known, axis) -> dict:
    return RECORD["networks"][known.name]["axes"][axis]


def listed(told) -> set:
    """The sizes that ran, up to the end of the range."""
    return {n for first, last, step in told["runs"] for n in range(first, last + 1, step)}


def test_the_record_is_whole():
    assert set(RECORD["networks"]) == set(ZOO)
    for known, axis in ASKED:
        told = recorded(known, axis)
        assert told["disagreed"] == [] and told["agreed"] == told["tried"] >= networks.UP_TO
        assert told["others"] == networks.others(known, axis)
    assert networks.written(RECORD) == (ROOT / "docs/networks.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("known", "axis"), ASKED, ids=NAMES)
def test_the_algebra_gives_the_record(known, axis):
    """Without a framework: the set of sizes is what ran, size by size, and the outputs are those
    that came out.
    """
    told, net = recorded(known, axis), known.read()
    accepted = net.accepts(axis, **told["others"])
    assert {n for n in range(1, told["upto"] + 1) if n in accepted} == listed(told)
    place = known.shape.index(axis)
    for n, output in told["outputs"].items():
        assert net.at(N=1, **told["others"], **{axis: int(n)})[place] == output


@pytest.mark.parametrize("known", ZOO.values(), ids=lambda known: known.name)
def test_the_algebra_gives_the_measured_receptive_field(known):
    told, field = (
        RECORD["networks"][known.name]["receptive_field"],
        known.read(maps=True).receptive_field(misaligned=True),
    )
    place = field.axes.index(known.asked[0])
    assert max(told["extents"]) == field.size[place] and told["jump"] == str(field.jump[place])


@pytest.mark.parametrize(("known", "axis"), ASKED, ids=NAMES)
def test_a_sample_runs_as_recorded(known, axis):
    """The edges of what is accepted, their neighbours, and some sizes between."""
    require("torch")
    told = recorded(known, axis)
    edges = {
        n + k
        for first, last, step in told["runs"]
        for n in (first, first + step, last)
        for k in (-1, 0, 1)
    }
    tried = sorted(n for n in edges | {1, 2, known.usual[axis]} if n >= 1)
    made = networks.swept(known, axis, tried)
    assert made["disagreed"] == []
    assert listed(made) & set(range(1, told["upto"] + 1)) == listed(told) & set(tried)


@pytest.mark.slow
@pytest.mark.parametrize(("known", "axis"), ASKED, ids=NAMES)
def test_every_size_runs_as_recorded(known, axis):
    require("torch")
    assert networks.swept(known, axis, networks.sizes(known)) == recorded(known, axis)


@pytest.mark.slow
@pytest.mark.parametrize("known", ZOO.values(), ids=lambda known: known.name)
def test_receptive_fields_are_measured_again(known):
    require("torch")
    assert networks.seen(known, known.asked[0]) == RECORD["networks"][known.name]["receptive_field"]


def test_the_full_size_networks_are_the_known_ones():
    """Their parameters, biases of the normalizations aside, are those that are told of them
    elsewhere.
    """
    told = {
        "unet": 31_031_810,
        "vgg16": 14_714_688,
        "resnet50": 25_557_032 - 2_049_000 - 53_120,
        "mobilenet_v2": 3_504_872 - 1_281_000 - 34_112,
    }
    for name, parameters in told.items():
        assert sum(row.parameters for row in ZOO[name].read().table()) == parameters


def test_parameters_that_are_counted_layer_by_layer():
    """Kernel times channels in and out, and a bias for each filter; a TCN of 2 channels, too."""
    cubes = [(3, 64), (64, 128), (128, 256), (256, 256), (256, 512), *[(512, 512)] * 3]
    matrix = (512 * 4 * 4 + 1) * 4096
    assert ZOO["c3d"].read().parameters == sum((27 * a + 1) * b for a, b in cubes) + matrix
    assert ZOO["wav2vec2"].read().parameters == 10 * 512 + (4 * 3 + 2 * 2) * 512 * 512
    for width, known in ((64, ZOO["tcn"].read()), (2, ZOO["tcn"].read(width=2))):
        first, beside, other = 9 * width, 2 * width, (8 * width + 1) * width
        assert known.parameters == first + other + beside + 11 * 2 * other


def test_the_sizes_in_the_papers():
    assert ZOO["unet_2015"].read().at(N=1, H=572, W=572)[2:] == (388, 388)
    assert ZOO["unet_3d"].read().at(N=1, D=116, H=132, W=132)[2:] == (28, 44, 44)
    assert (
        ZOO["vgg16"].read().at(N=1, H=224, W=224)[2:]
        == ZOO["resnet50"].read().at(N=1, H=224, W=224)[2:]
        == (7, 7)
    )
    assert ZOO["tcn"].read().receptive_field(misaligned=True).size == (631,)
    assert ZOO["wav2vec2"].read().receptive_field().size == (400,)


def test_a_network_of_the_zoo_is_whole_unless_only_its_maps_are_asked_for():
    kinds = [type(layer).__name__ for layer in ZOO["c3d"].layers()]
    maps = [type(layer).__name__ for layer in ZOO["c3d"].layers(maps=True)]
    assert kinds == [*maps, "Flatten", "Linear"] or kinds[: len(maps) + 1] == [*maps, "Flatten"]


@pytest.mark.parametrize("name", [name for name in ZOO if name.startswith("unet")])
def test_a_unet_begins_with_64_channels_or_32(name):
    first = ZOO[name].layers()[0]
    assert first.out_channels == (32 if name == "unet_3d" else 64)


def test_the_zoo_lists_its_networks():
    assert set(ZOO) <= set(dir(zoo)) and dir(zoo) == sorted(dir(zoo))
