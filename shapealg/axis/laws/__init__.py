"""The laws of one axis, by theme, in the order of the catalogue, `__all__`.

To read them, begin with `symbols`, of which all speak, then `counting` and `rounding`, which others
cite.
"""

# ruff: noqa: F403 — the stars carry the names that an editor completes

from shapealg.axis.laws import (
    ceiling,
    chain,
    counting,
    inverse,
    named,
    padding,
    remainder,
    rounding,
    same,
    transposed,
)
from shapealg.axis.laws.ceiling import *
from shapealg.axis.laws.chain import *
from shapealg.axis.laws.counting import *
from shapealg.axis.laws.inverse import *
from shapealg.axis.laws.named import *
from shapealg.axis.laws.padding import *
from shapealg.axis.laws.remainder import *
from shapealg.axis.laws.rounding import *
from shapealg.axis.laws.same import *
from shapealg.axis.laws.transposed import *

__all__ = [
    *counting.__all__,
    *named.__all__,
    *same.__all__,
    *rounding.__all__,
    *remainder.__all__,
    *inverse.__all__,
    *transposed.__all__,
    *padding.__all__,
    *ceiling.__all__,
    *chain.__all__,
]
