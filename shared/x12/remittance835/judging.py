"""What an 835 says against the rules of money: sums, reversals, interest, zero payments, reasons and remarks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from shared.claim import Adjustment
from shared.x12 import catalogue as _catalogue  # noqa: F401  the kinds of findings must be known
from shared.x12.code_lists import CARC, PLACES, RARC
from shared.x12.findings import Findings, Place, finding
from shared.x12.proof import REVERSAL, Prover, net_by_reference, patient_share
from shared.x12.types import ClaimPayment, Imbalance, Remittance, ServicePayment, X12Finding

OffsetOf = Callable[[int], int]
"""The byte offset of a segment by its number in the file."""

NEEDS_REMARK = frozenset(("16", "96", "129", "148", "226", "227", "251", "252", "A1"))
"""Reasons that the list's owner allows only with a remark."""

FORWARDED = frozenset(("19", "20", "21", "23"))
"""Claim statuses (CLP02) that say that another payer has the claim now."""

_ONLY_PLACES = frozenset(code for code in PLACES.codes if code[0] in "09" or code[1] == "0")
"""Places of service that are not the first two digits of any type of bill: CLP08 tells a professional claim by them."""

_OUTPATIENT = frozenset(
    ("13", "14", "23", "33", "34", "43", "71", "72", "73", "74", "75", "76", "77", "83", "84", "85")
)
"""First two digits of outpatient types of bill; read as places of service they are professional care, never a stay."""

_REMEMBERED = 50_000
"""Claims of one payment that are compared with each other: more would make memory grow with the file."""

_LEVELS = {
    "line": ("X12-1001", "line payment", "SVC"),
    "claim": ("X12-1002", "claim payment", "CLP"),
    "transaction": ("X12-1003", "total payment", "BPR"),
}


def judge_remittance(said: Remittance, offset_of: OffsetOf) -> tuple[X12Finding, ...]:
    """Judge one 835 that was read whole, by claims-rules 3.1 to 3.5, 3.9 and 3.10. Findings are in file order."""
    judge = RemittanceJudge(said.on or said.production, offset_of)
    for claim in said.claims:
        judge.claim(claim)
    judge.end(said)
    return tuple(sorted(judge.findings.all(), key=lambda one: one.segment))


class RemittanceJudge:
    """Judges an 835 claim by claim, and the payment at its end. ``on`` is the day of the payment: code lists go by it."""

    def __init__(self, on: date | None, offset_of: OffsetOf) -> None:
        self.findings: Final = Findings()
        self.prover = Prover()
        self._on = on
        self._offset_of = offset_of
        self._interest: list[int] = []
        self._claims: set[int] = set()
        self._reversed: set[str] = set()

    def claim(self, said: ClaimPayment) -> None:
        """Judge one claim; it need not be kept."""
        self.prover.claim(said)
        if self.prover.found:
            self._take_imbalances()
        for found in _claim(said, self.prover.place, self._on, self._offset_of):
            self.findings.take(found)
        if said.amounts:
            self._interest += [one.cents for one in said.amounts if one.qualifier == "I"]
        if len(self._claims) < _REMEMBERED:
            self._remember(said)

    def _remember(self, said: ClaimPayment) -> None:
        """Notice a claim that was there before, and remember what is taken back."""
        lines = tuple(
            [(line.code, line.charge, line.paid, line.control, line.first) for line in said.services]
        )
        key = hash((said.number, said.payer_claim_number, said.status, said.charge, said.paid, lines))
        if said.payer_claim_number and key in self._claims:
            place = Place(
                said.segment,
                self._offset_of(said.segment),
                f"{self.prover.place}/CLP07",
                "payer claim number",
                "CLP",
            )
            self.findings.take(finding("X12-1026", place, claim=said.number))
        self._claims.add(key)
        if said.status == REVERSAL:
            self._reversed.update(one for one in (said.payer_claim_number, said.number) if one)

    def end(self, said: Remittance) -> None:
        """Judge the payment as a whole; ``said`` may come without its claims."""
        self.prover.end(said)
        self._take_imbalances()
        for found in _payment(said, self._offset_of):
            self.findings.take(found)
        for found in _provider_level(said, self._interest, self._offset_of):
            self.findings.take(found)
        for found in _recoveries(said, self._reversed, self._offset_of):
            self.findings.take(found)

    def _take_imbalances(self) -> None:
        for one in self.prover.found:
            self.findings.take(_imbalance(one, self._offset_of))
        self.prover.found.clear()


