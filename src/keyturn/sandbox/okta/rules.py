"""Group rules of the pretend Okta org: an expression says who belongs to which groups.

What an expression may say stands in rule_expressions.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.okta.groups import GroupDesk
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.okta.rule_expressions import Belongs, NotAnExpression, read_expression
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, normal, texts
from keyturn.sandbox.wire import JsonAnswer, json_object

_INVALID = "INVALID"


class RuleDesk:
    """Answers `/api/v1/groups/rules`."""

    def __init__(self, org: OktaOrg, groups: GroupDesk) -> None:
        self._org = org
        self._groups = groups
        org.profile_watchers.append(self._apply)

    def routes(self) -> list[Route]:
        """The operations."""
        rules = "/api/v1/groups/rules"
        return [
            Route(rules, self._list),
            Route(rules, self._create, ["POST"]),
            Route(rules + "/{rule}", self._get),
            Route(rules + "/{rule}", self._replace, ["PUT"]),
            Route(rules + "/{rule}", self._delete, ["DELETE"]),
            Route(rules + "/{rule}/lifecycle/activate", self._activate, ["POST"]),
            Route(rules + "/{rule}/lifecycle/deactivate", self._deactivate, ["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        rows = list(self._org.core.shelf("okta.rules").values())
        search = normal(request.query_params.get("search", ""))
        return self._org.page(request, [row for row in rows if search in normal(as_text(row["name"]))], 200, 50)

    async def _create(self, request: Request) -> Response:
        now = self._org.core.now()
        rule: JsonObject = {"id": self._org.new_id("0pr"), "status": "INACTIVE", "created": now, "lastUpdated": now}
        rule.update(self._read(await json_object(request), None))
        self._org.core.shelf("okta.rules")[as_text(rule["id"])] = rule
        self._org.core.changed()
        return JsonAnswer(rule)

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._rule(request))

    async def _replace(self, request: Request) -> Response:
        rule = self._rule(request)
        if rule["status"] == "ACTIVE":
            raise self._org.words.validation("status", "An active group rule cannot be changed: deactivate it first.")
        if rule["status"] == _INVALID:
            raise self._org.words.validation("status", "Only an inactive group rule can be changed.")
        rule.update(self._read(await json_object(request), rule))
        rule["lastUpdated"] = self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(rule)

    async def _delete(self, request: Request) -> Response:
        """202: members that came by the rule go in the background; here they are gone at once, if that is wished."""
        rule = self._rule(request)
        if request.query_params.get("removeUsers") == "true":
            for group_id in _group_ids(rule):
                members = self._org.core.shelf("okta.members").get(group_id, {})
                for user_id in self._org.core.shelf("okta.ruled").get(as_text(rule["id"]), {}):
                    members.pop(user_id, None)
        self._org.core.shelf("okta.ruled").pop(as_text(rule["id"]), None)
        del self._org.core.shelf("okta.rules")[as_text(rule["id"])]
        self._org.core.changed()
        return Response(status_code=202)

    async def _activate(self, request: Request) -> Response:
        rule = self._valid(request)
        rule["status"], rule["lastUpdated"] = "ACTIVE", self._org.core.now()
        for account in list(self._org.core.world.accounts.okta):
            self._put_in(request, rule, account)
        self._org.core.changed()
        return Response(status_code=204)

    def _apply(self, request: Request, account: OktaAccount) -> None:
        """Put a user whose profile has changed where the active rules say."""
        for rule in list(self._org.core.shelf("okta.rules").values()):
            if rule["status"] == "ACTIVE":
                self._put_in(request, rule, account)

    def _put_in(self, request: Request, rule: JsonObject, account: OktaAccount) -> None:
        people = as_object(as_object(rule["conditions"]).get("people"))
        excluded = texts(as_object(people.get("users")).get("exclude"))
        if account.status == "DEPROVISIONED" or account.id in excluded or not self._belongs(rule)(account):
            return
        ruled = self._org.core.shelf("okta.ruled").setdefault(as_text(rule["id"]), {})
        for group_id in _group_ids(rule):
            group = self._org.core.shelf("okta.groups").get(group_id)
            members = self._org.core.shelf("okta.members").setdefault(group_id, {})
            if group is not None and account.id not in members:
                ruled[account.id] = True
                self._groups.join(request, group, account.id)

    async def _deactivate(self, request: Request) -> Response:
        rule = self._valid(request)
        rule["status"], rule["lastUpdated"] = "INACTIVE", self._org.core.now()
        self._org.core.changed()
        return Response(status_code=204)

    def _rule(self, request: Request) -> JsonObject:
        return self._org.document(request, "rule", "okta.rules", "GroupRule")

    def _valid(self, request: Request) -> JsonObject:
        """The rule that is named, none of whose groups has been deleted. Raises Refused."""
        rule = self._rule(request)
        if rule["status"] == _INVALID:
            text = "Cannot activate or deactivate a Group Rule with the status INVALID."
            raise self._org.words.validation("updateRuleStatus", text)
        return rule

    def _read(self, body: JsonObject, own: JsonObject | None) -> JsonObject:
        name = as_text(body.get("name"))
        if not 0 < len(name) <= 50:
            raise self._org.words.validation("name", "name: must have 1 to 50 characters")
        rules = self._org.core.shelf("okta.rules").values()
        if any(rule is not own and rule["name"] == name for rule in rules):
            text = "name: An object with this field already exists in the current organization"
            raise self._org.words.validation("name", text)
        read: JsonObject = {
            "type": "group_rule",
            "name": name,
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
                **as_object(body.get("conditions")),
            },
            "actions": as_object(body.get("actions")),
        }
        groups = _group_ids(read)
        if not groups:
            raise self._org.words.validation("groupIds", "groupIds: The field cannot be left blank")
        for group_id in groups:
            self._org.find(group_id, "okta.groups", "UserGroup")
        self._belongs(read)
        return read

    def _belongs(self, rule: JsonObject) -> Belongs:
        expression = as_text(as_object(as_object(rule["conditions"]).get("expression")).get("value"))
        try:
            return read_expression(expression, self._org)
        except NotAnExpression as error:
            text = f"Invalid property expression in expression {expression!r}"
            raise self._org.words.validation("expression", text) from error


def _group_ids(rule: JsonObject) -> list[str]:
    return texts(as_object(as_object(rule["actions"]).get("assignUserToGroups")).get("groupIds"))
