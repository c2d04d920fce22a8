"""Lay out the modals, and read what was entered in them.

Promise: a dialog says which ticket it is about and what its answer will do before it asks; it carries the page, the
generation and what it showed, so that a late submission does no harm. All texts of the dialogs are here.

Limits: https://docs.slack.dev/reference/views/modal-views
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slabot.channels.errors import BadPayload
from slabot.channels.slack.message import Block, Button, shown_by
from slabot.channels.slack.mrkdwn import Mrkdwn
from slabot.messages import page_text
from slabot.messages.lengths import amount
from slabot.messages.styles import Style, bare, one_line
from slabot.messages.view import PageView

LONGEST_SNOOZE = timedelta(days=7)
LONGEST_REASON = 500  # characters
CHOICES = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4))
OPTION = 75  # characters of an option's text, description or value
MOST_OPTIONS = 100
METADATA = 3000  # characters that a dialog carries
LATEST = 2**33  # seconds since 1970; beyond any date that Slack's picker offers

FOR, UNTIL, SEVERITY, REASON, WHY = "slabot_for", "slabot_until", "slabot_severity", "slabot_reason", "slabot_why"


@dataclass(frozen=True, slots=True)
class SnoozeRequest:
    """What was answered to `snooze`.

    Attributes:
        length: the quick choice.
        until: the time that was chosen instead; UTC.
    """

    length: timedelta | None
    until: datetime | None

    def end(self, now: datetime) -> datetime:
        """When the snooze is to end."""
        return self.until if self.until is not None else now + (self.length or CHOICES[0])


@dataclass(frozen=True, slots=True)
class SeverityRequest:
    """What was answered to `set_severity`."""

    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReasonRequest:
    """What was answered to `give_reason`.

    Attributes:
        reason: by its name in the policy.
        text: in a sentence.
    """

    reason: str
    text: str


DialogRequest = SnoozeRequest | SeverityRequest | ReasonRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The page from which a dialog was opened.

    Attributes:
        shows: what was so then that its answer rests on: `shown_by` the page, or the severity alone.
        channel, ts: of its message, for answers to whoever submits; empty where Slack did not say.
    """

    key: str
    generation: int
    shows: str
    channel: str
    ts: str

    @classmethod
    def of(cls, view: PageView, channel: str, ts: str) -> Origin:
        """The page as it is shown now."""
        return cls(key=view.key, generation=view.generation, shows=shown_by(view), channel=channel, ts=ts)

    def text(self) -> str:
        """For the dialog to carry."""
        carried = [self.key, self.generation, self.shows, self.channel, self.ts]
        return json.dumps(carried, separators=(",", ":"))


def snooze(view: PageView, origin: Origin) -> dict[str, Any]:
    """The dialog that asks until when to snooze."""
    style = Mrkdwn(view.zone)
    owed = page_text.owed(view)
    options = [_option(amount(choice), str(int(choice.total_seconds()))) for choice in CHOICES]
    days = LONGEST_SNOOZE.days
    return _modal(
        Button.SNOOZE,
        "Snooze a page",
        "Snooze",
        origin,
        _about(view, style),
        _section(
            "Nobody is paged about it until then, unless somebody escalates it or it becomes more severe. The clock "
            f"goes on: a snooze moves no deadline. If the {owed} has not come by then, pages go on."
        ),
        _input(FOR, "For how long", {"type": "radio_buttons", "options": options, "initial_option": options[0]}),
        _input(
            UNTIL,
            "Or until a time of your choice",
            {"type": "datetimepicker"},
            hint=f"Within {days} days. If you choose a time, it counts instead of the choice above.",
            optional=True,
        ),
    )


def set_severity(view: PageView, origin: Origin, severities: Mapping[str, str]) -> dict[str, Any]:
    """The dialog that asks for a severity and a reason.

    Args:
        view: the page.
        origin: where it was clicked.
        severities: of the policy by name, the most severe first, with what each means.
    """
    style = Mrkdwn(view.zone)
    options = [
        _option(page_text.capital(name), name, means) for name, means in severities.items() if len(name) <= OPTION
    ][:MOST_OPTIONS]
    select: Block = {"type": "static_select", "options": options}
    current = next((option for option in options if option["value"] == view.severity), None)
    if current is not None:
        select["initial_option"] = current
    reason: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_REASON}
    return _modal(
        Button.SET_SEVERITY,
        "Set the severity",
        "Set severity",
        origin,
        _about(view, style),
        _section(
            f"{page_text.why_severe(view, style)}\n"
            "Your choice beats every rule. The deadline is worked out anew from the beginning, and the helpdesk's "
            "priority is set to match."
        ),
        _input(SEVERITY, "Severity", select),
        _input(
            REASON,
            "Why",
            reason,
            hint="It is left on the ticket as an internal note with your name. The customer does not see it.",
        ),
    )


