"""Topics are declared in a file and made from it: ``python -m shared.bus.topics FILE BOOTSTRAP``. Never auto-created."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from shared.bus.records import PARTITIONS


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``config`` is the broker's, as text; ``hears`` are the services that listen."""

    name: str
    partitions: int = PARTITIONS
    replication: int = 1
    config: Mapping[str, str] = field(default_factory=dict)
    hears: tuple[str, ...] = ()


def declared(path: Path, replication: int | None = None) -> tuple[Topic, ...]:
    """Read the declaration. Raises ValueError where the partitions are not ours: records name theirs explicitly."""
    told = yaml.safe_load(path.read_text("utf-8"))
    topics = []
    for name, about in told["topics"].items():
        if about["partitions"] != PARTITIONS:
            raise ValueError(
                f"{name}: {about['partitions']} partitions, but records are written for {PARTITIONS}"
            )
        config = {**told.get("config", {}), **about.get("config", {})}
        copies = replication or about.get("replication", told.get("replication", 1))
        told_config = {key: str(value) for key, value in config.items()}
        topics.append(Topic(name, about["partitions"], copies, told_config, tuple(about.get("hears", ()))))
    return tuple(topics)


async def _main(path: str, bootstrap: str, replication: str = "") -> None:
    from shared.bus.kafka import KafkaBroker

    topics = declared(Path(path), int(replication) if replication else None)
    await KafkaBroker(bootstrap).create(topics)
    sys.stdout.write(f"{len(topics)} topics are there\n")


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
