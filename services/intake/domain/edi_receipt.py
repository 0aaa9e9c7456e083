"""What a hospital is told about each claim of its 837: a 277CA (005010X214) for each set that the 999 does not reject.

A claim that is stored is received (A1); one that is not is rejected for what is missing (A6) or wrong (A7) and was never
ours: it is mended and sent as a new claim. We are no payer, so nothing here says that a claim is into adjudication (A2).
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct, structs

from services.intake.domain.edi_answers import SetFate, back, plain
from services.intake.domain.inbound import Fate, Result
from shared.claim import Claim, Name, Provider
from shared.x12 import write_277ca
from shared.x12.types import ClaimAnswer, ClaimAnswers, Status, X12Finding

OURSELVES = Name(last="CLAIMFLOW", organization=True)
NOBODY = Name(last="UNKNOWN")
RECEIVED, UNCLEAR = "20", "21"
"""Claim status codes: accepted for processing; missing or invalid information."""

_MORE = {"HI": "255", "SV1": "454", "SV2": "454", "DTP": "187"}
"""The segment in error -> the status code that says what stands in it: diagnosis, procedure, dates of service."""
_WORDS: dict[Fate, str] = {
    "duplicate": "THE SAME CLAIM WAS HERE ALREADY",
    "amended": "CHANGES THE CLAIM OF THIS NUMBER THAT WAS HERE ALREADY",
}
_LONGEST_WORDS = 264
_CONTROLS = 999_999_999


class Judged(Struct, frozen=True, kw_only=True, gc=False):
    """One claim of a set: its number as written, the value where it could be made, what speaks against it."""

    number: str
    claim: Claim | None = None
    problems: tuple[X12Finding, ...] = ()


def receipts(
    sets: Sequence[tuple[SetFate, Sequence[Judged]]], billing: Provider, result: Result, at: datetime
) -> bytes:
    """The 277CAs of a file, one after another; empty where the 999 rejects all of it.

    ``billing`` stands for the provider of a claim that could not be read. ``result`` says what became of those that could.
    """
    fates = iter([fate for _, fate in result.claims])
    out = b""
    for place, (fate, judged) in enumerate(sets):
        if fate.code == "R" or fate.batch is None:
            continue
        out += write_277ca(_receipt(fate, judged, billing, fates, _control(result.message, place), at))
    return out


def _control(message: str, place: int) -> int:
    """A control number of this 277CA's own: the answered file's is the 999's already."""
    digest = hashlib.sha256(f"{message}/277CA/{place}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _CONTROLS + 1


def _receipt(
    set_: SetFate,
    judged: Sequence[Judged],
    billing: Provider,
    fates: Iterator[Fate],
    control: int,
    at: datetime,
) -> ClaimAnswers:
    assert set_.batch is not None
    providers = _Providers(billing)
    today = at.date()
    answers = [_answer(one, providers, "" if one.problems else next(fates, "made"), today) for one in judged]
    accepted = [one.claim.charge if one.claim else None for one in judged if not one.problems]
    rejected = [one.claim.charge if one.claim else None for one in judged if one.problems]
    header = structs.replace(back(set_.header, at), interchange=control, group=control)
    return ClaimAnswers(
        header=header,
        kind="277CA",
        source=OURSELVES,
        source_id=header.sender.id,
        source_kind="AY",
        reference=f"{control:09d}",
        at=at,
        trace=f"{control:09d}",
        received=today,
        processed=today,
        receiver=_name(set_.batch.submitter),
        receiver_id=plain(set_.batch.submitter_id, 80) or header.receiver.id,
        batch=plain(set_.batch.batch, 50),
        batch_statuses=(
            Status(
                category="A1", status=RECEIVED, on=today, action="WQ", charge=_sum([*accepted, *rejected])
            ),
        ),
        accepted_count=len(accepted) or None,
        rejected_count=len(rejected) or None,
        accepted_cents=_sum(accepted) if accepted else None,
        rejected_cents=_sum(rejected) if rejected else None,
        claims=tuple(answers),
    )


class _Providers:
    """Providers as our own segments can say them. A file has few, and many claims of each."""

    def __init__(self, billing: Provider) -> None:
        self._billing = billing
        self._said: tuple[Provider, Name, str] | None = None

    def of(self, claim: Claim | None) -> tuple[Name, str]:
        """Name and NPI of a claim's billing provider, or of the one who stands for it."""
        provider = claim.billing if claim else self._billing
        if self._said is None or self._said[0] is not provider:
            self._said = provider, _name(provider.name), plain(provider.npi, 80)
        return self._said[1:]


def _answer(one: Judged, providers: _Providers, fate: Fate | str, today: date) -> ClaimAnswer:
    claim = one.claim
    provider, npi = providers.of(claim)
    first, last = claim.service_dates() if claim else (None, None)
    charge = claim.charge if claim else None
    return ClaimAnswer(
        number=plain(one.number, 50) or "0",
        statuses=_accepted(fate, charge, today) if fate else _rejected(one.problems, charge, today),
        patient=_name(claim.who.name) if claim else NOBODY,
        member_id=plain(claim.coverage.subscriber.member_id, 80) if claim else "",
        first=first,
        last=last if last != first else None,
        provider=provider,
        provider_npi=npi,
    )


def _accepted(fate: str, charge: int | None, today: date) -> tuple[Status, ...]:
    words = _WORDS.get(fate, "")  # type: ignore[call-overload]
    return (Status(category="A1", status=RECEIVED, on=today, action="WQ", charge=charge, words=words),)


def _rejected(problems: Sequence[X12Finding], charge: int | None, today: date) -> tuple[Status, ...]:
    first = problems[0]
    category = "A6" if "1" in (first.ik4, first.ik3[-1:] if first.ik3 == "I6" else "") else "A7"
    words = plain(f"{first.path}: {first.problem} {first.fix}".upper(), _LONGEST_WORDS)
    main = Status(category=category, status=UNCLEAR, on=today, action="U", charge=charge, words=words)
    more = _MORE.get(first.segment_id)
    return (main, Status(category=category, status=more)) if more else (main,)


def _name(said: Name) -> Name:
    return Name(
        last=plain(said.last, 60) or NOBODY.last,
        first=plain(said.first, 35),
        middle=plain(said.middle, 25),
        suffix=plain(said.suffix, 10),
        organization=said.organization,
    )


def _sum(charges: Sequence[int | None]) -> int | None:
    """The sum, where every claim says its charge."""
    known = [charge for charge in charges if charge is not None]
    return sum(known) if len(known) == len(charges) else None
