"""A channel is known by its id.

Promise: pages go to the channel that the name stood for when it was looked up, so that a channel that takes no names,
is private or was renamed is paged on time; where Slack no longer has it, the name is looked up once more.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.promises.harness import Harness
from tests.promises.scene import CHANNEL, Scene


def paged(h: Harness) -> list[Any]:
    """The channels of the pages."""
    return [page["channel"] for page in h.scene.pages()]


def channel(scene: Scene) -> Any:
    return scene.sandbox.slack.workspace.channel(CHANNEL)


def asked(h: Harness, *, then: str = "59m") -> int:
    ticket = h.asks()
    h.fast_forward(then)
    return ticket


def test_a_page_is_posted_to_the_id_also_where_slack_takes_no_names(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, workspace = channel(h.scene).id, h.scene.sandbox.slack.workspace
    ticket = asked(h)
    monkeypatch.setattr(workspace, "lookup", workspace.channels.get)
    h.fast_forward("2m")
    assert paged(h) == [own]
    monkeypatch.undo()
    h.escalations.expects_page(ticket)
    h.answers(ticket)


def test_a_private_channel_is_paged(h: Harness) -> None:
    h.scene.sandbox.slack.workspace.add_channel(CHANNEL, private=True)
    ticket = asked(h)
    h.fast_forward("2m")
    h.escalations.expects_page(ticket).never_says("late:")
    h.answers(ticket)


def test_a_channel_that_is_renamed_is_paged_on_time(h: Harness) -> None:
    ticket = asked(h)
    own = channel(h.scene)
    own.name = "sla-pages"
    h.fast_forward("2m")
    assert paged(h) == [own.id]
    h.slack.channel("#sla-pages").expects_page(ticket).never_says("late:")
    h.answers(ticket)


def test_a_channel_that_took_the_place_of_an_archived_one_is_paged_once(h: Harness) -> None:
    first = asked(h, then="1h1s")
    h.escalations.expects_page(first)
    h.answers(first)
    ticket = asked(h)
    old = channel(h.scene)
    old.name, old.archived = "support-escalations-old", True
    new = h.scene.sandbox.slack.workspace.add_channel(CHANNEL)
    h.fast_forward("2m")
    assert paged(h) == [old.id, new.id]
    h.escalations.expects_page(ticket).never_says("late:")
    h.answers(ticket)
