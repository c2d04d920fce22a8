"""Was everything done that was due, once, in time, and nothing else?

Promise: the verdict rests on the stand-ins' journal and on what was due: by the table that was written by hand, and by
`decide()` over the tickets as the helpdesk tells them in the end. What was broken on purpose excuses what it hindered,
and nothing more: ten seconds after its end everything must have moved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from slabot.policy import Policy
from tests.campaign.due import Act, Owed, acts_of, is_needed, owed_of
from tests.campaign.evidence import Evidence, SeenPage
from tests.campaign.golden import Expected

AIM = timedelta(seconds=10)  # from the instant that something is due, or from the end of what hindered it
READ = timedelta(seconds=2)  # from a change in the helpdesk until slabot knows of it
UNHEARD = timedelta(seconds=130)  # until a sweep finds it: helpdesks withhold a minute, and sweeps are a minute apart
SECOND = timedelta(seconds=1)  # the helpdesk's times are whole seconds
NEAR = timedelta(seconds=60)  # so long before a repeat something must have been broken, or the repeat had no cause


class Kind(StrEnum):
    """What is wrong."""

    LOST = "lost"
    LATE = "late"
    DOUBLED = "doubled"
    WRONG = "wrong"
    LEDGER = "the ledger says otherwise"
    UNSETTLED = "not brought to an end"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be.

    Attributes:
        what: the key of the page, or the write.
        due: when it was due; None where it never was.
        seen: what the stand-ins' journal shows.
    """

    kind: Kind
    ticket: str
    what: str
    due: datetime | None
    seen: str

    def __str__(self) -> str:
        due = "never due" if self.due is None else f"due {self.due:%H:%M:%S}"
        return f"{self.kind}: ticket {self.ticket}, {self.what}, {due}; {self.seen}"


@dataclass(slots=True)
class Verdict:
    """What the checker found.

    Attributes:
        lateness: of each page and write, how long after it was due it came, with that instant.
        repeats: pages that came again and said so, where the outcome of the first could not be known.
        unknowable: pages that came twice because a process was stopped in the middle of sending and went on later.
    """

    findings: list[Finding] = field(default_factory=list)
    lateness: list[tuple[datetime, timedelta]] = field(default_factory=list)
    pages: int = 0
    writes: int = 0
    repeats: int = 0
    unknowable: int = 0

    @property
    def sound(self) -> bool:
        """True if nothing was found."""
        return not self.findings


def check(evidence: Evidence, policy: Policy) -> Verdict:
    """Compare what was seen with what was due."""
    verdict = Verdict(pages=len(evidence.pages), writes=len(evidence.writes))
    faults = _Faults(evidence)
    found = verdict.findings
    found += _doubled(evidence, faults, verdict)
    found += _by_hand(evidence, faults)
    found += _by_decide(evidence, policy, faults, verdict)
    found += _ledger(evidence)
    found += [Finding(Kind.UNSETTLED, _ticket(each), each, None, "nothing was seen") for each in evidence.unsettled]
    return verdict


class _Faults:
    """What was broken, and until when it excuses."""

    def __init__(self, evidence: Evidence) -> None:
        self._faults, self._unheard = sorted(evidence.faults, key=lambda fault: fault.since), evidence.unheard
        self.ended = evidence.ended

    def limit(self, due: datetime, ticket: str) -> datetime:
        """Until when something must have been done that was due at an instant."""
        limit = due + AIM
        for since, until in self._hindering(ticket):
            if since <= limit and until >= due:
                limit = max(limit, until + AIM)
        return limit

    def unread_since(self, at: datetime, ticket: str) -> datetime:
        """From when on what people did may have been unknown to slabot at an instant: it reads within two seconds."""
        unread = at - READ
        for since, until in reversed(self._hindering(ticket)):
            if since <= at and unread <= until + AIM:
                unread = min(unread, since - READ)
        return unread

    def _hindering(self, ticket: str) -> list[tuple[datetime, datetime]]:
        """What hindered slabot, in order: from when until when."""
        hindering = [(fault.since, fault.until + fault.grace) for fault in self._faults if fault.hinders]
        return sorted([*hindering, *((at, at + UNHEARD) for at in self._unheard.get(ticket, ()))])

    def ahead(self, at: datetime) -> timedelta:
        """By how much slabot's clock may have been ahead at an instant."""
        return max((fault.ahead for fault in self._faults if fault.since <= at <= fault.until + SECOND), default=NONE)

    def between(self, since: datetime, until: datetime, *, stops: bool = False) -> bool:
        """True if something was broken in that time."""
        return any(
            fault.since <= until and fault.until >= since and (fault.stops or not stops) for fault in self._faults
        )


NONE = timedelta()


