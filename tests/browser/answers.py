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

MESSAGE = "0199a000-0000-7000-8000-00000000a001"
_ROW = {
    "id": MESSAGE, "door": "hl7", "feed": "springfield", "kind": "DFT^P03", "received_at": "2026-03-02T11:58:00+00:00",
    "state": "refused", "conflict": False, "claims": [HELD], "made": 1, "amended": 0, "duplicates": 0, "refused": 1,
    "cents": 0, "repeats": 2, "replays": 1, "replayed_at": "2026-03-02T11:59:00+00:00",
}  # fmt: skip
_MESSAGE = {
    **_ROW, "sha256": "ab" * 32, "sender": "EPIC|SPRINGFIELD", "control": "MSG00017",
    "findings": [{"rule": "HL7-102", "location": "FT1[1]-11", "title": "Data type error",
                  "problem": "This is not an amount.", "fix": "Write dollars and cents, such as 125.00."}],
    "original": "MSH|^~\\&|EPIC|SPRINGFIELD|CLAIMFLOW|HUB|20260302||DFT^P03|MSG00017|P|2.5.1\rPID|1||M17^^^SPR^MR||TESTA^ADA\r",
    "parsed": [["MSH-9.1", "DFT"], ["MSH-9.2", "P03"], ["PID-3.1", "M17"], ["PID-5.1", "TESTA"]],
    "answer": "\x0bMSH|^~\\&|CLAIMFLOW|HUB|EPIC|SPRINGFIELD\rMSA|AE|MSG00017\rERR||FT1^1^11|102\r\x1c\r", "answer_status": 0,
    "replayed": [{"at": "2026-03-02T11:59:00+00:00", "who": "biller", "reason": "feed mended", "before": "refused",
                  "after": "refused"}],
}  # fmt: skip
_FEEDS = {"feeds": [
    {"name": "springfield", "configured": True, "facility": "springfield", "doors": {"hl7": ["*"], "json": ["*"]},
     "last_at": "2026-03-02T11:59:30+00:00", "received": 2041, "accepted": 2007, "refused": 3, "kept": 31, "repeats": 12,
     "gap_seconds": 4.2, "connections": 2, "waiting": 0, "oldest_at": None, "p99_ms": 11.4, "silent_since": None, "held": 7},
    {"name": "mercy", "configured": True, "facility": "mercy", "doors": {"hl7": ["*"]},
     "last_at": "2026-03-02T07:00:00+00:00", "received": 310, "accepted": 310, "refused": 0, "kept": 0, "repeats": 0,
     "gap_seconds": 240.0, "connections": 0, "waiting": 0, "oldest_at": None, "p99_ms": None,
     "silent_since": "2026-03-02T07:15:00+00:00", "held": 0},
    {"name": "", "configured": False, "facility": "", "doors": {}, "last_at": "2026-03-02T09:00:00+00:00",
     "received": 1, "accepted": 0, "refused": 1, "kept": 0, "repeats": 0, "gap_seconds": None, "connections": 0,
     "waiting": 0, "oldest_at": None, "p99_ms": None, "silent_since": None},
]}  # fmt: skip
ACCOUNT = "0199a000-0000-8000-8000-00000000c001"
_HELD_ACCOUNT = {"id": ACCOUNT, "facility": "springfield", "state": "held", "due": "2026-03-05", "waits": ["hold", "uncoded"],
                 "since": "2026-03-02T11:00:00+00:00"}  # fmt: skip
_CHARGE = {"id": "T1", "action": "charge", "day": "2026-03-01", "code": "G0463", "revenue_code": "", "units": "1",
           "cents": 12_500, "reverses": "", "professional": False, "at": "2026-03-01T10:00:00+00:00", "control": "M1",
           "stands": True}  # fmt: skip
_WHOLE_ACCOUNT = {
    "id": ACCOUNT, "facility": "springfield", "number": "A17", "record": "M17", "state": "held",
    "since": "2026-03-02T11:00:00+00:00", "until": "2026-03-05", "merges": [], "merged_into": "", "paid": 0,
    "waits": [{"why": "uncoded", "words": "The visit is not coded: send its diagnoses (DG1)."},
              {"why": "hold", "words": "The bill is held for 3 days.", "until": "2026-03-05"}],
    "visit": {"class": "I", "kind": "institutional", "opened": "2026-02-27", "closed": "2026-03-02", "cancelled": False,
              "coded": 0, "payers": ["SBX01"]},
    "charges": [_CHARGE], "credits": [{**_CHARGE, "id": "T2", "action": "credit", "reverses": "T1"}],
    "messages": [{"id": MESSAGE, "door": "hl7", "feed": "springfield", "kind": "DFT^P03", "state": "accepted",
                  "received_at": "2026-03-02T11:00:00+00:00", "made": 0, "amended": 0, "duplicates": 0, "refused": 0}],
    "claims": [{"id": HELD, "number": "A17", "state": "received", "waits": ""}],
}  # fmt: skip
_CHANGE = {"message": MESSAGE, "before": "refused", "after": "accepted", "claims": [["", "made"]], "changes": True,
           "findings_before": 1, "findings": [], "failed": ""}  # fmt: skip
_PREVIEW = {
    "preview": True, "changes": [_CHANGE], "missing": [], "next": "",
    "summary": {"messages": 1, "changed": 1, "unchanged": 0, "failed": 0, "made": 1, "amended": 0, "duplicate": 0},
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
    "GET intake /inbox": (200, {"messages": [_ROW], "next": ""}),
    f"GET intake /inbox/{MESSAGE}": (200, _MESSAGE),
    "GET intake /feeds": (200, _FEEDS),
    "GET intake /accounts": (200, {"accounts": [_HELD_ACCOUNT], "next": ""}),
    f"GET intake /accounts/{ACCOUNT}": (200, _WHOLE_ACCOUNT),
    "POST intake /inbox/replays": (200, _PREVIEW),
    "GET scrubber /parked": (200, _PARKED),
    "POST scrubber /parked/7/replay": (200, {"settled": 2, "left": 0}),
    "POST scrubber /parked/7/dismiss": (200, {"settled": 1, "left": 0}),
}  # fmt: skip
