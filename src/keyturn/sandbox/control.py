"""The control server: what an auditor may look at and an experimenter may change. No vendor has this.

It is not written into the ledger, except for a reset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from keyturn.sandbox.consent import USUAL
from keyturn.sandbox.core import Core
from keyturn.sandbox.faults import Fault, FaultTextError, parse_fault, parse_faults
from keyturn.sandbox.ledger import Received
from keyturn.sandbox.okta.delivery import DeliveryOffice
from keyturn.sandbox.outbox import Outbox
from keyturn.sandbox.persons import Persons
from keyturn.sandbox.recorder import CONNECTORS, SHELF, Prepared
from keyturn.sandbox.routing import Operations, Route
from keyturn.sandbox.scopes.demands import is_scope, scopes_elsewhere, scopes_of
from keyturn.sandbox.tokens import CONSENTS, end_access_tokens, end_consents
from keyturn.sandbox.values import TENANTS, Json, JsonObject, Tenant, as_object, as_text, normal, texts
from keyturn.sandbox.wire import (
    BadBody,
    BodyEnd,
    BodyFault,
    JsonAnswer,
    Refused,
    collect,
    json_object,
    read_body,
    whole_number,
)

_LONGEST_WAIT = 60
_CONSENTING: tuple[Tenant, ...] = ("okta", "graph", "google", "slack")

Operated: TypeAlias = Mapping[Tenant, Sequence[str]]


class Control:
    """The control server as an ASGI app.

    operations: what each tenant can do, as faults name it.
    """

    def __init__(self, core: Core, office: DeliveryOffice, outbox: Outbox, operations: Operated) -> None:
        self._core = core
        self._operated = operations
        self._office = office
        self._outbox = outbox
        self._persons = Persons(core)
        self._app: ASGIApp = Operations(
            [
                Route("/health", self._health, methods=["GET"]),
                Route("/state", self._state, methods=["GET"]),
                Route("/people", self._list_people, methods=["GET"]),
                Route("/people/{login}", self._person, methods=["GET"]),
                Route("/mail", self._mail, methods=["GET"]),
                Route("/mailbox", self._mailbox, methods=["GET"]),
                Route("/mailbox", self._empty_mailbox, methods=["DELETE"]),
                Route("/recorder/answers", self._answers, methods=["GET"]),
                Route("/recorder/answers", self._add_answer, methods=["POST"]),
                Route("/recorder/answers", self._forget_answers, methods=["DELETE"]),
                Route("/recorder/connectors", self._connectors, methods=["GET"]),
                Route("/recorder/connectors", self._add_connector, methods=["POST"]),
                Route("/messages", self._messages, methods=["GET"]),
                Route("/ledger", self._ledger, methods=["GET"]),
                Route("/ledger/newest", self._newest, methods=["GET"]),
                Route("/faults", self._list_faults, methods=["GET"]),
                Route("/faults", self._set_faults, methods=["POST"]),
                Route("/faults", self._clear_faults, methods=["DELETE"]),
                Route("/operations/{tenant}", self._list_operations, methods=["GET"]),
                Route("/limits", self._list_limits, methods=["GET"]),
                Route("/limits", self._set_limit, methods=["POST"]),
                Route("/consents", self._list_consents, methods=["GET"]),
                Route("/consents", self._set_consent, methods=["POST"]),
                Route("/consents/{tenant}", self._revoke_consents, methods=["DELETE"]),
                Route("/tokens/{tenant}", self._expire_tokens, methods=["DELETE"]),
                Route("/reset", self._reset, methods=["POST"]),
                Route("/deliveries", self._deliveries, methods=["GET"]),
            ],
            self._bad_body,
            self._no_such_operation,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request; a body is read up to the same limit as the tenants'."""
        if scope["type"] != "http":
            return
        body = await read_body(receive, self._core.config.max_body)
        if body is BodyEnd.GONE:
            return
        if isinstance(body, BodyEnd):
            refusal = JsonAnswer({"error": "The body is too large."}, 413, {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        answer = await collect(self._app, scope, body)
        self._core.store.save()
        status = answer.status if answer.status is not None else 500
        await send({"type": "http.response.start", "status": status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _health(self, request: Request) -> Response:
        return JsonAnswer({"ok": True})

    async def _state(self, request: Request) -> Response:
        world = self._core.world
        hooks: list[Json] = [
            {"id": h.id, "name": h.name, "uri": h.uri, "status": h.status, "verified": h.verified} for h in world.hooks
        ]
        people: list[Json] = [self._persons.detail(login) for login in self._persons.logins()]
        return JsonAnswer(
            {
                "people": people,
                "event_hooks": hooks,
                "faults": list(self._core.faults.rows()),
                "ledger_last": self._core.ledger.last,
                "log_events": world.log.first + len(world.log.events),
            }
        )

    async def _list_people(self, request: Request) -> Response:
        return JsonAnswer([self._persons.row(login) for login in self._persons.logins()])

    async def _person(self, request: Request) -> Response:
        login = str(request.path_params["login"])
        if not self._persons.known(login):
            raise Refused(404, {"error": f"There is nobody with the login {login!r} in the sandbox."})
        return JsonAnswer(self._persons.detail(login))

    async def _ledger(self, request: Request) -> Response:
        since = whole_number(request.query_params.get("since"), 0, 0, 999_999_999)
        if since is None:
            raise Refused(400, {"error": "since must be the number of a ledger entry."})
        return JsonAnswer(list(self._core.ledger.since(since)))

    async def _newest(self, request: Request) -> Response:
        """Entries of the ledger, newest first: `?most=50`, and of those before one `&before=SEQ`."""
        most = whole_number(request.query_params.get("most"), 50, 1, 1_000)
        before = whole_number(request.query_params.get("before"), 0, 0, 999_999_999)
        if most is None or before is None:
            raise Refused(400, {"error": "most must be a number from 1 to 1000, before the number of an entry."})
        return JsonAnswer(list(self._core.ledger.newest(most, before or None)))

    async def _messages(self, request: Request) -> Response:
        """Every message in the Slack workspace, oldest first: `channel, user, text, ts`."""
        channels, users = self._core.shelf("slack.channels"), self._core.shelf("slack.users")
        rows: list[JsonObject] = []
        for key, messages in self._core.shelf("slack.messages").items():
            place = as_text(channels.get(key, {}).get("name")) or key
            for message in map(as_object, messages.values()):
                sender = users.get(as_text(message.get("user")), {})
                told = {"ts": message.get("ts"), "text": message.get("text")}
                rows.append({"channel": place, "user": sender.get("real_name") or message.get("user"), **told})
        rows.sort(key=lambda row: as_text(row["ts"]))
        return JsonAnswer(list(rows))

    async def _mail(self, request: Request) -> Response:
        """Every message that was sent from the Microsoft 365 tenant, oldest first."""
        rows: list[Json] = [
            {"from": mail.sender, "sent": mail.sent, "to": list(mail.recipients), "message": mail.message}
            for mail in self._core.world.mail
        ]
        return JsonAnswer(rows)

    async def _mailbox(self, request: Request) -> Response:
        """Every message that came by SMTP, oldest first; `?to=` those for an address only."""
        wanted = normal(request.query_params.get("to", ""))
        rows = self._core.shelf("mail.messages").values()
        found = [row for row in rows if not wanted or wanted in map(normal, texts(row["to"]))]
        return JsonAnswer(list(found))

    async def _empty_mailbox(self, request: Request) -> Response:
        self._core.shelf("mail.messages").clear()
        self._core.changed()
        return JsonAnswer([])

    async def _answers(self, request: Request) -> Response:
        return JsonAnswer(list(self._core.shelf(SHELF).values()))

    async def _add_answer(self, request: Request) -> Response:
        """An answer for the recorder: `{"method": "GET", "path": "/things/*", "status": 200, "body": {}}`."""
        body = await json_object(request)
        try:
            Prepared.read(body)
        except ValueError as error:
            raise Refused(400, {"error": f"{error}."}) from error
        self._core.shelf(SHELF)[self._core.ids.word(8)] = body
        self._core.changed()
        return JsonAnswer(body, 201)

    async def _forget_answers(self, request: Request) -> Response:
        self._core.shelf(SHELF).clear()
        self._core.changed()
        return JsonAnswer([])

    async def _connectors(self, request: Request) -> Response:
        return JsonAnswer(list(self._core.shelf(CONNECTORS)))

    async def _add_connector(self, request: Request) -> Response:
        """A connector's manifest, as JSON: the recorder answers by what its actions read."""
        body = await json_object(request)
        name = as_text(body.get("connector"))
        if not name:
            raise Refused(400, {"error": "A manifest has a name under connector."})
        shelf = self._core.shelf(CONNECTORS)
        shelf.pop(name, None)
        shelf[name] = body
        self._core.changed()
        return JsonAnswer({"connector": name}, 201)

    async def _list_faults(self, request: Request) -> Response:
        return JsonAnswer(list(self._core.faults.rows()))

    async def _set_faults(self, request: Request) -> Response:
        """`{"faults": "graph:500"}` sets all, `{"tenant": "graph", "fault": "500"}` one tenant's.

        `{"add": "graph:500"}` sets one more.
        """
        body = await json_object(request)
        tenant = body.get("tenant")
        try:
            if "add" in body:
                self._core.faults.add(self._possible(parse_fault(as_text(body["add"]))))
            elif tenant is None:
                faults = parse_faults(as_text(body.get("faults")))
                self._core.faults.set_all(tuple(map(self._possible, faults)))
            else:
                faults = parse_faults(f"{as_text(tenant)}:{as_text(body.get('fault'))}")
                self._core.faults.set_for(_tenant(as_text(tenant)), tuple(map(self._possible, faults)))
        except FaultTextError as error:
            raise Refused(400, {"error": str(error)}) from error
        return JsonAnswer(list(self._core.faults.rows()))

    async def _list_limits(self, request: Request) -> Response:
        return JsonAnswer({**self._core.limits.rows()})

    async def _set_limit(self, request: Request) -> Response:
        """`{"tenant": "okta", "per_minute": 600}`; null takes the limit away."""
        body = await json_object(request)
        limit = body.get("per_minute")
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
            raise Refused(400, {"error": "per_minute must be a number from 1, or null for no limit."})
        self._core.limits.set_for(_named(body.get("tenant")), limit)
        return JsonAnswer({**self._core.limits.rows()})

    async def _list_consents(self, request: Request) -> Response:
        """What administrators allow the apps of each tenant; a tenant that is not here allows everything."""
        return JsonAnswer({name: row["scopes"] for name, row in self._core.shelf(CONSENTS).items()})

    async def _set_consent(self, request: Request) -> Response:
        """`{"tenant": "okta", "scopes": ["okta.users.read"]}`: tokens from now on have these at most."""
        body = await json_object(request)
        tenant, scopes = _consenting(body.get("tenant")), body.get("scopes")
        if scopes is None:
            self._core.shelf(CONSENTS).pop(tenant, None)
        elif isinstance(scopes, list) and len(texts(scopes)) == len(scopes):
            _check_scopes(tenant, texts(scopes))
            self._core.shelf(CONSENTS)[tenant] = {"scopes": scopes}
        else:
            raise Refused(400, {"error": "scopes must be a list of texts, or null for all."})
        self._core.changed()
        return await self._list_consents(request)

    async def _revoke_consents(self, request: Request) -> Response:
        """A person takes back what they allowed: tokens that came of it are good no more."""
        end_consents(self._core, _consenting(request.path_params["tenant"]))
        return JsonAnswer({})

    async def _expire_tokens(self, request: Request) -> Response:
        """Access tokens end before their time."""
        end_access_tokens(self._core, _named(request.path_params["tenant"]))
        return JsonAnswer({})

    def _possible(self, fault: Fault) -> Fault:
        """A fault, if there is what it names. Raises FaultTextError."""
        if fault.named is not None and fault.named not in self._operated.get(fault.tenant, ()):
            raise FaultTextError(str(fault), f"{fault.tenant} has no operation {fault.named!r}")
        return fault

    async def _list_operations(self, request: Request) -> Response:
        """What a tenant can do, as faults name it."""
        return JsonAnswer([*self._operated.get(_named(request.path_params["tenant"]), ())])

    async def _clear_faults(self, request: Request) -> Response:
        """All of them, or the one that is named: `?fault=graph:500x2@users`."""
        named = request.query_params.get("fault")
        if named is None:
            self._core.faults.set_all(())
            return JsonAnswer([])
        try:
            fault = parse_fault(named)
        except FaultTextError as error:
            raise Refused(400, {"error": str(error)}) from error
        if not self._core.faults.end(fault):
            raise Refused(404, {"error": f"The fault {named} is not on."})
        return JsonAnswer(list(self._core.faults.rows()))

    async def _reset(self, request: Request) -> Response:
        """Back to the first day, faults and limits off; `{"hooks": true}` removes the event hooks as well."""
        body = await json_object(request) if await request.body() else {}
        lost = self._outbox.drop()
        self._core.store.reset(hooks=body.get("hooks") is True)
        self._core.faults.set_all(())
        for tenant in TENANTS:
            self._core.limits.set_for(tenant, None)
        noted = Received("control", "POST", "/reset", "/reset", "", bool(body), body or None, None, None, None)
        said = f"What waited to be sent to clients is given up: {lost}." if lost else None
        self._core.ledger.complete(self._core.ledger.receive(noted), 200, note=said)
        return JsonAnswer({"ok": True, "dropped": lost})

    async def _deliveries(self, request: Request) -> Response:
        """Attempts to deliver event hooks, and what of all tenants has not arrived yet; `?wait=5` waits up to 5 s until
        that is nothing."""
        wait = whole_number(request.query_params.get("wait"), 0, 0, _LONGEST_WAIT)
        if wait is None:
            raise Refused(400, {"error": f"wait must be a number of seconds from 0 to {_LONGEST_WAIT}."})
        idle = await self._outbox.wait_idle(wait)
        attempts: list[Json] = list(self._office.attempts())
        return JsonAnswer({"idle": idle, "deliveries": attempts, "waiting": list(self._outbox.waiting())})

    async def _bad_body(self, request: Request, error: Exception) -> Response:
        what = error.fault.value if isinstance(error, BadBody) else BodyFault.SYNTAX.value
        return JsonAnswer({"error": f"The body must be a JSON object, as application/json ({what})."}, 400)

    async def _no_such_operation(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JsonAnswer({"error": f"{request.method} {request.scope['path']} is not offered here."}, status)


def _tenant(name: str) -> Tenant:
    if name not in TENANTS:
        raise FaultTextError(name, f"there is no tenant {name!r}")
    return name


def _consenting(name: Json) -> Tenant:
    """A tenant whose apps are let in by scopes. Raises Refused."""
    tenant = _named(name)
    if tenant not in _CONSENTING:
        raise Refused(400, {"error": f"{tenant} has no scopes to allow; these have: {', '.join(_CONSENTING)}."})
    return tenant


def _check_scopes(tenant: Tenant, scopes: Sequence[str]) -> None:
    """Refuse scopes that a vendor does not have. Raises Refused."""
    strange = sorted({scope for scope in scopes if scope not in USUAL and not is_scope(tenant, scope)})
    if strange:
        known = ", ".join(sorted(scopes_of(tenant) | USUAL))
        others = ", and those of its other services" if scopes_elsewhere(tenant) else ""
        raise Refused(400, {"error": f"{tenant} has no scope {', '.join(strange)}. It has: {known}{others}."})


def _named(name: Json) -> Tenant:
    """A tenant by its name. Raises Refused."""
    try:
        return _tenant(as_text(name))
    except FaultTextError as error:
        raise Refused(400, {"error": f"There is no tenant {as_text(name)!r}."}) from error
