"""What apps of the pretend Slack workspace are told and do about themselves, and what administrators settle of them.

Source: https://docs.slack.dev/reference/methods. There is no RTM for apps with granular scopes, and without manifests
of apps nobody gets a configuration token: both are refused as Slack refuses them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.oauth import SLACK_CLIENT
from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.seed import TEAM
from keyturn.sandbox.slack.workspace import (
    SlackWorkspace,
    arguments,
    done,
    failed,
    list_of,
    object_of,
    profile_of,
    text_of,
)
from keyturn.sandbox.tokens import IssuedTokens, end_consents
from keyturn.sandbox.values import Json, JsonObject, as_text, texts
from keyturn.sandbox.wire import bearer

_CONFIGS = "slack.app_configs"
_STRATEGIES = ("builder_choice", "end_user_only")
_MOST = 400


class AppDesk:
    """Answers `openid.connect.userInfo`, `migration.exchange`, `apps.uninstall`, `admin.apps.config.*` and the like."""

    def __init__(self, workspace: SlackWorkspace, tokens: IssuedTokens) -> None:
        self._workspace = workspace
        self._tokens = tokens

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "openid.connect.userInfo": self._about,
            "migration.exchange": self._exchange,
            "apps.uninstall": self._uninstall,
            "admin.apps.config.lookup": self._configs,
            "admin.apps.config.set": self._configure,
            "rtm.connect": self._not_for_this_token,
            "rtm.start": self._not_for_this_token,
            "tooling.tokens.rotate": self._rotate,
        }

    async def _about(self, request: Request) -> Response:
        """Who the token is of: an app's own token is of the administrator who has put the app in."""
        await arguments(request)
        users = self._workspace.core.shelf("slack.users").values()
        user = next(row for row in users if row.get("is_admin") is True and row["deleted"] is not True)
        profile = profile_of(user)
        base = "https://slack.com"
        return done(
            {
                "sub": user["id"],
                f"{base}/user_id": user["id"],
                f"{base}/team_id": TEAM,
                f"{base}/team_name": COMPANY,
                f"{base}/team_domain": "northwind",
                "email": profile.get("email"),
                "email_verified": True,
                "name": profile.get("real_name"),
                "given_name": profile.get("first_name"),
                "family_name": profile.get("last_name"),
                "locale": user.get("locale") or "en-US",
                "picture": profile.get("image_192"),
            }
        )

    async def _exchange(self, request: Request) -> Response:
        """Ids of the workspace as those of the organisation, which has the same here; or the other way about."""
        given = await arguments(request)
        users = list_of(given, "users")
        if as_text(given.get("team_id")) not in ("", TEAM):
            raise failed("team_not_found")
        if not users:
            raise failed("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: users"]})
        if len(users) > _MOST:
            raise failed("too_many_users")
        known = self._workspace.core.shelf("slack.users")
        found: JsonObject = {key: key for key in users if key in known}
        lost: list[Json] = [key for key in users if key not in known]
        return done({"team_id": TEAM, "enterprise_id": "E0NORTHWIND", "user_id_map": found, "invalid_user_ids": lost})

    async def _uninstall(self, request: Request) -> Response:
        """All tokens that people have given to the app end. The workspace's own token is nobody's to end."""
        given = await arguments(request)
        client, secret = as_text(given.get("client_id")), as_text(given.get("client_secret"))
        if client != SLACK_CLIENT:
            raise failed("invalid_client_id")
        if not hmac.compare_digest(secret.encode(), self._workspace.core.world.secrets.client_secret.encode()):
            raise failed("bad_client_secret")
        if self._tokens.find(bearer(request)) is None:
            raise failed("client_id_token_mismatch")
        end_consents(self._workspace.core, "slack")
        return done()

    async def _not_for_this_token(self, request: Request) -> Response:
        await arguments(request)
        raise failed("not_allowed_token_type")

    async def _rotate(self, request: Request) -> Response:
        text_of(await arguments(request), "refresh_token")
        raise failed("invalid_refresh_token")

    # what administrators settle

    async def _configs(self, request: Request) -> Response:
        wanted = list_of(await arguments(request), "app_ids")
        if not wanted:
            raise failed(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: app_ids"]}
            )
        kept = self._workspace.core.shelf(_CONFIGS)
        return done({"configs": [kept.get(key) or _usual(key) for key in wanted]})

    async def _configure(self, request: Request) -> Response:
        given = await arguments(request)
        app = text_of(given, "app_id")
        strategy, domains = given.get("workflow_auth_strategy"), object_of(given, "domain_restrictions")
        row: JsonObject = {**(self._workspace.core.shelf(_CONFIGS).get(app) or _usual(app))}
        if strategy is not None:
            if strategy not in _STRATEGIES:
                raise failed("invalid_arguments")
            row["workflow_auth_strategy"] = strategy
        if domains is not None:
            if not isinstance(domains, dict):
                raise failed("invalid_arguments")
            held: JsonObject = {name: list[Json](texts(domains.get(name))) for name in ("urls", "emails")}
            row["domain_restrictions"] = held
        self._workspace.core.shelf(_CONFIGS)[app] = row
        self._workspace.core.changed()
        return done()


def _usual(app: str) -> JsonObject:
    """What holds of an app of which nobody has settled anything."""
    return {
        "app_id": app,
        "domain_restrictions": {"urls": [], "emails": []},
        "workflow_auth_strategy": _STRATEGIES[0],
    }
