"""Which class speaks with this kind of helpdesk?"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from adapters.errors import BadSettings
from adapters.registry import open_adapter
from slabot.clock import SystemClock
from slabot.domain import Category, SlabotError


def settings(**changed: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": "acme",
        "url": "https://acme.zendesk.com",
        "email": "bot@acme.example",
        "token": "t",
        "statuses": {"new": Category.OPEN},
        "clock": SystemClock(),
    }
    return {**plain, **changed}


def test_a_kind_opens_the_class_of_that_kind_without_a_call() -> None:
    adapter = open_adapter("zendesk", **settings())
    assert (adapter.kind, adapter.name) == ("zendesk", "acme")
    adapter.close()


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadSettings, match='"jira" is no kind of helpdesk; write ') as caught:
        open_adapter("jira", **settings())
    assert caught.value.setting == "helpdesks.acme.kind"
    assert isinstance(caught.value, SlabotError)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "acme.zendesk.com"}, "base_url.*is no address; write it like https://acme.zendesk.com"),
        ({"url": "ftp://acme.zendesk.com"}, "is no address"),
        ({"url": "https://"}, "is no address"),
        ({"url": "https://a:b@acme.zendesk.com"}, "is no address"),
        ({"url": "https://acme.zendesk.com:port"}, "is no address"),
        ({"url": "https://acme.zendesk.com/?x=1"}, "write nothing after the host"),
        ({"url": "http://acme.zendesk.com"}, "http would send the token to acme.zendesk.com unprotected"),
        ({"url": "http://127.0.0.1.evil.example"}, "unprotected"),
        ({"email": "bot"}, "is no address"),
        ({"token": "  "}, "token_env.*is empty"),
        ({"webhook_secrets": [" "]}, "the signing secret is empty"),
        # Zendesk signs test deliveries with it before a webhook exists; everybody knows it.
        ({"webhook_secrets": ["good", "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="]}, "anybody could sign with it"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(changed: dict[str, str], words: str) -> None:
    with pytest.raises(BadSettings, match=words):
        open_adapter("zendesk", **settings(**changed))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080", "https://x.example/zd/"]
)
def test_loopback_may_be_plain_http_and_a_proxy_may_have_a_path(url: str) -> None:
    open_adapter("zendesk", **settings(url=url)).close()


def test_the_registry_loads_no_client_library() -> None:
    code = "import sys, adapters.registry; sys.exit('zenpy' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
