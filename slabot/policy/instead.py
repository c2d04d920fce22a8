"""What do people write instead of a setting or of a number?

Promise: one place for it; each answer is a line that can be written as it stands.
"""

from __future__ import annotations

import re
from typing import Any

from slabot.policy.paths import Path
from slabot.policy.syntax import KEY_AND_VALUE, spaced

# Names that others give to settings. They are looked up only where the setting may stand.
_SETTINGS = {
    "respond_within": "respond_in response_within reply_within reply_in answer_within first_response target sla "
    "first_response_within first_response_in response_time first_response_time sla_time",
    "means": "description definition meaning",
    "calendar": "business_hours schedule working_hours hours_of counted_in",
    "time_zone": "tz zone timezone time-zone",
    "open": "hours opening_hours working_hours business_hours days week workdays weekdays",
    "always": "24/7 24x7 always_open around_the_clock",
    "holidays": "public_holidays closed closed_on",
    "open_when": "join joins joined any_of combine union open_if members",
    "dates": "overrides exceptions special_days each_year yearly recurring",
    "before_holidays": "day_before_holidays days_before_holidays before_holiday eve eves short_days",
    "half_holidays": "half_days half_day half_holiday",
    "moved_working_days": "make_up_days working_days_moved substitute_days workday_substitutions",
    "also": "add extra own custom additional include plus",
    "except": "exclude without not minus open_on",
    "region": "state province subdivision subdiv land canton",
    "country": "country_code nation",
    "channel": "room default_channel slack_channel",
    "listen": "port host bind address listen_on port_number",
    "public_url": "url base_url external_url",
    "trusted_proxies": "proxies trusted_proxy proxy forwarded_allow_ips",
    "subdomain": "account instance site host domain name",
    "domain": "account instance site host subdomain name",
    "email": "user username login",
    "token_env": "api_token_env api_key_env key_env",
    "url": "path file database db dsn database_url connection",
    "text": "contains words keywords terms body message any_of",
    "organization": "organisation organizations organisations company org companies",
    "organizations": "organisations organization organisation companies orgs",
    "tags": "tag labels label",
    "tag": "tags labels label",
    "requester": "requesters from email customer",
    "at": "when after before rung",
    "notify": "who to tell channel channels page send_to",
    "rungs": "steps levels rules ladder stages",
    "when": "if match conditions condition",
    "unless": "if_not except not",
    "otherwise": "default else fallback",
    "people": "members users who persons rotation",
    "hand_over": "handover handoff hand_off rotates",
    "follow_ups": "reminders followups count",
    "or_after": "solve_after after timeout max_wait",
    "close_after": "close_in auto_close auto_close_after",
    "reopen_within": "reopen_in reopen",
}
_INSTEAD: dict[str, list[str]] = {}
for _setting, _names in _SETTINGS.items():
    for _name in _names.split():
        _INSTEAD.setdefault(_name, []).append(_setting)

# Targets of further clocks, which people look for beside that of the first response.
_CLOCKS = {
    "resolution": re.compile(
        r"(?:resolv\w*|resolution|solv\w*|solution|fix\w*|close[sd]?)(?:_(?:within|in|time|target|by))*"
    ),
    "next_response": re.compile(r"(?:next|subsequent|follow\w*)_(?:re\w+|answer)(?:_(?:within|in|time|target))*"),
    "periodic_update": re.compile(r"(?:periodic_)?updates?(?:_(?:within|in|every|time|target))*"),
}


def setting_meant(key: str, known: tuple[str, ...]) -> str:
    """The setting of this place that others call so; empty if there is none."""
    return next((setting for setting in _INSTEAD.get(key.lower(), ()) if setting in known), "")


def clock_meant(above: Path, key: str, value: Any) -> str:
    """The clock to write for a target that stands under a severity and is none of the first response."""
    if len(above) != 2 or above[0] != "severities":
        return ""
    for kind, name in _CLOCKS.items():
        if name.fullmatch(key.lower()):
            within = value if isinstance(value, str) else "8h"
            return (
                f"it is a clock of kind {kind}, under clocks: "
                f"- {{name: {kind}, kind: {kind}, within: {{{above[1]}: {within}}}}}"
            )
    return ""


def colon_meant(text: object) -> str:
    """``kind: zendesk`` for ``kind:zendesk``; empty for other texts."""
    match = KEY_AND_VALUE.fullmatch(text) if isinstance(text, str) else None
    return "" if match is None else spaced(match)


def number_meant(text: str, *, whole: bool) -> str:
    """The number that a text means: ``2.5`` for ``2,5``, ``1000`` for ``1,000``, ``20`` for ``20%``; empty if none."""
    plain = re.sub(r"\s|%|_|'", "", text)
    if re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", plain) and whole:
        plain = re.sub(r"[.,]", "", plain)
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,9}(?:\.\d{1,6})?", plain):
        return ""
    number = float(plain)
    return f"{int(number)}" if number == int(number) else "" if whole else f"{number:g}"
