"""What was deleted in the pretend Microsoft 365 tenant and can be restored: users, groups, applications, service
principals, administrative units.

Source: https://learn.microsoft.com/en-us/graph/api/resources/directory#deleted-items. They stay for longer than
thirty days: until they are deleted for good.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.activities import usual
from keyturn.sandbox.graph.consents import CONSENTS
from keyturn.sandbox.graph.directory import CONTEXT, DELETED, Deletable, GraphDirectory, Kind, odata, typed
from keyturn.sandbox.graph.groups import GROUP
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_OWNED = Kind("directoryObject", "directoryObjects", GROUP.names)
# what else stands on a shelf by the id of something
_HELD = ("graph.licences", "graph.methods", "graph.grants", "graph.app_owners")


class DeletedDesk:
    """Answers `/directory/deletedItems`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        deleted = "/v1.0/directory/deletedItems"
        return [
            *(Route(f"{deleted}/graph.{name}", self._listing(name)) for name in self._directory.deletables),
            Route(deleted + "/getUserOwnedObjects", self._owned, ["POST"]),
            Route(deleted + "/{key}", self._one),
            Route(deleted + "/{key}", self._purge, ["DELETE"]),
            Route(deleted + "/{key}/restore", self._restore, ["POST"]),
        ]

    def _listing(self, name: str) -> Endpoint:
        async def listing(request: Request) -> Response:
            rows = [self._row(deleted) for deleted in self._of(name)]
            return self._directory.listed(request, rows, self._directory.deletables[name].kind)

        return listing

    def _of(self, kind: str) -> list[JsonObject]:
        return [row for row in self._directory.core.shelf(DELETED).values() if row["kind"] == kind]

    async def _owned(self, request: Request) -> Response:
        """The groups that somebody owned and that are deleted."""
        body = await json_object(request)
        owner, kind = as_text(body.get("userId")), as_text(body.get("type"))
        if not owner or kind.lower() not in ("group", ""):
            raise self._directory.words.bad_request("userId is required, and type must be Group.")
        rows = [self._row(row) for row in self._of("group") if owner in as_object(row["owners"])]
        return self._directory.listed(request, list(typed(rows, "group")), _OWNED)

    def _found(self, request: Request) -> tuple[str, JsonObject, Deletable]:
        """What a path names: where it stands, itself, and what is known of its kind. Raises Refused (404)."""
        wanted = str(request.path_params["key"])
        for key, deleted in self._directory.core.shelf(DELETED).items():
            if deleted["id"] == wanted:
                return key, deleted, self._directory.deletables[as_text(deleted["kind"])]
        raise self._directory.words.not_found(wanted)

    def _row(self, deleted: JsonObject) -> JsonObject:
        shown = self._directory.deletables[as_text(deleted["kind"])].shown(deleted)
        return {**shown, "deletedDateTime": deleted["deletedDateTime"]}

    async def _one(self, request: Request) -> Response:
        _, deleted, _ = self._found(request)
        return self._told(deleted, self._row(deleted))

    def _told(self, deleted: JsonObject, row: JsonObject) -> Response:
        kind = f"#microsoft.graph.{deleted['kind']}"
        return odata({"@odata.context": f"{CONTEXT}#directoryObjects/$entity", "@odata.type": kind, **row})

    async def _purge(self, request: Request) -> Response:
        place, deleted, of = self._found(request)
        key = as_text(deleted["id"])
        del self._directory.core.shelf(DELETED)[place]
        for shelf in _HELD:
            self._directory.core.shelf(shelf).pop(key, None)
        consents = self._directory.core.shelf(CONSENTS)
        for each in [name for name, row in consents.items() if row["principalId"] == key]:
            del consents[each]
        self._directory.changed(of.place, key, "purged", [usual(of.place, "purged", key, self._row(deleted))])
        return Response(status_code=204)

    async def _restore(self, request: Request) -> Response:
        place, deleted, of = self._found(request)
        row = of.restore(deleted)
        del self._directory.core.shelf(DELETED)[place]
        self._directory.changed(of.place, as_text(deleted["id"]), "restored")
        return self._told(deleted, row)
