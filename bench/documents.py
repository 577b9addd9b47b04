"""The flows that are measured, and what they must give: worked out here in plain Python, for the auditor."""

from __future__ import annotations

from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Document: TypeAlias = dict[str, JSON]

EFFECTS_FLOW = "bench-effects"
EFFECT_CARDS = ("one", "two", "three")
EACH_FLOW, ITEM_FLOW = "bench-each", "bench-item"
ITEM_CARDS = 5


def chain(count: int, source: str) -> tuple[list[JSON], str]:
    """Function cards of four kinds in turn, each using the one before; and the reference to the last text."""
    cards: list[JSON] = []
    text = source
    for number in range(count):
        name = f"card{number}"
        match number % 4:
            case 0:
                cards.append(_card(name, "text.compose", {"text": f"{{{{ {text} }}}}.{number}"}))
                text = f"{name}.output"
            case 1:
                cards.append(_card(name, "text.concatenate", {"text1": f"{{{{ {text} }}}}", "text2": "+"}))
                text = f"{name}.output"
            case 2:
                cards.append(_card(name, "list.construct", {"first": f"{{{{ {text} }}}}", "second": number}))
            case _:
                before = f"card{number - 1}.list"
                cards.append(_card(name, "list.at", {"list": f"{{{{ {before} }}}}", "index": 0}))
                text = f"{name}.item"
    return cards, text


def chained(count: int, source: str) -> str:
    """What the last text of ``chain`` is."""
    for number in range(count):
        if number % 4 == 0:
            source = f"{source}.{number}"
        elif number % 4 == 1:
            source += "+"
    return source


def effects_flow() -> Document:
    """Three changes, one after the other, each a request of its own."""
    cards: list[JSON] = [
        {
            "id": name,
            "card": "okta.custom_api_action",
            "connection": "okta",
            "options": {"method": "POST"},
            "inputs": {
                "url": f"/effects/{{{{ event.UUID }}}}.{name}",
                "body": {"user": '{{ event["Okta User"]["Alternate ID"] }}', "step": name},
            },
        }
        for name in EFFECT_CARDS
    ]
    event: JSON = {"card": "okta.user_suspended", "connection": "okta"}
    return {"id": EFFECTS_FLOW, "name": "Three effects", "event": event, "cards": cards}


def endpoint_flow_id(cards: int) -> str:
    """The flow with so many function cards."""
    return f"bench-endpoint-{cards}"


def endpoint_flow(cards: int) -> Document:
    """An address that answers with a text made by so many function cards."""
    chained_cards, text = chain(cards, "event.login")
    answer = _card("answer", "flow.return", {"text": f"{{{{ {text} }}}}", "number": "{{ event.number }}"})
    return {
        "id": endpoint_flow_id(cards),
        "name": f"{cards} cards",
        "event": {"card": "endpoint", "outputs": {"login": "text", "name": "text", "number": "number"}},
        "cards": [*chained_cards, answer],
    }


def each_flows() -> list[Document]:
    """A list from an app, and a helper flow of five cards for each of its records."""
    cards, text = chain(ITEM_CARDS - 1, "event.login")
    item: Document = {
        "id": ITEM_FLOW,
        "name": "One record",
        "event": {"card": "helper", "outputs": {"login": "text"}},
        "cards": [*cards, _card("give", "flow.return", {"text": f"{{{{ {text} }}}}"})],
    }
    fetch: JSON = {
        "id": "fetch",
        "card": "okta.custom_api_action",
        "connection": "okta",
        "options": {"method": "GET"},
        "inputs": {"url": "/items", "query": {"count": "{{ event.count }}"}},
    }
    loop: JSON = {
        "id": "each",
        "card": "list.for_each",
        "inputs": {"list": "{{ fetch.body }}"},
        "call": {"flow": ITEM_FLOW, "with": {"login": "{{ item.login }}"}},
    }
    done = _card("give", "flow.return", {"count": "{{ each.count }}"})
    each: Document = {
        "id": EACH_FLOW,
        "name": "Each record",
        "event": {"card": "manual", "outputs": {"count": "number"}},
        "cards": [fetch, loop, done],
    }
    return [item, each]


def _card(name: str, card: str, inputs: dict[str, JSON]) -> Document:
    return {"id": name, "card": card, "inputs": inputs}


def event(uuid: str, login: str) -> Document:
    """A delivery of Okta's event hook with one event, with what Okta sends in it."""
    where: JSON = {"city": "Seattle", "country": "United States", "geolocation": {"lat": 47.6, "lon": -122.3}}
    actor: JSON = {"id": "00u1admin", "type": "User", "alternateId": "admin@northwind.example", "displayName": "Admin"}
    target: JSON = {"id": f"00u{uuid[:8]}", "type": "User", "alternateId": login, "displayName": login.split("@")[0]}
    inner: Document = {
        "uuid": uuid,
        "published": "2026-03-01T09:30:00.000Z",
        "eventType": "user.lifecycle.suspend",
        "version": "0",
        "displayMessage": "Suspend Okta user",
        "severity": "INFO",
        "client": {"ipAddress": "127.0.0.1", "device": "Unknown", "geographicalContext": where},
        "actor": actor,
        "target": [target],
        "outcome": {"result": "SUCCESS", "reason": None},
        "debugContext": {"debugData": {"requestId": uuid[:20], "requestUri": "/api/v1/users/x/lifecycle/suspend"}},
        "transaction": {"type": "WEB", "id": uuid[:20], "detail": {}},
    }
    return {
        "eventId": uuid,
        "eventType": "com.okta.event_hook",
        "eventTypeVersion": "1.0",
        "cloudEventsVersion": "0.1",
        "contentType": "application/json",
        "source": "https://northwind.okta.example/api/v1/eventHooks/who1",
        "eventTime": "2026-03-01T09:30:01.000Z",
        "data": {"events": [inner]},
    }
