"""Which scopes each operation of a vendor needs, from the vendors' own descriptions.

`python tests/sandbox/support_scopes.py ../shared/specs` writes them anew to where the sandbox reads them; a test
compares.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parents[2] / "src" / "keyturn" / "sandbox" / "scopes"
_METHODS = ("get", "post", "put", "patch", "delete")
_GOOGLE = ("directory", "datatransfer", "licensing", "reports")
# Of Google's services that have no description, or one that leaves these out. Sign-in:
# https://developers.google.com/identity/protocols/oauth2/scopes; scripts:
# https://developers.google.com/apps-script/reference; those of administrators, as GAM asks for them:
# https://github.com/GAM-team/GAM/blob/main/src/gam/gamlib/glapi.py; photos and businesses:
# https://developers.google.com/photos/overview/authorization and /my-business/content/implement-oauth; and the feeds
# of its older interfaces, which scripts still ask for.
_GOOGLE_UNDESCRIBED = """
openid email profile plus.login plus.me
script.container.ui script.external_request script.scriptapp script.send_mail script.storage script.webapp.deploy
documents.currentonly forms.currentonly presentations.currentonly spreadsheets.currentonly drive.install
admin.contact.delegation admin.contact.delegation.readonly admin.directory.device.chromebrowsers
admin.directory.device.chromebrowsers.readonly admin.directory.notifications cloud-identity cloud-identity.readonly
cloud-identity.userinvitations cloud-identity.userinvitations.readonly datastudio datastudio.readonly iam
photoslibrary photoslibrary.appendonly photoslibrary.edit.appcreateddata photoslibrary.readonly
photoslibrary.readonly.appcreateddata photoslibrary.sharing photospicker.mediaitems.readonly business.manage
https://apps-apis.google.com/a/feeds/compliance/audit/ https://apps-apis.google.com/a/feeds/domain/
https://apps-apis.google.com/a/feeds/emailsettings/2.0/ https://apps-apis.google.com/a/feeds/groups/
https://docs.google.com/feeds https://docs.google.com/feeds/ https://sites.google.com/feeds
https://sites.google.com/feeds/ https://spreadsheets.google.com/feeds https://spreadsheets.google.com/feeds/
https://www.google.com/calendar/feeds/ https://www.google.com/m8/feeds/
"""
# https://learn.microsoft.com/en-us/graph/api/authentication-list-methods, and of each kind
_METHODS_OF_SIGN_IN = ("UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All")
# Not in the description: https://learn.microsoft.com/en-us/graph/api/invitation-post
_INVITING = ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"]
# https://learn.microsoft.com/en-us/graph/api/directoryobject-getavailableextensionproperties
_OWN_ATTRIBUTES = ["Directory.Read.All"]
# Slack's description is of 2021; what its scopes are called today: https://docs.slack.dev/reference/scopes
_RENAMED = {"chat:write:user": "chat:write", "chat:write:bot": "chat:write"}
_BESIDE = {"channels:write": "channels:manage"}  # the same for apps that act as themselves
# https://docs.slack.dev/reference/scopes/admin: its SCIM interface
_SLACK_BESIDE = {"* /api/openid.connect.userInfo": ["openid"]}  # .../reference/methods/openid.connect.userInfo
_SLACK_SCIM = [f"{method} /scim/v2/{{rest*}}" for method in ("GET", "POST", "PUT", "PATCH", "DELETE")]


def facts(specs: Path) -> dict[str, dict[str, list[str]]]:
    """By vendor and operation the ways to be allowed it, each as scopes with spaces between them."""
    return {
        "okta": dict(sorted(_okta(_read(specs, "okta-management")))),
        "graph": dict(sorted(_graph(_read(specs, "graph-v1")))),
        "google": dict(sorted(one for name in _GOOGLE for one in _google(_read(specs, f"google-{name}-v1")))),
        "slack": dict(sorted(_slack(_read(specs, "slack-web")))),
    }


def named(specs: Path) -> dict[str, list[str]]:
    """By vendor the scopes that the description lists, whether or not it has an operation that needs them. Those of
    others the operations name."""
    flows = _read(specs, "okta-management")["components"]["securitySchemes"]["oauth2"]["flows"].values()
    versions = {**dict.fromkeys(_GOOGLE, "v1"), "drive": "v3", "gmail": "v1", "sheets": "v4"}
    google = {scope for name, one in versions.items() for scope in google_scopes(_read(specs, f"google-{name}-{one}"))}
    return {"google": sorted(google), "okta": sorted({scope for flow in flows for scope in flow["scopes"]})}


def elsewhere() -> set[str]:
    """Scopes of Google's other services, by the descriptions that its client for Python brings along, and by hand."""
    from googleapiclient import discovery_cache

    described = Path(str(discovery_cache.__file__)).parent.glob("documents/*.json")
    return {*undescribed(), *(scope for each in described for scope in google_scopes(json.loads(each.read_bytes())))}


