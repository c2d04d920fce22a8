"""Answer what people do in Slack, over HTTP or Socket Mode.

Promise: the same code for HTTP and for Socket Mode. The answer is ready at once and never waits for Slack or a
helpdesk; what needs them is done afterwards by a few threads, and its result goes to the user alone, or else into the
ledger. Nothing is lost silently. Only members of slabot's own workspace are served, not guests of a shared channel.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from slabot.channels.errors import SlackError
from slabot.channels.slack import click_texts
from slabot.channels.slack.commands import Command, OutageTyped, Subcommand
from slabot.channels.slack.events import Challenge, HomeOpened
from slabot.channels.slack.interactions import Click, HomeRefresh, NotOurs, read_interaction
from slabot.channels.slack.membership import Membership, read_membership
from slabot.channels.slack.message import Rendered
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.channels.slack.people import EphemeralRecipient
from slabot.messages.styles import Style
from slabot.policy import Destination, DestinationKind
from slabot.runtime.ending import EndingThreads
from slabot.runtime.parts import Parts
from slabot.runtime.people import commands, home
from slabot.runtime.people.clicks import click, parts_of
from slabot.runtime.people.outages import OutageCommands
from slabot.runtime.people.outcomes import Answer, Dialog, Outcome, Restricted
from slabot.runtime.people.permissions import Permissions, PermissionUnknown
from slabot.runtime.serving.refusals import TurnedAway
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, StoreUnavailable, ledger

PATIENCE = timedelta(seconds=2)  # for what was begun after an answer, at the end
THREADS = 4  # that ask Slack and helpdesks after the answer was given
REMEMBERED = 1000  # events, so that one which is told again is not done again

Body = Mapping[str, Any]

log = structlog.get_logger("slabot.runtime")


@dataclass(frozen=True, slots=True)
class SlackReply:
    """What Slack is answered: JSON, or nothing where there is nothing to show."""

    body: Body | None = None


class Interactions:
    """Handles clicks, dialogs, commands and events. Safe to use from several threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._permissions = Permissions(parts)
        self._outages = OutageCommands(parts, self._permissions)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack")
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def close(self, patience: timedelta = PATIENCE) -> None:
        """Finish what was begun after an answer, so long at most; what has not begun by then is left out."""
        EndingThreads((self._pool.shutdown,)).wait(patience)
        self._pool.shutdown(wait=False, cancel_futures=True)

    # ── Pages and dialogs ───────────────────────────────────────────────────────────────────────────────────────────

    def interaction(self, payload: dict[str, Any]) -> SlackReply:
        """Handle a click, or a submitted dialog.

        Raises:
            BadPayload: it is not what Slack sends.
            StoreUnavailable: nothing was done.
        """
        read = read_interaction(payload)
        match read:
            case NotOurs():
                return SlackReply()
            case HomeRefresh(user_id, hash):
                if self._stranger(read_membership(payload)) is None:
                    self._show_home(user_id, hash)
                return SlackReply()
            case Click():
                if (why := self._stranger(read_membership(payload))) is not None:
                    self._post_ephemeral(read, self._refuse(read, lambda _: why))
                    return SlackReply()
                return self._answer(read, click(self._parts, read))

    def _stranger(self, membership: Membership) -> str | None:
        """Why whoever does this may not, being none of slabot's workspace; None for one of its members."""
        if self._parts.sender is None:
            return None  # there is no workspace
        identity = self._parts.sender.known_identity
        if identity is None:  # Slack did not answer at the start
            self._later(None, self._parts.sender.whoami)
            return click_texts.unknown_workspace()
        if membership.is_of(identity):
            return None
        self._parts.refusals.add(TurnedAway.OTHER_WORKSPACE)
        return click_texts.other_workspace()

    def _answer(self, clicked: Click, outcome: Outcome) -> SlackReply:
        match outcome:
            case Answer(text, errors):
                if errors:
                    return SlackReply({"response_action": "errors", "errors": dict(errors)})
                self._post_ephemeral(clicked, text)
                return SlackReply()
            case Dialog(view):
                self._later(clicked, lambda: self._open(clicked, view))
                return SlackReply()
            case Restricted():
                return self._restricted(clicked, outcome)

    def _restricted(self, clicked: Click, found: Restricted) -> SlackReply:
        permission = found.permission
        known = self._permissions.known(permission, clicked.user_id)
        opens = clicked.action.opens_dialog and clicked.request is None
        if known is None and opens:
            # Slack forgets the click after three seconds: the dialog comes first, and its answer is checked.
            self._later(clicked, lambda: self._permissions.check(permission, clicked.user_id))
            known = True
        if known is None:
            self._write_ledger(
                clicked, LedgerEvent.PAGE_CLICK_WAITS, click_texts.waits(_who(clicked), clicked.action.act)
            )
            self._later(clicked, lambda: self._after_asking(clicked, found))
            return SlackReply()
        if not known:
            self._post_ephemeral(clicked, self._refuse(clicked, lambda style: _not_allowed(clicked, found, style)))
            return SlackReply()
        return self._answer(clicked, click(self._parts, clicked, permission))

    def _after_asking(self, clicked: Click, found: Restricted) -> None:
        """Do what was clicked, if Slack says that the user may; tell them if not."""
        try:
            allowed = self._permissions.check(found.permission, clicked.user_id)
        except PermissionUnknown as error:
            why, act, ask = str(error), clicked.action.act, found.permission.ask
            self._send(
                clicked,
                self._refuse(clicked, lambda style: click_texts.cannot_ask(act, found.severity, why, ask, style)),
            )
            return
        if not allowed:
            self._send(clicked, self._refuse(clicked, lambda style: _not_allowed(clicked, found, style)))
            return
        match click(self._parts, clicked, found.permission):
            case Answer(text, errors):
                # A dialog that was closed meanwhile shows no errors; the time that was chosen has passed, say.
                self._send(clicked, text or " ".join(errors.values()))
            case _:  # the severity has changed while Slack was asked, and another entry covers it
                self._send(clicked, click_texts.went_wrong())

    def _open(self, clicked: Click, view: Body) -> None:
        sender = self._parts.sender
        if sender is None:
            return
        try:
            sender.open_view(clicked.trigger_id, view)
        except SlackError as error:
            why, act = str(error), clicked.action.act
            self._send(clicked, self._refuse(clicked, lambda style: click_texts.no_dialog(act, why, style)))

    def _refuse(self, clicked: Click, message: Callable[[Style], str]) -> str:
        """Write into the ledger that nothing was done; returns the answer to the user."""
        zone = self._parts.policy.display_zone
        text = click_texts.changed_nothing(_who(clicked), clicked.action.act, message(Plain(zone)))
        self._write_ledger(clicked, LedgerEvent.PAGE_CLICK_REFUSED, text)
        return message(Mrkdwn(zone))

    def _write_ledger(self, clicked: Click, event: LedgerEvent, text: str) -> None:
        now = self._parts.now()
        helpdesk, ticket_id, _ = parts_of(clicked.key or "")
        self._parts.write(
            lambda conn: ledger.write(conn, now, event, text, helpdesk or None, ticket_id or None, clicked.id)
        )

    # ── Commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    def command(self, command: Command) -> SlackReply:
        """Handle a slash command.

        Raises:
            StoreUnavailable: it cannot be answered now.
        """
        if (why := self._stranger(command.membership)) is not None:
            return SlackReply({"response_type": "ephemeral", "text": why})
        if command.question is Subcommand.MINE:  # who somebody is in the helpdesk is asked of Slack and of the helpdesk
            self._later(command, lambda: self._send(command, commands.mine(self._parts, command)))
            return SlackReply()
        if command.question is Subcommand.OUTAGE:  # every ticket that ever bore a mark is read
            self._later(command, lambda: self._send(command, self._outages.listed()))
            return SlackReply()
        if isinstance(command.question, OutageTyped):
            answer = self._outages.answer(command, command.question)
            if answer is None:  # Slack has to be asked whether they may
                self._later(command, lambda: self._send(command, self._outages.after_asking(command)))
                return SlackReply()
        else:
            answer = commands.answer(self._parts, command)
        return SlackReply({"response_type": "ephemeral", "text": answer.text, "blocks": list(answer.blocks)})

    # ── The home tab ────────────────────────────────────────────────────────────────────────────────────────────────

    def handle_event(self, event: Challenge | HomeOpened | NotOurs) -> SlackReply:
        """Handle an event: somebody opened their home tab."""
        match event:
            case Challenge(text):
                return SlackReply({"challenge": text})
            case HomeOpened(user_id, hash, event_id, membership):
                if self._stranger(membership) is None and not self._came_before(event_id):
                    self._show_home(user_id, hash)
                return SlackReply()
            case NotOurs():
                return SlackReply()

    def _show_home(self, user_id: str, hash: str | None) -> None:
        self._later(None, lambda: home.show(self._parts, user_id, hash))

    def _came_before(self, event_id: str) -> bool:
        """Showing a home tab twice does no harm, so what this process remembers will do."""
        if not event_id:
            return False
        with self._lock:
            if event_id in self._seen:
                return True
            self._seen[event_id] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return False

    # ── After the answer ────────────────────────────────────────────────────────────────────────────────────────────

    def not_kept(self, payload: dict[str, Any]) -> None:
        """Tell whoever clicked that nothing could be done, where an answer over HTTP cannot say so."""
        read = read_interaction(payload)
        if isinstance(read, Click):
            self._later(read, lambda: self._send(read, click_texts.not_kept()))

    def _post_ephemeral(self, asker: EphemeralRecipient, text: str) -> None:
        if text:
            self._later(asker, lambda: self._send(asker, text))

    def _send(self, asker: EphemeralRecipient, message: str | Rendered) -> None:
        """Send an ephemeral message; where that fails, the ledger says so."""
        sender = self._parts.sender
        if sender is None or not message:
            return
        try:
            sender.post_ephemeral(asker, message)
        except SlackError as error:
            text = message if isinstance(message, str) else message.text
            self._lost(asker, click_texts.unanswered(asker.user_id, text, str(error)))

    def _lost(self, asker: EphemeralRecipient, text: str) -> None:
        now, key = self._parts.now(), asker.id if isinstance(asker, Click) else None
        helpdesk, ticket_id, _ = parts_of(asker.key or "") if isinstance(asker, Click) else ("", "", "")
        event = LedgerEvent.PAGE_CLICK_UNANSWERED
        self._parts.write(lambda conn: ledger.write(conn, now, event, text, helpdesk or None, ticket_id or None, key))

    def _later(self, asker: EphemeralRecipient | None, work: Callable[[], object]) -> None:
        self._pool.submit(self._guarded, asker, work)

    def _guarded(self, asker: EphemeralRecipient | None, work: Callable[[], object]) -> None:
        """Report or log a failure after the answer; it ends no thread."""
        try:
            work()
        except PermissionUnknown:
            pass  # it is asked again, when it is needed
        except StoreUnavailable:
            if asker is not None:
                self._try_to_send(asker, click_texts.not_kept())
        except SlackError as error:
            log.warning("slack.unanswered", reason=str(error))  # of a home tab: it is shown anew when it is opened next
        except Exception as error:
            log_unexpected("slack.broke", error, timedelta(0))
            if asker is not None:
                why = f"an error in slabot ({type(error).__name__}), of which the log has more"
                text = click_texts.unanswered(asker.user_id, "", why)
                self._try(lambda: self._lost(asker, text))
                self._try_to_send(asker, click_texts.went_wrong())

    def _try_to_send(self, asker: EphemeralRecipient, text: str) -> None:
        sender = self._parts.sender
        if sender is not None:
            self._try(lambda: sender.post_ephemeral(asker, text))

    def _try(self, work: Callable[[], object]) -> None:
        """Nothing more can be done about a failure here but to log it."""
        try:
            work()
        except Exception as error:
            log_unexpected("slack.lost", error, timedelta(0))


def _who(clicked: Click) -> str:
    return clicked.user_name or clicked.user_id


def _not_allowed(clicked: Click, found: Restricted, style: Style) -> str:
    names = [_named(destination, style) for destination in found.permission.who]
    return click_texts.not_allowed(clicked.action.act, found.severity, names, found.permission.ask, style)


def _named(destination: Destination, style: Style) -> str:
    return f"whoever is on call in {destination.name}" if destination.kind is DestinationKind.ROTA else destination.name
