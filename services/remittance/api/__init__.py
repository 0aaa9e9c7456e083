"""What may be asked of remittance: a claim's money, remittances, what waits in suspense, the ledger."""

from fastapi import APIRouter

from services.remittance.api.reading import reading_router
from services.remittance.api.suspense import suspense_router
from services.remittance.store import Tables


def make_routers(tables: Tables) -> tuple[APIRouter, ...]:
    """All routers of the service."""
    return (reading_router(tables), suspense_router(tables))


__all__ = ["make_routers"]
