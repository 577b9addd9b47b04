"""How the sandbox's tenants are connected, by what its own file says of them. Their secrets go to connections alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keyturn.flows.problems import Problem, ProblemError

from .connections import ConnectionDesk, ConnectionForm, ConnectionTaken, ConnectionView

# The connector for each tenant that has one of its own; the recorder stands for any other app.
CONNECTORS: Mapping[str, str] = {
    "okta": "okta",
    "graph": "office365",
    "google": "google_workspace",
    "slack": "slack",
    "scim": "scim",
    "mail": "smtp",
}
_NAMES: Mapping[str, str] = {
    "okta": "Okta (sandbox)",
    "graph": "Microsoft 365 (sandbox)",
    "google": "Google Workspace (sandbox)",
    "slack": "Slack (sandbox)",
    "scim": "SCIM app (sandbox)",
    "mail": "Mail server (sandbox)",
}


_OF_KINDS: Mapping[str, tuple[str, str]] = {
    "bearer": ("token", "by token"),
    "oauth_client_credentials": ("app", "by app registration"),
    "oauth_code": ("sign_in", "by sign-in"),
}


def ways(tenant: str, told: Mapping[str, str]) -> list[str]:
    """The kinds of connection that can be made to a tenant by what it says of itself, the usual one first."""
    if tenant not in CONNECTORS:
        return []
    if tenant == "mail":
        return ["none"]  # it needs no sign-in, and without TLS a password would not be sent
    signs_in = ["oauth_code"] if "web_client_id" in told else []
    return ["oauth_client_credentials", *signs_in, "bearer"] if tenant == "graph" else ["bearer", *signs_in]


def connection_form(tenant: str, told: Mapping[str, str], kind: str = "", scope: str = "") -> ConnectionForm:
    """The connection to one of the tenants that have a connector.

    Args:
        told: what a running sandbox says of the tenant: ``base_url``, ``token``, and what it has besides.
        kind: one of its ways; the usual one if empty.
        scope: the scopes that whoever signs in is asked for.
    """
    kind, settings, secrets = kind or ways(tenant, told)[0], dict[str, str](), dict[str, str]()
    if kind == "bearer":
        secrets = {"token": told.get("token", "")}
        if tenant == "okta":
            settings = {"prefix": "SSWS"}
    elif kind == "oauth_client_credentials":
        settings = {
            "token_url": told.get("token_url", f"{told['base_url']}/northwind/oauth2/v2.0/token"),
            "client_id": told.get("client_id", "keyturn"),
            "scope": "https://graph.microsoft.com/.default",
        }
        secrets = {"client_secret": told.get("client_secret", "")}
    elif kind == "oauth_code":
        addresses = ("authorize_url", "token_url", "revoke_url")
        settings = {name: told[name] for name in addresses if name in told}
        settings |= {"client_id": told.get("web_client_id", "")} | ({"scope": scope} if scope else {})
        secrets = {"client_secret": told.get("client_secret", "")}
    return ConnectionForm(CONNECTORS[tenant], kind, _NAMES[tenant], told["base_url"], settings, secrets)


async def connect(
    connections: ConnectionDesk, tenant: str, told: Mapping[str, str], kind: str = "", scope: str = ""
) -> ConnectionView:
    """Make the connection, under the connector's name if that is free; one whose kind was chosen is called after it.

    Raises:
        ConnectionTaken: all names for it are.
        ProblemError: the connection is not allowed here, or the tenant has no such kind.
    """
    known = ways(tenant, told)
    if kind and kind not in known:
        what, mend = f"{_NAMES[tenant]} is not connected by the kind {kind!r}.", f"Take one of: {', '.join(known)}."
        raise ProblemError([Problem("bad-connection", what, mend, field="kind")])
    form = connection_form(tenant, told, kind, scope)
    ending, words = _OF_KINDS.get(kind, ("sandbox", ""))
    if words:
        named = replace(form, name=f"{form.name} {words}")
        return await connections.put(f"{form.connector}_{ending}", named, only_new=True)
    try:
        return await connections.put(form.connector, form, only_new=True)
    except ConnectionTaken:
        return await connections.put(f"{form.connector}_{ending}", form, only_new=True)
