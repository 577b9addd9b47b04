"""What applications of the pretend Microsoft 365 tenant register: attributes of one's own that users may have.

Source: https://learn.microsoft.com/en-us/graph/api/application-post-extensionproperty and
.../directoryobject-getavailableextensionproperties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.own_attributes import OWN_ATTRIBUTES, TYPES, all_attributes, own_attribute
from keyturn.sandbox.graph.registrations import APPS, MADE, by_app_id
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text, texts
from keyturn.sandbox.wire import json_object

_NAME = re.compile(r"[A-Za-z]\w{0,119}", re.ASCII)
_TARGETS = frozenset({"User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"})
_PROPERTY = Kind(
    "extensionProperty",
    "directoryObjects",
    frozenset(
        {"id", "deletedDateTime", "appDisplayName", "dataType", "isMultiValued", "isSyncedFromOnPremises", "name"}
        | {"targetObjects"}
    ),
)


class ExtensionPropertyDesk:
    """Answers `/applications/{id}/extensionProperties`, and tells which there are at all."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        properties = "/v1.0/applications/{key}/extensionProperties"
        one = properties + "/{property}"
        return [
            Route("/v1.0/directoryObjects/getAvailableExtensionProperties", self._available, ["POST"]),
            Route(properties, self._list),
            Route(properties, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._delete, ["DELETE"]),
        ]

    async def _available(self, request: Request) -> Response:
        synced = plain(await json_object(request)).get("isSyncedFromOnPremises")
        found = self._all()
        rows = [row for row in found if synced is None or row["isSyncedFromOnPremises"] is synced]
        return self._directory.listed(request, rows, _PROPERTY)

    def _all(self) -> Iterator[JsonObject]:
        return all_attributes(self._directory.core.shelf(OWN_ATTRIBUTES))

    def _app(self, request: Request) -> JsonObject:
        return by_app_id(self._directory, request, (MADE, APPS))

    def _held(self, request: Request) -> JsonObject:
        """Those of the application, by id. Raises Refused (404)."""
        return self._directory.members(OWN_ATTRIBUTES, self._app(request)["id"])

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["property"])
        found = self._held(request).get(key)
        if not isinstance(found, dict):
            raise self._directory.words.not_found(key)
        return found

    async def _list(self, request: Request) -> Response:
        rows = [row for row in self._held(request).values() if isinstance(row, dict)]
        return self._directory.listed(request, rows, _PROPERTY)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._one(request), _PROPERTY)

    async def _create(self, request: Request) -> Response:
        app, held, body = self._app(request), self._held(request), plain(await json_object(request))
        name, kind, targets = as_text(body.get("name")), as_text(body.get("dataType")), texts(body.get("targetObjects"))
        self._check(name, kind, targets)
        row = own_attribute(self._directory.core.ids.uuid(), app, name, kind, targets)
        row["isMultiValued"] = body.get("isMultiValued") is True
        if any(each["name"] == row["name"] for each in self._all()):
            raise self._directory.words.bad_request(f"An extension property exists with the name {row['name']}.")
        held[as_text(row["id"])] = row
        self._directory.core.changed()
        return self._directory.one(request, row, _PROPERTY, 201)

    def _check(self, name: str, kind: str, targets: Sequence[str]) -> None:
        """Raises Refused (400) for what cannot be registered."""
        wrong = {
            "name": _NAME.fullmatch(name) is None,
            "dataType": kind not in TYPES,
            "targetObjects": not targets or not _TARGETS.issuperset(targets),
        }
        for what, is_wrong in wrong.items():
            if is_wrong:
                text = f"Invalid value specified for property '{what}' of resource 'ExtensionProperty'."
                raise self._directory.words.bad_request(text)

    async def _delete(self, request: Request) -> Response:
        """What users have of it is not found any more."""
        row = self._one(request)
        del self._held(request)[as_text(row["id"])]
        self._directory.core.changed()
        return Response(status_code=204)
