"""Whoever can be reached by other machines is told so, calmly, at the start."""

from __future__ import annotations

import pytest

from slabot.setup.starting import exposed
from tests.fixtures.policies import policy


def said(**web: str) -> str:
    return exposed(policy({f"web.{name}": value for name, value in web.items()}))


@pytest.fixture(autouse=True)
def no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)


@pytest.mark.parametrize("listen", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_this_machine_alone_needs_no_word(listen: str) -> None:
    assert said(listen=listen) == ""


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080"])
def test_an_address_that_others_reach_is_mentioned_with_what_to_put_in_front(listen: str) -> None:
    text = said(listen=listen)
    assert text.startswith("Other machines reach it too, and it speaks plain http")
    assert "web.trusted_proxies" in text


def test_so_is_a_port_in_the_environment_which_opens_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8080")
    assert "because PORT is set" in said(listen="127.0.0.1:8080")


def test_whoever_has_named_the_proxy_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8080")
    assert said(trusted_proxies="10.0.0.0/8") == ""
