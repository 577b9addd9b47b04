"""One person across all tenants, as an auditor looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.sandbox.core import Core
from keyturn.sandbox.crowd import CROWD_DOMAIN
from keyturn.sandbox.people import Person, company
from keyturn.sandbox.slack.seed import slack_id
from keyturn.sandbox.values import Json, JsonObject, Shelf, as_list, as_object, as_text, normal

GONE = "DELETED"


class Persons:
    """Everybody of the company, and whoever was made in a tenant since."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._company = {normal(person.login): person for person in company()}

    def logins(self) -> Iterator[str]:
        """The logins of all of them, the company first."""
        told = set(self._company)
        yield from (person.login for person in self._company.values())
        accounts = self._core.world.accounts
        for login in (
            account.login for tenant in (accounts.okta, accounts.graph, accounts.google) for account in tenant
        ):
            if normal(login) not in told and not login.endswith(f"@{CROWD_DOMAIN}"):
                told.add(normal(login))
                yield login

    def known(self, login: str) -> bool:
        """Whether there is such a person anywhere."""
        accounts = self._core.world.accounts
        found = (accounts.find_okta(login), accounts.find_graph(login), accounts.find_google(login))
        return normal(login) in self._company or any(account is not None for account in found)

    def row(self, login: str) -> JsonObject:
        """Who it is, and the status in the three directories."""
        detail = self.detail(login)
        okta, graph, google = (as_object(detail[tenant]) for tenant in ("okta", "graph", "google"))
        graph_status = {True: "enabled", False: "disabled", None: "deleted"}
        google_status = {True: "suspended", False: "active", None: "deleted"}
        return {
            **{name: detail[name] for name in ("login", "name", "title", "department")},
            "okta": okta["status"],
            "graph": graph_status[_flag(graph["accountEnabled"])],
            "google": google_status[_flag(google["suspended"])],
        }

    def detail(self, login: str) -> JsonObject:
        """Everything that the tenants know."""
        person = self._company.get(normal(login))
        return {
            **self._who(login, person),
            "okta": self._okta(login),
            "graph": self._graph(login),
            "google": self._google(login),
            "slack": self._slack(login),
            "scim": self._scim(login),
            "holds": self._holds(login),
        }

    def _who(self, login: str, person: Person | None) -> JsonObject:
        if person is not None:
            return {
                "login": person.login,
                "name": person.name,
                "title": person.title,
                "department": person.department,
                "manager": person.manager,
                "guest": person.guest,
                "admin": person.admin,
            }
        account = self._core.world.accounts.find_okta(login)
        profile = account.profile if account is not None else {}
        name = as_text(profile.get("displayName")) or login
        who: JsonObject = {"login": login, "name": name, "title": as_text(profile.get("title"))}
        more: JsonObject = {"department": as_text(profile.get("department")), "manager": None, "guest": False}
        return {**who, **more, "admin": False}

    def _okta(self, login: str) -> JsonObject:
        found = self._core.world.accounts.find_okta(login)
        if found is None:
            return {"id": None, "status": GONE, "sessions": 0, "lastLogin": None}
        return {
            "id": found.id,
            "status": found.status,
            "sessions": len(found.sessions),
            "lastLogin": found.last_login,
        }

    def _graph(self, login: str) -> JsonObject:
        found = self._core.world.accounts.find_graph(login)
        if found is None:
            return {"id": None, "accountEnabled": None, "sessions": 0}
        return {"id": found.id, "accountEnabled": found.enabled, "sessions": len(found.sessions)}

    def _google(self, login: str) -> JsonObject:
        found = self._core.world.accounts.find_google(login)
        if found is None:
            return {"id": None, "suspended": None, "sessions": 0, "tokens": 0}
        return {
            "id": found.id,
            "suspended": found.suspended,
            "sessions": len(found.sessions),
            "tokens": len(found.tokens),
        }

    def _slack(self, login: str) -> JsonObject:
        key = slack_id("U", login)
        found = self._core.shelf("slack.users").get(key)
        if found is None:
            return {"id": None, "active": None, "sessions": 0}
        sessions = self._core.shelf("slack.sessions").get(key, {})
        return {"id": key, "active": found["deleted"] is not True, "sessions": len(sessions)}

    def _scim(self, login: str) -> JsonObject:
        rows = self._core.shelf("scim.User").values()
        found = next((row for row in rows if normal(as_text(row.get("userName"))) == normal(login)), None)
        if found is None:
            return {"id": None, "active": None, "groups": []}
        groups = self._core.shelf("scim.Group").values()
        own = [row["displayName"] for row in groups if found["id"] in _values(row.get("members"))]
        return {"id": found["id"], "active": found.get("active") is not False, "groups": own}

    def _holds(self, login: str) -> JsonObject:
        """Groups, applications, licences and devices."""
        accounts, shelf = self._core.world.accounts, self._core.shelf
        okta, graph, google = accounts.find_okta(login), accounts.find_graph(login), accounts.find_google(login)
        held: JsonObject = {}
        if okta is not None:
            groups = _groups(shelf("okta.groups"), shelf("okta.members"), okta.id)
            held["okta groups"] = [as_object(group["profile"])["name"] for group in groups]
            assigned = shelf("okta.app_users")
            apps = [row["label"] for key, row in shelf("okta.apps").items() if okta.id in assigned.get(key, {})]
            held["okta apps of its own"] = list(apps)
            held["okta factors"] = _names(shelf("okta.factors").get(okta.id, {}), "factorType")
        if graph is not None:
            groups = _groups(shelf("graph.groups"), shelf("graph.members"), graph.id)
            held["graph groups"] = [group["displayName"] for group in groups]
            owned = shelf("graph.licences").get(graph.id, {})
            parts = [row["skuPartNumber"] for row in shelf("graph.skus").values() if row["skuId"] in owned]
            held["graph licences"] = list(parts)
            owners = shelf("graph.device_owners")
            devices = [row for key, row in shelf("graph.devices").items() if graph.id in owners.get(key, {})]
            held["graph devices"] = [row["displayName"] for row in devices]
        if google is not None:
            groups = _groups(shelf("google.groups"), shelf("google.members"), google.id)
            held["google groups"] = [group["email"] for group in groups]
            held["google licences"] = _names(shelf("google.licences").get(google.id, {}), "skuId")
        return held


def _groups(groups: Shelf, members: Shelf, key: str) -> list[JsonObject]:
    return [group for group_id, group in groups.items() if key in members.get(group_id, {})]


def _names(rows: JsonObject, name: str) -> list[Json]:
    return [as_object(row).get(name) for row in rows.values()]


def _values(members: Json) -> list[Json]:
    return [as_object(member).get("value") for member in as_list(members)]


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None
