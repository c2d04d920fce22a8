#!/usr/bin/env python3
"""What does a page look like to the person who is paged?

Promise: the pictures are made of the very blocks that Slack would receive, by plain code: no network, no fonts from
elsewhere, no account. Without Chromium there are HTML pages; with it, there are PNG files as well.

    python tools/render_page.py                       the examples that the docs show, into docs/images/
    python tools/render_page.py open late             these alone
    python tools/render_page.py --zone Europe/Paris   as a reader in Paris sees the times
    python tools/render_page.py --list                all names

Chromium is looked for on the path; CHROMIUM=/path/to/it names another one.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slabot.channels.slack.examples import ANSWERS, BUNDLES, DIALOGS, HOMES, OPEN, PAGES, REPLIES
from slabot.channels.slack.message import Rendered, render, render_reply

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH = 700  # CSS pixels
SCALE = 1.5  # pixels of the picture for each
IN_DOCS = (
    "open",
    "open_past_the_deadline",
    "open_in_working_time",
    "open_again",
    "acknowledged",
    "answered_in_time",
    "missed",
    "missed_for_a_reason",
    "late",
    "sent_again",
    "not_rechecked",
    "reply_next_rung",
    "snoozed",
    "bundle_outage",
    "bundle_digest",
    "dialog_snooze",
    "dialog_set_severity",
    "dialog_give_reason",
    "home_tickets",
    "sla_next",
)
PATIENCE = 60  # seconds for one run of Chromium
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PEOPLE = {"U0PRIYA": "Priya"}  # of the examples

# Drawn here, because not every machine has a font with these signs.
_ROUND = '<circle cx="12" cy="12" r="10" fill="{fill}"/>'
_LINE = 'stroke="{stroke}" stroke-width="2" fill="none" stroke-linecap="round" stroke-linejoin="round"'
_WHITE = _LINE.format(stroke="#fff")
SYMBOLS = {
    "⏳": f'<path d="M6 3h12M6 21h12M7 3c0 6 10 6 10 9s-10 3-10 9M17 3c0 6-10 6-10 9s10 3 10 9" '
    f"{_LINE.format(stroke='#946a1b')}/>",
    "⏰": f'{_ROUND.format(fill="#c0392b")}<path d="M12 6v6l4 3" {_WHITE}/>',
    "👤": '<circle cx="12" cy="8" r="4.5" fill="#3d6ea5"/><path d="M3 22c0-12 18-12 18 0z" fill="#3d6ea5"/>',
    "💤": f'<path d="M4 12h8l-8 9h8M13 3h7l-7 7h7" {_LINE.format(stroke="#6b5b95")}/>',
    "✅": f'{_ROUND.format(fill="#2e8b57")}<path d="M7 12l4 4 6-8" {_WHITE}/>',
    "⚠️": f'<path d="M12 2L1 21h22z" fill="#e0a526"/><path d="M12 9v6M12 18v.1" {_WHITE}/>',
    "➖": f'{_ROUND.format(fill="#868686")}<path d="M7 12h10" {_WHITE}/>',
}

STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46668 Lato, "Helvetica Neue", Arial, "Liberation Sans",
  "DejaVu Sans", sans-serif; }
main { display: flex; gap: 8px; padding: 14px 20px 16px; width: 700px; }
.avatar { flex: 0 0 36px; height: 36px; border-radius: 6px; background: #3d5a73; color: #fff;
  font: bold 19px/36px Arial, sans-serif; text-align: center; }
.who { font-weight: 900; }
.app { font-size: 10px; font-weight: 700; color: #616061; background: #e8e8e8; border-radius: 2px; padding: 1px 3px;
  margin: 0 4px; vertical-align: 1px; }
.time, .thread { color: #616061; font-size: 12px; }
.message { flex: 1; min-width: 0; }
h1 { font-size: 18px; line-height: 1.3; font-weight: 900; margin: 6px 0; display: flex; gap: 6px; }
h1 svg { flex: 0 0 20px; width: 20px; height: 20px; margin-top: 2px; }
section { margin: 8px 0; overflow-wrap: anywhere; }
a { color: #1264a3; text-decoration: none; }
.mention { background: #e8f5fa; color: #1264a3; padding: 0 2px; border-radius: 3px; }
time { border-bottom: 1px dotted #616061; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0; }
button { font: 700 14px Lato, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; height: 32px;
  padding: 0 12px; border-radius: 8px; border: 1px solid #bbb; background: #fff; color: #1d1c1d; white-space: nowrap; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.modal { flex: 1; border: 1px solid #bbb; border-radius: 8px; padding: 4px 20px 12px; box-shadow: 0 4px 14px #0002; }
.foot { display: flex; justify-content: flex-end; gap: 8px; margin: 12px 0 4px; }
label { display: block; font-weight: 700; margin: 12px 0 4px; }
label i { font-weight: 400; font-style: normal; color: #616061; }
.field { border: 1px solid #868686; border-radius: 4px; padding: 4px 10px; min-height: 34px; color: #1d1c1d; }
.tall { min-height: 64px; }
.choice { display: block; margin: 2px 0; }
.choice::before { content: "\\25CB"; margin-right: 8px; }
.chosen::before { content: "\\25CF"; color: #1264a3; }
.hint { color: #616061; font-size: 12.5px; margin-top: 4px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0; }
.context { color: #616061; font-size: 12.5px; margin-top: 8px; }
"""

