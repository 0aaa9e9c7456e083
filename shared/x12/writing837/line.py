"""Loop 2400: one service line."""

from shared.claim import Drug, Line, LineDecision, Reference, Segment
from shared.x12.writing837 import facts
from shared.x12.writing837.marks import C, E, S, adjustments, cents, day, span
from shared.x12.writing837.parties import providers, reference, references
from shared.x12.writing837.ranks import Ranks, Rows, joined


def line(ranks: Ranks, number: int, said: Line) -> str:
    """Write one line with its inner loops; ``number`` is LX01."""
    text = f"LX{E}{number}{S}{_service(ranks, said)}"
    served = _served(said)
    control = f"REF{E}6R{E}{said.control}{S}" if said.control else ""
    if _has_more(said):
        places = ranks.loops["2400"]
        rows: Rows = [(1, text), (places["DTP*472"], served), (places["REF*6R"], control)]
        _more(ranks, rows, places, said)
        text = joined(rows)
    else:
        text += served + control
    if said.drug is not None:
        text += _drug(said.drug)
    if _has_providers(said):
        text += _providers(ranks, said)
    for decision in said.decisions:
        text += _decision(decision)
    return text + _forms(ranks, said.extra) if said.extra else text


def _served(said: Line) -> str:
    if said.first is None:
        return ""
    when = f"RD8{E}{span(said.first, said.last)}" if said.last else f"D8{E}{day(said.first)}"
    return f"DTP{E}472{E}{when}{S}"


def _service(ranks: Ranks, said: Line) -> str:
    composite = procedure(said.code_kind, said.code, said.modifiers, said.description) if said.code else ""
    if not ranks.professional:
        noncovered = "" if said.noncovered is None else cents(said.noncovered)
        money = f"{cents(said.charge)}{E}{said.unit}{E}{said.units}{E}{E}{noncovered}"
        return f"SV2{E}{said.revenue_code}{E}{composite}{E}{money}{S}"
    pointers = C.join([str(p) for p in said.pointers])
    head = f"SV1{E}{composite}{E}{cents(said.charge)}{E}{said.unit}{E}{said.units}{E}{said.place}{E}{E}{pointers}"
    if not (said.emergency or said.epsdt or said.family_planning or said.copay_exempt):
        return head + S
    flags = f"{'Y' * said.emergency}{E}{E}{'Y' * said.epsdt}{E}{'Y' * said.family_planning}"
    return f"{head}{E}{E}{flags}{E}{E}{E}{'0' * said.copay_exempt}{S}"


def procedure(kind: str, code: str, modifiers: tuple[str, ...], description: str) -> str:
    """Write a procedure composite (C003)."""
    if not modifiers and not description:
        return f"{kind}{C}{code}"
    padded = (*modifiers, "", "", "", "")[: max(4, len(modifiers))]
    return f"{kind}{C}{code}{C}{C.join(padded)}{C}{description}"


def _has_more(said: Line) -> bool:
    return bool(
        said.authorization or said.referral or said.references or said.dates or said.quantities or said.amounts
        or said.conditions or said.notes or said.attachments or said.extra or said.equipment or said.ambulance
    )  # fmt: skip


def _more(ranks: Ranks, rows: Rows, places: dict[str, int], said: Line) -> None:
    if said.equipment is not None:
        gear = said.equipment
        money = f"{cents(gear.rental)}{E}{cents(gear.purchase)}{E}{gear.frequency}"
        rows.append((places.get("SV5", 999), f"SV5{E}HC{C}{gear.code}{E}DA{E}{gear.days}{E}{money}{S}"))
    facts.attachments(rows, places, said.attachments)
    facts.ambulance(rows, places, said.ambulance)
    facts.conditions(rows, places, said.conditions)
    facts.periods(rows, places, said.dates)
    for one in said.quantities:
        if one.unit:
            rows.append((places.get("MEA", 999), f"MEA{E}{one.unit}{E}{one.qualifier}{E}{one.value}{S}"))
        else:
            rows.append((places.get(f"QTY*{one.qualifier}", 999), f"QTY{E}{one.qualifier}{E}{one.value}{S}"))
    for code, value in (("G1", said.authorization), ("9F", said.referral)):
        if value:
            rows.append((places.get(f"REF*{code}", 999), f"REF{E}{code}{E}{value}{S}"))
    references(rows, places, said.references)
    facts.amounts(rows, places, said.amounts)
    facts.notes(rows, places, said.notes)
    ranks.keep(rows, "2400", said.extra)


def _drug(said: Drug) -> str:
    text = f"LIN{E}{E}{said.kind}{E}{said.ndc}{S}"
    if said.quantity or said.unit:
        text += f"CTP{E}{E}{E}{E}{said.quantity}{E}{said.unit}{S}"
    if said.prescription:
        text += reference(Reference(said.prescription_kind or "XZ", said.prescription))
    return text


def _has_providers(said: Line) -> bool:
    """Nearly no line names its own: the claim's stand for it."""
    return bool(
        said.rendering or said.purchased or said.service_facility or said.supervising or said.ordering
        or said.referring or said.operating or said.other_operating or said.pickup or said.dropoff
    )  # fmt: skip


def _providers(ranks: Ranks, said: Line) -> str:
    if ranks.professional:
        before = (
            ("2420A", "82", said.rendering), ("2420B", "QB", said.purchased), ("2420C", "77", said.service_facility),
            ("2420D", "DQ", said.supervising), ("2420E", "DK", said.ordering),
        )  # fmt: skip
        referring = zip(("2420F",) * 3, ("DN", "P3", "P3"), said.referring, strict=False)
        behind = (("2420G", "PW", said.pickup), ("2420H", "45", said.dropoff))
        return providers(ranks, (*before, *referring, *behind), said.extra)
    single = (
        ("2420A", "72", said.operating), ("2420B", "ZZ", said.other_operating), ("2420C", "82", said.rendering),
    )  # fmt: skip
    return providers(ranks, (*single, *(("2420D", "DN", one) for one in said.referring)), said.extra)


def _decision(said: LineDecision) -> str:
    composite = procedure(said.code_kind, said.code, said.modifiers, said.description) if said.code else ""
    head = f"SVD{E}{said.payer_id}{E}{cents(said.paid)}{E}{composite}{E}{said.revenue_code}{E}{said.units}"
    text = f"{head}{E}{said.bundled_into}{S}{''.join(adjustments(said.adjustments))}"
    if said.on is not None:
        text += f"DTP{E}573{E}D8{E}{day(said.on)}{S}"
    if said.remaining is not None:
        text += f"AMT{E}EAF{E}{cents(said.remaining)}{S}"
    return text


def _forms(ranks: Ranks, extra: tuple[Segment, ...]) -> str:
    """Loop 2440 repeats: its segments keep the order they were read in."""
    forms: Rows = []
    for segment in extra:
        if segment.loop == "2440":
            one: Rows = []
            ranks.keep(one, "2440", (segment,))
            forms += one
    return "".join([text for _, text in forms])
