"""FHIR's table: what it says is so, tried element by element; a feed may say any line of it anew."""

import copy
import json
from typing import Any

import msgspec
import pytest

from services.intake.domain.feed import Feeds
from services.intake.domain.fhir.coverage import uses
from services.intake.domain.fhir.mapped import mapped, moves_of
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.inbound import Reading
from services.intake.domain.mapping import Rule, merged
from services.intake.domain.trial import differences
from services.intake.mappings import DocumentError, read_feed
from services.intake.tests.messages import FEED, FEEDS, TABLES
from services.intake.tests.resources import CLAIM, DOCTOR, changed
from services.intake.tests.test_mapping import SPRINGFIELD
from shared.claim import Claim


def coded(code: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"code": code, **more}]}


def whole(kind: str) -> dict[str, Any]:
    """The Claim with everything that the table names in it."""
    document = changed()
    document["contained"].append({**DOCTOR, "id": "doc2", "name": [{"family": "Other"}]})
    document["contained"][1]["identifier"][0]["value"] = "NEW1"  # one that the feed's payers do not rename
    document["type"]["coding"][0]["code"] = kind
    document["billablePeriod"] = {"start": "2026-10-11", "end": "2026-10-14"}
    document["insurance"][0]["coverage"] = {"reference": "#cov"}
    document["supportingInfo"] = [
        {"category": coded("admissionperiod"), "timingPeriod": {"start": "2026-10-11T08:00:00Z"}},
        {"category": coded("admtype"), "code": coded("3")},
        {"category": coded("pointoforigin"), "code": coded("1")},
        {"category": coded("discharge-status"), "code": coded("01")},
    ]
    document["diagnosis"][1] |= {"type": [coded("secondary")], "onAdmission": coded("y")}
    document["procedure"] = [
        {
            "sequence": 1,
            "date": "2026-10-12",
            "procedureCodeableConcept": coded("0DTJ4ZZ", system="urn:icd-10-pcs"),
        }
    ]
    roles = ("attending", "referring", "operating") if kind == "institutional" else ("primary", "referring")
    document["contained"].append({**DOCTOR, "id": "doc3", "name": [{"family": "Third"}]})
    document["careTeam"] = [
        {"sequence": n, "provider": {"reference": f"#doc{n if n > 1 else ''}"}, "role": coded(role)}
        for n, role in enumerate(roles, 1)
    ]
    document["item"][0] |= {
        "revenue": coded("0510"),
        "servicedPeriod": {"start": "2026-10-12", "end": "2026-10-13"},
    }
    del document["item"][0]["servicedDate"]
    return document


def read(document: dict[str, Any], feeds: Feeds = FEEDS) -> Reading:
    return read_fhir(json.dumps(document).encode(), "test", "", feeds)


def claim(document: dict[str, Any], feeds: Feeds = FEEDS) -> Claim:
    reading = read(document, feeds)
    assert reading.claims, reading.findings
    return reading.claims[0].claim


def bent(value: object) -> object:
    """Another value of the same form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return (
            value.replace("2026-10-1", "2026-10-2")
            if value.startswith("2026")
            else value[:-1] + ("8" if value[-1] == "7" else "7")
        )
    if isinstance(value, dict):
        return {name: bent(inner) for name, inner in value.items()}
    return [bent(inner) for inner in value] if isinstance(value, list) else value


NOT_TRIED = {
    "coverage.order",
    "diagnosis.system",
    "diagnosis.type",
    "coverage.relationship",
    "visit.kind",
    "line.ndc",
}
"""Codes and orders of a few values: bending one gives none; tests of their own are in test_fhir."""

INSTITUTIONAL = {
    "visit.admitted", "visit.discharged", "visit.admission_type", "visit.admission_source", "visit.status",
    "visit.attending", "visit.operating", "diagnosis.poa", "procedure.code", "procedure.day", "line.revenue_code",
}  # fmt: skip


@pytest.mark.parametrize("part", sorted(set(TABLES.fhir) - NOT_TRIED))
def test_the_element_that_the_table_names_fills_that_part_of_the_claim(part: str) -> None:
    """Bend the element, and the claim differs at the part's place, or is refused at that element."""
    document = whole("institutional" if part in INSTITUTIONAL else "professional")
    before = claim(document)
    other = copy.deepcopy(document)
    source = next((s for s in TABLES.fhir[part].sources or () if bend(other, s)), "")
    assert source, "the test's Claim says nothing there"
    reading = read(other)
    if not reading.claims:
        element = source.split(".")[1].partition("[")[0]
        assert any(element in f.location for f in reading.findings if f.severity == "error"), reading.findings
        return
    places = {place.replace("/", ".").strip(".") for place in differences(before, reading.claims[0].claim)}
    assert places, source


