"""Work out how long the service was down in each month, and how much of the month that is.

Promise: minutes first, then per cent. A second counts once, however many outages hold it; an outage that lasts still
counts until now, and so does the month. Months begin at midnight of the policy's display zone, and are as long as they
really are, changes of the clocks included. A share is never rounded up: 100 per cent means not one second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import assert_never
from zoneinfo import ZoneInfo

from slabot.policy import Availability, Maintenance
from slabot.reports.outages import OutageSpan
from slabot.reports.spans import Span, length, within, without

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, or the part of it that is looked at.

    Attributes:
        name: ``2026-11``.
        whole: False where the question, or the present, cuts it.
    """

    name: str
    begins: datetime
    ends: datetime
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityFigure:
    """How available the service, or one part of it, was in a month.

    Attributes:
        service: None for all of it.
        down: how long; of a weighted figure the weighted mean.
        maintenance: announced maintenance outside outages, whether it counts or not.
        left_out: of the month, since neither up nor down.
        spans: the outages that lie in it, each with its whole length.
    """

    month: Month
    service: str | None
    down: Fraction
    maintenance: timedelta
    left_out: timedelta
    spans: tuple[OutageSpan, ...]

    @property
    def length(self) -> timedelta:
        """How much of the month counts."""
        return self.month.ends - self.month.begins - self.left_out

    @property
    def per_cent(self) -> Fraction | None:
        """How much of that the service was there; None where nothing of the month counts."""
        seconds = self.length // SECOND
        return None if seconds == 0 else 100 * (1 - self.down / seconds)


def months(since: datetime, until: datetime, now: datetime, zone: ZoneInfo) -> tuple[Month, ...]:
    """The months between two instants, none of it later than now, the first and the last perhaps in part.

    Args:
        since: aware.
        until: aware; what is later than now is left out.
        now: aware.
        zone: whose midnights begin a month.
    """
    until = min(until, now)
    found: list[Month] = []
    day = since.astimezone(zone).date().replace(day=1)
    while (begins := _midnight(day, zone)) < until:
        following = (day + timedelta(days=31)).replace(day=1)
        ends = _midnight(following, zone)
        cut = Month(f"{day:%Y-%m}", max(begins, since), min(ends, until), whole=begins >= since and ends <= until)
        if cut.begins < cut.ends:
            found.append(cut)
        day = following
    return tuple(found)


def figures(
    spans: Iterable[OutageSpan], terms: Availability, looked_at: Iterable[Month], now: datetime
) -> tuple[AvailabilityFigure, ...]:
    """For each month the figure of all, then one for each service.

    Args:
        spans: in any order, overlapping or not.
        terms: of the policy.
        looked_at: see `months`.
        now: until when an outage that lasts still counts.
    """
    known = sorted(spans, key=lambda span: (span.begins, span.origin, span.name))
    return tuple(figure for month in looked_at for figure in _of_month(known, terms, month, now))


def _of_month(
    spans: Sequence[OutageSpan], terms: Availability, month: Month, now: datetime
) -> Iterator[AvailabilityFigure]:
    here = tuple(span for span in spans if span.begins < month.ends and (span.ends or now) > month.begins)
    parts = [
        _figure(month, service, tuple(span for span in here if span.service in (None, service)), terms, now)
        for service in terms.services
    ]
    whole = _figure(month, None, here, terms, now)
    yield _weighted(whole, parts, terms) if terms.weights else whole
    yield from parts


def _figure(
    month: Month, service: str | None, spans: tuple[OutageSpan, ...], terms: Availability, now: datetime
) -> AvailabilityFigure:
    outages = within(_times(spans, now, maintenance=False), month.begins, month.ends)
    announced = without(within(_times(spans, now, maintenance=True), month.begins, month.ends), outages)
    down, maintenance, left_out = length(outages), length(announced), timedelta()
    match terms.maintenance:
        case Maintenance.DOWN:
            down += maintenance
        case Maintenance.LEFT_OUT:
            left_out = maintenance
        case Maintenance.UP:
            pass
        case _:
            assert_never(terms.maintenance)
    return AvailabilityFigure(
        month=month,
        service=service,
        down=Fraction(down // SECOND),
        maintenance=maintenance,
        left_out=left_out,
        spans=spans,
    )


def _weighted(
    whole: AvailabilityFigure, parts: Sequence[AvailabilityFigure], terms: Availability
) -> AvailabilityFigure:
    """The mean of the services' shares by their weights, as time of the month."""
    weights = {name: Fraction(str(weight)) for name, weight in terms.weights.items()}
    counted = [(part, weights[part.service or ""]) for part in parts if part.length > timedelta()]
    month = whole.month.ends - whole.month.begins
    total = sum((weight for _, weight in counted), Fraction())
    if not total:
        return whole
    share = sum((weight * part.down / (part.length // SECOND) for part, weight in counted), Fraction()) / total
    return AvailabilityFigure(
        month=whole.month,
        service=None,
        down=share * (month // SECOND),
        maintenance=whole.maintenance,
        left_out=timedelta(),
        spans=whole.spans,
    )


def _times(spans: Iterable[OutageSpan], now: datetime, *, maintenance: bool) -> list[Span]:
    return [(span.begins, min(span.ends or now, now)) for span in spans if span.maintenance is maintenance]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def rules_in_words(terms: Availability) -> tuple[str, ...]:
    """By which rules the figures are worked out, in sentences to stand beside them."""
    if not terms.services:
        scope = "One service, unweighted."
    elif terms.weights:
        named = ", ".join(f"{name} {terms.weights[name]:g}" for name in terms.services)
        scope = f"All is the mean of the services by their weights: {named}."
    else:
        scope = f"All is down while any service is ({', '.join(terms.services)}); unweighted."
    match terms.maintenance:
        case Maintenance.DOWN:
            maintenance = "Maintenance counts as down."
        case Maintenance.UP:
            maintenance = "Maintenance counts as up, except where an outage lies within it."
        case Maintenance.LEFT_OUT:
            maintenance = "Maintenance is left out of the month, except where an outage lies within it."
        case _:
            assert_never(terms.maintenance)
    return scope, maintenance
