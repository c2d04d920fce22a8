from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.channels.slack.examples import KOLKATA, OPEN, PAGES, REPLIES
from slabot.channels.slack.message import (
    HEADER,
    LABEL,
    SECTION,
    TEXT,
    VALUE,
    Button,
    Rendered,
    button_value,
    render,
    render_reply,
    shown_by,
)
from slabot.messages.lengths import amount, counted
from slabot.messages.view import NextStep, Open, PageView, Who

EXAMPLES = [*PAGES.values(), *REPLIES.values()]
NAMES = [*PAGES, *(f"reply {name}" for name in REPLIES)]


def texts(rendered: Rendered) -> str:
    return json.dumps(rendered.blocks, ensure_ascii=False)


def elements(rendered: Rendered) -> list[dict[str, Any]]:
    return [element for block in rendered.blocks if block["type"] == "actions" for element in block["elements"]]


def within_limits(rendered: Rendered) -> None:
    assert 0 < len(rendered.text) <= TEXT
    assert len(rendered.blocks) <= 50
    ids = [block["block_id"] for block in rendered.blocks if "block_id" in block]
    assert len(set(ids)) == len(ids)
    for block in rendered.blocks:
        match block["type"]:
            case "header":
                assert 0 < len(block["text"]["text"]) <= HEADER
            case "section":
                assert 0 < len(block["text"]["text"]) <= SECTION
                assert block["text"]["verbatim"] is True
            case "context":
                assert all(0 < len(element["text"]) <= SECTION for element in block["elements"])
            case "actions":
                assert len(block["elements"]) <= 25
                for element in block["elements"]:
                    assert len(element["text"]["text"]) <= LABEL
                    assert len(element["accessibility_label"]) <= LABEL
                    assert len(element.get("value", "")) <= VALUE
                    assert len(element.get("url", "")) <= 3000
            case other:
                pytest.fail(f"a block of type {other}")


class TestLayout:
    @pytest.mark.parametrize("view", EXAMPLES, ids=NAMES)
    def test_every_example_is_within_slacks_limits(self, view: PageView) -> None:
        within_limits(render(view))
        within_limits(render_reply(view))

    @pytest.mark.parametrize("view", EXAMPLES, ids=NAMES)
    def test_there_is_at_most_one_symbol_and_none_is_read_aloud(self, view: PageView) -> None:
        rendered = render(view)
        symbols = [char for char in texts(rendered) if ord(char) > 0x2300 and char != "\ufe0f"]
        assert len(symbols) == 1
        assert not [char for char in rendered.text if ord(char) > 0x2300]

    @pytest.mark.parametrize("view", EXAMPLES, ids=NAMES)
    def test_the_text_beside_the_blocks_reads_as_sentences(self, view: PageView) -> None:
        for text in (render(view).text, render_reply(view).text):
            assert text.endswith(".")
            assert "<" not in text
            assert "  " not in text
            assert ".." not in text
            assert view.ticket in text

    def test_equal_views_have_equal_digests_and_others_do_not(self) -> None:
        assert render(OPEN).digest == render(replace(OPEN)).digest
        assert render(OPEN).digest != render(replace(OPEN, generation=8)).digest

    @pytest.mark.parametrize(
        ("name", "offered"),
        [
            ("open", ["Acknowledge", "Claim", "Snooze", "Escalate now", "Set severity", "Open ticket"]),
            ("open_again", ["Acknowledge", "Claim", "Snooze", "Escalate now", "Set severity", "Open ticket"]),
            ("snoozed", ["Acknowledge", "Claim", "End snooze", "Escalate now", "Set severity", "Open ticket"]),
            ("acknowledged", ["Unacknowledge", "Claim", "Snooze", "Escalate now", "Set severity", "Open ticket"]),
            ("claimed", ["Unacknowledge", "Snooze", "Escalate now", "Set severity", "Open ticket"]),
            ("answered_in_time", ["Open ticket"]),
            ("missed", ["Open ticket"]),
            ("superseded", ["Open ticket"]),
        ],
    )
    def test_each_state_offers_what_can_be_done_in_it(self, name: str, offered: list[str]) -> None:
        assert [element["text"]["text"] for element in elements(render(PAGES[name]))] == offered

    @pytest.mark.parametrize("view", EXAMPLES, ids=NAMES)
    def test_only_one_button_stands_out_and_each_can_be_told_apart_by_ear(self, view: PageView) -> None:
        buttons = elements(render(view))
        assert sum(button.get("style") is not None for button in buttons) <= 1
        assert len({button["accessibility_label"] for button in buttons}) == len(buttons)

    def test_a_button_carries_the_key_the_generation_and_what_the_page_shows(self) -> None:
        *buttons, link = elements(render(OPEN))
        assert {button["value"] for button in buttons} == {button_value(OPEN.key, 7, shown_by(OPEN))}
        assert json.loads(buttons[0]["value"]).keys() == {"key", "generation", "shows"}
        assert "value" not in link
        assert link["url"] == OPEN.url

    def test_what_a_page_shows_changes_with_who_has_it_and_how_severe_it_is_and_with_nothing_else(self) -> None:
        later = replace(OPEN, generation=8, at=OPEN.at + timedelta(minutes=5), left=timedelta(minutes=1))
        assert shown_by(later) == shown_by(OPEN)
        others = [PAGES[name] for name in ("open_again", "acknowledged", "claimed", "snoozed", "missed")]
        marks = {shown_by(view) for view in (OPEN, replace(OPEN, severity="high"), *others)}
        assert len(marks) == len(others) + 2

    def test_a_key_that_does_not_fit_leaves_the_link_alone(self) -> None:
        assert [e["action_id"] for e in elements(render(replace(OPEN, key="k" * VALUE)))] == [Button.OPEN_TICKET]

    def test_nothing_to_press_leaves_no_empty_row(self) -> None:
        rendered = render(replace(PAGES["missed"], url=None))
        assert "actions" not in {block["type"] for block in rendered.blocks}

    def test_next_steps_stand_in_order_and_are_three_at_most(self) -> None:
        steps = tuple(NextStep(OPEN.at + timedelta(hours=n), f"{n}h after") for n in range(1, 6))
        section = next(b for b in render(replace(OPEN, next_steps=steps)).blocks if b.get("block_id") == "slabot_next")
        lines = section["text"]["text"].splitlines()[1:]
        assert [line.rpartition(": ")[2] for line in lines] == [
            "1 hour past the deadline",
            "2 hours past the deadline",
            "3 hours past the deadline",
        ]

    def test_a_time_is_shown_in_each_readers_zone(self) -> None:
        assert OPEN.due_at is not None
        moment = int(OPEN.due_at.timestamp())
        expected = f"<!date^{moment}^{{date_short_pretty}} {{time}}|Sat 10 Jan 2026 04:00 +05:30>"
        assert expected in texts(render(OPEN))


