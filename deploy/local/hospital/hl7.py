"""A claim as an EHR tells it by HL7 v2: DFT^P03, one FT1 per charge."""

from shared.claim import Address, Claim, Coverage, Name, Provider, format_cents

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
SENDER = ("EPIC", "SPRINGFIELD")


def dft(claim: Claim, control: str) -> bytes:
    """The message; ``control`` is MSH-10. Segments end with CR."""
    day = _day(claim)
    segments = [
        [
            "MSH",
            "^~\\&",
            *SENDER,
            "CLAIMFLOW",
            "HUB",
            f"{day}120000",
            "",
            "DFT^P03^DFT_P03",
            control,
            "P",
            "2.5.1",
        ],
        ["EVN", "P03", f"{day}120000"],
        _pid(claim),
        ["PV1", "1", "O", "CLINIC", "", "", "", _clinician(claim.rendering)],
        *([_ft1(claim, place) for place in range(len(claim.lines))]),
        *([_dg1(claim, place) for place in range(len(claim.diagnoses))]),
        _gt1(claim),
        *([_in1(place, coverage) for place, coverage in enumerate(claim.coverages, 1)]),
    ]
    return "".join("|".join(segment).rstrip("|") + "\r" for segment in segments).encode()


def broken(message: bytes) -> bytes:
    """The same with a line break inside a field of its first FT1, as a free-text field brings it."""
    return message.replace(b"|CG|", b"|CG\rsee note|", 1)


def _pid(claim: Claim) -> list[str]:
    who = claim.who
    birth = f"{who.birth:%Y%m%d}" if who.birth else ""
    record = f"{claim.medical_record}^^^SPR^MR"
    fields = {
        3: record,
        5: _name(who.name),
        7: birth,
        8: who.sex,
        11: _address(who.address),
        18: claim.number,
    }
    return _segment("PID", {1: "1", **fields})


def _ft1(claim: Claim, place: int) -> list[str]:
    line = claim.lines[place]
    named = "~".join(claim.diagnoses[pointer - 1].code for pointer in line.pointers)
    day = f"{line.first:%Y%m%d}" if line.first else ""
    fields = {
        2: f"T{place + 1}",
        4: day,
        6: "CG",
        7: line.code,
        10: line.units,
        11: format_cents(line.charge),
    }
    more = {19: named, 20: _clinician(claim.rendering), 25: line.code, 26: "~".join(line.modifiers)}
    return _segment("FT1", {1: str(place + 1), **fields, 13: "CLINIC", **more})


def _dg1(claim: Claim, place: int) -> list[str]:
    return _segment("DG1", {1: str(place + 1), 3: f"{claim.diagnoses[place].code}^^I10", 6: "F"})


def _gt1(claim: Claim) -> list[str]:
    guarantor = claim.guarantor
    if guarantor is None:
        return ["GT1", "1"]
    fields = {2: guarantor.account, 3: _name(guarantor.name), 5: _address(guarantor.address)}
    return _segment("GT1", {1: "1", **fields})


def _in1(place: int, coverage: Coverage) -> list[str]:
    who = coverage.subscriber
    birth = f"{who.birth:%Y%m%d}" if who.birth else ""
    payer = {2: "PLAN", 3: coverage.payer.id, 4: _text(coverage.payer.name)}
    insured = {
        16: _name(who.name),
        17: "SEL",
        18: birth,
        19: _address(who.address),
        36: who.member_id,
        43: who.sex,
    }
    return _segment("IN1", {1: str(place), **payer, 22: str(place), **insured})


def _segment(name: str, fields: dict[int, str]) -> list[str]:
    return [name, *(fields.get(number, "") for number in range(1, max(fields) + 1))]


def _day(claim: Claim) -> str:
    first, _ = claim.service_dates()
    return f"{first:%Y%m%d}" if first else ""


def _name(name: Name) -> str:
    return "^".join(_text(part) for part in (name.last, name.first, name.middle)).rstrip("^")


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    return "^".join(
        _text(part) for part in (address.line1, address.line2, address.city, address.state, address.zip)
    )


def _clinician(provider: Provider | None) -> str:
    if provider is None:
        return ""
    return f"{provider.npi}^{_name(provider.name)}^^^^^^^NPI" if "^" in _name(provider.name) else provider.npi


def _text(text: str) -> str:
    return text.translate(_ESCAPES)
