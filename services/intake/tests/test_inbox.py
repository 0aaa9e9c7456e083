"""The inbox and the desk: kept, findable, replayable; nothing is answered that is not stored; races end well."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from services.intake.app import build
from services.intake.domain.account.account import Fold
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Arrival
from services.intake.jobs import file_what_waited
from services.intake.settings import OWN_FEEDS, IntakeSettings, load_feeds
from services.intake.store import inbound
from services.intake.store.desk import Desk, NotStoredError
from services.intake.tests.messages import AT, FEEDS, dft
from services.intake.tests.talking import code_of
from shared.bus.types import Asks, Cause, Tx
from shared.claim import uuid7
from shared.claim.checking import write_claim
from shared.events import ClaimAmended, ClaimReceived
from shared.testing.app import SCOPES, TOKEN, Harness, settings_for, started
from shared.testing.builders import a_claim

pytestmark = pytest.mark.real


def arrival(raw: bytes) -> Arrival:
    return Arrival(uuid7(), raw, AT, read_hl7(raw, FEEDS, AT))


async def test_a_stored_message_is_found_by_its_control_id_with_original_answer_and_findings(
    intake: Harness,
) -> None:
    desk = Desk(FEEDS)
    await desk.take(intake.ctx, arrival(dft(MSH_10="GOOD")))
    taken = await desk.take(intake.ctx, arrival(dft(MSH_10="BAD", FT1_11="x")))
    (found,) = (await intake.http.get("/inbox", params={"control": "BAD"})).json()["messages"]
    assert (found["id"], found["state"], found["door"], found["feed"]) == (
        taken.message,
        "refused",
        "hl7",
        "springfield",
    )
    shown = (await intake.http.get(f"/inbox/{found['id']}")).json()
    assert shown["original"].encode() == dft(MSH_10="BAD", FT1_11="x")
    assert [f["location"] for f in shown["findings"]] == ["FT1-11[1]"]
    assert "MSA|AE|BAD" in shown["answer"]


async def test_a_list_is_read_page_by_page_newest_first(intake: Harness) -> None:
    desk = Desk(FEEDS)
    ids = [
        (await desk.take(intake.ctx, arrival(dft(MSH_10=f"M{n}", PID_18=f"A{n}")))).message for n in range(5)
    ]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await intake.http.get("/inbox", params={"limit": 2, "before": cursor})).json()
        seen += [m["id"] for m in page["messages"]]
        if not (cursor := page["next"]):
            break
    assert seen == ids[::-1]


@pytest.mark.parametrize("message", ["nothing", "00000000-0000-7000-8000-000000000000"])
async def test_what_is_not_there_is_not_found(intake: Harness, message: str) -> None:
    assert (await intake.http.get(f"/inbox/{message}")).status_code == 404
    assert (await intake.http.post(f"/inbox/{message}/replay")).status_code == 404


async def test_a_refused_message_becomes_a_claim_when_its_feed_is_mended_and_it_is_replayed(
    postgres_url: str, tmp_path: Path
) -> None:
    feed = tmp_path / "spr.yaml"
    whole = yaml.safe_load(Path("services/intake/feeds/springfield.yaml").read_text())
    feed.write_text(yaml.safe_dump({**whole, "processing": ["T"]}))
    async with started(build(settings_for(IntakeSettings, postgres_url, feeds=tmp_path))) as intake:
        feeds = load_feeds(tmp_path)
        taken = await Desk(feeds).take(intake.ctx, Arrival(uuid7(), dft(), AT, read_hl7(dft(), feeds, AT)))
        assert code_of(taken.answer.body.decode()) == ("AR", "MSG1")
    feed.write_text(yaml.safe_dump(whole))
    async with started(build(settings_for(IntakeSettings, postgres_url, feeds=tmp_path))) as intake:
        shown = (await intake.http.post(f"/inbox/{taken.message}/replay")).json()
        assert (shown["state"], shown["made"], shown["replays"]) == ("accepted", 1, 1)
        assert shown["findings"] == []
        await intake.quiet()
        (said,) = intake.said()
        assert isinstance(said.event, ClaimReceived)
        assert said.event.message == taken.message
        again = (await intake.http.post(f"/inbox/{taken.message}/replay")).json()
        assert (again["state"], again["made"], again["replays"]) == ("duplicate", 1, 2)
        repeated = await Desk(load_feeds(tmp_path)).take(intake.ctx, arrival(dft()))
        assert code_of(repeated.answer.body.decode()) == ("AA", "MSG1")
        await intake.quiet()
        assert len(intake.said()) == 1


async def test_messages_that_wait_together_are_one_transaction_in_their_order(intake: Harness) -> None:
    desk = Desk(FEEDS)
    first = arrival(dft(MSH_10="M1"))
    others = [arrival(dft(MSH_10=f"M{n}", FT1_11=f"{n}.00")) for n in range(2, 30)]
    taken = await asyncio.gather(*(desk.take(intake.ctx, a) for a in (first, arrival(first.raw), *others)))
    assert desk.transactions == 1
    assert [t.repeat for t in taken[:3]] == [False, True, False]
    await intake.quiet()
    said = intake.said()
    assert [each.version for each in said] == list(range(1, 30))
    assert [type(each.event) for each in said] == [ClaimReceived] + [ClaimAmended] * 28


async def test_two_processes_that_get_the_same_messages_at_once_make_each_claim_once(intake: Harness) -> None:
    desks = [Desk(FEEDS, most=3) for _ in range(4)]
    messages = [dft(MSH_10=f"M{n}", PID_18=f"A{n}") for n in range(12)]
    taken = await asyncio.gather(
        *(
            desk.take(intake.ctx, arrival(raw))
            for n, desk in enumerate(desks)
            for raw in messages[n:] + messages[:n]
        )
    )
    assert {code_of(t.answer.body.decode())[0] for t in taken} == {"AA"}
    assert len({t.message for t in taken}) == 12
    await intake.quiet()
    assert sorted(
        e.event.claim.number for e in intake.said() if isinstance(e.event, ClaimReceived)
    ) == sorted(f"A{n}" for n in range(12))


async def test_a_plan_from_the_first_day_finds_a_message_by_the_index(intake: Harness) -> None:
    async with intake.ctx.db.begin() as tx:
        await tx.driver.execute("set local plan_cache_mode = force_generic_plan")
        await tx.driver.execute(f"prepare seen as {inbound.SEEN}")
        plan = [row[0] for row in await tx.driver.fetch("explain execute seen(array['x'::bytea])")]
    assert "Seq Scan" not in " ".join(plan)
    assert any("Index Scan using inbound_once" in line for line in plan)


class Spoilt:
    """A bus on which one claim's decision fails."""

    def __init__(self, bus: Asks) -> None:
        self.begin = bus.begin
        self._bus = bus

    async def ask_in(self, tx: Tx, aggregate: Any, causes: Sequence[Cause]) -> list[Any]:
        if any(isinstance(c.what, Fold) and c.what.number == "SPOILT" for c in causes):
            raise ZeroDivisionError
        return await self._bus.ask_in(tx, aggregate, causes)


