"""What a language model may add to the reader: what it is asked, what its answer must hold, and what may follow."""

from slabot.judgement.errors import Fault, ModelAnswerError
from slabot.judgement.model.answer import read_answer
from slabot.judgement.model.evidence import Evidence, Shows
from slabot.judgement.model.masking import Masked, mask
from slabot.judgement.model.question import Part, Question, make_question, texts_digest
from slabot.judgement.model.weighing import Doubt, Effect, Weighed, weigh
from slabot.judgement.personal_data import PersonalData

__all__ = [
    "Doubt",
    "Effect",
    "Evidence",
    "Fault",
    "Masked",
    "ModelAnswerError",
    "Part",
    "PersonalData",
    "Question",
    "Shows",
    "Weighed",
    "make_question",
    "mask",
    "read_answer",
    "texts_digest",
    "weigh",
]
