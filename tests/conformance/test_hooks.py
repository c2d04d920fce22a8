"""Is a webhook believed only if it is genuine, and then only for the ticket that it names?"""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from adapters.base import Adapter
from adapters.errors import BadHook, BadSignature
from tests.conformance.house import SECRET, House


def test_what_the_helpdesk_sends_is_believed_without_a_call(house: House, adapter: Adapter) -> None:
    own, deliveries = house.deliveries()
    before = house.calls()
    assert deliveries
    for headers, body in deliveries:
        hint = adapter.read_hint(headers, body, house.clock.now())
        assert (hint.ticket_id, bool(hint.delivery_id), bool(hint.kind)) == (own, True, True)
    assert house.calls() == before


def test_the_names_of_headers_are_read_in_any_case(house: House, adapter: Adapter) -> None:
    own, deliveries = house.deliveries()
    headers, body = deliveries[0]
    for written in (str.lower, str.upper):
        changed = {written(name): value for name, value in headers.items()}
        assert adapter.read_hint(changed, body, house.clock.now()).ticket_id == own


def test_a_delivery_keeps_its_id_and_two_have_two(house: House, adapter: Adapter) -> None:
    _, first = house.deliveries()
    _, second = house.deliveries()
    now = house.clock.now()
    one = adapter.read_hint(*first[0], now).delivery_id
    assert adapter.read_hint(*first[0], now).delivery_id == one
    assert adapter.read_hint(*second[-1], now).delivery_id != one


def test_without_the_secret_nobody_is_believed(house: House, adapter: Adapter) -> None:
    _, deliveries = house.deliveries()
    others = house.open(webhook_secrets=["another webhook's secret"])
    none = house.open(webhook_secrets=())
    for headers, body in deliveries:
        for reader in (others, none):
            with pytest.raises(BadSignature):
                reader.read_hint(headers, body, house.clock.now())
        with pytest.raises(BadSignature):
            adapter.read_hint({"Content-Type": "application/json"}, body, house.clock.now())
        for name in headers:
            with contextlib.suppress(BadHook, BadSignature):  # whatever is left out: an answer, never a traceback
                adapter.read_hint({k: v for k, v in headers.items() if k != name}, body, house.clock.now())


def test_while_a_secret_is_changed_the_old_and_the_new_are_both_believed(house: House, adapter: Adapter) -> None:
    _, deliveries = house.deliveries()
    for secrets in (["the new secret", SECRET], [SECRET, "the old secret"]):
        both = house.open(webhook_secrets=secrets)
        for headers, body in deliveries:
            assert both.read_hint(headers, body, house.clock.now()) == adapter.read_hint(
                headers, body, house.clock.now()
            )


def test_where_bodies_are_signed_a_changed_or_old_one_is_refused(house: House, adapter: Adapter) -> None:
    _, deliveries = house.deliveries()
    headers, body = deliveries[0]
    if not any("signature" in name.lower() for name in headers):
        pytest.skip(f"{house.kind} signs nothing: its shared secret is all there is")
    with pytest.raises(BadSignature):
        adapter.read_hint(headers, body + b" ", house.clock.now())
    with pytest.raises(BadSignature):
        adapter.read_hint(headers, body, house.clock.now() + timedelta(minutes=6))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"ticket": {}}',
        b'{"ticket_id": ""}',
        b'{"a":' * 50_000,
        b"x" * 100_000,
    ],
    ids=["empty", "null", "list", "object", "no utf-8", "object for id", "empty id", "deep", "long"],
)
def test_genuine_nonsense_is_of_no_use_and_no_traceback(house: House, adapter: Adapter, body: bytes) -> None:
    with pytest.raises(BadHook):
        adapter.read_hint(*house.signed(body), house.clock.now())
