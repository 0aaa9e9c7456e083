"""The console in a browser."""

import pytest
from playwright.async_api import Browser

from .answers import HELD, PAID
from .conftest import Site

PATHS = ["/", f"/claims/{HELD}", f"/claims/{PAID}", "/queues", "/queues/scrubber/7/dismiss", "/resources"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS, ids=["list", "held", "patient", "queues", "dismiss", "resources"])
async def test_a_page_breaks_no_rule_of_accessibility(
    site: Site, browser: Browser, picture, path: str, scheme: str
) -> None:
    context = await browser.new_context(color_scheme=scheme, viewport={"width": 1360, "height": 850})
    page = await context.new_page()
    await site.open(page, path)
    await picture(page)
