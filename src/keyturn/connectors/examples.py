"""Addresses that a manifest shows as examples, where each customer has another: nobody's secrets may go there."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.connections.model import ADDRESSES, Connection
from keyturn.connections.problems import EXAMPLE_ADDRESS, ConnectionProblem

from .manifest import ManifestModel
from .registry import ConnectorRegistry


def example_field(model: ManifestModel, base_url: str, settings: Mapping[str, str]) -> str | None:
    """The field of a connection that has no address, or the example instead of one; None if each has its own."""
    if not model.needs_address or (base_url and model.example_serves):
        return None
    if not base_url or _shows(model, base_url):
        return "base_url"
    return next((name for name in sorted(ADDRESSES) if _shows(model, settings.get(name, ""))), None)


def _shows(model: ManifestModel, address: str) -> bool:
    """Whether it is the example, or below it."""
    example = model.base_url.rstrip("/").lower()
    return bool(example) and f"{address.rstrip('/').lower()}/".startswith(f"{example}/")


class OwnAddresses:
    """Holds connections to having addresses of their own: those that were stored before they were asked for too."""

    def __init__(self, registry: ConnectorRegistry) -> None:
        self._registry = registry

    def __call__(self, connection: Connection) -> None:
        """Let a connection pass. Raises ConnectionProblem, which names the field to mend."""
        manifest = self._registry.connector(connection.connector)
        field = example_field(manifest.model, connection.base_url, connection.settings) if manifest else None
        if manifest is None or field is None:
            return
        shown, title = connection.base_url if field == "base_url" else connection.settings[field], manifest.model.title
        told = f"is the example {shown!r}" if shown else "is empty"
        raise ConnectionProblem(
            EXAMPLE_ADDRESS,
            f"The connection {connection.id!r} has no address of your own: its {field} {told}.",
            f"Put the address of your own {title} into {field} of the connection, and its secrets again.",
        )
