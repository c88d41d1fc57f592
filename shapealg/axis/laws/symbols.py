"""What the laws of one axis speak of: their symbols, inputs, and the conditions they share."""

from sympy import Expr, Ge, Symbol

from shapealg.axis.window import Window
from shapealg.law.parameter import Parameter
from shapealg.text import Text

DUMOULIN = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285"

n, m, j, t, lo, hi, p, op = (
    Symbol(name, integer=True) for name in ("n", "m", "j", "t", "lo", "hi", "p", "op")
)
k, f, s, d = (Symbol(name, integer=True, positive=True) for name in ("k", "f", "s", "d"))


def parameter(symbol: Symbol, zh: str, en: str, default: int | None = None) -> Parameter:
    """A parameter of a law, with its meaning in both languages."""
    return Parameter(symbol, Text(zh=zh, en=en), default)


N = parameter(n, "输入尺寸", "input size")
M = parameter(m, "输出尺寸", "output size")
K = parameter(k, "卷积核尺寸", "kernel size")
F = Parameter(f, Text(zh="过滤器尺寸", en="filter size"), kind="k")
S = parameter(s, "步长", "stride", 1)
D = parameter(d, "膨胀率", "dilation rate", 1)
LO = parameter(lo, "前侧填充", "padding before the input", 0)
HI = parameter(hi, "后侧填充", "padding after the input", 0)
P = parameter(p, "每侧的填充", "padding on each side")

WINDOW = Window.dilated(k, d, s, lo, hi)
SLACK = n + lo + hi - d * (k - 1) - 1  # what the padded input has more than one window
POSITIVE = {symbol: Ge(symbol, 1, evaluate=False) for symbol in (k, f, s, d)}
INPUT = Ge(n, 1, evaluate=False)  # without an input there is nothing that writes
# padding can make up for an empty input, not for a negative one
NOT_NEGATIVE = Ge(n, 0, evaluate=False)


def fits(window: Window, size: Expr = n) -> Ge:
    """At least one window fits: the size is at least `need(1)`, said as padded input ≥ span."""
    return Ge(size + window.lo + window.hi, window.kernel, evaluate=False)
