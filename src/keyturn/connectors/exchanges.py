"""One way to an app for one attempt: requests with a connection's credentials, and what their answers mean."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from random import random
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import orjson

from keyturn.connections.authorise import Authorised, Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.model import Connection, origin_of
from keyturn.connections.problems import ConnectionProblem
from keyturn.flows.actions import Failed, Unknown
from keyturn.flows.document import Retry
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.http import (
    BackoffPolicy,
    BodySource,
    HttpError,
    Masker,
    Request,
    Response,
    Sink,
    Wait,
    record,
    told_wait,
    wait_before,
)

from .answer_bodies import NotText, parsed_body, text_body
from .blamed import blamed, spoken_of
from .compiled import CompiledManifest
from .concerned import Said
from .failures import (
    NO_SCOPES,
    Scopes,
    challenged,
    is_page,
    lacking,
    no_answer,
    no_json,
    no_text,
    not_its,
    of_connection,
    page_came,
    refused,
)
from .forms import SentFiles, attach
from .outgoing import Outgoing
from .paging import Here
from .requests import encoded_body, full_url

_MASKERS_KEPT = 100
_RENEWALS = 3  # what other processes have fetched meanwhile may have ended, too
# For what people wait for, and no card is there to try again: tests of connections, choices, event hooks.
PATIENCE = BackoffPolicy(times=2, min_s=0.5, max_s=3.0, longest_told_s=10.0)
_PAGES = ("text/html", "application/xhtml")
_READING = frozenset({"GET", "HEAD"})  # RFC 9110, section 9.2.1
_HARMLESS = frozenset(
    {"accept", "accept-language", "content-type", "prefer", "consistencylevel", "range", "user-agent"}
)
_KEYS = UUID("5f0d5f0e-6d0c-5c1b-9a3e-2f6f3c0b8a71")  # a name space of keys, as RFC 9562, 6.6 has it


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


class Maskers:
    """Maskers by what they hide. Making one costs more than using it, and hardly any connection changes its secrets."""

    def __init__(self) -> None:
        self._known: dict[tuple[frozenset[str], frozenset[str]], Masker] = {}

    def of(self, secrets: frozenset[str], headers: frozenset[str]) -> Masker:
        """One that hides these texts and headers."""
        masker = self._known.get((secrets, headers))
        if masker is None:
            if len(self._known) >= _MASKERS_KEPT:
                self._known.clear()
            masker = self._known[secrets, headers] = Masker(secrets, headers)
        return masker


@dataclass(frozen=True, slots=True)
class Ways:
    """What every way to an app needs."""

    authoriser: Authoriser
    http: Sender
    clock: Clock
    maskers: Maskers
    budgets: RateBudgets
    trusted_origins: Callable[[str], frozenset[str]]
    jitter: Callable[[], float] = random


def _merged(*headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of which later ones replace those before, however they are spelt (RFC 9110, section 5.1)."""
    made: dict[str, tuple[str, str]] = {}
    for some in headers:
        made |= {name.lower(): (name, value) for name, value in some.items()}
    return dict(made.values())


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no success.

    Attributes:
        status: what it stands for.
        answer: status as sent, headers and body.
        scopes: what it may have to do with scopes, and where to add them.
        may_be_so: it may say that what was asked for is so already.
        said: what tells which input it is about.
    """

    status: int
    code: str
    answer: Values
    failed: Failed
    said: Said
    scopes: str = ""
    may_be_so: bool = False


def _is_elsewhere(response: Response, request: Request) -> bool:
    """Whether an answer came, by redirects, from where the request's credentials did not go."""
    return response.hops > 0 and origin_of(response.url) != origin_of(request.url)


