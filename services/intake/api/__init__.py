"""Intake's HTTP side: claims in (JSON, FHIR, X12), the inbox, the accounts, the feeds and what a changed one would do."""

from fastapi import APIRouter

from services.intake.api import accounts, claims, feeds, fhir, inbox, trial
from services.intake.store.desk import Desk


def routers(desk: Desk) -> tuple[APIRouter, ...]:
    """All routes; the desk is where what comes in is handed to."""
    return (
        claims.router(desk),
        fhir.router(desk),
        inbox.router(desk),
        accounts.router(desk),
        feeds.router(desk),
        trial.router(desk),
    )
