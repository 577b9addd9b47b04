"""The sandbox's recorder learns the connectors that people make here, so that it answers what their actions read."""

from __future__ import annotations

import structlog

from .connectors import ConnectorDesk
from .sandbox import SandboxAway, SandboxDesk, SandboxRefused

log = structlog.get_logger(__name__)


async def teach(connectors: ConnectorDesk, sandbox: SandboxDesk, name: str, base_url: str | None = None) -> None:
    """Have the recorder know a connector that was made here; where no sandbox runs there is nobody to teach.

    Args:
        base_url: of a connection: its connector is told if it leads to the recorder, which may have forgotten it.
    """
    manifest = connectors.made_here(name)
    if manifest is None:
        return  # those that came along, or lie in the folder, the sandbox knows by itself
    try:
        recorder = (await sandbox.told_of("recorder"))["base_url"]
        if base_url is None or f"{base_url}/".startswith(f"{recorder.rstrip('/')}/"):
            await sandbox.teach(manifest)
    except SandboxAway:
        return
    except SandboxRefused as error:
        log.warning("connector not known to the sandbox", connector=name, why=str(error))
