"""A hospital's accounts and their claims without a computer: facts in, what is said of each claim out. Invented people."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from services.intake.domain.account.account import Account, Around, Fold, Ripen, claims_now, decide
from services.intake.domain.account.facts import Charge, Facts, Visit
from services.intake.domain.account.parts import Parts, accounts_in, charged_in, patients_in
from services.intake.domain.account.patient import Patient, Tell
from services.intake.domain.account.patient import decide as decide_patient
from services.intake.domain.account.wishes import wishes
from services.intake.domain.filing import Filed, Merge, Want
from services.intake.domain.filing import decide as decide_claim
from services.intake.tests.messages import FEED
from shared.claim import Claim, Coverage, Diagnosis, Line, Name, Payer, Person, Provider, Stay
from shared.deciding import Known, Refused
from shared.events import (
    ClaimAccepted,
    ClaimAmended,
    ClaimCancelled,
    ClaimDenied,
    ClaimPaid,
    ClaimReceived,
    ClaimRejected,
    ClaimSubmitted,
    Controls,
    Event,
    PatientMerged,
    PaymentReversed,
)

HOUSE = "springfield"
START = datetime(2026, 10, 12, 8, tzinfo=UTC)
HOLDING = msgspec.structs.replace(FEED, bill_hold_days=3)
KIM = Provider(name=Name(last="NEMO", first="KIM"), npi="1000200015")
LEO = Provider(name=Name(last="NEMO", first="LEO"), npi="1000200023")
ADA = Person(name=Name(last="TESTA", first="ADA"), birth=date(1980, 1, 2), sex="F")
OUTPATIENT = Visit(patient_class="O", kind="professional", place="22", attending=KIM)
CLOSED = Visit(patient_class="O", kind="professional", place="22", closed=START.date())
INPATIENT = Visit(
    patient_class="I",
    kind="institutional",
    place="11",
    opened=START.date(),
    attending=KIM,
    stay=Stay(admission_type="1", admission_source="1", admitted=START.date()),
)
CODED = (Diagnosis(code="I10", qualifier="ABK"), Diagnosis(code="E119", qualifier="ABF"))


def insured(payer: str = "SBX01", member: str = "M1") -> tuple[Coverage, ...]:
    """One policy of the patient's own."""
    who = Person(name=Name(last=""), member_id=member)
    return (Coverage(order="P", payer=Payer(id=payer, name=payer), subscriber=who, filing="CI"),)


def charge(id_: str, cents: int = 10000, **changes: Any) -> Charge:
    """One charge of a clinic's visit."""
    line = Line(
        charge=cents,
        code=changes.pop("code", "G0463"),
        first=changes.pop("first", START.date()),
        revenue_code="0510",
        place="22",
    )
    return Charge(id=id_, line=line, **changes)


def credit(id_: str, cents: int = 10000, **changes: Any) -> Charge:
    """What takes one back."""
    return charge(id_, cents, action="credit", **changes)


class Telling:
    """Makes facts, each an hour after the one before it, with a control id of its own."""

    def __init__(self, account: str = "A1") -> None:
        self.account = account
        self.count = 0

    def __call__(self, happening: str, *charges: Charge, **said: Any) -> Facts:
        """The next message."""
        self.count += 1
        told: dict[str, Any] = {"account": self.account, "medical_record": "MRN1", "feed": FEED.name}
        told |= {
            "at": START + timedelta(hours=self.count),
            "control": f"M{self.count}",
            "happening": happening,
        }
        return Facts(**told | {"charges": charges} | said)

    def visit(self, *charges: Charge, **said: Any) -> Facts:
        """All in one message, as an outpatient department's DFT is."""
        told: dict[str, Any] = {"visit": CLOSED, "patient": ADA, "coverages": insured(), "diagnoses": CODED}
        return self("charged", *(charges or (charge("T1"),)), **told | said)


