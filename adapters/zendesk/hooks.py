"""Does this delivery come from our helpdesk, just now, and which ticket is it about?

Promise: nothing is believed before the signature holds, and then only a ticket's number. Whatever is wrong is a
BadSignature or a BadHook in calm words, never a traceback.

The signature is base64(HMAC-SHA256(secret, timestamp + raw body)), the secret as it stands. An early form of
2021 signed body + timestamp; it is refused, as is the secret that Zendesk uses for tests before a webhook
exists, which the whole world knows. The timestamp is that of the attempt: an event may be minutes older (an
attempt eight minutes late has been recorded).

A delivery's id is the digest of what is signed. Zendesk's own, the invocation id, stands in a header that nobody has
signed, so whoever saw a delivery could send it again under a thousand others. Another attempt by Zendesk has another
time and is another hint, which makes slabot look once more. Two alike of one second are one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Hint
from adapters.errors import BadHook, BadSettings, BadSignature
from adapters.zendesk.fields import ident, mapping, text
from slabot.domain import InstantError, parse_instant

FRESH = timedelta(minutes=5)  # either side of now
TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # published by Zendesk
SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
EVENT_TYPE = "zen:event-type:"
SUBJECT = "zen:ticket:"
LONGEST_ID = 20  # digits of a ticket number
BODY_FOR_TRIGGERS = '{"ticket_id": "{{ticket.id}}"}'
_FIX_BODY = f"send {BODY_FOR_TRIGGERS} from the trigger, or subscribe the webhook to ticket events"


def check_secrets(secrets: Sequence[str], *, setting: str) -> None:
    """Refuse secrets that protect nothing.

    Raises:
        BadSettings: empty, or Zendesk's test secret.
    """
    if not all(secret.strip() for secret in secrets):
        raise BadSettings(setting, "the signing secret is empty", remedy="copy it from the webhook's page")
    if TEST_SECRET in (secret.strip() for secret in secrets):
        raise BadSettings(
            setting,
            "this is the secret that Zendesk publishes for tests, so anybody could sign with it",
            remedy="create the webhook and copy the secret that its page reveals",
        )


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Zendesk signs a delivery with."""
    digest = hmac.digest(secret.encode(), timestamp.encode() + body, "sha256")
    return base64.b64encode(digest).decode()


def read_hint(headers: Mapping[str, str], body: bytes, now: datetime, *, secrets: Sequence[str]) -> Hint:
    """Verify a delivery and read which ticket to look at.

    Raises:
        BadSignature: not signed by this helpdesk, or not within five minutes of now.
        BadHook: signed, and of no use.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    _verify(lower, body, now, secrets)
    kind, ticket_id = _about(body)
    signed = hashlib.sha256(lower[TIMESTAMP].encode() + body)
    return Hint(delivery_id=signed.hexdigest()[:40], ticket_id=ticket_id, kind=kind)


def _verify(lower: Mapping[str, str], body: bytes, now: datetime, secrets: Sequence[str]) -> None:
    if not secrets:
        raise BadSignature("no signing secret is configured", remedy="set webhook_secret_env in the policy file")
    given, stamp = lower.get(SIGNATURE, ""), lower.get(TIMESTAMP, "")
    if not given or not stamp:
        raise BadSignature("it is not signed")
    try:
        expected = [signature(secret, stamp, body).encode() for secret in secrets]
        fits = [hmac.compare_digest(each, given.strip().encode()) for each in expected]  # all, whichever fits
    except UnicodeError:
        fits = []
    if not any(fits):
        raise BadSignature("the signature does not fit")
    try:
        signed_at = parse_instant(stamp)
    except InstantError:
        raise BadSignature("the time of its signature cannot be read") from None
    if abs(now - signed_at) > FRESH:
        side = "old" if signed_at < now else "ahead of this machine's clock"
        minutes = int(abs(now - signed_at) / timedelta(minutes=1))
        raise BadSignature(
            f"its signature is {minutes} minutes {side}",
            remedy="check this machine's clock; a delivery that is replayed is refused on purpose",
        )


def _about(body: bytes) -> tuple[str, str]:
    """What it is about, and the ticket's number: an event's envelope, or the JSON of a trigger."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise BadHook("the body is no JSON", remedy=_FIX_BODY) from None
    if not isinstance(said, dict):
        raise BadHook("the body is no JSON object", remedy=_FIX_BODY)
    event = text(said.get("type"))
    if not event.startswith(EVENT_TYPE):
        return "trigger", _number(said.get("ticket_id"))
    kind = event.removeprefix(EVENT_TYPE)[:100]
    if not kind.startswith("ticket."):
        raise BadHook(f"{kind} is about no ticket", remedy="subscribe the webhook to ticket events only")
    subject = text(said.get("subject"))
    named = subject.removeprefix(SUBJECT) if subject.startswith(SUBJECT) else None
    return kind, _number(ident(mapping(said.get("detail")).get("id")) or named)


def _number(value: object) -> str:
    found = ident(value)
    if found is None or not (found.isascii() and found.isdecimal()) or len(found) > LONGEST_ID:
        raise BadHook("it names no ticket", remedy=_FIX_BODY)
    return found
