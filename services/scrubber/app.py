"""The scrubber, wired: rules and code files, one aggregate, its API."""

from base64 import b64decode

from services.scrubber.api import router
from services.scrubber.codes import load_book
from services.scrubber.handlers import hears
from services.scrubber.settings import ScrubberSettings
from services.scrubber.store import Claims
from shared.service import Blind, Context, Service
from shared.service.run import run


def build(settings: ScrubberSettings | None = None) -> Service:
    """Put the service together; raises BadCodeFile when a code file cannot be used."""
    settings = settings or ScrubberSettings()
    claims = Claims(load_book(settings.codes_dir), Blind(b64decode(settings.blind_key.get_secret_value())))

    async def summary(ctx: Context[ScrubberSettings]) -> object:
        async with ctx.db.connect() as tx:
            return await claims.summary(tx)

    return Service(
        name="scrubber",
        settings=settings,
        hears=hears(claims),
        routers=(router(claims),),
        migrations="services/scrubber/migrations",
        summary=summary,
    )


if __name__ == "__main__":
    run(build)