def bend(document: dict[str, Any], source: str) -> bool:
    """Bend what stands at a path of the table, by the same walk as a feed's own rules take."""
    kind, _, rest = source.partition(".")
    parent, _, last = rest.rpartition(".")
    found = False
    for resource in (document, *document["contained"]):
        if resource["resourceType"] != kind:
            continue
        for holder in reach(resource, parent.split(".") if parent else []):
            name = last.partition("[")[0]
            if name in holder:
                holder[name] = bent(holder[name])
                found = True
    return found


def reach(value: Any, steps: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [x for entry in value for x in reach(entry, steps)]
    if not steps:
        return [value]
    name, _, which = steps[0].partition("[")
    inner = value.get(name, [])
    if which:
        inner = [e for e in inner if which.rstrip("]") in json.dumps(e)]
    return reach(inner, steps[1:])


def anew(**rules: Rule) -> Feeds:
    said = {name.replace("__", "."): rule for name, rule in rules.items()}
    return Feeds([msgspec.structs.replace(FEED, fhir=merged(FEED.fhir, said))])


def test_a_feeds_own_codes_are_translated() -> None:
    feeds = anew(line__code=Rule(codes={"local1": "G0463"}), coverage__payer=Rule(codes={"OURS": "SBX02"}))
    document = changed(item_0_productOrService_coding_0_code="Local1", contained_1_identifier_0_value="ours")
    made = claim(document, feeds)
    assert (made.lines[0].code, made.coverages[0].payer.name) == ("G0463", "SANDBOX FULL PAY")


def test_a_part_may_stand_in_another_element_or_an_extension() -> None:
    document = changed()
    document["extension"] = [{"url": "urn:acct", "valueString": "ACC77"}]
    document["item"][0]["extension"] = [{"url": "urn:rev", "valueCode": "J3490"}]
    feeds = anew(
        account=Rule(sources=("Claim.extension[urn:acct].valueString",)),
        line__code=Rule(sources=("Claim.item.extension[urn:rev].valueCode",)),
    )
    made = claim(document, feeds)
    assert made.number == "ACC77"
    assert [line.code for line in made.lines] == ["J3490", "J1885"]


def test_a_default_fills_what_is_not_said() -> None:
    document = changed()
    del document["item"][0]["locationCodeableConcept"]
    assert claim(document, anew(visit__place=Rule(default="11"))).place == "11"


def test_without_rules_of_its_own_a_feed_reads_what_came() -> None:
    assert moves_of(FEED.fhir) == ()
    document = changed()
    assert mapped(copy.deepcopy(document), moves_of(FEED.fhir)) == document == CLAIM


def test_a_documents_elements_are_told_as_used_or_ignored() -> None:
    document = whole("institutional")
    document["item"][0]["bodySite"] = coded("left")
    document["supportingInfo"].append({"category": coded("other"), "code": coded("x")})
    told: dict[str, set[tuple[str, ...]]] = {}
    for use in uses(document, FEED.fhir):
        told.setdefault(use.place, set()).add(use.parts)
    assert told["Claim.item.net.value"] == {("line.charge",)}
    assert told["Claim.item.bodySite.coding.code"] == {()}
    assert told["Patient.address.city"] == {("patient.address",)}
    assert ("visit.admission_type",) in told["Claim.supportingInfo.code.coding.code"]
    assert () in told["Claim.supportingInfo.code.coding.code"]  # a category that nobody asks for
    assert told["Claim.status"] == {("(envelope)",)}


@pytest.mark.parametrize(
    ("rule", "key", "words"),
    [
        ("line.code: { from: [Coverage.id] }", "fhir.line.code.from", "Begin with Claim"),
        ("line.code: { from: [item.code] }", "fhir.line.code.from", "Type.element"),
        ("line.cod: { default: x }", "fhir.line.cod", "line.code"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_its_key(rule: str, key: str, words: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read_feed(f"{SPRINGFIELD}fhir:\n  {rule}\n", "mine.yaml", TABLES)
    assert (raised.value.line, raised.value.key) == (SPRINGFIELD.count("\n") + 2, key)
    assert words in str(raised.value)
