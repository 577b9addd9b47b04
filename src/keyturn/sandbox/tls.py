"""The certificate by which the sandbox serves over HTTPS, and its mail box offers STARTTLS; what its client trusts."""

from __future__ import annotations

import ssl
from pathlib import Path

from keyturn.sandbox.config import SandboxConfig, SandboxError, SandboxStartError


class BadCertificates(SandboxError):
    """A file of certificates that cannot be used."""


def trusting(*files: Path) -> ssl.SSLContext:
    """What a client trusts: certificates in PEM, beside the system's authorities.

    A certificate that was issued is trusted without its authority, as one that is self-signed is: it was named.

    Raises:
        BadCertificates: a file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for file in files:
        try:
            context.load_verify_locations(cafile=file)
        except ssl.SSLError as error:  # an OSError too: it comes first
            raise BadCertificates(f"{file} holds no certificate that can be read. Name a file in PEM.") from error
        except OSError as error:
            raise BadCertificates(
                f"{file} cannot be read: {error.strerror}. Name the sandbox's certificate by KEYTURN_CA_FILE."
            ) from error
    return context


def encryption(config: SandboxConfig) -> ssl.SSLContext | None:
    """What servers need for TLS; None where no certificate is named.

    Raises:
        SandboxStartError: a file cannot be read or holds something else, or certificate and key do not go together.
    """
    certificate, key = config.tls_certificate, config.tls_key
    if certificate is None:
        if key is not None:
            raise SandboxStartError(f"{key} is the key of a certificate that is not named. Name it with --tls-cert.")
        return None
    for path in (certificate, key):
        if path is not None:
            _look_into(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, _no_passphrase)
    except ssl.SSLError as error:
        raise _unusable(certificate, key, error) from error
    return context


def _look_into(path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise SandboxStartError(f"{path} cannot be read: {error.strerror}. Name a file in PEM.") from error


def _no_passphrase() -> str:
    """For a key that has one: nobody is asked while the sandbox starts."""
    return ""


def _unusable(certificate: Path, key: Path | None, error: ssl.SSLError) -> SandboxStartError:
    if error.reason == "KEY_VALUES_MISMATCH":
        return SandboxStartError(f"{key} is not the key of {certificate}. Name the two that belong together.")
    files = f"{certificate} with {key}" if key is not None else f"{certificate}, for certificate and key alike,"
    return SandboxStartError(
        f"{files} cannot be used for HTTPS ({error.reason or 'no PEM'}). It takes a certificate and its private key "
        "without a passphrase, both in PEM."
    )
