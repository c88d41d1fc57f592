"""Every cell of the tables on the pages of layers, put to the framework itself; and what the tables
say where they must differ.
"""

import inspect
import os
import re
import subprocess
import sys

import pytest
from needed import ROOT, require

from shapealg.checks import sweep
from shapealg.render import asked, probe
from shapealg.render.layers import Layers
from shapealg.text import LANGUAGES
from shapealg.words import spoken

BACKEND = {"keras": "keras-tensorflow"}
SIZES = {"N": "2", "H": "10", "W": "12"}
RUN = """
import sys
from shapealg.checks import sweep
real = sweep.real(sys.argv[1])
print()
print([sweep.measured(real, *call)[0] for call in eval(sys.stdin.read())])
"""
JOIN = """
import sys, numpy
from types import SimpleNamespace
name = sys.argv[1]
if name == "torch":
    import torch as module
    make = lambda shape: module.zeros(shape)
elif name == "keras":
    from keras import layers as module
    make = numpy.zeros
elif name == "tensorflow":
    import tensorflow as module
    make = module.zeros
elif name == "jax":
    from jax import lax as module, numpy as jnp
    make = jnp.zeros
elif name == "paddle":
    import paddle as module
    make = module.zeros
else:
    import onnxruntime
    from onnx import TensorProto, helper
    make = numpy.zeros
    def run(kind, *arrays, **words):
        feeds = {f"x{i}": a.astype("float32") for i, a in enumerate(arrays)}
        node = helper.make_node(kind, list(feeds), ["y"], **words)
        graph = helper.make_graph([node], "g", [helper.make_tensor_value_info(k, TensorProto.FLOAT, v.shape) for k, v in feeds.items()], [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
        return onnxruntime.InferenceSession(model.SerializeToString(), options).run(None, feeds)[0]
    module = SimpleNamespace(Concat=lambda x, axis: run("Concat", *x, axis=axis), Add=lambda a, b: run("Add", a, b))
made = []
for line, a, b in eval(sys.stdin.read()):
    try:
        made.append(tuple(int(n) for n in eval(line, {name: module, "a": make(a), "b": make(b)}).shape))
    except Exception:
        made.append(None)
print()
print(made)
"""


def answered(script: str, name: str, asked) -> list:
    """What the framework says, in a process of its own."""
    variables = os.environ | {
        "PYTHONPATH": str(ROOT),
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "JAX_PLATFORMS": "cpu",
        "GLOG_minloglevel": "3",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, name],
        input=repr(asked),
        capture_output=True,
        text=True,
        env=variables,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return eval(done.stdout.splitlines()[-1])


def lines() -> list:
    """Every (line, input) on the pages, sizes put in for names."""
    found = [
        pair for name, value in vars(asked).items() if name.startswith("SAME_") for pair in value
    ]
    for choices, columns in (
        value for name, value in vars(asked).items() if name.startswith("ASK_")
    ):
        for _, line, given, *question in columns:
            open_ = [{"m": m} for m in range(1, 15)] if question == ["accepts"] else [{}]
            found += [
                (line.format(**choice, **more), given.format(**choice, **more))
                for choice in choices
                for more in open_
            ]
    put = lambda text: re.sub(r"\b[NHW]\b(?!=)", lambda name: SIZES[name[0]], text)  # noqa: E731
    return list(dict.fromkeys((put(line), put(given)) for line, given in found))


def call(line: str) -> tuple:
    """Name and words of a line, without asking the dialect whether it takes them."""
    heard = []
    framework = line.partition(".")[0]
    word = re.match(r"\w+\.(\w+)", line)[1]
    eval(
        line,
        {
            framework: type(
                "Ear", (), {word: staticmethod(lambda *args, **words: heard.append((args, words)))}
            )
        },
    )
    ((args, words),) = heard
    signature = inspect.signature(spoken.vocabulary(framework)[word].__init__)
    return word, {
        name: value
        for name, value in signature.bind(None, *args, **words).arguments.items()
        if name != "self"
    }


def excused(framework: str, line: str, given: str, said, got) -> bool:
    """Whether the sweep gives this difference the framework's own reason: Keras refuses to build a
    model from a pool that does not fit, and gives nothing where the layer is called on data.
    """
    name, words = call(line)
    one = {
        "call": name,
        "words": words,
        "input": list(spoken.shape(given)),
        "algebra": said,
        "framework": got,
    }
    return any(which(one) for which, _ in sweep.known(BACKEND.get(framework, framework)))


@pytest.mark.slow
@pytest.mark.parametrize("framework", spoken.FRAMEWORKS)
def test_each_cell_is_what_the_framework_gives(framework):
    require(BACKEND.get(framework, framework))
    mine = [(line, given) for line, given in lines() if line.startswith(framework + ".")]
    assert len(mine) > 20
    said = [probe.outcome(line, given) or "refused" for line, given in mine]
    got = answered(
        RUN,
        BACKEND.get(framework, framework),
        [(*call(line), spoken.shape(given)) for line, given in mine],
    )
    differ = [(*pair, a, b) for pair, a, b in zip(mine, said, got, strict=True) if a != b]
    assert [one for one in differ if not excused(framework, *one)] == []


@pytest.mark.slow
@pytest.mark.parametrize("framework", spoken.FRAMEWORKS)
def test_joining_is_what_the_framework_gives(framework):
    require(BACKEND.get(framework, framework))
    mine = [
        (line, a, b)
        for pairs, told in (asked.JOINED, asked.ADDED)
        for line in told
        if line.startswith(framework + ".")
        for a, b in pairs
    ]
    got = answered(JOIN, framework, mine)
    assert [
        (*one, shape)
        for one, shape in zip(mine, got, strict=True)
        if probe.joined(*one) != (probe.REFUSED if shape is None else probe.told(shape))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_makes_a_table(language):
    l = Layers(language, {"backends": {}})  # noqa: E741
    for name, value in vars(asked).items():
        made = (
            l.same(*value)
            if name.startswith("SAME_")
            else (
                l.probe(*value)
                if name.startswith("ASK_")
                else l.joined(*value)
                if name in ("JOINED", "ADDED")
                else "| |"
            )
        )
        assert "|" in made


def test_a_slip_is_no_refusal():
    with pytest.raises(ValueError, match="no word"):
        probe.size("torch.Convolution1d(1, 1, 3)", "1,1,{n}", {"n": 8})
    with pytest.raises(ValueError, match="always refused"):
        probe.rows((("torch", "torch.Conv1d(1, 1, kernel=3)", "1,1,{n}"),), ({"n": 8},))


def test_columns_that_agree_stand_together():
    assert probe.camps(["A", "B", "C"], [["1", "2", "1"], ["✗", "3", "✗"]]) == (
        ["A<br>C", "B"],
        [["1", "2"], ["✗", "3"]],
    )
