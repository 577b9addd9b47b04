"""What Google answers and which events Okta tells hooks of, from the vendors' descriptions; see support_bodies for what
Microsoft Graph takes, and support_filters for what can be filtered by there.

`python tests/sandbox/support_shapes.py ../shared/specs` writes all of them anew to where the sandbox reads them; tests
compare.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from support_bodies import BODIES, bodies
from support_filters import FILTER_TYPES, FILTERS, filter_types, filters
from support_scopes import google_methods

_SANDBOX = Path(__file__).parents[2] / "src" / "keyturn" / "sandbox"
SHAPES = _SANDBOX / "google" / "shapes.json"
HOOK_EVENT_TYPES = _SANDBOX / "okta" / "hook_event_types.txt"
_APIS = ("directory", "datatransfer", "licensing", "reports")


def shapes(specs: Path) -> dict[str, dict[str, Any]]:
    """The answer and the body of each operation, the listed values of its parameters, the fields of all."""
    operations: dict[str, str] = {}
    taken: dict[str, str] = {}
    enums: dict[str, dict[str, list[str]]] = {}
    kinds: dict[str, Any] = {}
    for api in _APIS:
        document = json.loads((specs / f"google-{api}-v1.json").read_bytes())
        for method in google_methods(document):
            path = re.sub(r"\{\+(\w+)\}", r"{\1*}", method["path"])
            operation = f"{method['httpMethod']} /{path}"
            if "response" in method:
                operations[operation] = _keep(document, api, method["response"]["$ref"], kinds)
            if "request" in method:
                taken[operation] = _keep(document, api, method["request"]["$ref"], kinds)
            parameters = method.get("parameters", {}).items()
            listed = {name: p["enum"] for name, p in parameters if "enum" in p and p["location"] == "query"}
            if listed:
                enums[operation] = listed
    return {
        name: dict(sorted(rows.items()))
        for name, rows in (("operations", operations), ("bodies", taken), ("enums", enums), ("shapes", kinds))
    }


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
        return [_shape(document, api, node["items"], kinds)]
    if "properties" in node:
        return {name: _shape(document, api, inner, kinds) for name, inner in sorted(node["properties"].items())}
    if "enum" in node:
        return "|".join(["", *node["enum"]])
    kind = "integer" if node.get("format") == "int64" else node["type"]  # which are texts, for the sake of their length
    return None if kind in ("any", "object") else kind


def written_shapes(found: dict[str, dict[str, Any]]) -> str:
    """As they are kept: an operation or an answer a line."""
    parts = []
    for part, rows in found.items():
        lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in rows.items()]
        parts.append(f"  {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def hook_event_types(specs: Path) -> str:
    """The event types that Okta tells event hooks of, one a line."""
    types = json.loads((specs / "okta-event-types.json").read_bytes())["event_types"]
    return "".join(f"{row['id']}\n" for row in sorted(types, key=lambda row: row["id"]) if row["event_hook"])


if __name__ == "__main__":
    SHAPES.write_text(written_shapes(shapes(Path(sys.argv[1]))), encoding="utf-8")
    HOOK_EVENT_TYPES.write_text(hook_event_types(Path(sys.argv[1])), encoding="utf-8")
    BODIES.write_text(written_shapes(bodies(Path(sys.argv[1]))), encoding="utf-8")
    FILTERS.write_text(written_shapes(filters(Path(sys.argv[1]))), encoding="utf-8")
    FILTER_TYPES.write_text(written_shapes(filter_types(Path(sys.argv[1]))), encoding="utf-8")
