"""What the tenants say about a person: the auditor's view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from keyturn.flows.json import JSON, Values
from keyturn.sandbox.client import SandboxClient


@dataclass(frozen=True, slots=True)
class PersonState:
    """One person in all tenants.

    Attributes:
        okta: the Okta status.
        graph_enabled, google_suspended: the accounts.
        graph_sessions, google_sessions: open sessions.
    """

    okta: str
    graph_enabled: bool
    graph_sessions: int
    google_suspended: bool
    google_sessions: int

    @property
    def offboarded(self) -> bool:
        """Suspended in Okta, disabled in Microsoft 365, suspended in Google, and no session left in either."""
        closed = not self.graph_enabled and self.google_suspended
        return self.okta == "SUSPENDED" and closed and not self.graph_sessions and not self.google_sessions

    def to_json(self) -> Values:
        return {
            "okta": {"status": self.okta},
            "graph": {"accountEnabled": self.graph_enabled, "sessions": self.graph_sessions},
            "google": {"suspended": self.google_suspended, "sessions": self.google_sessions},
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """Tenant, what, and value, for people."""
        return [
            ("Okta", "status", self.okta),
            ("Microsoft 365", "account", "enabled" if self.graph_enabled else "disabled"),
            ("Microsoft 365", "sign-in sessions", str(self.graph_sessions)),
            ("Google Workspace", "account", "suspended" if self.google_suspended else "active"),
            ("Google Workspace", "sessions", str(self.google_sessions)),
        ]


def look(sandbox: SandboxClient, login: str) -> PersonState:
    """Ask the tenants about a person. Raises SandboxCallError."""
    state = sandbox.state(login)
    okta, graph, google = (_part(state.get(name)) for name in ("okta", "graph", "google"))
    return PersonState(
        okta=str(okta.get("status")),
        graph_enabled=bool(graph.get("accountEnabled")),
        graph_sessions=_count(graph.get("sessions")),
        google_suspended=bool(google.get("suspended")),
        google_sessions=_count(google.get("sessions")),
    )


def _part(value: object) -> dict[str, JSON]:
    return cast("dict[str, JSON]", value) if isinstance(value, dict) else {}


def _count(value: JSON) -> int:
    if isinstance(value, list):
        return len(value)
    return int(value) if isinstance(value, int | float) else 0
