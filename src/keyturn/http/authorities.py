"""Whose certificates are trusted: the system's authorities, and those of a file beside them."""

from __future__ import annotations

import ssl
from pathlib import Path

from .errors import BadSetting


class BadAuthorities(BadSetting):
    """A file of certificates that cannot be used."""


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """What a client trusts.

    Args:
        ca_file: certificates in PEM.

    Raises:
        BadAuthorities: the file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context()
    if ca_file is None:
        return context
    try:
        context.load_verify_locations(cafile=ca_file)
    except ssl.SSLError as error:  # an OSError too: it comes first
        raise BadAuthorities(
            f"{ca_file} holds no certificate that can be read.", "Name a file in PEM (-----BEGIN CERTIFICATE-----)."
        ) from error
    except OSError as error:
        raise BadAuthorities(
            f"{ca_file} cannot be read: {error.strerror}.", "Name a file of certificates in PEM that is there."
        ) from error
    return context
