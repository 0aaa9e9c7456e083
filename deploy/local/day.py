"""The day of a small hospital, played on the running system: send, correct, let time pass, and close the books."""

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import httpx
from msgspec import structs
from rich.console import Console

from deploy.local import keys
from deploy.local.closing import close_books
from deploy.local.figures import Books, Figures
from deploy.local.hospital.biller import Biller
from deploy.local.hospital.sending import Hospital
from deploy.local.hospital.visits import Visit, visits
from deploy.local.machine import Machine
from deploy.local.table import Table
from shared.service.clock import SystemClock, move_ahead

STILL = 4.0
"""Seconds without any change after which nothing more is expected to happen by itself."""
PATIENCE = 120.0
WAITS = ((6, "late payers answer, the first statements go out"), (2, "statements for the late ones"))
"""How the evening passes: longer than the latest payer takes, then as long as claims are gathered for a statement."""
PAYING = 4
"""One account in so many does not pay at once."""


class Day:
    """One played day. Days played on the same data go on counting, so that numbers and patients never repeat."""

    def __init__(self, machine: Machine, count: int, seed: int, console: Console) -> None:
        self.machine = machine
        self.console = console
        self.clock = SystemClock(machine.place.clock)
        self.number = number = _count_day(machine)
        self.visits = visits(count, seed, number, self.clock.now().date())
        chart = {visit.number: visit for visit in self.visits}
        self.again = [_under_another_number(v) for v in self.visits if v.mistake == "registered twice"]
        ehr, biller = (keys.token(machine.place, caller) for caller in ("ehr", "biller"))
        port = machine.ports["intake.mllp"]
        control = (seed % 90 + 10) * 1_000_000 + number * 10_000
        self.hospital = Hospital(machine.urls["intake"], port, ehr, control, self.clock.now)
        chart |= {visit.number: visit for visit in self.again}
        self.biller = Biller(machine.urls["scrubber"], biller, chart)
        self.books = Books(machine.address_of)

    async def play(self) -> int:
        """The whole day. 0 when the books close, 1 when not."""
        began = time.monotonic()
        before = await self.books.read()
        async with Table(self.books, self.machine, self.console, before) as table:
            self._billing = asyncio.create_task(self.biller.work())
            table.say(f"{len(self.visits)} visits through four doors")
            await self.hospital.send(self.visits)
            await self._settle(table)
            table.say("some visits are registered a second time, under another number")
            await self.hospital.send(self.again)
            await self._settle(table)
            for days, why in WAITS:
                move_ahead(self.machine.place.clock, timedelta(days=days))
                table.say(f"the clock moves {days} days ahead: {why}")
                figures = await self._settle(table, statements=True)
            table.say("most patients pay")
            await self._patients_pay()
            figures = await self._settle(table)
            self._billing.cancel()
            with suppress(asyncio.CancelledError):
                await self._billing
        return await close_books(self, before, figures, time.monotonic() - began)

    async def _settle(self, table: Table, statements: bool = False) -> Figures:
        """Wait until nothing moves any more (``statements``: none is due either), or nothing has changed for a while."""
        deadline = time.monotonic() + PATIENCE
        figures, since = table.figures, time.monotonic()
        while time.monotonic() < deadline and not self._billing.done():
            fresh = await self.books.read()
            if fresh != figures:
                figures, since = fresh, time.monotonic()
            still = time.monotonic() - since
            busy = figures.moving or figures.waiting or self._to_correct(figures)
            busy = busy or (statements and figures.gathering)
            if still > STILL or (not busy and still > 1):
                break
            await asyncio.sleep(0.25)
        return figures

    async def _patients_pay(self) -> None:
        bearer = {"Authorization": f"Bearer {keys.token(self.machine.place, 'biller')}"}
        async with httpx.AsyncClient(base_url=self.machine.urls["statements"], headers=bearer) as http:
            for place, (account, cents) in enumerate(await self.books.owing()):
                if place % PAYING:
                    body = {"cents": cents, "method": "card"}
                    key = {"Idempotency-Key": f"demo-{self.number}-{account}"}
                    answer = await http.post(f"/accounts/{account}/payments", json=body, headers=key)
                    answer.raise_for_status()

    def _to_correct(self, figures: Figures) -> int:
        return figures.claims("scrubber", "held") - len(self.biller.given_up)

    async def close(self) -> None:
        """Hang up everywhere."""
        await self.hospital.close()
        await self.biller.close()
        await self.books.close()

    @property
    def mistakes(self) -> Counter[str]:
        """Mistake -> how many visits carry it."""
        return Counter(visit.mistake for visit in self.visits if visit.mistake)


async def play(machine: Machine, *, visits: int, seed: int, console: Console) -> int:
    """Play a day and print its summary; the exit code says whether the books closed."""
    day = Day(machine, visits, seed, console)
    try:
        return await day.play()
    finally:
        await day.close()


def _under_another_number(visit: Visit) -> Visit:
    truth = structs.replace(visit.truth, number=visit.number + "B")
    return Visit(truth, structs.replace(visit.told, number=visit.number + "B"), visit.door)


def _count_day(machine: Machine) -> int:
    """How many days were played on these data before this one."""
    file = machine.place.data / "days.json"
    played = json.loads(file.read_text()) if file.exists() else 0
    file.write_text(json.dumps(played + 1))
    return int(played)
