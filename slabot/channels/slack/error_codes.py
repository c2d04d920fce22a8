"""Classify Slack's error codes: retry, give up, or outcome unknown.

Promise: every error code is classed here and nowhere else. An unknown code is retried (a late page is better
than a lost one), and a call that may have been acted upon is never reported as not done.

Codes: the "Errors" tables of the methods used, https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import assert_never

from slabot.channels.errors import SlackError, SlackHarmless, SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.channels.http import wait_of


class CallEffect(Enum):
    """What a call does, and so what it means that its outcome is not known."""

    READ = "read"
    CHANGE = "change"
    """Repeating it changes nothing: chat.update."""
    POST = "post"
    """Repeating it sends a second message."""


class Class(StrEnum):
    """What is to be done about an error."""

    RETRY = "retry"
    UNKNOWN = "unknown"
    """It may have been done: Slack failed on the way."""
    PERMANENT = "permanent"
    HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class ErrorMeaning:
    """One error code.

    Attributes:
        why: in words, the beginning of a sentence.
        remedy: what a person can do; empty where nobody need do anything.
        text_may_pass: True if Slack refused the blocks, so that the text alone may still arrive.
    """

    kind: Class
    why: str
    remedy: str = ""
    text_may_pass: bool = False


_TOKEN = "Put a valid bot token (xoxb-…) into the variable that slack.token_env names, and restart slabot."
_INVITE = "Invite it there: /invite @slabot."
_CHANNEL = "Check the channel's name in the policy; if it is private, invite slabot there first: /invite @slabot."
_SCOPE = "Add the scope in the app's settings (docs/slack.md lists all of them) and install the app again."
_ADMIN = "Ask an admin of the Slack workspace to allow it."
_REPORT = "This is an error in slabot: please report it with this message."
_NEW_MESSAGE = "The page can go out as a message of its own."
_TAB = "Turn on the Messages tab in the app's settings."
_ARCHIVED = "Unarchive the channel, or name another one in the policy."


def _retry(why: str) -> ErrorMeaning:
    return ErrorMeaning(Class.RETRY, why)


def _permanent(why: str, remedy: str) -> ErrorMeaning:
    return ErrorMeaning(Class.PERMANENT, why, remedy)


def _refused_blocks(why: str) -> ErrorMeaning:
    return ErrorMeaning(Class.PERMANENT, why, _REPORT, text_may_pass=True)


def _harmless(why: str) -> ErrorMeaning:
    return ErrorMeaning(Class.HARMLESS, why)


CODES: Mapping[str, ErrorMeaning] = {
    # Later, by itself.
    "ratelimited": _retry("Slack asks for fewer calls"),
    "rate_limited": _retry("Slack asks for fewer calls"),
    "accesslimited": _retry("Slack limits access for now"),
    "message_limit_exceeded": _retry("the workspace sends more messages than Slack takes"),
    "service_unavailable": _retry("Slack is not available"),
    "team_added_to_org": _retry("the workspace is being moved into an organization"),
    "external_channel_migrating": _retry("the channel is being moved"),
    "channel_type_is_migrating": _retry("the channel is being converted"),
    "request_timeout": _retry("Slack received only a part of the call"),
    "invalid_cursor": _retry("Slack no longer knows the place in a list"),
    # "It's possible some aspect of the operation succeeded before the error was raised."
    "internal_error": ErrorMeaning(Class.UNKNOWN, "Slack failed on the way"),
    "fatal_error": ErrorMeaning(Class.UNKNOWN, "Slack failed on the way"),
    # Who we are.
    "not_authed": _permanent("the call carried no token", _TOKEN),
    "invalid_auth": _permanent("Slack does not accept the token", _TOKEN),
    "token_revoked": _permanent("the token was revoked", _TOKEN),
    "token_expired": _permanent("the token has expired", _TOKEN),
    "account_inactive": _permanent("the bot's account was deactivated", "Install the app again. " + _TOKEN),
    "not_allowed_token_type": _permanent("this kind of token may not do this", _TOKEN),
    "user_is_bot": _permanent("a bot may not do this", _REPORT),
    "missing_scope": _permanent("the app was not given the scope for this", _SCOPE),
    "no_permission": _permanent("the bot may not do this", _SCOPE),
    "access_denied": _permanent("access is denied", _ADMIN),
    "ekm_access_denied": _permanent("the workspace's encryption keys deny access", _ADMIN),
    "org_login_required": _permanent("the workspace is being moved into an organization", _ADMIN),
    "team_access_not_granted": _permanent("the app was not given this workspace", _ADMIN),
    "team_not_found": _permanent("the workspace does not exist", _TOKEN),
    "two_factor_setup_required": _permanent("the workspace asks for two-factor authentication", _ADMIN),
    "enterprise_is_restricted": _permanent("the organization does not allow this", _ADMIN),
    # Where to.
    "channel_not_found": _permanent("the channel does not exist, or slabot cannot see it", _CHANNEL),
    "not_in_channel": _permanent("slabot is not in the channel", _INVITE),
    "user_not_in_channel": _permanent("the person is not in the channel", "Ask them to join it."),
    "is_archived": _permanent("the channel is archived", _ARCHIVED),
    "is_inactive": _permanent("the channel is frozen", _ARCHIVED),
    "user_not_found": _permanent("the person is not in this workspace", "Name somebody else."),
    "users_not_found": _permanent("nobody in this workspace has that address", "Name somebody else."),
    "user_disabled": _permanent("the person's account is deactivated", "Name somebody else."),
    "cannot_dm_bot": _permanent("a bot takes no direct messages", "Name a person."),
    "no_such_subteam": _permanent("there is no such user group", "Check the group's handle in the policy."),
    "restricted_action": _permanent("the workspace restricts who may post there", _ADMIN),
    "restricted_action_read_only_channel": _permanent("the channel is read-only", _ADMIN),
    "restricted_action_non_threadable_channel": _permanent("the channel allows no threads", _ADMIN),
    "restricted_action_thread_only_channel": _permanent("the channel allows replies in threads only", _ADMIN),
    "restricted_action_thread_locked": _permanent("the thread is locked", "Unlock the thread."),
    "channel_is_limited_access": _permanent("access to the channel is limited", _ADMIN),
    "not_allowed": _permanent("this is not allowed there", _ADMIN),
    "method_not_supported_for_channel_type": _permanent("this is not possible in such a channel", _CHANNEL),
    "thread_not_found": _permanent("the message that this replies to is gone", _NEW_MESSAGE),
    "cannot_reply_to_message": _permanent("the message that this replies to takes no replies", _NEW_MESSAGE),
    "slack_connect_canvas_sharing_blocked": _permanent("the shared channel does not allow this", _ADMIN),
    "messages_tab_disabled": _permanent("the app takes no direct messages", _TAB),
    # What we sent.
    "invalid_blocks": _refused_blocks("Slack does not accept the layout of the message"),
    "invalid_blocks_format": _refused_blocks("Slack does not accept the layout of the message"),
    "msg_blocks_too_long": _refused_blocks("the layout of the message is too long"),
    "invalid_attachments": _refused_blocks("Slack does not accept the layout of the message"),
    "too_many_attachments": _refused_blocks("the message has too many parts"),
    "block_mismatch": _refused_blocks("Slack does not accept the layout of the message"),
    "msg_too_long": _permanent("the message is too long", _REPORT),
    "no_text": _permanent("the message is empty", _REPORT),
    "markdown_text_conflict": _permanent("the message is given twice", _REPORT),
    "metadata_too_large": _permanent("the message's metadata is too large", _REPORT),
    "invalid_metadata_format": _permanent("Slack does not accept the message's metadata", _REPORT),
    "invalid_metadata_schema": _permanent("Slack does not accept the message's metadata", _REPORT),
    "metadata_must_be_sent_from_app": _permanent("only an app's token may send metadata", _TOKEN),
    "invalid_arguments": _permanent("Slack does not accept the call's arguments", _REPORT),
    "invalid_arg_name": _permanent("Slack does not know an argument of the call", _REPORT),
    "invalid_array_arg": _permanent("Slack does not accept the call's arguments", _REPORT),
    "invalid_charset": _permanent("Slack does not accept the call's encoding", _REPORT),
    "invalid_form_data": _permanent("Slack does not accept the call's form", _REPORT),
    "invalid_post_type": _permanent("Slack does not accept the call's type", _REPORT),
    "missing_post_type": _permanent("Slack does not accept the call's type", _REPORT),
    "invalid_json": _permanent("Slack does not accept the call's body", _REPORT),
    "json_not_object": _permanent("Slack does not accept the call's body", _REPORT),
    "view_too_large": _permanent("the dialog is too large", _REPORT),
    "invalid_ts_latest": _permanent("Slack does not accept a time", _REPORT),
    "invalid_ts_oldest": _permanent("Slack does not accept a time", _REPORT),
    "unknown_method": _permanent("Slack does not know this call", "Check slack.api_url in the policy."),
    "method_deprecated": _permanent("Slack has given up this call", "Update slabot."),
    "deprecated_endpoint": _permanent("Slack has given up this call", "Update slabot."),
    # Dialogs and the home tab.
    "expired_trigger_id": _permanent("more than three seconds have passed since the click", "Click again."),
    "exchanged_trigger_id": _permanent("the click has been used already", "Click again."),
    "invalid_trigger_id": _permanent("Slack does not know the click", "Click again."),
    "invalid_trigger": _permanent("Slack does not know the click", "Click again."),
    "not_enabled": _permanent("the app's home tab is off", "Turn on the Home tab in the app's settings."),
    "hash_conflict": _harmless("a newer one is shown already"),
    # Nothing left to update.
    "message_not_found": _harmless("the message is gone"),
    "cant_update_message": _harmless("the message can no longer be changed"),
    "edit_window_closed": _harmless("the message can no longer be changed"),
    "update_failed": _harmless("Slack did not change the message; the next version will"),
}

_UNKNOWN_CODE = ErrorMeaning(Class.RETRY, "Slack answered with an error that slabot does not know")
_ODD_ADDRESS = _permanent(
    "what answered is not Slack", "Check slack.api_url in the policy, and whether a proxy stands in between."
)
_NOT_A_CODE = re.compile(r"[^a-z0-9_]+")


def clean_code(error: object) -> str:
    """Slack's code as a word that is safe to show; ``no_code`` where what stands there is no code."""
    if isinstance(error, str) and len(error) <= 60 and error and not _NOT_A_CODE.search(error):
        return error
    return "no_code"


