"""The text of one message that announces several pages.

Promise: how many, why they come together, how late they are, and the most urgent ones in one line each. Every ticket
has a message of its own in the thread, so nothing is announced here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from slabot.messages import page_text
from slabot.messages.lengths import amount
from slabot.messages.styles import Style
from slabot.messages.view import LateCause, PageView
from slabot.rules.words import listed

SHOWN = 12  # tickets that are listed; the thread has them all
NAMED = 5  # organisations that are named


class BundleCause(StrEnum):
    """Why pages come together."""

    STORM = "storm"
    """Many at the same time."""
    OUTAGE = "outage"
    """They could not leave when they were due."""
    QUIET = "quiet"
    """They waited for the end of the quiet hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleView:
    """Pages that come together.

    Attributes:
        count: of all pages, listed or not.
        since: when the first of them was due.
        at: when this is written.
        late: what kept them, where the cause is an outage.
        views: the most urgent ones first.
        severities: how many of which severity, the most severe first.
        organizations: how many of which organisation, those with the most first; none of those without one.
        repeat: True if an earlier copy may have arrived.
    """

    cause: BundleCause
    count: int
    since: datetime
    at: datetime
    views: Sequence[PageView]
    severities: Sequence[tuple[str, int]]
    zone: ZoneInfo
    organizations: Sequence[tuple[str, int]] = ()
    late: LateCause | None = None
    repeat: bool = False


def headline(bundle: BundleView) -> str:
    """How many, in one sentence."""
    pages = f"{bundle.count} pages"
    match bundle.cause:
        case BundleCause.STORM:
            what = f"{pages} are due in this channel at the same time"
        case BundleCause.OUTAGE:
            what = f"{pages} are late"
        case BundleCause.QUIET:
            what = f"{pages} waited for the end of the quiet hours"
        case _:
            assert_never(bundle.cause)
    counted = ", ".join(f"{count} {severity.replace('_', ' ')}" for severity, count in bundle.severities)
    return f"{what}: {counted}." if counted else f"{what}."


def sentences(bundle: BundleView, style: Style) -> tuple[str, ...]:
    """The sentences below the headline."""
    lines: list[str] = []
    if bundle.repeat:
        lines.append("Sent again: it is not known whether the first one arrived.")
    if bundle.cause is BundleCause.OUTAGE:
        late = amount(bundle.at - bundle.since)
        lines.append(f"The first was due {style.when(bundle.since)}, {late} ago: {_REASONS[bundle.late]}.")
    elif bundle.cause is BundleCause.QUIET:
        lines.append(f"The first was due {style.when(bundle.since)}.")
    if bundle.organizations:
        lines.append(f"They are from {_organizations(bundle, style)}.")
    lines.append("Each ticket has its own message in this thread, the most urgent first; answer there.")
    return tuple(lines)


def _organizations(bundle: BundleView, style: Style) -> str:
    """``Contoso (12), Fabrikam (3) and 2 others``: those with the most pages by name."""
    named = [f"{style.escape(name, 60)} ({count})" for name, count in bundle.organizations[:NAMED]]
    others = len(bundle.organizations) - len(named)
    unnamed = bundle.count - sum(count for _, count in bundle.organizations)
    if others:
        named.append(f"{others} other organisation" + "s" * (others > 1))
    if unnamed > 0:
        named.append(f"people without an organisation ({unnamed})")
    return listed(tuple(named))


_REASONS = {
    LateCause.SLACK: "Slack did not take them in between",
    LateCause.STOPPED: "slabot was not running",
    LateCause.SEEN_LATE: "the helpdesk told of them only now",
    None: "they could not leave before",
}


def line(view: PageView, style: Style) -> str:
    """One page of the list."""
    late = view.late
    lateness = f" (page {amount(late.by)} late)" if late is not None and late.by >= timedelta(minutes=1) else ""
    customer = style.escape(view.organization or view.requester or "", 60)
    return f"{style.escape(page_text.headline(view), 160)}{f', {customer}' if customer else ''}{lateness}"
