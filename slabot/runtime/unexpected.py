"""Log unexpected errors without leaking what customers wrote.

Promise: an unexpected error about one ticket is logged with the place in the code where it happened and without its
message, which may hold what a customer wrote. The work on other tickets goes on.
"""

from __future__ import annotations

import traceback
from datetime import timedelta

import structlog

from slabot.domain import SlabotError
from slabot.rules.words import length

log = structlog.get_logger("slabot.runtime")


def log_unexpected(event: str, error: Exception, again: timedelta, **about: str) -> str:
    """Log an unexpected error; returns what the ledger says about it.

    Args:
        event: what broke, for the log.
        error: as it was caught; one of `SlabotError` says itself what it means.
        again: after how long it is tried again.
        about: which ticket, which key; ids only.
    """
    if isinstance(error, SlabotError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error(event, error=type(error).__name__, where=where, **about)
    return (
        f"an error in slabot ({type(error).__name__}) stands in the way, and it is tried again in {length(again)}; "
        "please report it, with the log of that time"
    )
