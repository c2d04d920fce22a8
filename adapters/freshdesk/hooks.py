"""Does this delivery come from our helpdesk, and which ticket is it about?

Promise: nothing is believed before the secret fits, and then only a ticket's number. Whatever is wrong is a
BadSignature or a BadHook in calm words, never a traceback.

Freshdesk signs nothing and numbers no delivery. An automation rule can send a header of its own, and that is the
secret; it travels with every delivery, so it is worth as much as the connection is encrypted. The rest of the body is
not believed: placeholders are filled in as they are, labels are renamed and translated, and the account of what
happened is no JSON. A delivery's id is the digest of its body and of the minute in which it came: a repeat within
that minute is the same, one later makes slabot look once more, which changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.base import Hint
from adapters.errors import BadHook, BadSettings, BadSignature
from adapters.http.fields import ident

SECRET = "x-webhook-secret"
LONGEST_ID = 20  # digits of a ticket number
SIMPLE = "freshdesk_webhook"  # what a body in Freshdesk's simple form is wrapped in
KIND = "automation"
BODY = '{"ticket_id": "{{ticket.id}}"}'
_FIX_BODY = f"choose the encoding JSON and the advanced content {BODY} in the automation rule"


def check_secrets(secrets: Sequence[str], *, setting: str) -> None:
    """Refuse a secret that protects nothing.

    Raises:
        BadSettings: it is empty.
    """
    if not all(secret.strip() for secret in secrets):
        raise BadSettings(
            setting,
            "the webhook's secret is empty",
            remedy="make up a long random one, and set it here and as the header X-Webhook-Secret of the rules",
        )


def read_hint(headers: Mapping[str, str], body: bytes, now: datetime, *, secrets: Sequence[str]) -> Hint:
    """Check a delivery's secret and read which ticket to look at.

    Raises:
        BadSignature: the secret is missing or another.
        BadHook: it fits, and the body names no ticket.
    """
    _verify({name.lower(): value for name, value in headers.items()}, secrets)
    minute = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    delivery = hashlib.sha256(minute.encode() + b"\n" + body).hexdigest()[:40]
    return Hint(delivery_id=delivery, ticket_id=_about(body), kind=KIND)


def _verify(lower: Mapping[str, str], secrets: Sequence[str]) -> None:
    if not secrets:
        raise BadSignature("no secret is configured", remedy="set webhook_secret_env in the policy file")
    given = lower.get(SECRET, "")
    if not given:
        raise BadSignature(
            "it has no header X-Webhook-Secret", remedy="add it under Custom Headers of the automation rule's webhook"
        )
    try:
        sent = given.strip().encode()
        fits = [hmac.compare_digest(sent, secret.strip().encode()) for secret in secrets]  # all, whichever fits
    except UnicodeError:
        fits = []
    if not any(fits):
        raise BadSignature("its secret is not ours", remedy="write the same value in the rule and in the variable")


def _about(body: bytes) -> str:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise BadHook("the body is no JSON", remedy=_FIX_BODY) from None
    if isinstance(said, dict) and isinstance(said.get(SIMPLE), dict):
        said = said[SIMPLE]
    if not isinstance(said, dict):
        raise BadHook("the body is no JSON object", remedy=_FIX_BODY)
    found = ident(said.get("ticket_id"))
    if found is None or not (found.isascii() and found.isdecimal()) or len(found) > LONGEST_ID:
        raise BadHook("it names no ticket", remedy=_FIX_BODY)
    return str(int(found))
