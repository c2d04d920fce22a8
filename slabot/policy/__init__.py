"""The policy file: what it may say, how it is read, and what is wrong with it."""

from slabot.policy.agreement import (
    FIRST_RESPONSE,
    Classify,
    ClassifyRule,
    ClockKind,
    ClockTerms,
    Conditions,
    Ladder,
    RungEntry,
    SeverityTerms,
    WhenClosed,
)
from slabot.policy.connections import Freshdesk, Slack, Zendesk
from slabot.policy.errors import PolicyError
from slabot.policy.loader import check_policy, load_policy
from slabot.policy.model import Policy
from slabot.policy.problems import Problem
from slabot.policy.rungs import After, Before, Breach, Rung, Used, parse_rung
from slabot.policy.scalars import Mode, Names
from slabot.policy.silence import Exempt, Limits, Solved, Waiting
from slabot.policy.terms import Term

__all__ = [
    "FIRST_RESPONSE",
    "After",
    "Before",
    "Breach",
    "Classify",
    "ClassifyRule",
    "ClockKind",
    "ClockTerms",
    "Conditions",
    "Exempt",
    "Freshdesk",
    "Ladder",
    "Limits",
    "Mode",
    "Names",
    "Policy",
    "PolicyError",
    "Problem",
    "Rung",
    "RungEntry",
    "SeverityTerms",
    "Slack",
    "Solved",
    "Term",
    "Used",
    "Waiting",
    "WhenClosed",
    "Zendesk",
    "check_policy",
    "load_policy",
    "parse_rung",
]
