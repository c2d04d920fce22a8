"""Sign requests as Zendesk and Slack do.

Promise: the signatures of the real services, made from the raw bytes that are sent: Zendesk's webhooks and Slack's
interactivity. They are written here from the documentation alone, so that they can prove the product's own checks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def zendesk_signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over timestamp and raw body; the secret is used as it is written."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def slack_signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """Version 0: hexadecimal HMAC-SHA256 over `v0:timestamp:body`."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
