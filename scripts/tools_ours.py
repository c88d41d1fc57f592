"""What shapealg says, read from PyTorch, from ONNX and from Keras."""

from tools_frameworks import Keras, Torch
from tools_inference import File
from tools_question import Answer, Refused, line


class Ours:
    """`read`, `output_shape`, `accepts("H")`."""

    way = "set"
    imported = ("shapealg",)
    form, place = "1,4,H,W", 2

    def ask(self, given):
        """One reading, one question."""
        import shapealg

        try:
            self.net = shapealg.read(given, self.form)
            shape, self.set = self.net.output_shape, self.net.accepts("H")
        except shapealg.ShapeError as problem:
            raise Refused(line(problem)) from None
        told = repr(shape[self.place]) if isinstance(shape, tuple) else None
        return Answer(told, str(shape), str(self.set))

    def heights(self):
        """None where the set is only a bound: it does not say what is taken."""
        from shapealg.axis.bound import Bound

        return None if isinstance(self.set, Bound) else super().heights()

    def height(self, n):
        """By the answer alone."""
        if n not in self.set:
            raise Refused("not in the set")
        return int(self.net.at(H=n, W=self.example)[self.place])


class OursTorch(Ours, Torch):
    """A module in PyTorch."""


class OursOnnx(Ours, File):
    """A file in ONNX; the shape is in the file."""

    form = None


class OursKeras(Ours, Keras):
    """A model in Keras."""

    form, place = "1,H,W,4", 1
