"""Create the declared topics on a broker. What exists is left alone: partitions are never changed behind a key's back."""

from collections.abc import Sequence
from pathlib import Path

from aiokafka.errors import KafkaError

from deploy.local.place import PROJECT, Trouble
from deploy.local.stack import TOPICS_FILE
from shared.bus.kafka import KafkaBroker
from shared.bus.topics import Topic
from shared.bus.topics import declared as read


def declared(file: Path = PROJECT / TOPICS_FILE) -> tuple[Topic, ...]:
    """The topics that the file declares, for one broker. Raises ValueError when it is not in form."""
    return read(file, replication=1)


async def provide(bootstrap: str, topics: Sequence[Topic]) -> None:
    """Create the ones that are not there. Raises Trouble when the broker refuses one."""
    try:
        await KafkaBroker(bootstrap).create(topics)
    except KafkaError as error:
        raise Trouble(f"Kafka would not create the topics: {type(error).__name__}.") from error
