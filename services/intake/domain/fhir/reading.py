"""Judge one FHIR document: what of it becomes claims or facts about accounts, and what do we answer?"""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import structs

from services.intake.domain.account.facts import Facts
from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.fhir.answers import Told, answer
from services.intake.domain.fhir.ask import ANYTHING, Ask, Form
from services.intake.domain.fhir.claim import claim_of
from services.intake.domain.fhir.document import Document, Entry, opened
from services.intake.domain.fhir.elements import TYPES
from services.intake.domain.fhir.encounters import facts_of
from services.intake.domain.fhir.mapped import mapped
from services.intake.domain.fhir.outcome import Issue, outcome
from services.intake.domain.fhir.placing import placed
from services.intake.domain.fhir.shape import unlike, untold
from services.intake.domain.fhir.tree import Node, NotFhirError, parse, type_of
from services.intake.domain.fhir.unfit import unfit, wrong_method
from services.intake.domain.fhir.verdict import Verdict
from services.intake.domain.fhir.versions import release_of
from services.intake.domain.inbound import Answer, Reading, Result, candidate
from shared.claim.checking import check_claim, number_lines


def read_fhir(raw: bytes, sender: str, key: str, feeds: Feeds, ask: Ask = ANYTHING) -> Reading:
    """Understand one document. ``sender`` is the token's name, ``key`` the Idempotency-Key, empty without one. Never raises."""
    feed = feeds.find("fhir", sender)
    if feed is None:
        issue = Issue(
            code="forbidden", problem="The caller's token belongs to no feed.", fix="Name it in a feed file."
        )
        return _refused(sender, key, "", "Claim", issue, 403)
    try:
        document = opened(mapped(parse(raw), feeds.fhir(feed)))
    except NotFhirError as error:
        code, status = ("not-supported", 415) if error.xml else ("structure", 400)
        fix = "Send one FHIR R4 resource as JSON (application/fhir+json)."
        issue = Issue(code=code, problem=str(error), fix=fix)  # type: ignore[arg-type]
        return _refused(sender, key, feed.name, "", issue, status)
    if (wrong := unfit(document, ask)) is not None:
        return _refused(sender, key, feed.name, document.name, wrong, 422)
    return _read(document, sender, key, feed, ask)


def _read(document: Document, sender: str, key: str, feed: Feed, ask: Ask) -> Reading:
    form = ask.form or _form(document)
    claims = any(document.of("Claim"))
    verdicts = tuple(_judged(document, feed, ask))
    facts: tuple[Facts, ...] = ()
    if not claims:
        at = ask.at or datetime.fromtimestamp(0, UTC)
        facts, verdicts = facts_of(document, verdicts, feed, at, key)
        if document.bundle == "batch" and any(v.refused for v in verdicts):
            facts, _ = facts_of(document, verdicts, feed, at, key)  # without the entries that are refused
    bad = [v for v in verdicts if v.refused]
    whole = form == "create" or document.bundle in ("transaction", "message")
    if bad and (whole or (not claims and document.bundle != "batch")):
        facts, verdicts = (), tuple(structs.replace(v, candidate=None) for v in verdicts)
    made = tuple(v.candidate for v in verdicts if v.candidate is not None)
    told = Told(document=document, form=form, verdicts=verdicts, at=ask.at, whole=whole, facts=bool(facts))

    def reply(result: Result) -> Answer:
        if result.conflict and key:
            return outcome(422, (_REUSED,))
        return answer(told, result)

    return Reading(
        "fhir",
        document.name,
        sender,
        key,
        reply,
        feed.name,
        made,
        tuple(i.finding() for v in verdicts for i in v.issues),
        _count(verdicts, len(made), claims),
        facts,
        strict_control=bool(key),
        form="" if form == "create" else form,
    )


def _form(document: Document) -> Form:
    if document.bundle in ("transaction", "batch", "message"):
        return "bundle"
    return "submit" if document.bundle or document.path.startswith("Parameters") else "create"


def _count(verdicts: tuple[Verdict, ...], made: int, claims: bool) -> int:
    """How many claims the document should have given and did not; without any claim, how many entries were refused."""
    if not claims:
        return sum(v.refused for v in verdicts)
    return sum(v.entry.kind == "Claim" for v in verdicts) - made


def _judged(document: Document, feed: Feed, ask: Ask) -> Iterator[Verdict]:
    """Every entry: the claims in full, what goes along by its release and shape. None is made where the rest is foreign."""
    beside = {
        place: _beside(e) for place, e in enumerate(document.entries) if e.kind in TYPES and e.kind != "Claim"
    }
    claims, numbers = any(document.of("Claim")), set[str]()
    spoilt = document.bundle != "batch" and any(v.refused for v in beside.values())
    for place, entry in enumerate(document.entries):
        if entry.kind == "Claim":
            verdict = _once_only(_claim(document, entry, feed, ask), numbers)
            yield structs.replace(verdict, candidate=None) if spoilt else verdict
        else:
            verdict = beside.get(place) or Verdict(entry=entry)
            yield _unread(verdict) if entry.kind == "ChargeItem" and claims else verdict


