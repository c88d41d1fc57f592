"""A block of a text, in which layers stand as in a program, turned into formula, table and picture.

Nothing is run: `shapealg.network.readers.pasted` parses the layers.
"""

from dataclasses import dataclass
from html import escape

from shapealg.axis.length import Length
from shapealg.errors import ShapeError, one_line
from shapealg.law.notation import mathml
from shapealg.network.network import Network
from shapealg.network.readers import pasted, read
from shapealg.printing import shape_told
from shapealg.render import notebook
from shapealg.shapes import typed
from shapealg.text import LANGUAGES, Text
from shapealg.words.shape import open_shape
from shapealg.words.words import Words

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
        alone = len(self.layers) == 1 and isinstance(self.layers[0], Words)
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
        first = self.layers[0]
        usual = isinstance(first, Words) and given == open_shape(first)
        lines = [] if usual else [whole]
        for n in made:
            if isinstance(n, Length) and len(n.names) == 1 and n != Length.of(n.names[0]):
                made_of = mathml(n.expr, language=self.language)
                lines.append(f"{mathml(Length.of(n.names[0]).expr)} ↦ {made_of}")
        return "".join(f"<p>{line}</p>" for line in lines)


def block(text: str, language: str = "en") -> Block:
    """What a block says: layers, as `pasted` has them; `input: N,3,H,W` and `lang: zh` may stand
    among them, `#` begins a comment.

    Raises:
        ShapeError: for what is no such call, or does not fit; the line tells which.

    >>> made = block("torch.Conv2d(3, 64, 7, stride=2, padding=3)\\ninput: N,3,H,224")
    >>> made.net.output_shape
    (N, 64, (H + 1)//2, 112)
    """
    lines, shape = [], None
    for line in text.splitlines():
        word, colon, value = line.strip().partition(":")
        if word == "input" and colon:
            shape = typed(value)
        elif word == "lang" and colon:
            language = _language(value.strip())
        else:
            lines.append(line)
    layers = pasted.layers("\n".join(lines))
    made = Block(tuple(layers), read(layers, shape), _language(language))
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
