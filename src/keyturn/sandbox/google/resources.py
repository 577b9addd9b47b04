"""Photos of people, and what a company books: buildings, rooms and what they have, of the pretend Google Workspace
account.

Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/users.photos and
.../resources.buildings, .../resources.calendars, .../resources.features.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.google import words
from keyturn.sandbox.google.bodies import json_object
from keyturn.sandbox.google.workspace import Workspace
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import JsonAnswer

_PHOTOS = "google.photos"


@dataclass(frozen=True)
class Sort:
    """Things of one sort.

    path: below `resources`; kind: of one; listed: of the list; rows: where a list has them; key: what names one;
    needs: what has to be given.
    """

    path: str
    kind: str
    listed: str
    rows: str
    key: str
    needs: tuple[str, ...]

    @property
    def shelf(self) -> str:
        """Where they stand."""
        return f"google.{self.path}"


_CALENDARS = "calendars"
_RESOURCE = "admin#directory#resources#"
SORTS = (
    Sort("buildings", f"{_RESOURCE}buildings#Building", f"{_RESOURCE}buildings#buildingsList", "buildings",
         "buildingId", ("buildingId", "buildingName", "floorNames")),
    Sort(_CALENDARS, f"{_RESOURCE}calendars#CalendarResource", f"{_RESOURCE}calendars#calendarResourcesList", "items",
         "resourceId", ("resourceId", "resourceName")),
    Sort("features", f"{_RESOURCE}features#feature", f"{_RESOURCE}features#featuresList", "features",
         "name", ("name",)),
)  # fmt: skip


class ResourceDesk:
    """Answers the operations of one sort."""

    def __init__(self, workspace: Workspace, sort: Sort) -> None:
        self._workspace = workspace
        self._sort = sort

    def routes(self) -> list[Route]:
        """The operations."""
        base = f"/admin/directory/v1/customer/{{customer}}/resources/{self._sort.path}"
        one = base + "/{key}"
        return [
            Route(base, self._list),
            Route(base, self._insert, ["POST"]),
            Route(one, self._get),
            Route(one, self._change, ["PUT", "PATCH"]),
            Route(one, self._delete, ["DELETE"]),
        ]

    def _one(self, request: Request) -> JsonObject:
        self._workspace.check_customer(str(request.path_params["customer"]))
        found = self._workspace.core.shelf(self._sort.shelf).get(str(request.path_params["key"]))
        if found is None:
            raise words.not_found(self._sort.key)
        return found

    async def _list(self, request: Request) -> Response:
        self._workspace.check_customer(str(request.path_params["customer"]))
        rows = list(self._workspace.core.shelf(self._sort.shelf).values())
        frame: JsonObject = {"kind": self._sort.listed}
        return self._workspace.page(request, rows, frame, self._sort.rows, 500, 100, self._sort.key)

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._one(request))

    async def _insert(self, request: Request) -> Response:
        self._workspace.check_customer(str(request.path_params["customer"]))
        body, shelf = await json_object(request), self._workspace.core.shelf(self._sort.shelf)
        for name in self._sort.needs:
            if not body.get(name):
                raise words.required(name)
        key = as_text(body.get(self._sort.key))
        if key in shelf:
            raise words.duplicate()
        row: JsonObject = {**body, "kind": self._sort.kind, "etags": f'"{self._workspace.core.ids.word(8)}"'}
        if self._sort.path == _CALENDARS:
            row["resourceEmail"] = f"c_{self._workspace.core.ids.word(20).lower()}@resource.{DOMAIN}"
        shelf[key] = row
        self._workspace.core.changed()
        return JsonAnswer(row)

    async def _change(self, request: Request) -> Response:
        row, body = self._one(request), await json_object(request)
        kept = ("kind", "etags", "resourceEmail", self._sort.key)
        row.update({name: value for name, value in body.items() if name not in kept})
        self._workspace.core.changed()
        return JsonAnswer(row)

    async def _delete(self, request: Request) -> Response:
        del self._workspace.core.shelf(self._sort.shelf)[as_text(self._one(request)[self._sort.key])]
        self._workspace.core.changed()
        return Response(status_code=204)


class PhotoDesk:
    """Answers `/users/{key}/photos/thumbnail`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The operations."""
        photo = "/admin/directory/v1/users/{key}/photos/thumbnail"
        return [
            Route(photo, self._get),
            Route(photo, self._put, ["PUT", "PATCH"]),
            Route(photo, self._delete, ["DELETE"]),
        ]

    async def _get(self, request: Request) -> Response:
        account = self._workspace.user(request)
        found = self._workspace.core.shelf(_PHOTOS).get(account.id)
        if found is None:
            raise words.not_found("photo")
        return JsonAnswer({**found, "primaryEmail": account.login})

    async def _put(self, request: Request) -> Response:
        account, body = self._workspace.user(request), await json_object(request)
        if not as_text(body.get("photoData")):
            raise words.required("photoData")
        self._workspace.core.shelf(_PHOTOS)[account.id] = {
            "kind": "admin#directory#user#photo",
            "id": account.id,
            "etag": f'"{self._workspace.core.ids.word(8)}"',
            "primaryEmail": account.login,
            "mimeType": as_text(body.get("mimeType")) or "image/jpeg",
            "width": 96,
            "height": 96,
            "photoData": body["photoData"],
        }
        self._workspace.changed(account, "update")
        return await self._get(request)

    async def _delete(self, request: Request) -> Response:
        account = self._workspace.user(request)
        if self._workspace.core.shelf(_PHOTOS).pop(account.id, None) is None:
            raise words.not_found("photo")
        self._workspace.changed(account, "update")
        return Response(status_code=204)
