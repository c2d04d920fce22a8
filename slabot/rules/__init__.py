"""The rules: pure decisions about tickets."""

from slabot.rules.clock import ClockState, Missed, Terms, Verdict
from slabot.rules.decide import Life, assessments, decide, follow
from slabot.rules.decision import Action, Decision, Kind, Refusal, span_json
from slabot.rules.governor import Brake, Held, Proposal, Run, govern
from slabot.rules.severity import Assessment, Source
from slabot.rules.telling import MAIN, QUIET

__all__ = [
    "MAIN",
    "QUIET",
    "Action",
    "Assessment",
    "Brake",
    "ClockState",
    "Decision",
    "Held",
    "Kind",
    "Life",
    "Missed",
    "Proposal",
    "Refusal",
    "Run",
    "Source",
    "Terms",
    "Verdict",
    "assessments",
    "decide",
    "follow",
    "govern",
    "span_json",
]
