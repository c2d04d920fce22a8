"""Stand between slabot and its peers, and misbehave by rule at the level of bytes."""

from slabot_sandbox.proxy.book import InForce, RuleBook
from slabot_sandbox.proxy.kinds import HOW, Misbehaviour
from slabot_sandbox.proxy.proxy import FaultyProxy, Spoken
from slabot_sandbox.proxy.rules import Asked, Rule
from slabot_sandbox.proxy.spelling import rule_from_json, rule_from_text

__all__ = [
    "HOW",
    "Asked",
    "FaultyProxy",
    "InForce",
    "Misbehaviour",
    "Rule",
    "RuleBook",
    "Spoken",
    "rule_from_json",
    "rule_from_text",
]
