"""The running bot: intake, sweeps, evaluation, the alarm, delivery, and two ways of driving them."""

from slabot.runtime.actors import Actor, Cast, cast
from slabot.runtime.audit.heartbeat import Heartbeat
from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Bells, Embedded
from slabot.runtime.parts import SWEEP_EVERY, Bell, Parts, Silence
from slabot.runtime.people.interactions import Interactions, Reply
from slabot.runtime.people.sockets import Sockets
from slabot.runtime.reading.intake import BadHook, BadSignature, Intake, UnknownHelpdesk

__all__ = [
    "SWEEP_EVERY",
    "Actor",
    "BadHook",
    "BadSignature",
    "Bell",
    "Bells",
    "Cast",
    "Driven",
    "Embedded",
    "Heartbeat",
    "Intake",
    "Interactions",
    "Parts",
    "Reply",
    "Silence",
    "Sockets",
    "UnknownHelpdesk",
    "cast",
]
