"""837 files: each claim for itself, the 999 or TA1 that answers, and the door."""

import asyncio
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.api.taking import STEP, VERY_LONG, has_small_steps, read_in_steps
from services.intake.domain.edi import read_x12
from services.intake.domain.inbound import Fate, Reading, Result
from services.intake.tests.messages import AT, FEED, FEEDS
from shared.claim import Claim, Contact, Name
from shared.events import ClaimReceived
from shared.testing.app import Harness
from shared.testing.builders import a_claim, an_institutional_claim
from shared.x12 import read, write_837
from shared.x12.types import Batch, ClaimAnswers, GroupAck, Header, InterchangeAck, Party


def batch(*claims: Claim, control: int = 7, transaction: str = "0001", **changes: object) -> Batch:
    header = Header(
        sender=Party(id="SPRHOSP"),
        receiver=Party(id="CLAIMFLOW"),
        interchange=control,
        group=control,
        transaction=transaction,
        at=datetime(2026, 10, 13, 8, 0, tzinfo=UTC),
    )
    header = msgspec.structs.replace(header, **changes)
    return Batch(
        header=header,
        kind=claims[0].kind,
        submitter=Name(last="SPRINGFIELD TEST HOSPITAL", organization=True),
        submitter_id="SPRHOSP",
        submitter_contact=Contact(name="EDI", numbers=(("TE", "5555550100"),)),
        receiver=Name(last="CLAIMFLOW", organization=True),
        receiver_id="CLAIMFLOW",
        batch=f"B{control}{transaction}",
        at=datetime(2026, 10, 13, 8, 0, tzinfo=UTC),
        claims=claims,
    )


def file_of(*numbers: int) -> bytes:
    return write_837([batch(*(a_claim(n) for n in numbers))])


def read_file(raw: bytes) -> Reading:
    return read_x12(raw, FEEDS, AT)


def answered(reading: Reading) -> tuple[int, tuple[object, ...]]:
    said = reading.reply(Result(message="m"))
    return said.status, read(said.body).transactions


def receipt_of(reading: Reading, *fates: Fate) -> ClaimAnswers:
    """The 277CA, which must have nothing against itself."""
    claims = tuple((f"c{n}", fate) for n, fate in enumerate(fates))
    found = read(reading.reply(Result(message="m", claims=claims)).receipt)
    assert list(found.findings) == []
    (said,) = found.transactions
    assert isinstance(said, ClaimAnswers)
    assert said.findings == ()
    return said


def set_codes(reading: Reading) -> list[str]:
    _, transactions = answered(reading)
    return [s.code for ack in transactions if isinstance(ack, GroupAck) for s in ack.sets]


def test_every_claim_of_a_file_is_read() -> None:
    reading = read_file(file_of(1, 2, 3))
    found = [(c.claim.number, c.claim.charge, len(c.claim.lines)) for c in reading.claims]
    assert found == [(a.number, a.charge, len(a.lines)) for a in (a_claim(n) for n in (1, 2, 3))]
    assert (reading.kind, reading.sender, reading.control, reading.refused) == (
        "837P",
        "SPRHOSP",
        "000000007",
        0,
    )


def test_an_institutional_file_is_read() -> None:
    reading = read_file(write_837([batch(an_institutional_claim(1))]))
    assert reading.kind == "837I"
    assert [c.claim.kind for c in reading.claims] == ["institutional"]


def test_a_good_file_is_answered_with_a_999_that_accepts_it() -> None:
    status, (ack,) = answered(read_file(file_of(1, 2)))
    assert status == 200
    assert isinstance(ack, GroupAck)
    assert (ack.code, ack.group, ack.included, ack.accepted) == ("A", 7, 1, 1)
    assert (ack.header.sender.id.strip(), ack.header.receiver.id.strip()) == ("CLAIMFLOW", "SPRHOSP")


def test_a_ta1_goes_before_the_999_where_isa14_asks_for_it() -> None:
    _, (ta1, ack) = answered(read_file(write_837([batch(a_claim(1), acknowledge=True)])))
    assert isinstance(ta1, InterchangeAck)
    assert (ta1.control, ta1.code, ta1.note) == (7, "A", "000")
    assert isinstance(ack, GroupAck)


def test_a_bad_claim_does_not_stop_its_neighbours() -> None:
    raw = file_of(1, 2, 3).replace(b"CLM*CF00000002*", b"CLM**")
    reading = read_file(raw)
    assert [c.claim.number for c in reading.claims] == ["CF00000001", "CF00000003"]
    assert reading.refused == 1
    assert [f for f in reading.findings if f.severity == "error"]
    assert set_codes(reading) == ["E"]


