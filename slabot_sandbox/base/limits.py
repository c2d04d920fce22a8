"""Count requests in fixed windows of time."""

from __future__ import annotations

from slabot.clock import Clock

MINUTE = 60  # seconds


class Windows:
    """Counts by name; a window begins at each whole multiple of its length, by the sandbox's clock."""

    def __init__(self, clock: Clock) -> None:
        """Count from nothing."""
        self._clock = clock
        self._used: dict[tuple[str, int], tuple[int, int]] = {}  # name and length: number of the window, count

    def used(self, name: str, length: int = MINUTE) -> int:
        """How much was counted in the present window of so many seconds."""
        window, used = self._used.get((name, length), (0, 0))
        return used if window == self._now() // length else 0

    def count(self, name: str, length: int = MINUTE, by: int = 1) -> int:
        """Count so much more; returns what was used by now in this window."""
        used = self.used(name, length) + by
        self._used[name, length] = (self._now() // length, used)
        return used

    def resets_in(self, length: int = MINUTE) -> int:
        """Seconds until the next window begins, at least one."""
        return length - self._now() % length

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
