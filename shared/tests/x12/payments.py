"""Builders of invented payments for the tests of 835: a few words, whole cents."""

from shared.claim import Adjustment, Name
from shared.x12.types import ClaimPayment, Header, Party, ProviderAdjustment, Remittance, ServicePayment


def cas(text: str) -> tuple[Adjustment, ...]:
    """``CO45 75, PR1 25`` as adjustments, in dollars."""
    pieces = [piece.split() for piece in text.split(",") if piece.strip()]
    return tuple(Adjustment(group=p[0][:2], reason=p[0][2:], cents=cents(p[1])) for p in pieces)


def cents(dollars: str | float) -> int:
    return round(float(dollars) * 100)


def svc(
    charge: float, paid: float, adjusted: str = "", control: str = "", code: str = "G0463"
) -> ServicePayment:
    return ServicePayment(
        code=code, charge=cents(charge), paid=cents(paid), adjustments=cas(adjusted), control=control
    )


def clp(
    charge: float,
    paid: float,
    adjusted: str = "",
    *services: ServicePayment,
    status: str = "1",
    patient: float = 0,
    number: str = "CLAIM1",
    icn: str = "ICN1",
    **more: object,
) -> ClaimPayment:
    return ClaimPayment(
        number=number,
        status=status,
        charge=cents(charge),
        paid=cents(paid),
        patient_responsibility=cents(patient),
        payer_claim_number=icn,
        filing="12",
        adjustments=cas(adjusted),
        services=services,
        **more,  # type: ignore[arg-type]
    )


def plb(reason: str, reference: str, dollars: float) -> ProviderAdjustment:
    return ProviderAdjustment(
        provider="1234567893", fiscal=None, reason=reason, reference=reference, cents=cents(dollars)
    )


def header(guide: str = "005010X221A1", group: str = "") -> Header:
    return Header(
        sender=Party(id="SANDBOX", application=group),
        receiver=Party(id="HOSPITAL"),
        interchange=1,
        group=1,
        transaction="0001",
        usage="T",
        guide=guide,
    )


def era(
    paid: float, *claims: ClaimPayment, plbs: tuple[ProviderAdjustment, ...] = (), **more: object
) -> Remittance:
    values: dict[str, object] = {
        "header": header(),
        "handling": "I" if paid else "H",
        "paid": cents(paid),
        "method": "ACH" if paid else "NON",
        "trace": "TRACE1",
        "trace_payer": "1123456789",
        "payer": Name(last="SANDBOX MUTUAL", organization=True),
        "payee": Name(last="GENERAL HOSPITAL", organization=True),
        "claims": claims,
        "provider_adjustments": plbs,
    }
    return Remittance(**(values | more))  # type: ignore[arg-type]
