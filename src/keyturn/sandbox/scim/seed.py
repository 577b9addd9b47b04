"""What the pretend SCIM application holds on its first day: an account for everybody, a group for each department."""

from __future__ import annotations

from keyturn.sandbox.holdings import teams, uuid_of
from keyturn.sandbox.people import COMPANY, Person
from keyturn.sandbox.values import Json, JsonObject, Shelf

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_SEEDED_AT = "2026-01-05T08:00:00Z"


def scim_id(name: str) -> str:
    """The id that something of the first day always has."""
    return uuid_of(f"scim/{name}")


def scim_shelves(people: tuple[Person, ...]) -> dict[str, Shelf]:
    """Users and groups by id, as SCIM writes them."""
    by_login = {person.login: person for person in people}
    staff = [team for team in teams(people) if team.slug == team.name.lower()]
    return {
        "scim.User": {scim_id(person.login): _user(person, by_login) for person in people},
        "scim.Group": {scim_id(f"group/{team.slug}"): _group(team.slug, team.name, team.members) for team in staff},
    }


def _meta(kind: str, key: str) -> JsonObject:
    return {"resourceType": kind, "created": _SEEDED_AT, "lastModified": _SEEDED_AT, "version": f'W/"{key[:8]}"'}


def _user(person: Person, by_login: dict[str, Person]) -> JsonObject:
    key = scim_id(person.login)
    enterprise: JsonObject = {
        "employeeNumber": f"{1000 + person.number}",
        "organization": COMPANY,
        "department": person.department,
    }
    if person.manager is not None:
        enterprise["manager"] = {
            "value": scim_id(person.manager),
            "$ref": f"Users/{scim_id(person.manager)}",
            "displayName": by_login[person.manager].name,
        }
    return {
        "schemas": [USER, ENTERPRISE],
        "id": key,
        "externalId": f"nw-{person.number}",
        "userName": person.login,
        "name": {"formatted": person.name, "givenName": person.given, "familyName": person.family},
        "displayName": person.name,
        "title": person.title,
        "userType": "Contractor" if person.guest else "Employee",
        "active": True,
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        "phoneNumbers": [{"value": f"+1-555-01{person.number:02d}", "type": "mobile"}],
        ENTERPRISE: enterprise,
        "meta": _meta("User", key),
    }


def _group(slug: str, name: str, members: tuple[Person, ...]) -> JsonObject:
    key = scim_id(f"group/{slug}")
    rows: list[Json] = [
        {
            "value": scim_id(person.login),
            "$ref": f"Users/{scim_id(person.login)}",
            "type": "User",
            "display": person.name,
        }
        for person in members
    ]
    return {"schemas": [GROUP], "id": key, "displayName": name, "members": rows, "meta": _meta("Group", key)}
