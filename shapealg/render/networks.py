"""Blocks of the pages about whole networks: each projected from the zoo, the algebra and the record
of the runs.
"""

import inspect
import re
from functools import cache

import sympy

from shapealg.axis.length import Length
from shapealg.errors import ShapeError, unbroken
from shapealg.law.notation import mathml
from shapealg.network import zoo
from shapealg.network.network import Network
from shapealg.network.sight import Misaligned
from shapealg.network.zoo import ZOO, Known
from shapealg.render import drawing, probe
from shapealg.render.page import Blocks, indented, table
from shapealg.text import Text

UNETS = ("unet", "unet_strided", "unet_2015", "unet_ceil", "two_strides")
# The pages, each with its networks, its title and what it asks.
PAGES = {
    "unet": (
        UNETS,
        Text(zh="U-Net", en="U-Net"),
        Text(
            zh=(
                "同叫 U-Net，收的尺寸却各不相同："
                "上行得到的图必须与横向传来的一样大，而这只在某些尺寸上成立。"
            ),
            en=(
                "They share a name and not one rule about sizes: what comes up must be as large as"
                " what comes across, and that holds at some sizes only."
            ),
        ),
    ),
    "resnet50": (
        ("resnet50",),
        Text(zh="ResNet-50", en="ResNet-50"),
        Text(
            zh="非要 224 不可吗？不必：任何尺寸都能运行。",
            en="Must it be 224? No: it runs at every size.",
        ),
    ),
    "vgg16": (
        ("vgg16",),
        Text(zh="VGG-16", en="VGG-16"),
        Text(
            zh="最小能输入多大？不是 32 的倍数，丢了什么？",
            en="How small may an image be, and what is lost if 32 does not divide it?",
        ),
    ),
    "mobilenet": (
        ("mobilenet_v2",),
        Text(zh="MobileNetV2", en="MobileNetV2"),
        Text(
            zh="每次减半都是 3 × 3、步长 2、填充 1：任何尺寸都收，也不丢像素。",
            en=(
                "It halves by 3 × 3, stride 2, padding 1 throughout: it takes every size and drops"
                " nothing."
            ),
        ),
    ),
    "tcn": (
        ("tcn",),
        Text(zh="TCN", en="TCN"),
        Text(
            zh="输出与输入一样长；问题是它能往回看多远。",
            en="What comes out is as long as what goes in; the question is how far back it sees.",
        ),
    ),
    "speech": (
        ("wav2vec2",),
        Text(zh="语音", en="Speech"),
        Text(
            zh="一秒 16 kHz 的声音变成几帧？末尾有没有漏掉的采样？",
            en="How many frames does a second at 16 kHz become, and is its end heard at all?",
        ),
    ),
    "video": (
        ("c3d", "unet_3d"),
        Text(zh="视频与体积", en="Video and volumes"),
        Text(
            zh="三个轴各算各的，直到展平把它们绑在一起。",
            en="Three axes, each by itself, until a flattening ties them together.",
        ),
    ),
}
WORDS = {
    "input": Text(zh="输入", en="input"),
    "output": Text(zh="输出", en="output"),
    "runs": Text(zh="可运行的 {axis}", en="runs for"),
    "whole": Text(zh="不丢像素的 {axis}", en="lossless for"),
    "both": Text(zh="可运行且不丢像素的 {axis}", en="runs for, and lossless"),
    "fit": Text(zh="凑成能运行的尺寸", en="to make a size fit"),
    "exact": Text(zh="凑成不丢像素的尺寸", en="to make it lossless"),
    "sees": Text(zh="一个输出看到", en="one output sees"),
    "ran": Text(zh="实际运行", en="executed"),
    "ran along": Text(zh="沿 {axis} 实际运行", en="executed along {axis}"),
    "network": Text(zh="网络", en="network"),
    "layer": Text(zh="层", en="layer"),
    "apart": Text(zh="没有对齐", en="not aligned"),
    "shape": Text(zh="形状", en="shape"),
}
FIT = Text(zh="填充 {pad} 或裁去 {crop}", en="pad by {pad} or crop by {crop}")
CASE = Text(zh="{n}：{parts}", en="{n}: {parts}")
PAD, CUT = (
    Text(zh="填充 {by} 得 {n}", en="pad {by} for {n}"),
    Text(zh="裁去 {by} 得 {n}", en="crop {by} for {n}"),
)
SEES = Text(
    zh="{extents} 格；相邻输出相距 {jump} 格；输出 0 从 {start} 开始",
    en="{extents} positions; neighbouring outputs lie {jump} apart; output 0 begins at {start}",
)
OR = Text(zh=" 或 ", en=" or ")
APART = Text(
    zh="在 <code>{node}</code> 汇合的两条路，所看范围的中心错开 {by} 格",
    en="the paths that meet at <code>{node}</code> read around centres {by} apart",
)
RAN = Text(
    zh=(
        "PyTorch {version}：{axis} 从 1 到 {upto} 逐一，另加更大的 {more} 个{others}；{agreed}"
        " 个全部与算出的一致"
    ),
    en=(
        "PyTorch {version}: every {axis} from 1 to {upto} and {more} beyond{others}; all {agreed}"
        " as computed"
    ),
)
REFUSED = Text(zh="，包括拒绝的 {refused} 个", en=", {refused} refusals among them")
MEASURED = Text(
    zh="感受野由 {outputs} 个输出的梯度量得：{extents} 格",
    en="the receptive field, measured by the gradients of {outputs} outputs: {extents} positions",
)
SAMPLES = Text(zh="运行得到：{pairs}", en="what came out: {pairs}")
LAYERS, SOURCE = (
    Text(zh="逐层的尺寸（{n} 层）", en="Layer by layer ({n} layers)"),
    Text(zh="这个网络怎么写", en="The list that is read"),
)
LETTERS = {
    "k": Text(zh="k 核", en="k kernel"),
    "s": Text(zh="s 步长", en="s stride"),
    "p": Text(zh="p 填充", en="p padding"),
    "d": Text(zh="d 膨胀率", en="d dilation"),
}
LEGEND = Text(zh="{letters}；沿 {axis} 轴", en="{letters}, along {axis}")
WORKED = Text(zh="数字是 {axis} = {n} 时的尺寸", en="numbers are the sizes at {axis} = {n}")
EQUAL = Text(
    zh="“=”两边必须相等，网络才能运行",
    en="the two sides of each “=” must agree for the network to run",
)
WRONG = (65, 33, 10)  # one of them is explained
EXAMPLES = (1000, 500, 225)  # shown where the usual size fits already


