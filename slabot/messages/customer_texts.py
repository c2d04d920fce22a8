"""Write the texts that a customer, or an assignee, reads in the helpdesk.

Promise: the texts are the policy's templates, in the language that is most likely the customer's, filled in with facts
of the ticket; what is not known leaves no gap and is never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from slabot.domain import Person, PrivacyChanged, RequesterChanged, TicketRecord
from slabot.domain.sentences import clause
from slabot.messages.in_language import duration
from slabot.policy import LateReply, Policy
from slabot.policy.customer_texts import Chosen, TextsByLanguage, choose
from slabot.policy.languages import ENGLISH, language_name, without_region
from slabot.rules import Action, Kind, PastPolicies, follow
from slabot.rules.case import Case
from slabot.rules.decision import Round
from slabot.rules.kept import NO_PAST
from slabot.rules.waiting import ANNOUNCES, NOTHING
from slabot.rules.words import shorten

LONGEST_NAME = 60  # signs
LONGEST_QUESTION = 300  # signs
QUOTES = {"en": ("“", "”"), "de": ("„", "“")}

LATE_REPLIES = {
    "en": {
        None: "a reply still reaches us",
        LateReply.NEW_TICKET: "a reply starts a new ticket that follows this one",
        LateReply.SAME_TICKET: "a reply still opens this ticket",
    },
    "de": {
        None: "erreicht uns eine Antwort weiterhin",
        LateReply.NEW_TICKET: "beginnt eine Antwort ein neues Ticket, das an dieses anschließt",
        LateReply.SAME_TICKET: "öffnet eine Antwort dieses Ticket weiterhin",
    },
}
"""What a reply does once the ticket is closed, to follow "after that," and "danach"."""

_NAMELESS = re.compile(r"[ \t]+\{requester\}|\{requester\},?[ \t]*")


class Language(NamedTuple):
    """A language, and why it may be the customer's."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a text about a ticket goes, and what it may say.

    Attributes:
        policy: the file's.
        agreed: the policy of the agreement in force.
        languages: the most telling first.
    """

    record: TicketRecord
    policy: Policy
    agreed: Policy
    agreement: str
    brand: str | None
    requester: Person | None
    question: str
    languages: tuple[Language, ...]

    @classmethod
    def of(cls, record: TicketRecord, policy: Policy, now: datetime, past: PastPolicies = NO_PAST) -> Addressee:
        """The ticket's requester as they are known at an instant."""
        chapter = follow(record.ticket, record.timeline, policy, past=past).chapter(now)
        case, agreement = chapter.case, chapter.agreement.name
        requester = _requester(case)
        return cls(
            record,
            policy,
            policy.under(agreement),
            agreement,
            case.brand,
            requester,
            _question(case, chapter.waiting),
            tuple(_languages(policy, record.ticket.helpdesk, requester, case.organization)),
        )

    def choose(self, kind: str) -> Chosen:
        """The template of a kind."""
        helpdesk = self.policy.helpdesks.get(self.record.ticket.helpdesk)
        own = ENGLISH if helpdesk is None else helpdesk.language
        return choose(kind, self._layers(), [language.name for language in self.languages], own)

    def _layers(self) -> list[tuple[str, TextsByLanguage]]:
        helpdesk, agreement = self.record.ticket.helpdesk, self.policy.agreement(self.agreement)
        layers = list(self.policy.waiting.templates.layers(helpdesk, self.brand))
        if agreement is None or agreement.waiting is None:
            return layers
        ours = agreement.waiting.templates.layers(helpdesk, self.brand)
        return [*((f"{setting} of the agreement {agreement.name}", texts) for setting, texts in ours), *layers]

    def text(self, kind: str, number: str) -> str:
        """A text as the customer reads it.

        Args:
            kind: ``follow_up``, ``reminder`` or ``solved``.
            number: of the reminder.
        """
        chosen = self.choose(kind)
        template, name = chosen.text, _name(self.requester)
        if name is None:
            template = _NAMELESS.sub("", template)
        if not self.question:
            template = "".join(line for line in template.splitlines(keepends=True) if "{question}" not in line)
        waiting, solved, ticket = self.agreed.waiting, self.agreed.solved, self.record.ticket
        helpdesk = self.policy.helpdesks.get(ticket.helpdesk)
        values = {
            "requester": name or "",
            "number": number,
            "follow_ups": str(waiting.follow_ups),
            "or_after": duration(waiting.or_after, chosen.language),
            "reopen_within": duration(solved.reopen_within, chosen.language),
            "late_reply": late_reply(None if helpdesk is None else helpdesk.late_reply, chosen.language),
            "ticket": ticket.id,
            "subject": ticket.subject,
            "question": _quoted(self.question, chosen.language),
        }
        return template.format_map(values).strip()

    def why(self, chosen: Chosen) -> str:
        """Why it is that text and that language, in words."""
        source = chosen.source or "slabot's own text"
        if chosen.unnamed:
            return f"{source} has no language there, so it is taken to be in the helpdesk's"
        because = next((each.because for each in self.languages if each.name == chosen.language), None)
        if because is None:
            return f"{source}, because there is no text in a language that is known to be theirs"
        return f"{source}, because it is {because}"


