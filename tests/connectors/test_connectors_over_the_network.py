"""Every action of every connector is carried out over the network, by the real HTTP client.

It goes to the sandbox's tenant of its vendor, which starts each time as on its first day, and has to get done there.
Where the tenant has no such operation, or there is no tenant of the vendor, it goes to the recorder. What a tenant
answers is held against the vendor's description of the operation, where that is beside the checkout.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request as Plain
from urllib.request import urlopen
from uuid import UUID

import pytest
import pytest_asyncio
from support.recorder import Schemas
from support.sandbox_thread import Urls, sandbox_thread
from support_connectors import NOW, Clock
from support_first_day import (
    BEFORE,
    CHANGES_TWICE,
    DELETES,
    EVA,
    GIVEN,
    MAKES,
    MIA,
    NOBODY,
    REFUSED,
    SILENT,
    SO_BEFORE,
    Given,
)
from test_connectors_every_action import SPECS, choices_of, inputs_for, model_of

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.performing import Past
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.vendor import Description, read_description
from keyturn.flows.actions import ActionCall, Done, Failed, PageAsked, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import EffectClass
from keyturn.http import HttpClient, HttpSettings, Request, Response
from keyturn.sandbox.client import SandboxClient
from keyturn.sandbox.config import SandboxConfig

REGISTRY = ConnectorRegistry()
NO_PAST = Past()
TENANTS = {
    "okta": "okta",
    "okta_devices": "okta",
    "office365": "graph",
    "google_workspace": "google",
    "slack": "slack",
    "scim": "scim",
}


@dataclass
class Company:
    """The sandbox's first day: what actions are given in place of the examples of their inputs."""

    urls: Urls
    control: SandboxClient
    known: dict[str, Given] = field(default_factory=dict[str, Given])

    seen: int = 0

    def news(self) -> list[Any]:
        """What the ledger has since it was asked last."""
        rows = self.control.ledger(self.seen)
        self.seen += len(rows)
        return rows

    def get(self, tenant: str, path: str) -> Any:
        token = self.urls[tenant]["token"]
        scheme = "SSWS " if tenant == "okta" else "Bearer "
        request = Plain(self.urls[tenant]["base_url"] + path, headers={"Authorization": scheme + token})
        with urlopen(request, timeout=60) as answer:
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
    eva, group = users[EVA], next(one["id"] for one in groups if "Unified" in one["groupTypes"])
    methods = company.get("graph", f"/v1.0/users/{eva}/authentication/methods")["value"]
    method = next(one for one in methods if "password" not in one["@odata.type"])
    skus = company.get("graph", "/v1.0/subscribedSkus")["value"]
    held = company.get("graph", f"/v1.0/users/{eva}?$select=assignedLicenses")["assignedLicenses"]
    return {
        "user": eva,
        "manager": users[MIA],
        "owner": users[MIA],
        "group": group,
        "role": company.get("graph", "/v1.0/directoryRoles")["value"][0]["id"],
        "device": company.get("graph", "/v1.0/devices")["value"][0]["id"],
        "managed": company.get("graph", "/v1.0/deviceManagement/managedDevices")["value"][0]["id"],
        "owners": f"/v1.0/groups/{group}/owners/$ref",
        "reference": f"https://graph.microsoft.com/v1.0/directoryObjects/{eva}",
        "grants": f"/v1.0/users/{eva}/appRoleAssignments",
        "app_of_graph": company.get("graph", "/v1.0/servicePrincipals")["value"][0]["id"],
        "method": method["id"],
        "authenticator": next(one["id"] for one in methods if "microsoftAuthenticator" in one["@odata.type"]),
        "emails": f"/v1.0/users/{eva}/authentication/emailMethods",
        "temporary_access_passs": f"/v1.0/users/{eva}/authentication/temporaryAccessPassMethods",
        "sku": held[0]["skuId"] if held else skus[0]["skuId"],
    }