def _imbalance(said: Imbalance, offset_of: OffsetOf) -> X12Finding:
    code, element, identifier = _LEVELS[said.level]
    place = Place(said.segment, offset_of(said.segment), said.place, element, identifier)
    return finding(code, place, said.delta, value=f"expected {said.expected}, found {said.found} cents")


def _payment(said: Remittance, offset_of: OffsetOf) -> Iterator[X12Finding]:
    segment = said.header.segments[0] + 1
    place = Place(segment, offset_of(segment), "BPR02", "total payment", "BPR")
    if said.paid < 0:
        yield finding("X12-1007", place)
    if said.method == "NON" and said.paid:
        yield finding("X12-1013", place)
    if not said.paid and said.method not in ("NON", ""):
        yield finding("X12-1014", place)
    elif not said.paid and said.handling not in ("H", ""):
        yield finding("X12-1028", place)


def _provider_level(said: Remittance, reported: list[int], offset_of: OffsetOf) -> Iterator[X12Finding]:
    """Interest on both sides, and debts in two places. ``reported`` are the amounts AMT*I of the claims."""
    owed = [pair for pair in said.provider_adjustments if pair.reason == "L6"]
    segment = owed[0].segment if owed else said.header.segments[0] + 1
    place = Place(segment, offset_of(segment), "PLB", "interest", "PLB" if owed else "BPR")
    paid = -sum([pair.cents for pair in owed])
    if reported and not owed:
        yield finding("X12-1008", place)
    elif owed and not reported:
        yield finding("X12-1009", place)
    elif sum(reported) != paid:
        yield finding("X12-1010", place, paid - sum(reported))
    carried = {pair.reference for pair in said.provider_adjustments if pair.reason == "FB" and pair.reference}
    for pair in said.provider_adjustments:
        if pair.reason == "WO" and pair.reference in carried:
            where = Place(pair.segment, offset_of(pair.segment), "PLB03", "reason and reference", "PLB")
            yield finding("X12-1020", where)


def _recoveries(said: Remittance, taken_back: set[str], offset_of: OffsetOf) -> Iterator[X12Finding]:
    """Recoveries that cannot be linked (RFI 2370), and those of claims that the same payment reverses (RFI 1082)."""
    net = net_by_reference(said.provider_adjustments)
    for pair in said.provider_adjustments:
        if pair.reason not in ("WO", "72", "FB"):
            continue
        place = Place(pair.segment, offset_of(pair.segment), "PLB03", "reason and reference", "PLB")
        if not pair.reference:
            yield finding("X12-1027", place, pair.reason)
        # The reference may be several numbers in a row: claim number, payer's number, trace number.
        numbers = (pair.reference, *pair.reference.split())
        taken = pair.reason == "WO" and pair.cents > 0 and net["WO", pair.reference] > 0
        if taken and not taken_back.isdisjoint(numbers):
            yield finding("X12-1025", place)


def _claim(said: ClaimPayment, path: str, on: date | None, offset_of: OffsetOf) -> Iterator[X12Finding]:
    for code, element, position, words in _claim_defects(said):
        place = Place(said.segment, offset_of(said.segment), f"{path}/CLP{position}", element, "CLP")
        yield finding(code, place, *words, claim=said.number)
    remarks = _claim_remarks(said)
    for code, words, value in _reasons(said.adjustments, remarks, on):
        place = Place(said.segment, offset_of(said.segment), path, "claim adjustment", "CAS")
        yield finding(code, place, *words, value=value, claim=said.number)
    for number, line in enumerate(said.services, 1):
        for code, words, value in _reasons(line.adjustments, _line_remarks(line), on, further=remarks):
            where = f"{path}/2110[{number}]"
            place = Place(line.segment, offset_of(line.segment), where, "line adjustment", "CAS")
            yield finding(code, place, *words, value=value, claim=said.number)