@dataclass(slots=True)
class Way:
    """The way to one app for one attempt.

    Attributes:
        label: what the traffic is for.
        marks: headers of Keyturn's own.
        raw: bodies of answers are given as text.
        scopes: permissions that the action needs, for a 403.
        origin: run and place of the card, from which keys of repetitions are made.
        turn_at: when the first request had its turn; None if it waits for it here.
        files: where files that are sent come from; None where there are none.
        patience: how an app that says "later" is asked again; None where who asked decides that, as cards do.
        sink: takes the bodies of answers that are a success, whatever is in them; they are null then.
    """

    ways: Ways
    manifest: CompiledManifest
    authorised: Authorised
    label: str
    marks: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: frozenset[str] = frozenset()
    before_send: Callable[[], None] | None = None
    on_answer: Callable[[], Awaitable[None]] | None = None
    retry: Retry | None = None
    raw: bool = False
    scopes: tuple[str, ...] = ()
    origin: str = ""
    files: SentFiles | None = None
    sink: Sink | None = None
    turn_at: float | None = None
    patience: BackoffPolicy | None = None
    exchanges: list[JSON] = field(default_factory=list[JSON])

    @property
    def connection(self) -> Connection:
        return self.authorised.connection

    @property
    def here(self) -> Here:
        """Where next pages are asked for."""
        return Here(self.connection.base_url, other_hosts=self.manifest.model.other_hosts)

    @property
    def hidden(self) -> frozenset[str]:
        """Texts that must not be shown."""
        return self.authorised.secrets | self.secrets

    def key_of(self, place: str) -> str:
        """A key by which an app knows a request that it has had: the same for each try of this card in this run."""
        return str(uuid5(_KEYS, f"{self.origin}/{place}"))

    async def ask(self, outgoing: Outgoing) -> Values | Refused | Failed | Unknown:
        """One request: its answer (``status``, ``headers``, ``body``), or what came instead.

        Raises:
            CardError: the request cannot be made.
        """
        if astray := self._astray(outgoing):
            return Failed(astray, not_sent=True)
        if outgoing.file is not None or outgoing.files is not None:
            await attach(outgoing, self.files)
        answered = await self._asked(outgoing)
        for _ in range(_RENEWALS):
            if not (isinstance(answered, Refused) and answered.failed.status == 401 and self.authorised.renewable):
                break
            # A 401 is a certain refusal: the token may have been revoked before its time.
            try:
                self.authorised = await self.ways.authoriser.renew(self.authorised)
            except ConnectionProblem as problem:
                detail = of_connection(problem)
                if not problem.try_again:
                    return Failed(detail, status=401)
                return Failed(detail, not_sent=True, try_again=True, retry_after=problem.retry_after)
            answered = await self._asked(outgoing)
            if not self.authorised.found:  # a token that was made just now: another one would be refused as well
                break
        return answered

    async def _asked(self, outgoing: Outgoing) -> Values | Refused | Failed | Unknown:
        attempt, reads = 1, outgoing.method in _READING
        while True:
            request = self._request(outgoing)
            response = await self._exchange(request)
            if not isinstance(response, Response):
                mine = self._base_of(outgoing) == self.connection.base_url and not outgoing.open
                return no_answer(self.manifest, response, reads=reads, elsewhere=not mine)
            if page := self._page_elsewhere(response):
                return page
            answered = self._answered(response, outgoing, reads=reads)
            if isinstance(answered, Refused) and answered.status == 401 and _is_elsewhere(response, request):
                # it had no credentials, and says nothing of them
                answered = replace(answered, failed=replace(answered.failed, status=None))
            attempt += 1
            seconds = self._again(answered, response, attempt, reads=reads)
            if seconds is None:
                return answered
            await self.ways.clock.sleep(seconds)

    def _page_elsewhere(self, response: Response) -> Failed | None:
        """A redirect that ends at a web page leads to a sign-in, and to no answer of the app's API."""
        kind = response.headers.get("Content-Type", "").lower()
        if not response.hops or not (
            kind.startswith(_PAGES) or is_page(response.body[:100].decode("utf-8", "replace"))
        ):
            return None
        host = urlsplit(response.url).hostname
        what = f"it sends the request on to {host}, and there is a web page."
        return page_came(self.manifest, response.status, self.connection.base_url, reads=True, what=what)

    def _again(
        self, answered: Values | Refused | Failed, response: Response, attempt: int, *, reads: bool
    ) -> float | None:
        """Seconds after which it is asked again here; None where it is not."""
        later = (429, 503) if reads else (429,)  # behind a 503 something may have been done all the same
        if self.patience is None or not isinstance(answered, Refused) or answered.status not in later:
            return None
        now, chance, status = self.ways.clock.now(), self.ways.jitter, answered.status
        wait = wait_before(attempt, self.patience, status=status, headers=response.headers, now=now, jitter=chance)
        return wait.seconds if isinstance(wait, Wait) else None

    def _request(self, outgoing: Outgoing) -> Request:
        body: bytes | BodySource | None
        body, body_headers = (outgoing.source, {}) if outgoing.source is not None else encoded_body(outgoing)
        usual = {"Accept": "*/*" if self.raw else "application/json", **body_headers}
        proof = {} if outgoing.open else self.authorised.headers
        reads = outgoing.method in _READING  # a change is never sent on: nobody said that it may happen there
        return Request(
            outgoing.method,
            full_url(self._base_of(outgoing), outgoing),
            headers=_merged(usual, self.manifest.model.headers, outgoing.headers, self.marks, proof),
            body=body,
            label=self.label,
            # what an author puts in goes no further than the app either: some of it may be a key
            credential_headers=frozenset(proof) | {name for name in outgoing.headers if name.lower() not in _HARMLESS},
            follow_redirects=reads and body is None,  # nor does what it brings go where it was not meant for
            proxy=self.authorised.proxy,
        )

    def _base_of(self, outgoing: Outgoing) -> str:
        """The address for a request: one of the app's others only where the connection has its usual one. A sandbox,
        or a gateway, has all of an app below one address."""
        mine, usual = self.connection.base_url, self.manifest.model.base_url
        return outgoing.base if outgoing.base and mine.rstrip("/") == usual.rstrip("/") else mine

    def _astray(self, outgoing: Outgoing) -> ErrorDetail | None:
        """What is wrong if the connection's secrets would go where they were not given for."""
        if not outgoing.base or outgoing.open or not self.authorised.headers:
            return None
        origin, connection = origin_of(self._base_of(outgoing)), self.connection
        if origin in (origin_of(connection.base_url), *connection.reaches):
            return None
        if origin in self.ways.trusted_origins(connection.connector):
            return None
        return ErrorDetail(
            f"{self.manifest.model.title} is to be asked at {origin}, for which the secrets of the connection "
            f"{connection.id!r} were not given.",
            code="secrets-elsewhere",
            why="Its connector was changed since, or the connection is older than Keyturn's note of this.",
            field="connection",
            mend="If that address is right, give the connection its secrets anew.",
        )

    async def _exchange(self, request: Request) -> Response | HttpError:
        outcome: Response | HttpError
        await self.ways.budgets.turn(self.connection, self.turn_at)
        self.turn_at = None
        at = self.ways.clock.now().isoformat()
        try:
            outcome = await self._sent(request)
        except HttpError as error:
            outcome = error
        masker = self.ways.maskers.of(self.hidden, frozenset(self.authorised.headers))
        self.exchanges.append({**record(request, outcome, masker=masker).to_json(), "at": at})
        return outcome

    async def _sent(self, request: Request) -> Response:
        send, before, then = self.ways.http.send, self.before_send, self.on_answer
        if self.sink is None:
            return await send(request, before_send=before, on_answer=then)
        return await send(request, before_send=before, on_answer=then, sink=self.sink)

    def _answered(self, response: Response, outgoing: Outgoing, *, reads: bool) -> Values | Refused | Failed:
        content_type = response.headers.get("Content-Type", "")
        try:
            body = self._body(response, content_type)
        except orjson.JSONDecodeError as error:
            if 200 <= response.status < 300 and (reads or not outgoing.takes_any):
                return no_json(self.manifest, response.status, str(error), reads=reads)
            body = response.body.decode("utf-8", "replace")
        except NotText as error:
            if reads and 200 <= response.status < 300:
                return no_text(self.manifest, response.status, f"{error}.")
            body = response.body.decode("utf-8", "replace")  # what was to be done is done, whatever its answer is
        headers: Values = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
        answer: Values = {"status": response.status, "headers": headers, "body": body}
        error = self.manifest.error(answer)
        if error is None:
            return self._not_its(answer, outgoing, reads=reads) or answer
        told = told_wait(error.status, response.headers, self.ways.clock.now())
        after = told.seconds if told else None
        about = self.manifest.about(error)
        scopes = self._of_scopes(answer) if error.status == 403 and not about else NO_SCOPES
        failed = refused(self.manifest, answer, error, response.reason, after, self.retry, scopes, self.connection)
        said = Said(error.status, f"{error.code} {error.message}", about, blamed(body), spoken_of(error.message))
        return Refused(error.status, error.code, answer, failed, said, scopes.told, self.manifest.may_be_so(error))

    def _not_its(self, answer: Values, outgoing: Outgoing, *, reads: bool) -> Failed | None:
        """What there is to say of an answer that is not the app's, as far as its sign tells. A web page is seen later,
        and what goes into a file is not looked at."""
        if outgoing.sign is None or self.sink is not None or is_page(answer["body"]):
            return None
        what = outgoing.sign.missed(answer, self.manifest.model.title, reads=reads)
        return not_its(self.manifest, answer, self.connection.base_url, what, reads=reads) if what else None

    def _of_scopes(self, answer: Values) -> Scopes:
        """What a 403 may have to do with scopes."""
        headers = answer.get("headers")
        challenge = headers.get("www-authenticate") if isinstance(headers, dict) else None
        needed = self.manifest.needed(answer) or self.scopes or challenged(str(challenge or ""))
        return lacking(self.manifest.model, self.connection.kind, needed, self.authorised.scopes)

    def _body(self, response: Response, content_type: str) -> JSON:
        """What is in an answer. Raises JSONDecodeError where it is announced as JSON and is not, and NotText."""
        if self.sink is not None and 200 <= response.status < 300:
            return None
        return (text_body if self.raw else parsed_body)(response.body, content_type)
