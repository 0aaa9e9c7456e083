"""A real one-node Apache Kafka in KRaft mode: broker and controller in one JVM, run as a plain child process."""

import base64
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.testing.servers.jars import FOLDER, fetch, java
from shared.testing.servers.process import HOST, Server, ServerError, free_port, last_line, listens, tethered

# The second compiler costs a local broker more than it gives back: half of its time in the first 50,000 claims (ADR 0122).
JVM = (
    "-XX:TieredStopAtLevel=1", "-Xms256m", "-Xmx512m", "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)  # fmt: skip
SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    # one node: what a cluster keeps three times, it keeps once
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # after a kill -9 the broker may only come back when its old session has run out (9 s by default)
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # two cores
    "num.network.threads": "2",
    "num.io.threads": "2",
    "num.recovery.threads.per.data.dir": "1",
    "background.threads": "2",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "log.index.size.max.bytes": "1048576",
}


class Kafka(Server):
    """One broker. Its jars are fetched at the first ``prepare``. Raises NoKafkaError where it cannot be had."""

    name = "kafka"

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        jars: Path = FOLDER,
        last_signal: str = "KILL",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, port, last_signal=last_signal)
        self.controller_port = free_port()
        self.jars = jars
        self.settings = settings or {}
        self.properties = folder / "server.properties"

    @property
    def bootstrap(self) -> str:
        """What clients connect to."""
        return f"{HOST}:{self.port}"

    def prepare(self) -> None:
        """Fetch the jars, write the settings, format the log folder the first time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fetch(self.jars)
        self._write_settings()
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()

    def command(self) -> list[str]:
        """The broker in the foreground."""
        return tethered([*self._java(), "kafka.Kafka", str(self.properties)], self.last_signal)

    async def ready(self) -> bool:
        """Whether it tells its metadata."""
        if not listens(self.port):
            return False
        client = AIOKafkaClient(bootstrap_servers=self.bootstrap, request_timeout_ms=2000)
        try:
            await client.bootstrap()
            return bool(client.cluster.brokers())
        except (KafkaError, OSError):
            return False
        finally:
            await client.close()

    def _write_settings(self) -> None:
        here = {
            "listeners": f"PLAINTEXT://{HOST}:{self.port},CONTROLLER://{HOST}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{self.port}",
            "controller.quorum.voters": f"1@{HOST}:{self.controller_port}",
            "log.dirs": str(self.folder / "data"),
        }
        lines = [f"{name}={value}" for name, value in {**SETTINGS, **here, **self.settings}.items()]
        self.properties.write_text("\n".join(lines) + "\n")

    def _format(self) -> None:
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        if identity.startswith("-"):  # the tool would read it as an option
            identity = "A" + identity[1:]
        arguments = ["kafka.tools.StorageTool", "format", "-t", identity, "-c", str(self.properties)]
        command = tethered([*self._java(), *arguments])
        with self.log.open("ab") as log:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)  # noqa: S603
        if done.returncode:
            raise ServerError(
                f"Kafka's log folder could not be formatted: {last_line(self.log)} (log: {self.log})"
            )

    def _java(self) -> list[str]:
        return [java(), *JVM, "-cp", str(self.jars / "lib" / "*")]
