"""The definitions of ONNX's operators as data: `onnx.defs` in the workbench, in place of the
package's compiled module, from which `scripts/workbench.py` writes the data.
"""

import json
from pathlib import Path
from types import SimpleNamespace

SCHEMAS = json.loads(Path(__file__).with_name("defs.json").read_text(encoding="utf-8"))


class SchemaError(Exception):
    """There is no such operator, or none so old."""


def get_schema(kind: str, version: int | None = None) -> SimpleNamespace:
    """The definition of an operator in an opset; the newest, unless one is said."""
    known = [s for s in SCHEMAS.get(kind, ()) if version is None or s["since_version"] <= version]
    if not known:
        raise SchemaError(kind)
    return _told(kind, known[-1])


def get_all_schemas_with_history() -> list:
    """Every definition of every operator."""
    return [_told(kind, schema) for kind, known in SCHEMAS.items() for schema in known]


def onnx_opset_version() -> int:
    """The newest opset that changed an operator."""
    return max(schema["since_version"] for known in SCHEMAS.values() for schema in known)


def _told(kind: str, schema: dict) -> SimpleNamespace:
    """A definition with the attributes that it has in the package."""
    return SimpleNamespace(
        **schema
        | {
            "name": kind,
            "domain": "",
            "inputs": [
                SimpleNamespace(name=name, option=SimpleNamespace(name=option))
                for name, option in schema["inputs"]
            ],
            "attributes": {
                name: SimpleNamespace(
                    required=required, type=SimpleNamespace(value=number, name=word)
                )
                for name, (required, number, word) in schema["attributes"].items()
            },
        }
    )
