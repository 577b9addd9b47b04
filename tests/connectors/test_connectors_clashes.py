"""What is said of a clash: who uses the option Ensure is not told to use it, nobody that nothing is left to do."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import REGISTRY, act

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values

SURE: Values = {"ensure": True}
DIRECTORY = "/admin/directory/v1"
SAM = f"{DIRECTORY}/users/sam"
IN_GROUP = f"{DIRECTORY}/groups/g/members"
TAKEN = Said(409, {"error": {"message": "Entity already exists.", "errors": [{"reason": "duplicate"}]}})
TAKES_IT = "If it is so already, the card's option Ensure takes this for a success."


def aliases(*found: str) -> JSON:
    return {"kind": "k", "aliases": [{"alias": one} for one in found]}


@pytest.mark.parametrize(
    ("card", "inputs", "app", "outcome"),
    [
        (
            "google_workspace.create_alias",
            {"user": "sam", "alias": "S.OK@X.example"},
            Scripted().on(f"POST {SAM}/aliases", TAKEN).on(f"GET {SAM}/aliases", Said(200, aliases("s.ok@x.example"))),
            "already",
        ),
        (
            "office365.add_user_to_group",
            {"user": "sam", "group": "AB-12"},
            Scripted()
            .on("POST /v1.0/groups/AB-12/members/$ref", Said(400))
            .on("GET /v1.0/users/sam/memberOf/graph.group", Said(200, {"value": [{"id": "ab-12"}]})),
            "already",
        ),
        (
            "office365.set_manager",
            {"user": "sam", "manager": "Eva@X.example"},
            Scripted().on("GET /v1.0/users/sam/manager", Said(200, {"id": "1", "userPrincipalName": "eva@x.example"})),
            "already",
        ),
    ],
)
async def test_names_are_compared_in_any_case_where_the_app_takes_no_difference(
    card: str, inputs: Values, app: Scripted, outcome: str
) -> None:
    done = await act(app, card, inputs, SURE)
    assert isinstance(done, Done), done
    assert done.outputs.get("outcome", outcome) == outcome
    assert "PUT" not in "".join(app.seen)


@pytest.mark.parametrize(
    ("card", "inputs", "app", "why", "mend"),
    [
        (
            "google_workspace.create_alias",
            {"user": "sam", "alias": "finance@x.example"},
            Scripted().on(f"POST {SAM}/aliases", TAKEN).on(f"GET {SAM}/aliases", Said(200, aliases("s.ok@x.example"))),
            "finance@x.example is no alias of sam",
            "Take another address",
        ),
        (
            "google_workspace.add_user_to_group",
            {"user": "sam", "group": "g", "role": "MEMBER"},
            Scripted().on(f"POST {IN_GROUP}", TAKEN).on(f"GET {IN_GROUP}/sam", Said(200, {"role": "OWNER"})),
            "sam is in the group already, by another role: OWNER.",
            "Set Role in Group",
        ),
    ],
)
async def test_what_stands_in_the_way_is_told(card: str, inputs: Values, app: Scripted, why: str, mend: str) -> None:
    failed = await act(app, card, inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert failed.error.why.startswith(why)
    assert mend in failed.error.mend
    assert "Ensure" not in failed.error.mend


CLASHES: list[tuple[str, Values, str, Said]] = [
    ("google_workspace.create_alias", {"user": "sam", "alias": "a@x.example"}, f"POST {SAM}/aliases", TAKEN),
    ("google_workspace.update_user", {"user": "sam", "email": "a@x.example"}, f"PUT {SAM}", TAKEN),
    (
        "office365.add_user_to_group",
        {"user": "sam", "group": "g"},
        "POST /v1.0/groups/g/members/$ref",
        Said(400, {"error": {"code": "x", "message": "One or more added object references already exist"}}),
    ),
    (
        "okta.activate_user",
        {"user": "sam"},
        "POST /api/v1/users/sam/lifecycle/activate",
        Said(403, {"errorCode": "E0000016"}),
    ),
    (
        "okta.create_user",
        {"profile": {"login": "sam"}},
        "POST /api/v1/users",
        Said(400, {"errorCode": "E0000001", "errorCauses": [{"errorSummary": "An object already exists"}]}),
    ),
    ("scim.create_user", {"username": "sam"}, "POST /Users", Said(409, {"scimType": "uniqueness"})),
]


@pytest.mark.parametrize(("card", "inputs", "sends", "refusal"), CLASHES, ids=[case[0] for case in CLASHES])
@pytest.mark.parametrize("options", [{}, SURE])
async def test_ensure_is_advised_where_a_card_has_it_and_it_is_off(
    card: str, inputs: Values, sends: str, refusal: Said, options: Values
) -> None:
    failed = await act(Scripted().on(sends, refusal), card, inputs, options)  # all looks end with 404
    assert isinstance(failed, Failed), failed
    assert (TAKES_IT in failed.error.mend) is (not options and card != "google_workspace.update_user")
    assert "Nothing is left to do" not in failed.error.mend


def test_no_advice_of_a_connector_speaks_of_the_option_by_itself() -> None:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        assert not [hint for hint in manifest.model.hints if "Ensure" in hint.mend + hint.why], name
