"""What does a reply of the customer mean, where the policy has it judged?

Promise: a reply whose words are gone means what it meant; without ``replies`` in the file every reply is feedback.
"""

from __future__ import annotations

from slabot.domain import Message
from slabot.judgement import Reply, meaning
from slabot.policy import Mode, Policy, ThanksInWait
from slabot.rules.words import quoted

KEPT = (Reply.THANKS_ONLY, Reply.CLOSING_WORD)
"""The meanings that are kept of words that are gone: without them, these would be feedback."""
_WORDS = {
    Reply.AUTO_REPLY: "an automatic reply",
    Reply.THANKS_ONLY: "no more than thanks",
    Reply.CLOSING_WORD: "a closing word",
    Reply.UNCLEAR: "nothing that can be told",
}


def reply_of(message: Message, policy: Policy) -> Reply:
    """What a message of the customer means; feedback where nobody asked, and where nothing can be read."""
    if policy.replies.mode is Mode.OFF:
        return Reply.FEEDBACK
    if message.meant in KEPT:
        return Reply(message.meant)
    return meaning(message.text).reply if message.text else Reply.FEEDBACK


def quote_of(message: Message) -> str:
    """The words that say what a message means, in quotation marks."""
    found = meaning(message.text)
    return quoted(found.quote or message.text)


def needs_nothing(message: Message, policy: Policy) -> bool:
    """True for thanks and closing words, where these take no solved ticket up again."""
    acts = policy.replies.mode is Mode.ACT
    return acts and reply_of(message, policy) in KEPT


def ends_no_wait(message: Message, policy: Policy) -> bool:
    """True for a mere thanks where the file says that it ends no wait."""
    if policy.replies.thanks_in_wait is not ThanksInWait.NOTHING or policy.replies.mode is not Mode.ACT:
        return False
    return reply_of(message, policy) is Reply.THANKS_ONLY


def words_of(message: Message, policy: Policy) -> str:
    """What a reply reads as, to follow "because"; empty for feedback."""
    reply = reply_of(message, policy)
    if reply is Reply.FEEDBACK:
        return ""
    observed = "" if policy.replies.mode is Mode.ACT else "; replies.mode is observe, so it is feedback all the same"
    return f"it reads as {_WORDS[reply]}{observed}"
