"""The running bot: intake, sweeps, evaluation, the alarm, delivery, and two ways of driving them."""

from slabot.runtime.actors import Actor, Cast, cast
from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Bells, Embedded
from slabot.runtime.heartbeat import Heartbeat
from slabot.runtime.intake import BadHook, BadSignature, UnknownHelpdesk, accept
from slabot.runtime.interactions import Interactions, Reply
from slabot.runtime.parts import SWEEP_EVERY, Bell, Parts, Silence
from slabot.runtime.sockets import Sockets

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
    "Interactions",
    "Parts",
    "Reply",
    "Silence",
    "Sockets",
    "UnknownHelpdesk",
    "accept",
    "cast",
]
