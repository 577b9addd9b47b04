"""The JSON Schema of the flow document, for editors.

``python -m keyturn.flows.schema docs/flow.schema.json`` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from .document import Flow

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema() -> dict[str, Any]:
    """The schema of a flow, in the 2020-12 dialect."""
    return schema_of(Flow, "Keyturn flow")


def schema_of(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of a model's document form."""
    return {"$schema": DIALECT, **model.model_json_schema(by_alias=True), "title": title}


def written(schema: dict[str, Any]) -> bytes:
    """A schema as it is published."""
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(written(flow_schema()))
