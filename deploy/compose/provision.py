"""Run once by docker-compose.yml: secrets into a volume, then roles, databases and topics. Repeating it changes nothing.

``python -m deploy.compose.provision secrets`` before the servers start, ``... stores`` once they answer.
"""

import asyncio
import sys
from pathlib import Path

from deploy.local import databases, keys
from deploy.local.place import PROJECT, Place
from deploy.local.stack import PARTS, SERVICES, TOPICS_FILE
from shared.bus.kafka import KafkaBroker
from shared.bus.topics import declared

PLACE = Place(Path("/var/lib/claimflow"))
POSTGRES = "postgres"
KAFKA = "kafka:9092"
SFTP_HOST, SFTP_PORT = "sandbox", 2222


def make_secrets(place: Place = PLACE) -> None:
    """Make every secret that is not there yet; each service finds its own in ``secrets/<service>``."""
    place.data.mkdir(parents=True, exist_ok=True)
    place.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.password(place, "postgres")
    keys.sandbox_files(place, SFTP_PORT, SFTP_HOST)
    (place.data / "sandbox").mkdir(exist_ok=True)
    if not place.clock.exists():
        place.clock.write_text("0")
    for part in PARTS:
        if part.secrets:
            keys.hand_out(place, part, _address(place, part.database) if part.database else "")
    print("secrets: ready")


async def make_stores(place: Place = PLACE) -> None:
    """Make roles, databases and topics. Raises Trouble when a server refuses."""
    password = keys.password(place, "postgres")
    await databases.provide(f"postgresql://postgres:{password}@{POSTGRES}:5432/postgres", keys.roles(place))
    wanted = declared(PROJECT / TOPICS_FILE, replication=1)
    await KafkaBroker(KAFKA).create(wanted)
    print(f"databases: {', '.join(part.database for part in SERVICES)}; topics: {len(wanted)}")


def _address(place: Place, database: str) -> str:
    return f"postgresql://{database}:{keys.password(place, database)}@{POSTGRES}:5432/{database}"


if __name__ == "__main__":
    if sys.argv[1:] == ["secrets"]:
        make_secrets()
    elif sys.argv[1:] == ["stores"]:
        asyncio.run(make_stores())
    else:
        sys.exit("usage: python -m deploy.compose.provision secrets|stores")