def of(addressee: Addressee, action: Action) -> str:
    """What an action writes to the customer: a reminder of the question, or the end of the wait.

    A reminder does not mention an end of the wait where there will be none.
    """
    if action.kind is Kind.AUTO_SOLVE:
        return addressee.text("solved", str(addressee.agreed.waiting.follow_ups))
    kind = "reminder" if action.fact(ANNOUNCES) == NOTHING else "follow_up"
    return addressee.text(kind, action.fact("number") or "1")


def late_reply(what: LateReply | None, language: str) -> str:
    """What a reply does once a ticket is closed, to follow "after that,"; None where it is not known.

    In English where slabot has no words of the language.
    """
    return LATE_REPLIES.get(without_region(language), LATE_REPLIES[ENGLISH])[what]


def nudge(action: Action) -> str:
    """An internal note to the assignee."""
    return (
        f"An update to the customer is owed: {clause(action.because)}. "
        "A short public message is enough, even if nothing new is known; it starts the time anew."
    )


def _requester(case: Case) -> Person | None:
    """Whoever asks now; of somebody who came later, name and language are not known."""
    first = case.ticket.requester
    changed = next((event for event in reversed(case.events) if isinstance(event, RequesterChanged)), None)
    if changed is None or (first is not None and changed.to == first.id):
        return first
    return None if changed.to is None else Person(changed.to, changed.email, case.organization)


def _languages(policy: Policy, helpdesk: str, requester: Person | None, organization: str | None) -> list[Language]:
    found: list[Language] = []
    if requester is not None and requester.language:
        found.append(Language(language_name(requester.language), "the requester's, as the helpdesk has it"))
    if (language := policy.language_of(organization)) is not None:
        found.append(Language(language, "the organisation's, by organization_languages"))
    entry = policy.helpdesks.get(helpdesk)
    if entry is not None:
        found.append(Language(entry.language, f"the helpdesk's, by helpdesks.{helpdesk}.language"))
    return found


def _name(requester: Person | None) -> str | None:
    """A name to greet somebody by; None for an address, a number and whatever else is no name."""
    name = "" if requester is None or requester.name is None else " ".join(requester.name.split())
    no_name = len(name) > LONGEST_NAME or any(sign in name for sign in "@/<>{}[]()") or not any(map(str.isalpha, name))
    return None if no_name else name


def _question(case: Case, turn: Round | None) -> str:
    """The words of the question that the customer is waited for with; empty where they are not known (any more)."""
    if turn is None:
        return ""
    hidden = {event.of for event in case.events if isinstance(event, PrivacyChanged) and not event.public}
    asked = next((said.message for said in reversed(case.answers) if said.at == turn.ask), None)
    return "" if asked is None or asked.id in hidden else shorten(asked.text, LONGEST_QUESTION)


def _quoted(question: str, language: str) -> str:
    before, after = QUOTES.get(without_region(language), QUOTES[ENGLISH])
    return f"{before}{question}{after}"
