"""Whose certificates are trusted: the system's authorities, and those of a file beside them."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

from .errors import BadSetting


class BadAuthorities(BadSetting):
    """A file of certificates that cannot be used."""


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """What a client trusts. Others may have been given the same: nothing in it is to be changed.

    Args:
        ca_file: certificates in PEM.

    Raises:
        BadAuthorities: the file cannot be read, or holds no certificate.
    """
    if ca_file is None:
        return _system()
    context = ssl.create_default_context()
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


@cache
def _system() -> ssl.SSLContext:
    # reading the system's hundred certificates takes longer than all else that a client begins with
    return ssl.create_default_context()
