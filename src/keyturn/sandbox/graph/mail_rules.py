"""Folders of the mail boxes of the pretend Microsoft 365 tenant, and the rules by which mail is moved on.

Source: https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders and .../api/resources/messagerule.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_FOLDERS = ("Archive", "Deleted Items", "Drafts", "Inbox", "Junk Email", "Outbox", "Sent Items")
_NAMES = frozenset(
    {"id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden"}
)
_RULE = frozenset({"displayName", "sequence", "isEnabled", "conditions", "actions", "exceptions"})


class MailRuleDesk:
    """Answers `/users/{user}/mailFolders` and the rules of its inbox."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        folders = "/v1.0/users/{key}/mailFolders"
        rules = folders + "/{folder}/messageRules"
        return [
            Route(folders, self._folders),
            Route(rules, self._list),
            Route(rules, self._create, ["POST"]),
            Route(rules + "/{rule}", self._get),
            Route(rules + "/{rule}", self._change, ["PATCH"]),
            Route(rules + "/{rule}", self._delete, ["DELETE"]),
        ]

    async def _folders(self, request: Request) -> Response:
        account = self._directory.user(request)
        rows: list[JsonObject] = [
            {
                "id": word_of(f"graph/folder/{account.id}/{name}", 40),
                "displayName": name,
                "parentFolderId": word_of(f"graph/folder/{account.id}", 40),
                "childFolderCount": 0,
                "unreadItemCount": 0,
                "totalItemCount": 0,
                "isHidden": False,
            }
            for name in _FOLDERS
        ]
        kind = Kind("mailFolder", f"users('{account.id}')/mailFolders", _NAMES)
        return self._directory.listed(request, rows, kind)

    def _held(self, request: Request) -> tuple[str, JsonObject]:
        account = self._directory.user(request)
        folder = str(request.path_params["folder"])
        if folder.lower() not in ("inbox", word_of(f"graph/folder/{account.id}/Inbox", 40).lower()):
            raise self._directory.words.not_found(folder)
        context = f"{CONTEXT}#users('{account.id}')/mailFolders('inbox')/messageRules"
        return context, self._directory.members("graph.mail_rules", account.id)

    async def _list(self, request: Request) -> Response:
        context, held = self._held(request)
        rows: list[Json] = list(held.values())
        return odata({"@odata.context": context, "value": rows})

    async def _create(self, request: Request) -> Response:
        context, held = self._held(request)
        body = self._read(plain(await json_object(request)))
        if not as_text(body.get("displayName")) or not as_object(body.get("actions")):
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "A rule needs a displayName and actions.")
        key = self._directory.core.ids.word(12)
        row: JsonObject = {
            "id": key,
            "sequence": len(held) + 1,
            "isEnabled": True,
            "hasError": False,
            "isReadOnly": False,
            **body,
        }
        held[key] = row
        self._directory.core.changed()
        return odata({"@odata.context": f"{context}/$entity", **row}, 201)

    def _read(self, body: JsonObject) -> JsonObject:
        for name in body:
            if name not in _RULE:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.messageRule'."
                raise self._directory.words.refuse(400, "RequestBodyRead", text)
        return body

    def _rule(self, request: Request) -> tuple[str, JsonObject]:
        context, held = self._held(request)
        found = held.get(str(request.path_params["rule"]))
        if not isinstance(found, dict):
            text = "The specified object was not found in the store."
            raise self._directory.words.refuse(404, "ErrorItemNotFound", text)
        return context, found

    async def _get(self, request: Request) -> Response:
        context, row = self._rule(request)
        return odata({"@odata.context": f"{context}/$entity", **row})

    async def _change(self, request: Request) -> Response:
        context, row = self._rule(request)
        row.update(self._read(plain(await json_object(request))))
        self._directory.core.changed()
        return odata({"@odata.context": f"{context}/$entity", **row})

    async def _delete(self, request: Request) -> Response:
        _, row = self._rule(request)
        del self._held(request)[1][as_text(row["id"])]
        self._directory.core.changed()
        return Response(status_code=204)
