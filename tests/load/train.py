"""Train the zstd dictionary on what invented claims become: ``python -m tests.load.train NUMBER``.

A trained dictionary is data that sealed bytes depend on for ever: train a new number, never overwrite an old one.
Claims go through the whole system; each event that is said and each state that is seen meanwhile may be a sample. Of every
second one all values are others, so that half of what is learned is how documents are built, whoever the hospital is.
Every person in them is invented (shared.testing.builders), so the file holds no patient data.
"""

import asyncio
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import zstandard

from deploy.local import keys
from deploy.local.machine import Machine
from deploy.local.stack import SERVICES
from shared.bus import Sealer, sealer
from shared.bus.records import event_aad, unpacked
from shared.testing.builders import PAYERS, an_institutional_claim
from tests.load import feeding
from tests.load.lifecycle import AGGREGATES, system
from tests.load.sampled import sealer_of

SIZE = 16 * 1024
"""Bytes. Twice as many make no document smaller by a twentieth, and have to be in the processor's cache to be of use."""

CLAIMS = 2000
SAMPLES = 4000
_DATABASES = tuple(part.database for part in SERVICES if part.name != "console")
QUIET = 30
"""Looks in a row that show nothing new: then everything has been said."""


async def documents() -> set[bytes]:
    """The plain bytes of each event and of each state that was seen, of claims of all payers of the sandbox."""
    async with system() as bench:
        machine, day = bench.machine, datetime.now(UTC).date() - timedelta(days=7)
        opener = sealer_of(machine.place)
        token = {"Authorization": f"Bearer {keys.token(machine.place, 'ehr')}"}
        stays = [
            msgspec.json.encode(
                an_institutional_claim(n, payer=tuple(PAYERS)[n % len(PAYERS)], lines=1 + n % 6, on=day)
            )
            for n in range(CLAIMS // 4)
        ]
        async with httpx.AsyncClient(base_url=machine.urls["intake"], headers=token, timeout=120) as http:
            seen, _, _ = await asyncio.gather(
                _watch(machine, opener),
                feeding.send_files(http, feeding.files(1, CLAIMS, day)),
                feeding.send_evenly(http, stays, CLAIMS / 20),
            )
        return seen


async def _watch(machine: Machine, opener: Sealer) -> set[bytes]:
    """Look into all databases until nothing new has come for a while."""
    databases = [await asyncpg.connect(machine.address_of(name)) for name in _DATABASES]
    seen: set[bytes] = set()
    quiet = 0
    while quiet < QUIET:
        before = len(seen)
        for database in databases:
            seen.update(await _states(database, opener))
        quiet = quiet + 1 if len(seen) == before else 0
        await asyncio.sleep(0.1)
    for database in databases:
        seen.update(await _events(database, opener))
        await database.close()
    return seen


async def _states(database: asyncpg.Connection, opener: Sealer) -> list[bytes]:
    found = []
    for (table,) in await database.fetch(AGGREGATES):
        rows = await database.fetch(
            f"select id::text, document from {table} where changed_at > now() - interval '2 s'"
        )
        found += [opener.open(row[1], f"{table}/{row[0]}".encode()) for row in rows if row[1] is not None]
    return found


async def _events(database: asyncpg.Connection, opener: Sealer) -> list[bytes]:
    frames = [
        frame for row in await database.fetch("select internal from said") for frame in unpacked(row[0])
    ]
    return [
        opener.open(value, event_aad(topic.partition(".")[2], key.decode(), int(dict(headers)["ver"])))
        for topic, _, key, value, headers in frames
    ]


def samples(seen: set[bytes], rng: random.Random) -> Iterator[bytes]:
    """Some of the documents, and some with other values."""
    chosen = rng.sample(sorted(seen), min(SAMPLES, len(seen)))
    for n, document in enumerate(chosen):
        yield msgspec.json.encode(with_others(msgspec.json.decode(document), rng, {})) if n % 2 else document


def with_others(value: Any, rng: random.Random, chosen: dict[object, object]) -> Any:
    """The same structure with other numbers, names, identifiers and days; what is one value twice stays one (``chosen``)."""
    if isinstance(value, dict):
        return {key: with_others(inner, rng, chosen) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_others(inner, rng, chosen) for inner in value]
    if value is None or isinstance(value, bool) or _WORD.fullmatch(str(value)):
        return value
    if value not in chosen:
        other = _CHARACTER.sub(lambda c: rng.choice(_ALIKE[_kind(c[0])]), str(value))
        chosen[value] = int("1" + other[1:]) if isinstance(value, int) else other
    return chosen[value]


_WORD = re.compile(r"[a-z_ ]*|([A-Z][a-z]+)+|.{0,3}")
"""What a program says and not a person: the name of a type, a state, a short code."""

_CHARACTER = re.compile(r"[0-9A-Za-z]")
_ALIKE = {"digit": "0123456789", "upper": "ABCDEFGHIJKLMNOPRSTUVWYZ", "lower": "abcdef"}


def _kind(character: str) -> str:
    return "digit" if character.isdigit() else "upper" if character.isupper() else "lower"


def main(number: int) -> Path:
    """Train dictionary ``number`` and write it beside the sealer. Raises FileExistsError rather than overwrite."""
    path = Path(sealer.__file__).parent / f"claims-{number}.dict"
    chosen = samples(asyncio.run(documents()), random.Random(number))
    trained = zstandard.train_dictionary(SIZE, list(chosen), dict_id=number, level=sealer.LEVEL)
    with path.open("xb") as out:
        out.write(trained.as_bytes())
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]))}\n")
