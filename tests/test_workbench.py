"""The workbench without a browser: every answer is what the library says, and what is typed runs
nothing. Its runtime: what is put together for it works alone.
"""

import json
import subprocess
import sys
import zipfile

import pytest
from halves import small_model
from needed import ROOT, lacking, module

import shapealg as sa
from shapealg.errors import grouped
from shapealg.network import table
from shapealg.network.readers.pasted import layers
from shapealg.network.typed import sizes
from shapealg.network.zoo import ZOO
from shapealg.printing import shape_told
from shapealg.render.workbench import LONGEST, answer
from shapealg.words import frameworks, spoken
from shapealg.words.conversion import convert

# ---------------------------------------------------------------- one layer

CALLS = (
    ("torch.Conv2d(3, 64, 7, stride=2, padding=3)", "1,3,224,224"),
    ("keras.Conv2D(64, 7, strides=2, padding='same')", "N,H,W,3"),
    ("tensorflow.conv2d((7, 7, 3, 64), 2, 'SAME')", "1,224,225,3"),
    ("jax.conv_general_dilated((64, 3, 7, 7), (2, 2), 'SAME')", "1,3,H,224"),
    ("onnx.Conv(W=(64, 3, 7, 7), pads=(3, 3, 3, 3), strides=(2, 2))", "N,3,H,W"),
    ("paddle.Conv3D(3, 8, 3)", "1,3,9,10,11"),
    ("torch.ConvTranspose1d(3, 8, 4, stride=2, padding=1)", "1,3,L"),
    ("torch.MaxPool2d(3, 2, ceil_mode=True)", "1,3,12,13"),
    ("torch.AdaptiveAvgPool2d(7)", "1,3,12,13"),
    ("torch.Flatten()", "1,3,12,13"),
    ("torch.Linear(3, 4)", "5,3"),
    ("nn.ReLU()", "1,3,9"),
)


def asked(**question) -> list:
    made = answer(question)
    assert json.loads(json.dumps(made)) == made  # plain data
    assert set(made) == {"blocks"}, made
    return made["blocks"]


def of_kind(blocks: list, kind: str) -> list:
    return [block for block in blocks if block["kind"] == kind]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", ("zh", "en"))
@pytest.mark.parametrize(("call", "shape"), CALLS)
def test_a_layer_is_told_as_the_library_tells_it(call, shape, language):
    words, given = spoken.read(call), spoken.shape(shape)
    blocks = asked(ask="layer", lang=language, call=call, shape=shape)
    told = [plain(value) for _, value in blocks[0]["rows"]]
    output = words.output_shape(given)
    assert told[0] == shape_told(output)
    formulas = [line for line in told if " ↦ " in line]
    numbers = [line.rpartition(" = ")[2] for line in formulas if " = " in line]
    assert set(numbers) <= set(map(str, output)), formulas
    if words.weight_layout:
        assert shape_told(words.weight_shape(given)) in told
        assert grouped(words.parameters(given)) in told
    others = of_kind(blocks, "codes")[0]["rows"]
    assert [row["name"] for row in others] == [
        title for name, title in frameworks.CALLED.items() if name != words.framework
    ]
    for row in others:
        name = next(n for n, title in frameworks.CALLED.items() if title == row["name"])
        try:
            lines = convert(words, name, given).lines(language)
        except sa.ShapeError as problem:
            assert row["code"] is None
            assert row["reason"] == (problem.zh if language == "zh" else str(problem))
        else:
            assert [line.removeprefix("# ") for line in row["code"].split("\n")] == [
                line.strip() for line in lines
            ]


def test_a_formula_gives_the_number_beside_it():
    rows = dict(asked(ask="layer", call=CALLS[0][0], shape="1,3,224,223")[0]["rows"])
    assert rows["along H"] == "H ↦ ⌊(H + 1)/2⌋ = 112"
    assert rows["along W"] == "W ↦ ⌊(W + 1)/2⌋ = 112"


