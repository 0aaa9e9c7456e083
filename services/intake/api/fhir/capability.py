"""GET /fhir/metadata: what can be asked here, made from the routes themselves."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.fhir.negotiating import ASKS
from services.intake.domain.fhir.kept import write
from services.intake.domain.fhir.outcome import FHIR
from shared.service.version import VERSION

ROOT = "/fhir"
_SEARCHES = {"identifier": "token", "_id": "token", "request": "reference"}
_SYSTEM = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_DEFINITIONS = {
    "submit": "http://hl7.org/fhir/OperationDefinition/Claim-submit",
    "process-message": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
}


def router() -> APIRouter:
    """The route, which anybody may ask (R4 3.1.0.10)."""
    routes = APIRouter(prefix=ROOT)

    @routes.get(
        "/metadata", operation_id="read_fhir_capabilities", response_class=Response, dependencies=[ASKS]
    )
    async def read_fhir_capabilities(request: Request) -> Response:
        """The CapabilityStatement: resources, interactions, search parameters, operations."""
        return Response(write(statement(request.app, request.app.state.context.settings)), media_type=FHIR)

    return routes


def statement(app: Any, settings: Any) -> dict[str, Any]:
    """The CapabilityStatement of an application."""
    resources: dict[str, dict[str, Any]] = {}
    system: list[dict[str, Any]] = []
    operations: list[dict[str, Any]] = []
    for method, steps, parameters in asked(app):
        kind = interaction(method, steps)
        if kind in ("transaction", "operation") and steps[:1] != ("Claim",):
            if kind == "transaction":
                system += [{"code": "transaction"}, {"code": "batch"}]
            else:
                operations.append(_operation(steps[-1]))
            continue
        resource = resources.setdefault(steps[0], _resource(steps[0]))
        if kind == "operation":
            resource.setdefault("operation", []).append(_operation(steps[-1]))
        else:
            resource["interaction"].append({"code": kind})
        if kind == "search-type":
            resource["searchParam"] = [
                {"name": n, "type": _SEARCHES[n]} for n in parameters if n in _SEARCHES
            ]
    rest = {
        "mode": "server",
        "security": _security(settings),
        "resource": [resources[name] for name in sorted(resources)],
        "interaction": system,
        "operation": operations,
    }
    return _whole(rest)


def asked(app: Any) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Every FHIR route: method, the steps of its path below /fhir, the query parameters that it knows."""
    for route in iter_route_contexts(app.routes):
        path, dependant = route.path or "", getattr(route, "dependant", None)
        if not path.startswith(ROOT) or path.endswith("/") or not isinstance(dependant, Dependant):
            continue
        steps = tuple(step for step in path.removeprefix(ROOT).split("/") if step)
        if steps and (steps[0] == "metadata" or steps[0].startswith(".")):
            continue
        parameters = tuple(p.alias for p in dependant.query_params)
        for method in sorted(route.methods or ()):
            yield method, steps, parameters


def interaction(method: str, steps: tuple[str, ...]) -> str:
    """What a route is in FHIR's words."""
    if not steps:
        return "transaction"
    if steps[-1].startswith("$"):
        return "operation"
    if method == "POST":
        return "create"
    return {1: "search-type", 2: "read"}.get(len(steps), "vread")


def _resource(kind: str) -> dict[str, Any]:
    said: dict[str, Any] = {"type": kind, "interaction": []}
    if kind == "Claim":
        said |= {
            "versioning": "versioned",
            "readHistory": True,
            "updateCreate": False,
            "conditionalCreate": True,
        }
    return said


def _operation(step: str) -> dict[str, str]:
    name = step.removeprefix("$")
    return {"name": name, "definition": _DEFINITIONS[name]}


def _security(settings: Any) -> dict[str, Any]:
    address = settings.public_address
    uris = {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": "token", "valueUri": f"{address}/oauth/token"}],
    }
    return {
        "service": [{"coding": [{"system": _SYSTEM, "code": "SMART-on-FHIR"}]}],
        "description": "Bearer tokens: of the settings, or by SMART backend services (private_key_jwt).",
        "extension": [uris],
    }


def _whole(rest: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-25",
        "kind": "instance",
        "software": {"name": "claimflow intake", "version": VERSION},
        "implementation": {"description": "Claims from a hospital's EHR"},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [rest],
        "messaging": [{"documentation": "Messages are taken at the root and by $process-message."}],
    }
