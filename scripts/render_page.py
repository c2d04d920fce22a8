#!/usr/bin/env python3
"""What does a page look like to the person who is paged?

Promise: the pictures are made of the very blocks that Slack would receive, by plain code: no network, no fonts from
elsewhere, no account. Without Chromium there are HTML pages; with it, there are PNG files as well.

    python scripts/render_page.py                       the examples that the docs show, into docs/images/
    python scripts/render_page.py open late             these alone
    python scripts/render_page.py --zone Europe/Paris   as a reader in Paris sees the times
    python scripts/render_page.py --list                all names

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
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slabot.paging import PageView, Rendered, render, render_reply
from slabot.paging.examples import PAGES, REPLIES

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
    "late",
    "sent_again",
    "not_rechecked",
    "reply_next_rung",
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
.actions { display: flex; gap: 8px; margin: 10px 0; }
button { font: 700 14px Lato, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; height: 32px;
  padding: 0 12px; border-radius: 8px; border: 1px solid #bbb; background: #fff; color: #1d1c1d; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
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


def page(rendered: Rendered, reader: Reader, *, title: str, thread: str = "") -> str:
    """One message as an HTML page."""
    hour = f"{reader.now.hour % 12 or 12}:{reader.now:%M %p}"
    above = f'<div class="thread">replied to a thread: <a href="#">{html.escape(thread)}</a></div>' if thread else ""
    blocks = "\n".join(block(each, reader) for each in rendered.blocks)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style></head>
<body><main aria-label="{html.escape(rendered.text)}">
<div class="avatar" aria-hidden="true">s</div>
<div class="message"><span class="who">slabot</span><span class="app">APP</span><span class="time">{hour}</span>
{above}
{blocks}
</div></main></body></html>
"""


def block(entry: Mapping[str, Any], reader: Reader) -> str:
    """One block as HTML."""
    match entry["type"]:
        case "header":
            sign, _, words = entry["text"]["text"].partition(" ")
            return f"<h1>{symbol(sign)}<span>{html.escape(words)}</span></h1>"
        case "section":
            return f"<section>{reader.mrkdwn(entry['text']['text'])}</section>"
        case "context":
            said = " ".join(reader.mrkdwn(element["text"]) for element in entry["elements"])
            return f'<div class="context">{said}</div>'
        case "actions":
            return f'<div class="actions">{"".join(map(button, entry["elements"]))}</div>'
        case other:
            raise SystemExit(f"render_page.py cannot draw a block of type {other}; teach it in block()")


def symbol(sign: str) -> str:
    """A state's sign, drawn."""
    return f'<svg viewBox="0 0 24 24" role="img" aria-label="">{SYMBOLS[sign]}</svg>'


def button(element: Mapping[str, Any]) -> str:
    """A button as HTML."""
    label, kind = html.escape(element["accessibility_label"]), element.get("style", "")
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


def examples() -> dict[str, tuple[PageView, bool]]:
    """Every example by its name; True for a reply."""
    return {name: (view, False) for name, view in PAGES.items()} | {
        f"reply_{name}": (view, True) for name, view in REPLIES.items()
    }


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
            view, reply = known[name]
            reader = Reader(asked.zone or view.zone, view.at + timedelta(seconds=2))
            shown = render_reply(view) if reply else render(view)
            thread = f"ticket {view.ticket}" if reply else ""
            where = asked.out if browser is None else Path(folder)
            source = where / f"page_{name}.html"
            source.write_text(page(shown, reader, title=shown.text, thread=thread), encoding="utf-8")
            target = asked.out / f"page_{name}.png"
            if browser is not None:
                shoot(browser, source, target.resolve())
            print(target if browser is not None else source)
    if browser is None and not asked.html:
        print("Chromium is not on this machine, so these are HTML pages; open them in any browser.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
