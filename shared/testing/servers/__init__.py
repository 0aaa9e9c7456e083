"""PostgreSQL and Kafka as processes of our own, on 127.0.0.1, for tests and for the local machine alike.

Neither needs Docker, root or an installation: PostgreSQL comes in a wheel, Kafka by Maven coordinates. Both end with the
process that started them, however that one ends.
"""

from shared.testing.servers.jars import NoKafkaError
from shared.testing.servers.kafka import Kafka
from shared.testing.servers.postgres import Postgres
from shared.testing.servers.process import Server, ServerError, free_port

__all__ = ["Kafka", "NoKafkaError", "Postgres", "Server", "ServerError", "free_port"]
