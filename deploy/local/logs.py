"""Follow the processes' log files: new lines, each with its process's name and colour."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green", "bright_yellow")
KEPT_BYTES = 20 * 1024**2
_DROPPED = {"event", "level", "timestamp", "logger", "service"}


def turn(folder: Path) -> None:
    """Put a log file that has grown large aside, as ``name.log.1``, before a new start."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > KEPT_BYTES:
            log.replace(log.with_suffix(".log.1"))


async def follow(files: Mapping[str, Path], say: Callable[[str, str, str], None]) -> None:
    """Call ``say(name, colour, line)`` for every new line, for ever."""
    positions = {name: file.stat().st_size if file.exists() else 0 for name, file in files.items()}
    while True:
        for place, (name, file) in enumerate(files.items()):
            lines, positions[name] = await asyncio.to_thread(_since, file, positions[name])
            for line in lines:
                say(name, COLOURS[place % len(COLOURS)], readable(line))
        await asyncio.sleep(0.3)


def readable(line: str) -> str:
    """A JSON log line as ``level event key=value``; any other line as it is."""
    try:
        entry = json.loads(line)
        rest = " ".join(f"{key}={value}" for key, value in entry.items() if key not in _DROPPED)
        return f"{entry.get('level', 'info')} {entry.get('event', '')} {rest}".rstrip()
    except (ValueError, AttributeError):
        return line


def _since(file: Path, position: int) -> tuple[list[str], int]:
    if not file.exists():
        return [], 0
    with file.open("rb") as log:
        log.seek(position)
        fresh = log.read(1024**2)
    whole = fresh[: fresh.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace").splitlines(), position + len(whole)
