"""Outputs that are there whatever came of it: empty lists that an app leaves out, and those of people."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted, Silence
from support_one_action import ELSEWHERE, act

from keyturn.connectors.own import read_own
from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

USER = "/admin/directory/v1/users/eva"
SURE: Values = {"ensure": True}


@pytest.mark.parametrize(
    ("card", "path", "output", "items", "value"),
    [
        ("delete_all_tokens", f"{USER}/tokens", "apps", "items", []),
        ("delete_all_asps", f"{USER}/asps", "names", "items", []),
        ("list_tokens", f"{USER}/tokens", "tokens", "items", []),
        ("list_asps", f"{USER}/asps", "asps", "items", []),
        ("list_tokens", f"{USER}/tokens", "tokens", "items", [{"clientId": "c"}]),
        ("read_aliases", f"{USER}/aliases", "aliases", "aliases", []),
        (
            "list_user_devices",
            "/admin/directory/v1/customer/my_customer/devices/mobile",
            "devices",
            "mobiledevices",
            [],
        ),
    ],
)
async def test_a_list_that_google_leaves_out_is_empty(
    card: str, path: str, output: str, items: str, value: list[JSON]
) -> None:
    body: JSON = {items: value} if value else {}
    app = Scripted().on(f"GET {path}", Said(200, body))
    done = await act(app, f"google_workspace.{card}", {"user": "eva"})
    assert isinstance(done, Done), done
    assert done.outputs[output] == value


@pytest.mark.parametrize("card", ["delete_all_tokens", "delete_all_asps"])
async def test_of_nobody_no_list_is_told(card: str) -> None:
    done = await act(Scripted(), f"google_workspace.{card}", {"user": "eva"}, SURE)
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == "absent"
    assert {value for name, value in done.outputs.items() if name != "outcome"} == {None}


MADE: JSON = {"id": "1", "userPrincipalName": "ada@x.example", "displayName": "Ada", "mail": None, "jobTitle": None}
ACCOUNT: Values = {
    "username": "ada@x.example",
    "display_name": "Ada",
    "nickname": "ada",
    "password": "p",
    "enabled": True,
    "change_password": True,
}


async def test_a_user_who_is_made_has_the_outputs_of_one_who_is_there() -> None:
    assert isinstance(MADE, dict)
    whole: JSON = {**MADE, "accountEnabled": True, "createdDateTime": "2026-01-01T00:00:00Z"}
    taken = Said(400, {"error": {"code": "Request_BadRequest", "message": "Another object with the same value"}})
    found: list[set[str]] = []
    for answer, outcome in ((Said(201, MADE), "changed"), (taken, "already")):
        app = Scripted().on("POST /v1.0/users", answer).on("GET /v1.0/users/ada@x.example", Said(200, whole))
        done = await act(app, "office365.create_user", ACCOUNT, SURE)
        assert isinstance(done, Done), done
        assert done.outputs["outcome"] == outcome
        found.append({name for name, value in done.outputs.items() if value is not None})
    assert found[0] == found[1] == {"id", "username", "display_name", "user", "outcome"}


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("had", [True, False])
async def test_a_user_who_is_given_a_licence_has_it_in_the_outputs(*, had: bool, sure: bool) -> None:
    assert isinstance(MADE, dict)
    more: Values = {
        **MADE,
        "mail": "a@x",
        "accountEnabled": True,
        "userType": "Member",
        "ageGroup": None,
        "department": "D",
    }
    before: JSON = {**more, "assignedLicenses": [], "assignedPlans": []}
    after: JSON = {
        **more,
        "assignedLicenses": [{"skuId": "s", "disabledPlans": []}],
        "assignedPlans": [{"service": "x"}],
    }
    app = Scripted().on("POST /v1.0/users/ada/assignLicense", Said(200, MADE))
    app.on("GET /v1.0/users/ada", *([] if had or not sure else [Said(200, before)]), Said(200, after))
    done = await act(app, "office365.assign_license", {"user": "ada", "sku": "s", "disabled": []}, {"ensure": sure})
    assert isinstance(done, Done), done
    if sure:
        assert done.outputs["outcome"] == ("already" if had else "changed")
    told = {name: done.outputs[name] for name in ("enabled", "user_type", "department", "licenses", "plans")}
    licences: JSON = [{"skuId": "s", "disabledPlans": []}]
    assert told == {
        "enabled": True,
        "user_type": "Member",
        "department": "D",
        "licenses": licences,
        "plans": [{"service": "x"}],
    }


@pytest.mark.parametrize("way", ["sent", "already", "looked"])
async def test_a_user_who_loses_a_licence_has_all_outputs_whatever_came_of_it(way: str) -> None:
    assert isinstance(MADE, dict)
    more: Values = {"mail": "a@x", "accountEnabled": True, "userType": "Member", "ageGroup": "Adult", "department": "D"}
    left: JSON = {**MADE, **more, "assignedLicenses": [], "assignedPlans": [{"service": "x"}]}
    none = Said(400, {"error": {"code": "Request_BadRequest", "message": "User does not have a license."}})
    app = Scripted().on("POST /v1.0/users/ada/assignLicense", none if way == "already" else Said(200, MADE))
    app.on("GET /v1.0/users/ada", Said(200, left))
    options: Values = SURE if way == "already" else {}
    done = await act(app, "office365.remove_license", {"user": "ada", "sku": "s"}, options, look=way == "looked")
    assert isinstance(done, Done), done
    told = {
        name: done.outputs[name] for name in ("mail", "enabled", "user_type", "department", "licenses", "age_group")
    }
    assert told == {
        "mail": "a@x",
        "enabled": True,
        "user_type": "Member",
        "department": "D",
        "licenses": [],
        "age_group": "Adult",
    }
    assert done.outputs["plans"] == [{"service": "x"}]
    assert any(all(name in one.url for name in (*more, "assignedPlans")) for one in app.requests), app.seen


@pytest.mark.parametrize(
    ("card", "finds", "left", "sends", "output", "value"),
    [
        (
            "remove_all_user_roles",
            Said(200, [{"id": "1", "type": "ORG_ADMIN"}, {"id": "2", "type": "APP_ADMIN"}]),
            Said(200, []),
            "DELETE /api/v1/users/eva/roles/1",
            "roles",
            ["ORG_ADMIN", "APP_ADMIN"],
        ),
        (
            "remove_user",
            Said(200, {"id": "eva", "status": "DEPROVISIONED"}),
            Said(404, {"errorCode": "E0000007"}),
            "DELETE /api/v1/users/eva",
            "was",
            "DEPROVISIONED",
        ),
    ],
)
async def test_what_was_read_before_a_lost_answer_stays(
    card: str, finds: Said, left: Said, sends: str, output: str, value: JSON
) -> None:
    reads = "GET /api/v1/users/eva/roles" if output == "roles" else "GET /api/v1/users/eva"
    lost = await act(Scripted().on(reads, finds).on(sends, Silence()), f"okta.{card}", {"user": "eva"}, SURE)
    assert isinstance(lost, Unknown), lost
    assert lost.known == {output: value}
    past = Past(unanswered=True, known=lost.known)
    done = await act(Scripted().on(reads, left), f"okta.{card}", {"user": "eva"}, SURE, past=past)
    assert isinstance(done, Done), done
    assert done.outputs[output] == value


def test_only_a_list_may_be_left_out() -> None:
    with pytest.raises(ProblemError, match="it is no list"):
        read_own(ELSEWHERE.replace("type: number,", "type: number, empty_left_out: true,"))
