"""The channel is archived.

Promise: its pages wait and are heard once it takes messages again; pages for other channels leave meanwhile, on time.
"""

from __future__ import annotations

from slabot.store import LedgerEvent
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.promises.scene import CHANNEL


def test_its_pages_wait_until_it_takes_messages_again(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.archives(CHANNEL)
    h.stays_quiet(for_="10m")
    assert "the channel is archived" in h.scene.told(ticket, LedgerEvent.PAGE_FAILED)[0]
    h.slack.unarchives(CHANNEL)
    h.escalations.expects_page(ticket).within("61s").says("minutes late")
    h.answers(ticket)


def test_another_channel_is_paged_on_time(harness: MakeHarness) -> None:
    rungs = [{"at": "50% used"}, {"at": "75% used", "notify": ["#incidents"]}]
    h = harness()
    h.slack.channel("#incidents")
    h.starts(escalate=[{"severity": "critical", "rungs": rungs}])
    ticket = h.asks()
    h.fast_forward("20m")
    other = h.asks(who="bo@contoso.example")
    h.fast_forward("40m")
    h.escalations.expects_page(ticket)
    h.expects_alarms()
    h.slack.archives(CHANNEL)
    h.fast_forward("30m")
    h.slack.channel("#incidents").expects_page(ticket).at("10:30:00").never_says("late:")
    h.answers(ticket)
    h.answers(other)
