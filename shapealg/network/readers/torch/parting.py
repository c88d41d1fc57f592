"""What stops a run before its end; no `except Exception` of a model's own stops it in turn."""


class Parting(BaseException):
    """Here ways part.

    Attributes:
        sides: what is known on each way from here on: (name → `Sizes`, conditions that hold).
        line: the line of the model that asks.
        tried: in how many modules it was tried to let them come together again.
    """

    def __init__(self, sides: tuple, line: str):
        self.sides, self.line, self.tried = sides, line, 0


class Again(BaseException):
    """The run is begun again: the model's code has been given what it lacked."""


class ByData(BaseException):
    """Data decide here which way it goes.

    Attributes:
        line: the line of the model that asks.
    """

    def __init__(self, line: str):
        self.line = line
