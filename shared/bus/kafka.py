"""Apache Kafka through aiokafka, with the settings that its open defects call for (docs/decisions/0004)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    TopicAlreadyExistsError,
    for_code,
)

from shared.bus.broker import Assigned, Parts
from shared.bus.records import Frame, Part, Record
from shared.bus.topics import Topic

_log = structlog.stdlib.get_logger("claimflow.kafka")

BATCH = 900_000
"""Bytes of one producer batch; the broker's limit is 1 MiB."""

FETCHED = 2**20
"""Bytes that a consumer takes of a partition ahead of its polls: the largest batch. It holds as many for each of its
partitions, so this bounds the memory of a service that is behind (docs/decisions/0124)."""


@dataclass(frozen=True, slots=True)
class KafkaBroker:
    """A Kafka cluster. ``security`` goes to every client as it is (security_protocol, ssl_context, sasl_...).

    ``prefix`` stands before the names of topics and groups, where several systems share a cluster.
    """

    bootstrap: str
    security: Mapping[str, Any] | None = None
    session_ms: int = 10_000
    prefix: str = ""

    def inbound(self, topics: Sequence[str], group: str) -> "KafkaInbound":
        """A new member of ``group``."""
        return KafkaInbound(self, tuple(self.prefix + topic for topic in topics), self.prefix + group)

    async def outbound(self) -> "KafkaOutbound":
        """A new idempotent producer, connected."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=BATCH,
            max_request_size=4 * 2**20,
            request_timeout_ms=15_000,
            **(self.security or {}),
        )
        await _started(producer)
        return KafkaOutbound(producer, self.prefix)

    async def create(self, topics: Sequence[Topic]) -> None:
        """Make topics; those that exist stay as they are. Raises KafkaError."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, **(self.security or {}))
        await admin.start()
        try:
            wanted = [
                NewTopic(self.prefix + t.name, t.partitions, t.replication, topic_configs=dict(t.config))
                for t in topics
            ]
            answer = await admin.create_topics(wanted)
            for _, code, *_ in answer.topic_errors:
                if code and code != TopicAlreadyExistsError.errno:
                    raise for_code(code)
        finally:
            await admin.close()


async def _started(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Start with a deadline: without one it may wait for ever (aiokafka 759), and half a start must be undone."""
    try:
        async with asyncio.timeout(15):
            await client.start()
    except (KafkaError, OSError, TimeoutError):
        await _stopped(client)
        raise


async def _stopped(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stop with a deadline: with a broker gone it may wait for ever (aiokafka 1101)."""
    try:
        async with asyncio.timeout(3):
            await client.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        _log.info("client let go", error=type(error).__name__)


class KafkaInbound(ConsumerRebalanceListener):  # type: ignore[misc]
    """One member of a group: assignment by the group, offsets by us."""

    def __init__(self, broker: KafkaBroker, topics: tuple[str, ...], group: str) -> None:
        self._broker = broker
        self.topics = topics
        self._group = group
        self._parts: Parts = frozenset()
        self._client: AIOKafkaConsumer | None = None
        self._assigned: Assigned | None = None
        self._revoked: Assigned | None = None

    async def start(self, assigned: Assigned, revoked: Assigned) -> None:
        """Join. A client that failed is replaced by a new one."""
        self._assigned, self._revoked = assigned, revoked
        if self._client is not None:
            await self.stop()
        client = AIOKafkaConsumer(
            bootstrap_servers=self._broker.bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # before our own seek only: positions are in PostgreSQL
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
            session_timeout_ms=self._broker.session_ms,
            heartbeat_interval_ms=self._broker.session_ms // 4,
            rebalance_timeout_ms=15_000,
            max_poll_interval_ms=600_000,
            request_timeout_ms=15_000,
            fetch_max_wait_ms=500,
            max_partition_fetch_bytes=FETCHED,
            fetch_max_bytes=2 * FETCHED,
            **(self._broker.security or {}),
        )
        client.subscribe(topics=self.topics, listener=self)
        await _started(client)
        self._client = client

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """aiokafka's callback."""
        self._parts = frozenset(Part(*part) for part in assigned)
        if self._assigned is not None:
            await self._assigned(self._parts)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """aiokafka's callback. Everything is revoked: it knows no cooperative rebalance."""
        parts, self._parts = self._parts, frozenset()
        if self._revoked is not None and parts:
            await self._revoked(parts)

    async def poll(self, limit: int, wait: float) -> Mapping[Part, Sequence[Record]]:
        """Records as aiokafka has them: its partitions are equal to ours as tuples."""
        found = await self._running().getmany(timeout_ms=int(wait * 1000), max_records=limit)
        return cast("Mapping[Part, Sequence[Record]]", found)

    def seek(self, part: Part, offset: int) -> None:
        """Read that partition from there."""
        self._running().seek(TopicPartition(*part), offset)

    def assignment(self) -> Parts:
        """What the group gave."""
        return self._parts

    async def ends(self, parts: Iterable[Part]) -> dict[Part, tuple[int, int]]:
        """First and next offsets, asked of the brokers."""
        wanted = [TopicPartition(*part) for part in parts]
        client = self._running()
        try:
            async with asyncio.timeout(15):
                first, last = await asyncio.gather(
                    client.beginning_offsets(wanted), client.end_offsets(wanted)
                )
        except TimeoutError:
            raise KafkaTimeoutError from None
        return {Part(*part): (first[part], last[part]) for part in wanted}

    async def commit(self, offsets: Mapping[Part, int]) -> None:
        """For dashboards."""
        held = {TopicPartition(*part): at for part, at in offsets.items() if part in self._parts}
        if held:
            async with asyncio.timeout(5):
                await self._running().commit(held)

    async def stop(self) -> None:
        """Leave."""
        client, self._client, self._parts = self._client, None, frozenset()
        if client is not None:
            await _stopped(client)

    def _running(self) -> AIOKafkaConsumer:
        if self._client is None:
            raise KafkaConnectionError("not joined")
        return self._client


class KafkaOutbound:
    """One producer. After any error it is dropped: an idempotent producer that skipped a number is dead (aiokafka 1017)."""

    def __init__(self, producer: AIOKafkaProducer, prefix: str) -> None:
        self._producer = producer
        self._prefix = prefix

    async def send(self, frames: Sequence[Frame]) -> None:
        """Whole batches per partition, all partitions side by side. Raises KafkaError, TimeoutError."""
        parts: dict[tuple[str, int], list[Frame]] = {}
        for frame in frames:
            parts.setdefault(frame[:2], []).append(frame)
        sent = [future for part, those in parts.items() for future in await self._batches(part, those)]
        for outcome in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _batches(self, part: tuple[str, int], frames: Sequence[Frame]) -> list[asyncio.Future[Any]]:
        futures: list[asyncio.Future[Any]] = []
        batch, topic = self._producer.create_batch(), self._prefix + part[0]
        for _, _, key, value, headers in frames:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                futures.append(await self._producer.send_batch(batch, topic, partition=part[1]))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        futures.append(await self._producer.send_batch(batch, topic, partition=part[1]))
        return futures

    async def stop(self) -> None:
        """Let go."""
        await _stopped(self._producer)
