"""What the invented hospital sends is understood by the doors as what happened."""

from datetime import UTC, date, datetime

import pytest

from deploy.local.hospital.fhir import claim_resource
from deploy.local.hospital.hl7 import broken, dft
from deploy.local.hospital.visits import MISTAKES, visits
from deploy.local.hospital.x12 import file_837
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.own import read_own
from services.intake.settings import OWN_FEEDS, load_feeds
from services.intake.tests.messages import made
from shared.claim import Claim
from shared.claim.checking import write_claim
from shared.x12 import read

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = visits(300, seed=1, day=0, today=AT.date())
FEEDS = load_feeds(OWN_FEEDS)


def essence(claim: Claim) -> tuple[object, ...]:
    """What every door can say of a claim."""
    lines = tuple((line.code, line.charge, line.first, line.pointers) for line in claim.lines)
    payers = tuple((c.payer.id, c.subscriber.member_id) for c in claim.coverages)
    who = (claim.who.name.last, claim.who.birth, claim.who.sex, claim.who.address)
    npis = tuple(p.npi for p in (claim.billing, claim.rendering) if p)
    return (
        claim.number,
        claim.kind,
        claim.charge,
        claim.place,
        lines,
        payers,
        who,
        npis,
        len(claim.diagnoses),
    )


@pytest.mark.parametrize("visit", [v for v in DAY if v.door == "hl7"][:40], ids=lambda v: v.number)
def test_a_dft_says_what_happened(visit: object) -> None:
    told = visit.told  # type: ignore[attr-defined]
    reading = read_hl7(dft(told, "C1"), FEEDS, AT)
    assert not reading.findings
    assert essence(made(reading, FEEDS)[0]) == essence(told)


@pytest.mark.parametrize(
    "visit", [v for v in DAY if v.door == "fhir" and v.mistake != "sum"][:40], ids=lambda v: v.number
)
def test_a_fhir_claim_says_what_happened(visit: object) -> None:
    told = visit.told  # type: ignore[attr-defined]
    reading = read_fhir(claim_resource(told), "ehr", "", FEEDS)
    assert not [f for f in reading.findings if f.severity == "error"]
    assert essence(reading.claims[0].claim) == essence(told)


@pytest.mark.parametrize("visit", [v for v in DAY if v.door == "json"][:40], ids=lambda v: v.number)
def test_our_own_json_says_what_happened(visit: object) -> None:
    told = visit.told  # type: ignore[attr-defined]
    reading = read_own(write_claim(told), "ehr", "", FEEDS)
    assert not reading.findings
    assert essence(reading.claims[0].claim) == essence(told)


def test_an_837_says_what_happened() -> None:
    told = [v.told for v in DAY if v.door == "x12"]
    found = read(file_837(told, 1001, AT))
    heard = [essence(claim) for batch in found.transactions for claim in batch.claims]
    # an 837 is written in capitals
    assert [str(claim).upper() for claim in heard] == [str(essence(claim)).upper() for claim in told]


def test_a_broken_segment_is_refused() -> None:
    visit = next(v for v in DAY if v.mistake == "broken segment")
    reading = read_hl7(broken(dft(visit.told, "C1")), FEEDS, AT)
    assert reading.refused == 1


def test_the_same_seed_is_the_same_day_and_another_day_has_other_people() -> None:
    today = date(2026, 11, 20)
    assert visits(50, 7, 0, today) == visits(50, 7, 0, today)
    first = {v.truth.coverages[0].subscriber.member_id for v in visits(50, 7, 0, today)}
    assert not first & {v.truth.coverages[0].subscriber.member_id for v in visits(50, 7, 1, today)}


def test_twelve_in_a_hundred_visits_carry_a_mistake_of_every_kind() -> None:
    wrong = [v for v in DAY if v.mistake]
    assert len(wrong) == round(len(DAY) * MISTAKES)
    assert len({v.mistake for v in wrong}) == 7
    assert all(
        v.told != v.truth or v.mistake in {"sent twice", "registered twice", "broken segment"} for v in wrong
    )
