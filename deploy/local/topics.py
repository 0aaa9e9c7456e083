"""Create the declared topics on a broker. What exists is left alone: partitions are never changed behind a key's back."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from deploy.local.place import PROJECT, Trouble
from deploy.local.stack import TOPICS_FILE


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One line of deploy/topics.yaml."""

    name: str
    owner: str
    visibility: str
    partitions: int
    replicas: int
    config: dict[str, str] = {}


def declared(file: Path = PROJECT / TOPICS_FILE) -> list[Topic]:
    """The topics that the file declares. Raises msgspec's ValidationError when it is not in form."""
    return msgspec.convert(yaml.safe_load(file.read_text())["topics"], list[Topic])


async def provide(bootstrap: str, topics: Sequence[Topic], replicas: int = 1) -> list[str]:
    """Create the ones that are not there and return their names. Raises Trouble when the broker refuses one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        known = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in known]
        if missing:
            answer = await admin.create_topics([_new(topic, replicas) for topic in missing])
            for name, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise Trouble(f"Kafka would not create the topic {name}: {for_code(code).__name__}.")
        return [topic.name for topic in missing]
    finally:
        await admin.close()


def _new(topic: Topic, replicas: int) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, replicas, topic_configs=topic.config)
