"""The local machine: the stack's parts as supervised processes on free ports, with servers of its own where needed."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from aiokafka.errors import KafkaError

from deploy.local import databases, keys, ports
from deploy.local.place import PROJECT, Place, Trouble
from deploy.local.stack import JUDGES, PARTS, TOPICS_FILE, Part
from deploy.local.supervisor import Child, Supervisor
from shared.bus.kafka import KafkaBroker
from shared.bus.topics import declared
from shared.testing.servers import Kafka, Postgres
from shared.testing.servers.process import HOST, Server, tethered

PREFIX = "CLAIMFLOW_"


class Machine:
    """What runs here. ``told`` hears of every change of a process's state."""

    def __init__(
        self,
        place: Place,
        chosen: Mapping[str, int],
        told: Callable[[Child], None],
        parts: Sequence[Part] = PARTS,
        memory: bool = False,
    ) -> None:
        self.place = place
        self.ports = chosen
        self.urls = {part.name: f"http://{HOST}:{chosen[part.name + '.http']}" for part in parts}
        self.files = {"clock": place.clock, **keys.sandbox_files(place, self.ports["sandbox.sftp"])}
        self.began = datetime.now(UTC)
        self._told = told
        self._http = httpx.AsyncClient(timeout=3)
        self._database_url = os.environ.get("DATABASE_URL", "")
        self.memory = memory
        self.bootstrap = (
            "memory" if memory else os.environ.get("KAFKA_BOOTSTRAP") or f"{HOST}:{chosen['kafka']}"
        )
        alone = [part for part in parts if not (memory and part.database)]
        children = [*self._servers(), *(self._part(part) for part in alone)]
        if memory:
            children.append(self._together([part for part in parts if part.database]))
        self.supervisor = Supervisor(children, self._changed)

    def _servers(self) -> list[Child]:
        """PostgreSQL and Kafka, as far as the environment names none."""
        children = []
        if not self._database_url:
            password = keys.password(self.place, "postgres")
            folder = self.place.data / "postgres"
            server = Postgres(folder, self.ports["postgres"], password=password, last_signal="INT")
            self._database_url = server.url
            children.append(self._server(server, self._provide_databases))
        if not self.memory and not os.environ.get("KAFKA_BOOTSTRAP"):
            broker = Kafka(self.place.data / "kafka", self.ports["kafka"], last_signal="TERM")
            children.append(self._server(broker, self._provide_topics))
        return children

    def _server(self, server: Server, after: Callable[[], Any]) -> Child:
        server.log = self.place.logs / f"{server.name}.log"
        return Child(
            name=server.name, command=server.command, ready=server.ready, log=server.log,
            prepare=server.prepare, after=after, stop_signal=server.stop_signal,
        )  # fmt: skip

    def _part(self, part: Part) -> Child:
        return Child(
            name=part.name,
            command=lambda: tethered([sys.executable, "-m", part.module]),
            ready=lambda: self._answers(part),
            log=self.place.logs / f"{part.name}.log",
            env=self.environment(part),
            folder=PROJECT,
            needs=part.needs,
            stands_back=part.stands_back,
        )

    def _together(self, parts: Sequence[Part]) -> Child:
        """The services as one process: only there can they share a broker in memory."""
        file = self.place.data / "together.json"
        ours = {part.name: self.environment(part) for part in parts}
        file.write_text(json.dumps({name: _settings(env) for name, env in ours.items()}))

        async def ready() -> bool:
            return all([await self._answers(part) for part in parts])

        return Child(
            name="services",
            command=lambda: tethered([sys.executable, "-m", "deploy.local.together", str(file)]),
            ready=ready,
            log=self.place.logs / "services.log",
            folder=PROJECT,
            needs=("postgres",),
        )

    def environment(self, part: Part) -> dict[str, str]:
        """The variables that a part is started with: this process's, and its settings filled in."""
        known = {
            "ports": self.ports,
            "urls": self.urls,
            "files": self.files,
            "kafka": self.bootstrap,
        }
        own = {f"{PREFIX}{name}": value.format(**known) for name, value in part.settings.items()}
        if part.name in JUDGES and self.place.code_lists.is_dir():
            own[f"{PREFIX}CODE_LISTS"] = str(self.place.code_lists)
        if part.secrets:
            url = self.address_of(part.database) if part.database else ""
            own[f"{PREFIX}SECRETS_DIR"] = str(keys.hand_out(self.place, part, url))
        return {**os.environ, "PYTHONUNBUFFERED": "1", **own}

    @property
    def server_url(self) -> str:
        """The address of the PostgreSQL server, as a role that may do everything."""
        return self._database_url

    def address_of(self, database: str) -> str:
        """A service's database, for its own role."""
        server = urlsplit(self._database_url)
        where = f"{server.hostname}:{server.port or 5432}"
        secret = keys.password(self.place, database)
        return urlunsplit(server._replace(netloc=f"{database}:{secret}@{where}", path=f"/{database}"))

    async def _provide_databases(self) -> None:
        await databases.provide(self._database_url, keys.roles(self.place))

    async def _provide_topics(self) -> None:
        try:
            await KafkaBroker(self.bootstrap).create(declared(PROJECT / TOPICS_FILE, replication=1))
        except KafkaError as error:
            raise Trouble(
                f"Kafka would not create the topics ({type(error).__name__}). Check KAFKA_BOOTSTRAP."
            ) from error

    async def _answers(self, part: Part) -> bool:
        try:
            answer = await self._http.get(self.urls[part.name] + part.health)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _changed(self, child: Child) -> None:
        self.publish()
        self._told(child)

    @property
    def entrance(self) -> str:
        """The console's address, with the one-time token that signs a browser in."""
        return f"{self.urls['console']}/login?once={keys.sign_in(self.place)}"

    def publish(self) -> None:
        """Tell everybody else what runs now."""
        self.place.publish(
            {
                "pid": os.getpid(),
                "since": self.began.isoformat(),
                "ports": self.ports,
                "urls": self.urls,
                "kafka": self.bootstrap,
                "clock": str(self.place.clock),
                "processes": self.supervisor.snapshot(),
            }
        )

    async def start(self) -> None:
        """Start everything; return when all is ready. Raises Trouble or ServerError."""
        if "postgres" not in self.supervisor.children:
            await self._provide_databases()
        if not self.memory and "kafka" not in self.supervisor.children:
            await self._provide_topics()
        await self.supervisor.start()

    async def close(self) -> None:
        """Stop everything in order."""
        await self.supervisor.stop()
        await self._http.aclose()


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(PREFIX)}


@asynccontextmanager
async def running(
    place: Place,
    asked: Mapping[str, int],
    told: Callable[[Child], None],
    parts: Sequence[Part] = PARTS,
    memory: bool = False,
) -> AsyncIterator[Machine]:
    """The whole system, ready. Stopped in order on the way out, however that is; not even ``kill -9`` leaves orphans.

    ``memory``: without Kafka, on a broker in memory and on empty databases. Raises Trouble, or ServerError when a
    part does not come up.
    """
    place.prepare()
    with place.alone():
        (place.secrets / "sign_in").unlink(missing_ok=True)
        chosen = ports.choose(asked, place.state().get("ports", {}))
        if memory:
            place = place.forgetful
            shutil.rmtree(place.data, ignore_errors=True)
            place.data.mkdir()
        machine = Machine(place, chosen, told, parts, memory)
        machine.publish()
        watcher = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.local.watch", str(os.getpid()), str(place.state_file),
            cwd=PROJECT, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            await machine.start()
            yield machine
        finally:
            await asyncio.shield(machine.close())
            watcher.terminate()
            await watcher.wait()
