"""From when does a request count that an agent wrote down for a customer, and what is a request at all?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from slabot.rules import Verdict
from tests.fixtures.policies import policy
from tests.fixtures.tickets import clock, ticket
from tests.fixtures.times import at


class TestWrittenByAgents:
    LOGGED = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:00", "Kim phoned", public=False)

    @pytest.mark.parametrize(
        ("setting", "started"),
        [("as_the_helpdesk_says", None), ("from_creation", "Mon 12 Jan 09:00"), ("from_the_customer", None)],
    )
    def test_from_when_it_counts(self, setting: str, started: str | None) -> None:
        rules = policy({"requests": {"written_by_agents": setting}})
        decision = self.LOGGED.decide("Mon 12 Jan 10:00", rules)
        assert [each.started_at for each in decision.clocks] == ([] if started is None else [at(started)])
        written = self.LOGGED.asks("Mon 12 Jan 11:00").decide("Mon 12 Jan 12:00", rules)
        assert written.clocks[0].started_at == at(started or "Mon 12 Jan 11:00")

    @pytest.mark.parametrize("public", [True, False])
    def test_what_was_written_down_is_no_answer(self, public: bool) -> None:
        rules = policy({"requests": {"written_by_agents": "from_creation"}})
        logged = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:00", "Kim phoned", public=public)
        assert clock(logged.decide("Mon 12 Jan 10:00", rules)).verdict is Verdict.RUNNING
        answered = logged.answers("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:00", rules)
        assert clock(answered).verdict is Verdict.MET

    def test_a_request_that_the_helpdesk_ascribes_to_the_customer_waits_for_the_customer_where_the_policy_says_so(
        self,
    ) -> None:
        told = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "Kim phoned")
        told = replace(told, ticket=replace(told.ticket, written_by="a1"))
        usual, later = policy(), policy({"requests": {"written_by_agents": "from_the_customer"}})
        assert clock(told.decide("Mon 12 Jan 10:00", usual)).started_at == at("Mon 12 Jan 09:00")
        assert told.decide("Mon 12 Jan 10:00", later).clocks == ()

    def test_the_field_says_when_the_customer_asked(self) -> None:
        rules = policy({"requests": {"written_by_agents": "from_creation", "received_at_field": "asked_at"}})
        declared = self.LOGGED.field("Mon 12 Jan 09:05", "asked_at", "2026-01-12T08:00:00+05:30")
        assert clock(declared.decide("Mon 12 Jan 10:00", rules)).started_at == at("Mon 12 Jan 08:00")
        odd = self.LOGGED.field("Mon 12 Jan 09:05", "asked_at", "this morning").decide("Mon 12 Jan 10:00", rules)
        assert clock(odd).started_at == at("Mon 12 Jan 09:00")
        assert 'holds "this morning"' in odd.warnings[0]

    def test_what_an_agent_wrote_down_in_public_does_not_answer_a_request_that_the_field_tells(self) -> None:
        rules = policy({"requests": {"received_at_field": "asked_at"}})
        logged = ticket("Mon 12 Jan 09:00", fields={"asked_at": "2026-01-12T08:00:00+05:30"}, written_by="a1")
        logged = logged.answers("Mon 12 Jan 09:00", "Kim phoned")
        assert clock(logged.decide("Mon 12 Jan 10:00", rules)).verdict is Verdict.RUNNING
        answered = clock(logged.answers("Mon 12 Jan 09:30").decide("Mon 12 Jan 10:00", rules))
        assert (answered.started_at, answered.stopped_at) == (at("Mon 12 Jan 08:00"), at("Mon 12 Jan 09:30"))

    @pytest.mark.parametrize(("channel", "clocks", "warned"), [("email", 1, 0), ("api", 0, 0), ("telepathy", 1, 1)])
    def test_an_unknown_channel_has_a_clock_and_a_warning(self, channel: str, clocks: int, warned: int) -> None:
        rules = policy({"requests": {"channels": ["Email", "web"]}})
        decision = ticket("Mon 12 Jan 09:00", channel=channel).decide("Mon 12 Jan 10:00", rules)
        assert (len(decision.clocks), len(decision.warnings)) == (clocks, warned)
