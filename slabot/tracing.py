"""Tell how long each thing takes to whoever watches, if anybody does.

Promise: a span holds names, numbers and ids, and never a word that somebody wrote, an address beyond its host, or a
secret: nothing is taken from errors but their class. Where nobody watches, a span costs a call and an attribute.

Who watches is said once, at the start (`slabot.composition.tracing`). This module knows no library.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import Protocol, TypeAlias

Fact: TypeAlias = str | int | bool

_NO_FACTS: Mapping[str, Fact] = {}


class SpanKind(StrEnum):
    """Whose work a span is about."""

    SERVER = "server"
    """Somebody asked slabot."""
    CLIENT = "client"
    """slabot asks somebody."""
    INTERNAL = "internal"


class TraceSpan(Protocol):
    """Something that takes time, while it lasts."""

    def note(self, name: str, fact: Fact) -> None:
        """Say something about it."""


class Watcher(Protocol):
    """Takes spans."""

    def span(self, name: str, kind: SpanKind, facts: Mapping[str, Fact]) -> AbstractContextManager[TraceSpan]:
        """A span that lasts as long as the block; an error that leaves the block is noted by its class alone."""


class _Nothing:
    """A span that nobody watches."""

    def note(self, name: str, fact: Fact) -> None:
        pass

    def __enter__(self) -> TraceSpan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


_NOTHING = _Nothing()
_watcher: Watcher | None = None


def watch(watcher: Watcher | None) -> None:
    """Hand all spans of this process to a watcher from now on; to nobody if it is None."""
    global _watcher
    _watcher = watcher


def span(
    name: str, facts: Mapping[str, Fact] = _NO_FACTS, kind: SpanKind = SpanKind.INTERNAL
) -> AbstractContextManager[TraceSpan]:
    """A span for the block under ``with``.

    Args:
        name: of the kind of work, always one of a few: ``deliver page``.
        facts: about it, by the names of OpenTelemetry's conventions where there are any.
        kind: whose work it is.
    """
    return _NOTHING if _watcher is None else _watcher.span(name, kind, facts)
