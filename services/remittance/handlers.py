"""What remittance does with each event it hears."""

from typing import Any

from services.remittance.store import Tables
from shared.bus.types import Hears
from shared.events import ClaimSubmitted, PayerFileReceived


def hears(tables: Tables) -> tuple[Hears[Any, Any], ...]:
    """A submitted claim opens its charge; a part of an 835 file is kept until the file is complete."""
    return (
        Hears(events=(ClaimSubmitted,), aggregate=tables.claims),
        Hears(events=(PayerFileReceived,), aggregate=tables.files),
    )
