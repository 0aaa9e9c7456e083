"""A machine that cannot have Kafka: said plainly, and the whole day plays on the broker in memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.place import PROJECT

pytestmark = [pytest.mark.real, pytest.mark.slow]

WITHOUT_KAFKA = """
import sys
from deploy.local import cli
from deploy.local.ports import WISHES
from shared.testing.servers import NoKafkaError, free_port, kafka

def nowhere(*_):
    raise NoKafkaError("No Java 17 or later was found.")

kafka.fetch = nowhere
sys.argv = ["claimflow", "demo", "--once", "--visits", "30"]
for name in WISHES:
    sys.argv += ["--port", f"{name}={free_port()}"]
cli.main()
"""


def test_without_kafka_it_says_so_and_the_books_close_all_the_same(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "KAFKA_BOOTSTRAP"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_KAFKA], cwd=PROJECT, env={**environment, "CLAIMFLOW_LOCAL": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Kafka cannot be had here. No Java 17 or later was found." in done.stdout, (
        done.stdout + done.stderr
    )
    assert "The books close." in done.stdout, done.stdout
    assert done.returncode == 0
