"""What a sandbox is started with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyturn.sandbox.values import JsonObject


class SandboxError(Exception):
    """Anything that keeps the sandbox from doing its work; the text says what, where and how to mend it.

    SandboxError
    ├── SandboxStartError    a port is taken, an address cannot be bound, or one runs already
    ├── SandboxStateError    the saved state cannot be read
    ├── FaultTextError       a fault was named that there is not
    └── SandboxCallError     the control client was refused or got no answer
    """


class SandboxStartError(SandboxError):
    """The sandbox could not open its ports, or another one runs in its place."""


class SandboxStateError(SandboxError):
    """The saved state or ledger is not what this version writes."""


@dataclass(frozen=True)
class SandboxConfig:
    """Settings of one sandbox.

    host: address that all tenants listen on.
    base_port: first of eight consecutive ports (okta, graph, google, control, slack, scim, recorder, mail); 0 takes
        any free ones.
    state_path: file for the state snapshot, with the ledger beside it as `<name>.ledger.jsonl`; None keeps
        everything in memory.
    urls_path: file that tells others where the tenants are (mode 0600, removed at a clean stop).
    faults: faults on from the start, for example `graph:500@revokeSignInSessions,okta:429x2`.
    hook_timeout: seconds that an event hook has for its answer (Okta: 3).
    max_body: largest request body that is read, in bytes.
    max_upload: largest piece of a file that is read, in bytes.
    max_mail: largest message that the mail box takes, in bytes.
    huge_bytes: size of the answer of the fault `huge`, in bytes.
    guests_keep_sessions: whether `revokeSignInSessions` leaves a guest's sessions alone, as the real service
        does (a guest signs in at the home tenant). False ends them like anybody's.
    people: how many people the Okta org has at least; 60 of them are the company, the others a crowd.
    connectors: gives the manifests of connectors, as JSON, by whose declared outputs the recorder answers; asked once,
        when the recorder first is.
    openapi: OpenAPI description (JSON or YAML) whose operations and examples the recorder answers with.
    tls_certificate, tls_key: PEM files; with both, all tenants are served over HTTPS, and the mail box offers STARTTLS.
    """

    host: str = "127.0.0.1"
    base_port: int = 0
    state_path: Path | None = None
    urls_path: Path | None = None
    faults: str = ""
    hook_timeout: float = 3.0
    max_body: int = 1_048_576
    max_upload: int = 8 * 1_048_576
    max_mail: int = 25 * 1_048_576
    huge_bytes: int = 50_000_000
    guests_keep_sessions: bool = False
    people: int = 0
    connectors: Callable[[], Sequence[JsonObject]] = tuple
    openapi: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
