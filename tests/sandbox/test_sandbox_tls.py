"""Certificates that the sandbox cannot serve with: told before it opens anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support.certificates import self_signed

from keyturn.sandbox.config import SandboxConfig, SandboxStartError
from keyturn.sandbox.server import Sandbox


@pytest.mark.parametrize(
    ("certificate", "key", "says"),
    [
        ("none.pem", None, "none.pem cannot be read: No such file or directory."),
        (".", None, "cannot be read: Is a directory."),
        ("junk.pem", None, "junk.pem, for certificate and key alike, cannot be used for HTTPS"),
        ("ca.pem", None, "ca.pem, for certificate and key alike, cannot be used"),
        ("ca.pem", "none.pem", "none.pem cannot be read"),
        ("ca.pem", "other.pem", "other.pem is not the key of"),
        ("ca.pem", "locked.pem", "without a passphrase"),
        (None, "other.pem", "Name it with --tls-cert."),
    ],
)
async def test_a_certificate_that_cannot_be_used_is_told(
    tmp_path: Path, certificate: str | None, key: str | None, says: str
) -> None:
    self_signed(tmp_path)
    (tmp_path / "junk.pem").write_text("junk")
    made, pem, pkcs8 = ec.generate_private_key(ec.SECP256R1()), serialization.Encoding.PEM, serialization.PrivateFormat
    for name, how in (
        ("other.pem", serialization.NoEncryption()),
        ("locked.pem", serialization.BestAvailableEncryption(b"x")),
    ):
        (tmp_path / name).write_bytes(made.private_bytes(pem, pkcs8.PKCS8, how))
    config = SandboxConfig(
        urls_path=tmp_path / "urls.json",
        tls_certificate=tmp_path / certificate if certificate else None,
        tls_key=tmp_path / key if key else None,
    )
    with pytest.raises(SandboxStartError) as found:
        async with Sandbox(config):
            pass
    assert says in str(found.value)
    assert not (tmp_path / "urls.json").exists()
