"""The first minute: names, places and shapes as people write them, and what a slip is answered."""

import inspect
import subprocess
import sys

import dumb
import numpy
import pytest
from needed import ROOT

import shapealg as sa
from shapealg import ShapeError, cli, formulas, solve
from shapealg.errors import NoSuchName
from shapealg.names import OURS, WORDS
from shapealg.words import spoken


def refusal(ask) -> str:
    with pytest.raises(ShapeError) as caught:
        ask()
    for line in (str(caught.value), caught.value.zh):
        assert "\n" not in line and line.isprintable() and len(line) < 600, line
    return str(caught.value)


# ---------------------------------------------------------------- the names of laws

STEM = dumb.count(224, 7, 2, 1, 3, 3)
WAYS = (
    {"n": 224, "k": 7, "s": 2, "p": 3},
    {"n": 224, "k": 7, "s": 2, "lo": 3, "hi": 3},
    {"input": 224, "kernel_size": 7, "stride": 2, "padding": 3, "dilation": 1},
    {"n": 224, "kernel_size": 7, "strides": 2, "padding": 3, "dilation_rate": 1},
    {"n": 224, "kernel_shape": (7,), "strides": (2,), "pads": (3, 3), "dilations": (1,)},
    {"n": 224, "k": 7, "window_strides": (2,), "padding": [(3, 3)], "rhs_dilation": (1,)},
)


@pytest.mark.parametrize("given", WAYS, ids=lambda given: " ".join(given))
def test_a_law_takes_the_words_of_all_frameworks(given):
    assert formulas.conv_output_size(**given) == formulas.conv(**given) == STEM == 112


def test_padding_of_two_sides_and_of_none():
    assert formulas.conv(n=9, k=3, pads=(0, 1)) == dumb.count(9, 3, 1, 1, 0, 1)
    assert formulas.conv(n=9, k=3, padding="valid") == dumb.count(9, 3, 1, 1, 0, 0)
    assert formulas.two_layer(n=9, k_1=3, p_1=1, kernel_size_2=3, padding_2=1) == 9
    assert formulas.chain(n=9, k=3, s=[1, 1], p=(1, 0)) == 7
    assert "formulas.same_output_size works" in refusal(
        lambda: formulas.conv(n=9, k=3, padding="same")
    )
    assert formulas.same_output_size(n=9, k=3, d=2, s=2, padding="same") == 5
    assert "lo is said twice" in refusal(lambda: formulas.conv(n=9, k=3, p=1, lo=2))
    # one number for each of two axes, as PyTorch writes it, is no (lo, hi)
    refusal(lambda: formulas.conv(n=9, k=3, padding=(1, 2)))
    refusal(lambda: formulas.conv(n=9, kernel_size=(3, 3)))


def test_a_filter_is_a_kernel_and_filters_are_none():
    assert formulas.plain_output_size(n=9, k=3) == formulas.plain(n=9, kernel_size=3) == 7
    refusal(lambda: formulas.plain_output_size(n=9, filters=3))
    assert formulas.conv_parameters(kernel_size=(3, 3), in_channels=3, out_channels=64) == 1792
    assert formulas.conv_parameters(k=(3, 3), c=3, filters=64, bias=False, groups=1) == 1728


@pytest.mark.parametrize(
    ("ask", "said"),
    (
        (lambda: formulas.valid(n=9, k=3, p=1), "symmetric_output_size takes these"),
        (lambda: formulas.plain(n=9, kernel_size=3, stride=2), "strided_output_size takes these"),
        (lambda: formulas.symmetric(n=9, k=3, lo=1, hi=0), "conv_output_size takes these"),
        (lambda: formulas.conv(n=9, k=3, stirde=2), "stirde may be stride"),
        (lambda: formulas.conv(n=9, k=3, **{"a\nb": 2}), "unexpected keyword"),
        (lambda: formulas.conv(n=9, k=3, **{"": 2}), "unexpected keyword"),
    ),
)
def test_a_refused_name_points_to_the_law_that_takes_it(ask, said):
    assert said in refusal(ask)


def test_no_law_is_named_that_would_need_more():
    assert "takes these" not in refusal(lambda: formulas.padded_size(n=3, op=2))
    assert "takes these" not in refusal(lambda: formulas.conv(224))


