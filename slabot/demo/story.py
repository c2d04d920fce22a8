"""What happens in the demo's week, at both helpdesks?

Promise: the acts are written by hand, and nothing here asks slabot what it thinks. All times are those of
Asia/Kolkata. Monday 26 January 2026 is Republic Day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from slabot_sandbox import FaultKind, Sandbox

IST = timezone(timedelta(hours=5, minutes=30))
START = datetime(2026, 1, 23, 17, 0, tzinfo=IST)
END = datetime(2026, 2, 3, 9, 0, tzinfo=IST)
AGENT = "maya@acme.example"
ACME, PARTNERS = "acme", "partners"  # what the policy calls the Zendesk and the Freshdesk account
SERVICES = {ACME: "zendesk", PARTNERS: "freshdesk"}
GOLD, TREY = "Adventure Works", "Trey Research"  # customers with an agreement of their own, and with the file's
LOOKS, LOOK = 250, 0.02  # how often it is looked for a dialog, and seconds between
PROBE = "probe@relecloud.example"  # who is promised nothing


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of the demo: days from 23 are January's, the first ones February's."""
    return datetime(2026, 1 if day >= 23 else 2, day, hour, minute, second, tzinfo=IST)


class DemoTicket(NamedTuple):
    """A ticket, by the helpdesk's name in the policy and its number there."""

    helpdesk: str
    number: int


Acts = list[tuple[datetime, Callable[[], object]]]
Values = dict[str, Any]


