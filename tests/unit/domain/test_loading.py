"""Whoever reads a policy file loads nothing of what a ticket is made of."""

from __future__ import annotations

import subprocess
import sys

import pytest

import slabot.domain


def test_reading_a_policy_loads_no_events_and_asking_for_one_does() -> None:
    script = (
        "import sys, slabot.policy\n"
        "assert 'slabot.domain.events' not in sys.modules\n"
        "from slabot.domain import Message, Ticket, Timeline, read_tickets\n"
        "assert Message is sys.modules['slabot.domain.events'].Message\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_every_name_that_the_package_hands_on_is_there() -> None:
    for name in slabot.domain.__all__:
        assert getattr(slabot.domain, name) is not None


def test_a_name_that_it_does_not_hand_on_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"'slabot\.domain' has no attribute 'Mesage'"):
        vars(slabot.domain)["__getattr__"]("Mesage")
