"""Defects of 837 that stand between segments: dates in life's order, what a bill of a stay needs, what other payers said."""

from tests.mutants.kinds import Kind, Segments, Spoil, Spot, drop, put, where
from tests.mutants.spoiling import component


def second(identifier: str, *codes: str, position: int, path: str) -> Spoil:
    """The second such segment of the file says what the first does."""

    def spoil(segments: Segments) -> Spot | None:
        first, again = where(segments, identifier, *codes), where(segments, identifier, *codes, of=2)
        if first is None or again is None or segments[again][position] == segments[first][position]:
            return None
        segments[again][position] = segments[first][position]
        return Spot(again + 1, path)

    return spoil


def _claim_of(segments: Segments, at: int) -> int:
    return max(i for i in range(at) if segments[i][0] == "CLM")


def _bill(segments: Segments, *kinds: str) -> int | None:
    """The first institutional claim of these types of bill and of frequency 1."""
    for at, elements in enumerate(segments):
        if elements[0] == "CLM" and elements[5] in {f"{kind}:A:1" for kind in kinds}:
            return at
    return None


def _of_claim(segments: Segments, claim: int, identifier: str, *codes: str) -> int | None:
    """A segment of one claim, before its lines and other payers."""
    for at in range(claim + 1, len(segments)):
        if segments[at][0] in ("CLM", "HL", "SBR", "LX", "SE"):
            return None
        if segments[at][0] == identifier and tuple(segments[at][1 : 1 + len(codes)]) == codes:
            return at
    return None


def stay(spoil: Spoil, *kinds: str) -> Spoil:
    """Only in files whose first claim is an inpatient bill."""

    def own(segments: Segments) -> Spot | None:
        claim, first = _bill(segments, *kinds), where(segments, "CLM")
        return spoil(segments) if claim is not None and claim == first else None

    return own


def _birth(segments: Segments) -> Spot | None:
    """The patient, who is the subscriber, born after a service of one day."""
    born, claim = where(segments, "DMG"), where(segments, "CLM")
    if born is None or claim is None or born > claim or any(s[0] == "HL" for s in segments[born:claim]):
        return None
    end = next(i for i in range(claim + 1, len(segments)) if segments[i][0] in ("CLM", "HL", "SE"))
    first = _first_day(segments, claim, end)
    if first is None:
        return None
    segments[born][2] = "20991231"
    return Spot(first + 1, "DTP03")


def _first_day(segments: Segments, claim: int, end: int) -> int | None:
    days = [i for i in range(claim, end) if segments[i][:2] in (["DTP", "472"], ["DTP", "434"])]
    return min(days, key=lambda at: (segments[at][3][:8], at), default=None)


def _accident_later(segments: Segments) -> Spot | None:
    """An accident after the service that it is the cause of."""
    at = where(segments, "DTP", "439")
    if at is None:
        return None
    claim = _claim_of(segments, at)
    end = next(i for i in range(at, len(segments)) if segments[i][0] in ("CLM", "HL", "SE"))
    first = _first_day(segments, claim, end)
    if first is None:
        return None
    segments[at][3] = "20991231"
    return Spot(first + 1, "DTP03")


def _late_line(segments: Segments) -> Spot | None:
    """A line of an institutional bill on a day after the statement."""
    statement, day = where(segments, "DTP", "434"), where(segments, "DTP", "472", "D8")
    if statement is None or day is None or day < statement:
        return None
    if any(s[0] == "CLM" for s in segments[statement:day]):
        return None
    segments[day][3] = "20991230"
    return Spot(day + 1, "DTP03")


def _coded(spoilt: str, *kinds: str, path: str) -> Spoil:
    """A code of an HI of one of these kinds replaced."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "HI" and s[1].split(":")[0] in kinds), None)
        if at is None:
            return None
        kind, _, *rest = segments[at][1].split(":")
        segments[at][1] = ":".join(
            (
                kind if ":" not in spoilt else spoilt.split(":", maxsplit=1)[0],
                spoilt.rsplit(":", maxsplit=1)[-1],
                *rest,
            )
        )
        return Spot(at + 1, path)

    return spoil


def _no_amount(segments: Segments) -> Spot | None:
    """What another payer paid is lost, though it adjusted the claim."""
    paid = where(segments, "AMT", "D")
    if paid is None:
        return None
    start = max(i for i in range(paid) if segments[i][0] == "SBR")
    if not any(s[0] == "CAS" for s in segments[start:paid]):
        return None
    del segments[paid]
    return Spot(start + 1, "AMT")


def _retired(segments: Segments) -> Spot | None:
    """A reason that was withdrawn long before the other payer's decision."""
    at = where(segments, "CAS")
    if at is None or where(segments, "DTP", "573", after=at) is None:
        return None
    day = where(segments, "DTP", "573", after=at)
    assert day is not None
    if any(s[0] in ("SBR", "CLM", "SVD") for s in segments[at:day]):
        return None
    segments[at][2] = "A2"
    return Spot(at + 1, "CAS02")