def test_several_sizes_and_one_kernel_for_all_layers():
    sizes = [5, 6, 224]
    assert formulas.conv(n=sizes, k=3, s=2).tolist() == [dumb.count(n, 3, 2, 1) for n in sizes]
    assert formulas.chain(n=[9, 10], k=3, s=(2, 1)).tolist() == [2, 2]
    assert formulas.receptive_field(k=3, s=[1, 1, 1]) == 7
    assert formulas.chain(n=9, k=3) == 7
    assert formulas.conv_macs(m=(4, 4), kernel_size=3, c=1, f=1) == 16 * 9
    assert "one entry per axis" in refusal(lambda: formulas.conv_parameters(k=3, c=3, f=8))
    for bad in ([5, "n"], [5, 2.5], [], [[5]]):
        refusal(lambda bad=bad: formulas.conv(n=bad, k=3))


def test_every_law_has_a_short_name_that_is_its_own():
    for law in formulas.laws():
        short = law.name.removesuffix("_size").removesuffix("_output")
        assert getattr(formulas, short) is law
        assert cli.main(["formula", short, "--json"]) == 0
    with pytest.raises(NoSuchName, match="the nearest is conv"):
        formulas.konv  # noqa: B018
    assert not hasattr(formulas, "konv") and set(dir(formulas)) == {*formulas.__all__, "laws"}


def test_no_word_means_two_things():
    assert len(OURS) == sum(map(len, WORDS.values())) and not set(OURS) & set(WORDS)


# ---------------------------------------------------------------- solve


def test_solve_takes_the_same_words_in_python_and_on_the_command_line(capsys):
    rows = ({"p": sa.Interval(3, 3)},)
    for given in (
        {"n": 224, "m": 112, "k": 7, "s": 2, "p": ...},
        {"n": 224, "m": 112, "k": 7, "s": 2, "p": "?"},
        {"input": 224, "output": 112, "kernel_size": 7, "stride": 2, "padding": "..."},
        {"n": 224, "m": 112, "k": 7, "strides": 2, "p": "0..9"},
    ):
        made = solve(**given)
        assert made.rows == rows or list(made) == [{"p": 3}]
        terms = [f"{name}={'?' if value is ... else value}" for name, value in given.items()]
        assert cli.main(["solve", *terms]) == 0
        assert capsys.readouterr().out.split() == ["p", "3"]


def test_the_kernel_is_asked_where_it_is_not_said(capsys):
    assert solve(n=9, m=7).asked == ("k",)
    assert cli.main(["solve", "n=9", "m=7"]) == 0 and "3" in capsys.readouterr().out


def test_a_slip_in_solve_is_one_line(capsys):
    assert "stride" in refusal(lambda: solve(n=9, k=3, stirde=2))
    assert "s is said twice" in refusal(lambda: solve(n=9, k=3, s=2, stride=3))
    assert "formulas.same_output_size" in refusal(lambda: solve(n=9, k=3, padding="same"))
    for terms in (["n=9", "n=8", "k=3"], ["n=9", "ceil=1"], ["n=9", "transposed=1"], ["k=a"]):
        assert cli.main(["solve", *terms]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_solutions_are_counted_and_picked():
    found = solve(n=224, m=55, k=11, s=4, lo=..., hi=...)
    wanted = [
        {"lo": lo, "hi": hi}
        for lo in range(20)
        for hi in range(20)
        if dumb.count(224, 11, 4, 1, lo, hi) == 55
    ]
    assert len(found) == len(wanted) and list(found) == wanted
    assert [found[i] for i in range(len(found))] == wanted and found[-1] == wanted[-1]
    assert found[2:5] == wanted[2:5] and solve(m=55, k=11, s=4)[1] == {"n": 228}
    with pytest.raises(IndexError):
        found[len(found)]
    none = solve(n=14, m=14, k=4, p=...)
    assert len(none) == 0 and not none
    assert solve(n=..., m=1, k=3, s=10, p=0)[0] == {"n": 3}


# ---------------------------------------------------------------- shapes

SHAPES = (
    (1, 3, 9, 8),
    [1, 3, 9, 8],
    "1,3,9,8",
    "(1, 3, 9, 8)",
    "1 3 9 8",
    "1x3x9x8",
    "1 x 3 x 9 x 8",
    "1×3×9×8",
    numpy.zeros((1, 3, 9, 8)),
    numpy.array([1, 3, 9, 8]),
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape)[:12].replace("\n", ""))
def test_a_shape_is_taken_however_it_is_written(shape):
    conv = sa.torch.nn.Conv2d(3, 4, 3)
    assert conv.output_shape(shape) == (1, 4, 7, 6) and conv.macs(shape) == 4 * 42 * 27
    assert sa.torch.nn.Flatten().output_shape(shape) == (1, 216)
    assert sa.read([conv], shape).output_shape == (1, 4, 7, 6)
    assert sa.read([conv], {"input": shape}).output_shape == (1, 4, 7, 6)
    assert sa.torch.cat([shape, shape], dim=1) == (1, 6, 9, 8)
    assert sa.torch.nn.functional.conv2d(shape, (4, 3, 3, 3)) == (1, 4, 7, 6)


