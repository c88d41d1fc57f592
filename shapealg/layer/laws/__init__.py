"""The laws of one layer, by theme; read them in the order of `__all__`, which is the
catalogue's.
"""

# ruff: noqa: F403 — the stars carry the names that an editor completes

from shapealg.layer.laws import channels, parameters, work
from shapealg.layer.laws.channels import *
from shapealg.layer.laws.parameters import *
from shapealg.layer.laws.work import *

__all__ = [
    *parameters.__all__,
    *work.__all__,
    *channels.__all__,
]
