"""Watching a run: PyTorch tells of every call of its functions, methods and layers."""

from functools import partial
from typing import Any

from shapealg.axis.length import Length
from shapealg.errors import ShapeError
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch.nested import flat, mapped
from shapealg.network.readers.torch.noted import shape_of, value_of
from shapealg.network.readers.torch.number import Number
from shapealg.network.readers.torch.pieces import pieces
from shapealg.network.readers.torch.rejoined import rejoin
from shapealg.network.readers.torch.run import Asking, Run
from shapealg.network.readers.torch.scalars import READ, WANTED, Scalars, symbol
from shapealg.network.readers.torch.seen import seen
from shapealg.network.readers.torch.step import WAITING, Step
from shapealg.network.readers.torch.table import FUNCTIONS, METHODS, modules, pointwise
from shapealg.network.readers.torch.table.entry import Entry
from shapealg.network.readers.torch.table.words import WORDS
from shapealg.network.readers.torch.tagged import by_tag
from shapealg.network.readers.torch.tape import Tape
from shapealg.network.readers.torch.unanswered import unanswered
from shapealg.network.tensor import Tensor
from shapealg.text import Text

ASIDE = """size dim numel nelement stride is_contiguous is_floating_point is_complex element_size
storage_offset data_ptr ndimension get_device is_tensor is_storage is_same_size is_signed
requires_grad_ untyped_storage register_hook result_type can_cast is_inference
broadcast_shapes has_torch_function tensor_split_ set_grad_enabled
__set__ __len__ __hash__ __repr__ __format__ _assert
""".split()  # they make no tensor
SEEN = "T mT H mH data real imag".split()  # attributes that are tensors
LONGS = "embedding one_hot embedding_bag".split()  # take places first
OF_NUMBERS = "tensor as_tensor scalar_tensor from_numpy".split()  # make a tensor of them
PLACED = "getitem", "setitem"
ELSEWHERE = "cpu cuda xpu".split()  # methods that only move a tensor
LEFT = "expand broadcast_to view reshape unflatten".split()  # −1 stands for the length there is
TURNING = "unsqueeze squeeze transpose swapaxes swapdims t resize".split()  # in place, too
NAMES = {
    "__rsub__": "rsub",
    "__rtruediv__": "rdiv",
    "__rdiv__": "rdiv",
    "__matmul__": "matmul",
    "__rmatmul__": "rmatmul",
    "__rpow__": "rpow",
}


