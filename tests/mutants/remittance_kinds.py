"""Defects of 835: the sums at every level, codes, structure."""

from collections.abc import Iterator
from itertools import count
from random import Random

from shared.claim import format_cents, parse_cents
from shared.testing.every_remittance import remittance
from shared.x12 import write_835
from tests.mutants.kinds import Kind, Segments, Spoil, Spot, drop, insert, put, where


def clean_remittances(seed: int = 0) -> Iterator[bytes]:
    """Clean 835 files of a few claims each."""
    for at in count():
        yield write_835([remittance(Random(f"mutants 835 {seed} {at}"), 4)])


def _off(identifier: str, position: int, path: str, *codes: str, stands: str = "", by: int = 1) -> Spoil:
    """An amount changed by some cents. ``stands`` names the segment before it where the finding is, else the segment itself."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None or len(segments[at]) <= position or not segments[at][position]:
            return None
        segments[at][position] = format_cents(parse_cents(segments[at][position]) + by)
        return _at(segments, at, stands, path)

    return spoil


def _at(segments: Segments, at: int, stands: str, path: str) -> Spot | None:
    if not stands:
        return Spot(at + 1, path)
    found = next((i for i in range(at, -1, -1) if segments[i][0] == stands), None)
    return None if found is None else Spot(found + 1, path)


def _line_cas(path: str) -> Spoil:
    """The first amount of the first line adjustment changed: the line does not close any more."""

    def spoil(segments: Segments) -> Spot | None:
        line = where(segments, "SVC")
        at = next((i for i in range(line or 0, len(segments)) if segments[i][0] in ("CAS", "CLP")), None)
        if line is None or at is None or segments[at][0] != "CAS":
            return None
        segments[at][3] = format_cents(parse_cents(segments[at][3]) + 7)
        return _at(segments, at, "SVC" if path.startswith("SVC") else "CLP", path)

    return spoil


def _claim_cas(segments: Segments) -> Spot | None:
    """The first amount of a claim adjustment changed: the claim does not close, its lines do."""
    for at, elements in enumerate(segments):
        if elements[0] == "CAS" and segments[at - 1][0] == "CLP":
            elements[3] = format_cents(parse_cents(elements[3]) + 7)
            return Spot(at, "CLP04")
    return None


def _sixth(segments: Segments) -> Spot | None:
    """The last amount of a CAS that has several: every triplet counts."""
    for at, elements in enumerate(segments):
        if elements[0] == "CAS" and len(elements) > 6:
            place = max(p for p in range(3, len(elements), 3) if elements[p])
            elements[place] = format_cents(parse_cents(elements[place]) - 1)
            stands = next(i for i in range(at, -1, -1) if segments[i][0] in ("SVC", "CLP"))
            return Spot(stands + 1, "SVC03" if segments[stands][0] == "SVC" else "CLP04")
    return None


def _second_line(segments: Segments) -> Spot | None:
    """Two lines of one claim spoiled: the second must be told as well as the first."""
    first = where(segments, "SVC")
    second = where(segments, "SVC", after=(first or 0) + 1)
    if first is None or second is None or any(s[0] == "CLP" for s in segments[first:second]):
        return None
    for at in (first, second):
        segments[at][3] = format_cents(parse_cents(segments[at][3]) + 100)
    return Spot(second + 1, "2110[2]/SVC03")


def _reversal(position: int, path: str) -> Spoil:
    """A reversal with one amount turned round again."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] == "22"), None)
        if at is None:
            return None
        amount = segments[at][position]
        segments[at][position] = amount.lstrip("-") if amount.startswith("-") else "1"
        return Spot(at + 1, path)

    return spoil


def _reversal_line(segments: Segments) -> Spot | None:
    """A line of a reversal that keeps the payment of the original."""
    at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] == "22"), None)
    line = where(segments, "SVC", after=at or 0) if at is not None else None
    if (
        line is None
        or parse_cents(segments[line][3]) == 0
        or any(s[0] == "CLP" for s in segments[(at or 0) + 1 : line])
    ):
        return None
    segments[line][3] = segments[line][3].lstrip("-")
    return Spot(line + 1, "SVC03")


def _provider_pair(segments: Segments) -> Spot | None:
    """The last amount of a PLB changed."""
    at = where(segments, "PLB")
    if at is None:
        return None
    segments[at][-1] = format_cents(parse_cents(segments[at][-1]) + 500)
    return _at(segments, at, "BPR", "BPR02")


