"""A header that says who asks is believed only from the proxies that the policy names."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from slabot.runtime.serving.addresses import Addresses

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def test_where_no_proxy_is_named_nobody_is_counted() -> None:
    addresses = Addresses([], 1)
    assert addresses.of_connection("198.51.100.7") is None
    assert addresses.of_request("198.51.100.7", "203.0.113.1") is None
    assert all(addresses.take(None) for _ in range(5))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "connection", "request_"),
    [
        ("198.51.100.7", "203.0.113.1", "198.51.100.7", None),  # no proxy: what it says is not believed
        ("10.0.0.1", "203.0.113.1", None, "203.0.113.1"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.1", None, "203.0.113.1"),  # the client made the first one up
        ("10.0.0.1", "203.0.113.1, 10.9.9.9", None, "203.0.113.1"),  # two proxies of ours
        ("::ffff:10.0.0.1", "203.0.113.1", None, "203.0.113.1"),
        ("fd00::1", " 2001:db8::1 ", None, "2001:db8::1"),
        ("10.0.0.1", "", None, None),
        ("10.0.0.1", ", ,", None, None),
        ("10.0.0.1", "unknown", None, "unknown"),
        ("not an address", "203.0.113.1", "not an address", None),
    ],
)
def test_whose_share_it_counts_to(peer: str, forwarded_for: str, connection: str | None, request_: str | None) -> None:
    addresses = Addresses(PROXIES, 1)
    assert addresses.of_connection(peer) == connection
    assert addresses.of_request(peer, forwarded_for) == request_


def test_an_address_holds_its_share_and_no_more() -> None:
    addresses = Addresses(PROXIES, 2)
    assert [addresses.take("a") for _ in range(3)] == [True, True, False]
    assert addresses.take("b")
    addresses.give("a")
    assert addresses.take("a")
    assert not addresses.take("a")
