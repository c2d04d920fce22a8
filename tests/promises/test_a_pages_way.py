"""How many functions does a page pass on its way from the outbox to people, and back to its outcome?

Promise: no more than thirty, none of them longer than forty lines, and docs/architecture.md lists them. A first page to
a channel of Slack is followed. Counted is each function that is handed the row, or its key, its ticket or what is made
of it: in the delivery and the channels all of them, in every other room the one that is called from there. What a page
says is laid out by one of them, `render`; whatever that asks is not counted. Nor are attributes of values.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from inspect import getsourcelines
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from slabot.channels.base import MessageRef
from slabot.channels.slack.message import Rendered, render
from slabot.channels.slack.sender import Posted
from slabot.messages.message import PageMessage
from slabot.messages.view import PageView
from slabot.policy import Destination
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.page_outcomes import SentPage
from slabot.runtime.delivery.page_sender import Ready
from slabot.store import Lane, OutboxRow, PostedPage
from slabot.store.work import Page
from tests.promises.scene import Make

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("slabot/runtime/delivery/", "slabot/channels/")  # of which every function is counted
HOUSE = ("slabot/", "adapters/", "webhooks/")
MOST, LONGEST = 30, 40  # functions, and lines of one
MADE = (
    *(OutboxRow, Page, Ready, Destination, PageView, PageMessage, Rendered, Posted, SentPage, MessageRef, PostedPage),
)
ROW = re.compile(r"^\| \d+ \| `([\w.]+)` \| `([\w/.]+)` \|", re.MULTILINE)


class Walk:
    """Notes the functions through which a row passes, in every thread that begins from now on."""

    def __init__(self) -> None:
        self.stops: dict[CodeType, None] = {}
        self._row: OutboxRow | None = None
        self._laid_out = 0  # depth of `render`

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if self._row is None or event not in ("call", "return"):
            return
        if frame.f_code is render.__code__:
            self._laid_out += 1 if event == "call" else -1
        if event == "call" and (self._laid_out == 0 or frame.f_code is render.__code__) and self._is_stop(frame):
            self.stops.setdefault(frame.f_code)

    @contextmanager
    def following(self, row: OutboxRow) -> Iterator[None]:
        self._row = row
        try:
            yield
        finally:
            self._row = None

    def _is_stop(self, frame: FrameType) -> bool:
        code, file = frame.f_code, _file(frame.f_code)
        if not file.startswith(HOUSE) or code.co_name.startswith(("__", "<")) or _is_attribute(code):
            return False
        caller = frame.f_back
        while caller is not None and not (_file(caller.f_code).startswith(HOUSE) and caller.f_code.co_name[0] != "<"):
            caller = caller.f_back
        is_door = caller is None or _file(caller.f_code).startswith(ROOMS)
        if not file.startswith(ROOMS) and not is_door:
            return False
        names = (*code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], *code.co_freevars)
        return any(self._is_of_the_row(frame.f_locals.get(name)) for name in names)

    def _is_of_the_row(self, value: Any) -> bool:
        assert self._row is not None
        if isinstance(value, list) and value:
            value = value[0]
        return isinstance(value, MADE) or (isinstance(value, str) and value in (self._row.key, self._row.ticket_id))


def _file(code: CodeType) -> str:
    return code.co_filename.removeprefix(f"{ROOT}/")


def _is_attribute(code: CodeType) -> bool:
    found: Any = import_module(_file(code).removesuffix(".py").replace("/", "."))
    for part in code.co_qualname.split("."):
        found = vars(found).get(part) if isinstance(found, type) else getattr(found, part, None)
    return isinstance(found, property)


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """Follows the first page that is claimed."""
    followed, in_order = Walk(), Delivery._in_order

    def watched(self: Delivery[Any], rows: Sequence[OutboxRow], *, claimed: bool) -> None:
        if rows[0].lane is not Lane.PAGE or followed.stops:
            in_order(self, rows, claimed=claimed)
            return
        with followed.following(rows[0]):
            in_order(self, rows, claimed=claimed)

    monkeypatch.setattr(Delivery, "_in_order", watched)
    before: Callable[..., object] | None = sys.getprofile()
    threading.setprofile(followed)  # the store's own thread begins with the scene
    sys.setprofile(followed)
    yield followed
    sys.setprofile(before)
    threading.setprofile(None)


def test_a_page_passes_the_functions_that_the_architecture_lists_and_none_is_long(
    walk: Walk, stage: Make, sqlite_url: str
) -> None:
    scene = stage(sqlite_url)
    scene.start()
    scene.ask()
    scene.run_for(timedelta(minutes=61))
    assert len(scene.pages()) == 1
    passed = [(code.co_qualname, _file(code)) for code in walk.stops]
    assert len(passed) <= MOST
    listed = ROW.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert passed == listed
    long = [f"{code.co_qualname}: {lines}" for code in walk.stops if (lines := len(getsourcelines(code)[0])) > LONGEST]
    assert not long
