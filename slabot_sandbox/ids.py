"""Make ids that look like the real ones.

Promise: ids look like the real ones (Zendesk's thirteen digits in steps of 128, Freshdesk's eleven, ULIDs, UUIDs) and
are the same in every run with the same seed.
"""

from __future__ import annotations

import random
from datetime import datetime

FIRST = 6_130_830_000_000
STEP = 128  # recorded ids of one account lie a multiple of 128 apart
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids:
    """A source of ids."""

    def __init__(self, seed: int, *, first: int = FIRST, step: int = STEP) -> None:
        """Two sources with one seed give the same ids."""
        self._random = random.Random(seed)
        self._next = first
        self._step = step

    def number(self) -> int:
        """The next id: thirteen digits, unless `first` says otherwise."""
        self._next += self._step
        return self._next

    def above(self, number: int) -> None:
        """Never give out a number up to this one: it is taken."""
        if number >= self._next:
            self._next = number - number % self._step

    def ulid(self, at: datetime) -> str:
        """A ULID: 48 bits of milliseconds, 80 random bits, in Crockford's base 32."""
        value = int(at.timestamp() * 1000) << 80 | self._random.getrandbits(80)
        return "".join(CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        digits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) % 4]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def token(self, length: int = 24) -> str:
        """Random letters and digits."""
        return "".join(self._random.choices(CROCKFORD, k=length))
