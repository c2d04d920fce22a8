"""The sentences of a question to people: which severity a ticket has, or whether a message was automatic.

Promise: every sentence of a question is here, calm and whole, and reads the same in every channel; what a customer
wrote stands in quotation marks, and nothing else does.
"""

from __future__ import annotations

from typing import assert_never

from slabot.domain import ReplyIs
from slabot.domain.sentences import clause, sentence
from slabot.messages.page_text import NAME, REASON, SUBJECT, capital
from slabot.messages.question_view import Choice, QuestionView
from slabot.messages.styles import PlainText, Style, bare, web_address
from slabot.policy import TriageAbout
from slabot.rules.questions import End, QuestionOutcome, Topic

MOST_QUOTES, QUOTE, MEANS = 3, 300, 200  # quotes, and characters of one and of a definition
ROOM = 1200  # characters for all definitions
REPLIES = {ReplyIs.AUTOMATIC: "Automatic", ReplyIs.ANSWER: "An answer", ReplyIs.UNSAID: "Take it back"}
"""The labels of buttons."""
_IS = {ReplyIs.AUTOMATIC.value: "automatic", ReplyIs.ANSWER.value: "an answer"}
_REPLY_WAS = {ReplyIs.AUTOMATIC: "it was automatic", ReplyIs.ANSWER: "it is an answer"}


def number(view: QuestionView) -> str:
    """The ticket's number, with the helpdesk where two could be meant."""
    ticket = bare(view.ticket, 40)
    return f"{bare(view.helpdesk, 40)}/{ticket}" if view.several_helpdesks else ticket


def symbol(view: QuestionView) -> str:
    """One symbol for the state, beside the text and never instead of it."""
    outcome = view.question.outcome
    return "❓" if outcome is None else "✅" if outcome.end is End.SAID else "➖"


def headline(view: QuestionView) -> str:
    """The question in one line, without markup."""
    question, ticket = view.question, f"ticket {number(view)}"
    found = question.outcome
    if question.topic is Topic.REPLY:
        if found is None:
            return f"Is the reply on {ticket} automatic?"
        said = _IS.get(found.value, "nobody needs to say any more")
        return f"The reply on {ticket}: {said}"
    if found is not None:
        return f"The severity of {ticket}: {capital(found.value or question.severity)}"
    names = " or ".join(capital(name) for name in question.between)
    return f"How severe is {ticket}? {names}?" if len(question.between) > 1 else f"How severe is {ticket}?"


def which(view: QuestionView, style: Style) -> str:
    """Which ticket, what it is about, and whose it is."""
    title = style.strong(style.link(view.url, f"Ticket {style.escape(number(view), 90)}"))
    subject = style.escape(view.subject, SUBJECT)
    people = [style.escape(text, NAME) for text in (view.organization, view.requester) if text]
    return "\n".join(line for line in (f"{title}  {subject}" if subject else title, " · ".join(people)) if line)


def why(view: QuestionView, style: Style) -> str:
    """Why a person is asked."""
    question = view.question
    counts = style.strong(capital(question.severity))
    if question.topic is Topic.REPLY:
        return (
            "The message looks like an automatic reply, by its words alone. Until somebody says, it ends the wait, and "
            "follow-ups, solving, closing and reopening are held."
        )
    read = clause(style.escape(question.reason, REASON))
    match question.asks:
        case TriageAbout.UNDECIDED:
            return f"The text does not decide it: {read}. It counts as {counts} until somebody says."
        case TriageAbout.BELOW_PRIORITY:
            return (
                f"The helpdesk's own priority says {counts}, which counts until somebody says. The text reads as less: "
                f"{read}."
            )
        case _:
            return f"It counts as {counts}, and nobody of support has said so yet: {read}."


def quotes(view: QuestionView, style: Style) -> tuple[str, ...]:
    """What the customer wrote, each in quotation marks; and what the text claims of itself."""
    question = view.question
    found = [f"“{style.escape(quote, QUOTE)}”" for quote in question.quotes[:MOST_QUOTES]]
    if question.claims:
        found.append(f"It claims for itself, which is no evidence: “{style.escape(question.claims[0], QUOTE)}”")
    return tuple(found)


