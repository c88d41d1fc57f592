"""What prints: one short line for every value, a table for a network, tables and pictures for a
notebook; no address, no lambda, no dict of internals.
"""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from needed import module

import shapealg as sa
from shapealg import compare, formulas, keras, onnx, printing, read, solve, torch, zoo
from shapealg.axis.by_size import BySize
from shapealg.axis.condition import Condition
from shapealg.axis.interval import Interval
from shapealg.axis.length import Length
from shapealg.axis.quasiaffine import QuasiAffine
from shapealg.axis.sizes import Sizes
from shapealg.axis.window import Window
from shapealg.errors import ShapeError, grouped, unbroken
from shapealg.printing import columns
from shapealg.text import Text

H = Length.of("H")
STEM = [torch.Conv2d(3, 64, 7, stride=2, padding=3), torch.MaxPool2d(3, 2, 1)]
SAME = keras.Conv2D(64, 7, strides=2, padding="same")


def net():
    return read(STEM, ("N", 3, "H", "W"))


def classifier():
    return read([torch.Flatten(), torch.Linear(24, 5)], "1,2,H,W")


VALUES = {
    "network": net,
    "graph": lambda: net().graph,
    "node": lambda: net().graph.nodes[0],
    "operation": lambda: net().graph.nodes[0].operation,
    "flow": lambda: net().flow,
    "requirement": lambda: classifier().ties,
    "explanation": lambda: zoo.ZOO["unet"].read().explain(H=250, W=256),
    "fits": lambda: net().explain(H=5, W=5),
    "field": lambda: net().receptive_field(),
    "gated field": lambda: classifier().receptive_field(),
    "sizes": lambda: Sizes.classes(16, (0,), 16),
    "many sizes": lambda: Sizes.of(*range(1, 2000, 3)),
    "solutions": lambda: solve(n=14, m=7, s=2, k=..., p=...),
    "no solution": lambda: solve(n=14, m=14, k=4, p=...),
    "comparison": lambda: compare(SAME, torch.Conv2d(3, 64, 7, stride=2, padding=3)),
    "conversion": lambda: SAME.to("torch", (1, 224, 224, 3)),
    "law": lambda: formulas.conv_output_size,
    "layer": lambda: STEM[0],
    "layer below": lambda: STEM[0].layer,
    "window": lambda: Window(3, 2, 1, 1),
    "staircase": lambda: QuasiAffine.of(Window(3, 2, 1, 1)),
    "long staircase": lambda: QuasiAffine(101, 1, range(1, 102)),
    "length": lambda: (H + 1) // 2,
    "condition": lambda: H // 2 >= 3,
    "pieces": lambda: BySize([(Sizes.of(2), (1, H)), (Sizes.every(3), (2, H // 2))]),
    "tile": lambda: net().tiles("H", 64, H=224, W=224)[0],
    "known": lambda: zoo.ZOO["unet"],
    "branches": lambda: sa.Branches("add", [], [STEM[0]]),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_value_says_itself_in_a_short_line(name):
    told = repr(VALUES[name]())
    assert "\n" not in told and len(told) <= 2 * printing.LINE
    assert not re.search(r"0x[0-9a-f]{6}| object at |<function|<lambda|Text\(|residues=", told)


@pytest.mark.parametrize("name", VALUES)
def test_what_a_notebook_gets_is_whole_and_closed(name):
    """Every tag is closed, nothing is cut, and what is no HTML is LaTeX between dollars."""
    value = VALUES[name]()
    body = value._repr_html_() if hasattr(value, "_repr_html_") else None
    if body is not None:
        assert "<script" not in body and "0x" not in body
        ElementTree.fromstring(f"<div>{body}</div>".replace("&nbsp;", " "))
    tex = value._repr_latex_() if hasattr(value, "_repr_latex_") else None
    if tex is not None:
        assert tex.startswith("$") and tex.endswith("$") and tex.count("{") == tex.count("}")


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("network", "Conv2d(3, 64, 7, stride=2, padding=3)"),
        ("network", "<svg "),
        ("explanation", "<li>input 250 → MaxPool2d_1 125 → MaxPool2d_2 62 → MaxPool2d_3 31</li>"),
        ("field", "<td>11</td>"),
        ("gated field", "the whole input"),
        ("solutions", "tried: k = 1 … 11"),
        ("comparison", "same values for n ≡ 1 (mod 2), n ≥ 1"),
        ("conversion", "torch.ZeroPad2d((2, 3, 2, 3))"),
        ("law", "<math"),
        ("layer", "9\u00a0472"),
        ("window", "<svg "),
        ("pieces", "<td>(2, ⌊H/2⌋)</td>"),
    ],
)
def test_a_notebook_shows_the_table_or_the_picture(name, inside):
    assert inside in VALUES[name]()._repr_html_()


@pytest.mark.parametrize(
    "name", ("network", "explanation", "law", "comparison", "solutions", "field")
)
def test_a_notebook_can_be_in_chinese(name):
    from shapealg.render import notebook

    assert re.search("[\u4e00-\u9fff]", notebook.html(VALUES[name](), "zh"))


LAYERS = [
    torch.Linear(3, 3),
    torch.Flatten(),
    torch.Upsample(scale_factor=2),
    torch.AdaptiveAvgPool2d((3, None)),
    torch.ConvTranspose2d(3, 4, 3, 2),
    torch.MaxPool2d(3, 2, ceil_mode=True),
    torch.Conv2d("c", "f", "k"),
    torch.Conv3d(3, 4, (1, 3, 3)),
    torch.Conv1d(1, 1, 2**80),
    keras.GlobalAveragePooling2D(),
    keras.Conv1D(3, 5, padding="causal"),
    onnx.Conv((8, 3, 3, 3)),
    sa.paddle.Conv2D(3, 4, 3),
    sa.jax.conv((64, 3, 7, 7), (2, 2), ((3, 3), (3, 3))),
    torch.ReflectionPad1d(2),
]


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_any_layer_can_be_shown(layer):
    body = layer._repr_html_()
    assert body is None or repr(layer) in unescape(body)


def test_a_layer_shows_the_shape_it_makes():
    body = keras.Conv2D(64, 3, strides=2, padding="same")._repr_html_()
    assert "(N, H, W, C) → (N, ⌊(H + 1)/2⌋, ⌊(W + 1)/2⌋, 64)" in body


def test_nothing_is_painted_before_the_door_has_said_by_whom(monkeypatch):
    monkeypatch.setattr(printing, "_painter", [])
    assert STEM[0]._repr_html_() is None and H._repr_latex_() is None


def test_formulas_are_latex():
    assert ((H + 1) // 2)._repr_latex_() == (
        r"$\displaystyle \left\lfloor \frac{H + 1}{2} \right\rfloor$"
    )
    assert Sizes(4, (0,), 4, (9,))._repr_latex_() == (
        r"$n \equiv 0 \pmod{4},\ n \ge 4;\ \text{also }9$"
    )
    assert (H // 2 >= 3)._repr_latex_().endswith(r"- 3 \ge 0$")


def test_an_answer_by_size_is_a_cases_environment():
    assert VALUES["pieces"]()._repr_latex_() == (
        r"$\displaystyle \begin{cases} \left(2,\ \left\lfloor \frac{H}{2} \right\rfloor\right)"
        r" & \text{every }n \ge 3 \\ \left(1,\ H\right) & n = 2 \end{cases}$"
    )
    made = VALUES["comparison"]().axes[0]
    assert made._repr_latex_().startswith(
        r"$\displaystyle \begin{cases} \text{same values} & n \equiv 1 \pmod{2},\ n \ge 1 \\"
    )
    assert BySize([])._repr_latex_() is None


# ---------------------------------------------------------------- pasted back


@pytest.mark.parametrize(
    "value",
    [
        Condition((H + 1) // 2 - 3, ">="),
        QuasiAffine(2, 1, (0, 1)),
        Window(3, 2, 1, 1),
        Interval(2, 3),
        STEM[0],
        sa.Branches("add", [], [torch.Conv2d(3, 3, 3, padding=1)], axis=2),
    ],
    ids=repr,
)
def test_what_is_short_can_be_pasted(value):
    public = {name: getattr(sa, name) for name in sa.__all__}
    again = eval(repr(value), public | vars(torch) | {"Condition": Condition, "H": H})
    assert repr(again) == repr(value)


@given(
    st.integers(1, 6),
    st.sets(st.integers(0, 5)),
    st.integers(-3, 9),
    st.sets(st.integers(-2, 20), max_size=8),
)
def test_a_set_of_sizes_can_be_pasted(modulus, residues, minimum, others):
    made = Sizes(modulus, residues, minimum, others)
    told = repr(made)
    assert told.startswith("<") or eval(told, {"Sizes": Sizes}) == made


def test_a_run_of_sizes_prints_as_one():
    """What was written as exceptions=(30, 31, …)."""
    made = Sizes(1, (), 0, range(30, 36))
    assert (str(made), repr(made)) == ("n = 30 … 35", "Sizes.interval(30, 35)")
    assert repr(Sizes.none()) == "Sizes.none()" and repr(Sizes.every(3)) == "Sizes.every(3)"
    assert repr(Sizes.of(*range(0, 400, 3))).startswith("<Sizes: n = 0, 3, 6")


# ---------------------------------------------------------------- numbers, columns, errors


def test_a_count_is_grouped_and_a_size_is_not():
    assert grouped(131072) == "131 072" and grouped(999) == "999" and grouped(-1234) == "-1 234"
    assert unbroken(131072) == "131\u00a0072" and grouped(10**5000) == "<int>"
    assert str(Sizes.every(131072)) == "every n ≥ 131072"


def test_columns_are_as_wide_as_a_terminal_shows_them():
    rows = [("节点", "参数", "x"), ("a", 1234, "b"), ("stem", 5, "c")]
    assert columns(rows).splitlines() == [
        "节点   参数  x",
        "a     1 234  b",
        "stem      5  c",
    ]


def test_an_error_is_its_line():
    problem = ShapeError(Text(zh="甲", en="one"), 0, Text(zh="乙", en="two works"))
    assert repr(problem) == "ShapeError('one; received 0; two works')"


def test_words_of_onnx_keep_the_lengths_of_their_weights():
    words = onnx.Conv((8, 8, 8), kernel_shape=(8,))
    assert "Conv(W=(8, 8, 8), kernel_shape=8)" in str(read([words], "N,8,L").table())


def test_a_name_breaks_no_line():
    """Whatever a model calls its nodes; bells and colours do not reach the terminal."""
    evil = "a\n\x1b[31mb"
    onnx_ = module("onnx")
    helper, kind = onnx_.helper, onnx_.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "y"], ["z"], evil)],
        "g",
        [helper.make_tensor_value_info(name, kind, ["N", name]) for name in ("x", "y")],
        [helper.make_tensor_value_info("z", kind, None)],
    )
    made = read(helper.make_model(graph), [("N", "H"), ("N", 4)])
    assert "\x1b" not in str(made) + repr(made.graph.nodes[0]) + repr(made.explain(H=3, N=1))
    with pytest.raises(ShapeError) as problem:
        made.at(H=3, N=1)
    assert "\n" not in repr(problem.value)