def google_of(company: Company) -> Given:
    root = "/admin/directory/v1"
    devices = f"{root}/customer/my_customer/devices"
    people = company.get("google", f"{root}/users?customer=my_customer&maxResults=60")["users"]
    asps = {one["primaryEmail"]: company.get("google", f"{root}/users/{one['id']}/asps") for one in people[8:12]}
    groups = company.get("google", f"{root}/groups?customer=my_customer")["groups"]
    owner = next(login for login, held in asps.items() if "items" in held)
    mine = [one["email"] for one in company.get("google", f"{root}/groups?userKey={owner}")["groups"]]
    return {
        "user": owner,
        "id": company.get("google", f"{root}/users/{owner}")["id"],
        "other": company.get("google", f"{root}/users/{MIA}")["id"],
        "group": next(one["email"] for one in groups if one["email"] not in mine),
        "device": company.get("google", f"{devices}/mobile")["mobiledevices"][0]["resourceId"],
        "chrome": company.get("google", f"{devices}/chromeos")["chromeosdevices"][0]["deviceId"],
        "client": company.get("google", f"{root}/users/{owner}/tokens")["items"][0]["clientId"],
        "code": str(asps[owner]["items"][0]["codeId"]),
        "transfer_app": company.get("google", "/admin/datatransfer/v1/applications")["applications"][0]["id"],
        "admin_role": company.get("google", f"{root}/customer/my_customer/roles")["items"][1]["roleId"],
    }


def slack_of(company: Company) -> Given:
    users = company.get("slack", "/api/users.list")["members"]
    eva = next(one for one in users if one["profile"].get("email") == EVA)
    channels = company.get("slack", "/api/conversations.list")["channels"]
    members = {one["id"]: company.get("slack", f"/api/conversations.members?channel={one['id']}") for one in channels}
    other = next(key for key, held in members.items() if eva["id"] not in held["members"])
    groups = company.get("slack", "/api/usergroups.list")["usergroups"]
    general = channels[0]["id"]
    return {"user": eva["id"], "channel": general, "other": other, "usergroup": groups[0]["id"], "team": eva["team_id"]}


def scim_of(company: Company) -> Given:
    users = company.get("scim", "/scim/v2/Users")["Resources"]
    groups = company.get("scim", "/scim/v2/Groups")["Resources"]
    return {"user": users[0]["id"], "username": users[0]["userName"], "group": groups[0]["id"]}


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
                body = json.loads(response.body)
                found = schemas.complaints(schema, body if "swagger" in description.document else without_nulls(body))
                self.complaints += [f"{operation.id}: {what}" for what in found if "'@odata." not in what]
        return response


def without_nulls(value: Any) -> Any:
    """Vendors write null where their own descriptions say text."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


# Actions whose operation the tenant of the vendor does not have.
ON_THE_RECORDER: frozenset[str] = frozenset()


def named(card: str, chosen: Given) -> str:
    """A card, or one of its choices."""
    return " ".join([card, *map(str, chosen.values())])


def inputs_of(
    company: Company, tenant: str, card: str, options: Values, more: Given, chosen: Given | None = None
) -> Values:
    """What a card is given: examples, with the company's own things by the names of inputs."""
    spec = REGISTRY.get(card)
    assert spec is not None
    known = company.known.get(tenant, {})
    examples = (
        {one.name: one.example for one in model_of(card).fields} if not card.endswith(".custom_api_action") else {}
    )
    examples |= {name: value for name, value in known.items() if name in examples}
    wanted = {**GIVEN.get(card, {}), **GIVEN.get(named(card, chosen or {}), {})}
    own = {name: own_thing(value, known) for name, value in wanted.items()}
    given = inputs_for(spec, options, examples, every=False)
    fitting = {name: value for name, value in {**more, **own}.items() if name in given or name in own}
    return {**given, **fitting}


