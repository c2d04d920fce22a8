from __future__ import annotations

import slabot.calendars.errors as errors
from slabot.calendars import CalendarError
from slabot.domain.errors import SlabotError


def kinds() -> list[type[CalendarError]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CalendarError)]


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    for kind in kinds():
        assert f"── {kind.__name__} " in errors.__doc__
        assert issubclass(kind, SlabotError)


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    assert {kind.__name__: kind.code for kind in kinds()} == {
        "CalendarError": "bad-calendar",
        "UnknownZoneError": "unknown-time-zone",
        "HoursError": "bad-hours",
        "TargetError": "bad-target",
        "NeverOpensError": "calendar-never-opens",
        "OutsideYearsError": "outside-years",
        "UnknownCountryError": "unknown-country",
    }
