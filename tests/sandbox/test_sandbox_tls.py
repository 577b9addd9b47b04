"""The sandbox over HTTPS: its client trusts the certificate that it was started with; one that cannot be used is told
before anything is opened."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support.certificates import self_signed

from keyturn.sandbox.client import SandboxCallError, SandboxClient, Urls, read_urls
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


EVA = "eva.horvat@northwind.example"


def issued(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, by an authority that is nowhere to be found."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    pem, file = serialization.Encoding.PEM, folder / "issued.pem"
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + plain)
    return file


@pytest.mark.parametrize("kind", ["self-signed", "issued"])
async def test_its_client_trusts_the_certificate_that_it_was_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    self_signed(tmp_path)
    monkeypatch.chdir(tmp_path)
    certificate = Path("both.pem") if kind == "self-signed" else issued(tmp_path)
    file = tmp_path / "urls.json"

    def look() -> object:
        client = SandboxClient(read_urls(file))
        client.suspend(EVA)
        client.set_fault("graph", "500")
        return client.state(EVA)["okta"]

    async with Sandbox(SandboxConfig(urls_path=file, tls_certificate=certificate)) as sandbox:
        monkeypatch.chdir("/")
        assert (await asyncio.to_thread(look))["status"] == "SUSPENDED"  # type: ignore[index]
        told = {(fields["base_url"].split(":")[0], fields["ca_file"]) for fields in sandbox.urls.values()}
        assert told == {(scheme, str(tmp_path / certificate)) for scheme in ("https", "smtp")}
    async with Sandbox(SandboxConfig()) as plain:
        assert not any("ca_file" in fields for fields in plain.urls.values())


def asked(urls: Urls, ca_file: Path | None = None) -> str:
    """What a client is refused with."""
    with pytest.raises(SandboxCallError) as found:
        SandboxClient(urls, ca_file=ca_file).users()
    assert found.value.status is None
    return str(found.value)


async def test_what_its_client_does_not_trust_is_not_asked(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    ca_file, _ = self_signed(tmp_path)
    stranger, _ = self_signed(other)
    both = tmp_path / "both.pem"
    async with Sandbox(SandboxConfig(tls_certificate=both)) as sandbox:
        bare = {name: {**fields, "ca_file": ""} for name, fields in sandbox.urls.items()}
        assert len(await asyncio.to_thread(SandboxClient(bare, ca_file=ca_file).users)) >= 60
        for ca in (None, stranger):
            said = await asyncio.to_thread(asked, bare, ca)
            assert ("CERTIFICATE_VERIFY_FAILED" in said, "KEYTURN_CA_FILE" in said) == (True, True)
            assert "is a fault on" not in said
        changed = {name: {**fields, "ca_file": str(stranger)} for name, fields in sandbox.urls.items()}
        assert "CERTIFICATE_VERIFY_FAILED" in await asyncio.to_thread(asked, changed)
        elsewhere = {
            name: {**fields, "base_url": fields["base_url"].replace("127.0.0.1", "localhost")}
            for name, fields in sandbox.urls.items()
        }
        said = await asyncio.to_thread(asked, elsewhere)
        assert ("not valid for 'localhost'" in said, "--host" in said) == (True, True)
        (tmp_path / "junk.pem").write_text("junk")
        gone = {name: {**fields, "ca_file": str(tmp_path / "gone.pem")} for name, fields in sandbox.urls.items()}
        assert "gone.pem cannot be read: No such file" in await asyncio.to_thread(asked, gone)
        assert len(await asyncio.to_thread(SandboxClient(gone, ca_file=ca_file).users)) >= 60
        assert "junk.pem holds no certificate" in await asyncio.to_thread(asked, bare, tmp_path / "junk.pem")
