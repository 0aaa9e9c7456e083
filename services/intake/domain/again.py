"""Read a stored message once more, with today's feeds and mappings."""

from datetime import datetime

from services.intake.domain.edi import read_x12
from services.intake.domain.feed import Feeds
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Reading
from services.intake.domain.own import read_own
from shared.events.intake import Door


def read_again(door: Door, raw: bytes, sender: str, control: str, feeds: Feeds, at: datetime) -> Reading:
    """What this message would be if it came now. ``sender`` and ``control`` as they were told at an HTTP door."""
    if door == "hl7":
        return read_hl7(raw, feeds, at)
    if door == "x12":
        return read_x12(raw, feeds, at)
    return (read_fhir if door == "fhir" else read_own)(raw, sender, control, feeds)
