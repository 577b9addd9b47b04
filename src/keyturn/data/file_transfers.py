"""Download and Upload: files from outside, and to outside. They go through ``http`` as all requests do."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote, urlsplit

import orjson

from keyturn.connectors.answer_bodies import NotText, parsed_body
from keyturn.connectors.forms import form_of
from keyturn.connectors.requests import checked_headers
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.file_values import clean_name, file_of_step
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.http import (
    AnswerUnusable,
    BodySource,
    ConnectFailed,
    HttpError,
    Masker,
    NameNotResolved,
    NoFreeConnection,
    NotSent,
    Request,
    Response,
    Sink,
    Timeouts,
    record,
    told_wait,
)
from keyturn.http.multipart import FilePart

from .errors import DataError
from .file_actions import given_text, made_by, outputs_of
from .file_model import File
from .files import FileMaker, Files

DOWNLOAD, UPLOAD = "file.download", "file.upload"
_PASSING = (ConnectFailed, NameNotResolved, NoFreeConnection)
# What goes along to another host behind a redirect; any other header of the author's may be a credential.
_NO_CREDENTIALS = frozenset(
    {"accept", "accept-language", "content-type", "if-match", "if-none-match", "range", "user-agent"}
)
_QUOTED = re.compile(r'filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_PLAIN = re.compile(r"filename=([^;\s\"]+)", re.IGNORECASE)
_ENCODED = re.compile(r"filename\*=(?:utf-8)''([^;\s]+)", re.IGNORECASE)


class Sender(Protocol):
    """The outgoing HTTP client."""

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
        sink: Sink | None = None,
    ) -> Response: ...


class FileTransfers:
    """Implements ``flows.actions.Actions`` for Download and Upload.

    Args:
        seconds: how long one transfer may take.
    """

    def __init__(self, files: Files, http: Sender, clock: Clock, seconds: float) -> None:
        self._files = files
        self._http = http
        self._clock = clock
        self._timeouts = Timeouts(answer_s=seconds)

    async def perform(self, call: ActionCall) -> Done | Failed | Unknown:
        """One attempt. Never raises for what app or network do; what ``before_send`` raises passes."""
        try:
            return await (self._download(call) if call.card == DOWNLOAD else self._upload(call))
        except (DataError, CardError) as error:
            return Failed(error.detail, not_sent=True)

    async def _download(self, call: ActionCall) -> Done | Failed | Unknown:
        file_id = file_of_step(call.run_id, call.path)
        known = await self._files.known(file_id)
        if known is not None:
            return Done(outputs_of(known))
        request = self._request(call, "GET")
        async with self._files.writing() as maker:
            outcome = await self._exchange(call, request, maker.write)
            if isinstance(outcome, Failed | Unknown):
                return outcome
            response, exchange = outcome
            media_type = response.headers.get("Content-Type", "")
            file = await maker.keep(file_id, name_of(response), media_type, made_by(call))
            return Done(outputs_of(file), [exchange])

    async def _upload(self, call: ActionCall) -> Done | Failed | Unknown:
        file = await self._files.find(call.inputs.get("file"))
        await self._files.check(file)  # what is damaged is not sent, not even in part
        request = self._request(call, str(call.options.get("method") or "POST"))
        field, form = given_text(call, "form_field"), call.inputs.get("form")
        body, media_type = _body_of(FilePart(file.name, file.type, StoredBody(self._files, file)), field, form)
        if not any(name.lower() == "content-type" for name in request.headers) or field:
            kept = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
            request = replace(request, headers={**kept, "Content-Type": media_type})
        outcome = await self._exchange(call, replace(request, body=body), None)
        if isinstance(outcome, Failed | Unknown):
            return outcome
        response, exchange = outcome
        headers: Values = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
        return Done({"status": response.status, "headers": headers, "body": _parsed(response)}, [exchange])

    def _request(self, call: ActionCall, method: str) -> Request:
        url = given_text(call, "url").strip()
        if not url.lower().startswith(("http://", "https://")):
            raise CardError.bad_input("url", "It is no whole address.", "Begin it with https://.")
        headers = checked_headers(call.inputs.get("headers"), own_authorization=True)
        marks = {"Keyturn-Run": str(call.run_id), "Keyturn-Card": call.path, "Keyturn-Attempt": str(call.attempt)}
        return Request(
            method,
            url,
            headers={"Accept": "*/*", **headers, **marks},
            credential_headers=frozenset(name for name in headers if name.lower() not in _NO_CREDENTIALS),
            timeout=self._timeouts,
            label=f"{call.flow_id}/{call.path}",
        )

    async def _exchange(
        self, call: ActionCall, request: Request, sink: Sink | None
    ) -> tuple[Response, JSON] | Failed | Unknown:
        """A 2xx answer with what is recorded of it, or what went wrong."""
        outcome: Response | HttpError
        try:
            outcome = await self._http.send(request, before_send=call.before_send, on_answer=call.on_answer, sink=sink)
        except HttpError as error:
            outcome = error
        masker = Masker(call.secrets | call.short_secrets, request.credential_headers)
        exchange: JSON = record(request, outcome, masker=masker).to_json()
        if isinstance(outcome, Response):
            return (outcome, exchange) if 200 <= outcome.status < 300 else self._refused(outcome, exchange)
        return _no_answer(outcome, exchange)

    def _refused(self, response: Response, exchange: JSON) -> Failed:
        detail = ErrorDetail(
            f"{urlsplit(response.url).hostname} answered {response.status} {response.reason}".rstrip() + ".",
            code="app-answered",
            why="The app refused the request.",
            mend="Look at its answer, and at the address that the card is given.",
            status=response.status,
            field="url",
        )
        told = told_wait(response.status, response.headers, self._clock.now())
        after = told.seconds if told else None
        return Failed(detail, status=response.status, retry_after=after, exchanges=[exchange])


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A file while an answer is written into it (``connectors.answer_files.AnswerFile``)."""

    maker: FileMaker

    async def write(self, piece: bytes) -> None:
        """Raises CardError where it cannot be kept."""
        try:
            await self.maker.write(piece)
        except DataError as error:
            raise CardError(error.detail) from error

    async def keep(self, call: ActionCall, url: str, headers: Mapping[str, str]) -> Values:
        """Keep it under the id of the card in its run. Raises CardError where it cannot be kept."""
        name = name_in(headers.get("content-disposition", ""), url)
        file_id, media_type = file_of_step(call.run_id, call.path), headers.get("content-type", "")
        try:
            return outputs_of(await self.maker.keep(file_id, name, media_type, made_by(call)))
        except DataError as error:
            raise CardError(error.detail) from error


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Keeps answers of apps as files (``connectors.answer_files.AnswerFiles``)."""

    files: Files

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[KeptAnswer]:
        """A new file; what was not kept at the end is gone."""
        try:
            async with self.files.writing() as maker:
                yield KeptAnswer(maker)
        except DataError as error:
            raise CardError(error.detail) from error

    async def part(self, file: JSON) -> FilePart:
        """A file as it is sent. Raises CardError where there is none, or it is damaged."""
        try:
            found = await self.files.find(file)
            await self.files.check(found)  # what is damaged is not sent, not even in part
        except DataError as error:
            raise CardError(error.detail) from error
        return FilePart(found.name, found.type, StoredBody(self.files, found))


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A file as the body of a request."""

    files: Files
    file: File

    @property
    def size(self) -> int:
        return self.file.size

    async def pieces(self) -> AsyncIterator[bytes]:
        """All of it."""
        async for piece in self.files.contents(self.file):
            yield piece


