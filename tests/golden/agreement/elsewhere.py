"""Which clauses of the agreement have no test in this folder, and why?

Promise: `tests/golden/test_agreement_is_covered.py` holds that a clause has a test here or stands below.
"""

from __future__ import annotations

CALENDARS = "tests/unit/calendars"

ELSEWHERE = {
    # What the default policy states
    "The agreement that the default policy states (config.example.yaml)": "a heading",
    "A security vendor's published support agreement is the reference; the default policy implements what a "
    "bot can keep of it:": "introduces the table",
    "| severity | meaning | first response within | counted |\n|---|---|---|---|": "the head of the table",
    "by web or email": "slabot sees a channel's name only; the sample ticket is the one channel with a rule (§5)",
    "Out of a bot's reach, and said so in the docs: the quality of the first answer, remote sessions, product updates, "
    "staffing.": "out of reach by its own words",
    "Availability: the time that the service is running and accessible; downtime: the total time it is not. "
    "Reported per month from outage spans (tickets that a rule marks as an outage, and spans that an operator "
    "logs).": "reports",
    "6 and 7 and any other are read by label from the account's ticket fields.": "adapters: the label is "
    "looked up online",
    '(on many Freshdesk accounts 3 reads "awaiting your reply": `init` and `doctor` ask)': "cli: init and doctor",
    "an unmapped status is a loud error, never a guess.": "adapters raise it; in test_categories.py the "
    "policy answers None",
    # Time
    "Time, exactly": "a heading",
    "Aware datetimes and `timedelta` only; seconds precision; stored in UTC.": "tests/unit/domain/test_instant.py",
    "IANA zone per calendar (Rails names are mapped).": CALENDARS,
    "A calendar: several spans a day (`00:00-24:00` allowed), dated overrides, part-day breaks, named "
    "holidays (from the `holidays` package by country and region, plus and minus the file's own). Spans are "
    "closed-open; a span over midnight belongs to its opening date. A calendar that never opens, or a holiday outside "
    "its year range, is a validation error.": CALENDARS,
    "then, like every due time, moved back to the earliest instant with the same worked time": CALENDARS,
    "DST: wall times in a gap move forward; ambiguous ones take the first occurrence. Elapsed time is always real "
    "time.": CALENDARS,
    "Speed: a calendar compiles once to sorted UTC spans with running sums, so `elapsed` and `due` are two "
    "bisections.": CALENDARS,
    # Clocks and severity
    "Clocks and severity": "a heading",
    "(counted apart in reports)": "reports; the verdict itself is tested here",
    "a policy list": "the sample ticket stands in the default one; tests/unit/rules/test_clocks.py has another",
    "system lines (Zendesk author -1)": "adapters say who wrote a line; the rule is tested with the author `system`",
    # Silent tickets
    "Moving silent tickets on": "a heading",
    "`check` proves that the follow-ups fit before the 7 days from every start in the year, or warns.": "policy: the "
    "check of the file",
    "from templates that state the whole rule and the way out": "runtime fills them in; the default ones are "
    "read in test_follow_ups.py",
    "or opens the same ticket (Freshdesk)": "adapters say which; its history is one ticket's",
    "(ledger and digest say what it would have done)": "runtime and reports; here the actions carry the mode `observe`",
    "(default: installation)": "runtime fills it in with Policy.starting; tested in tests/unit/policy",
    "each checked again at the moment of acting": "runtime: decide() is called again before every delivery",
    "tell the admin": "runtime; the text for the admin is tested in tests/unit/rules/test_governor.py",
    "Zendesk writes use `safe_update`; Freshdesk re-reads first.": "adapters",
    "(`slabot undo`)": "cli",
    "so those have the stricter guards": "runtime and adapters: outcome unknown, at most once (§7)",
}

# What the design has announced since, and slabot does not do yet.
NOT_YET = (
    "nor CC of this ticket",
    "> what the reader of texts finds (where it stands)",
    "### As it was when it was said Who spoke, for whom, publicly or not, and who the requester was are "
    "facts of that moment: from what the helpdesk dates (Zendesk's audits); else from the first complete "
    "reading (author known, history whole), marked as first read.",
    "Text follows the newest telling (redaction).",
    "For what is dated, a verdict depends neither on when nor on how often slabot looked (a property test).",
    "| who writes | speaks for | |---|---| | the requester; people in CC or of the requester's "
    "organisation, private replies by mail included; an agent who is requester or CC of this ticket | the "
    "customer | | any other human agent, in public; live chat by an agent | support | | a third party: "
    "neither requester, CC nor organisation, or on the policy's list | nobody: it ends no wait and starts "
    "no clock | | automation, system lines, merges, surveys, bots, slabot; light agents and internal "
    "notes | nobody (a bad rating holds the close) | | an automatic reply by the helpdesk's flag | "
    "nobody; a status that it changed may be set back by rule, once a round, and the stretch counts as "
    "never left | | an automatic reply by its words alone | the customer; writes wait until a person "
    "looks |",
    "An agent who writes down a request (telephone, forwarded mail) starts the customer's clock where the "
    "policy says so.",
    "Where history has a gap that could turn the verdict, it is unknown; a running clock is running, "
    "certain: false; the page leaves and says that slabot cannot see whether it was answered; no write.",
    "After the answer, later customer messages are evidence for later clocks; a more severe match pages once.",
    "### Agreements, and verdicts that stay The first of agreements whose conditions hold is in force; "
    "what it does not say is the file's own.",
    "Severity is one ladder of names for all; targets, calendars, ladders, waits and texts are the agreement's.",
    "no_promise: WORDS: clocks run without target, verdict and pages, shown with the words; switching to "
    "it near the deadline is listed with who did it, and a miss stays.",
    "Terms are frozen, not verdicts: a stopped clock keeps the terms by which it was judged (agreement, "
    "severity table, target, the open spans used).",
    "No edit of the file and no release of holidays moves it; an event that comes late still does, with a "
    "ledger row that names it.",
    "Running clocks keep or adopt (terms_changes); under adopt nothing told is told again.",
    "Only rejudge judges anew by other terms.",
    "Dated terms: from inclusive, until exclusive, 00:00 in the clock's calendar; a clock instance counts "
    "by its own start.",
    "A changed condition in mid-flight is like a change of severity: the start stays, the rest is computed anew.",
    "A calendar date without a year returns each year and only changes days that would be open.",
    "Every figure exists raw and excused; an excuse has a person, a reason from the file's list, and a span.",
    "on a Solved ticket thanks alone reopens nothing)",
    "and texts say what is true there.",
)