@cache
def _read(name: str, **words) -> Network:
    """A network of the zoo, read once for both languages, and what it has answered with it."""
    return ZOO[name].read(**words)


def _fixed(known: Known, axis: str) -> dict:
    """The usual sizes beside an axis, where it is not the only one that is asked for."""
    return (
        {name: n for name, n in known.usual.items() if name != axis} if len(known.asked) > 1 else {}
    )


class Networks:
    """The blocks, in one language, over the record of the runs."""

    pages = PAGES

    def __init__(self, language: str, record: dict, blocks: Blocks):
        self.language, self.record, self.blocks = language, record, blocks

    def say(self, text: Text, **values) -> str:
        """The text in the language, filled in."""
        return (text.format(**values) if values else text)[self.language]

    def word(self, name: str, **values) -> str:
        """A word of the tables, by its name."""
        return self.say(WORDS[name], **values)

    def known(self, *names) -> list:
        """Networks of the zoo."""
        return [ZOO[name] for name in names]

    # ------------------------------------------------------------ one network

    def sets(self, known: Known, axis: str) -> tuple:
        """The sizes at which it runs, and those at which nothing is left unread; tied sizes at
        their usual values.
        """
        fixed = _fixed(known, axis)
        net = _read(known.name)
        return tuple(net.accepts(axis, lossless, **fixed) for lossless in (False, True))

    def drawing(self, known: Known) -> str:
        """Its picture, along the first axis that is asked for."""
        axis = known.asked[0]
        net, usual = _read(known.name, **_fixed(known, axis)), known.usual[axis]
        svg = drawing.draw(net, axis, known.usual, self.say(known.title), self.language)
        letters = [
            self.say(text)
            for letter, text in LETTERS.items()
            if re.search(rf"[ \[>]{letter}\d", svg)
        ]
        parts = [
            self.say(
                LEGEND, letters=("，" if self.language == "zh" else ", ").join(letters), axis=axis
            ),
            *([self.say(WORKED, axis=axis, n=usual)] if f">{usual}</text>" in svg else []),
            *([self.say(EQUAL)] if "sa-needs" in svg else []),
        ]
        legend = "。".join([*parts, ""]) if self.language == "zh" else f"{'; '.join(parts)}."
        return f'<figure class="sa-figure">{svg}<figcaption>{legend}</figcaption></figure>'

    def formula(self, known: Known) -> str:
        """What comes out along the axis; where that is a number, what must hold for it."""
        axis, net, shape = known.asked[0], _read(known.name), _shape(known)
        size = shape[known.shape.index(axis)] if len(shape) == len(known.shape) else None
        if isinstance(size, Length):
            return self.blocks.display(sympy.Symbol(axis), "→", size.expr)
        requirement = next(r for r in net.flow.requirements if r.factors)
        return self.blocks.display(
            sympy.Mul(*(f.expr for f in requirement.factors), evaluate=False),
            "=",
            sympy.Integer(requirement.sides[1]),
        )

    def answers(self, known: Known) -> str:
        """Everything that is asked of it, a line each."""
        rows = [
            (
                self.word("output"),
                f"`{probe.told(tuple(map(str, _shape(known))))}`{{.sa-call}}",
            )
        ]
        for axis in known.asked:
            runs, whole = self.sets(known, axis)
            fixed = self._others(_fixed(known, axis))
            fixed = f"<br><small>{fixed}</small>" if fixed else ""
            rows.append(
                (
                    self.word("both" if whole == runs else "runs", axis=axis) + fixed,
                    self.say(runs.text(axis)),
                )
            )
            if whole != runs:
                rows.append((self.word("whole", axis=axis), self.say(whole.text(axis))))
            for name, sizes in (("fit", runs), ("exact", whole)):
                if sizes.modulus > 1 and sizes.residues and (name == "fit" or whole != runs):
                    rows.append((self.word(name), self._fit(known, axis, sizes)))
        rows.append((self.word("sees"), self._sees(known)))
        if apart := self._apart(known):
            rows.append((self.word("apart"), apart))
        rows += [
            (
                self.word("ran along" if len(known.asked) > 1 else "ran", axis=axis),
                self._ran(known, axis),
            )
            for axis in known.asked
        ]
        return table((self.word("input"), f"`{probe.told(known.shape)}`"), rows)

    def _fit(self, known: Known, axis: str, sizes) -> str:
        """How much to pad or to crop: as a formula where one class is asked for, and for one size
        that does not fit.
        """
        parts, n = [], next((n for n in (known.usual[axis], *EXAMPLES) if n not in sizes), None)
        if len(sizes.residues) == 1 and not sizes.exceptions:
            (r,), m, name = sizes.residues, sizes.modulus, sympy.Symbol(axis, integer=True)
            pad, crop = (sympy.Mod(by, m, evaluate=False) for by in (r - name, name - r))
            told = {"pad": pad, "crop": crop}
            parts.append(self.say(FIT, **{key: self._math(e) for key, e in told.items()}))
        if n is not None:
            near = [self.say(CUT if m < n else PAD, by=abs(m - n), n=m) for m in sizes.nearest(n)]
            parts.append(
                self.say(CASE, n=n, parts=("，或" if self.language == "zh" else " or ").join(near))
            )
        return "<br>".join(parts)

    def _sees(self, known: Known) -> str:
        net = _read(known.name, maps=True)
        told = self.record["networks"][known.name]["receptive_field"]
        field = net.receptive_field(misaligned=True)
        at = field.axes.index(known.asked[0])
        sizes = (
            self._extents(told["extents"])
            if len(set(field.size)) == 1
            else " × ".join(map(str, field.size))
        )
        jump = field.jump[at] if len(set(field.jump)) == 1 else " × ".join(map(str, field.jump))
        start = field.start[at] if len(set(field.start)) == 1 else ", ".join(map(str, field.start))
        return self.say(SEES, extents=sizes, jump=jump, start=str(start).replace("-", "−"))

    def _extents(self, extents) -> str:
        return (
            self.say(OR).join(map(str, extents))
            if len(extents) < 3
            else f"{extents[0]} … {extents[-1]}"
        )

    def _apart(self, known: Known) -> str:
        """Where two paths meet that read around different centres."""
        net = _read(known.name, maps=True)
        try:
            net.receptive_field()
        except Misaligned as problem:
            field = net.receptive_field(misaligned=True)
            if all(start + size == 1 for start, size in zip(field.start, field.size, strict=True)):
                return ""  # it sees the past only, so a shortcut is never in the middle
            node = next(node for node in net.graph.nodes if node.name == problem.node)
            at = net.sizes.index(known.asked[0]) - 1
            nodes = {n.name for n in net.graph.nodes}
            centres = [
                net.receptive_field(name, misaligned=True).centre[at] if name in nodes else 0
                for name in node.inputs
            ]
            return self.say(APART, node=problem.node, by=abs(centres[0] - centres[1]))
        except ShapeError:
            return ""
        return ""

    def _others(self, fixed: dict) -> str:
        return ", ".join(f"{name} = {n}" for name, n in fixed.items())

    def _ran(self, known: Known, axis: str) -> str:
        told = self.record["networks"][known.name]["axes"][axis]
        others = self._others(told["others"])
        bracketed = "（{}）" if self.language == "zh" else " ({})"
        brackets = bracketed.format(others) if others else ""
        more = told["tried"] - told["upto"]
        ran = sum((last - first) // step + 1 for first, last, step in told["runs"]) + sum(
            int(n) > told["upto"] for n in told["outputs"]
        )
        parts = [
            self.say(
                RAN,
                version=self.record["torch"],
                axis=axis,
                upto=told["upto"],
                more=more,
                others=brackets,
                agreed=told["agreed"],
            )
        ]
        if ran < told["tried"]:
            parts[0] += self.say(REFUSED, refused=unbroken(told["tried"] - ran))
        if axis == known.asked[0]:
            seen = self.record["networks"][known.name]["receptive_field"]
            parts.append(
                self.say(MEASURED, outputs=seen["outputs"], extents=self._extents(seen["extents"]))
            )
        pairs = sorted((int(n), m) for n, m in told["outputs"].items())
        shown = [
            pair
            for i, pair in enumerate(pairs)
            if i == 0 or pair[0] == known.usual[axis] or pair[0] > told["upto"]
        ]
        if shown:
            parts.append(self.say(SAMPLES, pairs=", ".join(f"{n} → {m}" for n, m in shown[:6])))
        return "<br>".join(parts)

    def layers(self, known: Known) -> str:
        """Every layer with its size, and how the network is written; both folded away."""
        net, axis = _read(known.name), known.asked[0]
        along = _read(known.name, **_fixed(known, axis))
        reader = drawing.Reader(along, axis, known.usual, self.language)
        rows = [
            (
                f"`{repr(node.words) if node.words is not None else node.kind}`{{.sa-call}}",
                self._size(reader.size(node.outputs[0])),
                reader.number(node.outputs[0]),
            )
            for node in net.graph.nodes
        ]
        head = (self.word("layer"), axis, f"{axis} = {known.usual[axis]}")
        told = table(head, rows, "l l r")
        functions = (
            [known.build]
            if "_unet(" not in inspect.getsource(known.build)
            else [known.build, zoo._unet]
        )
        source = "\n\n".join(inspect.getsource(function).rstrip() for function in functions)
        count = sum(node.words is not None for node in net.graph.nodes)
        return "\n\n".join(
            f'??? note "{title}"\n\n{indented(body)}'
            for title, body in (
                (self.say(LAYERS, n=count), told),
                (self.say(SOURCE), f"```py\n{source}\n```"),
            )
        )

    def _size(self, size) -> str:
        return self._math(size.expr if isinstance(size, Length) else sympy.Integer(size))

    def _math(self, expr: sympy.Expr) -> str:
        """A formula in the line; a table has too many of them for their LaTeX as well."""
        return mathml(expr, language=self.language, source=False)

    def session(self, known: Known) -> str:
        """The same, asked in Python."""
        axis, shape = known.asked[0], ",".join(map(str, known.shape))
        runs, whole = self.sets(known, axis)
        fixed = (
            "".join(f", {name}={n}" for name, n in known.usual.items() if name != axis)
            if len(known.asked) > 1
            else ""
        )
        told = f'.text("{axis}").zh' if self.language == "zh" else ""
        lines = [
            "import shapealg as sa",
            f'net = sa.read(sa.zoo.{known.build.__name__}(), "{shape}")',
            "net.output_shape",
            f'print(net.accepts("{axis}"{fixed}){told})',
        ]
        if whole != runs:
            lines.append(f'print(net.accepts("{axis}", lossless=True{fixed}){told})')
        wrong = next((n for n in WRONG if n not in runs), None) if len(known.asked) == 1 else None
        if wrong:
            others = {name: known.usual[name] for name in known.usual if name != axis}
            given = ", ".join(f"{name}={n}" for name, n in ({axis: wrong} | others).items())
            lines.append(f"print(net.explain({given}){'.text.zh' if told else ''})")
        return self.blocks.result("\n".join(lines))

    # ------------------------------------------------------------ all of them

    def five(self) -> str:
        """U-Nets side by side."""
        return table(
            (
                self.word("network"),
                self.word("runs", axis="H"),
                self.word("whole", axis="H"),
                self.word("output"),
            ),
            [self._row(known, "unet.md#" + known.name) for known in self.known(*UNETS)],
        )

    def others(self) -> str:
        """The networks of the other pages."""
        rows = [
            self._row(known, f"{page}.md" + (f"#{known.name}" if len(names) > 1 else ""))
            for page, (names, *_) in PAGES.items()
            if page != "unet"
            for known in self.known(*names)
        ]
        return table(
            (
                self.word("network"),
                self.word("runs", axis="").strip(),
                self.word("whole", axis="").strip(),
                self.word("output"),
            ),
            rows,
        )

    def _row(self, known: Known, link: str) -> tuple:
        axis = known.asked[0]
        runs, whole = self.sets(known, axis)
        shape = _shape(known)
        size = shape[known.shape.index(axis)] if len(shape) == len(known.shape) else shape[-1]
        return (
            f"[{self.say(known.title)}]({link})",
            self.say(runs.text(axis)),
            self.say(whole.text(axis)),
            self._size(size),
        )

    def total(self) -> str:
        """How many sizes were run."""
        return unbroken(
            sum(
                axis["tried"]
                for told in self.record["networks"].values()
                for axis in told["axes"].values()
            )
        )

    def differing(self) -> str:
        """How many of them did not come out as computed."""
        return unbroken(
            sum(
                len(axis["disagreed"])
                for told in self.record["networks"].values()
                for axis in told["axes"].values()
            )
        )

    def version(self) -> str:
        """The version of PyTorch that ran them."""
        return self.record["torch"]


def _shape(known: Known) -> tuple:
    """The shape that comes out; one formula tells it of every known network."""
    shape = _read(known.name).output_shape
    if not isinstance(shape, tuple):
        raise TypeError(f"{known.name} has no one shape")
    return shape