def watched(run: Run, module, inputs: dict, tensors: dict, rejoining: bool):
    """The mode in which `module`, a twin, is run; if `rejoining`, ways join again within it."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Watching(TorchFunctionMode):
        def __init__(self):
            super().__init__()
            self.calls = Calls(Tape(run, module, inputs, tensors))

        def __torch_function__(self, function, types, args=(), kwargs=None):
            return run.enter(lambda: seen(self.calls.called(function, args, kwargs or {})))

    watching = Watching()
    calls = watching.calls
    for path, part in module.named_modules():
        home = type(part).__module__
        if home.startswith("torch.nn") and type(part) is not torch.nn.Sequential:
            calls.watch(part, path)
        elif rejoining and path:
            rejoin(calls, part, path)
    return watching


class Calls:
    """The calls of a run, each taken as PyTorch tells of it.

    Args:
        tape: where they are noted.

    Attributes:
        refusal: what the model may take last, and its node.
    """

    def __init__(self, tape: Tape):
        self.torch, self.run, self.tape = tape.torch, tape.run, tape
        self.scalars = Scalars(tape)
        self.moved: dict[int, tuple] = {}  # id of a tensor that no module keeps → that beside it
        self.alike: dict[tuple, Any] = {}  # shape and type → a tensor of them
        self.refusal: tuple = None, None

    def one(
        self, name, kind, function, handler, args, kwargs, words=None, weights=(), in_place=False
    ):
        """A call as a node, and what comes out of it; what is given is told of `Step`."""
        step = Step(self, name, kind, function, handler, args, kwargs, words, weights, in_place)
        return step.taken()

    def empty(self, known: tuple, dtype):
        """A tensor of a shape that is known here already."""
        _C, shape = self.torch._C, tuple(map(self.run.pinned, known))
        if (shape, dtype) not in self.alike:
            sizes = [n if type(n) is int else symbol(self.run, n) for n in shape]
            with _C.DisableTorchFunction():  # no call of the model's
                self.alike[shape, dtype] = self.torch.empty(sizes, dtype=dtype, device="meta")
        with _C.DisableTorchFunction(), _C._DisablePythonDispatcher():
            # strides of open sizes take long to work out: once is enough
            return self.alike[shape, dtype].detach()

    # ------------------------------------------------------------ layers

    def watch(self, part, path: str) -> None:
        """Let a layer of PyTorch's own be one node."""
        try:
            handler, words = modules.read(part)
        except ShapeError:  # it may stand there without ever being called
            return
        if handler is None:
            return
        forward = part.forward

        def whole(*args, **kwargs):
            if self.run.inside:
                return forward(*args, **kwargs)
            args, kwargs = self._together(args, kwargs)
            told = handler
            if type(words).__name__.startswith("ConvTranspose"):
                told = modules.with_size(handler)  # which may be given
            return self.one(
                path,
                type(part).__name__,
                lambda: forward(*args, **kwargs),
                told,
                args,
                kwargs,
                words,
                list(part.parameters()),
                getattr(part, "inplace", False),
            )

        part.forward = lambda *args, **kwargs: self.run.enter(lambda: whole(*args, **kwargs))

    # ------------------------------------------------------------ functions

    def called(self, function, args, kwargs):
        """Any function of PyTorch, or method of a tensor."""
        name = getattr(function, "__name__", "call")
        if name == "__get__":
            name = function.__self__.__name__
            if name not in SEEN:
                return function(*args, **kwargs)
        elif name in ASIDE:
            return function(*args, **kwargs)
        if name in ELSEWHERE:
            return args[0]
        args, kwargs = self._home(name, args, kwargs)
        if name not in OF_NUMBERS:  # whose types these hang on
            args, kwargs = self._of_numpy(name, args, kwargs)
        if function is self.torch.embedding:
            function = self.torch.nn.functional.embedding
            args, kwargs = _by_table(*args, **kwargs), {}
        args = self._whole_numbers(name, args)
        if self.run.inside:
            return function(*args, **kwargs)
        if name in READ:
            return self.scalars.read(name, function, args, kwargs)
        if name in OF_NUMBERS:
            return self.scalars.tensor(function, args, kwargs)
        return self._noted(name, function, args, kwargs)

    def _home(self, name: str, args, kwargs) -> tuple:
        """Everything is on the meta device, where nothing is drawn, and stays there."""
        meta = self.torch.device("meta")
        if name == "to" and args[0].device == meta:
            args = tuple(a for a in args if not isinstance(a, str | self.torch.device))
        if name == "type":
            args, kwargs = mapped((args, kwargs), self._numbers_of)
        kwargs = {word: one for word, one in kwargs.items() if word != "generator"}
        if kwargs.get("device") is not None:
            return args, kwargs | {"device": meta}
        return args, kwargs

    def _numbers_of(self, thing):
        """The type of the numbers of a class of tensors, such as "torch.FloatTensor"; where its
        tensors are does not matter.
        """
        if isinstance(thing, str):
            thing = getattr(self.torch, thing.rpartition(".")[-1], thing)
        return thing.dtype if isinstance(thing, type(self.torch.FloatTensor)) else thing

    def _of_numpy(self, name: str, args, kwargs) -> tuple:
        """NumPy's whole numbers as Python's; in square brackets its arrays as tensors."""

        def plain(thing):
            kind = thing.dtype.kind if _is_numpys(thing) else ""
            if kind in ("i", "u") and not thing.ndim:
                return thing.item()
            rows = kind and name.strip("_") in PLACED
            return self.torch.from_numpy(thing) if rows and thing.ndim else thing

        if not any(map(_is_numpys, flat((args, kwargs)))):
            return args, kwargs
        return mapped((args, kwargs), plain)

    def _together(self, args, kwargs):
        """A tensor that no module keeps, as one of a closure, beside those that run, or sizes that
        are open.
        """
        given = flat((args, kwargs))
        there = {t.device.type for t in given if isinstance(t, self.torch.Tensor)}
        if len(there) < 2 and not any(isinstance(value_of(n), Length | Ratio) for n in given):
            return args, kwargs

        def moved(thing):
            if not isinstance(thing, self.torch.Tensor) or thing.device.type == "meta":
                return thing
            if not thing.ndim:  # a number may come from anywhere
                return thing
            if id(thing) not in self.moved:
                with self.torch._C.DisableTorchFunctionSubclass():
                    made = self.torch.empty_like(thing, device="meta")
                self.tape.originals[id(made)] = self.moved[id(thing)] = made, thing
            return self.moved[id(thing)][0]

        return mapped((args, kwargs), moved)

    def _whole_numbers(self, name: str, args) -> tuple:
        """What is to be places, is: a shape says nothing of the kind of numbers."""
        if name not in LONGS or not args:
            return args
        first, *others = args
        if not first.is_floating_point() or first.device.type != "meta":
            return args
        with self.torch._C.DisableTorchFunctionSubclass():
            changed = self.torch.empty_like(first, dtype=self.torch.long)
        if id(first) in self.tape.names:
            self.tape.call(changed, self.tape.names[id(first)])
        return changed, *others

    def _noted(self, name: str, function, args, kwargs):
        kind = NAMES.get(name, name.strip("_").removesuffix("_with_indices"))
        args, kwargs = self.scalars.filled(kind, args, kwargs)
        if kind not in PLACED:  # PyTorch takes places from anywhere
            args, kwargs = self._together(args, kwargs)
        if kind in LEFT:
            args, kwargs = mapped((args, kwargs), self.scalars.left)
        if kind == "setitem":
            return self._written(kind, function, args, kwargs)
        home = (getattr(function, "__module__", None) or "torch").partition(".")[0]
        method = getattr(self.torch.Tensor, name, None) is function
        table = METHODS if method else FUNCTIONS
        handler = (table.get(kind) or by_tag(kind)) if home == "torch" else None
        if kind in WAITING and (made := pieces(self, kind, args, kwargs)) is not None:
            return made
        if kind == "type" and len(args) + len(kwargs) == 1:
            return function(*args).replace("torch.meta.", "torch.")  # where it is does not matter
        weights = [a for a in flat((args, kwargs)) if isinstance(a, self.torch.nn.Parameter)]
        words = self._words(kind, args, kwargs) if kind in WORDS else None
        written = name.endswith("_") and (not name.endswith("__") or name.startswith("__i"))
        if written and handler is not None and kind not in TURNING:
            handler = Entry.of(handler).around(pointwise.in_place)
        return self.one(
            kind,
            kind,
            lambda: self._performed(kind, function, args, kwargs),
            handler,
            args,
            kwargs,
            words,
            weights,
            written or kwargs.get("inplace"),
        )

    def _words(self, kind: str, args, kwargs):
        """The layer that a call is, where that does not wait for sizes."""
        if kwargs.get("return_indices"):
            return None
        named = {word: one for word, one in kwargs.items() if word != "input"}
        placed, named = mapped((args[1:], named), self._plainly)
        if any(isinstance(a, Number) or _open(a) for a in flat((placed, named))):
            return None
        try:
            return WORDS[kind](*placed, **named)
        except (TypeError, AttributeError):
            return None

    def _plainly(self, thing):
        if isinstance(thing, self.torch.Tensor):
            return Tensor(shape_of(thing))
        return thing.node if isinstance(getattr(thing, "node", None), Number) else thing

    def _written(self, kind: str, function, args, kwargs):
        """What PyTorch writes into a tensor, whose shape stays."""
        with Asking(self.run):
            return self._performed(kind, function, args, kwargs)

    def _performed(self, kind: str, function, args, kwargs):
        """What PyTorch makes of a call; where it wants a number and finds a tensor, it gets the
        number that is known of the tensor.
        """
        try:
            return self._placed(kind, function, args, kwargs)
        except RuntimeError as problem:
            if not any(word in str(problem) for word in WANTED):
                raise
        number = partial(self.scalars.number, kind)
        method = getattr(self.torch.Tensor, function.__name__, None) is function
        own, rest = args[: int(method)], args[int(method) :]
        if kind in PLACED:
            rest = self.scalars.places(rest[0], kind), *rest[1:]
        args = *own, *mapped(rest, number)
        return self._placed(kind, function, args, mapped(kwargs, number))

    def _placed(self, kind: str, function, args, kwargs):
        """What PyTorch makes of a call; in square brackets it takes no place that is open."""
        try:
            return function(*args, **kwargs)
        except IndexError as problem:
            if "got SymInt" not in str(problem):
                raise
        rank = getattr(args[-1], "ndim", 0)
        there = args[0]
        if kind == "setitem":
            there = self.called(self.torch.Tensor.__getitem__, args[:2], {})
            if rank:
                self.called(self.torch.Tensor.copy_, (there, args[2]), {})
        if kind == "setitem" and rank <= there.ndim:  # of more axes only those of 1 would go
            return None
        raise unanswered(
            Text(zh="forward 在这里需要一个数值", en="forward needs a number here"),
            args[1],
        )


def _is_numpys(thing) -> bool:
    """Whether it is a number of NumPy's, or an array; NumPy need not be loaded for that."""
    return type(thing).__module__ == "numpy" and hasattr(thing, "dtype")


def _open(thing) -> bool:
    """Whether it is a tensor, such as the weights of a call, whose own lengths are open."""
    return isinstance(thing, Tensor) and any(type(n) is not int for n in thing.shape or ())


def _by_table(weight, indices, *_, **__) -> tuple:
    """What looks up takes, of what `torch.embedding` takes, where the table comes first."""
    return indices, weight
