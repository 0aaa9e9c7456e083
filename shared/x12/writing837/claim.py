"""Loop 2300: one claim, professional or institutional."""

from itertools import groupby

from shared.claim import Accident, Claim, Stay
from shared.x12.writing837 import facts
from shared.x12.writing837.coverage import other
from shared.x12.writing837.line import line
from shared.x12.writing837.marks import C, E, S, cents, day, span
from shared.x12.writing837.parties import providers, references
from shared.x12.writing837.ranks import Ranks, Rows, joined

_FAMILIES = {"ABK": "ABF", "BK": "ABF", "BF": "ABF"}
_SIZES = {"APR": 3, "PR": 3}


def claim(ranks: Ranks, said: Claim) -> str:
    """Write one claim with its lines."""
    places = ranks.loops["2300"]
    rows: Rows = [(0, _clm(ranks, said))]
    _identifiers(rows, places, said)
    _codes(ranks, rows, places, said)
    if ranks.professional:
        _professional(rows, places, said)
    else:
        _institutional(rows, places, said)
    if _has_more(said):
        _more(ranks, rows, places, said)
    parts = [joined(rows), _providers(ranks, said)]
    parts += [other(ranks, one) for at, one in enumerate(said.coverages) if at != said.billed]
    parts += [line(ranks, number, one) for number, one in enumerate(said.lines, 1)]
    return "".join(parts)


def _has_more(said: Claim) -> bool:
    return bool(
        said.dates or said.attachments or said.amounts or said.references or said.notes or said.conditions or said.extra
    )  # fmt: skip


def _more(ranks: Ranks, rows: Rows, places: dict[str, int], said: Claim) -> None:
    facts.periods(rows, places, said.dates)
    facts.attachments(rows, places, said.attachments)
    facts.amounts(rows, places, said.amounts)
    references(rows, places, said.references)
    facts.notes(rows, places, said.notes)
    facts.conditions(rows, places, said.conditions)
    ranks.keep(rows, "2300", said.extra)


def _clm(ranks: Ranks, said: Claim) -> str:
    bill = f"{said.place}{C}{'B' if ranks.professional else 'A'}{C}{said.frequency}"
    signature = ("Y" if said.provider_signature else "N") if ranks.professional else ""
    consent = f"{said.accepts_assignment}{E}{said.benefits_assigned}{E}{said.release}"
    head = f"CLM{E}{said.number}{E}{cents(said.charge)}{E}{E}{E}{bill}{E}{signature}{E}{consent}"
    if not (said.patient_signature or said.accident or said.special_program or said.delay_reason):
        return head + S
    delay = f"{E * 8}{said.delay_reason}" if said.delay_reason else ""
    return f"{head}{E}{said.patient_signature}{E}{_causes(said.accident)}{E}{said.special_program}{delay}{S}"


def _causes(said: Accident | None) -> str:
    if said is None or not said.causes:
        return ""
    causes = (*said.causes, "", "", "")[:3]
    return f"{C.join(causes)}{C}{said.state}{C}{said.country}"


def _identifiers(rows: Rows, places: dict[str, int], said: Claim) -> None:
    if said.original_reference:
        rows.append((places["REF*F8"], f"REF{E}F8{E}{said.original_reference}{S}"))
    if said.authorization:
        rows.append((places["REF*G1"], f"REF{E}G1{E}{said.authorization}{S}"))
    if said.referral:
        rows.append((places["REF*9F"], f"REF{E}9F{E}{said.referral}{S}"))
    if said.medical_record:
        rows.append((places["REF*EA"], f"REF{E}EA{E}{said.medical_record}{S}"))


def _codes(ranks: Ranks, rows: Rows, places: dict[str, int], said: Claim) -> None:
    if ranks.professional:
        pairs = [(one.qualifier, facts.diagnosis(one)) for one in said.diagnoses]
        facts.code_rows(rows, places, pairs, 12)
        if said.procedures:
            pairs = [(one.qualifier, facts.procedure(one)) for one in said.procedures]
            facts.code_rows(rows, places, pairs, 2)
        if said.codes:
            facts.code_rows(rows, places, [(one.qualifier, facts.coded(one)) for one in said.codes], 12)
        return
    pairs = [(one.qualifier, facts.diagnosis(one)) for one in said.diagnoses]
    pairs += [(one.qualifier, facts.procedure(one)) for one in said.procedures]
    pairs += [(one.qualifier, facts.coded(one)) for one in said.codes]
    for qualifier, group in groupby(pairs, key=lambda pair: pair[0]):
        facts.code_rows(rows, places, list(group), _SIZES.get(qualifier, 12))


def _professional(rows: Rows, places: dict[str, int], said: Claim) -> None:
    if said.accident is not None and said.accident.on is not None:
        rows.append((places["DTP*439"], f"DTP{E}439{E}D8{E}{day(said.accident.on)}{S}"))
    if said.patient_paid is not None:
        rows.append((places["AMT*F5"], f"AMT{E}F5{E}{cents(said.patient_paid)}{S}"))
    facts.ambulance(rows, places, said.ambulance)


def _institutional(rows: Rows, places: dict[str, int], said: Claim) -> None:
    if said.first is not None:
        rows.append((places["DTP*434"], f"DTP{E}434{E}RD8{E}{span(said.first, said.last or said.first)}{S}"))
    if said.stay is not None:
        _stay(rows, places, said.stay)


def _stay(rows: Rows, places: dict[str, int], said: Stay) -> None:
    if said.discharge_hour:
        rows.append((places["DTP*096"], f"DTP{E}096{E}TM{E}{said.discharge_hour}{S}"))
    if said.admitted is not None:
        when = (
            f"DT{E}{day(said.admitted)}{said.admission_hour}"
            if said.admission_hour
            else f"D8{E}{day(said.admitted)}"
        )
        rows.append((places["DTP*435"], f"DTP{E}435{E}{when}{S}"))
    if said.admission_type or said.admission_source or said.status:
        rows.append(
            (places["CL1"], f"CL1{E}{said.admission_type}{E}{said.admission_source}{E}{said.status}{S}")
        )
    if said.drg:
        rows.append((places["HI*DR"], f"HI{E}DR{C}{said.drg}{S}"))


def _providers(ranks: Ranks, said: Claim) -> str:
    if ranks.professional:
        referring = zip(("2310A",) * 3, ("DN", "P3", "P3"), said.referring, strict=False)
        others = (
            ("2310B", "82", said.rendering), ("2310C", "77", said.service_facility), ("2310D", "DQ", said.supervising),
            ("2310E", "PW", said.pickup), ("2310F", "45", said.dropoff),
        )  # fmt: skip
        return providers(ranks, (*referring, *others), said.extra)
    single = (
        ("2310A", "71", said.attending), ("2310B", "72", said.operating), ("2310C", "ZZ", said.other_operating),
        ("2310D", "82", said.rendering), ("2310E", "77", said.service_facility),
    )  # fmt: skip
    return providers(ranks, (*single, *(("2310F", "DN", one) for one in said.referring)), said.extra)
