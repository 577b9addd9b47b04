"""The person at the desk: answers what runs ask, by looking into the tenants, and runs failed ones again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import asyncpg

from keyturn.cli.api import Api, ApiError
from keyturn.cli.demo.tenants import PersonState, look
from keyturn.flows.json import Values
from keyturn.sandbox.client import SandboxCallError, SandboxClient

# Which sight in a tenant tells that an effect happened, by flow and card.
_SIGHTS: dict[tuple[str, str], Callable[[PersonState], bool]] = {
    ("chaos-later", "revoke"): lambda person: person.graph_sessions == 0,
}
_FIRST_CARD = {"offboard-suspended-user": "user", "chaos-follow-up": "user", "chaos-later": "pause"}
_OTHERWISE = "url"  # of what is called, and what the clock starts


@dataclass(slots=True)
class Person:
    """Works through what needs a person.

    Attributes:
        happened, again: answers given.
        reruns: failed runs that were run again from their first card.
    """

    api: Api
    sandbox: SandboxClient
    happened: int = 0
    again: int = 0
    reruns: int = 0

    def answer(self, runs: Sequence[asyncpg.Record]) -> None:
        """Answer the questions of these runs; what cannot be answered now is left for the next time."""
        for run in runs:
            try:
                questions = cast("dict[str, list[Values]]", self.api.get(f"/runs/{run['id']}/questions"))["rows"]
                for question in questions:
                    self._decide(run["flow_id"], run["about"], question)
            except (ApiError, SandboxCallError):
                continue

    def _decide(self, flow_id: str, login: str, question: Values) -> None:
        happened = _SIGHTS[flow_id, str(question["path"])](look(self.sandbox, login))
        answer = "happened" if happened else "again"
        form: Values = {"path": question["path"], "attempt": question["attempt"], "answer": answer}
        self.api.post(f"/runs/{question['run_id']}/decisions", form)
        self.happened += happened
        self.again += not happened

    def run_again(self, runs: Sequence[asyncpg.Record]) -> None:
        """Run these failed runs again from their first card."""
        for run in runs:
            run_id: UUID = run["id"]
            form: Values = {"path": _FIRST_CARD.get(run["flow_id"], _OTHERWISE), "confirm": True}
            try:
                self.api.post(f"/runs/{run_id}/rerun", form)
            except ApiError:
                continue
            self.reruns += 1