def test_a_claim_number_that_is_too_long_refuses_that_claim_only() -> None:
    reading = read_file(file_of(1, 2).replace(b"CLM*CF00000002*", b"CLM*CF00000002CF00000002CF*"))
    assert [c.claim.number for c in reading.claims] == ["CF00000001"]
    assert reading.refused == 1


def test_a_wrong_check_digit_is_the_scrubbers_matter_and_no_reason_to_refuse() -> None:
    claim = msgspec.structs.replace(
        a_claim(1), rendering=msgspec.structs.replace(a_claim(1).rendering, npi="1000200011")
    )
    reading = read_file(write_837([batch(claim)]))
    assert len(reading.claims) == 1
    assert set_codes(reading) == ["A"]


def test_a_broken_envelope_is_answered_with_a_ta1_and_takes_nothing() -> None:
    raw = file_of(1).replace(b"IEA*1*000000007", b"IEA*1*000000008")
    reading = read_file(raw)
    status, (ta1,) = answered(reading)
    assert status == 422
    assert isinstance(ta1, InterchangeAck)
    assert (ta1.control, ta1.code, ta1.note) == (7, "R", "022")
    assert (reading.claims, reading.refused) == ((), 1)


@pytest.mark.parametrize("raw", [b"", b"hello", b"ISA", b"ISA*00*", b"\x00" * 200])
def test_what_is_no_x12_is_answered_with_a_ta1(raw: bytes) -> None:
    reading = read_file(raw)
    _, (ta1,) = answered(reading)
    assert isinstance(ta1, InterchangeAck)
    assert ta1.code == "R"
    assert reading.refused == 1


def test_a_sender_without_a_feed_is_refused() -> None:
    from services.intake.domain.feed import Feeds

    feeds = Feeds([msgspec.structs.replace(FEED, senders={"x12": ("SOMEBODY",)})])
    reading = read_x12(file_of(1), feeds, AT)
    _, (ta1,) = answered(reading)
    assert isinstance(ta1, InterchangeAck)
    assert ta1.note == "006"
    assert [f.location for f in reading.findings if f.severity == "error"] == ["ISA06"]


def test_a_test_file_makes_no_claims_in_a_feed_of_production() -> None:
    reading = read_file(write_837([batch(a_claim(1), usage="T")]))
    _, (ta1,) = answered(reading)
    assert isinstance(ta1, InterchangeAck)
    assert ta1.note == "020"
    assert reading.claims == ()


def test_no_finding_of_a_file_repeats_a_value() -> None:
    reading = read_file(
        file_of(1).replace(b"*TESTA", b"*ZZTOP").replace(b"CLM*CF00000001*", b"CLM*" + b"ZZTOP" * 9 + b"*")
    )
    assert "ZZTOP" not in repr(reading.findings)


def test_each_claim_of_a_file_has_its_277ca() -> None:
    said = receipt_of(read_file(file_of(1, 2)), "made", "duplicate")
    assert [(c.number, c.accepted, c.statuses[0].category, c.statuses[0].charge) for c in said.claims] == [
        (a_claim(n).number, True, "A1", a_claim(n).charge) for n in (1, 2)
    ]
    assert [c.statuses[0].words for c in said.claims] == ["", "THE SAME CLAIM WAS HERE ALREADY"]
    assert (said.batch, said.accepted_count, said.rejected_count) == ("B70001", 2, None)
    assert said.accepted_cents == said.batch_statuses[0].charge == a_claim(1).charge + a_claim(2).charge
    assert (said.header.sender.id.strip(), said.header.receiver.id.strip()) == ("CLAIMFLOW", "SPRHOSP")


def test_a_bad_claim_is_rejected_in_the_277ca_with_the_reason_and_its_neighbours_are_not() -> None:
    said = receipt_of(read_file(file_of(1, 2, 3).replace(b"CLM*CF00000002*", b"CLM**")), "made", "made")
    assert [(c.number, c.accepted) for c in said.claims] == [
        ("CF00000001", True),
        ("0", False),
        ("CF00000003", True),
    ]
    rejected = said.claims[1].statuses[0]
    assert (rejected.action, rejected.category[0], rejected.status) == ("U", "A", "21")
    assert "CLM01" in rejected.words
    assert (said.accepted_count, said.rejected_count) == (2, 1)


def test_a_file_that_the_999_rejects_has_no_277ca() -> None:
    reading = read_file(file_of(1).replace(b"CLM*CF00000001*", b"CLM**"))
    assert reading.reply(Result(message="m")).receipt == b""
    assert set_codes(reading) == ["R"]


def test_every_277ca_has_a_control_number_of_its_own() -> None:
    raw = write_837([batch(a_claim(1)), batch(a_claim(2), transaction="0002")])
    said = read_file(raw).reply(Result(message="m", claims=(("a", "made"), ("b", "made")))).receipt
    numbers = [t.header.interchange for t in read(said).transactions if isinstance(t, ClaimAnswers)]
    assert len({7, *numbers}) == 3