def undescribed() -> list[str]:
    """Those of them by hand, in full."""
    whole = ("openid", "email", "profile")
    names = _GOOGLE_UNDESCRIBED.split()
    return [one if one in whole or ":" in one else f"https://www.googleapis.com/auth/{one}" for one in names]


def written(operations: dict[str, list[str]]) -> str:
    """As they are kept: an operation a line."""
    rows = [f"  {json.dumps(name)}: {json.dumps(ways)}" for name, ways in operations.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def listed(scopes: dict[str, list[str]]) -> str:
    """Long lists as they are kept: a scope a line."""
    return json.dumps(scopes, indent=1) + "\n"


def _read(specs: Path, name: str) -> Any:
    return json.loads((specs / f"{name}.json").read_bytes())


def _operations(spec: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield method.upper(), path, operation


def _okta(spec: Any) -> Iterator[tuple[str, list[str]]]:
    for method, path, operation in _operations(spec):
        for way in operation.get("security", []):
            if way.get("oauth2"):
                yield f"{method} {path}", [" ".join(way["oauth2"])]


def _graph(spec: Any) -> Iterator[tuple[str, list[str]]]:
    yield "POST /v1.0/invitations", _INVITING
    yield "POST /v1.0/directoryObjects/getAvailableExtensionProperties", _OWN_ATTRIBUTES
    for method, path, operation in _operations(spec):
        kinds = operation.get("x-permissions", {}).values()
        names = {name for kind in kinds for names in kind.values() for name in names}
        if names:
            if "/authentication/" in path:  # the table leaves some kinds of methods out
                names |= {name for name in _METHODS_OF_SIGN_IN if method == "GET" or "Write" in name}
            yield f"{method} /v1.0{path.replace('()', '')}", sorted(names)


def _google(spec: Any) -> Iterator[tuple[str, list[str]]]:
    for method in google_methods(spec):
        path = re.sub(r"\{\+(\w+)\}", r"{\1*}", method["path"])
        yield f"{method['httpMethod']} /{path}", sorted(method["scopes"])


def google_methods(node: Any) -> Iterator[Any]:
    """The operations of one of Google's descriptions."""
    yield from node.get("methods", {}).values()
    for inner in node.get("resources", {}).values():
        yield from google_methods(inner)


def google_scopes(spec: Any) -> Iterator[str]:
    """What one of Google's descriptions lists."""
    yield from spec.get("auth", {}).get("oauth2", {}).get("scopes", {})


def _slack(spec: Any) -> Iterator[tuple[str, list[str]]]:
    for name in _SLACK_SCIM:
        yield name, ["admin"]
    yield from _SLACK_BESIDE.items()
    for _, path, operation in _operations(spec):
        told = {scope for way in operation.get("security", []) for scope in way["slackAuth"]} - {"none"}
        names = {_RENAMED.get(scope, scope) for scope in told} | {_BESIDE[scope] for scope in told if scope in _BESIDE}
        if names:
            yield f"* /api{path}", sorted(names)


if __name__ == "__main__":
    for vendor, operations in facts(Path(sys.argv[1])).items():
        (KEPT / f"{vendor}.json").write_text(written(operations), encoding="utf-8")
    (KEPT / "named.json").write_text(written(named(Path(sys.argv[1]))), encoding="utf-8")
    kept = json.loads((KEPT / "elsewhere.json").read_bytes())["google"]  # a scope that is described no more stays good
    (KEPT / "elsewhere.json").write_text(listed({"google": sorted({*kept, *elsewhere()})}), encoding="utf-8")
