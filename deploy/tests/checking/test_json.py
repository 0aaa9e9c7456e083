"""`claimflow check` over FHIR and our own JSON: one document, an array, one a line; one defect at a time at its place."""

import json
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from deploy.local.checking.commands import check, explain
from deploy.local.checking.json import Fhir, Own
from deploy.local.checking.registry import pages
from services.intake.tests.resources import CLAIM, GONE, bundled, changed
from shared.claim.checking import write_claim
from shared.testing.builders import a_claim

app = typer.Typer()
app.command()(check)
app.command()(explain)

OWN = write_claim(a_claim(1))


def run(raw: bytes | dict[str, Any], *words: str) -> dict[str, Any]:
    data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    result = CliRunner().invoke(app, ["check", "--json", *words, "-"], input=data)
    told: dict[str, Any] = json.loads(result.stdout_bytes)
    assert result.exit_code == (told["verdict"] == "refused")
    assert all(found["code"] in pages() for found in told["findings"])
    return told


def lines(*documents: bytes) -> bytes:
    return b"\n".join(documents) + b"\n"


def plain(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("document", [CLAIM, bundled()])
def test_a_resource_that_makes_a_claim_is_accepted(document: dict[str, Any]) -> None:
    told = run(document)
    assert told["kind"] == "fhir"
    assert {f["path"].rpartition(".")[2] for f in told["findings"]} <= {
        "provider"
    }  # which does not come along here
    assert told["verdict"] in ("accepted", "warnings")
    assert [(t["type"], t["claims"]) for t in told["transactions"]] == [(document["resourceType"], 1)]


def test_resources_one_a_line_are_told_one_by_one() -> None:
    bad = plain(changed(type=GONE))
    told = run(lines(plain(CLAIM), bad, b"", plain(CLAIM)))
    assert [t["verdict"] == "refused" for t in told["transactions"]] == [False, True, False]
    assert [t["segments"] for t in told["transactions"]] == [[1, 1], [2, 2], [4, 4]]
    assert [(f["path"], f["segment"]) for f in told["findings"] if f["severity"] == "error"] == [
        ("Claim.type", 2)
    ]


def test_a_claim_of_ours_is_accepted_alone_in_an_array_and_one_a_line() -> None:
    for raw, count in ((OWN, 1), (b"[" + OWN + b"," + OWN + b"]", 2), (lines(OWN, OWN, OWN), 3)):
        told = run(raw)
        assert (told["kind"], told["verdict"]) == ("json", "accepted")
        assert [(t["type"], t["claims"]) for t in told["transactions"]] == [("Claim", 1)] * count


@pytest.mark.parametrize(
    ("raw", "kind", "code", "path"),
    [
        (OWN[:-20], "json", "CLM-SYNTAX", ""),
        (OWN.replace(b'"charge":', b'"chrage":', 1), "json", "CLM-UNKNOWN-FIELD", "/chrage"),
        (OWN.replace(b'"kind":"professional"', b'"kind":"dental"', 1), "json", "CLM-VALUE", "/kind"),
        (plain(CLAIM)[:-20], "fhir", "FHIR-STRUCTURE", ""),
        (plain(changed(type=GONE)), "fhir", "FHIR-REQUIRED", "Claim.type"),
        (plain(changed(patient={"reference": "#nobody"})), "fhir", "FHIR-NOT-FOUND", "Claim.patient"),
    ],
)
def test_one_defect_is_refused_at_its_place(raw: bytes, kind: str, code: str, path: str) -> None:
    told = run(raw)
    assert (told["kind"], told["verdict"]) == (kind, "refused")
    assert (code, path) in [(f["code"], f["path"]) for f in told["findings"]]


def test_broken_json_says_the_byte_where_it_breaks() -> None:
    (found,) = run(OWN.replace(b'"charge":', b'"charge" ', 1))["findings"]
    assert found["offset"] == OWN.index(b'"charge":') + len('"charge" ')


def test_fhir_in_xml_is_known_and_refused() -> None:
    told = run(b'<Patient xmlns="http://hl7.org/fhir"/>')
    assert (told["kind"], told["verdict"]) == ("fhir", "refused")


@given(st.binary(max_size=80), st.integers(0, 400))
def test_no_bytes_are_met_with_an_exception(noise: bytes, at: int) -> None:
    for checker, raw in ((Own(), OWN), (Fhir(), plain(CLAIM))):
        assert list(checker.check([raw[:at] + noise + raw[at:]]))
