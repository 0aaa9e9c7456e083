"""What X12 transactions and their claims are called in a few words. No value of a patient is in them."""

from collections.abc import Iterator
from typing import Final

from deploy.local.checking.seam import Claim, Page
from shared import claim as canonical
from shared.x12.findings import Entry
from shared.x12.pages.findings import answers_of
from shared.x12.stories import STORIES
from shared.x12.types import (
    ClaimAnswers,
    ClaimPayment,
    GroupAck,
    InterchangeAck,
    Remittance,
    StatusInquiry,
    Transaction,
    Unsupported,
)

_FREQUENCIES: Final = {"1": "original", "7": "replacement", "8": "void"}
_STATUSES: Final = {
    "1": "processed as primary", "2": "processed as secondary", "3": "processed as tertiary",
    "4": "denied, patient not identified", "19": "processed as primary and forwarded",
    "20": "processed as secondary and forwarded", "21": "processed as tertiary and forwarded", "22": "reversal",
    "23": "not our claim, forwarded", "25": "predetermination",
}  # fmt: skip
_ANSWERS: Final = {
    "A": "accepted", "E": "accepted with errors", "M": "rejected, authentication failed", "P": "accepted in part",
    "R": "rejected", "W": "rejected, assurance failed", "X": "rejected, could not be decrypted",
}  # fmt: skip


def type_of(said: Transaction) -> str:
    """The transaction's name as ``--json`` says it."""
    if isinstance(said, Remittance):
        return "835"
    if isinstance(said, GroupAck):
        return "999"
    if isinstance(said, InterchangeAck):
        return "TA1"
    if isinstance(said, StatusInquiry):
        return "276"
    if isinstance(said, ClaimAnswers):
        return said.kind
    return said.set_id if isinstance(said, Unsupported) else "837"


def words_of_claim(said: canonical.Claim | None) -> str:
    """What an 837's claim is."""
    if said is None:
        return "claim that cannot be read"
    kind = _FREQUENCIES.get(said.frequency, "of an unusual frequency")
    return f"{said.kind} claim, {kind}, {_count(len(said.lines), 'line')}"


def words_of_payment(said: ClaimPayment) -> str:
    """What an 835's claim is."""
    status = _STATUSES.get(said.status, "processed, status unknown")
    return f"{status}, {_count(len(said.services), 'line')}"


def parts_of(said: Transaction) -> Iterator[Claim]:
    """The claims or answered sets of a transaction that was read whole."""
    if isinstance(said, ClaimAnswers):
        for answer in said.claims:
            taken = "accepted" if answer.accepted else "rejected"
            words = f"{taken} claim" if said.kind == "277CA" else "claim status"
            yield Claim(words=words, verdict="accepted", number=answer.number, segments=(answer.segment, 0))
    elif isinstance(said, StatusInquiry):
        for question in said.questions:
            yield Claim(words="question about a claim", verdict="accepted", number=question.number)
    elif isinstance(said, GroupAck):
        for one in said.sets:
            words = f"answers a set {one.set_id}: {_ANSWERS[one.code]}, {_count(len(one.errors), 'segment')} in error"
            yield Claim(words=words, verdict="accepted")
    elif isinstance(said, InterchangeAck):
        note = f", note {said.note}" if said.note.isdigit() else ""
        words = f"answers an interchange: {_ANSWERS[said.code]}{note[:10]}"
        yield Claim(words=words, verdict="accepted")


def page_of(entry: Entry) -> Page:
    """A kind of finding as a page."""
    why, example = STORIES.get(entry.code, ("", ""))
    return Page(
        code=entry.code,
        severity=entry.severity,
        title=entry.title,
        problem=entry.problem,
        why=why,
        fix=entry.fix,
        source=entry.source,
        example=example,
        answers=answers_of(entry),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
