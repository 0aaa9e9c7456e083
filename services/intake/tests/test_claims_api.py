"""POST /claims on a real database: answers, duplicates, amendments, the inbox."""

from typing import Any

import httpx
import msgspec
import pytest

from shared.claim import Claim
from shared.claim.checking import number_lines, write_claim
from shared.events import ClaimAmended, ClaimReceived
from shared.testing.app import Harness
from shared.testing.builders import a_claim

pytestmark = pytest.mark.real


async def post(intake: Harness, claim: Claim | bytes, **headers: str) -> httpx.Response:
    body = claim if isinstance(claim, bytes) else write_claim(claim)
    return await intake.http.post(
        "/claims", content=body, headers={"content-type": "application/json", **headers}
    )


async def test_a_claim_is_taken_with_its_location_and_said_once(intake: Harness) -> None:
    answer = await post(intake, a_claim(1))
    assert answer.status_code == 202
    claim = answer.json()["id"]
    assert answer.headers["location"] == f"/claims/{claim}"
    await intake.quiet()
    (said,) = intake.said()
    assert said.stream == claim
    assert isinstance(said.event, ClaimReceived)
    assert said.event.claim == number_lines(a_claim(1))
    assert said.event.message == answer.json()["message"]


async def test_the_same_body_again_gets_the_stored_answer_and_makes_nothing(intake: Harness) -> None:
    first, second = await post(intake, a_claim(1)), await post(intake, a_claim(1))
    assert second.content == first.content
    assert second.status_code == 202
    assert second.headers["idempotency-replayed"] == "true"
    await intake.quiet()
    assert len(intake.said()) == 1
    assert (await intake.http.get("/summary")).json()["duplicates"] == 1


async def test_an_idempotency_key_with_another_content_is_refused_and_kept(intake: Harness) -> None:
    await post(intake, a_claim(1), **{"idempotency-key": "k1"})
    answer = await post(intake, a_claim(2), **{"idempotency-key": "k1"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
    await intake.quiet()
    assert len(intake.said()) == 1
    refused = (await intake.http.get("/inbox", params={"state": "refused", "conflict": True})).json()[
        "messages"
    ]
    assert len(refused) == 1


async def test_an_idempotency_key_of_a_refused_claim_may_be_used_for_the_mended_one(intake: Harness) -> None:
    assert (await post(intake, b"{}", **{"idempotency-key": "k1"})).status_code == 422
    assert (await post(intake, a_claim(1), **{"idempotency-key": "k1"})).status_code == 202


async def test_the_same_claim_number_with_another_content_amends_the_claim(intake: Harness) -> None:
    first = await post(intake, a_claim(1))
    second = await post(intake, a_claim(1, lines=3))
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["state"] == "amended"
    await intake.quiet()
    received, amended = intake.said()
    assert (received.version, amended.version) == (1, 2)
    assert isinstance(amended.event, ClaimAmended)
    assert len(amended.event.claim.lines) == 3


async def test_the_same_claim_in_other_bytes_is_a_duplicate(intake: Harness) -> None:
    await post(intake, a_claim(1))
    again = await post(intake, msgspec.json.format(write_claim(a_claim(1))))
    assert again.json()["state"] == "duplicate"
    await intake.quiet()
    assert len(intake.said()) == 1


async def test_a_bad_claim_is_answered_with_every_place_and_kept(intake: Harness) -> None:
    document: dict[str, Any] = msgspec.json.decode(write_claim(a_claim(1)))
    document["charge"] = "12"
    document["lines"][0]["frist"] = "2026-01-01"
    answer = await post(intake, msgspec.json.encode(document))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/charge", "/lines/0/frist"}
    kept = (await intake.http.get(answer.json()["instance"])).json()
    assert kept["state"] == "refused"
    assert kept["original"].encode() == msgspec.json.encode(document)
    assert {f["place"] for f in kept["findings"]} == {"/charge", "/lines/0/frist"}
    await intake.quiet()
    assert intake.said() == []


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422), (b"\xff", 400), (b"", 400)])
async def test_a_body_that_is_no_claim_is_refused(intake: Harness, body: bytes, status: int) -> None:
    assert (await post(intake, body)).status_code == status


async def test_another_content_type_is_refused(intake: Harness) -> None:
    answer = await intake.http.post("/claims", content=b"x", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_a_stranger_is_refused(intake: Harness) -> None:
    answer = await intake.http.post("/claims", content=b"{}", headers={"authorization": "Bearer nobody"})
    assert answer.status_code == 401


async def test_the_trace_of_the_request_goes_on_in_the_event(intake: Harness) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await post(intake, a_claim(1), traceparent=parent)
    await intake.quiet()
    assert intake.said()[0].traceparent.split("-")[1] == parent.split("-")[1]


async def test_the_summary_counts_claims_refusals_duplicates_and_cents(intake: Harness) -> None:
    await post(intake, a_claim(1))
    await post(intake, a_claim(1))
    await post(intake, a_claim(2))
    await post(intake, b"{")
    figures = (await intake.http.get("/summary")).json()
    wanted = {
        "messages": 3,
        "claims": 2,
        "refused": 1,
        "duplicates": 1,
        "cents": a_claim(1).charge + a_claim(2).charge,
    }
    assert {name: figures[name] for name in wanted} == wanted


async def test_no_number_name_or_member_id_stands_in_the_clear_in_the_database(intake: Harness) -> None:
    claim = a_claim(1)
    await post(intake, claim)
    async with intake.ctx.db.connect() as tx:
        rows = [await tx.driver.fetch(f"select t::text from {table} t") for table in ("inbound", "claim")]
    text = str([[r[0] for r in table] for table in rows])
    for secret in (claim.number, claim.who.name.last, claim.coverage.subscriber.member_id):
        assert secret not in text
        assert secret.encode().hex() not in text
