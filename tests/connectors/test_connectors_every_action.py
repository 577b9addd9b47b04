"""Every action of every connector is carried out, with each of its options, against the vendor's own description.

The descriptions are no part of the repository. They are looked for in ``shared/specs`` beside the checkout, or in the
folder that KEYTURN_VENDOR_SPECS names; actions whose description is not there are skipped, and say so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from support.names import Names
from support.recorder import MOMENT, Recorder, Schemas, Undescribed
from support_connectors import NOW, TOKEN, Clock

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.vendor import descriptions_in, read_description, unverified, verify
from keyturn.flows.actions import ActionCall, Done, Failed, PageAsked, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, FieldSpec
from keyturn.flows.types import Kind

SPECS = Path(os.environ.get("KEYTURN_VENDOR_SPECS", Path(__file__).parents[3] / "shared" / "specs"))
CATALOGUE = SPECS.parent / "reference" / "flopack-catalog.json"
REGISTRY = ConnectorRegistry()
BASE = "http://vendor.example"
RUN = UUID(int=7)
# Outputs that no description of the vendor's has, each with where it is known from.
BEYOND_THE_DESCRIPTION: dict[str, str] = {
    "office365.read_user.license_details": "asked for by an option only",
}
# Inputs that an option wants otherwise than the example has them.
WITH_OPTION: dict[tuple[str, str], Values] = {
    ("slack.read_user", "Username"): {"username": "spengler"},
    ("slack.send_direct_message", "Username"): {"username": "spengler"},
    ("okta.bulk_user_import", "delete"): {"users": [{"externalId": "EXT-1"}]},
}
# What the one whom a card is about has to be like for it; in examples made from a description all is true.
SAID: dict[str, Values] = {"google_workspace.activate_user": {"archived": False}}
# Bodies of operations that no description beside this checkout has, by their vendor's reference.
_GITHUB_FILE: Values = {"branch": {}, "content": {}, "message": {}, "sha": {}}
DOCUMENTED: dict[str, Values] = {
    # https://docs.github.com/en/rest: collaborators, git/refs, repos/contents, pulls, orgs/members, teams/members
    "github.add_user_to_repository": {"permission": {}},
    "github.create_branch": {"ref": {}, "sha": {}},
    "github.create_file": _GITHUB_FILE,
    "github.update_file": _GITHUB_FILE,
    "github.create_pull_request": {"base": {}, "body": {}, "draft": {}, "head": {}, "title": {}},
    "github.set_membership": {"role": {}},
    "github.add_user_to_team": {"role": {}},
    # https://learn.microsoft.com/en-us/graph/api/resources/invitation
    "office365.create_guest_user": {
        "invitedUserEmailAddress": {},
        "invitedUserDisplayName": {},
        "invitedUserType": {},
        "inviteRedirectUrl": {},
        "sendInvitationMessage": {},
        "invitedUserMessageInfo": {"properties": {"customizedMessageBody": {}, "messageLanguage": {}}},
    },
    # https://docs.slack.dev/interactivity/handling-user-interaction: message responses
    "slack.respond_to_command": {"attachments": {}, "blocks": {}, "response_type": {}, "text": {}},
}
# Looks by operations that are younger than the description, and parameters that only its text is about.
REQUESTS_BEYOND = {
    "slack.reset_sessions": "admin.users.session.list",
    "okta.reset_password": "resetPassword: query has ['provider'], lacks []",
}


def actions() -> list[Any]:
    found: list[Any] = []
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        for action in manifest.model.actions:
            found.append(pytest.param(f"{name}.{action.key}", id=f"{name}.{action.key}"))
    return found


# The vendor has another description of where they look.
LOOKED_AT_BY = {"google_workspace.sign_out_user": "google-reports-v1.json"}


@lru_cache(maxsize=30)
def described(name: str) -> Schemas | None:
    path = SPECS / name
    return Schemas(read_description(path)) if path.is_file() else None


def model_of(card: str) -> ActionModel:
    connector, _, key = card.partition(".")
    manifest = REGISTRY.connector(connector)
    assert manifest is not None
    return next(one for one in manifest.model.actions if one.key == key)


def description_of(card: str) -> Schemas | None:
    """The description of an action; None where it names no operation."""
    operation = model_of(card).operation
    if operation is None:
        return None
    found = described(operation.spec)
    if found is None:
        pytest.skip(f"the vendor's description {operation.spec} is not beside this checkout")
    return found


def value_of(field: FieldSpec, examples: dict[str, JSON]) -> JSON:
    """A value that the app would take."""
    if examples.get(field.name) is not None:
        return examples[field.name]
    if field.default is not None:
        return field.default
    if field.choices:
        return field.choices[0].value
    if field.fields:
        return {inner.name: value_of(inner, {}) for inner in field.fields}
    plain: dict[Kind, JSON] = {
        Kind.NUMBER: 1,
        Kind.BOOLEAN: True,
        Kind.DATETIME: MOMENT,
        Kind.OBJECT: {},
    }
    value = plain.get(field.type.kind, "x1")
    return [value] if field.type.depth else value


def choices_of(spec: CardSpec) -> Iterator[Values]:
    """The options of a card: as they are by themselves, then each one otherwise."""
    usual: Values = {option.name: option.default for option in spec.options}
    yield usual
    for option in spec.options:
        for choice in option.choices:
            if choice.value != usual[option.name]:
                yield {**usual, option.name: choice.value}


def examples_of(card: str) -> dict[str, JSON]:
    """Examples of inputs; a whole address is one of the app in the vendor's place."""
    manifest = REGISTRY.connector(card.partition(".")[0])
    assert manifest is not None
    others = manifest.model.bases.values()
    examples = {field.name: field.example for field in model_of(card).fields}
    return {
        name: BASE + value.removeprefix(next(iter(others)))
        if isinstance(value, str) and value.startswith(tuple(others))
        else value
        for name, value in examples.items()
    }


