"""Was everything kept that the week promised?

Promise: judged from the journals of the stand-ins alone, against instants worked out by hand from the agreement.
Nothing that slabot computes is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot.demo.story import IST, at
from slabot.sandbox import Effect, Journal

BREATH = timedelta(seconds=2)  # between a thing being due and its effect in the journal
OUTAGE = timedelta(minutes=2)  # between Slack's return and the first page after it


class Broken(AssertionError):
    """A promise was not kept; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The journals, and which ticket is which."""

    journal: Journal
    tickets: Mapping[str, int]

    def pages(self, name: str) -> list[Effect]:
        """Messages and replies about a ticket, in order."""
        return [e for e in self._slack(name) if e.kind in ("message.posted", "reply.posted")]

    def shown(self, name: str) -> str:
        """What the page of a ticket says at the end."""
        texts = [str(e["text"]) for e in self._slack(name) if e.kind in ("message.posted", "message.updated")]
        return texts[-1] if texts else ""

    def comments(self, name: str) -> list[Effect]:
        """Public messages by slabot on a ticket."""
        return [e for e in self.journal.effects(kind="comment.public", by="api") if e["ticket"] == self.tickets[name]]

    def moved(self, name: str, status: str) -> list[Effect]:
        """When slabot set a ticket to a status."""
        return [
            e
            for e in self.journal.effects(kind="ticket.updated", by="api")
            if e["ticket"] == self.tickets[name] and status in str(e.facts)
        ]

    def _slack(self, name: str) -> list[Effect]:
        mark = f"acme/{self.tickets[name]}/"
        return [e for e in self.journal.effects(service="slack") if mark in str(e.facts.get("metadata"))]


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence, and how it is judged."""

    words: str
    judge: Callable[[Evidence], None]


def promises() -> tuple[Promise, ...]:
    """All of them, in the order of the week."""
    return (
        Promise("A High ticket of Friday evening is paged at 22:30 and 23:30 and can be met on Sunday", _high),
        Promise(
            "A critical ticket on a Saturday is paged an hour before its deadline, and answered in time", _critical
        ),
        Promise("Acknowledging a page stops the ladder", _acknowledged),
        Promise("A webhook that is delivered twice pages once", _doubled),
        Promise("A ticket whose webhook was lost is found by the sweep and paged in time", _lost),
        Promise("A Low ticket of Thursday is due on Monday, two business days later, and paged an hour before", _low),
        Promise(
            "A silent customer gets three follow-ups on business days, and the ticket is solved a day later",
            _followed_up,
        ),
        Promise("A wait of more than seven days ends in Solved, to the second", _seven_days),
        Promise("Feedback ends a wait: nobody is reminded afterwards", _feedback),
        Promise("A ticket reopened within three days is not closed", _reopened),
        Promise("A ticket solved for more than three days is closed, to the second", _closed),
        Promise("Slack is down for an hour, and no page is lost: the late one says so", _outage),
        Promise("Nobody is paged twice about the same thing", _once),
    )


def _high(seen: Evidence) -> None:
    _times("pages", seen.pages("late"), [at(23, 22, 30), at(23, 23, 30)])
    _says(seen.shown("late"), "in time")


def _critical(seen: Evidence) -> None:
    _times("pages", seen.pages("down"), [at(24, 11)])
    _says(seen.shown("down"), "in time")


def _acknowledged(seen: Evidence) -> None:
    clicks = seen.journal.effects(kind="button.clicked")
    _times("clicks", list(clicks), [at(24, 11, 5)])
    if clicks and clicks[0]["status"] != 200:
        raise Broken(f"the click was answered with {clicks[0]['status']}")
    later = [page for page in seen.pages("down") if page.at > at(24, 11, 5)]
    _times("pages after the acknowledgement", later, [])


def _doubled(seen: Evidence) -> None:
    created = [
        e
        for e in seen.journal.effects(kind="webhook.sent")
        if e["ticket"] == seen.tickets["down"] and "created" in str(e["type"])
    ]
    if len(created) != 2 or len({e["invocation"] for e in created}) != 1:
        raise Broken(f"the webhook was to come twice under one id; it came {len(created)} times")
    _times("pages", seen.pages("down"), [at(24, 11)])


def _lost(seen: Evidence) -> None:
    lost = [e for e in seen.journal.effects(kind="webhook.lost") if e["ticket"] == seen.tickets["unheard"]]
    if not lost:
        raise Broken("the webhook was to be lost, and was not")
    _times("pages", seen.pages("unheard"), [at(28, 10, 30)])
    _says(seen.shown("unheard"), "in time")


def _low(seen: Evidence) -> None:
    _times("pages", seen.pages("export"), [at(2, 14)])
    _says(seen.shown("export"), "in time")


def _followed_up(seen: Evidence) -> None:
    _times("messages", seen.comments("login"), [at(28, 10), at(29, 10), at(30, 10), at(2, 10)])
    _times("solves", seen.moved("login", "solved"), [at(2, 10)])


def _seven_days(seen: Evidence) -> None:
    _times("messages", seen.comments("sensor"), [at(28, 0), at(29, 0), at(30, 0), at(31, 12, 0, 1)])
    _times("solves", seen.moved("sensor", "solved"), [at(31, 12, 0, 1)])


def _feedback(seen: Evidence) -> None:
    _times("messages by slabot", seen.comments("invoice"), [])
    _times("solves", seen.moved("invoice", "solved"), [])


def _reopened(seen: Evidence) -> None:
    _times("closes", seen.moved("proxy", "closed"), [])


def _closed(seen: Evidence) -> None:
    _times("closes", seen.moved("theme", "closed"), [at(31, 15, 0, 1)])


def _outage(seen: Evidence) -> None:
    pages = seen.pages("outage")
    if not pages:
        raise Broken("no page ever came")
    first, rest = pages[0], pages[1:]
    back = at(29, 20, 50)
    if not back <= first.at <= back + OUTAGE:
        raise Broken(f"the first page came at {_ist(first.at)}, not when Slack was back at {_ist(back)}")
    if "late" not in str(first["text"]) + str(first["blocks"]):
        raise Broken("the page that was held up does not say that it is late")
    _times("pages after it", rest, [at(29, 21), at(29, 21, 15)])
    _says(seen.shown("outage"), "in time")


def _once(seen: Evidence) -> None:
    keys = [
        e["metadata"]["event_payload"]["key"]
        for e in seen.journal.effects(service="slack")
        if e.kind in ("message.posted", "reply.posted")
    ]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise Broken(f"paged twice: {', '.join(doubled)}")


def _times(what: str, effects: list[Effect], expected: list[datetime]) -> None:
    found = [effect.at for effect in effects]
    kept = len(found) == len(expected) and all(
        timedelta() <= seen - due <= BREATH for seen, due in zip(found, expected, strict=True)
    )
    if not kept:
        raise Broken(f"{what} were expected {_list(expected)}; they came {_list(found)}")


def _says(text: str, words: str) -> None:
    if words not in text:
        raise Broken(f'the page was to say "{words}" in the end; it says: {text or "nothing"}')


def _list(instants: list[datetime]) -> str:
    return "at " + ", ".join(_ist(instant) for instant in instants) if instants else "never"


def _ist(instant: datetime) -> str:
    return instant.astimezone(IST).strftime("%a %d %b %H:%M:%S")