def _claim_defects(said: ClaimPayment) -> Iterator[tuple[str, str, str, tuple[object, ...]]]:
    if said.status == REVERSAL:
        if said.patient_responsibility:
            yield "X12-1005", "patient responsibility", "05", ()
        if said.charge > 0 or said.paid > 0:
            yield "X12-1011", "claim charge", "03", ()
    else:
        off = said.patient_responsibility - patient_share(said)
        if off:
            yield "X12-1004", "patient responsibility", "05", (off,)
        if said.charge < 0:
            yield "X12-1012", "claim status", "02", ()
    off = said.charge - sum([line.charge for line in said.services])
    if said.services and off:
        yield "X12-1006", "claim charge", "03", (off,)
    if said.status == "25" and said.paid:
        yield "X12-1015", "claim payment", "04", ()
    if said.status == "4" and (said.paid or said.patient_responsibility):
        yield "X12-1016", "claim status", "02", ()
    if said.status in FORWARDED and said.forwarded_to is None:
        yield "X12-1024", "claim status", "02", ()
    if not said.services and said.status not in ("4", "23"):
        yield from _lineless(said)
    if _ambiguous(said.services):
        yield "X12-1022", "service line", "", ()


def _lineless(said: ClaimPayment) -> Iterator[tuple[str, str, str, tuple[object, ...]]]:
    """RFI 2348: lines are asked for on professional and dental claims, and on outpatient ones that were priced by line.

    A stay has none: it is told by MIA, or by a facility code that is that of a stay. MOA stands on outpatient and professional
    claims alone. A claim that was denied as a whole was not priced by line.
    """
    if said.facility in _ONLY_PLACES:
        yield "X12-1023", "facility type", "08", ()
    elif not _denied_whole(said) and not said.inpatient and (said.outpatient or said.facility in _OUTPATIENT):
        yield "X12-1029", "facility type", "08", ()


def _denied_whole(said: ClaimPayment) -> bool:
    return not said.paid and sum(one.cents for one in said.adjustments) == said.charge


def _ambiguous(lines: Iterable[ServicePayment]) -> bool:
    keys = [
        (line.submitted_code or line.code, line.modifiers, line.first)
        for line in lines
        if line.code and not line.control
    ]
    return len(keys) > len(set(keys))


def _claim_remarks(said: ClaimPayment) -> list[str]:
    if not (said.inpatient or said.outpatient):
        return []
    inpatient = [said.inpatient[at] for at in (4, 19, 20, 21, 22) if at < len(said.inpatient)]
    return [code for code in (*inpatient, *said.outpatient[2:7]) if code]


def _line_remarks(line: ServicePayment) -> list[str]:
    return [*line.remarks, *[kept.elements[-1] for kept in line.extra if kept.elements[0] == "LQ"]]


def _reasons(
    adjustments: Iterable[Adjustment], remarks: list[str], on: date | None, further: Iterable[str] = ()
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What is wrong with reasons and remarks of one level: code of the finding, its words, its value.

    ``remarks`` stand at the adjustments' own level and are judged, ``further`` at the claim's, where they may help too.
    """
    for adjustment in adjustments:
        reason = adjustment.reason
        validity = CARC.validity(reason, on)
        if validity != "valid":
            yield "X12-1017", (validity,), reason
        if reason in NEEDS_REMARK and not remarks and not further:
            yield "X12-1019", (reason,), ""
        if adjustment.group == "CR":
            yield "X12-1021", (), ""
    for remark in remarks:
        validity = RARC.validity(remark, on)
        if validity != "valid" and not remark.isdigit():
            yield "X12-1018", (validity,), remark
