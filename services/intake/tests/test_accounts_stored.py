"""Accounts in the database: messages in any order become claims, are held with reasons, billed in time, followed to the payer."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from services.intake.app import build
from services.intake.domain.account.account import Ripen
from services.intake.domain.account.facts import Facts, Merge, Visit
from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Answer, Arrival, Reading, Result
from services.intake.jobs import bill_due
from services.intake.settings import IntakeSettings
from services.intake.store.desk import Desk
from services.intake.tests.hospital import (
    ADA,
    CODED,
    FEED,
    HOLDING,
    INPATIENT,
    START,
    Telling,
    charge,
    credit,
    insured,
)
from shared.bus.types import Asks, Tx
from shared.claim import uuid7
from shared.events import (
    ClaimAmended,
    ClaimCancelled,
    ClaimPaid,
    ClaimReceived,
    ClaimSubmitted,
    Controls,
    PatientMerged,
)
from shared.testing.app import Harness, settings_for, started
from shared.testing.builders import a_claim
from shared.testing.clock import FixedClock

pytestmark = pytest.mark.real

HOLDING_FEEDS = Feeds([HOLDING])
PROMPT_FEEDS = Feeds([FEED])


@pytest.fixture
async def intake(postgres_url: str) -> AsyncIterator[Harness]:
    """Intake on the day of the visits."""
    service = build(settings_for(IntakeSettings, postgres_url, mllp_port=0))
    async with started(service, clock=FixedClock(START)) as harness:
        yield harness


def arrival(*facts: Facts) -> Arrival:
    """A message that was read into these facts."""

    def reply(result: Result) -> Answer:
        return Answer(body=msgspec.json.encode(result.claims))

    raw = msgspec.json.encode(facts)
    reading = Reading("hl7", "DFT^P03", "A|B", facts[0].control, reply, FEED.name, facts=facts)
    return Arrival(uuid7(), raw, START, reading)


async def sent(intake: Harness, desk: Desk, *messages: Facts) -> list[Any]:
    """These messages, each in a transaction of its own; what became of their claims."""
    return [msgspec.json.decode((await desk.take(intake.ctx, arrival(one))).answer.body) for one in messages]


async def journal(intake: Harness) -> list[str]:
    await intake.quiet()
    return [type(each.event).__name__ for each in intake.said()]


async def accounts(intake: Harness, **query: str) -> list[dict[str, Any]]:
    answer = await intake.http.get("/accounts", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["accounts"]
    return found


async def shown(intake: Harness, number: str) -> dict[str, Any]:
    (row,) = await accounts(intake, facility="springfield", number=number)
    answer = await intake.http.get(f"/accounts/{row['id']}")
    assert answer.status_code == 200, answer.text
    account: dict[str, Any] = answer.json()
    return account


async def test_charges_before_registration_and_discharge_before_coding_make_the_claim_with_the_last_of_them(
    intake: Harness,
) -> None:
    t = Telling()
    told = [
        t("registered", visit=INPATIENT, patient=ADA, coverages=insured()),
        t("charged", charge("T1")),
        t("discharged", visit=Visit(closed=START.date())),
        t("coded", diagnoses=CODED),
    ]
    desk = Desk(PROMPT_FEEDS)
    assert await sent(intake, desk, told[1], told[2]) == [[], []]
    account = await shown(intake, "A1")
    assert [reason["why"] for reason in account["waits"]] == ["class", "patient", "uncoded", "uninsured"]
    (claims,) = (await sent(intake, desk, told[3], told[0]))[1:]
    assert [fate for _, fate in claims] == ["made"]
    assert await journal(intake) == ["ClaimReceived"]
    account = await shown(intake, "A1")
    assert (account["state"], account["waits"], len(account["messages"])) == ("billed", [], 4)
    assert [(c["number"], c["state"], c["id"]) for c in account["claims"]] == [
        ("A1", "received", claims[0][0])
    ]
    assert account["charges"][0]["stands"]


async def test_what_became_of_its_claims_stands_with_each_message(intake: Harness) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    await sent(
        intake, desk, t.visit(), t("charged", charge("T2", 5000)), t.visit(), t("cancelled"), t("updated")
    )
    rows = (await intake.http.get("/inbox")).json()["messages"][::-1]
    assert [(r["state"], r["made"], r["amended"], r["duplicates"], r["cents"]) for r in rows] == [
        ("accepted", 1, 0, 0, 10000),
        ("accepted", 0, 1, 0, 0),
        ("duplicate", 0, 0, 1, 0),
        ("accepted", 0, 1, 0, 0),
        ("kept", 0, 0, 0, 0),
    ]
    assert len({r["claims"][0] for r in rows[:4]}) == 1
    assert await journal(intake) == ["ClaimReceived", "ClaimAmended", "ClaimCancelled"]
    summary = (await intake.http.get("/summary")).json()
    assert (summary["open_claims"], summary["charges"]) == (0, 0)


async def test_the_bill_hold_ends_by_the_services_clock_and_bills_once(intake: Harness) -> None:
    t, desk = Telling(), Desk(HOLDING_FEEDS)
    await sent(intake, desk, t.visit(), t.visit(account="A2"), t.visit(account="A3", diagnoses=None))
    assert {a["waits"][0] for a in await accounts(intake, state="held")} == {"hold"}
    assert [a["due"] for a in await accounts(intake, waits="hold")] == ["2026-10-15"] * 3
    assert await bill_due(intake.ctx, HOLDING_FEEDS) == 0
    intake.clock.advance(timedelta(days=3))
    assert await bill_due(intake.ctx, HOLDING_FEEDS) == 3
    assert await bill_due(intake.ctx, HOLDING_FEEDS) == 0
    assert await journal(intake) == ["ClaimReceived"] * 2
    assert [a["waits"] for a in await accounts(intake, state="held")] == [["uncoded"]]


async def test_two_processes_bill_what_is_due_once(intake: Harness) -> None:
    desk = Desk(HOLDING_FEEDS)
    await sent(intake, desk, *(Telling(f"A{n}").visit() for n in range(30)))
    intake.clock.advance(timedelta(days=3))
    await asyncio.gather(*(bill_due(intake.ctx, HOLDING_FEEDS) for _ in range(3)))
    assert await bill_due(intake.ctx, HOLDING_FEEDS) == 0
    assert await journal(intake) == ["ClaimReceived"] * 30


class Spoilt:
    """A bus on which one account's bill hold cannot be ended."""

    def __init__(self, bus: Asks, account: str) -> None:
        self.begin = bus.begin
        self._bus, self._account = bus, account

    async def ask_in(self, tx: Tx, aggregate: Any, causes: Any) -> list[Any]:
        if any(isinstance(c.what, Ripen) and c.stream == self._account for c in causes):
            raise ZeroDivisionError
        return await self._bus.ask_in(tx, aggregate, causes)


