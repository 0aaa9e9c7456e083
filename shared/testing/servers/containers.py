"""The same servers as containers, where a Docker engine runs here: PostgreSQL and Kafka through testcontainers."""

import socket
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

from shared.testing.servers.postgres import SETTINGS

IMAGES = {"postgres": "postgres:18", "kafka": "apache/kafka:4.3.1"}
Stop = Callable[[], None]


def container(kind: str) -> tuple[str, Stop] | None:
    """Start one; returns its address and how to stop it, or None where no engine answers or its image is not there.

    Only an image that the engine already has is used: a pull may hang for minutes behind a hospital's proxy.
    """
    if not engine_answers() or find_spec("testcontainers") is None:
        return None
    errors = import_module("docker.errors")
    try:
        import_module("docker").from_env().images.get(IMAGES[kind])
        return _postgres() if kind == "postgres" else _kafka()
    except errors.DockerException:
        return None


def engine_answers() -> bool:
    """Whether something listens on the Docker socket of this machine."""
    path = Path(urlsplit(environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")).path)
    if not path.is_socket():
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(str(path)) == 0


def _postgres() -> tuple[str, Stop]:
    make = import_module("testcontainers.postgres").PostgresContainer
    # the image's own listen address and socket folder stay
    kept = {
        name: value
        for name, value in SETTINGS.items()
        if name not in {"listen_addresses", "unix_socket_directories"}
    }
    options = " ".join(f"-c {name}={value}" for name, value in kept.items())
    server = make(IMAGES["postgres"], username="postgres", dbname="postgres", driver=None)
    server.with_command(f"postgres {options}").start()
    return str(server.get_connection_url()), server.stop


def _kafka() -> tuple[str, Stop]:
    server = import_module("testcontainers.kafka").KafkaContainer(IMAGES["kafka"]).with_kraft()
    server.start()
    return str(server.get_bootstrap_server()), server.stop
