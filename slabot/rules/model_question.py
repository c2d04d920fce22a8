"""Is a language model to be asked about a ticket now, and what?

Promise: one and the same question for the same texts; none where nothing could follow from the answer, and none about a
backlog.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from slabot.domain import ModelAnswered, Person
from slabot.judgement import SeverityLevel
from slabot.judgement.model import ModelQuestion, make_question, texts_digest
from slabot.policy import FIRST_RESPONSE, Policy
from slabot.policy.language_model import Sends
from slabot.rules.decision import Decision
from slabot.rules.read_severity import Written, judged
from slabot.rules.severity import SeveritySource
from slabot.rules.voices import Voice

FRESH = timedelta(hours=1)  # after the customer's last word; later nobody asks, so a first start asks about no backlog
MOST = 5  # times that one ticket is asked about


def question_due(policy: Policy, decision: Decision, now: datetime) -> str | None:
    """The digest of the texts about which a model is to be asked now; None where it is not.

    Asked is while the first response is owed and the reader, the native priority or the default decides, unless the
    reader finds critical already: nothing could follow then.

    Args:
        policy: with its model.
        decision: about the ticket.
        now: its instant.
    """
    case, written, clock = decision.case, decision.written, decision.clock(FIRST_RESPONSE)
    if not policy.classify.model.is_asked or case is None or written is None or not any(written.texts):
        return None
    if clock is None or not clock.running or clock.no_promise or case.category.ended:
        return None
    if decision.severity.source in (SeveritySource.AGENT, SeveritySource.RULE):
        return None
    if policy.start_from is not None and case.ticket.created_at < policy.start_from:
        return None
    said = [one.message.at for one in case.said if one.voice is Voice.CUSTOMER and one.message.text]
    if not said or now - max(said) > FRESH:
        return None
    answers = [event for event in case.events if isinstance(event, ModelAnswered)]
    digest = texts_digest(written.subject, written.texts)
    if len(answers) >= MOST or any(answer.of == digest for answer in answers):
        return None
    found = judged(*written, policy.classify.reader.lexicon)
    return None if found is None or found.level is SeverityLevel.CRITICAL else digest


def question_about(policy: Policy, written: Written, requester: Person | None) -> ModelQuestion:
    """What the model is asked about a request, as far as the policy lets it out."""
    model = policy.classify.model
    known = () if requester is None else (requester.name, requester.email, requester.organization)
    return make_question(
        written.subject,
        written.texts,
        send_subject=Sends.SUBJECT in model.send,
        send_messages=Sends.MESSAGE in model.send,
        masks=model.mask,
        known=[name for name in known if name],
    )
