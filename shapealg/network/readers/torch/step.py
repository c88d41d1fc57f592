"""One call of a run as a node: what it requires is told by the operation here, if there is one;
then PyTorch itself runs it.
"""

from contextlib import suppress
from dataclasses import replace
from functools import partial

from shapealg.axis.length import Length
from shapealg.errors import ShapeError, Undecided
from shapealg.network.along import Along
from shapealg.network.failure import Failure, at_node
from shapealg.network.graph import Node
from shapealg.network.readers.torch import guessed, noted
from shapealg.network.readers.torch.at_once import at_once
from shapealg.network.readers.torch.caught import caught
from shapealg.network.readers.torch.nested import flat, mapped
from shapealg.network.readers.torch.noted import Shaped, shape_of, value_of
from shapealg.network.readers.torch.number import Unanswered
from shapealg.network.readers.torch.refusal import refused
from shapealg.network.readers.torch.run import Asking
from shapealg.network.readers.torch.running import line
from shapealg.network.readers.torch.scalars import WANTED
from shapealg.network.readers.torch.table import FUNCTIONS
from shapealg.network.readers.torch.table.entry import Entry
from shapealg.network.readers.torch.unanswered import of_data
from shapealg.network.tensor import Tensor

WAITING = "chunk split unbind".split()  # PyTorch tells first into how many pieces
# PyTorch's own, which say nothing of the sizes
MISTAKES = (
    *("INTERNAL ASSERT", "Internal error", "meta tensor", "with symbolic sizes"),
    "only concrete integers",
)
OPEN = "of type SymFloat"  # what PyTorch says where it takes no fraction that is open
# of these PyTorch sees only where it computes that nothing is left; of convolutions up to 2.6
COMPUTED = """interpolate Upsample UpsamplingNearest2d UpsamplingBilinear2d conv1d conv2d conv3d
Conv1d Conv2d Conv3d""".split()