class Vendor:
    """Actions whose requests go to a recorder."""

    def __init__(self, recorder: Recorder | Undescribed) -> None:
        self.recorder = recorder
        self.store = MemoryConnections()
        authoriser = authoriser_alone(self.recorder, self.store, Vault(bytes(32)), Clock())
        self._authoriser = authoriser
        self.actions = actions_alone(REGISTRY, authoriser, self.recorder, Clock())

    async def act(
        self, spec: CardSpec, options: Values, inputs: Values, *, look: bool = False
    ) -> Done | Failed | Unknown:
        connector = spec.connector or ""
        manifest = REGISTRY.connector(connector)
        assert manifest is not None
        kind = next(
            one for one in manifest.model.auth if "token" in one.value or one.value in ("bearer", "basic", "none")
        )
        secrets = {"token": TOKEN} if kind.value == "bearer" else {"password": TOKEN} if kind.value == "basic" else {}
        sealed = self._authoriser.seal("c", secrets)
        await self.store.put(Connection("c", connector, "c", kind, BASE, {"user": "u"}, sealed, NOW, NOW))
        self.recorder.begin()
        page = PageAsked() if spec.signature(options).streams else None
        call = ActionCall(RUN, RUN, "flow", "card", "card", spec.key, "c", options, inputs, 1, lambda: None)
        call.page, call.look = page, look
        return await self.actions.perform(call)


def inputs_for(spec: CardSpec, options: Values, examples: dict[str, JSON], *, every: bool) -> Values:
    wanted = [field for field in spec.signature(options).inputs if every or field.required]
    given = {field.name: value_of(field, examples) for field in wanted}
    left = {field.name: field.default for field in spec.signature(options).inputs if field.name not in given}
    return {**left, **given}


def complaints(vendor: Vendor, card: str) -> list[str]:
    """What is wrong with the requests of an action."""
    beyond = REQUESTS_BEYOND.get(card)
    found = [what for what in vendor.recorder.complaints if beyond is None or beyond not in what]
    if isinstance(vendor.recorder, Undescribed):
        documented = {"properties": DOCUMENTED.get(card, {})}
        for body in vendor.recorder.bodies:
            assert body is None or card in DOCUMENTED, "nobody holds its body against anything"
            found += Names({}).unknown(documented, body)
    return found


@pytest.mark.parametrize("card", actions())
async def test_what_it_sends_and_gives_is_as_the_vendor_describes(card: str) -> None:
    description = description_of(card)
    recorder = Recorder(description, BASE, SAID.get(card)) if description else Undescribed(model_of(card))
    vendor = Vendor(recorder)
    spec, examples = REGISTRY.get(card), examples_of(card)
    assert spec is not None
    for options in choices_of(spec):
        for every in (False, True):
            inputs = inputs_for(spec, options, examples, every=every)
            for chosen in options.values():
                inputs |= WITH_OPTION.get((card, str(chosen)), {})
            outcome = await vendor.act(spec, options, inputs)
            assert complaints(vendor, card) == [], (options, vendor.recorder.bodies)
            assert isinstance(outcome, Done), (options, outcome)
            assert vendor.recorder.seen or all(step.when for step in model_of(card).steps)
            empty = [name for name, value in outcome.outputs.items() if value is None and name != "next"]
            assert [name for name in empty if f"{card}.{name}" not in BEYOND_THE_DESCRIPTION] == [], options
    effect = spec.effect
    if effect is not None and effect.read_back is not None:
        elsewhere = described(LOOKED_AT_BY[card]) if card in LOOKED_AT_BY else None
        vendor = Vendor(Recorder(elsewhere, BASE, None)) if elsewhere is not None else vendor
        options = next(choices_of(spec))
        outcome = await vendor.act(spec, options, inputs_for(spec, options, examples, every=False), look=True)
        assert complaints(vendor, card) == []
        assert {method for method, _ in vendor.recorder.seen} == {"GET"}
        assert isinstance(outcome, Done | Unknown) or outcome.not_there


