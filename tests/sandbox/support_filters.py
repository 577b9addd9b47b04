"""What `$filter` may say of directory objects: from Microsoft's descriptions of their properties, which say "Supports
$filter (eq, ne, not, ...)", and from its SDK for types that the description lacks."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support_bodies import sdk_model, shapes_of

_GRAPH = Path(__file__).parents[2] / "src" / "keyturn" / "sandbox" / "graph"
FILTERS = _GRAPH / "filters.json"
FILTER_TYPES = _GRAPH / "filter_types.json"
_KINDS = (
    "administrativeUnit",
    "application",
    "device",
    "directoryRole",
    "group",
    "orgContact",
    "servicePrincipal",
    "user",
)
# what the sandbox lists besides, and stands behind the directory
_BEHIND = (
    "accessPackage",
    "accessPackageAssignment",
    "accessPackageAssignmentPolicy",
    "accessPackageAssignmentRequest",
    "accessPackageCatalog",
    "accessReviewInstance",
    "accessReviewInstanceDecisionItem",
    "accessReviewScheduleDefinition",
    "appRoleAssignment",
    "bitlockerRecoveryKey",
    "channel",
    "chat",
    "chatMessage",
    "conversationMember",
    "deviceEnrollmentConfiguration",
    "directoryAudit",
    "domain",
    "licenseDetails",
    "mailFolder",
    "managedDevice",
    "message",
    "oAuth2PermissionGrant",
    "riskyUser",
    "signIn",
    "subscribedSku",
    "team",
    "unifiedRoleAssignment",
    "unifiedRoleDefinition",
    "userRegistrationDetails",
    "windowsAutopilotDeviceIdentity",
)
# the kinds that values in a filter are of; those of all others are not compared
_PLAIN = frozenset({"text", "boolean", "int32", "int64", "double", "date-time", "uuid"})
_PLAIN_FORM = re.compile(r"(?P<many>\[\])?(?P<kind>[\w.-]+)")
_DEEPEST = 3
_OPERATORS = ("eq", "ne", "not", "ge", "le", "in", "startswith", "endswith", "null", "$count=0", "$count=1")
_TOLD = re.compile(r"\$filter`? ?\((?P<operators>[^)]*)\)")
_FIELD = re.compile(r"^    # (?P<told>.*)\n    (?P<name>\w+): ", re.MULTILINE)
# what those sentences leave out and Microsoft's table of the properties has
# (https://learn.microsoft.com/en-us/graph/aad-advanced-queries), where what has `eq` has `ne` and `not` in advanced
# queries, too;
# of the id, the page of the user (https://learn.microsoft.com/en-us/graph/api/resources/user#properties)
_BESIDES = {
    "administrativeUnit": {"isMemberManagementRestricted": "eq ne not"},
    "application": {"notes": "eq ne not startswith null", "uniqueName": "eq ne not startswith"},
    "device": {"profileType": "eq ne not"},
    "group": {
        "createdByAppId": "eq ne not",
        "infoCatalogs": "eq not startswith",
        "resourceBehaviorOptions": "eq not",
        "uniqueName": "eq ne not startswith",
    },
    "servicePrincipal": {
        "homepage": "eq ne not startswith null",
        "notes": "eq ne not startswith null",
        "preferredSingleSignOnMode": "eq ne not",
        "servicePrincipalType": "eq ne not",
    },
    "user": {"department": "startswith", "isResourceAccount": "eq ne not"},
}
_ID = "eq ne not in"


def filters(specs: Path) -> dict[str, dict[str, str]]:
    """Of each kind the properties that can be filtered by, with the operators."""
    document = json.loads((specs / "graph-v1.json").read_bytes())
    found: dict[str, dict[str, str]] = {}
    for kind in _KINDS:
        schema = document["components"]["schemas"].get(f"microsoft.graph.{kind}")
        told = _of_the_sdk(kind) if schema is None else _of_the_description(schema)
        rows = {name: read for name, text in told if (read := _operators(text))}
        rows["id"] = set(_ID.split())
        for name, more in _BESIDES.get(kind, {}).items():
            rows.setdefault(name, set()).update(more.split())
        found[kind] = {name: " ".join(sorted(row, key=_OPERATORS.index)) for name, row in sorted(rows.items())}
    return found


def filter_types(specs: Path) -> dict[str, dict[str, str]]:
    """Of each kind what its properties are, by their paths in small letters; `text` for what has fixed values, too."""
    shapes, chosen = shapes_of(specs, (*_KINDS, *_BEHIND))
    told = filters(specs)
    found: dict[str, dict[str, str]] = {}
    for kind in sorted({*_KINDS, *_BEHIND}):
        shape = shapes[f"microsoft.graph.{kind}"]
        names = {name.lower() for name in told[kind]} if kind in told else shape.keys()
        rows = {name: form for name, form in shape.items() if name in names}
        found[kind] = dict(sorted(_paths(rows, shapes, chosen, "", 1)))
    return found


def _paths(
    rows: dict[str, Any], shapes: dict[str, Any], chosen: set[str], before: str, depth: int
) -> Iterator[tuple[str, str]]:
    for name, form in rows.items():
        known = _PLAIN_FORM.match(form or "")
        if known is None:
            continue
        kind = "text" if known["kind"] in chosen else known["kind"]
        if kind in _PLAIN:
            yield before + name, kind
        elif "*" not in shapes.get(kind, {"*": None}) and depth < _DEEPEST:
            yield from _paths(shapes[kind], shapes, chosen, f"{before}{name}/", depth + 1)


def _of_the_description(schema: Any) -> Iterator[tuple[str, str]]:
    for part in schema["allOf"]:
        for name, row in part.get("properties", {}).items():
            yield name, row.get("description", "")


def _of_the_sdk(kind: str) -> Iterator[tuple[str, str]]:
    model = sdk_model(kind[:1].upper() + kind[1:])
    by_field = {
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(): name for name in model().get_field_deserializers()
    }
    for field in _FIELD.finditer(inspect.getsource(model)):
        if field["name"] in by_field:
            yield by_field[field["name"]], field["told"]


def _operators(told: str) -> set[str]:
    found: set[str] = set()
    for sentence in _TOLD.finditer(told):
        for part in re.split(r",|\band\b", sentence["operators"]):
            words = part.lower().split()
            if "null" in words:  # "eq on null values", "eq including on null values"
                found.update(("null", "eq") if "including" in words else ("null",))
            elif words[:1] == ["/$count"]:
                found.add(f"$count={words[-1]}")
            elif words and words[0] in _OPERATORS:
                found.add(words[0])
    return found
