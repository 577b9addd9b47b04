"""Every action of every connector is carried out over the network, by the real HTTP client.

It goes to the sandbox's tenant of its vendor, which starts each time as on its first day, and has to get done there.
Where the tenant has no such operation, or there is no tenant of the vendor, it goes to the recorder. What a tenant
answers is held against the vendor's description of the operation, where that is beside the checkout.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request as Plain
from urllib.request import urlopen
from uuid import UUID

import pytest
from support.recorder import Schemas
from support.sandbox_thread import Urls, sandbox_thread
from support_connectors import NOW, Clock
from test_connectors_every_action import SPECS, model_of

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.vendor import Description, read_description
from keyturn.flows.actions import ActionCall, PageAsked
from keyturn.flows.json import JSON, Values
from keyturn.http import HttpClient, Request, Response
from keyturn.sandbox import SandboxConfig
from keyturn.sandbox.client import SandboxClient

REGISTRY = ConnectorRegistry()
TENANTS = {
    "okta": "okta",
    "okta_devices": "okta",
    "office365": "graph",
    "google_workspace": "google",
    "slack": "slack",
    "scim": "scim",
}
SPEC_OF = {"okta": "okta-management.json", "graph": "graph-v1.json", "slack": "slack-web.json", "scim": "scim2.json"}
EVA, MIA = "eva.horvat@northwind.example", "chidi.eze@northwind.example"
Given = dict[str, JSON]


@dataclass
class Company:
    """The sandbox's first day: what actions are given in place of the examples of their inputs."""

    urls: Urls
    control: SandboxClient
    known: dict[str, Given] = field(default_factory=dict[str, Given])

    def get(self, tenant: str, path: str) -> Any:
        token = self.urls[tenant]["token"]
        scheme = "SSWS " if tenant == "okta" else "Bearer "
        request = Plain(self.urls[tenant]["base_url"] + path, headers={"Authorization": scheme + token})
        with urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


def okta_of(company: Company) -> Given:
    users = company.get("okta", "/api/v1/users")
    eva = next(user for user in users if user["profile"]["login"] == EVA)
    mia = next(user for user in users if user["profile"]["login"] == MIA)
    groups = company.get("okta", "/api/v1/groups?filter=type%20eq%20%22OKTA_GROUP%22")
    factors = company.get("okta", f"/api/v1/users/{eva['id']}/factors")
    return {
        "user": eva["id"],
        "primary": mia["id"],
        "owner": mia["id"],
        "group": groups[0]["id"],
        "source_group": groups[0]["id"],
        "app": company.get("okta", "/api/v1/apps")[0]["id"],
        "device": company.get("okta", "/api/v1/devices")[0]["id"],
        "factor": factors[0]["id"],
    }


def graph_of(company: Company) -> Given:
    users = {one["userPrincipalName"]: one["id"] for one in company.get("graph", "/v1.0/users?$top=200")["value"]}
    groups = company.get("graph", "/v1.0/groups")["value"]
    eva = users[EVA]
    methods = company.get("graph", f"/v1.0/users/{eva}/authentication/methods")["value"]
    method = next(one for one in methods if "password" not in one["@odata.type"])
    skus = company.get("graph", "/v1.0/subscribedSkus")["value"]
    held = company.get("graph", f"/v1.0/users/{eva}?$select=assignedLicenses")["assignedLicenses"]
    return {
        "user": eva,
        "manager": users[MIA],
        "owner": users[MIA],
        "group": next(one["id"] for one in groups if "Unified" in one["groupTypes"]),
        "role": company.get("graph", "/v1.0/directoryRoles")["value"][0]["id"],
        "device": company.get("graph", "/v1.0/devices")["value"][0]["id"],
        "method": method["id"],
        "sku": held[0]["skuId"] if held else skus[0]["skuId"],
    }


