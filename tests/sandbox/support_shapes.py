"""Which fields Google's answers can have, from Google's own descriptions.

`python tests/sandbox/support_shapes.py ../shared/specs` writes them anew to where the sandbox reads them; a test
compares.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from support_scopes import google_methods

SHAPES = Path(__file__).parents[2] / "src" / "keyturn" / "sandbox" / "google" / "shapes.json"
_APIS = ("directory", "datatransfer", "licensing", "reports")


def shapes(specs: Path) -> dict[str, dict[str, Any]]:
    """The answer of each operation, and the fields of each answer."""
    operations: dict[str, str] = {}
    kinds: dict[str, Any] = {}
    for api in _APIS:
        document = json.loads((specs / f"google-{api}-v1.json").read_bytes())
        for method in google_methods(document):
            if "response" in method:
                path = re.sub(r"\{\+(\w+)\}", r"{\1*}", method["path"])
                operations[f"{method['httpMethod']} /{path}"] = _keep(document, api, method["response"]["$ref"], kinds)
    return {"operations": dict(sorted(operations.items())), "shapes": dict(sorted(kinds.items()))}


def _keep(document: Any, api: str, name: str, kinds: dict[str, Any]) -> str:
    """Remember a schema and what is within; the name that it is remembered by."""
    key = f"{api}.{name}"
    if key not in kinds:
        kinds[key] = None  # schemas refer to themselves
        kinds[key] = _shape(document, api, document["schemas"][name], kinds)
    return key


def _shape(document: Any, api: str, node: Any, kinds: dict[str, Any]) -> Any:
    if "$ref" in node:
        return _keep(document, api, node["$ref"], kinds)
    if node["type"] == "array":
        return _shape(document, api, node["items"], kinds)
    if "properties" in node:
        return {name: _shape(document, api, inner, kinds) for name, inner in sorted(node["properties"].items())}
    return None if node["type"] in ("any", "object") else ""


def written_shapes(found: dict[str, dict[str, Any]]) -> str:
    """As they are kept: an operation or an answer a line."""
    parts = []
    for part, rows in found.items():
        lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in rows.items()]
        parts.append(f"  {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    SHAPES.write_text(written_shapes(shapes(Path(sys.argv[1]))), encoding="utf-8")
