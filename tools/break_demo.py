"""Does the demo notice when the product breaks a promise?

Promise: for each promise of the demo's week there is one change to the product, made on purpose in a process of its
own, after which the week reports that very promise as broken. This ends with 0 only if every change was noticed.

    python tools/break_demo.py              all of them, two at a time
    python tools/break_demo.py --list       their names
    python tools/break_demo.py lost low     some
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from breaking import Break, Verdict, judge_each

LONGEST = 600  # seconds for one week


def _longer_before() -> None:
    """Rungs before the deadline come twice as early as the policy says."""
    from slabot.rules.steps import Steps

    original = Steps._before

    def early(self: Steps, amount: timedelta) -> datetime | None:
        return original(self, 2 * amount)

    Steps._before = early  # type: ignore[method-assign]


def _blind_to_words() -> None:
    """Rules no longer find their words and nothing is read, so nothing is critical."""
    from slabot.policy import terms
    from slabot.rules import evidence

    terms.Term.find = lambda self, text: None  # type: ignore[method-assign]
    vars(evidence)["first_found"] = lambda *arguments: None
    _blind_to_what_was_written()


def _blind_to_what_was_written() -> None:
    """Nothing that customers write is judged, but by the words of rules."""
    from slabot.rules import severity

    vars(severity)["read_severity"] = lambda policy, subject, texts: None


def _asks_nobody() -> None:
    """No question about a severity arises."""
    from slabot.rules import decide as rules

    vars(sys.modules[rules.__module__])["triage_questions"] = lambda *arguments: ()


def _believes_claims() -> None:
    """A text that calls itself critical is."""
    from slabot.judgement import SeverityLevel
    from slabot.rules import read_severity

    judge = vars(read_severity)["judge"]

    def believing(findings: Any) -> Any:
        judgement = judge(findings)
        claimed = findings.claimed is SeverityLevel.CRITICAL and judgement is not None
        return judgement._replace(level=SeverityLevel.CRITICAL, or_else=None) if claimed else judgement

    vars(read_severity)["judge"] = believing


def _deaf_to_clicks() -> None:
    """An acknowledgement holds nothing."""
    from slabot.rules import ladder

    vars(ladder)["hold_of"] = lambda case, clock, re_page_after: None


def _key_of_its_own_each_time() -> None:
    """The second evaluation makes a key of its own for a page, and nobody asks whether it is still wanted."""
    from slabot.rules import Decision
    from slabot.runtime import evaluation
    from slabot.store.work import Page

    seen, original, acts_by_key = Counter[str](), vars(evaluation)["OutboxRow"], dict[str, Any]()

    def numbered(**named: Any) -> Any:
        row = original(**named)
        if not isinstance(row.work, Page):
            return row
        seen[row.key] += 1
        row = replace(row, key=f"{row.key}~{min(2, seen[row.key])}")  # twice is enough, and the week ends
        acts_by_key[row.key] = row.work.action
        return row

    vars(evaluation)["OutboxRow"] = numbered
    due = Decision.due_by_key.fget
    assert due is not None
    Decision.due_by_key = property(lambda self: due(self) | acts_by_key)  # type: ignore[method-assign, assignment]


def _no_sweeps() -> None:
    """Nothing is swept; webhooks are all there is."""
    from slabot.runtime.reading.sweeping import Sweeper

    Sweeper.drain = lambda self: False  # type: ignore[method-assign]
    Sweeper.next_instant = lambda self: None  # type: ignore[method-assign, return-value, assignment]


def _days_of_24_hours() -> None:
    """A business day is taken for 24 hours."""
    from slabot.calendars import BusinessDays, Calendar

    due = Calendar.due

    def hasty(self: Calendar, start: datetime, target: Any) -> datetime:
        return start + timedelta(days=target.days) if isinstance(target, BusinessDays) else due(self, start, target)

    Calendar.due = hasty  # type: ignore[method-assign]


def _impatient_reminders() -> None:
    """Reminders go out every twelve hours."""
    from slabot.rules import waiting

    def every_twelve_hours(calendar: Any, since: datetime, **named: Any) -> tuple[datetime, ...]:
        times = [since + timedelta(hours=12 * number) for number in (1, 2, 3)]
        return (*named["sent"], *times[len(named["sent"]) :])

    vars(waiting)["follow_up_times"] = every_twelve_hours


def _a_day_too_patient() -> None:
    """More than seven days means more than eight."""
    from slabot.rules import waiting

    vars(waiting)["SECOND"] = timedelta(days=1)


def _frozen(category: str) -> Callable[[], None]:
    """What comes after a category is not seen: neither what the customer says nor where the ticket goes."""

    def freeze() -> None:
        from slabot.rules import case

        stays = case._stays

        def stuck(ticket: Any, changes: Any, said: Any) -> Any:
            held = next((number for number, change in enumerate(changes) if change.to.value == category), None)
            return stays(ticket, changes if held is None else changes[: held + 1], said)

        case._stays = stuck
        case.Case.feedback = property(lambda self: [])  # type: ignore[assignment]

    freeze.__doc__ = f"Once a ticket is in {category}, neither feedback nor a change of status is seen."
    return freeze


def _an_hour_too_patient() -> None:
    """Solved for more than three days means for three days and an hour."""
    from slabot.rules import solved

    vars(solved)["SECOND"] = timedelta(hours=1)


def _deaf_to_agents_in_chats() -> None:
    """What agents say in a chat is not read."""
    from adapters.zendesk import chats
    from slabot.domain import Actor

    read = chats.read_chats

    def half(*arguments: Any, **named: Any) -> Any:
        messages, gaps = read(*arguments, **named)
        return [message for message in messages if message.by is not Actor.AGENT], gaps

    vars(chats)["read_chats"] = half


def _one_target_for_all() -> None:
    """What agreements say about targets is not read."""
    from slabot.policy import Agreement

    Agreement._agreed = lambda self, severity, terms: terms  # type: ignore[method-assign]


def _promises_all_the_same() -> None:
    """An agreement without a promise is passed over, and the file's own terms hold."""
    from slabot.rules import agreements

    fits = agreements._fits

    def promised(policy: Any, request: Any) -> Any:
        return tuple(fit for fit in fits(policy, request) if fit.agreement.no_promise is None)

    agreements._fits = promised


