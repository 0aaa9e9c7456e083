"""Events as records: what a row of the outbox holds, what the relay sends, what a consumer reads."""

import os
import re
from binascii import crc32
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
import zstandard
from msgspec import Struct

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
Frame = tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]
"""One finished record: topic, partition, key, value, headers (a list, since that is what Kafka's client takes)."""

TYPES: dict[str, dict[str, type]] = {
    source: {event.__name__: event for event in known} for source, known in BY_SOURCE.items()
}

_encode = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[Frame]).decode
# What is sealed does not shrink, but of a row four fifths are headers and public facts, much alike (docs/decisions/0127).
_shrink = zstandard.ZstdCompressor(level=-3).compress
_restore = zstandard.ZstdDecompressor().decompress
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


class Identities:
    """UUIDv7 text by the thousand: those of one instant are 73 random bits, counted up (RFC 9562, 6.2, method 2)."""

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._head = b""
        self._tail = 0

    def make(self, now: datetime) -> bytes:
        """One of that instant."""
        if now is not self._now:
            ms, bits = f"{int(now.timestamp() * 1000):012x}", int.from_bytes(os.urandom(10))
            self._now = now
            self._head = f"{ms[:8]}-{ms[8:]}-7{bits >> 68:03x}-{0x8000 | bits >> 48 & 0x3FFF:04x}-".encode()
            self._tail = bits & 0x7FFF_FFFF_FFFF
        self._tail += 1
        return b"%b%012x" % (self._head, self._tail)


def event_aad(source: str, stream: str, version: int) -> bytes:
    """What a sealed event is bound to: not to a topic, so that it can be moved and replayed."""
    return f"{source}/{stream}/{version}".encode()


@dataclass(slots=True)
class Outgoing:
    """What one transaction says: the records of one outbox row, public ones apart."""

    public: list[Frame] = field(default_factory=list)
    internal: list[Frame] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.public) + len(self.internal)

    def packed(self) -> tuple[bytes, bytes]:
        """The row's two byte strings. For one thread at a time."""
        return _shrink(_pack(self.public)), _shrink(_pack(self.internal))


def unpacked(body: bytes, about: bytes = b"") -> list[Frame]:
    """The records of one of an outbox row's byte strings; of a row that does not contain ``about``, none."""
    small = body.startswith(zstandard.FRAME_HEADER)  # those from before 0127 are not
    plain = _restore(body) if small else body
    return _unpack(plain) if about in plain else []


class Because(Struct, frozen=True, gc=False):
    """Why an event is said, as its headers have it: the journey, the event that caused it, the trace it belongs to."""

    correlation: bytes
    causation: bytes = b""
    traceparent: bytes = b""


class Writer:
    """Makes the records of one service's events."""

    def __init__(self, source: str, sealer: Sealer) -> None:
        self._source, self._by = source, source.encode()
        self._topic = topic_of(source)
        self._seal = sealer.seal
        self._types = {cls: ("ce_type", cls.__name__.encode()) for cls in BY_SOURCE.get(source, ())}
        self._said_by = ("ce_source", f"/claimflow/{source}".encode())
        self._kid = ("kid", b"%d" % sealer.key)
        self._dct = ("dct", b"%d" % sealer.dictionary)
        self._identities = Identities()
        self._now: datetime | None = None
        self._when = ("ce_time", b"")

    def write(
        self, stream: str, version: int, event: Event, now: datetime, because: Because
    ) -> tuple[Frame, list[Frame]]:
        """One event's sealed record and its public facts' records. Raises TooLarge, KeyError for another's event."""
        key, ver = stream.encode(), b"%d" % version
        value = self._seal(_encode(event), b"%b/%b/%b" % (self._by, key, ver))
        if len(value) > LARGEST_RECORD:
            raise TooLarge(type(event).__name__)
        if now is not self._now:
            self._now, self._when = now, ("ce_time", now.isoformat().encode())
        known = [
            ("ce_id", self._identities.make(now)), self._said_by, self._types[type(event)],
            ("ce_subject", key), self._when, _SPEC, ("ver", ver),
        ]  # fmt: skip
        why = [
            ("traceparent", because.traceparent),
            ("correlationid", because.correlation),
            ("causationid", because.causation),
        ]
        part = crc32(key) % PARTITIONS
        facts = facts_of(event, Sender(self._source, stream, version, now))
        return (
            (self._topic, part, key, value, [*known, self._kid, self._dct, *why]),
            [_public(fact, n, part, key, [*known, *why, _JSON]) for n, fact in enumerate(facts)],
        )


