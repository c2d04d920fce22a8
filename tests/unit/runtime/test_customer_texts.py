"""Do customers read what is true at their helpdesk?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from slabot.policy.silence import SOLVED
from slabot.runtime.delivery import customer_texts
from tests.fixtures.policies import policy
from tests.fixtures.tickets import ticket

TICKET = ticket("Mon 12 Jan 09:00").ticket


@pytest.mark.parametrize(
    ("helpdesk", "reply"),
    [
        ("acme", "after that, a reply starts a new ticket that follows this one."),
        ("partners", "after that, a reply still opens this ticket."),
        ("one of before", "after that, a reply still reaches us."),
    ],
)
def test_the_shipped_text_says_what_a_late_reply_does_there(helpdesk: str, reply: str) -> None:
    assert "{late_reply}" in SOLVED
    for rules in (policy(), policy({"waiting.templates": {"solved": SOLVED}})):
        assert customer_texts.solved(rules, replace(TICKET, helpdesk=helpdesk)).endswith(reply)
