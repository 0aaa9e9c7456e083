"""docker-compose.yml is the same system as deploy/local: processes, settings, ports, servers, topics."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose import provision
from deploy.local.place import PROJECT
from deploy.local.stack import PARTS, TOPICS_FILE, Part
from shared.bus.topics import declared
from shared.events import BY_SOURCE, LIFECYCLE

COMPOSE: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
HOME = "/var/lib/claimflow"
KNOWN = {
    "ports": {f"{part.name}.{name}": port for part in PARTS for name, port in part.ports.items()},
    "urls": {part.name: f"http://{part.name}:{part.ports.get('http')}" for part in PARTS},
    "kafka": "kafka:9092",
    "files": {
        "clock": f"{HOME}/data/clock",
        "sandbox_host_key": f"{HOME}/secrets/mailbox/host_key",
        "sandbox_known_hosts": f"{HOME}/secrets/mailbox/known_hosts",
        "sandbox_password": f"{HOME}/secrets/mailbox/password",
        "sandbox_accounts": f"{HOME}/secrets/mailbox/accounts.json",
        "sandbox_folder": f"{HOME}/data/sandbox",
    },
}
OTHER_NAMES = {"MAILBOX_HOST": "sandbox"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_process_of_the_local_stack_is_a_container_with_the_same_settings(part: Part) -> None:
    container = SERVICES[part.name]
    assert container["command"] == ["python", "-m", part.module]
    assert container.get("cpu_shares", 1024) == part.share
    told = container["environment"]
    for name, value in part.settings.items():
        wanted = OTHER_NAMES.get(name, value.format(**KNOWN))
        assert str(told.get(f"CLAIMFLOW_{name}")) == wanted, name
    extra = set(told) - {f"CLAIMFLOW_{name}" for name in part.settings}
    assert all(name.endswith(("_HOST", "_SECRETS_DIR")) for name in extra)


def test_there_is_no_container_that_the_local_stack_does_not_have() -> None:
    assert set(SERVICES) == {part.name for part in PARTS} | {"secrets", "postgres", "kafka", "stores"}


def test_the_containers_get_the_declared_topics_and_these_are_all_topics() -> None:
    assert provision.PROJECT / provision.TOPICS_FILE == PROJECT / TOPICS_FILE
    names = {topic.name for topic in declared(PROJECT / TOPICS_FILE)}
    assert names == {f"claims.{source}" for source in BY_SOURCE} | {LIFECYCLE}


def test_every_container_that_serves_has_a_health_check() -> None:
    once = {"secrets", "stores"}
    assert all("healthcheck" in container for name, container in SERVICES.items() if name not in once)


def test_no_secret_stands_in_the_file() -> None:
    words = ("PASSWORD", "TOKEN", "KEY")
    for container in SERVICES.values():
        for name, value in (container.get("environment") or {}).items():
            assert str(value).startswith(HOME) or not any(word in name for word in words), name


def test_the_secrets_of_a_container_are_made_where_it_looks_for_them(tmp_path: Path) -> None:
    place = provision.Place(tmp_path)
    provision.make_secrets(place)
    for part in PARTS:
        for secret in part.secrets:
            assert (place.secrets / part.name / f"claimflow_{secret}").read_text()
    before = (place.secrets / "seal_key").read_text()
    provision.make_secrets(place)
    assert (place.secrets / "seal_key").read_text() == before
