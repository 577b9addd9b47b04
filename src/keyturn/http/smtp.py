"""Hands a letter to a mail server by SMTP (RFC 5321), in the two steps that matter: what happens before the letter
leaves is certain, and what happens after is not until the server has answered.

The protocol is the standard library's, in a thread of its own. It connects to an address that the egress rules allow.
"""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from .dialling import Dialler
from .errors import ConnectFailed, ConnectionLost, HttpError, NotSent, TlsFailed
from .failures import of_certificate, of_handshake, of_refusal

_ENCRYPTED = "A port that is encrypted from the start (465, mostly) is reached by smtps://."
_IN_THE_CLEAR = "A port that is encrypted later, by STARTTLS (587, mostly), is reached by smtp://."
_NO_MAIL = "does not speak as a mail server should"
_LOOK = "Look in the mailbox, or in the server's log, whether it arrived."
_BEYOND_ASCII = "smtputf8"
_NOT_THIS_ADDRESS = 553  # RFC 6531, section 3.5
# A password over TLS needs no hiding in itself, and MD5 is not everywhere.
_WAYS_IN = ("PLAIN", "LOGIN", "CRAM-MD5")
_REACH = "Check the address and the port of the connection. Mail goes there directly, by way of no proxy."


class MailRefused(Exception):
    """The server said no.

    Attributes:
        status: its reply code (RFC 5321, section 4.2).
        what: what it was that it refused.
        whole: it was the whole letter, and no address.
    """

    def __init__(self, what: str, status: int, said: bytes | str, *, whole: bool = False) -> None:
        self.what, self.status, self.whole = what, status, whole
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        self.said = " ".join(text.split())[:300]
        super().__init__(f"{what}: {status} {self.said}")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in.

    Attributes:
        tls: encrypted from the start (smtps); else it is encrypted by STARTTLS (RFC 3207).
        user: empty for a server that wants no sign-in.
    """

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and its envelope.

    Attributes:
        beyond: addresses in it with letters beyond ASCII, which only some servers take (SMTPUTF8, RFC 6531).
        without: the letter for all others; None where there are none, or where it is from such an address.
    """

    sender: str
    recipients: Sequence[str]
    content: bytes
    beyond: Sequence[str] = ()
    without: Letter | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has taken the letter.

    Attributes:
        refused: recipients that it did not take it for, or cannot.
    """

    status: int
    said: str
    refused: Sequence[str]


class MailClient:
    """Hands in letters.

    Args:
        timeout_s: how long the server may take for each reply.
    """

    def __init__(self, dialler: Dialler, timeout_s: float = 60.0) -> None:
        self._dialler = dialler
        self._timeout_s = timeout_s

    async def send(self, server: MailServer, letter: Letter, before_send: Callable[[], None]) -> Taken:
        """Hand in a letter, once.

        Raises:
            HttpError: not reached, or no reply after the letter left: then nobody knows.
            MailRefused: the server said no; the letter was not taken.
        """
        client = await self._open(server)
        try:
            unfit: list[str] = []
            if letter.beyond and not client.has_extn(_BEYOND_ASCII):
                unfit = [*letter.beyond]
                letter = _without(letter, server.host)
            refused = await asyncio.to_thread(_envelope, client, letter)
            before_send()
            status, said = await asyncio.to_thread(_hand_in, client, letter, server.host)
            return Taken(status, said, [*unfit, *refused])
        finally:
            await asyncio.to_thread(_close, client)

    async def check(self, server: MailServer) -> None:
        """Reach the server and sign in. Raises as ``send`` does."""
        await asyncio.to_thread(_close, await self._open(server))

    async def _open(self, server: MailServer) -> smtplib.SMTP:
        addresses = await self._dialler.addresses(server.host, server.port)
        return await asyncio.to_thread(_opened, server, addresses[0], self._dialler.tls(), self._timeout_s)


class _Pinned(smtplib.SMTP):
    """Connects to one address, whatever the name says by now."""

    def __init__(self, server: MailServer, address: str, tls: ssl.SSLContext, timeout: float) -> None:
        self._address, self._tls, self._server = address, tls, server
        super().__init__(server.host, server.port, local_hostname="keyturn", timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        return self._tls.wrap_socket(plain, server_hostname=host) if self._server.tls else plain


def _opened(server: MailServer, address: str, tls: ssl.SSLContext, timeout: float) -> smtplib.SMTP:
    where = f"{server.host}:{server.port}"
    client: smtplib.SMTP | None = None
    try:
        client = _Pinned(server, address, tls, timeout)
        _signed_in(client, server, tls)
        opened, client = client, None
        return opened
    except smtplib.SMTPResponseException as error:
        if error.smtp_code > 0:
            raise MailRefused(f"{where} let nobody in", error.smtp_code, error.smtp_error) from error
        raise ConnectFailed(f"{where} {_NO_MAIL}.", _REACH, host=server.host) from error
    except smtplib.SMTPException as error:
        mend = _REACH if server.tls else f"{_ENCRYPTED} {_REACH}"
        raise ConnectFailed(f"{where} {_NO_MAIL}: {str(error).rstrip('.')}.", mend, host=server.host) from error
    except OSError as error:
        raise _not_reached(error, server) from error
    finally:
        if client is not None:
            client.close()


def _not_reached(error: OSError, server: MailServer) -> HttpError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return of_certificate(error, server.host)
    if isinstance(error, ssl.SSLError):
        failed = of_handshake(server.host)
        return TlsFailed(failed.what, f"{failed.mend} {_IN_THE_CLEAR}", host=server.host) if server.tls else failed
    if isinstance(error, ConnectionRefusedError):
        return of_refusal(f"{server.host}:{server.port}")
    why = (error.strerror or str(error)).rstrip(".")
    return ConnectFailed(f"No connection to {server.host}:{server.port}: {why}.", _REACH, host=server.host)


def _signed_in(client: smtplib.SMTP, server: MailServer, tls: ssl.SSLContext) -> None:
    """Encrypt, and sign in."""
    client.ehlo()
    if not server.tls and client.has_extn("starttls"):
        client.starttls(context=tls)
        client.ehlo()
    elif not server.tls and server.user:
        what = f"{server.host} offers no encryption, and the password would go over the wire as it is."
        raise NotSent(what, "Use smtps:// or another port.", host=server.host)
    if server.user:
        _log_in(client, server)


def _log_in(client: smtplib.SMTP, server: MailServer) -> None:
    """Sign in, one way: smtplib's own tries one after the other, and each of them counts towards a locked account."""
    offered = client.esmtp_features.get("auth", "").upper().split()
    way = next((one for one in _WAYS_IN if one in offered), None)
    if way is None:
        what = f"{server.host} offers no way to sign in that Keyturn knows ({', '.join(_WAYS_IN)})."
        raise NotSent(what, "Use another port, or a server that takes a password.", host=server.host)
    client.user, client.password = server.user, server.password
    client.auth(way, {"PLAIN": client.auth_plain, "LOGIN": client.auth_login, "CRAM-MD5": client.auth_cram_md5}[way])