def test_open_sizes_in_every_spelling():
    conv = sa.torch.nn.Conv2d(3, 4, 3)
    for shape in ("N,3,H,W", "N 3 H W", ("N", 3, "H", "W"), "Nx3xHxW"):
        assert str(conv.output_shape(shape)) == "(N, 4, H - 2, W - 2)"
    for shape in ("None,3,None,None", "?x3x?x?", (None, 3, None, None)):
        assert conv.output_shape(shape) == (None, 4, None, None)
        assert str(sa.read([conv], shape).output_shape) == "(N, 4, n2 - 2, n3 - 2)"
    assert sa.torch.nn.Linear(3, 4).output_shape("3") == (4,)
    # a name may have an x in it; a product has a number too
    assert spoken.shape("axb") == ("axb",) and spoken.shape("max") == ("max",)
    assert spoken.shape("ax3") == ("a", 3) and spoken.shape("3x?") == (3, None)


def test_what_is_no_shape_is_refused():
    conv = sa.torch.nn.Conv2d(3, 4, 3)
    for bad in ("max", "", "1,3,9,x y", "1,3,9,9.5", {"a": 1}, None, 3, numpy.zeros(())):
        refusal(lambda bad=bad: conv.output_shape(bad))


@pytest.mark.parametrize(
    ("ask", "said"),
    (
        (
            lambda: sa.keras.Conv2D(8, 3).output_shape((1, 28, 28)),
            "channels_last is (N, H, W, C); in that order it would be (None, 28, 28, 1) →"
            " (None, 26, 26, 8)",
        ),
        (
            lambda: sa.keras.Conv2D(8, 3).output_shape((None, 1, 28, 28)),
            "in the order (N, H, W, C) it would be (None, 28, 28, 1) → (None, 26, 26, 8)",
        ),
        (
            lambda: sa.torch.Conv2d(1, 8, 3).output_shape((28, 28, 1)),
            "in the order (N, C, H, W) it would be (1, 28, 28) → (8, 26, 26)",
        ),
        (
            lambda: sa.paddle.Conv2D(3, 8, 3).output_shape("1,224,224,3"),
            "it would be (1, 3, 224, 224) → (1, 8, 222, 222)",
        ),
    ),
)
def test_channels_at_the_wrong_end_are_told(ask, said):
    assert said in refusal(ask)


def test_no_order_is_guessed_where_nothing_points_to_it():
    for ask in (
        lambda: sa.torch.Conv2d(3, 8, 3).output_shape((1, 4, 9, 9)),
        lambda: sa.torch.Conv2d(3, 8, 3).output_shape((1, 3, 2, 9)),
        lambda: sa.keras.Conv2D(8, 3).output_shape((None, 2, 9, 4)),
    ):
        assert "would be" not in refusal(ask)


# ---------------------------------------------------------------- places

CALLS = (
    ("torch.nn.Conv2d(3, 8, 3)", "Conv2d(3, 8, (3, 3))"),
    ("nn.Conv2d(3, 8, 3)", "Conv2d(3, 8, (3, 3))"),
    ("torch.nn.functional.max_pool2d(x, 2)", "MaxPool2d((2, 2))"),
    ("F.conv2d(x, (8, 3, 5, 5), stride=2)", None),
    ("keras.layers.Conv2D(8, 3)", "Conv2D(8, (3, 3))"),
    ("tf.keras.layers.Conv2D(8, 3)", "Conv2D(8, (3, 3))"),
    ("tensorflow.nn.conv2d(x, (3, 3, 3, 8), 1, 'SAME')", "conv2d((3, 3, 3, 8), 1, 'SAME')"),
    ("tf.image.resize(x, (4, 5))", "image_resize((4, 5))"),
    ("jax.lax.conv(x, (8, 3, 3, 3), (1, 1), 'SAME')", None),
    ("jax.nn.relu(x)", "relu()"),
    ("paddle.nn.Conv2D(3, 8, 3)", "Conv2D(3, 8, (3, 3))"),
    ("onnx.Relu()", "Relu()"),
    ("sa.torch.nn.ReLU(inplace=True)", "ReLU(inplace=True)"),
)


