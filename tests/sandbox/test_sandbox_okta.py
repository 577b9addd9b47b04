"""The pretend Okta org over HTTP: users, lifecycle, sessions, log, refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
HARD_NAMES = [
    "dana.wu_partner.example#EXT#@northwind.example",
    "mary+ops.o'neil@northwind.example",
    "łukasz.żółć@northwind.example",
    "ольга.петрова@northwind.example",
    "γιώργος.παππάς@northwind.example",
    "陈.美@northwind.example",
    "keiko.tanabe@northwind.example",
]


async def test_sixty_people_are_listed_in_pages_that_follow_the_next_link(tenants: Tenants) -> None:
    path, seen, pages = "/api/v1/users?limit=25", [], 0
    while path:
        answer = await tenants.okta("GET", path)
        assert answer.status == 200
        seen += [user["profile"]["login"] for user in answer.json]
        pages += 1
        links = dict(reversed(line.split("; rel=")) for line in answer.headers.getall("Link"))
        following = links.get('"next"', "").strip("<>")
        path = following.removeprefix(tenants.urls["okta"]["base_url"])
    assert pages == 3
    assert len(set(seen)) == 60
    assert set(HARD_NAMES) <= set(seen)


@pytest.mark.parametrize("login", HARD_NAMES)
async def test_a_user_is_found_by_id_and_by_percent_encoded_login(tenants: Tenants, login: str) -> None:
    by_login = await tenants.okta("GET", f"/api/v1/users/{tenants.key(login)}")
    assert by_login.json["profile"]["login"] == login
    by_id = await tenants.okta("GET", f"/api/v1/users/{by_login.json['id']}")
    assert by_id.json == by_login.json


@pytest.mark.parametrize(
    ("parameter", "expression", "expected"),
    [
        ("search", 'status eq "SUSPENDED"', [EVA]),
        ("filter", f'profile.login eq "{EVA}"', [EVA]),
        ("filter", 'status eq "DEPROVISIONED"', []),
    ],
)
async def test_filter_and_search(tenants: Tenants, parameter: str, expression: str, expected: object) -> None:
    await tenants.suspend(EVA)
    answer = await tenants.okta("GET", f"/api/v1/users?{parameter}={tenants.key(expression)}")
    assert [user["profile"]["login"] for user in answer.json] == expected


@pytest.mark.parametrize(
    ("parameter", "expression"),
    [
        ("search", "profile.age gt 3"),
        ("search", 'profile.age between "3"'),
        ("search", 'lastLogin lt "yesterday"'),
        ("search", 'lastLogin co "2026"'),
        ("search", 'nonsense eq "x"'),
        ("search", 'status eq "ACTIVE" and'),
        ("search", '(status eq "ACTIVE"'),
        ("search", 'status eq "ACTIVE") '),
        ("search", "(" * 2000),
        ("search", " "),
        ("filter", 'lastLogin lt "2026-01-01T00:00:00.000Z"'),
        ("filter", 'profile.login sw "eva"'),
        ("filter", "status pr"),
    ],
)
async def test_an_expression_that_is_not_understood_is_refused(
    tenants: Tenants, parameter: str, expression: str
) -> None:
    answer = await tenants.okta("GET", f"/api/v1/users?{parameter}={tenants.key(expression)}")
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000031")


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def found(tenants: Tenants, expression: str) -> set[str]:
    answer = await tenants.okta("GET", f"/api/v1/users?search={tenants.key(expression)}")
    assert answer.status == 200, answer.json
    return {str(user["profile"]["login"]).partition("@")[0] for user in answer.json}


AWAY = {
    "helena.novak",
    "hugo.lemaire",
    "ольга.петрова",
    "andre.silva",
    "zoe.laurent",
    "tariq.aziz",
    "finn.murphy",
    "dana.wu_partner.example#EXT#",
}


async def test_search_by_last_sign_in_and_other_things(tenants: Tenants) -> None:
    assert await found(tenants, f'lastLogin lt "{days_ago(90)}"') == AWAY
    assert await found(tenants, f'lastLogin lt "{days_ago(85)}"') == AWAY | {"paulo.mendes"}
    assert len(await found(tenants, f'lastLogin ge "{days_ago(90)}"')) == 60 - len(AWAY)
    assert await found(tenants, f'lastLogin gt "{days_ago(0)}"') == set()
    sales = f'status eq "ACTIVE" and profile.department eq "Sales" and lastLogin lt "{days_ago(90)}"'
    assert await found(tenants, sales) == {"zoe.laurent"}
    either = f'profile.login sw "EVA." or (profile.firstName eq "Zoe" and lastLogin lt "{days_ago(90)}")'
    assert await found(tenants, either) == {"eva.horvat", "zoe.laurent"}
    assert await found(tenants, 'profile.lastName co "neil"') == {"mary+ops.o'neil"}
    assert len(await found(tenants, "profile.manager pr")) == 59
    await tenants.suspend("zoe.laurent@northwind.example")
    assert await found(tenants, f'status eq "ACTIVE" and lastLogin lt "{days_ago(90)}"') == AWAY - {"zoe.laurent"}


async def test_pages_of_a_search_follow_the_next_link(tenants: Tenants) -> None:
    expression = tenants.key(f'status eq "ACTIVE" and lastLogin lt "{days_ago(90)}"')
    path, sizes = f"/api/v1/users?limit=3&search={expression}", []
    while path:
        answer = await tenants.okta("GET", path)
        sizes.append(len(answer.json))
        links = dict(reversed(line.split("; rel=")) for line in answer.headers.getall("Link"))
        path = links.get('"next"', "").strip("<>").removeprefix(tenants.urls["okta"]["base_url"])
    assert sizes == [3, 3, 2]


async def test_nobody_signed_in_before_the_account_was_there_or_in_the_future(tenants: Tenants) -> None:
    for user in (await tenants.okta("GET", "/api/v1/users")).json:
        assert user["created"] < user["lastLogin"] < days_ago(0)


async def test_every_answer_carries_rate_limits_and_a_request_id(tenants: Tenants) -> None:
    answer = await tenants.okta("GET", "/api/v1/users/nobody")
    assert int(answer.headers["X-Rate-Limit-Remaining"]) < int(answer.headers["X-Rate-Limit-Limit"])
    assert int(answer.headers["X-Rate-Limit-Reset"]) > 0
    assert answer.headers["X-Okta-Request-Id"]
    assert answer.headers["Date"]


@pytest.mark.parametrize("template", ["SSWS {}", "SSWS{}"])
async def test_the_token_is_taken_in_each_form_that_clients_send(tenants: Tenants, template: str) -> None:
    token = template.format(tenants.urls["okta"]["token"])
    assert (await tenants.okta("GET", "/api/v1/users/me", token=token)).status == 200


@pytest.mark.parametrize("token", ["", "SSWS wrong", "Basic abc", "SSWS", "Bearer wrong", "Bearer {}", "Bearer{}"])
async def test_a_bad_token_is_refused_and_changes_nothing(tenants: Tenants, token: str) -> None:
    path = f"/api/v1/users/{tenants.key(EVA)}/lifecycle/suspend"
    answer = await tenants.okta("POST", path, token=token.format(tenants.urls["okta"]["token"]))
    assert (answer.status, answer.json["errorCode"]) == (401, "E0000011")
    assert set(answer.json) == {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}
    assert (await tenants.person(EVA))["okta"]["status"] == "ACTIVE"


async def test_suspend_unsuspend_and_deactivate_follow_the_state_machine(tenants: Tenants) -> None:
    user = f"/api/v1/users/{tenants.key(EVA)}"
    moves = ["unsuspend", "suspend", "suspend", "unsuspend", "deactivate", "deactivate", "suspend"]
    statuses = [(await tenants.okta("POST", f"{user}/lifecycle/{move}")).status for move in moves]
    assert statuses == [400, 200, 400, 200, 200, 200, 400]
    assert (await tenants.okta("GET", user)).json["status"] == "DEPROVISIONED"
    listed = await tenants.okta("GET", "/api/v1/users")
    assert EVA not in [row["profile"]["login"] for row in listed.json]


async def test_suspending_twice_is_refused_as_okta_refuses_it(tenants: Tenants) -> None:
    first = await tenants.suspend(EVA)
    assert (first.status, first.json) == (200, {})
    second = await tenants.suspend(EVA)
    assert (second.status, second.json["errorCode"]) == (400, "E0000001")
    assert second.json["errorSummary"].startswith("Api validation failed")


async def test_clearing_sessions(tenants: Tenants) -> None:
    assert (await tenants.person(EVA))["okta"]["sessions"] in (1, 2, 3)
    answer = await tenants.okta("DELETE", f"/api/v1/users/{tenants.key(EVA)}/sessions?oauthTokens=true")
    assert (answer.status, answer.raw) == (204, b"")
    assert (await tenants.person(EVA))["okta"]["sessions"] == 0


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/api/v1/users/nobody%40x.example", {}, 404, "E0000007"),
        ("POST", "/api/v1/users/nobody/lifecycle/suspend", {}, 404, "E0000007"),
        ("GET", "/api/v1/nothing", {}, 404, "E0000007"),
        ("GET", "/api/v1/eventHooks/who0", {}, 404, "E0000007"),
        ("PUT", "/api/v1/logs", {}, 405, "E0000022"),
        ("GET", "/api/v1/users?limit=many", {}, 400, "E0000001"),
        ("GET", "/api/v1/logs?since=yesterday", {}, 400, "E0000001"),
        (
            "POST",
            "/api/v1/eventHooks",
            {"data": b"{}", "headers": {"Content-Type": "text/plain"}},
            400,
            "E0000021",
        ),
        (
            "POST",
            "/api/v1/eventHooks",
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            400,
            "E0000003",
        ),
        ("POST", "/api/v1/eventHooks", {"json": [1]}, 400, "E0000003"),
        ("POST", "/api/v1/eventHooks", {"json": {"name": "x"}}, 400, "E0000001"),
    ],
)
async def test_refusals(
    tenants: Tenants, method: str, path: str, options: dict[str, object], status: int, code: str
) -> None:
    answer = await tenants.okta(method, path, **options)
    assert (answer.status, answer.json["errorCode"]) == (status, code)


async def test_the_system_log_is_polled_with_a_cursor(tenants: Tenants) -> None:
    start = await tenants.okta("GET", "/api/v1/logs?since=2020-01-01T00:00:00Z&limit=1")
    assert start.json == []
    for login in (EVA, "chidi.eze@northwind.example"):
        await tenants.suspend(login)
    path, seen = start.headers.getall("Link")[1], []
    for _ in range(3):
        path = path.partition(">")[0].strip("<").removeprefix(tenants.urls["okta"]["base_url"])
        answer = await tenants.okta("GET", path)
        seen.append([event["target"][0]["alternateId"] for event in answer.json])
        path = answer.headers.getall("Link")[1]
        assert 'rel="next"' in path
    assert seen == [[EVA], ["chidi.eze@northwind.example"], []]


async def test_the_system_log_is_filtered_by_type_and_time(tenants: Tenants) -> None:
    await tenants.suspend(EVA)
    await tenants.okta("POST", f"/api/v1/users/{tenants.key(EVA)}/lifecycle/unsuspend")
    wanted = tenants.key('eventType eq "user.lifecycle.unsuspend"')
    answer = await tenants.okta("GET", f"/api/v1/logs?filter={wanted}&sortOrder=DESCENDING")
    assert [event["eventType"] for event in answer.json] == ["user.lifecycle.unsuspend"]
    assert len(answer.headers.getall("Link")) == 1
    later = await tenants.okta("GET", "/api/v1/logs?since=2999-01-01T00:00:00Z")
    assert later.json == []


NEW = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@northwind.example", "login": "ada@northwind.example"}


@pytest.mark.parametrize(
    ("query", "credentials", "status", "types"),
    [
        ("", {}, "PROVISIONED", ["user.lifecycle.create", "user.lifecycle.activate"]),
        (
            "?activate=true",
            {"password": {"value": "Xw9!Xw9!"}},
            "ACTIVE",
            ["user.lifecycle.create", "user.lifecycle.activate"],
        ),
        ("?activate=false", {}, "STAGED", ["user.lifecycle.create"]),
    ],
)
async def test_a_user_is_created(
    tenants: Tenants, query: str, credentials: dict[str, object], status: str, types: list[str]
) -> None:
    answer = await tenants.okta("POST", f"/api/v1/users{query}", json={"profile": NEW, "credentials": credentials})
    assert (answer.status, answer.json["status"]) == (200, status)
    assert answer.json["profile"] | NEW == answer.json["profile"]
    assert "Xw9!" not in answer.raw.decode()
    found = await tenants.okta("GET", f"/api/v1/users/{tenants.key(NEW['login'])}")
    assert found.json == answer.json
    log = (await tenants.okta("GET", "/api/v1/logs?since=2020-01-01T00:00:00Z")).json
    assert [event["eventType"] for event in log] == types


@pytest.mark.parametrize(
    ("profile", "cause"),
    [
        ({}, "firstName: The field cannot be left blank"),
        (NEW | {"login": "ada"}, "login: Username must be in the form of an email address"),
        (NEW | {"email": "ada"}, "email: Does not match required pattern"),
        (NEW | {"lastName": "x" * 51}, "lastName: String is too long. The maximum length is 50."),
        (NEW | {"department": 5}, "department: Input value does not match declared type"),
        (NEW | {"city": ["Rome"]}, "city: Input value does not match declared type"),
        (NEW | {"firstName": 5}, "firstName: The field cannot be left blank"),
        (NEW | {"login": EVA}, "login: An object with this field already exists in the current organization"),
    ],
)
async def test_a_user_that_cannot_be_created_is_refused(tenants: Tenants, profile: object, cause: str) -> None:
    answer = await tenants.okta("POST", "/api/v1/users", json={"profile": profile})
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000001")
    assert cause in [row["errorSummary"] for row in answer.json["errorCauses"]]
    assert len((await tenants.okta("GET", "/api/v1/users")).json) == 60
