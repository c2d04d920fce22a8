"""How does one page leave, and what if nobody knows whether it did?

Promise: just before it leaves the ticket is read again and decided again; what is no longer wanted is dropped with its
reason. A message in a channel whose outcome is unknown is looked up before it is sent again; whatever else is unknown
is sent again, marked as a possible repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.paging import (
    PageView,
    Posted,
    SendError,
    SendOutcomeUnknown,
    SendRetry,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackRetry,
    SlackSender,
    compose,
    render,
    render_reply,
)
from slabot.paging.bundle_words import BundleCause, render_bundle
from slabot.paging.couriers import Courier, Dispatch
from slabot.policy import DestinationKind
from slabot.rules import Action, Decision
from slabot.rules.words import listed
from slabot.runtime import lanes
from slabot.runtime.acts import action_of, destination_of, wanted
from slabot.runtime.pages.bundles import Bundles
from slabot.runtime.pages.fallbacks import INSTEAD_OF, planned_key
from slabot.runtime.pages.fates import Arrived, Fates, is_repeat
from slabot.runtime.pages.lateness import lateness
from slabot.runtime.pages.pacing import AGAIN, Pacing
from slabot.runtime.pages.receivers import Called, Nobody, Receivers
from slabot.runtime.pages.rechecks import Recheck, Rechecks
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import assignee_of, clock_of, message_key
from slabot.store import OutboxKind, OutboxRow, OutboxState, SlackMessage, StoredTicket, messages, tickets

RETRY = timedelta(seconds=60)  # before a page that was refused for good is tried again: a person may have mended it

# Slack's codes for a thread that takes no replies, most likely because somebody deleted the first message.
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})
NOBODY_CALLED = Called()
FOUND = "it had arrived in Slack before its outcome was known"


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is still wanted, and all that is needed to send it."""

    stored: StoredTicket
    decision: Decision
    action: Action
    called: Called = NOBODY_CALLED


