"""Make a running bot of a policy file: the one package that knows everybody."""

from slabot.composition.apps import embedded_app, open_policy_store, stepped_app
from slabot.composition.connections import (
    Connections,
    agent_names,
    connect,
    helpdesk_refusal,
    open_account,
    open_model,
    slack_channels,
)
from slabot.composition.secrets import StartError

__all__ = [
    "Connections",
    "StartError",
    "agent_names",
    "connect",
    "embedded_app",
    "helpdesk_refusal",
    "open_account",
    "open_model",
    "open_policy_store",
    "slack_channels",
    "stepped_app",
]
