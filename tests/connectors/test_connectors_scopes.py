"""Scopes of actions: they suffice for what actions send, as the vendors' descriptions say, and go together as told."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from keyturn.connections.model import AuthKind
from keyturn.connectors.failures import NO_SCOPES, challenged, lacking
from keyturn.connectors.guides import ScopesModel
from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.request_models import RequestModel
from keyturn.connectors.scopes import compared, covered, fewest, missing, split
from keyturn.sandbox.scopes.demands import demands_of

VENDORS = {"okta": "okta", "okta_devices": "okta", "office365": "graph", "google_workspace": "google", "slack": "slack"}
REGISTRY = ConnectorRegistry()
# Of these operations the descriptions do not say what they need.
UNDESCRIBED = {
    "office365.list_managed_devices",
    "office365.list_deleted_users",
    "slack.respond_to_command",
    "slack.reset_sessions",
}
INCLUDES = ScopesModel(
    includes={"okta.*.manage": ("okta.*.read",), "all": ("okta.users.manage",), "w/*": ("w/*.readonly",)}
)
FULL = ScopesModel(includes={"*.ReadWrite.All": ("*.Read.All",)}, before=("https://api.example/",), any_case=True)


def held_by(scopes: Sequence[str], vendor: str, rules: ScopesModel) -> list[str]:
    """Those of the vendor's scopes that are held by who has these."""
    held = covered(scopes, rules)
    return [one for one in demands_of(vendor).known if compared(one, rules) in held]


def requests_of(action: ActionModel) -> list[tuple[RequestModel, Sequence[str]]]:
    """Each with the scopes that it is sent with."""
    looks = [action.state.request] if action.state else []
    then = action.state.then if action.state else None
    looks += [then.request] if then else []
    return [
        *((step, action.scopes) for step in action.steps),
        *((look, (*action.scopes, *action.look_scopes)) for look in looks),
    ]


def plain(path: str) -> str:
    """A path of a manifest with something in place of what is put in."""
    return re.sub(r"\{\{.*?\}\}", "x", path.partition("?")[0]).replace("microsoft.graph.", "graph.").replace("()", "")


@pytest.mark.parametrize(("connector", "vendor"), VENDORS.items())
def test_scopes_suffice_for_what_actions_send(connector: str, vendor: str) -> None:
    found = REGISTRY.connector(connector)
    assert found is not None
    undescribed: set[str] = set()
    for action in found.model.actions:
        for request, scopes in requests_of(action):
            held = held_by(scopes, vendor, found.model.scopes)
            path = plain(request.path)
            if not demands_of(vendor).of(request.method, path):
                undescribed.add(f"{connector}.{action.key}")
            lacks = demands_of(vendor).lacking(request.method, path, held)
            assert not lacks, f"{action.key} has {scopes}, and {request.method} {path} takes one of {lacks}"
    assert undescribed <= UNDESCRIBED


@pytest.mark.parametrize("connector", VENDORS)
def test_each_action_that_asks_the_app_says_its_scopes(connector: str) -> None:
    found = REGISTRY.connector(connector)
    assert found is not None
    asking = [one for one in found.model.actions if any(not step.open for step in one.steps)]
    assert [action.key for action in asking if not action.scopes] == []


def loading(connector: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What the connector asks for besides actions: name, method and path, and the scopes that it says."""
    found = REGISTRY.connector(connector)
    assert found is not None
    model = found.model
    loads = [*model.choices.items(), *model.fields.items()]
    asked = [(name, one.request.method, one.request.path, one.scopes) for name, one in loads]
    return [("check", model.check.method, model.check.path, model.check.scopes), *asked]


@pytest.mark.parametrize(("connector", "vendor"), VENDORS.items())
def test_scopes_of_the_check_of_choices_and_of_fields_are_said_and_suffice(connector: str, vendor: str) -> None:
    found = REGISTRY.connector(connector)
    assert found is not None
    for name, method, path, scopes in loading(connector):
        ways = demands_of(vendor).of(method, plain(path))
        assert bool(scopes) or not any(ways), f"{name} says no scopes; it takes one of {ways}"
        lacks = demands_of(vendor).lacking(method, plain(path), held_by(scopes, vendor, found.model.scopes))
        assert not lacks, f"{name} has {scopes}, and takes one of {lacks}"


@pytest.mark.parametrize(
    ("granted", "needed", "lacks"),
    [
        (["okta.users.manage"], ["okta.users.read", "okta.users.manage"], ()),
        (["okta.users.read"], ["okta.users.manage"], ("okta.users.manage",)),
        (["all"], ["okta.users.read"], ()),
        (["w/a"], ["w/a.readonly"], ()),
        (["w/a.readonly"], ["w/a", "w/b"], ("w/a", "w/b")),
        ([], ["x"], ("x",)),
        (None, ["x"], ()),
    ],
)
def test_a_scope_may_bring_others(granted: list[str] | None, needed: list[str], lacks: tuple[str, ...]) -> None:
    assert missing(needed, granted, INCLUDES) == lacks


@pytest.mark.parametrize(
    ("granted", "lacks"),
    [
        (["https://api.example/User.Read.All"], ("Group.Read.All",)),
        (["https://API.example/user.readwrite.all", "group.read.all"], ()),
        (["https://other.example/User.Read.All", "https://api.example/"], ("Group.Read.All", "User.Read.All")),
    ],
)
def test_a_scope_in_its_full_form_is_the_same_scope(granted: list[str], lacks: tuple[str, ...]) -> None:
    assert missing(["User.Read.All", "Group.Read.All"], granted, FULL) == lacks
    assert missing(["https://api.example/User.Read.All"], ["User.Read.All"], FULL) == ()


def test_only_scopes_that_do_not_come_with_others_are_asked_for() -> None:
    assert fewest(["okta.users.read", "okta.users.manage", "okta.logs.read"], INCLUDES) == (
        "okta.logs.read",
        "okta.users.manage",
    )
    assert len(covered(["a"], ScopesModel(includes={"*": ("*a", "*b")}))) < 10_000, "a foolish manifest ends"
    assert split("a b,c  a") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("header", "scopes"),
    [
        ('Bearer realm="x", error="insufficient_scope", scope="a b"', ("a", "b")),
        ('Bearer error="invalid_token", scope="a"', ()),
        ('Bearer error="insufficient_scope"', ()),
        ("", ()),
    ],
)
def test_a_challenge_names_scopes(header: str, scopes: tuple[str, ...]) -> None:
    assert challenged(header) == scopes


def test_a_refusal_is_about_scopes_only_where_it_may_be() -> None:
    okta = REGISTRY.connector("okta")
    assert okta is not None
    kind = AuthKind.OAUTH_CLIENT_ASSERTION
    needed = ("okta.users.manage",)
    assert "The connection lacks okta.users.manage. In the Okta" in lacking(okta.model, kind, needed, ("x",)).told
    assert lacking(okta.model, kind, needed, ("x",)).lacks
    unknown = lacking(okta.model, kind, needed, None)
    assert unknown.told.startswith("It needs okta.users.manage. In the Okta")
    assert not unknown.lacks
    assert lacking(okta.model, kind, needed, needed) == NO_SCOPES
    assert lacking(okta.model, AuthKind.BEARER, needed, None) == NO_SCOPES