async def test_a_message_that_cannot_be_dealt_with_does_not_stop_its_neighbours(intake: Harness) -> None:
    ctx = replace(intake.ctx, bus=Spoilt(intake.ctx.bus))
    desk = Desk(FEEDS)
    messages = [dft(MSH_10=f"M{n}", PID_18=number) for n, number in enumerate(("A1", "SPOILT", "A2"))]
    results = await asyncio.gather(*(desk.take(ctx, arrival(m)) for m in messages), return_exceptions=True)
    assert [isinstance(r, NotStoredError) for r in results] == [False, True, False]
    await intake.quiet()
    assert len(intake.said()) == 2


@asynccontextmanager
async def away(harness: Harness) -> AsyncIterator[None]:
    """The inbound table is away: every transaction fails, as with a database that is down."""
    async with harness.ctx.db.connect() as tx:
        await tx.driver.execute("alter table inbound rename to away")
        yield
        await tx.driver.execute("alter table away rename to inbound")


@pytest.mark.parametrize(
    ("path", "media"), [("/claims", "application/json"), ("/fhir/Claim", "application/fhir+json")]
)
async def test_without_a_database_http_says_503_and_when_to_come_again(
    intake: Harness, path: str, media: str
) -> None:
    body, headers = write_claim(a_claim(1)), {"content-type": media}
    async with away(intake):
        answer = await intake.http.post(path, content=body, headers=headers)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    await intake.http.post("/claims", content=body, headers={"content-type": "application/json"})
    await intake.quiet()
    assert len(intake.said()) == 1


