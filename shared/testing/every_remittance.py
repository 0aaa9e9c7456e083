"""Invented payments that use every loop and segment of the 835 and balance at all three levels; receipts likewise."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from shared.claim import (
    Address,
    Adjustment,
    Amount,
    Contact,
    Name,
    Quantity,
    Reference,
    Segment,
    npi_is_valid,
)
from shared.x12.types import (
    ClaimPayment,
    Header,
    Party,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)

AT: Final = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
CODES: Final = ("G0463", "A0428", "J1885", "G0008", "Q4081", "G2211")
_LAST: Final = ("TESTA", "MUSTERMANN", "PROBANDO", "FICTUS", "NEMO")
_FIRST: Final = ("ADA", "BEN", "CORA", "DAN", "EVE")
_ADDRESSES: Final = (
    Address(line1="1 MAIN STREET", city="SPRINGFIELD", state="IL", zip="627011234"),
    Address(line1="22 SIDE ROAD", line2="SUITE 3", city="ALBANY", state="NY", zip="12207"),
)


def header(number: int, guide: str = "005010X221A1") -> Header:
    """An envelope between the invented payer and the invented hospital; ``number`` is ISA13, GS06 and, padded, ST02."""
    return Header(
        sender=Party(id="SANDBOXPAYER", application="SANDBOX"),
        receiver=Party(id="GENERALHOSP", application="HOSPITAL"),
        interchange=number,
        group=number,
        transaction=f"{number:04d}",
        usage="T",
        guide=guide,
        at=AT,
    )


def remittance(chance: Random, claims: int = 5, number: int = 1) -> Remittance:
    """One payment of some claims: paid, denied, split, reversed and corrected, with provider adjustments."""
    paid_claims: list[ClaimPayment] = []
    while len(paid_claims) < claims:
        paid_claims += _claims(chance, len(paid_claims))
    adjustments = _provider_level(chance, paid_claims)
    total = sum(claim.paid for claim in paid_claims) - sum(pair.cents for pair in adjustments)
    if total < 0 or chance.random() < 0.1:
        # A negative net is carried forward (RFI 222); some positive ones are kept by the payer.
        adjustments.append(_pair("FB" if total < 0 else "WO", "TRACE", total))
        total = 0
    return Remittance(
        header=header(number),
        handling="I" if total else "H",
        paid=total,
        method="ACH" if total else "NON",
        bank=("CCP", "01", "111000025", "DA", "1234567", "1123456789", "", "01", "222000111", "DA", "7654321")
        if total
        else (),
        on=AT.date(),
        trace=f"T{chance.randrange(10**9)}",
        trace_payer="1123456789",
        trace_supplement=chance.choice(("", "000000001")),
        **_parties(chance),
        production=AT.date() - timedelta(days=1),
        claims=tuple(paid_claims),
        provider_adjustments=tuple(adjustments),
        extra=tuple(s for s in _SET_EXTRA if chance.random() < 0.4),
    )


_SET_EXTRA: Final = (
    Segment("835", ("CUR", "PR", "USD")),
    Segment("1000A", ("PER", "IC", "", "UR", "WWW.EXAMPLE.ORG")),
    Segment("1000B", ("RDM", "EM", "DESK", "ERA@EXAMPLE.ORG")),
)


def _parties(chance: Random) -> dict[str, Any]:
    npi = chance.random() < 0.8
    return {
        "payer": Name(last="SANDBOX MUTUAL", organization=True),
        "payer_id": "SBX01",
        "payer_id_kind": chance.choice(("", "XV")),
        "payer_address": chance.choice(_ADDRESSES),
        "payer_desk": Contact(name="CLAIMS DESK", numbers=(("TE", "5555550100"), ("EX", "12"))),
        "payer_contacts": (Contact(name="EDI DESK", numbers=(("TE", "5555550101"),)),),
        "payee": Name(last="GENERAL HOSPITAL", organization=True),
        "payee_npi": _npi(chance) if npi else "",
        "payee_tax_id": "123456789",
        "payee_address": chance.choice((None, *_ADDRESSES)),
        "references": (
            Reference("EV", "GENERALHOSP"),
            Reference("F2", "V1"),
            Reference("NF", "12345"),
            Reference("PQ", "P77"),
        ),
    }


def _claims(chance: Random, at: int) -> list[ClaimPayment]:
    """One claim; or a reversal and its correction; or one claim in two parts."""
    kind = chance.random()
    claim = _claim(chance, at)
    if kind < 0.1:
        return [_reversed(_claim(chance, at)), claim]
    if kind < 0.2:
        return [claim, _claim(chance, at, claim.number)]
    return [claim]


def _claim(chance: Random, at: int, number: str = "") -> ClaimPayment:
    inpatient = chance.random() < 0.2
    lines = () if inpatient else tuple(_line(chance, n) for n in range(1, chance.randint(2, 5)))
    charge = sum(line.charge for line in lines) or chance.randrange(100_000, 5_000_000)
    unadjusted = charge - sum(reason.cents for line in lines for reason in line.adjustments)
    adjusted = unadjusted > 1_000 and (inpatient or chance.random() < 0.1)
    own = _reasons(chance, unadjusted, chance.choice((1, 2, 8))) if adjusted else ()
    every = [*own, *(reason for line in lines for reason in line.adjustments)]
    first = date(2026, 9, 1) + timedelta(days=chance.randrange(30))
    people = _people(chance)
    return ClaimPayment(
        number=number or f"A{at:03d}{chance.randrange(10**6):06d}",
        status="19" if "forwarded_to" in people else chance.choice(("1", "1", "1", "2", "3")),
        charge=charge,
        paid=charge - sum(reason.cents for reason in every),
        patient_responsibility=sum(reason.cents for reason in every if reason.group == "PR"),
        filing=chance.choice(("12", "MB", "MC", "CH")),
        payer_claim_number=f"ICN{chance.randrange(10**9)}",
        facility="11" if inpatient else "22",
        frequency="1",
        more=("", "470", "1.5") if inpatient else (),
        adjustments=own,
        **people,
        inpatient=("0", "", "", "138018.4", "MA02") if inpatient else (),
        outpatient=() if inpatient or chance.random() < 0.5 else ("", "", "MA01"),
        references=(Reference("EA", f"MRN{at}"), Reference("1L", "GROUP7"), Reference("G2", "X1")),
        amounts=(Amount("AU", charge),),
        quantities=(Quantity("CA", "4"),) if inpatient else (),
        received=first + timedelta(days=9),
        first=first,
        last=first + timedelta(days=3),
        services=lines,
        extra=_claim_extra(chance, at),
    )


def _people(chance: Random) -> dict[str, Any]:
    def person() -> Name:
        return Name(last=chance.choice(_LAST), first=chance.choice(_FIRST), middle=chance.choice(("", "Q")))

    found: dict[str, Any] = {"patient": person(), "patient_id": f"M{chance.randrange(10**8)}"}
    if chance.random() < 0.3:
        found |= {"subscriber": person(), "subscriber_id": "M77"}
    if chance.random() < 0.2:
        found |= {"corrected": person(), "corrected_id": "M78"}
    if chance.random() < 0.2:
        found |= {"forwarded_to": Name(last="NEXT PLAN", organization=True), "forwarded_to_id": "SBX07"}
    if chance.random() < 0.5:
        found["rendering_npi"] = _npi(chance)
    return found


def _claim_extra(chance: Random, at: int) -> tuple[Segment, ...]:
    opening: tuple[Segment, ...] = ()
    if at and chance.random() < 0.2:
        summary = ("TS3", _npi(chance), "11", "20261231", "1", "211366.97", *[""] * 7, "138018.4")
        opening = (Segment("2000", ("LX", str(at + 1))), Segment("2000", summary), _SUPPLEMENT)
    return (*opening, *(segment for segment in _CLAIM_EXTRA if chance.random() < 0.2))


_SUPPLEMENT: Final = Segment("2000", ("TS2", "2178.45", "1919.71", "", "56.82"))
_CLAIM_EXTRA: Final = (
    Segment("2100", ("NM1", "PR", "2", "OTHER PLAN", "", "", "", "", "PI", "777")),
    Segment("2100", ("NM1", "GB", "1", "OTHER", "ANN")),
    Segment("2100", ("DTM", "036", "20261231")),
    Segment("2100", ("PER", "CX", "HELP DESK", "TE", "5555550102")),
)


def _line(chance: Random, number: int) -> ServicePayment:
    charge = chance.randrange(1_000, 500_000)
    reasons = _reasons(chance, charge, chance.choice((0, 1, 2, 2, 8)))
    denied = chance.random() < 0.1
    if denied:
        reasons = (Adjustment(group="CO", reason="16", cents=charge),)
    first = date(2026, 9, 1) + timedelta(days=chance.randrange(30))
    bundled = chance.random() < 0.1
    return ServicePayment(
        code=chance.choice(CODES),
        modifiers=chance.choice(((), ("25",), ("59", "LT"))),
        charge=charge,
        paid=charge - sum(reason.cents for reason in reasons),
        revenue_code=chance.choice(("", "0450")),
        units=chance.choice(("", "1", "2.5")),
        submitted_code=chance.choice(CODES) if bundled else "",
        submitted_units="2" if bundled else "",
        first=first,
        last=first + timedelta(days=1) if chance.random() < 0.2 else None,
        control=f"L{number}",
        adjustments=reasons,
        references=chance.choice(
            ((), (Reference("LU", "7"), Reference("HPI", _npi(chance)), Reference("0K", "POL1")))
        ),
        amounts=(Amount("B6", charge),),
        quantities=chance.choice(((), (Quantity("ZK", "1"),))),
        remarks=("M51",) if denied else chance.choice(((), ("N130",))),
        extra=chance.choice(((), (Segment("2110", ("LQ", "RX", "77")),))),
    )


def _reasons(chance: Random, most: int, count: int) -> tuple[Adjustment, ...]:
    """Some reasons that together are no more than ``most`` cents; equal groups stand together, as a CAS has them."""
    kinds = [
        ("CO", "45"),
        ("CO", "253"),
        ("OA", "23"),
        ("PR", "1"),
        ("PR", "2"),
        ("PR", "3"),
        ("PI", "94"),
        ("PI", "45"),
    ]
    chosen = sorted(chance.sample(kinds, min(count, len(kinds))))
    share = most // (len(chosen) + 1) or 1
    return tuple(
        Adjustment(
            group=group, reason=reason, cents=chance.randint(1, share), quantity=chance.choice(("", "", "1"))
        )
        for group, reason in chosen
    )


def _reversed(claim: ClaimPayment) -> ClaimPayment:
    """Take a payment back: every amount negated, groups and reasons as they were (RFI 1147)."""
    from msgspec.structs import replace

    lines = tuple(
        replace(line, charge=-line.charge, paid=-line.paid, adjustments=_negated(line.adjustments))
        for line in claim.services
    )
    return replace(
        claim,
        status="22",
        charge=-claim.charge,
        paid=-claim.paid,
        patient_responsibility=0,
        adjustments=_negated(claim.adjustments),
        services=lines,
    )


def _negated(reasons: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(group=r.group, reason=r.reason, cents=-r.cents, quantity=r.quantity) for r in reasons
    )


def _provider_level(chance: Random, claims: list[ClaimPayment]) -> list[ProviderAdjustment]:
    pairs = [
        _pair(chance.choice(("WO", "CS", "72", "J1")), f"REF{n}", chance.randrange(-5_000, 5_000) or 1)
        for n in range(chance.choice((0, 0, 1, 2, 7)))
    ]
    if claims and chance.random() < 0.2:
        from msgspec.structs import replace

        claims[0] = replace(claims[0], amounts=(*claims[0].amounts, Amount("I", 150)))
        pairs.append(_pair("L6", claims[0].number, -150))
    return pairs


def _pair(reason: str, reference: str, cents: int) -> ProviderAdjustment:
    return ProviderAdjustment(
        provider="1234567893", fiscal=date(2026, 12, 31), reason=reason, reference=reference, cents=cents
    )


def _npi(chance: Random) -> str:
    stem = f"1{chance.randrange(10**8):08d}"
    return next(stem + digit for digit in "0123456789" if npi_is_valid(stem + digit))
