"""Who hears from slabot, and what can they do?

Promise: channels, people in Slack and customers by the names that a test would say aloud. What they do goes the way
that a real click or answer goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from slabot_sandbox import Effect, FaultKind
from tests.fixtures.waits import until
from tests.promises.expectations import Expectation, Listener, span
from tests.promises.heard import Heard, Way
from tests.promises.scene import Scene

POST, FIND, UPDATE = "*chat.postMessage", "*conversations.*", "*chat.update"
DOMAIN = "acme.example"


class Stage(Listener, Protocol):
    """Who listens, and where it all happens."""

    scene: Scene


def _about(ticket: int | None) -> str:
    return "" if ticket is None else f" about ticket {ticket}"


def _fits(heard: Heard, way: Way, where: str | None, ticket: int | None) -> bool:
    return heard.way is way and where in (None, heard.where) and ticket in (None, heard.ticket)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel in Slack."""

    stage: Stage
    name: str

    def expects_page(self, ticket: int | None = None) -> Expectation:
        """A message of its own in the channel: the first page of a ticket's clock."""
        return self._expects(Way.MESSAGE, "a page", ticket, lambda heard: not heard.is_bundle and not heard.is_alarm)

    def expects_bundle(self) -> Expectation:
        """A message that announces several pages, which follow in its thread."""
        return self._expects(Way.MESSAGE, "a bundle", None, lambda heard: heard.is_bundle)

    def expects_alarm(self) -> Expectation:
        """A message about slabot itself."""
        return self._expects(Way.MESSAGE, "an alarm", None, lambda heard: heard.is_alarm)

    def expects_reply(self, ticket: int | None = None) -> Expectation:
        """A further rung, in the thread of the page; a page in the thread of its bundle."""
        return self._expects(Way.REPLY, "a reply", ticket)

    def expects_update(self, ticket: int) -> Expectation:
        """The ticket's message was brought up to date, at least once; the newest state is looked at."""
        what = f"an update{_about(ticket)} in {self.name}"
        return Expectation(
            self.stage, what, lambda heard: _fits(heard, Way.UPDATE, self.name, ticket), takes_earlier=True
        )

    def expects_whisper(self) -> Expectation:
        """Words that only one person reads."""
        return self._expects(Way.WHISPER, "a whisper", None)

    def _expects(
        self, way: Way, name: str, ticket: int | None, also: Callable[[Heard], bool] = lambda heard: True
    ) -> Expectation:
        what = f"{name}{_about(ticket)} in {self.name}"
        return Expectation(self.stage, what, lambda heard: _fits(heard, way, self.name, ticket) and also(heard))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account in Slack."""

    stage: Stage
    email: str

    @property
    def id(self) -> str:
        """As Slack names them; whoever is unknown becomes a member."""
        return str(self.stage.scene.sandbox.slack.workspace.add_user(self.email)["id"])

    @property
    def name(self) -> str:
        """As Slack shows them: ``@maya``."""
        return f"@{self.email.partition('@')[0]}"

    def expects_direct_message(self, ticket: int | None = None) -> Expectation:
        """A message to this person alone."""
        what = f"a direct message{_about(ticket)} to {self.name}"
        return Expectation(self.stage, what, lambda heard: _fits(heard, Way.DIRECT, self.name, ticket))

    def expects_update(self, ticket: int) -> Expectation:
        """Their copy was brought up to date; the newest state is looked at."""
        what = f"an update{_about(ticket)} of the direct message to {self.name}"
        return Expectation(
            self.stage, what, lambda heard: _fits(heard, Way.UPDATE, self.name, ticket), takes_earlier=True
        )

    def clicks(self, page: Heard | Effect, button: str, *, value: str | None = None) -> int | None:
        """Press a button of a message, or choose from a menu; slabot's HTTP status, None if it did not answer."""
        effect = page.effect if isinstance(page, Heard) else page
        people = self.stage.scene.sandbox.slack.people
        answer = people.click(effect["channel"], effect["ts"], f"slabot_{button}", self.email, value=value)
        return answer.status

    def acknowledges(self, page: Heard | Effect) -> None:
        """Press Acknowledge."""
        assert self.clicks(page, "acknowledge") == 200

    def claims(self, page: Heard | Effect) -> None:
        """Press Claim."""
        assert self.clicks(page, "claim") == 200

    def takes_it_back(self, page: Heard | Effect) -> None:
        """Press Un-acknowledge, or End snooze."""
        assert self.clicks(page, "unacknowledge") == 200

    def escalates(self, page: Heard | Effect) -> None:
        """Press Escalate now."""
        assert self.clicks(page, "escalate") == 200

    def snoozes(self, page: Heard | Effect, for_: str) -> None:
        """Press Snooze, and answer the dialog with one of its choices: ``30m``, ``1h`` or ``4h``."""
        seconds = str(int(span(for_).total_seconds()))
        chosen = {"type": "radio_buttons", "selected_option": {"value": seconds}}
        nothing = {"type": "datetimepicker", "selected_date_time": None}
        self._answers(
            self._dialog(page, "snooze"),
            {"slabot_for": {"slabot_for": chosen}, "slabot_until": {"slabot_until": nothing}},
        )

    def sets_severity(self, page: Heard | Effect, severity: str, reason: str) -> None:
        """Press Set severity, and answer the dialog."""
        chosen = {"type": "static_select", "selected_option": {"value": severity}}
        why = {"type": "plain_text_input", "value": reason}
        self._answers(
            self._dialog(page, "set_severity"),
            {"slabot_severity": {"slabot_severity": chosen}, "slabot_reason": {"slabot_reason": why}},
        )

    def _dialog(self, page: Heard | Effect, button: str) -> str:
        """The dialog that opens after a click; slabot opens it from a thread of its own."""
        views = self.stage.scene.sandbox.slack.workspace.views
        before = len(views)
        assert self.clicks(page, button) == 200
        until(lambda: len(views) > before, f"the opening of a dialog for {button}")
        return str(list(views.values())[-1]["id"])

    def _answers(self, view: str, values: Mapping[str, Mapping[str, Any]]) -> None:
        answer = self.stage.scene.sandbox.slack.people.submit_view(view, self.email, values)
        assert answer.status == 200
        assert not answer.body, f"the dialog stays open: {answer.body}"


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever asked."""

    stage: Stage
    ticket: int

    def expects_message(self) -> Expectation:
        """A public comment by slabot."""
        where = f"ticket {self.ticket}"
        what = f"a public comment on {where}"
        return Expectation(self.stage, what, lambda heard: _fits(heard, Way.COMMENT, where, None))


@dataclass(frozen=True, slots=True)
class Notes:
    """What agents read on the ticket."""

    stage: Stage
    ticket: int

    def expects_note(self) -> Expectation:
        """An internal note by slabot."""
        where = f"ticket {self.ticket}"
        what = f"an internal note on {where}"
        return Expectation(self.stage, what, lambda heard: _fits(heard, Way.NOTE, where, None))


class SlackSide:
    """The workspace: channels, and how Slack fails."""

    def __init__(self, stage: Stage) -> None:
        """Nothing fails yet."""
        self._stage = stage
        self._scopes: set[str] | None = None

    def channel(self, name: str) -> Channel:
        """The channel of this name, with its ``#``; it is made if it is not there."""
        workspace = self._stage.scene.sandbox.slack.workspace
        if workspace.lookup(name) is None:
            workspace.add_channel(name)
        return Channel(self._stage, f"#{name.removeprefix('#')}")

    def is_down(self, for_: str) -> None:
        """Nobody listens at Slack's address, from now on for so long."""
        self._faults(FaultKind.DOWN, "*", for_)

    def takes_no_messages(self, for_: str, *, retry_after: float = 30) -> None:
        """Every post is answered with 429 for so long."""
        self._faults(FaultKind.RATE_LIMIT, POST, for_, seconds=retry_after)

    def cannot_be_searched(self, for_: str) -> None:
        """Reading history and replies fails for so long."""
        self._faults(FaultKind.UNAVAILABLE, FIND, for_)

    def loses_replies(self, *, times: int = 1) -> None:
        """It takes the next messages, and its answers are lost on the way."""
        self._stage.scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path=POST, times=times)

    def loses_requests(self, *, times: int = 1) -> None:
        """The next messages are lost on their way to it, which nobody can tell from a lost answer."""
        self._stage.scene.sandbox.faults.add(FaultKind.DROP_BEFORE, service="slack", path=POST, times=times)

    def revokes_the_token(self) -> None:
        """The token is good for nothing from now on."""
        slack = self._stage.scene.sandbox.slack
        self._scopes = slack.api.tokens.scopes.pop(slack.token, self._scopes)

    def gives_the_token_back(self) -> None:
        """The token is good again."""
        slack = self._stage.scene.sandbox.slack
        if self._scopes is not None:
            slack.api.tokens.allow(slack.token, self._scopes)
            self._scopes = None

    def archives(self, name: str) -> None:
        """Nobody can post there any more."""
        self._stage.scene.sandbox.slack.workspace.add_channel(name, archived=True)

    def unarchives(self, name: str) -> None:
        """It is a channel like others again."""
        self._stage.scene.sandbox.slack.workspace.add_channel(name)

    def heals(self) -> None:
        """Everything that was switched off works again."""
        self.gives_the_token_back()
        for channel in self._stage.scene.sandbox.slack.workspace.channels.values():
            channel.archived = False

    def posts(self) -> int:
        """How often slabot tried to send a message."""
        return len(self._stage.scene.sandbox.journal.calls(endpoint="chat.postMessage"))

    def calls(self) -> int:
        """How often slabot asked it for anything."""
        return len(self._stage.scene.sandbox.journal.calls(service="slack"))

    def _faults(self, kind: FaultKind, path: str, for_: str, *, seconds: float | None = None) -> None:
        faults = self._stage.scene.sandbox.faults
        faults.add(kind, service="slack", path=path, lasting=span(for_), seconds=seconds)


class HelpdeskSide:
    """The helpdesk: how it fails."""

    def __init__(self, stage: Stage) -> None:
        """Nothing fails yet."""
        self._stage = stage

    def is_down(self, for_: str) -> None:
        """Nobody listens at its address for so long."""
        self._stage.scene.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=span(for_))

    def loses_webhooks(self, deliveries: int = 100) -> None:
        """The next deliveries never arrive."""
        self._stage.scene.sandbox.zendesk.webhooks.lose(deliveries)

    def loses_replies(self, *, times: int = 1) -> None:
        """It does what the next writes say, and its answers are lost on the way."""
        self._stage.scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="zendesk", method="PUT", times=times)
