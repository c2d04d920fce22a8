"""Verify a request from Slack, and read the click or the dialog in it.

Promise: nothing in a request is looked at before its signature has been checked on the raw bytes. What is forged, stale
or malformed is refused with a reason; no input makes this raise anything but `BadPayload`.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack and the block_actions payloads.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from slabot.channels.errors import BadPayload
from slabot.channels.settings import secret_text
from slabot.channels.slack.message import REFRESH, Button
from slabot.channels.slack.modals import DialogRequest, origin_of, request_of
from slabot.messages.styles import bare, one_line

WINDOW = timedelta(minutes=5)  # how far a request's own time may be from ours, either way
TIMESTAMP_HEADER = "x-slack-request-timestamp"
SIGNATURE_HEADER = "x-slack-signature"
MOST_GENERATION = 2**63  # the store's integers
MOST_FIELDS = 30  # of a form; Slack sends one for a click and about a dozen for a command


@dataclass(frozen=True, slots=True)
class SignatureRefused:
    """Why a request is not believed; the answer is 401."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button of a page was clicked, or the dialog answered that it had opened.

    Attributes:
        key, generation: what the button carried; None for Open ticket, which carries nothing and asks for nothing.
        shows: what the page showed then (`message.shown_by`); empty where an older slabot sent it.
        user_name: as Slack gives it; for people to read, never to identify anybody.
        channel, ts: of the message clicked on; empty where Slack does not say.
        response_url: where an answer to the clicker may be sent; None if Slack gave none.
        action_ts: Slack's own time of the click, or its id of the dialog; with the user it tells one from another.
        request: what was entered in the dialog; None for a click.
        answer: of the button of a question; empty for any other.
    """

    action: Button
    key: str | None
    generation: int | None
    user_id: str
    user_name: str
    channel: str
    ts: str
    response_url: str | None
    trigger_id: str
    action_ts: str
    shows: str = ""
    request: DialogRequest | None = None
    answer: str = ""

    @property
    def id(self) -> str:
        """The same for the same click, however often it arrives."""
        return f"slack:{self.user_id}:{self.action_ts}:{self.action.value}"


@dataclass(frozen=True, slots=True)
class HomeRefresh:
    """Somebody wants their home tab anew.

    Attributes:
        hash: of what they see; None if Slack did not say.
    """

    user_id: str
    hash: str | None


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Well-formed, but nothing that slabot handles: answer 200 and do nothing."""

    why: str


class SigningSecret:
    """The secret with which Slack signs what it sends; while it is being changed, the old one too."""

    def __init__(self, secret: str, *others: str) -> None:
        """Take the signing secret of the app's Basic Information page, and others that are taken as well.

        Raises:
            TokenError: one of them cannot be one.
        """
        looks = "It is the Signing Secret on the app's page Basic Information, 32 letters and digits."
        self._keys = [secret_text(each, "Slack's signing secret", looks).encode() for each in (secret, *others)]

    def __repr__(self) -> str:
        """Without the secret."""
        return "SigningSecret(…)"

    def refusal(self, headers: Mapping[str, str], body: bytes, now: datetime) -> SignatureRefused | None:
        """Why this request is not from Slack; None if it is.

        Args:
            headers: by any spelling of their names.
            body: as received, before anything has read it.
            now: aware.
        """
        given = {name.lower(): value for name, value in headers.items()}
        timestamp, signature = given.get(TIMESTAMP_HEADER), given.get(SIGNATURE_HEADER)
        if timestamp is None or signature is None:
            return SignatureRefused("the request carries no Slack signature")
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            return SignatureRefused("the time of the signature is not a number of seconds")
        if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
            return SignatureRefused(
                f"the signature is more than {int(WINDOW.total_seconds()) // 60} minutes away from this machine's "
                "time: it is replayed, or the machine's clock is wrong"
            )
        message = b"v0:" + timestamp.encode() + b":" + body
        sent = signature.encode("utf-8", "replace")
        expected = ["v0=" + hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._keys]
        fits = [hmac.compare_digest(each.encode(), sent) for each in expected]  # all, whichever fits
        if not any(fits):
            return SignatureRefused("the signature does not fit: the request is forged, or the secret is another app's")
        return None


def asks_for_certificate(body: bytes) -> bool:
    """True for the request by which Slack checks the certificate now and then; it says nothing else."""
    try:
        return form_fields(body).get("ssl_check") == ["1"]
    except BadPayload:
        return False


def form_payload(body: bytes) -> dict[str, Any]:
    """The JSON object in the form that Slack sends for a click or a dialog.

    Raises:
        BadPayload: there is none in it.
    """
    found = form_fields(body).get("payload", [])
    if len(found) != 1:
        raise BadPayload(f"the form has {len(found) or 'no'} field payload, and Slack sends one; nothing was done")
    return json_object(found[0], "the payload")


def form_fields(body: bytes) -> dict[str, list[str]]:
    """The fields of a form.

    Raises:
        BadPayload: it is not a form as Slack sends it.
    """
    try:
        return parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError:  # not ASCII, not UTF-8 inside, or too many fields
        raise BadPayload("the body is not a form as Slack sends it; nothing was done") from None


