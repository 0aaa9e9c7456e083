"""Does a 277CA agree with the 837 that it answers, and with itself? Pure. claims-rules 3.7, RFI 1991."""

from collections.abc import Iterator, Mapping

from services.submitter.domain.answers import Message, Word
from services.submitter.domain.files import Trouble

_ASK = "Ask the partner which claims it read from this file; the claims keep what was answered about each."


def disagreements(message: Message, sent: Mapping[str, int]) -> tuple[Trouble, ...]:
    """Counts and amounts that do not agree; ``sent`` is claim number -> cents of our 837. Numbers are not repeated in words.

    A partner may answer one file in several 277CA: fewer claims than were sent is no disagreement, the silence
    about each is follow-up's business. More, other or other amounts are.
    """
    return tuple(
        Trouble(problem=problem, fix=_ASK) for problem in (*_claims(message, sent), *_totals(message))
    )


def _claims(message: Message, sent: Mapping[str, int]) -> Iterator[str]:
    strangers = sum(word.number not in sent for word in message.each)
    if strangers:
        yield f"It answers {strangers} claims that were not in our file."
    other = sum(
        word.charge is not None and sent.get(word.number, word.charge) != word.charge for word in message.each
    )
    if other:
        yield f"It names another charge than ours for {other} claims."
    twice = len(message.each) - len({word.number for word in message.each})
    if twice:
        yield f"It answers {twice} claims more than once."


def _totals(message: Message) -> Iterator[str]:
    totals = message.totals
    if totals is None:
        return
    accepted = [w for w in message.each if w.verdict != "rejected"]
    rejected = [w for w in message.each if w.verdict == "rejected"]
    for name, told, found in (
        ("accepted claims (QTY*90)", totals.accepted_count, len(accepted)),
        ("rejected claims (QTY*AA)", totals.rejected_count, len(rejected)),
    ):
        if told is not None and told != found and message.whole is None:
            yield f"It counts {told} {name} and lists {found}."
    for name, cents, words in (
        ("accepted amount (AMT*YU)", totals.accepted_cents, accepted),
        ("rejected amount (AMT*YY)", totals.rejected_cents, rejected),
    ):
        if cents is not None and message.whole is None and cents != _sum(words):
            yield f"Its {name} is not the sum of the claims that it lists."


def _sum(words: list[Word]) -> int:
    return sum(word.charge or 0 for word in words)
