"""Files that this project did not write, when they lie beside it; tests over them skip otherwise."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "samples" / "x12"

needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="no sample files beside the repository")


def files(*folders: str) -> list[Path]:
    """All sample files of some folders."""
    return (
        [path for folder in folders for path in sorted((FOLDER / folder).glob("*"))]
        if FOLDER.is_dir()
        else []
    )


def all_files() -> list[Path]:
    """All sample files."""
    return files(*(path.name for path in sorted(FOLDER.glob("*")))) if FOLDER.is_dir() else []


def named(part: str) -> Path:
    """The sample file whose name has this part."""
    return next(path for path in all_files() if part in path.name)
