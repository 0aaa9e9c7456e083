"""The public facts: one for every event, none with a word about the patient."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from shared import events as e
from shared.claim import Adjustment, Guarantor, Name
from shared.events.lifecycle import Fact, Sender, facts_of
from shared.testing.builders import a_claim

SENDER = Sender(
    source="remittance",
    stream="018f0000-0000-7000-8000-000000000001",
    version=3,
    time=datetime(2026, 11, 24, tzinfo=UTC),
)
CLAIM = a_claim()
NAME = Name(last="Canarylast", first="Canaryfirst")
PHI = (
    CLAIM.number,
    CLAIM.who.name.last,
    CLAIM.coverage.subscriber.member_id,
    CLAIM.diagnoses[0].code,
    CLAIM.lines[0].code,
    "CANARY",
    "Canarylast",
    "2026-01-02",
)
DAY = date(2026, 1, 2)
PART = (e.Part(claim="018f0000-0000-7000-8000-00000000000a", cents=5),)
ADJUSTMENT = (Adjustment(group="CO", reason="16", cents=5),)


def example(kind: type) -> e.Event:
    """An event of any type, with canaries wherever text of a patient could stand."""
    values: dict[str, object] = {
        "claim": CLAIM,
        "parts": PART,
        "findings": (),
        "shares": (),
        "payers": ("SBX01",),
        "adjustments": ADJUSTMENT,
        "reasons": (e.Reason(code="A7", words="CANARY"),),
        "guarantor": Guarantor(name=NAME),
        "patient": NAME if kind is e.PatientBalanceAssigned else 5,
        "provider": NAME,
        "changes": (e.Change(place="/patient", before="CANARY", after="CANARY"),),
        "controls": e.Controls(interchange=1, group=1, transaction="0001", batch="1"),
        "content": b"CANARY",
        "on": DAY,
        "proof": DAY,
        "first": DAY,
        "last": DAY,
        "by": DAY if kind is e.StatementIssued else "CANARY",
        "due": datetime(2026, 1, 2, tzinfo=UTC) if kind is e.AnswerOverdue else 5,
        "received": SENDER.time,
        "at": SENDER.time,
        "payer": "SBX01",
        "route": "main",
        "door": "json",
        "hop": "payer",
        "kind": "835",
        "level": "line",
        "method": "card",
        "category": "P1",
        "claims": 1,
        "reason": "payer_open" if kind is e.StatementHeld else "CANARY",
    }
    if kind is e.PayerFileReceived:
        values["parts"] = 1
    fill = {}
    for field in msgspec.structs.fields(kind):
        if field.required or field.name == "adjustments":
            fill[field.name] = values.get(field.name, 7 if field.type is int else "CANARY")
    return msgspec.convert(msgspec.to_builtins(kind(**fill)), kind)  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", [k for kinds in e.BY_SOURCE.values() for k in kinds])
def test_every_event_has_its_public_fact_and_none_tells_about_the_patient(kind: type) -> None:
    facts = facts_of(example(kind), SENDER)
    assert facts
    text = msgspec.json.encode(facts).decode()
    assert not [word for word in PHI if word in text]
    assert all(f.what == kind.__name__ and f.version == 3 for f in facts)


@pytest.mark.parametrize("kind", e.BY_SOURCE["statements"])
def test_an_accounts_event_is_told_to_each_of_its_claims(kind: type) -> None:
    assert [f.subject for f in facts_of(example(kind), SENDER)] == [PART[0].claim]


def test_the_balance_of_a_voided_claim_is_told_as_cancelled() -> None:
    balance = example(e.PatientBalanceAssigned)
    assert isinstance(balance, e.PatientBalanceAssigned)
    states = [facts_of(msgspec.structs.replace(balance, voided=v), SENDER)[0].state for v in (False, True)]
    assert states == ["patient", "cancelled"]


def test_a_fact_survives_its_encoding() -> None:
    (fact,) = facts_of(example(e.ClaimPaid), SENDER)
    assert msgspec.json.decode(msgspec.json.encode(fact), type=Fact) == fact
    assert fact.reasons == ("CO-16",)
