"""Answers fetched from a mailbox on a real PostgreSQL: kept, understood once, archived; follow-up of what does not come."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.submitter import store
from services.submitter.domain.commands import Patience
from services.submitter.domain.envelope import look
from services.submitter.domain.files import file_id
from services.submitter.jobs import fetch
from services.submitter.routes import routes_of
from services.submitter.tests import partner
from services.submitter.tests.mailbox import MemoryMailbox
from services.submitter.tests.running import clear, names, some_claims, submitter
from shared.claim import uuid7
from shared.events import (
    AnswerOverdue,
    ClaimAccepted,
    ClaimCleared,
    ClaimPaid,
    ClaimRejected,
    PayerFileReceived,
)
from shared.testing.app import Harness
from shared.testing.clock import FixedClock
from shared.x12.types import Batch

FETCH = "fetch-clearinghouse"


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


class Sent:
    """A submitter whose first file is in the mailbox."""

    def __init__(self, harness: Harness, mailbox: MemoryMailbox, ids: list[str], batch: Batch) -> None:
        self.harness = harness
        self.mailbox = mailbox
        self.batch = batch
        by_number = dict(zip([claim.number for claim in some_claims(len(ids))], ids, strict=True))
        self.ids = [by_number[claim.number] for claim in batch.claims]
        """In the order of the file."""

    async def fetch(self, **files: bytes) -> None:
        self.mailbox.outbound |= {f"{name}.x12": data for name, data in files.items()}
        await self.harness.job(FETCH)

    async def states(self) -> list[str]:
        shown = [(await self.harness.http.get(f"/claims/{one}")).json() for one in self.ids]
        return [one["state"] for one in shown]

    async def files(self) -> list[dict[str, Any]]:
        return list((await self.harness.http.get("/files", params={"direction": "in"})).json()["files"])

    async def file(self, data: bytes) -> dict[str, Any]:
        response = await self.harness.http.get(f"/files/{file_id(hashlib.sha256(data).hexdigest())}")
        assert response.status_code == 200
        return dict(response.json())

    def advance(self, **by: float) -> None:
        assert isinstance(self.harness.clock, FixedClock)
        self.harness.clock.advance(timedelta(**by))


@asynccontextmanager
async def sent(url: str, count: int = 2, **settings: Any) -> AsyncIterator[Sent]:
    mailbox = MemoryMailbox()
    async with submitter(url, mailbox, **settings) as harness:
        ids = await clear(harness, *some_claims(count))
        await harness.job("batch")
        await harness.job("send-clearinghouse")
        (data,) = mailbox.inbound.values()
        yield Sent(harness, mailbox, ids, partner.batch_of(data))


async def test_every_hops_answer_moves_the_claims_forward_and_the_files_are_archived(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        await s.fetch(TA1=partner.ta1(s.batch))
        assert await s.states() == ["submitted", "submitted"]
        await s.fetch(ack=partner.ack(s.batch))
        assert await s.states() == ["acknowledged", "acknowledged"]
        await s.fetch(claims=partner.claim_answers(s.batch, ["A2", "A7"]))
        assert await s.states() == ["accepted", "rejected"]
        assert (s.mailbox.outbound, len(s.mailbox.archived)) == ({}, 3)
        assert [file["kinds"] for file in await s.files()] != []
        assert {file["kinds"] for file in await s.files()} == {"TA1", "999", "277CA"}
        assert all(file["problem"] == "" for file in await s.files())

        accepted = s.harness.said(s.ids[0])[-1].event
        assert isinstance(accepted, ClaimAccepted)
        assert accepted.payer_claim_number == f"ICN{s.batch.claims[0].number}"
        assert accepted.proof == date(2026, 3, 3)
        rejected = s.harness.said(s.ids[1])[-1].event
        assert isinstance(rejected, ClaimRejected)
        assert (rejected.hop, rejected.reasons[0].code, rejected.reasons[0].status) == (
            "clearinghouse",
            "A7",
            "164",
        )
        assert "member id" in rejected.reasons[0].words


async def test_claims_rules_3_7_answers_in_any_order_and_twice_come_to_the_same(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        clearinghouse = partner.claim_answers(s.batch, ["A1", "A1"], icn=False)
        payer = partner.claim_answers(s.batch, ["A2", "A2"], source="SBX01", number=600)
        await s.fetch(payer=payer)
        await s.fetch(ack=partner.ack(s.batch), clearinghouse=clearinghouse)
        again = partner.claim_answers(s.batch, ["A2", "A2"], source="SBX01", number=601)
        await s.fetch(payer=payer, again=again, ta1=partner.ta1(s.batch))
        assert await s.states() == ["accepted", "accepted"]
        assert Counter(names(s.harness)) == {"ClaimSubmitted": 2, "ClaimAccepted": 2}
        assert (await s.file(payer))["again"] == 1


async def test_a_999_that_refuses_the_set_rejects_all_its_claims_with_place_and_words(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        await s.fetch(ack=partner.ack(s.batch, "R"))
        assert await s.states() == ["rejected", "rejected"]
        said = s.harness.said(s.ids[0])[-1].event
        assert isinstance(said, ClaimRejected)
        assert (said.hop, said.reasons[0].place) == ("syntax", "2300/CLM")


async def test_a_ta1_that_refuses_the_interchange_rejects_its_claims_and_a_duplicate_note_does_not(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        await s.fetch(repeated=partner.ta1(s.batch, "R", "025"))
        assert await s.states() == ["submitted", "submitted"]
        await s.fetch(refused=partner.ta1(s.batch, "R", "009", number=777))
        assert await s.states() == ["rejected", "rejected"]


async def test_an_835_is_passed_on_once_whatever_its_name(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        data = partner.money(s.batch)
        await s.fetch(money=data)
        await s.fetch(other_name=data)
        parts = [each.event for each in s.harness.said() if isinstance(each.event, PayerFileReceived)]
        assert [(part.part, part.parts, part.content) for part in parts] == [(1, 1, data)]
        assert {each.stream for each in s.harness.said() if isinstance(each.event, PayerFileReceived)} == {
            parts[0].file
        }
        assert (await s.file(data))["again"] == 1
        assert len(s.mailbox.archived) == 2


async def test_an_unreadable_file_is_kept_flagged_and_stops_no_other(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        junk = b"%PDF-1.7 not X12 at all"
        cut = partner.ack(s.batch)[:-40]
        whole = partner.ack(s.batch)
        broken = whole[:48] + whole[105:106] + whole[49:]  # its ISA ends within itself
        s.mailbox.outbound |= {"a.x12": junk, "b.x12": cut, "bb.x12": broken}
        await s.harness.job(FETCH)
        assert len(s.mailbox.outbound) == 3  # may still be growing
        await s.fetch(c=partner.ack(s.batch))
        assert s.mailbox.outbound == {}
        assert await s.states() == ["acknowledged", "acknowledged"]
        for data in (junk, cut, broken):
            shown = await s.file(data)
            assert shown["state"] == "unreadable"
            assert all(trouble["problem"] and trouble["fix"] for trouble in shown["troubles"])
        async with s.harness.ctx.db.connect() as tx:
            kept = await store.read_content(tx, s.harness.ctx.seal, (await s.file(junk))["id"])
        assert kept == junk


async def test_an_interchange_that_comes_behind_a_whole_one_after_the_listing_is_taken_too(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        first = partner.ack(s.batch)
        both = first + partner.claim_answers(s.batch, ["A1", "A1"])
        s.mailbox.grows = {"a.x12": both}
        await s.fetch(a=first)
        assert await s.states() == ["accepted", "accepted"]
        assert list(s.mailbox.archived.values()) == [both]


async def test_a_277ca_that_disagrees_with_our_837_is_flagged_and_its_claims_are_answered(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        data = partner.claim_answers(s.batch, ["A2", "A2"], off_by=100)
        await s.fetch(claims=data)
        assert await s.states() == ["accepted", "accepted"]
        (trouble,) = (await s.file(data))["troubles"]
        assert "accepted amount" in trouble["problem"]


async def test_an_answer_to_a_file_that_is_not_ours_is_flagged_and_changes_nothing(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        other = replace(s.batch, header=replace(s.batch.header, interchange=99, group=99))
        data = partner.ack(other)
        await s.fetch(other=data)
        assert await s.states() == ["submitted", "submitted"]
        assert "did not send" in (await s.file(data))["troubles"][0]["problem"]


async def test_reliability_5_6_an_answer_proves_an_upload_of_unknown_outcome(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        ids = await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail["rename"] = "lost"
        await harness.job("send-clearinghouse")
        assert names(harness) == []
        (data,) = mailbox.inbound.values()
        s = Sent(harness, mailbox, ids, partner.batch_of(data))
        mailbox.inbound.clear()
        await s.fetch(ack=partner.ack(s.batch))
        assert await s.states() == ["acknowledged", "acknowledged"]
        assert Counter(names(harness)) == {"ClaimSubmitted": 2, "ClaimAcknowledged": 2}
        s.advance(minutes=10)
        await harness.job("send-clearinghouse")
        assert mailbox.calls.count("upload") == 1


async def test_a_crash_between_understanding_and_archiving_has_no_second_effect(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        s.mailbox.fail["archive"] = "before"
        await s.fetch(money=partner.money(s.batch))
        assert len(s.mailbox.outbound) == 1
        await s.harness.job(FETCH)
        assert s.mailbox.outbound == {}
        assert Counter(names(s.harness))["PayerFileReceived"] == 1


async def test_a_file_on_which_we_fail_is_put_off_and_stops_no_other(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        bad, good = partner.money(s.batch), partner.ack(s.batch)
        async with s.harness.ctx.db.begin() as tx:
            await tx.driver.execute(
                "insert into payer_files (id, version, heard, state, document, changed_at)"
                " values ($1::uuid, 0, '{0,0,0,0,0}', 'kept', 'not sealed', now())",
                file_id(hashlib.sha256(bad).hexdigest()),
            )
        await s.fetch(a_bad=bad, b_good=good)
        assert await s.states() == ["acknowledged", "acknowledged"]
        assert list(s.mailbox.outbound) == ["a_bad.x12"]


async def test_a_crash_between_keeping_and_understanding_is_made_good(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        data = partner.money(s.batch)
        fetching = fetch.Fetching("clearinghouse", _any_partner(s), s.mailbox, _patience())
        download = fetch.Download("money.x12", data, hashlib.sha256(data).hexdigest(), look(data))
        await fetching._keep(s.harness.ctx, [download])
        await s.fetch(money=data)
        assert Counter(names(s.harness))["PayerFileReceived"] == 1
        assert (await s.file(data))["again"] == 0


def _any_partner(s: Sent) -> Any:
    return routes_of(s.harness.ctx.settings).partners["clearinghouse"]


def _patience() -> Any:
    return Patience()


async def test_an_answer_about_a_parked_claim_waits_until_the_claim_is_released(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        async with s.harness.ctx.db.begin() as tx:
            await tx.driver.execute("update claims set parked = true where id = $1::uuid", s.ids[0])
        await s.fetch(ack=partner.ack(s.batch))
        assert await s.states() == ["submitted", "acknowledged"]
        assert len(s.mailbox.outbound) == 1
        async with s.harness.ctx.db.begin() as tx:
            await tx.driver.execute("update claims set parked = false where id = $1::uuid", s.ids[0])
        s.advance(minutes=2)
        await s.harness.job(FETCH)
        assert await s.states() == ["acknowledged", "acknowledged"]
        assert s.mailbox.outbound == {}


async def test_a_rejected_claim_comes_again_and_its_old_answers_do_not_touch_it(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        await s.fetch(claims=partner.claim_answers(s.batch, ["A7", "A2"]))
        await s.harness.hear("scrubber", s.ids[0], ClaimCleared(claim=s.batch.claims[0], rules="test"))
        await s.harness.quiet()
        await s.harness.job("batch")
        await s.harness.job("send-clearinghouse")
        await s.fetch(late=partner.claim_answers(s.batch, ["A7", "A2"], number=700))
        assert await s.states() == ["submitted", "accepted"]
        shown = (await s.harness.http.get(f"/claims/{s.ids[0]}")).json()
        assert shown["attempt"] == 2


async def test_features_d_every_hop_has_its_time_and_is_missed_once(postgres_url: str) -> None:
    async with sent(postgres_url, 1) as s:
        for hours in (0.9, 0.2, 0.0, 46.0, 2.0, 0.0, 28 * 24.0, 1.0):
            s.advance(hours=hours)
            await s.harness.job("follow-up")
        overdue = [each.event for each in s.harness.said() if isinstance(each.event, AnswerOverdue)]
        assert [event.hop for event in overdue] == ["syntax", "clearinghouse", "payer"]


async def test_a_payers_decision_ends_the_follow_up(postgres_url: str) -> None:
    async with sent(postgres_url, 1) as s:
        paid = ClaimPaid(
            payer="SBX01", payer_claim_number="ICN1", remittance=uuid7(), charge=1, paid=1, contractual=0, patient=0, other=0
        )  # fmt: skip
        await s.harness.hear("remittance", s.ids[0], paid)
        await s.harness.quiet()
        s.advance(days=90)
        await s.harness.job("follow-up")
        assert await s.states() == ["answered"]
        assert Counter(names(s.harness)) == {"ClaimSubmitted": 1}


async def test_a_partner_that_cannot_be_reached_is_trouble_and_no_error(postgres_url: str) -> None:
    async with sent(postgres_url, 1) as s:
        s.mailbox.fail["arrived"] = "before"
        await s.fetch(ack=partner.ack(s.batch))
        assert await s.states() == ["submitted"]
        await s.harness.job(FETCH)
        assert await s.states() == ["acknowledged"]


async def test_what_is_not_there_is_a_problem_404(postgres_url: str) -> None:
    async with sent(postgres_url, 1) as s:
        for path in ("/claims/nothing", f"/claims/{uuid7()}", "/files/x", f"/files/{uuid7()}"):
            response = await s.harness.http.get(path)
            assert response.status_code == 404
            assert response.headers["content-type"] == "application/problem+json"


async def test_one_of_our_files_shows_its_attempts_and_how_far_its_claims_are(postgres_url: str) -> None:
    async with sent(postgres_url) as s:
        await s.fetch(claims=partner.claim_answers(s.batch, ["A7", "A2"]))
        (row,) = (await s.harness.http.get("/files", params={"direction": "out"})).json()["files"]
        shown = (await s.harness.http.get(f"/files/{row['id']}")).json()
        assert shown["states"] == {"rejected": 1, "accepted": 1}
        assert [entry["outcome"] for entry in shown["log"]] == ["sent"]
