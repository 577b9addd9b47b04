"""Slack's SCIM interface: how a member is deactivated and brought back on plans without Enterprise Grid.

Source: https://docs.slack.dev/reference/scim-api. Users and groups, in versions 1 and 2; what is changed
here is changed for the Web API as well.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.filters import NotUnderstood, Rules, condition
from keyturn.sandbox.routing import Route
from keyturn.sandbox.slack.people import deactivate
from keyturn.sandbox.slack.seed import user, usergroup
from keyturn.sandbox.slack.workspace import SlackWorkspace, profile_of
from keyturn.sandbox.values import Json, JsonObject, Shelf, as_list, as_object, as_text, normal, texts, to_json
from keyturn.sandbox.wire import JsonAnswer, Refused, whole_number

_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_MEDIA = "application/scim+json"
_TAKEN = ("application/json", _MEDIA)
_FILTERED = frozenset({"id", "username", "active", "displayname", "emails", "emails.value", "title"})


class ScimDesk:
    """Answers `/scim/v2/Users` and `/scim/v2/Groups`."""

    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace
        self._rules = Rules(knows=lambda name, operator: name.lower() in _FILTERED)

    def routes(self) -> list[Route]:
        """The operations."""
        routes: list[Route] = []
        for users in ("/scim/v1/Users", "/scim/v2/Users"):
            routes += [
                Route(users, self._list),
                Route(users, self._create, ["POST"]),
                Route(users + "/{key}", self._get),
                Route(users + "/{key}", self._patch, ["PATCH"]),
                Route(users + "/{key}", self._replace, ["PUT"]),
                Route(users + "/{key}", self._delete, ["DELETE"]),
            ]
        for groups in ("/scim/v1/Groups", "/scim/v2/Groups"):
            routes += [
                Route(groups, self._list_groups),
                Route(groups, self._create_group, ["POST"]),
                Route(groups + "/{key}", self._get_group),
                Route(groups + "/{key}", self._patch_group, ["PATCH"]),
                Route(groups + "/{key}", self._replace_group, ["PUT"]),
                Route(groups + "/{key}", self._delete_group, ["DELETE"]),
            ]
        return routes

    def _people(self) -> list[JsonObject]:
        return [row for row in self._workspace.core.shelf("slack.users").values() if row["is_bot"] is not True]

    async def _list(self, request: Request) -> Response:
        return self._page(request, [self._shown(row) for row in self._people()])

    def _page(self, request: Request, rows: list[JsonObject]) -> Response:
        params = request.query_params
        if params.get("filter"):  # the SDK sends an empty one where none was given
            try:
                meets = condition(params["filter"], self._rules)
            except NotUnderstood as error:
                raise _refusal(400, "invalid_filter", "invalidFilter") from error
            rows = [row for row in rows if meets(row)]
        start = whole_number(params.get("startIndex"), 1, 0, 10**8) or 1
        count = whole_number(params.get("count"), 10, 0, 1000)
        if count is None:
            raise _refusal(400, "invalid_count")
        page: list[Json] = list(rows[start - 1 : start - 1 + count])
        frame: JsonObject = {"schemas": [_LIST], "totalResults": len(rows), "itemsPerPage": len(page)}
        return _answer({**frame, "startIndex": start, "Resources": page})

    async def _get(self, request: Request) -> Response:
        return _answer(self._shown(self._found(request)))

    def _found(self, request: Request) -> JsonObject:
        key = str(request.path_params["key"])
        found = next((row for row in self._people() if row["id"] == key), None)
        if found is None:
            raise _refusal(404, "user_not_found")
        return found

    async def _create(self, request: Request) -> Response:
        body = await _body(request)
        email = next((as_text(as_object(row).get("value")) for row in as_list(body.get("emails"))), "")
        name = as_text(body.get("userName"))
        if not (email and name):
            raise _refusal(400, "missing_fields", "invalidValue")
        if any(_same(row, name, email) for row in self._people()):
            raise _refusal(409, "username_taken", "uniqueness")
        given = as_object(body.get("name"))
        real = f"{as_text(given.get('givenName'))} {as_text(given.get('familyName'))}".strip() or name
        key = f"U0{self._workspace.core.ids.word(9).upper()}"
        self._workspace.core.shelf("slack.users")[key] = row = user(key, name, real, email)
        self._write(row, body)
        return _answer(self._shown(row), 201)

    async def _replace(self, request: Request) -> Response:
        row = self._found(request)
        self._write(row, await _body(request))
        return _answer(self._shown(row))

    async def _patch(self, request: Request) -> Response:
        row = self._found(request)
        body = await _body(request)
        # as SCIM 1.1 has it, what is named is changed
        changes = [body] if "Operations" not in body else []
        for each in as_list(body.get("Operations")):
            operation = as_object(each)
            path, value = as_text(operation.get("path")), operation.get("value")
            if as_text(operation.get("op")).lower() not in ("add", "replace") or not (path or isinstance(value, dict)):
                raise _refusal(400, "invalid_operation", "invalidPath")
            changes.append({path: value} if path else as_object(value))
        for change in changes:
            self._write(row, change)
        return _answer(self._shown(row))

    async def _delete(self, request: Request) -> Response:
        """Deactivates: nobody is ever deleted."""
        deactivate(self._workspace, self._found(request))
        return Response(status_code=204)

    # groups

    async def _list_groups(self, request: Request) -> Response:
        return self._page(
            request, [self._shown_group(row) for row in self._groups().values() if row["date_delete"] == 0]
        )

    def _groups(self) -> Shelf:
        return self._workspace.core.shelf("slack.usergroups")

    def _group(self, request: Request) -> JsonObject:
        found = self._groups().get(str(request.path_params["key"]))
        if found is None or found["date_delete"] != 0:
            raise _refusal(404, "group_not_found")
        return found

    async def _get_group(self, request: Request) -> Response:
        return _answer(self._shown_group(self._group(request)))

    async def _create_group(self, request: Request) -> Response:
        body = await _body(request)
        name = as_text(body.get("displayName"))
        if not name:
            raise _refusal(400, "missing_fields", "invalidValue")
        if any(row["name"] == name for row in self._groups().values()):
            raise _refusal(409, "name_already_exists", "uniqueness")
        key = f"S0{self._workspace.core.ids.word(9).upper()}"
        row = usergroup(key, name, name.lower().replace(" ", "-"), "", [])
        row["users"] = self._member_ids(body.get("members"))
        self._groups()[key] = row
        self._workspace.core.changed()
        return _answer(self._shown_group(row), 201)

    async def _replace_group(self, request: Request) -> Response:
        row = self._group(request)
        body = await _body(request)
        users = self._member_ids(body.get("members"))
        row.update({"name": as_text(body.get("displayName")) or row["name"], "users": users})
        self._workspace.core.changed()
        return _answer(self._shown_group(row))

    async def _patch_group(self, request: Request) -> Response:
        """Members are added and removed; version 1 marks those who go with `operation: delete`."""
        row = self._group(request)
        body = await _body(request)
        operations = [as_object(each) for each in as_list(body.get("Operations"))]
        name, users = row["name"], texts(row["users"])
        if "Operations" not in body:
            name = as_text(body.get("displayName")) or name
            operations = [
                {"op": "remove" if as_object(each).get("operation") == "delete" else "add", "value": [each]}
                for each in as_list(body.get("members"))
            ]
        for operation in operations:
            ids = texts(self._member_ids(operation.get("value")))
            verb = as_text(operation.get("op")).lower()
            kept = [] if verb == "replace" else [key for key in users if key not in ids]
            users = kept if verb == "remove" else [*kept, *ids]
        row.update({"name": name, "users": [*users]})
        self._workspace.core.changed()
        return _answer(self._shown_group(row))

    async def _delete_group(self, request: Request) -> Response:
        self._group(request)["date_delete"] = self._workspace.seconds()
        self._workspace.core.changed()
        return Response(status_code=204)

    def _member_ids(self, members: Json) -> list[Json]:
        ids = [as_text(as_object(each).get("value")) for each in as_list(members)]
        known = self._workspace.core.shelf("slack.users")
        if any(key not in known for key in ids):
            raise _refusal(400, "user_not_found", "invalidValue")
        return [*dict.fromkeys(ids)]

    def _shown_group(self, row: JsonObject) -> JsonObject:
        users = self._workspace.core.shelf("slack.users")
        members: list[Json] = [
            {"value": key, "display": users[key]["name"]} for key in texts(row["users"]) if key in users
        ]
        location = f"{self._workspace.core.base('slack')}/scim/v2/Groups/{row['id']}"
        return {
            "schemas": [_GROUP],
            "id": row["id"],
            "meta": {"resourceType": "Group", "location": location},
            "displayName": row["name"],
            "members": members,
        }

    def _write(self, row: JsonObject, body: JsonObject) -> None:
        profile = profile_of(row)
        active = body.get("active")
        if active is False or active == "False":
            deactivate(self._workspace, row)
        elif active is not None:
            row["deleted"] = False
        names = {"displayName": "display_name", "title": "title", "nickName": "display_name"}
        for name, held in names.items():
            if isinstance(body.get(name), str):
                profile[held] = body[name]
        if isinstance(body.get("userName"), str):
            row["name"] = body["userName"]
        for each in as_list(body.get("emails")):
            profile["email"] = as_object(each).get("value", profile.get("email"))
        row["updated"] = self._workspace.seconds()
        self._workspace.core.changed()

    def _shown(self, row: JsonObject) -> JsonObject:
        profile = profile_of(row)
        name: JsonObject = {"givenName": profile.get("first_name"), "familyName": profile.get("last_name")}
        emails: list[Json] = [{"value": profile.get("email"), "primary": True}]
        location = f"{self._workspace.core.base('slack')}/scim/v2/Users/{row['id']}"
        return {
            "schemas": [_USER],
            "id": row["id"],
            "externalId": "",
            "meta": {"resourceType": "User", "location": location},
            "userName": row["name"],
            "nickName": profile.get("display_name"),
            "name": name,
            "displayName": row["real_name"],
            "title": profile.get("title"),
            "active": row["deleted"] is not True,
            "emails": emails,
            "groups": [],
        }


def _same(row: JsonObject, name: str, email: str) -> bool:
    return normal(as_text(row["name"])) == normal(name) or normal(as_text(profile_of(row).get("email"))) == normal(
        email
    )


async def _body(request: Request) -> JsonObject:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = to_json(await request.json()) if media_type in _TAKEN else None
    except ValueError as error:
        raise _refusal(400, "invalid_json", "invalidSyntax") from error
    if not isinstance(body, dict):
        raise _refusal(400, "invalid_json", "invalidSyntax")
    return body


def _answer(body: JsonObject, status: int = 200) -> Response:
    return JsonAnswer(body, status, media_type=_MEDIA)


def _refusal(status: int, detail: str, kind: str | None = None) -> Refused:
    body: JsonObject = {"schemas": [_ERROR], "status": str(status), "detail": detail}
    return Refused(status, {**body, "scimType": kind} if kind else body)
