"""Check the settings of a channel: addresses, secrets, and values for a header.

Promise: an address that is taken is one host, over https; plain http is for this machine only. Nothing that is put into
a header can begin another one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from slabot.channels.errors import SettingError, TokenError

Secret = Callable[[str, str], str]
"""Gives the value of an environment variable, or "" and notes that the setting of that name has none."""

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\U0010ffff]")


def web_receiver(url: str, setting: str) -> str:
    """The address, if pages may be posted there.

    Args:
        url: as the policy or the environment gives it; it may hold a secret, so no error shows it.
        setting: its name in the policy.

    Raises:
        SettingError: not https (or http on this machine), no host, or credentials in it.
    """
    address = url.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host or _UNSAFE.search(address):
        raise SettingError(f"{setting} is no web address", "write it like https://receiver.example/pages")
    if parts.username is not None or parts.fragment:
        raise SettingError(f"{setting} holds a user name or a #", "write the address without them")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingError(
            f"{setting}: http would send pages to {host} unprotected",
            "write https; http is taken for this machine only",
        )
    return address


def is_loopback(host: str) -> bool:
    """True for this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_mail_address(text: str) -> bool:
    """True for one plain address: ``maya@acme.example``; no name beside it, nothing beyond ASCII."""
    return len(text) <= 254 and _MAIL.fullmatch(text) is not None


def header_text(key: str) -> str:
    """A page's id as a header may carry it: as it is, or percent-encoded if it holds more than printable ASCII."""
    return key if key.isascii() and key.isprintable() else quote(key, safe="/")


def secret_text(value: str, name: str, looks: str) -> str:
    """The value, if it can travel in a header; an error that does not show it otherwise.

    Raises:
        TokenError: it is empty, or holds spaces or other characters that no secret has.
    """
    stripped = value.strip()
    if not stripped:
        raise TokenError(f"{name} is empty.", f"{looks} Set the environment variable that the policy names for it.")
    if not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise TokenError(f"{name} holds spaces or odd characters, so it was not copied whole or alone.", looks)
    return stripped
