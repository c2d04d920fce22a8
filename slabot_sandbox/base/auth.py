"""Read credentials and compare secrets."""

from __future__ import annotations

import base64
import binascii
import hmac


def basic_credentials(header: str | None) -> tuple[str, str] | None:
    """User name and password of a header for Basic authentication; None if it is none."""
    scheme, _, credentials = (header or "").partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    return name, password


def same_secret(given: str, known: str) -> bool:
    """Are they equal, compared in constant time?"""
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode("utf-8", "replace"))
