"""How an 835 is spoiled in one place: sums at every level, reversals, interest, lost parts."""

from shared.claim import format_cents, parse_cents
from tests.mutants.kinds import Segments, Spoil, Spot, where


def off(identifier: str, position: int, path: str, *codes: str, stands: str = "", by: int = 1) -> Spoil:
    """An amount changed by some cents. ``stands`` names the segment before it where the finding is, else the segment itself."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None or len(segments[at]) <= position or not segments[at][position]:
            return None
        segments[at][position] = format_cents(parse_cents(segments[at][position]) + by)
        return spot_at(segments, at, stands, path)

    return spoil


def spot_at(segments: Segments, at: int, stands: str, path: str) -> Spot | None:
    if not stands:
        return Spot(at + 1, path)
    found = next((i for i in range(at, -1, -1) if segments[i][0] == stands), None)
    return None if found is None else Spot(found + 1, path)


def line_cas(path: str) -> Spoil:
    """The first amount of the first line adjustment changed: the line does not close any more."""

    def spoil(segments: Segments) -> Spot | None:
        line = where(segments, "SVC")
        at = next((i for i in range(line or 0, len(segments)) if segments[i][0] in ("CAS", "CLP")), None)
        if line is None or at is None or segments[at][0] != "CAS":
            return None
        segments[at][3] = format_cents(parse_cents(segments[at][3]) + 7)
        return spot_at(segments, at, "SVC" if path.startswith("SVC") else "CLP", path)

    return spoil


def claim_cas(segments: Segments) -> Spot | None:
    """The first amount of a claim adjustment changed: the claim does not close, its lines do."""
    for at, elements in enumerate(segments):
        if elements[0] == "CAS" and segments[at - 1][0] == "CLP":
            elements[3] = format_cents(parse_cents(elements[3]) + 7)
            return Spot(at, "CLP04")
    return None


def sixth(segments: Segments) -> Spot | None:
    """The last amount of a CAS that has several: every triplet counts."""
    for at, elements in enumerate(segments):
        if elements[0] == "CAS" and len(elements) > 6:
            place = max(p for p in range(3, len(elements), 3) if elements[p])
            elements[place] = format_cents(parse_cents(elements[place]) - 1)
            stands = next(i for i in range(at, -1, -1) if segments[i][0] in ("SVC", "CLP"))
            return Spot(stands + 1, "SVC03" if segments[stands][0] == "SVC" else "CLP04")
    return None


def second_line(segments: Segments) -> Spot | None:
    """Two lines of one claim spoiled: the second must be told as well as the first."""
    first = where(segments, "SVC")
    second = where(segments, "SVC", after=(first or 0) + 1)
    if first is None or second is None or any(s[0] == "CLP" for s in segments[first:second]):
        return None
    for at in (first, second):
        segments[at][3] = format_cents(parse_cents(segments[at][3]) + 100)
    return Spot(second + 1, "2110[2]/SVC03")


def reversal(position: int, path: str) -> Spoil:
    """A reversal with one amount turned round again."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] == "22"), None)
        if at is None:
            return None
        amount = segments[at][position]
        segments[at][position] = amount.lstrip("-") if amount.startswith("-") else "1"
        return Spot(at + 1, path)

    return spoil


def reversal_line(segments: Segments) -> Spot | None:
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


def provider_pair(segments: Segments) -> Spot | None:
    """The last amount of a PLB changed."""
    at = where(segments, "PLB")
    if at is None:
        return None
    segments[at][-1] = format_cents(parse_cents(segments[at][-1]) + 500)
    return spot_at(segments, at, "BPR", "BPR02")


def no_provider_level(segments: Segments) -> Spot | None:
    """All provider adjustments lost."""
    pairs = [(s[p + 1]) for s in segments if s[0] == "PLB" for p in range(3, len(s) - 1, 2)]
    if not sum(parse_cents(amount) for amount in pairs):
        return None
    segments[:] = [s for s in segments if s[0] != "PLB"]
    at = where(segments, "BPR")
    return None if at is None else Spot(at + 1, "BPR02")


def lost_claim(segments: Segments) -> Spot | None:
    """The last claim lost on the way."""
    starts = [i for i, s in enumerate(segments) if s[0] == "CLP"]
    if len(starts) < 2 or not parse_cents(segments[starts[-1]][4]):
        return None
    end = next(i for i in range(starts[-1], len(segments)) if segments[i][0] in ("PLB", "SE"))
    del segments[starts[-1] : end]
    at = where(segments, "BPR")
    return None if at is None else Spot(at + 1, "BPR02")


def lost_line(segments: Segments) -> Spot | None:
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


def no_interest(of: str) -> Spoil:
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


def interest_changed(segments: Segments) -> Spot | None:
    """Interest of a claim a cent higher than what L6 pays."""
    at = where(segments, "AMT", "I")
    level = next(
        (i for i, s in enumerate(segments) if s[0] == "PLB" and any(e.startswith("L6:") for e in s)), None
    )
    if at is None or level is None:
        return None
    segments[at][2] = format_cents(parse_cents(segments[at][2]) + 1)
    return Spot(level + 1, "PLB")


def component(identifier: str, position: int, number: int, value: str, path: str) -> Spoil:
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


def first_cas(position: int, value: str, path: str = "", stands: str = "") -> Spoil:
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


def twice(identifier: str, *codes: str, path: str = "") -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        segments.insert(at + 1, list(segments[at]))
        return Spot(at + 2, path)

    return spoil


def no_remarks(segments: Segments) -> Spot | None:
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


def one_debt(segments: Segments) -> Spot | None:
    """The same debt carried forward and taken back, which sums to nothing."""
    end = where(segments, "SE")
    if end is None:
        return None
    segments.insert(end, ["PLB", "1234567893", "20261231", "FB:A1", "-5", "WO:A1", "5"])
    return Spot(end + 1, "PLB03")


def replace_line_numbers(segments: Segments) -> Spot | None:
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


def only_at(path: str, spot: Spot | None) -> Spot | None:
    """Only the mutants whose finding ends there."""
    return spot if spot is not None and spot.path == path else None


def patient(by: int) -> Spoil:
    """Patient responsibility of a claim that is no reversal changed."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] != "22" and s[5]), None)
        if at is None:
            return None
        segments[at][5] = format_cents(parse_cents(segments[at][5]) + by)
        return Spot(at + 1, "CLP05")

    return spoil


def status(old: str, new: str, path: str) -> Spoil:
    """A claim that pays, under another status."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] == old and s[4] != "0"), None)
        if at is None:
            return None
        segments[at][2] = new
        return Spot(at + 1, path)

    return spoil


def remark(code: str) -> Spoil:
    """A remark of a line replaced."""

    def spoil(segments: Segments) -> Spot | None:
        at = next((i for i, s in enumerate(segments) if s[:2] == ["LQ", "HE"]), None)
        if at is None:
            return None
        segments[at][2] = code
        return spot_at(segments, at, "SVC", "")

    return spoil


def loop_lost(party: str, path: str) -> Spoil:
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
