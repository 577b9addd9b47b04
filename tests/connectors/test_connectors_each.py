"""Requests that are sent for each item of a list, and what is no list."""

from __future__ import annotations

import json

import pytest
from support.scripted import Said, Scripted
from support_one_action import ELSEWHERE, act

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed
from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

SURE: Values = {"ensure": True}


async def test_each_of_a_list_is_done_and_what_is_gone_is_passed_over() -> None:
    tokens = "/admin/directory/v1/users/eva/tokens"
    app = Scripted().on(
        f"GET {tokens}", Said(200, {"items": [{"clientId": "a/b", "displayText": "A"}, {"clientId": "c"}]})
    )
    app.on(f"DELETE {tokens}/a%2Fb", Said(204)).on(f"DELETE {tokens}/c", Said(404))
    done = await act(app, "google_workspace.delete_all_tokens", {"user": "eva"})
    assert isinstance(done, Done), done
    assert done.outputs == {"apps": ["A", None]}
    assert app.seen == [f"GET {tokens}", f"DELETE {tokens}/a%2Fb", f"DELETE {tokens}/c"]
    nothing = Scripted().on(f"GET {tokens}", Said(200, {}))
    assert isinstance(await act(nothing, "google_workspace.delete_all_tokens", {"user": "eva"}), Done)
    assert len(nothing.seen) == 1


@pytest.mark.parametrize(
    ("card", "listed", "body", "told"),
    [
        ("okta.remove_all_user_roles", "/api/v1/users/eva/roles", {"roles": [{"id": "R1"}]}, "an object"),
        ("okta.remove_all_user_roles", "/api/v1/users/eva/roles", "soon", "a text"),
        ("okta.remove_all_user_roles", "/api/v1/users/eva/roles", None, "nothing"),
        ("okta.remove_all_user_roles", "/api/v1/users/eva/roles", [{"role": "R1"}], "an entry without it"),
        ("office365.revoke_all_consents", "/v1.0/users/eva/oauth2PermissionGrants", {}, "nothing"),
        (
            "office365.revoke_all_consents",
            "/v1.0/users/eva/oauth2PermissionGrants",
            {"value": {"id": "a"}},
            "an object",
        ),
        ("google_workspace.delete_all_tokens", "/admin/directory/v1/users/eva/tokens", {"items": "a"}, "a text"),
        (
            "google_workspace.delete_all_tokens",
            "/admin/directory/v1/users/eva/tokens",
            {"kind": "admin#directory#tokenList", "tokens": [{"clientId": "a"}]},
            "nothing, but a list at 'tokens'",
        ),
        ("office365.remove_all_licenses", "/v1.0/users/eva", {}, "nothing"),
        ("office365.remove_all_licenses", "/v1.0/users/eva", [], "nothing"),
        ("office365.remove_all_licenses", "/v1.0/users/eva", None, "nothing"),
        ("office365.remove_all_licenses", "/v1.0/users/eva", {"licenseAssignmentStates": "no"}, "a text"),
        (
            "office365.remove_all_licenses",
            "/v1.0/users/eva",
            {"licenseAssignmentStates": [{"sku": "E5"}]},
            "an entry without it",
        ),
    ],
)
async def test_what_is_no_list_is_not_done_as_if_it_were_an_empty_one(
    card: str, listed: str, body: JSON, told: str
) -> None:
    app = Scripted().on(f"GET {listed}", Said(200, body))
    failed = await act(app, card, {"user": "eva"}, SURE)
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.status, failed.taken) == ("answer-unusable", 200, True)
    assert f"there is {told}." in failed.error.message
    assert "history" in failed.error.mend
    assert [one.partition("?")[0] for one in app.seen] == [f"GET {listed}"]


@pytest.mark.parametrize("body", [{}, [], None, {"definitions": []}, {"error": {"code": "maintenance"}}])
async def test_people_are_not_mapped_by_what_is_no_schema(body: JSON) -> None:
    given: Values = {"app": "0oa1", "id_key": "number", "users": [{"number": "1", "shoe": "44"}]}
    for options, kind in (({}, Failed), ({"operation": "DELETE"}, Done)):
        app = Scripted().on("GET /api/v1/meta/schemas/apps/0oa1/default", Said(200, body))
        mapped = await act(app, "okta.map_profile_source_attributes", given, {"operation": "UPSERT", **options})
        assert isinstance(mapped, kind), mapped
        if isinstance(mapped, Failed):
            assert mapped.error.code == "answer-unusable"


async def test_after_the_first_list_was_worked_off_it_is_not_known_what_was_done() -> None:
    methods = "/v1.0/users/eva/authentication"
    app = Scripted().on(f"GET {methods}/phoneMethods", Said(200, {"value": [{"id": "p1"}]}))
    app.on(f"DELETE {methods}/phoneMethods/p1", Said(204)).on(f"GET {methods}/emailMethods", Said(200, {"error": 1}))
    failed = await act(app, "office365.delete_all_auth_methods", {"user": "eva"})
    assert isinstance(failed, Failed), failed
    assert failed.error.code == "answer-unusable"
    assert failed.error.mend == "Run again from this card: doing it twice does no harm."