def _beside(entry: Entry) -> Verdict:
    """What goes along with claims, or speaks of an account."""
    resource = entry.node.value
    assert isinstance(resource, dict)
    if issue := wrong_method(entry) or _foreign(entry):
        return Verdict(entry=entry, issues=(issue,))
    return Verdict(entry=entry, issues=tuple(unlike(resource, entry.node.path)))


def _once_only(verdict: Verdict, numbers: set[str]) -> Verdict:
    """Two Claims with one number in one document: which of them holds could only be guessed, so the second is refused."""
    if verdict.candidate is None:
        return verdict
    number = verdict.candidate.claim.number
    if number not in numbers:
        numbers.add(number)
        return verdict
    issue = Issue(
        code="duplicate",
        expression=f"{verdict.entry.node.path}.identifier",
        problem="Another Claim of this Bundle has the same number.",
        fix="Give each Claim an identifier of its own, or send the later one in a request of its own.",
    )
    return structs.replace(verdict, issues=(*verdict.issues, issue), candidate=None)


def _unread(verdict: Verdict) -> Verdict:
    """A charge beside a Claim: the Claim says itself what is billed, and nothing may be billed twice."""
    issue = Issue(
        code="business-rule",
        expression=verdict.entry.node.path,
        severity="warning",
        problem="The Bundle has a Claim, which says what is billed: this charge was not read.",
        fix="Send it as an item of the Claim, or in a Bundle without a Claim.",
    )
    return structs.replace(verdict, issues=(*verdict.issues, issue))


def _foreign(entry: Entry) -> Issue | None:
    return _of_release(entry.node, entry.kind)


def _foreign_contained(node: Node) -> Iterator[Issue]:
    for inner in node.get("contained").items():
        if issue := _of_release(inner, type_of(inner.value)):
            yield issue


def _of_release(node: Node, kind: str) -> Issue | None:
    """What to say of a resource of another release than R4."""
    release = release_of(node.value, kind) if isinstance(node.value, dict) else "R4"
    if release == "R4":
        return None
    return Issue(
        code="not-supported",
        expression=node.path,
        problem=f"This is a {kind} of FHIR {release}; R4 (4.0.1) is taken.",
        fix=f"Send an R4 {kind}.",
    )


def _claim(document: Document, entry: Entry, feed: Feed, ask: Ask) -> Verdict:
    """One Claim: everything that is wrong with it, and the claim where nothing is."""
    if issue := wrong_method(entry) or _foreign(entry):
        return Verdict(entry=entry, issues=(issue,))
    tree, node = document.tree, entry.node
    assert isinstance(node.value, dict)
    tree.issues, tree.made = list(_foreign_contained(node)), {}
    claim = claim_of(node, feed)
    if claim is not None and not _errors(tree.issues):
        claim = number_lines(claim)
        tree.issues += [placed(d, node) for d in check_claim(claim)]
    issues = (*tree.issues, *untold(unlike(node.value, node.path), tree.issues))
    if claim is None or _errors(tree.issues):
        return Verdict(entry=entry, issues=issues)
    wanted = candidate(claim, feed.facility)
    once = claim.number in (*ask.once, *_once(entry))
    return Verdict(
        entry=entry, issues=issues, candidate=structs.replace(wanted, once=True) if once else wanted
    )


def _once(entry: Entry) -> tuple[str, ...]:
    """The identifiers of ``Bundle.entry.request.ifNoneExist``."""
    return identifiers(entry.entry.at("request", "ifNoneExist").text())


def identifiers(query: str) -> tuple[str, ...]:
    """The values that ``identifier=system|value,system|value`` searches for; none where it searches by something else."""
    name, _, values = query.partition("?")[2].partition("=") if "?" in query else query.partition("=")
    return tuple(v.rpartition("|")[2] for v in values.split(",")) if name == "identifier" else ()


def _errors(issues: list[Issue]) -> bool:
    return any(i.severity == "error" for i in issues)


def _refused(sender: str, key: str, feed: str, kind: str, issue: Issue, status: int) -> Reading:
    """A document that is refused as a whole, before any claim in it was looked at."""
    return Reading(
        "fhir",
        kind or "unknown",
        sender,
        key,
        lambda _: outcome(status, (issue,)),
        feed,
        (),
        (issue.finding(),),
        1,
        strict_control=bool(key),
    )


_REUSED = Issue(
    code="conflict",
    problem="This Idempotency-Key was used for another resource.",
    fix="Use a new key for each claim.",
)
