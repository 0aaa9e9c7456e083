"""The FHIR door whole: interactions, Bundles, conditional create, versions, reading back, and what it says of itself."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml

from services.intake.api.fhir.capability import statement
from services.intake.app import build
from services.intake.settings import OWN_FEEDS, IntakeSettings
from services.intake.tests.resources import CLAIM, GONE, PATIENT, bundled, changed
from services.intake.tests.test_fhir_accounts import ALL
from services.intake.tests.test_inbox import away
from shared.events import ClaimAmended, ClaimReceived
from shared.service.auth import hash_of
from shared.service.settings import Grant
from shared.testing.app import SCOPES, Harness, settings_for, started

pytestmark = pytest.mark.real
FHIR = {"content-type": "application/fhir+json"}


async def post(intake: Harness, path: str, body: object, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await intake.http.post(path, content=msgspec.json.encode(body), headers=FHIR | named)


def numbered(number: str, **changes: Any) -> dict[str, Any]:
    """The clean Claim under another number."""
    return changed(identifier_0_value=number, **changes)


def bundle(kind: str, *resources: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    entries = [{"resource": r, "request": {"method": method, "url": r["resourceType"]}} for r in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def statuses(answer: httpx.Response) -> list[str]:
    return [entry["response"]["status"][:3] for entry in answer.json()["entry"]]


def codes(answer: httpx.Response) -> list[str]:
    assert answer.json()["resourceType"] == "OperationOutcome", answer.text
    return [issue["code"] for issue in answer.json()["issue"]]


async def events(intake: Harness) -> list[type]:
    await intake.quiet()
    return [type(said.event) for said in intake.said()]


async def test_the_capability_statement_tells_the_truth(intake: Harness) -> None:
    del intake.http.headers["authorization"]
    told = (await intake.http.get("/fhir/metadata")).json()
    assert told == msgspec.json.decode(msgspec.json.encode(statement(intake.parts.app, intake.ctx.settings)))
    assert (told["fhirVersion"], told["rest"][0]["mode"]) == ("4.0.1", "server")
    listed = {
        (resource["type"], one["code"])
        for resource in told["rest"][0]["resource"]
        for one in resource["interaction"]
    }
    every = {"Claim", "ClaimResponse", "Patient", "Coverage", "ExplanationOfBenefit", "Observation"}
    for kind in every | {kind for kind, _ in listed}:
        for code, (method, path) in INTERACTIONS.items():
            answer = await intake.http.request(method, f"/fhir/{kind}{path}", headers=FHIR)
            # without a token a route that is there says 401, one that is not there 404 or 405
            assert (answer.status_code == 401) == ((kind, code) in listed), (kind, code)
    for operation in ("/fhir/Claim/$submit", "/fhir/$process-message", "/fhir"):
        assert (await intake.http.post(operation, headers=FHIR)).status_code == 401


INTERACTIONS = {
    "create": ("POST", ""),
    "read": ("GET", "/x"),
    "vread": ("GET", "/x/_history/1"),
    "search-type": ("GET", ""),
    "update": ("PUT", "/x"),
    "patch": ("PATCH", "/x"),
    "delete": ("DELETE", "/x"),
    "history-instance": ("GET", "/x/_history"),
}


async def test_a_submitted_claim_is_answered_by_a_claim_response(intake: Harness) -> None:
    one = await post(intake, "/fhir/Claim/$submit", CLAIM)
    said = one.json()
    assert (one.status_code, said["resourceType"], said["outcome"]) == (200, "ClaimResponse", "queued")
    assert said["request"]["identifier"]["value"] == "F0000001"
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": bundled()}]}
    again = (await post(intake, "/fhir/Claim/$submit", wrapped)).json()
    assert again["entry"][0]["resource"]["id"] == said["id"]
    assert await events(intake) == [ClaimReceived]


async def test_of_several_submitted_claims_each_has_its_own_fate(intake: Harness) -> None:
    bad = numbered("B2", item_0_productOrService=GONE)
    answer = await post(intake, "/fhir/Claim/$submit", bundle("collection", numbered("B1"), bad))
    good, refused = (entry["resource"] for entry in answer.json()["entry"])
    assert (good["outcome"], refused["outcome"]) == ("queued", "error")
    assert refused["error"][0]["itemSequence"] == 1
    assert "item[0].productOrService" in refused["error"][0]["code"]["text"]
    message = answer.headers["x-message-id"]
    read = await intake.http.get(f"/fhir/ClaimResponse/{message}")
    assert read.json()["outcome"] == "partial"
    alone = await post(intake, "/fhir/Claim/$submit", bad)
    assert (alone.status_code, codes(alone)[0]) == (422, "required")


async def test_a_transaction_is_taken_whole_or_not_at_all(intake: Harness) -> None:
    bad = bundle("transaction", numbered("T1"), numbered("T2", status="draft"))
    refused = await post(intake, "/fhir", bad)
    assert refused.status_code == 422
    assert refused.json()["issue"][-1]["expression"][0].startswith("Bundle.entry")
    assert await events(intake) == []
    good = bundled() | {"type": "transaction"}
    for entry in good["entry"]:
        entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
    taken = await post(intake, "/fhir", good)
    assert taken.json()["type"] == "transaction-response"
    assert statuses(taken) == ["202", "202", "202", "202", "201"]
    assert taken.json()["entry"][4]["response"]["location"].startswith("Claim/")
    assert await events(intake) == [ClaimReceived]


async def test_each_entry_of_a_batch_has_its_own_fate(intake: Harness) -> None:
    batch = bundle("batch", numbered("B1"), numbered("B2", use="preauthorization"), numbered("B3"))
    batch["entry"][2]["request"]["method"] = "DELETE"
    answer = await post(intake, "/fhir", batch)
    assert answer.json()["type"] == "batch-response"
    assert statuses(answer) == ["201", "422", "405"]
    assert await events(intake) == [ClaimReceived]


async def test_a_message_is_answered_by_a_message(intake: Harness) -> None:
    header = {
        "resourceType": "MessageHeader",
        "id": "m1",
        "eventUri": "urn:x",
        "source": {"endpoint": "urn:ehr"},
    }
    for path, claim, code in (
        ("/fhir", CLAIM, "ok"),
        ("/fhir/$process-message", numbered("M2", status=GONE), "fatal-error"),
    ):
        answer = (await post(intake, path, bundle("message", header, claim))).json()
        said = answer["entry"][0]["resource"]["response"]
        assert (answer["type"], said["identifier"], said["code"]) == ("message", "m1", code)
        assert answer["entry"][1]["fullUrl"] == said["details"]["reference"]
    assert await events(intake) == [ClaimReceived]


async def test_a_conditional_create_makes_nothing_twice(intake: Harness) -> None:
    wanted = {"if_none_exist": "identifier=urn:hospital|F0000001"}
    first = await post(intake, "/fhir/Claim", CLAIM, **wanted)
    changed_claim = changed(item_0_net_value=126.00, total=GONE)
    second = await post(intake, "/fhir/Claim", changed_claim, **wanted)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["location"] == first.headers["location"]
    await post(intake, "/fhir/Claim", numbered("F2"))
    other = await post(intake, "/fhir/Claim", numbered("F3"), if_none_exist="identifier=F0000001")
    assert (other.status_code, other.headers["location"] in first.headers["location"]) == (200, True)
    several = await post(intake, "/fhir/Claim", numbered("F4"), if_none_exist="identifier=F0000001,F2")
    assert (several.status_code, codes(several)) == (412, ["conflict"])
    unknown = await post(intake, "/fhir/Claim", numbered("F4"), if_none_exist="patient=Patient/1")
    assert (unknown.status_code, codes(unknown)) == (400, ["invalid"])
    assert await events(intake) == [ClaimReceived, ClaimReceived]


async def test_a_claim_is_read_back_as_it_was_sent_in_each_of_its_versions(intake: Harness) -> None:
    place = (await post(intake, "/fhir/Claim", CLAIM)).headers["location"]
    claim = place.removesuffix("/_history/1")
    await post(intake, "/fhir/Claim", changed(item_0_net_value=126.50, total=GONE))
    assert sorted(await events(intake), key=str) == [ClaimAmended, ClaimReceived]
    now, then = await intake.http.get(claim), await intake.http.get(place)
    assert (now.headers["etag"], then.headers["etag"]) == ('W/"2"', 'W/"1"')
    assert now.json()["item"][0]["net"]["value"] == 126.5
    same = {k: v for k, v in then.json().items() if k not in ("id", "meta")}
    assert same == {k: v for k, v in CLAIM.items() if k != "id"}
    assert (await intake.http.get(claim, headers={"if-none-match": 'W/"2"'})).status_code == 304
    for missing in (f"{claim}/_history/3", "/fhir/Claim/x", f"{claim}/_history/x"):
        assert codes(await intake.http.get(missing)) == ["not-found"]
    found = await intake.http.get("/fhir/Claim", params={"identifier": "urn:hospital|F0000001"})
    assert [e["resource"]["id"] for e in found.json()["entry"]] == [claim.rpartition("/")[2]]
    for query in ({"request": claim}, {"identifier": "F0000001"}, {"_id": claim.rpartition("/")[2]}):
        state = (await intake.http.get("/fhir/ClaimResponse", params=query)).json()
        assert (state["total"], state["entry"][0]["resource"]["outcome"]) == (1, "queued")


async def test_a_refused_claim_is_read_back_with_its_errors(intake: Harness) -> None:
    refused = await post(intake, "/fhir/Claim", changed(type=GONE))
    said = (await intake.http.get(f"/fhir/ClaimResponse/{refused.headers['x-message-id']}")).json()
    assert said["outcome"] == "error"
    assert "Claim.type" in said["error"][0]["code"]["text"]


@pytest.mark.parametrize(
    ("prefer", "body"), [("return=minimal", ""), ("handling=strict; return=representation", "Claim")]
)
async def test_prefer_says_how_much_is_answered(intake: Harness, prefer: str, body: str) -> None:
    answer = await post(intake, "/fhir/Claim", CLAIM, prefer=prefer)
    assert answer.status_code == 201
    assert (answer.json()["resourceType"] if answer.content else "") == body
    assert answer.headers["preference-applied"] in prefer
    if body:
        assert answer.json()["id"] in answer.headers["location"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/fhir/Claim/x", {"accept": "application/fhir+xml"}, 406),
        ("GET", "/fhir/Claim/x?_format=xml", {}, 406),
        ("GET", "/fhir/metadata", {"accept": "application/fhir+json; fhirVersion=5.0"}, 406),
        ("GET", "/fhir/metadata?_format=json", {"accept": "application/fhir+xml"}, 200),
        ("POST", "/fhir/Claim", {"content-type": "application/fhir+json; fhirVersion=3.0"}, 415),
        ("POST", "/fhir/Claim", {"content-type": "application/fhir+json; charset=latin1"}, 415),
        ("GET", "/fhir/ExplanationOfBenefit/1", {}, 404),
        ("GET", "/fhir/nothing/at/all", {}, 404),
        ("PUT", "/fhir/Claim/1", {}, 405),
        ("GET", "/fhir/Claim", {}, 400),
        ("GET", "/fhir/ClaimResponse?patient=1", {}, 400),
        ("GET", "/fhir/Claim", {"authorization": "Bearer nobody"}, 401),
        ("POST", "/fhir/Claim", {"content-length": "99999999999"}, 413),
    ],
)
async def test_every_answer_is_in_the_doors_own_format(
    intake: Harness, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await intake.http.request(method, path, headers=FHIR | headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    if status != 200:
        (issue,) = answer.json()["issue"]
        assert issue["details"]["text"]
        assert issue["diagnostics"]


async def test_a_bundle_without_a_claim_is_kept_as_facts_of_its_account(intake: Harness) -> None:
    encounter = {
        "resourceType": "Encounter", "id": "e1", "status": "in-progress", "class": {"code": "AMB"},
        "identifier": [{"value": "A77"}], "subject": {"reference": "Patient/pat"},
    }  # fmt: skip
    answer = await post(intake, "/fhir", bundle("transaction", PATIENT, encounter))
    assert statuses(answer) == ["202", "202"]
    alone = await post(intake, "/fhir/Encounter", encounter)
    assert alone.status_code == 202
    wrong = await post(intake, "/fhir/Encounter", PATIENT)
    assert (wrong.status_code, codes(wrong)) == (422, ["invalid"])
    page = (await intake.http.get("/inbox", params={"door": "fhir"})).json()
    assert [m["kind"] for m in page["messages"]] == ["Patient", "Encounter", "Bundle/transaction"]


async def test_too_much_at_once_and_no_database_are_said_by_an_outcome_with_a_time(postgres_url: str) -> None:
    settings = settings_for(IntakeSettings, postgres_url, mllp_port=0, requests_limit=1)
    async with started(build(settings)) as intake:
        inner: list[httpx.Response] = []

        async def slowly() -> AsyncIterator[bytes]:
            inner.append(await intake.http.get("/fhir/metadata"))
            yield msgspec.json.encode(CLAIM)

        async with away(intake):
            outer = await intake.http.post("/fhir/Claim", content=slowly(), headers=FHIR)
    for answer, status, code in ((inner[0], 429, "throttled"), (outer, 503, "transient")):
        assert (answer.status_code, codes(answer)) == (status, [code])
        assert int(answer.headers["retry-after"]) > 0


async def test_a_claim_of_an_account_is_no_claim_that_was_sent(intake: Harness) -> None:
    await post(intake, "/fhir", bundle("transaction", *ALL))
    await intake.quiet()
    (claim,) = {said.stream for said in intake.said()}
    assert codes(await intake.http.get(f"/fhir/Claim/{claim}")) == ["not-found"]


async def test_a_claim_of_another_facility_is_not_there(postgres_url: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        senders = {"fhir": [name]}
        told = yaml.safe_load((OWN_FEEDS / "springfield.yaml").read_text())
        told |= {"name": name, "facility": name, "senders": senders}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(told))
    grants = {n: Grant(sha256=hash_of(n), scopes=SCOPES) for n in ("one", "two")}
    settings = settings_for(IntakeSettings, postgres_url, mllp_port=0, feeds=tmp_path, tokens=grants)
    async with started(build(settings)) as intake:
        mine, theirs = ({"authorization": f"Bearer {name}"} for name in ("one", "two"))
        created = await post(intake, "/fhir/Claim", CLAIM, **mine)
        place = created.headers["location"].removesuffix("/_history/1")
        message = created.headers["x-message-id"]
        for path in (place, f"/fhir/ClaimResponse/{place[12:]}", f"/fhir/ClaimResponse/{message}"):
            assert (await intake.http.get(path, headers=mine)).status_code == 200
            assert (await intake.http.get(path, headers=theirs)).status_code == 404
        for query in ({"identifier": "F0000001"}, {"_id": place[12:]}):
            found = await intake.http.get("/fhir/Claim", params=query, headers=theirs)
            assert found.json()["total"] == 0
