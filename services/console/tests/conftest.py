"""A console per test, and one with a day's claims."""

from collections.abc import AsyncIterator

import pytest

from services.console.tests.house import House, opened, sign_in


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    """A console that has heard nothing, with somebody signed in."""
    async with opened(postgres_url) as house:
        await sign_in(house)
        yield house
