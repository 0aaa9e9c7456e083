"""Aggregates that are not the claim: events of many claims fold into one account, each claim with a cursor of its own."""

from dataclasses import dataclass
from typing import Any

import pytest

from shared.bus import Bus, Hears, MemoryBroker, StateTable
from shared.bus.broker import Broker
from shared.bus.types import Cause, Envelope
from shared.claim import derived_id
from shared.deciding import Command, Decision, Known
from shared.events import ClaimCancelled, ClaimWithdrawn, Event, PatientMerged
from shared.tests.bus.service import Note, Tallies, Tally
from shared.tests.bus.stage import Stage, claims, patient, running

MERGED = PatientMerged(kept="a", retired="b", facility="c", message="d")


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


def account_of(payer: str) -> str:
    return derived_id("account", payer)


def by_payer(envelope: Envelope) -> str:
    assert isinstance(envelope.event, ClaimCancelled)
    return account_of(envelope.event.payer)


@dataclass
class Accounts(Tallies):
    """The tally of a payer, over all claims: says which claim each amount was about."""

    table: str = "accounts"

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        made = super().decide(state, what, known)
        said = ClaimWithdrawn(by="test", reason=known.about, payer="SBX01", charge=made.state.charges[-1])
        return Decision(made.state, (said,), made.intents)


async def a_bus(stage: Stage, accounts: Accounts) -> Bus:
    async with stage.heard.begin() as tx:
        for statement in StateTable.of(accounts).ddl():
            await tx.driver.execute(statement)
    hears: list[Hears[Any, Any]] = [Hears((ClaimCancelled,), accounts, by_payer)]
    return Bus(
        "scrubber", stage.heard, stage.broker, stage.sealer, stage.clock.now, hears, patient(heal_every=60)
    )


async def test_events_of_many_claims_fold_into_one_account_each_once(stage: Stage) -> None:
    accounts, ids = Accounts(), claims(5)
    bus = await a_bus(stage, accounts)
    frames = [frame for claim in ids for frame in stage.frames(claim, 1, 2)]
    async with running(bus):
        await stage.send([*frames, *frames])
        await stage.nothing_new(bus, 20)
    (effects,) = (await stage.effects()).values()
    assert sorted(effects) == [1] * 5 + [2] * 5
    async with stage.heard.connect() as tx:
        kept = await StateTable.of(accounts).get(tx, account_of("SBX01"), stage.sealer)
        cursors = await tx.driver.fetch("select stream, version from cursors")
    assert kept is not None
    assert kept.version == 10
    assert {str(row[0]): row[1] for row in cursors} == dict.fromkeys(ids, 2)


async def test_a_parked_account_holds_back_its_claims_and_lets_them_go_in_order(stage: Stage) -> None:
    accounts, (one, two) = Accounts(broken={13}), claims(2)
    bus = await a_bus(stage, accounts)
    async with running(bus):
        await stage.send(stage.frames(one, 1, 13))
        ((first, why, _),) = await stage.parked(bus, 1)
        assert why == "decision"
        await stage.send([*stage.frames(two, 5), *stage.frames(one, 2, first=3), stage.frame(one, 4, MERGED)])
        parked = await stage.parked(bus, 4)
        assert {why for _, why, _ in parked[1:]} <= {"behind", "gap"}
        assert await stage.effects() == {account_of("SBX01"): [1]}
        accounts.broken.clear()
        outcome = await bus.parking.replay(first)
        assert (outcome.settled, outcome.left) == (4, 0)
        await stage.send(stage.frames(one, 3, first=5))
        await stage.nothing_new(bus, 6)
    (effects,) = (await stage.effects()).values()
    assert sorted(effects) == [1, 2, 3, 5, 13]
    assert [cents for cents in effects if cents != 5] == [1, 13, 2, 3]


async def test_an_event_without_a_key_holds_back_its_claim_and_no_account(stage: Stage) -> None:
    accounts, (one, two), unknown = Accounts(), claims(2), {13}

    def key(envelope: Envelope) -> str:
        assert isinstance(envelope.event, ClaimCancelled)
        if envelope.event.charge in unknown:
            raise LookupError("whose?")
        return by_payer(envelope)

    await a_bus(stage, accounts)
    hears: list[Hears[Any, Any]] = [Hears((ClaimCancelled,), accounts, key)]
    bus = Bus(
        "scrubber", stage.heard, stage.broker, stage.sealer, stage.clock.now, hears, patient(heal_every=60)
    )
    async with running(bus):
        await stage.send([*stage.frames(one, 13, 1), *stage.frames(two, 5)])
        parked = await stage.parked(bus, 2)
        assert [why for _, why, _ in parked] == ["decision", "gap"]
        await stage.until({account_of("SBX01"): [5]})
        unknown.clear()
        assert (await bus.parking.replay(parked[0][0])).settled == 2
        await stage.until({account_of("SBX01"): [5, 13, 1]})


async def test_a_row_that_a_command_makes_takes_along_what_was_heard_before_it_was(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send([stage.frame(claim, 1, MERGED), stage.frame(claim, 2, MERGED)])
        await stage.nothing_new(listener, 2)
        (done,) = await listener.ask(stage.tallies, [Cause(claim, Note(7))])
        assert done.refused is None
        await stage.send(stage.frames(claim, 8, first=3))
        await stage.until({claim: [7, 8]})
        assert await listener.parking.counted() == 0
