"""What is answered to whoever logs an outage, on the command line and in Slack, and what the ledger says of it.

Promise: each answer names the service, the times with their zone, and what was not done and why. Plain text: where
it is shown, it is made harmless there.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.rules.words import when


def what(service: str | None, *, maintenance: bool) -> str:
    """``an outage of console``, ``maintenance of the whole service``."""
    return f"{'maintenance' if maintenance else 'an outage'} of {'the whole service' if service is None else service}"


def begun(n: int, logged: str, begins: datetime, zone: ZoneInfo) -> str:
    """It is logged from now on."""
    return f"Logged as number {n}: {logged} since {when(begins, zone)}."


def added(n: int, logged: str, begins: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """One that is over is logged."""
    return f"Logged as number {n}: {logged} from {when(begins, zone)} to {when(ends, zone)}."


def lasts_already(n: int, logged: str, begins: datetime, by: str, zone: ZoneInfo) -> str:
    """The same is logged already."""
    return f"Nothing was logged: number {n} is {logged} since {when(begins, zone)}, by {by}, and lasts still."


def logged_already(n: int, logged: str, begins: datetime, zone: ZoneInfo) -> str:
    """One that began at the same time is logged already."""
    return f"Nothing was logged: number {n} is {logged} since {when(begins, zone)} already."


def ended(n: int, logged: str, begins: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """It is over."""
    return f"Number {n} is over: {logged} from {when(begins, zone)} to {when(ends, zone)}."


def none_lasts(logged: str) -> str:
    """There is nothing to end."""
    return f"Nothing was changed: no entry of {logged} lasts. The list shows what is logged."


def began(n: int, logged: str, begins: datetime, zone: ZoneInfo) -> str:
    """Since when the entry lasts that is to end."""
    return f"Number {n} is {logged} since {when(begins, zone)}."


def withdrawn_already(n: int, logged: str, why: str | None) -> str:
    """It was withdrawn before."""
    return f"Nothing was changed: number {n}, {logged}, was withdrawn already{f' ({why})' if why else ''}."


def withdrawn(n: int, logged: str) -> str:
    """An entry was a mistake."""
    return f"Number {n}, {logged}, is withdrawn and counts no more."


def came_before() -> str:
    """The same request came twice."""
    return "This request came before, and what it asked for was done then. Nothing was changed."


def told_begun(n: int, logged: str, begins: datetime, by: str, reason: str, zone: ZoneInfo) -> str:
    """For the ledger."""
    return f"{by} logged {logged} since {when(begins, zone)} (number {n}){_because(reason)}"


def told_added(n: int, logged: str, begins: datetime, ends: datetime, by: str, reason: str, zone: ZoneInfo) -> str:
    """For the ledger."""
    span = f"from {when(begins, zone)} to {when(ends, zone)}"
    return f"{by} logged {logged} {span} (number {n}){_because(reason)}"


def told_ended(n: int, logged: str, ends: datetime, by: str, zone: ZoneInfo) -> str:
    """For the ledger."""
    return f"{by} logged that {logged} was over at {when(ends, zone)} (number {n})"


def told_withdrawn(n: int, logged: str, by: str, why: str) -> str:
    """For the ledger."""
    return f"{by} withdrew number {n}, {logged}, because {why}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""
