"""What a language model may add to the reader: what it is asked, what its answer must hold, and what may follow."""

from slabot.judgement.errors import AnswerFault, ModelAnswerError
from slabot.judgement.model.answer import read_answer
from slabot.judgement.model.evidence import QuotedEvidence, Shows
from slabot.judgement.model.masking import Masked, mask
from slabot.judgement.model.question import ModelQuestion, QuestionPart, make_question, texts_digest
from slabot.judgement.model.weighing import Doubt, Effect, Weighed, weigh
from slabot.judgement.personal_data import PersonalData

__all__ = [
    "AnswerFault",
    "Doubt",
    "Effect",
    "Masked",
    "ModelAnswerError",
    "ModelQuestion",
    "PersonalData",
    "QuestionPart",
    "QuotedEvidence",
    "Shows",
    "Weighed",
    "make_question",
    "mask",
    "read_answer",
    "texts_digest",
    "weigh",
]
