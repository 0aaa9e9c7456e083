"""A headless Chromium and a console that listens on a port. Without a browser these tests are skipped, and say so."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Error, Page, async_playwright

from services.console.tests.house import House, a_day, opened
from shared.testing.app import TOKEN

from .answers import ANSWERS

PICTURES = os.environ.get("CLAIMFLOW_PICTURES", "")
"""A folder: every page that a test looks at is kept there as a picture."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the system's, or the one that playwright installed."""
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        except Error as error:
            pytest.skip(
                f"no Chromium to test with (apt-get install chromium): {error.message.splitlines()[0]}"
            )
        yield browser
        await browser.close()


class Site:
    """A console under an address, with a day's claims in it."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url

    async def open(self, page: Page, path: str = "/") -> None:
        """Sign in where needed and go there."""
        await page.goto(f"{self.url}/login?next={path}")
        await page.fill("#token", TOKEN)
        await page.click("button.main")
        await page.wait_for_url(f"{self.url}{path}")


@pytest.fixture
async def site(postgres_url: str) -> AsyncIterator[Site]:
    """The console with a day's claims; services answer as in ``answers.py``."""
    async with opened(postgres_url, ANSWERS) as house:
        await a_day(house)
        listener = socket.create_server(("127.0.0.1", 0))
        server = _Server(uvicorn.Config(house.parts.app, lifespan="off", log_config=None, access_log=False))
        task = asyncio.create_task(server.serve([listener]))
        yield Site(house, f"http://127.0.0.1:{listener.getsockname()[1]}")
        server.should_exit = True
        server.force_exit = True
        await task


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """pytest's signals are its own."""


@pytest.fixture
def picture() -> Callable[[Page, str], Awaitable[None]]:
    """Keep what a page looks like, when a folder for it is named."""

    async def keep(page: Page, name: str) -> None:
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)

    return keep