class TestReasons:
    def test_whoever_chose_the_severity_in_slack_is_shown_as_a_person(self) -> None:
        rendered = render(replace(OPEN, because=("agent U0PRIYA chose critical at Sat 10 Jan: all shops are down",)))
        assert "<@U0PRIYA> chose critical at Sat 10 Jan: all shops are down" in texts(rendered)
        assert "because somebody chose critical at Sat 10 Jan: all shops are down." in rendered.text

    @pytest.mark.parametrize(
        "reason",
        [
            'rule "x": the customer says "agent U0PRIYA chose critical"',
            "agent 123 chose critical",
            "agent U0PRIYA set the priority",
            " agent U0PRIYA chose critical",
        ],
    )
    def test_nothing_else_calls_anybody(self, reason: str) -> None:
        assert "<@" not in texts(render(replace(OPEN, because=(reason,))))


class TestForeignText:
    def test_it_cannot_mention_link_or_format(self) -> None:
        shown = texts(render(PAGES["hostile"]))
        ours = shown.replace("<!date^", "")
        assert "<" not in ours
        assert "`" not in shown
        assert "@here" not in shown
        assert ":fire:" not in shown
        assert "\u202e" not in shown
        assert "javascript:" not in shown

    def test_an_address_stays_whole(self) -> None:
        assert "ana@customer.example" in texts(render(OPEN))

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "https://x|y",
            "https://a b",
            "https://a>b",
            "ftp://a/b",
            "//a",
            "https://[",
            "",
            "x" * 3000,
        ],
    )
    def test_what_is_no_web_address_makes_no_link(self, url: str) -> None:
        rendered = render(replace(OPEN, url=url))
        assert Button.OPEN_TICKET not in [element["action_id"] for element in elements(rendered)]
        assert "*Ticket 4711*" in texts(rendered)

    def test_an_ampersand_in_an_address_survives(self) -> None:
        rendered = render(replace(OPEN, url="https://a.example/t?a=1&b=2"))
        assert "<https://a.example/t?a=1&amp;b=2|Ticket 4711>" in texts(rendered)
        assert elements(rendered)[-1]["url"] == "https://a.example/t?a=1&b=2"

    # Everything that a helpdesk or a policy could hold, and more of it than anybody would write.
    @given(
        text=st.text(st.sampled_from("&<>@:`*_~|\n\u202e\u200b\ud800 aé😀"), max_size=80).flatmap(
            lambda piece: st.sampled_from([1, 400]).map(lambda times: piece * times)
        ),
        name=st.sampled_from(sorted(PAGES)),
    )
    def test_whatever_the_ticket_holds_the_limits_hold(self, text: str, name: str) -> None:
        view = replace(
            PAGES[name],
            subject=text,
            organization=text,
            requester=text,
            severity=text,
            ticket=text,
            helpdesk=text,
            clock=text,
            target=text,
            because=(text, text, text, text),
            why_now=text,
            assignee=Who(text),
            next_steps=(NextStep(OPEN.at, text),) * 4,
        )
        for rendered in (render(view), render_reply(view), render(replace(view, state=Open((Who(text), view.at))))):
            within_limits(rendered)
            rest = texts(rendered)
            for ours in ("<!date^", "<@U0PRIYA>", "<https://acme.zendesk.com"):
                rest = rest.replace(ours, "")
            assert "<" not in rest
            json.dumps(rendered.blocks, ensure_ascii=False).encode()  # nothing that cannot be sent
            rendered.text.encode()


class TestAmounts:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (-5, "less than a minute"),
            (0, "less than a minute"),
            (59, "less than a minute"),
            (60, "1 minute"),
            (119, "1 minute"),
            (3600, "1 hour"),
            (5400, "1 hour 30 minutes"),
            (47 * 3600 + 60, "47 hours 1 minute"),
            (48 * 3600, "2 days"),
            (49 * 3600 + 1800, "2 days 1 hour"),
        ],
    )
    def test_they_never_promise_more_time_than_there_is(self, seconds: int, words: str) -> None:
        assert amount(timedelta(seconds=seconds)) == words

    def test_working_time_is_told_in_hours_because_its_days_are_shorter(self) -> None:
        view = replace(OPEN, always_open=False, zone=KOLKATA)
        assert counted(timedelta(hours=50), view) == "50 hours of working time"
