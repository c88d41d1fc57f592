"""PyTorch modules, read through PyTorch's own tracer: the module's `forward` runs on proxies, once,
and no data is touched.
"""

import builtins
import dis
import inspect
import math
import sys
from fractions import Fraction
from functools import cache, reduce
from types import FunctionType

from shapealg.axis.condition import Condition
from shapealg.errors import Received, ShapeError, one_line
from shapealg.network.flow import Failure
from shapealg.network.graph import Graph
from shapealg.network.ratio import Ratio
from shapealg.network.readers import symbolic
from shapealg.network.readers.torch_nodes import ELSE, Ahead, Reader
from shapealg.network.readers.torch_operators import taken
from shapealg.network.tensor import Tensor
from shapealg.text import Text


def read(module, shapes: dict | None, dtypes: dict | None = None) -> Graph:
    """The graph of a `torch.nn.Module`; `shapes` has a shape for every input, by name or by number.

    Raises:
        ShapeError: if an input has no shape, or `forward` cannot be traced.
    """
    return symbolic.read(module, shapes, dtypes)
    from torch import nn

    if type(module).__module__.startswith("torch.nn") and type(module) is not nn.Sequential:
        # the tracer looks into what it is given, and a layer is to stay one
        module = nn.Sequential(module)
    signature = inspect.signature(module.forward)
    inputs = _inputs(signature, shapes)
    left_out = {
        name: p.default
        for name, p in signature.parameters.items()
        if name not in inputs and p.default is not p.empty
    }
    before = set(vars(module))
    tracer = _tracer()(inputs)
    made = None
    try:
        made = Reader(module, inputs).graph(_traced(tracer, module, left_out))
    except ShapeError as problem:
        if isinstance(problem, Failure):
            raise
    finally:
        # the tracer keeps the constants it meets in the module
        for name in set(vars(module)) - before:
            delattr(module, name)
    return made if made is not None and not _went_on(made) else _run(module, shapes, made)


def _went_on(graph: Graph) -> bool:
    """Whether the trace holds for some sizes only."""
    return any(node.kind == "taken" for node in graph.nodes)


def _run(module, shapes: dict | None, made: Graph | None) -> Graph:
    """The module run on open sizes, way by way, where one trace does not do."""
    try:
        return symbolic.read(module, shapes)
    except ShapeError:
        if made is None:
            raise
        return made


def _traced(tracer, module, left_out: dict) -> list:
    """The nodes of a trace."""
    try:
        return list(tracer.trace(module, left_out or None).nodes)
    except ShapeError:
        raise
    except Exception as problem:  # whatever the model's own code does with a proxy
        raise ShapeError(
            Text(
                zh=f"{type(module).__name__} 不能被 torch.fx 追踪",
                en=f"torch.fx cannot trace {type(module).__name__}",
            ),
            Received(f"{type(problem).__name__}: {one_line(str(problem), 120)}"),
            Text(
                zh="改为传入其中的子模块，或导出 ONNX 后再读",
                en="pass one of its sub-modules, or export it to ONNX and read that",
            ),
        ) from None


