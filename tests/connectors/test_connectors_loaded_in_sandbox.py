"""Every request of built-in manifests that loads choices or fields, carried out at the pretend tenants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from support_connectors import NOW, Clock

from keyturn.connections.alone import MemoryBudgets, MemoryConnections, MemoryHealth, authoriser_alone
from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.choices import ChoiceLoader, Loaded
from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.json import JSON
from keyturn.http import HttpClient, HttpSettings
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"
TENANTS = {
    "okta": "okta",
    "okta_devices": "okta",
    "office365": "graph",
    "google_workspace": "google",
    "slack": "slack",
    "scim": "scim",
}
# What has no pretend tenant of its own is answered by the recorder, by its manifest.
WITHOUT_TENANT = {"api_connector", "github", "smtp", "workday"}
# What there is nothing of on the first day.
NONE_YET = {"google_workspace.custom_schemas"}
# What no card asks for.
UNUSED = {("office365", "domains")}
REGISTRY = ConnectorRegistry()


def built_in(connector: str) -> CompiledManifest:
    found = REGISTRY.connector(connector)
    assert found is not None
    return found


def loads() -> list[tuple[str, str, str]]:
    """Each with a card and a field that it is loaded for: connector, name, `card field`."""
    found: dict[tuple[str, str], str] = {}
    for connector in TENANTS:
        for name, spec in built_in(connector).cards.items():
            variants = [field for variant in spec.variants for field in (*variant.inputs, *variant.outputs)]
            for field in (*spec.options, *spec.inputs, *variants, *spec.outputs):
                for told, each in [(field.name, field), *((f"{field.name}.{one.name}", one) for one in field.fields)]:
                    if loaded := each.choices_from or each.fields_from:
                        found.setdefault((connector, loaded), f"{name} {told}")
    return [(connector, name, at) for (connector, name), at in found.items()]


class Desk:
    """What designers load, with the sandbox behind all connections."""

    def __init__(self, http: HttpClient, authoriser: Authoriser) -> None:
        notes, budgets = HealthNotes(MemoryHealth(), Clock()), RateBudgets(MemoryBudgets(Clock()), Clock())
        self._loader = ChoiceLoader(REGISTRY, authoriser, http, Clock(), notes, budgets)

    async def load(self, connector: str, at: str, **given: JSON) -> Loaded:
        card, _, field = at.partition(" ")
        return await self._loader.load(connector, card, field, given)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Sandbox(SandboxConfig(hook_timeout=0.2)) as running:
        store = MemoryConnections()
        hosts = tuple(urlsplit(one["base_url"]).netloc for one in running.urls.values())
        http = HttpClient(HttpSettings(allow=hosts))
        authoriser = authoriser_alone(http, store, Vault(bytes(32)), Clock())
        for connector, tenant in TENANTS.items():
            there = running.urls[tenant]
            sealed = authoriser.seal(connector, {"token": there["token"]})
            settings = {"prefix": "SSWS"} if tenant == "okta" else {}
            named, base = (connector, connector, connector, AuthKind.BEARER), there["base_url"]
            await store.put(Connection(*named, base, settings, sealed, NOW, NOW))
        yield Desk(http, authoriser)
        await http.aclose()


def test_each_that_there_is_is_tried() -> None:
    tried = {(connector, name) for connector, name, _ in loads()}
    for connector in [name for name in REGISTRY.names() if name not in WITHOUT_TENANT]:
        model = built_in(connector).model
        assert {(connector, name) for name in (*model.choices, *model.fields)} - UNUSED <= tried


@pytest.mark.parametrize(("connector", "name", "at"), [pytest.param(*one, id=".".join(one[:2])) for one in loads()])
async def test_the_tenant_answers(desk: Desk, connector: str, name: str, at: str) -> None:
    apps = await desk.load("okta", "okta.read_application app") if "app" in name else None
    app = apps.choices[0].value if apps is not None and apps.choices else None
    loaded = await desk.load(connector, at, user=EVA, app=app)
    some = bool(loaded.choices or loaded.fields)
    assert some is (f"{connector}.{name}" not in NONE_YET)


async def test_the_attributes_that_a_microsoft_tenant_has_are_fields_with_types(desk: Desk) -> None:
    loaded = await desk.load("office365", "office365.create_user profile")
    shown = [(one.name.rpartition("_")[2], str(one.type)) for one in loaded.fields]
    assert shown == [("costCenter", "text"), ("approvalLimit", "number")]


async def test_what_an_app_of_okta_has_of_people_are_fields_by_the_app(desk: Desk) -> None:
    apps = {one.label: one.value for one in (await desk.load("okta", "okta.read_application app")).choices}
    shown = {}
    for label in ("Slack", "Salesforce"):
        loaded = await desk.load("okta", "okta.assign_user_to_app profile", app=apps[label])
        shown[label] = {one.name: str(one.type) for one in loaded.fields}
    assert {"given_name": "text", "family_name": "text", "email": "text"}.items() <= shown["Slack"].items()
    assert shown["Salesforce"].keys() - shown["Slack"].keys() == {"role", "salesforceGroups"}
