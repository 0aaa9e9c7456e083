"""What can be set for the scrubber."""

from pathlib import Path

from shared.service import ServiceSettings


class ScrubberSettings(ServiceSettings):
    """The scrubber's own settings beside those of every service."""

    codes_dir: Path | None = None
    """The operator's icd10cm.tsv, hcpcs.tsv and payers.yaml; a file that is absent there is taken from the release."""
