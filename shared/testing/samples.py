"""Files that nobody here wrote, for tests: in the folder that CLAIMFLOW_SAMPLES names. Without it such tests are skipped.

The folder holds ``x12``, ``hl7`` and ``fhir``, below each a folder per kind (``x12/835``, ``hl7/DFT_P03``).
"""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CLAIMFLOW_SAMPLES") or "samples")

needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="no sample files here: CLAIMFLOW_SAMPLES names none")


def of_kinds(*kinds: str) -> list[Path]:
    """The files of these kinds (``x12/835``, ``hl7/*``) in order of name, none when the folder is absent."""
    return sorted(file for kind in kinds for file in FOLDER.glob(f"{kind}/*") if file.is_file())


def named(part: str) -> Path:
    """The one file whose name has this part."""
    return next(file for file in of_kinds("*/*") if part in file.name)
