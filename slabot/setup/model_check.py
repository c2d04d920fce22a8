"""Is the language model of the policy there, does it take the key, and what would leave for it?

Promise: it is asked for its list of models, and for nothing else; no text of a customer leaves.
"""

from __future__ import annotations

from slabot.domain import Finding, Level
from slabot.domain.sentences import clause, instruction
from slabot.judgement.personal_data import PersonalData
from slabot.policy import Policy
from slabot.rules.words import listed
from slabot.runtime.asking.client import ModelClient
from slabot.runtime.asking.errors import ModelCallError

SHOWN = 5  # names of models


def check_model(policy: Policy, model: ModelClient) -> tuple[Finding, ...]:
    """What is found of the model, and what leaves."""
    return (_there(model), _leaves(policy))


def _there(model: ModelClient) -> Finding:
    try:
        names = model.models()
    except ModelCallError as error:
        remedy = error.remedy or "look whether it runs; the reader judges meanwhile"
        return Finding(Level.WRONG, f"The language model cannot be asked: {clause(error.why)}", instruction(remedy))
    if names is None:
        return Finding(
            Level.UNKNOWN,
            "The service of the language model answers, and does not list its models",
            "Try it with slabot classify --model -c FILE --file mail.txt.",
        )
    if model.name in names:
        return Finding(Level.RIGHT, f"The language model {model.name} is there, and the key is taken")
    known = f"It has {listed(names[:SHOWN])}" + (" and others." if names[SHOWN:] else ".") if names else "It has none."
    return Finding(
        Level.WRONG, f"The service has no model {model.name}", f"{known} Write one of them as classify.model.name."
    )


def _leaves(policy: Policy) -> Finding:
    settings = policy.classify.model
    sends = listed(tuple(each.value for each in settings.send))
    masks = tuple(each.value for each in settings.mask)
    bare = tuple(each.value for each in PersonalData if each not in settings.mask)
    told = f"masked: {listed(masks)}" if masks else "nothing is masked"
    more = f"; as written: {listed(bare)}" if bare and masks else ""
    return Finding(
        Level.RIGHT,
        f"Of each request that it is asked about leaves: {sends} ({told}{more}); {settings.a_day} a day at most",
    )
