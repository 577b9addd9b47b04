"""What the company's people have, the same in every tenant: teams, licences, devices.

Derived from who they are, so that it is believable and always the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from keyturn.sandbox.people import DOMAIN, Person

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LAPTOPS = (
    ("MacBook Pro 14", "Apple", "macOS", "15.6"),
    ("ThinkPad X1 Carbon", "LENOVO", "Windows", "10.0.26100"),
    ("Latitude 7450", "Dell Inc.", "Windows", "10.0.22631"),
)
_PHONES = (("iPhone 16", "Apple", "iOS", "18.6"), ("Pixel 9", "Google", "Android", "16"))
_REMEMBERED = 8_192
_DEVELOPING = ("Engineering", "Security", "IT")


@dataclass(frozen=True)
class Team:
    """A group of people that every tenant has. `slug` is its name in addresses."""

    slug: str
    name: str
    about: str
    members: tuple[Person, ...]
    owners: tuple[Person, ...]


@dataclass(frozen=True)
class Device:
    """A computer or a phone that somebody uses."""

    key: str
    owner: Person
    name: str
    model: str
    maker: str
    system: str
    version: str
    serial: str
    phone: bool


@lru_cache(_REMEMBERED)
def number_of(text: str) -> int:
    """A large number that always belongs to this text."""
    return int.from_bytes(sha256(text.encode()).digest()[:16])


@lru_cache(_REMEMBERED)
def word_of(text: str, length: int) -> str:
    """Letters and digits that always belong to this text."""
    number, letters = number_of(text), ""
    for _ in range(length):
        number, place = divmod(number, 62)
        letters += _BASE62[place]
    return letters


@lru_cache(_REMEMBERED)
def uuid_of(text: str) -> str:
    """A UUID that always belongs to this text."""
    return str(uuid.uuid5(_NAMESPACE, text))


def teams(people: tuple[Person, ...]) -> tuple[Team, ...]:
    """Each department, and some groups across them."""
    departments = sorted({person.department for person in people})
    bosses = {person.manager for person in people}
    found = [
        Team(
            slug=department.lower(),
            name=department,
            about=f"Everybody in {department}",
            members=tuple(person for person in people if person.department == department),
            owners=_heads(people, department),
        )
        for department in departments
    ]
    admins = tuple(person for person in people if person.admin)
    across: tuple[tuple[str, str, str, Callable[[Person], bool]], ...] = (
        ("all-staff", "All Staff", "Everybody who is employed", lambda one: not one.guest),
        ("managers", "Managers", "Everybody whom somebody reports to", lambda one: one.login in bosses),
        ("vpn-users", "VPN Users", "May connect from outside", lambda one: one.department in _DEVELOPING),
        ("contractors", "Contractors", "People of other companies", lambda one: one.guest),
    )
    found += [
        Team(slug, name, about, tuple(person for person in people if belongs(person)), admins)
        for slug, name, about, belongs in across
    ]
    return tuple(found)


def _heads(people: tuple[Person, ...], department: str) -> tuple[Person, ...]:
    """Who reports to nobody of the own department."""
    inside = {person.login for person in people if person.department == department}
    return tuple(one for one in people if one.login in inside and one.manager not in inside)


def devices(people: tuple[Person, ...]) -> tuple[Device, ...]:
    """A laptop for everybody who is employed, and a phone for every second person."""
    found: list[Device] = []
    for person in people:
        if person.guest:
            continue
        found.append(_device(person, _LAPTOPS[person.number % len(_LAPTOPS)], phone=False))
        if person.number % 2:
            found.append(_device(person, _PHONES[person.number % len(_PHONES)], phone=True))
    return tuple(found)


def _device(person: Person, kind: tuple[str, str, str, str], *, phone: bool) -> Device:
    model, maker, system, version = kind
    key = f"{person.login}/{'phone' if phone else 'laptop'}"
    return Device(
        key=key,
        owner=person,
        name=f"NW-{'PH' if phone else 'LT'}-{1000 + person.number}",
        model=model,
        maker=maker,
        system=system,
        version=version,
        serial=word_of(f"serial {key}", 12).upper(),
        phone=phone,
    )
