"""The public topic ``claims.lifecycle``: what happened to a claim, without a word about the patient.

Every event has its facts here, written from the same commit. A fact holds the claim id, the state, the payer, amounts, reason
codes and processing times; never a name, an identifier that a payer or hospital uses, a diagnosis, a procedure or
a date of service. Key = ``subject``. Other services may build on this topic: fields are only ever added.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from shared import events as e
from shared.claim import Adjustment

State = Literal[
    "received",
    "held",
    "cleared",
    "withdrawn",
    "cancelled",
    "submitted",
    "acknowledged",
    "accepted",
    "rejected",
    "overdue",
    "paid",
    "denied",
    "reversed",
    "patient",
    "settled",
    "noted",
]
"""Where the claim is after the fact. ``noted`` leaves it where it was."""


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One PHI-free fact.

    ``subject`` is the record's key: the claim's id, or for ``about`` = remittance or file that stream's id.
    ``source``, ``stream`` and ``version`` name the internal event behind it: within one (subject, source, stream) versions only
    grow, so a consumer that keeps the last one drops repeats. Amounts are cents. ``reasons`` are codes:
    our rule ids, ``CO-16`` style adjustment codes, status categories such as ``A7``.
    """

    what: str
    state: State
    subject: str
    about: Literal["claim", "remittance", "file"] = "claim"
    source: str
    stream: str
    version: int
    time: datetime
    payer: str = ""
    door: str = ""
    hop: str = ""
    route: str = ""
    charge: int | None = None
    paid: int | None = None
    contractual: int | None = None
    patient: int | None = None
    denied: int | None = None
    reasons: tuple[str, ...] = ()


class Sender(Struct, frozen=True):
    """The part of an envelope that a fact repeats."""

    source: str
    stream: str
    version: int
    time: datetime


def facts_of(event: e.Event, sender: Sender) -> tuple[Fact, ...]:
    """The public facts of one event: one for a claim's event, one per claim for an account's."""
    return _FACTS[type(event)](event, sender)


def _claim(state: State, pick: Callable[[Any], dict[str, Any]]) -> Callable[[Any, Sender], tuple[Fact, ...]]:
    def make(event: Any, by: Sender) -> tuple[Fact, ...]:
        return (
            Fact(
                what=type(event).__name__,
                state=state,
                subject=by.stream,
                source=by.source,
                stream=by.stream,
                version=by.version,
                time=by.time,
                **pick(event),
            ),
        )

    return make


def _about(
    about: Literal["remittance", "file"], pick: Callable[[Any], dict[str, Any]]
) -> Callable[[Any, Sender], tuple[Fact, ...]]:
    return _claim("noted", lambda event: {"about": about, **pick(event)})


def _parts(state: State, amount: str) -> Callable[[Any, Sender], tuple[Fact, ...]]:
    """An account's event, told once for each claim that has a part in it."""

    def make(event: Any, by: Sender) -> tuple[Fact, ...]:
        name = type(event).__name__
        return tuple(
            Fact(
                what=name,
                state=state,
                subject=part.claim,
                source=by.source,
                stream=by.stream,
                version=by.version,
                time=by.time,
                **{amount: part.cents},
            )
            for part in event.parts
        )

    return make


def _balance(event: e.PatientBalanceAssigned, by: Sender) -> tuple[Fact, ...]:
    """What is left for the patient; a claim that was voided is cancelled, whoever sent it in."""
    amounts = {
        "charge": event.charge,
        "paid": event.insurance_paid,
        "contractual": event.contractual,
        "patient": event.patient_due,
    }
    return _claim("cancelled" if event.voided else "patient", lambda v: amounts)(event, by)


def _whole(event: Any) -> dict[str, Any]:
    return {"payer": event.claim.payer, "charge": event.claim.charge}


def _billed(event: Any) -> dict[str, Any]:
    return {"payer": event.payer, "charge": event.charge}


def _codes(adjustments: tuple[Adjustment, ...]) -> tuple[str, ...]:
    return tuple(sorted({f"{a.group}-{a.reason}" for a in adjustments}))


def _decided(event: Any) -> dict[str, Any]:
    return {
        "payer": event.payer,
        "charge": event.charge,
        "paid": event.paid,
        "contractual": event.contractual,
        "patient": event.patient,
    }


_FACTS: dict[type, Callable[[Any, Sender], tuple[Fact, ...]]] = {
    e.ClaimReceived: _claim("received", lambda v: {**_whole(v), "door": v.door}),
    e.ClaimAmended: _claim("received", lambda v: {**_whole(v), "door": v.door}),
    e.ClaimCancelled: _claim("cancelled", _billed),
    e.PatientMerged: _claim("noted", lambda v: {}),
    e.ClaimCleared: _claim("cleared", lambda v: {**_whole(v), "reasons": tuple(f.rule for f in v.warnings)}),
    e.ClaimHeld: _claim("held", lambda v: {**_billed(v), "reasons": tuple(f.rule for f in v.findings)}),
    e.ClaimCorrected: _claim("noted", _billed),
    e.ClaimWithdrawn: _claim("withdrawn", _billed),
    e.ClaimSubmitted: _claim("submitted", lambda v: {**_whole(v), "route": v.route}),
    e.ClaimStopped: _claim("noted", _billed),
    e.ClaimAcknowledged: _claim("acknowledged", lambda v: {**_billed(v), "hop": v.hop, "route": v.route}),
    e.ClaimAccepted: _claim("accepted", lambda v: {**_billed(v), "hop": "payer", "route": v.route}),
    e.ClaimRejected: _claim(
        "rejected",
        lambda v: {
            **_billed(v),
            "hop": v.hop,
            "route": v.route,
            "reasons": tuple(r.code for r in v.reasons),
        },
    ),
    e.AnswerOverdue: _claim("overdue", lambda v: {**_billed(v), "hop": v.hop, "route": v.route}),
    e.ClaimStatusReported: _claim("noted", lambda v: {**_billed(v), "reasons": (v.category,)}),
    e.PayerFileReceived: _about("file", lambda v: {"route": v.route}),
    e.RemittanceReceived: _about("remittance", lambda v: {"payer": v.payer, "paid": v.paid}),
    e.RemittanceQuarantined: _about("remittance", lambda v: {"payer": v.payer, "reasons": (v.level,)}),
    e.RemittancePosted: _about("remittance", lambda v: {"payer": v.payer, "paid": v.paid}),
    e.PaymentUnmatched: _about("remittance", lambda v: {"payer": v.payer, "paid": v.paid}),
    e.ClaimPaid: _claim(
        "paid", lambda v: {**_decided(v), "denied": v.denied, "reasons": _codes(v.adjustments)}
    ),
    e.ClaimDenied: _claim(
        "denied",
        lambda v: {**_billed(v), "denied": v.denied, "reasons": _codes(v.adjustments)},
    ),
    e.PaymentReversed: _claim("reversed", _decided),
    e.SecondaryClaimPrepared: _claim("noted", _whole),
    e.PatientBalanceAssigned: _balance,
    e.StatementIssued: _parts("patient", "patient"),
    e.StatementHeld: _parts("noted", "patient"),
    e.PatientPaid: _parts("noted", "paid"),
    e.PaymentPlanAgreed: _parts("noted", "patient"),
    e.AccountSettled: _parts("settled", "patient"),
    e.CreditOwed: _parts("noted", "patient"),
}
