"""Files that nobody here wrote, where they are at hand beside the project; tests that use them skip where they are not."""

import os
from pathlib import Path

SAMPLES = Path(
    os.environ.get("CLAIMFLOW_SAMPLES") or Path(__file__).resolve().parents[3].joinpath("shared", "samples")
)


def of_kinds(*folders: str) -> list[Path]:
    """The files of these kinds, in order of name."""
    return sorted(file for folder in folders for file in (SAMPLES / folder).glob("*") if file.is_file())
