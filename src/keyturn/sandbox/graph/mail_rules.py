"""Folders of the mail boxes of the pretend Microsoft 365 tenant, and the rules by which mail is moved on.

Source: https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders and .../api/resources/messagerule.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

_FOLDERS = ("Archive", "Deleted Items", "Drafts", "Inbox", "Junk Email", "Outbox", "Sent Items")
_NAMES = frozenset(
    {"id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden"}
)
# by owner and id: the name of a folder that somebody has made
_MADE = "graph.mail_folders"
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
            Route(folders, self._make_folder, ["POST"]),
            Route(folders + "/{folder}", self._folder),
            Route(folders + "/{folder}", self._rename_folder, ["PATCH"]),
            Route(folders + "/{folder}", self._delete_folder, ["DELETE"]),
            Route("/v1.0/users/{key}/getMailTips", self._tips, ["POST"]),
            Route(rules, self._list),
            Route(rules, self._create, ["POST"]),
            Route(rules + "/{rule}", self._get),
            Route(rules + "/{rule}", self._change, ["PATCH"]),
            Route(rules + "/{rule}", self._delete, ["DELETE"]),
        ]

    # folders: those that every mail box has, and those that somebody has made

    def _rows(self, user_id: str) -> list[JsonObject]:
        usual = {word_of(f"graph/folder/{user_id}/{name}", 40): name for name in _FOLDERS}
        made = {key: as_text(name) for key, name in self._directory.members(_MADE, user_id).items()}
        return [
            {
                "id": key,
                "displayName": name,
                "parentFolderId": word_of(f"graph/folder/{user_id}", 40),
                "childFolderCount": 0,
                "unreadItemCount": 0,
                "totalItemCount": 0,
                "isHidden": False,
            }
            for key, name in {**usual, **made}.items()
        ]

    def _kind(self, user_id: str) -> Kind:
        return Kind("mailFolder", f"users('{user_id}')/mailFolders", _NAMES)

    async def _folders(self, request: Request) -> Response:
        account = self._directory.user(request)
        return self._directory.listed(request, self._rows(account.id), self._kind(account.id))

    def _found(self, request: Request) -> tuple[str, JsonObject]:
        """Whose it is, and the folder that a path names by its id or by a name such as inbox. Raises Refused (404)."""
        account, named = self._directory.user(request), str(request.path_params["folder"])
        for row in self._rows(account.id):
            usual = as_text(row["displayName"]) in _FOLDERS
            if row["id"] == named or (usual and as_text(row["displayName"]).replace(" ", "").lower() == named.lower()):
                return account.id, row
        text = "The specified object was not found in the store."
        raise self._directory.words.refuse(404, "ErrorItemNotFound", text)

    async def _folder(self, request: Request) -> Response:
        user_id, row = self._found(request)
        return self._directory.one(request, row, self._kind(user_id))

    async def _make_folder(self, request: Request) -> Response:
        account, name = self._directory.user(request), as_text((await json_object(request)).get("displayName"))
        self._check_name(account.id, name)
        key = self._directory.core.ids.word(40)
        self._directory.members(_MADE, account.id)[key] = name
        self._directory.core.changed()
        row = next(row for row in self._rows(account.id) if row["id"] == key)
        return self._directory.one(request, row, self._kind(account.id), 201)

    def _check_name(self, user_id: str, name: str) -> None:
        if not name:
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "A folder needs a displayName.")
        if name.lower() in [as_text(row["displayName"]).lower() for row in self._rows(user_id)]:
            text = f"A folder with the specified name already exists., {name}"
            raise self._directory.words.refuse(409, "ErrorFolderExists", text)

    async def _rename_folder(self, request: Request) -> Response:
        user_id, row = self._found(request)
        name, made = as_text((await json_object(request)).get("displayName")), self._directory.members(_MADE, user_id)
        if row["id"] not in made:
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "This folder keeps its name.")
        self._check_name(user_id, name)
        made[as_text(row["id"])] = name
        self._directory.core.changed()
        return self._directory.one(request, {**row, "displayName": name}, self._kind(user_id))

    async def _delete_folder(self, request: Request) -> Response:
        user_id, row = self._found(request)
        if self._directory.members(_MADE, user_id).pop(as_text(row["id"]), None) is None:
            text = "Distinguished folders cannot be deleted."
            raise self._directory.words.refuse(400, "ErrorDeleteDistinguishedFolder", text)
        self._directory.core.changed()
        return Response(status_code=204)

    # what one is told before one writes to somebody

    async def _tips(self, request: Request) -> Response:
        self._directory.user(request)
        body = {name.lower(): value for name, value in plain(await json_object(request)).items()}
        wanted = [part.strip().lower() for part in as_text(body.get("mailtipsoptions")).split(",")]
        addresses, rows = texts(body.get("emailaddresses")), list[Json]()
        if not addresses:
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "EmailAddresses are missing.")
        for address in addresses:
            account = self._directory.core.world.accounts.find_graph(address)
            row: JsonObject = {"emailAddress": {"name": "", "address": address}}
            if account is None:
                row["error"] = {"code": "ErrorItemNotFound", "message": "The recipient was not found."}
            elif "automaticreplies" in wanted:
                row["automaticReplies"] = {"message": self._reply_of(account.id)}
            if "mailboxfullstatus" in wanted:
                row["mailboxFull"] = False
            rows.append(row)
        return odata({"@odata.context": f"{CONTEXT}#Collection(microsoft.graph.mailTips)", "value": rows})

    def _reply_of(self, user_id: str) -> str:
        """What somebody who is away has everybody answered; empty while they are there."""
        settings = self._directory.members("graph.mailbox_settings", user_id)
        replies = as_object(settings.get("automaticRepliesSetting"))
        return as_text(replies.get("internalReplyMessage")) if replies.get("status") not in (None, "disabled") else ""

    # rules

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
