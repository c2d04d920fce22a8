"""Is an event read back from its row as it was?"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from slabot.domain import Actor, AnyEvent, Category, Indicated, ReplyIs
from slabot.store.columns import storable
from slabot.store.event_rows import better, event_row

START = datetime(2026, 1, 9, tzinfo=UTC)

instants = st.integers(0, 10_000_000).map(lambda seconds: START + timedelta(seconds=seconds))
words = st.text(max_size=20).map(storable)
some = words.filter(lambda text: bool(text.strip()))
by_name: dict[str, st.SearchStrategy[Any]] = {
    "at": instants,
    "until": instants,
    "observed_at": st.none() | instants,
    "by": st.sampled_from(Actor),
    "by_id": st.none() | some,
    "id": st.just("") | some,
    "seq": st.integers(0, 9),
    "text": words,
    "text_gone": st.just(False),  # with words that are there it cannot be
    "reason": some,
    "email": st.none() | words,
    "public": st.booleans(),
    "auto_reply": st.booleans(),
    "feedback": st.booleans(),
    "looked_automatic": st.booleans(),
    "as_note": st.booleans(),
    "meant": st.sampled_from(["", "thanks_only", "closing_word"]),
    "name": some,
    "key": some,
    "clock": some,
    "rung": some,
    "severity": st.none() | words,
    "repetition": st.none() | st.integers(0, 9),
    "into": st.none() | some,
    "asked_at": st.none() | instants,
    "plan": some,
    "policy_version": st.none() | st.integers(0, 9),
    **dict.fromkeys(("agreement", "target", "calendar"), some),
    **dict.fromkeys(("started_at", "stopped_at", "due_at", "met_until", "missed_until"), st.none() | instants),
    **dict.fromkeys(("why", "no_promise"), words),
    "settled": st.booleans(),
    "organization": st.none() | words,
    "light_agent": st.booleans(),
    "conversation": st.none() | words,
    "author_known": st.booleans(),
    "as_first_read": st.none() | instants,
    **dict.fromkeys(("since", "until"), instants),
    "proof": words,
    "of": some,
    "score": some,
    "texts": st.integers(0, 9),
    "model": some,
    "evidence": st.lists(
        st.builds(Indicated, some, some, some, st.integers(0, 9), st.integers(0, 99), st.integers(0, 99)), max_size=2
    ).map(tuple),
    "or_else": st.none() | words,
    "by_reader": st.booleans(),
    "reply": st.sampled_from(ReplyIs),
}
by_type: dict[str, st.SearchStrategy[Any]] = {
    "StatusChanged": st.sampled_from(Category),
    "PriorityChanged": st.none() | words,
    "SeverityChanged": some,
    "TagsChanged": st.lists(words, max_size=3).map(tuple),
    "AssigneeChanged": st.none() | some,
    "FieldChanged": st.none() | words,
    "PageSent": st.none() | words,
    "RequesterChanged": st.none() | some,
    "ParticipantsChanged": st.lists(words, max_size=3).map(tuple),
    **dict.fromkeys(("OrganizationChanged", "GroupChanged", "BrandChanged", "FormChanged"), st.none() | words),
}


def _events(kind: type[Any]) -> st.SearchStrategy[AnyEvent]:
    given_fields = {
        field.name: by_type[kind.__name__] if field.name == "to" else by_name[field.name] for field in fields(kind)
    }
    return st.builds(kind, **given_fields)


events: st.SearchStrategy[AnyEvent] = st.one_of(*map(_events, get_args(AnyEvent)))


@given(events)
def test_an_event_is_read_back_as_it_was_written(event: AnyEvent) -> None:
    assert event_row(event, "v1").event() == event


@given(events, st.sampled_from(["", "v1", "v2"]))
def test_the_same_event_always_has_the_same_row(event: AnyEvent, version: str) -> None:
    row = event_row(event, version)
    assert event_row(row.event(), version) == row
    assert row.id
    assert better(row, row) is None


@given(st.lists(st.tuples(events, st.sampled_from(["", "v1", "v2"])), min_size=3, max_size=3))
def test_of_several_tellings_the_same_one_is_kept_in_whatever_order_they_come(
    told: list[tuple[AnyEvent, str]],
) -> None:
    one, two, three = (event_row(event, version) for event, version in told)

    def kept(*rows: Any) -> Any:
        best = rows[0]
        for row in rows[1:]:
            best = better(row, best) or best
        return best

    assert kept(one, two, three) == kept(three, two, one) == kept(two, one, three, one, two)
