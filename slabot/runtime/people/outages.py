"""Log outages from Slack, and list them.

Promise: what is logged was typed in full: a word that is no service, time or reason is said back, and nothing is
logged. Whoever the policy does not let do it is told whom to ask, and the ledger has a row. The same request is done
once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slabot.channels.slack import outage_texts
from slabot.channels.slack.commands import Command, OutageAct, OutageTyped
from slabot.channels.slack.message import Rendered
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.domain import utc
from slabot.domain.sentences import sentence
from slabot.messages.styles import Style
from slabot.policy import ClickAct, Destination, DestinationKind, Permission, Policy
from slabot.reports.outages import OutageSpan
from slabot.rules.words import length, local_time
from slabot.runtime.outage_spans import spans_between
from slabot.runtime.outages import Logged, OutageLog, OutageRefused, OutageRequest
from slabot.runtime.parts import Parts
from slabot.runtime.people.permissions import Permissions, PermissionUnknown
from slabot.store import LedgerEvent, ledger

DAYS = 31  # that a list looks back
_HOUR = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _TypedOutage:
    """What was typed, once it is understood."""

    service: str | None
    maintenance: bool
    at: datetime | None
    reason: str


class OutageCommands:
    """Answers ``/sla outage``. Safe to use from several threads."""

    def __init__(self, parts: Parts, permissions: Permissions) -> None:
        self._parts, self._permissions = parts, permissions

    def answer(self, command: Command, typed: OutageTyped) -> Rendered | None:
        """Log it and say so; None where Slack has to be asked first whether they may.

        Raises:
            StoreUnavailable: nothing was logged.
        """
        read = _read(typed.rest, self._parts.policy, self._parts.now())
        if typed.act is OutageAct.HELP or read is None or (typed.act is OutageAct.END and read.reason):
            said = "" if typed.rest.strip().casefold() in ("", OutageAct.HELP) else command.text
            return outage_texts.help_text(command, self._parts.policy.availability.services, said)
        permission = self._permission()
        known = True if permission is None else self._permissions.known(permission, command.user_id)
        if known is None:
            return None
        if permission is not None and not known:
            return self._not_allowed(command, permission)
        return self._log(command, typed.act, read)

    def after_asking(self, command: Command) -> Rendered:
        """The same once Slack was asked.

        Raises:
            StoreUnavailable: nothing was logged.
        """
        typed, permission = command.question, self._permission()
        assert isinstance(typed, OutageTyped)
        read = _read(typed.rest, self._parts.policy, self._parts.now())
        assert read is not None, "it was understood before Slack was asked"
        try:
            if permission is not None and not self._permissions.check(permission, command.user_id):
                return self._not_allowed(command, permission)
        except PermissionUnknown as error:
            assert permission is not None
            why, ask = str(error), permission.ask
            return self._refused(command, lambda style: outage_texts.cannot_ask(why, ask, style))
        return self._log(command, typed.act, read)

    def listed(self) -> Rendered:
        """What was down in the last days.

        Raises:
            StoreUnavailable: it cannot be read now.
        """
        parts, now = self._parts, self._parts.now()
        found = parts.store.read(
            lambda conn: spans_between(conn, parts.policy.availability, now - timedelta(days=DAYS), now)
        )
        return outage_texts.spans([_line(span, now, parts.policy.display_zone) for span in _open_last(found)], DAYS)

    def _log(self, command: Command, act: OutageAct, read: _TypedOutage) -> Rendered:
        now = self._parts.now()
        request = OutageRequest(by=command.user_name or command.user_id, now=now, id=command.id)
        at = read.at or now

        def write(log: OutageLog) -> Logged:
            if act is OutageAct.BEGIN:
                return log.begin(read.service, at, read.reason, maintenance=read.maintenance)
            return log.end(read.service, at, maintenance=read.maintenance)

        try:
            logged = self._parts.write(lambda conn: write(OutageLog(conn, self._parts.policy, request)))
        except OutageRefused as error:
            return outage_texts.answered(f"Nothing was logged: {sentence(str(error))}")
        return outage_texts.answered(logged.text)

    def _permission(self) -> Permission | None:
        return self._parts.policy.permission_for(ClickAct.OUTAGE, None)

    def _not_allowed(self, command: Command, permission: Permission) -> Rendered:
        def text(style: Style) -> str:
            return outage_texts.not_allowed([_named(to) for to in permission.who], permission.ask, style)

        return self._refused(command, text)

    def _refused(self, command: Command, text: Callable[[Style], str]) -> Rendered:
        zone, now = self._parts.policy.display_zone, self._parts.now()
        who = command.user_name or command.user_id
        said = f"{who} typed {command.command} {command.text}. {text(Plain(zone))}"
        key = f"outage/{command.id}" if command.id else None
        self._parts.write(lambda conn: ledger.write(conn, now, LedgerEvent.OUTAGE_REFUSED, said, None, None, key))
        return outage_texts.told(text(Mrkdwn(zone)))


def _read(rest: str, policy: Policy, now: datetime) -> _TypedOutage | None:
    """``SERVICE maintenance at 10:30 because …``, each if it is there; None where something else is."""
    service, maintenance, at, words = None, False, None, rest.split()
    services = {name.casefold(): name for name in policy.availability.services}
    if words and (service := services.get(words[0].casefold())) is not None:
        words = words[1:]
    if words and words[0].casefold() == "maintenance":
        maintenance, words = True, words[1:]
    if len(words) > 1 and words[0].casefold() == "at":
        at, words = _time(words[1], policy.display_zone, now), words[2:]
        if at is None:
            return None
    if words and words[0].casefold() != "because":
        return None
    return _TypedOutage(service, maintenance, at, " ".join(words[1:]))


def _time(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The last time that a clock of the zone showed this hour, or the instant of a whole time."""
    if match := _HOUR.fullmatch(text):
        hour, minute = int(match[1]), int(match[2])
        if hour > 23 or minute > 59:
            return None
        today = now.astimezone(zone).date()
        there = utc(datetime.combine(today, time(hour, minute), zone))
        yesterday = utc(datetime.combine(today - timedelta(days=1), time(hour, minute), zone))
        return there if there <= now else yesterday
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return utc(found.replace(tzinfo=zone) if found.tzinfo is None else found)


def _open_last(spans: list[OutageSpan]) -> list[OutageSpan]:
    return sorted(spans, key=lambda span: (span.ends is None, span.begins))


def _line(span: OutageSpan, now: datetime, zone: ZoneInfo) -> str:
    what = f"{'maintenance of ' if span.maintenance else ''}{span.service or 'the whole service'}"
    until = "and lasts still" if span.ends is None else f"to {local_time(span.ends, zone)}"
    took = length((span.ends or now) - span.begins)
    return f"{span.name}: {what}, {local_time(span.begins, zone)} {until} ({took}, {zone.key}). {span.reason}"


def _named(destination: Destination) -> str:
    return f"whoever is on call in {destination.name}" if destination.kind is DestinationKind.ROTA else destination.name
