"""One claim of an 835 into segments (loops 2100 and 2110), with marks for the delimiters."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from shared.claim import Amount, Name, Quantity, Reference, Segment
from shared.x12.types import ClaimPayment, ServicePayment
from shared.x12.walker import code_of
from shared.x12.writing837.marks import C, E, S, adjustments, cents, day
from shared.x12.writing837.ranks import Ranks, Rows, joined

_NONE: Final = frozenset[str]()


def kept_tags(extra: Collection[Segment], loop: str) -> frozenset[str]:
    """Name the segments of a loop that were kept whole (``NM1*82``, ``BPR``): they are written instead of the fields' own."""
    if not extra:
        return _NONE
    return frozenset(_tag(segment.elements) for segment in extra if segment.loop == loop)


def claim_text(ranks: Ranks, said: ClaimPayment) -> str:
    """Write one claim: what opens its group, the claim, its lines."""
    lines = "".join([_line(ranks, line) for line in said.services])
    own = kept_tags(said.extra, "2100")
    parts = (
        "" if "CLP" in own else _clp(said),
        "".join(adjustments(said.adjustments)),
        _party(own, "QC", said.patient, "MI", said.patient_id),
        _party(own, "IL", said.subscriber, "MI", said.subscriber_id),
        _party(own, "74", said.corrected, "C", said.corrected_id),
        _rendering(own, said.rendering_npi),
        _party(own, "TT", said.forwarded_to, "PI", said.forwarded_to_id),
        f"MIA{E}{E.join(said.inpatient)}{S}" if said.inpatient else "",
        f"MOA{E}{E.join(said.outpatient)}{S}" if said.outpatient else "",
        _references(said.references),
        _dtm("232", said.first) + _dtm("233", said.last),
        _dtm("050", said.received),
        _amounts(said.amounts),
        _quantities(said.quantities),
    )
    if not said.extra:
        return "".join(parts) + lines
    opening: Rows = []
    ranks.keep(opening, "2000", said.extra)
    return joined(opening) + _with_kept(ranks, "2100", CLAIM_PARTS, parts, said.extra) + lines


def _line(ranks: Ranks, said: ServicePayment) -> str:
    own = kept_tags(said.extra, "2110")
    control = f"REF{E}6R{E}{said.control}{S}" if said.control else ""
    parts = (
        "" if "SVC" in own else _svc(said),
        _days(said, own),
        "".join(adjustments(said.adjustments)),
        control + _references(said.references),
        _amounts(said.amounts),
        _quantities(said.quantities),
        "".join([f"LQ{E}HE{E}{code}{S}" for code in said.remarks]),
    )
    return _with_kept(ranks, "2110", LINE_PARTS, parts, said.extra) if said.extra else "".join(parts)


CLAIM_PARTS = ("CLP", "CAS", "NM1*QC", "NM1*IL", "NM1*74", "NM1*82", "NM1*TT", "MIA", "MOA", "REF*1L", "DTM*232",
               "DTM*050", "AMT*AU", "QTY*CA")  # fmt: skip
LINE_PARTS = ("SVC", "DTM*472", "CAS", "REF*1S", "AMT*B6", "QTY*ZK", "LQ")
"""Where the parts of a claim and of a line stand, in the table's order: they need no sorting among themselves."""


def _with_kept(
    ranks: Ranks, loop: str, tags: Iterable[str], parts: Iterable[str], extra: Iterable[Segment]
) -> str:
    """The parts of a loop with its kept segments between them, each at its place."""
    places = ranks.loops[loop]
    rows = [(places[tag], text) for tag, text in zip(tags, parts, strict=True)]
    ranks.keep(rows, loop, extra)
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
        return C.join((kind, code, *(*modifiers, *[""] * 4)[:4], description))
    return C.join((kind, code, *modifiers))


def _party(own: Collection[str], code: str, said: Name | None, qualifier: str, identifier: str) -> str:
    if said is None or f"NM1*{code}" in own:
        return ""
    names = E.join((said.last, said.first, said.middle, said.prefix, said.suffix))
    end = f"{E}{qualifier}{E}{identifier}" if identifier else ""
    return f"NM1{E}{code}{E}{2 if said.organization else 1}{E}{names}{end}{S}"


def _rendering(own: Collection[str], npi: str) -> str:
    return f"NM1{E}82{E}1{E * 6}XX{E}{npi}{S}" if npi and "NM1*82" not in own else ""


def _days(said: ServicePayment, own: Collection[str]) -> str:
    if said.last is None:
        # A DTM*150 that was kept alone is the first day already.
        return "" if "DTM*150" in own else _dtm("472", said.first)
    first = "" if "DTM*150" in own else _dtm("150", said.first)
    return first if "DTM*151" in own else first + _dtm("151", said.last)


def _dtm(code: str, on: date | None) -> str:
    return f"DTM{E}{code}{E}{day(on)}{S}" if on else ""


def _references(said: Iterable[Reference]) -> str:
    return "".join([f"REF{E}{one.qualifier}{E}{one.value}{S}" for one in said])


def _amounts(said: Iterable[Amount]) -> str:
    return "".join([f"AMT{E}{one.qualifier}{E}{cents(one.cents)}{S}" for one in said])


def _quantities(said: Iterable[Quantity]) -> str:
    return "".join([f"QTY{E}{one.qualifier}{E}{one.value}{S}" for one in said])


def _tag(elements: tuple[str, ...]) -> str:
    code = code_of(list(elements), ":")
    return f"{elements[0]}*{code}" if code else elements[0]
