"""Which rules of meaning an answer is judged by, once it was read whole."""

from collections.abc import Callable

from shared.x12.remittance835.judging import judge_remittance
from shared.x12.status.judging import judge_answers, judge_group_ack
from shared.x12.types import ClaimAnswers, GroupAck, Remittance, Transaction, X12Finding


def judge_answer(said: Transaction, offset_of: Callable[[int], int]) -> tuple[X12Finding, ...]:
    """Judge an 835, 277CA, 277 or 999 by its sums and codes; anything else has nothing to add.

    ``offset_of`` gives a segment's byte offset by its number in the file. Findings are in file order.
    """
    if isinstance(said, Remittance):
        return judge_remittance(said, offset_of)
    if isinstance(said, ClaimAnswers):
        return judge_answers(said, offset_of)
    if isinstance(said, GroupAck):
        return judge_group_ack(said, offset_of)
    return ()
