"""The messages that a channel can be given: a page, a text, or a bundle of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slabot.messages.bundle import BundleView
from slabot.messages.question_view import QuestionView
from slabot.messages.view import PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMessage:
    """A page, or its present state.

    Attributes:
        key: the page's id, the same whenever it is sent again.
        repeat: an earlier copy may have arrived.
        thread: the ref of the message that it stands under, for channels that have threads.
        rung: True for a further rung of a page that is there already.
        broadcast: True if a reply is shown in the channel too.
    """

    key: str
    view: PageView
    repeat: bool = False
    thread: str | None = None
    rung: bool = False
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts of a table, for channels that can draw them; all of them stand in the table too.

    Attributes:
        title: says what is counted.
        names: of the groups of bars.
        series: what is counted, with a count for each group.
    """

    title: str
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of figures beside a text.

    Attributes:
        heads: one for each column.
        rows: as many cells each; the first names the row, the others are figures.
        bars: the counts among them; None where there is nothing to draw.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: Bars | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """A text about a ticket or about slabot itself.

    Attributes:
        subject: a line that says what it is about.
        text: one paragraph; may hold what a customer wrote.
        repeat: an earlier copy may have arrived.
        grid: figures that belong to the text, which says the most important of them itself.
    """

    key: str
    subject: str
    text: str
    at: datetime
    repeat: bool = False
    grid: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleMessage:
    """One message over several pages."""

    key: str
    bundle: BundleView


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMessage:
    """A question with a button for each answer, or its present state, for channels that have buttons.

    Attributes:
        thread: the ref of the message that a reminder stands under; None for the question itself.
    """

    key: str
    view: QuestionView
    thread: str | None = None


Message = PageMessage | TextMessage | BundleMessage | QuestionMessage
