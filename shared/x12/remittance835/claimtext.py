"""One claim of an 835 into segments (loops 2100 and 2110), with marks for the delimiters."""

from collections.abc import Iterable
from datetime import date

from shared.claim import Amount, Name, Quantity, Reference, Segment
from shared.x12.types import ClaimPayment, ServicePayment
from shared.x12.walker import code_of
from shared.x12.writing837.marks import C, E, S, adjustments, cents, day
from shared.x12.writing837.ranks import Ranks, Rows, joined


def kept_tags(extra: Iterable[Segment], loop: str) -> frozenset[str]:
    """Name the segments of a loop that were kept whole (``NM1*82``, ``BPR``): they are written instead of the fields' own."""
    return frozenset(_tag(segment.elements) for segment in extra if segment.loop == loop)


def claim_text(ranks: Ranks, said: ClaimPayment) -> str:
    """Write one claim: what opens its group, the claim, its lines."""
    places = ranks.loops["2100"]
    own = kept_tags(said.extra, "2100") if said.extra else frozenset[str]()
    rows: Rows = [] if "CLP" in own else [(0, _clp(said))]
    cas = places["CAS"]
    rows += [(cas, text) for text in adjustments(said.adjustments)]
    rows += [(places[tag], text) for tag, text in _names(said) if tag not in own]
    for tag, values in (("MIA", said.inpatient), ("MOA", said.outpatient)):
        if values:
            rows.append((places[tag], f"{tag}{E}{E.join(values)}{S}"))
    rows += _references(places["REF*1L"], said.references)
    for code, on in (("232", said.first), ("233", said.last), ("050", said.received)):
        if on:
            rows.append((places[f"DTM*{code}"], _dtm(code, on)))
    rows += _amounts(places["AMT*AU"], said.amounts)
    rows += _quantities(places["QTY*CA"], said.quantities)
    opening: Rows = []
    if said.extra:
        ranks.keep(rows, "2100", said.extra)
        ranks.keep(opening, "2000", said.extra)
    return joined(opening) + joined(rows) + "".join([_line(ranks, line) for line in said.services])


def _line(ranks: Ranks, said: ServicePayment) -> str:
    places = ranks.loops["2110"]
    own = kept_tags(said.extra, "2110") if said.extra else frozenset[str]()
    rows: Rows = [] if "SVC" in own else [(0, _svc(said))]
    rows += [(places["DTM*472"], text) for tag, text in _days(said) if tag not in own]
    cas = places["CAS"]
    rows += [(cas, text) for text in adjustments(said.adjustments)]
    if said.control:
        rows.append((places["REF*1S"], f"REF{E}6R{E}{said.control}{S}"))
    rows += _references(places["REF*1S"], said.references)
    rows += _amounts(places["AMT*B6"], said.amounts)
    rows += _quantities(places["QTY*ZK"], said.quantities)
    rows += [(places["LQ"], f"LQ{E}HE{E}{code}{S}") for code in said.remarks]
    if said.extra:
        ranks.keep(rows, "2110", said.extra)
    return joined(rows)


def _clp(said: ClaimPayment) -> str:
    patient = cents(said.patient_responsibility) if said.patient_responsibility else ""
    text = f"CLP{E}{said.number}{E}{said.status}{E}{cents(said.charge)}{E}{cents(said.paid)}{E}{patient}{E}{said.filing}"
    more = E + E.join(said.more) if said.more else ""
    return f"{text}{E}{said.payer_claim_number}{E}{said.facility}{E}{said.frequency}{more}{S}"


def _svc(said: ServicePayment) -> str:
    paid_for = _product(said.code_kind, said.code, said.modifiers, said.description)
    text = (
        f"SVC{E}{paid_for}{E}{cents(said.charge)}{E}{cents(said.paid)}{E}{said.revenue_code}{E}{said.units}"
    )
    if not said.submitted_code and not said.submitted_units:
        return text + S
    billed = ""
    if said.submitted_code:
        billed = _product(
            said.submitted_code_kind,
            said.submitted_code,
            said.submitted_modifiers,
            said.submitted_description,
        )
    return f"{text}{E}{billed}{E}{said.submitted_units}{S}"


def _product(kind: str, code: str, modifiers: tuple[str, ...], description: str) -> str:
    if description:
        modifiers = (*modifiers, *[""] * 4)[:4]
    return C.join((kind, code, *modifiers, description))


def _names(said: ClaimPayment) -> Iterable[tuple[str, str]]:
    for code, name, qualifier, identifier in (
        ("QC", said.patient, "MI", said.patient_id),
        ("IL", said.subscriber, "MI", said.subscriber_id),
        ("74", said.corrected, "C", said.corrected_id),
        ("TT", said.forwarded_to, "PI", said.forwarded_to_id),
    ):
        if name is not None:
            yield f"NM1*{code}", _name(code, name, qualifier, identifier)
    if said.rendering_npi:
        yield "NM1*82", f"NM1{E}82{E}1{E * 6}XX{E}{said.rendering_npi}{S}"


def _name(code: str, said: Name, qualifier: str, identifier: str) -> str:
    names = E.join((said.last, said.first, said.middle, said.prefix, said.suffix))
    end = f"{E}{qualifier}{E}{identifier}" if identifier else ""
    return f"NM1{E}{code}{E}{2 if said.organization else 1}{E}{names}{end}{S}"


def _days(said: ServicePayment) -> Iterable[tuple[str, str]]:
    if said.first and not said.last:
        # A DTM*150 that was kept alone is the first day already.
        yield "DTM*150", _dtm("472", said.first)
    elif said.last:
        if said.first:
            yield "DTM*150", _dtm("150", said.first)
        yield "DTM*151", _dtm("151", said.last)


def _dtm(code: str, on: date) -> str:
    return f"DTM{E}{code}{E}{day(on)}{S}"


def _references(rank: int, said: Iterable[Reference]) -> Rows:
    return [(rank, f"REF{E}{one.qualifier}{E}{one.value}{S}") for one in said]


def _amounts(rank: int, said: Iterable[Amount]) -> Rows:
    return [(rank, f"AMT{E}{one.qualifier}{E}{cents(one.cents)}{S}") for one in said]


def _quantities(rank: int, said: Iterable[Quantity]) -> Rows:
    return [(rank, f"QTY{E}{one.qualifier}{E}{one.value}{S}") for one in said]


def _tag(elements: tuple[str, ...]) -> str:
    code = code_of(list(elements), ":")
    return f"{elements[0]}*{code}" if code else elements[0]
