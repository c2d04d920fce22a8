from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slabot.channels.errors import SlackHarmless, SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.channels.http import UNBELIEVED, WAIT, wait_of
from slabot.channels.slack.error_codes import CODES, CallEffect, Class, clean_code, failure

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)


def failed(code: str, effect: CallEffect = CallEffect.POST, status: int = 200) -> Exception:
    return failure(
        method="chat.postMessage", effect=effect, code=code, status=status, retry_after=None, needed=None, now=NOW
    )


@pytest.mark.parametrize("code", [code for code, found in CODES.items() if found.kind is Class.PERMANENT])
def test_every_permanent_error_says_why_and_what_to_do(code: str) -> None:
    found = CODES[code]
    error = failed(code)
    assert isinstance(error, SlackPermanent)
    assert found.remedy.endswith(".")
    assert found.why[0].islower() or found.why.startswith("Slack")
    assert not found.why.endswith(".")
    assert code in str(error)


@pytest.mark.parametrize("code", [code for code, found in CODES.items() if found.kind is Class.RETRY])
@pytest.mark.parametrize("effect", CallEffect)
def test_what_passes_by_itself_is_asked_again(code: str, effect: CallEffect) -> None:
    error = failed(code, effect)
    assert isinstance(error, SlackRetry)
    assert error.until == NOW + WAIT


@pytest.mark.parametrize("code", [code for code, found in CODES.items() if found.kind is Class.UNKNOWN])
def test_what_may_have_been_done_is_looked_up_where_repeating_would_double_it(code: str) -> None:
    assert isinstance(failed(code, CallEffect.POST), SlackOutcomeUnknown)
    assert isinstance(failed(code, CallEffect.CHANGE), SlackRetry)
    assert isinstance(failed(code, CallEffect.READ), SlackRetry)


@pytest.mark.parametrize("code", [code for code, found in CODES.items() if found.kind is Class.HARMLESS])
def test_only_an_update_can_be_too_late_without_harm(code: str) -> None:
    assert isinstance(failed(code, CallEffect.CHANGE), SlackHarmless)
    assert isinstance(failed(code, CallEffect.POST), SlackPermanent)


def test_only_a_refused_layout_is_worth_a_plain_text() -> None:
    plain = {code for code, found in CODES.items() if found.text_may_pass}
    assert plain >= {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}
    assert all(CODES[code].kind is Class.PERMANENT for code in plain)
    assert "channel_not_found" not in plain


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), (" 7 ", 7), ("0", 0), ("600", 600)],
)
def test_retry_after_is_believed(header: str, seconds: int) -> None:
    assert wait_of(header) == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1.5", "1_0", "٣", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_that_is_no_number_waits_the_usual_time(header: str | None) -> None:
    assert wait_of(header) == WAIT


@pytest.mark.parametrize("header", ["601", "86400", "9" * 400])
def test_a_retry_after_beyond_belief_is_a_minute(header: str) -> None:
    assert wait_of(header) == UNBELIEVED


@pytest.mark.parametrize("error", [None, 3, "", "Token xoxb-1", "a" * 61, "UPPER", "x y", "xoxb-12"])
def test_what_is_no_code_is_not_shown(error: object) -> None:
    assert clean_code(error) == "no_code"
