"""The rules: pure decisions about tickets."""

from slabot.rules.clock import ClockState, Missed, Terms, Verdict
from slabot.rules.decide import assessments, decide
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
    "Missed",
    "Proposal",
    "Refusal",
    "Run",
    "Source",
    "Terms",
    "Verdict",
    "assessments",
    "decide",
    "govern",
    "span_json",
]
