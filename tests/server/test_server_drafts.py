"""Drafts by API: kept apart from what is published, never overwritten unseen, published and tried."""

from __future__ import annotations

from copy import deepcopy

from support_client import Client
from support_server import Site, example_texts

from keyturn.access.permissions import Permission
from keyturn.flows.json import Values

API = "/api/v1/flows"
GREET: Values = {
    "id": "greet",
    "name": "Greet",
    "event": {"card": "manual", "outputs": {"name": "text"}},
    "cards": [{"id": "hello", "card": "text.compose", "inputs": {"text": "Hello {{ event.name }}"}}],
}


def named(name: str, **more: object) -> Values:
    return {**deepcopy(GREET), "name": name, **more}  # type: ignore[dict-item]


async def put(client: Client, document: Values, follows: int = 0, base_version: int = 0):
    body = {"document": document, "follows": follows, "base_version": base_version}
    return await client.put(f"{API}/greet/draft", body)


async def test_a_draft_is_kept_apart_from_what_is_published(client: Client) -> None:
    first = await put(client, GREET)
    assert first.status == 200
    assert (await client.get(f"{API}/greet")).status == 404
    read = (await client.get(f"{API}/greet/draft")).json
    assert (read["document"], read["author"], read["base_version"]) == (GREET, "operator", 0)
    second = (await put(client, named("Greet anew"), first.json["revision"])).json
    assert second["revision"] > first.json["revision"]
    rows = (await client.get("/api/v1/drafts?search=ANEW")).json["rows"]
    assert [(row["flow_id"], row["name"]) for row in rows] == [("greet", "Greet anew")]
    assert "document" not in rows[0]


async def test_of_two_editors_the_second_is_told_and_overwrites_nothing(client: Client) -> None:
    seen = (await put(client, GREET)).json["revision"]
    mine = (await put(client, named("Mine"), seen)).json
    refused = await put(client, named("Theirs"), seen)
    assert (refused.status, refused.problem["code"]) == (409, "draft-changed")
    assert "operator" in refused.problem["what"]
    assert (await client.get(f"{API}/greet/draft")).json["document"]["name"] == "Mine"
    again = await put(client, named("Mine"), seen)  # its answer was lost
    assert (again.status, again.json["revision"]) == (200, mine["revision"])
    from_nothing = await put(client, named("Theirs"), 0)
    assert from_nothing.status == 409


async def test_a_draft_thrown_away_and_begun_anew_is_another(client: Client) -> None:
    seen = (await put(client, GREET)).json["revision"]
    assert (await client.call("DELETE", f"{API}/greet/draft?revision={seen + 1}")).status == 409
    assert (await client.call("DELETE", f"{API}/greet/draft?revision={seen}")).status == 204
    assert (await client.call("DELETE", f"{API}/greet/draft")).status == 204
    assert (await put(client, named("Late"), seen)).status == 409
    await put(client, GREET)
    assert (await put(client, named("Late"), seen)).status == 409


