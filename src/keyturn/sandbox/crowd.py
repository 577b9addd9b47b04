"""Any number of further people of the Okta org, for those who want to see what a large one does to a flow.

They are employees and nothing more: in no group, without devices, and in no other tenant. The control server does not
list them among the people.
"""

from __future__ import annotations

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.people import COMPANY, DOMAIN

CROWD_DOMAIN = f"crowd.{DOMAIN}"
_DEPARTMENTS = ("Warehouse", "Transport", "Stores", "Service")


def crowd(count: int) -> list[OktaAccount]:
    """So many accounts, always the same ones."""
    return [_account(number) for number in range(1, count + 1)]


def _account(number: int) -> OktaAccount:
    login = f"person{number:06d}@{CROWD_DOMAIN}"
    return OktaAccount(
        id=f"00ucrowd{number:012d}",
        login=login,
        profile={
            "login": login,
            "email": login,
            "firstName": "Person",
            "lastName": f"{number:06d}",
            "displayName": f"Person {number:06d}",
            "title": "Associate",
            "department": _DEPARTMENTS[number % len(_DEPARTMENTS)],
            "organization": COMPANY,
            "userType": "Employee",
            "secondEmail": None,
            "mobilePhone": None,
        },
        admin=False,
    )
