"""How is zenpy kept from writing customers' words into a log?

Promise: whatever level the program logs at, zenpy says nothing below a warning (it prints whole bodies), and
importing it changes no logging of anybody: where the environment says DEBUG_LOG, it would switch the whole
process to debug.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

_SWITCH = "DEBUG_LOG"
_LOGGERS = (
    "zenpy",
    "zenpy.lib.api",
    "zenpy.lib.cache",
    "zenpy.lib.endpoint",
    "zenpy.lib.generator",
    "zenpy.lib.mapping",
    "zenpy.lib.proxy",
    "zenpy.lib.request",
    "zenpy.lib.response",
    "zenpy.lib.util",
)


@contextmanager
def importing() -> Iterator[None]:
    """Hide the switch while zenpy is imported."""
    kept = os.environ.pop(_SWITCH, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[_SWITCH] = kept


def quiet() -> None:
    """Raise zenpy's loggers to warnings."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
