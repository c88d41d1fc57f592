"""What is known on a way: which sizes go it, and what holds of several together."""

from dataclasses import dataclass

NAMELESS = "_unknown_"  # how sizes begin that no formula tells


@dataclass(frozen=True)
class Known:
    """What is known on a way.

    Attributes:
        box: name → `Sizes`, of sizes that are restricted.
        held: conditions on several sizes that hold.
    """

    box: dict
    held: tuple = ()

    def narrowed(self, box: dict, held: tuple = ()) -> "Known":
        """The same with more that is known."""
        return Known(self.box | box, self.held + held)

    @property
    def fixed(self) -> dict:
        """The sizes that can be one number only."""
        return {
            name: those.exceptions[0]
            for name, those in self.box.items()
            if not those.residues and len(those.exceptions) == 1
        }


def no_formula(names) -> bool:
    """Whether one of these sizes is one that no formula tells."""
    return any(name.startswith(NAMELESS) for name in names)