@pytest.mark.parametrize(("beside", "kind"), [("", Failed), ("beside: [links], ", Done)])
async def test_lists_that_may_stand_beside_one_that_was_left_out_are_not_it(beside: str, kind: type) -> None:
    taken = f"""
  - key: take
    title: Take Badges
    summary: Takes them away.
    effect: {{effect: destroy, repeatable: true}}
    requests:
      - {{name: found, method: GET, path: /badges, sign: {{value: "{{{{ body.kind }}}}", empty: false}}}}
      - {{method: DELETE, path: "/badges/{{{{ item }}}}", each: "{{{{ found.body.items[].id }}}}", empty_left_out: true,
        {beside}repeatable: true}}
"""
    registry = ConnectorRegistry()
    registry.take({"badges": read_own(ELSEWHERE + taken).content})
    app = Scripted().on("GET /badges", Said(200, {"kind": "badges", "links": [{"rel": "self"}], "tags": ["a"]}))
    assert isinstance(await act(app, "badges.take", {}, registry=registry), kind)


@pytest.mark.parametrize(("given", "sent"), [(None, 0), ([], 0), (["a", "b"], 2)])
async def test_a_list_that_may_be_left_out_of_what_is_given_is_empty(given: JSON, sent: int) -> None:
    app = Scripted().on("DELETE /badges/a", Said(204)).on("DELETE /badges/b", Said(204))
    done = await act(app, "badges.take", {"badges": given}, registry=taking("empty_left_out: true, "))
    assert isinstance(done, Done), done
    assert len(app.seen) == sent


@pytest.mark.parametrize("given", [None, "a", {"a": 1}, 5])
async def test_what_is_given_and_is_no_list_is_a_mistake_of_the_flow(given: JSON) -> None:
    app = Scripted()
    failed = await act(app, "badges.take", {"badges": given}, registry=taking(""))
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.error.field, failed.not_sent) == ("bad-input", "badges", True)
    assert failed.error.mend
    assert app.seen == []


def taking(more: str) -> ConnectorRegistry:
    """A connector that takes badges away, one by one."""
    taken = f"""
  - key: take
    title: Take Badges
    summary: Takes them away.
    effect: {{effect: destroy, repeatable: true}}
    inputs: [{{name: badges, type: any}}]
    request: {{method: DELETE, path: "/badges/{{{{ item }}}}", {more}each: "{{{{ inputs.badges }}}}", repeatable: true}}
"""
    made = ConnectorRegistry()
    made.take({"badges": read_own(ELSEWHERE + taken).content})
    return made


@pytest.mark.parametrize(
    ("to", "sent"),
    [(["eva@x.example", "sam@x.example"], ["eva@x.example", "sam@x.example"]), (["eva@x.example"], None)],
)
async def test_a_mail_goes_to_all_to_whom_it_is_written(to: JSON, sent: list[str] | None) -> None:
    app = Scripted().on("POST /v1.0/users/it/sendMail", Said(202))
    inputs: Values = {"sender": "it", "to": to, "subject": "Hello", "body": "x", "type": "text", "save": True}
    assert isinstance(await act(app, "office365.send_mail", inputs), Done)
    body = app.requests[0].body
    assert isinstance(body, bytes)
    addressed = [one["emailAddress"]["address"] for one in json.loads(body)["Message"]["toRecipients"]]
    assert addressed == (sent or to)


def test_a_flow_that_gives_one_address_as_text_goes_on() -> None:
    mail: Values = {"sender": "it@x.example", "to": "{{ event.to }}", "subject": "Hello", "body": "x"}
    flow = Flow.model_validate(
        {
            "id": "mails",
            "name": "Mails",
            "event": {"card": "manual", "outputs": {"to": "text"}},
            "cards": [{"id": "mail", "card": "office365.send_mail", "connection": "c", "inputs": mail}],
        }
    )
    made: list[str] = []
    problems = check(
        flow, CombinedCatalogue(BuiltInCards(), ConnectorRegistry()), retyped=lambda one: made.append(one.text)
    )
    assert [one.what for one in problems] == []
    assert made == ["text to a list of text of one"]


@pytest.mark.parametrize(("reads", "wrong"), [("item", False), ("itm", True)])
def test_what_is_made_of_each_item_refers_to_the_item(reads: str, wrong: bool) -> None:
    sent = f"""
  - key: send
    title: Send Badges
    summary: Sends them.
    effect: {{effect: change}}
    inputs: [{{name: badges, type: list of text}}]
    request: {{method: POST, path: /badges, body: {{to: [{{"...": "{{{{ inputs.badges }}}}",
      "...each": {{badge: "{{{{ {reads} }}}}"}}}}]}}}}
"""
    if not wrong:
        assert read_own(ELSEWHERE + sent)
        return
    with pytest.raises(ProblemError, match="begins with what is not there") as refused:
        read_own(ELSEWHERE + sent)
    assert len(refused.value.problems) == 1
