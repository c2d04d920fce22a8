"""What does one message over many pages say?

Promise: how many, why they come together, how late they are, and the most urgent ones in one line each. Every ticket
has a message of its own in the thread, so nothing is told here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from slabot.paging import words
from slabot.paging.blocks import Block, Rendered
from slabot.paging.markup import Mrkdwn, Plain, Style
from slabot.paging.view import LateCause, PageView

SHOWN = 12  # tickets that are listed; the thread has them all
SECTION = 3000  # characters; Slack's limit of a section


class BundleCause(StrEnum):
    """Why pages come together."""

    STORM = "storm"
    """Many at the same time."""
    OUTAGE = "outage"
    """They could not leave when they were due."""
    QUIET = "quiet"
    """They waited for the end of the quiet hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Pages that come together.

    Attributes:
        count: of all pages, listed or not.
        since: when the first of them was due.
        at: when this is written.
        late: what kept them, where the cause is an outage.
        views: the most urgent ones first.
        severities: how many of which severity, the most severe first.
        repeat: True if an earlier copy may have arrived.
    """

    cause: BundleCause
    count: int
    since: datetime
    at: datetime
    views: Sequence[PageView]
    severities: Sequence[tuple[str, int]]
    zone: ZoneInfo
    late: LateCause | None = None
    repeat: bool = False


def render_bundle(bundle: Bundle) -> Rendered:
    """The message."""
    style = Mrkdwn(bundle.zone)
    opening = " ".join((style.strong(headline(bundle)), *_sentences(bundle, style)))
    lines = [f"•  {_line(view, style)}" for view in bundle.views[:SHOWN]]
    more = bundle.count - len(lines)
    if more > 0:
        lines.append(f"•  and {more} more")
    blocks: list[Block] = [_section(opening, "bundle")]
    listed = ""
    for line in lines:
        if listed and len(listed) + len(line) + 1 > SECTION:
            blocks.append(_section(listed, f"tickets_{len(blocks)}"))
            listed = ""
        listed = f"{listed}\n{line}" if listed else line
    if listed:
        blocks.append(_section(listed, f"tickets_{len(blocks)}"))
    plain = Plain(bundle.zone)
    first = f" The most urgent: {words.headline(bundle.views[0])}." if bundle.views else ""
    text = " ".join((headline(bundle), *_sentences(bundle, plain))) + first
    return Rendered(text[:4000], tuple(blocks))


def headline(bundle: Bundle) -> str:
    """How many, in one sentence."""
    pages = f"{bundle.count} pages"
    match bundle.cause:
        case BundleCause.STORM:
            said = f"{pages} are due in this channel at the same time"
        case BundleCause.OUTAGE:
            said = f"{pages} are late"
        case BundleCause.QUIET:
            said = f"{pages} waited for the end of the quiet hours"
        case _:
            assert_never(bundle.cause)
    counted = ", ".join(f"{count} {severity.replace('_', ' ')}" for severity, count in bundle.severities)
    return f"{said}: {counted}." if counted else f"{said}."


def _sentences(bundle: Bundle, style: Style) -> tuple[str, ...]:
    said: list[str] = []
    if bundle.repeat:
        said.append("Sent again: it is not known whether the first one arrived.")
    if bundle.cause is BundleCause.OUTAGE:
        late = words.amount(bundle.at - bundle.since)
        said.append(f"The first was due {style.when(bundle.since)}, {late} ago: {_REASONS[bundle.late]}.")
    elif bundle.cause is BundleCause.QUIET:
        said.append(f"The first was due {style.when(bundle.since)}.")
    said.append("Each ticket has its own message in this thread, the most urgent first; answer there.")
    return tuple(said)


_REASONS = {
    LateCause.SLACK: "Slack did not take them in between",
    LateCause.STOPPED: "slabot was not running",
    LateCause.SEEN_LATE: "the helpdesk told of them only now",
    None: "they could not leave before",
}


def _line(view: PageView, style: Style) -> str:
    late = view.late
    lateness = f" (page {words.amount(late.by)} late)" if late is not None and late.by >= timedelta(minutes=1) else ""
    customer = style.said(view.organization or view.requester or "", 60)
    return f"{style.said(words.headline(view), 160)}{f', {customer}' if customer else ''}{lateness}"


def _section(text: str, name: str) -> Block:
    return {"type": "section", "block_id": f"slabot_{name}", "text": {"type": "mrkdwn", "text": text}}
