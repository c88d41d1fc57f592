"""The door of the ONNX reader: names that are one printable line each, and nodes that their
operator's definition allows. Behind it neither is asked for again.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from typing import NamedTuple

from shapealg.errors import Received, ShapeError, shown
from shapealg.network.graph import Names
from shapealg.text import Text

INPUTS, OUTPUTS = Text(zh="输入", en="inputs"), Text(zh="输出", en="outputs")
LONGEST = 400  # characters of a name; exporters write a third of that


# ---------------------------------------------------------------- names


class Told(NamedTuple):
    """A node as its file says it, each field read once: behind a field of a message a search
    stands.
    """

    name: str
    op_type: str
    domain: str
    input: list
    output: list
    attribute: list


def told(nodes) -> list[Told]:
    """The nodes of a graph, read."""
    return [
        Told(
            node.name,
            node.op_type,
            node.domain,
            node.input[:],
            node.output[:],
            node.attribute[:],
        )
        for node in nodes
    ]


def opened(proto) -> tuple:
    """The model and its nodes, read; where names in it are no printable line of text, a copy with
    names that are, each still its own.
    """
    nodes = told(proto.graph.node)
    found = [name for _, _, name in _named_beside(proto)]
    for node in nodes:
        found += node[:3]
        found += node.input
        found += node.output
        found += [a.name for a in node.attribute]
    if all(map(_is_line, set(found))):
        return proto, nodes
    proto = _cleaned(proto)
    return proto, told(proto.graph.node)


def _cleaned(proto):
    """A copy with names that are printable lines."""
    made = type(proto)()
    made.CopyFrom(proto)
    found = [*_named_in_nodes(made), *_named_beside(made)]
    names, known = Names(name for _, _, name in found if _is_line(name)), {}
    for holder, field, name in found:
        if not _is_line(name):
            if name not in known:
                known[name] = names.free(_text(name)[:LONGEST])
            if isinstance(field, int):
                holder[field] = known[name]
            else:
                setattr(holder, field, known[name])
    return made


def _named_in_nodes(proto):
    """Every place in a node where a name stands: what holds it, the field or the number in a list,
    the name (bytes, where it is no UTF-8).
    """
    for node in proto.graph.node:
        for field in ("name", "op_type", "domain"):
            yield node, field, getattr(node, field)
        for row in (node.input, node.output):
            for i, name in enumerate(row):
                yield row, i, name
        for attribute in node.attribute:
            yield attribute, "name", attribute.name


def _named_beside(proto):
    """The same for what stands beside the nodes."""
    graph = proto.graph
    for value in (*graph.input, *graph.output):
        yield value, "name", value.name
        for length in value.type.tensor_type.shape.dim:
            if name := length.dim_param:
                yield length, "dim_param", name
    for tensor in (*graph.initializer, *(sparse.values for sparse in graph.sparse_initializer)):
        yield tensor, "name", tensor.name
    for function in proto.functions:
        for field in ("name", "domain"):
            yield function, field, getattr(function, field)


def _is_line(name) -> bool:
    return type(name) is str and name.isprintable() and len(name) <= LONGEST


def _text(name) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name


# ---------------------------------------------------------------- nodes


def require_defined(name: str, node, opset: int) -> None:
    """Refuse a node whose inputs, outputs or attributes are not those of its operator.

    Raises:
        ShapeError: naming the node.
    """
    schema = _definition(node.op_type, opset)
    if schema is None:
        return
    for told, count, least, most in (
        (INPUTS, len(node.input), *schema.many_inputs),
        (OUTPUTS, len(node.output), *schema.many_outputs),
    ):
        if not least <= count <= most:
            range_ = f"{least}" if least == most else f"{least} … {most}"
            raise _undefined(
                name, node, f"的{told.zh}个数不合", f"has {count} {told.en}", count, range_
            )
    given = node.input
    for i, (word, option) in enumerate(schema.inputs if "" in given else ()):
        meant = {"Single": given[i : i + 1], "Variadic": given[i:]}
        if not all(meant.get(option, ())):
            raise _undefined(name, node, f"缺输入 {word}", f"lacks the input {word}", "", word)
    _require_attributes(name, node, schema)
    _require_known(name, node, opset)


def _require_attributes(name: str, node, schema) -> None:
    """Refuse a node that lacks an attribute of its definition, or has one of another type."""
    given = {a.name: a for a in node.attribute}
    for word, (required, kind, called) in schema.attributes.items():
        if word not in given:
            if required:
                raise _undefined(
                    name, node, f"缺属性 {word}", f"lacks the attribute {word}", sorted(given), word
                )
        elif given[word].type != kind:
            raise _undefined(
                name,
                node,
                f"的属性 {word} 类型不对",
                f"has an attribute {word} of another type",
                Received(f"type {given[word].type}"),
                called,
            )


def _require_known(name: str, node, opset: int) -> None:
    """Refuse an attribute that the operator has in no opset, or only of another type."""
    known = _types(node.op_type)
    for word, attribute in ((a.name, a) for a in node.attribute):
        if word not in known and opset > _newest():
            continue  # it may have come since
        types = known.get(word)
        if not types:
            raise _undefined(
                name,
                node,
                f"有定义里没有的属性 {word}",
                f"has an attribute {word}, which is none of its operator's",
                Received(f"type {attribute.type}"),
                ", ".join(known) or "none",
            )
        if attribute.type not in types:
            raise _undefined(
                name,
                node,
                f"的属性 {word} 类型不对",
                f"has an attribute {word} of another type",
                Received(f"type {attribute.type}"),
                ", ".join(sorted(types.values())),
            )


@lru_cache(maxsize=2**10)
def _types(kind: str) -> dict:
    """The types of an operator's attributes, in whatever opset: word → number → name."""
    made: dict = {}
    for schema in _history(kind):
        for word, formal in schema.attributes.items():
            made.setdefault(word, {})[formal.type.value] = formal.type.name
    return made


