"""What a card was to make and found made is the thing by its own name, and never another that the app finds by it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values

SURE: Values = {"ensure": True}
DIRECTORY = "/admin/directory/v1"
NEW = "new@x.example"
TAKEN = Said(409, {"error": {"code": 409, "message": "Entity already exists.", "errors": [{"reason": "duplicate"}]}})
NOT_FOUND = Said(404, {"error": {"code": 404, "message": "Not found", "errors": [{"reason": "notFound"}]}})
INVALID = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed: login"})
CLASH = Said(400, {"error": {"code": "Request_BadRequest", "message": "Another object with the same value exists."}})
UNIQUE = Said(409, {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "scimType": "uniqueness"})
EXISTS = Said(422, {"message": "Reference already exists"})

PERSON: Values = {"email": NEW, "first_name": "N", "last_name": "P", "password": "Correct-Horse-7"}
LOGIN: Values = {"profile": {"login": "owen"}, "activate": False}
MICROSOFT: Values = {"username": NEW, "display_name": "N", "nickname": "n", "password": "Correct-Horse-7"}
BRANCH: Values = {"owner": "northwind", "repo": "infra", "branch": "next", "sha": "aa21"}
PULL: Values = {"owner": "northwind", "repo": "infra", "head": "next", "base": "main", "title": "T"}


def listed(*rows: JSON) -> JSON:
    return {"totalResults": len(rows), "Resources": [*rows]}


def pull(number: int, head: str, base: str = "main") -> JSON:
    return {"number": number, "head": {"ref": head}, "base": {"ref": base}}


# What looks ask besides.
GROUPS: dict[str, JSON] = {
    "GET /api/v1/groups/t1": {"id": "t1", "profile": {"name": "Sales"}},
    "GET /api/v1/groups/t2": {"id": "t2", "profile": {"name": "Sales abroad"}},
}
CASES: list[tuple[str, str, Values, str, str, Said, JSON, JSON]] = [
    # name, card, inputs, what makes it, what looks, the refusal, what is another, what is it
    (
        "an alias of somebody else",
        "google_workspace.create_user",
        PERSON,
        f"POST {DIRECTORY}/users",
        f"GET {DIRECTORY}/users/{NEW}",
        TAKEN,
        {"id": "1", "primaryEmail": "sam@x.example", "aliases": [NEW]},
        {"id": "2", "primaryEmail": "New@X.example"},
    ),
    (
        "an alias of another group",
        "google_workspace.create_group",
        {"email": NEW},
        f"POST {DIRECTORY}/groups",
        f"GET {DIRECTORY}/groups/{NEW}",
        TAKEN,
        {"id": "1", "email": "finance@x.example", "aliases": [NEW]},
        {"id": "2", "email": "NEW@x.example"},
    ),
    (
        "a login that only begins so",
        "okta.create_user",
        LOGIN,
        "POST /api/v1/users",
        "GET /api/v1/users/owen",
        INVALID,
        {"id": "1", "status": "ACTIVE", "profile": {"login": "owen@x.example"}},
        {"id": "2", "status": "ACTIVE", "profile": {"login": "Owen"}},
    ),
    (
        "a group of another name",
        "okta.create_group",
        {"name": "Sales"},
        "POST /api/v1/groups",
        "GET /api/v1/groups",
        INVALID,
        [{"id": "1", "profile": {"name": "Sales abroad"}}],
        [{"id": "1", "profile": {"name": "Sales abroad"}}, {"id": "2", "profile": {"name": "Sales"}}],
    ),
    (
        "a mapping of another group",
        "okta.create_push_mapping",
        {"app": "a", "source": "g1", "target_name": "Sales", "status": "ACTIVE"},
        "POST /api/v1/apps/a/group-push/mappings",
        "GET /api/v1/apps/a/group-push/mappings",
        INVALID,
        [{"id": "1", "sourceGroupId": "g2", "status": "ACTIVE"}],
        [
            {"id": "1", "sourceGroupId": "g2"},
            {"id": "2", "sourceGroupId": "g1", "targetGroupId": "t1", "status": "ACTIVE"},
        ],
    ),
    (
        "a mapping to another group",
        "okta.create_push_mapping",
        {"app": "a", "source": "g1", "target": "t1", "status": "ACTIVE"},
        "POST /api/v1/apps/a/group-push/mappings",
        "GET /api/v1/apps/a/group-push/mappings",
        INVALID,
        [{"id": "1", "sourceGroupId": "g1", "targetGroupId": "t2", "status": "ACTIVE"}],
        [{"id": "2", "sourceGroupId": "g1", "targetGroupId": "t1", "status": "ACTIVE"}],
    ),
    (
        "another user principal name",
        "office365.create_user",
        MICROSOFT,
        "POST /v1.0/users",
        f"GET /v1.0/users/{NEW}",
        CLASH,
        {"id": "1", "userPrincipalName": "sam@x.example"},
        {"id": "2", "userPrincipalName": "New@X.example"},
    ),
    (
        "an app that searches as it likes",
        "scim.create_user",
        {"username": NEW},
        "POST /Users",
        "GET /Users",
        UNIQUE,
        listed({"id": "1", "userName": "sam@x.example"}),
        listed({"id": "1", "userName": "sam@x.example"}, {"id": "2", "userName": "New@x.example"}),
    ),
    (
        "an app that searches groups as it likes",
        "scim.create_group",
        {"name": "Sales"},
        "POST /Groups",
        "GET /Groups",
        UNIQUE,
        listed({"id": "1", "displayName": "Finance"}),
        listed({"id": "1", "displayName": "Finance"}, {"id": "2", "displayName": "Sales"}),
    ),
    (
        "a branch of another name",
        "github.create_branch",
        BRANCH,
        "POST /repos/northwind/infra/git/refs",
        "GET /repos/northwind/infra/git/ref/heads/next",
        EXISTS,
        {"ref": "refs/heads/next-one", "object": {"sha": "1"}},
        {"ref": "refs/heads/next", "object": {"sha": "2"}},
    ),
    (
        "a pull request of another branch",
        "github.create_pull_request",
        PULL,
        "POST /repos/northwind/infra/pulls",
        "GET /repos/northwind/infra/pulls",
        EXISTS,
        [pull(1, "other"), pull(3, "next", "old")],
        [pull(1, "other"), pull(2, "next")],
    ),
]


@pytest.mark.parametrize(
    ("card", "inputs", "makes", "looks", "refusal", "found", "own"),
    [
        pytest.param(*case, found, own, id=f"{name}, {own}")
        for name, *case, another, it in CASES
        for found, own in ((another, False), (it, True))
    ],
)
async def test_only_the_thing_by_its_own_name_is_there_already(
    card: str, inputs: Values, makes: str, looks: str, refusal: Said, found: JSON, own: bool
) -> None:
    app = Scripted().on(makes, refusal).on(looks, Said(200, found))
    for asked, group in GROUPS.items():
        app.on(asked, Said(200, group))
    outcome = await act(app, card, inputs, SURE)
    if own:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "already"
        assert "1" not in [outcome.outputs.get(name) for name in ("id", "number", "sha")]
    else:
        assert isinstance(outcome, Failed), outcome
        assert outcome.status == refusal.status


@pytest.mark.parametrize(
    ("card", "inputs", "looks", "found", "why", "mend"),
    [
        (
            "google_workspace.create_user",
            PERSON,
            f"GET {DIRECTORY}/users/{NEW}",
            Said(200, {"id": "1", "primaryEmail": "sam@x.example"}),
            f"{NEW} is an alias of sam@x.example",
            "Take another address",
        ),
        (
            "google_workspace.create_user",
            PERSON,
            f"GET {DIRECTORY}/users/{NEW}",
            NOT_FOUND,
            f"{NEW} is no account's: it belongs to something else, such as a group",
            "Take another address",
        ),
        (
            "google_workspace.create_group",
            {"email": NEW},
            f"GET {DIRECTORY}/groups/{NEW}",
            Said(200, {"id": "1", "email": "finance@x.example"}),
            f"{NEW} is an alias of the group finance@x.example",
            "Take another address",
        ),
        (
            "google_workspace.create_group",
            {"email": NEW},
            f"GET {DIRECTORY}/groups/{NEW}",
            NOT_FOUND,
            f"{NEW} is no group's: it belongs to something else, such as an account",
            "Take another address",
        ),
    ],
)
async def test_an_address_of_something_else_is_told_as_such(
    card: str, inputs: Values, looks: str, found: Said, why: str, mend: str
) -> None:
    kind = "users" if card.endswith("user") else "groups"
    app = Scripted().on(f"POST {DIRECTORY}/{kind}", TAKEN).on(looks, found)
    failed = await act(app, card, inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert failed.status == 409
    assert failed.error.why.startswith(why)
    assert failed.error.mend.startswith(mend)
    assert "Ensure" not in failed.error.mend


async def test_what_a_look_that_failed_says_stands_in_no_way() -> None:
    app = Scripted().on(f"POST {DIRECTORY}/users", TAKEN).on(f"GET {DIRECTORY}/users/{NEW}", Said(500))
    failed = await act(app, "google_workspace.create_user", PERSON, SURE)
    assert isinstance(failed, Failed), failed
    assert "belongs to something else" not in failed.error.why


@pytest.mark.parametrize(("address", "kind"), [(NEW, Done), ("sam@x.example", Failed)])
async def test_after_a_lost_answer_somebody_else_is_not_taken_for_the_new_account(address: str, kind: type) -> None:
    now = datetime.now(UTC)
    date = {"date": format_datetime(now, usegmt=True)}
    found = Said(200, {"id": "1", "primaryEmail": address, "creationTime": now.isoformat()}, date)
    app = Scripted().on(f"GET {DIRECTORY}/users/{NEW}", found)
    past = Past(True, sent_at=now)
    assert isinstance(await act(app, "google_workspace.create_user", PERSON, look=True, past=past), kind)
