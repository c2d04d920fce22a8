"""When does work that was being sent count as lost? Only once every channel must have ended with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.channels import http
from slabot.channels.email import channel as email
from slabot.channels.registry import OPENERS
from slabot.channels.slack import channel as slack
from slabot.channels.slack import client, sender
from slabot.policy import Way
from slabot.runtime.parts import LEASE

SECONDS = {Way.SLACK: slack.WHOLE, Way.EMAIL: email.WHOLE, Way.PAGERDUTY: http.WHOLE, Way.WEBHOOK: http.WHOLE}


@pytest.mark.parametrize("way", OPENERS)
def test_a_channel_has_ended_before_its_work_counts_as_lost(way: Way) -> None:
    assert timedelta(seconds=SECONDS[way]) < LEASE


def test_a_message_to_slack_has_its_whole_time_after_its_channel_was_looked_up() -> None:
    assert sender.PLACE + client.TIMEOUT <= slack.WHOLE
