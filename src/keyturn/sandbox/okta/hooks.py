"""Okta's event hooks as a resource: register, verify, activate, delete.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.core import Core
from keyturn.sandbox.filters import NotUnderstood
from keyturn.sandbox.okta.delivery import DeliveryOffice
from keyturn.sandbox.okta.hook_filters import event_filter
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.routing import Route
from keyturn.sandbox.state import Hook
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, millis
from keyturn.sandbox.wire import JsonAnswer, json_object

_MOST_ITEMS = 300
_MOST_HOOKS = 25


class HookDesk:
    """Answers `/api/v1/eventHooks`."""

    def __init__(self, core: Core, words: OktaWords, office: DeliveryOffice) -> None:
        self._core = core
        self._words = words
        self._office = office

    def routes(self) -> list[Route]:
        """The operations with their paths."""
        base = "/api/v1/eventHooks"
        return [
            Route(base, self._list, methods=["GET"]),
            Route(base, self._create, methods=["POST"]),
            Route(base + "/{hook_id}", self._get, methods=["GET"]),
            Route(base + "/{hook_id}", self._replace, methods=["PUT"]),
            Route(base + "/{hook_id}", self._delete, methods=["DELETE"]),
            Route(base + "/{hook_id}/lifecycle/verify", self._verify, methods=["POST"]),
            Route(base + "/{hook_id}/lifecycle/activate", self._activate, methods=["POST"]),
            Route(base + "/{hook_id}/lifecycle/deactivate", self._deactivate, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        return JsonAnswer([self._shown(hook) for hook in self._core.world.hooks])

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        if len(self._core.world.hooks) >= _MOST_HOOKS:
            raise self._words.validation("eventHook", f"An org has at most {_MOST_HOOKS} event hooks.")
        hook = self._read(body)
        self._core.world.hooks.append(hook)
        self._core.store.touch()
        return JsonAnswer(self._shown(hook))

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._find(request)))

    async def _replace(self, request: Request) -> Response:
        """Another address must be verified anew; the secret stays if none is given."""
        hook = self._find(request)
        wanted = self._read(await json_object(request))
        if wanted.uri != hook.uri:
            hook.verified = False
        hook.name, hook.description, hook.items = wanted.name, wanted.description, wanted.items
        hook.filters = wanted.filters
        hook.uri, hook.headers, hook.auth_key = wanted.uri, wanted.headers, wanted.auth_key
        hook.secret = wanted.secret or hook.secret
        return self._changed(hook)

    async def _delete(self, request: Request) -> Response:
        hook = self._find(request)
        if hook.status == "ACTIVE":
            raise self._words.validation("eventHook", "An active event hook must be deactivated first.")
        self._core.world.hooks.remove(hook)
        self._core.store.touch()
        return Response(status_code=204)

    async def _verify(self, request: Request) -> Response:
        hook = self._find(request)
        wrong = await self._office.verify(hook)
        if wrong is not None:
            raise self._words.validation("Event hook verification failed", wrong)
        hook.verified = True
        return self._changed(hook)

    async def _activate(self, request: Request) -> Response:
        hook = self._find(request)
        hook.status = "ACTIVE"
        return self._changed(hook)

    async def _deactivate(self, request: Request) -> Response:
        hook = self._find(request)
        hook.status = "INACTIVE"
        return self._changed(hook)

    def _changed(self, hook: Hook) -> Response:
        hook.last_updated = millis(self._core.clock())
        self._core.store.touch()
        return JsonAnswer(self._shown(hook))

    def _find(self, request: Request) -> Hook:
        hook_id = str(request.path_params["hook_id"])
        hook = self._core.world.find_hook(hook_id)
        if hook is None:
            raise self._words.not_found(hook_id, "EventHook")
        return hook

    def _read(self, body: JsonObject) -> Hook:
        events, channel = as_object(body.get("events")), as_object(body.get("channel"))
        config = as_object(channel.get("config"))
        scheme = as_object(config.get("authScheme"))
        wrong = _problems(body, events, channel, config)
        if wrong:
            raise self._words.validation("eventHook", *wrong)
        now = millis(self._core.clock())
        admin = self._core.world.accounts.okta_admin()
        return Hook(
            id=f"who{self._core.ids.word(17)}",
            name=as_text(body["name"]),
            description=as_text(body.get("description")) or None,
            items=_texts(events.get("items")),
            uri=as_text(config["uri"]),
            headers=_header_rows(config.get("headers")),
            auth_key=as_text(scheme.get("key")) or None,
            secret=as_text(scheme.get("value")) or None,
            created=now,
            last_updated=now,
            created_by=admin.id if admin is not None else "system",
            filters=_filters(events),
        )

    def _shown(self, hook: Hook) -> JsonObject:
        own = f"{self._core.base('okta')}/api/v1/eventHooks/{hook.id}"
        toggle = "deactivate" if hook.status == "ACTIVE" else "activate"
        config: JsonObject = {"uri": hook.uri, "headers": list(hook.headers), "method": "POST"}
        if hook.auth_key is not None:
            config["authScheme"] = {"type": "HEADER", "key": hook.auth_key}
        rows: list[Json] = [
            {"event": row["event"], "condition": {"version": None, "expression": row["expression"]}}
            for row in hook.filters
        ]
        filtered: Json = {"type": "EXPRESSION_LANGUAGE", "eventFilterMap": rows} if rows else None
        return {
            "id": hook.id,
            "status": hook.status,
            "verificationStatus": "VERIFIED" if hook.verified else "UNVERIFIED",
            "name": hook.name,
            "description": hook.description,
            "created": hook.created,
            "createdBy": hook.created_by,
            "lastUpdated": hook.last_updated,
            "events": {"type": "EVENT_TYPE", "items": list(hook.items), "filter": filtered},
            "channel": {"type": "HTTP", "version": "1.0.0", "config": config},
            "_links": {
                "self": {"href": own},
                "verify": {"href": f"{own}/lifecycle/verify", "hints": {"allow": ["POST"]}},
                toggle: {"href": f"{own}/lifecycle/{toggle}", "hints": {"allow": ["POST"]}},
            },
        }


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def _filters(events: JsonObject) -> list[JsonObject]:
    rows = [as_object(row) for row in as_list(as_object(events.get("filter")).get("eventFilterMap"))]
    return [
        {"event": row.get("event"), "expression": as_object(row.get("condition")).get("expression")} for row in rows
    ]


def _wrong_filters(events: JsonObject) -> list[str]:
    wrong: list[str] = []
    if as_object(events.get("filter")).get("type", "EXPRESSION_LANGUAGE") != "EXPRESSION_LANGUAGE":
        wrong.append("events.filter.type: must be EXPRESSION_LANGUAGE")
    for row in _filters(events):
        event, expression = as_text(row["event"]), as_text(row["expression"])
        if event not in _texts(events.get("items")):
            wrong.append(f"events.filter: '{event}' is no event type that the hook is subscribed to")
        try:
            event_filter(expression)
        except NotUnderstood:
            wrong.append(f"events.filter: Invalid expression: {expression}")
    return wrong


@lru_cache
def _hook_event_types() -> frozenset[str]:
    """Those that Okta tells event hooks of, as tests/sandbox/support_shapes.py has taken them from Okta's list."""
    return frozenset(files("keyturn.sandbox.okta").joinpath("hook_event_types.txt").read_text("utf-8").split())


