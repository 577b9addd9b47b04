"""Logs: one line of JSON per event, on standard error. Secrets and payloads are never given to it."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Send logs of this level and above to standard error, those of libraries included."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shape = "%(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format=shape)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
