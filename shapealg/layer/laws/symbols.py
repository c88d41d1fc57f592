"""What the laws of one layer speak of: their symbols, inputs, and the conditions they share."""

from sympy import Eq, Ge, Mod, Product, Symbol

from shapealg.law.parameter import Parameter
from shapealg.law.program import Entries
from shapealg.text import Text

c, g, f, w, s, k = (
    Symbol(name, integer=True, positive=True) for name in ("c", "g", "f", "w", "s", "k")
)
b, j, q, u, v = (Symbol(name, integer=True, nonnegative=True) for name in ("b", "j", "q", "u", "v"))
r = Symbol("r", integer=True, positive=True)
i, a, phi, chi = (Symbol(name, integer=True) for name in ("i", "a", "φ", "χ"))
ks, ms, ns = (Entries(name, integer=True, positive=True) for name in "kmn")

C = Parameter(c, Text(zh="输入通道数", en="input channels"))
FILTERS = Parameter(f, Text(zh="过滤器个数", en="number of filters"))
GROUPS = Parameter(g, Text(zh="分组数", en="groups"), 1)
BIAS = Parameter(b, Text(zh="有偏置为 1，没有为 0", en="1 with a bias, 0 without"), 1)
KERNEL = Parameter(ks, Text(zh="各轴的核尺寸", en="kernel size along each axis"))
INPUTS = Parameter(ns, Text(zh="各轴的输入尺寸", en="input size along each axis"))
OUTPUTS = Parameter(ms, Text(zh="各轴的输出尺寸", en="output size along each axis"))

DIVIDES = (
    Eq(Mod(c, g, evaluate=False), 0, evaluate=False),
    Eq(Mod(f, g, evaluate=False), 0, evaluate=False),
)
POSITIVE = tuple(Ge(x, 1, evaluate=False) for x in (c, f, g))
TAPS = Product(ks[i], (i, 1, r))  # weights of one filter on one input channel