def definitions(view: QuestionView, style: Style) -> tuple[str, ...]:
    """What each severity means by the policy, the likely ones marked."""
    most = min(MEANS, ROOM // max(1, len(view.choices)))
    return tuple(
        f"{style.strong(capital(each.name))}{_open(each)}: {sentence(style.escape(each.means, most))}"
        for each in view.choices
    )


def _open(choice: Choice) -> str:
    return " (may be it)" if choice.likely else ""


def until(view: QuestionView, style: Style) -> str:
    """By when somebody is to say; empty where nothing presses."""
    due = view.question.due
    return "" if due is None else f"Please say by {style.when(due)}."


def outcome(view: QuestionView, style: Style) -> str:
    """What came of it, in a sentence; empty while it waits."""
    found = view.question.outcome
    return "" if found is None else over(view, found, style)


def over(view: QuestionView, found: QuestionOutcome, style: Style) -> str:
    """How a question ended."""
    who = "Somebody" if view.who is None else style.person(view.who)
    if view.who is not None and view.who.name is None:
        who = f"{who[:1].upper()}{who[1:]}"  # "somebody", or "an agent"; Slack's own form stays as it is
    at, counts = style.when(found.at), capital(view.question.severity)
    match found.end:
        case End.SAID if view.question.topic is Topic.REPLY:
            said = _REPLY_WAS.get(ReplyIs(found.value), "what it was")
            return f"{style.strong(f'{who} said {said}')}, {at}."
        case End.SAID:
            return f"{style.strong(f'{who} said {found.value}')}, {at}."
        case End.SETTLED:
            return f"Nobody needs to say any more: what is known since {at} makes it {capital(found.value)}."
        case End.ANSWERED:
            return f"The ticket was answered {at}, before anybody said which it is. It counted as {counts}."
        case End.SOLVED:
            return f"The ticket was solved or closed {at}, before anybody said which it is. It counted as {counts}."
        case End.GONE:
            return f"The ticket is no longer here since {at}: it was {style.escape(found.why, 100)}."
        case End.WROTE_AGAIN:
            return f"The customer wrote again {at}, so it no longer matters."
        case End.LOOKED:
            return f"Somebody of support has written to the ticket or changed it {at}, so it no longer matters."
        case End.DROPPED:
            return "By what is known now nobody needs to say: it is not asked any more."
        case _:
            assert_never(found.end)


def unusual(view: QuestionView, style: Style) -> tuple[str, ...]:
    """What is unusual about this copy, each in one sentence."""
    lines = []
    if view.reminder:
        lines.append(f"Reminder {view.reminder}: nobody has said yet.")
    if view.repeat:
        lines.append("Sent again: it is not known whether the first one arrived.")
    if view.off_call:
        rotas = " and ".join(bare(name, 40) for name in view.off_call)
        lines.append(f"Nobody is on call in {rotas} just now, so this channel is asked alone.")
    return tuple(lines)


def footer(view: QuestionView, style: Style) -> str:
    """From where, and as of when."""
    return f"slabot · {style.escape(view.helpdesk, 40)} · as of {style.when(view.at)}"


def in_a_sentence(view: QuestionView, style: Style) -> str:
    """The whole question read aloud."""
    told = outcome(view, style)
    rest = (told,) if told else (*unusual(view, style), why(view, style), until(view, style))
    return " ".join(part for part in (sentence(headline(view)), _about(view, style), *rest) if part)


def _about(view: QuestionView, style: Style) -> str:
    subject = style.escape(view.subject, SUBJECT)
    return f"About “{subject}”." if subject else ""


def without_buttons(view: QuestionView) -> tuple[str, str]:
    """A subject and one paragraph, for channels in which nobody can click."""
    style = PlainText(view.zone)
    address = web_address(view.url)
    parts = (
        *unusual(view, style),
        sentence(headline(view)),
        _about(view, style),
        why(view, style),
        *quotes(view, style),
        *definitions(view, style),
        until(view, style),
        _how(view),
        f"The ticket: {address}" if address else "",
    )
    return headline(view), " ".join(part for part in parts if part)


def _how(view: QuestionView) -> str:
    """What to do where there is no button."""
    ticket, click = f"{view.helpdesk}/{view.ticket}", "press a button of the question in Slack, or "
    slack = click if view.in_slack else ""
    if view.question.topic is Topic.REPLY:
        does = f"{slack}run slabot reply -c FILE {ticket} automatic, or answer in the place of automatic"
        return f"To say which it is, {does}."
    priorities = [f"{each.priority} for {capital(each.name)}" for each in view.choices if each.priority is not None]
    if not priorities:
        return f"To say which it is, {slack}set the severity on a page about the ticket."
    return f"To say which it is, {slack}set the ticket's priority in the helpdesk: {', '.join(priorities)}."
