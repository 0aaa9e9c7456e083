"""Claims as the sandbox's payers read them."""

from datetime import date

from deploy.sandbox.reading import AskedClaim, AskedLine
from shared.claim import Name

DAY = date(2026, 10, 20)


def asked(payer: str = "SBX01", *charges: int, **changes: object) -> AskedClaim:
    lines = tuple(
        AskedLine(charge=charge, code="G0463", units="1", first=DAY, control=f"L{place}")
        for place, charge in enumerate(charges or (12_500, 3_333), 1)
    )
    values: dict[str, object] = {
        "number": "CF00000001",
        "payer": payer,
        "payer_name": "SANDBOX",
        "member": "M00000001",
        "charge": sum(line.charge for line in lines),
        "place": "22",
        "frequency": "1",
        "order": "P",
        "filing": "CI",
        "npi": "1234567893",
        "tax_id": "123456789",
        "payee": "TEST HOSPITAL",
        "patient": Name(last="NEMO", first="ADA"),
        "lines": lines,
        **changes,
    }
    return AskedClaim(**values)  # type: ignore[arg-type]
