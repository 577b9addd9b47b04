"""Pretend tenants (Okta, Microsoft 365, Google Workspace) that run as a process of their own.

They keep their own state and a ledger of every request. Nothing of the product is imported here, and the
product knows them by base URL only.
"""

from keyturn.sandbox.config import SandboxConfig, SandboxError, SandboxStartError, SandboxStateError
from keyturn.sandbox.faults import FaultTextError
from keyturn.sandbox.server import Sandbox, serve

__all__ = [
    "FaultTextError",
    "Sandbox",
    "SandboxConfig",
    "SandboxError",
    "SandboxStartError",
    "SandboxStateError",
    "serve",
]