def _no_provider_level(segments: Segments) -> Spot | None:
    """All provider adjustments lost."""
    pairs = [(s[p + 1]) for s in segments if s[0] == "PLB" for p in range(3, len(s) - 1, 2)]
    if not sum(parse_cents(amount) for amount in pairs):
        return None
    segments[:] = [s for s in segments if s[0] != "PLB"]
    at = where(segments, "BPR")
    return None if at is None else Spot(at + 1, "BPR02")


def _lost_claim(segments: Segments) -> Spot | None:
    """The last claim lost on the way."""
    starts = [i for i, s in enumerate(segments) if s[0] == "CLP"]
    if len(starts) < 2 or not parse_cents(segments[starts[-1]][4]):
        return None
    end = next(i for i in range(starts[-1], len(segments)) if segments[i][0] in ("PLB", "SE"))
    del segments[starts[-1] : end]
    at = where(segments, "BPR")
    return None if at is None else Spot(at + 1, "BPR02")


def _lost_line(segments: Segments) -> Spot | None:
    """A line of a claim lost: its charge and reasons are missing from the claim."""
    starts = [i for i, s in enumerate(segments) if s[0] == "SVC"]
    for at in starts:
        end = next(
            i for i in range(at + 1, len(segments)) if segments[i][0] in ("SVC", "CLP", "LX", "PLB", "SE")
        )
        if segments[end][0] == "SVC":
            claim = next(i for i in range(at, -1, -1) if segments[i][0] == "CLP")
            del segments[at:end]
            return Spot(claim + 1, "CLP03")
    return None


def _no_interest(of: str) -> Spoil:
    """Interest on one side only: the other side's segment is relabelled, so that all sums still close."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, "AMT", "I")
        level = next(
            (i for i, s in enumerate(segments) if s[0] == "PLB" and any(e.startswith("L6:") for e in s)), None
        )
        if at is None or level is None:
            return None
        if of == "AMT":
            segments[at][1] = "T"
            return Spot(level + 1, "PLB")
        segments[level] = [e.replace("L6:", "CS:") for e in segments[level]]
        bpr = where(segments, "BPR")
        return None if bpr is None else Spot(bpr + 1, "PLB")

    return spoil


def _interest_changed(segments: Segments) -> Spot | None:
    """Interest of a claim a cent higher than what L6 pays."""
    at = where(segments, "AMT", "I")
    level = next(
        (i for i, s in enumerate(segments) if s[0] == "PLB" and any(e.startswith("L6:") for e in s)), None
    )
    if at is None or level is None:
        return None
    segments[at][2] = format_cents(parse_cents(segments[at][2]) + 1)
    return Spot(level + 1, "PLB")


def _component(identifier: str, position: int, number: int, value: str, path: str) -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None or len(segments[at]) <= position:
            return None
        parts = segments[at][position].split(":")
        parts += [""] * (number - len(parts))
        if parts[number - 1] == value:
            return None
        parts[number - 1] = value
        segments[at][position] = ":".join(parts)
        return Spot(at + 1, path)

    return spoil


def _first_cas(position: int, value: str, path: str = "", stands: str = "") -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, "CAS")
        if at is None:
            return None
        segments[at][position] = value
        if not stands:
            return Spot(at + 1, path)
        found = next(i for i in range(at, -1, -1) if segments[i][0] in ("SVC", "CLP"))
        return Spot(found + 1, path)

    return spoil


def _twice(identifier: str, *codes: str, path: str = "") -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        segments.insert(at + 1, list(segments[at]))
        return Spot(at + 2, path)

    return spoil


def _no_remarks(segments: Segments) -> Spot | None:
    """The remark of a line denied for missing information lost, and the claim has none either."""
    for at, elements in enumerate(segments):
        if elements[0] == "LQ" and elements[1:3] == ["HE", "M51"]:
            line = next(i for i in range(at, -1, -1) if segments[i][0] == "SVC")
            claim = next(i for i in range(at, -1, -1) if segments[i][0] == "CLP")
            end = next(
                i
                for i in range(line + 1, len(segments))
                if segments[i][0] in ("SVC", "CLP", "LX", "PLB", "SE")
            )
            if any(s[0] in ("MIA", "MOA") for s in segments[claim:line]):
                continue
            segments[line:end] = [s for s in segments[line:end] if s[0] != "LQ"]
            return Spot(line + 1, "")
    return None


def _replace_line_numbers(segments: Segments) -> Spot | None:
    """Two lines made alike, without their numbers."""
    first = where(segments, "SVC")
    second = where(segments, "SVC", after=(first or 0) + 1)
    if first is None or second is None or any(s[0] == "CLP" for s in segments[first:second]):
        return None
    end = next(
        i for i in range(second + 1, len(segments)) if segments[i][0] in ("SVC", "CLP", "LX", "PLB", "SE")
    )
    head = [s for s in segments[first:end] if s[:2] != ["REF", "6R"] and s[0] != "DTM"]
    lines = [s for s in head if s[0] == "SVC"]
    lines[1][1] = lines[0][1]
    for line in lines:
        del line[6:]
    segments[first:end] = head
    claim = next(i for i in range(first, -1, -1) if segments[i][0] == "CLP")
    return Spot(claim + 1, "CLP")


def _of(path: str, spot: Spot | None) -> Spot | None:
    """Only the mutants whose finding ends there."""
    return spot if spot is not None and spot.path == path else None


def _patient(by: int) -> Spoil:
    """Patient responsibility of a claim that is no reversal changed."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] != "22" and s[5]), None)
        if at is None:
            return None
        segments[at][5] = format_cents(parse_cents(segments[at][5]) + by)
        return Spot(at + 1, "CLP05")

    return spoil


