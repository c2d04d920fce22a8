"""Can the questions of triage arise, and can somebody answer them?

Promise: a file that names whom to ask about something that never comes up is told so, with what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.policy.destinations import Way
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode
from slabot.policy.triage import TriageAbout

_OF_THE_READER = (TriageAbout.UNDECIDED, TriageAbout.BELOW_PRIORITY)


def triage_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Questions that rest on what the reader finds, in a file whose reader finds nothing that counts."""
    triage, mode = policy.classify.triage, policy.classify.reader.mode
    if triage is None or mode is Mode.ACT:
        return
    if all(about in _OF_THE_READER for about in triage.about):
        given = "about" in triage.model_fields_set
        yield PathProblem(
            "triage-without-reader",
            ("classify", "triage", *(("about",) if given else ())),
            f"nobody would ever be asked: {' and '.join(triage.about)} rest on the reader, whose mode is {mode.value}",
            "set classify.reader.mode to act, or write about: [unconfirmed]",
        )


def triage_warnings(policy: Policy) -> Iterator[PathProblem]:
    """Questions that arise seldom or come late, and people who cannot press a button."""
    triage = policy.classify.triage
    if triage is None:
        return
    about = triage.about
    if policy.classify.reader.mode is not Mode.ACT and any(each in _OF_THE_READER for each in about):
        lost = next(number for number, each in enumerate(about) if each in _OF_THE_READER)
        yield PathProblem(
            "triage-partly-without-reader",
            ("classify", "triage", "about", lost),
            f"{about[lost].value} never comes up, since the reader's mode is {policy.classify.reader.mode.value}",
            "set classify.reader.mode to act, or take it out",
        )
    if TriageAbout.BELOW_PRIORITY in about and "about" in triage.model_fields_set and not policy.classify.priorities:
        yield PathProblem(
            "triage-no-priorities",
            ("classify", "triage", "about", about.index(TriageAbout.BELOW_PRIORITY)),
            "below_priority never comes up, since the file does not say what the helpdesk's priorities mean",
            "list them under classify.priorities, or take it out",
        )
    if not any(to.way == Way.SLACK for to in triage.to) and policy.slack is not None:
        yield PathProblem(
            "triage-without-buttons",
            ("classify", "triage", "to"),
            "nobody is asked in Slack, so nobody can answer with one click",
            "name a channel, a person or a rota as well",
        )
    yield from _after_the_answer_is_due(policy)


def _after_the_answer_is_due(policy: Policy) -> Iterator[PathProblem]:
    """A severity whose first answer is due before the question about it is."""
    triage = policy.classify.triage
    assert triage is not None, "asked of a file with triage alone"
    for name, terms in policy.severities.items():
        if triage.calendar not in (None, terms.calendar):
            continue  # not to be compared
        for dated in terms.respond_within:
            amount = getattr(dated.within, "amount", None)
            if amount is not None and amount <= triage.within:
                yield PathProblem(
                    "triage-too-late",
                    ("classify", "triage", *(("within",) if "within" in triage.model_fields_set else ())),
                    f"the question may wait as long as the first answer to {name}, which is due within {dated.within}",
                    "give less time to the question than to the shortest first response",
                )
                return
