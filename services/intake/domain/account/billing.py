"""Which claims an account makes today, or why it makes none yet. A pure function of the account, the day and the feed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from services.intake.domain.account.charging import Standing, standing
from services.intake.domain.account.claims import claims_of
from services.intake.domain.account.facts import Charge
from services.intake.domain.account.parts import Parts
from services.intake.domain.feed import Feed
from shared.claim import Claim
from shared.claim.checking import check_claim

Why = Literal[
    "merged", "cancelled", "credited", "feed", "class", "open", "hold", "patient", "uncoded", "uninsured",
    "uncharged", "loose_credit", "unfit",
]  # fmt: skip

FOR_GOOD: frozenset[Why] = frozenset({"merged", "cancelled", "credited"})
"""Nothing of the account is to be billed as it stands: a claim that its payer has is voided. Any other reason may pass."""


class Reason(Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that an account waits for: a stable word, what to do in plain words without patient data, until when."""

    why: Why
    words: str
    until: date | None = None


class Hold(Struct, frozen=True, gc=False):
    """No claim yet, and all that is missing."""

    reasons: tuple[Reason, ...]

    @property
    def due(self) -> date | None:
        """The day on which one of the reasons passes by itself; None when none does."""
        return next((reason.until for reason in self.reasons if reason.until), None)

    @property
    def for_good(self) -> bool:
        """Whether what was billed is to be taken back from the payer too."""
        return any(reason.why in FOR_GOOD for reason in self.reasons)


class Bills(Struct, frozen=True, gc=False):
    """The claims that the account makes, the main one first."""

    claims: tuple[Claim, ...]


def billing(account: str, parts: Parts, today: date, feed: Feed | None) -> Bills | Hold:
    """Say which claims the account makes today. ``feed`` is the one that ``charging_feed`` names, None when it is gone."""
    charged = standing(parts)
    reasons = tuple(_ended(parts, charged)) or tuple(_missing(parts, charged, today, feed))
    if reasons:
        return Hold(reasons)
    assert feed is not None
    claims = claims_of(account, parts, feed, charged.charges)
    unfit = tuple(_unfit(claims))
    return Hold(unfit) if unfit else Bills(claims)


def charging_feed(parts: Parts) -> str:
    """The feed whose rules hold: the one that sends the charges, else the one that spoke last."""
    told = parts.charging or parts.feed
    return told.value if told else ""


def ledger(parts: Parts) -> tuple[Charge, ...]:
    """The charges that stand."""
    return standing(parts).charges


def _ended(parts: Parts, charged: Standing) -> Iterator[Reason]:
    if parts.moved is not None:
        yield Reason("merged", "The account was merged into another one, which bills its charges.")
    elif parts.cancelled is not None and parts.cancelled.value:
        yield Reason("cancelled", "The visit was cancelled (A11). A13 or a new registration reopens it.")
    elif parts.charges and not charged.charges and not charged.loose:
        yield Reason("credited", "Every charge was credited.")


def _missing(parts: Parts, charged: Standing, today: date, feed: Feed | None) -> Iterator[Reason]:
    if feed is None:
        yield Reason("feed", "The feed that spoke of it is configured no more: put its file back.")
    if parts.patient_class is None:
        yield Reason("class", "No message said what kind of visit this is (PV1-2).")
    yield from _closing(parts, today, feed)
    if parts.patient is None:
        yield Reason("patient", "No message said who the patient is (PID).")
    if not _said(parts.diagnoses):
        yield Reason(
            "uncoded", "The visit is not coded: send its diagnoses (DG1) with a DFT, ADT A08 or BAR P12."
        )
    if not _said(parts.coverages or parts.usual):
        yield Reason("uninsured", "No insurance is known: send IN1 with an ADT, DFT or BAR message.")
    if not charged.charges:
        yield Reason("uncharged", "No charge has come: send DFT^P03.")
    if charged.loose:
        words = "A credit takes back a charge that has not come: send the charge, or the credit with its transaction id."
        yield Reason("loose_credit", words)


def _said(told: object) -> bool:
    return bool(getattr(told, "value", None))


def _closing(parts: Parts, today: date, feed: Feed | None) -> Iterator[Reason]:
    closed = parts.closed.value if parts.closed else None
    if closed is None:
        yield Reason(
            "open", "The visit is not over: no discharge (ADT A03) has come, or it was taken back (A13)."
        )
        return
    days = feed.bill_hold_days if feed else 0
    until = closed + timedelta(days=days)
    if days and today < until:
        yield Reason(
            "hold", f"The bill is held for {days} days after the end of the visit, for late charges.", until
        )


def _unfit(claims: tuple[Claim, ...]) -> Iterator[Reason]:
    """What an 837 cannot carry. Structure only: whether the claim is right is the scrubber's matter."""
    for claim in claims:
        for defect in check_claim(claim):
            yield Reason("unfit", f"{defect.pointer or '/'}: {defect.problem} {defect.fix}")
