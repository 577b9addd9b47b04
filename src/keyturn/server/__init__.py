"""The HTTP API under ``/api/v1``, the event hooks, and a start page: thin routers over ``app.Services``."""

from .application import create_server

__all__ = ["create_server"]
