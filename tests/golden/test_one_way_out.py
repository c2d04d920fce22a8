"""Everything that slabot says to anybody outside goes through `slabot.outside`, which knows limits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for package in ("slabot", "adapters", "webhooks") for path in sorted((ROOT / package).rglob("*.py"))]

# What opens a connection, by the name under which it is called, and who may.
ONLY = {
    "socket.create_connection": (),
    "socket.socket": ("slabot/runtime/serving/server.py",),  # listens
    "socket.getaddrinfo": ("slabot/outside/names.py", "slabot/runtime/serving/server.py"),
    "ssl.SSLContext": (),
    "ssl.create_default_context": ("slabot/channels/email/smtp.py",),  # handed to keep_to_limits
    "ssl.wrap_socket": (),
    "http.client.HTTPConnection": (),
    "http.client.HTTPSConnection": (),
    "urllib.request.urlopen": (),
    "urllib.request.build_opener": (),
    "urllib3.PoolManager": (),
    "urllib3.request": (),
    "smtplib.SMTP": (),
    "smtplib.SMTP_SSL": (),
    "requests.Session": ("slabot/channels/http.py",),  # mounts LimitedAdapter
    "requests.session": (),
    **{f"requests.{verb}": () for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request")},
    "requests.adapters.HTTPAdapter": (),
    "slack_sdk.WebClient": (),
    "slack_sdk.webhook.WebhookClient": (),
    "slack_sdk.socket_mode.SocketModeClient": (),
    "zenpy.Zenpy": (),
    "websockets.sync.client.connect": ("slabot/runtime/people/sockets.py",),  # a daemon thread of its own
}
# A subclass opens connections of its parent's kind, so whoever makes one is named here too.
HEIRS = {
    "requests.Session": ("adapters/http/session.py",),
    "requests.adapters.HTTPAdapter": ("slabot/outside/transport.py",),
    "slack_sdk.WebClient": ("slabot/channels/slack/client.py",),
    "smtplib.SMTP": ("slabot/channels/email/smtp.py",),
    "smtplib.SMTP_SSL": ("slabot/channels/email/smtp.py",),
    "socket.socket": ("slabot/outside/sockets.py",),
    "urllib3.connection.HTTPConnection": ("slabot/outside/transport.py",),
}


def uses(source: str) -> Iterator[tuple[str, str]]:
    """What a module calls and inherits, by full names: ("call", "requests.get")."""
    tree = ast.parse(source)
    names: dict[str, str | None] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(aliases):
                names |= {
                    alias.asname or alias.name.partition(".")[0]: alias.asname and alias.name for alias in aliases
                }
            case ast.ImportFrom(str(module), aliases):
                names |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in aliases}

    def full(node: ast.expr) -> str:
        match node:
            case ast.Name(name):
                return names.get(name) or name
            case ast.Attribute(value, name):
                return f"{full(value)}.{name}"
            case _:
                return "?"

    for node in ast.walk(tree):
        match node:
            case ast.Call(function):
                yield "call", full(function)
            case ast.ClassDef(bases=bases):
                yield from (("inherit", full(base)) for base in bases)


def test_nobody_opens_a_connection_of_their_own() -> None:
    found = []
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        for how, name in uses(path.read_text()):
            allowed = ONLY.get(name, (place,)) if how == "call" else HEIRS.get(name, () if name in ONLY else (place,))
            if place not in allowed:
                found.append(f"{place}: {name}")
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import requests; requests.get('x')",
        "from requests import post; post('x')",
        "import requests as r; r.Session()",
        "from urllib.request import urlopen as fetch; fetch('x')",
        "import urllib.request; urllib.request.urlopen('x')",
        "import smtplib; smtplib.SMTP('x')",
        "import socket; socket.create_connection(('x', 1))",
        "import http.client; http.client.HTTPSConnection('x')",
        "from slack_sdk import WebClient; WebClient('x')",
    ],
)
def test_it_would_be_noticed(line: str) -> None:
    assert any(how == "call" and name in ONLY for how, name in uses(line))


def test_every_exception_is_still_one() -> None:
    used = {(path.relative_to(ROOT).as_posix(), *use) for path in SOURCES for use in uses(path.read_text())}
    named = {(place, "call", name) for name, places in ONLY.items() for place in places}
    assert named | {(place, "inherit", name) for name, places in HEIRS.items() for place in places} <= used
