"""Lay out one message over many pages in Slack."""

from __future__ import annotations

from slabot.channels.slack.message import SECTION, Block, Rendered
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.messages import page_text
from slabot.messages.bundle import SHOWN, BundleView, headline, line, sentences


def render_bundle(bundle: BundleView) -> Rendered:
    """The message."""
    style = Mrkdwn(bundle.zone)
    opening = " ".join((style.strong(headline(bundle)), *sentences(bundle, style)))
    lines = [f"•  {line(view, style)}" for view in bundle.views[:SHOWN]]
    more = bundle.count - len(lines)
    if more > 0:
        lines.append(f"•  and {more} more")
    blocks: list[Block] = [_section(opening, "bundle")]
    listed = ""
    for entry in lines:
        if listed and len(listed) + len(entry) + 1 > SECTION:
            blocks.append(_section(listed, f"tickets_{len(blocks)}"))
            listed = ""
        listed = f"{listed}\n{entry}" if listed else entry
    if listed:
        blocks.append(_section(listed, f"tickets_{len(blocks)}"))
    plain = Plain(bundle.zone)
    first = f" The most urgent: {page_text.headline(bundle.views[0])}." if bundle.views else ""
    text = " ".join((headline(bundle), *sentences(bundle, plain))) + first
    return Rendered(text[:4000], tuple(blocks))


def _section(text: str, name: str) -> Block:
    return {"type": "section", "block_id": f"slabot_{name}", "text": {"type": "mrkdwn", "text": text}}
