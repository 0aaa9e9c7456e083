"""The console's pages, one file per screen."""

import asyncio

from fastapi import APIRouter

from services.console.gateway import Services
from services.console.pages import accounts, claim, door, feeds, inbox, overview, queues, resources
from services.console.pages.desk import Desk
from services.console.pages.door import Browsing
from services.console.sessions import Sessions
from services.console.settings import ConsoleSettings
from shared.service import Clock

OPEN_ROUTES = door.OPEN_ROUTES


def make_parts(
    settings: ConsoleSettings, services: Services, clock: Clock, stopping: asyncio.Event
) -> tuple[tuple[APIRouter, ...], Browsing]:
    """All pages, and who is signed in. ``stopping`` closes the pages that stay open."""
    desk = Desk(settings, services, Sessions(settings, clock), stopping)
    routers = tuple(
        screen.make_router(desk)
        for screen in (door, overview, claim, inbox, accounts, feeds, queues, resources)
    )
    return routers, Browsing(desk)
