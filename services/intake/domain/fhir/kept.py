"""A Claim read back: the resource as it was sent, found in what was kept."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.intake.domain.fhir.claim import number_of
from services.intake.domain.fhir.document import opened
from services.intake.domain.fhir.tree import Json, NotFhirError, parse

write = msgspec.json.Encoder(decimal_format="number").encode
"""JSON with decimals as they were written: FHIR counts their digits."""


def claims_in(raw: bytes) -> Iterator[tuple[str, Json]]:
    """Every Claim of a kept document with its number. None where the document can no longer be read."""
    try:
        document = opened(parse(raw))
    except NotFhirError:
        return
    for entry in document.of("Claim"):
        if isinstance(entry.node.value, dict):
            yield number_of(entry.node), entry.node.value


def shown(resource: Json, claim: str, version: int, at: datetime) -> Json:
    """The resource as it was sent, with the id, version and time that it has here."""
    said = resource.get("meta")
    meta = said if isinstance(said, dict) else {}
    return resource | {
        "id": claim,
        "meta": meta | {"versionId": str(version), "lastUpdated": at.isoformat()},
    }
