"""Time is a port: the wall clock waits, the stepped clock jumps, and neither skips anything."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot import clock as clock_module
from slabot.clock import Clock, ClockError, SteppedClock, SystemClock

START = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)  # a Saturday


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def stepped() -> SteppedClock:
    return SteppedClock(START)


def idle() -> bool:
    return False


class TestSystemClock:
    def test_now_is_aware_and_keeps_microseconds(self) -> None:
        readings = {SystemClock().now().microsecond for _ in range(50)}
        assert SystemClock().now().tzinfo is UTC
        assert len(readings) > 1

    def test_a_sleep_ends_when_the_instant_has_come(self) -> None:
        clock = SystemClock()
        until = clock.now() + timedelta(milliseconds=30)
        assert clock.sleep_until(until) is False
        assert clock.now() >= until

    def test_a_past_instant_needs_no_sleep(self) -> None:
        assert SystemClock().sleep_until(START) is False

    def test_an_event_wakes_a_sleeper_at_once(self) -> None:
        clock, wake = SystemClock(), threading.Event()
        threading.Timer(0.03, wake.set).start()
        began = clock.monotonic()
        assert clock.sleep_until(clock.now() + timedelta(seconds=20), wake) is True
        assert clock.monotonic() - began < 5

    def test_an_event_that_is_set_already_wakes_even_if_the_instant_has_passed(self) -> None:
        wake = threading.Event()
        wake.set()
        assert SystemClock().sleep_until(START, wake) is True

    def test_a_notified_condition_wakes_a_sleeper(self) -> None:
        clock, condition = SystemClock(), threading.Condition()

        def notify() -> None:
            with condition:
                condition.notify_all()

        threading.Timer(0.03, notify).start()
        with condition:
            assert clock.sleep_until(clock.now() + timedelta(seconds=20), condition) is True

    def test_a_sleeper_notices_that_the_wall_clock_was_set_forward(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock_module, "SLICE", 0.01)
        clock = SystemClock()
        readings = iter([at(0), at(1), at(3600)])
        monkeypatch.setattr(clock, "now", lambda: next(readings))
        assert clock.sleep_until(at(1800)) is False

    def test_elapsing_takes_its_time_and_a_negative_duration_takes_none(self) -> None:
        clock = SystemClock()
        began = clock.monotonic()
        clock.elapse(timedelta(milliseconds=20))
        clock.elapse(timedelta(seconds=-5))
        assert 0.02 <= clock.monotonic() - began < 5


class TestJumping:
    def test_it_stands_still_by_itself(self, stepped: SteppedClock) -> None:
        time.sleep(0.01)
        assert stepped.now() == START
        assert stepped.monotonic() == 0

    def test_a_step_goes_to_the_earliest_instant_that_is_waited_for(self, stepped: SteppedClock) -> None:
        stepped.waiting("sweep", at(300))
        stepped.waiting("alarm", at(7))
        assert stepped.step() == at(7) == stepped.now()
        assert stepped.step() == at(300)
        assert stepped.step() is None
        assert stepped.monotonic() == 300

    def test_a_step_never_passes_its_bound_and_reaches_it_exactly(self, stepped: SteppedClock) -> None:
        stepped.waiting("alarm", at(60))
        assert stepped.step(until=at(59)) is None
        assert stepped.now() == START
        assert stepped.step(until=at(60)) == at(60)

    def test_an_actor_waits_for_one_instant_at_a_time(self, stepped: SteppedClock) -> None:
        stepped.waiting("alarm", at(60))
        stepped.waiting("alarm", at(90))
        assert stepped.step() == at(90)

    def test_an_actor_can_stop_waiting(self, stepped: SteppedClock) -> None:
        stepped.waiting("alarm", at(60))
        stepped.waiting("alarm", None)
        stepped.waiting("nobody", None)
        assert stepped.step() is None

    def test_an_instant_that_has_been_reached_does_not_hold_up_the_next(self, stepped: SteppedClock) -> None:
        stepped.waiting("late", at(-5))
        stepped.waiting("now", START)
        stepped.waiting("alarm", at(60))
        assert stepped.waits() == ((at(60), "alarm"),)
        assert stepped.step() == at(60)
        assert stepped.waits() == ()

    def test_instants_of_other_zones_are_the_same_instants(self, stepped: SteppedClock) -> None:
        stepped.waiting("alarm", at(60).astimezone(timezone(timedelta(hours=5, minutes=30))))
        assert stepped.step() == at(60)
        assert stepped.now().tzinfo is UTC

    @pytest.mark.parametrize(
        "use",
        [
            lambda clock: SteppedClock(datetime(2026, 1, 1)),
            lambda clock: clock.waiting("alarm", datetime(2026, 1, 1)),
            lambda clock: clock.call_at(datetime(2026, 1, 1), print),
            lambda clock: clock.sleep_until(datetime(2026, 1, 1)),
        ],
    )
    def test_a_naive_time_is_refused(self, stepped: SteppedClock, use: Callable[[SteppedClock], object]) -> None:
        with pytest.raises(ClockError, match="aware datetime"):
            use(stepped)


class TestCalls:
    def test_they_run_in_time_order_and_in_order_of_registration_at_one_instant(self, stepped: SteppedClock) -> None:
        ran: list[str] = []
        stepped.call_at(at(9), lambda: ran.append("late"))
        stepped.call_at(at(5), lambda: ran.append("first"))
        stepped.call_at(at(5), lambda: ran.append("second"))
        assert stepped.step() == at(5)
        assert ran == ["first", "second"]
        stepped.step()
        assert ran == ["first", "second", "late"]

    def test_a_call_sees_its_own_instant(self, stepped: SteppedClock) -> None:
        seen: list[datetime] = []
        for seconds in (3, 1, 2):
            stepped.call_at(at(seconds), lambda: seen.append(stepped.now()))
        stepped.run_until(at(10), idle)
        assert seen == [at(1), at(2), at(3)]

    def test_a_call_may_add_calls_at_its_own_instant_and_they_run_in_the_same_step(self, stepped: SteppedClock) -> None:
        ran: list[str] = []

        def first() -> None:
            ran.append("first")
            stepped.call_at(stepped.now(), lambda: ran.append("child"))

        stepped.call_at(at(5), first)
        stepped.call_at(at(5), lambda: ran.append("second"))
        stepped.step()
        assert ran == ["first", "second", "child"]
        assert stepped.now() == at(5)

    def test_a_call_for_the_past_runs_at_the_next_step_without_time_going_back(self, stepped: SteppedClock) -> None:
        seen: list[datetime] = []
        stepped.elapse(timedelta(seconds=60))
        stepped.call_at(at(10), lambda: seen.append(stepped.now()))
        assert stepped.step() == at(60)
        assert seen == [at(60)]

    def test_a_key_names_one_pending_call(self, stepped: SteppedClock) -> None:
        ran: list[str] = []
        stepped.call_at(at(5), lambda: ran.append("former"), key=("retry", 1))
        stepped.call_at(at(9), lambda: ran.append("latter"), key=("retry", 1))
        assert stepped.next_instant() == at(9)
        stepped.run_until(at(20), idle)
        assert ran == ["latter"]

    def test_a_cancelled_call_does_not_run_and_holds_no_instant(self, stepped: SteppedClock) -> None:
        stepped.call_at(at(5), lambda: pytest.fail("was cancelled"), key="x")
        assert stepped.cancel("x") is True
        assert stepped.cancel("x") is False
        assert stepped.next_instant() is None

    def test_calls_that_breed_at_one_instant_are_named_as_an_error(
        self, stepped: SteppedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock_module, "ROUNDS", 50)

        def again() -> None:
            stepped.call_at(stepped.now(), again)

        stepped.call_at(at(5), again)
        with pytest.raises(ClockError, match="a later instant"):
            stepped.step()


class TestRunning:
    def test_everything_is_drained_before_time_moves(self, stepped: SteppedClock) -> None:
        queue: list[str] = []
        told: list[tuple[str, datetime]] = []

        def drain() -> bool:
            if not queue:
                return False
            told.append((queue.pop(0), stepped.now()))
            return True

        stepped.call_at(at(1), lambda: queue.extend(["a", "b"]))
        stepped.call_at(at(2), lambda: queue.append("c"))
        stepped.run_until(at(10), drain)
        assert told == [("a", at(1)), ("b", at(1)), ("c", at(2))]
        assert stepped.now() == at(10)

    def test_what_falls_due_exactly_at_the_end_is_done(self, stepped: SteppedClock) -> None:
        ran: list[str] = []
        stepped.call_at(at(10), lambda: ran.append("at the end"))
        stepped.call_at(at(10.000001), lambda: ran.append("after it"))
        stepped.run_until(at(10), idle)
        assert ran == ["at the end"]

    def test_work_found_at_the_end_is_done_too(self, stepped: SteppedClock) -> None:
        ran: list[str] = []

        def drain() -> bool:
            if stepped.now() == at(10) and not ran:
                stepped.call_at(at(10), lambda: ran.append("more"))
                ran.append("found")
                return True
            return False

        stepped.run_until(at(10), drain)
        assert ran == ["found", "more"]

    def test_an_alarm_that_registers_its_next_instant_while_draining_rings_each_time(
        self, stepped: SteppedClock
    ) -> None:
        due, rung = [at(5), at(5.5), at(9)], []

        def drain() -> bool:
            if due and due[0] <= stepped.now():
                rung.append(due.pop(0))
                return True
            stepped.waiting("alarm", due[0] if due else None)
            return False

        stepped.run_until(at(60), drain)
        assert rung == [at(5), at(5.5), at(9)]

    def test_an_actor_that_insists_on_the_past_does_not_stop_time(self, stepped: SteppedClock) -> None:
        def drain() -> bool:
            stepped.waiting("blocked", at(-1))
            return False

        stepped.run_until(at(10), drain)
        assert stepped.now() == at(10)

    def test_a_drain_that_never_rests_is_named_as_an_error(
        self, stepped: SteppedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock_module, "ROUNDS", 50)
        with pytest.raises(ClockError, match="does not come to an end"):
            stepped.run_until(at(10), lambda: True)

    def test_running_to_the_past_drains_and_stays(self, stepped: SteppedClock) -> None:
        ran: list[str] = []
        stepped.call_at(START, lambda: ran.append("due now"))
        stepped.run_until(at(-10), idle)
        assert stepped.now() == START
        assert ran == ["due now"]


class TestElapsing:
    def test_work_that_takes_time_moves_time(self, stepped: SteppedClock) -> None:
        stepped.elapse(timedelta(seconds=12))
        assert stepped.now() == at(12)

    def test_time_never_goes_back(self, stepped: SteppedClock) -> None:
        stepped.elapse(timedelta(seconds=-12))
        stepped.sleep_until(at(-3))
        assert stepped.now() == START

    def test_calls_passed_on_the_way_run_at_the_next_step_in_order(self, stepped: SteppedClock) -> None:
        ran: list[int] = []
        stepped.call_at(at(2), lambda: ran.append(2))
        stepped.call_at(at(1), lambda: ran.append(1))
        stepped.elapse(timedelta(seconds=30))
        assert ran == []
        stepped.step()
        assert ran == [1, 2]

    def test_another_thread_can_take_time_while_the_driver_waits_for_it(self, stepped: SteppedClock) -> None:
        server = threading.Thread(target=stepped.elapse, args=(timedelta(seconds=5),))
        server.start()
        server.join()
        assert stepped.now() == at(5)


class TestSleeping:
    def test_the_driver_cannot_wait_for_itself_so_its_sleep_moves_time(self, stepped: SteppedClock) -> None:
        assert stepped.sleep_until(at(7)) is False
        assert stepped.now() == at(7)

    def test_an_event_already_set_ends_a_sleep_without_moving_time(self, stepped: SteppedClock) -> None:
        wake = threading.Event()
        wake.set()
        assert stepped.sleep_until(at(7), wake) is True
        assert stepped.now() == START

    def test_another_thread_sleeps_until_the_driver_has_come_that_far(self, stepped: SteppedClock) -> None:
        woken: list[tuple[bool, datetime]] = []
        sleeper = threading.Thread(target=lambda: woken.append((stepped.sleep_until(at(7)), stepped.now())))
        sleeper.start()
        while not stepped.waits():
            time.sleep(0.001)
        assert stepped.step() == at(7)
        sleeper.join(60)
        assert woken == [(False, at(7))]

    @pytest.mark.parametrize("kind", ["event", "condition"])
    def test_another_thread_can_be_woken_early(self, stepped: SteppedClock, kind: str) -> None:
        event, condition, woken = threading.Event(), threading.Condition(), []

        def sleep() -> None:
            if kind == "event":
                woken.append(stepped.sleep_until(at(7), event))
            else:
                with condition:
                    woken.append(stepped.sleep_until(at(7), condition))

        sleeper = threading.Thread(target=sleep)
        sleeper.start()
        while not stepped.waits():
            time.sleep(0.001)
        event.set()
        with condition:
            condition.notify_all()
        sleeper.join(60)
        assert woken == [True]
        assert stepped.waits() == ()
        assert stepped.now() == START


def test_both_clocks_fill_the_port() -> None:
    clocks: list[Clock] = [SystemClock(), SteppedClock(START)]
    for clock in clocks:
        clock.waiting("alarm", clock.now())
        clock.waiting("alarm", None)
        assert clock.now().tzinfo is UTC


@given(st.lists(st.tuples(st.integers(0, 50), st.lists(st.integers(-5, 20), max_size=3)), max_size=20))
def test_nothing_is_skipped_and_time_never_goes_back(script: list[tuple[int, list[int]]]) -> None:
    """Every call runs once, at its own instant or, if that had passed, at once; whatever calls add calls."""
    clock = SteppedClock(START)
    registered: list[datetime] = []
    ran: list[tuple[datetime, datetime]] = []

    def add(instant: datetime, children: list[int]) -> None:
        wanted = max(instant, clock.now())
        registered.append(wanted)

        def call() -> None:
            ran.append((wanted, clock.now()))
            for offset in children:
                add(clock.now() + timedelta(seconds=offset), [])

        clock.call_at(instant, call)

    for seconds, children in script:
        add(at(seconds), children)
    clock.run_until(at(100), idle)
    assert sorted(wanted for wanted, _ in ran) == sorted(registered)
    assert all(wanted == seen for wanted, seen in ran)
    assert [seen for _, seen in ran] == sorted(seen for _, seen in ran)
