"""The first day of all tenants: who is there, and what everybody has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keyturn.sandbox.accounts import Accounts, seeded
from keyturn.sandbox.crowd import crowd
from keyturn.sandbox.google.seed import google_shelves
from keyturn.sandbox.graph.seed import graph_shelves
from keyturn.sandbox.graph.stock import stock_shelves
from keyturn.sandbox.okta.object_seed import object_shelves
from keyturn.sandbox.okta.seed import okta_shelves
from keyturn.sandbox.people import company
from keyturn.sandbox.scim.seed import scim_shelves
from keyturn.sandbox.slack.seed import slack_shelves
from keyturn.sandbox.values import Shelf


@dataclass(frozen=True)
class FirstDay:
    """Accounts, and the documents on the shelves."""

    accounts: Accounts
    shelves: dict[str, Shelf]


def first_day(now: datetime, count: int = 0) -> FirstDay:
    """The company as it is found; each tenant adds what it holds. If so many people are to be in the Okta org, a crowd
    comes to those that the company has."""
    people = company()
    accounts = seeded(now)
    shelves = {
        **okta_shelves(people, accounts),
        **object_shelves(accounts),
        **graph_shelves(people, accounts),
        **stock_shelves(people, accounts),
        **google_shelves(people, accounts),
        **slack_shelves(people),
        **scim_shelves(people),
    }
    accounts.okta += crowd(count - len(people))
    return FirstDay(accounts, shelves)
