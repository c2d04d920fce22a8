"""The answers to ``/sla outage``.

Promise: for one person alone, and within one message. What somebody typed is shown as text.
"""

from __future__ import annotations

from collections.abc import Sequence

from slabot.channels.slack.commands import Command
from slabot.channels.slack.message import Block, Rendered
from slabot.channels.slack.mrkdwn import escaped
from slabot.domain.sentences import sentence
from slabot.messages.styles import Style
from slabot.rules.words import listed

SECTION = 3000  # characters of a block; Slack's limit
TEXT = 4000  # characters beside the blocks
SHOWN = 40  # outages in one answer


def answered(text: str) -> Rendered:
    """What was logged, or why not."""
    return _rendered([escaped(text, TEXT)])


def told(text: str) -> Rendered:
    """Our own text, in which what others wrote is harmless already."""
    return _rendered([text])


def help_text(command: Command, services: Sequence[str], typed: str = "") -> Rendered:
    """How it is typed; what was not understood first."""
    name = escaped(command.command, 40)
    opening = f"“{escaped(typed, 80)}” is not understood. " if typed else ""
    known = f" The services are {escaped(listed(tuple(services)), 500)}." if services else ""
    service = " SERVICE" if services else ""
    lines = [
        f"`{name} outage`  what was down lately",
        f"`{name} outage begin{service}`  it is down, since now or `at 10:30`; `maintenance` if it is announced; "
        "`because` and your words at the end",
        f"`{name} outage end{service}`  it is up again, since now or `at 10:45`",
    ]
    if services:
        lines.append("Without a service, all of it is meant.")
    return _rendered([f"{opening}You can type:{known}", "\n".join(lines)])


def spans(lines: Sequence[str], days: int) -> Rendered:
    """What was down, one line each."""
    if not lines:
        return _rendered([f"No outage is known in the last {days} days."])
    cut = list(lines[-SHOWN:])
    left = len(lines) - len(cut)
    opening = f"Outages of the last {days} days, those that last still at the end."
    more = [f"And {left} before these: slabot outage list."] if left else []
    return _rendered([opening, *_chunks([escaped(line, 600) for line in cut]), *more])


def not_allowed(who: Sequence[str], ask: str, style: Style) -> str:
    """The policy lets others do it."""
    people = listed(tuple(style.escape(name, 80) for name in who))
    return (
        f"Logging an outage is for {people}, and as far as Slack says you are not among them. Nothing was logged. "
        f"Please ask {style.escape(ask, 120)}."
    )


def cannot_ask(why: str, ask: str, style: Style) -> str:
    """It cannot be found out whether they may."""
    return (
        f"Logging an outage is for certain people, and it could not be found out whether you are one of them: "
        f"{sentence(style.escape(why, 300))} Nothing was logged. Please ask {style.escape(ask, 120)}, or type it again."
    )


def _chunks(lines: Sequence[str]) -> list[str]:
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) < SECTION - 1:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return parts


def _rendered(paragraphs: Sequence[str]) -> Rendered:
    return Rendered("\n".join(paragraphs)[:TEXT], tuple(_section(each[:SECTION]) for each in paragraphs if each))


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
