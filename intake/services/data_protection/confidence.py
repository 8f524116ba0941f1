"""What was said in confidence, and stays out of a copy that may be read by somebody else on its way.

Safety: nothing in such a copy tells that there was something, so the same is left out of each: the private
questions, words of fear at home or of harming oneself, and all that the clinic made of answers.
"""

from intake.questionnaire import PAGES
from intake.red_flags.watch import is_delicate

PRIVATE_PAGES = frozenset(page.id for page in PAGES.values() if page.private)
PRIVATE_QUESTIONS = frozenset(
    question.id for page in PAGES.values() if page.private for question in page.questions
)


def may_be_sent(words: str, question_id: str = "") -> bool:
    """Whether these words may stand in a copy that is sent: an answer to this question, or of staff."""
    return question_id not in PRIVATE_QUESTIONS and not is_delicate(words)