def _doubled(evidence: Evidence, faults: _Faults, verdict: Verdict) -> Iterator[Finding]:
    by_key: dict[str, list[SeenPage]] = defaultdict(list)
    for page in evidence.pages:
        by_key[page.key].append(page)
    for key, pages in by_key.items():
        first = pages[0]
        for page in pages[1:]:
            since = first.at - NEAR
            if page.marked and faults.between(since, page.at):
                verdict.repeats += 1
            elif faults.between(since, page.at, stops=True):
                verdict.unknowable += 1
            else:
                why = "it says that it may be a repeat, and nothing was broken" if page.marked else "without a word"
                seen = f"posted at {first.at:%H:%M:%S} and again at {page.at:%H:%M:%S}, {why}"
                yield Finding(Kind.DOUBLED, page.ticket, key, None, seen)
    written = Counter((write.ticket, write.what, write.key) for write in evidence.writes)
    for (ticket, what, key), number in written.items():
        if number > 1:
            yield Finding(Kind.DOUBLED, ticket, f"{what} {key}".rstrip(), None, f"written {number} times")


def _by_hand(evidence: Evidence, faults: _Faults) -> Iterator[Finding]:
    """The tickets of the table, without any rule of slabot's."""
    for ticket, golden in evidence.golden.items():
        created = evidence.created[ticket]
        pages = [(_rung(page.key), page.at) for page in evidence.pages if page.ticket == ticket]
        writes = [(each.what, each.at) for each in evidence.writes if each.ticket == ticket and each.what in STATUSES]
        for expected, seen in ((golden.pages, pages), (golden.writes, writes)):
            yield from _row(ticket, golden.name, created, expected, seen, faults)


STATUSES = ("open", "pending", "hold", "solved", "closed")


def _row(
    ticket: str,
    name: str,
    created: datetime,
    expected: Sequence[Expected],
    seen: Sequence[tuple[str, datetime]],
    faults: _Faults,
) -> Iterator[Finding]:
    """What is expected of a golden ticket, and what was seen of it."""
    known = {each.what for each in expected}
    for what, at in seen:
        if what not in known:
            yield Finding(Kind.WRONG, ticket, f"{what} ({name})", None, f"seen at {at:%H:%M:%S}")
    for each in expected:
        due = created + each.after * SECOND
        limit = faults.limit(due, ticket)
        ends = None if each.until is None else created + each.until * SECOND
        came = next((at for what, at in seen if what == each.what), None)
        if came is None:
            if limit < faults.ended and (ends is None or ends > limit):
                yield Finding(Kind.LOST, ticket, f"{each.what} ({name})", due, "nothing was seen")
        elif came < due - faults.ahead(came):
            yield Finding(Kind.WRONG, ticket, f"{each.what} ({name})", due, f"came too soon, at {came:%H:%M:%S.%f}")
        elif came > limit + SECOND:
            late = (came - due).total_seconds()
            yield Finding(Kind.LATE, ticket, f"{each.what} ({name})", due, f"came {late:.1f} s after it was due")


def _by_decide(evidence: Evidence, policy: Policy, faults: _Faults, verdict: Verdict) -> Iterator[Finding]:
    """All tickets, by `decide()`."""
    acts: dict[str, list[Act]] = defaultdict(list)
    for act in acts_of(evidence):
        acts[act.ticket].append(act)
    for ticket, record in evidence.tickets.items():
        mine = acts[ticket]
        for act in mine:
            unread, ahead = faults.unread_since(act.at, ticket), faults.ahead(act.at)
            need = is_needed(record, policy, mine, act, unread_since=unread, ahead=ahead)
            if need is None:
                yield Finding(Kind.WRONG, ticket, act.what, None, f"seen at {act.at:%H:%M:%S.%f}")
                continue
            verdict.lateness.append((need, max(act.at - need, NONE)))
            if act.at > faults.limit(need, ticket) + SECOND:
                late = (act.at - need).total_seconds()
                yield Finding(Kind.LATE, ticket, act.what, need, f"came {late:.1f} s after it was due")
        yield from _lost(owed_of(record, policy, mine, evidence.ended), mine, faults)


def _lost(owed: Sequence[Owed], acts: Sequence[Act], faults: _Faults) -> Iterator[Finding]:
    """What was due for so long that it must have been done."""
    for each in owed:
        done = any(act.fits(each.action) and act.at >= each.since - SECOND for act in acts)
        limit = faults.limit(each.since, each.ticket)
        if not done and limit < min(each.until, faults.ended):
            seen = "nothing was seen" if each.until >= faults.ended else f"nothing was seen until {each.until:%H:%M:%S}"
            yield Finding(Kind.LOST, each.ticket, each.action.key, each.since, seen)


def _ledger(evidence: Evidence) -> Iterator[Finding]:
    """What the ledger says of pages, beside what was posted."""
    posted = {page.key: page.ticket for page in evidence.pages}
    told = {row.key: row.ticket for row in evidence.sent_rows}
    for key in posted.keys() - told.keys():
        yield Finding(Kind.LEDGER, posted[key], key, None, "posted, and the ledger does not know of it")
    for key in told.keys() - posted.keys():
        if "/page/" in key:
            yield Finding(Kind.LEDGER, told[key], key, None, "the ledger says that it was sent, and nobody has it")


def _rung(key: str) -> str:
    """``critical/50% used`` of ``acme/1/page/first_response/critical/50% used/0``."""
    return "/".join(key.split("/")[4:-1])


def _ticket(unsettled: str) -> str:
    return unsettled.split("/")[1] if unsettled.count("/") > 1 else ""