@dataclass(slots=True)
class Week:
    """The acts of customers, agents and of the weather."""

    sandbox: Sandbox
    tickets: dict[str, DemoTicket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for customer in (GOLD, TREY):
            self.sandbox.zendesk.account.add_organization(customer)

    def acts(self) -> Acts:
        """Who does what, when, at both helpdesks."""
        return [*self._at_acme(), *self._by_agreement(), *Partners(self.sandbox, self.tickets).acts()]

    def _at_acme(self) -> Acts:
        return [
            (at(23, 17, 30), lambda: self._ask("sensor", "tom@fabrikam.example", "Question about our sensor")),
            (
                at(23, 18),
                lambda: self._ask("late", "ana@contoso.example", "Agents report in late", "There is no workaround."),
            ),
            (at(24, 10), self._production_down),
            (at(24, 11, 5), self._acknowledge),
            (at(24, 11, 34), lambda: self._answer("down", "We see it; a fix is on its way to you.")),
            (at(24, 12), lambda: self._asks_back("sensor", "Which serial number is it?")),
            (at(25, 11), lambda: self._answer("late", "Please install build 4.2; it reports in time.")),
            (at(27, 9), lambda: self._ask("login", "lee@tailspin.example", "Cannot log in to the portal")),
            (at(27, 9, 5), lambda: self._ask("invoice", "kim@wingtip.example", "Invoice address")),
            (at(27, 9, 10), lambda: self._ask("proxy", "joe@litware.example", "Proxy settings")),
            (at(27, 9, 15), lambda: self._ask("theme", "ida@proseware.example", "Dark theme")),
            (at(27, 9, 30), lambda: self._answer("proxy", "Thank you, we look into it.")),
            (at(27, 9, 40), lambda: self._answer("theme", "Thank you, we look into it.")),
            (at(27, 10), lambda: self._asks_back("login", "Which browser do you use?")),
            (at(27, 11), lambda: self._asks_back("invoice", "Which address should it be?")),
            (
                at(28, 9),
                lambda: self.sandbox.zendesk.people.customer_replies(self._number("invoice"), "12 High Street"),
            ),
            (at(28, 9, 10), lambda: self._answer("invoice", "Changed, thank you.")),
            (at(28, 9, 30), self._unheard),
            (at(28, 10, 45), lambda: self._answer("unheard", "We are looking into it right now.")),
            (at(27, 16), self._chat),
            (at(27, 16, 3), lambda: self._says("till", "We see it; please restart the controller.", AGENT)),
            (at(27, 16, 20), lambda: self._says("till", "It is back, thank you!")),
            (at(27, 16, 30), lambda: self.sandbox.zendesk.people.end_chat(self._number("till"))),
            (at(27, 17, 5), lambda: self._asks_slabot("till")),
            (at(28, 11), self._small_question),
            (at(28, 11, 5), self._urgent_logo),
            (at(28, 12, 10), lambda: self._answer("grey", "It is not; we look into it right now.")),
            (at(30, 9), self._by_the_way),
            (at(30, 9, 20), self._says_how_severe),
            (at(30, 10, 10), lambda: self._answer("door", "We see it; the directory is being restarted.")),
            (at(29, 9), lambda: self._answer("logo", "It is changed, thank you.")),
            (at(28, 12), lambda: self._solve("proxy", "Set the variable HTTPS_PROXY; that does it.")),
            (at(28, 15), lambda: self._solve("theme", "It is under Settings, Appearance.")),
            (at(29, 15), lambda: self._ask("export", "eve@adatum.example", "How to export a report?")),
            (
                at(29, 19, 30),
                lambda: self._ask("outage", "sam@northwind.example", "All hosts", "production down again"),
            ),
            (at(29, 19, 50), self._slack_down),
            (at(29, 21, 20), lambda: self._answer("outage", "A bad rule was rolled back; hosts recover now.")),
            (at(30, 12), lambda: self.sandbox.zendesk.people.customer_replies(self._number("proxy"), "It fails again")),
            (at(30, 12, 20), lambda: self._answer("proxy", "Please send us the log.")),
            (at(2, 14, 30), lambda: self._answer("export", "Reports, then Export; CSV and PDF are there.")),
        ]

    def _by_agreement(self) -> Acts:
        """Three customers at acme: of a tighter agreement, of one without a promise, and one who moves at noon."""
        return [
            (
                at(27, 18),
                lambda: self._ask("tighter", "amy@adventure.example", "Shop", "production down", organization=GOLD),
            ),
            (at(27, 19), lambda: self._answer("tighter", "A certificate had run out; the shop is open again.")),
            (at(28, 17), lambda: self._ask("probe", PROBE, "Probe 7", "production down at probe 7")),
            (at(28, 20), lambda: self._asks_slabot("probe")),
            (at(29, 10), lambda: self._answer("probe", "Probe 7 was moved; its old address is gone.")),
            (
                at(29, 10, 55),
                lambda: self._ask("mover", "roy@trey.example", "Mill", "production down", organization=TREY),
            ),
            (at(29, 12), lambda: self._moves_to_gold("mover")),
            (at(29, 12, 15), lambda: self._answer("mover", "The mill's gateway is restarting.")),
        ]

    def _ask(
        self, name: str, who: str, subject: str, text: str | None = None, *, organization: str | None = None
    ) -> None:
        people = self.sandbox.zendesk.people
        number = people.create_ticket(who, subject, text or subject, organization=organization)
        self.tickets[name] = DemoTicket(ACME, number)

    def _moves_to_gold(self, name: str) -> None:
        self.sandbox.zendesk.people.agent_sets_organization(self._number(name), AGENT, GOLD)

    def _number(self, name: str) -> int:
        return self.tickets[name].number

    def _answer(self, name: str, text: str) -> None:
        self.sandbox.zendesk.people.agent_replies(self._number(name), AGENT, text, status="open")

    def _asks_back(self, name: str, text: str) -> None:
        self.sandbox.zendesk.people.agent_replies(self._number(name), AGENT, text, status="pending")

    def _solve(self, name: str, text: str) -> None:
        self.sandbox.zendesk.people.solve(self._number(name), AGENT, text)

    def _production_down(self) -> None:
        self.sandbox.zendesk.webhooks.double()
        self._ask("down", "bo@contoso.example", "Help", "Our production down since nine, all sites.")

    def _small_question(self) -> None:
        """A disaster that its author takes for a trifle."""
        text = (
            "Is it normal that none of our agents has reported since last night? All 1,100 of them are grey. No rush."
        )
        self._ask("grey", "uwe@humongous.example", "A small question", text)

    def _urgent_logo(self) -> None:
        text = "The logo in our report is still the old one. CRITICAL! Please change it immediately!"
        self._ask("logo", "mel@lamna.example", "URGENT!!! The logo!!!", text)

    def _by_the_way(self) -> None:
        """A disaster in half a sentence, of which nobody can say whether it is the product."""
        self._ask("door", "ola@tailspin.example", "By the way", "By the way, all users cannot log in. Take your time.")

    def _says_how_severe(self) -> None:
        """On the card that asks, which was posted first of those about the ticket."""
        mark = f"{ACME}/{self._number('door')}/ask/"
        cards = [e for e in self.sandbox.journal.effects(kind="message.posted") if mark in str(e.facts.get("metadata"))]
        if cards:
            self.sandbox.slack.people.click(cards[0]["channel"], cards[0]["ts"], "slabot_triage:critical", AGENT)

    def _chat(self) -> None:
        number = self.sandbox.zendesk.people.start_chat("liv@woodgrove.example", "All our tills: production down")
        self.tickets["till"] = DemoTicket(ACME, number)

    def _says(self, name: str, text: str, agent: str | None = None) -> None:
        self.sandbox.zendesk.people.say_in_chat(self._number(name), text, agent=agent)

    def _asks_slabot(self, name: str) -> None:
        asked = f"{ACME}/{self._number(name)}"
        self.sandbox.slack.people.command(AGENT, "/sla", asked, channel="support-escalations")

    def _unheard(self) -> None:
        self.sandbox.zendesk.webhooks.lose()
        self._ask("unheard", "pat@fabrikam.example", "Console", "production down after the update")

    def _acknowledge(self) -> None:
        pages = self.sandbox.journal.effects(kind="message.posted")
        if pages:  # whoever is not paged presses nothing
            self.sandbox.slack.people.click(pages[-1]["channel"], pages[-1]["ts"], "slabot_acknowledge", AGENT)

    def _slack_down(self) -> None:
        self.sandbox.faults.add(FaultKind.DOWN, service="slack", lasting=timedelta(hours=1))


@dataclass(slots=True)
class Partners:
    """What happens at Freshdesk meanwhile."""

    sandbox: Sandbox
    tickets: dict[str, DemoTicket]

    def acts(self) -> Acts:
        """Who does what, when."""
        return [
            (at(27, 9, 45), lambda: self._ask("manual", "uma@fourthcoffee.example", "Where is the manual?")),
            (at(27, 9, 50), lambda: self._ask("licence", "gia@lucerne.example", "Two more licences")),
            (at(27, 9, 55), lambda: self._ask("printer", "max@tailwind.example", "Printer not found")),
            (at(27, 9, 58), lambda: self._ask("badge", "zoe@coho.example", "Badge reader")),
            (at(27, 12), lambda: self._asks_back("licence", "For which of your two sites?")),
            (at(27, 13), lambda: self._asks_back("printer", "Which model is it?")),
            (at(27, 13, 30), lambda: self._asks_back("badge", "Since when?")),
            (at(27, 14), lambda: self._ask("vpn", "bo@partner.example", "VPN", "Our branch has production down.")),
            (at(27, 15, 23), lambda: self._answer("vpn", "The certificate had run out; it works again.")),
            (at(28, 12, 59), lambda: self._lose(FaultKind.DROP_AFTER)),
            (at(28, 13, 29), lambda: self._lose(FaultKind.DROP_BEFORE)),
            (at(28, 14, 30), lambda: self._customer("printer", "The blue one, 400")),
            (at(28, 14, 45), lambda: self._answer("printer", "Its driver is on its way to you.")),
            (at(28, 15, 30), lambda: self._customer("badge", "Since Monday")),
            (at(28, 15, 40), lambda: self._answer("badge", "We send somebody tomorrow.")),
            (at(28, 16), lambda: self._solve("manual", "It is on the support page, under Downloads.")),
            (
                at(28, 11),
                lambda: self._ask(
                    "forms", "nia@fourthcoffee.example", "Forms", "Forms are empty. There is no workaround."
                ),
            ),
            (at(28, 18, 20), lambda: self._answer("forms", "They are filled again; a template had been renamed.")),
            (at(28, 18, 30), self._says_why),
            (at(30, 16), lambda: self._ask("gate", "kai@partner.example", "Gate", "production down at the gate")),
            (at(30, 16, 45), self._away),
            (at(30, 17, 25), lambda: self._answer("gate", "Restarted; it opens again.")),
        ]

    def _ask(self, name: str, who: str, subject: str, text: str | None = None) -> None:
        number = self.sandbox.freshdesk.people.create_ticket(who, subject, text or subject)
        self.tickets[name] = DemoTicket(PARTNERS, number)

    def _customer(self, name: str, text: str) -> None:
        self.sandbox.freshdesk.people.customer_replies(self.tickets[name].number, text)

    def _answer(self, name: str, text: str, status: str = "Pending") -> None:
        self.sandbox.freshdesk.people.agent_replies(self.tickets[name].number, AGENT, text, status=status)

    def _asks_back(self, name: str, text: str) -> None:
        self._answer(name, text, "Waiting on Customer")

    def _solve(self, name: str, text: str) -> None:
        self.sandbox.freshdesk.people.solve(self.tickets[name].number, AGENT, text)

    def _says_why(self) -> None:
        """On the page about the forms, whose answer came too late."""
        mark = f"{PARTNERS}/{self.tickets['forms'].number}/"
        pages = [e for e in self.sandbox.journal.effects(kind="message.posted") if mark in str(e.facts.get("metadata"))]
        slack = self.sandbox.slack
        if not pages:
            return  # whoever is not paged presses nothing
        before = len(slack.workspace.views)
        slack.people.click(pages[0]["channel"], pages[0]["ts"], "slabot_give_reason", AGENT)
        for _ in range(LOOKS):  # slabot opens the dialog once it has answered the click
            if len(slack.workspace.views) > before:
                break
            time.sleep(LOOK)
        else:
            return
        why: Values = {"slabot_why": {"type": "static_select", "selected_option": {"value": "overlooked"}}}
        text: Values = {"slabot_reason": {"type": "plain_text_input", "value": "Nobody watched the new queue"}}
        view = list(slack.workspace.views)[-1]
        slack.people.submit_view(view, AGENT, {"slabot_why": why, "slabot_reason": text})

    def _lose(self, fault: FaultKind) -> None:
        self.sandbox.faults.add(fault, service="freshdesk", method="POST", path="*/reply", times=1)

    def _away(self) -> None:
        self.sandbox.faults.add(FaultKind.DOWN, service="freshdesk", lasting=timedelta(minutes=35))
