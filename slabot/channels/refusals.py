"""Say why something could not be sent by mail, PagerDuty or a webhook, and what to do about it.

Promise: each is a sentence that names the cause, and a remedy; no text of a customer and no secret.
"""

from __future__ import annotations

from datetime import datetime

from slabot.messages.styles import one_line

LATER = "slabot tries again, not before {until:%H:%M:%S} UTC"
MAYBE = "so the page may or may not have arrived; it is sent again, marked as a possible repeat"
MAYBE_SAME_KEY = "so the event may or may not have arrived; it is sent again with the same key, which changes nothing"
NOT_NOW = "it takes no more for now"
FAILED = "it failed on the way"
REPORT = "This is an error in slabot: please report it with this message."


def later(why: str, until: datetime) -> str:
    """Not sent; tried again."""
    return f"{why}; {LATER.format(until=until)}"


def outcome_unknown(why: str, *, same_key: bool = False) -> str:
    """It may have been sent."""
    return f"{why}, {MAYBE_SAME_KEY if same_key else MAYBE}"


def unknown_name(kind: str, name: str, setting: str) -> tuple[str, str]:
    """Why, and the remedy, where the policy names no receiver of that name."""
    return (
        f'the policy has no {kind} named "{one_line(name)[:60]}"',
        f"Add it under {setting}, or take it out of notify.",
    )
