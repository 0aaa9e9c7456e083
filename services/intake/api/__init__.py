"""Intake's HTTP side: claims in (JSON, FHIR, X12), the inbox, the accounts, the feeds and what a changed one would do."""

from collections.abc import Mapping

from fastapi import APIRouter

from services.intake.api import accounts, claims, feeds, fhir, inbox, smart, trial
from services.intake.domain.smart import Client
from services.intake.store.desk import Desk

OPEN_ROUTES = fhir.OPEN_ROUTES | smart.OPEN_ROUTES
"""What may be asked without a token."""


def routers(desk: Desk, clients: Mapping[str, Client]) -> tuple[APIRouter, ...]:
    """All routes; the desk is where what comes in is handed to."""
    return (
        claims.router(desk),
        fhir.router(desk),
        inbox.router(desk),
        accounts.router(desk),
        feeds.router(desk),
        trial.router(desk),
        smart.router(clients),
    )
