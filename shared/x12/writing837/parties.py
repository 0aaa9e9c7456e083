"""Names, addresses, providers and people, as segments."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from shared.claim import Address, Contact, Name, Person, Provider, Reference, Segment
from shared.x12.writing837.marks import C, E, S, day
from shared.x12.writing837.ranks import Ranks, Rows, joined


def name(code: str, who: Name, kind: str = "", identifier: str = "") -> str:
    """Write an NM1."""
    entity = "2" if who.organization else "1"
    head = f"NM1{E}{code}{E}{entity}{E}{who.last}{E}{who.first}{E}{who.middle}{E}{who.prefix}{E}{who.suffix}"
    return f"{head}{E}{kind}{E}{identifier}{S}" if identifier else head + S


def reference(said: Reference) -> str:
    """Write a REF."""
    further = f"{E}{E}2U{C}{said.payer}" if said.payer else ""
    return f"REF{E}{said.qualifier}{E}{said.value}{further}{S}"


def contact(said: Contact) -> str:
    """Write a PER."""
    numbers = "".join([f"{E}{kind}{E}{number}" for kind, number in said.numbers])
    return f"PER{E}IC{E}{said.name}{numbers}{S}"


def address(rows: Rows, places: dict[str, int], said: Address | None) -> None:
    """Write N3 and N4, where the loop has them."""
    if said is None or "N4" not in places:
        return
    if said.line1 or said.line2:
        second = f"{E}{said.line2}" if said.line2 else ""
        rows.append((places["N3"], f"N3{E}{said.line1}{second}{S}"))
    abroad = f"{E}{said.country}{E}{E}{E}{said.subdivision}" if said.country or said.subdivision else ""
    rows.append((places["N4"], f"N4{E}{said.city}{E}{said.state}{E}{said.zip}{abroad}{S}"))


def references(rows: Rows, places: dict[str, int], said: Sequence[Reference]) -> None:
    """Write the REF segments of a loop; one that the loop has no place for goes last, for the judge to see."""
    for one in said:
        rows.append((places.get(f"REF*{one.qualifier}", 999), reference(one)))


def providers(
    ranks: Ranks, roles: Iterable[tuple[str, str, Provider | None]], extra: Sequence[Segment]
) -> str:
    """Write the loops of those providers that are there: ``(loop, NM101, provider)`` in the guide's order."""
    return "".join([provider(ranks, loop, code, one, extra) for loop, code, one in roles if one is not None])


def provider(ranks: Ranks, loop: str, code: str, said: Provider, extra: Sequence[Segment] = ()) -> str:
    """Write one provider's loop. Address, taxonomy, tax id and contacts are left out where the guide does not ask for them."""
    return _provider(ranks, loop, code, said, extra) if extra else _again(ranks, loop, code, said)


@lru_cache(maxsize=2048)
def _again(ranks: Ranks, loop: str, code: str, said: Provider) -> str:
    """One of the few hundred providers of a hospital: written for the first of their claims."""
    return _provider(ranks, loop, code, said, ())


def _provider(ranks: Ranks, loop: str, code: str, said: Provider, extra: Sequence[Segment]) -> str:
    places = ranks.loops[loop]
    kind, identifier, further = _identified(places, said)
    rows: Rows = [(0, name(code, said.name, kind, identifier))]
    if said.taxonomy and "PRV" in places:
        role = "AT" if loop == "2310A" and not ranks.professional else "PE"
        rows.append((places["PRV"], f"PRV{E}{role}{E}PXC{E}{said.taxonomy}{S}"))
    if said.address is not None:
        address(rows, places, said.address)
    if said.tax_id and (tax_id := f"REF*{said.tax_id_kind or 'EI'}") in places:
        rows.append((places[tax_id], f"REF{E}{tax_id[4:]}{E}{said.tax_id}{S}"))
    if further:
        references(rows, places, further)
    if said.contacts and "PER*IC" in places:
        rows += [(places["PER*IC"], contact(one)) for one in said.contacts]
    if extra:
        ranks.keep(rows, loop, extra)
    return joined(rows)


def _identified(places: dict[str, int], said: Provider) -> tuple[str, str, Sequence[Reference]]:
    """NM108, NM109 and what is left for REF: without an NPI, a number that the loop has no REF for stood in the NM1."""
    if not said.npi and said.references:
        first = said.references[0]
        if not first.payer and f"REF*{first.qualifier}" not in places and "REF" not in places:
            return first.qualifier, first.value, said.references[1:]
    return "XX", said.npi, said.references


def person(ranks: Ranks, loop: str, code: str, said: Person, extra: Sequence[Segment] = ()) -> str:
    """Write a patient's or subscriber's name loop; what the guide does not ask of that person there is left out.

    A patient below a subscriber (2010CA) has no number of their own; of another payer's subscriber (2330A) birth, sex and
    telephone are nobody's business.
    """
    places = ranks.loops[loop]
    identifier = "" if loop == "2010CA" else said.member_id
    rows: Rows = [(0, name(code, said.name, said.member_id_kind, identifier))]
    if said.address is not None:
        address(rows, places, said.address)
    if (said.birth is not None or said.sex) and "DMG" in places:
        birth = day(said.birth) if said.birth is not None else ""
        rows.append((places["DMG"], f"DMG{E}{'D8' if birth else ''}{E}{birth}{E}{said.sex}{S}"))
    if said.references:
        references(rows, places, said.references)
    if said.contact is not None and "PER*IC" in places:
        rows.append((places["PER*IC"], contact(said.contact)))
    if extra:
        ranks.keep(rows, loop, extra)
    return joined(rows)


def patient_facts(relationship: str, said: Person) -> str:
    """Write a PAT, empty when it would say nothing."""
    if not (relationship or said.death or said.weight or said.pregnant):
        return ""
    death = f"D8{E}{day(said.death)}" if said.death else E
    weight = f"01{E}{said.weight}" if said.weight else E
    return f"PAT{E}{relationship}{E}{E}{E}{E}{death}{E}{weight}{E}{'Y' if said.pregnant else ''}{S}"
