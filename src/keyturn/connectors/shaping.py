"""What a manifest cannot say of values: pure functions by name, which see inputs, options and answers.

An action names one under ``shape``, and its outputs see what it makes under ``shaped``; a request that names one has it
in its answer. Each raises AnswerLacks where an answer has not got what is read from it: a missing list is no empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

from .listing import AnswerLacks, kind_of

ShapeName = Literal["people_for_import", "people_handed_over", "license_results", "own_licenses", "slack_member"]


def _people_for_import(roots: Values) -> Values:
    """People as Okta's identity sources take them: an external id, and the attributes that the app has of its users.

    ``schema`` is the answer with the app's attributes; without any in it all are taken over but the id's own.
    Source: BulkUpsertRequestBody and BulkDeleteRequestBody in Okta's OpenAPI description.
    """
    inputs, options = _object(roots.get("inputs")), _object(roots.get("options"))
    key = to_text(inputs.get("id_key"))
    deletes = options.get("operation") == "DELETE"
    known = frozenset[str]() if deletes else _attributes(roots.get("schema"))
    people: list[JSON] = []
    given = inputs.get("users")
    for number, user in enumerate(given if isinstance(given, list) else [], start=1):
        person = _object(user)
        external = to_text(person.get(key))
        if not external:
            what = f"Number {number} has nothing under {key!r}."
            raise CardError.bad_input("users", what, "Give each the id by which the source knows it, or another key.")
        if deletes:
            people.append({"externalId": external})
            continue
        names = [name for name in person if (name in known if known else name != key)]
        profile: Values = {name: person[name] for name in names if person[name] is not None}
        people.append({"externalId": external, "profile": profile})
    return {"users": people}


def _people_handed_over(roots: Values) -> Values:
    """How many people an import was given."""
    users = _object(roots.get("inputs")).get("users")
    return {"count": len(users) if isinstance(users, list) else 0}


def _license_results(roots: Values) -> Values:
    """What became of each of several licences."""
    licenses, answers = _object(roots.get("inputs")).get("licenses"), roots.get("many")
    if not isinstance(licenses, list) or not isinstance(answers, list):
        return {"results": []}
    pairs = zip(map(_object, licenses), map(_object, answers), strict=False)
    return {
        "results": [
            {"License Name": one.get("name") or one.get("skuid"), "Status Code": to_text(answer.get("status"))}
            for one, answer in pairs
        ]
    }


def _own_licenses(roots: Values) -> Values:
    """The licences of a user that came from no group: Microsoft refuses to take others away, and all with them.

    Source: https://learn.microsoft.com/en-us/graph/api/resources/licenseassignmentstate.
    """
    rows = _rows(roots, "licenseAssignmentStates")
    return {"skus": [_known(row, "skuId") for row in rows if row.get("assignedByGroup") is None]}


def _slack_member(roots: Values) -> Values:
    """Who has a username in Slack: its API finds people by ids and addresses alone. Names may be those of people who
    have left, too; who is there comes first."""
    wanted = to_text(_object(roots.get("inputs")).get("username")).strip().removeprefix("@").lower()
    found = [row for row in _rows(roots, "members") if to_text(row.get("name")).lower() == wanted]
    found.sort(key=lambda row: row.get("deleted") is True)
    if not found:
        what = f"Nobody in the workspace has the username {wanted!r}."
        raise CardError.bad_input("username", what, "Check the name that the card is given; it is no full name.")
    return {"id": found[0].get("id")}


def _attributes(schema: JSON) -> frozenset[str]:
    """The attributes that an app has of its users, as its schema says."""
    parts = _object(_object(schema).get("body")).get("definitions")
    if not isinstance(parts, dict):
        raise AnswerLacks("schema", f"an object should be at definitions, and there is {kind_of(parts)}.")
    return frozenset(name for part in parts.values() for name in _object(_object(part).get("properties")))


def _rows(roots: Values, name: str) -> list[Values]:
    """The objects of a list that each answer has, also where it is empty."""
    rows = _object(roots.get("body")).get(name)
    if not isinstance(rows, list):
        raise AnswerLacks("", f"a list should be at {name}, and there is {kind_of(rows)}.")
    return [_object(row) for row in rows]


def _known(row: Values, name: str) -> JSON:
    """What each entry of a list has."""
    if row.get(name) is None:
        raise AnswerLacks("", f"each entry should have {name}, and there is an entry without it.")
    return row[name]


def _object(value: JSON) -> Values:
    return value if isinstance(value, dict) else {}


SHAPES: Mapping[ShapeName, Callable[[Values], Values]] = {
    "people_for_import": _people_for_import,
    "people_handed_over": _people_handed_over,
    "license_results": _license_results,
    "own_licenses": _own_licenses,
    "slack_member": _slack_member,
}