async def test_an_account_that_cannot_be_billed_does_not_stop_the_others(intake: Harness) -> None:
    desk = Desk(HOLDING_FEEDS)
    await sent(intake, desk, *(Telling(f"A{n}").visit() for n in range(3)))
    (bad,) = await accounts(intake, facility="springfield", number="A1")
    intake.clock.advance(timedelta(days=3))
    ctx = replace(intake.ctx, bus=Spoilt(intake.ctx.bus, bad["id"]))
    assert await bill_due(ctx, HOLDING_FEEDS) == 2
    assert await bill_due(intake.ctx, HOLDING_FEEDS) == 1
    assert await journal(intake) == ["ClaimReceived"] * 3


def submission(claim: Any) -> ClaimSubmitted:
    controls = Controls(interchange=1, group=1, transaction="1", batch="1")
    return ClaimSubmitted(claim=claim, route="r", file="f", controls=controls, at=START)


def paid(number: str) -> ClaimPaid:
    amounts: dict[str, Any] = dict.fromkeys(("charge", "paid", "contractual", "patient", "other"), 0)
    return ClaimPaid(payer="SBX01", payer_claim_number=number, remittance="r", **amounts)


async def test_a_late_charge_waits_for_the_payers_decision_and_is_a_replacement_then(intake: Harness) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    await sent(intake, desk, t.visit())
    await intake.quiet()
    (first,) = intake.said()
    assert isinstance(first.event, ClaimReceived)
    await intake.hear("submitter", first.stream, submission(first.event.claim))
    await intake.quiet()
    ((claim,),) = await sent(intake, desk, t("charged", charge("T2", 5000)))
    assert claim == [first.stream, "amended"]
    (told,) = (await shown(intake, "A1"))["claims"]
    assert (told["state"], "decided" in told["waits"]) == ("waiting", True)
    assert await journal(intake) == ["ClaimReceived"]
    await intake.hear("remittance", first.stream, paid("ICN1"))
    await intake.quiet()
    (_, second) = intake.said(first.stream)
    assert isinstance(second.event, ClaimAmended)
    said = second.event.claim
    assert (said.frequency, said.original_reference, said.charge) == ("7", "ICN1", 15000)