def give_reason(view: PageView, origin: Origin, reasons: Mapping[str, str]) -> dict[str, Any]:
    """The dialog that asks why a deadline was missed.

    Args:
        view: the page.
        origin: where it was clicked.
        reasons: of the policy by name, each with what it means.
    """
    style = Mrkdwn(view.zone)
    options = [_option(means, name) for name, means in reasons.items() if len(name) <= OPTION][:MOST_OPTIONS]
    text: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_REASON}
    return _modal(
        Button.GIVE_REASON,
        "Why was it missed?",
        "Give the reason",
        origin,
        _about(view, style),
        _section(
            f"{page_text.who_has_it(view, style)}\n"
            "The reason is shown on the page and kept with the ticket. It changes no verdict."
        ),
        _input(WHY, "Reason", {"type": "static_select", "options": options}),
        _input(
            REASON,
            "In a sentence",
            text,
            hint="For whoever reads the figures. The customer does not see it; leave out their data all the same.",
        ),
    )


# ── What is wrong with an answer: shown in the dialog, which stays open ─────────────────────────────────────────────


def snooze_is_over() -> dict[str, str]:
    """The time that was chosen has passed."""
    return {UNTIL: "This time has passed already. Choose a later one."}


def snooze_too_long(latest: datetime, style: Style) -> dict[str, str]:
    """The time that was chosen is too far away."""
    days = LONGEST_SNOOZE.days
    return {UNTIL: f"A snooze lasts {days} days at most, so until {style.when(latest)}. Choose an earlier time."}


def severity_is_so_already(severity: str) -> dict[str, str]:
    """It has been chosen before."""
    return {SEVERITY: f"It is {bare(severity, 40)} already. Choose another one, or cancel."}


def severity_unknown(severity: str) -> dict[str, str]:
    """The policy was changed while the dialog was open."""
    return {SEVERITY: f"The policy has no severity {bare(severity, 40)} any more. Cancel, and open the dialog again."}


def reason_unknown(reason: str) -> dict[str, str]:
    """The policy was changed while the dialog was open."""
    return {WHY: f"The policy has no reason {bare(reason, 40)} any more. Cancel, and open the dialog again."}


def no_reason() -> dict[str, str]:
    """Only spaces."""
    return {REASON: "Say in a few words why: whoever reads the ticket next will want to know."}


# ── Reading an answer ───────────────────────────────────────────────────────────────────────────────────────────────


def origin_of(text: object) -> Origin:
    """What a dialog carried.

    Raises:
        BadPayload: slabot did not put that into it.
    """
    try:
        carried = json.loads(text) if isinstance(text, str) and len(text) <= METADATA else None
    except (ValueError, RecursionError):
        carried = None
    match carried:
        case [str() as key, int() as generation, str() as shows, str() as channel, str() as ts] if (
            key and all(part.isprintable() for part in (key, shows, channel, ts)) and type(generation) is int
        ):
            return Origin(key=key, generation=generation, shows=shows, channel=channel, ts=ts)
        case _:
            raise BadPayload("the dialog does not carry what slabot put into it; nothing was done")


def request_of(button: Button, values: object) -> DialogRequest:
    """What somebody answered; what they left out is empty.

    Raises:
        BadPayload: it is not what the dialog asked for.
    """
    if button is Button.SNOOZE:
        return SnoozeRequest(_length(_value(values, FOR)), _until(_value(values, UNTIL)))
    written = _value(values, REASON).get("value")
    text = one_line(written)[:LONGEST_REASON] if isinstance(written, str) else ""
    text = text if any(sign.isalnum() for sign in text) else ""
    if button is Button.GIVE_REASON:
        reason = _chosen(_value(values, WHY))
        if reason is None:
            raise BadPayload("the dialog names no reason; nothing was done")
        return ReasonRequest(reason, text)
    severity = _chosen(_value(values, SEVERITY))
    if severity is None:
        raise BadPayload("the dialog names no severity; nothing was done")
    return SeverityRequest(severity, text)


def _value(values: object, block: str) -> dict[str, Any]:
    held = values.get(block) if isinstance(values, dict) else None
    value = held.get(block) if isinstance(held, dict) else None
    return value if isinstance(value, dict) else {}


def _chosen(value: dict[str, Any]) -> str | None:
    option = value.get("selected_option")
    found = option.get("value") if isinstance(option, dict) else None
    return found if isinstance(found, str) and found and found.isprintable() else None


def _length(value: dict[str, Any]) -> timedelta | None:
    chosen = _chosen(value)
    return next((choice for choice in CHOICES if chosen == str(int(choice.total_seconds()))), None)


def _until(value: dict[str, Any]) -> datetime | None:
    seconds = value.get("selected_date_time")
    if seconds is None:
        return None
    if type(seconds) is not int or not 0 <= seconds < LATEST:
        raise BadPayload("the time that was chosen is no time; nothing was done")
    return datetime.fromtimestamp(seconds, UTC)


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _modal(button: Button, title: str, submit: str, origin: Origin, *blocks: Block) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": button.value,
        "private_metadata": origin.text(),
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": list(blocks),
    }


def _about(view: PageView, style: Style) -> Block:
    time = "" if view.ended else f"\n{page_text.how_long(view, style)}"
    return _section(f"{page_text.which(view, style)}{time}")


def _input(name: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": element | {"action_id": name},
        "optional": optional,
    }
    return block if hint is None else block | {"hint": _plain(hint)}


def _option(text: str, value: str, description: str | None = None) -> Block:
    option: Block = {"text": _plain(bare(text, OPTION) or "?"), "value": value}
    means = "" if description is None else bare(description, OPTION)
    return option | {"description": _plain(means)} if means else option


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