async def test_who_may_only_read_claims_may_not_read_the_inbox(postgres_url: str) -> None:
    settings = settings_for(IntakeSettings, postgres_url)
    grant = settings.tokens["test"].model_copy(
        update={"scopes": SCOPES - {"inbox:read", "inbox:write", "claims:write"}}
    )
    service = build(settings.model_copy(update={"tokens": {"test": grant}}))
    async with started(service) as intake:
        assert intake.http.headers["authorization"].endswith(TOKEN)
        for path in ("/inbox", f"/inbox/{uuid7()}"):
            assert (await intake.http.get(path)).status_code == 403
        assert (await intake.http.post(f"/inbox/{uuid7()}/replay")).status_code == 403
        assert (await intake.http.post("/claims", content=b"{}")).status_code == 403


def test_a_feed_file_that_cannot_be_used_is_named_with_its_field(tmp_path: Path) -> None:
    whole = yaml.safe_load(Path("services/intake/feeds/springfield.yaml").read_text())
    for change, words in (
        ({"facilty": "x"}, "facilty"),
        ({"classes": {"I": "dental"}}, "dental"),
        ({"hl7": {"line.chrage": {"from": ["FT1-11"]}}}, "line.chrage"),
        ({"hl7": {"line.charge": {"from": ["FT1/11"]}}}, "FT1/11"),
    ):
        (tmp_path / "a.yaml").write_text(yaml.safe_dump({**whole, **change}))
        with pytest.raises(ValueError, match=r"a\.yaml") as raised:
            load_feeds(tmp_path)
        assert words in str(raised.value)


def test_an_empty_folder_of_feeds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no feed file"):
        load_feeds(tmp_path)


def test_equal_claims_have_equal_bytes() -> None:
    assert write_claim(a_claim(1)) == write_claim(
        msgspec.json.decode(write_claim(a_claim(1)), type=type(a_claim(1)))
    )


async def test_what_is_said_of_a_parked_claim_waits_in_its_order_and_is_done_when_it_is_parked_no_more(
    intake: Harness,
) -> None:
    claims = [msgspec.structs.replace(a_claim(1), account=f"V{n}") for n in range(4)]

    async def send(number: int) -> dict[str, Any]:
        answer = await intake.http.post("/claims", json=msgspec.to_builtins(claims[number]))
        assert answer.status_code == 202
        return dict(answer.json())

    async def park(parked: bool) -> None:
        async with intake.ctx.db.begin() as tx:
            await tx.driver.execute("update claim set parked = $1", parked)

    assert (await send(0))["state"] == "made"
    await park(True)
    assert [(await send(n))["state"] for n in (1, 2)] == ["amended", "amended"]
    assert await file_what_waited(intake.ctx, FEEDS) == 0
    await park(False)
    assert (await send(3))["state"] == "amended"  # behind the two that wait
    await intake.quiet()
    assert [type(each.event) for each in intake.said()] == [ClaimReceived]
    assert await file_what_waited(intake.ctx, load_feeds(OWN_FEEDS)) == 3
    await intake.quiet()
    amended = [each.event.claim.account for each in intake.said() if isinstance(each.event, ClaimAmended)]
    assert amended == ["V1", "V2", "V3"]
    assert await file_what_waited(intake.ctx, FEEDS) == 0