def google_of(company: Company) -> Given:
    root = "/admin/directory/v1"
    devices = f"{root}/customer/my_customer/devices"
    people = company.get("google", f"{root}/users?customer=my_customer&maxResults=60")["users"]
    asps = {one["primaryEmail"]: company.get("google", f"{root}/users/{one['id']}/asps") for one in people[8:12]}
    owner = next(login for login, held in asps.items() if "items" in held)
    return {
        "user": owner,
        "id": company.get("google", f"{root}/users/{owner}")["id"],
        "other": company.get("google", f"{root}/users/{MIA}")["id"],
        "group": company.get("google", f"{root}/groups?customer=my_customer")["groups"][0]["email"],
        "device": company.get("google", f"{devices}/mobile")["mobiledevices"][0]["resourceId"],
        "chrome": company.get("google", f"{devices}/chromeos")["chromeosdevices"][0]["deviceId"],
        "client": company.get("google", f"{root}/users/{owner}/tokens")["items"][0]["clientId"],
        "code": str(asps[owner]["items"][0]["codeId"]),
        "role": company.get("google", f"{root}/customer/my_customer/roles")["items"][1]["roleId"],
    }


def slack_of(company: Company) -> Given:
    users = company.get("slack", "/api/users.list")["members"]
    eva = next(one for one in users if one["profile"].get("email") == EVA)
    channels = company.get("slack", "/api/conversations.list")["channels"]
    return {"user": eva["id"], "channel": channels[0]["id"], "team": eva["team_id"]}


def scim_of(company: Company) -> Given:
    users = company.get("scim", "/scim/v2/Users")["Resources"]
    groups = company.get("scim", "/scim/v2/Groups")["Resources"]
    return {"user": users[0]["id"], "group": groups[0]["id"]}


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with sandbox_thread(SandboxConfig(hook_timeout=0.2, connectors=REGISTRY.documents)) as urls:
        made = Company(urls, SandboxClient(urls))
        made.known = {
            "okta": okta_of(made),
            "graph": graph_of(made),
            "google": google_of(made),
            "slack": slack_of(made),
            "scim": scim_of(made),
        }
        yield made


@lru_cache(maxsize=30)
def described(name: str) -> tuple[Description, Schemas] | None:
    path = SPECS / name
    if not path.is_file():
        return None
    found = read_description(path)
    return found, Schemas(found)


class Checked:
    """The HTTP client, whose answers are held against the vendor's description."""

    def __init__(self, http: HttpClient, spec: str | None) -> None:
        self._http = http
        self._known = described(spec) if spec else None
        self.complaints: list[str] = []

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response:
        response = await self._http.send(request, before_send=before_send, on_answer=on_answer)
        if self._known is not None and 200 <= response.status < 300 and response.body:
            description, schemas = self._known
            operation = description.find(request.method, urlsplit(request.url).path)
            schema = operation.answers.get(response.status) if operation else None
            if operation is not None and schema is not None:
                found = schemas.complaints(schema, without_nulls(json.loads(response.body)))
                self.complaints += [f"{operation.id}: {what}" for what in found]
        return response


def without_nulls(value: Any) -> Any:
    """Vendors write null where their own descriptions say text."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


@dataclass
class Way:
    """The way to one connector's app, by a connection."""

    company: Company
    http: HttpClient

    async def act(self, card: str, tenant: str, inputs: Values, options: Values) -> tuple[Any, list[str], list[Any]]:
        """The outcome, what is wrong with answers, and what the ledger has of it."""
        connector = card.partition(".")[0]
        there = self.company.urls[tenant]
        base = there["base_url"] + (f"/{connector}" if tenant == "recorder" else "")
        checked = Checked(self.http, SPEC_OF.get(tenant) or google_spec(card, tenant))
        store = MemoryConnections()
        authoriser = authoriser_alone(checked, store, Vault(bytes(32)), Clock())
        settings = {"prefix": "SSWS"} if tenant == "okta" else {}
        sealed = authoriser.seal("c", {"token": there["token"]})
        await store.put(Connection("c", connector, "c", AuthKind.BEARER, base, settings, sealed, NOW, NOW))
        actions = actions_alone(REGISTRY, authoriser, checked, Clock())
        spec = REGISTRY.get(card)
        assert spec is not None
        run = UUID(int=7)
        call = ActionCall(run, run, "flow", "card", "card", card, "c", options, inputs, 1, lambda: None)
        call.page = PageAsked() if spec.signature(options).streams else None
        before = len(self.company.control.ledger())
        outcome = await actions.perform(call)
        return outcome, checked.complaints, self.company.control.ledger(before)


def google_spec(card: str, tenant: str) -> str | None:
    operation = model_of(card).operation
    return operation.spec if tenant == "google" and operation is not None else None


def actions() -> list[str]:
    found: list[str] = []
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        found += [f"{name}.{action.key}" for action in manifest.model.actions]
    return found