def _pointer(segments: Segments) -> Spot | None:
    at = where(segments, "SV1")
    if at is None:
        return None
    segments[at][7] = "1:1"
    return Spot(at + 1, "SV107")


def _diagnosis(spoilt: str) -> Spoil:
    """A second diagnosis that repeats the first, or is of another code set."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "HI" and s[1].startswith("ABK:")), None)
        if at is None or len(segments[at]) > 12:
            return None
        code = segments[at][1].split(":")[1]
        segments[at].append(spoilt.format(code))
        return Spot(at + 1, "HI")

    return spoil


def _claim_number(segments: Segments) -> Spot | None:
    return second("CLM", position=1, path="CLM01")(segments)


def _original_with_number(segments: Segments) -> Spot | None:
    at = next((i for i, s in enumerate(segments) if s[0] == "CLM" and s[5].endswith((":7", ":8"))), None)
    reference = _of_claim(segments, at, "REF", "F8") if at is not None else None
    if at is None or reference is None:
        return None
    segments[at][5] = segments[at][5][:-1] + "1"
    return Spot(reference + 1, "REF")


def _paid_without_day(segments: Segments) -> Spot | None:
    """The day of a payer's decision lost, where no line says it either; the finding stands at what it paid."""
    paid, day = where(segments, "AMT", "D"), where(segments, "DTP", "573")
    if paid is None or day is None or day < paid or any(s[0] in ("CLM", "SBR") for s in segments[paid:day]):
        return None
    end = next(i for i in range(day, len(segments)) if segments[i][0] in ("CLM", "HL", "SE"))
    if any(s[0] == "SVD" for s in segments[paid:end]):
        return None
    del segments[day]
    return Spot(paid + 1, "AMT")


def _no_pick_up(segments: Segments) -> Spot | None:
    """An ambulance claim of which nobody says where the patient was picked up."""
    at = where(segments, "CR1")
    if at is None:
        return None
    claim = _claim_of(segments, at)
    if any(s[0] == "LX" for s in segments[claim:at]):
        return None
    end = next(i for i in range(at, len(segments)) if segments[i][0] in ("CLM", "HL", "SE"))
    for place in reversed([i for i in range(at, end) if segments[i][:2] == ["NM1", "PW"]]):
        del segments[place : place + 3]
    return Spot(at + 1, "CR1")


def _email(segments: Segments) -> Spot | None:
    for at, s in enumerate(segments):
        if s[0] == "PER" and "EM" in s[3::2]:
            position = s.index("EM") + 1
            s[position] = "nowhere"
            return Spot(at + 1, f"PER{position:02d}")
    return None


def _no_discharge_hour(segments: Segments) -> Spot | None:
    facts = where(segments, "CL1")
    if facts is None or segments[facts][3] == "30":
        return None
    return drop("DTP", "096", stands="CLM", path="CLM")(segments)


def _second_cas(segments: Segments) -> Spot | None:
    """The last reason of a CAS moved into one of its own."""
    for at, s in enumerate(segments):
        if s[0] == "CAS" and len(s) in (8, 11):
            segments.insert(at + 1, [*s[:2], *s[-3:]])
            del s[-3:]
            return Spot(at + 2, "CAS01")
    return None


def _patient_level(segments: Segments) -> Spot | None:
    """A subscriber with a patient level below is said to be the patient."""
    level = next((i for i, s in enumerate(segments) if s[0] == "HL" and s[3:4] == ["23"]), None)
    if level is None:
        return None
    at = max(i for i in range(level) if segments[i][0] == "SBR")
    segments[at][2] = "18"
    return Spot(at + 1, "SBR02")