@pytest.mark.parametrize(("line", "told"), CALLS, ids=[line for line, _ in CALLS])
def test_pasted_code_is_read_and_runs(line, told):
    """The same line on the command line, never run, and in Python, run."""
    room = {name: getattr(sa, name) for name in sa.__all__} | {"sa": sa, "x": "x"}
    room |= {"nn": sa.torch.nn, "F": sa.torch.nn.functional, "tf": sa.tensorflow}
    read, run = spoken.read(line), eval(line, room)
    assert repr(read) == repr(run) and told in (None, repr(read))


def test_what_comes_in_may_be_said_by_its_name():
    wanted = (1, 5, 5, 8)
    conv2d, filters = sa.tensorflow.nn.conv2d, numpy.zeros((3, 3, 3, 8))
    assert conv2d((1, 9, 9, 3), (3, 3, 3, 8), 2, "SAME") == wanted
    assert conv2d(numpy.zeros((1, 9, 9, 3)), filters, strides=2, padding="SAME") == wanted
    assert conv2d(input="1,9,9,3", filters=filters, strides=2, padding="SAME") == wanted
    lax = sa.jax.lax
    assert lax.conv((1, 3, 9, 9), (8, 3, 3, 3), (2, 2), "SAME") == (1, 8, 5, 5)
    assert lax.pad((1, 9), 0.0, ((0, 0, 0), (1, 1, 0))) == (1, 11)
    assert lax.reduce_window((1, 9, 9, 3), 0, "max", (1, 2, 2, 1), (1, 2, 2, 1)) == (1, 4, 4, 3)
    for softmax in (sa.jax.nn.softmax, sa.tensorflow.nn.softmax, sa.torch.nn.functional.softmax):
        assert softmax((1, 3)) == (1, 3)
    assert sa.tensorflow.nn.relu(features=(1, 3)) == sa.jax.nn.relu(x=(1, 3)) == (1, 3)
    # no window fits: the refusal is about that, not about the spelling
    with pytest.raises(sa.DomainError, match="no window fits"):
        sa.torch.nn.functional.conv2d((1, 3, 2, 9), (8, 3, 3, 3))


@pytest.mark.parametrize(
    ("ask", "said"),
    (
        (
            lambda: sa.torch.Conv2D,
            "torch has no such word; received 'Conv2D'; the nearest are Conv2d",
        ),
        (lambda: sa.torch.nn.conv2D, "torch.nn has no such word"),
        (lambda: sa.keras.layers.Conv2d, "the nearest are Conv2D"),
        (lambda: sa.torch.nn.functional.Conv2d, "the nearest are conv2d"),
        (lambda: sa.paddle.nn.Conv2d, "the nearest are Conv2D"),
        (lambda: spoken.read("torch.Conv2D(3, 8, 3)"), "the nearest are Conv2d"),
        (lambda: spoken.read("foo.Conv2d(3, 8, 3)"), "the framework must be named"),
        (
            lambda: spoken.read("F.conv2d((1, 3, 9, 9), (8, 3, 3, 3))"),
            "what goes in is not said here",
        ),
        (lambda: sa.torch.nn.functional.conv2d("x", (3, 3, 3)), "weight must be a shape of 4"),
        (lambda: sa.torch.nn.BatchNorm2d(), "missing a required argument: num_features"),
    ),
)
def test_a_word_that_is_not_there_is_one_line(ask, said):
    assert said in refusal(ask)


def test_a_missing_word_is_an_attribute_error_too():
    assert not hasattr(sa.torch, "Conv2D") and getattr(sa.torch.nn, "Conv2D", None) is None
    with pytest.raises(AttributeError):
        sa.torch.nn._words  # noqa: B018


def test_signatures_and_names_show_themselves():
    assert str(inspect.signature(sa.torch.MaxPool2d)) == (
        "(kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False)"
    )
    assert str(inspect.signature(sa.torch.nn.ReLU)) == "(inplace=False)"
    assert str(inspect.signature(sa.torch.nn.functional.linear)) == "(input, weight, bias=None)"
    assert set(dir(sa)) == set(sa.__all__)
    assert {"Conv2d", "nn", "cat", "ReLU", "Sequential"} <= set(dir(sa.torch))
    assert not {"Text", "prod", "sympy", "Words", "places", "_Pool", "Module"} & set(dir(sa.torch))
    assert "functional" in dir(sa.torch.nn) and "conv2d" in dir(sa.torch.nn.functional)
    for framework in spoken.FRAMEWORKS:
        for name in dir(getattr(sa, framework)):
            assert inspect.getdoc(getattr(getattr(sa, framework), name)), (framework, name)


def test_what_readers_copy_imports_the_package_under_one_name():
    """`from shapealg import torch` would hide their own."""
    docs = ROOT / "docs"
    pages = [ROOT / "README.md", docs / "questions.toml", *(docs / "templates").rglob("*.md")]
    assert len(pages) > 40
    for page in pages:
        assert "from shapealg import" not in page.read_text(encoding="utf-8"), page