@cache
def _newest() -> int:
    """The newest opset that is known here; a newer one may have other attributes."""
    from onnx import defs

    return defs.onnx_opset_version()


def _history(kind: str) -> Iterator:
    """All definitions of an operator, the newest first."""
    from onnx import defs

    version = _newest()
    with suppress(defs.SchemaError):  # no definition is as old
        while version:
            schema = defs.get_schema(kind, version)
            version = schema.since_version - 1
            yield schema


class Definition(NamedTuple):
    """What a definition says, read from onnx once.

    Attributes:
        many_inputs: at least and at most so many.
        many_outputs: likewise.
        inputs: their names, and whether each is one, left out at will, or any number.
        attributes: word → whether it must be there, the number and the name of its type.
    """

    many_inputs: tuple[int, int]
    many_outputs: tuple[int, int]
    inputs: tuple[tuple[str, str], ...]
    attributes: dict[str, tuple[bool, int, str]]


@lru_cache(maxsize=2**10)
def _definition(kind: str, opset: int) -> Definition | None:
    """The definition of an operator in an opset, if there is one."""
    schema = _schema(kind, opset)
    if schema is None:
        return None
    return Definition(
        (schema.min_input, schema.max_input),
        (schema.min_output, schema.max_output),
        tuple((formal.name, formal.option.name) for formal in schema.inputs),
        {
            word: (formal.required, formal.type.value, formal.type.name)
            for word, formal in schema.attributes.items()
        },
    )


def _schema(kind: str, opset: int):
    """The definition of an operator in an opset; the last one, of one that is newer or older."""
    from onnx import defs

    for version in (opset, None):
        try:
            schema = defs.get_schema(kind, *([] if version is None else [version]))
        except defs.SchemaError:
            continue
        return _schema(kind, schema.since_version - 1) if schema.deprecated else schema
    return None


def _undefined(name: str, node, zh: str, en: str, received, works: str) -> ShapeError:
    return ShapeError(
        Text(zh=f"节点 {name}（{node.op_type}）{zh}", en=f"node {name} ({node.op_type}) {en}"),
        received,
        Text(zh=f"定义是 {shown(works)}", en=f"its definition says {shown(works)}"),
    )
