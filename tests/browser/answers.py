"""What the services answer about the day's claims, in the shapes of their APIs."""

from services.console.tests.house import claim_id

HELD = claim_id(1)
DENIED = claim_id(4)
PAID = claim_id(16)
STATEMENT = "0199a000-0000-7000-8000-0000000005a1"

_CLAIM = {
    "number": "PT-2026-000117",
    "kind": "professional",
    "charge": 184_250,
    "diagnoses": [{"code": "E119"}],
    "lines": [
        {"code": "G0463", "first": "2026-02-24", "units": "1", "charge": 120_000},
        {"code": "J1100", "first": "2026-02-24", "units": "4", "charge": 64_250, "modifiers": ["JZ"]},
    ],
}
_FINDINGS = [
    {
        "rule": "SCR-0104",
        "title": "NPI fails its check digit",
        "problem": "The rendering provider's NPI is not a valid NPI: its last digit does not fit the others.",
        "fix": "Look the NPI up and type it again.",
        "place": "/rendering/npi",
        "location": "PV1-7.1",
        "source": "45 CFR 162.406",
    },
    {
        "rule": "SCR-0301",
        "severity": "warning",
        "title": "Member id has an unusual form",
        "problem": "This payer's member ids begin with a letter.",
        "fix": "Compare with the insurance card.",
        "place": "/coverages/0/subscriber/member_id",
    },
]
_PARKED = {
    "open": 2,
    "parked": [
        {
            "id": 7, "aggregate": "claim", "row": HELD, "source": "intake", "stream": HELD, "version": 2,
            "type": "ClaimAmended", "topic": "claims.intake", "part": 3, "off": 118, "reason": "raised",
            "detail": "KeyError at services/scrubber/domain/deciding.py:81", "attempts": 3,
            "trace": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "parked_at": "2026-03-02T09:12:00+00:00",
        },
        {
            "id": 8, "aggregate": "claim", "row": HELD, "source": "submitter", "stream": HELD, "version": 4,
            "type": "ClaimRejected", "topic": "claims.submitter", "part": 3, "off": 40, "reason": "queued",
            "detail": "behind another of its claim", "attempts": 1, "trace": "", "parked_at": "2026-03-02T09:40:00+00:00",
        },
    ],
}  # fmt: skip
_READY = {
    "ready": True,
    "checks": {
        "database": {"ok": True, "ms": 0.8, "in_use": 2},
        "migrations": {"ok": True, "ms": 1.1, "revision": "0001", "wanted": "0001"},
        "relay": {"ok": True, "ms": 0.7, "rows": 0, "oldest_seconds": 0.0, "active": True},
        "broker": {"ok": True, "ms": 0.0, "waiting_for": ""},
        "assignment": {"ok": True, "ms": 2.4, "partitions": 36, "lag": 12},
    },
}
_SENT = {
    "id": PAID, "state": "answered", "payer": "SBX01", "charge": 150_000, "attempt": 1, "route": "sandbox",
    "file": "f", "sent": "2026-02-18T14:00:00+00:00", "hops": ["syntax", "clearinghouse", "payer"], "awaiting": None,
    "due": None, "overdue": [], "outcome": "paid", "payer_claim_number": "ICN0001",
}  # fmt: skip
_MONEY = {
    "number": "PT-2026-000042", "charge": 150_000, "outcome": "patient",
    "balances": {"paid": 96_000, "contractual": 30_000, "other": 0, "patient": 24_000, "denied": 0, "open": 0},
    "decisions": [{"payer": "SBX01", "payer_name": "Sandbox One", "paid": 96_000, "charge": 150_000, "status": "1",
                   "payer_claim_number": "ICN0001", "on": "2026-02-25", "words": ["Your share under the plan: 20 %"]}],
    "ledger": [{"journal": "j", "kind": "charge", "at": "2026-02-18T14:00:00+00:00", "remittance": None,
                "entry": {"account": "open", "cents": 150_000, "reason": "", "line": 1}}],
}  # fmt: skip
_BILL = {
    "claim": PAID, "number": "PT-2026-000042", "due": 24_000, "paid": 0, "left": 24_000, "payer_open": False,
    "held": False, "settled": False, "account": "a",
    "statements": [{"id": STATEMENT, "number": 1, "at": "2026-02-26T08:00:00+00:00", "due": 24_000, "by": "2026-03-28"}],
}  # fmt: skip

ANSWERS: dict[str, tuple[int, object]] = {
    f"GET scrubber /claims/{HELD}": (
        200, {"id": HELD, "state": "held", "rules": "2026.1", "findings": _FINDINGS, "claim": _CLAIM}),
    f"GET submitter /claims/{PAID}": (200, _SENT),
    f"GET remittance /claims/{PAID}": (200, _MONEY),
    f"GET statements /claims/{PAID}": (200, _BILL),
    f"GET statements /statements/{STATEMENT}": (200, "<!doctype html><title>Statement</title><h1>Your statement</h1>"),
    **{f"GET {name} /readyz": (200, _READY) for name in ("intake", "scrubber", "remittance")},
    "GET submitter /readyz": (200, {**_READY, "checks": {
        **_READY["checks"], "jobs": {"ok": True, "failing": "fetch-clearinghouse (4)"}}}),  # type: ignore[dict-item]
    "GET statements /readyz": (503, {**_READY, "ready": False, "checks": {
        **_READY["checks"], "broker": {"ok": False, "waiting_for": "KafkaConnectionError"}}}),  # type: ignore[dict-item]
    **{f"GET {name} /version": (200, {"service": name, "version": "0.1.0"})
       for name in ("intake", "scrubber", "submitter", "remittance", "statements")},
    **{f"GET {name} /parked": (200, {"open": 0, "parked": []})
       for name in ("intake", "submitter", "remittance", "statements")},
    "GET scrubber /parked": (200, _PARKED),
    "POST scrubber /parked/7/replay": (200, {"settled": 2, "left": 0}),
    "POST scrubber /parked/7/dismiss": (200, {"settled": 1, "left": 0}),
}  # fmt: skip
