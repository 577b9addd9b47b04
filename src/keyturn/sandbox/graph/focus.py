"""Which senders' mail is focused in the mail boxes of the pretend Microsoft 365 tenant.

Source: https://learn.microsoft.com/en-us/graph/api/resources/manage-focused-inbox.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, normal
from keyturn.sandbox.wire import json_object

_OVERRIDES = "graph.focus"
_CLASSES = ("focused", "other")
_OVERRIDE = Kind(
    "inferenceClassificationOverride",
    "users/inferenceClassification/overrides",
    frozenset({"id", "classifyAs", "senderEmailAddress"}),
)


def focus_of(core: Core, owner: str, sender: str) -> str:
    """How mail of a sender is classified in somebody's mail box."""
    for row in core.shelf(_OVERRIDES).get(owner, {}).values():
        if normal(_address(as_object(row))) == normal(sender):
            return as_text(as_object(row)["classifyAs"])
    return "focused"


class FocusDesk:
    """Answers `/users/{user}/inferenceClassification`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        focus = "/v1.0/users/{key}/inferenceClassification"
        overrides = focus + "/overrides"
        return [
            Route(focus, self._about),
            Route(overrides, self._list),
            Route(overrides, self._create, ["POST"]),
            Route(overrides + "/{override}", self._get),
            Route(overrides + "/{override}", self._change, ["PATCH"]),
            Route(overrides + "/{override}", self._delete, ["DELETE"]),
        ]

    def _held(self, request: Request) -> JsonObject:
        return self._directory.members(_OVERRIDES, self._directory.user(request).id)

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["override"])
        found = as_object(self._held(request).get(key))
        if not found:
            text = "The specified object was not found in the store."
            raise self._directory.words.refuse(404, "ErrorItemNotFound", text)
        return found

    async def _about(self, request: Request) -> Response:
        account = self._directory.user(request)
        context = f"{CONTEXT}#users('{account.id}')/inferenceClassification"
        return odata({"@odata.context": context, "id": f"focus-{account.id}"})

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, [as_object(row) for row in self._held(request).values()], _OVERRIDE)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._one(request), _OVERRIDE)

    async def _create(self, request: Request) -> Response:
        """Of a sender there is one: another takes its place."""
        held, body = self._held(request), plain(await json_object(request))
        sender = _address(body)
        if not sender:
            raise self._invalid("senderEmailAddress")
        rows = [as_object(row) for row in held.values()]
        there = [row for row in rows if normal(_address(row)) == normal(sender)]
        row: JsonObject = there[0] if there else {"id": self._directory.core.ids.uuid()}
        row.update({"classifyAs": self._class(body), "senderEmailAddress": body["senderEmailAddress"]})
        held[as_text(row["id"])] = row
        self._directory.core.changed()
        return self._directory.one(request, row, _OVERRIDE, 201)

    async def _change(self, request: Request) -> Response:
        row = self._one(request)
        row["classifyAs"] = self._class(plain(await json_object(request)))
        self._directory.core.changed()
        return self._directory.one(request, row, _OVERRIDE)

    async def _delete(self, request: Request) -> Response:
        del self._held(request)[as_text(self._one(request)["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    def _class(self, body: JsonObject) -> str:
        found = as_text(body.get("classifyAs"))
        if found not in _CLASSES:
            raise self._invalid("classifyAs")
        return found

    def _invalid(self, name: str) -> Exception:
        return self._directory.words.refuse(400, "ErrorInvalidArgument", f"The value of '{name}' is not valid.")


def _address(row: JsonObject) -> str:
    return as_text(as_object(row.get("senderEmailAddress")).get("address"))
