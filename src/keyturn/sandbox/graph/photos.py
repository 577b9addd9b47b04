"""Photos of people, groups and teams of the pretend Microsoft 365 tenant.

Source: https://learn.microsoft.com/en-us/graph/api/profilephoto-get and .../profilephoto-update.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_text
from keyturn.sandbox.wire import raw_path

_PHOTOS = "graph.photos"


class PhotoDesk:
    """Answers `/photo` and `/photo/$value`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        routes: list[Route] = []
        for whose in ("users", "groups", "teams"):
            photo = f"/v1.0/{whose}/{{key}}/photo"
            routes.append(Route(photo, self._about))
            routes.append(Route(photo, self._delete, ["DELETE"]))
            routes.append(Route(photo + "/$value", self._get))
            routes.append(Route(photo + "/$value", self._put, ["PUT", "PATCH"]))
            routes.append(Route(photo + "/$value", self._delete, ["DELETE"]))
        return routes

    def _owner(self, request: Request) -> str:
        if raw_path(request).split("/")[2].lower() == "users":
            return self._directory.user(request).id
        return as_text(self._directory.document(request, "graph.groups")["id"])

    def _held(self, request: Request) -> JsonObject:
        found = self._directory.core.shelf(_PHOTOS).get(self._owner(request))
        if found is None:
            text = "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown."
            raise self._directory.words.refuse(404, "ImageNotFound", text)
        return found

    async def _about(self, request: Request) -> Response:
        found = self._held(request)
        about: JsonObject = {"id": "default", "width": 120, "height": 120, "@odata.mediaContentType": found["type"]}
        return odata({"@odata.context": f"{CONTEXT}#profilePhoto", **about})

    async def _get(self, request: Request) -> Response:
        found = self._held(request)
        return Response(b64decode(as_text(found["content"])), media_type=as_text(found["type"]))

    async def _put(self, request: Request) -> Response:
        owner, content = self._owner(request), await request.body()
        if not content:
            raise self._directory.words.bad_request("The photo is empty.")
        kind = request.headers.get("content-type", "image/jpeg")
        self._directory.core.shelf(_PHOTOS)[owner] = {"type": kind, "content": b64encode(content).decode()}
        self._directory.core.changed()
        return Response(status_code=200)

    async def _delete(self, request: Request) -> Response:
        self._held(request)
        del self._directory.core.shelf(_PHOTOS)[self._owner(request)]
        self._directory.core.changed()
        return Response(status_code=204)
