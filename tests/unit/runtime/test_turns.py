"""The most severe first, then by deadline; where these are alike, customers take turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from slabot.runtime.delivery.turns import ALIKE, PACE, ChannelTurns, Failures, Turns, WaitingPage
from tests.fixtures.times import NOON, after

SECOND = timedelta(seconds=1)


def page(key: str, *, rank: int = 0, minutes: float = 60, org: str = "", who: str = "") -> WaitingPage:
    return WaitingPage(key, rank, after(minutes=minutes), org, who)


def order(*pages: WaitingPage, most: int = 999, turns: Turns | None = None) -> list[str]:
    return (turns or Turns()).choose(pages, NOON, most)


def test_the_most_severe_first_then_by_deadline() -> None:
    assert order(page("low", rank=3, minutes=1), page("later", minutes=90), page("first", minutes=60)) == [
        *("first", "later", "low")
    ]


def test_a_flood_of_one_customer_keeps_no_other_waiting() -> None:
    flood = [page(f"f{number:03}", minutes=60 + number / 60, org="Flood", who="r1") for number in range(120)]
    found = order(*flood, page("other", minutes=63, org="Contoso", who="r2"))
    assert found[:3] == ["f000", "other", "f001"]
    assert len(found) == 121


def test_whose_deadline_is_more_than_five_minutes_later_waits_for_the_flood() -> None:
    flood = [page(f"f{number}", org="Flood") for number in range(5)]
    assert order(*flood, page("other", minutes=65.1, org="Contoso"))[-1] == "other"
    assert order(*flood, page("other", minutes=65, org="Contoso"))[1] == "other"


def test_a_less_severe_page_takes_no_turn_among_the_more_severe() -> None:
    assert order(*(page(f"f{number}", org="Flood") for number in range(5)), page("other", rank=1, org="Contoso"))[
        -1
    ] == ("other")


def test_requesters_of_one_organisation_take_turns_among_themselves() -> None:
    one = [page(f"a{number}", org="Contoso", who="ana") for number in range(3)]
    found = order(*one, page("b0", minutes=61, org="Contoso", who="bob"), page("c0", minutes=62, who="cem"))
    assert found == ["a0", "c0", "b0", "a1", "a2"]


def test_without_organisations_requesters_take_turns() -> None:
    assert order(page("a0", who="ana"), page("a1", who="ana"), page("b0", who="bob")) == ["a0", "b0", "a1"]


def test_what_fails_by_itself_goes_behind_what_can_be_sent() -> None:
    fails = [replace(page(f"t{number}", minutes=59, who=f"r{number}"), fails=True) for number in range(3)]
    assert order(*fails, page("new", who="other"), page("low", rank=1)) == ["new", "t0", "t1", "t2", "low"]


def test_a_page_fails_by_itself_if_it_fails_again_after_another_was_sent() -> None:
    failures = Failures()
    failures.failed("#a", "bad")
    failures.failed("#b", "elsewhere")
    assert failures.among(["bad", "good"]) == set()  # it may be the channel
    failures.sent("#a", "good")
    failures.failed("#b", "elsewhere")
    assert failures.among(["bad", "elsewhere"]) == set()  # it may have been the channel
    failures.failed("#a", "bad")
    assert failures.among(["bad", "elsewhere"]) == {"bad"}
    failures.sent("#a", "bad")
    assert failures.among(["bad"]) == set()


def test_the_turn_goes_on_from_one_choice_to_the_next() -> None:
    turns, left = Turns(), [page(f"{org}{number}", org=org) for org in "abc" for number in range(3)]
    found: list[str] = []
    while left:
        chosen = order(*left, most=2, turns=turns)
        found += chosen
        left = [each for each in left if each.key not in chosen]
    assert found == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]


def test_no_page_misses_its_deadline_because_of_a_turn() -> None:
    late = [page(f"f{number}", minutes=number / 60, org="Flood") for number in range(5)]  # each leaves just in time
    assert order(*late, page("other", minutes=4, org="Contoso")) == [*(f"f{number}" for number in range(5)), "other"]


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(-5, 400), st.sampled_from("ab "), st.sampled_from("xyz")), max_size=12
    )
)
def test_whatever_waits_each_page_leaves_once_and_none_is_late_because_of_a_turn(
    rows: list[tuple[int, int, str, str]],
) -> None:
    pages = [
        WaitingPage(f"{number:02}", rank, NOON + SECOND * seconds, org.strip(), who)
        for number, (rank, seconds, org, who) in enumerate(rows)
    ]
    plain = sorted(pages, key=lambda each: (each.rank, each.deadline, each.key))
    found = [next(each for each in pages if each.key == key) for key in order(*pages)]
    assert sorted(each.key for each in found) == [each.key for each in sorted(pages, key=lambda each: each.key)]
    assert [each.rank for each in found] == sorted(each.rank for each in pages)
    for place, each in enumerate(found):
        if NOON + PACE * plain.index(each) <= each.deadline:
            assert NOON + PACE * place <= each.deadline
        sooner = [other for other in found[place + 1 :] if other.rank == each.rank]
        assert all(each.deadline - other.deadline <= ALIKE for other in sooner)


def test_channels_take_turns_with_each_other() -> None:
    waiting = [("#a", page("a0")), ("#a", page("a1", minutes=61)), ("#b", page("b0", rank=2))]
    assert ChannelTurns().choose(waiting, NOON, 9) == ["a0", "b0", "a1"]
    assert ChannelTurns().choose(waiting, NOON, 1) == ["a0", "b0"]
