"""Settings of people of the pretend Microsoft 365 tenant, and what their mail boxes can be set to.

Source: https://learn.microsoft.com/en-us/graph/api/usersettings-get, .../usersettings-update,
.../userinsightssettings-get, .../shiftpreferences-get, .../outlookuser-supportedtimezones and
.../outlookuser-supportedlanguages. They are kept, and change nothing of what else the tenant does.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, GraphDirectory, odata, plain
from keyturn.sandbox.graph.time_zones import iana_zones, windows_zones
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_object
from keyturn.sandbox.wire import json_object

_SHELF = "graph.user_settings"
_USUAL: dict[str, JsonObject] = {
    "": {
        "contributionToContentDiscoveryAsOrganizationDisabled": False,
        "contributionToContentDiscoveryDisabled": False,
    },
    "itemInsights": {"isEnabled": True},
    "shiftPreferences": {"createdDateTime": None, "lastModifiedDateTime": None, "availability": []},
}
_OF_ORGANISATION = "contributionToContentDiscoveryAsOrganizationDisabled"
_READ_ONLY = frozenset({_OF_ORGANISATION, "createdDateTime", "lastModifiedDateTime"})
_LANGUAGES = (
    ("da-DK", "Danish (Denmark)"),
    ("de-DE", "German (Germany)"),
    ("en-GB", "English (United Kingdom)"),
    ("en-US", "English (United States)"),
    ("es-ES", "Spanish (Spain)"),
    ("fi-FI", "Finnish (Finland)"),
    ("fr-FR", "French (France)"),
    ("it-IT", "Italian (Italy)"),
    ("ja-JP", "Japanese (Japan)"),
    ("ko-KR", "Korean (Korea)"),
    ("nb-NO", "Norwegian, Bokmål (Norway)"),
    ("nl-NL", "Dutch (Netherlands)"),
    ("pl-PL", "Polish (Poland)"),
    ("pt-BR", "Portuguese (Brazil)"),
    ("sv-SE", "Swedish (Sweden)"),
    ("tr-TR", "Turkish (Türkiye)"),
    ("zh-CN", "Chinese (People's Republic of China)"),
)


class UserSettingDesk:
    """Answers `/users/{user}/settings` and `/users/{user}/outlook`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        user = "/v1.0/users/{key}"
        routes = [
            Route(user + "/outlook", self._outlook),
            Route(user + "/outlook/supportedTimeZones", self._time_zones),
            Route(user + "/outlook/supportedTimeZones/{standard}", self._time_zones),
            Route(user + "/outlook/supportedLanguages", self._languages),
        ]
        for name in _USUAL:
            path = f"{user}/settings/{name}".rstrip("/")
            routes += [Route(path, self._get(name)), Route(path, self._change(name), ["PATCH"])]
        return routes

    def _kept(self, user_id: str, name: str) -> JsonObject:
        kept = self._directory.core.shelf(_SHELF).get(user_id, {})
        return {**_USUAL[name], **as_object(kept.get(name))}

    def _shown(self, user_id: str, name: str) -> Response:
        context = f"{CONTEXT}#users('{user_id}')/settings{'/' if name else ''}{name}/$entity"
        key = {"shiftPreferences": f"SHPR_{user_id}"}.get(name, user_id)
        return odata({"@odata.context": context, "id": key, **self._kept(user_id, name)})

    def _get(self, name: str) -> Endpoint:
        async def get(request: Request) -> Response:
            return self._shown(self._directory.user(request).id, name)

        return get

    def _change(self, name: str) -> Endpoint:
        async def change(request: Request) -> Response:
            account, body = self._directory.user(request), plain(await json_object(request))
            self._check(name, self._kept(account.id, name), body)
            if name == "shiftPreferences":
                now = self._directory.now()
                made = self._kept(account.id, name)["createdDateTime"] or now
                body = {**body, "createdDateTime": made, "lastModifiedDateTime": now}
            kept = self._directory.members(_SHELF, account.id)
            kept[name] = {**as_object(kept.get(name)), **body}
            self._directory.core.changed()
            return Response(status_code=204) if name == "shiftPreferences" else self._shown(account.id, name)

        return change

    def _check(self, name: str, known: JsonObject, body: JsonObject) -> None:
        """Raises Refused (400) for what cannot be set."""
        words, kind = (
            self._directory.words,
            {"": "userSettings", "itemInsights": "userInsightsSettings"}.get(name, name),
        )
        for each, value in body.items():
            if each not in known:
                text = f"The property '{each}' does not exist on type 'microsoft.graph.{kind}'."
                raise words.bad_request(f"{text} Make sure to only use property names that are defined by the type.")
            if each in _READ_ONLY and value != known[each]:
                raise words.bad_request(f"The property '{each}' is read-only.")
            if isinstance(known[each], bool) and not isinstance(value, bool):
                raise words.bad_request(f"Cannot convert the value of '{each}' to the expected type 'Edm.Boolean'.")
            if isinstance(known[each], list) and not isinstance(value, list):
                raise words.bad_request(f"Cannot convert the value of '{each}' to a collection.")

    # what there is to choose

    async def _outlook(self, request: Request) -> Response:
        user_id = self._directory.user(request).id
        return odata({"@odata.context": f"{CONTEXT}#users('{user_id}')/outlook/$entity", "id": user_id})

    async def _time_zones(self, request: Request) -> Response:
        self._directory.user(request)
        standard = str(request.path_params.get("standard", "Windows"))
        rows: list[Json]
        match standard.lower():
            case "windows":
                rows = [{"alias": alias, "displayName": name} for alias, name in windows_zones()]
            case "iana":
                rows = [{"alias": name, "displayName": name} for name in iana_zones()]
            case _:
                raise self._directory.words.bad_request(f"'{standard}' is no timeZoneStandard: windows, iana.")
        return odata({"@odata.context": f"{CONTEXT}#Collection(microsoft.graph.timeZoneInformation)", "value": rows})

    async def _languages(self, request: Request) -> Response:
        self._directory.user(request)
        rows: list[Json] = [{"locale": locale, "displayName": name} for locale, name in _LANGUAGES]
        return odata({"@odata.context": f"{CONTEXT}#Collection(microsoft.graph.localeInfo)", "value": rows})
