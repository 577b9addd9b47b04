"""The pretend mail box: takes every message by SMTP, sends none on, and shows them by the control server.

Source: RFC 5321. Faults work here as in other tenants, on the operations MAIL, RCPT and DATA: `mail:500@RCPT`.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from keyturn.sandbox.core import Core
from keyturn.sandbox.ledger import Received
from keyturn.sandbox.tls import encryption
from keyturn.sandbox.values import Json, JsonObject

_KEPT = 1_000
MAIL_OPERATIONS = ("MAIL", "RCPT", "DATA")
_TEXT_LIMIT = 20_000
# what SMTP says for the status of a fault
_REFUSALS = {
    "401": "530 5.7.0 Authentication required",
    "403": "550 5.7.1 Relaying denied",
    "404": "550 5.1.1 Mailbox does not exist",
    "429": "451 4.7.1 Too many messages, try again later",
    "500": "554 5.3.0 Transaction failed",
    "503": "421 4.3.2 Service not available",
}


class MailBox:
    """An SMTP server on the sandbox's loop."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._server: asyncio.Server | None = None

    async def start(self, sock: socket.socket) -> None:
        """Take messages on a socket that listens."""
        loop = asyncio.get_running_loop()
        desk, config = _MailDesk(self._core), self._core.config
        tls = encryption(config)
        self._server = await loop.create_server(
            lambda: SMTP(
                desk,
                data_size_limit=config.max_mail,
                tls_context=tls,
                enable_SMTPUTF8=True,
                hostname="mail.northwind.example",
                ident="Keyturn sandbox",
                authenticator=desk.authenticate,
                auth_require_tls=False,
                loop=loop,
            ),
            sock=sock,
        )

    async def stop(self) -> None:
        """Take no more."""
        if self._server is not None:
            self._server.close()


@dataclass
class _MailDesk:
    """What the SMTP server asks."""

    core: Core

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object
    ) -> AuthResult:
        """Any name with the mail box's token as password; who gives none is let in as well."""
        given = auth_data.password if isinstance(auth_data, LoginPassword) else b""
        good = hmac.compare_digest(given, self.core.world.tokens["mail"].encode())
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str | None, mail_options: list[str]
    ) -> str:
        """Who a message is from."""
        refusal = await self._fault(server, "MAIL", address or "")
        if refusal is not None:
            return refusal
        envelope.mail_from = address or ""
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Whom it is for."""
        refusal = await self._fault(server, "RCPT", address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The message itself: kept before it is answered for."""
        content = cast("bytes", envelope.original_content)
        row = _read(content, envelope)
        refusal = await self._fault(server, "DATA", str(row["subject"] or ""), row)
        if refusal is not None:
            return refusal
        shelf = self.core.shelf("mail.messages")
        key = f"{self.core.ids.word(16)}"
        shelf[key] = {"id": key, "received": self.core.now(), **row}
        for old in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[old]
        self.core.changed()
        self.core.store.save()
        return f"250 2.0.0 OK: queued as {key}"

    async def _fault(self, server: SMTP, verb: str, what: str, body: Json = None) -> str | None:
        """Write an operation down, and meet what fault is on for it."""
        fault = self.core.faults.take("mail", f"{verb} {what}", verb)
        noted = Received("mail", verb, what, what, "", body is not None, body)
        seq = self.core.ledger.receive(noted)
        if fault is None:
            self.core.ledger.complete(seq, 250)
            return None
        if fault.kind == "slow" and fault.seconds is not None:
            await self.core.hold(fault)
            self.core.ledger.complete(seq, 250, str(fault))
            return None
        answer = _REFUSALS.get(fault.kind)
        self.core.ledger.complete(seq, int(answer[:3]) if answer else None, str(fault))
        if answer is not None:
            return answer
        if fault.kind == "slow":
            await self.core.hold(fault)
        if server.transport is not None:
            server.transport.close()
        return "421 4.3.2 Service shutting down"


def _read(content: bytes, envelope: Envelope) -> JsonObject:
    message = message_from_bytes(content, policy=policy.default)
    headers: JsonObject = {name: str(value) for name, value in message.items()}
    attachments: list[Json] = [
        {
            "name": part.get_filename(),
            "type": part.get_content_type(),
            "size": len(part.get_payload(decode=True) or b""),
        }
        for part in message.iter_attachments()
    ]
    return {
        "from": envelope.mail_from,
        "to": list(envelope.rcpt_tos),
        "subject": str(message["subject"]) if message["subject"] is not None else None,
        "headers": headers,
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "attachments": attachments,
        "size": len(content),
    }


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())[:_TEXT_LIMIT]
    except (LookupError, KeyError):  # a character set or a type that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace")[:_TEXT_LIMIT] if isinstance(raw, bytes) else None
