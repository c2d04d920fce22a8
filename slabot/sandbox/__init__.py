"""Loopback stand-ins for Zendesk, Freshdesk, Slack and other receivers, for trying a policy, the demo and tests."""

from slabot.sandbox.errors import ActError, LoadError, SandboxError, SwitchError
from slabot.sandbox.faults import Fault, FaultKind
from slabot.sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot.sandbox.journal import Call, Did, Effect, Journal
from slabot.sandbox.loading import LoadReport
from slabot.sandbox.sandbox import Sandbox
from slabot.sandbox.serving import serve
from slabot.sandbox.slack.application import SlackLimits
from slabot.sandbox.zendesk.limits import Generation, Limits

__all__ = [
    "ActError",
    "Call",
    "Did",
    "Effect",
    "Fault",
    "FaultKind",
    "FreshdeskLimits",
    "Generation",
    "Journal",
    "Limits",
    "LoadError",
    "LoadReport",
    "Plan",
    "Sandbox",
    "SandboxError",
    "SlackLimits",
    "SwitchError",
    "serve",
]
