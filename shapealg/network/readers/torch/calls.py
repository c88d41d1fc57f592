"""Watching a run: PyTorch tells of every call of its functions, methods and layers."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from shapealg.axis.condition import Condition
from shapealg.axis.length import Length
from shapealg.errors import Received, ShapeError, Undecided
from shapealg.network.along import Along
from shapealg.network.failure import Failure, at_node
from shapealg.network.graph import Names, Node
from shapealg.network.ratio import Ratio
from shapealg.network.readers.torch import guessed, noted
from shapealg.network.readers.torch.at_once import at_once
from shapealg.network.readers.torch.caught import caught
from shapealg.network.readers.torch.nested import flat, in_rows, lengths, mapped
from shapealg.network.readers.torch.noted import Shaped, Slot, shape_of, value_of
from shapealg.network.readers.torch.number import Number, Unanswered
from shapealg.network.readers.torch.pieces import pieces
from shapealg.network.readers.torch.refusal import refused
from shapealg.network.readers.torch.rejoined import rejoin
from shapealg.network.readers.torch.run import ELSE, Asking, Run, line, unanswered
from shapealg.network.readers.torch.seen import seen
from shapealg.network.readers.torch.table import FUNCTIONS, METHODS, modules, pointwise
from shapealg.network.readers.torch.table.entry import Entry
from shapealg.network.readers.torch.table.words import WORDS
from shapealg.network.readers.torch.tagged import by_tag
from shapealg.network.tensor import Places, Tensor
from shapealg.text import Text

ASIDE = """size dim numel nelement stride is_contiguous is_floating_point is_complex element_size
storage_offset data_ptr ndimension get_device is_tensor is_storage is_same_size is_signed
requires_grad_ untyped_storage register_hook result_type can_cast is_inference
broadcast_shapes has_torch_function tensor_split_ set_grad_enabled
__set__ __len__ __hash__ __repr__ __format__ _assert
""".split()  # they make no tensor
SEEN = "T mT H mH data real imag".split()  # attributes that are tensors
WAITING = "chunk split unbind".split()  # PyTorch tells first into how many pieces
MANY = 2**6  # so many numbers of a tensor are kept
LONGS = "embedding one_hot embedding_bag".split()  # take places first
FILLED = {
    "full": 1,
    "full_like": 1,
    "new_full": 2,
    "fill": 1,
}  # with a number that may be a tensor's
BETWEEN = "__contains__ equal allclose".split()  # truths of a tensor and something else
TRUTHS = ["__bool__", "is_nonzero", *BETWEEN]
PLACED = "getitem", "setitem"
ELSEWHERE = "cpu cuda xpu".split()  # methods that only move a tensor
LEFT = "expand broadcast_to view reshape unflatten".split()  # −1 stands for the length there is
WANTED = "Cannot cast tensor", "cannot be called on meta tensors"  # where a number is to stand
# PyTorch's own, which say nothing of the sizes
MISTAKES = "INTERNAL ASSERT", "Internal error", "meta tensor", "with symbolic sizes"
# of these PyTorch sees only where it computes that nothing is left; of convolutions up to 2.6
COMPUTED = """interpolate Upsample UpsamplingNearest2d UpsamplingBilinear2d conv1d conv2d conv3d
Conv1d Conv2d Conv3d""".split()
READ = "item tolist __int__ __float__ __index__ __complex__".split() + TRUTHS
TURNING = "unsqueeze squeeze transpose swapaxes swapdims t resize".split()  # in place, too
NAMES = {
    "__rsub__": "rsub",
    "__rtruediv__": "rdiv",
    "__rdiv__": "rdiv",
    "__matmul__": "matmul",
    "__rmatmul__": "rmatmul",
    "__rpow__": "rpow",
}


def watched(run: Run, module, inputs: dict, tensors: dict, rejoining: bool = False):
    """The mode in which `module`, a twin, is run; where ways join again within it, if asked."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Watching(TorchFunctionMode):
        def __init__(self):
            super().__init__()
            self.calls = Calls(run, module, inputs, tensors)

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
    """The calls of a run, as nodes.

    Args:
        run: the run.
        module: what runs, a twin.
        inputs: name → tensor, of the tensors that go in.
        originals: id of a tensor of the twin → that tensor, and the module's own.
    """

    def __init__(self, run: Run, module, inputs: dict, originals: dict):
        import torch

        self.torch, self.run, self.originals = torch, run, originals
        self.value_of, self.shape_of = value_of, shape_of
        self.moved: dict[int, tuple] = {}  # id of a tensor that no module keeps → that beside it
        self.nodes: list[Node] = []
        self.constants: dict[str, Tensor] = {}
        self.free = Names(inputs).free
        self.names = {id(tensor): name for name, tensor in inputs.items()}
        self.alive = [*inputs.values()]
        self.paths = {
            id(p): path for path, p in (*module.named_parameters(), *module.named_buffers())
        }
        self.alike: dict[tuple, Any] = {}  # shape and type → a tensor of them
        self.weighed: dict[str, dict] = {}  # node → its own weights, with their numbers
        self.sizes: dict[object, str] = {}  # a size that the model works out → its node
        self.refusal: tuple = None, None  # what the model may take last, and its node
        self.run.tensors.update({name: Tensor(shape_of(t), None, ()) for name, t in inputs.items()})

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
            if len(args) + len(kwargs) > 1 and type(words).__name__.startswith("ConvTranspose"):
                told = modules.with_size(handler)
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

    def empty(self, known: tuple, dtype):
        """A tensor of a shape that is known here already."""
        _C, shape = self.torch._C, tuple(map(self.run.pinned, known))
        if (shape, dtype) not in self.alike:
            sizes = [n if type(n) is int else self._symbol(n, None) for n in shape]
            self.alike[shape, dtype] = self.torch.empty(sizes, dtype=dtype, device="meta")
        with _C.DisableTorchFunction(), _C._DisablePythonDispatcher():
            # strides of open sizes take long to work out: once is enough
            return self.alike[shape, dtype].detach()

    # ------------------------------------------------------------ functions

    def called(self, function, args, kwargs):
        """Any function of PyTorch, or method of a tensor."""
        name = getattr(function, "__name__", "call")
        if name == "__get__":
            name = function.__self__.__name__
            if name not in SEEN:
                return function(*args, **kwargs)
        elif name in ASIDE:
            return self._aside(name, function, args, kwargs)
        if name in ELSEWHERE:
            return args[0]
        args, kwargs = self._home(name, args, kwargs)
        if function is self.torch.embedding:
            function = self.torch.nn.functional.embedding
            args, kwargs = _by_table(*args, **kwargs), {}
        args = self._whole_numbers(name, args)
        if self.run.inside:
            return function(*args, **kwargs)
        if name in READ:
            return self._read(name, function, args, kwargs)
        if name in ("tensor", "as_tensor", "scalar_tensor", "from_numpy"):
            return self._made_of_numbers(function, args, kwargs)
        return self._noted(name, function, args, kwargs)

    def _aside(self, name: str, function, args, kwargs):
        if name == "__len__":
            return self.run.number(value_of(args[0].shape[0]))
        return function(*args, **kwargs)

    def _home(self, name: str, args, kwargs) -> tuple:
        """Everything is on the meta device, where nothing is drawn, and stays there."""
        meta = self.torch.device("meta")
        if name == "to" and args[0].device == meta:
            args = tuple(a for a in args if not isinstance(a, str | self.torch.device))
        kwargs = {word: one for word, one in kwargs.items() if word != "generator"}
        if kwargs.get("device") is not None:
            return args, kwargs | {"device": meta}
        return args, kwargs

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
                self.originals[id(made)] = self.moved[id(thing)] = made, thing
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
        if id(first) in self.names:
            self._called(changed, self.names[id(first)])
        return changed, *others

    def _read(self, name: str, function, args, kwargs):
        """A number out of a tensor: one that sizes tell."""
        x = args[0]
        if x.device.type != "meta":
            return function(*args, **kwargs)
        tensor = self.run.tensors.get(self.names.get(id(x)))
        if name not in BETWEEN and tensor is not None and tensor.value is not None:
            return self._given_back(name, tensor.value, x)
        if name in TRUTHS:
            return self.run.of_data()
        raise of_data(name.strip("_"))

    def _given_back(self, name: str, value, x):
        if isinstance(value, tuple):
            if name == "tolist":
                return in_rows([seen(self._symbol(n, x)) for n in value], x.shape)
            (value,) = value
        if name in TRUTHS:
            return bool(self._symbol(value, None))
        if name in ("__int__", "__index__"):
            return self.run.number(value)
        return self._symbol(value, x)

    def _symbol(self, value, x):
        """A number as PyTorch has it; of a tensor of fractions, a fraction."""
        value = self.run.pinned(value)
        if isinstance(value, int | float | bool):
            return value
        if isinstance(value, Condition):
            return self.run.ask(value)
        if x is not None and x.is_floating_point():
            return self.torch.SymFloat(Number(value, self.run, float))
        return self.torch.SymInt(Number(value, self.run, int))

    def _made_of_numbers(self, function, args, kwargs):
        """A tensor made of numbers, open or not: where they are few, they are kept beside it."""
        numbers = flat(args)
        given = [value_of(n) for n in numbers]
        if all(n is one for n, one in zip(given, numbers, strict=True)):
            made = function(*args, **kwargs)
            if not given or not all(isinstance(n, int | float) for n in given):
                return made
            given = flat(function(*args, **kwargs | {"device": "cpu"}).tolist())
        else:
            whole = all(isinstance(n, int | Length) for n in given)
            dtype = kwargs.get("dtype") or (self.torch.long if whole else None)
            made = self.torch.empty(lengths(args[0]), dtype=dtype, device="meta")
        if any(isinstance(n, Length | Ratio) for n in given):
            self._row(made, given)
            return made
        tensor = self.run.tensors[self._name_of(made)]
        if isinstance(tensor, Places):
            tensor.reach = min(given), max(given)
        if len(given) <= MANY and not made.is_complex():
            tensor.value = tuple(given) if made.ndim else given[0]
        return made

    def _row(self, made, given: list) -> None:
        """Note a tensor of sizes, which are numbers once sizes are."""
        numbers = tuple(given) if made.ndim else given[0]
        numbers = numbers if len(given) <= MANY else None
        name, shape = self.free("sizes"), tuple(made.shape)
        told = None if any(map(self.run.is_nameless, given)) else numbers
        self._called(made, name)
        self._add(Node(name, "sizes", noted.row(shape, told), (), (name,), parameters=0))
        self.run.tensors[name] = noted.row(shape, numbers)(self.run)

    def _noted(self, name: str, function, args, kwargs):
        kind = NAMES.get(name, name.strip("_").removesuffix("_with_indices"))
        args, kwargs = self._filled(kind, args, kwargs)
        if kind not in PLACED:  # PyTorch takes places from anywhere
            args, kwargs = self._together(args, kwargs)
        if kind in LEFT:
            args, kwargs = mapped((args, kwargs), self._left)
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
        number = partial(self._number, kind)
        method = getattr(self.torch.Tensor, function.__name__, None) is function
        own, rest = args[: int(method)], args[int(method) :]
        if kind in PLACED:
            rest = self._places(rest[0], kind), *rest[1:]
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

    def _places(self, index, kind: str):
        """What stands in square brackets; a place that data tell is one place."""
        index = index if isinstance(index, tuple) else (index,)
        return tuple(self._number(kind, i, 0) for i in index)

    def _number(self, kind: str, thing, otherwise=None):
        """The number in the place of a tensor of one number."""
        if not isinstance(thing, self.torch.Tensor) or thing.ndim or thing.device.type != "meta":
            return thing
        if thing.dtype is self.torch.bool:
            return thing
        tensor = self.run.tensors.get(self.names.get(id(thing)))
        if tensor is not None and isinstance(tensor.value, int | float | Length | Ratio):
            return seen(self._symbol(tensor.value, thing))
        if otherwise is None:
            raise of_data(kind)
        return otherwise

    def _filled(self, kind: str, args, kwargs):
        """A number in the place of a tensor's own, which nobody knows and no shape depends on."""
        at = FILLED.get(kind, len(args))
        if len(args) > at and isinstance(args[at], self.torch.Tensor):
            args = (*args[:at], self._some(args[at]), *args[at + 1 :])
        if kind in FILLED and isinstance(kwargs.get("fill_value"), self.torch.Tensor):
            kwargs = kwargs | {"fill_value": self._some(kwargs["fill_value"])}
        return args, kwargs

    def _some(self, tensor):
        """A number of a tensor's type."""
        return self.torch.zeros((), dtype=tensor.dtype, device="cpu").item()

    def _left(self, thing):
        """A length that a model works out; where it comes out as −1, PyTorch takes it for that. A
        product is not asked: hardly one is ever negative, and of many it is not known.
        """
        value = value_of(thing)
        asked = isinstance(value, Length) and value.degree == 1
        return -1 if asked and self.run.zero(value + 1) else thing

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

    # ------------------------------------------------------------ one node

    def one(
        self, name, kind, function, handler, args, kwargs, words=None, weights=(), in_place=False
    ):
        """A call as a node: what it requires is told by the operation here, if there is one; then
        PyTorch itself runs it.
        """
        run = self.run
        if handler is not None and kind in WAITING:
            made = function()
            handler = Entry.of(handler).around(partial(_wanted, len(made)))
            function = partial(tuple, made)
        shaped, sources = self._shaped(handler, words, args, kwargs)
        node = self._node(name, kind, shaped, sources, words, weights)
        run.node = node
        run.presumed, run.guessed = [], []
        told = self._asked(node, shaped, partial(self._tried, kind, function, args, kwargs))
        if run.large and any(0 in (t.shape or ()) for t in flat((told,)) if isinstance(t, Tensor)):
            run.emptied.add(line())
        with Asking(run, shaped.operation is not None):
            made = self._made(node, function, told, args, kwargs, in_place)
        if shaped.operation is None and not in_place:
            self._turned(function, made)
        others = None
        if run.guessed:
            again = None if in_place else function
            others = guessed.otherwise(run, node, shaped, told, made, again)
            # `squeeze` of such an axis
            turned = in_place and isinstance(told, Tensor) and told.shape is None
            if turned or not guessed.of_one_rank(made, others):
                raise self._ends(
                    node, RuntimeError("a size decides how many axes it has")
                ) from None
        return self._kept(node, shaped, told, made, others)

    def _made(self, node, function, told, args, kwargs, in_place):
        """What comes out of a call: by what is told here, or by PyTorch, which may refuse it."""
        try:
            made = at_once(self, node.kind, told, args, kwargs, in_place)
            return function() if made is None else made
        except Undecided:  # PyTorch wants a number; what was told here does instead
            if (made := self._instead(told, args, kwargs)) is None:
                raise
        except (ShapeError, Unanswered):
            raise
        except Exception as problem:
            made = None
            if self.run.guessed or "meta tensor" in str(problem):
                made = self._instead(told, args, kwargs)
            if made is None:
                raise self._ends(node, problem) from None
        return made

    def _turned(self, function, made) -> None:
        """Part the ways at a comparison of products that was taken for one of strides, if other
        lengths come out the other way.
        """
        run, found = self.run, guessed.shapes(made)
        for condition in run.turns():
            other = found
            with Asking(run), suppress(Exception):  # a layout that contradicts itself is refused
                other = guessed.shapes(function())
            if other != found:
                run.apart(condition)

    def _instead(self, told, args, kwargs):
        """Tensors of the shapes that the operation here told, in the place of PyTorch's; after a
        guess, which PyTorch may refuse for no more than that, sizes that are not told have names.
        `None` where too little is told.
        """
        several = told if isinstance(told, tuple) else (told,)
        if any(t is None or (t.shape is None if self.run.guessed else t.unclear) for t in several):
            return None
        given = flat((args, kwargs))
        dtype = next((t.dtype for t in given if isinstance(t, self.torch.Tensor)), None)
        made = tuple(self.empty(self._named(t.shape), dtype) for t in several)
        return made if isinstance(told, tuple) else made[0]

    def _named(self, shape: tuple) -> tuple:
        """A shape in which each size that is not told has a name of its own."""
        return tuple(self.run.nameless() if n is None else n for n in shape)

    def _sources(self, args, kwargs, cut=False) -> tuple:
        sources: list[str] = []
        fixed = tuple(self._own(args[0])) if cut and args else ()
        named = dict(sorted(kwargs.items(), key=lambda item: item[0] != "input"))

        def slotted(thing):
            if isinstance(thing, self.torch.Tensor):
                sources.append(self._name_of(thing))
                return Slot(len(sources) - 1, fixed)
            if isinstance(node := getattr(thing, "node", None), Number):
                if not isinstance(node.value, Length | Ratio):
                    return node.value
                sources.append(self._size(node.value))
                return Slot(len(sources) - 1)
            return thing

        layout = mapped((args, named), slotted)
        return sources, layout

    def _own(self, tensor):
        """The axes whose length is a number at all sizes; where a way has few sizes only, a number
        may come of these, and the lines are known at which nothing is left of such an axis.
        """
        emptied = self.run.emptied
        if self.run.large or (emptied and line() in emptied):
            return (i for i, n in enumerate(tensor.shape) if type(n) is int)
        return ()

    def _shaped(self, handler, words, args, kwargs) -> tuple:
        cut = handler is not None and Entry.of(handler).written
        sources, layout = self._sources(args, kwargs, cut)
        if handler is None:
            return Shaped(None), sources
        if words is not None and handler in FUNCTIONS.values():
            handler = Along(words)
        if hasattr(handler, "macs"):
            return Shaped(handler, handler.macs), sources
        return Shaped(noted.call(handler, layout), noted.products(handler, layout)), sources

    def _node(self, name, kind, shaped, sources, words, weights):
        name = self.free(name)
        return Node(
            name,
            kind,
            shaped,
            tuple(sources),
            (name,),
            words,
            tuple(map(shape_of, weights)),
            self.weighs(name, weights),
        )

    def weighs(self, name: str, weights) -> int:
        """How many numbers a node has in weights, kept in mind by whose they are; one that the
        model makes as long as its input is none of its own.
        """
        own = [p for p in weights if type(p.numel()) is int]
        self.weighed[name] = {self.paths.get(id(p), id(p)): p.numel() for p in own}
        return sum(self.weighed[name].values())

    def _asked(self, node, shaped, function):
        """What the operation here tells, and requires; of a call whose refusal the model takes it
        is asked.
        """
        if shaped.operation is None:
            return None
        run = self.run
        given, many = [run.tensors[name] for name in node.inputs], run.many
        try:
            told = run.handled(shaped, *given)
        except Undecided:
            shaped.operation = None  # PyTorch may know
            return None
        except ShapeError as problem:
            if caught():
                run.taken_back(many)
                self._refused(node, function)
            self._add(node)
            if isinstance(problem, Failure):
                raise
            raise at_node(problem, node) from problem
        if caught():
            taken = run.taken_back(many)
            if not run.met(taken[0]):
                self._refused(node, function)
            run.put_back(taken)
        if run.guessed:
            told = guessed.whatever(run, shaped, given, told)
        return mapped(told, noted.formulas)

    def _add(self, node) -> None:
        self.nodes.append(node)

    def _tried(self, kind: str, function, args, kwargs) -> None:
        """Let PyTorch refuse a call that leaves nothing: of some it sees that only where it
        computes.
        """
        function()
        pads = flat((args[1:2], kwargs.get("pad"))) if kind == "pad" else ()
        if kind in COMPUTED or any(type(n) is int and n > 0 for n in pads):
            raise RuntimeError(f"{kind} would leave nothing")

    def _refused(self, node, function) -> None:
        """Let PyTorch refuse what an operation here refuses, and the model take it; where PyTorch
        does not, as of what is empty, it is refused as anywhere else.
        """
        try:
            with Asking(self.run):
                function()
        except ShapeError:
            raise
        except Exception as problem:
            raise self._ends(node, problem) from None

    def _ends(self, node, problem):
        """PyTorch's own refusal, as a failure of the node; where the model may take it, itself."""
        if any(word in str(problem) for word in WANTED):
            return of_data(node.kind)
        self.run.reconsidered()
        told = refused(node, problem)
        # a missing kernel says nothing of the sizes, nor does PyTorch's own mistake, or a guess
        own = isinstance(problem, NotImplementedError) or any(
            word in str(problem) for word in MISTAKES
        )
        nothing_said = own or bool(self.run.guessed)
        if not nothing_said and caught():
            self.refusal = problem, node
            return problem
        self._add(replace(node, operation=Shaped(None) if nothing_said else noted.raising(told)))
        return Failure(*told)

    def _kept(self, node, shaped, told, made, others):
        """The outputs under their names, with the shapes that PyTorch found."""
        outputs = [t for t in flat(made) if isinstance(t, self.torch.Tensor)]
        if not outputs:
            return made
        single = isinstance(made, self.torch.Tensor)
        names = (node.name,) if single else tuple(f"{node.name}:{i}" for i in range(len(outputs)))
        node = replace(node, outputs=names)
        if single and _fewer(told, shape_of(made), made, self):
            outputs = [made := self.empty(told.shape, made.dtype)]
        shaped.shapes = tuple(map(shape_of, outputs))
        several = told if isinstance(told, tuple) else (told,) * (told is not None)
        if others is not None:
            alike = guessed.alike(shaped.shapes, others)
            there = [*(self.run.tensors[name] for name in node.inputs), *several]
            shaped.shapes = guessed.sure(there, several, alike)
            if single:
                outputs = [made := self._untold(made, *alike)]
        shaped.trusted = len(several) >= len(outputs) and all(
            noted.same_shape(self.run, t, found)
            for t, found in zip(several, shaped.shapes, strict=False)
        )
        if several and not shaped.trusted:
            self.run.reconsidered()
        self.run.node = node
        final = shaped_again(shaped, self.run, several)
        for name, tensor, flowing in zip(names, outputs, final, strict=True):
            self._called(tensor, name)
            self.run.tensors[name] = flowing
        self._add(node)
        if shaped.operation is None and node.inputs:
            given = (self.run.tensors[name] for name in node.inputs)
            noted.hold_something(self.run, given, final)
        return made

    def _untold(self, made, alike: tuple):
        """A tensor in which a size that comes out of other guesses otherwise has its own name."""
        found = shape_of(made)
        if found == alike:
            return made
        told = zip(map(value_of, made.shape), found, alike, strict=True)
        with Asking(self.run, True):
            return self.empty(
                tuple(self.run.nameless() if n != m else own for own, m, n in told), made.dtype
            )

    # ------------------------------------------------------------ names

    def _called(self, tensor, name: str) -> None:
        self.names[id(tensor)] = name
        self.alive.append(tensor)

    def _name_of(self, tensor) -> str:
        """The name of a tensor; of one that is there from the start, that of a constant."""
        if id(tensor) not in self.names:
            path = self.paths.get(id(tensor), "constant").replace(".", "_")
            name = self.free(path)
            self._called(tensor, name)
            if any(type(n) is Length for n in shape_of(tensor)):
                self._unseen(tensor, name)
            else:
                self.constants[name] = self.run.tensors[name] = self._constant(tensor)
        return self.names[id(tensor)]

    def told_of(self, tensor) -> tuple:
        """The shape of a tensor: what is told of it, which is less than PyTorch's after a guess."""
        flowing = self.run.tensors.get(self.names.get(id(tensor)))
        return shape_of(tensor) if flowing is None or flowing.shape is None else flowing.shape

    def _unseen(self, tensor, name: str) -> None:
        """A tensor that came about unseen: its sizes are known, and that is all."""
        shaped = Shaped(None)
        shaped.shapes = (shape_of(tensor),)
        self._add(Node(name, "tensor", shaped, (), (name,), parameters=0))
        self.run.tensors[name] = Tensor(shaped.shapes[0])

    def _constant(self, tensor) -> Tensor:
        told = shape_of(tensor), None, ((),) * tensor.ndim
        if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == self.torch.bool:
            return Tensor(*told)
        _, own = self.originals.get(id(tensor), (None, tensor))
        if not own.numel() or own.device.type == "meta":
            return Places(*told)
        with self.torch._C.DisableTorchFunction():  # no call of the model's
            return Places(*told, reach=(int(own.min()), int(own.max())))

    def _size(self, value) -> str:
        """The node of a size that the model works out."""
        if value not in self.sizes:
            name = self.free("size")
            told = noted.formula(value)
            node = Node(name, "size", noted.size(told), (), (name,), parameters=0)
            self.nodes.append(node)
            self.run.tensors[name] = Tensor((), told, ())
            self.sizes[value] = name
        return self.sizes[value]