class Step:
    """A call that is to be a node.

    Args:
        calls: the calls of the run.
        name: what the node is to be called.
        kind: the function, or the layer.
        function: lets PyTorch run it.
        handler: what is told of it here, of the table; `None` where nothing is.
        args, kwargs: what it takes.
        words: the layer that it is, as said here.
        weights: its parameters.
        in_place: whether it writes into its first tensor.
    """

    def __init__(
        self, calls, name, kind, function, handler, args, kwargs, words, weights, in_place
    ):
        if handler is not None and kind in WAITING:
            made = function()
            handler = Entry.of(handler).around(partial(_wanted, len(made)))
            function = partial(tuple, made)
        self.calls, self.tape, self.run = calls, calls.tape, calls.run
        self.function, self.args, self.kwargs = function, args, kwargs
        self.in_place = in_place
        self.shaped, sources = self._shaped(handler, words)
        name = self.tape.free(name)
        weighs = tuple(map(shape_of, weights)), self.tape.weighs(name, weights)
        self.node = Node(name, kind, self.shaped, tuple(sources), (name,), words, *weighs)

    def taken(self):
        """What comes out of the call, once it is noted."""
        run, shaped = self.run, self.shaped
        run.node = self.node
        run.presumed, run.guessed = [], []
        told = self._asked()
        if run.large and any(0 in (t.shape or ()) for t in flat((told,)) if isinstance(t, Tensor)):
            run.emptied.add(line())
        with Asking(run, shaped.operation is not None):
            made = self._made(told)
        if shaped.operation is None and not self.in_place:
            self._turned(made)
        return self._kept(told, made, self._otherwise(told, made))

    def _shaped(self, handler, words) -> tuple:
        """What the node does, and the names of what goes in."""
        cut = handler is not None and Entry.of(handler).written
        sources, layout = self.tape.sources(self.args, self.kwargs, cut)
        if handler is None:
            return Shaped(None), sources
        if words is not None and handler in FUNCTIONS.values():
            handler = Along(words)
        if hasattr(handler, "macs"):
            return Shaped(handler, handler.macs), sources
        return Shaped(noted.call(handler, layout), noted.products(handler, layout)), sources

    # ------------------------------------------------------------ what is told here

    def _asked(self):
        """What the operation here tells, and requires; of a call whose refusal the model takes it
        is asked.
        """
        run, shaped, node = self.run, self.shaped, self.node
        if shaped.operation is None:
            return None
        given, many = [run.tensors[name] for name in node.inputs], run.many
        try:
            told = run.handled(shaped, *given)
        except Undecided:
            shaped.operation = None  # PyTorch may know
            return None
        except ShapeError as problem:
            if caught():
                run.taken_back(many)
                self._refused()
            self.tape.add(node)
            if isinstance(problem, Failure):
                raise
            raise at_node(problem, node) from problem
        if caught():
            taken = run.taken_back(many)
            if not run.met(taken[0]):
                self._refused()
            run.put_back(taken)
        if run.guessed:
            told = guessed.whatever(run, shaped, given, told)
        return mapped(told, noted.formulas)

    def _refused(self) -> None:
        """Let PyTorch refuse what an operation here refuses, and the model take it; where PyTorch
        does not, as of what is empty, it is refused as anywhere else.
        """
        try:
            with Asking(self.run):
                leaves_nothing(self.node.kind, self.function, self.args, self.kwargs)
        except ShapeError:
            raise
        except Exception as problem:
            raise self._ends(problem) from None

    # ------------------------------------------------------------ what PyTorch makes

    def _made(self, told):
        """What comes out of a call: by what is told here, or by PyTorch, which may refuse it."""
        calls, args, kwargs = self.calls, self.args, self.kwargs
        try:
            made = at_once(calls, self.node.kind, told, args, kwargs, self.in_place)
            return self.function() if made is None else made
        except Undecided:  # PyTorch wants a number; what was told here does instead
            if (made := instead(calls, told, (args, kwargs))) is None:
                raise
        except (ShapeError, Unanswered):
            raise
        except Exception as problem:
            made, open_ = None, OPEN in str(problem)
            if open_ or self.run.guessed or "meta tensor" in str(problem):
                made = instead(calls, told, (args, kwargs), open_)
            if made is None:
                raise self._ends(problem) from None
        return made

    def _turned(self, made) -> None:
        """Part the ways at a comparison of products that was taken for one of strides, if other
        lengths come out the other way.
        """
        run, found = self.run, guessed.shapes(made)
        for condition in run.turns():
            other = found
            with Asking(run), suppress(Exception):  # a layout that contradicts itself is refused
                other = guessed.shapes(self.function())
            if other != found:
                run.apart(condition)

    def _otherwise(self, told, made) -> list | None:
        """The shapes that come out under each other guess; `None` where nothing was guessed."""
        if not self.run.guessed:
            return None
        again = None if self.in_place else self.function
        others = guessed.otherwise(self.run, self.node, self.shaped, told, made, again)
        # `squeeze` of such an axis
        turned = self.in_place and isinstance(told, Tensor) and told.shape is None
        if turned or not guessed.of_one_rank(made, others):
            raise self._ends(RuntimeError("a size decides how many axes it has")) from None
        return others

    def _ends(self, problem):
        """PyTorch's own refusal, as a failure of the node; where the model may take it, itself."""
        node = self.node
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
            self.calls.refusal = problem, node
            return problem
        operation = Shaped(None) if nothing_said else noted.raising(told)
        self.tape.add(replace(node, operation=operation))
        return Failure(*told)

    # ------------------------------------------------------------ what is noted

    def _kept(self, told, made, others):
        """The outputs under their names, with the shapes that PyTorch found."""
        calls, run, shaped = self.calls, self.run, self.shaped
        outputs = [t for t in flat(made) if isinstance(t, calls.torch.Tensor)]
        if not outputs:
            return made
        single, name = isinstance(made, calls.torch.Tensor), self.node.name
        names = (name,) if single else tuple(f"{name}:{i}" for i in range(len(outputs)))
        node = replace(self.node, outputs=names)
        if single and fewer(told, shape_of(made), made, self.tape):
            outputs = [made := calls.empty(told.shape, made.dtype)]
        shaped.shapes = tuple(map(shape_of, outputs))
        several = told if isinstance(told, tuple) else (told,) * (told is not None)
        if others is not None:
            alike = guessed.alike(shaped.shapes, others)
            there = [*(run.tensors[name] for name in node.inputs), *several]
            shaped.shapes = guessed.sure(there, several, alike)
            if single:
                outputs = [made := untold(calls, made, *alike)]
        shaped.trusted = len(several) >= len(outputs) and all(
            noted.same_shape(run, t, found)
            for t, found in zip(several, shaped.shapes, strict=False)
        )
        if several and not shaped.trusted:
            run.reconsidered()
        final = _again(shaped, run, several)
        for name, tensor, flowing in zip(names, outputs, final, strict=True):
            self.tape.call(tensor, name)
            run.tensors[name] = flowing
        self.tape.add(node)
        if shaped.operation is None and node.inputs:
            given = (run.tensors[name] for name in node.inputs)
            noted.hold_something(run, given, final)
        return made


