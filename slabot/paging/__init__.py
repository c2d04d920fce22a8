"""Slack: what a page says, how it gets there, and what a click on it means."""

from slabot.domain import Finding, Level
from slabot.paging.actions import Click, NotOurs, Refused, SigningSecret, parse_click
from slabot.paging.blocks import Button, Rendered, render, render_reply
from slabot.paging.compose import compose, state_of, superseded
from slabot.paging.directory import Directory
from slabot.paging.errors import (
    BadPayload,
    PagingError,
    SendError,
    SendOutcomeUnknown,
    SendPermanent,
    SendRetry,
    SlackError,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackRetry,
    TokenError,
)
from slabot.paging.setup_check import SCOPES, check_slack
from slabot.paging.slack import Channel, Identity, Posted, SlackSender
from slabot.paging.slack_calls import open_client
from slabot.paging.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    Late,
    LateCause,
    MissedBy,
    NextStep,
    Open,
    PageView,
    SnoozedUntil,
    State,
    Superseded,
    Who,
)

__all__ = [
    "SCOPES",
    "AcknowledgedBy",
    "AnsweredInTime",
    "BadPayload",
    "Button",
    "Channel",
    "ClaimedBy",
    "Click",
    "Directory",
    "Finding",
    "Identity",
    "Late",
    "LateCause",
    "Level",
    "MissedBy",
    "NextStep",
    "NotOurs",
    "Open",
    "PageView",
    "PagingError",
    "Posted",
    "Refused",
    "Rendered",
    "SendError",
    "SendOutcomeUnknown",
    "SendPermanent",
    "SendRetry",
    "SigningSecret",
    "SlackError",
    "SlackHarmless",
    "SlackOutcomeUnknown",
    "SlackPermanent",
    "SlackRetry",
    "SlackSender",
    "SnoozedUntil",
    "State",
    "Superseded",
    "TokenError",
    "Who",
    "check_slack",
    "compose",
    "open_client",
    "parse_click",
    "render",
    "render_reply",
    "state_of",
    "superseded",
]
