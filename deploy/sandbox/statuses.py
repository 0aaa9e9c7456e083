"""The answer to a 276: one 277 for each set of questions, with what became of each claim here. Pure."""

from collections.abc import Iterator

from msgspec.structs import replace

from deploy.sandbox.folder import Decided, Letter
from deploy.sandbox.letters import Desk, answer_header
from deploy.sandbox.reading import AskedFile
from shared.x12 import write_277
from shared.x12.types import ClaimAnswer, ClaimAnswers, Status, StatusInquiry, StatusQuestion

NOT_FOUND = ("A4", "35")
IN_PROCESS = ("P1", "20")
PAID = ("F1", "65")
NOTHING_DUE = ("F4", "107")
DENIED = ("F2", "585")


def status_letters(file: AskedFile, desk: Desk) -> Iterator[Letter]:
    """A 277 for each 276 that the 999 accepted, at once: a question is not put off as a claim is."""
    for inquiry in file.questions:
        header = answer_header(file, desk, "005010X212")
        answers = ClaimAnswers(
            header=header,
            kind="277",
            source=inquiry.payer,
            source_id=inquiry.payer_id,
            reference=f"{header.interchange:09d}",
            at=desk.now,
            receiver=inquiry.receiver,
            receiver_id=inquiry.receiver_id,
            claims=tuple(_answer(question, inquiry, desk) for question in inquiry.questions),
        )
        yield Letter(desk.now, f"277_{file.interchange:09d}_{header.interchange:09d}.x12", write_277(answers))


def _answer(asked: StatusQuestion, inquiry: StatusInquiry, desk: Desk) -> ClaimAnswer:
    found = desk.decided(inquiry.payer_id, asked.number)
    category, status = _status(found)
    said = Status(category=category, status=status, on=desk.now.date(), charge=asked.charge)
    told = found is not None and found.told
    return ClaimAnswer(
        number=asked.number,
        trace=asked.trace,
        statuses=(replace(said, paid=found.payment.paid) if found is not None and told else said,),
        payer_claim_number=found.payment.payer_claim_number if found is not None else "",
        patient=asked.patient,
        member_id=asked.member_id,
        subscriber=asked.subscriber,
        first=asked.first,
        last=asked.last,
        provider=asked.provider,
        provider_npi=asked.provider_npi,
    )


def _status(found: Decided | None) -> tuple[str, str]:
    """Category and code. What was decided and not yet sent is in process: money is told by the 835 first (claims-rules 3.7)."""
    if found is None:
        return NOT_FOUND
    if not found.told:
        return IN_PROCESS
    if found.payment.paid > 0:
        return PAID
    return NOTHING_DUE if found.payment.patient_responsibility > 0 else DENIED
