"""Was everything kept that the week promised?

Promise: judged from the journals of the stand-ins alone, against instants worked out by hand from the agreement.
Nothing that slabot computes is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot.demo.story import IST, SERVICES, DemoTicket, at
from slabot_sandbox import Call, Effect, Journal

BREATH = timedelta(seconds=2)  # between a thing being due and its effect in the journal
OUTAGE = timedelta(minutes=2)  # between Slack's return and the first page after it
CHECKED = timedelta(seconds=2)  # for which a page waits for a helpdesk that does not answer
LOOKED = timedelta(minutes=1)  # between a lost answer and what people are told of it
RESOLVED, CLOSED = 4, 5  # of Freshdesk
GOLD_SAYS = "within 1 hour 30 minutes by the agreement “gold”"
UNCHECKED = "could not be re-checked"


class Broken(AssertionError):
    """A promise was not kept; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The journals, and which ticket is which."""

    journal: Journal
    tickets: Mapping[str, DemoTicket]

    def pages(self, name: str) -> list[Effect]:
        """Messages and replies about a ticket, in order; without the notes and questions to people."""
        return [e for e in self._about(name) if e.kind in ("message.posted", "reply.posted") and not _is_note(e)]

    def notes(self, name: str) -> list[Effect]:
        """What people were told about a ticket beside its pages."""
        return [e for e in self._slack(name) if _is_note(e)]

    def updates(self, name: str) -> list[Effect]:
        """When the page of a ticket was brought up to date."""
        return [e for e in self._about(name) if e.kind == "message.updated"]

    def shown(self, name: str) -> str:
        """What the page of a ticket says at the end."""
        texts = [str(e["text"]) for e in self._about(name) if e.kind in ("message.posted", "message.updated")]
        return texts[-1] if texts else ""

    def questions(self, name: str, kind: str) -> list[Effect]:
        """What people were asked about a ticket, and how that was brought up to date."""
        return [e for e in self._slack(name) if e.kind == kind and _is_question(e)]

    def of(self, name: str, kind: str, by: str | None = None) -> list[Effect]:
        """What happened to a ticket at its helpdesk."""
        place = self.tickets[name]
        effects = self.journal.effects(service=SERVICES[place.helpdesk], kind=kind, by=by)
        return [e for e in effects if e["ticket"] == place.number]

    def comments(self, name: str) -> list[Effect]:
        """Public messages by slabot on a ticket."""
        return self.of(name, "comment.public", "api")

    def moved(self, name: str, status: str | int) -> list[Effect]:
        """When slabot set a ticket to a status, by the helpdesk's own word or number."""
        return [
            e for e in self.of(name, "ticket.updated", "api") if e["changes"].get("status", (None, None))[1] == status
        ]

    def _about(self, name: str) -> list[Effect]:
        return [e for e in self._slack(name) if not _is_question(e)]

    def _slack(self, name: str) -> list[Effect]:
        mark = f"{self.tickets[name].helpdesk}/{self.tickets[name].number}/"
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
        Promise("A chat that is answered live is not paged, and its ticket was answered in time", _chatted),
        Promise(
            "A customer with a tighter agreement is paged about by its own deadline, earlier than by the file's",
            _tighter,
        ),
        Promise("A ticket without a promise pages nobody, however long it waits, and whoever asks is told why", _probe),
        Promise("A customer who moves to the tighter agreement at noon has its target from the same start", _mover),
        Promise("A disaster told as a small question is paged as critical, by what was written", _understated),
        Promise("A disaster in half a sentence is asked about, and one click says how severe it is", _asked),
        Promise('An "URGENT" about a logo pages nobody', _inflated),
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
        Promise("A critical ticket of Freshdesk is paged an hour before its deadline, under the same policy", _vpn),
        Promise("A High ticket that is answered too late is paged at its breach, and its page tells why", _breached),
        Promise("A webhook from Freshdesk is followed at once: the page says so when the answer comes", _webhook),
        Promise("Freshdesk is down, and the page goes out all the same, saying that it was not checked", _gate),
        Promise("A silent customer at Freshdesk gets three follow-ups, and the ticket is solved a day later", _licence),
        Promise(
            "A reminder at Freshdesk whose answer is lost is never sent twice: people are told to look", _lost_reply
        ),
        Promise("A ticket of Freshdesk solved for more than three days is closed, to the second", _manual),
        Promise("Nobody is paged twice about the same thing", _once),
    )


