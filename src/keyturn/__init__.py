"""Keyturn: self-hosted, no-code automation for identity work."""

__version__ = "0.1.0"
