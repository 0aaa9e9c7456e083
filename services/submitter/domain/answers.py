"""What a read TA1, 999, 277CA or 277 says about which of our files, before anybody looks up whose claims these are. Pure."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from services.submitter.domain import words
from shared.events import Hop, Reason
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    FileReading,
    GroupAck,
    InterchangeAck,
    Remittance,
    SetAck,
    Transaction,
)

Verdict = Literal["passed", "accepted", "rejected", "reported"]


class Word(Struct, frozen=True, kw_only=True):
    """A hop's word about one claim of the file: ``number`` is CLM01, ``charge`` what the hop thinks we charged."""

    number: str
    hop: Hop
    verdict: Verdict
    payer_claim_number: str = ""
    proof: date | None = None
    charge: int | None = None
    reasons: tuple[Reason, ...] = ()


class Totals(Struct, frozen=True, kw_only=True):
    """What a 277CA says it counted; None where it does not say."""

    accepted_count: int | None = None
    rejected_count: int | None = None
    accepted_cents: int | None = None
    rejected_cents: int | None = None


class Message(Struct, frozen=True, kw_only=True):
    """One answer to one of our files, named by ``key`` = ISA13, GS06 or BHT03 (``by`` says which).

    ``whole`` is a verdict about all its claims, ``each`` one per claim; ``transaction`` ST02 where told.
    """

    kind: Literal["TA1", "999", "277CA", "277"]
    by: Literal["interchange", "group", "batch"]
    key: str
    hop: Hop
    transaction: str = ""
    whole: Verdict | None = None
    reasons: tuple[Reason, ...] = ()
    each: tuple[Word, ...] = ()
    totals: Totals | None = None
    duplicate: bool = False


def messages_of(reading: FileReading, clearinghouses: Collection[str]) -> tuple[Message, ...]:
    """All answers of a file, in its order. ``clearinghouses`` are the ids under which a partner answers for itself."""
    return tuple(m for transaction in reading.transactions for m in _of(transaction, clearinghouses))


def kinds_of(reading: FileReading) -> tuple[str, ...]:
    """Which kinds of transaction a file holds, each once, in its order."""
    return tuple(dict.fromkeys(_kind(transaction) for transaction in reading.transactions))


def _kind(transaction: Transaction) -> str:
    match transaction:
        case InterchangeAck():
            return "TA1"
        case GroupAck():
            return "999"
        case ClaimAnswers():
            return transaction.kind
        case Remittance():
            return "835"
        case _:
            return "other"


def _of(transaction: Transaction, clearinghouses: Collection[str]) -> Iterator[Message]:
    match transaction:
        case InterchangeAck():
            yield _of_envelope(transaction)
        case GroupAck():
            yield from _of_group(transaction)
        case ClaimAnswers():
            for one in transaction.by_source():
                yield _of_claims(one, clearinghouses)


# ------------------------------------------------------------------ TA1 and 999


def _of_envelope(ack: InterchangeAck) -> Message:
    """A TA1. Note 025 is our own second upload: the first one stands (reliability 5.6)."""
    duplicate = ack.note == "025"
    refused = ack.code == "R" and not duplicate
    return Message(
        kind="TA1",
        by="interchange",
        key=str(ack.control),
        hop="interchange",
        whole="rejected" if refused else "passed",
        reasons=(Reason(code=f"TA1-{ack.note}", place="ISA", words=words.of_note(ack.note)),)
        if refused
        else (),
        duplicate=duplicate,
    )


def _of_group(ack: GroupAck) -> Iterator[Message]:
    """A 999: one message per set, or one about the group when it names none (claims-rules 3.7)."""
    if not ack.sets:
        yield _syntax(ack.group, "", ack.code, tuple(map(_group_reason, ack.reasons)))
    for one in ack.sets:
        yield _syntax(ack.group, one.transaction, one.code, _reasons_of(one, ack.reasons))


def _syntax(group: int, transaction: str, code: str, reasons: tuple[Reason, ...]) -> Message:
    refused = code not in ("A", "E", "P")
    return Message(
        kind="999",
        by="group",
        key=str(group),
        hop="syntax",
        transaction=transaction,
        whole="rejected" if refused else "passed",
        reasons=(reasons or (_set_reason("5"),)) if refused else (),
    )


def _reasons_of(one: SetAck, group_reasons: tuple[str, ...]) -> tuple[Reason, ...]:
    codes = (*map(_set_reason, one.reasons), *map(_group_reason, group_reasons))
    return tuple(r for error in one.errors[:20] for r in words.of_segment(error)) + codes


def _set_reason(code: str) -> Reason:
    return Reason(code=f"IK5-{code}", place="ST", words=words.of_set(code))


def _group_reason(code: str) -> Reason:
    return Reason(code=f"AK9-{code}", place="GS", words=words.of_group(code))


# ------------------------------------------------------------------ 277CA and 277


def _of_claims(answers: ClaimAnswers, clearinghouses: Collection[str]) -> Message:
    information = answers.kind == "277"
    own = answers.source_kind == "AY" or answers.source_id in clearinghouses
    batch_refused = not answers.claims and any(
        s.category in ("A3", "A6", "A7", "A8") for s in answers.batch_statuses
    )
    return Message(
        kind=answers.kind,
        by="batch",
        key=answers.batch,
        hop="clearinghouse" if own else "payer",
        whole="rejected" if batch_refused else None,
        reasons=tuple(words.of_status(s) for s in answers.batch_statuses) if batch_refused else (),
        each=tuple([_of_claim(c, own, information, answers) for c in answers.claims]),
        totals=None
        if information
        else Totals(
            accepted_count=answers.accepted_count,
            rejected_count=answers.rejected_count,
            accepted_cents=answers.accepted_cents,
            rejected_cents=answers.rejected_cents,
        ),
    )


def _of_claim(answer: ClaimAnswer, own: bool, information: bool, answers: ClaimAnswers) -> Word:
    """A clearinghouse that hands on the payer's own claim number speaks for the payer."""
    payer_speaks = not own or bool(answer.payer_claim_number)
    verdict: Verdict = "reported" if information else _verdict(answer, payer_speaks)
    days = [s.on for s in answer.statuses if s.on]
    charges = [s.charge for s in answer.statuses if s.charge is not None]
    return Word(
        number=answer.number,
        hop="payer" if payer_speaks else "clearinghouse",
        verdict=verdict,
        payer_claim_number=answer.payer_claim_number,
        proof=days[0] if days else answers.at and answers.at.date(),
        charge=charges[0] if charges else answer.charge,
        reasons=()
        if verdict in ("passed", "accepted")
        else tuple([words.of_status(s) for s in answer.statuses]),
    )


def _verdict(answer: ClaimAnswer, payer_speaks: bool) -> Verdict:
    if not answer.accepted:
        return "rejected"
    taken = any(s.category in ("A1", "A2") for s in answer.statuses)
    return "accepted" if taken and payer_speaks else "passed"
