"""A backup of the store is put back, and slabot goes on from it.

Promise: nothing that people or customers were told since the backup is told again where it can be looked up, nobody
misses what comes, and what cannot be known any more is said. Nobody has to remember a special step.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from slabot.store import LedgerEvent, open_store
from slabot.store.address import read_address
from slabot.store.schema import metadata
from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness
from tests.promises.scene import AGREEMENT

PutBack = Callable[[], None]


def backup(h: Harness, folder: Path) -> PutBack:
    """Back the store up while slabot runs; what is returned puts it back while slabot stands still."""
    url = h.scene.store_url
    file = read_address(url).file
    if file is None:
        with open_store(url) as store:
            rows: dict[str, list[Any]] = store.read(
                lambda conn: {t.name: list(conn.execute(t.select()).mappings()) for t in metadata.sorted_tables}
            )
        return lambda: _insert(url, rows)
    copy = folder / "backup.db"
    with sqlite3.connect(file) as conn:
        conn.execute("VACUUM INTO ?", (str(copy),))
    conn.close()

    def put_back() -> None:
        for side in ("-wal", "-shm"):
            file.with_name(file.name + side).unlink(missing_ok=True)
        shutil.copyfile(copy, file)

    return put_back


def _insert(url: str, rows: dict[str, list[Any]]) -> None:
    def work(conn: Any) -> None:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
        for table in metadata.sorted_tables:
            if rows[table.name]:
                conn.execute(insert(table), [dict(row) for row in rows[table.name]])

    with open_store(url) as store:
        store.write(work)


def goes_back(h: Harness, put_back: PutBack, **changes: Any) -> None:
    """slabot stops, the old store is put in place, and it starts again."""
    h.kill()
    put_back()
    h.starts(**changes)


def test_pages_that_were_sent_since_are_not_sent_again_and_those_to_come_are(h: Harness, tmp_path: Path) -> None:
    ticket = h.asks()
    h.fast_forward("50m")
    put_back = backup(h, tmp_path)
    h.fast_forward("10m")
    h.escalations.expects_page(ticket)
    h.fast_forward("35m")
    h.escalations.expects_reply(ticket)

    goes_back(h, put_back)

    h.escalations.expects_alarm().says("its store is older than what slabot has done")
    h.stays_quiet(for_="20m")
    h.fast_forward("10m")
    h.escalations.expects_reply(ticket).says("no time left")
    h.answers(ticket)


def test_a_ticket_that_the_backup_never_saw_is_not_paged_again(h: Harness, tmp_path: Path) -> None:
    put_back = backup(h, tmp_path)
    ticket = h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    h.fast_forward("20m")

    goes_back(h, put_back)

    h.escalations.expects_alarm()
    h.fast_forward("10m")
    h.escalations.expects_reply(ticket)  # 75% used comes in the thread of the page that was found
    h.answers(ticket)


def test_the_page_that_was_found_is_kept_up_to_date(h: Harness, tmp_path: Path) -> None:
    ticket = h.asks()
    put_back = backup(h, tmp_path)
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.fast_forward("10m")
    goes_back(h, put_back)
    h.escalations.expects_alarm()
    h.fast_forward("5m")
    h.user("maya").acknowledges(page)
    h.fast_forward("5s")
    update = h.escalations.expects_update(ticket).says("Acknowledged").heard
    assert update.effect["ts"] == page.effect["ts"]
    assert h.scene.told(ticket, LedgerEvent.PAGE_SENT)[0].startswith("had paged #support-escalations at ")
    h.stays_quiet(for_="20m")
    h.answers(ticket)


def test_a_second_start_soon_after_still_looks(h: Harness, tmp_path: Path) -> None:
    ticket = h.asks()
    put_back = backup(h, tmp_path)
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    h.fast_forward("10m")
    h.slack.cannot_be_searched(for_="4m")
    goes_back(h, put_back)
    h.stays_quiet(for_="2m")  # it waits until it can look
    h.kill()
    h.starts()
    h.stays_quiet(for_="1m")
    h.fast_forward("3m")
    h.escalations.expects_alarm()
    h.answers(ticket)


def test_where_nobody_may_look_it_says_that_it_may_be_a_repeat(h: Harness, tmp_path: Path) -> None:
    tokens, token = h.scene.sandbox.slack.api.tokens, h.scene.sandbox.slack.token
    ticket = h.asks()
    put_back = backup(h, tmp_path)
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).is_no_repeat()
    h.fast_forward("10m")
    goes_back(h, put_back)
    tokens.allow(token, tokens.scopes[token] - {"channels:history", "groups:history"})
    h.escalations.expects_page(ticket).within("5s").is_repeat()
    h.answers(ticket)


def test_a_direct_message_says_that_it_may_be_a_repeat(harness: MakeHarness, tmp_path: Path) -> None:
    rung = {"at": "50% used", "notify": "user:maya@acme.example"}
    h = harness(escalate=[{"severity": "critical", "rungs": [rung]}, *AGREEMENT["escalate"][1:]])
    h.user("maya").id  # noqa: B018
    ticket = h.asks()
    put_back = backup(h, tmp_path)
    h.fast_forward("1h")
    h.escalations.expects_page(ticket)
    h.user("maya").expects_direct_message(ticket).is_no_repeat()
    h.fast_forward("10m")
    goes_back(h, put_back)
    h.user("maya").expects_direct_message(ticket).within("5s").is_repeat()
    h.escalations.expects_alarm()
    h.answers(ticket)


def test_pages_of_a_bundle_are_found_in_its_thread(h: Harness, tmp_path: Path) -> None:
    put_back = backup(h, tmp_path)
    several = [h.asks(f"production down {number}") for number in range(12)]
    h.fast_forward("1h")
    h.escalations.expects_bundle()
    h.fast_forward("1m")
    for ticket in several:
        h.escalations.expects_reply(ticket)
    h.fast_forward("10m")

    goes_back(h, put_back)

    h.escalations.expects_alarm()
    h.stays_quiet(for_="10m")
    for ticket in several:
        h.answers(ticket)


def test_what_an_agent_answered_since_is_not_paged(h: Harness, tmp_path: Path) -> None:
    ticket = h.asks()
    put_back = backup(h, tmp_path)
    h.fast_forward("30m")
    h.answers(ticket)
    h.fast_forward("40m")
    goes_back(h, put_back)
    h.stays_quiet(for_="2h")


def test_a_message_to_the_customer_is_not_doubled(h: Harness, tmp_path: Path) -> None:
    ticket = h.asks()
    h.scene.asks_back(ticket)
    h.fast_forward("20h")
    put_back = backup(h, tmp_path)
    h.fast_forward("72h")
    sent = len(h.scene.comments(ticket))
    assert sent > 0
    for _ in range(sent):
        h.customer(ticket).expects_message()

    goes_back(h, put_back)

    h.stays_quiet(for_="1h")
    assert len(h.scene.comments(ticket)) == sent
    h.expects_all(h.unexpected())
    h.answers(ticket)


def test_a_weekend_without_slabot_is_no_old_store(h: Harness) -> None:
    ticket = h.asks()
    h.kill()
    h.fast_forward("70m")
    h.starts()
    h.escalations.expects_page(ticket).within("5s").is_no_repeat()
    h.stays_quiet(for_="10m")
    h.answers(ticket)


@pytest.mark.parametrize("minutes", [1, 4])
def test_a_restart_looks_nothing_up(h: Harness, minutes: int) -> None:
    h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page()
    h.kill()
    before = len(h.scene.sandbox.journal.calls(endpoint="conversations.history"))
    h.fast_forward(f"{minutes}m")
    h.starts()
    h.fast_forward("30m")
    h.escalations.expects_reply()
    assert len(h.scene.sandbox.journal.calls(endpoint="conversations.history")) == before
    h.fast_forward("30m")
    h.escalations.expects_reply()
    for ticket in list(h.scene.sandbox.zendesk.account.tickets):
        h.answers(ticket)
