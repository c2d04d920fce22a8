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
    WrittenByAgents,
)
from slabot.policy.agreements import DEFAULT, Agreement
from slabot.policy.availability import Availability, Maintenance, OutageRule
from slabot.policy.channels import Encryption, HeartbeatSettings, Mail, OutgoingWebhook, PagerDuty
from slabot.policy.connections import Freshdesk, LateReply, Slack, Zendesk
from slabot.policy.destinations import Destination, DestinationError, DestinationKind, Way, parse_destination
from slabot.policy.errors import PolicyError
from slabot.policy.frozen import FrozenLadders, freeze, plan_of, thaw
from slabot.policy.ignores import Ignored
from slabot.policy.loader import Checked, check_policy, checked, load_policy
from slabot.policy.model import Policy
from slabot.policy.people import ClickAct, Fallback, LadderChanges, Permission, QuietHours, Storm, TermsChanges
from slabot.policy.problems import Problem
from slabot.policy.rotas import Rota
from slabot.policy.rungs import After, Before, Breach, Rung, Used, parse_rung
from slabot.policy.scalars import Mode, Names
from slabot.policy.silence import Exempt, ExemptTickets, RunLimits, Solved, Waiting
from slabot.policy.terms import SearchText, Term, first_found
from slabot.policy.triage import Triage, TriageAbout
from slabot.policy.words_read import Abstain, Reader, Replies, ThanksInWait

__all__ = [
    "DEFAULT",
    "FIRST_RESPONSE",
    "Abstain",
    "After",
    "Agreement",
    "Availability",
    "Before",
    "Breach",
    "Checked",
    "Classify",
    "ClassifyRule",
    "ClickAct",
    "ClockKind",
    "ClockTerms",
    "Conditions",
    "Destination",
    "DestinationError",
    "DestinationKind",
    "Encryption",
    "Exempt",
    "ExemptTickets",
    "Fallback",
    "Freshdesk",
    "FrozenLadders",
    "HeartbeatSettings",
    "Ignored",
    "Ladder",
    "LadderChanges",
    "LateReply",
    "Mail",
    "Maintenance",
    "Mode",
    "Names",
    "OutageRule",
    "OutgoingWebhook",
    "PagerDuty",
    "Permission",
    "Policy",
    "PolicyError",
    "Problem",
    "QuietHours",
    "Reader",
    "Replies",
    "Rota",
    "RunLimits",
    "Rung",
    "RungEntry",
    "SearchText",
    "SeverityTerms",
    "Slack",
    "Solved",
    "Storm",
    "Term",
    "TermsChanges",
    "ThanksInWait",
    "Triage",
    "TriageAbout",
    "Used",
    "Waiting",
    "Way",
    "WhenClosed",
    "WrittenByAgents",
    "Zendesk",
    "check_policy",
    "checked",
    "first_found",
    "freeze",
    "load_policy",
    "parse_destination",
    "parse_rung",
    "plan_of",
    "thaw",
]
