"""What does an unquoted word of YAML mean?

Promise: what YAML 1.2's core schema says, and nothing else: ``off``, ``yes``, ``9:30`` and ``2026-12-24`` are text,
``010`` is ten. (YAML 1.1, which many libraries read, makes them false, true, 570, a date and eight.)
"""

from __future__ import annotations

import re

DIGITS = 40  # digits of a whole number; what is longer is no number that a policy needs, and stays text

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)

Scalar = str | int | float | bool | None


def scalar(text: str) -> Scalar:
    """The value of an unquoted scalar."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return text if len(text) > DIGITS else int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
