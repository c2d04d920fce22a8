"""A flood at one kind of address keeps no thread of the others."""

from __future__ import annotations

from tests.unit.runtime.serving.conftest import Client

SLOW = b"GET %s HTTP/1.1\r\nConnection: close\r\n\r\n"
WHOLE = b"POST /hooks/acme HTTP/1.1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"


def test_hooks_and_health_are_answered_while_everything_else_waits(client: Client) -> None:
    for _ in range(40):
        client.connect(SLOW % b"/waits")
    assert client.is_healthy()
    assert b"5 bytes" in client.ask(WHOLE)


def test_health_is_answered_while_all_hooks_wait_for_the_store(client: Client) -> None:
    for _ in range(40):
        client.connect(SLOW % b"/hooks/waits")
    assert client.is_healthy()
