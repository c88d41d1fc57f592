"""A comparison that does not hold at all sizes, and so stops the run that asks it."""

from shapealg.axis.sizes import Sizes


class Fork(Exception):
    """A comparison that holds at some sizes of a name, and at others not."""

    def __init__(self, name: str, holds: Sizes, others: Sizes):
        self.name, self.sides = name, (holds, others)


class Split(Exception):
    """A comparison that depends on the residue of a size for ever, where only one way is gone."""

    def __init__(self, name: str, modulus: int):
        self.name, self.modulus = name, modulus
