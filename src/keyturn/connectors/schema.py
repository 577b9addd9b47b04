"""The JSON Schema of a connector's manifest, for editors.

``python -m keyturn.connectors.schema docs/connector.schema.json`` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from keyturn.flows.schema import schema_of, written

from .manifest import ManifestModel


def manifest_schema() -> dict[str, Any]:
    """The schema of a manifest, in the 2020-12 dialect."""
    return schema_of(ManifestModel, "Keyturn connector manifest")


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(written(manifest_schema()))
