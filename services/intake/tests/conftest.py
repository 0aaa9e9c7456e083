"""What intake's tests with a database share."""

from collections.abc import AsyncIterator

import pytest

from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.testing.app import Harness, settings_for, started


@pytest.fixture
def migrations() -> str:
    """The databases of these tests have intake's tables."""
    return "services/intake/migrations"


@pytest.fixture
async def intake(postgres_url: str) -> AsyncIterator[Harness]:
    """Intake without its MLLP door."""
    async with started(build(settings_for(IntakeSettings, postgres_url, mllp_port=0))) as harness:
        yield harness
