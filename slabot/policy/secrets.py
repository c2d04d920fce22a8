"""Which part of a line may be shown to people?

Promise: a value that looks like a secret is shown nowhere: not in a message, not in the line that a problem
quotes. Rather a harmless value too many is masked than a token too few.
"""

from __future__ import annotations

import re

MASK = "•"

# A setting whose value may be a secret that was pasted where a variable's name belongs.
_SETTING = re.compile(
    r"""(?<![\w-])(?P<key>[\w-]*(?:token|secret|passw|(?:api|routing)_?key|credential|_env\b)[\w-]*["']?\s*:\s*)(?P<value>\S.*)""",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"""(["']?)[A-Z][A-Z0-9_]*\1""")
_IN_ADDRESS = re.compile(r"(?<=://)(?P<user>[^\s/:@]*:)(?P<value>[^\s/]+)(?=@)")
_SECRETS_NAME = r"(?:[\w.-]*(?:token|secret|passw|pwd|api_?key|credential|signature)[\w.-]*|key|auth|sig|code|sas)"
# Without a scheme: ana:pw@host. Destinations (user:maya@…) and addresses for mail look alike and hold none.
_IN_LOGIN = re.compile(
    r"""(?<![^\s"'({\[,:])(?P<user>(?!(?:user|email|group|mailto):)[\w.+-]+:)(?P<value>[^\s/@"']+)(?=@)"""
)
_IN_QUERY = re.compile(rf"(?<=[?&;\s\"'])(?P<name>{_SECRETS_NAME}=)(?P<value>[^&;\s\"'#]+)", re.IGNORECASE)
_OF_SLACK = re.compile(r"\b(?:xox[a-z]|xapp)-[\w-]+")
_RANDOM = re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[0-9])[\w+/=-]{20,}(?![\w+/=-])")
_HEXADECIMAL = re.compile(
    r"(?<![\w-])(?:[0-9a-fA-F]{32,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])"
)


def masked_line(line: str) -> str:
    """A line of the file with every value that looks like a secret replaced, at the same length.

    The time it takes rises with the square of the length at worst: cut long lines before.
    """
    return masked(_mask_settings(line))


def masked(text: str) -> str:
    """Words for people in which what looks like a token or a password is replaced."""
    text = _IN_ADDRESS.sub(lambda match: match["user"] + MASK * len(match["value"]), text)
    text = _IN_LOGIN.sub(lambda match: match["user"] + MASK * len(match["value"]), text)
    text = _IN_QUERY.sub(lambda match: match["name"] + MASK * len(match["value"]), text)
    text = _OF_SLACK.sub(lambda match: MASK * len(match[0]), text)
    text = _HEXADECIMAL.sub(lambda match: MASK * len(match[0]), text)
    return _RANDOM.sub(lambda match: MASK * len(match[0]), text)


def in_address(address: str) -> str | None:
    """What secret an address holds, in words; None if it holds none.

    For addresses of the web and of databases: who logs in, a query named like a secret, a part that looks like one.
    """
    before, scheme, after = address.partition("://")
    rest = after if scheme else before
    login, at, _ = rest.rpartition("@")
    if at and ":" in login:
        return "a password"
    if _IN_QUERY.search(rest):
        return "a secret after its question mark"
    if address.startswith("http") and at and "/" not in login:
        return "a login"
    return "what looks like a secret" if masked(address) != address else None


def why_unsendable(value: str) -> str | None:
    """Why a secret cannot travel in a header of HTTP or a login, without showing it; None if it can."""
    for place, sign in enumerate(value, start=1):
        if not sign.isascii():
            return (
                f"its character number {place} is no plain letter, digit or sign (an emoji, an umlaut, a curly quote?)"
            )
        if not sign.isprintable():
            return f"its character number {place} is a line break or another control character"
    return None


def mask_span(line: str, column: int, width: int) -> str:
    """The line with `width` characters from `column` (counted from 1) replaced."""
    start, end = column - 1, min(column - 1 + width, len(line))
    return line[:start] + MASK * max(0, end - start) + line[end:]


def _mask_settings(line: str, *, in_flow: bool = False) -> str:
    match = _SETTING.search(line)
    if match is None:
        return line
    in_flow = in_flow or "{" in line[: match.start()]
    value, rest = _value_and_rest(match["value"], in_flow=in_flow)
    shown = value if _VARIABLE.fullmatch(value) else MASK * len(value)
    return line[: match.start("value")] + shown + _mask_settings(rest, in_flow=in_flow)


def _value_and_rest(text: str, *, in_flow: bool) -> tuple[str, str]:
    """Where the value ends: at its quote; in {braces} at , or }; else at a comment or the line's end."""
    if text[0] in "\"'" and (end := text.find(text[0], 1)) > 0:
        return text[: end + 1], text[end + 1 :]
    found = re.search(r"\s*[,}\]]|\s+#" if in_flow else r"\s+#|\s*$", text)
    end = found.start() if found else len(text)
    return text[:end], text[end:]