async def test_what_becomes_of_a_claim_that_came_whole_is_its_senders_matter(intake: Harness) -> None:
    body = {"content-type": "application/json"}
    claim = msgspec.json.encode(a_claim(1))
    created = (await intake.http.post("/claims", content=claim, headers=body)).json()["id"]
    await intake.hear("submitter", created, submission(a_claim(1)))
    await intake.hear("remittance", created, paid("ICN1"))
    await intake.quiet()
    assert await journal(intake) == ["ClaimReceived"]
    async with intake.ctx.db.connect() as tx:  # passed over: nothing but the cursors moved
        row = await tx.driver.fetchrow("select state, revision, heard from claim where id = $1", created)
        assert tuple(row) == ("whole", 1, [0, 0, 0, 0, 0])
        assert await tx.driver.fetchval("select sum(version) from cursors where stream = $1", created) == 2


async def test_what_a_payer_decided_before_an_account_took_the_claim_over_is_not_missed_as_a_gap(
    intake: Harness,
) -> None:
    body = {"content-type": "application/json"}
    whole = msgspec.structs.replace(a_claim(1), number="A1")
    answer = await intake.http.post("/claims", content=msgspec.json.encode(whole), headers=body)
    created = answer.json()["id"]
    await intake.hear("submitter", created, submission(whole))
    await intake.quiet()
    (((taken, _),),) = await sent(intake, Desk(PROMPT_FEEDS), Telling().visit())
    assert taken == created
    await intake.quiet()
    amended = intake.said()[-1].event
    assert isinstance(amended, ClaimAmended)
    await intake.hear("submitter", created, submission(amended.claim))
    await intake.quiet()
    (told,) = (await shown(intake, "A1"))["claims"]
    assert told["state"] == "submitted"
    assert (await intake.http.get("/parked")).json()["parked"] == []


async def test_a_whole_claim_under_the_number_of_an_accounts_claim_amends_it(intake: Harness) -> None:
    await sent(intake, Desk(PROMPT_FEEDS), Telling().visit())
    claim = msgspec.structs.replace(a_claim(1), number="A1")
    body = {"content-type": "application/json"}
    answer = await intake.http.post("/claims", content=msgspec.json.encode(claim), headers=body)
    assert answer.json()["state"] == "amended"
    assert await journal(intake) == ["ClaimReceived", "ClaimAmended"]


async def test_a_merge_of_two_patients_is_told_of_each_open_claim_of_the_retired_one_whichever_came_first(
    intake: Harness,
) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    merge = Merge(what="patient", kept="MRN2", retired="MRN1")
    await sent(intake, desk, t.visit(), t.visit(account="A2", medical_record="MRN9"))
    await sent(intake, desk, t("updated", account="", medical_record="MRN2", merge=merge))
    await sent(
        intake, desk, t.visit(account="A3"), t("updated", account="", merge=merge, medical_record="MRN2")
    )
    await intake.quiet()
    told = [each for each in intake.said() if isinstance(each.event, PatientMerged)]
    assert len(told) == 2
    assert {(e.event.retired, e.event.kept) for e in told if isinstance(e.event, PatientMerged)} == {
        ("MRN1", "MRN2")
    }
    assert (await shown(intake, "A3"))["merges"] == [{"retired": "MRN1", "kept": "MRN2"}]
    assert len(await accounts(intake, facility="springfield", record="MRN1")) == 2


async def test_what_changes_of_a_person_reaches_every_open_account_of_theirs(intake: Harness) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    await sent(intake, desk, t.visit(), t.visit(account="A2"))
    changed = msgspec.structs.replace(ADA, sex="U")
    await sent(intake, desk, t("updated", account="", patient=changed), t.visit(account="A3", patient=None))
    await intake.quiet()
    last = {e.stream: e.event for e in intake.said() if isinstance(e.event, ClaimReceived | ClaimAmended)}
    assert [e.claim.who.sex for e in last.values()] == ["U", "U", "U"]


