"""One wrong digit spoils a claim: numbers that carry their own check."""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter

from services.scrubber.rules.facts import Facts, Named
from services.scrubber.rules.rule import Defect, rule
from shared.claim import Claim, Line, npi_is_valid

_ROLES = {
    "billing": "2010AA",
    "rendering": "2310B",
    "supervising": "2310D",
    "service_facility": "2310C",
    "attending": "2310A",
    "operating": "2310B",
    "other_operating": "2310C",
}
_LINE_ROLES = {
    "rendering": "2420A",
    "purchased": "2420B",
    "service_facility": "2420C",
    "supervising": "2420D",
    "ordering": "2420E",
    "operating": "2420A",
    "other_operating": "2420B",
}
_of_claim = attrgetter(*_ROLES)
_of_line = attrgetter(*_LINE_ROLES)
_NOBODY = (None,) * len(_LINE_ROLES)
_npi_is_valid = lru_cache(100_000)(npi_is_valid)  # a hospital's providers come again and again
_is_taxonomy = lru_cache(10_000)(re.compile(r"[0-9]{3}[0-9A-Z]{6}X").fullmatch)


def providers(claim: Claim) -> tuple[Named, ...]:
    """Every provider of the claim with its JSON pointer and loop."""
    found: list[Named] = []
    for (field, loop), provider in zip(_ROLES.items(), _of_claim(claim), strict=True):
        if provider is not None:
            found.append((f"/{field}", loop, provider))
    for i, provider in enumerate(claim.referring):
        found.append((f"/referring/{i}", "2310A", provider))
    for i, line in enumerate(claim.lines):
        if line.referring or _of_line(line) != _NOBODY:  # most lines name none
            found += _line_providers(f"/lines/{i}", line)
    return tuple(found)


def _line_providers(place: str, line: Line) -> Iterator[Named]:
    for (field, loop), provider in zip(_LINE_ROLES.items(), _of_line(line), strict=True):
        if provider is not None:
            yield f"{place}/{field}", loop, provider
    for j, provider in enumerate(line.referring):
        yield f"{place}/referring/{j}", "2420F", provider


@rule(
    "SCR-0201",
    "NPI fails its check digit",
    fix="Compare the number with the provider registry; usually one digit is mistyped or two are swapped.",
    source="45 CFR 162.406; CMS NPI check digit (Luhn over 80840 + NPI)",
)
def npi(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for place, loop, provider in facts.providers:
        if provider.npi and not _npi_is_valid(provider.npi):
            yield Defect(
                f"{place}/npi", f"{loop}/NM109", "The NPI does not have ten digits with a right check digit."
            )


@rule(
    "SCR-0202",
    "Taxonomy code is malformed",
    fix="Use the ten-character code of the provider's specialty as registered with the NPI.",
    source="005010X222A1 PRV03",
)
def taxonomy(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for place, loop, provider in facts.providers:
        if provider.taxonomy and not _is_taxonomy(provider.taxonomy):
            yield Defect(
                f"{place}/taxonomy", f"{loop}/PRV03", "The taxonomy code is not nine characters and an X."
            )


@rule(
    "SCR-0203",
    "Member id is not of this payer's form",
    fix="Compare the number with the insurance card; a family member's suffix or a letter may be missing.",
    source="the payer's companion guide (services/scrubber/codes/payers.yaml)",
)
def member_id_form(claim: Claim, facts: Facts) -> Iterator[Defect]:
    member = claim.coverage.subscriber.member_id
    if member and not facts.book.payer(claim.payer).member_id.fullmatch(member):
        place = f"/coverages/{claim.billed}/subscriber/member_id"
        yield Defect(place, "2010BA/NM109", "The member id does not have the form that this payer issues.")


@rule(
    "SCR-0204",
    "State or ZIP code of the patient is malformed",
    fix="Use the two-letter state and a ZIP of five or nine digits.",
    source="005010X222A1 N402, N403",
)
def patient_zip(claim: Claim, facts: Facts) -> Iterator[Defect]:
    address = claim.who.address
    if address is None or address.country not in ("", "US"):
        return
    place = "/patient" if claim.patient is not None else f"/coverages/{claim.billed}/subscriber"
    if not (address.zip.isdigit() and len(address.zip) in (5, 9)):
        yield Defect(f"{place}/address/zip", "2010BA/N403", "The ZIP code does not have five or nine digits.")
    if not (len(address.state) == 2 and address.state.isalpha()):
        yield Defect(f"{place}/address/state", "2010BA/N402", "The state is not a two-letter code.")
