"""Intake, wired: feeds, the desk, one port for HL7 v2, three HTTP doors, the inbox."""

from collections.abc import Callable

from services.intake.api import OPEN_ROUTES, routers
from services.intake.api.fhir import VOICES
from services.intake.doors import Crew, mailbox_jobs, mllp_door, watching_door
from services.intake.handlers import hears
from services.intake.jobs import jobs
from services.intake.settings import IntakeSettings, load_clients, load_feeds
from services.intake.store import inbox
from services.intake.store.desk import Desk
from shared.service import Service
from shared.service.run import run


def build(
    settings: IntakeSettings | None = None, listening: Callable[[int], None] = lambda port: None
) -> Service:
    """Put the service together; ``listening`` is told the MLLP port.

    Raises ValueError when a feed or client file cannot be used.
    """
    settings = settings or IntakeSettings()
    desk = Desk(load_feeds(settings.feeds), settings.batch_messages)
    crew = Crew(settings, desk.feeds)
    return Service(
        name="intake",
        settings=settings,
        hears=hears(),
        routers=routers(desk, load_clients(settings.smart_clients)),
        doors=(mllp_door(desk, crew, listening), watching_door(desk)),
        jobs=(*jobs(desk), *mailbox_jobs(desk, settings)),
        migrations="services/intake/migrations",
        summary=inbox.summary,
        open_routes=OPEN_ROUTES,
        voices=VOICES,
        checks={"doors": crew.check},
    )


if __name__ == "__main__":
    run(build)
