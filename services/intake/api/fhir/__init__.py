"""The FHIR R4 door."""

from fastapi import APIRouter

from services.intake.api.fhir import capability, reading, writing
from services.intake.api.fhir.outcomes import say
from services.intake.store.desk import Desk

OPEN_ROUTES = frozenset({"/fhir/metadata"})
"""What a client must be able to read before it has a token."""

VOICES = {"/fhir": say}


def router(desk: Desk) -> APIRouter:
    """All routes below /fhir."""
    routes = APIRouter(tags=["fhir"])
    for part in (writing.router(desk), reading.router(desk), capability.router()):
        routes.include_router(part)
    return routes
