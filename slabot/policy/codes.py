"""Which findings are there about a policy file, and what does each mean?

Promise: every code that `slabot check` can print stands here and under a heading of docs/checks.md; a test holds both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding.

    Attributes:
        means: what is wrong, in one sentence.
        mend: how it is put right, in one sentence.
        warning: the file can be used all the same.
    """

    means: str
    mend: str
    warning: bool = False


def _warning(means: str, mend: str) -> Check:
    return Check(means, mend, warning=True)


CODES: Mapping[str, Check] = {
    # The file itself
    "unreadable-file": Check("The file cannot be read.", "Check its name, the folder you are in, and its permissions."),
    "too-large": Check("The file is larger than 1 MB.", "Name the policy file."),
    "not-utf-8": Check("The file is not UTF-8.", "Save it as UTF-8."),
    "not-text": Check("A character that is not part of a text.", "Delete it."),
    "empty-file": Check("The file says nothing.", "Copy config.example.yaml and change it."),
    "not-a-mapping": Check("The file is not a mapping of settings.", 'Begin with "version: 1".'),
    # YAML
    "not-yaml": Check("The line cannot be read as YAML.", "Look at indentation, quotes and brackets."),
    "tab": Check("A tab stands where YAML wants spaces.", "Replace it by spaces."),
    "odd-space": Check("A sign that looks like a space or like nothing.", "Type an ordinary space, or delete it."),
    "wrong-indentation": Check(
        "A line's indentation fits no line above it.", "Indent it like those that it belongs to."
    ),
    "no-space-after-colon": Check("There is no space after a colon.", "Write a space after it."),
    "comment-for-value": Check("A # begins a comment where a value was meant.", "Put quotes around the value."),
    "duplicate-key": Check("A key stands twice in one mapping.", "Keep one of the two."),
    "key-not-text": Check("A key is a list or a mapping.", 'Put quotes around a value such as "{placeholder}".'),
    "alias": Check("YAML labels and references are not followed.", "Write the value out, or put quotes around it."),
    "merge-key": Check("The merge key << is not followed.", "Write the keys out where they belong."),
    "unknown-tag": Check("A YAML type is not accepted.", "Write the value without it."),
    "several-documents": Check("The file holds more than one document.", "Delete the line ---."),
    "nested-too-deep": Check("Brackets or indentation are nested too deep.", "Look for a bracket that is not closed."),
    "more-problems": Check("There are more problems than are shown.", "Mend the first ones."),
    # Settings
    "missing-setting": Check("A setting that must be given is missing.", "Add it."),
    "unknown-setting": Check("There is no setting of this name here.", "Check its spelling and indentation."),
    "wrong-type": Check("The value is of another kind than the setting.", "Write the kind of value that is named."),
    "unknown-value": Check("The value is not one of the choices.", "Use one of the choices."),
    "out-of-range": Check("The number is too small or too large.", "Write a number within the limit."),
    "empty-value": Check("A text, list or mapping is empty.", "Add an entry, or take the setting out."),
    "bad-value": Check("The value does not fit the setting.", "See the setting in settings.md."),
    # Names
    "unknown-severity": Check("The file has no severity of this name.", "Use a name under severities."),
    "unknown-calendar": Check("The file has no calendar of this name.", "Use a name under calendars."),
    "unknown-helpdesk": Check("The file has no helpdesk of this name.", "Use a name under helpdesks."),
    "unknown-service": Check("The file has no service of this name.", "Use a name under availability.services."),
    "unknown-clock": Check("The file has no clock of this name.", "Use first_response or a name under clocks."),
    "unknown-category": Check("There is no category of this name.", "Use one of the six categories."),
    "unknown-mode": Check("There is no mode of this name.", "Use off, observe or act."),
    "duplicate-name": Check("Two entries of a list have one name.", "Give each its own name."),
    "bad-name": Check("The name holds signs that a name may not hold.", "Use letters, digits, _ and -."),
    "unknown-priority": Check(
        "No helpdesk of the file has this priority.", "Use one of the helpdesk's own priorities."
    ),
    "unknown-entry": Check("The lexicons have no entry of this name.", "Use a name that slabot classify shows."),
    "bad-phrase": Check("A phrase of the reader cannot be read.", "Write the words as customers do."),
    "triage-without-reader": Check(
        "Triage asks about what the reader finds, and the reader does not act.",
        "Let the reader act, or ask about unconfirmed severities.",
    ),
    "triage-partly-without-reader": _warning(
        "One of the things that triage asks about needs the reader, which does not act.",
        "Let the reader act, or take that one out.",
    ),
    "triage-no-priorities": _warning(
        "Triage asks about texts that read below the helpdesk's priority, and no priority means anything.",
        "List the priorities under classify.priorities.",
    ),
    "triage-without-buttons": _warning(
        "Triage asks nobody in Slack, where one click would be enough.", "Name a channel or a person of Slack as well."
    ),
    "triage-too-late": _warning(
        "The question about a severity may be answered later than the first answer is due.",
        "Give the question less time.",
    ),
    "reader-levels": Check(
        "A severity of the agreement is called by no severity of the file.", "Name it under classify.reader.levels."
    ),
    "model-incomplete": Check(
        "A language model is to be asked, and its address or name is missing.", "Add both, or write mode: off."
    ),
    "model-without-reader": Check(
        "A language model is to be asked beside a reader that is off.", "Let the reader observe or act."
    ),
    "model-unmasked": _warning(
        "Personal data leaves for a language model as it was written.", "Mask it, or keep it if you may."
    ),
    "near-status": Check("A status is nearly one of the helpdesk's own.", "Correct it, or map that one as well."),
    "bad-clock-name": Check("A further clock may not be named so.", "Choose another name, without # and /."),
    # Values
    "list-as-text": Check("Several entries stand in one text.", "Write a list: [one, two]."),
    "smart-quotes": Check("Quotes of a word processor are part of the text.", "Write plain quotes, or none."),
    "foreign-placeholder": Check(
        "A placeholder of another program would reach people as it stands.", "Use slabot's own, or write it out."
    ),
    "bad-duration": Check("The duration cannot be read or is of the wrong kind.", "Write it like 90s, 15m, 2h or 7d."),
    "bad-date": Check("The date or time cannot be read.", "Write it like 2026-12-24."),
    "bad-number": Check("The number is no percentage.", "Write a number above 0 and up to 100."),
    "bad-terms": Check("This is no list of words or phrases.", "Write [production down, no workaround]."),
    "bad-agreement-name": Check(
        "An agreement bears the name of the file's own terms.", "Choose another name than default."
    ),
    "agreement-by-words": Check(
        "An agreement rests on what was said in a ticket.", "Let it rest on whose ticket it is, such as organization."
    ),
    "agreement-never-fits": Check("An agreement holds for no ticket.", "Leave out of unless what stands under when."),
    "no-promise-without-words": Check(
        "An agreement promises nothing and does not say why.", "Write no_promise: monitoring mails."
    ),
    "promise-beside-no-promise": Check(
        "An agreement promises nothing, and has targets or pages.", "Take no_promise out, or the others."
    ),
    "dated-rows": Check(
        "Dated rows of a setting overlap, or one ends before it begins.", "Let each begin where the one before ends."
    ),
    "dated-gap": Check("Between two dated rows of a setting none holds.", "Let each begin where the one before ends."),
    "dated-always": Check(
        "Dated rows of the file's own do not hold at all times.",
        "Leave out from in the first row and until in the last.",
    ),
    "agreement-dates": Check("An agreement ends before it begins.", "Set until to a day after from."),
    "empty-condition": Check("A condition asks for nothing.", "Name a key, such as text or tags."),
    "bad-rung": Check("The words are no rung of a ladder.", "Write 50% used, 30m before, breach or 30m after."),
    "bad-destination": Check(
        "This names nobody who can be told.", 'Write "#channel", user:…, group:…, assignee, rota:… or another way.'
    ),
    "rung-tells-nobody": Check(
        "A rung names nobody, and the file names no Slack whose channel would be told.", "Say whom it notifies."
    ),
    "needs-slack": Check(
        "Somebody is told through Slack, and the file names no Slack.", "Add slack, or name another way."
    ),
    "unknown-rota": Check("The file has no rota of this name.", "Use a name under rotas."),
    "unknown-way": Check("The file does not say how pages leave by this way.", "Add the setting that is named."),
    "quiet-never-ends": Check("Quiet hours are open without an end.", "Name a calendar that closes each day."),
    "bad-hand-over": Check("The time of the week cannot be read.", 'Write hand_over: "mon 09:00".'),
    "bad-person": Check("This is no person of a rota.", "Write an e-mail address, a Slack id, or nobody."),
    "rota-of-whom": Check("A rota has neither people nor a group, or both.", "Give one of them."),
    "mail-login": Check("The mail server's login is given by half.", "Give username_env and password_env, or neither."),
    "webhook-address": Check("The webhook has no address, or two.", "Give url or url_env, one of them."),
    "bad-template": Check("The template cannot be filled in.", "Use the placeholders that are listed."),
    "bad-account": Check("Several accounts stand in one text.", "Write a list, one account each."),
    "bad-third-party": Check(
        "A third party is neither an address nor a domain.", 'Write help@vendor.example, or "@vendor.example".'
    ),
    "bad-beginning": Check("The words are too short to tell a message by.", "Write at least a word."),
    "bad-address": Check(
        "The address cannot be used.", "Write https://…, or a host name alone where one is asked for."
    ),
    "sign-in": Check("A Zendesk account has no sign-in, or half of one.", "Give auth, or both email and token_env."),
    "bad-scope": Check("This is no list of OAuth scopes.", 'Write scope: "read write".'),
    "store-address": Check("The store has no address, two, or one that is none.", "Give url or url_env, one of them."),
    "secret-in-file": Check("A secret stands in the file.", "Put it into an environment variable and name that."),
    # Calendars
    "unknown-time-zone": Check("There is no time zone of this name.", "Write an IANA name such as Asia/Kolkata."),
    "missing-time-zone": Check("A calendar with hours has no time zone.", "Add time_zone."),
    "unknown-country": Check("No holidays are known for the country or region.", "Write its ISO code."),
    "bad-hours": Check("The opening hours cannot be read.", 'Write them like "09:00-17:00".'),
    "bad-weekday": Check("The weekdays cannot be read.", "Write mon, mon-fri or sat,sun."),
    "duplicate-weekday": Check("A weekday has hours twice.", "Name each weekday once, with all spans in one list."),
    "bad-years": Check("The range of years cannot be read.", 'Write it like "2020-2040".'),
    "outside-years": Check("A date lies outside the calendar's years.", "Check the date, or widen years."),
    "break-when": Check("A break has no days, or both days and a date.", "Give days or date, one of them."),
    "calendar-always": Check("An always-open calendar has hours too.", "Take always: true out, or the hours."),
    "calendar-never-opens": Check("The calendar never opens.", "Give it opening hours."),
    "calendar-joined": Check(
        "A calendar that joins others has more than a zone of its own, or names one twice.", "Leave open_when alone."
    ),
    "calendar-circle": Check("Calendars join each other in a circle.", "Name calendars with hours of their own."),
    "duplicate-date": Check("A date stands twice in one list.", "Keep one of them."),
    "bad-calendar": Check("The calendar contradicts itself.", "See the message."),
    # Rules
    "follow-up-days": Check("The business days do not match the follow-ups.", "Give one rising day for each."),
    "closed-before-reopen": Check(
        "Tickets would be closed before the time to reopen them is over.", "Set close_after to at least reopen_within."
    ),
    "outage-by-words": Check(
        "An outage rests on words that stay, not on a mark that is taken off.", "Name a tag or a field."
    ),
    "outage-without-mark": Check(
        "An outage rule names nothing that can be taken off when it is over.", "Name a tag or a field under when."
    ),
    "weights-by-half": Check("Some services have a weight and others none.", "Give each a weight, or none of them."),
    "channel-in-both": Check("A channel is a request's and none.", "Take it out of one of the two lists."),
    # Warnings
    "token-sign-in-ends": _warning(
        "The account is signed in to by an API token, which Zendesk ends.", "Sign in by OAuth: give auth."
    ),
    "scope-too-narrow": _warning("The OAuth scope is less than slabot needs.", 'Write scope: "read write".'),
    "waiting-does-not-fit": _warning(
        "Some waits end before all follow-ups have gone out.", "Raise or_after, or follow up earlier."
    ),
    "exempt-already": _warning("An exemption adds nothing.", "Take one of the two entries out."),
    "exempt-from-follow-ups-alone": _warning(
        "Tickets without follow-ups are not solved by silence alone.", "Exempt them from solving too."
    ),
    "reminder-is-the-default": _warning(
        "One of two follow-up texts is yours and the other is not.", "Write waiting.templates.reminder."
    ),
    "critical-not-around-the-clock": _warning(
        "Critical is not counted around the clock.", "Name a calendar with always: true."
    ),
    "severity-without-ladder": _warning(
        "Nobody is told before the first response is missed.", "Add a ladder for the severity."
    ),
    "ladder-never-reached": _warning(
        "Ladders above this one always fit first.", "Put the ladder with more selectors first."
    ),
    "rung-before-start": _warning("A rung lies before the start of its clock.", "Choose less than the target."),
    "rung-twice": _warning("Two rungs of a ladder are the same instant.", "Keep one of them."),
    "repeats-without-end": _warning(
        "A rung is repeated for as long as nobody answers.", 'Say for how long: "30m after, then every 30m for 3 days".'
    ),
    "repeat-never-comes": _warning("A rung ends before it could be repeated.", "Choose more days."),
    "after-repeats-never": _warning(
        "What comes after the repeats never comes.", "Give each rung that is repeated an end, or take it out."
    ),
    "rota-has-gaps": _warning(
        "Nobody is on call at a time when a rota is to be told.", "Fill the gap, or name a second destination."
    ),
    "quiet-critical": _warning("Quiet hours hold back pages that are counted at that time.", "Take the severity out."),
    "quiet-ends-at-night": _warning(
        "Quiet hours end within a night, and the pages that waited come then.", "Let them run on to the morning."
    ),
    "quiet-not-on-holidays": _warning(
        "Holidays close the calendar of the quiet hours.", "Take holidays out of it, or name such dates under dates."
    ),
    "region-left-out": _warning(
        "The holidays of a country's regions are left out.", "Add region, or region: national."
    ),
    "working-days-moved": _warning(
        "A country's moved working days of the coming year are not known yet.", "Update slabot's packages."
    ),
    "fixed-offset-zone": _warning("The time zone knows no summer time.", "Write a place such as America/New_York."),
    "last-minute-lost": _warning("The hours end a minute before they should.", "Write the full hour: 00:00-24:00."),
    "rule-never-wins": _warning("A more severe rule matches wherever this one does.", "Ask for something else."),
    "agreement-fits-all": _warning(
        "An agreement holds for every ticket, and others stand below it.", "Put it last, or say for whom it is."
    ),
    "agreement-never-reached": _warning(
        "Agreements above this one always fit first.", "Put the one that asks for more first."
    ),
    "agreement-has-it-already": _warning(
        "An agreement names what one above it has named.", "Take the name out of one of them."
    ),
    "agreement-over": _warning("An agreement has ended.", "Take it out, or move until."),
    "agreements-leave-a-gap": _warning(
        "Between two agreements for the same customers lie days on which neither holds.",
        "Let from be the other's until.",
    ),
    "agreements-overlap": _warning(
        "Two agreements for the same customers hold on the same days.", "Let until be the other's from."
    ),
    "breach-reasons-alike": _warning(
        "Two reasons for a breach read the same where one is picked.", "Keep one, or let their words differ."
    ),
    "near-clock": _warning(
        "A clock of an agreement is nearly named like one of the file.", "Write the name of the one that it replaces."
    ),
    "pattern-signs": _warning(
        "A term or name looks like a pattern and is taken letter by letter.", "Write the words out."
    ),
    "unknown-channel": _warning(
        "The channel is none that slabot has heard of.", "Write it as the helpdesk's API does."
    ),
    "third-party-of-ours": _warning("Somebody of yours is listed as a third party.", "Take the entry out."),
    "written-by-agents-differs": _warning(
        "Requests that agents write down count at one helpdesk, and not at the other.",
        "Write requests.written_by_agents.",
    ),
    "late-reply-untrue": _warning(
        "A text to customers says of a late reply what is not true at a helpdesk.", "Write {late_reply}."
    ),
    "no-holidays-ahead": _warning("No public holiday is known for the coming year.", "Update slabot's packages."),
    "stale-holidays": _warning("Every date of the list has passed.", "Add the next year's dates."),
    "leap-day": _warning("The date 02-29 returns in leap years only.", "Write 02-28 or 03-01 for every year."),
    "date-changes-nothing": _warning(
        "A date that returns each year is closed anyway.", "Except the holiday, or write a full date."
    ),
    "no-half-holidays": _warning(
        "No half holiday of the country is known for the coming year.", "Write such dates under dates."
    ),
    "short-day-is-longer": _warning(
        "A short day before a holiday is longer than the day would be.", "Give shorter hours."
    ),
    "unused-exception": _warning("An exception takes no public holiday away.", "Check the holiday's name."),
    "years-end-soon": _warning("The calendar's years end within a year.", "Raise the last year."),
    # Ignores
    "ignore-unreadable": _warning("An ignore names no code.", "Write # slabot: ignore[code] reason."),
    "ignore-without-reason": _warning("An ignore gives no reason.", "Say behind the bracket why it is right here."),
    "ignore-unknown-code": _warning("An ignore names a code that no finding has.", "Write the code that is shown."),
    "ignore-of-an-error": _warning("An ignore names what cannot be ignored.", "Delete it, and mend what it is about."),
    "ignore-unused": _warning("An ignore ignores nothing.", "Delete it, or move it to the line of the finding."),
}
