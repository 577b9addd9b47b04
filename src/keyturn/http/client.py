"""The only client that goes outside: one request, one try, one honest result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import aiohttp
from aiohttp import hdrs
from multidict import CIMultiDict
from yarl import URL

from . import failures
from .attempt import Attempt, GuardedBody, GuardedSource, Stage, Stopped, one_try, trace_config
from .authorities import trusting
from .checks import check
from .egress import Denial, EgressRules
from .errors import EgressDenied, HttpError, InvalidRequest, NotSent, RedirectFailed
from .messages import BodySource, Request, Response, Sink, Timeouts
from .proxies import Exceptions, Proxy
from .reading import pass_body, read_body
from .redirects import Hop, next_hop
from .resolving import CheckedResolver, Forbidden, Resolver, SystemResolver, Unresolved
from .settings import Clock, HttpSettings, SystemClock
from .unpacking import ACCEPTED
from .urls import prepare, shown_host

_JUDGEMENTS_KEPT = 1_000
_ANYWHERE = ("0.0.0.0/0", "::/0")
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class _Hooks:
    """What the caller wants to be told while a request is under way."""

    before_send: Callable[[], None] | None
    on_answer: Callable[[], Awaitable[None]] | None
    sink: Sink | None


class HttpClient:
    """Sends requests within the limits and egress rules of its settings.

    Connections are pooled per client; cookies are never kept, proxies are used as settings and requests say (see
    ``proxies``), those of the environment are not.
    Make it once per process (inside or outside a running loop), use it from one loop, end it with
    `aclose`. Raises `BadEgressEntry` for a list entry that cannot be read and `BadAuthorities` for a ``ca_file`` that
    cannot.
    """

    def __init__(
        self,
        settings: HttpSettings | None = None,
        clock: Clock | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._settings = settings or HttpSettings()
        self._clock = clock or SystemClock()
        self._rules = EgressRules.parse(self._settings.allow, self._settings.deny)
        self._judgements: dict[tuple[str, int], Denial | None] = {}
        self._plain = resolver or SystemResolver()
        self._resolver = CheckedResolver(self._plain, self._rules)
        self._exceptions = Exceptions(self._settings.no_proxy)
        self._ssl = trusting(self._settings.ca_file)
        self._made: aiohttp.ClientSession | None = None
        self._proxied: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def timeouts(self) -> Timeouts:
        """How long a request may take that does not say so itself."""
        return self._settings.timeouts

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Send ``request`` once and read its answer, whatever its status, to the end.

        ``before_send`` is called synchronously right before the bytes of each hop may leave; if it
        raises, nothing is sent and its exception comes out of here as it is. A pooled connection that
        proves closed before anything was written is replaced, and ``before_send`` asked again: the app
        still gets the request once at most. ``on_answer`` is awaited when the head of an answer is there,
        before any of it is used. ``sink`` is given the body of a 2xx answer piece by piece, of any size; what it
        raises comes out of here. Raises `HttpError` (see ``errors`` for the tree).
        """
        started = self._clock.monotonic()
        hooks = _Hooks(before_send, on_answer, sink)
        try:
            url = prepare(request.url, request.query)
        except InvalidRequest as exc:
            exc.label = request.label
            raise
        method = check(request, self._settings.max_request_bytes, shown_host(url))
        hop = Hop(request, method, url)
        timeouts = request.timeout or self._settings.timeouts
        first_sent: float | None = None
        earlier: Response | None = None
        while True:
            if first_sent is not None:
                spent = asyncio.get_running_loop().time() - first_sent
                timeouts = replace(timeouts, answer_s=max(timeouts.answer_s - spent, 0.001))
            try:
                response, sent_at = await self._hop(hop, timeouts, hooks, started)
            except NotSent as exc:
                if earlier is None:
                    raise
                # The chain as a whole was answered, so "not sent" would be untrue.
                problem = exc
            else:
                following = next_hop(hop, response, self._settings.max_redirects)
                if following is None:
                    return response
                hop, first_sent, earlier = following, sent_at, response
                continue
            raise RedirectFailed(
                f"A redirect could not be followed: {problem.what}",
                problem.mend,
                status=earlier.status,
                host=problem.host,
                label=request.label,
                reason=problem,
            )

    async def aclose(self) -> None:
        """Close all connections; requests under way end with an error. May be called twice."""
        self._closed = True
        for made in (self._made, self._proxied):
            if made is not None:
                await made.close()

    async def _hop(self, hop: Hop, timeouts: Timeouts, hooks: _Hooks, started: float) -> tuple[Response, float]:
        host = shown_host(hop.url)
        denial = self._judged(hop.url.raw_host or "", hop.url.port or 0)
        if denial is not None:
            raise EgressDenied(denial.what, denial.mend, host=host, label=hop.request.label)
        proxy = self._proxy_of(hop)
        if proxy is not None:
            await self._check_by_proxy(hop, proxy)
        while True:
            attempt = Attempt(
                timeouts,
                has_body=hop.request.body is not None,
                careful=hop.method not in _CHANGES_NOTHING,
                before_send=hooks.before_send,
                on_answer=hooks.on_answer,
            )
            outcome = await self._attempt(hop, attempt, timeouts, started, hooks.sink, proxy)
            if isinstance(outcome, Response):
                return outcome, attempt.sent_at or 0.0
            if attempt.was_stale:
                continue  # bounded by the pool: each round takes one dead connection out of it
            raise outcome

    def _judged(self, host: str, port: int) -> Denial | None:
        """What the rules say; they do not change, and hardly ever is there a new host."""
        key = host, port
        if key not in self._judgements:
            if len(self._judgements) >= _JUDGEMENTS_KEPT:
                self._judgements.clear()
            self._judgements[key] = self._rules.judge_host(host, port)
        return self._judgements[key]

    def _proxy_of(self, hop: Hop) -> Proxy | None:
        """The proxy by way of which a hop goes; None for directly."""
        proxy = hop.request.proxy or self._settings.proxy
        if proxy is None or not proxy.url or self._exceptions.covers(hop.url.raw_host or "", hop.url.port or 0):
            return None
        return proxy

    async def _check_by_proxy(self, hop: Hop, proxy: Proxy) -> None:
        """The rules hold for what is behind a proxy as far as it is known here. Raises `EgressDenied`."""
        try:
            await self._resolver.resolve(hop.url.raw_host or "", hop.url.port or 0)
        except Unresolved:
            pass  # a name that the proxy may know
        except Forbidden as exc:
            denied, label = exc.denial, hop.request.label
            raise EgressDenied(denied.what, denied.mend, host=shown_host(hop.url), label=label) from exc
        where = URL(proxy.url)
        denial = None if proxy.trusted else self._judged(where.raw_host or "", where.port or 0)
        if denial is not None:
            raise EgressDenied(f"The proxy: {denial.what}", denial.mend, host=where.host or "", label=hop.request.label)

    async def _attempt(
        self,
        hop: Hop,
        attempt: Attempt,
        timeouts: Timeouts,
        started: float,
        sink: Sink | None,
        proxy: Proxy | None,
    ) -> Response | HttpError:
        host, label = shown_host(hop.url), hop.request.label
        answer: aiohttp.ClientResponse | None = None
        reason: BaseException
        try:
            async with attempt.scope:
                answer = await self._start(hop, attempt, proxy)
                if proxy is not None and answer.status == 407 and hop.url.scheme == "http":
                    return failures.of_proxy(407, host, label)
                await attempt.answered()
                return await self._read(hop, answer, started, sink)
        except Stopped as exc:
            reason = exc.reason
        except HttpError as exc:
            return exc
        except asyncio.CancelledError as exc:
            task = asyncio.current_task()
            if not self._closed or (task is not None and task.cancelling()):
                raise
            reason = exc  # `aclose` ended the wait for a connection; nobody cancelled the caller
        except TimeoutError as exc:
            if not attempt.scope.expired():
                raise
            reason = exc
        finally:
            if answer is not None:
                answer.close()  # a connection whose answer was read to the end is in the pool already
        if attempt.veto is not None:
            raise attempt.veto
        if attempt.scope.expired():
            return failures.of_timeout(attempt, timeouts, host, label, answer.status if answer else None)
        way = URL(proxy.url).raw_host or "" if proxy is not None else ""
        return failures.of_exception(reason, attempt, host, label, way)

    async def _start(self, hop: Hop, attempt: Attempt, proxy: Proxy | None) -> aiohttp.ClientResponse:
        body, headers = hop.request.body, hop.request.headers
        shown, tunnelled = proxy.authorization if proxy is not None else None, hop.url.scheme == "https"
        if shown and not tunnelled:  # the proxy is handed the request itself
            headers = CIMultiDict([*headers.items(), (hdrs.PROXY_AUTHORIZATION, shown)])
        try:
            answer = await self._session(proxy).request(
                hop.method,
                hop.url,
                headers=headers,
                data=_payload(body, attempt),
                skip_auto_headers=(hdrs.CONTENT_TYPE,),
                allow_redirects=False,
                trace_request_ctx=attempt,
                proxy=URL(proxy.url) if proxy is not None else None,
                proxy_headers={hdrs.PROXY_AUTHORIZATION: shown} if shown and tunnelled else None,
            )
        except Stopped as exc:
            if isinstance(exc.reason, aiohttp.ClientConnectionResetError) and not attempt.has_body:
                # Without a body this error has one source: the transport was closing, nothing was written.
                attempt.stage = Stage.STALE
            raise
        return answer

    async def _read(self, hop: Hop, answer: aiohttp.ClientResponse, started: float, sink: Sink | None) -> Response:
        host, label, streamed = shown_host(hop.url), hop.request.label, None
        if sink is not None and 200 <= answer.status < 300:
            body, streamed = b"", await pass_body(answer, sink, host, label)
        else:
            body = await read_body(answer, self._settings.max_response_bytes, host, label)
        elapsed = max((self._clock.monotonic() - started) * 1000.0, 0.0)
        url = str(hop.url)
        return Response(
            answer.status, answer.reason or "", answer.headers, body, elapsed, url, hops=hop.number, streamed=streamed
        )

    def _session(self, proxy: Proxy | None) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("HttpClient was closed; make a new one.")
        if proxy is not None and proxy.trusted:
            if self._proxied is None:
                # it connects to the operator's proxy and to nothing else
                self._proxied = self._make_session(CheckedResolver(self._plain, EgressRules.parse(_ANYWHERE)))
            return self._proxied
        if self._made is None:
            self._made = self._make_session(self._resolver)
        return self._made

    def _make_session(self, resolver: CheckedResolver) -> aiohttp.ClientSession:
        settings = self._settings
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            ssl=self._ssl,
            limit=settings.pool_total,
            limit_per_host=settings.pool_per_host,
            keepalive_timeout=settings.keep_alive_s,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={hdrs.USER_AGENT: settings.user_agent, hdrs.ACCEPT_ENCODING: ACCEPTED},
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the attempt keeps the deadlines
            max_line_size=settings.max_header_bytes,
            max_field_size=settings.max_header_bytes,
            max_headers=settings.max_header_fields,
            middlewares=(one_try,),
            trace_configs=[trace_config()],
            trust_env=False,
        )


def _payload(body: bytes | BodySource | None, attempt: Attempt) -> GuardedBody | GuardedSource | None:
    if body is None:
        return None
    return GuardedBody(body, attempt) if isinstance(body, bytes) else GuardedSource(body, attempt)
