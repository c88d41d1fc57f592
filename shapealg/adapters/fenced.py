"""A block of a text, in which layers stand as in a program, turned into formula, table and picture.

Nothing is run: the calls are read by `shapealg.words.spoken`, one a line.
"""

from dataclasses import dataclass
from html import escape

from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, one_line
from shapealg.law.notation import mathml
from shapealg.network.network import Network
from shapealg.network.readers import read
from shapealg.printing import shape_told
from shapealg.render import notebook
from shapealg.shapes import typed
from shapealg.text import LANGUAGES, Text
from shapealg.words import spoken

MOST = 200  # layers of a block
STYLE = """<style>
.sa-nb details,.sa-nb summary{border:0;box-shadow:none;background:none;margin:.3em 0;
padding:0!important;font-size:inherit}
.sa-nb summary::before,.sa-nb summary::after{display:none}
.sa-nb math{math-style:normal}
</style>"""
STYLE = "".join(STYLE.splitlines())


@dataclass(frozen=True, slots=True)
class Block:
    """What a block says.

    Attributes:
        layers: the layers, in a row.
        net: the network that they are.
        language: of the answer.
    """

    layers: tuple
    net: Network
    language: str

    def html(self, styled: bool = True) -> str:
        """Formula, table and picture; without its style where the page has it already."""
        alone = len(self.layers) == 1
        body = notebook.shown(self.layers[0] if alone else self.net, self.language) or ""
        body = body.replace("<table>", '<table class="sa-t">')  # no theme's own borders
        head, end, rest = body.partition("</p>") if alone else ("", "", body)
        style = notebook.STYLE + STYLE if styled else ""
        body = f"{head}{end}{self._formula()}{rest}"
        return f'{style}<div class="sa-nb" lang="{self.language}">{body}</div>'

    def text(self) -> str:
        """The same where there is no HTML: the table, and what holds."""
        return self.net.text[self.language]

    def _formula(self) -> str:
        """What goes in and comes out, and what becomes of each open size that changes."""
        (given,), made = self.net.graph.inputs.values(), self.net.output_shape
        if not isinstance(made, tuple):  # other formulas at other sizes
            return ""
        whole = f"{escape(shape_told(given))} → {escape(shape_told(made))}"
        lines = [] if given == notebook.named(self.layers[0]) else [whole]
        for n in made:
            if isinstance(n, Length) and len(n.names) == 1 and n != Length.of(n.names[0]):
                made_of = mathml(n.expr, language=self.language)
                lines.append(f"{mathml(Length.of(n.names[0]).expr)} ↦ {made_of}")
        return "".join(f"<p>{line}</p>" for line in lines)


def block(text: str, language: str = "en") -> Block:
    """What a block says: a call a line; `input: N,3,H,W` and `lang: zh` may stand among them, `#`
    begins a comment.

    Raises:
        ShapeError: for what is no such call, or does not fit; the line tells which.

    >>> made = block("torch.Conv2d(3, 64, 7, stride=2, padding=3)\\ninput: N,3,H,224")
    >>> made.net.output_shape
    (N, 64, (H + 1)//2, 112)
    """
    layers, shape = [], None
    for line in text.splitlines():
        said = line.strip()
        word, colon, value = said.partition(":")
        if word == "input" and colon:
            shape = typed(value)
        elif word == "lang" and colon:
            language = _language(value.strip())
        elif said and not said.startswith("#"):
            layers.append(spoken.read(said))
    if not 0 < len(layers) <= MOST:
        raise ShapeError(
            Text(zh=f"一块须有 1 … {MOST} 层", en=f"a block has 1 … {MOST} layers"),
            len(layers),
            Text(zh="例如 torch.Conv2d(3, 64, 7)", en="for example torch.Conv2d(3, 64, 7)"),
        )
    made = Block(tuple(layers), read(layers, shape or _usual(layers[0])), _language(language))
    made.net.flow  # noqa: B018 - raises where it runs at no size
    return made


def refusal(problem: ShapeError, language: str) -> str:
    """A block that is wrong, as the page shows it."""
    told = problem.zh if language == "zh" else str(problem)
    return f'<pre class="sa-error">shapealg: {escape(one_line(told, 400))}</pre>'


def _language(said: str) -> str:
    if said not in LANGUAGES:
        raise ShapeError(
            Text(zh="没有这种语言", en="there is no such language"),
            said,
            Text(zh=f"可用：{', '.join(LANGUAGES)}", en=f"one of {', '.join(LANGUAGES)} works"),
        )
    return said


def _usual(layer) -> tuple:
    """An input for a layer, with names for what it leaves open."""
    made = notebook.named(layer)
    if "C" in made:
        raise ShapeError(
            Text(zh="须给出输入的形状", en="the shape of the input is needed"),
            Received(repr(layer)),
            Text(zh="例如 input: N,3,H,W", en="for example input: N,3,H,W"),
        )
    return made