_MARKUP = re.compile(
    r"<!date\^(?P<epoch>\d+)\^(?P<format>[^|>]+)\|[^>]*>"
    r"|<@(?P<user>\w+)>"
    r"|<(?P<url>[^|>]+)\|(?P<text>[^>]*)>"
)
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)(.+?)(?<=\S)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?=\S)(.+?)(?<=\S)_(?![\w_])")


class Reader:
    """Somebody who reads the message: where they are, and when."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        """`now` decides which day is called today."""
        self.zone = zone
        self.now = now.astimezone(zone)

    def date(self, epoch: int, form: str) -> str:
        """A date as Slack writes it."""
        local = datetime.fromtimestamp(epoch, UTC).astimezone(self.zone)
        day = (local.date() - self.now.date()).days
        named = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get(day, f"{local:%b} {local.day}, {local.year}")
        return form.replace("{date_short_pretty}", named).replace("{time}", f"{local.hour % 12 or 12}:{local:%M %p}")

    def mrkdwn(self, text: str) -> str:
        """Slack's markup as HTML."""
        parts: list[str] = []
        place = 0
        for match in _MARKUP.finditer(text):
            parts += [self._plain(text[place : match.start()]), self._marked(match)]
            place = match.end()
        parts.append(self._plain(text[place:]))
        whole = "".join(parts)
        lines = (_ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", line)) for line in whole.split("\n"))
        return "<br>".join(lines)

    def _marked(self, match: re.Match[str]) -> str:
        if match["epoch"]:
            return f"<time>{html.escape(self.date(int(match['epoch']), match['format']))}</time>"
        if match["user"]:
            name = PEOPLE.get(match["user"], match["user"])
            return f'<span class="mention">@{html.escape(name)}</span>'
        # A picture needs no addresses, and underscores in one are no markup.
        return f'<a href="#">{self._plain(match["text"])}</a>'

    def _plain(self, text: str) -> str:
        return html.escape(html.unescape(text), quote=False)


def page(shown: Shown, reader: Reader, *, title: str) -> str:
    """One message, dialog or home tab as an HTML page."""
    blocks = "\n".join(block(each, reader) for each in shown.blocks)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style></head>
<body><main aria-label="{html.escape(title)}">
{framed(shown, blocks, reader)}
</main></body></html>
"""


def framed(shown: Shown, blocks: str, reader: Reader) -> str:
    """What stands around the blocks."""
    view = shown.view
    if view is not None and view["type"] == "modal":
        closes, submits = (html.escape(view[name]["text"]) for name in ("close", "submit"))
        return (
            f'<div class="modal"><h1>{html.escape(view["title"]["text"])}</h1>{blocks}'
            f'<div class="foot"><button>{closes}</button><button class="primary">{submits}</button></div></div>'
        )
    if view is not None:
        return f'<div class="message">{blocks}</div>'
    hour = f"{reader.now.hour % 12 or 12}:{reader.now:%M %p}"
    alone = '<div class="thread">Only visible to you</div>' if shown.alone else ""
    thread = html.escape(shown.thread)
    above = f'<div class="thread">replied to a thread: <a href="#">{thread}</a></div>' if thread else alone
    return (
        '<div class="avatar" aria-hidden="true">s</div><div class="message"><span class="who">slabot</span>'
        f'<span class="app">APP</span><span class="time">{hour}</span>{above}{blocks}</div>'
    )


def block(entry: Mapping[str, Any], reader: Reader) -> str:
    """One block as HTML."""
    match entry["type"]:
        case "header":
            sign, _, words = entry["text"]["text"].partition(" ")
            if sign not in SYMBOLS:
                return f"<h1>{html.escape(entry['text']['text'])}</h1>"
            return f"<h1>{symbol(sign)}<span>{html.escape(words)}</span></h1>"
        case "divider":
            return "<hr>"
        case "input":
            return question(entry)
        case "section":
            return f"<section>{reader.mrkdwn(entry['text']['text'])}</section>"
        case "context":
            said = " ".join(reader.mrkdwn(element["text"]) for element in entry["elements"])
            return f'<div class="context">{said}</div>'
        case "actions":
            return f'<div class="actions">{"".join(map(button, entry["elements"]))}</div>'
        case other:
            raise SystemExit(f"render_page.py cannot draw a block of type {other}; teach it in block()")


def question(entry: Mapping[str, Any]) -> str:
    """A question of a dialog."""
    optional = "" if not entry.get("optional") else " <i>(optional)</i>"
    hint = f'<div class="hint">{html.escape(entry["hint"]["text"])}</div>' if "hint" in entry else ""
    return f"<label>{html.escape(entry['label']['text'])}{optional}</label>{field(entry['element'])}{hint}"


def field(element: Mapping[str, Any]) -> str:
    """Where it is answered."""
    chosen = element.get("initial_option", {}).get("value")
    match element["type"]:
        case "radio_buttons":
            marks = ("chosen" if option["value"] == chosen else "" for option in element["options"])
            pairs = zip(marks, element["options"], strict=True)
            return "".join(
                f'<span class="choice {mark}">{html.escape(option["text"]["text"])}</span>' for mark, option in pairs
            )
        case "static_select":
            texts = {option["value"]: option["text"]["text"] for option in element["options"]}
            return f'<div class="field">{html.escape(texts.get(chosen, "Select an option"))} &#9662;</div>'
        case "datetimepicker":
            return '<div class="field">Choose a date and time</div>'
        case _:
            return f'<div class="field{" tall" if element.get("multiline") else ""}"></div>'


def symbol(sign: str) -> str:
    """A state's sign, drawn."""
    return f'<svg viewBox="0 0 24 24" role="img" aria-label="">{SYMBOLS[sign]}</svg>'


def button(element: Mapping[str, Any]) -> str:
    """A button as HTML."""
    label = html.escape(element.get("accessibility_label", element["text"]["text"]))
    kind = element.get("style", "")
    return f'<button class="{kind}" aria-label="{label}">{html.escape(element["text"]["text"])}</button>'


def find_browser() -> str | None:
    """Chromium, if the machine has it."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), None)


def shoot(browser: str, source: Path, target: Path) -> None:
    """Take a picture of an HTML page, as high as the page is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "page.html"
        measure = "<script>document.title = document.querySelector('main').offsetHeight</script></body>"
        copy.write_text(source.read_text(encoding="utf-8").replace("</body>", measure), encoding="utf-8")
        dumped = _run(browser, folder, "--dump-dom", copy.as_uri())
        height = re.search(r"<title>(\d+)</title>", dumped)
        if height is None:
            raise SystemExit(f"{browser} did not say how high {source.name} is; is it Chromium?")
        size = f"--window-size={WIDTH},{height[1]}"
        _run(browser, folder, size, f"--force-device-scale-factor={SCALE}", f"--screenshot={target}", source.as_uri())


def _run(browser: str, profile: str, *arguments: str) -> str:
    # --no-sandbox: containers often allow none, and the page is our own, without scripts and network.
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}/profile"]
    done = subprocess.run([browser, *fixed, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise SystemExit(f"{browser} failed ({done.returncode}): {done.stderr.strip()[-300:]}")
    return done.stdout


@dataclass(frozen=True)
class Shown:
    """Something to be drawn.

    Attributes:
        text: what a screen reader says.
        view: the dialog or home tab that the blocks are of, if they are of one.
        thread: what it replies to.
        alone: True if one person reads it.
        at: when it is looked at.
        zone: of the reader.
    """

    text: str
    blocks: Sequence[Mapping[str, Any]]
    at: datetime = OPEN.at
    zone: ZoneInfo = OPEN.zone
    view: Mapping[str, Any] | None = None
    thread: str = ""
    alone: bool = False


def examples() -> dict[str, Shown]:
    """Every example by its name."""
    known: dict[str, Shown] = {}
    for name, view in PAGES.items():
        known[name] = _message(render(view), at=view.at, zone=view.zone)
    for name, view in REPLIES.items():
        known[f"reply_{name}"] = _message(
            render_reply(view), at=view.at, zone=view.zone, thread=f"ticket {view.ticket}"
        )
    known |= {f"bundle_{name}": _message(rendered) for name, rendered in BUNDLES.items()}
    known |= {f"sla_{name}": _message(rendered, alone=True) for name, rendered in ANSWERS.items()}
    known |= {f"dialog_{name}": Shown(name, view["blocks"], view=view) for name, view in DIALOGS.items()}
    known |= {f"home_{name}": Shown(name, view["blocks"], view=view) for name, view in HOMES.items()}
    return known


def _message(rendered: Rendered, **more: Any) -> Shown:
    plain = [{"type": "section", "text": {"type": "mrkdwn", "text": rendered.text}}]
    return Shown(rendered.text, rendered.blocks or plain, **more)


def main(arguments: list[str] | None = None) -> int:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser(description="Draw pages as Slack shows them.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="examples; those of the docs if none is named")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder for the files (docs/images)")
    parser.add_argument("--zone", type=ZoneInfo, default=None, help="the reader's time zone, such as Europe/Paris")
    parser.add_argument("--html", action="store_true", help="write the HTML pages and no pictures")
    parser.add_argument("--list", action="store_true", help="list the examples")
    asked = parser.parse_args(arguments)
    known = examples()
    if asked.list:
        print("\n".join(known))
        return 0
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"there is no example {', '.join(unknown)}; --list names them")
    browser = None if asked.html else find_browser()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.names or IN_DOCS:
            shown = known[name]
            reader = Reader(asked.zone or shown.zone, shown.at + timedelta(seconds=2))
            where = asked.out if browser is None else Path(folder)
            source = where / f"page_{name}.html"
            source.write_text(page(shown, reader, title=shown.text), encoding="utf-8")
            target = asked.out / f"page_{name}.png"
            if browser is not None:
                shoot(browser, source, target.resolve())
            print(target if browser is not None else source)
    if browser is None and not asked.html:
        print("Chromium is not on this machine, so these are HTML pages; open them in any browser.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