def own_thing(value: JSON, known: Given) -> JSON:
    if isinstance(value, list):
        return [own_thing(one, known) for one in value]
    if isinstance(value, dict):
        return {name: own_thing(one, known) for name, one in value.items()}
    return known[value[1:]] if isinstance(value, str) and value.startswith("@") else value


@dataclass
class Apps:
    """The way to the connectors' apps."""

    company: Company
    http: HttpClient
    last: tuple[Values, Values] = ({}, {})

    async def act(
        self,
        card: str,
        tenant: str,
        inputs: Values,
        options: Values,
        *,
        look: bool = False,
        past: Past = NO_PAST,
    ) -> tuple[Any, list[str], list[Any]]:
        """The outcome, what is wrong with answers, and what the ledger has of it."""
        connector = card.partition(".")[0]
        there = self.company.urls[tenant]
        base = there["base_url"] + (f"/{connector}" if tenant == "recorder" else "")
        named = None if card.endswith("custom_api_action") else model_of(card).operation
        checked = Checked(self.http, named.spec if named is not None and tenant != "recorder" else None)
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
        call.page, call.look = PageAsked() if spec.signature(options).streams else None, look
        call.unanswered, call.was_otherwise, call.on_otherwise = past.unanswered, past.was_otherwise, past.keep
        call.sent_at = past.sent_at
        outcome = await actions.perform(call)
        return outcome, checked.complaints, self.company.news()

    async def done(self, card: str, tenant: str, inputs: Values, options: Values) -> Values:
        """What an action gives that has to come before."""
        outcome, _, _ = await self.act(card, tenant, inputs, options)
        assert isinstance(outcome, Done), (card, outcome)
        return outcome.outputs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(company: Company) -> AsyncIterator[HttpClient]:
    hosts = tuple(urlsplit(one["base_url"]).netloc for one in company.urls.values())
    made = HttpClient(HttpSettings(allow=hosts))
    yield made
    await made.aclose()


@pytest.fixture
def apps(company: Company, http: HttpClient) -> Apps:
    company.control.reset(hooks=True)
    company.news()
    return Apps(company, http)


async def carried_out(apps: Apps, card: str, tenant: str, chosen: Given) -> tuple[Any, list[str], list[str]]:
    """The outcome on a tenant, after what has to come before; what is wrong with answers; what the ledger notes.

    Before it is carried out, looking has to tell that it is not so yet: a look that says yes to anything is none.
    """
    given, options = await prepared(apps, card, tenant, chosen)
    ensure, state = model_of(card).ensure, model_of(card).state
    if tenant != "recorder" and ensure is not None and state is not None and named(card, chosen) not in SO_BEFORE:
        looked, _, _ = await apps.act(card, tenant, given, options, look=True)
        assert not isinstance(looked, Done), looked
        assert state.anew or (isinstance(looked, Failed) and looked.not_there), looked
    outcome, complaints, ledger = await apps.act(card, tenant, given, options)
    return outcome, complaints, [row["note"] for row in ledger if row["note"]]


async def prepared(apps: Apps, card: str, tenant: str, chosen: Given) -> tuple[Values, Values]:
    """What a card is given and its options, after what has to come before."""
    more: Given = {}
    for step in BEFORE.get(named(card, chosen), BEFORE.get(card, ())) if tenant != "recorder" else ():
        spec = REGISTRY.get(step.card)
        assert spec is not None
        options: Values = {**next(choices_of(spec)), **step.options}
        known = apps.company.known[tenant]
        own = {name: own_thing(value, known) for name, value in step.inputs.items()}
        outputs = await apps.done(
            step.card, tenant, {**inputs_of(apps.company, tenant, step.card, options, more), **own}, options
        )
        given = outputs["body"] if isinstance(outputs.get("body"), dict) else outputs
        more |= {name: given[output] for name, output in step.gives.items()}
    spec = REGISTRY.get(card)
    assert spec is not None
    options = {**next(choices_of(spec)), **chosen}
    given = inputs_of(apps.company, tenant, card, options, more, chosen)
    if card == "slack.respond_to_command":
        given["url"] = f"{apps.company.urls[tenant]['base_url']}/commands/T1/2/abc"
    apps.last = given, options
    return given, options


