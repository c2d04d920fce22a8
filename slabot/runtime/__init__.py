"""The running bot: intake, sweeps, evaluation, the alarm, delivery, and two ways of driving them."""

from slabot.runtime.actors import Actors, RuntimeActor, make_actors
from slabot.runtime.audit.heartbeat import Heartbeat
from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Embedded, Wakers
from slabot.runtime.parts import SWEEP_EVERY, NoWaker, Parts, Waker
from slabot.runtime.people.interactions import Interactions, SlackReply
from slabot.runtime.people.sockets import Sockets
from slabot.runtime.reading.intake import BadHook, BadSignature, Intake, UnknownHelpdesk

__all__ = [
    "SWEEP_EVERY",
    "Actors",
    "BadHook",
    "BadSignature",
    "Driven",
    "Embedded",
    "Heartbeat",
    "Intake",
    "Interactions",
    "NoWaker",
    "Parts",
    "RuntimeActor",
    "SlackReply",
    "Sockets",
    "UnknownHelpdesk",
    "Waker",
    "Wakers",
    "make_actors",
]
