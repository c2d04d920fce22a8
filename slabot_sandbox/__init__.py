"""Loopback stand-ins for Zendesk, Freshdesk, Slack and other receivers, for trying a policy, the demo and tests."""

from slabot_sandbox.command import serve
from slabot_sandbox.errors import ActError, LoadError, SandboxError, SwitchError
from slabot_sandbox.faults import Fault, FaultKind
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot_sandbox.journal import Call, Did, Effect, Journal
from slabot_sandbox.loading import LoadReport
from slabot_sandbox.narrator import Narrator
from slabot_sandbox.proxy import FaultyProxy, Misbehaviour, Rule, RuleBook, rule_from_text
from slabot_sandbox.sandbox import Sandbox
from slabot_sandbox.slack.limits import SlackLimits
from slabot_sandbox.zendesk.limits import Generation, ZendeskLimits

__all__ = [
    "ActError",
    "Call",
    "Did",
    "Effect",
    "Fault",
    "FaultKind",
    "FaultyProxy",
    "FreshdeskLimits",
    "Generation",
    "Journal",
    "LoadError",
    "LoadReport",
    "Misbehaviour",
    "Narrator",
    "Plan",
    "Rule",
    "RuleBook",
    "Sandbox",
    "SandboxError",
    "SlackLimits",
    "SwitchError",
    "ZendeskLimits",
    "rule_from_text",
    "serve",
]
