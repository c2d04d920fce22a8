"""Ask the language model of a policy on behalf of a command.

Promise: the question and what may follow from the answer are those of the running bot; nothing is written anywhere. A
service that fails several times in a row is asked no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from slabot.domain import ModelAnswered, Person, SlabotError
from slabot.judgement import Judgement
from slabot.judgement.errors import ModelAnswerError
from slabot.judgement.model import ModelQuestion, QuotedEvidence, Weighed, read_answer, weigh
from slabot.policy import Policy
from slabot.rules.model_question import question_about
from slabot.rules.model_reading import evidence_of, weighed
from slabot.rules.read_severity import Written
from slabot.runtime.asking.client import ModelClient
from slabot.runtime.asking.errors import ModelCallError

IN_A_ROW = 3  # calls in vain, after which a command gives up


class Opinion(NamedTuple):
    """What a model says beside the reader.

    Attributes:
        question: as it was sent; None for an answer of before.
        evidence: of the answer; empty where there is none.
        weighed: with the reader's judgement; None where the answer was dropped.
        dropped: why it was; empty where it was taken.
    """

    model: str
    question: ModelQuestion | None
    evidence: tuple[QuotedEvidence, ...]
    weighed: Weighed | None
    dropped: str = ""


class ModelAsker:
    """Asks for one command."""

    def __init__(self, policy: Policy, client: ModelClient) -> None:
        self._policy, self._client = policy, client
        self._failed = 0

    def ask(
        self, subject: str, texts: Sequence[str], judgement: Judgement | None, requester: Person | None = None
    ) -> Opinion:
        """Ask about one request.

        Raises:
            SlabotError: the service failed too often in a row, or refuses all questions.
        """
        question = question_about(self._policy, Written(subject, tuple(texts)), requester)
        name = self._client.name
        if judgement is None or not question.parts:
            return Opinion(name, question, (), None, "there is nothing in it to ask about")
        try:
            evidence = read_answer(self._client.ask(question), question)
        except ModelAnswerError as error:
            return Opinion(name, question, (), None, error.why)
        except ModelCallError as error:
            self._failed += 1
            if self._failed >= IN_A_ROW or (error.breaks and not error.passes):
                remedy = error.remedy or "try again later; slabot doctor looks at the service"
                raise SlabotError(f"the language model {name} cannot be asked: {error.why}", remedy) from None
            return Opinion(name, question, (), None, error.why)
        self._failed = 0
        lexicon = self._policy.classify.reader.lexicon
        return Opinion(name, question, evidence, weigh(judgement, evidence, (subject, *texts), lexicon))


def opinion_of(answer: ModelAnswered, written: Written, judgement: Judgement | None, policy: Policy) -> Opinion:
    """An answer that the running bot was given."""
    texts = (written.subject, *written.texts)
    found = None if judgement is None else weighed(*written, judgement, answer, policy.classify.reader.lexicon)
    if found is None:
        return Opinion(answer.model, None, (), None, "the texts read otherwise now than when it was asked")
    return Opinion(answer.model, None, evidence_of(answer, texts), found)
