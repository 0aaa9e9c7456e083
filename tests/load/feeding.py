"""Claims for the bench, made before the clock starts, and how they are sent: files of many, or one by one at an even rate."""

import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice

import httpx
from msgspec.structs import replace

from shared.claim import Claim, Contact, Coverage, Name
from shared.testing.builders import a_claim, a_line
from shared.x12 import write_837
from shared.x12.types import Batch, Header, Party

FILE = 500
PAYERS = ("SBX01", "SBX01", "SBX02", "SBX03")
"""Payers that answer at once: paid with a patient part, paid in full, paid partly."""


def claims(first: int, count: int, on: date) -> Iterator[Claim]:
    """Clean claims of different people, one to five lines, numbered from ``first``.

    Each has a home of its own: an 837 names no guarantor, and people of one name at one address would be one account.
    """
    rng = random.Random(first)
    for n in range(first, first + count):
        lines = tuple(a_line(i, on) for i in range(rng.choice((1, 2, 2, 3, 5))))
        claim = a_claim(n, payer=rng.choice(PAYERS), on=on)
        yield replace(
            claim,
            number=f"B{n:09d}",
            coverages=tuple(_at_home(coverage, n) for coverage in claim.coverages),
            guarantor=None,
            lines=lines,
            charge=sum(line.charge for line in lines),
        )


def _at_home(coverage: Coverage, n: int) -> Coverage:
    person = coverage.subscriber
    assert person.address is not None
    home = replace(person.address, line1=f"{n} EXAMPLE STREET")
    return replace(coverage, subscriber=replace(person, address=home))


def files(first: int, count: int, on: date) -> list[bytes]:
    """The same claims as 837P files of up to FILE claims each."""
    made = claims(first, count, on)
    return [_file(first + i, tuple(islice(made, FILE))) for i in range(0, count, FILE)]


def _file(control: int, batch: tuple[Claim, ...]) -> bytes:
    now = datetime.now(UTC).replace(microsecond=0)
    header = Header(
        sender=Party(id="SPRINGFIELD", application="SPRINGFIELD"),
        receiver=Party(id="CLAIMFLOW", application="CLAIMFLOW"),
        interchange=control,
        group=control,
        transaction="0001",
        at=now,
    )
    return write_837(
        [
            Batch(
                header=header,
                kind="professional",
                submitter=Name(last="SPRINGFIELD TEST HOSPITAL", organization=True),
                submitter_id="SPRINGFIELD",
                submitter_contact=Contact(name="IT", numbers=(("TE", "5555550100"),)),
                receiver=Name(last="CLAIMFLOW", organization=True),
                receiver_id="CLAIMFLOW",
                batch=f"B{control}",
                at=now,
                claims=batch,
            )
        ]
    )


async def send_files(http: httpx.AsyncClient, made: list[bytes], at_once: int = 4) -> int:
    """Send all files, a few at a time, and say of how many bytes the answers were. Raises RuntimeError when one is not taken."""
    waiting = iter(made)
    answered = 0

    async def sender() -> None:
        nonlocal answered
        for body in waiting:
            answer = await http.post("/x12", content=body, headers={"Content-Type": "application/edi-x12"})
            if answer.status_code >= 300 or b"IK5*R" in answer.content or b"AK9*R" in answer.content:
                raise RuntimeError(f"a file was not taken: HTTP {answer.status_code}")
            answered += len(answer.content)

    async with asyncio.TaskGroup() as senders:
        for _ in range(at_once):
            senders.create_task(sender())
    return answered


async def send_evenly(http: httpx.AsyncClient, made: list[bytes], rate: float) -> None:
    """Send single JSON claims at an even rate, whatever the answers take. Raises RuntimeError when one is not taken."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as posts:
        for n, body in enumerate(made):
            ahead = began + n / rate - time.monotonic()
            if ahead > 0:
                await asyncio.sleep(ahead)
            posts.create_task(_post(partial(http.post, "/claims", content=body)))


async def _post(post: partial) -> None:  # type: ignore[type-arg]
    answer = await post(headers={"Content-Type": "application/json"})
    if answer.status_code != httpx.codes.ACCEPTED:
        raise RuntimeError(f"a claim was not taken: HTTP {answer.status_code}")
