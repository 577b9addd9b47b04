"""Folders of the mail boxes of the pretend Microsoft 365 tenant, and the rules by which mail is moved on.

Source: https://learn.microsoft.com/en-us/graph/api/user-list-mailfolders and .../api/resources/messagerule.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, Kind, odata, plain
from keyturn.sandbox.graph.limits import is_address
from keyturn.sandbox.graph.mail_store import Folder, MailStore, folder_id, root_of
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts
from keyturn.sandbox.wire import json_object

FOLDER_NAMES = frozenset(
    {"id", "displayName", "parentFolderId", "childFolderCount", "unreadItemCount", "totalItemCount", "isHidden"}
)
_SENDING = ("forwardTo", "forwardAsAttachmentTo", "redirectTo")
_RULE = frozenset({"displayName", "sequence", "isEnabled", "conditions", "actions", "exceptions"})


class MailRuleDesk:
    """Answers `/users/{user}/mailFolders` and the rules of its inbox."""

    def __init__(self, directory: GraphDirectory, store: MailStore) -> None:
        self._directory = directory
        self._store = store

    def routes(self) -> list[Route]:
        """The operations."""
        folders = "/v1.0/users/{key}/mailFolders"
        rules = folders + "/{folder}/messageRules"
        return [
            Route(folders, self._folders),
            Route(folders, self._make_folder, ["POST"]),
            Route(folders + "/$count", self._count_folders),
            Route(folders + "/{folder}/childFolders", self._folders),
            Route(folders + "/{folder}/childFolders", self._make_folder, ["POST"]),
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

    # folders

    def row(self, account: GraphAccount, folder: Folder) -> JsonObject:
        """A folder as it is answered."""
        held = self._store.held(account, folder.id)
        return {
            "id": folder.id,
            "displayName": "Top of Information Store" if folder.id == root_of(account.id) else folder.name,
            "parentFolderId": folder.parent or root_of(account.id),
            "childFolderCount": len(self._inside(account.id, folder.id)),
            "unreadItemCount": sum(row["isRead"] is False for row in held),
            "totalItemCount": len(held),
            "isHidden": False,
        }

    def _inside(self, user_id: str, parent: str) -> list[Folder]:
        return [folder for folder in self._store.folders(user_id) if folder.parent == parent]

    def _kind(self, user_id: str) -> Kind:
        return Kind("mailFolder", f"users('{user_id}')/mailFolders", FOLDER_NAMES)

    def _around(self, request: Request) -> tuple[GraphAccount, str]:
        """Whose it is, and in which folder a path lists or makes folders. Raises Refused (404)."""
        if "folder" in request.path_params:
            account, folder = self._found(request)
            return account, folder.id
        account = self._directory.user(request)
        return account, root_of(account.id)

    def _rows(self, request: Request) -> tuple[str, list[JsonObject]]:
        account, parent = self._around(request)
        return account.id, [self.row(account, folder) for folder in self._inside(account.id, parent)]

    async def _folders(self, request: Request) -> Response:
        user_id, rows = self._rows(request)
        return self._directory.listed(request, rows, self._kind(user_id))

    async def _count_folders(self, request: Request) -> Response:
        return Response(str(len(self._rows(request)[1])), media_type="text/plain")

    def _found(self, request: Request) -> tuple[GraphAccount, Folder]:
        """Whose it is, and the folder that a path names by its id or by a name such as inbox. Raises Refused (404)."""
        account = self._directory.user(request)
        found = self._store.folder(account.id, str(request.path_params["folder"]))
        if found is None:
            text = "The specified object was not found in the store."
            raise self._directory.words.refuse(404, "ErrorItemNotFound", text)
        return account, found

    async def _folder(self, request: Request) -> Response:
        account, folder = self._found(request)
        return self._directory.one(request, self.row(account, folder), self._kind(account.id))

    async def _make_folder(self, request: Request) -> Response:
        account, parent = self._around(request)
        name = as_text((await json_object(request)).get("displayName"))
        self._check_name(account.id, parent, name)
        made = self._store.make_folder(account.id, name, parent)
        return self._directory.one(request, self.row(account, made), self._kind(account.id), 201)

    def _check_name(self, user_id: str, parent: str, name: str) -> None:
        if not name:
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "A folder needs a displayName.")
        if name.lower() in [folder.name.lower() for folder in self._inside(user_id, parent)]:
            text = f"A folder with the specified name already exists., {name}"
            raise self._directory.words.refuse(409, "ErrorFolderExists", text)

    async def _rename_folder(self, request: Request) -> Response:
        account, folder = self._found(request)
        name = as_text((await json_object(request)).get("displayName"))
        if folder.usual:
            raise self._directory.words.refuse(400, "ErrorInvalidRequest", "This folder keeps its name.")
        self._check_name(account.id, folder.parent, name)
        renamed = self._store.rename_folder(account.id, folder, name)
        return self._directory.one(request, self.row(account, renamed), self._kind(account.id))

    async def _delete_folder(self, request: Request) -> Response:
        account, folder = self._found(request)
        if folder.usual:
            text = "Distinguished folders cannot be deleted."
            raise self._directory.words.refuse(400, "ErrorDeleteDistinguishedFolder", text)
        self._store.drop_folder(account.id, folder)
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
        if folder.lower() not in ("inbox", folder_id(account.id, "Inbox").lower()):
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
        actions = as_object(body.get("actions"))
        for recipient in [one for name in _SENDING for one in as_list(actions.get(name))]:
            address = as_object(as_object(recipient).get("emailAddress")).get("address")
            if not is_address(address):
                text = f"At least one recipient isn't valid., Recipient '{as_text(address)}' isn't resolved."
                raise self._directory.words.refuse(400, "ErrorInvalidRecipients", text)
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