def json_object(text: str | bytes, what: str) -> dict[str, Any]:
    """A JSON object.

    Raises:
        BadPayload: it is none; ``what`` begins the sentence that says so.
    """
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPayload(f"{what} is not JSON; nothing was done") from None
    if not isinstance(payload, dict):
        raise BadPayload(f"{what} is JSON but not an object; nothing was done")
    return payload


def read_interaction(payload: dict[str, Any]) -> Click | HomeRefresh | NotOurs:
    """Read what somebody did with a page, a dialog or the home tab.

    Raises:
        BadPayload: it is not what Slack sends.
    """
    kind = payload.get("type")
    if not isinstance(kind, str) or not kind:
        raise BadPayload("the payload has no type, and Slack always gives one; nothing was done")
    match kind:
        case "block_actions":
            return _block_action(payload)
        case "view_submission":
            return _submission(payload)
        case _:
            return NotOurs(f"it is a {bare(kind, 40)}, and slabot acts on its pages and dialogs only")


def _block_action(payload: dict[str, Any]) -> Click | HomeRefresh | NotOurs:
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise BadPayload("the payload names no action; nothing was done")
    action = actions[0]
    name = _text(action, "action_id", "actions[0]")
    if name == REFRESH:
        view = payload.get("view")
        return HomeRefresh(_text(_object(payload, "user"), "id", "user"), _first_text((view, "hash")) or None)
    try:
        button = Button(name.partition(":")[0])
    except ValueError:
        return NotOurs("the button is not one of slabot's")
    carried = (None, None, "") if button is Button.OPEN_TICKET else _carried(action)
    container = payload.get("container")
    where = container if isinstance(container, dict) else {}
    channel, message = payload.get("channel"), payload.get("message")
    answer_at = payload.get("response_url")
    return Click(
        action=button,
        key=carried[0],
        generation=carried[1],
        shows=carried[2],
        user_id=_text(_object(payload, "user"), "id", "user"),
        user_name=_name(payload),
        channel=_first_text((where, "channel_id"), (channel, "id")),
        ts=_first_text((where, "message_ts"), (message, "ts")),
        response_url=answer_at if isinstance(answer_at, str) and answer_at and answer_at.isprintable() else None,
        trigger_id=_first_text((payload, "trigger_id")),
        action_ts=_text(action, "action_ts", "actions[0]"),
        answer=_answer(action) if button.asks else "",
    )


def _submission(payload: dict[str, Any]) -> Click | NotOurs:
    view = _object(payload, "view")
    callback = view.get("callback_id")
    button = next((one for one in Button if one.opens_dialog and one.value == callback), None)
    if button is None:
        return NotOurs("the dialog is not one of slabot's")
    origin, state = origin_of(view.get("private_metadata")), view.get("state")
    return Click(
        action=button,
        key=origin.key,
        generation=origin.generation,
        shows=origin.shows,
        user_id=_text(_object(payload, "user"), "id", "user"),
        user_name=_name(payload),
        channel=origin.channel,
        ts=origin.ts,
        response_url=None,
        trigger_id=_first_text((payload, "trigger_id")),
        action_ts=_text(view, "id", "view"),
        request=request_of(button, state.get("values") if isinstance(state, dict) else None),
    )


def _name(payload: dict[str, Any]) -> str:
    user = _object(payload, "user")
    name = user.get("username") or user.get("name")
    return one_line(name)[:80] if isinstance(name, str) else ""


def _carried(action: dict[str, Any]) -> tuple[str, int, str]:
    try:
        value = json.loads(_text(action, "value", "actions[0]"))
    except (ValueError, RecursionError):
        value = None
    key = value.get("key") if isinstance(value, dict) else None
    generation = value.get("generation") if isinstance(value, dict) else None
    if not isinstance(key, str) or not key or not key.isprintable():
        raise BadPayload("the button does not carry the key that slabot put into it; nothing was done")
    if type(generation) is not int or not 0 <= generation < MOST_GENERATION:
        raise BadPayload("the button does not carry the generation that slabot put into it; nothing was done")
    shows = value.get("shows") if isinstance(value, dict) else None
    return key, generation, shows if isinstance(shows, str) and shows.isprintable() else ""


def _answer(action: dict[str, Any]) -> str:
    """What the button of a question says; what it carries was read as JSON before."""
    answer = json.loads(action["value"]).get("answer")
    if not isinstance(answer, str) or not answer or not answer.isprintable():
        raise BadPayload("the button does not carry the answer that slabot put into it; nothing was done")
    return answer


def _object(payload: dict[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    if not isinstance(value, dict):
        raise BadPayload(f"the payload has no {name}; nothing was done")
    return value


def _text(holder: dict[str, Any], name: str, where: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise BadPayload(f"the payload has no {where}.{name} that can be used; nothing was done")
    return value


def _first_text(*places: tuple[object, str]) -> str:
    for holder, name in places:
        value = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(value, str) and value.isprintable():
            return value
    return ""
