"""The floor: what the system moved for a claim, moved again with no decoding and no logic (ADR 0077, 0129).

Five processes, one for each service, each with a database of its own, and a payer. Each reads the topics that its service
reads, makes and rewrites as many rows with the same documents, in as many transactions, says as many of the same internal
and public records through one row of ``said``, and sends them by a relay. The first takes files of claims over HTTP, the
third sends files to the payer by SFTP and fetches its answers, and files are kept where services keep them. The numbers are
those that the bench counted in its own run (moved.py), the bytes some of its own (sampled.py). The bench divides by it.

It is run twice: with the sealing and opening that the bytes take, and *bare*, with sealed bytes that nobody had to make.
"""

import asyncio
import logging
import os
import secrets
import sys
import time
from asyncio.subprocess import Process
from base64 import b64encode
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.place import PROJECT
from deploy.local.stack import PARTS, TOPICS_FILE
from deploy.local.supervisor import stand_back
from deploy.sandbox.server import host_key
from shared.bus.topics import declared
from shared.testing.servers.process import free_port
from tests.load.feeding import send_files
from tests.load.floor_bytes import PARTITIONS
from tests.load.floor_doors import MailWork
from tests.load.floor_payer import Letters
from tests.load.floor_stage import DoorWork, Work
from tests.load.meters import Meter, per_claim
from tests.load.moved import SERVICES, Moves, Wires
from tests.load.sampled import Sample, write

HEARS = {topic.name.partition(".")[2]: topic.hears for topic in declared(PROJECT / TOPICS_FILE)}
BRINGS = dict(zip(SERVICES[1:], SERVICES, strict=False))
"""Who says the record that brings a service a claim, of those that it hears; the first service has a door instead."""
STANDS_BACK = {part.name: part.stands_back for part in PARTS}


class Servers(NamedTuple):
    """What the floor stands on: a plain ``postgresql://`` URL that may create databases, Kafka, a folder for the payer."""

    database: str
    bootstrap: str
    folder: Path


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


class Moved(NamedTuple):
    """What the bench found that its run moved: by service how much and some of it, and what went over the wires."""

    moves: Mapping[str, Moves]
    samples: Mapping[str, Sample]
    wires: Wires


async def run_floor(servers: Servers, claims: int, moved: Moved, meter: Meter, *, bare: bool) -> Floor:
    """Post all files and drain all stages.

    ``meter`` reads PostgreSQL and Kafka; the stages' and the payer's processes are added to it.
    """
    wires = moved.wires
    run = "bare" if bare else "floor"
    await _make_topics(servers.bootstrap, [f"{run}.{name}" for name in ("facts", *SERVICES)])
    per_post = wires.claims // wires.posted.count
    files = [os.urandom(wires.posted.bytes // wires.posted.count)] * (claims // per_post)
    claims = per_post * len(files)
    door = DoorWork(free_port(), per_post, wires.replied.bytes // wires.replied.count)
    mail = _mail(servers, wires)
    ends = {"intake": (door, None), "submitter": (None, mail)}
    seals = "" if bare else "1:" + b64encode(secrets.token_bytes(32)).decode()
    stages = _Stages(servers, claims, moved, run, seals)
    works = [await stages.work(name, *ends.get(name, (None, None))) for name in SERVICES]
    started: list[Process] = []
    try:
        started.append(await _started("floor_payer", mail.payer))
        for work in works:
            started.append(await _started("floor_stage", work))
            await stand_back(started[-1].pid, STANDS_BACK[work.name])
        for process in started:
            await _word(process)
        payer, *going = started
        meter.roots = {**meter.roots, "floor": [stage.pid for stage in going], "payer": [payer.pid]}
        before = await meter.read()
        began = time.monotonic()
        seconds = await _drained(going, _posted(door.port, files), began, meter)
        return Floor(claims, seconds, per_claim(before, await meter.read(), claims))
    finally:
        for process in started:
            if process.returncode is None:
                process.kill()
                await process.wait()


class _Stages(NamedTuple):
    """What all stages of a run are told. ``seals`` are its sealing keys, none for a bare one."""

    servers: Servers
    claims: int
    moved: Moved
    run: str
    seals: str

    async def work(self, name: str, door: DoorWork | None, mail: MailWork | None) -> Work:
        """What one of them is told; its database is made."""
        sample = self.servers.folder / name
        write(self.moved.samples[name], sample)
        return Work(
            run=self.run,
            name=name,
            database=await _database(self.servers.database, f"{self.run}_{name}"),
            bootstrap=self.servers.bootstrap,
            reads=[says for says, hearing in HEARS.items() if name in hearing],
            brings=BRINGS.get(name, ""),
            claims=self.claims,
            door=door,
            mail=mail,
            seals=self.seals,
            moves=self.moved.moves[name],
            sample=str(sample),
        )


async def _posted(port: int, files: list[bytes]) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
        await send_files(http, files)


def _mail(servers: Servers, wires: Wires) -> MailWork:
    """The payer with its key and password, which gives as many answers to a file as the sandbox gave."""
    secret = servers.folder / "password"
    secret.write_text(secrets.token_urlsafe(24))
    answers = round(wires.answers.count / wires.sent.count)
    letters = Letters(
        folder=str(servers.folder),
        port=free_port(),
        password=secret.read_text(),
        answers=answers,
        bytes=wires.answers.bytes // (wires.sent.count * answers),
    )
    host_key(letters.key)
    per_file = round(wires.claims / wires.sent.count)
    return MailWork(letters, str(secret), per_file, wires.sent.bytes // wires.claims)


async def _drained(
    stages: Sequence[Process], posting: Coroutine[None, None, None], began: float, meter: Meter
) -> float:
    """Seconds until every file is posted and every stage is done."""
    _tell(stages)
    ended = asyncio.gather(posting, *(_word(stage) for stage in stages))
    while not ended.done():
        await meter.read()
        await asyncio.wait([ended], timeout=1.0)
    seconds = time.monotonic() - began
    if set(ended.result()[1:]) != {b"done\n"}:
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


async def _started(module: str, work: Work | Letters) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.load.{module}", msgspec.json.encode(work).decode(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


async def _database(server: str, name: str) -> str:
    """Make an empty database and say its address."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"drop database if exists {name}")
    await connection.execute(f"create database {name}")
    await connection.close()
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


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
