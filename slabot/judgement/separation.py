"""Tell the new words of a message from quoted mail, signature, legal footer and pasted log.

Promise: the words that are new stay as they were written, in their order. Reading takes time in proportion to the text,
and of a very long one only the beginning and the end are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

MOST = 8_000  # characters of new words that are read; the longest honest request is a fifth of that
LONGEST_LINE = 2_000  # characters; a longer one is data, unless it has spaces like sentences
LOG_LINES = 2  # lines that begin with a level in capitals; one alone may be somebody's own cry
WORD = 15  # characters; sentences have a space at least so often

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs"]
# What mail programs leave behind. The library takes its time, so only texts that may hold one are handed to it.
_LOOKS_LIKE_MAIL = re.compile(
    r"^[ \t]*(?:>|-{2,}|_{5,}|\*?(?:From|Von|De|Da|Van|Od|Fra|Från|Sent|Gesendet|Envoy|Enviado)\b[^\n]{0,80}:)"
    r"|(?:wrote|schrieb|écrit|escribi|scritto|schreef|skrev|napsal|napisał)[^\n]{0,80}:[ \t]*$"
    r"|^[ \t]*(?:[\w&]+[ \t]+){0,3}"
    r"(?:regards|wishes|cheers|sincerely|best|thanks|grüße|grüßen|gruß|gruss|grüsse|cordialement|salutations|saludos?"
    r"|cordial|saluti|groet|groeten|hilsen|hälsningar|pozdrav\w*|pozdrowieni\w*)\b[^\n]{0,30}$"
    r"|^[ \t]*(?:sent from|gesendet von|envoyé de|enviado desde|get outlook)",
    re.IGNORECASE | re.MULTILINE,
)
# A line before which everything is new; the library knows most of them, in these forms it does not.
_QUOTE_BEGINS = re.compile(
    r"^[ \t]*(?:El\b[^\n]{4,100}\bescribi\w*:|Em\b[^\n]{4,100}\bescreveu:|Il\b[^\n]{4,100}\bha scritto:"
    r"|Op\b[^\n]{4,100}\bschreef\b[^\n]{0,60}:|-{3,}[ \t]*(?:Original|Ursprüngliche|Mensaje|Message|Messaggio|"
    r"Oorspronkelijk|Forwarded|Weitergeleitete|Oprindelig|Ursprungligt|Původní|Mensagem)\b[^\n]{0,40}-{3,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARDED = re.compile(
    r"\s*-{3,}[^\n]{3,60}-{3,}|\s*(?:Begin forwarded message|Anfang der weitergeleiteten)", re.IGNORECASE
)
_IMAGE = re.compile(r"\s*(?:\[cid:[^\]]+\]|\[image:[^\]]*\]|<[^<>\s]+\.(?:png|jpe?g|gif)>)\s*")
_QUOTED = re.compile(r"^[ \t]*>")
_LOG = re.compile(
    r"(?:\[?\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d|\[?\d\d[:/.]\d\d[:/.]\d\d[ ,.\]]|<\d{1,3}>"
    r"|(?:[A-Z][a-z]{2}) {1,2}\d{1,2} \d\d:\d\d:\d\d"
    r"|Traceback \(most recent|File \"|at [\w$.]+\([\w.]+:\d+\)|Caused by:|\w+(?:\.\w+)*(?:Error|Exception)\b:"
    r"|(?:FATAL|ERROR|ERR|WARN(?:ING)?|INFO|DEBUG|TRACE|CRIT(?:ICAL)?|NOTICE|EMERG|ALERT)\b[\]:| ]\s*[\w\[(/.<-]+[:\]=]"
    r"|\S{90,}$|[{}\[\]();]+$)"
)
_LEVEL = re.compile(r"[ \t]{0,20}\[?(?:FATAL|ERROR|ERR|WARN(?:ING)?|INFO|DEBUG|TRACE|CRIT|NOTICE|EMERG)\b")
_CALL = re.compile(r"\s{4}\s*+\S+\(\)$")  # a line of a stack trace, indented
_FOOTER = re.compile(
    r"\b(?:intended recipient|this (?:e-?mail|message)[^.\n]{0,60}(?:confidential|privileged)|confidentiality notice"
    r"|diese (?:e-?mail|nachricht)[^.\n]{0,60}vertraulich|bestimmungsgemäße[rn]? empfänger|ce (?:message|courriel|mail)"
    r"[^.\n]{0,60}confidentiel|este (?:mensaje|correo)[^.\n]{0,60}confidencial"
    r"|(?:mail|message) and (?:any|its) attachments|received (?:it|this)[^.\n]{0,40} in error|errors and omissions"
    r"|environment before (?:printing|you print)|save paper|addressee only|think before you print"
    r"|please consider the environment)",
    re.IGNORECASE,
)


class Separated(NamedTuple):
    """The parts of a message.

    Attributes:
        new: what its author wrote for it.
        quoted, log: True where something of that kind was left out.
        not_own: True where nothing new was written, and what stands in `new` is a quote or a signature all the same.
        cut: True where it was too long to be read whole.
    """

    new: str
    quoted: bool = False
    log: bool = False
    cut: bool = False
    not_own: bool = False


def separate(text: str) -> Separated:
    """Take a message apart."""
    lines: list[str] = []
    quoted = log = False
    written = text.splitlines()
    levels = sum(_LEVEL.match(line) is not None for line in written) >= LOG_LINES
    for line in written:
        if _is_log(line) or (levels and _LEVEL.match(line)):
            log = True
        elif _QUOTED.match(line):
            quoted = True
        elif not _IMAGE.fullmatch(line):
            lines.append(line)
    plain = "\n".join(lines).strip()
    cut = len(plain) > MOST
    if cut:
        half = MOST // 2
        plain = f"{plain[:half]}\n\n{plain[-half:]}"
    new = _without_footer(_without_quotes(plain))
    not_own = not new or _FORWARDED.match(new) is not None
    if _FORWARDED.match(plain) is None and not new:
        return Separated("", quoted=quoted or bool(plain), log=log, cut=cut, not_own=True)
    return Separated(new or plain, quoted=quoted or len(new) < len(plain), log=log, cut=cut, not_own=not_own)


@cache
def _newest_of() -> Callable[[str], str]:
    """Finds the newest message of a mail."""
    from mailparser_reply import EmailReplyParser  # here: commands that read no mail need not load it

    parser = EmailReplyParser(languages=_LANGUAGES)

    def newest(text: str) -> str:
        replies = parser.read(text).replies
        return str(replies[0].body or "") if replies else ""

    return newest


def _is_log(line: str) -> bool:
    return _is_data(line) or _LOG.match(line.lstrip()) is not None or _CALL.match(line) is not None


def _is_data(line: str) -> bool:
    return len(line) > LONGEST_LINE and line.count(" ") * WORD < len(line)


def _without_quotes(text: str) -> str:
    begins = _QUOTE_BEGINS.search(text)
    if begins is not None and text[: begins.start()].strip():
        text = text[: begins.start()]
    if _LOOKS_LIKE_MAIL.search(text) is None:
        return text.strip()
    return _newest_of()(text).strip()


def _without_footer(text: str) -> str:
    """Without paragraphs that speak of confidentiality."""
    if _FOOTER.search(text) is None:
        return text
    paragraphs = [paragraph for paragraph in re.split(r"\n\s*\n", text) if _FOOTER.search(paragraph) is None]
    return "\n\n".join(paragraphs).strip()
