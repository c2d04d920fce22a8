"""Ask a language model about what customers wrote, as one lane of the outbox.

Promise: nothing waits for an answer; it counts from when it came. A question is asked twice at most, by a crash in
between as well; each call has its row in the ledger, with what came of it. No transaction is open during a call. A
service that fails is left alone for a while, and no more is asked a day than the policy says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from slabot.domain import Indicated, ModelAnswered
from slabot.domain.sentences import clause, sentence
from slabot.judgement.errors import ModelAnswerError
from slabot.judgement.model import Effect, ModelQuestion, QuotedEvidence, read_answer
from slabot.policy import FIRST_RESPONSE, Mode
from slabot.rules import Decision
from slabot.rules.model_question import question_about, question_due
from slabot.rules.model_reading import weighed
from slabot.rules.read_severity import judged
from slabot.rules.words import quoted
from slabot.runtime.asking.client import ModelClient
from slabot.runtime.asking.errors import ModelCallError
from slabot.runtime.asking.planning import TO
from slabot.runtime.delivery.loop import Crashed
from slabot.runtime.delivery.plain_lane import PlainLane
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, ledger, outbox, tickets
from slabot.store.model_work import AskModel

TRIES = 2  # of one question
AGAIN = timedelta(seconds=10)  # before the second
TOO_OLD = timedelta(minutes=15)  # after which a question that waits is not asked any more
IN_A_ROW = 3  # answers that are dropped before the service is left alone
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=10)
DAY = timedelta(days=1)
CALLS = (LedgerEvent.MODEL_ANSWERED, LedgerEvent.MODEL_DROPPED)
LONGEST_QUOTE = 70  # characters, within a row


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer that keeps to the schema and quotes the text.

    Attributes:
        asked: a digest of what was sent.
        seconds: that the call took.
    """

    evidence: tuple[QuotedEvidence, ...]
    question: ModelQuestion
    asked: str
    seconds: float


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A call without an answer that can be taken.

    Attributes:
        remedy: what to do about it; empty where it passes by itself.
        again: True where a second try may fare better.
    """

    why: str
    asked: str
    again: bool
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """There was no call.

    Attributes:
        told: True where the ledger says so; False where nothing is lost by it.
    """

    why: str
    told: bool = False


Outcome = Taken | NotTaken | NotAsked


class Breaker:
    """Leaves a service alone that fails; of this process alone, so a restart tries anew."""

    def __init__(self) -> None:
        self._failed, self._pause = 0, PAUSE
        self._until: datetime | None = None

    def closed(self, now: datetime) -> datetime | None:
        """Until when nothing is asked; None where something may be."""
        return self._until if self._until is not None and now < self._until else None

    def answered(self) -> None:
        """All is well again."""
        self._failed, self._pause, self._until = 0, PAUSE, None

    def failed(self, now: datetime, *, at_once: bool = False, wait: timedelta | None = None) -> None:
        """One more failure.

        Args:
            now: the present instant.
            at_once: the next question would fare no better.
            wait: what the service asks for.
        """
        self._failed += 1
        if at_once or self._failed >= IN_A_ROW:
            self._until = now + max(self._pause, wait or self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif wait is not None:
            self._until = now + min(wait, LONGEST_PAUSE)


class ModelQuestions(PlainLane):
    """Questions, one after the other."""

    lane = Lane.MODEL
    at_once = 1

    def __init__(self, parts: Parts, model: ModelClient) -> None:
        self._parts, self._model, self._breaker = parts, model, Breaker()

    def closed(self) -> Mapping[str, datetime]:
        """The service, while it is left alone."""
        until = self._breaker.closed(self._parts.now())
        return {} if until is None else {TO: until}

    def send(self, row: OutboxRow) -> Outcome:
        """Ask, if it is still of use."""
        parts, now = self._parts, self._parts.now()
        if row.attempts > TRIES:
            return NotAsked("it was tried twice", told=True)
        if now > row.created_at + TOO_OLD:
            return NotAsked("no answer could be had within 15 minutes", told=True)
        used = parts.store.read(lambda conn: ledger.count(conn, CALLS, now - DAY))
        most = parts.policy.classify.model.a_day
        if used >= most:
            return NotAsked(f"{used} of {most} calls were used within 24 hours (classify.model.a_day)", told=True)
        question = self._question(row, now)
        if question is None:
            return NotAsked("nothing would follow from an answer any more, or the customer has written more")
        if not question.parts:
            return NotAsked("nothing of the texts is left that may be sent")
        return self._ask(question, now)

    def _question(self, row: OutboxRow, now: datetime) -> ModelQuestion | None:
        parts = self._parts
        stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
        if stored is None:
            return None
        decision = parts.decide(stored, now)
        if question_due(parts.policy, decision, now) != _work(row).digest or decision.written is None:
            return None
        requester = stored.ticket.requester
        return question_about(parts.policy, decision.written, requester)

    def _ask(self, question: ModelQuestion, now: datetime) -> Taken | NotTaken:
        clock = self._parts.clock
        asked = hashlib.sha256(question.content.encode()).hexdigest()[:32]
        began = clock.monotonic()
        try:
            evidence = read_answer(self._model.ask(question), question)
        except ModelCallError as error:
            self._breaker.failed(now, at_once=error.breaks and not error.passes, wait=error.wait)
            return NotTaken(error.why, asked, error.passes, error.remedy)
        except ModelAnswerError as error:
            self._breaker.failed(now)
            return NotTaken(error.why, asked, again=False)
        self._breaker.answered()
        return Taken(evidence, question, asked, round(clock.monotonic() - began, 1))

    def look_up(self, row: OutboxRow) -> Outcome | None:
        """Whether it was answered cannot be looked up: it is asked once more, or given up."""
        if row.attempts < TRIES:
            return None
        return NotTaken("slabot ended while it was asked", "", again=False)

    def again(self, row: OutboxRow) -> None:
        """Queue it once more, and tell of the call that ended nowhere."""
        now = self._parts.now()
        ended = NotTaken("slabot ended while it was asked", "", again=True)
        self._parts.write(lambda conn: self._drop(conn, row, ended, now))

    def save(self, row: OutboxRow, result: Outcome | Crashed, *, was_unknown: bool) -> None:
        """Write it down, and decide about the ticket with it."""
        now = self._parts.now()
        match result:
            case Taken():
                self._parts.write(lambda conn: self._take(conn, row, result, now))
            case NotTaken():
                self._parts.write(lambda conn: self._drop(conn, row, result, now))
            case Crashed(why):
                self._parts.write(lambda conn: self._drop(conn, row, NotTaken(why, "", again=False), now))
            case NotAsked(why, told):
                self._parts.write(lambda conn: self._leave(conn, row, why, now, told=told))
            case _:
                assert_never(result)

    def _take(self, conn: Connection, row: OutboxRow, taken: Taken, now: datetime) -> None:
        name, question = self._model.name, taken.question
        if not tickets.lock(conn, row.helpdesk, row.ticket_id):
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, "the ticket is not known any more")
            return
        if not outbox.settle(conn, row.key, OutboxState.SENT, "it was answered"):
            return
        answer = ModelAnswered(
            at=now,
            id=f"model:{question.digest}",
            of=question.digest,
            texts=question.texts,
            model=name,
            evidence=tuple(
                Indicated(e.shows.value, e.about.name.casefold(), e.hits.name.casefold(), e.text, e.start, e.end)
                for e in taken.evidence
            ),
        )
        tickets.append_event(conn, row.helpdesk, row.ticket_id, answer)
        decision = evaluate(conn, self._parts, row.helpdesk, row.ticket_id, now=now)
        effect, came_of_it = self._effect(answer, decision)
        facts = {
            "model": name,
            "asked": taken.asked,
            "seconds": taken.seconds,
            "effect": effect,
            "answer": [[e.shows.value, e.about.name.casefold(), e.hits.name.casefold()] for e in taken.evidence],
        }
        shows = "; ".join(
            f"{each.shows.words}: the customer says {quoted(each.quote, LONGEST_QUOTE)}" for each in taken.evidence
        )
        text = f"the language model {name} shows {shows or 'no evidence'}; {came_of_it}"
        key = f"{row.key}/{row.attempts}"
        ledger.write(conn, now, LedgerEvent.MODEL_ANSWERED, text, row.helpdesk, row.ticket_id, key, facts)

    def _effect(self, answer: ModelAnswered, decision: Decision) -> tuple[str, str]:
        """What came of an answer: a word for machines, and a clause for people."""
        policy, written = self._parts.policy, decision.written
        clock = decision.clock(FIRST_RESPONSE)
        if clock is None or not clock.running:
            return "late", "it came after the first response, so nothing follows"
        lexicon = policy.classify.reader.lexicon
        found = None if written is None else judged(*written, lexicon)
        told = None if written is None or found is None else weighed(*written, found, answer, lexicon)
        if told is None:
            return "none", "the texts read otherwise by now, so nothing follows"
        words = told.effect.value
        if told.effect is not Effect.NONE:
            between = told.level.value + ("" if told.or_else is None else f" or {told.or_else.value}")
            words += f" ({between})"
        if told.doubts:
            why = "; ".join(dict.fromkeys(doubt.value for _, doubt in told.doubts))
            words += f"; {len(told.doubts)} of {len(answer.evidence)} pieces do not count: {why}"
        if policy.classify.model.mode is Mode.OBSERVE or policy.classify.reader.mode is Mode.OBSERVE:
            words = f"{words} (mode observe: nothing rests on it)"
        return told.effect.name.casefold(), words

    def _drop(self, conn: Connection, row: OutboxRow, result: NotTaken, now: datetime) -> None:
        why, again = clause(result.why), result.again and row.attempts < TRIES
        if again:
            changed = outbox.hold(conn, row.key, now + AGAIN, why)
        else:
            changed = outbox.settle(conn, row.key, OutboxState.FAILED, why)
        if not changed:
            return
        follows = "it is asked once more" if again else "the reader's judgement stands"
        remedy = f". {sentence(result.remedy)}" if result.remedy else ""
        text = f"asked the language model {self._model.name} in vain: {why}; {follows}{remedy}"
        facts = {"model": self._model.name, "asked": result.asked}
        key = f"{row.key}/{row.attempts}"
        ledger.write(conn, now, LedgerEvent.MODEL_DROPPED, text, row.helpdesk, row.ticket_id, key, facts)

    def _leave(self, conn: Connection, row: OutboxRow, why: str, now: datetime, *, told: bool) -> None:
        if outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why) and told:
            text = f"did not ask the language model {self._model.name}: {why}; the reader's judgement stands"
            ledger.write(conn, now, LedgerEvent.MODEL_NOT_ASKED, text, row.helpdesk, row.ticket_id, row.key)


def _work(row: OutboxRow) -> AskModel:
    assert isinstance(row.work, AskModel), "the lane of questions holds nothing else"
    return row.work
