"""The passes of a module that is run in tiles: one for each norm whose statistics are of the whole
input, in the order in which they run, and one for the output.
"""

from functools import partial

from torch import nn

from shapealg.adapters.plan import Plan, refused
from shapealg.adapters.torch_statistics import Enough, Statistics
from shapealg.text import Text

FORWARD = (nn.GroupNorm.forward, nn.InstanceNorm1d.forward)  # all instance norms' own


class Passes:
    """The passes of a module and its plan.

    Raises:
        ShapeError: where the plan names a norm that the module has not.
    """

    def __init__(self, model: nn.Module, plan: Plan):
        self.model, self.plan = model, plan
        modules = dict(model.named_modules())
        for name in plan.norms:
            if getattr(type(modules.get(name)), "forward", None) not in FORWARD:
                raise refused(
                    Text(zh="计划里的归一化，模块里没有", en="the module has no such norm"),
                    name,
                    Text(zh="用这个模块的计划", en="a plan of this module works"),
                )

    @property
    def plans(self) -> dict:
        """Norm → the plan of the pass that is for it; "" for the output's, which is the last."""
        return {**self.plan.before, "": self.plan}

    def steps(self, shape) -> list:
        """All tiles of all passes: (norm, plan, tile)."""
        last = [("", self.plan, parts) for parts in self.plan.cut(shape)]  # refuses, if anything
        before = self.plan.before.items()
        return [(name, plan, parts) for name, plan in before for parts in plan.cut(shape)] + last

    def during(self, known: dict, name: str, plan: Plan, parts: dict) -> dict:
        """What norms do in a tile of a pass, norm → function: those of earlier passes are `known`,
        and that which the pass is for gathers from what of its input is right, and no other tile's.
        """
        made = {self.norm(other): one.normalized for other, one in known.items() if other != name}
        if name:
            gathering = known.setdefault(name, Statistics(self.norm(name)))
            made[gathering.norm] = lambda x: _stop(gathering.add(x[plan.at(parts, "keep")]))
        return made

    def at_once(self) -> dict:
        """The same for all that is done in any of the passes: gathered, and normalized by that."""
        kept: list[Statistics] = []
        return {self.norm(name): partial(_both, kept, self.norm(name)) for name in self.plan.norms}

    def until(self, name: str) -> dict:
        """The same for a pass that is only run through."""
        return {self.norm(name): _stop} if name else {}

    def norm(self, name: str) -> nn.Module:
        """A norm by its path."""
        return self.model.get_submodule(name)


def _both(kept: list, norm: nn.Module, x):
    kept.append(Statistics(norm))
    kept[-1].add(x)
    return kept[-1].normalized(x)


def _stop(*_):
    raise Enough
