"""Our own JSON: one claim as shared.claim writes it."""

import msgspec

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.inbound import Answer, Reading, Result, candidate, finding_of
from shared.claim.checking import Defect, NotAClaimError, read_claim
from shared.events import Finding

JSON = "application/json"
PROBLEM = "application/problem+json"


def read_own(raw: bytes, sender: str, key: str, feeds: Feeds) -> Reading:
    """Understand one JSON claim. ``sender`` is the token's name, ``key`` the Idempotency-Key, empty without one."""
    feed = feeds.find("json", sender)
    if feed is None:
        return _refused(
            sender, key, None, 403, "unknown-feed", "No feed is configured for this caller", (_STRANGER,)
        )
    try:
        claim = read_claim(raw)
    except NotAClaimError as error:
        status, slug = (400, "not-json") if error.broken else (422, "invalid-claim")
        title = "The body is not valid JSON" if error.broken else "This cannot be taken as a claim"
        return _refused(sender, key, feed, status, slug, title, error.defects)
    return Reading(
        "json",
        "Claim",
        sender,
        key,
        _accepted,
        feed.name,
        (candidate(claim, feed.facility),),
        strict_control=bool(key),
    )


def _accepted(result: Result) -> Answer:
    if result.conflict:
        return problem(
            422, "idempotency-key-reused", "This Idempotency-Key was used for another claim", (_REUSED,)
        )
    claim, fate = result.claims[0]
    body = msgspec.json.encode({"id": claim, "state": fate, "message": result.message})
    return Answer(status=202, media=JSON, body=body, headers=(("Location", f"/claims/{claim}"),))


def _refused(
    sender: str, key: str, feed: Feed | None, status: int, slug: str, title: str, defects: tuple[Defect, ...]
) -> Reading:
    def reply(result: Result) -> Answer:
        return problem(status, slug, title, defects, instance=f"/inbox/{result.message}")

    findings: tuple[Finding, ...] = tuple(finding_of(d) for d in defects)
    name = feed.name if feed else ""
    return Reading("json", "Claim", sender, key, reply, name, (), findings, 1, strict_control=bool(key))


def problem(status: int, slug: str, title: str, defects: tuple[Defect, ...], instance: str = "") -> Answer:
    """An RFC 9457 problem that names each place, what is wrong there and how to mend it."""
    errors = [{"pointer": d.pointer, "detail": d.problem, "rule": d.code, "fix": d.fix} for d in defects]
    body: dict[str, object] = {"type": f"/problems/{slug}", "title": title, "status": status}
    if instance:
        body["instance"] = instance
    return Answer(status=status, media=PROBLEM, body=msgspec.json.encode(body | {"errors": errors}))


_STRANGER = Defect(
    "unknown-feed",
    "",
    "The caller's token belongs to no feed.",
    "Name the token in a feed file under senders.",
)
_REUSED = Defect(
    "conflict", "", "The same key came with another content.", "Use a new Idempotency-Key for each claim."
)