def _status(old: str, new: str, path: str) -> Spoil:
    """A claim that pays, under another status."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] == old and s[4] != "0"), None)
        if at is None:
            return None
        segments[at][2] = new
        return Spot(at + 1, path)

    return spoil


def _remark(code: str) -> Spoil:
    """A remark of a line replaced."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[:2] == ["LQ", "HE"]), None)
        if at is None:
            return None
        segments[at][2] = code
        return _at(segments, at, "SVC", "")

    return spoil


def _loop_lost(party: str, path: str) -> Spoil:
    """All of payer or payee lost."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, "N1", party)
        if at is None:
            return None
        end = next(i for i in range(at + 1, len(segments)) if segments[i][0] in ("N1", "LX", "PLB", "SE"))
        del segments[at:end]
        start = where(segments, "ST")
        return None if start is None else Spot(start + 1, path)

    return spoil


REMITTANCE: tuple[Kind, ...] = (
    # line
    Kind("line payment a cent too high", "line", "X12-1001", _off("SVC", 3, "SVC03")),
    Kind("line payment a cent too low", "line", "X12-1001", _off("SVC", 3, "SVC03", by=-1)),
    Kind("line charge changed", "line", "X12-1001", _off("SVC", 2, "SVC03", by=1000)),
    Kind("line adjustment changed", "line", "X12-1001", _line_cas("SVC03")),
    Kind(
        "last triplet of a CAS changed, line or claim", "line", "X12-1001", lambda s: _of("SVC03", _sixth(s))
    ),
    Kind("second of two bad lines", "line", "X12-1001", _second_line),
    Kind("line of a reversal keeps its payment", "line", "X12-1001", _reversal_line),
    # claim
    Kind("claim payment a cent too high", "claim", "X12-1002", _off("CLP", 4, "CLP04")),
    Kind("claim charge changed", "claim", "X12-1002", _off("CLP", 3, "CLP04", by=100)),
    Kind("claim adjustment changed", "claim", "X12-1002", _claim_cas),
    Kind("line adjustment changed, seen at the claim", "claim", "X12-1002", _line_cas("CLP04")),
    Kind("patient responsibility changed", "claim", "X12-1004", _patient(1)),
    Kind("charge of claim and lines differ", "claim", "X12-1006", _lost_line),
    Kind("reversal with a charge above zero", "claim", "X12-1011", _reversal(3, "CLP03")),
    Kind("reversal with patient responsibility", "claim", "X12-1005", _reversal(5, "CLP05")),
    Kind("reversal sent as a claim", "claim", "X12-1012", _status("22", "1", "CLP02")),
    Kind("predetermination that pays", "claim", "X12-1015", _status("1", "25", "CLP04")),
    Kind("unknown patient that is paid", "claim", "X12-1016", _status("1", "4", "CLP02")),
    Kind("lines alike without numbers", "claim", "X12-1022", _replace_line_numbers),
    # transaction
    Kind("total a cent too high", "transaction", "X12-1003", _off("BPR", 2, "BPR02")),
    Kind(
        "claim payment changed, seen in the total",
        "transaction",
        "X12-1003",
        _off("CLP", 4, "BPR02", stands="BPR"),
    ),
    Kind("provider adjustment changed", "transaction", "X12-1003", _provider_pair),
    Kind("provider adjustments lost", "transaction", "X12-1003", _no_provider_level),
    Kind("claim lost", "transaction", "X12-1003", _lost_claim),
    Kind("negative total", "transaction", "X12-1007", put("BPR", position=2, value="-5", path="BPR02")),
    Kind(
        "money by no means of payment",
        "transaction",
        "X12-1013",
        put("BPR", "I", position=4, value="NON", path="BPR02"),
    ),
    Kind(
        "zero payment by ACH",
        "transaction",
        "X12-1014",
        put("BPR", "H", position=4, value="ACH", path="BPR02"),
    ),
    Kind("interest of claims without L6", "transaction", "X12-1008", _no_interest("PLB")),
    Kind("L6 without interest of claims", "transaction", "X12-1009", _no_interest("AMT")),
    Kind("interest differs", "transaction", "X12-1010", _interest_changed),
    # codes
    Kind("adjustment reason that no list has", "codes", "X12-1017", _first_cas(2, "ZZZ", "", "SVC")),
    Kind("adjustment reason of the past", "codes", "X12-1017", _first_cas(2, "A2", "", "SVC")),
    Kind("remark that no list has", "codes", "X12-1018", _remark("Q1")),
    Kind("reason without its remark", "codes", "X12-1019", _no_remarks),
    Kind("group of the past", "codes", "X12-1021", _first_cas(1, "CR", "", "SVC")),
    Kind("adjustment group that does not exist", "codes", "X12-0507", _first_cas(1, "XX", "CAS01")),
    Kind(
        "claim status that does not exist",
        "codes",
        "X12-0507",
        put("CLP", position=2, value="99", path="CLP02"),
    ),
    Kind(
        "kind of procedure that does not exist", "codes", "X12-0507", _component("SVC", 1, 1, "QQ", "SVC01-1")
    ),
    Kind(
        "provider reason that does not exist", "codes", "X12-0507", _component("PLB", 3, 1, "Q9", "PLB03-1")
    ),
    Kind(
        "NPI of the payee wrong",
        "codes",
        "X12-0601",
        put("N1", "PE", "GENERAL HOSPITAL", "XX", position=4, value="1234567890", path="N104"),
    ),
    Kind(
        "NPI of the renderer wrong",
        "codes",
        "X12-0601",
        put("NM1", "82", position=9, value="1234567890", path="NM109"),
    ),
    Kind(
        "payment date that does not exist",
        "codes",
        "X12-0508",
        put("BPR", position=16, value="20260231", path="BPR16"),
    ),
    Kind(
        "service date that does not exist",
        "codes",
        "X12-0508",
        put("DTM", "472", position=2, value="20261301", path="DTM02"),
    ),
    Kind("state that does not exist", "codes", "X12-0604", put("N4", position=2, value="ZZ", path="N402")),
    # structure
    Kind("no BPR", "structure", "X12-0403", drop("BPR", stands="ST", path="BPR")),
    Kind("no TRN", "structure", "X12-0403", drop("TRN", stands="ST", path="TRN")),
    Kind("no payer", "structure", "X12-0407", _loop_lost("PR", "N1")),
    Kind("no payee", "structure", "X12-0407", _loop_lost("PE", "N1")),
    Kind("no patient", "structure", "X12-0403", drop("NM1", "QC", stands="CLP", path="NM1")),
    Kind("no technical desk", "structure", "X12-0403", drop("PER", "BL", stands="N1*PR", path="PER")),
    Kind("patient twice", "structure", "X12-0405", _twice("NM1", "QC")),
    Kind("TRN twice", "structure", "X12-0405", _twice("TRN")),
    Kind("unknown segment in a claim", "structure", "X12-0401", insert("CLP", segment="ZZZ*1", path="")),
    Kind("837 segment in a claim", "structure", "X12-0401", insert("CLP", segment="SV1*HC:G0463*1", path="")),
    Kind(
        "payment without an amount", "structure", "X12-0501", put("SVC", position=3, value="", path="SVC03")
    ),
    Kind("amount with letters", "structure", "X12-0514", put("SVC", position=2, value="12O", path="SVC02")),
    Kind("claim number missing", "structure", "X12-0501", put("CLP", position=1, value="", path="CLP01")),
    Kind(
        "amount that cannot be read stops the set",
        "structure",
        "X12-0902",
        put("CLP", position=4, value="1,5", path=""),
    ),
)