def test_a_control_number_that_was_another_files_is_noted_and_the_file_taken() -> None:
    said = read_file(file_of(1)).reply(Result(message="m", conflict=True))
    ta1, ack = read(said.body).transactions
    assert isinstance(ta1, InterchangeAck)
    assert isinstance(ack, GroupAck)
    assert (ta1.control, ta1.code, ta1.note, ack.code) == (7, "E", "025", "A")


@given(st.data())
def test_any_change_of_a_file_gets_an_answer(data: st.DataObject) -> None:
    raw = bytearray(file_of(1, 2))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    reading = read_file(bytes(raw))
    said = reading.reply(Result(message="m"))
    assert said.body.startswith(b"ISA")
    assert said.status == (200 if reading.claims else 422)
    assert bool(reading.claims) or reading.refused > 0


async def post(intake: Harness, raw: bytes) -> httpx.Response:
    return await intake.http.post("/x12", content=raw, headers={"content-type": "application/edi-x12"})


@pytest.mark.real
async def test_the_claims_of_a_file_become_claims_once(intake: Harness) -> None:
    first, second = await post(intake, file_of(1, 2, 3)), await post(intake, file_of(1, 2, 3))
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/edi-x12"
    assert second.content == first.content
    await intake.quiet()
    said = intake.said()
    assert sorted(e.event.claim.number for e in said if isinstance(e.event, ClaimReceived)) == [
        "CF00000001", "CF00000002", "CF00000003",
    ]  # fmt: skip
    figures = (await intake.http.get("/summary")).json()
    assert (figures["messages"], figures["claims"], figures["duplicates"]) == (1, 3, 1)


@pytest.mark.real
async def test_the_277ca_of_an_uploaded_file_is_where_its_link_leads(intake: Harness) -> None:
    answer = await post(intake, file_of(1, 2))
    link = answer.headers["link"].partition(">")[0].removeprefix("<")
    found = await intake.http.get(link)
    assert (found.status_code, found.headers["content-type"]) == (200, "application/edi-x12")
    (said,) = read(found.content).transactions
    assert isinstance(said, ClaimAnswers)
    assert [c.number for c in said.claims] == ["CF00000001", "CF00000002"]
    assert (await intake.http.get("/x12/nothing/277ca")).status_code == 404


@pytest.mark.real
async def test_a_file_with_a_bad_claim_is_partly_taken_and_says_so_in_the_inbox(intake: Harness) -> None:
    await post(intake, file_of(1, 2).replace(b"CLM*CF00000002*", b"CLM**"))
    (kept,) = (await intake.http.get("/inbox", params={"state": "partly"})).json()["messages"]
    assert (kept["made"], kept["refused"], len(kept["claims"])) == (1, 1, 1)


@pytest.mark.real
async def test_a_file_of_many_claims_is_one_transaction(intake: Harness) -> None:
    answer = await post(intake, file_of(*range(1, 700)))
    assert answer.status_code == 200
    async with intake.ctx.db.connect() as tx:
        assert await tx.driver.fetchval("select count(distinct xmin::text) from claim") == 1
        assert await tx.driver.fetchval("select made from inbound") == 699
    await intake.quiet()
    assert len({e.stream for e in intake.said()}) == 699


@pytest.mark.parametrize("behind", [b"", b"\n" * VERY_LONG], ids=["long", "very long"])
async def test_a_file_that_is_read_in_steps_is_the_same_file(behind: bytes) -> None:
    raw = file_of(*range(1, 70)).replace(b"*CF00000003*", b"*CF00000003*X") + behind
    stepwise, whole = await read_in_steps(raw, FEEDS, AT), read_file(raw)
    assert (len(stepwise.claims), stepwise.refused) == (68, 1)
    assert (stepwise.claims, stepwise.findings) == (whole.claims, whole.findings)
    assert stepwise.reply(Result(message="m")) == whole.reply(Result(message="m"))


@pytest.mark.parametrize("separator", [b"*", b"|"])
def test_only_an_837_of_some_size_has_small_steps(separator: bytes) -> None:
    claims = file_of(1).replace(b"*", separator)
    assert has_small_steps(claims)
    assert not has_small_steps(claims.replace(b"ST%b837" % separator, b"ST%b999" % separator))
    assert not has_small_steps(claims + b"\n" * VERY_LONG)
    assert not has_small_steps(b"")


async def test_others_have_their_turn_after_every_step_of_a_file() -> None:
    raw, turns = file_of(*range(1, 200)), 0
    reading = asyncio.create_task(read_in_steps(raw, FEEDS, AT))
    while not reading.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > len(raw) // STEP > 2
