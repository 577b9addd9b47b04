"""The story of the demo, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from keyturn.app.pretend import connection_form
from keyturn.flows.json import JSON, Values
from keyturn.sandbox.client import SandboxCallError, SandboxClient, Urls

from .processes import DemoFailed
from .tenants import PersonState, look

ENDED = frozenset({"succeeded", "stopped", "failed", "cancelled", "needs attention"})
ROOT_FLOW = "offboard-suspended-user"
_POLL_SECONDS = 0.05
_LONGEST_SECONDS = 300.0
_SUSPENSIONS = 3


class Api(Protocol):
    """Keyturn's API, with a token."""

    def get(self, path: str) -> JSON: ...

    def post(self, path: str, body: JSON = None) -> JSON: ...

    def put(self, path: str, body: JSON = None) -> JSON: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        runs: the runs, the event flow first, as the API gives them.
        before, after: what the tenants said.
        seconds: from the suspension to the end of the event flow.
    """

    login: str
    runs: Sequence[Values]
    before: PersonState
    after: PersonState
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the person is offboarded, by what the tenants say."""
        return self.after.offboarded

    def summary(self) -> Values:
        """What ``--once`` prints as its last line."""
        runs: list[JSON] = [
            {
                "flow": run.get("flow_id"),
                "status": run.get("status"),
                "cards": run.get("cards"),
                "ms": run.get("ms"),
            }
            for run in self.runs
        ]
        return {"ok": self.ok, "runs": runs, "tenants": self.after.to_json()}


@dataclass(slots=True)
class Story:
    """Plays the story against a running server and sandbox.

    Attributes:
        tell: called with a sentence for each step.
        show: called with the runs whenever they may have changed.
        tend: called while waiting; starts again what has gone.
    """

    api: Api
    sandbox: SandboxClient
    urls: Urls
    tell: Callable[[str], None]
    show: Callable[[Sequence[Values]], None]
    tend: Callable[[], None]
    now: Callable[[], float] = field(default=time.monotonic)
    pause: Callable[[float], None] = field(default=time.sleep)

    def prepare(self, examples: Path) -> None:
        """Make the connections, publish the flows and have Okta send its events."""
        for connection_id, form in connections(self.urls).items():
            self.api.put(f"/connections/{connection_id}", form)
        self.tell("Connected Okta, Microsoft 365 and Google Workspace (the sandbox tenants).")
        documents = [file.read_text(encoding="utf-8") for file in sorted(examples.glob("*.yaml"))]
        if not documents:
            raise DemoFailed(f"There are no flows in {examples}.", "Install Keyturn again.")
        self.api.post("/flows", {"documents": [*documents]})
        self.tell(f"Published {len(documents)} flows from examples/offboarding.")
        self.api.post("/connections/okta/subscribe")
        self.tell("Okta verified Keyturn's event hook and now sends its events.")

    def play(self, login: str) -> Outcome:
        """Suspend a person in Okta and follow the offboarding to its end."""
        before = look(self.sandbox, login)
        since = {str(run["id"]) for run in self._roots(login)}
        began = self.now()
        self.sandbox.suspend(login)
        self.tell(f"Suspended {login} in Okta, as an administrator would.")
        runs = self._follow(login, since, began)
        self.tend()
        return Outcome(login, runs, before, look(self.sandbox, login), round(self.now() - began, 3))

    def _follow(self, login: str, known: set[str], began: float) -> Sequence[Values]:
        suspensions = 1
        while self.now() - began < _LONGEST_SECONDS:
            self.tend()
            given_up = self._given_up()
            runs = self._tree(login, known)
            self.show(runs)
            if runs and runs[0].get("status") in ENDED:
                return runs
            if not runs and given_up and suspensions < _SUSPENSIONS:
                suspensions += 1
                self._suspend_again(login)
            self.pause(_POLL_SECONDS)
        raise DemoFailed(
            f"The offboarding of {login} did not end within {_LONGEST_SECONDS:.0f} seconds.",
            "Look at the server's log.",
        )

    def _given_up(self) -> bool:
        """Whether Okta is done with delivering: what nobody has taken by now is not delivered any more."""
        try:
            return self.sandbox.wait_idle_hooks(0)
        except SandboxCallError:
            return False  # it was killed, too

    def _suspend_again(self, login: str) -> None:
        """What an administrator can do about an event that found no server: have Okta send another."""
        self.tell("Okta found no server, tried once more and gave up; the person is suspended again.")
        self.sandbox.unsuspend(login)
        self.sandbox.suspend(login)

    def _tree(self, login: str, known: set[str]) -> Sequence[Values]:
        for root in self._roots(login):
            if str(root["id"]) not in known:
                return _rows(self.api.get(f"/runs/{root['id']}/tree"), "runs")
        return []

    def _roots(self, login: str) -> list[Values]:
        answer = self.api.get(f"/runs?flow={ROOT_FLOW}&roots_only=true&limit=50")
        return [run for run in _rows(answer, "rows") if run.get("about") in (login, None)]


def _rows(answer: JSON, name: str) -> list[Values]:
    rows = answer.get(name) if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def connections(urls: Urls) -> dict[str, Values]:
    """The connections to the sandbox: for Keyturn they are tenants like any others."""
    forms = [connection_form(tenant, urls[tenant]) for tenant in ("okta", "graph", "google")]
    return {
        form.connector: {
            "connector": form.connector,
            "kind": form.kind,
            "name": form.name,
            "base_url": form.base_url,
            "settings": {**form.settings},
            "secrets": {**form.secrets},
        }
        for form in forms
    }
