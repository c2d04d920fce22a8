"""The running bot: intake, sweeps, evaluation, the alarm, delivery, and two ways of driving them."""

from slabot.runtime.actors import Actor, Cast, cast
from slabot.runtime.clicks import Answer, click
from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Bells, Embedded
from slabot.runtime.intake import BadHook, BadSignature, UnknownHelpdesk, accept
from slabot.runtime.parts import SWEEP_EVERY, Bell, Parts, Silence

__all__ = [
    "SWEEP_EVERY",
    "Actor",
    "Answer",
    "BadHook",
    "BadSignature",
    "Bell",
    "Bells",
    "Cast",
    "Driven",
    "Embedded",
    "Parts",
    "Silence",
    "UnknownHelpdesk",
    "accept",
    "cast",
    "click",
]