@pytest.mark.parametrize("wanted", ("5", "1,7", "7x7"))
def test_backwards_are_all_sizes_that_give_it(wanted):
    call = "torch.Conv2d(1, 1, 4, stride=3, padding=1)"
    blocks = asked(ask="layer", lang="en", call=call, shape="1,1,H,W", want=wanted)
    told = [value for _, value in of_kind(blocks, "facts")[1]["rows"]]
    numbers = [int(m) for m in wanted.replace("x", ",").split(",")] * (2 - len(wanted) // 3)
    layer = spoken.read(call)
    for name, m, line in zip("HW", numbers, told, strict=True):
        right = [n for n in range(2, 60) if layer.output_shape((1, 1, n, n))[2] == m]
        assert line == sa.Sizes.of(*right).text(name).en


@pytest.mark.parametrize("wanted", ("0", "-1", "x", "1,2,3", "1.5", "<b>", "9" * 500))
def test_a_wrong_wish_leaves_the_rest_of_the_answer(wanted):
    blocks = asked(ask="layer", lang="zh", call=CALLS[0][0], shape=CALLS[0][1], want=wanted)
    (note,) = of_kind(blocks, "note")
    assert note["tone"] == "fails" and len(note["lines"]) == 1
    assert blocks[0]["rows"][0] == ["输出", "(1, 64, 112, 112)"]


LETTERS = (
    ("torch.Conv2d(3, 8, k)", "H ↦ H - k + 1"),
    ("torch.Conv2d(c, f, 3)", "H ↦ H - 2"),
    ("torch.MaxPool2d(k)", "H ↦ floor((H - k)/k) + 1"),
    ("torch.ConvTranspose2d(3, 8, k, stride=s)", "H ↦ k + s*(H - 1)"),
    ("jax.conv_general_dilated((64, 3, k, k), (1, 1), ((p, p), (p, p)))", "H ↦ H - k + 2*p + 1"),
    ("torch.AdaptiveAvgPool2d(m)", "H ↦ m"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("call", "formula"), LETTERS)
def test_letters_among_a_layers_arguments_are_formulas(call, formula, language):
    """With SymPy there they are told; where sizes are decided, one line says that they cannot be."""
    typed = {"ask": "layer", "lang": language, "call": call, "shape": "N,3,H,W", "want": "4"}
    facts, note, *_ = answer(typed)["blocks"]
    assert formula in [value for _, value in facts["rows"]]
    said = {"zh": "这里层自己的参数须是数", "en": "here the layer's own arguments must be numbers"}
    assert said[language] in json.dumps(note, ensure_ascii=False)
    listed = answer({"ask": "network", "lang": language, "layers": call, "shape": "N,3,H,W"})
    said = {
        "zh": "网络里的层，自己的参数须是数值",
        "en": "a layer's own words must be numbers in a network",
    }
    assert listed["error"].startswith(said[language]) and "\n" not in listed["error"]


def test_the_picture_has_the_window_on_it():
    (figure,) = of_kind(asked(ask="layer", call=CALLS[0][0], shape=CALLS[0][1]), "figure")
    assert figure["svg"].count('class="sa-tap"') == 5 * 7  # both ends: three rows and two
    assert figure["svg"].count('class="sa-outside"') == 7
    assert ">111<" in figure["svg"].replace("output ", ">") and ">223<" in figure["svg"]
    assert figure["caption"] == "along H, W: 224 positions"
    blocks = asked(ask="layer", call="torch.ConvTranspose1d(1, 1, 4, 2, 1)", shape="1,1,5")
    (figure,) = of_kind(blocks, "figure")
    assert figure["svg"].count('class="sa-tap"') == 5 * 4
    assert figure["svg"].count('class="sa-cell"') == 10 and '"sa-outside"' not in figure["svg"]


# ---------------------------------------------------------------- a network

TEXT = """
nn.Conv2d(3, 8, 3, padding=1),
self.act = nn.ReLU()
Branches("concat", [], [nn.MaxPool2d(2), nn.ConvTranspose2d(8, 8, 2, stride=2)])
nn.Sequential(nn.Conv2d(16, 8, 3, padding=1), nn.ReLU())
"""


def test_a_list_of_layers_is_read_as_it_is_typed():
    nn = sa.torch.nn
    up = [nn.MaxPool2d(2), nn.ConvTranspose2d(8, 8, 2, stride=2)]
    same = [nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), sa.Branches("concat", [], up)]
    same += [nn.Conv2d(16, 8, 3, padding=1), nn.ReLU()]
    assert repr(layers(TEXT)) == repr(same)
    assert repr(layers("[nn.MaxPool2d(2), nn.ReLU()]")) == repr([nn.MaxPool2d(2), nn.ReLU()])
    # no program as a whole: line by line
    assert repr(layers("  nn.MaxPool2d(2),\nnn.ReLU()")) == repr([nn.MaxPool2d(2), nn.ReLU()])


def told_of(blocks: list, language: str = "en") -> dict:
    return {label: plain(value) for label, value in of_kind(blocks, "facts")[0]["rows"]}


@pytest.mark.parametrize("name", ZOO)
def test_a_network_of_the_zoo_is_told_as_the_library_tells_it(name):
    blocks = asked(ask="network", lang="en", source="zoo", zoo=name)
    net = ZOO[name].read()
    answers = [(head.en, str(told)) for head, told in table.answers(net, net.table(), "en")]
    assert list(told_of(blocks).items()) == answers
    rows = of_kind(blocks, "table")[0]["rows"]
    expected = [
        [grouped(n) if isinstance(n, int) else n for n in row]
        for row in net.table().cells("en", None)
    ]
    assert [list(map(plain, row)) for row in rows] == expected


@pytest.mark.parametrize("language", ("zh", "en"))
@pytest.mark.parametrize("typed", ("65", "64", "H=64,W=63", "16,32"))
def test_a_size_runs_or_it_is_said_why_not(typed, language):
    question = {"ask": "network", "lang": language, "source": "list", "shape": "N,3,H,W"}
    blocks = asked(**question, layers=TEXT, sizes=typed)
    net = sa.read(layers(TEXT), "N,3,H,W")
    given, assumed = sizes(typed, net)
    told = net.explain(**{name: n for name, n in given.items() if name not in assumed})
    (note,) = of_kind(blocks, "note")
    assert note["tone"] == ("holds" if told.runs else "fails")
    if told.runs:
        assert shape_told(net.at(**given)) in note["lines"][0]
        assert grouped(net.macs(**given)) in plain(note["lines"][1])
    else:
        assert "\n".join(note["lines"]) == told.text[language]


def test_tiles_are_those_of_the_library():
    question = {"ask": "network", "lang": "en", "source": "zoo", "zoo": "unet", "sizes": "1024"}
    told = of_kind(asked(**question, tile="512"), "table")[0]["rows"]
    tiles = ZOO["unet"].read().tiles("H", 512, H=1024, W=1024)
    assert [row[1] for row in told] == [f"{t.read[0]} … {t.read[1] - 1}" for t in tiles]
    assert [row[3] for row in told] == [f"{t.place[0]} … {t.place[1] - 1}" for t in tiles]
    blocks = asked(**question, tile="32")
    note = of_kind(blocks, "note")[-1]
    assert note["tone"] == "fails" and "too small" in note["lines"][0]


def test_the_function_gives_the_size():
    blocks = asked(
        ask="network", lang="en", source="list", layers=TEXT + "nn.MaxPool2d(2)", shape="N,3,H,W"
    )
    code = of_kind(blocks, "codes")[0]["rows"][0]["code"]
    room: dict = {}
    exec(code, room)
    net = sa.read([*layers(TEXT), sa.torch.MaxPool2d(2)], "N,3,H,W")
    assert room["output_size"](H=64, W=32) == net.at(N=1, H=64, W=32)[2:]


def test_long_tables_fold():
    table = of_kind(asked(ask="network", source="zoo", zoo="resnet50"), "table")[0]
    assert table["fold"]["start"] == 12 and table["fold"]["stop"] == len(table["rows"]) - 8
    assert table["fold"]["text"] == f"{len(table['rows']) - 20} more nodes"
    short = of_kind(asked(ask="network", source="list", layers=TEXT, shape="N,3,H,W"), "table")[0]
    assert "fold" not in short


# ---------------------------------------------------------------- files


def test_a_file_is_read_from_its_bytes():
    model = small_model()
    question = {"ask": "network", "lang": "en", "source": "file", "sizes": "33"}
    made = answer(question, model.SerializeToString())["blocks"]
    net = sa.read(model)
    assert told_of(made)["accepts H"] == net.accepts("H").text("H").en == "H ≡ 0 (mod 2), H ≥ 2"
    assert made[0]["lines"] == net.explain(H=33, W=33).text.en.split("\n")


@pytest.mark.parametrize("content", (None, b"", b"no model", b"\x08", b"\xff" * 999, bytes(99)))
def test_other_files_get_one_line(content):
    module("onnx")
    made = answer({"ask": "network", "lang": "zh", "source": "file"}, content)
    assert set(made) == {"error"} and "\n" not in made["error"], made


# ---------------------------------------------------------------- hostile

HOSTILE = (
    "",
    " ",
    "x",
    "__import__('os').system('true')",
    "torch.Conv2d(__import__('os'), 1, 1)",
    "torch.Conv2d(3, 8, 3).__class__",
    "[].append(1)",
    "lambda: 0",
    "f(*x)",
    "torch.Conv2d(*[1, 2, 3])",
    "torch.Conv2d(**{})",
    "Branches()",
    "Branches('add')",
    "Branches('no', [], [])",
    "Branches('add', [], x)",
    "Branches('add', [], [], axis=x)",
    "import os",
    "while True: pass",
    "def f(): pass",
    "torch.Conv2d(" * 3000,
    "(" * 300 + ")" * 300,
    "[" * 90 + "]" * 90,
    "-" * 5000 + "1",
    "1+" * 5000 + "1",
    "a." * 5000 + "b",
    "9" * 5000,
    "torch.Conv2d(3, 8, 10**9)",
    "torch.Conv2d(3, 8, 9999999999999999999999)",
    "torch.MaxPool2d(1000000007)",
    "torch.Sequential()",
    "nn.ReLU()\n" * 1500,
    "\x00",
    "\u202etorch",
    "<img src=x onerror=alert(1)>",
    "'; drop",
    "％ｓ",
    "x" * (LONGEST + 1),
)
FIELDS = {
    "layer": {"call": CALLS[0][0], "shape": "1,3,64,64", "want": "32"},
    "network": {
        "source": "list",
        "layers": TEXT,
        "zoo": "unet",
        "shape": "N,3,H,W",
        "sizes": "64",
        "tile": "32",
    },
}


@pytest.mark.parametrize("ask", FIELDS)
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:20]))
def test_whatever_is_typed_gets_an_answer_or_one_line(ask, typed):
    for name in FIELDS[ask]:
        for language in ("zh", "en"):
            made = answer(FIELDS[ask] | {"ask": ask, "lang": language, name: typed})
            json.dumps(made)
            if "error" in made:
                line = made["error"]
                assert line.strip() and line.isprintable() and "Traceback" not in line
                assert len(line) < 2000


