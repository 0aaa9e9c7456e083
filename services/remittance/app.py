"""Remittance, wired: three aggregates, two jobs, its API."""

from base64 import b64decode

from services.remittance import store
from services.remittance.api import make_routers
from services.remittance.handlers import hears
from services.remittance.jobs import Read, make_jobs
from services.remittance.settings import RemittanceSettings
from services.remittance.store import Tables
from shared.bus.sealer import Sealer
from shared.service import Blind, Context, Service
from shared.service.run import run
from shared.x12 import read


def build(settings: RemittanceSettings | None = None, read: Read = read) -> Service:
    """Put the service together. Raises ValueError for keys that are missing or malformed."""
    settings = settings or RemittanceSettings()
    blind = Blind(b64decode(settings.blind_key.get_secret_value()))
    tables = Tables.make(blind, Sealer.parse(settings.seal_keys.get_secret_value()))

    async def summary(ctx: Context[RemittanceSettings]) -> object:
        async with ctx.db.connect() as tx:
            return await store.summary(tx)

    return Service(
        name="remittance",
        settings=settings,
        hears=hears(tables),
        routers=make_routers(tables),
        jobs=make_jobs(settings, tables, read),
        migrations="services/remittance/migrations",
        summary=summary,
    )


if __name__ == "__main__":
    run(build)