def _high(seen: Evidence) -> None:
    _times("pages", seen.pages("late"), [at(23, 22, 30), at(23, 23, 30)])
    _says(seen.shown("late"), "in time")


def _critical(seen: Evidence) -> None:
    _times("pages", seen.pages("down"), [at(24, 11)])
    _says(seen.shown("down"), "in time")


def _acknowledged(seen: Evidence) -> None:
    clicks = [e for e in seen.journal.effects(kind="button.clicked") if e["action"] == "slabot_acknowledge"]
    _times("clicks", clicks, [at(24, 11, 5)])
    if clicks and clicks[0]["status"] != 200:
        raise Broken(f"the click was answered with {clicks[0]['status']}")
    later = [page for page in seen.pages("down") if page.at > at(24, 11, 5)]
    _times("pages after the acknowledgement", later, [])


def _doubled(seen: Evidence) -> None:
    created = [e for e in seen.of("down", "webhook.sent") if "created" in str(e["type"])]
    if len(created) != 2 or len({e["invocation"] for e in created}) != 1:
        raise Broken(f"the webhook was to come twice under one id; it came {len(created)} times")
    _times("pages", seen.pages("down"), [at(24, 11)])


def _lost(seen: Evidence) -> None:
    if not seen.of("unheard", "webhook.lost"):
        raise Broken("the webhook was to be lost, and was not")
    _times("pages", seen.pages("unheard"), [at(28, 10, 30)])
    _says(seen.shown("unheard"), "in time")


def _chatted(seen: Evidence) -> None:
    _times("pages", seen.pages("till"), [])
    _answers(seen, "till", ": met")


def _tighter(seen: Evidence) -> None:
    _times("pages", seen.pages("tighter"), [at(27, 18, 45)])
    _says(str(seen.pages("tighter")[0]["text"]), GOLD_SAYS)
    _says(seen.shown("tighter"), "in time")


def _probe(seen: Evidence) -> None:
    _times("pages", seen.pages("probe"), [])
    _answers(seen, "probe", "no promise: a probe reads no answers")


def _mover(seen: Evidence) -> None:
    half_of_2h, three_quarters_of_90m, a_quarter_before = at(29, 11, 55), at(29, 12, 2, 30), at(29, 12, 10)
    _times("pages", seen.pages("mover"), [half_of_2h, three_quarters_of_90m, a_quarter_before])
    at_noon = [update for update in seen.updates("mover") if update.at < three_quarters_of_90m]
    _times("updates of the page with the move", at_noon, [at(29, 12)])
    _says(str(at_noon[0]["text"]), GOLD_SAYS)
    _says(seen.shown("mover"), "in time")


def _understated(seen: Evidence) -> None:
    _times("pages", seen.pages("grey"), [at(28, 12)])
    _says(seen.shown("grey"), "in time")


def _asked(seen: Evidence) -> None:
    _times("questions", seen.questions("door", "message.posted"), [at(30, 9)])
    _times("reminders", seen.questions("door", "reply.posted"), [at(30, 9, 15)])
    answered = [e for e in seen.questions("door", "message.updated") if e.at >= at(30, 9, 20)]
    _times("what was said on the question", answered[:1], [at(30, 9, 20)])
    _says(str(answered[0]["text"]), "said critical")
    urgent = [e for e in seen.of("door", "ticket.updated", "api") if "priority" in e["changes"]]
    _times("priorities that were set", urgent, [at(30, 9, 20)])
    _times("pages", seen.pages("door"), [at(30, 10)])
    _says(seen.shown("door"), "in time")


def _inflated(seen: Evidence) -> None:
    _times("pages", seen.pages("logo"), [])


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


def _vpn(seen: Evidence) -> None:
    _times("pages", seen.pages("vpn"), [at(27, 15)])
    said = str(seen.pages("vpn")[0].facts)
    if "partners" not in said:
        raise Broken(f"the page does not name its helpdesk: {said}")
    _says(seen.shown("vpn"), "in time")


