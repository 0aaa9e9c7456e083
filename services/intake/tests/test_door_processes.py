"""Two door processes behind one MLLP port: shared out evenly, one account, one answer, one sequence, whoever serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.intake.doors.crew import MODULE
from services.intake.settings import OWN_FEEDS
from services.intake.tests.door import Door, opened
from services.intake.tests.messages import dft
from services.intake.tests.talking import Sender, code_of
from shared.events import ClaimAmended, ClaimReceived

pytestmark = pytest.mark.real
PATIENCE = 120.0


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    """Intake with two door processes for four connections, and a feed that enforces sequence numbers."""
    (file,) = OWN_FEEDS.glob("*.yaml")
    (tmp_path / file.name).write_text(file.read_text() + "\nsequence: enforce\n")
    async with opened(postgres_url, mllp_processes=2, mllp_connections=4, feeds=tmp_path) as one:
        yield one


@asynccontextmanager
async def two_senders(door: Door) -> AsyncIterator[tuple[Sender, Sender]]:
    """One served by the main process, one by the other: each connection goes to who has the fewest."""
    async with door.sender() as first, door.sender() as second:
        await first.ask(dft(MSH_10="HELLO1", PID_18="H1"))
        await second.ask(dft(MSH_10="HELLO2", PID_18="H2"))
        assert await doors(door) == {"processes": 2, "of": 2, "handed": 1}
        yield first, second


async def doors(door: Door) -> dict[str, Any]:
    """What /readyz says of them."""
    told: dict[str, Any] = (await door.harness.http.get("/readyz")).json()["checks"]["doors"]
    return {name: told[name] for name in ("processes", "of", "handed")}


async def until(door: Door, **wanted: int) -> None:
    """Wait until /readyz says that."""
    async with asyncio.timeout(PATIENCE):
        while not wanted.items() <= (await doors(door)).items():  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(0.05)


def other_process() -> psutil.Process:
    """The door process that this test's intake started."""
    (found,) = [one for one in psutil.Process().children() if MODULE in one.cmdline()]
    return found


async def test_connections_go_to_the_process_with_the_fewest_and_limit_and_feeds_page_count_them_all(
    door: Door,
) -> None:
    async with two_senders(door), door.sender() as third, door.sender() as fourth:
        for n, sender in enumerate((third, fourth)):
            assert code_of(await sender.ask(dft(MSH_10=f"M{n}", PID_18=f"A{n}"))) == ("AA", f"M{n}")
        await until(door, handed=2)
        async with door.sender() as one_too_many:
            assert await one_too_many.hung_up() == b""
        async with asyncio.timeout(PATIENCE):  # the other process writes its own every few seconds
            while (await feed(door))["connections"] != 2:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    await until(door, handed=0)


async def feed(door: Door) -> dict[str, Any]:
    (row,) = [one for one in (await door.harness.http.get("/feeds")).json()["feeds"] if one["configured"]]
    return dict(row)


async def test_the_same_messages_to_both_at_once_are_made_once_and_answered_alike(door: Door) -> None:
    messages = [dft(MSH_10=f"M{n}", PID_18=f"A{n}") for n in range(20)]
    async with two_senders(door) as senders:
        for message in messages:
            first, second = await asyncio.gather(*(sender.ask(message) for sender in senders))
            assert first == second
            assert code_of(first)[0] == "AA"
    await door.harness.quiet()
    made = [said.event.claim.number for said in door.harness.said() if isinstance(said.event, ClaimReceived)]
    assert sorted(made) == sorted(["H1", "H2", *(f"A{n}" for n in range(20))])
    assert (await feed(door))["repeats"] == 20


async def test_charges_of_one_account_that_come_to_both_are_one_claim_with_all_of_them(door: Door) -> None:
    async def send(sender: Sender, numbers: range) -> None:
        for n in numbers:
            answer = await sender.ask(dft(MSH_10=f"M{n}", FT1_2=f"X{n}", FT1_2__2=f"Y{n}"))
            assert code_of(answer) == ("AA", f"M{n}")

    async with two_senders(door) as (first, second):
        await asyncio.gather(send(first, range(10)), send(second, range(10, 20)))
    await door.harness.quiet()
    said = [one for one in door.harness.said() if one.event.claim.number == "A0000001"]  # type: ignore[union-attr]
    assert len({one.stream for one in said}) == 1
    assert [one.version for one in said] == list(range(1, 21))
    last = said[-1].event
    assert isinstance(last, ClaimAmended)
    assert (len(last.claim.lines), last.claim.charge) == (40, 20 * 17200)


async def test_a_sender_may_go_on_counting_on_a_connection_to_another_process(door: Door) -> None:
    async with two_senders(door) as senders:
        for n in range(1, 7):
            answer = await senders[n % 2].ask(dft(MSH_10=f"N{n}", MSH_13=str(n), PID_18=f"S{n}"))
            assert (code_of(answer), sequence_of(answer)) == (("AA", f"N{n}"), str(n))
        skipped = await senders[0].ask(dft(MSH_10="N9", MSH_13="9", PID_18="S9"))
        assert (code_of(skipped), sequence_of(skipped)) == (("AR", "N9"), "7")


def sequence_of(answer: str) -> str:
    """MSA-4."""
    return next(line for line in answer.split("\r") if line.startswith("MSA")).split("|")[4]


async def test_a_door_process_that_falls_takes_only_its_connections_along_and_is_started_again(
    door: Door,
) -> None:
    async with two_senders(door) as (first, second):
        fallen = other_process()
        fallen.kill()
        assert await second.hung_up() == b""
        assert code_of(await first.ask(dft(MSH_10="M1", PID_18="A1"))) == ("AA", "M1")
        await until(door, processes=2, handed=0)
        async with door.sender() as again:
            assert code_of(await again.ask(dft(MSH_10="HELLO2", PID_18="H2"))) == ("AA", "HELLO2")
            await until(door, handed=1)
        assert other_process().pid != fallen.pid