def _public(fact: Fact, n: int, part: int, key: bytes, headers: list[tuple[str, bytes]]) -> Frame:
    """The n-th fact's record: headers as its event's, but for the seal's. An account's facts are about claims."""
    if n:
        headers[0] = ("ce_id", b"%b.%d" % (headers[0][1], n))
    if fact.subject != fact.stream:
        key = fact.subject.encode()
        part = crc32(key) % PARTITIONS
        headers[3] = ("ce_subject", key)
    return (LIFECYCLE, part, key, _encode(fact), headers)


class Heard(Struct, eq=False, gc=False):
    """A record of ours, read as far as its headers: the payload is opened only when somebody needs it.

    The last five are headers as they came; ``trace``, ``journey`` and ``cause`` may be empty.
    """

    record: Record
    source: str
    index: int
    stream: str
    version: int
    type: str
    id: bytes
    time: bytes
    trace: bytes
    journey: bytes
    cause: bytes

    @property
    def traceparent(self) -> str:
        """W3C text, or empty."""
        return self.trace.decode("ascii", "replace")

    def because(self) -> Because:
        """Why something is said that this event causes."""
        return Because(self.journey or self.stream.encode(), self.id, self.trace)


_INDEX = {f"/claimflow/{source}".encode(): (source, n) for n, source in enumerate(SOURCES)}


def heard(record: Record) -> Heard:
    """Read a record's key and headers. Raises Unreadable."""
    try:
        said_by, kind, ver, id_, time, trace, journey, cause = _read(record.headers)
        source, index = _INDEX[said_by]
        stream = (record.key or b"").decode("ascii")
        version, name = int(ver), kind.decode()
    except KeyError:
        raise Unreadable("ce_source, ver or ce_type is missing or unknown") from None
    except (ValueError, AttributeError, TypeError):
        raise Unreadable("key, ver or ce_type is malformed") from None
    if version < 1 or not _uuid(stream):
        raise Unreadable("key or ver is malformed")
    return Heard(record, source, index, stream, version, name, id_, time, trace, journey, cause)


_READ = ("ce_source", "ce_type", "ver", "ce_id", "ce_time", "traceparent", "correlationid", "causationid")


def _read(headers: Headers) -> Sequence[bytes]:
    """The headers that we read, in the order of _READ, empty when they are not there. Raises KeyError for one of the first three.

    They are taken from where Writer puts them, and only looked for when they do not stand there: twelve headers make a
    dict at the price of reading the rest of a record.
    """
    try:
        (a, id_), (b, by), (c, kind), _, (d, at), _, (e, ver), _, _, (f, trace), (g, journey), (h, cause) = (
            headers
        )
    except ValueError:  # not as many as Writer makes
        return _sought(headers)
    values = (by, kind, ver, id_, at, trace, journey, cause)
    return values if (b, c, e, a, d, f, g, h) == _READ and None not in values else _sought(headers)


def _sought(headers: Headers) -> Sequence[bytes]:
    found = dict(reversed(headers))
    if not all(found.get(name) for name in _READ[:3]):
        raise KeyError
    return [found.get(name) or b"" for name in _READ]


_uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


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
        if not (item.id and item.time):
            raise Unreadable("ce_id or ce_time is missing")
        try:
            plain = self._open(item.record.value or b"", event_aad(item.source, item.stream, item.version))
            return Envelope(
                id=item.id.decode(),
                source=item.source,
                stream=item.stream,
                version=item.version,
                time=datetime.fromisoformat(item.time.decode()),
                event=self._decoders[item.type](plain),
                correlation=item.journey.decode(),
                causation=item.cause.decode(),
                traceparent=item.traceparent,
            )
        except Unsealable as failed:
            raise Unreadable(f"does not open: {failed}") from None
        except KeyError:
            raise Unreadable("its type is not known") from None
        except msgspec.ValidationError:
            raise Unreadable("does not fit its type") from None
        except (ValueError, AttributeError):
            raise Unreadable("does not decode") from None
