"""What does an explanation look like in a terminal?

Promise: the picture is made of what the command prints, colours and all, by plain code: no network, no fonts from
elsewhere.

    python tools/render_explanation.py      writes docs/images/explanation.svg
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console
from rich.text import Text

from slabot.cli import main

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "explanation.svg"
# As in README.md.
COMMAND = "explain -c config.example.yaml --ticket-file docs/examples/4711.json --now 2026-01-25T10:00:00+05:30"
WIDTH = 110  # columns


def svg() -> str:
    """The picture."""
    printed = CliRunner().invoke(main, COMMAND.split(), env={"FORCE_COLOR": "1"}, prog_name="slabot").output
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ slabot {COMMAND.split()[0]} …", style="dim"))
    console.print(Text.from_ansi(printed))
    drawn = console.export_svg(title="slabot explain", unique_id="slabot")
    # The letters are the reader's own: rich would fetch a font from elsewhere.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->\s*", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
