"""One 835 transaction set (one ST): taken, proved, and either posted as a whole or set apart as a whole (claims-rules 3.1)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from services.remittance.domain.ledger import Journal, provider_journal, unmatched_journal
from shared.bus.types import Command, Decision, Known, Refused
from shared.claim import Cents, derived_id
from shared.events import (
    Event,
    PaymentUnmatched,
    RemittancePosted,
    RemittanceQuarantined,
    RemittanceReceived,
)
from shared.x12.outline import transaction_sets
from shared.x12.proof import prove
from shared.x12.types import Imbalance, ProviderAdjustment, Remittance, X12Finding

DOUBTFUL = (
    "ST",
    "SE",
    "CAS",
    "PLB",
    "BPR02",
    "BPR03",
    "TRN02",
    "CLP01",
    "CLP02",
    "CLP03",
    "CLP04",
    "SVC02",
    "SVC03",
)
"""Segments and elements whose defects make the money doubtful: a set with an error there is not posted. Others are."""

UNREAD = "X12-09"
"""The family of findings about segments whose amounts could not be read at all."""

Fault = Literal["line", "claim", "transaction", "envelope", "duplicate"]


class Defect(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Why a set is not posted: level, element, place, and the sums in cents where it is a sum that does not close."""

    level: Fault
    element: str
    place: str = ""
    expected: Cents = 0
    found: Cents = 0
    words: str = ""

    @property
    def delta(self) -> Cents:
        """Found minus expected."""
        return self.found - self.expected