def _without(letter: Letter, host: str) -> Letter:
    """What a server is given that takes ASCII alone. Raises MailRefused where nothing of it can be sent."""
    if letter.without is not None:
        return letter.without
    whom = ", ".join(letter.beyond)
    said = f"{host} takes no addresses with letters beyond ASCII (it does not offer SMTPUTF8)"
    raise MailRefused(f"{whom} cannot be mailed", _NOT_THIS_ADDRESS, said)


def _envelope(client: smtplib.SMTP, letter: Letter) -> list[str]:
    """Say from whom and to whom; gives the recipients that were refused. Nothing of the letter has left yet."""
    try:
        client.ehlo_or_helo_if_needed()
        # said beforehand where the server wants to know (RFC 1870), so that what is too large never leaves
        size = [f"size={len(letter.content)}"] if client.has_extn("size") else []
        beyond = [_BEYOND_ASCII, "body=8bitmime"] if letter.beyond else []  # RFC 6531, section 3.4
        status, said = client.mail(letter.sender, [*size, *beyond])
        if status != 250:
            of_size = status == 552  # RFC 1870, 6.1
            what = "The letter was refused" if of_size else f"The sender {letter.sender} was refused"
            raise MailRefused(what, status, said, whole=of_size)
        refused: list[str] = []
        for recipient in letter.recipients:
            status, said = client.rcpt(recipient)
            if status not in (250, 251):
                refused.append(recipient)
        if len(refused) == len(letter.recipients):
            raise MailRefused(f"{', '.join(refused)} was refused", status, said)
    except (smtplib.SMTPException, OSError) as error:
        raise ConnectFailed(f"The mail server went away: {error}.", "Let the card try again.") from error
    return refused


def _hand_in(client: smtplib.SMTP, letter: Letter, host: str) -> tuple[int, str]:
    try:
        status, said = client.data(letter.content)
    except smtplib.SMTPDataError as error:
        raise MailRefused("The letter was refused", error.smtp_code, error.smtp_error, whole=True) from error
    except (smtplib.SMTPException, OSError) as error:
        what = f"The connection to {host} ended after the letter left and before a reply came."
        raise ConnectionLost(what, _LOOK, host=host) from error
    if status != 250:
        raise MailRefused("The letter was refused", status, said, whole=True)
    return status, said.decode("utf-8", "replace")


def _close(client: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        client.quit()
    client.close()