def actions() -> list[Any]:
    """Each action as it is by itself, and with each other choice of each of its own options: they change what is sent.
    The options that all actions have, results and ensure, do not."""
    found: list[Any] = []
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        for one in manifest.model.actions:
            card = f"{name}.{one.key}"
            spec = REGISTRY.get(card)
            assert spec is not None
            found.append(pytest.param(card, {}, id=card))
            own = {option.name for option in one.options}
            for option in spec.options:
                for choice in option.choices if option.name in own else ():
                    if choice.value != option.default:
                        chosen = {option.name: choice.value}
                        found.append(pytest.param(card, chosen, id=f"{card}-{option.name}-{choice.value}"))
    return found


def test_only_what_nobody_can_look_at_before_does_not_tell_what_it_did() -> None:
    silent: set[str] = set()
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        for action in manifest.model.actions:
            if action.ensure is not None and not action.ensure.tells:
                silent.add(f"{name}.{action.key}")
                assert "so that whether there were any is not told" in action.summary
                assert action.state is not None
                assert action.state.anew
    assert silent == SILENT


def test_what_brings_a_state_about_has_an_ensure_form() -> None:
    """Two have none: each means more the second time, and a person is to want that."""
    without = {
        f"{name}.{action.key}"
        for name in REGISTRY.names()
        if (manifest := REGISTRY.connector(name)) is not None
        for action in manifest.model.actions
        if action.ensure is None and action.effect.effect in (EffectClass.ENSURE, EffectClass.DESTROY)
    }
    assert without == {"okta.delete_user", "office365.wipe_managed_device"}


async def done_again(apps: Apps, card: str, tenant: str) -> None:
    """The ensure form, when it is so already, and for somebody who is not there: a success that says which."""
    ensure, (given, options) = model_of(card).ensure, apps.last
    assert ensure is not None
    outcome, _, _ = await apps.act(card, tenant, given, {**options, "ensure": True})
    assert isinstance(outcome, Done), outcome
    person = model_of(card).effect.person
    gone = person not in given or card in DELETES
    allowed = ("done",) if card in SILENT else ("already", "absent") if gone else ("already",)
    assert outcome.outputs["outcome"] in allowed, "somebody who is there is not absent"
    if person is not None and card not in MAKES:
        assert person in given
        nobody = {**given, person: NOBODY[tenant]}
        outcome, _, _ = await apps.act(card, tenant, nobody, {**options, "ensure": True})
        assert isinstance(outcome, Done), outcome
        so = options.get("how") == "list"
        assert outcome.outputs["outcome"] in (("absent", "already") if so else ("absent",))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("card", "chosen"), actions())
async def test_it_is_done_over_the_network(apps: Apps, card: str, chosen: Given) -> None:
    tenant = TENANTS.get(card.partition(".")[0], "recorder")
    if card in ON_THE_RECORDER:
        _, _, notes = await carried_out(apps, card, tenant, chosen)
        assert any("no such operation" in note for note in notes), "the tenant has it: take it off the list"
        tenant = "recorder"
    outcome, complaints, notes = await carried_out(apps, card, tenant, chosen)
    refused = REFUSED.get(named(card, chosen), REFUSED.get(card))
    if refused is not None:
        assert isinstance(outcome, Failed)
        assert outcome.status == refused[0]
        assert not any("no such operation" in note for note in notes)
        return
    assert isinstance(outcome, Done), (outcome, notes)
    assert complaints == []
    wanted = "As " if tenant == "recorder" and model_of(card).steps else ""
    assert all(note.startswith(wanted) for note in notes)
    assert bool(notes) == bool(wanted)
    if tenant != "recorder" and model_of(card).ensure is not None:
        await done_again(apps, card, tenant)
    if tenant == "recorder":
        empty = [name for name, value in outcome.outputs.items() if value is None and name not in ("next", "record")]
        assert empty == [], "the recorder answers with all that an action reads"


