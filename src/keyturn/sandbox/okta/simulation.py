"""Which policies of the pretend Okta org would hold for somebody.

Source: createPolicySimulation in Okta's management OpenAPI description. What policies and rules say of users and groups
is evaluated; of what else they say, such as networks, nothing is known here unless it is that anything will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from keyturn.sandbox.values import Json, JsonObject, as_object, texts

Status = Literal["MATCH", "NOT_MATCH", "UNDEFINED"]
_LAST = 1_000_000
_ANY = ("ANYWHERE", "ANY")


@dataclass(frozen=True)
class Somebody:
    """Of whom a simulation asks.

    user: an id, None if groups alone are told; groups: ids; told: whether anything is told at all.
    """

    user: str | None
    groups: frozenset[str]
    told: bool


def simulated(kind: str, policies: Iterable[JsonObject], rules: Mapping[str, Json], asked: Somebody) -> JsonObject:
    """What Okta answers of the policies of a type, rules by the ids of their policies."""
    seen: dict[Status, list[Json]] = {"MATCH": [], "NOT_MATCH": [], "UNDEFINED": []}
    for policy in by_priority(policies):
        shown, status = _evaluated(policy, asked), _status(policy, asked)
        held = as_object(rules.get(str(policy["id"])))
        within = _rules(map(as_object, held.values()), asked) if status == "MATCH" else {}
        if status != "MATCH" or (held and not within["MATCH"]):  # without a rule that holds, the next policy is come to
            seen["NOT_MATCH" if status == "MATCH" else status].append({**shown, "rules": within.get("NOT_MATCH", [])})
            continue
        for name, those in within.items():
            if those or name == "MATCH":
                seen[name].append({**shown, "rules": those})
        break
    kinds: list[Json] = [kind]
    order: tuple[Status, ...] = ("MATCH", "UNDEFINED", "NOT_MATCH")
    return {
        "policyType": kinds,
        "status": next((name for name in order if seen[name]), "UNDEFINED"),
        "result": {"policies": seen["MATCH"]},
        "evaluated": {"policies": seen["NOT_MATCH"]},
        "undefined": {"policies": seen["UNDEFINED"]},
    }


def by_priority(rows: Iterable[JsonObject]) -> list[JsonObject]:
    """Those that are in force, in their order."""
    active = [row for row in rows if row.get("status") == "ACTIVE"]
    return sorted(active, key=lambda row: held if isinstance(held := row.get("priority"), int) else _LAST)


def _rules(rules: Iterable[JsonObject], asked: Somebody) -> dict[Status, list[Json]]:
    """The rules up to the first one that holds, by what has become of them."""
    found: dict[Status, list[Json]] = {"MATCH": [], "NOT_MATCH": [], "UNDEFINED": []}
    for rule in by_priority(rules):
        status = _status(rule, asked)
        found[status].append(_evaluated(rule, asked))
        if status == "MATCH":
            break
    return found


def _evaluated(row: JsonObject, asked: Somebody) -> JsonObject:
    conditions: list[Json] = [{"type": name, "status": status} for name, status in _conditions(row, asked).items()]
    return {"id": row["id"], "name": row["name"], "status": _status(row, asked), "conditions": conditions}


def _status(row: JsonObject, asked: Somebody) -> Status:
    """All conditions have to hold."""
    found = set(_conditions(row, asked).values())
    if "NOT_MATCH" in found:
        return "NOT_MATCH"
    return "UNDEFINED" if "UNDEFINED" in found else "MATCH"


def _conditions(row: JsonObject, asked: Somebody) -> dict[str, Status]:
    found: dict[str, Status] = {}
    for name, wanted in as_object(row.get("conditions")).items():
        if name == "people":
            found[name] = _of_people(as_object(wanted), asked)
        elif wanted is not None:
            values = as_object(wanted).values()
            found[name] = "MATCH" if all(value in _ANY for value in values) else "UNDEFINED"
    return found


def _of_people(people: JsonObject, asked: Somebody) -> Status:
    """Whoever is included, singly or by a group, or anybody if nobody is; and excluded in neither way."""
    users, groups = as_object(people.get("users")), as_object(people.get("groups"))
    if asked.user in texts(users.get("exclude")) or asked.groups & set(texts(groups.get("exclude"))):
        return "NOT_MATCH"
    singly, together = texts(users.get("include")), texts(groups.get("include"))
    anybody = not singly and not together
    included = anybody or asked.user in singly or bool(asked.groups & set(together))
    known = asked.told and not (asked.user is None and (singly or texts(users.get("exclude"))))
    if included:
        excludes = texts(users.get("exclude")) or texts(groups.get("exclude"))
        return "MATCH" if known or not excludes else "UNDEFINED"
    return "NOT_MATCH" if known else "UNDEFINED"
