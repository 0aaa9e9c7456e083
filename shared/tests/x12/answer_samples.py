"""Where payer answers that we did not write may be found: a folder that is not part of the project."""

import os
from pathlib import Path

FOLDER = Path(
    os.environ.get("CLAIMFLOW_SAMPLES") or Path(__file__).resolve().parents[4].joinpath("shared", "samples")
)


def answers(*kinds: str) -> list[Path]:
    """The sample files of these kinds (``835``, ``999`` ...), none when the folder is absent."""
    return sorted(file for kind in kinds for file in (FOLDER / "x12" / kind).glob("*") if file.is_file())
