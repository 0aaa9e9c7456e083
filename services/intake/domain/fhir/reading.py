"""Judge one FHIR document: is it an R4 Claim, can a claim be made of it, and what do we answer?"""

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.fhir.claim import claim_of
from services.intake.domain.fhir.outcome import Issue, outcome
from services.intake.domain.fhir.tree import Json, Node, NotFhirError, parse, tree_of
from services.intake.domain.inbound import Answer, Candidate, Reading, Result, candidate
from shared.claim import Claim
from shared.claim.checking import Defect, check_claim, number_lines

_STU3 = frozenset({"organization", "information", "employmentImpacted", "hospitalization"})
_DSTU2 = frozenset({"target", "coverage", "additionalMaterials", "ruleset", "originalRuleset"})
_R5 = frozenset({"traceNumber", "event", "diagnosisRelatedGroup", "patientPaid", "encounter"})


def read_fhir(raw: bytes, sender: str, key: str, feeds: Feeds) -> Reading:
    """Understand one document. ``sender`` is the token's name, ``key`` the Idempotency-Key, empty without one. Never raises."""
    feed = feeds.find("fhir", sender)
    if feed is None:
        issue = Issue(
            code="forbidden", problem="The caller's token belongs to no feed.", fix="Name it in a feed file."
        )
        return _reading(sender, key, None, (issue,), 403)
    try:
        document = parse(raw)
    except NotFhirError as error:
        issue = Issue(code="structure", problem=str(error), fix="Send one FHIR R4 resource as JSON.")
        return _reading(sender, key, feed, (issue,), 400)
    tree, node = tree_of(document)
    if (wrong := _foreign(document, node)) is not None:
        return _reading(sender, key, feed, (wrong,), 422)
    claim = claim_of(node, feed)
    if claim is not None and not _refused(tree.issues):
        claim = number_lines(claim)
        tree.issues += [_placed(d, node.path) for d in check_claim(claim)]
    refused = claim is None or _refused(tree.issues)
    return _reading(sender, key, feed, tuple(tree.issues), 422, None if refused else claim)


def _refused(issues: list[Issue]) -> bool:
    return any(i.severity == "error" for i in issues)


def _foreign(document: Json, node: Node) -> Issue | None:
    """What is no R4 Claim at all, by its name."""
    kind = document.get("resourceType")
    if not node and kind == "Bundle":
        return Issue(
            code="required", expression="Bundle.entry", problem="The Bundle holds no Claim.", fix="Add one."
        )
    if kind not in ("Claim", "Bundle"):
        return Issue(
            code="not-supported",
            expression="resourceType",
            problem="Only a Claim, or a Bundle with one, becomes a claim.",
            fix="Send a Claim; what it refers to goes along contained or in the Bundle.",
        )
    claim = node.value if isinstance(node.value, dict) else {}
    version = _version(claim)
    if version == "R4":
        return None
    return Issue(
        code="not-supported",
        expression=node.path,
        problem=f"This is a Claim of FHIR {version}; R4 (4.0.1) is taken.",
        fix="Send an R4 Claim.",
    )


def _version(claim: Json) -> str:
    """Which FHIR version a Claim's fields belong to."""
    fields = claim.keys()
    items = (
        [i for i in claim.get("item") or () if isinstance(i, dict)]
        if isinstance(claim.get("item"), list)
        else []
    )
    if fields & _DSTU2 and "insurance" not in fields:
        return "DSTU2"
    if fields & _STU3 or any("service" in i or "revenueCode" in i for i in items):
        return "STU3"
    return "R5" if fields & _R5 or any("productOrServiceEnd" in i for i in items) else "R4"


def _reading(
    sender: str,
    key: str,
    feed: Feed | None,
    issues: tuple[Issue, ...],
    status: int,
    claim: Claim | None = None,
) -> Reading:
    def reply(result: Result) -> Answer:
        if claim is None:
            return outcome(status, issues)
        if result.conflict and key:
            return outcome(422, (_REUSED,))
        return _created(result, issues)

    candidates: tuple[Candidate, ...] = (candidate(claim, feed.facility),) if claim and feed else ()
    return Reading(
        "fhir",
        "Claim",
        sender,
        key,
        reply,
        feed.name if feed else "",
        candidates,
        tuple(i.finding() for i in issues),
        int(claim is None),
        strict_control=bool(key),
    )


def _created(result: Result, issues: tuple[Issue, ...]) -> Answer:
    claim, fate = result.claims[0]
    words = {"made": "Taken.", "amended": "Taken as a change.", "duplicate": "This claim was here already."}
    told = Issue(code="informational", severity="information", problem=words[fate])
    status = 201 if fate == "made" else 200
    return outcome(status, (told, *issues), headers=(("Location", f"/fhir/Claim/{claim}"),))


def _placed(defect: Defect, path: str) -> Issue:
    """A defect of the finished claim at the element that it was made from."""
    parts = [*defect.pointer.strip("/").split("/"), ""]
    names = {"lines": "item", "coverages": "insurance", "diagnoses": "diagnosis", "number": "identifier"}
    at = names.get(parts[0], "")
    place = f"[{parts[1]}]" if at and parts[1].isdigit() else ""
    expression = f"{path}.{at}{place}" if at else path
    return Issue(code="value", expression=expression, problem=defect.problem, fix=defect.fix)


_REUSED = Issue(
    code="conflict",
    problem="This Idempotency-Key was used for another resource.",
    fix="Use a new key for each claim.",
)
