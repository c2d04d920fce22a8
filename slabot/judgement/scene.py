"""One sentence: its marks put together into what it says.

Promise: a verb for what should happen is trouble where it is negated, and trouble is none where that is; both within
one clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from slabot.judgement.findings import About, Scope, TroubleKind
from slabot.judgement.lexicon import Mark, Sign
from slabot.judgement.tokens import Sentence

BEFORE_VERB, AFTER_VERB, BEFORE_TROUBLE = 6, 6, 4  # words that may stand between a negation and what it negates
FARTHER = 4  # more of them behind "nobody", which may be described
NAME = 6  # words after "called" that may be a name
CIRCUMSTANCE = 3  # words after a preposition that belong to it
MANY, SEVERAL = 100, 15  # machines or people: most of those that there are, and a team

_KINDS = {
    Sign.BREACH: TroubleKind.BREACH,
    Sign.LOST: TroubleKind.LOST,
    Sign.UNPROTECTED: TroubleKind.UNPROTECTED,
    Sign.DEAD: TroubleKind.DEAD,
    Sign.BROKEN: TroubleKind.BROKEN,
    Sign.STOPPED: TroubleKind.STOPPED,
    Sign.PARTIAL: TroubleKind.PARTIAL,
}
_ABOUT = {Sign.CORE: About.CORE, Sign.FUNCTION: About.FUNCTION, Sign.TRIFLE: About.TRIFLE}
_SCOPES = {
    Sign.SITE: Scope.SITE,
    Sign.ALL: Scope.ALL,
    Sign.NOBODY: Scope.ALL,
    Sign.MOST: Scope.MOST,
    Sign.SOME: Scope.SOME,
    Sign.ONE: Scope.ONE,
}
_OF_NAMES = frozenset({*_KINDS, *_ABOUT, *_SCOPES, Sign.WORKS, Sign.NOT})


class Claim(NamedTuple):
    """Trouble as a sentence tells it, before anything else is known."""

    kind: TroubleKind
    about: About
    scope: Scope
    mark: Mark
    negated: bool


class Scene:
    """A sentence with its marks.

    Args:
        sentence: its words.
        marks: what was found in it; what stands between quotation marks, or is a name, is left out.
        verb_last: True for languages in which a negation may follow its verb.
    """

    def __init__(self, sentence: Sentence, marks: Iterable[Mark], *, verb_last: bool) -> None:
        self.sentence = sentence
        self._verb_last = verb_last
        tokens = sentence.tokens
        marks = sorted(marks, key=lambda mark: (mark.first, -len(mark.words)))
        names = {at for mark in marks if mark.sign is Sign.NAMED for at in self._name(mark)}
        quoted = {at for at, token in enumerate(tokens) if token.quoted}
        self.marks = [
            mark for mark in marks if not (mark.sign in _OF_NAMES and (mark.words & quoted or mark.first in names))
        ]
        self._by_sign: dict[Sign, list[Mark]] = {}
        for mark in self.marks:
            self._by_sign.setdefault(mark.sign, []).append(mark)
        turns = sorted(mark.first for mark in self.marks if mark.sign is Sign.TURN)
        self._clauses = [token.clause * 100 + sum(turn <= at for turn in turns) for at, token in enumerate(tokens)]
        self._used = frozenset[int]()
        self._claims: list[Claim] | None = None
        self._speaks_of: Scope | None = None

    def has(self, *signs: Sign) -> bool:
        """True if one of these was found."""
        return not self._by_sign.keys().isdisjoint(signs)

    def of(self, *signs: Sign) -> Iterator[Mark]:
        """What was found of these."""
        for sign in signs:
            yield from self._by_sign.get(sign, ())

    def claims(self) -> list[Claim]:
        """The troubles that it speaks of, in their order."""
        if self._claims is None:
            self._claims = self._claimed()
        return self._claims

    def _claimed(self) -> list[Claim]:
        found: list[Claim] = []
        verbs: set[int] = set()
        for mark in self.marks:
            if mark.sign is Sign.WORKS:
                if any(mark.words & other.words for other in self.of(*_KINDS)):
                    continue  # "blocked" is a trouble here, and no verb for what should happen
                negation = self._negation_of_verb(mark)
                if negation is not None:
                    verbs |= mark.words
                    whole = mark._replace(
                        first=min(mark.first, negation.first),
                        end=max(mark.end, negation.end),
                        words=mark.words | negation.words,
                    )
                    found.append(Claim(TroubleKind.BROKEN, About.UNSAID, Scope.UNSAID, whole, False))
            elif mark.sign in _KINDS:
                found.append(Claim(_KINDS[mark.sign], About.UNSAID, Scope.UNSAID, mark, self._is_negated(mark)))
        self._used = frozenset(verbs)
        return [claim._replace(about=self._about(claim.mark), scope=self._scope(claim.mark)) for claim in found]

    def works(self) -> bool:
        """True if it says of something that it works."""
        return any(mark.sign is Sign.WORKS and self._negation_of_verb(mark) is None for mark in self.marks)

    def quote(self, text: str, mark: Mark) -> str:
        """The clause in which a mark stands, as it was written."""
        tokens, clause = self.sentence.tokens, self.sentence.tokens[mark.first].clause
        first, last = mark.first, mark.end - 1
        while first > 0 and tokens[first - 1].clause == clause:
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1].clause == tokens[mark.end - 1].clause:
            last += 1
        return " ".join(text[tokens[first].start : tokens[last].end].split())

    def _name(self, mark: Mark) -> Iterator[int]:
        tokens = self.sentence.tokens
        end = min(mark.end + NAME, len(tokens))
        return (at for at in range(mark.end, end) if tokens[at].clause == tokens[mark.end - 1].clause)

    def _same_clause(self, one: int, other: int) -> bool:
        return self._clauses[one] == self._clauses[other]

    def _negation_of_verb(self, verb: Mark) -> Mark | None:
        none = (mark for mark in self.of(Sign.COUNT) if self._is_none(mark))
        for mark in (*self.of(Sign.NOT, Sign.NOBODY), *none):
            if mark.words & verb.words or not self._same_clause(mark.first, verb.first):
                continue
            reach = BEFORE_VERB if mark.sign is Sign.NOT else BEFORE_VERB + FARTHER
            if 0 < verb.first - mark.end + 1 <= reach and not self._works_between(mark, verb):
                return mark
            if self._verb_last and 0 <= mark.first - verb.end <= AFTER_VERB:
                return mark
        return None

    def _works_between(self, negation: Mark, verb: Mark) -> bool:
        """True if the negation belongs to another verb that stands nearer."""
        return any(
            negation.end <= other.first and other.end <= verb.first for other in self.of(Sign.BROKEN, Sign.PARTIAL)
        )

    def _is_negated(self, trouble: Mark) -> bool:
        for mark in self.of(Sign.NOT, Sign.NOBODY):
            if mark.words & trouble.words:
                continue
            if self._same_clause(mark.first, trouble.first) and 0 <= trouble.first - mark.end < BEFORE_TROUBLE:
                return True
        return False

    def _about(self, trouble: Mark) -> About:
        """What the trouble is about: the first thing of its clause that is no circumstance."""
        # "to log in" is a verb, and what everything rests on; "to report" is no report.
        things = [mark for mark in self.of(*_ABOUT) if mark.sign is Sign.CORE or not mark.words & self._used]
        things = [mark for mark in things if not mark.words < trouble.words]
        for near in (
            [mark for mark in things if self._same_clause(mark.first, trouble.first)],
            things,
        ):
            plain = [mark for mark in near if not self._is_circumstance(mark)]
            if plain or near:
                first = min(plain or near, key=lambda mark: (mark.first, mark.sign is not Sign.FUNCTION))
                return _ABOUT[first.sign]
        inside = [mark for mark in self.of(*_ABOUT) if mark.words & trouble.words and not mark.words & self._used]
        return _ABOUT[inside[0].sign] if inside else About.UNSAID

    def _is_circumstance(self, thing: Mark) -> bool:
        return any(
            mark.first < thing.first <= mark.end + CIRCUMSTANCE - 1 and self._same_clause(mark.first, thing.first)
            for mark in self.of(Sign.ABOUT)
        )

    def _scope(self, trouble: Mark) -> Scope:
        """How many the trouble hits, by its clause, or else by the sentence."""
        near = [mark for mark in self.marks if self._same_clause(mark.first, trouble.first)]
        return self._scope_of(near) or self._scope_of(self.marks)

    def scope(self) -> Scope:
        """How many the sentence speaks of."""
        if self._speaks_of is None:
            self._speaks_of = self._scope_of(self.marks)
        return self._speaks_of

    def _scope_of(self, marks: Sequence[Mark]) -> Scope:
        said = {_SCOPES[mark.sign] for mark in marks if mark.sign in _SCOPES}
        if Scope.SITE in said and self._every_site(marks):
            return Scope.ALL
        counted = {self._counted(mark) for mark in marks if mark.sign is Sign.COUNT}
        if not said & {Scope.ALL, Scope.SITE}:
            said |= counted
        for scope in (Scope.SITE, Scope.ALL, Scope.MOST, Scope.SOME, Scope.ONE):
            if scope in said:
                return scope
        return Scope.UNSAID

    @staticmethod
    def _every_site(marks: Sequence[Mark]) -> bool:
        """True for "every department", "in no branch" and the like: all of them, and no single one."""
        sites = [mark for mark in marks if mark.sign is Sign.SITE]
        return any(
            every.first <= site.first and site.first - every.end < 1
            for every in marks
            if every.sign in (Sign.ALL, Sign.MOST, Sign.NOBODY)
            for site in sites
        )

    def _is_none(self, count: Mark) -> bool:
        """True for "0 of 400"."""
        return any(self.sentence.tokens[at].number == 0 for at in count.words)

    def _counted(self, mark: Mark) -> Scope:
        numbers = [
            token.number
            for at, token in enumerate(self.sentence.tokens)
            if at in mark.words and token.number is not None
        ]
        if len(numbers) > 1 and numbers[1]:
            share = numbers[0] / numbers[1]
            return Scope.MOST if share > 0.5 or numbers[0] == 0 else Scope.SOME
        if numbers and numbers[0] >= MANY:
            return Scope.MOST
        if numbers and numbers[0] >= SEVERAL:
            return Scope.SITE
        return Scope.SOME if numbers and numbers[0] > 1 else Scope.ONE

    def resolves(self, mark: Mark) -> bool:
        """True if a word for a solution says that there is one: not denied, supposed, asked for or over since."""
        if self.is_denied(mark) or self.has(Sign.IF, Sign.WISH, Sign.DEADLINE):
            return False
        later = [claim for claim in self.claims() if claim.mark.first > mark.end and not claim.negated]
        return not later

    def is_denied(self, mark: Mark) -> bool:
        """True if a negation stands shortly before it in its clause."""
        return any(
            self._same_clause(other.first, mark.first)
            and 0 <= mark.first - other.end < BEFORE_TROUBLE
            and not other.words & mark.words
            for other in self.of(Sign.NOT, Sign.NOBODY)
        )

    def nearest(self, mark: Mark, *signs: Sign) -> Sign | None:
        """Which of these signs stands nearest to a mark, those that are denied left out."""
        near = [other for other in self.of(*signs) if not self.is_denied(other)]
        return min(near, key=lambda other: abs(other.first - mark.first)).sign if near else None

    def fails_after(self, mark: Mark) -> bool:
        """True if it says behind a mark, in its clause, that this does not work."""
        return any(
            self._same_clause(other.first, mark.first)
            and other.first >= mark.end
            and other.first - mark.end < AFTER_VERB
            for other in self.of(Sign.NOT, Sign.NOBODY, Sign.BROKEN)
        )