def _open(thing) -> bool:
    """Whether it is a tensor, such as the weights of a call, whose own lengths are open."""
    return isinstance(thing, Tensor) and any(type(n) is not int for n in thing.shape or ())


def _by_table(weight, indices, *_, **__) -> tuple:
    """What looks up takes, of what `torch.embedding` takes, where the table comes first."""
    return indices, weight


def _wanted(many: int, function):
    """A function that gives so many pieces."""
    return partial(function, wanted=many)


def of_data(what: str) -> ShapeError:
    """What the running line of the model asks of a tensor's data."""
    return ShapeError(
        Text(
            zh=f"forward 需要数据里的数值（{line()}）",
            en=f"forward needs a number that data tell ({line()})",
        ),
        Received(f"{what} of a tensor"),
        ELSE,
    )


def _fewer(told, found: tuple, made, calls: Calls) -> bool:
    """Whether a number is told for what PyTorch knows as a length only."""
    if not isinstance(told, Tensor) or told.shape is None or None in told.shape:
        return False
    if len(told.shape) != len(found):
        return False
    return id(made) not in calls.names and any(
        type(n) is int and type(m) is Length for n, m in zip(told.shape, found, strict=True)
    )


def shaped_again(shaped, run, several):
    """What an operation told; where it told no shape, the one that PyTorch found."""
    if len(several) < len(shaped.shapes):
        several = (Tensor(None),) * len(shaped.shapes)
    return tuple(
        shaped._told(run, tensor, shape)
        for tensor, shape in zip(several, shaped.shapes, strict=False)
    )
