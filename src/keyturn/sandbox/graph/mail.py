"""Mail of the pretend Microsoft 365 tenant: sending, and reading mail boxes. What is answered and moved on is in
:mod:`keyturn.sandbox.graph.mail_answers`.

Source: https://learn.microsoft.com/en-us/graph/api/user-sendmail and
https://learn.microsoft.com/en-us/graph/api/user-list-messages.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.attachments import BadAttachment, attached, content_of, received
from keyturn.sandbox.graph.directory import GraphDirectory, Kind, filter_of
from keyturn.sandbox.graph.mail_search import read_mail_search
from keyturn.sandbox.graph.mail_store import RECIPIENTS, MailStore
from keyturn.sandbox.graph.odata import NotUnderstood, ordered
from keyturn.sandbox.graph.property_names import own_spelling
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, seconds
from keyturn.sandbox.wire import JsonAnswer, Refused, json_object, whole_number

_ODATA = {"OData-Version": "4.0"}
MESSAGES = ("/v1.0/users/{key}/messages", "/v1.0/users/{key}/mailFolders/{folder}/messages")
_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#users"
_WRITTEN = frozenset(
    {"subject", "body", "importance", "replyTo", "from", "sender", "categories", "isReadReceiptRequested"}
    | {"isDeliveryReceiptRequested", "internetMessageHeaders", "attachments", *RECIPIENTS}
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
_MARKED = ("isRead", "categories", "importance", "flag", "inferenceClassification")


class MailDesk:
    """Answers `sendMail` and the listings of messages."""

    def __init__(self, directory: GraphDirectory, store: MailStore) -> None:
        self._directory = directory
        self._core = directory.core
        self._words = directory.words
        self._store = store

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        routes = [Route(user + "/sendMail", self._send, methods=["POST"])]
        for messages in MESSAGES:
            one = messages + "/{message}"
            attachments = one + "/attachments"
            routes += [
                Route(messages, self._messages),
                Route(messages, self._draft, ["POST"]),
                Route(messages + "/$count", self._count),
                Route(one, self._one),
                Route(one, self._mark, ["PATCH"]),
                Route(one, self._remove, ["DELETE"]),
                Route(one + "/permanentDelete", self._remove, ["POST"]),
                Route(one + "/send", self._send_draft, ["POST"]),
                Route(attachments, self._attachments),
                Route(attachments, self._attach, ["POST"]),
                Route(attachments + "/{attachment}", self._attachment),
                Route(attachments + "/{attachment}", self._detach, ["DELETE"]),
                Route(attachments + "/{attachment}/$value", self._content),
            ]
        return routes

    async def _send(self, request: Request) -> Response:
        """Accept a message: 202 without a body, as delivery comes later. Sent again, it is sent twice."""
        sender = self.mail_box(request)
        given = {name.lower(): value for name, value in (await json_object(request)).items()}
        message = given.get("message")
        saved = given.get("savetosentitems", True)
        if not isinstance(message, dict) or set(given) - {"message", "savetosentitems"}:
            raise self._unreadable("The parameter 'Message' of the action 'sendMail' is missing or not alone.")
        # Graph takes the text "false" as well
        keeps = saved is True or (isinstance(saved, str) and saved.lower() == "true") or saved is None
        self.post(sender, self.taken(message), keeps=keeps)
        return Response(status_code=202)

    def post(self, sender: GraphAccount, message: JsonObject, *, keeps: bool = True) -> None:
        """Send a message. Raises Refused (400) if it goes to nobody."""
        self._store.post(sender, message, self._recipients(message), keeps=keeps)

    # drafts

    async def _draft(self, request: Request) -> Response:
        """Keep a message that is not sent yet."""
        owner, message = self.mail_box(request), await json_object(request)
        return self.written(request, owner, self.taken(message), self.folder_of(request, owner))

    def written(
        self, request: Request, owner: GraphAccount, message: JsonObject, folder: str | None = None
    ) -> Response:
        """The answer to a request that makes a draft."""
        return self.made(request, owner, self._store.write(owner, message, folder))

    def made(self, request: Request, owner: GraphAccount, row: JsonObject) -> Response:
        """The answer to a request that makes a message."""
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}('{owner.id}')/messages/$entity"}
        return JsonAnswer({**answer, **self._told(request, row)}, 201, _ODATA)

    async def _send_draft(self, request: Request) -> Response:
        """It is in Sent Items then, as another message."""
        owner, found = self.message(request)
        draft = self._store.draft(owner, as_text(found["id"]))
        if draft is None:
            raise self._words.refuse(400, "ErrorInvalidOperation", "Only drafts can be sent.")
        self.post(owner, as_object(draft["written"]))
        self._store.remove(owner, found)
        return Response(status_code=202)

    # what mail carries

    def taken(self, message: JsonObject) -> JsonObject:
        """A message with its files as they are kept. Raises Refused (400)."""
        self._check(message)
        return {**message, "attachments": list[Json](self._received(message.get("attachments")))}

    def _received(self, given: Json) -> list[JsonObject]:
        try:
            return received(given, seconds(self._core.clock()), self._core.ids)
        except BadAttachment as error:
            raise self._words.refuse(400, error.code, str(error)) from error

    async def _attachments(self, request: Request) -> Response:
        owner, found = self.message(request)
        context = f"{_CONTEXT}('{owner.id}')/messages('{found['id']}')/attachments"
        return JsonAnswer({"@odata.context": context, "value": list[Json](attached(found))}, headers=_ODATA)

    async def _attach(self, request: Request) -> Response:
        owner, message = self.message(request)
        return JsonAnswer(self.attach(owner, as_text(message["id"]), await json_object(request)), 201, _ODATA)

    def attach(self, owner: GraphAccount, key: str, given: JsonObject) -> JsonObject:
        """Put a file to a draft; as it is kept. Raises Refused (400, 404)."""
        message = next((row for row in self._store.held(owner, None) if row["id"] == key), None)
        if message is None:
            raise self.not_there()
        draft = self.draft_of(owner, message)
        [row] = self._received([given])
        self._store.rewrite(owner, message, [*attached(as_object(draft["written"])), row])
        return row

    async def _attachment(self, request: Request) -> Response:
        return JsonAnswer(self._file(request), headers=_ODATA)

    async def _detach(self, request: Request) -> Response:
        gone, (owner, message) = self._file(request), self.message(request)
        held = attached(as_object(self.draft_of(owner, message)["written"]))
        self._store.rewrite(owner, message, [each for each in held if each["id"] != gone["id"]])
        return Response(status_code=204)

    async def _content(self, request: Request) -> Response:
        row = self._file(request)
        return Response(content_of(row), media_type=as_text(row["contentType"]))

    def _file(self, request: Request) -> JsonObject:
        """The attachment that a path names. Raises Refused (404)."""
        _, message = self.message(request)
        key = str(request.path_params["attachment"])
        found = next((each for each in attached(message) if each["id"] == key), None)
        if found is None:
            raise self.not_there()
        return found

    def draft_of(self, owner: GraphAccount, message: JsonObject) -> JsonObject:
        """What is kept of a message that is not sent yet; nothing changes in others. Raises Refused (400)."""
        draft = self._store.draft(owner, as_text(message["id"]))
        if draft is None:
            raise self._words.refuse(400, "ErrorInvalidOperation", "Only drafts can be changed.")
        return draft

    async def _messages(self, request: Request) -> Response:
        owner, found = self._queried(request)
        top = whole_number(request.query_params.get("$top"), 10, 1, 1000)
        skip = whole_number(request.query_params.get("$skip"), 0, 0, 999_999)
        if top is None or skip is None:
            raise self._words.refuse(400, "ErrorInvalidUrlQuery", "$top must be 1 to 1000 and $skip a number.")
        rows: list[Json] = [self._told(request, row) for row in found[skip : skip + top]]
        select = self._directory.choice(request, MESSAGE)
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
        owner, params = self.mail_box(request), request.query_params
        found = list(reversed(self._store.held(owner, self.folder_of(request, owner))))
        if "$search" in params:
            return owner, self._searched(request, found)
        try:
            if "$filter" in params:
                meets = filter_of(params["$filter"], MESSAGE).meets
                found = [row for row in found if meets(row)]
            return owner, ordered(found, params["$orderby"], MESSAGE.names) if "$orderby" in params else found
        except NotUnderstood as error:
            text = f"The query filter contains one or more invalid nodes: {error}"
            raise self._words.refuse(400, "ErrorInvalidUrlQueryFilter", text) from error

    def folder_of(self, request: Request, owner: GraphAccount) -> str | None:
        """The id of the folder that a path names, if it names one. Raises Refused (404)."""
        named = request.path_params.get("folder")
        return None if named is None else self.folder_named(owner, str(named))

    def folder_named(self, owner: GraphAccount, named: str) -> str:
        """The id of a folder by its id or well-known name. Raises Refused (404)."""
        found = self._store.folder(owner.id, named)
        if found is None:
            raise self.not_there()
        return found.id

    def _searched(self, request: Request, rows: list[JsonObject]) -> list[JsonObject]:
        for name in ("$filter", "$orderby"):
            if name in request.query_params:
                text = f"The query parameter '{name}' is not supported with '$search'."
                raise self._words.refuse(400, "SearchWithFilter" if name == "$filter" else "SearchWithOrderBy", text)
        try:
            meets = read_mail_search(request.query_params["$search"])
        except NotUnderstood as error:
            raise self._words.refuse(400, "ErrorInvalidUrlQuery", f"Syntax error in '$search': {error}") from error
        return [row for row in rows if meets(row)]

    def _told(self, request: Request, row: JsonObject) -> JsonObject:
        """A message as it is answered: cut to what was chosen, and what it carries only if `$expand` asks for it."""
        names = self._directory.selected(request, MESSAGE)
        carried = next(
            (each for each in self._directory.expanded(request, MESSAGE) if each.name == "attachments"), None
        )
        told = {name: value for name, value in row.items() if name != "attachments"}
        if carried is not None:
            files = [as_object(each) for each in attached(row)]
            told["attachments"] = [self._directory.shown(each, _of_file(each, carried.select)) for each in files]
        return self._directory.shown(told, ("id", *names)) if "$select" in request.query_params else told

    def message(self, request: Request) -> tuple[GraphAccount, JsonObject]:
        """Whose mail box a path names, and the message in it. Raises Refused (404)."""
        owner, key = self.mail_box(request), str(request.path_params["message"])
        held = self._store.held(owner, self.folder_of(request, owner))
        found = next((row for row in held if row["id"] == key), None)
        if found is None:
            raise self.not_there()
        return owner, found

    async def _one(self, request: Request) -> Response:
        owner, found = self.message(request)
        answer: JsonObject = {"@odata.context": f"{_CONTEXT}('{owner.id}')/messages/$entity"}
        return JsonAnswer({**answer, **self._told(request, found)}, headers=_ODATA)

    async def _mark(self, request: Request) -> Response:
        """What the owner of a mail box may say of a message: that it is read, what it belongs to."""
        owner, found = self.message(request)
        body = await json_object(request)
        draft = self._store.draft(owner, as_text(found["id"]))
        if draft is not None:
            written = {name: value for name, value in body.items() if name in _WRITTEN - {"attachments"}}
            self._check(written)
            draft["written"] = {**as_object(draft["written"]), **written}
            draft["changed"] = seconds(self._core.clock())
        self._store.mark(owner, found, {name: body[name] for name in _MARKED if name in body})
        return await self._one(request)

    async def _remove(self, request: Request) -> Response:
        """Gone from this mail box, not from others."""
        owner, found = self.message(request)
        self._store.remove(owner, found)
        return Response(status_code=204)

    def mail_box(self, request: Request) -> GraphAccount:
        """Whose mail box a path names. Raises Refused (404)."""
        return self.mail_box_of(str(request.path_params["key"]))

    def mail_box_of(self, key: str) -> GraphAccount:
        """The mail box of somebody by id or name. Raises Refused (404)."""
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
        for name in RECIPIENTS:
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

    def not_there(self) -> Refused:
        """404 ErrorItemNotFound."""
        return self._words.refuse(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _unreadable(self, message: str) -> Refused:
        return self._words.refuse(400, "RequestBodyRead", message)


def _of_file(row: JsonObject, select: tuple[str, ...]) -> tuple[str, ...]:
    """What is shown of something attached; nothing for all."""
    return ("id", *(own_spelling(name, row) for name in select)) if select else ()
