"""Names that looks and $select ask for are those of the vendors' descriptions. The app would answer without them: what
is compared is never so then, and what is selected is refused, or not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.recorder import Schemas
from test_connectors_every_action import REGISTRY, SPECS, described, description_of, model_of

from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.request_models import RequestModel
from keyturn.connectors.state_models import StateModel

pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' descriptions are not beside this checkout")


# The description calls a manager by a more general kind, directoryObject; it is a user, or a contact.
MORE_GENERAL = {"office365.set_manager": "userPrincipalName"}


def described_so(card: str, told: list[str]) -> list[str]:
    """What is told, without what the description leaves to a more special kind."""
    special = MORE_GENERAL.get(card)
    return [what for what in told if special is None or not what.endswith(f"there is no {special}")]


def descriptions(model: ManifestModel) -> list[Schemas]:
    """Those that a connector's actions name."""
    named = {one.operation.spec for one in model.actions if one.operation is not None}
    named |= {step.operation.spec for one in model.actions for step in one.steps if step.operation is not None}
    return [found for spec in sorted(named) if (found := described(spec)) is not None]


def models() -> Iterator[ManifestModel]:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        yield manifest.model


LOOKS = [f"{m.connector}.{one.key}" for m in models() for one in m.actions if one.state is not None]


@pytest.mark.parametrize("card", LOOKS)
def test_what_a_look_compares_is_in_its_answer(card: str) -> None:
    state, manifest = model_of(card).state, REGISTRY.connector(card.partition(".")[0])
    assert state is not None
    assert manifest is not None
    looks = [state]
    if state.then is not None:
        looks.append(StateModel(request=state.then.request, so=state.then.so))
    told = [what for one in descriptions(manifest.model) for look in looks for what in one.complaints_of_look(look)]
    assert described_so(card, told) == []


def requests(model: ManifestModel) -> Iterator[tuple[str, RequestModel]]:
    for action in model.actions:
        for step in action.steps:
            yield action.key, step
        if action.state is not None:
            yield action.key, action.state.request
        if action.state is not None and action.state.then is not None:
            yield action.key, action.state.then.request
        if action.ensure is not None and action.ensure.who is not None:
            yield action.key, action.ensure.who
        if action.ensure is not None and action.ensure.holder is not None:
            yield action.key, action.ensure.holder.request
    for name, choices in model.choices.items():
        yield name, choices.request
    for name, fields in model.fields.items():
        yield name, fields.request


@pytest.mark.parametrize("model", [*models()], ids=lambda model: model.connector)
def test_what_is_selected_is_there(model: ManifestModel) -> None:
    known = descriptions(model)
    for key, request in requests(model):
        told = [what for one in known for what in one.complaints_of_select(request)]
        assert described_so(f"{model.connector}.{key}", told) == [], key


@pytest.mark.parametrize(
    ("card", "old", "new", "told"),
    [
        ("okta.suspend_user", "body.status", "body.state", "there is no state"),
        ("okta.create_user", "body.created", "body.createdAt", "there is no createdAt"),
        ("okta.create_group_rule", "record.name", "record.title", "there is no title"),
        ("okta.assign_user_to_app", '"userName"', '"username"', "there is no credentials.username"),
        ("office365.add_user_to_group", "body.value[].id", "body.values[].id", "there is no values"),
        ("office365.assign_role", "record.roleTemplateId", "record.templateId", "there is no templateId"),
        ("office365.disable_user", "body.accountEnabled", "body.accountenabled", "there is no accountenabled"),
        ("google_workspace.add_email", "emails[].address", "emails[].adress", "there is no adress"),
        ("google_workspace.create_user", "creationTime", "createdTime", "there is no createdTime"),
        ("scim.deactivate_user", "body.active", "body.aktive", "there is no aktive"),
        ("slack.create_channel", "record.name", "record.title", "there is no title"),
        ("slack.set_topic", "topic.value", "topic.text", "there is no text"),
    ],
)
def test_a_name_that_is_misspelt_in_a_look_is_seen(card: str, old: str, new: str, told: str) -> None:
    state, schemas = model_of(card).state, description_of(card)
    assert state is not None
    assert schemas is not None
    text = state.model_dump_json(exclude_defaults=True)
    assert old in text
    wrong = StateModel.model_validate_json(text.replace(old, new))
    assert [told in what for what in schemas.complaints_of_look(wrong)] == [True]


@pytest.mark.parametrize("wrong", ["accountenabled", "id,Mail", "displayName, department, jobtitle"])
@pytest.mark.parametrize("path", ["/v1.0/users/{{ inputs.user }}", "/v1.0/users"])
def test_a_name_that_is_misspelt_in_select_is_seen(path: str, wrong: str) -> None:
    schemas = described("graph-v1.json")
    assert schemas is not None
    request = RequestModel(method="GET", path=path, query={"$select": wrong})
    assert [what.rpartition(" ")[2] for what in schemas.complaints_of_select(request)] == [
        wrong.rpartition(",")[2].strip()
    ]