def leaves_nothing(kind: str, function, args, kwargs) -> None:
    """Let PyTorch refuse a call that leaves nothing, of some it sees that only if it computes."""
    function()
    pads = flat((args[1:2], kwargs.get("pad"))) if kind == "pad" else ()
    if kind in COMPUTED or any(type(n) is int and n > 0 for n in pads):
        raise RuntimeError(f"{kind} would leave nothing")


def instead(calls, told, given, open_=False):
    """Tensors of the shapes that the operation here told, in the place of PyTorch's; after a guess,
    which PyTorch may refuse for no more than that, sizes that are not told have names. `None` where
    too little is told.

    Args:
        calls: the calls of a run.
        told: a `Tensor`, or a tuple of them.
        given: what the call takes.
        open_: whether PyTorch takes no number that is open there, so that they have names as well.
    """
    run = calls.run
    open_ = open_ or bool(run.guessed)
    several = told if isinstance(told, tuple) else (told,)
    if any(t is None or (t.shape is None if open_ else t.unclear) for t in several):
        return None
    dtype = next((t.dtype for t in flat(given) if isinstance(t, calls.torch.Tensor)), None)
    made = tuple(calls.empty(_named(run, t.shape), dtype) for t in several)
    return made if isinstance(told, tuple) else made[0]


def _named(run, shape: tuple) -> tuple:
    """A shape in which each size that is not told has a name of its own."""
    return tuple(run.nameless() if n is None else n for n in shape)


def untold(calls, made, alike: tuple):
    """A tensor in which a size that comes out of other guesses otherwise has its own name."""
    run, found = calls.run, shape_of(made)
    if found == alike:
        return made
    told = zip(map(value_of, made.shape), found, alike, strict=True)
    with Asking(run, True):
        return calls.empty(
            tuple(run.nameless() if n != m else own for own, m, n in told), made.dtype
        )


def fewer(told, found: tuple, made, tape) -> bool:
    """Whether a number is told for what PyTorch knows as a length only."""
    if not isinstance(told, Tensor) or told.shape is None or None in told.shape:
        return False
    if len(told.shape) != len(found):
        return False
    return id(made) not in tape.names and any(
        type(n) is int and type(m) is Length for n, m in zip(told.shape, found, strict=True)
    )


def _wanted(many: int, function):
    """A function that gives so many pieces."""
    return partial(function, wanted=many)


def _again(shaped, run, several):
    """What an operation told; where it told no shape, the one that PyTorch found."""
    if len(several) < len(shaped.shapes):
        several = (Tensor(None),) * len(shaped.shapes)
    return tuple(
        shaped._told(run, tensor, shape)
        for tensor, shape in zip(several, shaped.shapes, strict=False)
    )