class PageSending:
    """Sends single pages and bundles. Shared by the threads that send."""

    def __init__(self, parts: Parts, sender: SlackSender, pacing: Pacing, couriers: Mapping[DestinationKind, Courier]):
        self._parts, self._sender, self._pacing, self._couriers = parts, sender, pacing, couriers
        self._rechecks, self._fates, self._bundles = Rechecks(parts), Fates(parts), Bundles(parts)
        self._receivers = Receivers(parts, sender)

    def settle_doubt(self, row: OutboxRow) -> None:
        """What was claimed and never settled: look for it, and send it again only if it is not there."""
        if destination_of(row.channel).kind is not DestinationKind.CHANNEL:
            self._fates.queues_again(row)  # nobody can look there
            return
        try:
            found = self._find(row)
        except SlackRetry as error:
            now = self._parts.now()
            until = max(error.until, now + lanes.pause(row, now))
            self._pacing.lost_an_answer(until)  # it does not answer yet
            self._fates.waits(row, until, str(error), in_doubt=True)
            return
        except (SlackPermanent, SlackHarmless, SlackOutcomeUnknown):
            found = None  # nobody can look for it: sent once more, and marked
        self._pacing.answers_again()
        if row.kind is OutboxKind.BUNDLE:
            self._settle_bundle(row, found)
        elif found is not None:
            bundle = self._bundle_ts(row)
            self._fates.arrived(row, Arrived(place=found, view=None, words=FOUND, thread_ts=bundle))
        else:
            self._fates.queues_again(row)

    def _find(self, row: OutboxRow) -> Posted | None:
        thread = None
        if row.kind is not OutboxKind.BUNDLE:
            message = self._message(row, row.channel or "", action_of(row).fact("clock") or "")
            thread = message.root if message is not None else self._bundle_ts(row)
        return self._sender.find(row.channel or "", row.key, row.created_at, thread_ts=thread)

    def deliver(self, row: OutboxRow) -> None:
        """Send it, unless it has to wait or nobody needs it any more."""
        repeat = is_repeat(row)
        closed_until = self._pacing.closed().get(row.channel or "")
        if closed_until is not None:
            why = "Slack takes no more messages in this channel just now"
            self._fates.waits(row, closed_until, why, in_doubt=False)
            return
        try:
            if row.kind is OutboxKind.BUNDLE:
                self._deliver_bundle(row, repeat=repeat)
            elif self._waits_for_bundle(row):
                return
            elif destination_of(row.channel).kind.is_couriers:
                self._by_courier(row, repeat=repeat)
            else:
                self._by_slack(row, repeat=repeat)
        except SlackRetry as error:
            self._pacing.asked_for_pause(row.channel or "", error.until)
            self._fates.waits(row, error.until, str(error), in_doubt=False)
        except SendRetry as error:
            now = self._parts.now()
            self._fates.waits(row, max(error.until, now + lanes.pause(row, now)), str(error), in_doubt=False)
        except SendOutcomeUnknown as error:
            now = self._parts.now()
            until = now + lanes.pause(row, now)
            if isinstance(error, SlackOutcomeUnknown):
                self._pacing.lost_an_answer(until)
            self._fates.waits(row, until, str(error), in_doubt=True)
        except SendError as error:
            self._fates.failed(row, self._parts.now() + RETRY, str(error), in_doubt=False)

    # -- one page -----------------------------------------------------------------------------------------------------

    def _by_courier(self, row: OutboxRow, *, repeat: bool) -> None:
        destination = destination_of(row.channel)
        courier = self._couriers.get(destination.kind)
        prepared = self._prepared(row, repeat=repeat)
        if prepared is None:
            return
        ready, view = prepared
        if courier is None:
            why = f"the policy names no way to {destination}"
            self._fates.failed(row, self._parts.now() + RETRY, why, in_doubt=False)
            return
        courier.send(Dispatch(key=row.key, view=view, repeat=repeat), destination.name)
        # Each page is an alert, which is kept like a message so that it is resolved with the others.
        alert = f"{destination}#{ready.action.fact('rung')}/{ready.action.fact('repetition')}"
        place = Posted(alert, row.key) if destination.kind is DestinationKind.PAGERDUTY else None
        self._fates.arrived(row, Arrived(place=place, view=view, words="sent", repeat=repeat))

    def _by_slack(self, row: OutboxRow, *, repeat: bool) -> None:
        prepared = self._prepared(row, repeat=repeat)
        if prepared is None:
            return
        ready, view = prepared
        place = self._receivers.place(row.channel or "", ready.stored)
        if isinstance(place, Nobody):
            self._fates.reached_nobody(row, place.why)
            return
        channel = place.channel
        message = self._message(row, channel, ready.action.fact("clock") or "")
        bundle = self._bundle_ts(row)
        thread = message.root if message is not None else bundle
        try:
            posted = self._sender.post(
                channel,
                render(view) if message is None else render_reply(view),
                key=row.key,
                thread_ts=thread,
                broadcast=message is not None and bundle is None,
            )
        except SlackPermanent as error:
            if message is None or error.code not in NO_THREAD:
                raise
            gone = message
            self._parts.write(lambda c: messages.remove(c, row.helpdesk, row.ticket_id, gone.clock, gone.channel))
            why = "the message that it belongs to is gone, so it is posted as a message of its own"
            self._fates.waits(row, self._parts.now(), why, in_doubt=False)
            return
        self._pacing.posted(row.channel or "")
        came = Arrived(
            place=posted,
            view=view,
            words="sent",
            repeat=repeat,
            thread_ts=None if message else bundle,
            whom=f" ({place.who})" if place.who else _whom(ready.called),
        )
        self._fates.arrived(row, came)

    def _prepared(self, row: OutboxRow, *, repeat: bool) -> tuple[Ready, PageView] | None:
        """Read again and decide once more; a page that nobody needs any more is settled here."""
        found = self._rechecks.read(row)
        ready = self._parts.write(lambda conn: self._prepare(conn, row, found))
        if ready is None:
            return None
        if row.key == ready.action.key and INSTEAD_OF not in row.body and ready.action.fact("mention") is not None:
            ready = replace(ready, called=self._receivers.called(ready.action, ready.stored))
        unchecked_since = ready.stored.seen_at if found.snapshot is None else None
        return ready, self._view(ready, row, unchecked_since, repeat)

    def _prepare(self, conn: Connection, row: OutboxRow, found: Recheck) -> Ready | None:
        parts = self._parts
        decision = self._rechecks.decide(conn, row, found)
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        action = wanted(decision, planned_key(row)) if row.helpdesk in parts.adapters else None
        if stored is not None and action is not None:
            return Ready(stored, decision, action)
        why = _why_not(decision, action_of(row))
        if row.helpdesk not in parts.adapters:
            why = f"the policy no longer names the helpdesk {row.helpdesk}"
        self._fates.not_wanted(conn, row, why)
        return None

    def _view(self, ready: Ready, row: OutboxRow, unchecked_since: datetime | None, repeat: bool) -> PageView:
        stored, decision, action = ready.stored, ready.decision, ready.action
        clock = clock_of(decision, action.fact("clock") or "")
        assert clock is not None, "a page that is due has its clock in the same decision"
        view = compose(
            ticket=stored.ticket,
            timeline=stored.timeline,
            policy=self._parts.policy,
            decision=decision,
            clock=clock,
            key=message_key(stored.ticket.reference, clock.label),
            generation=stored.generation,
            action=action,
            assignee=assignee_of(stored),
            late=lateness(self._parts, action, row),
            repeat=repeat,
            unchecked_since=unchecked_since,
        )
        return replace(view, mentions=ready.called.mentions, off_call=ready.called.off_call)

    def _message(self, row: OutboxRow, channel: str, label: str) -> SlackMessage | None:
        """The message of the clock in that channel; Slack is asked for the channel's id only where there is one."""
        known = self._parts.store.read(lambda conn: messages.of_clock(conn, row.helpdesk, row.ticket_id, label))
        if not known:
            return None
        channel_id = self._sender.channel_id(channel)
        return next((message for message in known if message.channel == channel_id), None)

    # -- bundles ------------------------------------------------------------------------------------------------------

    def _waits_for_bundle(self, row: OutboxRow) -> bool:
        bundle = self._bundles.of(row)
        if bundle is None or bundle.state.settled:
            return False
        until = max(bundle.not_before, self._parts.now() + AGAIN)
        self._fates.waits(row, until, "the message that announces it goes first", in_doubt=False)
        return True

    def _bundle_ts(self, row: OutboxRow) -> str | None:
        """The message of the bundle, if it was posted."""
        bundle = self._bundles.of(row)
        if bundle is None or bundle.state is not OutboxState.SENT or bundle.outcome is None:
            return None
        return str(bundle.outcome["ts"])

    def _deliver_bundle(self, row: OutboxRow, *, repeat: bool) -> None:
        bundle = self._bundles.compose(row, repeat=repeat)
        if bundle is None:
            self._bundles.settle(row, "too few of its pages are still wanted", None)
            return
        channel = self._channel_of_bundle(row)
        if channel is None:
            self._bundles.settle(row, "nobody takes it just now", None)
            return
        posted = self._sender.post(channel, render_bundle(bundle), key=row.key)
        self._pacing.posted(row.channel or "")
        words = f"announced {bundle.count} pages in {row.channel}"
        self._bundles.settle(row, words, {"channel": posted.channel, "ts": posted.ts})

    def _channel_of_bundle(self, row: OutboxRow) -> str | None:
        place = self._receivers.place(row.channel or "", None)
        return None if isinstance(place, Nobody) else place.channel

    def _settle_bundle(self, row: OutboxRow, found: Posted | None) -> None:
        if found is not None:
            self._bundles.settle(row, FOUND, {"channel": found.channel, "ts": found.ts})
        elif row.body["cause"] == BundleCause.QUIET.value:
            self._bundles.settle(row, "nobody knows whether the digest arrived, so its pages go by themselves", None)
        else:
            self._fates.queues_again(row)


def _whom(called: Called) -> str:
    return f" for {listed(called.who)}" if called.who else ""


def _why_not(decision: Decision, action: Action) -> str:
    """Why a planned page is needless, in words."""
    clock = clock_of(decision, action.fact("clock") or "")
    if clock is None:
        return "the clock that it was about is no longer kept"
    if clock.stopped_at is not None:
        return f"the clock had stopped ({clock.verdict.value}) when it was about to leave"
    if clock.terms.severity != action.fact("severity"):
        return f"the severity is {clock.terms.severity} now, and its own rungs apply"
    if any(other.fact("clock") == clock.label for other in decision.due_now):
        return "a later rung has come meanwhile, and its page names this one"
    return "people have been told, or have asked for quiet, since it was planned"