def _agreed_once_and_for_all() -> None:
    """The agreement in force at a clock's start holds until its end."""
    from slabot.rules.agreements import AgreementHistory

    periods = AgreementHistory.periods

    def first(self: AgreementHistory, *arguments: Any) -> Any:
        return periods(self, *arguments)[:1]

    AgreementHistory.periods = first  # type: ignore[method-assign, assignment]


def _drops_what_waits() -> None:
    """A page that Slack does not take now is given up."""
    from slabot.runtime.delivery.page_outcomes import PageOutcomes
    from slabot.store import OutboxState, outbox

    def give_up(self: Any, conn: Any, *, row: Any, **named: Any) -> None:
        outbox.settle(conn, row.key, OutboxState.FAILED, "given up")

    PageOutcomes.waits = give_up  # type: ignore[method-assign]


def _unread() -> None:
    """What customers of Freshdesk write is not read."""
    from adapters.freshdesk import conversations

    vars(conversations)["words_of"] = lambda raw, key: ""


def _deaf_to_freshdesk() -> None:
    """No webhook of Freshdesk is believed."""
    from adapters.errors import BadSignature
    from adapters.freshdesk import hooks

    def refuse(*arguments: Any, **named: Any) -> Any:
        raise BadSignature("it is not believed")

    vars(hooks)["read_hint"] = refuse


def _away_means_deleted() -> None:
    """A Freshdesk that does not answer is taken for one that has lost the ticket."""
    from adapters.errors import Gone, Unreachable
    from adapters.freshdesk.adapter import FreshdeskAdapter
    from slabot.runtime.reading.reachability import Reachability

    Reachability.confirms_gone = lambda self, *given, **named: True  # type: ignore[method-assign]

    def hasty(read: Callable[..., Any]) -> Callable[..., Any]:
        def answer(self: FreshdeskAdapter, ticket_id: str, **named: Any) -> Any:
            try:
                return read(self, ticket_id, **named)
            except Unreachable as error:
                raise Gone(ticket_id, endpoint=error.endpoint) from None

        return answer

    for name in ("fetch", "version_of"):
        setattr(FreshdeskAdapter, name, hasty(getattr(FreshdeskAdapter, name)))


def _labels_mean_pending() -> None:
    """What Freshdesk calls Waiting on Customer is taken for Pending."""
    from adapters.freshdesk.statuses import StatusMap
    from slabot.domain import Category

    category = StatusMap.category

    def vague(self: StatusMap, number: int) -> Category:
        found = category(self, number)
        return Category.PENDING if found is Category.WAITING_ON_CUSTOMER else found

    StatusMap.category = vague  # type: ignore[method-assign]


