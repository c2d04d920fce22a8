"""Share what several tests of the Zendesk adapter need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import OAuthClient, Snapshot
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Message
from slabot_sandbox import Sandbox

from ..conftest import STATUSES, Answer, Scripted

ANA, BOB = "ana@customer.example", "bob@acme.example"
MINUTE = timedelta(minutes=1)
CLIENT = OAuthClient(client_id="the-client-id", client_secret="the-client-secret")
GIVEN = {"access_token": "tok-1", "token_type": "bearer", "scope": "read write", "expires_in": 7200}


@pytest.fixture
def number(sandbox: Sandbox, clock: SteppedClock) -> int:
    """A ticket of Ana's, a minute old."""
    made = sandbox.zendesk.people.create_ticket(ANA, "Help", "It is down", organization="Customer Ltd", tags=["vip"])
    clock.elapse(MINUTE)
    return made


def shown(sandbox: Sandbox, number: int) -> dict[str, Any]:
    return sandbox.zendesk.account.ticket(number).shown


def messages(snapshot: Snapshot) -> list[tuple[Actor, bool]]:
    return [(event.by, event.public) for event in snapshot.events if isinstance(event, Message)]


def give(scripted: Scripted, *answers: Answer) -> None:
    scripted.on_path("POST", "/oauth/tokens", *answers)


@pytest.fixture
def signed_in(sandbox: Sandbox, clock: SteppedClock) -> Iterator[ZendeskAdapter]:
    """The adapter on the stand-in, by OAuth."""
    desk = sandbox.zendesk
    client = OAuthClient(client_id=desk.client_id, client_secret=desk.client_secret)
    adapter = ZendeskAdapter(name="acme", url=desk.url, oauth=client, statuses=STATUSES, clock=clock)
    yield adapter
    adapter.close()


def oauth_on(scripted: Scripted, clock: SteppedClock) -> ZendeskAdapter:
    return ZendeskAdapter(name="acme", url=scripted.url, oauth=CLIENT, statuses=STATUSES, clock=clock)
