"""The floor: what the system moved for a claim, moved again with no decoding, no logic and no encryption (ADR 0077).

Five processes, one for each service, each with a database of its own. Each reads the topics that its service reads, makes
and rewrites as many rows with documents as large, in as many transactions, says as many internal and public records of the
same size through one row of ``said``, and sends them by a relay. The numbers are those that the bench counted in its own
run (moved.py). Left out: HTTP and SFTP (claims come from a topic), the payer, files at rest. The bench divides by it.
"""

import asyncio
import logging
import os
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.claim import uuid7
from tests.load.floor_stage import FACTS, ON, PARTITIONS, Work
from tests.load.meters import Meter, per_claim
from tests.load.moved import SERVICES, Moves

FEED = "floor.feed"
FEED_BYTES = 1000
READS: Mapping[str, tuple[str, ...]] = {
    "intake": (FEED,),
    "scrubber": ("floor.intake", "floor.submitter", "floor.remittance"),
    "submitter": ("floor.scrubber", "floor.remittance"),
    "remittance": ("floor.submitter",),
    "statements": ("floor.remittance",),
}
"""As the services listen to each other; the first topic brings a stage its claims."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What a run of the floor gave."""

    claims: int
    seconds: float
    cpu: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Claims per second through all five stages."""
        return self.claims / self.seconds


async def run_floor(
    server: str, bootstrap: str, claims: int, moved: Mapping[str, Moves], meter: Meter
) -> Floor:
    """Prefill the feed and drain all stages. ``server`` is a plain ``postgresql://`` URL that may create databases.

    ``meter`` reads PostgreSQL and Kafka; the stages' processes are added to it.
    """
    await _make_topics(bootstrap, [FEED, FACTS, *(f"floor.{name}" for name in SERVICES)])
    await _prefill(bootstrap, claims)
    works = [await _work(server, bootstrap, claims, name, moved[name]) for name in SERVICES]
    stages = [await _started(work) for work in works]
    try:
        for stage in stages:
            await _word(stage)
        meter.roots = {**meter.roots, "floor": [stage.pid for stage in stages]}
        before = await meter.read()
        began = time.monotonic()
        seconds = await _drained(stages, began, meter)
        return Floor(claims, seconds, per_claim(before, await meter.read(), claims))
    finally:
        for stage in stages:
            if stage.returncode is None:
                stage.kill()


async def _drained(stages: Sequence[Process], began: float, meter: Meter) -> float:
    """Seconds until every stage is done."""
    _tell(stages)
    ended = asyncio.gather(*(_word(stage) for stage in stages))
    while not ended.done():
        await meter.read()
        await asyncio.wait([ended], timeout=1.0)
    seconds = time.monotonic() - began
    if set(ended.result()) != {b"done\n"}:
        raise RuntimeError("a stage of the floor failed")
    _tell(stages)
    await asyncio.gather(*(stage.wait() for stage in stages))
    return seconds


def _tell(stages: Sequence[Process]) -> None:
    for stage in stages:
        assert stage.stdin is not None
        stage.stdin.write(b"go on\n")


async def _word(stage: Process) -> bytes:
    assert stage.stdout is not None
    return await stage.stdout.readline()


async def _started(work: Work) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.floor_stage", msgspec.json.encode(work).decode(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _work(server: str, bootstrap: str, claims: int, name: str, moves: Moves) -> Work:
    database = f"floor_{name}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"drop database if exists {database}")
    await connection.execute(f"create database {database}")
    await connection.close()
    return Work(
        database=urlunsplit(urlsplit(server)._replace(path=f"/{database}")),
        bootstrap=bootstrap,
        reads=list(READS[name]),
        says=f"floor.{name}",
        claims=claims,
        **moves.as_dict(),
    )


async def _make_topics(bootstrap: str, topics: Sequence[str]) -> None:
    """Make them, and wait until every partition's leader answers: who comes before fills the screen with retries."""
    client = logging.getLogger("aiokafka")
    before = client.level
    client.setLevel(logging.CRITICAL)  # that there is no leader yet is what is waited for
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    asker = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await asker.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in topics])
        parts = [TopicPartition(name, part) for name in topics for part in range(PARTITIONS)]
        asker.assign(parts)
        await asker.end_offsets(parts)
    finally:
        await asker.stop()
        await admin.close()
        client.setLevel(before)


async def _prefill(bootstrap: str, claims: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, max_batch_size=900_000)
    await producer.start()
    try:
        waiting = []
        for n in range(claims):
            value = ON + os.urandom(FEED_BYTES)
            waiting.append(await producer.send(FEED, value, key=uuid7().encode(), partition=n % PARTITIONS))
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()