def _sends_again() -> None:
    """A message to a customer whose answer was lost is sent again, at Freshdesk too."""
    from adapters.base import MARKED
    from adapters.freshdesk.adapter import FreshdeskAdapter
    from adapters.freshdesk.attempts import Attempts

    FreshdeskAdapter.repeat = lambda self, write: MARKED[write]  # type: ignore[method-assign]
    FreshdeskAdapter.find_marker = lambda self, *arguments, **named: False  # type: ignore[method-assign]
    Attempts.begin = lambda self, *arguments: None  # type: ignore[method-assign]


def _closes_in_words_only() -> None:
    """A close at Freshdesk is said to be done, and nothing is sent."""
    from adapters.base import Done
    from adapters.freshdesk.writing import Writer
    from slabot.domain import Category

    category = Writer.category

    def lazy(self: Writer, ticket_id: str, to: Category, **named: Any) -> Done:
        return Done(words="closed") if to is Category.CLOSED else category(self, ticket_id, to, **named)

    Writer.category = lazy  # type: ignore[method-assign, assignment]


def _stutters() -> None:
    """Each message is posted twice."""
    from slabot.channels.slack.sender import SlackSender

    post = SlackSender._post

    def twice(self: SlackSender, *arguments: Any, **named: Any) -> Any:
        posted = post(self, *arguments, **named)
        self._calls._clock.elapse(timedelta(seconds=1.1))
        post(self, *arguments, **named)
        return posted

    SlackSender._post = twice  # type: ignore[method-assign]


def _deaf_to_reasons() -> None:
    """Why a deadline was missed is not read off the timeline."""
    from slabot.rules import excused

    excused.reasons_of = lambda *_: {}


BREAKS = {
    "high": Break(_longer_before, "A High ticket of Friday evening"),
    "critical": Break(_blind_to_words, "A critical ticket on a Saturday"),
    "acknowledged": Break(_deaf_to_clicks, "Acknowledging a page"),
    "doubled": Break(_key_of_its_own_each_time, "A webhook that is delivered twice"),
    "lost": Break(_no_sweeps, "A ticket whose webhook was lost"),
    "chat": Break(_deaf_to_agents_in_chats, "A chat that is answered live"),
    "tighter": Break(_one_target_for_all, "A customer with a tighter agreement"),
    "no_promise": Break(_promises_all_the_same, "A ticket without a promise"),
    "mover": Break(_agreed_once_and_for_all, "A customer who moves"),
    "understated": Break(_blind_to_what_was_written, "A disaster told as a small question"),
    "asked": Break(_asks_nobody, "A disaster in half a sentence"),
    "inflated": Break(_believes_claims, 'An "URGENT" about a logo'),
    "low": Break(_days_of_24_hours, "A Low ticket of Thursday"),
    "followed_up": Break(_impatient_reminders, "A silent customer gets three follow-ups"),
    "seven_days": Break(_a_day_too_patient, "A wait of more than seven days"),
    "feedback": Break(_frozen("waiting_on_customer"), "Feedback ends a wait"),
    "reopened": Break(_frozen("solved"), "A ticket reopened within three days"),
    "closed": Break(_an_hour_too_patient, "A ticket solved for more than three days"),
    "outage": Break(_drops_what_waits, "Slack is down for an hour"),
    "freshdesk": Break(_unread, "A critical ticket of Freshdesk"),
    "breached": Break(_deaf_to_reasons, "A High ticket that is answered too late"),
    "freshdesk_webhook": Break(_deaf_to_freshdesk, "A webhook from Freshdesk"),
    "freshdesk_down": Break(_away_means_deleted, "Freshdesk is down"),
    "freshdesk_silent": Break(_labels_mean_pending, "A silent customer at Freshdesk"),
    "freshdesk_lost_reply": Break(_sends_again, "A reminder at Freshdesk whose answer is lost"),
    "freshdesk_closed": Break(_closes_in_words_only, "A ticket of Freshdesk solved"),
    "once": Break(_stutters, "Nobody is paged twice"),
}


def judge(broken: Break) -> Verdict:
    """Break it, play the week, and say which promises were reported as broken."""
    broken.change()
    from slabot.demo.play import play

    lines: list[str] = []
    try:
        play(lines.append)
    except Exception as error:
        return Verdict(False, [f"the week did not end: {type(error).__name__}: {error}"])
    reported = [line.removeprefix("BROKEN").strip().split("\n")[0] for line in lines if line.startswith("BROKEN")]
    return Verdict(any(line.startswith(broken.breaks) for line in reported), reported)


if __name__ == "__main__":
    sys.exit(judge_each(__doc__ or "", __file__, BREAKS, judge, longest=LONGEST))