def meaning(code: str, status: int) -> ErrorMeaning:
    """What an error code of an answer with this HTTP status means."""
    if code in CODES:
        return CODES[code]
    if status == 429:
        return CODES["ratelimited"]
    if status == 503:
        return CODES["service_unavailable"]
    if status >= 500:
        return CODES["internal_error"]
    if code == "no_code":
        # 200 and no JSON: a gateway's page, perhaps instead of Slack's answer, perhaps after it.
        return CODES["internal_error"] if status < 300 else _ODD_ADDRESS
    return _UNKNOWN_CODE


def failure(
    *,
    method: str,
    effect: CallEffect,
    code: str,
    status: int,
    retry_after: str | None,
    needed: str | None,
    now: datetime,
) -> SlackError:
    """The error that an answer stands for.

    Args:
        method: Slack's name of the call.
        effect: what the call does.
        code: Slack's error code, cleaned.
        status: of the HTTP answer.
        retry_after: the header of that name.
        needed: the scope that Slack says is missing.
        now: UTC; the wait counts from it.
    """
    found = meaning(code, status)
    until = now + wait_of(retry_after)
    match found.kind:
        case Class.RETRY:
            return retry(method, code, found.why, until)
        case Class.UNKNOWN:
            return outcome_unknown(method, effect, code, found.why, until)
        case Class.HARMLESS if effect is CallEffect.CHANGE:
            return SlackHarmless(f"{found.why} ({method}: {code}); nothing need be done", method=method, code=code)
        case Class.HARMLESS | Class.PERMANENT:
            why = found.why + (f": {needed}" if needed and code == "missing_scope" else "")
            return SlackPermanent(method=method, code=code, why=why, remedy=found.remedy or "Nothing can be done.")
        case _:
            assert_never(found.kind)


def retry(method: str, code: str, why: str, until: datetime) -> SlackRetry:
    """Not done; asked again later."""
    message = f"{why} ({method}: {code}); slabot asks again, not before {until:%H:%M:%S} UTC"
    return SlackRetry(message, method=method, code=code, until=until)


def outcome_unknown(method: str, effect: CallEffect, code: str, why: str, until: datetime) -> SlackError:
    """It may have been done: asked again at once if repeating is harmless, else looked up first."""
    if effect is not CallEffect.POST:
        return retry(method, code, why, until)
    message = f"{why} ({method}: {code}), so the message may or may not have arrived; slabot looks for it"
    return SlackOutcomeUnknown(message, method=method, code=code)
