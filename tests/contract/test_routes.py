"""Default deny: every route of every application asks for a scope, but health, release and the console's way in."""

from importlib import import_module
from typing import Any, cast

import pytest
from fastapi import FastAPI

from deploy.local.effective import class_of
from deploy.local.stack import CALLERS, SERVICES
from services.console.pages import OPEN_ROUTES
from shared.service import Context, Service
from shared.service.auth import OPEN, guards
from shared.service.http import make_app
from shared.testing.app import settings_for

NEEDED: dict[str, dict[str, Any]] = {
    "statements": {
        "office_name": "Test Hospital",
        "office_phone": "555-555-0100",
        "pay_url": "https://pay.example",
        "assistance_phone": "555-555-0199",
        "assistance_url": "https://assistance.example",
    },
}
MEANT_OPEN = {
    "console": OPEN_ROUTES,
    # what a client reads and asks before it has a token (FHIR R4 3.1.0.10, SMART backend services)
    "intake": frozenset(
        {
            "/fhir/metadata",
            "/fhir/.well-known/smart-configuration",
            "/.well-known/smart-configuration",
            "/oauth/token",
        }
    ),
}
NAMES = [part.name for part in SERVICES]


def app_of(name: str) -> FastAPI:
    """The service's application as ``python -m services.<name>.app`` serves it, connected to nothing."""
    settings = settings_for(class_of(name), "postgresql://none", **NEEDED.get(name, {}))
    service: Service = import_module(f"services.{name}.app").build(settings)
    nothing = cast("Any", None)
    ctx = Context(settings, nothing, nothing, nothing, nothing, nothing, nothing)
    return make_app(name, "0", ctx, service.routers, service.open_routes)


@pytest.mark.parametrize("name", NAMES)
def test_every_route_but_health_needs_a_scope(name: str) -> None:
    asked = guards(app_of(name))
    strangers = {what.split(" ")[-1] for what, scopes in asked.items() if not scopes}
    assert strangers <= OPEN | MEANT_OPEN.get(name, frozenset())
    assert len(asked) > len(strangers)


def test_every_scope_that_a_route_asks_for_is_given_to_somebody() -> None:
    asked = {scope for name in NAMES for scopes in guards(app_of(name)).values() for scope in scopes}
    given = {scope for scopes in CALLERS.values() for scope in scopes}
    assert asked <= given


@pytest.mark.parametrize("name", [name for name in NAMES if name != "console"])
def test_the_api_describes_itself_without_ids_that_a_framework_made_up_twice(name: str) -> None:
    document = app_of(name).openapi()
    ids = [verb["operationId"] for path in document["paths"].values() for verb in path.values()]
    assert len(ids) == len(set(ids))
    assert all(verb.get("summary") for path in document["paths"].values() for verb in path.values())