def test_importing_hides_nobodys_torch():
    code = (
        "import types, sys; sys.modules['torch'] = torch = types.ModuleType('torch');"
        "import shapealg as sa; sa.torch.nn.Conv2d(3, 8, 3); import torch as mine;"
        "print(mine is torch)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout.strip() == "True"


def test_padding_and_dilation_are_told_by_name():
    """`conv(224, 7, 2, 3)` means padding to whoever writes it; a dumb count says 112 with it."""
    said = refusal(lambda: formulas.conv(224, 7, 2, 3))
    assert said.endswith("by name: p=3 or d=3") and "\n" not in said
    assert formulas.conv(224, 7, 2, p=3) == dumb.count(224, 7, 2, 1, 3, 3) == 112
    assert "p=1 or d=1 or op=1" in refusal(lambda: formulas.transposed(7, 3, 2, 1))
    assert "p=2 or s=2" in refusal(lambda: formulas.symmetric(5, 3, 2, 1))
    assert formulas.symmetric(5, 3, s=2, p=1) == dumb.count(5, 3, 2, 1, 1, 1)
    for law in formulas.laws():
        places = [p for p in law.signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
        if {"n", "k", "s"} <= {p.name for p in law.parameters}:
            assert not {"d", "p", "lo", "hi", "op"} & {p.name for p in places}


def test_other_names_of_a_law_point_to_it():
    meant = {
        "pool": "conv_output_size",
        "max_pool": "conv_output_size",
        "deconv": "transposed_output_size",
        "conv_transpose": "transposed_output_size",
        "flops": "conv_macs",
        "params": "conv_parameters",
        "convolution": "conv_output_size",
    }
    for name, law in meant.items():
        with pytest.raises(NoSuchName, match=f"the nearest is {law}$"):
            getattr(formulas, name)
    with pytest.raises(NoSuchName) as told:
        formulas.spaned_axis_convolution  # noqa: B018
    assert str(told.value).count("spanned_axis_convolution") == 1


def test_the_words_of_lectures_are_understood():
    assert formulas.conv(W=32, F=5, S=1, P=2) == dumb.count(32, 5, 1, 1, 2, 2) == 32
    assert formulas.conv(n=5, k=3, pad=1) == dumb.count(5, 3, 1, 1, 1, 1)
    assert formulas.conv_parameters(k=(3, 3), c=3, filters=8) == 3 * 3 * 3 * 8 + 8
    assert "m=(32, 32)" in refusal(lambda: formulas.conv_macs(m=32, k=3, c=3, f=8))


@pytest.mark.parametrize(
    ("shape", "made"),
    (
        ("N,3,16*H,16*W", "(N, 4, 16*H - 2, 16*W - 2)"),
        ("(N, 3, 16*H, (W + 1)//2)", "(N, 4, 16*H - 2, (W + 1)//2 - 2)"),
        ("N 3 16*H 9", "(N, 4, 16*H - 2, 7)"),
        ("1,3,H % 2 + 9,9", "(1, 4, H - 2*(H//2) + 7, 7)"),
        ("1,3,a-b,9", "(1, 4, a - b - 2, 7)"),
    ),
)
def test_sizes_are_typed_as_expressions_too(shape, made, capsys):
    assert repr(sa.torch.Conv2d(3, 4, 3).output_shape(shape)) == made
    assert cli.main(["shape", "torch.Conv2d(3, 4, 3)", "--input", shape]) == 0


@pytest.mark.parametrize(
    "size", ("H//0", "H % 0", "H**2", "-H", "W()", "2*3", "(H", "H*1.5", "H.x", "H*" + "(" * 150)
)
def test_what_is_no_expression_of_sizes_is_refused(size, capsys):
    refusal(lambda: sa.torch.Conv2d(3, 4, 3).output_shape(f"1,3,{size},9"))
    assert cli.main(["shape", "torch.Conv2d(3, 4, 3)", "--input", f"1,3,{size},9"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    for word in ("unet", "torch.Conv2d(3, 4, 3)"):  # a network's own sizes are names
        assert cli.main(["network", word, "--input", "1,3,16*H,16*W"]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_letter_is_no_slip_of_another():
    """`f` is what filters are called; that lectures call a kernel F is no hint."""
    assert "may be" not in refusal(lambda: formulas.conv(n=9, k=3, f=3))
    assert "stirde may be stride" in refusal(lambda: formulas.conv(n=9, k=3, stirde=3))
