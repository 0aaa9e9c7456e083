"""Loops 2320 and 2330: the payers that this claim is not sent to, and what they decided."""

from shared.claim import Coverage, Name, PayerProvider, PriorDecision, Provider, Segment
from shared.x12.writing837.marks import E, S, adjustments, cents, day
from shared.x12.writing837.parties import address, name, person, reference, references
from shared.x12.writing837.ranks import Ranks, Rows, joined

_PROVIDER_LOOPS = {
    True: {"DN": "2330C", "P3": "2330C", "82": "2330D", "77": "2330E", "DQ": "2330F", "85": "2330G"},
    False: {
        "71": "2330C",
        "72": "2330D",
        "ZZ": "2330E",
        "77": "2330F",
        "82": "2330G",
        "DN": "2330H",
        "85": "2330I",
    },
}

_BILLING = ("G2", "LU")
_ORGANIZATION = Name(last="", organization=True)


def subscriber(ranks: Ranks, said: Coverage, relationship: str) -> str:
    """Write an SBR; only the professional guide asks for the insurance type."""
    policy = f"{said.group_number}{E}{said.group_name}{E}{said.insurance_type if ranks.professional else ''}"
    return f"SBR{E}{said.order}{E}{relationship}{E}{policy}{E}{E}{E}{E}{said.filing}{S}"


def other(ranks: Ranks, said: Coverage) -> str:
    """Write loop 2320 with all its inner loops."""
    places = ranks.loops["2320"]
    rows: Rows = [(0, subscriber(ranks, said, said.relationship))]
    if said.prior is not None:
        _prior(rows, places, said.prior)
    rows.append((places["OI"], f"OI{E}{E}{E}{said.assigned}{E}{said.signature}{E}{E}{said.release}{S}"))
    for one in said.amounts:
        rows.append(
            (places.get(f"AMT*{one.qualifier}", 999), f"AMT{E}{one.qualifier}{E}{cents(one.cents)}{S}")
        )
    ranks.keep(rows, "2320", said.extra)
    return (
        joined(rows)
        + person(ranks, "2330A", "IL", said.subscriber, said.extra)
        + _payer(ranks, said)
        + _providers(ranks, said)
    )


def _prior(rows: Rows, places: dict[str, int], said: PriorDecision) -> None:
    rows += [(places["CAS"], text) for text in adjustments(said.adjustments)]
    for code, value in (("D", said.paid), ("A8", said.noncovered), ("EAF", said.remaining)):
        if value is not None:
            rows.append((places[f"AMT*{code}"], f"AMT{E}{code}{E}{cents(value)}{S}"))
    for identifier, elements in (("MIA", said.inpatient), ("MOA", said.outpatient)):
        if elements:
            rows.append((places.get(identifier, 999), f"{identifier}{E}{E.join(elements)}{S}"))


def _payer(ranks: Ranks, said: Coverage) -> str:
    places = ranks.loops["2330B"]
    payer = said.payer
    rows: Rows = [(0, f"NM1{E}PR{E}2{E}{payer.name}{E}{E}{E}{E}{E}{payer.id_kind}{E}{payer.id}{S}")]
    address(rows, places, payer.address)
    if said.prior is not None and said.prior.on is not None:
        rows.append((places["DTP*573"], f"DTP{E}573{E}D8{E}{day(said.prior.on)}{S}"))
    references(rows, places, payer.references)
    control = said.prior.control_number if said.prior is not None else ""
    for code, value in (("G1", said.authorization), ("9F", said.referral), ("F8", control)):
        if value:
            rows.append((places[f"REF*{code}"], f"REF{E}{code}{E}{value}{S}"))
    references(rows, places, [one for one in said.references if one.qualifier not in _BILLING])
    ranks.keep(rows, "2330B", said.extra)
    return joined(rows)


def _providers(ranks: Ranks, said: Coverage) -> str:
    providers = said.providers
    own = tuple([one for one in said.references if one.qualifier in _BILLING])
    if own and not any(one.role == "85" for one in providers):
        # The billing provider's number with a payer: in 2010BB while that payer is billed, in a loop of its own afterwards.
        known = PayerProvider(role="85", provider=Provider(name=_ORGANIZATION, references=own))
        providers = (*providers, known)
    loops = _PROVIDER_LOOPS[ranks.professional]
    ordered = sorted(providers, key=lambda one: loops.get(one.role, "2330Z"))
    texts = []
    for one in ordered:
        texts.append(name(one.role, one.provider.name, "XX", one.provider.npi))
        texts += [reference(ref) for ref in one.provider.references]
    return "".join(texts)


def billed_payer(ranks: Ranks, said: Coverage, extra: tuple[Segment, ...]) -> str:
    """Write loop 2010BB."""
    places = ranks.loops["2010BB"]
    payer = said.payer
    rows: Rows = [(0, f"NM1{E}PR{E}2{E}{payer.name}{E}{E}{E}{E}{E}{payer.id_kind}{E}{payer.id}{S}")]
    address(rows, places, payer.address)
    references(rows, places, (*payer.references, *said.references))
    if extra:
        ranks.keep(rows, "2010BB", extra)
    return joined(rows)