class Unmatched(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A payment that is not on a claim: ``posting`` is its id, ``claim`` the claim's where it is known."""

    posting: str
    number: str
    paid: Cents
    charge: Cents
    reason: str
    claim: str = ""


class RemittanceState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ST as remittance knows it.

    ``file`` and ``place`` say where it came from, ``repeats`` which files brought it again, ``note`` who let it out of
    quarantine and why.
    """

    status: Literal["received", "posted", "quarantined", "released"]
    file: str
    place: int
    payer: str
    payer_name: str = ""
    trace: str = ""
    trace_payer: str = ""
    paid: Cents = 0
    on: date | None = None
    claims: int = 0
    defects: tuple[Defect, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    repeats: tuple[str, ...] = ()
    note: str = ""


class TakeRemittance(Command, frozen=True, kw_only=True):
    """An ST was read. ``place`` is the number of its ST segment in the file. ``defects`` empty: it may be posted."""

    file: str
    place: int
    payer: str
    payer_name: str = ""
    trace: str = ""
    trace_payer: str = ""
    paid: Cents = 0
    on: date | None = None
    claims: int = 0
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    defects: tuple[Defect, ...] = ()


class CloseRemittance(Command, frozen=True, kw_only=True):
    """Every CLP of the ST is posted, or in suspense as ``unmatched``."""

    unmatched: tuple[Unmatched, ...] = ()


class ReleaseRemittance(Command, frozen=True, kw_only=True):
    """Somebody looked at a set whose trace number was used before, and says that it is another payment (RFI 1847)."""

    by: str
    reason: str


class MatchUnmatched(Command, frozen=True, kw_only=True):
    """Payments in suspense found their claims."""

    postings: frozenset[str]


def payer_of(remittance: Remittance) -> str:
    """By what we know the payer: its id in loop 1000A, else the trace's originator (TRN03)."""
    return remittance.payer_id or remittance.trace_payer


def remittance_id(remittance: Remittance, digest: str) -> str:
    """The payment's key: payer, TRN03, TRN02, BPR16, BPR02 and the content from ST to SE (reliability 5.6).

    ``digest`` is of ``digests``. The same payment in another file has the same id; the same trace with other content another.
    """
    on = remittance.on.isoformat() if remittance.on else ""
    return derived_id(
        "remittance",
        payer_of(remittance),
        remittance.trace_payer,
        remittance.trace,
        on,
        str(remittance.paid),
        digest,
    )


def trace_id(payer: str, trace_payer: str, trace: str) -> str:
    """What two payments share that bear the same trace number of the same payer."""
    return derived_id("trace", payer, trace_payer, trace)


def plain_number(number: str) -> str:
    """A claim number as it is compared: payers echo it exactly (RFI 504); case and space at the ends are forgiven."""
    return number.strip().upper()


def touched(remittance: Remittance) -> set[str]:
    """What the order of two sets may matter for: the claims that they are about, by number, and their trace number.

    A correction must not overtake what it corrects, and of two payments with one trace number the second is the doubtful one.
    """
    trace = trace_id(payer_of(remittance), remittance.trace_payer, remittance.trace)
    return {trace, *[plain_number(payment.number) for payment in remittance.claims]}


def digests(content: bytes) -> dict[int, str]:
    """SHA-256 of each transaction set from ST to SE, by the 1-based number of its ST segment in the file.

    White space around segments does not count: the same file unwrapped or rewrapped is the same. Empty for bytes
    that hold no interchange.
    """
    return {
        place: hashlib.sha256(("~".join(texts) + "~").encode()).hexdigest()
        for place, texts in transaction_sets(content)
    }


def take(remittance: Remittance, file: str) -> TakeRemittance:
    """Prove an ST at all three levels and say what came of it (claims-rules 3.1; RFI 1512)."""
    return TakeRemittance(
        file=file,
        place=remittance.header.segments[0],
        payer=payer_of(remittance),
        payer_name=remittance.payer.last,
        trace=remittance.trace,
        trace_payer=remittance.trace_payer,
        paid=remittance.paid,
        on=remittance.on,
        claims=len(remittance.claims),
        provider_adjustments=remittance.provider_adjustments,
        defects=(*(_unbalanced(i) for i in prove(remittance)), *_doubtful(remittance.findings)),
    )


def _unbalanced(imbalance: Imbalance) -> Defect:
    return Defect(
        level=imbalance.level,
        element=imbalance.element,
        place=imbalance.place,
        expected=imbalance.expected,
        found=imbalance.found,
    )


def _doubtful(findings: Iterable[X12Finding]) -> list[Defect]:
    """Findings that make the amounts doubtful. Their words hold no patient data (X12Finding)."""
    return [
        Defect(level="envelope", element=f.element, place=f.path or f"segment {f.segment}", words=f.problem)
        for f in findings
        if f.severity == "error" and (f.code.startswith(UNREAD) or _about_money(f))
    ]


def _about_money(finding: X12Finding) -> bool:
    spot = finding.path.rpartition("/")[2]
    return spot.startswith(DOUBTFUL) or finding.segment_id in DOUBTFUL


def decide_remittance(
    state: RemittanceState | None, what: Event | Command, known: Known[bool]
) -> Decision[RemittanceState]:
    """Decide about one ST. ``known.facts``: whether another payment bears the same trace number."""
    if isinstance(what, TakeRemittance):
        return _take(what, known) if state is None else _again(state, what)
    if state is None:
        raise Refused("unknown_remittance", "No such remittance.")
    if isinstance(what, CloseRemittance):
        return _close(state, what, known.stream)
    if isinstance(what, ReleaseRemittance):
        return _release(state, what)
    if isinstance(what, MatchUnmatched):
        rest = tuple(u for u in state.unmatched if u.posting not in what.postings)
        return Decision(replace(state, unmatched=rest))
    return Decision(state)


def _take(what: TakeRemittance, known: Known[bool]) -> Decision[RemittanceState]:
    state = RemittanceState(
        status="received",
        file=what.file,
        place=what.place,
        payer=what.payer,
        payer_name=what.payer_name,
        trace=what.trace,
        trace_payer=what.trace_payer,
        paid=what.paid,
        on=what.on,
        claims=what.claims,
        provider_adjustments=what.provider_adjustments,
    )
    received = RemittanceReceived(
        file=what.file,
        payer=what.payer,
        payer_name=what.payer_name,
        trace=what.trace,
        paid=what.paid,
        claims=what.claims,
        on=what.on,
    )
    defects = what.defects
    if known.facts:
        defects = (*defects, Defect(level="duplicate", element="TRN02", words="trace number used before"))
    if not defects:
        return Decision(state, (received,))
    return Decision(
        replace(state, status="quarantined", defects=defects), (received, quarantined(defects[0], what))
    )


def quarantined(first: Defect, what: TakeRemittance) -> RemittanceQuarantined:
    """Say the first thing that is wrong; the others are in the remittance's own record."""
    return RemittanceQuarantined(
        level=first.level,
        element=first.element,
        place=first.place,
        expected=first.expected,
        found=first.found,
        delta=first.delta,
        payer=what.payer,
        trace=what.trace,
    )


def _again(state: RemittanceState, what: TakeRemittance) -> Decision[RemittanceState]:
    """The same payment again: no effect, but the file that brought it is kept (F27). Our own second try is not one."""
    if (what.file, what.place) == (state.file, state.place):
        return Decision(replace(state, status="received") if state.status == "released" else state)
    if what.file in state.repeats:
        return Decision(state)
    return Decision(replace(state, repeats=(*state.repeats, what.file)))


def _release(state: RemittanceState, what: ReleaseRemittance) -> Decision[RemittanceState]:
    """Let a set out of quarantine. Raises Refused for one that does not balance: nobody may post that."""
    if state.status != "quarantined":
        raise Refused("not_quarantined", "This remittance is not in quarantine.")
    if any(d.level != "duplicate" for d in state.defects):
        raise Refused(
            "unbalanced", "A remittance that does not balance is not posted. Ask the payer for another."
        )
    return Decision(replace(state, status="released", note=f"{what.by}: {what.reason}"))


def _close(state: RemittanceState, what: CloseRemittance, stream: str) -> Decision[RemittanceState]:
    if state.status != "received":
        raise Refused("not_open", "This remittance is not being posted.")
    events: list[Event] = [_told(state, u) for u in what.unmatched]
    posted = RemittancePosted(
        payer=state.payer,
        trace=state.trace,
        paid=state.paid,
        claims=state.claims,
        unmatched=len(what.unmatched),
        provider_adjustments=sum(p.cents for p in state.provider_adjustments),
    )
    unknown = [u for u in what.unmatched if not u.claim]
    provider = provider_journal(stream, state.provider_adjustments)
    journals: Sequence[Journal] = [
        *(unmatched_journal(stream, u.posting, u.paid) for u in unknown),
        *([provider] if provider else []),
    ]
    changed = replace(state, status="posted", unmatched=what.unmatched)
    return Decision(changed, (*events, posted), tuple(journals))


def _told(state: RemittanceState, unmatched: Unmatched) -> PaymentUnmatched:
    return PaymentUnmatched(
        payer=state.payer,
        trace=state.trace,
        number=unmatched.number,
        paid=unmatched.paid,
        charge=unmatched.charge,
        reason=unmatched.reason,
        claim=unmatched.claim,
    )
