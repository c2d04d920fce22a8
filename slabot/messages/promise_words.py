"""In which words is a customer told what an agreement promises?

Promise: every sentence stands here once for each language, with the same facts in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from slabot.domain import Category

ENGLISH: Mapping[str, str] = {
    "title": "What you may expect of us",
    "agreement": "This is what the agreement “{agreement}” says.",
    "no_promise": "Nothing is promised about the time to an answer: {words}.",
    "answers": "How soon you get a first answer",
    "severity": "{name}: {means}. First answer within {target}, counted in {calendar}.",
    "severity_always": (
        "{name}: {means}. First answer within {target}, counted around the clock, weekends and holidays too."
    ),
    "initial": (
        "These are the times to a first answer, not to a solution. The severity follows these "
        "descriptions and what you write to us."
    ),
    "closed": (
        "A request that arrives on a date without opening hours ({severities}) is answered by the end of "
        "the next working day, or within its time, whichever is earlier."
    ),
    "hours": "When time is counted",
    "calendar": "{calendar}: {hours} ({zone} time).",
    "joined": "{calendar}: whenever one of these is open: {parts}.",
    "always": "around the clock",
    "whole_day": "24 hours",
    "to": "{first} to {last}",
    "breaks": "Not counted in {calendar}: {breaks}.",
    "holidays": "Closed in {calendar} in the coming year: {holidays}.",
    "other_hours": "Other hours in {calendar} in the coming year: {dates}.",
    "further": "What else we keep time for",
    "next_response": "{severity}: each further message of yours is answered within {target}, counted in {calendar}.",
    "resolution": (
        "{severity}: solved within {target}, counted in {calendar}; not counted while the ticket is in {pauses}."
    ),
    "resolution_always": "{severity}: solved within {target}, counted in {calendar}.",
    "periodic_update": (
        "{severity}: while the ticket is in {during}, you hear from us at least once in {target}, counted"
        " in {calendar}."
    ),
    "each": "every request",
    "waiting": "When we wait for your answer",
    "feedback": "A ticket in Waiting on Customer goes on as soon as you answer. Automatic replies are no answer.",
    "follow_ups": (
        "We remind you {count} times at most, on business days {days} of the wait, in the hours of {calendar}."
    ),
    "solving": (
        "Without an answer the ticket is set to Solved {grace} after the last reminder, or once we have "
        "waited for more than {or_after}, whichever is earlier."
    ),
    "extension": (
        "The wait of {grace} after the last reminder is our own addition: the agreement that we follow "
        "ends with the last reminder."
    ),
    "solved": "When a ticket is solved, reopened and closed",
    "reopening": "Answer within {reopen_within} after the ticket was solved, and it is open again.",
    "closing": (
        "A ticket that stays solved for more than {close_after} without an answer of yours is closed; "
        "after that, {late_reply}."
    ),
    "ticket": "This ticket",
    "request": "{ticket} “{subject}”, received {created}: {severity}.",
    "due": "{clock}: by {due}.",
    "stopped": "{clock}: {stopped}; it was due by {due}.",
    "missed": "{clock}: was due by {due}, and is late.",
    "paused": "{clock}: time stands still while the ticket waits.",
    "unpromised": "{clock}: nothing is promised: {words}.",
    "ended": "{clock}: ended {stopped}.",
    "next_reminder": "Next reminder: {at}.",
    "will_solve": "Without an answer it is set to Solved on {at}.",
    "will_close": "Without an answer it is closed on {at}.",
    "not_follow_up": "This ticket gets no reminders.",
    "not_auto_solve": "This ticket is not set to Solved for want of an answer.",
    "not_auto_close": "This ticket is not closed for want of an answer.",
    "zone": "Times of this ticket are in {zone}.",
    "clock.first_response": "First answer",
    "clock.next_response": "Next answer",
    "clock.resolution": "Solution",
    "clock.periodic_update": "Next update",
    "business_day": "{count} business day",
    "business_days": "{count} business days",
    **{f"category.{category.value}": category.words for category in Category},
}

GERMAN: Mapping[str, str] = {
    "title": "Was Sie von uns erwarten können",
    "agreement": "Das sagt die Vereinbarung „{agreement}“.",
    "no_promise": "Für die Zeit bis zu einer Antwort ist nichts zugesagt: {words}.",
    "answers": "Wie bald Sie eine erste Antwort erhalten",
    "severity": "{name}: {means}. Frist bis zur ersten Antwort: {target}, gezählt in {calendar}.",
    "severity_always": (
        "{name}: {means}. Frist bis zur ersten Antwort: {target}, gezählt rund um die Uhr, auch an "
        "Wochenenden und Feiertagen."
    ),
    "initial": (
        "Das sind die Fristen bis zu einer ersten Antwort, nicht bis zu einer Lösung. Der Schweregrad "
        "folgt diesen Beschreibungen und dem, was Sie uns schreiben."
    ),
    "closed": (
        "Eine Anfrage, die an einem Tag ohne Öffnungszeiten eintrifft ({severities}), wird bis zum Ende "
        "des nächsten Arbeitstags beantwortet oder in ihrer Frist, je nachdem, was früher ist."
    ),
    "hours": "Wann die Zeit zählt",
    "calendar": "{calendar}: {hours} (Zeitzone {zone}).",
    "joined": "{calendar}: sooft eines davon geöffnet ist: {parts}.",
    "always": "rund um die Uhr",
    "whole_day": "24 Stunden",
    "to": "{first} bis {last}",
    "breaks": "In {calendar} zählt nicht: {breaks}.",
    "holidays": "Im kommenden Jahr ist in {calendar} geschlossen: {holidays}.",
    "other_hours": "Andere Zeiten in {calendar} im kommenden Jahr: {dates}.",
    "further": "Wofür wir sonst Fristen einhalten",
    "next_response": (
        "{severity}: Frist bis zur Antwort auf jede weitere Nachricht von Ihnen: {target}, gezählt in {calendar}."
    ),
    "resolution": (
        "{severity}: Frist bis zur Lösung: {target}, gezählt in {calendar}; nicht gezählt wird, solange "
        "das Ticket in {pauses} ist."
    ),
    "resolution_always": "{severity}: Frist bis zur Lösung: {target}, gezählt in {calendar}.",
    "periodic_update": (
        "{severity}: Solange das Ticket in {during} ist, hören Sie spätestens jeweils nach dieser Frist "
        "von uns: {target}, gezählt in {calendar}."
    ),
    "each": "jede Anfrage",
    "waiting": "Wenn wir auf Ihre Antwort warten",
    "feedback": (
        "Ein Ticket in „Warten auf Kunde“ geht weiter, sobald Sie antworten. Automatische Antworten sind keine."
    ),
    "follow_ups": (
        "Wir erinnern Sie höchstens {count} Mal, an den Arbeitstagen {days} des Wartens, zu den Zeiten von {calendar}."
    ),
    "solving": (
        "Ohne Antwort wird das Ticket auf „Gelöst“ gesetzt: {grace} nach der letzten Erinnerung oder wenn"
        " wir länger als {or_after} gewartet haben, je nachdem, was früher ist."
    ),
    "extension": (
        "Diese Frist nach der letzten Erinnerung ({grace}) geben wir von uns aus dazu: Die Vereinbarung, "
        "der wir folgen, endet mit der letzten Erinnerung."
    ),
    "solved": "Wann ein Ticket gelöst, wieder geöffnet und geschlossen wird",
    "reopening": "Nach dem Lösen haben Sie {reopen_within} Zeit zu antworten; dann ist das Ticket wieder offen.",
    "closing": (
        "Bleibt ein Ticket länger als {close_after} ohne Antwort von Ihnen gelöst, wird es geschlossen; "
        "danach {late_reply}."
    ),
    "ticket": "Dieses Ticket",
    "request": "{ticket} „{subject}“, eingegangen {created}: {severity}.",
    "due": "{clock}: bis {due}.",
    "stopped": "{clock}: {stopped}; die Frist lief bis {due}.",
    "missed": "{clock}: Die Frist lief bis {due}, wir sind in Verzug.",
    "paused": "{clock}: Die Zeit steht still, solange das Ticket wartet.",
    "unpromised": "{clock}: Zugesagt ist nichts: {words}.",
    "ended": "{clock}: beendet {stopped}.",
    "next_reminder": "Nächste Erinnerung: {at}.",
    "will_solve": "Ohne Antwort auf „Gelöst“ gesetzt: {at}.",
    "will_close": "Ohne Antwort geschlossen: {at}.",
    "not_follow_up": "Zu diesem Ticket gibt es keine Erinnerungen.",
    "not_auto_solve": "Dieses Ticket wird nicht wegen einer fehlenden Antwort auf „Gelöst“ gesetzt.",
    "not_auto_close": "Dieses Ticket wird nicht wegen einer fehlenden Antwort geschlossen.",
    "zone": "Zeiten dieses Tickets in der Zeitzone {zone}.",
    "clock.first_response": "Erste Antwort",
    "clock.next_response": "Nächste Antwort",
    "clock.resolution": "Lösung",
    "clock.periodic_update": "Nächste Nachricht",
    "business_day": "{count} Arbeitstag",
    "business_days": "{count} Arbeitstage",
    "category.open": "„Offen“",
    "category.pending": "„In Bearbeitung“",
    "category.waiting_on_customer": "„Warten auf Kunde“",
    "category.waiting_on_third_party": "„Warten auf Dritte“",
    "category.solved": "„Gelöst“",
    "category.closed": "„Geschlossen“",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}
