"""In what respect may a helpdesk count otherwise than the agreement?

Promise: each is a rule of counting that predicts a figure from the ticket's own history; none of them is "something
else". Whatever no combination of a few of them predicts stays unexplained.
"""

from __future__ import annotations

from enum import StrEnum


class Deviation(StrEnum):
    """One other rule."""

    EVERY_AGENT = "every_agent"
    BOTS_AND_AUTOMATION = "bots_and_automation"
    PRIVATE_NOTES = "private_notes"
    PUBLIC_NOTES = "public_notes"
    PRIVACY_OF_TODAY = "privacy_of_today"
    SLABOT_COUNTS = "slabot_counts"
    NOT_WHERE_SUPPORT_BEGAN = "not_where_support_began"
    FROM_CREATION = "from_creation"
    UNASSIGNED = "unassigned"
    FROM_LAST_ANSWER = "from_last_answer"
    OWN_TARGET = "own_target"
    AROUND_THE_CLOCK = "around_the_clock"
    THEIR_HOURS = "their_hours"
    OTHER_CALENDAR = "other_calendar"
    PRIORITY_AT_CREATION = "priority_at_creation"
    PRIORITY_NOW = "priority_now"
    NO_NEXT_WORKING_DAY = "no_next_working_day"
    CLOSING_TIME_MOVED = "closing_time_moved"
    PAUSED_WITH_CUSTOMER = "paused_with_customer"
    RUNS_WITH_CUSTOMER = "runs_with_customer"
    PAUSED_ON_HOLD = "paused_on_hold"
    RUNS_ON_HOLD = "runs_on_hold"
    PAUSED_BY_STATUS = "paused_by_status"
    FIRST_SOLVE = "first_solve"
    SOLVE_OF_BEFORE = "solve_of_before"
    CLOSE_IS_THE_SOLVE = "close_is_the_solve"
    CLOSE_IS_NO_SOLVE = "close_is_no_solve"
    AS_OBSERVED = "as_observed"
    ENDED_STRETCHES_ONLY = "ended_stretches_only"


SENTENCES: dict[Deviation, str] = {
    Deviation.EVERY_AGENT: (
        "there, a message by any agent is an answer, also by one who asked, is in copy, or is on the list bots"
    ),
    Deviation.BOTS_AND_AUTOMATION: "there, public messages by automation and automatic replies are answers",
    Deviation.PRIVATE_NOTES: "there, an internal note is an answer",
    Deviation.PUBLIC_NOTES: "there, a public note is no answer; here, it is one if a person of support wrote it",
    Deviation.PRIVACY_OF_TODAY: "there, a message counts as public or not as it is today, and it was changed later",
    Deviation.SLABOT_COUNTS: "there, slabot's own messages are answers",
    Deviation.NOT_WHERE_SUPPORT_BEGAN: "there, a ticket that support began has no first answer",
    Deviation.FROM_CREATION: "there, time runs from the creation; here, from when the customer asked",
    Deviation.UNASSIGNED: (
        "there, nothing counts before the ticket is first assigned: no answer of before does, and time runs from then"
    ),
    Deviation.FROM_LAST_ANSWER: "there, time runs from the last public answer; here, while others are waited for",
    Deviation.OWN_TARGET: "there, another target is promised, as the helpdesk tells",
    Deviation.AROUND_THE_CLOCK: "there, time counts around the clock",
    Deviation.THEIR_HOURS: "there, time counts in the helpdesk's own business hours, as it tells them",
    Deviation.OTHER_CALENDAR: "there, time counts in another calendar",
    Deviation.PRIORITY_AT_CREATION: "there, the target is that of the priority at the creation",
    Deviation.PRIORITY_NOW: "there, the target is that of the present priority",
    Deviation.NO_NEXT_WORKING_DAY: "there, a request on a closed date has its usual target",
    Deviation.CLOSING_TIME_MOVED: "there, what is due at a closing time is due at the next opening",
    Deviation.PAUSED_WITH_CUSTOMER: "there, the clock stands still while the customer is waited for; here, it runs",
    Deviation.RUNS_WITH_CUSTOMER: "there, the clock runs while the customer is waited for; here, it stands still",
    Deviation.PAUSED_ON_HOLD: "there, the clock stands still while a third party is waited for; here, it runs",
    Deviation.RUNS_ON_HOLD: "there, the clock runs while a third party is waited for; here, it stands still",
    Deviation.PAUSED_BY_STATUS: (
        "there, the clock stands still as long as the status lasts; here, until the customer has answered"
    ),
    Deviation.FIRST_SOLVE: "there, the first solve counts, and the ticket was reopened since",
    Deviation.SOLVE_OF_BEFORE: "there, the last solve is kept although the ticket is open again",
    Deviation.CLOSE_IS_THE_SOLVE: "there, the close counts as the solve",
    Deviation.CLOSE_IS_NO_SOLVE: "there, a close without a solve is no solve",
    Deviation.AS_OBSERVED: "the helpdesk dates it otherwise than the history that it gives, where slabot saw it later",
    Deviation.ENDED_STRETCHES_ONLY: "there, a stretch counts once it is over",
}
