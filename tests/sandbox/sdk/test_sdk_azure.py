"""azure-identity gets its tokens from the pretend Microsoft 365 tenant, over HTTPS as it insists on."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def ask(graph: dict[str, str], certificate: Path, secret: str) -> Any:
    from azure.identity import ClientSecretCredential

    credential = ClientSecretCredential(
        graph["tenant_id"],
        graph["client_id"],
        secret,
        authority=graph["base_url"],
        disable_instance_discovery=True,
        connection_verify=str(certificate),
    )
    return credential.get_token("https://graph.microsoft.com/.default")


async def test_azure_identity(certificate: tuple[Path, Path]) -> None:
    from azure.core.exceptions import ClientAuthenticationError

    async with Sandbox(SandboxConfig(tls_certificate=certificate[0], tls_key=certificate[1])) as sandbox:
        graph = sandbox.urls["graph"]
        assert graph["base_url"].startswith("https://")
        token = await asyncio.to_thread(ask, graph, Path(graph["ca_file"]), graph["client_secret"])
        claims = token.token.split(".")[1]
        assert "User.Read.All" in orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["roles"]
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await asyncio.to_thread(ask, graph, certificate[0], "wrong")
