"""Where connectors of an installation's own lie, told without reading all settings: commands that need no server have
no time for that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_NAME = "connectors"
_NAMED = "KEYTURN_CONNECTORS"


def default_data_folder() -> Path:
    """Where data lies if nothing is said: /var/lib/keyturn for root, else in the user's data folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/keyturn")
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "keyturn"


def in_data(data: Path) -> Path:
    """The folder in a data folder."""
    return data / _NAME


def is_named(environment: Mapping[str, str]) -> bool:
    """Whether the environment names the folder itself."""
    return bool(environment.get(_NAMED))


def own_folder(environment: Mapping[str, str]) -> Path:
    """The folder that the environment names: KEYTURN_CONNECTORS, or in KEYTURN_DATA; it need not be there."""
    named, data = environment.get(_NAMED), environment.get("KEYTURN_DATA")
    return Path(named) if named else in_data(Path(data) if data else default_data_folder())
