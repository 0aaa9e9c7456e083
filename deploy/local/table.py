"""The live table: claims and dollars by where they are, and the last things that happened. Plain lines off a terminal."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import Self

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table as Grid
from rich.text import Text

from deploy.local.figures import Books, Figures
from deploy.local.machine import Machine
from shared.claim import dollars
from shared.events import LIFECYCLE
from shared.events.lifecycle import Fact

LATEST = 8


class Table:
    """Shows figures while a ``with`` block runs. ``say`` adds a line of the story."""

    def __init__(self, books: Books, machine: Machine, console: Console, before: Figures) -> None:
        self.figures = before
        self._books = books
        self._machine = machine
        self._console = console
        self._began = time.monotonic()
        self._facts: deque[str] = deque(maxlen=LATEST)
        self._live = (
            Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        )
        self._tasks: list[asyncio.Task[None]] = []

    def say(self, words: str) -> None:
        """One line of the story, above the table."""
        self._console.print(f"  [dim]{time.monotonic() - self._began:5.1f} s[/]  {words}")

    async def __aenter__(self) -> Self:
        if self._live:
            self._live.start()
            self._tasks = [asyncio.create_task(self._draw())]
            if not self._machine.memory:
                self._tasks.append(asyncio.create_task(self._listen()))
        else:
            self._tasks = [asyncio.create_task(self._tell())]
        return self

    async def __aexit__(self, *exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self._live:
            self._live.update(grid_of(self.figures))
            self._live.stop()

    async def _draw(self) -> None:
        assert self._live is not None
        books = Books(self._machine.address_of)
        try:
            while True:
                self.figures = await books.read()
                self._live.update(Group(grid_of(self.figures), Text("\n".join(self._facts), style="dim")))
                await asyncio.sleep(0.5)
        finally:
            await books.close()

    async def _tell(self) -> None:
        """Off a terminal: a line every few seconds, when something changed."""
        books = Books(self._machine.address_of)
        last = ""
        try:
            while True:
                self.figures = await books.read()
                line = ", ".join(f"{name} {count}" for name, count, _ in lines(self.figures) if count)
                if line != last:
                    self.say(line)
                last = line
                await asyncio.sleep(3)
        finally:
            await books.close()

    async def _listen(self) -> None:
        """What anybody may hear: the public topic."""
        consumer = AIOKafkaConsumer(LIFECYCLE, bootstrap_servers=self._machine.bootstrap)
        try:
            await consumer.start()
            async for record in consumer:
                fact = msgspec.json.decode(record.value, type=Fact)
                amount = dollars(fact.paid if fact.paid is not None else fact.charge or 0)
                reasons = " ".join(fact.reasons)
                self._facts.append(
                    f"{fact.subject[-12:]}  {fact.what:<22} {fact.payer:<6} {amount:>12}  {reasons}"
                )
        except (KafkaError, msgspec.DecodeError):
            self._facts.append("the lifecycle topic cannot be read now")
        finally:
            await consumer.stop()


def grid_of(figures: Figures) -> Grid:
    """The figures as a table."""
    grid = Grid("where", "claims", "dollars", box=None, pad_edge=False)
    grid.columns[1].justify = grid.columns[2].justify = "right"
    for name, count, cents in lines(figures):
        grid.add_row(
            name, str(count) if count is not None else "", dollars(cents) if cents is not None else ""
        )
    return grid


def lines(figures: Figures) -> list[tuple[str, int | None, int | None]]:
    """The stages of a claim's way: name, claims, cents; None where there is no such figure."""
    way = ("queued", "building", "submitted", "acknowledged", "accepted")
    return [
        ("received", figures.received, figures.received_cents),
        ("held for correction", figures.claims("scrubber", "held"), figures.cents("scrubber", "held")),
        ("on the way to payers", figures.claims("submitter", *way[:2]), figures.cents("submitter", *way[:2])),
        ("with payers", figures.claims("remittance", "waiting"), figures.money.get("open", 0)),
        ("decided and paid", figures.settled, figures.money.get("paid", 0)),
        ("denied", figures.denied, figures.cents("remittance", "denied")),
        ("statements to patients", figures.statements, figures.patient_due),
        ("paid by patients", None, figures.patients_paid),
        ("refused at the door", figures.refused, None),
        ("duplicates", figures.repeated + figures.claims("scrubber", "withdrawn"), None),
    ]