class Noting:
    """A bus that notes which errors of the database its transactions end with."""

    def __init__(self, bus: Asks) -> None:
        self.ask_in = bus.ask_in
        self.errors: list[str] = []
        self._bus = bus

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        try:
            async with self._bus.begin() as tx:
                yield tx
        except asyncpg.PostgresError as error:
            self.errors.append(type(error).__name__)
            raise


async def test_processes_whose_batches_meet_the_same_rows_in_any_order_never_wait_in_a_circle(
    intake: Harness,
) -> None:
    bus = Noting(intake.ctx.bus)
    ctx, t, rng, numbers = replace(intake.ctx, bus=bus), Telling(), random.Random(7), range(8)
    visits = [t.visit(account=f"A{n}", medical_record=f"MRN{n % 2}") for n in numbers]
    await sent(intake, Desk(PROMPT_FEEDS), *visits)
    desks = [Desk(PROMPT_FEEDS) for _ in range(3)]
    for _ in range(12):
        some = [t("charged", charge(f"T{t.count}"), account=f"A{n}", medical_record="") for n in numbers]
        people = [t("updated", account="", medical_record=f"MRN{n}", patient=ADA) for n in range(2)]
        mixed = [rng.sample([*some[n::3], *people, *visits], 10) for n in range(3)]
        pairs = [(desk, one) for desk, each in zip(desks, mixed, strict=True) for one in each]
        await asyncio.gather(*(desk.take(ctx, arrival(one)) for desk, one in pairs))
    assert "DeadlockDetectedError" not in bus.errors


async def test_charges_go_along_when_their_account_is_merged_into_another(intake: Harness) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    merge = Merge(what="account", kept="A2", retired="A1")
    await sent(intake, desk, t.visit(), t.visit(charge("T5"), account="A2"))
    await sent(intake, desk, t("updated", account="A2", merge=merge), t("charged", charge("T6")))
    await intake.quiet()
    assert [type(e.event) for e in intake.said() if isinstance(e.event, ClaimCancelled)] == [ClaimCancelled]
    assert (await shown(intake, "A1"))["merged_into"] == "A2"
    (claim,) = (await shown(intake, "A2"))["claims"]
    assert claim["cents"] == 30000


async def test_many_messages_of_one_account_in_one_transaction_are_folded_in_their_order(
    intake: Harness,
) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    told = [
        t.visit(),
        *(t("charged", charge(f"T{n}", 100)) for n in range(2, 12)),
        t("charged", credit("T11", 100)),
    ]
    await asyncio.gather(*(desk.take(intake.ctx, arrival(one)) for one in told))
    assert desk.transactions == 1
    assert await journal(intake) == ["ClaimReceived", *["ClaimAmended"] * 11]


async def test_the_list_of_accounts_has_no_patient_data_and_goes_page_by_page(intake: Harness) -> None:
    await sent(intake, Desk(PROMPT_FEEDS), *(Telling(f"A{n}").visit(diagnoses=None) for n in range(5)))
    page = (await intake.http.get("/accounts", params={"limit": "3"})).json()
    rest = (await intake.http.get("/accounts", params={"limit": "3", "after": page["next"]})).json()
    rows = page["accounts"] + rest["accounts"]
    assert (len({row["id"] for row in rows}), rest["next"]) == (5, "")
    assert set(rows[0]) == {"id", "facility", "state", "due", "waits", "since"}
    assert (await intake.http.get("/accounts", params={"number": "A1"})).status_code == 422
    assert (await intake.http.get("/accounts", params={"after": "x"})).status_code == 422
    assert (await intake.http.get("/accounts/nothing")).status_code == 404
    assert (await intake.http.get(f"/accounts/{uuid7()}")).status_code == 404


async def test_what_a_parked_claim_could_not_be_told_is_told_when_it_is_free_again(intake: Harness) -> None:
    t, desk = Telling(), Desk(PROMPT_FEEDS)
    await sent(intake, desk, t.visit())
    await intake.quiet()
    (first,) = intake.said()
    await intake.hear(
        "submitter", first.stream, submission(a_claim(1)), version=7
    )  # six before it did not come
    await intake.quiet()
    await sent(intake, desk, t("charged", charge("T2")))
    assert await journal(intake) == ["ClaimReceived"]
    async with intake.ctx.db.begin() as tx:
        await tx.driver.execute("update claim set parked = false")
    intake.clock.advance(timedelta(days=1))
    assert await bill_due(intake.ctx, PROMPT_FEEDS) == 1
    assert await journal(intake) == ["ClaimReceived", "ClaimAmended"]