def _inputs(signature, shapes: dict | None) -> dict:
    """name → shape, in the order of `forward`."""
    names = [
        name
        for name, p in signature.parameters.items()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
    needed = [
        name for name in names if signature.parameters[name].default is inspect.Parameter.empty
    ]
    told = {
        names[key] if isinstance(key, int) and key < len(names) else key: shape
        for key, shape in (shapes or {}).items()
    }
    if (
        [name for name in told if name not in names]
        or [name for name in needed if name not in told]
        or not told
    ):
        raise ShapeError(
            Text(
                zh=f"forward 的每个输入都要有形状：{', '.join(needed or names)}",
                en=f"every input of forward needs a shape: {', '.join(needed or names)}",
            ),
            shapes,
            Text(
                zh=f'例如 {{"{names[0] if names else "x"}": ("N", 3, "H", "W")}}',
                en=f'for example {{"{names[0] if names else "x"}": ("N", 3, "H", "W")}}',
            ),
        )
    return {name: told[name] for name in names if name in told}


# ---------------------------------------------------------------- traced


@cache
def _tracer():
    """The tracer, whose proxies know the sizes that do not depend on the input: `if x.dim() == 4`
    can be followed.
    """
    import torch
    from torch import fx

    class Known:
        def __len__(self):
            return self.tracer.length(self.node)

        def __index__(self):
            return self.tracer.integer(self.node)

        def __int__(self):
            return self.tracer.whole(self.node)

        def __setitem__(self, index, value):
            """Data is written over: no shape changes, but what is written must fit, and what was
            written over is no size that is known.
            """
            if self.tracer.so_far().value(self.node) is not None:
                raise TypeError(f"{self.node} holds sizes and is written over")
            if isinstance(value, fx.Proxy):
                value.expand_as(self[index])

        def __floor__(self):
            return self.tracer.create_proxy("call_function", math.floor, (self,), {})

        def __ceil__(self):
            return self.tracer.create_proxy("call_function", math.ceil, (self,), {})

        def __getattr__(self, name):
            return Attribute(self, name)

        def __iter__(self):
            at = _instruction(inspect.currentframe().f_back)[0]
            if at.opname != "UNPACK_SEQUENCE":
                return self.tracer.iter(self)
            self.node.meta["taken"] = at.argval
            return iter([self[i] for i in range(at.argval)])

    class Proxy(Known, fx.Proxy):
        pass

    class Attribute(Known, fx.proxy.Attribute):
        pass

    class Tracer(fx.Tracer):
        def __init__(self, inputs):
            super().__init__()
            self.inputs = inputs

        def trace(self, root, concrete_args=None):
            self.ahead = Ahead(root, self.inputs)
            several = {
                name: getattr(torch, name) for name in ("zeros", "ones", "empty", "rand", "randn")
            }
            wrapped = fx._symbolic_trace._wrapped_fns_to_patch
            whole = {
                key: room[key[1]]
                for key, room in wrapped.items()
                if isinstance(made := room.get(key[1]), FunctionType)
                and made.__module__.partition(".")[0] != "torch"
            }
            rooms = {key: wrapped.pop(key) for key in whole}
            # they would ask which is larger, at sizes that are open
            extremes = {name: getattr(builtins, name) for name in ("max", "min")}
            plain = builtins.isinstance
            try:
                builtins.isinstance = self.instance(plain)
                for name, choose in extremes.items():
                    setattr(builtins, name, self.extreme(choose))
                for name, make in several.items():  # PyTorch itself lets only one proxy through
                    setattr(
                        torch,
                        name,
                        lambda *sizes, _make=make, **named: (
                            _make(sizes if len(sizes) > 1 else sizes[0], **named)
                            if sizes
                            else _make(**named)
                        ),
                    )
                for key, room in rooms.items():
                    room[key[1]] = self.look_into(whole[key])
                return super().trace(root, concrete_args)
            finally:
                builtins.isinstance = plain
                for name, choose in extremes.items():
                    setattr(builtins, name, choose)
                for name, make in several.items():
                    setattr(torch, name, make)
                for key, room in rooms.items():
                    room[key[1]] = whole[key]
                wrapped.update(rooms)

        def proxy(self, node):
            return Proxy(node, self)

        def extreme(self, choose):
            """`max` or `min` of several numbers, among them proxies, as nodes."""

            def call(*numbers, **named):
                several = (
                    numbers[0]
                    if len(numbers) == 1 and isinstance(numbers[0], list | tuple)
                    else numbers
                )
                if not named and len(several) > 1 and any(isinstance(n, Proxy) for n in several):
                    return reduce(
                        lambda a, b: self.create_proxy("call_function", choose, (a, b), {}), several
                    )
                return choose(*numbers, **named)

            return call

        def instance(self, plain):
            """`isinstance` as the model's own code is to see it: a proxy is what it stands for."""

            def call(thing, kinds):
                if plain(thing, kinds):
                    return True
                if type(thing) not in (Proxy, Attribute):
                    return False
                asking = sys._getframe(1).f_globals.get("__name__", "")
                if asking.startswith(("torch.", "shapealg.")):  # these know proxies; torch itself
                    return False  # has `torch.is_tensor`
                return issubclass(self.kind(thing.node), kinds)

            return call

        def kind(self, node) -> type:
            """The class of what is at a node when the model runs."""
            made = self.so_far().tensor(node)
            if not isinstance(made, Tensor):
                return tuple
            if isinstance(made.value, tuple):
                return torch.Size
            if isinstance(made.value, bool | Condition):
                return bool
            if isinstance(made.value, float | Fraction | Ratio):
                return float
            return torch.Tensor if made.value is None else int

        def look_into(self, function):
            """A function that `torch.fx.wrap` keeps whole is traced too; where that fails, it is
            one node, and unknown.
            """

            def call(*args, **kwargs):
                before = len(self.graph.nodes)
                try:
                    return function(*args, **kwargs)
                except Exception:
                    for node in reversed(list(self.graph.nodes)[before:]):
                        self.graph.erase_node(node)
                    return self.create_proxy("call_function", function, args, kwargs)

            return call

        def so_far(self) -> Ahead:
            self.ahead.traced = self.graph.nodes
            return self.ahead

        def value(self, node):
            """The number behind a proxy, where it is one already."""
            made = self.so_far().value(node)
            if made is None or (isinstance(made, Condition) and made.names):
                raise ShapeError(
                    Text(
                        zh=f"forward 的走向取决于数据或未定的尺寸（{node.name}）",
                        en=(
                            "which way forward goes depends on data or on an open size"
                            f" ({node.name})"
                        ),
                    ),
                    Received(
                        str(made)
                        if made is not None
                        else f"{node.op} {getattr(node.target, '__name__', node.target)}"
                    ),
                    ELSE,
                )
            return self.taken(node, made)

        def taken(self, node, made):
            """A number, or a truth, that `forward` goes on with; where a few sizes would give
            another, the graph remembers which it was.
            """
            if (
                any(self.ahead.flow.special.values())
                and node.meta.setdefault("taken for", made) is made
            ):
                self.create_proxy("call_function", taken, (self.proxy(node), made), {})
            return made

        def integer(self, node) -> int:
            made = self.value(node)
            if not isinstance(made, int):
                raise ShapeError(
                    Text(
                        zh=f"forward 需要一个数值（{node.name}）",
                        en=f"forward needs a number ({node.name})",
                    ),
                    Received(str(made)),
                    ELSE,
                )
            return made

        def whole(self, node) -> int:
            """`int(x)`, also of a number with a fraction: a square root, a scaled size."""
            made = self.value(node)
            return int(made) if isinstance(made, float | Fraction) else self.integer(node)

        def to_bool(self, obj) -> bool:
            made = self.so_far().value(obj.node)
            if (
                isinstance(made, Condition)
                and made.names
                and (truth := self.ahead.flow.always(made)) is not None
            ):
                return self.taken(obj.node, truth)
            if (
                isinstance(made, Condition)
                and made.names
                and _asserted(inspect.currentframe().f_back.f_back)
            ):
                self.create_proxy("call_function", torch._assert, (obj, ""), {})
                return True
            return bool(self.value(obj.node))

        def length(self, node) -> int:
            n = self.so_far().length(node)
            if (
                any(self.ahead.flow.special.values())
                and isinstance(made := self.ahead.tensor(node), Tensor)
                and made.value is None
            ):
                self.value(self.proxy(node).size(0).node)
            return n

        def iter(self, obj):
            return iter([obj[i] for i in range(self.length(obj.node))])

    return Tracer


def _instruction(frame) -> list:
    """What a frame is doing, and what comes next."""
    code = [
        i
        for i in dis.get_instructions(frame.f_code)
        if i.opname not in ("CACHE", "TO_BOOL", "NOT_TAKEN")
    ]
    return code[next((k for k, i in enumerate(code) if i.offset >= frame.f_lasti), len(code) - 1) :]


def _asserted(frame) -> bool:
    """Whether a truth value is asked for by an `assert` only, so that it can be taken for a
    requirement.
    """
    at, *later = _instruction(frame)
    failing = [i.offset for i in later if i.opname == "LOAD_ASSERTION_ERROR"]
    if at.opname.endswith("IF_TRUE"):
        return later[0].offset in failing
    return at.opname.endswith("IF_FALSE") and at.argval in failing  # an `and` before the last part
