"""POST /claims with several claims, and what OpenAPI says of the door."""

from typing import Any

import httpx
import msgspec
import pytest

from services.intake.api.describing import EXAMPLE
from services.intake.domain.account.account import Ripen
from services.intake.domain.own import MOST_CLAIMS, read_own
from services.intake.store.claims import causes_of
from services.intake.tests.messages import FEEDS
from shared.claim.checking import write_claim
from shared.events import ClaimReceived
from shared.testing.app import Harness
from shared.testing.builders import a_claim

real = pytest.mark.real
JSON, LINES = "application/json", "application/x-ndjson"


async def post(intake: Harness, body: bytes, media: str = JSON, **headers: str) -> httpx.Response:
    return await intake.http.post("/claims", content=body, headers={"content-type": media, **headers})


def array(*items: bytes) -> bytes:
    return b"[" + b",".join(items) + b"]"


def claims(*numbers: int) -> list[bytes]:
    return [write_claim(a_claim(n)) for n in numbers]


@real
async def test_a_batch_is_taken_with_a_result_for_each_claim_in_order(intake: Harness) -> None:
    answer = await post(intake, array(*claims(1, 2, 3)))
    assert answer.status_code == 202
    body = answer.json()
    assert (body["taken"], body["refused"], [r["state"] for r in body["results"]]) == (3, 0, ["made"] * 3)
    await intake.quiet()
    assert {e.stream: e.event.claim.number for e in intake.said() if isinstance(e.event, ClaimReceived)} == {
        body["results"][n]["id"]: f"CF{n + 1:08d}" for n in range(3)
    }


@real
@pytest.mark.parametrize("media", [JSON, LINES])
async def test_one_claim_a_line_is_a_batch(intake: Harness, media: str) -> None:
    answer = await post(intake, b"\n".join(claims(1, 2)) + b"\n\n", media)
    assert [r["state"] for r in answer.json()["results"]] == ["made", "made"]


@real
async def test_a_bad_claim_does_not_stop_its_neighbours(intake: Harness) -> None:
    good, other = claims(1, 2)
    answer = await post(intake, array(good, b'{"charge": "x"}', b"7", other))
    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [r["status"] for r in results] == [202, 422, 422, 202]
    assert "/charge" in [e["pointer"] for e in results[1]["errors"]]
    (kept,) = (await intake.http.get("/inbox", params={"state": "partly"})).json()["messages"]
    assert (kept["made"], kept["refused"]) == (2, 2)
    shown = (await intake.http.get(f"/inbox/{kept['id']}")).json()
    assert "/1/charge" in [f["location"] for f in shown["findings"]]


@real
async def test_a_line_that_is_no_json_is_refused_alone(intake: Harness) -> None:
    answer = await post(intake, b"\n".join([*claims(1), b"{", *claims(2)]), LINES)
    assert [r["status"] for r in answer.json()["results"]] == [202, 400, 202]


@real
async def test_a_batch_of_which_nothing_is_taken_is_422(intake: Harness) -> None:
    answer = await post(intake, b"[{}, {}]")
    assert (answer.status_code, answer.json()["taken"]) == (422, 0)


@real
@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"[]", 422, "invalid-claim"),
        (b"[{]", 400, "not-json"),
        (b"[" * 5000, 400, "not-json"),
        (b"[1,]", 400, "not-json"),
    ],
)
async def test_what_is_no_batch_is_refused_as_a_whole(
    intake: Harness, body: bytes, status: int, slug: str
) -> None:
    answer = await post(intake, body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


@real
async def test_more_than_a_thousand_claims_are_413_and_none_is_taken(intake: Harness) -> None:
    answer = await post(intake, array(*[b"{}"] * MOST_CLAIMS, *claims(1)))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-many-claims")
    await intake.quiet()
    assert intake.said() == []


@real
async def test_a_thousand_claims_are_one_transaction(intake: Harness) -> None:
    answer = await post(intake, array(*claims(*range(1, MOST_CLAIMS + 1))))
    assert (answer.status_code, answer.json()["taken"]) == (202, MOST_CLAIMS)
    async with intake.ctx.db.connect() as tx:
        assert await tx.driver.fetchval("select count(distinct xmin::text) from claim") == 1


@real
async def test_the_same_batch_again_gets_the_stored_answer_and_makes_nothing(intake: Harness) -> None:
    first = await post(intake, array(*claims(1, 2)), **{"idempotency-key": "k"})
    again = await post(intake, array(*claims(1, 2)), **{"idempotency-key": "k"})
    other = await post(intake, array(*claims(3)), **{"idempotency-key": "k"})
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    await intake.quiet()
    assert len(intake.said()) == 2


@real
async def test_the_same_claim_twice_in_one_batch_is_made_once(intake: Harness) -> None:
    answer = await post(intake, array(*claims(1, 1)))
    assert [r["state"] for r in answer.json()["results"]] == ["made", "duplicate"]


@pytest.mark.parametrize("text", [b"{\n}\n{\n}", b'{"a": 1,\n"b": 2}', b"{", b"\n\n"])
def test_a_claim_that_is_written_over_several_lines_is_no_batch(text: bytes) -> None:
    assert read_own(text, "test", "", FEEDS).kind == "Claim"


@real
async def test_openapi_has_an_example_for_every_answer_and_its_claim_is_taken(intake: Harness) -> None:
    operation = (await intake.http.get("/openapi.json")).json()["paths"]["/claims"]["post"]
    media = operation["requestBody"]["content"][JSON]
    assert media["schema"]["oneOf"][0]["properties"]["coverages"]["items"]["properties"]["payer"][
        "properties"
    ]
    assert (await post(intake, msgspec.json.encode(EXAMPLE))).status_code == 202
    assert (await post(intake, msgspec.json.encode(media["examples"]["batch"]["value"]))).status_code == 202
    for status in ("202", "207", "400", "401", "403", "413", "415", "422", "429", "503"):
        assert examples(operation["responses"][status]), status


def examples(answer: dict[str, Any]) -> list[Any]:
    """All examples of one answer."""
    return [
        found
        for content in answer["content"].values()
        for found in (content.get("example"), content.get("examples"))
        if found
    ]


@real
async def test_the_answers_are_what_openapi_shows(intake: Harness) -> None:
    """For the answers that a test can bring about: the same type, title and fields."""
    described = (await intake.http.get("/openapi.json")).json()["paths"]["/claims"]["post"]["responses"]
    answers = [
        await post(intake, b"{"),
        await post(intake, b"", "text/plain"),
        await post(intake, array(*[b"{}"] * 1001)),
        await post(intake, b"{}", authorization="Bearer nobody"),
        await post(intake, array(*claims(1), b"{}")),
        await post(intake, write_claim(a_claim(2))),
    ]
    for answer in answers:
        shown = examples(described[str(answer.status_code)])[0]
        said = answer.json()
        assert set(shown) <= set(said)
        assert (shown.get("type"), shown.get("title")) == (said.get("type"), said.get("title"))


def test_only_the_first_that_is_asked_of_a_claim_of_ours_to_be_says_that_it_is_new() -> None:
    have = {b"old": "0198c0de-0000-7000-8000-000000000001"}
    causes = causes_of(have, [(key, Ripen(), "") for key in (b"made", b"old", b"made")])
    assert [cause.new for cause in causes] == [True, False, False]
    assert causes[0].stream == causes[2].stream
    assert causes[1].stream == have[b"old"]
    assert b"made" not in have
