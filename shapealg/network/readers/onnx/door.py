"""The door of the ONNX reader: names that are one printable line each, and nodes that their
operator's definition allows. Behind it neither is asked for again.
"""

from functools import lru_cache

from shapealg.errors import Received, ShapeError, shown
from shapealg.network.graph import Names
from shapealg.text import Text

INPUTS, OUTPUTS = Text(zh="输入", en="inputs"), Text(zh="输出", en="outputs")
LONGEST = 400  # characters of a name; exporters write a third of that


# ---------------------------------------------------------------- names


def cleaned(proto):
    """The model; where names in it are no printable line of text, a copy with names that are, each
    still its own.
    """
    found = [name for _, _, name in _named(proto)]
    if all(map(_is_line, found)):
        return proto
    proto = _copied(proto)
    names, known = Names(filter(_is_line, found)), {}
    for holder, field, name in list(_named(proto)):
        if not _is_line(name):
            if name not in known:
                known[name] = names.free(_text(name)[:LONGEST])
            if isinstance(field, int):
                holder[field] = known[name]
            else:
                setattr(holder, field, known[name])
    return proto


def _copied(proto):
    made = type(proto)()
    made.CopyFrom(proto)
    return made


def _named(proto):
    """Every place where a name stands: what holds it, the field or the number in a list, the name
    (bytes, where it is no UTF-8).
    """
    graph = proto.graph
    for node in graph.node:
        yield from _named_in_node(node)
    for value in (*graph.input, *graph.output):
        yield value, "name", value.name
        for length in value.type.tensor_type.shape.dim:
            if length.HasField("dim_param"):
                yield length, "dim_param", length.dim_param
    for tensor in (*graph.initializer, *(sparse.values for sparse in graph.sparse_initializer)):
        yield tensor, "name", tensor.name
    for function in proto.functions:
        for field in ("name", "domain"):
            yield function, field, getattr(function, field)


def _named_in_node(node):
    for field in ("name", "op_type", "domain"):
        yield node, field, getattr(node, field)
    for row in (node.input, node.output):
        for i, name in enumerate(row):
            yield row, i, name
    for attribute in node.attribute:
        yield attribute, "name", attribute.name


def _is_line(name) -> bool:
    return type(name) is str and name.isprintable() and len(name) <= LONGEST


def _text(name) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


# ---------------------------------------------------------------- nodes


def require_defined(name: str, node, opset: int) -> None:
    """Refuse a node whose inputs, outputs or attributes are not those of its operator.

    Raises:
        ShapeError: naming the node.
    """
    schema = _schema(node.op_type, opset)
    if schema is None:
        return
    for told, count, least, most in (
        (INPUTS, len(node.input), schema.min_input, schema.max_input),
        (OUTPUTS, len(node.output), schema.min_output, schema.max_output),
    ):
        if not least <= count <= most:
            range_ = f"{least}" if least == most else f"{least} … {most}"
            raise _undefined(
                name, node, f"的{told.zh}个数不合", f"has {count} {told.en}", count, range_
            )
    for i, formal in enumerate(schema.inputs):
        meant = {"Single": node.input[i : i + 1], "Variadic": node.input[i:]}
        if not all(meant.get(formal.option.name, ())):
            raise _undefined(
                name,
                node,
                f"缺输入 {formal.name}",
                f"lacks the input {formal.name}",
                "",
                formal.name,
            )
    _require_attributes(name, node, schema)
    _require_known(name, node, opset)


def _require_attributes(name: str, node, schema) -> None:
    """Refuse a node that lacks an attribute of its definition, or has one of another type."""
    given = {a.name: a for a in node.attribute}
    for word, formal in schema.attributes.items():
        if word not in given:
            if formal.required:
                raise _undefined(
                    name, node, f"缺属性 {word}", f"lacks the attribute {word}", sorted(given), word
                )
        elif given[word].type != formal.type.value:
            raise _undefined(
                name,
                node,
                f"的属性 {word} 类型不对",
                f"has an attribute {word} of another type",
                Received(f"type {given[word].type}"),
                formal.type.name,
            )


def _require_known(name: str, node, opset: int) -> None:
    """Refuse an attribute that the operator has in no opset, or only of another type."""
    known = _types(node.op_type)
    for word, attribute in ((a.name, a) for a in node.attribute):
        types = known.get(word, {} if opset <= _newest() else {attribute.type: ""})
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
    for schema in _history().get(kind, ()):
        for word, formal in schema.attributes.items():
            made.setdefault(word, {})[formal.type.value] = formal.type.name
    return made


def _newest() -> int:
    """The newest opset that is known here; a newer one may have other attributes."""
    from onnx import defs

    return defs.onnx_opset_version()


@lru_cache(maxsize=1)
def _history() -> dict:
    """All definitions of each operator."""
    from onnx import defs

    made: dict = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            made.setdefault(schema.name, []).append(schema)
    return made


@lru_cache(maxsize=2**10)
def _schema(kind: str, opset: int):
    """The definition of an operator in an opset; the last one, of one that is newer or older."""
    from onnx import defs

    for version in (opset, None):
        try:
            schema = defs.get_schema(kind, *([] if version is None else [version]))
        except defs.SchemaError:
            continue
        if not schema.deprecated:
            return schema
        if schema.since_version > 1:
            return _schema(kind, schema.since_version - 1)
    return None


def _undefined(name: str, node, zh: str, en: str, received, works: str) -> ShapeError:
    return ShapeError(
        Text(zh=f"节点 {name}（{node.op_type}）{zh}", en=f"node {name} ({node.op_type}) {en}"),
        received,
        Text(zh=f"定义是 {shown(works)}", en=f"its definition says {shown(works)}"),
    )
