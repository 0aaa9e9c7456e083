"""What OpenAPI says of ``POST /claims`` and ``POST /x12``: what a claim looks like, and every answer with an example."""

from typing import Any

import msgspec

from services.intake.domain.own import MOST_CLAIMS
from shared.claim import Claim

JSON, LINES, PROBLEM, X12 = (
    "application/json",
    "application/x-ndjson",
    "application/problem+json",
    "application/edi-x12",
)
MESSAGE, CLAIM_ID = "019ac0de-0000-7000-8000-000000000001", "019ac0de-0000-7000-8000-000000000002"

Json = dict[str, Any]

_PROVIDER: Json = {
    "name": {"last": "SPRINGFIELD TEST HOSPITAL", "organization": True},
    "npi": "1000100010",
    "tax_id": "123456789",
    "address": {"line1": "1 Hospital Way", "city": "Springfield", "state": "IL", "zip": "627011234"},
}
_SUBSCRIBER: Json = {
    "name": {"last": "TESTA", "first": "ADA"},
    "member_id": "M00000001",
    "address": {"line1": "1 Example Street", "city": "Springfield", "state": "IL", "zip": "627011234"},
    "birth": "1980-01-02",
    "sex": "F",
}
EXAMPLE: Json = {
    "number": "F0000001",
    "kind": "professional",
    "charge": 12500,
    "place": "22",
    "billing": _PROVIDER,
    "coverages": [
        {
            "order": "P",
            "payer": {"id": "SBX01", "name": "SANDBOX MUTUAL"},
            "subscriber": _SUBSCRIBER,
            "filing": "CI",
        }
    ],
    "diagnoses": [{"code": "I10"}],
    "lines": [{"charge": 12500, "code": "G0463", "first": "2026-10-12", "pointers": [1]}],
}
"""A small claim that is taken. Invented people."""

_REFUSED: Json = {
    "pointer": "/charge",
    "detail": "This is not a whole number.",
    "rule": "type",
    "fix": "Write money in whole cents.",
}


def problem(status: int, slug: str, title: str, **more: Any) -> Json:
    """An answer of RFC 9457, described with an example."""
    example = {"type": f"/problems/{slug}", "title": title, "status": status, **more}
    return {"description": title, "content": {PROBLEM: {"schema": _PROBLEM, "example": example}}}


def _answered(words: str, example: Json) -> Json:
    return {"description": words, "content": {JSON: {"schema": {"type": "object"}, "example": example}}}


_TEXT: Json = {"type": "string"}
_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": dict.fromkeys(("pointer", "detail", "rule", "fix"), _TEXT),
            },
        },
    },
}
_COMMON: dict[int | str, Json] = {
    401: problem(401, "unauthorized", "A known bearer token is needed"),
    403: problem(403, "forbidden", "This token may not do that", detail="It lacks the scope claims:write."),
    413: problem(413, "too-large", "The request body is too large"),
    429: problem(429, "too-many-requests", "Too many requests at once"),
    503: problem(
        503,
        "not-stored",
        "The message could not be stored",
        detail="It was not taken: send it again, unchanged.",
    ),
}
_ONE: Json = {"id": CLAIM_ID, "state": "made", "message": MESSAGE}
_MIXED: Json = {
    "message": MESSAGE,
    "taken": 1,
    "refused": 1,
    "results": [{"status": 202, "id": CLAIM_ID, "state": "made"}, {"status": 422, "errors": [_REFUSED]}],
}
_KEYS: Json = {
    "single": {"value": {"type": "/problems/invalid-claim", "title": "This cannot be taken as a claim", "status": 422,
                         "instance": f"/inbox/{MESSAGE}", "errors": [_REFUSED]}},
    "key reused": {"value": {"type": "/problems/idempotency-key-reused", "status": 422,
                             "title": "This Idempotency-Key was used for another claim"}},
}  # fmt: skip
CLAIM_ANSWERS: dict[int | str, Json] = _COMMON | {
    202: _answered("All claims are stored; each is found under its id.", _ONE),
    207: _answered("Some claims of the batch are stored; each one's result in the request's order.", _MIXED),
    400: problem(400, "not-json", "The body is not valid JSON", instance=f"/inbox/{MESSAGE}"),
    413: problem(413, "too-many-claims", "The batch has too many claims", instance=f"/inbox/{MESSAGE}"),
    415: problem(415, "unsupported-media-type", "This resource takes application/json"),
    422: {
        "description": "No claim is stored: every place that is wrong is named.",
        "content": {PROBLEM: {"schema": _PROBLEM, "examples": _KEYS}},
    },
}
X12_ANSWERS: dict[int | str, Json] = _COMMON | {
    200: {
        "description": "The 999 (behind a TA1 where ISA14 asks); the Link header leads to the 277CA.",
        "content": {X12: {}},
    },
    422: {"description": "A TA1 or 999 that refuses all of it.", "content": {X12: {}}},
}
_KEY_HEADER: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key with the same body gets the stored answer, with another body 422.",
}


def claim_request() -> Json:
    """What ``POST /claims`` takes: a claim, an array of claims, or one claim a line."""
    claim = _schema()
    batch = {"type": "array", "items": claim, "minItems": 1, "maxItems": MOST_CLAIMS}
    examples = {"single": {"value": EXAMPLE}, "batch": {"value": [EXAMPLE]}}
    content = {JSON: {"schema": {"oneOf": [claim, batch]}, "examples": examples}, LINES: {"schema": _TEXT}}
    return {"parameters": [_KEY_HEADER], "requestBody": {"required": True, "content": content}}


X12_REQUEST: Json = {"requestBody": {"required": True, "content": {X12: {"schema": _TEXT}}}}


def _schema() -> Json:
    """The claim's JSON schema with every reference written out: a part of a route has no place for definitions."""
    (schema,), parts = msgspec.json.schema_components((Claim,), ref_template="{name}")
    written: Json = _written(schema, parts)
    return written


def _written(node: Any, parts: Json) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            return _written(parts[node["$ref"]], parts)
        return {name: _written(value, parts) for name, value in node.items()}
    return [_written(each, parts) for each in node] if isinstance(node, list) else node
