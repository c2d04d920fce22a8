from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.channels.errors import BadPayload
from slabot.channels.errors import BadPayload as Bad
from slabot.channels.slack.examples import OPEN, ORIGIN, PAGES
from slabot.channels.slack.interactions import Click, HomeRefresh, NotOurs, form_payload, read_interaction
from slabot.channels.slack.message import REFRESH, Button
from slabot.channels.slack.modals import (
    CHOICES,
    FOR,
    LONGEST_REASON,
    METADATA,
    REASON,
    SEVERITY,
    UNTIL,
    WHY,
    Origin,
    ReasonRequest,
    SeverityRequest,
    SnoozeRequest,
    give_reason,
    origin_of,
    request_of,
    set_severity,
    snooze,
)

MEANS = {"critical": "Unusable", "high": "Bad", "medium": "Partial"}
NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
TEXT = st.text(st.sampled_from("&<>@:`*_~|\n\u202e\u200b\ud800 aé😀"), max_size=40).flatmap(
    lambda piece: st.sampled_from([1, 200]).map(lambda times: piece * times)
)


def submitted(button: Button = Button.SNOOZE, values: Any = None, **view: Any) -> bytes:
    payload = {
        "type": "view_submission",
        "user": {"id": "U0PRIYA", "username": "priya"},
        "trigger_id": "t",
        "view": {
            "id": "V0DIALOG",
            "callback_id": button.value,
            "private_metadata": ORIGIN.text(),
            "state": {"values": {} if values is None else values},
        }
        | view,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def chosen(block: str, value: str) -> dict[str, Any]:
    return {block: {block: {"selected_option": {"value": value}}}}


def inside(value: object) -> Iterator[tuple[str, Any]]:
    """Every key of a view with its value, however deep."""
    match value:
        case dict():
            for name, one in value.items():
                yield name, one
                yield from inside(one)
        case list():
            for one in value:
                yield from inside(one)


def read_or_words(read: Callable[[bytes], object], body: bytes) -> object:
    try:
        return read(body)
    except BadPayload as error:
        return str(error)


def within_limits(view: dict[str, Any]) -> None:
    assert 0 < len(view["title"]["text"]) <= 24
    assert 0 < len(view["submit"]["text"]) <= 24
    assert len(view["private_metadata"]) <= METADATA
    assert len(view["blocks"]) <= 100
    for block in view["blocks"]:
        if block["type"] == "section":
            assert 0 < len(block["text"]["text"]) <= 3000
    for name, value in inside(view):
        if name == "options":
            assert 0 < len(value) <= 100
            for option in value:
                assert 0 < len(option["text"]["text"]) <= 75
                assert 0 < len(option["value"]) <= 150
        if name == "initial_option":
            assert value["value"]
    json.dumps(view, ensure_ascii=False).encode()


class TestDialogs:
    @pytest.mark.parametrize("name", PAGES)
    def test_each_page_can_have_one(self, name: str) -> None:
        view = PAGES[name]
        within_limits(snooze(view, Origin.of(view, "C0", "1.0")))
        within_limits(set_severity(view, Origin.of(view, "C0", "1.0"), MEANS))
        within_limits(give_reason(view, Origin.of(view, "C0", "1.0"), MEANS))

    @given(text=TEXT)
    def test_whatever_the_ticket_holds_the_limits_hold(self, text: str) -> None:
        view = replace(OPEN, subject=text, ticket=text, organization=text, because=(text,) * 4, target=text, clock=text)
        within_limits(snooze(view, ORIGIN))
        within_limits(set_severity(view, ORIGIN, {**MEANS, "x": text, "_": text}))
        within_limits(give_reason(view, ORIGIN, {**MEANS, "x": text, "_": text}))

    def test_a_hundred_reasons_can_be_offered(self) -> None:
        within_limits(give_reason(OPEN, ORIGIN, {f"{number:075}": "It is so" for number in range(100)}))

    def test_the_severity_in_force_is_the_one_that_is_shown(self) -> None:
        view = set_severity(OPEN, ORIGIN, MEANS)
        [select] = [value for name, value in inside(view) if name == "initial_option"]
        assert select["value"] == OPEN.severity
        gone = set_severity(replace(OPEN, severity="no_longer_there"), ORIGIN, MEANS)
        assert "initial_option" not in dict(inside(gone))

    def test_each_answer_is_read_back(self) -> None:
        read = read_interaction(form_payload(submitted(Button.SNOOZE, chosen(FOR, "3600"))))
        assert isinstance(read, Click)
        assert (read.action, read.key, read.generation, read.shows) == (
            Button.SNOOZE,
            OPEN.key,
            OPEN.generation,
            ORIGIN.shows,
        )
        assert (read.channel, read.ts, read.user_id, read.response_url) == (
            "C0PAGES",
            ORIGIN.ts,
            "U0PRIYA",
            None,
        )
        assert read.request == SnoozeRequest(timedelta(hours=1), None)
        assert read.id == "slack:U0PRIYA:V0DIALOG:slabot_snooze"


class TestSnoozeWish:
    @pytest.mark.parametrize("choice", CHOICES)
    def test_a_quick_choice_counts_from_now(self, choice: timedelta) -> None:
        request = request_of(Button.SNOOZE, chosen(FOR, str(int(choice.total_seconds()))))
        assert isinstance(request, SnoozeRequest)
        assert request.end(NOW) == NOW + choice

    def test_a_time_that_was_chosen_counts_instead(self) -> None:
        until = int((NOW + timedelta(hours=5)).timestamp())
        request = request_of(Button.SNOOZE, chosen(FOR, "1800") | {UNTIL: {UNTIL: {"selected_date_time": until}}})
        assert isinstance(request, SnoozeRequest)
        assert request.end(NOW) == NOW + timedelta(hours=5)

    @pytest.mark.parametrize("values", [{}, None, [], chosen(FOR, "99"), {FOR: 3}, {FOR: {FOR: []}}])
    def test_nothing_chosen_is_the_shortest(self, values: object) -> None:
        request = request_of(Button.SNOOZE, values)
        assert isinstance(request, SnoozeRequest)
        assert request.end(NOW) == NOW + CHOICES[0]

    @pytest.mark.parametrize("seconds", ["1", True, -1, 2**40, 1.5, [], {}])
    def test_what_is_no_time_is_refused(self, seconds: object) -> None:
        with pytest.raises(BadPayload, match="nothing was done"):
            request_of(Button.SNOOZE, {UNTIL: {UNTIL: {"selected_date_time": seconds}}})


class TestSeverityWish:
    def test_severity_and_reason_are_read_as_one_line(self) -> None:
        values = chosen(SEVERITY, "high") | {REASON: {REASON: {"value": " their\nshop is  down \x00"}}}
        assert request_of(Button.SET_SEVERITY, values) == SeverityRequest("high", "their shop is down")

    def test_a_reason_is_cut_to_what_the_dialog_allows(self) -> None:
        request = request_of(Button.SET_SEVERITY, chosen(SEVERITY, "high") | {REASON: {REASON: {"value": "x" * 5000}}})
        assert isinstance(request, SeverityRequest)
        assert len(request.reason) == LONGEST_REASON

    @pytest.mark.parametrize("values", [{}, None, chosen(SEVERITY, ""), chosen(SEVERITY, "a\x00b")])
    def test_no_severity_is_refused(self, values: object) -> None:
        with pytest.raises(BadPayload):
            request_of(Button.SET_SEVERITY, values)


class TestReasonGiven:
    def test_reason_and_sentence_are_read_as_one_line(self) -> None:
        values = chosen(WHY, "understaffed") | {REASON: {REASON: {"value": " two\nwere  ill \x00"}}}
        assert request_of(Button.GIVE_REASON, values) == ReasonRequest("understaffed", "two were ill")

    @pytest.mark.parametrize("values", [{}, None, chosen(SEVERITY, "high"), chosen(WHY, ""), chosen(WHY, "a\x00b")])
    def test_no_reason_is_refused(self, values: object) -> None:
        with pytest.raises(BadPayload, match="names no reason"):
            request_of(Button.GIVE_REASON, values)


class TestOrigin:
    def test_it_is_read_back(self) -> None:
        assert origin_of(ORIGIN.text()) == ORIGIN

    @pytest.mark.parametrize(
        "text",
        [
            None,
            "",
            "{}",
            "[]",
            "[" * 5000,
            '["k",1,"s","c"]',
            '["k",true,"s","c","t"]',
            '["",1,"s","c","t"]',
            '["k","1","s","c","t"]',
            '["k\\u0000",1,"s","c","t"]',
            '["k",1,"s","c","t","more"]',
            f'["{"k" * 4000}",1,"s","c","t"]',
        ],
    )
    def test_what_slabot_did_not_put_there_is_refused(self, text: object) -> None:
        with pytest.raises(Bad, match="nothing was done"):
            origin_of(text)
        with pytest.raises(Bad, match="nothing was done"):
            read_interaction(form_payload(submitted(private_metadata=text)))


@pytest.mark.parametrize("callback", [None, "view-id", "slabot_acknowledge", "", 7])
def test_another_dialog_is_not_ours(callback: object) -> None:
    assert isinstance(read_interaction(form_payload(submitted(callback_id=callback))), NotOurs)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([FOR, UNTIL, "value"]), inner),
    )
)
def test_no_values_raise_anything_else(values: object) -> None:
    for button in (Button.SNOOZE, Button.SET_SEVERITY):
        read = read_or_words(lambda body: read_interaction(form_payload(body)), submitted(button, values))
        assert isinstance(read, Click) or "nothing was done" in str(read)


def test_the_button_of_the_home_tab_is_read() -> None:
    payload = {
        "type": "block_actions",
        "user": {"id": "U0PRIYA"},
        "view": {"hash": "1.x"},
        "actions": [{"action_id": REFRESH, "action_ts": "1.0"}],
    }
    assert read_interaction(payload) == HomeRefresh("U0PRIYA", "1.x")
    del payload["view"]
    assert read_interaction(payload) == HomeRefresh("U0PRIYA", None)