def _breached(seen: Evidence) -> None:
    _times("pages", seen.pages("forms"), [at(28, 15, 30), at(28, 16, 30), at(28, 17)])
    _says(seen.shown("forms"), "It was overlooked")


def _webhook(seen: Evidence) -> None:
    heard = [e for e in seen.of("vpn", "webhook.sent") if e.at == at(27, 15, 23)]
    if [e["status"] for e in heard] != [200]:
        raise Broken(f"the webhook of the answer was answered {[e['status'] for e in heard]}")
    _times("updates of the page with the answer", seen.updates("vpn")[-1:], [at(27, 15, 23)])


def _gate(seen: Evidence) -> None:
    _times("pages", seen.pages("gate"), [at(30, 17)], within=BREATH + CHECKED)
    said = str(seen.pages("gate")[0].facts)
    if UNCHECKED not in said:
        raise Broken(f"the page does not say that the ticket could not be read again: {said}")
    _says(seen.shown("gate"), "in time")


def _licence(seen: Evidence) -> None:
    _times("messages", seen.comments("licence"), [at(28, 12), at(29, 12), at(30, 12), at(2, 12)])
    _times("solves", seen.moved("licence", RESOLVED), [at(2, 12)])


def _lost_reply(seen: Evidence) -> None:
    _times("messages that arrived", seen.comments("printer"), [at(28, 13)])
    _times("messages that did not", seen.comments("badge"), [])
    path = f"/{seen.tickets['badge'].number}/reply"
    tries = [c for c in seen.journal.calls(service="freshdesk", method="POST") if c.path.endswith(path)]
    _times("tries", tries, [at(28, 13, 30)])
    if seen.notes("printer"):
        raise Broken("people were told about the message that arrived")
    told = seen.notes("badge")
    if len(told) != 1 or not at(28, 13, 30) <= told[0].at <= at(28, 13, 30) + LOOKED:
        raise Broken(f"people were to be told once, at {_ist(at(28, 13, 30))}; told {_list([e.at for e in told])}")
    _says(str(told[0]["text"]), "write to the customer yourself if it is not there")


def _manual(seen: Evidence) -> None:
    _times("closes", seen.moved("manual", CLOSED), [at(31, 16, 0, 1)])


def _once(seen: Evidence) -> None:
    keys = [
        e["metadata"]["event_payload"]["key"]
        for e in seen.journal.effects(service="slack")
        if e.kind in ("message.posted", "reply.posted")
    ]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise Broken(f"paged twice: {', '.join(doubled)}")


def _times(
    what: str, effects: Sequence[Effect | Call], expected: list[datetime], *, within: timedelta = BREATH
) -> None:
    found = [effect.at for effect in effects]
    kept = len(found) == len(expected) and all(
        timedelta() <= seen - due <= within for seen, due in zip(found, expected, strict=True)
    )
    if not kept:
        raise Broken(f"{what} were expected {_list(expected)}; they came {_list(found)}")


def _says(text: str, words: str) -> None:
    if words not in text:
        raise Broken(f'the page was to say "{words}" in the end; it says: {text or "nothing"}')


def _answers(seen: Evidence, name: str, words: str) -> None:
    place = seen.tickets[name]
    asked = seen.journal.effects(kind="command.sent")
    told = " ".join(str(e["answer"]) for e in asked if e["text"] == f"{place.helpdesk}/{place.number}")
    if words not in told:
        raise Broken(f'whoever asks slabot was to be told "{words}"; told was: {told or "nothing"}')


def _is_note(effect: Effect) -> bool:
    return str(effect["metadata"]["event_payload"]["key"]).endswith("/told")


def _is_question(effect: Effect) -> bool:
    return "/ask/" in str(effect.facts.get("metadata"))


def _list(instants: list[datetime]) -> str:
    return "at " + ", ".join(_ist(instant) for instant in instants) if instants else "never"


def _ist(instant: datetime) -> str:
    return instant.astimezone(IST).strftime("%a %d %b %H:%M:%S")
