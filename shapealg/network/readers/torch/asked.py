"""What is asked of a module."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shapealg.network.readers.torch.stand_ins import StandIns


@dataclass(frozen=True)
class Asked:
    """A module that is read.

    Attributes:
        module: the module.
        inputs: name → shape.
        call: `call(twin, tensors)` runs the twin on its inputs.
        types: name → the type of its numbers.
        stand_ins: what its code is given where Python itself wants a number.
        data: what data are taken to answer.
        emptied: the lines at which nothing is left of an axis, whatever the sizes.
    """

    module: object
    inputs: dict
    call: Callable[..., Any]
    types: dict
    stand_ins: StandIns
    data: tuple = ()
    emptied: set = field(default_factory=set)
