"""What is refused is counted, and mentioned once a minute at most."""

from __future__ import annotations

import logging
import sys

import pytest
from structlog.testing import capture_logs

from slabot.runtime.serving.refusals import OnceAMinute, Refusals, TurnedAway
from tests.unit.runtime.serving.conftest import Client


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("400 BAD REQUEST", TurnedAway.MALFORMED),
        ("401 UNAUTHORIZED", TurnedAway.UNSIGNED),
        ("404 NOT FOUND", TurnedAway.NOT_FOUND),
        ("405 METHOD NOT ALLOWED", TurnedAway.WRONG_METHOD),
        ("408 Request Timeout", TurnedAway.TOO_SLOW),
        ("413 Request Entity Too Large", TurnedAway.TOO_LARGE),
        ("431 Request Header Fields Too Large", TurnedAway.TOO_LARGE),
        ("418 I'M A TEAPOT", TurnedAway.OTHER),
        ("503 SERVICE UNAVAILABLE", None),
        ("200 OK", None),
    ],
)
def test_each_answer_that_refuses_is_counted(status: str, reason: TurnedAway | None) -> None:
    refusals = Refusals()
    refusals.answered(status)
    assert {name for name, number in refusals.totals().items() if number} == ({reason} if reason else set())


def test_a_million_refusals_are_one_line_a_minute() -> None:
    refusals = Refusals()
    with capture_logs() as logs:
        for second in range(180):
            for _ in range(100):
                refusals.add(TurnedAway.UNSIGNED)
            refusals.tell(float(second))
        refusals.add(TurnedAway.TOO_SLOW)
        refusals.tell(240.0)
        refusals.tell(400.0)
    assert [line["since_last_told"] for line in logs] == [
        {"unsigned": 100},
        {"unsigned": 6000},
        {"unsigned": 6000},
        {"too_slow": 1, "unsigned": 5900},
    ]
    assert {line["event"] for line in logs} == {"web.refused"}


def test_nothing_refused_is_nothing_told() -> None:
    with capture_logs() as logs:
        Refusals().tell(0.0)
    assert logs == []


def test_the_servers_own_lines_pass_once_a_minute_and_without_a_traceback() -> None:
    passes = OnceAMinute()
    try:
        raise ValueError("what the client sent")
    except ValueError:
        error = sys.exc_info()
    records = [
        logging.LogRecord("waitress", logging.ERROR, "server.py", line, "odd %s", ("thing",), error)
        for line in (1, 1, 2)
    ]
    records[1].created = records[0].created + 59
    assert [passes.filter(record) for record in records] == [True, False, True]
    assert records[0].getMessage() == "odd thing (ValueError)"
    assert records[0].exc_info is None
    records[1].created = records[0].created + 61
    assert passes.filter(records[1])


def test_anonymous_requests_are_counted_and_write_nothing(
    client: Client, refusals: Refusals, caplog: pytest.LogCaptureFixture
) -> None:
    for path, times in (b"/nothing", 5), (b"/hooks/acme", 3):
        for _ in range(times):
            client.ask(b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert (refusals.totals()[TurnedAway.NOT_FOUND], refusals.totals()[TurnedAway.WRONG_METHOD]) == (5, 3)
    assert caplog.records == []