def renamed(value: Any, name: str, wrong: str) -> Any:
    if isinstance(value, dict):
        return {wrong if key == name else key: renamed(one, name, wrong) for key, one in value.items()}
    return [renamed(one, name, wrong) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("card", "name", "wrong", "told"),
    [
        (
            "office365.set_password",
            "forceChangePasswordNextSignIn",
            "forceChangePasswordNextSignin",
            "passwordProfile.",
        ),
        ("office365.send_mail", "contentType", "contenttype", "Message.body."),
        ("office365.disable_user", "accountEnabled", "accountEnable", ""),
        ("google_workspace.update_user", "familyName", "lastName", "name."),
        ("google_workspace.add_email", "customType", "customtype", "emails[]."),
        ("google_workspace.transfer_data", "applicationTransferParams", "x", "applicationDataTransfers[]."),
        ("okta.assign_user_to_app_provisioning", "userName", "username", "credentials."),
        ("okta.create_group_rule", "groupIds", "groups", "actions.assignUserToGroups."),
        ("scim.patch_user", "op", "operation", "Operations[]."),
    ],
)
async def test_a_misspelt_name_is_seen_at_any_depth(card: str, name: str, wrong: str, told: str) -> None:
    schemas = description_of(card)
    spec = REGISTRY.get(card)
    assert schemas is not None
    assert spec is not None
    vendor = Vendor(Recorder(schemas, BASE))
    options = next(choices_of(spec))
    await vendor.act(spec, options, inputs_for(spec, options, examples_of(card), every=True))
    body, operation = vendor.recorder.bodies[-1], vendor.recorder.operations[-1]
    assert vendor.recorder.complaints == []
    misspelt = renamed(body, name, wrong)
    assert misspelt != body
    found = schemas.complaints_of_request(schemas.description.operations[operation].body, misspelt)
    assert f"there is no {told}{wrong}" in found


@pytest.mark.parametrize("path", ["/v1.0/users/7/revokeSigninSessions", "/v1.0/Users/7/revokeSignInSessions"])
def test_a_path_in_other_letters_is_no_operation(path: str) -> None:
    schemas = description_of("office365.revoke_sessions")
    assert schemas is not None
    assert schemas.description.find("POST", "/v1.0/users/7/revokeSignInSessions") is not None
    assert schemas.description.find("POST", path) is None


@pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' API descriptions are not beside this checkout")
def test_operations_are_those_that_actions_name() -> None:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        assert list(verify(manifest.model, descriptions_in(SPECS, [manifest.model]))) == []


def test_a_parameter_that_is_not_described_is_told_unless_the_manifest_says_so() -> None:
    manifest = REGISTRY.connector("okta")
    assert manifest is not None
    action = next(one for one in manifest.model.actions if one.key == "reset_password")
    requests = tuple(step.model_copy(update={"operation": action.operation}) for step in action.requests)
    silent = manifest.model.model_copy(update={"actions": (action.model_copy(update={"requests": requests}),)})
    told = [problem.what for problem in verify(silent, descriptions_in(SPECS, [silent]))]
    assert told == ["resetPassword has no query parameter provider."]


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue of exported flows is not beside this checkout")
def test_the_cards_of_exported_flows_are_there() -> None:
    known = {card.okta for card in REGISTRY.all() if card.okta}
    connectors = {card.okta.split(":")[2] for card in REGISTRY.all() if card.okta and card.okta.startswith("channels:")}
    wanted = {card["address"].removeprefix("root:") for card in json.loads(CATALOGUE.read_bytes())["cards"]}
    ours = {address for address in wanted if address.startswith("channels:") and address.split(":")[2] in connectors}
    ours = {address for address in ours if ":httpfunctions:" not in address}  # the API Connector is no vendor's
    assert len(ours) > 60
    assert ours - known == set()


def test_only_connectors_without_a_description_have_many_unverified_actions() -> None:
    left = {
        f"{name}.{action.key}"
        for name in REGISTRY.names()
        if name not in ("github", "workday") and (manifest := REGISTRY.connector(name)) is not None
        for action in unverified(manifest.model)
    }
    assert left == {
        "office365.create_guest_user",
        "google_workspace.get_all_licenses",
        "slack.respond_to_command",
    }