def name_of(response: Response) -> str:
    """The name of a downloaded file."""
    return name_in(response.headers.get("Content-Disposition", ""), response.url)


def name_in(said: str, url: str) -> str:
    """The name of a file in an answer (RFC 6266, 4.3): as the app calls it, else the end of the address.

    Args:
        said: the header Content-Disposition.
    """
    encoded, quoted, plain = _ENCODED.search(said), _QUOTED.search(said), _PLAIN.search(said)
    if encoded:
        return clean_name(unquote(encoded[1], errors="replace"), "download")
    if quoted or plain:
        found = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else plain[1] if plain else ""
        return clean_name(found, "download")
    return clean_name(unquote(urlsplit(url).path.rpartition("/")[2], errors="replace"), "download")


def _body_of(part: FilePart, field: str, fields: JSON) -> tuple[BodySource, str]:
    """A file as a body, and its media type: as it is, or as a field of a form. Raises CardError."""
    if field:
        return form_of(fields, [(field, part)])
    if fields:
        raise CardError.bad_input("form", "There is no form for these fields.", "Name the form field.")
    return part.source, part.media_type


def _parsed(response: Response) -> JSON:
    try:
        return parsed_body(response.body, response.headers.get("Content-Type", ""))
    except (orjson.JSONDecodeError, NotText):
        return response.body.decode("utf-8", "replace")


def _no_answer(error: HttpError, exchange: JSON) -> Failed | Unknown:
    if isinstance(error, NotSent):
        detail = ErrorDetail(f"It was not reached: {error.what}", code="not-sent", mend=error.mend, field="url")
        return Failed(detail, not_sent=True, try_again=isinstance(error, _PASSING), exchanges=[exchange])
    if isinstance(error, AnswerUnusable):
        mend = "Look in the app, then run again from this card."
        detail = ErrorDetail(error.what, code="answer-unusable", mend=mend, status=error.status, field="url")
        return Failed(detail, status=error.status, exchanges=[exchange], taken=error.status < 400)
    detail = ErrorDetail(
        f"No answer came: {error.what}",
        code="no-answer",
        why="The request was sent; whether the app carried it out is not known.",
        mend="Look in the app whether it happened.",
        field="url",
    )
    return Unknown(detail, [exchange])