async def test_a_draft_begins_on_the_published_version(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    unseen = await put(client, named("A flow of the same id"))
    assert (unseen.status, unseen.problem["code"]) == (409, "published-meanwhile")
    assert (await put(client, named("Known"), base_version=1)).status == 200


async def test_a_draft_that_says_what_is_published_is_none(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    published = (await client.get(f"{API}/greet/editing")).json["published"]["document"]
    changed = (await put(client, named("Changed"), base_version=1)).json
    assert changed["same"] is False
    back = (await put(client, published, changed["revision"], 1)).json
    assert back["same"] is True
    assert (await client.get("/api/v1/drafts")).json["rows"] == []
    assert (await put(client, named("Late"), changed["revision"], 1)).status == 409  # it is a change like any other
    anew = (await put(client, named("Changed"), back["revision"], 1)).json
    assert anew["same"] is False
    assert len((await client.get("/api/v1/drafts")).json["rows"]) == 1


async def test_a_draft_may_have_problems_but_not_another_id(client: Client) -> None:
    assert (await put(client, {"id": "greet", "cards": [{"no": "card"}]})).status == 200
    other = await put(client, named("Other", id="other"))
    assert (other.status, other.problem["code"]) == (422, "other-id")
    body = {"document": {**GREET, "id": "No Id"}, "follows": 0, "base_version": 0}
    assert (await client.put(f"{API}/No Id/draft", body)).problem["code"] == "bad-id"


async def test_publishing_a_draft_makes_a_version_and_ends_the_draft(client: Client) -> None:
    revision = (await put(client, GREET)).json["revision"]
    stale = await client.post(f"{API}/greet/draft/publish", {"revision": revision + 1})
    assert stale.problem["code"] == "draft-changed"
    published = (await client.post(f"{API}/greet/draft/publish", {"revision": revision})).json
    assert [(v["flow_id"], v["version"]) for v in published["versions"]] == [("greet", 1)]
    assert (await client.get(f"{API}/greet/draft")).status == 404


async def test_a_draft_with_errors_is_not_published(client: Client) -> None:
    broken = named("Greet", cards=[{"id": "a", "card": "text.compse"}])
    revision = (await put(client, broken)).json["revision"]
    for path, body in (("publish", {}), ("runs", {"inputs": {}})):
        answer = await client.post(f"{API}/greet/draft/{path}", {"revision": revision, **body})
        assert (answer.status, answer.problem["code"]) == (422, "unknown-card")
    assert (await client.get(f"{API}/greet/draft")).status == 200


async def test_a_version_published_meanwhile_is_not_replaced_unseen(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    begun = (await put(client, named("Mine"), base_version=1)).json["revision"]
    await client.post(API, {"documents": [named("Theirs")]})
    refused = await client.post(f"{API}/greet/draft/publish", {"revision": begun})
    assert (refused.status, refused.problem["code"]) == (409, "published-meanwhile")
    seen = (await put(client, named("Mine"), begun, base_version=2)).json["revision"]
    assert (await client.post(f"{API}/greet/draft/publish", {"revision": seen})).json["versions"][0]["version"] == 3


NAMED = "name: Greet -> Tried"


async def test_trying_a_draft_runs_it_and_publishes_nothing(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    revision = (await put(client, named("Tried"), base_version=1)).json["revision"]
    body = {"revision": revision, "inputs": {"name": "Ada"}}
    started = await client.post(f"{API}/greet/draft/runs", body)
    tried = (await client.get(f"/api/v1/runs/{started.json['id']}")).json
    assert tried["trigger"] == "trial"
    assert (started.status, started.json["version"]) == (202, 2)
    run = (await client.get(f"/api/v1/runs/{started.json['id']}")).json
    assert (run["flow_id"], run["version"]) == ("greet", 2)
    assert (await client.post(f"{API}/greet/draft/runs", body)).json["version"] == 2
    assert (await client.get(f"{API}/greet")).json["version"] == 1
    assert [row["version"] for row in (await client.get(f"{API}/greet/versions")).json["rows"]] == [1]
    assert (await client.get(f"{API}/greet/versions/2")).json["document"]["name"] == "Tried"
    assert (await client.get(f"{API}/greet/draft/difference")).json["lines"] == [NAMED]
    as_published = {**body, "revision": 0}
    assert (await client.post(f"{API}/greet/draft/runs", as_published)).status == 409  # there is a draft, unseen
    published = await client.post(f"{API}/greet/draft/publish", {"revision": revision})
    assert published.json["versions"][0]["version"] == 3
    started = await client.post(f"{API}/greet/draft/runs", as_published)
    assert (await client.get(f"/api/v1/runs/{started.json['id']}")).json["trigger"] == "trial"
    for what in ("draft", "draft/difference"):  # trying makes none
        assert (await client.get(f"{API}/greet/{what}")).status == 404
    assert (await client.get(f"{API}/greet")).json["version"] == 3


async def test_a_trial_is_called_as_its_draft_until_something_is_published(client: Client) -> None:
    revision = (await put(client, named("Greets"))).json["revision"]
    body = {"revision": revision, "inputs": {"name": "Ada"}}
    run_id = (await client.post(f"{API}/greet/draft/runs", body)).json["id"]

    async def names() -> set[str]:
        listed = (await client.get("/api/v1/runs")).json["rows"]
        tree = (await client.get(f"/api/v1/runs/{run_id}/tree")).json["runs"]
        return {run["flow_name"] for run in [*listed, *tree, (await client.get(f"/api/v1/runs/{run_id}")).json]}

    assert await names() == {"Greets"}
    await client.post(API, {"documents": [GREET]})
    assert await names() == {"Greet"}


CARDS: Values = {
    "id": "greet",
    "name": "Greet",
    "event": {"card": "manual", "outputs": {"name": "text"}},
    "cards": [
        {"id": "hello", "card": "text.compose", "inputs": {"text": "Hello {{ event.name }}"}},
        {
            "id": "off",
            "card": "office365.custom_api_action",
            "connection": "office365",
            "options": {"method": "PATCH"},
            "inputs": {"url": "{{ hello.output }}"},
            "on_error": {"retry": {"times": 2}, "then": "continue", "values": {"why": "{{ error.message }}"}},
        },
        {"id": "other", "card": "text.compse"},
        {"id": "decide", "card": "branch.if", "branches": [{"otherwise": True}]},
    ],
}


async def try_card(client: Client, card: str, revision: int, **more: object):
    return await client.post(f"{API}/greet/draft/cards/{card}/runs", {"revision": revision, **more})  # type: ignore[dict-item]


async def test_one_card_is_tried_alone_with_what_it_is_given(client: Client) -> None:
    revision = (await put(client, CARDS)).json["revision"]
    started = await try_card(client, "hello", revision, inputs={"text": "no {{ event.name }}"})
    assert started.status == 202
    version = (await client.get(f"{API}/greet/versions/{started.json['version']}")).json["document"]
    assert version["event"] == {"card": "manual"}
    assert version["cards"] == [
        {"id": "hello", "card": "text.compose", "inputs": {"text": "no \\{{ event.name }}"}},
    ]
    assert (await client.get(f"{API}/greet/versions")).json["rows"] == []
    wrong = await try_card(client, "hello", revision, inputs={"txt": "x"})
    assert (wrong.status, wrong.problem["field"]) == (422, "txt")


async def test_a_card_that_acts_on_the_world_asks_first(offboarding: Site) -> None:
    client = offboarding.client()
    revision = (await put(client, CARDS)).json["revision"]
    refused = await try_card(client, "off", revision, inputs={"url": "/v1.0/users/ada"})
    assert (refused.status, refused.problem["code"]) == (409, "needs-confirmation")
    started = await try_card(client, "off", revision, inputs={"url": "/v1.0/users/ada"}, confirm=True)
    assert started.status == 202
    version = (await client.get(f"{API}/greet/versions/{started.json['version']}")).json["document"]
    assert version["cards"][0]["on_error"] == {"retry": {"times": 2}}


async def test_a_card_that_calls_a_flow_gives_it_what_was_chosen(offboarding: Site) -> None:
    client = offboarding.client()
    call = {"flow": "office-365-offboarding", "with": {"Username": "{{ event.name }}"}}
    cards = [{"id": "call", "card": "flow.call", "call": call}]
    revision = (await put(client, named("Calls", cards=cards))).json["revision"]
    given = {"given": {"Username": "ada"}}
    assert "helper flow" in (await try_card(client, "call", revision, **given)).problem["what"]
    started = await try_card(client, "call", revision, **given, confirm=True)
    version = (await client.get(f"{API}/greet/versions/{started.json['version']}")).json["document"]
    assert version["cards"][0]["call"]["with"] == {"Username": "ada"}


async def test_what_is_no_card_of_its_own_is_not_tried_alone(client: Client) -> None:
    revision = (await put(client, CARDS)).json["revision"]
    for card, code in (("decide", "not-alone"), ("nothing", "unknown-card"), ("other", "unknown-card")):
        answer = await try_card(client, card, revision)
        assert (answer.status, answer.problem["code"]) == (422, code)
    assert (await try_card(client, "hello", revision + 1)).problem["code"] == "draft-changed"


async def test_trying_takes_both_permissions(site: Site) -> None:
    revision = (await put(site.client(), GREET)).json["revision"]
    body = {"revision": revision, "inputs": {"name": "Ada"}}
    runner = await site.client_with(Permission.RUNS_START)
    assert (await runner.post(f"{API}/greet/draft/runs", body)).status == 403
    both = await site.client_with(Permission.RUNS_START, Permission.FLOWS_WRITE)
    assert (await both.post(f"{API}/greet/draft/runs", body)).status == 202


async def test_without_a_sandbox_nothing_is_tried_against_it(client: Client) -> None:
    revision = (await put(client, CARDS)).json["revision"]
    refused = await client.post(f"{API}/greet/draft/runs", {"revision": revision, "against": "sandbox"})
    assert (refused.status, refused.problem["code"]) == (409, "sandbox-away")


async def test_a_flow_is_deleted_unless_others_call_it(offboarding: Site) -> None:
    client = offboarding.client()
    refused = await client.call("DELETE", f"{API}/office-365-offboarding")
    assert (refused.status, refused.problem["code"]) == (409, "flow-in-use")
    assert "Offboard" in refused.problem["what"]
    assert (await client.call("DELETE", f"{API}/offboard-suspended-user")).status == 204
    assert (await client.call("DELETE", f"{API}/office-365-offboarding")).status == 204
    assert (await client.call("DELETE", f"{API}/office-365-offboarding")).status == 204
    left = [row["id"] for row in (await client.get(API)).json["rows"]]
    assert left == ["google-workspace-offboarding"]
    assert (await client.get(f"{API}/office-365-offboarding/versions/1")).status == 200


async def test_an_editor_opens_with_what_there_is(client: Client) -> None:
    empty = (await client.get(f"{API}/greet/editing")).json
    assert empty == {"flow": None, "published": None, "draft": None}
    await client.post(API, {"documents": [GREET]})
    await put(client, named("Draft"), base_version=1)
    full = (await client.get(f"{API}/greet/editing")).json
    assert (full["flow"]["active"], full["published"]["version"], full["draft"]["name"]) == (True, 1, "Draft")


async def test_which_flow_calls_which_comes_in_pages(offboarding: Site) -> None:
    client = offboarding.client()
    first = (await client.get("/api/v1/flow-calls?limit=2")).json
    assert [(row["id"], row["calls"]) for row in first["rows"]] == [
        ("google-workspace-offboarding", []),
        ("offboard-suspended-user", ["google-workspace-offboarding", "office-365-offboarding"]),
    ]
    rest = (await client.get(f"/api/v1/flow-calls?limit=2&after={first['next']}")).json
    assert [row["id"] for row in rest["rows"]] == ["office-365-offboarding"]


async def test_recent_runs_are_told_for_each_flow(client: Client) -> None:
    answer = await client.get("/api/v1/recent-runs?flow=greet&flow=none&each=3")
    assert answer.json == {"flows": {"greet": [], "none": []}}
    assert (await client.get("/api/v1/recent-runs")).status == 422


async def test_a_flow_is_converted_both_ways(offboarding: Site) -> None:
    client = offboarding.client()
    text = example_texts()[0]
    read = (await client.post(f"{API}/convert", {"document": text})).json
    assert read["problems"] == []
    document = {**read["document"], "name": "Another name"}
    written = (await client.post(f"{API}/convert", {"document": document, "onto": text})).json
    assert written["yaml"] != text
    assert written["yaml"].count("#") == text.count("#")
    assert (await client.post(f"{API}/convert", {"document": written["yaml"]})).json["document"] == document
    broken = (await client.post(f"{API}/convert", {"document": "id: x\nname: [", "onto": None})).json
    assert (broken["document"], broken["yaml"], broken["problems"][0]["line"]) == (None, None, 2)


def calling(**given: str) -> Values:
    call: Values = {"flow": "greet", "with": {**given}}
    cards: list[Values] = [
        {"id": "ask", "card": "flow.call", "title": "Greet them", "call": call, "outputs": {"said": "text"}},
        {"id": "say", "card": "text.compose", "inputs": {"text": "{{ ask.said }}"}},
    ]
    return {"id": "caller", "name": "Morning", "event": {"card": "manual"}, "cards": cards}  # type: ignore[dict-item]


def answering(event: Values, said: str = "said") -> Values:
    give: Values = {"id": "give", "card": "flow.return", "inputs": {said: "{{ hello.output }}"}}
    (name,) = event
    hello: Values = {"id": "hello", "card": "text.compose", "inputs": {"text": f"Hello {{{{ event.{name} }}}}"}}
    return named("Greet", event={"card": "helper", "outputs": event}, cards=[hello, give])


async def test_a_helper_that_its_callers_would_not_fit_any_more_is_published_only_if_one_says_so(
    client: Client,
) -> None:
    both = {"documents": [answering({"name": "text"}), calling(name="Ada")]}
    assert (await client.post(API, both)).status == 200
    for changed, lost in (
        (answering({"username": "text"}), "'name'"),
        (answering({"name": "text"}, "greeting"), "'said'"),
        (named("Greet", event={"card": "schedule", "options": {"cron": "0 2 * * *"}}, cards=[]), "greet"),
    ):
        revision = (await client.get(f"{API}/greet/editing")).json["draft"] or {"revision": 0}
        draft = (await put(client, changed, revision["revision"], 1)).json
        shown = (await client.post(f"{API}/check", {"documents": [changed]})).json["problems"]
        told = [problem for problem in shown if problem["code"] == "breaks-callers"]
        assert told, shown
        assert {(problem["severity"], problem["flow"]) for problem in told} == {("warning", "greet")}
        assert "Morning" in told[0]["what"]
        assert any(lost in problem["what"] for problem in told)
        for path, body in (
            (f"{API}/greet/draft/publish", {"revision": draft["revision"]}),
            (API, {"documents": [changed]}),
        ):
            refused = await client.post(path, body)
            assert refused.status == 422
            assert {problem["code"] for problem in refused.json["problems"]} == {"breaks-callers"}
        assert (await client.get(f"{API}/greet")).json["version"] == 1
    revision = (await client.get(f"{API}/greet/draft")).json["revision"]
    draft = (await put(client, answering({"username": "text"}), revision, 1)).json
    published = await client.post(f"{API}/greet/draft/publish", {"revision": draft["revision"], "breaks_callers": True})
    assert published.status == 200
    warning = published.json["warnings"][0]
    assert (warning["code"], warning["parts"]) == ("breaks-callers", {"caller": "caller", "at": "ask"})
    assert await unfit(client) == [("caller", 1)]
    assert (await client.post(API, {"documents": [answering({"name": "text"})]})).status == 200
    assert await unfit(client) == []  # it fits again
    anyway = {"documents": [answering({"username": "text"})], "breaks_callers": True}
    assert (await client.post(API, anyway)).status == 200
    assert (await client.post(API, {"documents": [calling(username="Ada")]})).status == 200
    assert await unfit(client) == []  # it was mended


async def unfit(client: Client) -> list[tuple[str, int]]:
    rows = (await client.get(f"{API}?unfit=true")).json["rows"]
    return [(row["id"], row["unfit"]) for row in rows]


async def test_what_callers_do_not_use_and_what_is_changed_with_them_breaks_nobody(client: Client) -> None:
    both = {"documents": [answering({"name": "text"}), calling(name="Ada")]}
    assert (await client.post(API, both)).status == 200
    renamed = {"documents": [answering({"username": "text"}), calling(username="Ada")]}
    assert (await client.post(API, renamed)).status == 200
    more = answering({"username": "text"})
    more["event"]["outputs"]["age"] = "number"  # type: ignore[call-overload, index]
    for document in (more, answering({"username": "text"})):
        answer = await client.post(API, {"documents": [document]})
        assert (answer.status, answer.json["warnings"]) == (200, [])
