"""How the sandbox's tenants are connected, by what its own file says of them. Their secrets go to connections alone."""

from __future__ import annotations

from collections.abc import Mapping

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


def connection_form(tenant: str, told: Mapping[str, str]) -> ConnectionForm:
    """The connection to one of the tenants that have a connector.

    Args:
        told: what a running sandbox says of the tenant: ``base_url``, ``token``, and what it has besides.
    """
    kind, settings, secrets = "bearer", dict[str, str](), {"token": told.get("token", "")}
    if tenant == "okta":
        settings = {"prefix": "SSWS"}
    elif tenant == "graph":
        kind = "oauth_client_credentials"
        settings = {
            "token_url": told.get("token_url", f"{told['base_url']}/northwind/oauth2/v2.0/token"),
            "client_id": told.get("client_id", "keyturn"),
            "scope": "https://graph.microsoft.com/.default",
        }
        secrets = {"client_secret": told.get("client_secret", "")}
    elif tenant == "mail":
        kind, secrets = "none", {}  # it needs no sign-in, and without TLS a password would not be sent
    return ConnectionForm(CONNECTORS[tenant], kind, _NAMES[tenant], told["base_url"], settings, secrets)


async def connect(connections: ConnectionDesk, tenant: str, told: Mapping[str, str]) -> ConnectionView:
    """Make the connection, under the connector's name if that is free.

    Raises:
        ConnectionTaken: all names for it are.
        ProblemError: the connection is not allowed here.
    """
    form = connection_form(tenant, told)
    try:
        return await connections.put(form.connector, form, only_new=True)
    except ConnectionTaken:
        return await connections.put(f"{form.connector}_sandbox", form, only_new=True)
