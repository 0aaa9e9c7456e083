"""The console in a browser: what it says, by keyboard, without JavaScript, as it happens, and with axe's rules."""

from collections.abc import Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from services.console.tests.house import claim_id

from .answers import ACCOUNT, HELD, MESSAGE, PAID, STATEMENT
from .conftest import Site

pytestmark = pytest.mark.real
PATHS = {
    "list": "/",
    "held": f"/claims/{HELD}",
    "patient": f"/claims/{PAID}",
    "inbox": "/inbox",
    "message": f"/inbox/{MESSAGE}",
    "replay": f"/inbox/replay?message={MESSAGE}",
    "feeds": "/feeds",
    "accounts": "/accounts",
    "account": f"/accounts/{ACCOUNT}",
    "queues": "/queues",
    "dismiss": "/queues/scrubber/7/dismiss",
    "resources": "/resources",
}
Picture = Callable[[Page, str], Awaitable[None]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_breaks_a_rule_of_accessibility_or_asks_another_host(
    site: Site, browser: Browser, picture: Picture, scheme: str
) -> None:
    context = await browser.new_context(color_scheme=scheme, viewport={"width": 1360, "height": 850})  # type: ignore[arg-type]
    page = await context.new_page()
    hosts, complaints = set[str](), list[str]()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"{site.url}/login")
    found = {"login": await _broken(page)}
    await site.open(page)
    for name, path in PATHS.items():
        answer = await page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 200, path
        await picture(page, f"{name}-{scheme}")
        found[name] = await _broken(page)
    assert {name: rules for name, rules in found.items() if rules} == {}
    assert hosts == {site.url.removeprefix("http://")}
    assert complaints == []


async def _broken(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in results.response["violations"]]


async def test_the_first_thing_on_the_page_is_how_much_is_stuck_and_where(
    site: Site, browser: Browser
) -> None:
    page = await browser.new_page()
    await site.open(page)
    await expect(page.locator(".headline h2")).to_have_text("$10,854.50 is stuck in 7 claims")
    parts = await page.locator(".headline .parts li").all_inner_texts()
    assert parts == [
        "$5,883.00 denied (2)",
        "$2,361.50 held (3)",
        "$2,300.00 no answer (1)",
        "$310.00 rejected (1)",
    ]
    await page.get_by_role("link", name="$5,883.00 denied").click()
    await expect(page.locator("table.claims tbody tr")).to_have_count(2)


async def test_a_claims_page_says_where_why_who_and_by_when(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page, f"/claims/{HELD}")
    answer = page.locator(".answer")
    await expect(answer.locator("h2")).to_have_text("Held late")
    await expect(answer).to_contain_text("NPI fails its check digit; Member id has an unusual form")
    await expect(answer).to_contain_text("biller: correct the claim")
    await expect(answer).to_contain_text("By when")
    await expect(page.locator(".findings li").first).to_contain_text("Look the NPI up and type it again.")


async def test_a_claims_page_and_its_figures_change_as_it_happens(site: Site, browser: Browser) -> None:
    listing, page = await browser.new_page(), await browser.new_page()
    await site.open(listing)
    await site.open(page, f"/claims/{claim_id(3)}")
    await expect(page.locator(".answer h2")).to_have_text("Held")
    says = site.house.claim(3)
    says.versions = {"intake": 1, "scrubber": 1}
    await says("ClaimCorrected", "noted", source="scrubber")
    await says("ClaimCleared", "cleared", source="scrubber")
    await expect(page.locator(".answer h2")).to_have_text("Ready to send")
    await expect(page.locator(".journey li").first).to_contain_text("Passed every check")
    await expect(listing.locator(".headline h2")).to_have_text("$10,755.50 is stuck in 6 claims")