def sure_actions() -> list[str]:
    """The actions with an ensure form that tells, of apps that the sandbox has a tenant of."""
    return [
        f"{name}.{action.key}"
        for name in TENANTS
        if (manifest := REGISTRY.connector(name)) is not None
        for action in manifest.model.actions
        if action.ensure is not None and action.ensure.tells and f"{name}.{action.key}" not in {*REFUSED, *SO_BEFORE}
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", sure_actions())
async def test_after_a_lost_answer_nothing_is_said_to_have_been_so_before(apps: Apps, card: str) -> None:
    """It is `changed` where the app had shown that it was not so; else `done`, which claims no more than is known."""
    tenant, kept = TENANTS[card.partition(".")[0]], list[str]()

    async def keep() -> None:
        kept.append(card)

    given, options = await prepared(apps, card, tenant, {})
    sure: Values = {**options, "ensure": True}
    method = [step.method for step in model_of(card).steps if step.method != "GET"][-1]
    apps.company.control.set_fault(tenant, f"dropx1@{method}")
    lost, _, _ = await apps.act(card, tenant, given, sure, past=Past(keep=keep))
    assert isinstance(lost, Unknown), lost
    first = bool(kept)
    again, _, _ = await apps.act(card, tenant, given, sure, past=Past(True, first, keep))
    assert isinstance(again, Done), again
    said = again.outputs["outcome"]
    assert said == "changed" if first or card in CHANGES_TWICE else said == "done"


@pytest.mark.parametrize("connector", TENANTS)
def test_what_a_connection_is_tested_by_wants_its_credentials(company: Company, connector: str) -> None:
    manifest = REGISTRY.connector(connector)
    assert manifest is not None
    base, check = company.urls[TENANTS[connector]]["base_url"], manifest.model.check
    request = Plain(base + check.path, method=check.method, headers={"Authorization": "Bearer nonsense"})
    try:
        with urlopen(request, timeout=60) as answer:
            said: Values = {"status": answer.status, "body": json.loads(answer.read())}
    except HTTPError as refused:
        said = {"status": refused.code, "body": json.loads(refused.read())}
    error = manifest.error({"headers": {}, **said})
    assert error is not None
    assert error.status == 401


async def asked(apps: Apps, card: str, inputs: Values, **options: JSON) -> Values:
    """What an action of Microsoft 365 gives."""
    spec = REGISTRY.get(f"office365.{card}")
    assert spec is not None
    usual: Values = {option.name: option.default for option in spec.options}
    given = {**{field.name: field.default for field in spec.signature({**usual, **options}).inputs}, **inputs}
    return await apps.done(f"office365.{card}", "graph", given, {**usual, **options})


@pytest.mark.asyncio(loop_scope="module")
async def test_licences_that_come_from_a_group_stay_and_are_in_nobodys_way(apps: Apps) -> None:
    known = apps.company.known["graph"]
    user, group = known["user"], known["group"]
    skus = [row["skuId"] for row in apps.company.get("graph", "/v1.0/subscribedSkus")["value"]]
    held = apps.company.get("graph", f"/v1.0/users/{user}?$select=assignedLicenses")["assignedLicenses"]
    own = [one["skuId"] for one in held]
    other = own[0] if len(own) == len(skus) else next(sku for sku in skus if sku not in own)
    given: Values = {"addLicenses": [{"skuId": other, "disabledPlans": []}], "removeLicenses": []}
    request: Values = {"url": f"/v1.0/groups/{group}/assignLicense", "body": given}
    await asked(apps, "custom_api_action", request, method="POST")
    await asked(apps, "add_user_to_group", {"user": user, "group": group})
    gone = await asked(apps, "remove_all_licenses", {"user": user}, ensure=True)
    assert (gone["removed"], gone["outcome"]) == (own, "changed")
    again = await asked(apps, "remove_all_licenses", {"user": user}, ensure=True)
    assert (again["removed"], again["outcome"]) == ([], "already")
    left = apps.company.get("graph", f"/v1.0/users/{user}?$select=licenseAssignmentStates")["licenseAssignmentStates"]
    assert [(one["skuId"], one["assignedByGroup"]) for one in left] == [(other, group)]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_guest_is_named_by_an_address_in_which_the_name_is_encoded(apps: Apps) -> None:
    """What stands behind a # as it is would be no part of the address."""
    guest, known = "dana.wu_partner.example#EXT#@northwind.example", apps.company.known["graph"]
    for card, more in (("add_user_to_group", {"group": known["group"]}), ("assign_role", {"role": known["role"]})):
        done = await asked(apps, card, {"user": guest, **more}, ensure=True)
        assert done["outcome"] == "changed"
    await asked(apps, "set_manager", {"user": known["user"], "manager": guest})
    boss = apps.company.get("graph", f"/v1.0/users/{known['user']}/manager")
    assert boss["userPrincipalName"] == guest
    again = await asked(apps, "set_manager", {"user": known["user"], "manager": guest}, ensure=True)
    assert again["outcome"] == "already"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_role_that_is_given_by_its_template_is_known_again(apps: Apps) -> None:
    known = apps.company.known["graph"]
    role = next(row for row in apps.company.get("graph", "/v1.0/directoryRoles")["value"] if row["id"] == known["role"])
    given: Values = {"user": known["user"], "role": role["roleTemplateId"].upper()}
    apps.company.control.set_fault("graph", "dropx1@directoryRoles")
    lost, _, _ = await apps.act("office365.assign_role", "graph", given, {"ensure": True})
    assert isinstance(lost, Unknown), lost
    found, _, _ = await apps.act("office365.assign_role", "graph", given, {}, look=True)
    assert isinstance(found, Done), found
    assert (await asked(apps, "assign_role", given, ensure=True))["outcome"] == "already"
    assert (await asked(apps, "remove_role", given, ensure=True))["outcome"] == "changed"


MARA = "mara.new@northwind.example"
MAKERS: dict[str, Values] = {
    "okta.create_user": {"profile": {"login": MARA, "email": MARA, "firstName": "Mara", "lastName": "New"}},
    "okta.create_group": {"name": "Newcomers"},
    "okta.create_group_rule": {"name": "Newcomers"},
    "google_workspace.create_user": {"email": MARA},
    "office365.create_user": {"username": MARA, "nickname": "mara.new"},
    "scim.create_user": {"username": MARA},
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", MAKERS)
async def test_what_was_made_without_an_answer_is_known_from_what_was_there_before(apps: Apps, card: str) -> None:
    tenant = TENANTS[card.partition(".")[0]]
    given, options = await prepared(apps, card, tenant, {})
    given |= MAKERS[card]
    apps.company.control.set_fault(tenant, "dropx1@POST")
    sent = Clock().now()
    lost, _, _ = await apps.act(card, tenant, given, options, past=Past(sent_at=sent))
    assert isinstance(lost, Unknown), lost
    found, _, _ = await apps.act(card, tenant, given, options, look=True, past=Past(True, sent_at=sent))
    assert isinstance(found, Done), found
    later = sent + timedelta(minutes=1)
    older, _, _ = await apps.act(card, tenant, given, options, look=True, past=Past(True, sent_at=later))
    assert isinstance(older, Failed), older
    assert older.not_there
    refused, _, _ = await apps.act(card, tenant, given, options, past=Past(True, sent_at=later))
    assert isinstance(refused, Failed), refused
    assert refused.status is not None
    assert 400 <= refused.status < 500