def _of_professional(spoil: Spoil) -> Spoil:
    def own(segments: Segments) -> Spot | None:
        claim = where(segments, "CLM")
        return spoil(segments) if claim is not None and ":B:" in segments[claim][5] else None

    return own


SITUATIONS: tuple[Kind, ...] = (
    Kind("claim number twice", "code", "X12-0622", _claim_number),
    Kind("diagnosis twice", "code", "X12-0628", _diagnosis("ABF:{}")),
    Kind("diagnosis of ICD-9 beside ICD-10", "code", "X12-0634", _diagnosis("BF:25000")),
    Kind("pointer twice", "code", "X12-0633", _pointer),
    Kind("NPI of a digit that none begins with", "code", "X12-0639",
         put("NM1", "85", position=9, value="3000000000", path="NM109")),
    Kind("tax id as social security number", "code", "X12-0603", put("REF", "SY", position=2, value="12-345", path="REF02")),
    Kind("telephone with a hyphen", "code", "X12-0624", put("PER", "IC", position=4, value="555-0100", path="PER04")),
    Kind("e-mail without an at sign", "code", "X12-0625", _email),
    Kind("country in words", "code", "X12-0626", put("N4", position=4, value="12", path="N404")),
    Kind("negative claim charge", "code", "X12-0636", put("CLM", position=2, value="-1", path="CLM02")),
    Kind("adjustment of nothing", "code", "X12-0637", put("CAS", position=3, value="0", path="CAS03")),
    Kind("adjustment group of 4010", "code", "X12-0627", put("CAS", position=1, value="CR", path="CAS01")),
    Kind("reason that no list has", "code", "X12-0618", put("CAS", position=2, value="ZZZ", path="CAS02")),
    Kind("remark that no list has", "code", "X12-0619", put("MOA", position=3, value="QQQ", path="MOA03")),
    Kind("adjustments torn apart", "code", "X12-0643", _second_cas),
    Kind("revenue code of two digits", "code", "X12-0612", put("SV2", position=1, value="45", path="SV201")),
    Kind("type of bill of three digits", "code", "X12-0611", stay(component("CLM", 5, 1, "111", "CLM05-1"), "11", "18")),
    Kind("DRG of two digits", "code", "X12-0635", put("HI", "DR:470", position=1, value="DR:29", path="HI01-2")),
    Kind("patient born after the service", "situation", "X12-0640", _birth),
    Kind("accident after the service", "situation", "X12-0641", _accident_later),
    Kind("line outside the statement", "situation", "X12-0609", _late_line),
    Kind("ICD-9 diagnosis with a letter", "code", "X12-0614", _coded("BK:25O00", "ABK", path="HI01-2")),
    Kind("inpatient procedure too short", "code", "X12-0617", _coded("0DTJ", "BBR", path="HI01-2")),
    Kind("reason that was withdrawn", "code", "X12-0644", _retired),
    Kind("decision without its amount", "situation", "X12-0812", _no_amount),
    Kind("professional claim of frequency 2", "situation", "X12-0814", _of_professional(component("CLM", 5, 3, "2", "CLM05-3"))),
    Kind("claim with an amount that is none", "situation", "X12-0901", put("CLM", position=2, value="12O.5", path="2300")),
    Kind("state beside a subdivision", "element", "X12-0510", put("N4", position=7, value="XX", path="N407")),
    Kind("original with the payer's number", "situation", "X12-0802", _original_with_number),
    Kind("decision without its day", "situation", "X12-0807", _paid_without_day),
    Kind("patient level below the patient", "situation", "X12-0816", _patient_level),
    Kind("inpatient bill without an admission type", "situation", "X12-0811",
         stay(put("CL1", position=1, value="", path="CL101"), "11", "18")),
    Kind("final bill without a discharge hour", "situation", "X12-0817",
         stay(_no_discharge_hour, "11")),
    Kind("final bill of a patient still there", "situation", "X12-0813",
         stay(put("CL1", position=3, value="30", path="CL103"), "11", "18")),
    Kind("ambulance without a pick-up", "situation", "X12-0818", _no_pick_up),
    Kind("insured person without a member id", "situation", "X12-0819",
         put("NM1", "IL", "1", position=9, value="", path="NM109")),
)  # fmt: skip