async def test_everything_but_live_updates_works_without_javascript(site: Site, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await site.open(page, "/queues")
    await page.get_by_role("link", name="Replay…").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Replay event 7 of scrubber?")
    assert not [each for each in site.house.asked if each.method == "POST"]
    await page.get_by_role("button", name="Replay").click()
    await expect(page.get_by_role("status")).to_have_text("Replayed: 2 done.")
    await page.get_by_role("link", name="Claims").click()
    await page.select_option("#state", "denied")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("table.claims tbody tr")).to_have_count(2)
    await page.locator("table.claims a").first.click()
    await expect(page.locator(".answer h2")).to_have_text("Denied")


async def test_the_list_can_be_walked_by_keyboard(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page)
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Skip to content")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_contain_text("denied")
    await page.locator("table.claims a").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{site.url}/claims/*")


async def test_focus_stays_where_it_is_when_the_figures_change(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page)
    await page.locator("table.states a", has_text="Denied").focus()
    says = site.house.claim(40)
    await says("ClaimReceived", "received", payer="SBX01", charge=5_000, door="json")
    await expect(page.locator("table.states tr", has_text="Received")).to_contain_text("$170.00")
    await expect(page.locator(":focus")).to_have_text("Denied")


async def test_a_statement_is_shown_as_the_patient_got_it(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page, f"/claims/{PAID}")
    await page.get_by_role("link", name="Statement 1").click()
    await page.wait_for_url(f"{site.url}/statements/{STATEMENT}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your statement")


async def test_signing_out_closes_every_page(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page)
    await page.get_by_role("button", name="Sign out").click()
    await page.goto(f"{site.url}/queues")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.url == f"{site.url}/login?next=/queues"


async def test_a_refused_message_shows_original_parts_claim_answer_and_what_to_mend(
    site: Site, browser: Browser
) -> None:
    page = await browser.new_page()
    await site.open(page, "/inbox")
    await page.locator("table a.id").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("DFT^P03 refused")
    await expect(page.locator(".findings li")).to_contain_text("FT1[1]-11")
    await expect(page.get_by_role("region", name="Original as it came")).to_contain_text(
        "PID|1||M17^^^SPR^MR"
    )
    await expect(page.get_by_role("region", name="Values by place")).to_contain_text("PID-5.1")
    await expect(page.get_by_role("region", name="Answer as it was sent")).to_contain_text("MSA|AE|MSG00017")
    await expect(page.locator(".card")).to_contain_text("PT-2026-000117")


async def test_messages_are_read_again_after_a_preview_and_with_a_reason(
    site: Site, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await site.open(page, "/inbox")
    await page.get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="Read the chosen ones again…").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Read 1 message again?")
    await expect(page.get_by_label("What would change")).to_contain_text("refused")
    await page.fill("#reason", "feed mended")
    await page.get_by_role("button", name="Read again").click()
    await expect(page.get_by_role("status")).to_contain_text("Read again: 1 messages, 1 claims made")
    posted = [each for each in site.house.asked if each.method == "POST"]
    assert [b'"preview":true' in each.content.replace(b" ", b"") for each in posted] == [True, False]
    assert b"feed mended" in posted[1].content


async def test_a_silent_feed_is_the_first_thing_on_the_feeds_page(site: Site, browser: Browser) -> None:
    page = await browser.new_page()
    await site.open(page, "/feeds")
    await expect(page.locator(".note.bad")).to_contain_text("mercy is silent.")
    await page.get_by_role("link", name="3", exact=True).click()
    await page.wait_for_url("**/inbox?feed=springfield&state=refused")


async def test_an_account_says_why_it_makes_no_claim_yet_and_which_messages_told_it(
    site: Site, browser: Browser
) -> None:
    page = await browser.new_page()
    await site.open(page, "/feeds")
    await page.get_by_role("link", name="7", exact=True).click()
    await expect(page.locator(".causes li").first).to_contain_text("the bill hold, for late charges")
    await page.locator("table a.id").first.click()
    await expect(page.locator(".findings li").first).to_contain_text("send its diagnoses (DG1)")
    await page.get_by_role("link", name="DFT^P03").click()
    await page.wait_for_url(f"{site.url}/inbox/{MESSAGE}")