@pytest.mark.parametrize("question", ({}, {"ask": "x"}, {"ask": 3}, {"ask": "layer", "call": None}))
def test_other_questions_are_refused(question):
    assert set(answer(question)) == {"error"}


# ---------------------------------------------------------------- what the page loads


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    import workbench

    return workbench


ALONE = """
import json, sys
sys.path[:0] = sys.argv[1:]
from shapealg.render.workbench import answer
for question, model in json.load(sys.stdin):
    print(json.dumps(answer(question, bytes.fromhex(model) if model else None)))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"numpy", "sympy", "torch"}))
"""


def alone(questions: list, *paths) -> list:
    """What a bare Python answers, to which only these are known: no site, no packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, *map(str, paths)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *answers, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    return list(map(json.loads, answers))


def test_the_package_of_the_page_answers_alone(scripts, tmp_path):
    (tmp_path / "shapealg.zip").write_bytes(scripts.package())
    questions = [{"ask": "layer", "lang": "zh", "call": c, "shape": s} for c, s in CALLS]
    questions += [{"ask": "network", "source": "zoo", "zoo": name, "sizes": "65"} for name in ZOO]
    made = alone([(question, None) for question in questions], tmp_path / "shapealg.zip")
    assert made == list(map(answer, questions))
    (symbol,) = alone(
        [({"ask": "layer", "lang": "en", "call": "torch.MaxPool1d('k')"}, None)],
        tmp_path / "shapealg.zip",
    )
    assert symbol["error"].startswith("a layer's own arguments are numbers here")


def test_files_are_read_alone(scripts, tmp_path):
    model = small_model()
    (tmp_path / "shapealg.zip").write_bytes(scripts.package())
    scripts.models(tmp_path / "onnx.zip")
    with zipfile.ZipFile(tmp_path / "onnx.zip") as archive:
        archive.extractall(tmp_path / "onnx")
    question = {"ask": "network", "lang": "en", "source": "file"}
    content = model.SerializeToString()
    (made,) = alone([(question, content.hex())], tmp_path / "shapealg.zip", tmp_path / "onnx")
    assert made == answer(question, content)


def test_what_reads_files_is_made_anew_when_its_makers_change(scripts, monkeypatch, tmp_path):
    maker = tmp_path / "maker.py"
    monkeypatch.setattr(scripts, "MADE_OF", (maker,))
    names = set()
    for text in ("one", "two", "one"):
        maker.write_text(text, encoding="utf-8")
        names.add(scripts.written())
    assert len(names) == 2


def test_the_definitions_are_those_of_onnx(scripts, monkeypatch, tmp_path):
    onnx = module("onnx")
    path = tmp_path / "defs.py"
    path.write_bytes((ROOT / "scripts" / "workbench_defs.py").read_bytes())
    (tmp_path / "defs.json").write_text(json.dumps(scripts.definitions()), encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    import defs

    compared = 0
    for kind in {schema.name for schema in onnx.defs.get_all_schemas_with_history()} | {"None"}:
        for version in (None, *range(1, onnx.defs.onnx_opset_version() + 1)):
            arguments = (kind,) if version is None else (kind, version)
            try:
                real = onnx.defs.get_schema(*arguments)
            except onnx.defs.SchemaError:
                with pytest.raises(defs.SchemaError):
                    defs.get_schema(*arguments)
                continue
            ours = defs.get_schema(*arguments)
            for name in (
                "since_version",
                "deprecated",
                "min_input",
                "max_input",
                "min_output",
                "max_output",
            ):
                assert getattr(ours, name) == getattr(real, name), (kind, version, name)
            assert [(i.name, i.option.name) for i in ours.inputs] == [
                (i.name, i.option.name) for i in real.inputs
            ]
            assert {n: (a.required, a.type.value) for n, a in ours.attributes.items()} == {
                n: (a.required, a.type.value) for n, a in real.attributes.items()
            }
            compared += 1
    assert compared > 3000


@pytest.fixture
def npm(scripts, monkeypatch, tmp_path):
    """The environment that brings npm, and a place where nothing is yet."""
    home = ROOT / ".venv" / "workbench"
    if not any((home / name).exists() for name in ("bin/python", "Scripts/python.exe")):
        lacking("the workbench's environment is not there; python3 scripts/docs.py build makes it")
    monkeypatch.setattr(scripts, "folder", lambda: tmp_path / "runtime")
    return scripts


def test_without_a_registry_one_line_says_so(npm, monkeypatch, capsys):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(npm.folder().parent / "cache"))
    npm.prepare()
    *_, last = capsys.readouterr().err.splitlines()
    assert last.startswith("the site is built without the workbench (npm failed (exit status 1))")
    assert npm.assets() == {} and not npm.folder().exists()


def test_a_package_of_another_hash_is_refused(npm, monkeypatch, capsys, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "package.json").write_text('{"name": "pyodide", "version": "1.0.0"}', encoding="utf-8")
    monkeypatch.setattr(npm, "locked", lambda: (str(other), "sha512-no"))
    npm.prepare()
    *_, last = capsys.readouterr().err.splitlines()
    assert "another hash" in last and npm.assets() == {}


LONG = "\n".join(
    [
        "nn.Conv2d(3, 8, 3, padding=1)",
        *("nn.Conv2d(8, 8, 3, padding=1)\nnn.BatchNorm2d(8)\nnn.ReLU()" for _ in range(30)),
        "nn.MaxPool2d(2)",
        *("nn.Conv2d(8, 8, 3)\nnn.ReLU()" for _ in range(20)),
    ]
)


def test_a_network_of_many_layers_is_drawn_folded():
    """Blocks that come again are told once; the whole of it is there for the asking."""
    asked = {"ask": "network", "source": "list", "layers": LONG, "shape": "N,3,H,W", "sizes": "224"}
    (picture,) = (b for b in answer(asked)["blocks"] if b["kind"] == "figure")
    assert "30 × (conv k3 p1; BatchNorm; ReLU)" in picture["svg"]
    assert "19 × (ReLU; conv k3)" in picture["svg"]
    # the input, halved, after the first convolution; before and after the last ReLU
    assert picture["svg"].count("sa-box") == 5
    # the input, halved, and each of the twenty; and the last ReLU
    assert picture["whole"].count("sa-box") == 2 + 20 + 1
    assert picture["whole"].count("19 ×") == 0


def test_a_network_of_few_layers_is_drawn_whole():
    asked = {"ask": "network", "source": "zoo", "zoo": "resnet50", "sizes": "224"}
    (picture,) = (b for b in answer(asked)["blocks"] if b["kind"] == "figure")
    assert "whole" not in picture
    # 427 positions, 32 apart: as the page of the network tells, counted in tests of networks
    assert "sees 427 of the input, neighbours are 32 apart" in picture["svg"]