def _header_rows(value: Json) -> list[JsonObject]:
    rows = value if isinstance(value, list) else []
    pairs = [(as_text(as_object(row).get("key")), as_text(as_object(row).get("value"))) for row in rows]
    return [{"key": key, "value": held} for key, held in pairs if key]


def _is_web_address(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _problems(body: JsonObject, events: JsonObject, channel: JsonObject, config: JsonObject) -> list[str]:
    items = events.get("items")
    count = len(_texts(items))
    checks = [
        (bool(as_text(body.get("name"))), "name: The field cannot be left blank"),
        (events.get("type") == "EVENT_TYPE", "events.type: must be EVENT_TYPE"),
        (
            isinstance(items, list) and len(items) == count and 0 < count <= _MOST_ITEMS,
            f"events.items: must name 1 to {_MOST_ITEMS} event types",
        ),
        (channel.get("type") == "HTTP", "channel.type: must be HTTP"),
        (channel.get("version") == "1.0.0", "channel.version: must be 1.0.0"),
        (_is_web_address(as_text(config.get("uri"))), "channel.config.uri: must be a valid URI"),
        (_sendable(config), "channel.config: a header's key or value has characters that cannot be sent"),
    ]
    unknown = [item for item in _texts(items) if item not in _hook_event_types()]
    wrong = [f"events.items: Invalid event type specified: {item}" for item in unknown]
    return [*(text for good, text in checks if not good), *wrong, *_wrong_filters(events)]


def _sendable(config: JsonObject) -> bool:
    scheme = as_object(config.get("authScheme"))
    texts = [as_text(scheme.get("key")), as_text(scheme.get("value"))]
    for row in _header_rows(config.get("headers")):
        texts += [as_text(row["key"]), as_text(row["value"])]
    return all(text.isprintable() and text.isascii() for text in texts)
