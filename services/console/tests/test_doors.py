"""Who gets in, and what a page is never."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.console.pages import OPEN_ROUTES
from services.console.sessions import COOKIE
from services.console.tests.house import House, a_day, claim_id, opened
from shared.service.auth import OPEN, guards
from shared.service.settings import Grant

pytestmark = pytest.mark.real
HTML = {"accept": "text/html"}


@pytest.fixture
async def shut(postgres_url: str) -> AsyncIterator[House]:
    """A console where nobody is signed in."""
    async with opened(postgres_url, sign_in_token="once-only", sign_in_as="test") as house:
        yield house


async def test_everything_but_signing_in_and_health_needs_a_scope(shut: House) -> None:
    asked = guards(shut.parts.app)
    assert {what.split(" ")[-1] for what, scopes in asked.items() if not scopes} == OPEN | OPEN_ROUTES
    assert asked["POST /queues/{service}/{parked_id}/{verb}"] == {"claims:read", "parked:write"}


async def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_the_page(shut: House) -> None:
    answer = await shut.http.get("/queues", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/queues")
    assert (await shut.http.get("/queues")).status_code == 401


async def test_the_one_time_link_signs_in_once(shut: House) -> None:
    first = await shut.http.get("/login?once=once-only")
    assert (first.status_code, first.headers["location"]) == (303, "/")
    shut.http.cookies.clear()
    assert (await shut.http.get("/login?once=once-only")).status_code == 403
    assert (await shut.http.get("/login?once=guessed")).status_code == 403
    assert not shut.http.cookies


async def test_the_cookie_is_closed_to_scripts_and_other_sites(shut: House) -> None:
    answer = await shut.http.get("/login?once=once-only")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "once-only" not in cookie


async def test_a_wrong_token_and_one_that_may_not_read_are_refused_alike(postgres_url: str) -> None:
    tokens = {"ehr": Grant(sha256="0" * 64, scopes=frozenset({"claims:write"}))}
    async with opened(postgres_url, tokens=tokens) as house:
        answer = await house.http.post("/login", data={"token": "wrong"})
        assert answer.status_code == 403
        assert not house.http.cookies


@pytest.mark.parametrize("change", ["until", "name", "signature"])
async def test_a_cookie_that_was_changed_opens_nothing(house: House, change: str) -> None:
    name, until, signature = house.http.cookies[COOKIE].split(".")
    forged = {
        "until": f"{name}.{int(until) + 1}.{signature}",
        "name": f"{b'biller'.hex()}.{until}.{signature}",
        "signature": f"{name}.{until}.{'0' * 64}",
    }[change]
    house.http.cookies.clear()
    assert (await house.http.get("/", headers={"cookie": f"{COOKIE}={forged}"})).status_code == 401


async def test_a_session_ends_after_its_hours(house: House) -> None:
    assert (await house.http.get("/")).status_code == 200
    house.clock.advance(timedelta(hours=13))
    assert (await house.http.get("/")).status_code == 401


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_signing_in_never_leads_to_another_site(house: House, target: str) -> None:
    answer = await house.http.post("/login", data={"token": "a-token-for-tests", "next": target})
    assert answer.headers["location"] == "/"


async def test_a_form_without_this_sessions_mark_does_nothing(house: House) -> None:
    for body in ({}, {"form_token": "guessed"}):
        answer = await house.http.post("/queues/scrubber/7/replay", data=body)
        assert answer.status_code in (403, 415)
    assert not [each for each in house.asked if each.method == "POST"]


async def test_no_page_may_load_run_or_be_framed_by_anything_foreign_or_be_kept(house: House) -> None:
    await a_day(house)
    for path in ("/", f"/claims/{claim_id(1)}", "/queues", "/resources", "/login"):
        answer = await house.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert " style=" not in answer.text
        assert "<script>" not in answer.text


async def test_what_services_say_is_shown_as_text_and_never_as_markup(house: House) -> None:
    await a_day(house)
    evil = "<script>alert(1)</script>"
    finding = {"rule": evil, "title": evil, "problem": evil, "fix": evil, "place": evil}
    house.answers[f"GET scrubber /claims/{claim_id(1)}"] = (200, {"state": "held", "findings": [finding]})
    answer = await house.http.get(f"/claims/{claim_id(1)}")
    assert "&lt;script&gt;alert" in answer.text
    assert evil not in answer.text


async def test_services_that_are_down_leave_the_page_standing(house: House) -> None:
    await a_day(house)
    for name in ("scrubber", "submitter", "remittance", "statements"):
        house.answers[f"GET {name} /claims/{claim_id(4)}"] = (502, {"title": "Bad gateway"})
    answer = await house.http.get(f"/claims/{claim_id(4)}")
    assert answer.status_code == 200
    assert "remittance: Bad gateway" in answer.text


@pytest.mark.parametrize(
    "path", ["/claims/none", "/claims/0199a000-0000-7000-8000-0000000fffff", "/queues/nobody/1/replay"]
)
async def test_what_is_not_there_is_a_plain_404_page(house: House, path: str) -> None:
    answer = await house.http.get(path, headers=HTML)
    assert answer.status_code == 404
    assert "<h1>No such" in answer.text


async def test_a_made_up_cursor_is_refused(house: House) -> None:
    assert (await house.http.get("/?after=tomorrow")).status_code == 422


async def test_a_browser_that_comes_back_gets_only_what_it_has_not_seen(house: House) -> None:
    await a_day(house)
    url = f"/claims/{claim_id(1)}/events"
    async with asyncio.timeout(90):
        first = await _first_event(house, url, {})
        assert "Held" in first
        known = first.split("id: ")[1].split("\n")[0]
        again = asyncio.create_task(_first_event(house, url, {"last-event-id": known}))
        says = house.claim(1)
        says.versions = {"scrubber": 1}
        await says("ClaimWithdrawn", "withdrawn", source="scrubber")
        second = await again
    assert "Withdrawn" in second
    assert int(second.split("id: ")[1].split("\n")[0]) > int(known)


async def _first_event(house: House, url: str, headers: dict[str, str]) -> str:
    """Read a stream as the server sends it, up to its first event; httpx's own transport waits for the end."""
    got: asyncio.Queue[bytes] = asyncio.Queue()
    cookie = f"{COOKIE}={house.http.cookies[COOKIE]}".encode()
    sent = [(b"cookie", cookie), *((k.encode(), v.encode()) for k, v in headers.items())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": url, "raw_path": url.encode(), "query_string": b"", "headers": sent, "client": None, "server": ("c", 80),
    }  # fmt: skip
    gone = asyncio.Event()

    async def receive() -> dict[str, object]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        await got.put(body)

    task = asyncio.create_task(house.parts.app(scope, receive, send))  # type: ignore[arg-type]
    text = ""
    while "event: view" not in text or not text.endswith("\n\n"):
        text += (await got.get()).decode()
    gone.set()
    task.cancel()
    await asyncio.wait({task})
    return text
