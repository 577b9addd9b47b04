"""What is done with a message of the pretend Microsoft 365 tenant: answered, passed on, moved, copied, read as MIME.

Source: https://learn.microsoft.com/en-us/graph/api/message-reply, .../message-forward, .../message-move and
.../outlook-get-mime-message.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime, formataddr
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.attachments import attached, content_of
from keyturn.sandbox.graph.directory import GraphDirectory
from keyturn.sandbox.graph.mail import MESSAGES, MailDesk
from keyturn.sandbox.graph.mail_store import MailStore
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, moment, normal
from keyturn.sandbox.wire import BadBody, BodyFault, json_object

_PARAMETERS = frozenset({"message", "comment", "torecipients"})


@dataclass(frozen=True)
class _Kind:
    """A way to answer: what the subject begins with, and whom the answer goes to."""

    prefix: str
    everybody: bool = False

    @property
    def passes_on(self) -> bool:
        return self.prefix == "FW: "


_KINDS = {
    "reply": _Kind("RE: "),
    "replyAll": _Kind("RE: ", everybody=True),
    "forward": _Kind("FW: "),
    "createReply": _Kind("RE: "),
    "createReplyAll": _Kind("RE: ", everybody=True),
    "createForward": _Kind("FW: "),
}


class MailAnswerDesk:
    """Answers what is below a message of a user: `/reply`, `/forward`, `/move`, `/copy`, `/$value` and the like."""

    def __init__(self, directory: GraphDirectory, desk: MailDesk, store: MailStore) -> None:
        self._words = directory.words
        self._desk = desk
        self._store = store

    def routes(self) -> list[Route]:
        """The operations."""
        routes: list[Route] = []
        for messages in MESSAGES:
            one = messages + "/{message}"
            routes += [Route(f"{one}/{name}", self._answering(name, kind), ["POST"]) for name, kind in _KINDS.items()]
            routes += [
                Route(one + "/move", self._move, ["POST"]),
                Route(one + "/copy", self._copy, ["POST"]),
                Route(one + "/$value", self._mime),
            ]
        return routes

    def _answering(self, name: str, kind: _Kind) -> Endpoint:
        async def answer(request: Request) -> Response:
            owner, found = self._desk.message(request)
            written = self._composed(owner, found, kind, await _given(request))
            if name.startswith("create"):
                return self._desk.written(request, owner, written)
            self._desk.post(owner, written)
            return Response(status_code=202)

        return answer

    def _composed(self, owner: GraphAccount, found: JsonObject, kind: _Kind, body: JsonObject) -> JsonObject:
        """An answer to a message. Raises Refused (400)."""
        given = {name.lower(): value for name, value in body.items() if not name.startswith("@")}
        message, comment = as_object(given.get("message")), as_text(given.get("comment"))
        unknown = sorted(given.keys() - _PARAMETERS)
        if unknown:
            text = f"The parameter '{unknown[0]}' in the request payload is not a valid parameter for the operation."
            raise self._words.refuse(400, "RequestBodyRead", text)
        if comment and "body" in message:
            text = "Specify either a comment or the body of the message, not both."
            raise self._words.refuse(400, "ErrorInvalidRequest", text)
        if given.get("torecipients") and message.get("toRecipients"):
            text = "Specify either toRecipients or those of the message, not both."
            raise self._words.refuse(400, "ErrorInvalidRequest", text)
        written = self._desk.taken(message)
        added = as_list(given.get("torecipients")) or as_list(message.get("toRecipients"))
        subject = as_text(found.get("subject"))
        if not subject.upper().startswith(kind.prefix.strip()):
            subject = kind.prefix + subject
        copies = _others(owner, as_list(found["ccRecipients"])) if kind.everybody else []
        carried = attached(found) if kind.passes_on else []
        return {
            "subject": subject,
            "body": _quoted(found, comment),
            **written,
            "toRecipients": _once([*([] if kind.passes_on else _back_to(owner, found, kind)), *added]),
            "ccRecipients": _once([*copies, *as_list(message.get("ccRecipients"))]),
            "attachments": list[Json]([*carried, *attached(written)]),
            "conversationId": found["conversationId"],
        }

    async def _move(self, request: Request) -> Response:
        """It is another message then, in the other folder."""
        owner, found = self._desk.message(request)
        made = await self._copied(request, owner, found)
        self._store.remove(owner, found)
        return self._desk.made(request, owner, made)

    async def _copy(self, request: Request) -> Response:
        owner, found = self._desk.message(request)
        return self._desk.made(request, owner, await self._copied(request, owner, found))

    async def _copied(self, request: Request, owner: GraphAccount, found: JsonObject) -> JsonObject:
        body = {name.lower(): value for name, value in (await json_object(request)).items()}
        folder = self._store.folder(owner.id, as_text(body.get("destinationid")))
        if not as_text(body.get("destinationid")):
            raise self._words.refuse(400, "ErrorInvalidRequest", "The parameter 'DestinationId' is missing.")
        if folder is None:
            raise self._desk.not_there()
        return self._store.copy(owner, found, folder)

    async def _mime(self, request: Request) -> Response:
        _, found = self._desk.message(request)
        return Response(_as_mime(found), media_type="text/plain")


async def _given(request: Request) -> JsonObject:
    """The parameters of an answer, all of which may be left out."""
    try:
        return await json_object(request)
    except BadBody as error:
        if error.fault is BodyFault.EMPTY:
            return {}
        raise


def _back_to(owner: GraphAccount, found: JsonObject, kind: _Kind) -> list[Json]:
    """Whom an answer goes to: who wrote, or, of what one has written oneself, whom it was written to."""
    if not _others(owner, [found["from"]]):
        return as_list(found["toRecipients"])
    writers = as_list(found["replyTo"]) or [found["from"]]
    return [*writers, *_others(owner, as_list(found["toRecipients"]))] if kind.everybody else writers


def _address(recipient: Json) -> str:
    return normal(as_text(as_object(as_object(recipient).get("emailAddress")).get("address")))


def _others(owner: GraphAccount, recipients: list[Json]) -> list[Json]:
    own = {normal(owner.login), normal(as_text(owner.profile.get("mail")))}
    return [each for each in recipients if _address(each) not in own]


def _once(recipients: list[Json]) -> list[Json]:
    found: dict[str, Json] = {}
    for each in recipients:
        found.setdefault(_address(each), each)
    return list(found.values())


def _quoted(found: JsonObject, comment: str) -> JsonObject:
    """A comment above what it is a comment to."""
    body, sender = as_object(found["body"]), _address(found["from"])
    about = f"From: {sender}\nSent: {found['sentDateTime']}\nSubject: {as_text(found.get('subject'))}"
    if body["contentType"] == "html":
        head = escape(about).replace("\n", "<br>")
        return {"contentType": "html", "content": f"{escape(comment)}<hr>{head}<br><br>{body['content']}"}
    return {"contentType": "text", "content": f"{comment}\n\n{'_' * 32}\n{about}\n\n{body['content']}"}


def _as_mime(found: JsonObject) -> bytes:
    made = EmailMessage(policy=SMTPUTF8)
    sent = moment(as_text(found["sentDateTime"]))
    listed = {"To": "toRecipients", "Cc": "ccRecipients", "Bcc": "bccRecipients"}
    fields = {
        "From": _people([found["from"]]),
        **{name: _people(as_list(found[held])) for name, held in listed.items()},
        "Subject": as_text(found.get("subject")),
        "Date": format_datetime(sent) if sent else "",
        "Message-ID": as_text(found["internetMessageId"]),
    }
    for name, value in fields.items():
        if value:
            made[name] = " ".join(value.split())
    body = as_object(found["body"])
    made.set_content(as_text(body["content"]), subtype="html" if body["contentType"] == "html" else "plain")
    for each in attached(found):
        kind, _, inner = as_text(each["contentType"]).partition(";")[0].partition("/")
        name = as_text(each["name"])
        made.add_attachment(content_of(each), maintype=kind or "application", subtype=inner or "x", filename=name)
    return made.as_bytes()


def _people(recipients: list[Json]) -> str:
    held = [as_object(as_object(each).get("emailAddress")) for each in recipients]
    return ", ".join(_person(as_text(each.get("name")), as_text(each.get("address"))) for each in held)


def _person(name: str, address: str) -> str:
    return formataddr((name, address)) if address.isascii() and name.isascii() else f'"{name}" <{address}>'
