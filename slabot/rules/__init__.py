"""The rules: pure decisions about tickets."""

from slabot.rules.clock import ClockState, Missed, Terms, Verdict
from slabot.rules.decide import Life, assessments, decide, follow
from slabot.rules.decision import Action, Decision, Kind, Refusal, span_json
from slabot.rules.governor import Brake, GovernedRun, HeldBack, Proposal, govern
from slabot.rules.kept import NO_PAST, PastPolicies
from slabot.rules.severity import Assessment, SeveritySource
from slabot.rules.telling import MAIN, QUIET

__all__ = [
    "MAIN",
    "NO_PAST",
    "QUIET",
    "Action",
    "Assessment",
    "Brake",
    "ClockState",
    "Decision",
    "GovernedRun",
    "HeldBack",
    "Kind",
    "Life",
    "Missed",
    "PastPolicies",
    "Proposal",
    "Refusal",
    "SeveritySource",
    "Terms",
    "Verdict",
    "assessments",
    "decide",
    "follow",
    "govern",
    "span_json",
]
