"""Somebody who publishes newer versions of a flow while runs of it are under way, and flows that a clock starts."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from chaos_evidence import Clock

from keyturn.cli.api import Api, ApiError
from keyturn.flows.json import Values

_HERE = Path(__file__).parent
_FLOW = _HERE / "flows" / "chaos-follow-up.yaml"
_CLOCK = _HERE / "clock" / "chaos-clock.yaml"
_FIRST = "version=1"
_PAUSE_SECONDS = 0.3
_CLOCKS = 12
_PERIOD = 60  # seconds: no schedule's is shorter
_AFTERWARDS = 5  # seconds after the storm in which schedules are due


@dataclass(slots=True)
class Publisher:
    """Publishes version after version.

    Attributes:
        markers: what each version sends that no other does.
    """

    api: Api
    markers: dict[int, str] = field(default_factory=lambda: {1: _FIRST})
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def publish(self) -> None:
        """Publish the next version; if nothing definite is answered, again: the same flow is the same version."""
        async with self._turn:
            marker = f"version={len(self.markers) + 1}"
            document = _FLOW.read_text(encoding="utf-8").replace(_FIRST, marker)
            while True:
                try:
                    answer = await asyncio.to_thread(self.api.post, "/flows", {"documents": [document]})
                    break
                except ApiError:
                    await asyncio.sleep(_PAUSE_SECONDS)
            (version,) = cast("dict[str, list[Values]]", answer)["versions"]
            self.markers[int(str(version["version"]))] = marker


def wind_up(api: Api, login: str, seconds: float) -> list[Clock]:
    """Publish flows that are due every minute, one after the other, from now until a little after the storm.

    Args:
        login: whom they concern.
        seconds: how long the storm lasts.
    """
    now = int(time.time()) + 1
    end = now + int(seconds) + _AFTERWARDS
    starts = [start for number in range(_CLOCKS) if (start := now + number * _PERIOD // _CLOCKS) < end]
    flow = _CLOCK.read_text(encoding="utf-8").replace("LOGIN", login).replace("END", _said(end))
    documents = [
        flow.replace("NUMBER", f"{number:02}").replace("START", _said(start)) for number, start in enumerate(starts)
    ]
    api.post("/flows", {"documents": documents})
    since = time.time()
    return [
        Clock(f"chaos-clock-{number:02}", [float(one) for one in range(start, end + 1, _PERIOD)], since)
        for number, start in enumerate(starts)
    ]


def _said(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
