"""Events as records: what a row of the outbox holds, what the relay sends, what a consumer reads."""

import os
from binascii import crc32
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

from shared.bus.sealer import Sealer, Unsealable
from shared.bus.types import Envelope
from shared.events import BY_SOURCE, LIFECYCLE, Event, topic_of
from shared.events.lifecycle import Fact, Sender, facts_of

PARTITIONS = 12
"""Of every topic, for its whole life: another number would move claims between partitions and break their order."""

LARGEST_RECORD = 900_000
"""Bytes of a sealed payload. Brokers refuse a record over 1 MiB, and a refused record would stop a relay for ever."""

SOURCES = tuple(BY_SOURCE)
"""The producers, in the order of every ``heard`` array."""

Headers = Sequence[tuple[str, bytes]]
Frame = tuple[str, int, bytes, bytes, Headers]
"""One finished record: topic, partition, key, value, headers."""

TYPES: dict[str, dict[str, type]] = {
    source: {event.__name__: event for event in known} for source, known in BY_SOURCE.items()
}

_encode = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]]).decode
_SPEC = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


class Part(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class Record(Protocol):
    """A record as it was read; aiokafka's ConsumerRecord has this shape."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Unreadable(Exception):
    """A record that is none of ours, or damaged. Says what is wrong with which header, never its content."""


class TooLarge(Exception):
    """An event whose sealed bytes no broker would take."""


def partition_of(stream: str) -> int:
    """The partition that all records about ``stream`` go to."""
    return crc32(stream.encode()) % PARTITIONS


def event_id(at: datetime) -> str:
    """A UUIDv7 of that instant, without the cost of a UUID object."""
    ms = f"{int(at.timestamp() * 1000):012x}"
    r = os.urandom(10).hex()
    return f"{ms[:8]}-{ms[8:]}-7{r[:3]}-{'89ab'[int(r[3], 16) & 3]}{r[4:7]}-{r[7:19]}"


def event_aad(source: str, stream: str, version: int) -> bytes:
    """What a sealed event is bound to: not to a topic, so that it can be moved and replayed."""
    return f"{source}/{stream}/{version}".encode()


@dataclass(slots=True)
class Outgoing:
    """What one transaction says: the records of one outbox row, public ones apart."""

    public: list[Frame] = field(default_factory=list)
    internal: list[Frame] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.public or self.internal)

    def packed(self) -> tuple[bytes, bytes]:
        """The row's two byte strings."""
        return _pack(self.public), _pack(self.internal)


def unpacked(body: bytes) -> list[tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]]:
    """The records of one of an outbox row's byte strings."""
    return _unpack(body)


@dataclass(frozen=True, slots=True)
class Because:
    """Why an event is said: the journey, the event that caused it, the trace it belongs to."""

    correlation: str
    causation: str = ""
    traceparent: str = ""


class Writer:
    """Makes the records of one service's events."""

    def __init__(self, source: str, sealer: Sealer) -> None:
        self._source = source
        self._topic = topic_of(source)
        self._seal = sealer.seal
        self._types = {cls: ("ce_type", cls.__name__.encode()) for cls in BY_SOURCE.get(source, ())}
        self._said_by = ("ce_source", f"/claimflow/{source}".encode())
        self._sealed_by = (("kid", b"%d" % sealer.key), ("dct", b"%d" % sealer.dictionary))

    def write(
        self, stream: str, version: int, event: Event, now: datetime, because: Because
    ) -> tuple[Frame, list[Frame]]:
        """One event's sealed record and its public facts' records. Raises TooLarge, KeyError for another's event."""
        identity, when, key = event_id(now), now.isoformat().encode(), stream.encode()
        value = self._seal(_encode(event), event_aad(self._source, stream, version))
        if len(value) > LARGEST_RECORD:
            raise TooLarge(type(event).__name__)
        headers = [
            ("ce_id", identity.encode()),
            self._said_by,
            self._types[type(event)],
            ("ce_subject", key),
            ("ce_time", when),
            _SPEC,
            ("ver", b"%d" % version),
            *self._sealed_by,
            ("traceparent", because.traceparent.encode()),
            ("correlationid", because.correlation.encode()),
            ("causationid", because.causation.encode()),
        ]
        facts = facts_of(event, Sender(self._source, stream, version, now))
        public = [self._fact(fact, headers, n) for n, fact in enumerate(facts)]
        return (self._topic, crc32(key) % PARTITIONS, key, value, headers), public

    def _fact(self, fact: Fact, headers: list[tuple[str, bytes]], n: int) -> Frame:
        key = fact.subject.encode()
        mine = [
            headers[0] if not n else ("ce_id", headers[0][1] + b".%d" % n),
            *headers[1:3],
            ("ce_subject", key),
            *headers[4:7],
            *headers[9:],
            _JSON,
        ]
        return (LIFECYCLE, crc32(key) % PARTITIONS, key, _encode(fact), mine)


@dataclass(slots=True)
class Heard:
    """A record of ours, read as far as its headers: the payload is opened only when somebody needs it."""

    record: Record
    source: str
    index: int
    stream: str
    version: int
    type: str
    headers: dict[str, bytes]

    @property
    def traceparent(self) -> str:
        """W3C text, or empty."""
        return self.headers.get("traceparent", b"").decode("ascii", "replace")


_INDEX = {f"/claimflow/{source}".encode(): (source, n) for n, source in enumerate(SOURCES)}


def heard(record: Record) -> Heard:
    """Read a record's key and headers. Raises Unreadable."""
    try:
        headers = {key: value for key, value in record.headers if value is not None}
        source, index = _INDEX[headers["ce_source"]]
        stream = (record.key or b"").decode()
        if len(stream) != 36:
            raise Unreadable("key is not a UUID")
        UUID(stream)
        version, kind = int(headers["ver"]), headers["ce_type"].decode()
    except KeyError:
        raise Unreadable("ce_source, ver or ce_type is missing or unknown") from None
    except ValueError:
        raise Unreadable("key, ver or ce_type is malformed") from None
    if version < 1:
        raise Unreadable("ver")
    return Heard(record, source, index, stream, version, kind, headers)


class Reader:
    """Opens payloads."""

    def __init__(self, sealer: Sealer) -> None:
        self._open = sealer.open
        self._decoders: dict[str, Callable[[bytes], Event]] = {
            name: msgspec.json.Decoder(event).decode
            for known in TYPES.values()
            for name, event in known.items()
        }

    @staticmethod
    def knows(source: str, kind: str) -> bool:
        """Whether that producer says events of that type, as far as this release knows."""
        return kind in TYPES[source]

    def read(self, item: Heard) -> Envelope:
        """The whole envelope. Raises Unreadable for anything that does not open or does not decode."""
        headers = item.headers
        try:
            plain = self._open(item.record.value or b"", event_aad(item.source, item.stream, item.version))
            return Envelope(
                id=headers["ce_id"].decode(),
                source=item.source,
                stream=item.stream,
                version=item.version,
                time=datetime.fromisoformat(headers["ce_time"].decode()),
                event=self._decoders[item.type](plain),
                correlation=headers.get("correlationid", b"").decode(),
                causation=headers.get("causationid", b"").decode(),
                traceparent=item.traceparent,
            )
        except Unsealable as failed:
            raise Unreadable(f"does not open: {failed}") from None
        except KeyError:
            raise Unreadable("ce_id, ce_time or its type is missing") from None
        except msgspec.ValidationError:
            raise Unreadable("does not fit its type") from None
        except ValueError:
            raise Unreadable("does not decode") from None