class Hospital:
    """Accounts and claims, and what was said of each claim."""

    def __init__(self, *feeds: Any, now: datetime = START) -> None:
        self.feeds = {feed.name: feed for feed in feeds or (FEED,)}
        self.now = now
        self.accounts: dict[str, Account] = {}
        self.patients: dict[tuple[str, str], Patient] = {}
        self.claims: dict[str, Filed] = {}
        self.said: list[tuple[str, Event]] = []

    def known(self) -> Known[Any]:
        """What decisions know."""
        return Known(now=self.now, stream="", facts=Around(self.feeds, self.patients))

    def hear(self, facts: Iterable[Facts]) -> "Hospital":
        """Fold messages as they come: what they say of patients, then of accounts, then of accounts merged into others."""
        for one in facts:
            for number, parts, absorbed in patients_in(one):
                self._tell(Tell(facility=HOUSE, number=number, parts=parts, absorbed=absorbed))
            for number, parts in accounts_in(one):
                self._fold(number, parts, one.control)
        return self

    def _tell(self, told: Tell) -> None:
        key = (HOUSE, told.number)
        self.patients[key] = decide_patient(self.patients.get(key), told).state
        for account in list(self.accounts.values()):
            self._bill(decide(account, Ripen(), self.known()).state, "")

    def _fold(self, number: str, parts: Parts, message: str) -> None:
        fold = Fold(facility=HOUSE, number=number, parts=parts, message=message, door="hl7")
        account = decide(self.accounts.get(number), fold, self.known()).state
        self._bill(account, message)
        if account.parts.moved is not None:
            self._fold(account.parts.moved.value, charged_in(account.parts), message)

    def pass_days(self, days: int) -> "Hospital":
        """Let time pass; what is due then is looked at."""
        self.now += timedelta(days=days)
        for account in list(self.accounts.values()):
            if account.due and account.due <= self.now.date():
                self._bill(decide(account, Ripen(), self.known()).state, "")
        return self

    def _bill(self, account: Account, message: str) -> None:
        self.accounts[account.number] = account
        for number, wish in wishes(account, claims_now(account, self.feeds), message, self.now):
            self._ask(number, Want(account=account.number, key=number.encode(), wish=wish))
        for number in account.billed:
            for retired, kept in account.merges:
                self._ask(number, Merge(kept=kept, retired=retired, facility=HOUSE, message="m"))

    def _ask(self, number: str, command: Any) -> None:
        try:
            decision = decide_claim(self.claims.get(number), command, self.known())
        except Refused:
            return
        self.claims[number] = decision.state
        self.said += [(number, event) for event in decision.events]

    def tell(self, number: str, event: Event) -> "Hospital":
        """Something that became of a claim."""
        self._ask(number, event)
        return self

    def submit(self, number: str = "A1", claim: Claim | None = None) -> "Hospital":
        """The submitter sends the last version that was said, or the given one."""
        controls = Controls(interchange=1, group=1, transaction="1", batch="1")
        claim = claim or self.last(number)
        return self.tell(
            number, ClaimSubmitted(claim=claim, route="r", file="f", controls=controls, at=self.now)
        )

    def accept(self, number: str = "A1") -> "Hospital":
        """The payer takes it into adjudication."""
        payer: Any = self.claims[number].following and self.claims[number].following.payer  # type: ignore[union-attr]
        about: dict[str, Any] = {"route": "r", "payer": payer, "charge": 1}
        return self.tell(number, ClaimAccepted(payer_claim_number="ICN1", proof=self.now.date(), **about))

    def reject(self, number: str = "A1") -> "Hospital":
        """The payer does not."""
        payer = self.claims[number].following.payer  # type: ignore[union-attr]
        return self.tell(number, ClaimRejected(hop="payer", reasons=(), route="r", payer=payer, charge=1))

    def pay(self, number: str = "A1", payer: str = "SBX01", icn: str = "ICN9") -> "Hospital":
        """The payer decides."""
        told: dict[str, Any] = dict.fromkeys(("charge", "paid", "contractual", "patient", "other"), 0)
        return self.tell(number, ClaimPaid(payer=payer, payer_claim_number=icn, remittance="r", **told))

    def deny(self, number: str = "A1") -> "Hospital":
        """The payer decides against it."""
        told: dict[str, Any] = {"charge": 0, "denied": 0, "adjustments": ()}
        return self.tell(
            number, ClaimDenied(payer="SBX01", payer_claim_number="ICN9", remittance="r", **told)
        )

    def reverse(self, number: str = "A1", payer: str = "SBX01") -> "Hospital":
        """The payer takes back what it decided."""
        told: dict[str, Any] = dict.fromkeys(("charge", "paid", "contractual", "patient", "other"), 0)
        return self.tell(
            number, PaymentReversed(payer=payer, payer_claim_number="ICN9", remittance="r", **told)
        )

    def last(self, number: str = "A1") -> Claim:
        """The version of a claim that was said last."""
        return next(
            e.claim
            for n, e in reversed(self.said)
            if n == number and isinstance(e, ClaimReceived | ClaimAmended)
        )

    def live(self) -> dict[str, Claim]:
        """The claims that the other services have, as they were said last."""
        live = {n for n, filed in self.claims.items() if filed.following and filed.following.live}
        return {number: self.last(number) for number in sorted(live)}

    def waits(self, account: str = "A1") -> list[str]:
        """Why an account makes no claim."""
        return [reason.why for reason in self.accounts[account].reasons]

    def journal(self, number: str = "") -> list[str]:
        """What was said, in words: ``received A1 100.00``, ``replaced A1 150.00 ICN9``."""
        return [_words(n, event) for n, event in self.said if not number or n == number]


_FREQUENCIES = {"1": "amended", "7": "replaced", "8": "voided"}


def _words(number: str, event: Event) -> str:
    match event:
        case ClaimReceived(claim=claim):
            return f"received {number} {claim.charge / 100:.2f}"
        case ClaimAmended(claim=claim):
            words = f"{_FREQUENCIES[claim.frequency]} {number} {claim.charge / 100:.2f}"
            return f"{words} {claim.original_reference}".strip()
        case ClaimCancelled():
            return f"cancelled {number}"
        case PatientMerged():
            return f"merged {number} {event.retired} into {event.kept}"
    return type(event).__name__


def scattered(facts: Facts) -> Sequence[Facts]:
    """The same facts in several messages, one for each part."""
    whole = {
        name: getattr(facts, name)
        for name in ("account", "at", "control", "happening", "feed", "medical_record")
    }
    names = ("visit", "merge", "patient", "guarantor", "coverages", "diagnoses", "procedures")
    parts: list[dict[str, Any]] = [{n: v} for n in names if (v := getattr(facts, n)) is not None]
    ids = dict.fromkeys(
        one.id for one in facts.charges
    )  # of one transaction told twice in a message, the last holds
    parts += [{"charges": tuple(one for one in facts.charges if one.id == id_)} for id_ in ids]
    parts += [{"paid": facts.paid}] if facts.paid else []
    return [Facts(**whole | part) for part in parts] or [facts]
