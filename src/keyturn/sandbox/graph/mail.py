"""Mail of the pretend Microsoft 365 tenant: sending, and reading mail boxes.

Source: https://learn.microsoft.com/en-us/graph/api/user-sendmail and
https://learn.microsoft.com/en-us/graph/api/user-list-messages.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.attachments import BadAttachment, attached, content_of, received
from keyturn.sandbox.graph.directory import GraphDirectory, Kind
from keyturn.sandbox.graph.focus import focus_of
from keyturn.sandbox.graph.odata import NotUnderstood, ordered, read_filter
from keyturn.sandbox.routing import Route
from keyturn.sandbox.state import Mail
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, normal, seconds
from keyturn.sandbox.wire import JsonAnswer, Refused, json_object, whole_number

_ODATA = {"OData-Version": "4.0"}
_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#users"
_RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")
_FOLDERS = {"inbox": "Inbox", "sentitems": "Sent Items", "drafts": "Drafts"}
_WRITTEN = frozenset(
    {"subject", "body", "importance", "replyTo", "from", "sender", "categories", "isReadReceiptRequested"}
    | {"isDeliveryReceiptRequested", "internetMessageHeaders", "attachments", *_RECIPIENTS}
)
MESSAGE = Kind(
    "message",
    "messages",
    frozenset(
        {"id", "createdDateTime", "lastModifiedDateTime", "changeKey", "categories", "bccRecipients", "body"}
        | {"bodyPreview", "ccRecipients", "conversationId", "conversationIndex", "flag", "from", "hasAttachments"}
        | {"importance", "inferenceClassification", "internetMessageHeaders", "internetMessageId", "isDraft", "isRead"}
        | {"isDeliveryReceiptRequested", "isReadReceiptRequested", "parentFolderId", "receivedDateTime", "replyTo"}
        | {"sender", "sentDateTime", "subject", "toRecipients", "uniqueBody", "webLink"}
    ),
    links=frozenset({"attachments"}),
)
_PREVIEW = 255
# by owner and message: what the owner says of it, or null once it is deleted
_MARKS = "graph.mail_marks"
# by owner and id: what is written and not sent
_DRAFTS = "graph.drafts"
_MARKED = ("isRead", "categories", "importance", "flag", "inferenceClassification")
_FOCUSED = "focused"  # as all mail is whose sender nobody has said anything of


class MailDesk:
    """Answers `sendMail` and the listings of messages."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        self._core = directory.core
        self._words = directory.words

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        attachments = user + "/messages/{message}/attachments"
        return [
            Route(user + "/sendMail", self._send, methods=["POST"]),
            Route(user + "/messages", self._messages, methods=["GET"]),
            Route(user + "/messages/$count", self._count),
            Route(user + "/mailFolders/{folder}/messages", self._messages, methods=["GET"]),
            Route(user + "/mailFolders/{folder}/messages/$count", self._count),
            Route(user + "/messages", self._draft, methods=["POST"]),
            Route(user + "/messages/{message}/send", self._send_draft, methods=["POST"]),
            Route(user + "/messages/{message}", self._one),
            Route(user + "/messages/{message}", self._mark, methods=["PATCH"]),
            Route(user + "/messages/{message}", self._remove, methods=["DELETE"]),
            Route(attachments, self._attachments),
            Route(attachments, self._attach, methods=["POST"]),
            Route(attachments + "/{attachment}", self._attachment),
            Route(attachments + "/{attachment}", self._detach, methods=["DELETE"]),
            Route(attachments + "/{attachment}/$value", self._content),
        ]

    async def _send(self, request: Request) -> Response:
        """Accept a message: 202 without a body, as delivery comes later. Sent again, it is sent twice."""
        sender = self._mail_box(request)
        given = {name.lower(): value for name, value in (await json_object(request)).items()}
        message = given.get("message")
        saved = given.get("savetosentitems", True)
        if not isinstance(message, dict) or set(given) - {"message", "savetosentitems"}:
            raise self._unreadable("The parameter 'Message' of the action 'sendMail' is missing or not alone.")
        # Graph takes the text "false" as well
        keeps = saved is True or (isinstance(saved, str) and saved.lower() == "true") or saved is None
        self._check(message)
        self._post(sender, self._taken(message), keeps)
        return Response(status_code=202)

    def _post(self, sender: GraphAccount, message: JsonObject, keeps: bool) -> None:
        """Raises Refused (400) if it goes to nobody."""
        recipients, now = self._recipients(message), seconds(self._core.clock())
        mail = Mail(f"AAMk{self._core.ids.word(116)}=", sender.login, now, recipients, message, keeps)
        self._core.world.mail.append(mail)
        for account in self._core.world.accounts.graph:
            if _addresses(account) & set(map(normal, recipients)):
                focus = focus_of(self._core, account.id, as_text(sender.profile["mail"]))
                if focus != _FOCUSED:
                    kept = self._core.shelf(_MARKS).setdefault(account.id, {})
                    kept[_key_in(mail, "inbox")] = {"inferenceClassification": focus}
        self._core.store.touch()

    # drafts

    async def _draft(self, request: Request) -> Response:
        """Keep a message that is not sent yet."""
        owner, message = self._mail_box(request), await json_object(request)
        self._check(message)
        message, now = self._taken(message), seconds(self._core.clock())
        key = f"AAMk{self._core.ids.word(116)}="
        row: JsonObject = {"written": message, "created": now, "changed": now}
        self._core.shelf(_DRAFTS).setdefault(owner.id, {})[key] = row
        self._core.changed()
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}('{owner.id}')/messages/$entity"}
        answer.update(self._told(request, self._shown_draft(owner, key, row)))
        return JsonAnswer(answer, 201, _ODATA)

    async def _send_draft(self, request: Request) -> Response:
        """It is in Sent Items then, as another message."""
        owner, found = self._message(request)
        held = self._core.shelf(_DRAFTS).get(owner.id, {})
        if found["id"] not in held:
            raise self._words.refuse(400, "ErrorInvalidOperation", "Only drafts can be sent.")
        self._post(owner, as_object(as_object(held[as_text(found["id"])])["written"]), True)
        del held[as_text(found["id"])]
        self._core.changed()
        return Response(status_code=202)

    # what mail carries

    def _taken(self, message: JsonObject) -> JsonObject:
        """A message with its files as they are kept. Raises Refused (400)."""
        return {**message, "attachments": list[Json](self._received(message.get("attachments")))}

    def _received(self, given: Json) -> list[JsonObject]:
        try:
            return received(given, seconds(self._core.clock()), self._core.ids)
        except BadAttachment as error:
            raise self._words.refuse(400, error.code, str(error)) from error

    async def _attachments(self, request: Request) -> Response:
        owner, found = self._message(request)
        context = f"{_CONTEXT}('{owner.id}')/messages('{found['id']}')/attachments"
        return JsonAnswer({"@odata.context": context, "value": list[Json](attached(found))}, headers=_ODATA)

    async def _attach(self, request: Request) -> Response:
        draft = self._draft_of(*self._message(request))
        [row] = self._received([await json_object(request)])
        written = as_object(draft["written"])
        draft["written"] = {**written, "attachments": [*attached(written), row]}
        self._core.changed()
        return JsonAnswer(row, 201, _ODATA)

    async def _attachment(self, request: Request) -> Response:
        return JsonAnswer(self._file(request), headers=_ODATA)

    async def _detach(self, request: Request) -> Response:
        gone, draft = self._file(request), self._draft_of(*self._message(request))
        written = as_object(draft["written"])
        draft["written"] = {**written, "attachments": [each for each in attached(written) if each["id"] != gone["id"]]}
        self._core.changed()
        return Response(status_code=204)

    async def _content(self, request: Request) -> Response:
        row = self._file(request)
        return Response(content_of(row), media_type=as_text(row["contentType"]))

    def _file(self, request: Request) -> JsonObject:
        """The attachment that a path names. Raises Refused (404)."""
        _, message = self._message(request)
        key = str(request.path_params["attachment"])
        found = next((each for each in attached(message) if each["id"] == key), None)
        if found is None:
            raise self._not_there()
        return found

    def _draft_of(self, owner: GraphAccount, message: JsonObject) -> JsonObject:
        """What is kept of a message that is not sent yet; nothing changes in others. Raises Refused (400)."""
        draft = self._core.shelf(_DRAFTS).get(owner.id, {}).get(as_text(message["id"]))
        if draft is None:
            raise self._words.refuse(400, "ErrorInvalidOperation", "Only drafts can be changed.")
        return as_object(draft)

    def _shown_draft(self, owner: GraphAccount, key: str, row: JsonObject) -> JsonObject:
        written = as_object(row["written"])
        mail = Mail(key, owner.login, as_text(row["changed"]), [], written, True)
        shown = self._shown(mail, "sentitems")
        times: JsonObject = {"createdDateTime": row["created"], "lastModifiedDateTime": row["changed"]}
        return {**shown, "id": key, **times, "parentFolderId": _FOLDERS["drafts"], "isDraft": True}

    async def _messages(self, request: Request) -> Response:
        owner, found = self._queried(request)
        top = whole_number(request.query_params.get("$top"), 10, 1, 1000)
        skip = whole_number(request.query_params.get("$skip"), 0, 0, 999_999)
        if top is None or skip is None:
            raise self._words.refuse(400, "ErrorInvalidUrlQuery", "$top must be 1 to 1000 and $skip a number.")
        rows: list[Json] = [self._told(request, row) for row in found[skip : skip + top]]
        select = f"({request.query_params['$select']})" if "$select" in request.query_params else ""
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}('{owner.id}')/messages{select}"}
        if request.query_params.get("$count", "").lower() == "true":
            answer["@odata.count"] = len(found)
        if skip + top < len(found):
            following = {**request.query_params, "$top": str(top), "$skip": str(skip + top)}
            path = str(request.scope["raw_path"], "ascii")
            answer["@odata.nextLink"] = f"{self._core.base('graph')}{path}?{urlencode(following)}"
        return JsonAnswer({**answer, "value": rows}, headers=_ODATA)

    async def _count(self, request: Request) -> Response:
        return Response(str(len(self._queried(request)[1])), media_type="text/plain")

    def _queried(self, request: Request) -> tuple[GraphAccount, list[JsonObject]]:
        """Whose mail box it is, and the messages that were asked for, the newest first. Raises Refused."""
        owner, params = self._mail_box(request), request.query_params
        folder = str(request.path_params["folder"]).lower() if "folder" in request.path_params else None
        if folder is not None and folder not in _FOLDERS:
            raise self._not_there()
        if "$search" in params:
            text = "The query parameter '$search' is not supported for messages."
            raise self._words.refuse(400, "ErrorInvalidUrlQuery", text)
        found = list(reversed(self._held(owner, folder)))
        try:
            if "$filter" in params:
                meets = read_filter(params["$filter"], MESSAGE.names).meets
                found = [row for row in found if meets(row)]
            return owner, ordered(found, params["$orderby"], MESSAGE.names) if "$orderby" in params else found
        except NotUnderstood as error:
            text = f"The query filter contains one or more invalid nodes: {error}"
            raise self._words.refuse(400, "ErrorInvalidUrlQueryFilter", text) from error

    def _told(self, request: Request, row: JsonObject) -> JsonObject:
        """A message as it is answered: cut to what was chosen, and what it carries only if `$expand` asks for it."""
        names = self._directory.selected(request, MESSAGE)
        carried = next((each for each in self._directory.expanded(request) if each.name == "attachments"), None)
        told = {name: value for name, value in row.items() if name != "attachments"}
        if carried is not None:
            chosen = ("id", *carried.select) if carried.select else ()
            told["attachments"] = [self._directory.shown(as_object(each), chosen) for each in attached(row)]
        return self._directory.shown(told, ("id", *names)) if "$select" in request.query_params else told

    def _message(self, request: Request) -> tuple[GraphAccount, JsonObject]:
        owner, key = self._mail_box(request), str(request.path_params["message"])
        found = next((row for row in self._held(owner, None) if row["id"] == key), None)
        if found is None:
            raise self._not_there()
        return owner, found

    async def _one(self, request: Request) -> Response:
        owner, found = self._message(request)
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}('{owner.id}')/messages/$entity"}
        return JsonAnswer({**answer, **self._told(request, found)}, headers=_ODATA)

    async def _mark(self, request: Request) -> Response:
        """What the owner of a mail box may say of a message: that it is read, what it belongs to."""
        owner, found = self._message(request)
        body = await json_object(request)
        draft = as_object(self._core.shelf(_DRAFTS).get(owner.id, {}).get(as_text(found["id"])))
        if draft:
            written = {name: value for name, value in body.items() if name in _WRITTEN - {"attachments"}}
            self._check(written)
            draft["written"] = {**as_object(draft["written"]), **written}
            draft["changed"] = seconds(self._core.clock())
        changes: JsonObject = {name: body[name] for name in _MARKED if name in body}
        kept = self._core.shelf(_MARKS).setdefault(owner.id, {})
        kept[as_text(found["id"])] = {**as_object(kept.get(as_text(found["id"]))), **changes}
        self._core.changed()
        return await self._one(request)

    async def _remove(self, request: Request) -> Response:
        """Gone from this mail box, not from others."""
        owner, found = self._message(request)
        if self._core.shelf(_DRAFTS).get(owner.id, {}).pop(as_text(found["id"]), None) is None:
            self._core.shelf(_MARKS).setdefault(owner.id, {})[as_text(found["id"])] = None
        self._core.changed()
        return Response(status_code=204)

    def _held(self, owner: GraphAccount, folder: str | None) -> list[JsonObject]:
        """What lies in a mail box, oldest first, as its owner has marked it."""
        marks = self._core.shelf(_MARKS).get(owner.id, {})
        found: list[JsonObject] = []
        for row in self._lying(owner, folder):
            mark = marks.get(as_text(row["id"]), {})
            if mark is not None:
                found.append({**row, **as_object(mark)})
        return found

    def _lying(self, owner: GraphAccount, folder: str | None) -> list[JsonObject]:
        own = _addresses(owner)
        found: list[JsonObject] = []
        for mail in self._core.world.mail:
            if folder in (None, "sentitems") and mail.saved and normal(mail.sender) == normal(owner.login):
                found.append(self._shown(mail, "sentitems"))
            if folder in (None, "inbox") and own & set(map(normal, mail.recipients)):
                found.append(self._shown(mail, "inbox"))
        if folder in (None, "drafts"):
            drafts = self._core.shelf(_DRAFTS).get(owner.id, {})
            found += [self._shown_draft(owner, key, as_object(row)) for key, row in drafts.items()]
        return found

    def _shown(self, mail: Mail, folder: str) -> JsonObject:
        body = as_object(mail.message.get("body"))
        content = as_text(body.get("content"))
        sender = self._core.world.accounts.find_graph(mail.sender)
        name, address = (sender.profile["displayName"], sender.profile["mail"]) if sender else (None, mail.sender)
        source: JsonObject = {"emailAddress": {"name": name, "address": address}}
        return {
            "id": _key_in(mail, folder),
            "createdDateTime": mail.sent,
            "lastModifiedDateTime": mail.sent,
            "receivedDateTime": mail.sent,
            "sentDateTime": mail.sent,
            "hasAttachments": attached(mail.message) != [],
            "attachments": list[Json](attached(mail.message)),
            "subject": mail.message.get("subject"),
            "bodyPreview": content[:_PREVIEW],
            "importance": mail.message.get("importance") or "normal",
            "inferenceClassification": _FOCUSED,
            "parentFolderId": _FOLDERS[folder],
            "isRead": folder != "inbox",
            "isDraft": False,
            "body": {"contentType": as_text(body.get("contentType")).lower() or "text", "content": content},
            "sender": source,
            "from": source,
            # nobody but the sender sees who got a blind copy
            **{name: mail.message.get(name) or [] for name in _RECIPIENTS[: 3 if folder == "sentitems" else 2]},
            **({} if folder == "sentitems" else {"bccRecipients": []}),
        }

    def _mail_box(self, request: Request) -> GraphAccount:
        key = str(request.path_params["key"])
        account = self._core.world.accounts.find_graph(key)
        if account is None:
            raise self._words.refuse(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")
        if account.guest:
            message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise self._words.refuse(404, "MailboxNotEnabledForRESTAPI", message)
        return account

    def _check(self, message: JsonObject) -> None:
        for name in message:
            if name not in _WRITTEN and not name.startswith("@odata."):
                what = f"The property '{name}' does not exist on type 'microsoft.graph.message'."
                raise self._unreadable(f"{what} Make sure to only use property names that are defined by the type.")
        body = message.get("body")
        kind = body.get("contentType", "text") if isinstance(body, dict) else "text"
        if not isinstance(body, dict | None) or as_text(kind).lower() not in ("text", "html"):
            raise self._unreadable("Cannot convert the literal to the expected type 'microsoft.graph.itemBody'.")

    def _recipients(self, message: JsonObject) -> list[str]:
        found: list[str] = []
        for name in _RECIPIENTS:
            given = message.get(name)
            for recipient in given if isinstance(given, list) else []:
                address = as_text(as_object(as_object(recipient).get("emailAddress")).get("address"))
                if "@" not in address.strip("@"):
                    text = f"At least one recipient isn't valid., Recipient '{address}' isn't resolved."
                    raise self._words.refuse(400, "ErrorInvalidRecipients", text)
                found.append(address)
        if not found:
            text = "At least one recipient isn't valid., A message can't be sent because it contains no recipients."
            raise self._words.refuse(400, "ErrorInvalidRecipients", text)
        return found

    def _not_there(self) -> Refused:
        return self._words.refuse(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _unreadable(self, message: str) -> Refused:
        return self._words.refuse(400, "RequestBodyRead", message)


def _addresses(account: GraphAccount) -> set[str]:
    return {normal(name) for name in (account.login, as_text(account.profile.get("mail")))}


def _key_in(mail: Mail, folder: str) -> str:
    """The id of a message in a folder: it has another one with its sender than with who received it."""
    return f"{mail.id[:-1]}{'A' if folder == 'inbox' else 'B'}="
