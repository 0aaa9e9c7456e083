"""The one folder that holds everything of the local system: data, logs, secrets, what runs now."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
NEEDED_BYTES = 2 * 1024**3
KEPT_BY_RESET = {"kafka"}
"""Kafka's jars: the same for everybody, and slow to fetch again."""


class Trouble(Exception):
    """What stands in the way, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Paths below the folder; ``.local`` of the project, or what CLAIMFLOW_LOCAL says."""

    folder: Path
    data_name: str = "data"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.folder / "logs"

    @property
    def data(self) -> Path:
        """What PostgreSQL, Kafka and the sandbox keep."""
        return self.folder / self.data_name

    @property
    def secrets(self) -> Path:
        """Keys, tokens and passwords, readable by their owner only."""
        return self.folder / "secrets"

    @property
    def code_lists(self) -> Path:
        """The operator's copies of official code lists, one CSV each; not there until some were imported."""
        return self.folder / "code_lists"

    @property
    def clock(self) -> Path:
        """The seconds by which the system's clock is ahead."""
        return self.data / "clock"

    @property
    def state_file(self) -> Path:
        """What runs now; see ``state``."""
        return self.folder / "state.json"

    @property
    def forgetful(self) -> "Place":
        """The same with other data: those of a system without Kafka are forgotten at each start."""
        return Place(self.folder, "memory")

    def state(self) -> dict[str, Any]:
        """What the supervisor last published: its pid, ports, URLs and processes. Empty when nothing was ever started."""
        try:
            known: dict[str, Any] = json.loads(self.state_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return known

    def publish(self, state: Mapping[str, Any]) -> None:
        """Replace the state file in one step."""
        draft = self.state_file.with_suffix(".draft")
        draft.write_text(json.dumps(state, indent=2))
        draft.replace(self.state_file)

    def prepare(self) -> None:
        """Make the folders. Raises Trouble when the disk is nearly full or the folder cannot be written."""
        try:
            for folder in (self.folder, self.logs, self.data, self.secrets):
                folder.mkdir(parents=True, exist_ok=True)
            self.secrets.chmod(0o700)
        except OSError as error:
            raise Trouble(
                f"The folder {self.folder} cannot be made: {error.strerror}. Set CLAIMFLOW_LOCAL."
            ) from error
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_BYTES:
            raise Trouble(
                f"Only {free // 1024**2} MB are free on the disk of {self.folder}; claimflow wants "
                f"{NEEDED_BYTES // 1024**2} MB. Free some (`make reset` empties old data), or set CLAIMFLOW_LOCAL."
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for this process. Raises Trouble while another one holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Trouble(self._who_runs()) from None
            yield

    def reset(self) -> None:
        """Forget everything but Kafka's jars. Raises Trouble while the system runs."""
        with self.alone():
            for path in self.folder.iterdir():
                if path.name in KEPT_BY_RESET or path.name == "lock":
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _who_runs(self) -> str:
        state = self.state()
        pid, url = state.get("pid", "?"), state.get("urls", {}).get("console", "")
        return (
            f"claimflow already runs in {self.folder} (process {pid}{', ' + url if url else ''}). Use that one, "
            f"or stop it first: Ctrl-C in its terminal, or `kill {pid}`."
        )


def here() -> Place:
    """The folder that this command works on."""
    return Place(Path(os.environ.get("CLAIMFLOW_LOCAL") or PROJECT / ".local").resolve())
