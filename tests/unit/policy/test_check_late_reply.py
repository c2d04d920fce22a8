"""Is a text to customers named that is untrue at one of the helpdesks?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .test_check_voices import BOTH

Warned = Callable[..., list[tuple[str, str, str]]]
OFF = "waiting: {mode: off}\n"
NEW = "Reply within {reopen_within}; after that, a reply starts a new ticket."
ANY_TIME = "It is solved. You can reopen it at any time."
SAID = "requests: {written_by_agents: from_creation}\n"
FRESHDESK_ALONE = (
    "kind: zendesk, subdomain: acme, auth: {client_id_env: ZENDESK_CLIENT_ID, "
    "client_secret_env: ZENDESK_CLIENT_SECRET}",
    "kind: freshdesk, domain: acme.freshdesk.com, token_env: FRESHDESK_KEY",
)


def template(text: str, name: str = "solved", mode: str = "observe") -> tuple[str, str]:
    return (OFF, f'{SAID}waiting: {{mode: {mode}, or_after: 20d, templates: {{{name}: "{text}"}}}}\n')


@pytest.mark.parametrize("name", ["solved", "follow_up", "reminder"])
def test_a_new_ticket_is_untrue_at_freshdesk(warned: Warned, name: str) -> None:
    ((code, path, message),) = warned(BOTH, template(NEW, name))

    assert (code, path) == ("late-reply-untrue", f"waiting.templates.{name}")
    assert message == '"new ticket" is untrue at partners (Freshdesk): a late reply opens the same ticket again there'


@pytest.mark.parametrize(
    "text", [ANY_TIME, "Whenever you reply, it opens again.", "Reply any time and it is reopened."]
)
def test_opening_again_at_any_time_is_untrue_at_zendesk(warned: Warned, text: str) -> None:
    ((code, _, message),) = warned(template(text))

    assert code == "late-reply-untrue"
    assert message.endswith("is untrue at acme (Zendesk): a reply to a closed ticket starts a new one there")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ((), NEW),
        ((FRESHDESK_ALONE,), ANY_TIME),
        ((BOTH,), "Reply within {reopen_within} and it is open again; after that, {late_reply}."),
        ((BOTH,), "We are here at any time. Reply and it is open again."),
    ],
)
def test_what_is_true_everywhere_is_no_doubt(warned: Warned, changes: tuple[tuple[str, str], ...], text: str) -> None:
    assert warned(*changes, template(text)) == []


def test_what_is_never_sent_is_no_doubt(warned: Warned) -> None:
    assert warned(BOTH, template(NEW, mode="off")) == []
