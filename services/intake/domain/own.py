"""Our own JSON: claims as shared.claim writes them, one, an array, or one a line; each for itself."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.inbound import Answer, Candidate, Reading, Result, candidate, finding_of
from shared.claim.checking import Defect, NotAClaimError, read_claim
from shared.events import Finding

JSON = "application/json"
PROBLEM = "application/problem+json"
MOST_CLAIMS = 1000
"""Claims of one request."""

_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_ANYTHING = msgspec.json.Decoder(msgspec.Raw)


class _One(Struct, frozen=True, gc=False):
    """What was understood of one claim of several: a claim, or what is wrong with it."""

    claim: Candidate | None = None
    status: int = 202
    defects: tuple[Defect, ...] = ()


def read_own(raw: bytes, sender: str, key: str, feeds: Feeds, *, lines: bool = False) -> Reading:
    """Understand a request. ``sender`` is the token's name, ``key`` the Idempotency-Key, empty without one.

    An array is a batch, and so is one claim a line: told by ``lines``, or by a first line that is a whole object with more
    behind it. Never raises for what a sender may send.
    """
    feed = feeds.find("json", sender)
    if feed is None:
        title = "No feed is configured for this caller"
        return _refused(sender, key, None, 403, "unknown-feed", title, (_STRANGER,))
    if raw.lstrip()[:1] == b"[":
        return _array(raw, sender, key, feed)
    if lines or _is_lines(raw):
        return _batch([line for line in raw.splitlines() if line.strip()], sender, key, feed)
    return _single(raw, sender, key, feed)


def _single(raw: bytes, sender: str, key: str, feed: Feed) -> Reading:
    one = _read(raw, feed)
    if one.claim is None:
        broken = one.status == 400
        title = "The body is not valid JSON" if broken else "This cannot be taken as a claim"
        slug = "not-json" if broken else "invalid-claim"
        return _refused(sender, key, feed, one.status, slug, title, one.defects)
    strict = bool(key)
    return Reading("json", "Claim", sender, key, _accepted, feed.name, (one.claim,), strict_control=strict)


def _array(raw: bytes, sender: str, key: str, feed: Feed) -> Reading:
    try:
        items = _ARRAY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _refused(sender, key, feed, 400, "not-json", "The body is not valid JSON", (_NOT_JSON,))
    return _batch([bytes(item) for item in items], sender, key, feed)


def _batch(items: list[bytes], sender: str, key: str, feed: Feed) -> Reading:
    if not items:
        return _refused(sender, key, feed, 422, "invalid-claim", "The batch is empty", (_EMPTY,))
    if len(items) > MOST_CLAIMS:
        title = "The batch has too many claims"
        return _refused(sender, key, feed, 413, "too-many-claims", title, (_MANY,))
    read = [_read(item, feed) for item in items]
    taken = tuple(one.claim for one in read if one.claim)
    findings = tuple(finding_of(d, f"/{at}{d.pointer}") for at, one in enumerate(read) for d in one.defects)

    def reply(result: Result) -> Answer:
        return _REUSED_KEY if result.conflict else _results(read, result)

    refused = len(read) - len(taken)
    return Reading(
        "json", "Claims", sender, key, reply, feed.name, taken, findings, refused, strict_control=bool(key)
    )


def _read(raw: bytes, feed: Feed) -> _One:
    try:
        return _One(candidate(read_claim(raw), feed.facility))
    except NotAClaimError as error:
        return _One(None, 400 if error.broken else 422, error.defects)


def _is_lines(raw: bytes) -> bool:
    first, _, rest = raw.strip().partition(b"\n")
    if not rest or not first.rstrip().endswith(b"}"):
        return False
    try:
        _ANYTHING.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _accepted(result: Result) -> Answer:
    if result.conflict:
        return _REUSED_KEY
    claim, fate = result.claims[0]
    body = msgspec.json.encode({"id": claim, "state": fate, "message": result.message})
    return Answer(status=202, media=JSON, body=body, headers=(("Location", f"/claims/{claim}"),))


def _results(read: list[_One], result: Result) -> Answer:
    """202 when all were taken, 207 when some were, 422 when none was; each claim's result in the request's order."""
    results = list(_each(read, result))
    taken = len(result.claims)
    status = 202 if taken == len(read) else 207 if taken else 422
    body = {
        "message": result.message,
        "taken": taken,
        "refused": len(read) - taken,
        "results": results,
    }
    return Answer(status=status, media=JSON, body=msgspec.json.encode(body))


def _each(read: list[_One], result: Result) -> Iterator[dict[str, object]]:
    fates = iter(result.claims)
    for one in read:
        if one.claim is None:
            yield {"status": one.status, "errors": _errors(one.defects)}
        else:
            claim, fate = next(fates)
            yield {"status": 202, "id": claim, "state": fate}


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
    body: dict[str, object] = {"type": f"/problems/{slug}", "title": title, "status": status}
    if instance:
        body["instance"] = instance
    return Answer(status=status, media=PROBLEM, body=msgspec.json.encode(body | {"errors": _errors(defects)}))


def _errors(defects: tuple[Defect, ...]) -> list[dict[str, str]]:
    return [{"pointer": d.pointer, "detail": d.problem, "rule": d.code, "fix": d.fix} for d in defects]


_STRANGER = Defect(
    "unknown-feed",
    "",
    "The caller's token belongs to no feed.",
    "Name the token in a feed file under senders.",
)
_REUSED = Defect(
    "conflict", "", "The same key came with another content.", "Use a new Idempotency-Key for each claim."
)
_REUSED_KEY = problem(
    422, "idempotency-key-reused", "This Idempotency-Key was used for another claim", (_REUSED,)
)
_NOT_JSON = Defect("syntax", "", "This is not valid JSON.", "Send one JSON array of claims.")
_EMPTY = Defect("empty", "", "There is no claim in the batch.", "Send at least one claim.")
_MANY = Defect(
    "too-many",
    "",
    f"One request takes {MOST_CLAIMS} claims at most; none of these was taken.",
    "Split the batch.",
)
