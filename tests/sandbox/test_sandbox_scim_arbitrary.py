"""Any filter, path and body at the pretend SCIM application: never 500, refusals change nothing, answers conform.

`/Me` is answered with 501, as RFC 7644, 3.11 has it.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support_sandbox import Answer, Tenants

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class App:
    """A running sandbox that is asked from outside of its loop. `places`: a user's and a group's path."""

    def __init__(self, runner: asyncio.Runner, tenants: Tenants) -> None:
        self._runner = runner
        self._tenants = tenants
        self.places: list[str] = []

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/scim+json") -> Answer:
        options: dict[str, Any] = {} if body is None else {"data": body, "headers": {"Content-Type": kind}}
        return self._runner.run(self._tenants.call("scim", method, f"/scim/v2{path}", **options))

    def reset(self) -> None:
        self._runner.run(self._tenants.control("POST", "/reset"))
        self.places = [f"/{kind}/{self.ask('GET', f'/{kind}?count=1').json['Resources'][0]['id']}" for kind in KINDS]


KINDS = ("Users", "Groups")


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    importlib.import_module("keyturn.sandbox.scim.protocol")

    async def opened() -> tuple[Sandbox, aiohttp.ClientSession]:
        sandbox = await Sandbox(SandboxConfig()).__aenter__()
        return sandbox, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))

    with asyncio.Runner() as runner:
        sandbox, http = runner.run(opened())
        made = App(runner, Tenants(sandbox.urls, http))
        made.reset()
        yield made
        runner.run(http.close())
        runner.run(sandbox.__aexit__(None, None, None))


def conforms(answer: Answer) -> None:
    """Whether an answer is what RFC 7644 says of its status."""
    from scim2_models import Context, Error, Group, ListResponse, User

    from keyturn.sandbox.scim.models import EnterpriseUser

    assert answer.status < 500, answer.raw
    if answer.status == 204:
        assert answer.raw == b""
        return
    assert answer.headers["Content-Type"].partition(";")[0] == "application/scim+json", answer.raw
    if answer.status >= 400:
        assert answer.json["schemas"] == [ERROR]
        assert answer.json["status"] == str(answer.status)
        Error.model_validate(answer.json)
        return
    said = answer.json["schemas"]
    models = User[EnterpriseUser] | Group
    if said == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]:
        ListResponse[models].model_validate(answer.json, scim_ctx=Context.SEARCH_RESPONSE)
        return
    model: Any = User[EnterpriseUser] if USER in said else Group
    model.model_validate(answer.json, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert answer.json["id"]
    assert answer.json["meta"]["resourceType"] == model.__name__.partition("[")[0]


NAMES = st.sampled_from(
    [
        *("userName", "name.givenName", "name", "emails", "emails.value", "active", "displayName", "id", "externalId"),
        *("members", "members.value", "groups", "roles", "phoneNumbers", "photos", "x509Certificates", "addresses"),
        *("meta", "meta.lastModified", "schemas", "password", "nothing", "$ref", "é", ""),
        *(f"{USER}:userName", ENTERPRISE, f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager.value"),
    ]
)
LITERALS = st.one_of(
    st.sampled_from(["true", "false", "null", "12", "-1.5", '""', '"2026-01-01T00:00:00Z"', "1e999", "NaN", "True"]),
    st.text(max_size=6).map(json.dumps),
    st.text(max_size=4),
)
OPERATORS = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "zz", ""])
TESTS = st.one_of(
    st.builds("{} {} {}".format, NAMES, OPERATORS, LITERALS),
    NAMES.map("{} pr".format),
    st.builds("{}[{} {} {}]".format, NAMES, st.sampled_from(["type", "value", "primary", "x"]), OPERATORS, LITERALS),
)
FILTERS = st.one_of(
    TESTS,
    st.builds("{} {} {}".format, TESTS, st.sampled_from(["and", "or", "AND", "xor"]), TESTS),
    TESTS.map("not ({})".format),
    TESTS.map("({}".format),
    st.text(max_size=12),
)
PATHS = st.one_of(
    NAMES,
    st.builds("{}[{} {} {}]".format, NAMES, st.sampled_from(["type", "value", "primary"]), OPERATORS, LITERALS),
    st.builds("{}[{} eq {}].{}".format, NAMES, st.sampled_from(["type", "value"]), LITERALS, NAMES),
    st.text(max_size=8),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(NAMES, st.sampled_from(["value", "type", "primary", "$ref"])), inner, max_size=3),
    ),
    max_leaves=6,
)
OPERATIONS = st.fixed_dictionaries(
    {},
    optional={
        "op": st.one_of(st.sampled_from(["add", "replace", "remove", "Add", "move", ""]), SCALARS),
        "path": st.one_of(PATHS, SCALARS),
        "value": VALUES,
    },
)
PATCHES = st.fixed_dictionaries(
    {"schemas": st.just([PATCH])},
    optional={"Operations": st.one_of(st.lists(st.one_of(OPERATIONS, SCALARS), max_size=3), VALUES)},
)
MEMBERS = ["userName", "name", "emails", "active", "displayName", "members", "externalId", ENTERPRISE, "id", "meta"]
BODIES = st.fixed_dictionaries(
    {"schemas": st.one_of(st.sampled_from([[USER], [GROUP], [USER, ENTERPRISE]]), VALUES)},
    optional=dict.fromkeys(MEMBERS, VALUES),
)
KIND = st.sampled_from(
    ["application/scim+json", "application/json", "text/plain", "application/scim+json; charset=x", ""]
)
MANY = settings(max_examples=40, deadline=None)


@MANY
@given(
    place=st.sampled_from(KINDS),
    text=FILTERS,
    more=st.sampled_from(["", "&sortBy=name.x", "&count=-1", "&startIndex=0"]),
)
def test_any_filter_is_answered_or_refused(app: App, place: str, text: str, more: str) -> None:
    conforms(app.ask("GET", f"/{place}?filter={quote(text, safe='')}{more}"))


@MANY
@given(where=st.integers(0, 1), body=st.one_of(PATCHES, VALUES), kind=KIND)
def test_any_patch_is_taken_or_refused_and_then_changes_nothing(app: App, where: int, body: Any, kind: str) -> None:
    place = app.places[where]
    before = app.ask("GET", place)
    answer = app.ask("PATCH", place, json.dumps(body).encode(), kind)
    conforms(answer)
    after = app.ask("GET", place)
    conforms(after)
    if answer.status >= 400:
        assert after.json == before.json
    else:
        app.reset()


@MANY
@given(where=st.integers(0, 1), method=st.sampled_from(["POST", "PUT"]), body=st.one_of(BODIES, VALUES), kind=KIND)
def test_any_resource_is_taken_or_refused_and_then_changes_nothing(
    app: App, where: int, method: str, body: Any, kind: str
) -> None:
    place = app.places[where]
    before, all_of = app.ask("GET", place), app.ask("GET", f"/{KINDS[where]}?count=0").json["totalResults"]
    answer = app.ask(method, place if method == "PUT" else f"/{KINDS[where]}", json.dumps(body).encode(), kind)
    conforms(answer)
    if answer.status >= 400:
        assert app.ask("GET", place).json == before.json
        assert app.ask("GET", f"/{KINDS[where]}?count=0").json["totalResults"] == all_of
    else:
        app.reset()


@MANY
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=st.one_of(
        st.sampled_from(["/Users", "/Bulk", "/Me", "/.search", "/Users/.search", "/Schemas/x", "/"]),
        st.text(max_size=6),
    ),
    body=st.one_of(st.none(), st.binary(max_size=12), VALUES.map(lambda value: json.dumps(value).encode())),
    kind=KIND,
)
@example(method="GET", path="/Users/\n/", body=None, kind="")
def test_any_request_is_answered(app: App, method: str, path: str, body: bytes | None, kind: str) -> None:
    answer = app.ask(method, quote(path, safe="/"), body, kind)
    assert answer.status < 500 or (answer.status, path) == (501, "/Me"), answer.raw
