"""How the cards of a connector of mail servers are carried out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from keyturn.connections.authorise import Authoriser
from keyturn.connections.model import AuthKind, Connection
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.http import ConnectFailed, HttpError, NameNotResolved, NotSent
from keyturn.http.smtp import Letter, MailClient, MailRefused, MailServer

from .failures import NOT_REACHED, UNREACHED

SMTP_PORTS = {"smtp": 587, "smtps": 465}
# An address by itself, or behind a name; nothing that begins another line of a letter or of the conversation.
_WRITTEN = re.compile(
    r'(?P<alone>[^<>\s\x00-\x1f\x7f]+)|"?(?P<name>[^<>"\x00-\x1f\x7f]*?)"? *<(?P<behind>[^<>\s\x00-\x1f\x7f]+)>'
)
_QUOTED_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,')
_BEYOND = re.compile(r"[^\x00-\x7f]")
_PASSING = (ConnectFailed, NameNotResolved)
# What large mail services take at most (Microsoft 365, Gmail: 25 MB as sent).
MOST_ATTACHED = 18_000_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


class Attachments(Protocol):
    """Where attached files come from."""

    async def read(self, value: JSON, most: int) -> Attachment:
        """The file that a value stands for. Raises CardError: there is none, or it has more bytes than ``most``."""
        ...


class MailActions:
    """Carries out the cards."""

    def __init__(
        self, authoriser: Authoriser, client: MailClient, clock: Clock, attachments: Attachments | None = None
    ) -> None:
        self._attachments = attachments
        self._authoriser = authoriser
        self._client = client
        self._clock = clock

    async def perform(self, connection: Connection, call: ActionCall) -> Done | Failed | Unknown:
        """One attempt. Raises CardError for a letter that cannot be written, and ConnectionProblem."""
        letter, message_id = await self._letter(call)
        try:
            taken = await self._client.send(self._server(connection), letter, call.before_send)
        except MailRefused as error:
            return Failed(_refused(error, connection.kind), status=error.status)
        except NotSent as error:
            reached = not isinstance(error, UNREACHED)
            code, why = (
                ("not-sent", "Nothing was sent.") if reached else (NOT_REACHED, "The mail server was not reached.")
            )
            detail = ErrorDetail(error.what, code=code, why=why, mend=error.mend)
            return Failed(detail, not_sent=True, try_again=isinstance(error, _PASSING))
        except HttpError as error:
            why = "The letter left; whether the server has taken it is not known."
            return Unknown(ErrorDetail(error.what, code="no-answer", why=why, mend=error.mend))
        if call.on_answer is not None:
            await call.on_answer()
        refused: list[JSON] = [*taken.refused]
        return Done({"message_id": message_id, "status": taken.status, "refused": refused})

    async def check(self, connection: Connection) -> None:
        """Reach the server and sign in. Raises HttpError, MailRefused, ConnectionProblem."""
        await self._client.check(self._server(connection))

    def _server(self, connection: Connection) -> MailServer:
        parts = urlsplit(connection.base_url)
        user = connection.settings.get("user", "") if connection.kind is AuthKind.BASIC else ""
        password = self._authoriser.secrets(connection).get("password", "") if user else ""
        port = parts.port or SMTP_PORTS.get(parts.scheme, 587)
        return MailServer(parts.hostname or "", port, parts.scheme == "smtps", unquote(user), password)

    async def _letter(self, call: ActionCall) -> tuple[Letter, str]:
        """A letter, and its id."""
        given = call.inputs
        sender = _address("sender", to_text(given.get("sender")))
        to, cc, bcc = (_addresses(name, given.get(name)) for name in ("to", "cc", "bcc"))
        if not to:
            raise CardError.bad_input("to", "To is empty.", "Give one address at least.")
        said = to_text(given.get("reply_to"))
        head = _Head(sender, to, cc, bcc, _address("reply_to", said) if said else None)
        message_id = _message_id(call, sender.domain if sender.domain.isascii() else "keyturn.invalid")
        attached = await self._attached(given.get("attachments"))

        def written(one: _Head) -> bytes:
            message = EmailMessage(policy=SMTPUTF8 if one.beyond else SMTP)
            one.put_into(message)
            message["Subject"] = _one_line(to_text(given.get("subject")))
            message["Date"] = format_datetime(self._clock.now())
            message["Message-ID"] = message_id
            _write_body(message, given)
            _attach(message, attached)
            return message.as_bytes()

        letter = Letter(sender.addr_spec, head.recipients, written(head), head.beyond)
        others = head.without() if head.beyond else None
        if others is not None:
            letter = replace(letter, without=Letter(sender.addr_spec, others.recipients, written(others)))
        return letter, message_id

    async def _attached(self, given: JSON) -> list[Attachment]:
        """What goes with the letter."""
        values = given if isinstance(given, list) else [given]
        wanted = [value for value in values if value not in (None, "", {})]
        if not wanted:
            return []
        if self._attachments is None:
            what, mend = "There are no files here to attach.", "Publish the flow on a server and run it there."
            raise CardError.bad_input("attachments", what, mend)
        found: list[Attachment] = []
        left = MOST_ATTACHED
        for value in wanted:
            found.append(await self._attachments.read(value, left))
            left -= len(found[-1].content)
        return found


@dataclass(frozen=True, slots=True)
class _Head:
    """From whom a letter is, and to whom it goes."""

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address]
    bcc: Sequence[Address]
    reply_to: Address | None

    @property
    def recipients(self) -> list[str]:
        return list(dict.fromkeys(one.addr_spec for one in (*self.to, *self.cc, *self.bcc)))

    @property
    def beyond(self) -> list[str]:
        """Addresses with letters beyond ASCII (RFC 6531)."""
        every = [self.sender.addr_spec, *self.recipients, *([self.reply_to.addr_spec] if self.reply_to else [])]
        return list(dict.fromkeys(text for text in every if not text.isascii()))

    def without(self) -> _Head | None:
        """The same for all others; None where nobody is left, or where it is from such an address."""

        def plain(some: Sequence[Address]) -> tuple[Address, ...]:
            return tuple(one for one in some if one.addr_spec.isascii())

        made = _Head(self.sender, plain(self.to), plain(self.cc), plain(self.bcc), self.reply_to)
        return made if made.recipients and not made.beyond else None

    def put_into(self, message: EmailMessage) -> None:
        """Write the head of a letter."""
        message["From"] = self.sender
        if self.to:
            message["To"] = self.to
        if self.cc:
            message["Cc"] = self.cc
        if self.reply_to is not None:
            message["Reply-To"] = self.reply_to


def _attach(message: EmailMessage, attached: Sequence[Attachment]) -> None:
    for one in attached:
        main, _, sub = one.media_type.partition(";")[0].strip().partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub or "octet-stream", filename=_one_line(one.name))


def _write_body(message: EmailMessage, given: Values) -> None:
    """The letter itself; one in HTML may have its text beside it, for programs that show no HTML (RFC 2046, 5.1.4)."""
    body, plain = to_text(given.get("body")), to_text(given.get("plain"))
    if to_text(given.get("type")).upper() != "HTML":
        message.set_content(body)
    elif plain:
        message.set_content(plain)
        message.add_alternative(body, subtype="html")
    else:
        message.set_content(body, subtype="html")


def advice(error: MailRefused, kind: AuthKind) -> tuple[str, str]:
    """Why a mail server has refused a connection of this kind, and what to do about it."""
    if error.status in (530, 534, 535):
        if kind is AuthKind.NONE:
            return "The mail server wants to know who sends.", "Choose the kind basic for the connection."
        return "The mail server refused the credentials.", "Renew user and password of the connection."
    if 400 <= error.status < 500:
        return "The mail server cannot take it just now.", "Let the card try again on 4xx."
    if error.status == 552:
        return "The letter is larger than the server takes, or a mailbox is full.", "Send less, or a link to it."
    if error.status in (550, 551, 553, 554) and not error.whole:
        return "The server does not take letters from this sender, or for these recipients.", "Check the addresses."
    return "The mail server does not take it.", "Look at what it says."


def _refused(error: MailRefused, kind: AuthKind) -> ErrorDetail:
    why, mend = advice(error, kind)
    return ErrorDetail(str(error), code="app-answered", why=why, mend=mend, status=error.status)


def _message_id(call: ActionCall, domain: str) -> str:
    """One that stays the same if the letter is sent again, so that mailboxes can tell."""
    place = hashlib.sha256(call.path.encode()).hexdigest()[:16]
    return f"<{call.run_id.hex}.{place}@{domain}>"


def _addresses(field: str, given: JSON) -> Sequence[Address]:
    items = given if isinstance(given, list) else [given]
    texts = [text for item in items for text in _apart(to_text(item))]
    return tuple(_address(field, text) for text in texts if text.strip())


def _apart(text: str) -> list[str]:
    """Addresses with commas between them; a comma inside quotes belongs to a name (RFC 5322, 3.2.4 and 3.4)."""
    found, begin = list[str](), 0
    for mark in _QUOTED_OR_COMMA.finditer(text):
        if mark[0] == ",":
            found.append(text[begin : mark.start()])
            begin = mark.end()
    return [*found, text[begin:]]


def _address(field: str, text: str) -> Address:
    found = _WRITTEN.fullmatch(text.strip())
    try:
        address = (found["alone"] or found["behind"]) if found is not None else ""
        if found is None:
            raise ValueError(text)
        if address.isascii():
            return Address(display_name=found["name"] or "", addr_spec=address)
        return _beyond_ascii(found["name"] or "", address)
    except (ValueError, IndexError, AttributeError, MessageError) as error:
        what = f"{text[:100]!r} is no address."
        raise CardError.bad_input(
            field, what, "Write eva@northwind.example, or Eva <eva@northwind.example>."
        ) from error


def _beyond_ascii(name: str, address: str) -> Address:
    """An address that only some servers take (RFC 6531). What of it is ASCII is held to the usual rules."""
    user, _, domain = address.rpartition("@")
    Address(addr_spec=f"{_BEYOND.sub('x', user)}@{_BEYOND.sub('x', domain)}")
    if not address.isprintable():
        raise ValueError(address)
    return Address(display_name=name, username=user, domain=domain)


def _one_line(text: str) -> str:
    return " ".join(text.split())
