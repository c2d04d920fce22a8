"""Is what is said on this channel told while it is said, or only once it is over?

Promise: a channel that is not known to tell each message as a comment counts as one of messaging.
"""

from __future__ import annotations

from adapters.zendesk.fields import Raw, mapping, text

# The via types whose messages are comments (the Via object reference), and what Zendesk itself makes tickets by.
_COMMENTS = frozenset(
    {
        "",
        "any_channel",
        "api",
        "automation",
        "closed_ticket",
        "dropbox",
        "email",
        "forum",
        "group_change",
        "group_deletion",
        "help_center",
        "helpcenter",
        "import",
        "linked_problem",
        "logmein",
        "mail",
        "merge",
        "mobile",
        "mobile_sdk",
        "phone",
        "recovered_from_suspended_tickets",
        "resource_push",
        "rule",
        "sample_ticket",
        "sample_interactive_ticket",
        "side_conversation",
        "sms",
        "suspended_ticket",
        "ticket_sharing",
        "ticket_merge",
        "topic",
        "trigger",
        "twitter",
        "user_change",
        "user_deletion",
        "voice",
        "web",
        "web_form",
        "web_service",
        "web_widget",
    }
)


def is_messaging(channel: str) -> bool:
    """True for `native_messaging`, `chat`, `whatsapp`, `facebook` and for whatever is not known. Empty: untold."""
    word = channel.strip().lower().replace(" ", "_")
    return word not in _COMMENTS and not word.isdecimal()


def came_by_messaging(ticket: Raw) -> bool:
    """True if the ticket's own channel is one of messaging."""
    return is_messaging(text(mapping(ticket.get("via")).get("channel"))) or ticket.get("from_messaging_channel") is True
