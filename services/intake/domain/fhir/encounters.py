"""A document without a Claim: what it says about encounter accounts, as a DFT, an ADT or a BAR would."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct, structs

from services.intake.domain.account.facts import Facts
from services.intake.domain.feed import Feed
from services.intake.domain.fhir.charge_items import charge_of
from services.intake.domain.fhir.document import Document
from services.intake.domain.fhir.outcome import Issue
from services.intake.domain.fhir.parties import (
    ORDERS,
    address,
    first_identifier,
    identifier,
    name,
    person,
    policy,
)
from services.intake.domain.fhir.tree import Node, type_of
from services.intake.domain.fhir.verdict import Verdict
from services.intake.domain.fhir.visits import diagnoses_of, happening_of, procedures_of, visit_of
from shared.claim import Coverage, Guarantor


class _Told(Struct):
    """What the document's resources say about one account, gathered."""

    number: str
    account: Node
    encounter: Node
    patient: Node
    charges: list[Node] = []
    conditions: list[Node] = []
    procedures: list[Node] = []


def facts_of(
    document: Document, verdicts: Sequence[Verdict], feed: Feed, at: datetime, control: str
) -> tuple[tuple[Facts, ...], tuple[Verdict, ...]]:
    """The facts, one for each account, and the verdicts with what there was to note. An entry with an error gives none."""
    tree = document.tree
    tree.issues, tree.made = [], {}
    entries = [v.entry.node for v in verdicts if v.entry.kind and not v.refused]
    told = _gathered(Node(tree, None, document.path), entries)
    covers = [n for n in entries if type_of(n.value) == "Coverage"]
    control = control or document.identifier
    moment = Node(tree, document.timestamp, f"{document.path}.timestamp").instant() or at
    found = [_facts(one, covers, feed, moment, control) for one in told]
    if not told:
        found = list(_of_patients(entries, covers, feed, moment, control))
    if not found:
        _note_nothing(entries)
    return tuple(f for f in found if f), tuple(_with(v, tree.issues) for v in verdicts)


def _with(verdict: Verdict, issues: list[Issue]) -> Verdict:
    """A verdict with the issues that stand in its entry, its own shape's where nothing else was said there."""
    path = verdict.entry.node.path
    mine = tuple(
        i for i in issues if i.expression == path or i.expression.startswith((f"{path}.", f"{path}["))
    )
    places = {i.expression for i in mine}
    kept = tuple(i for i in verdict.issues if i.expression not in places)
    return structs.replace(verdict, issues=(*mine, *kept))


def _gathered(nothing: Node, entries: Sequence[Node]) -> list[_Told]:
    """Accounts in the order in which they are first named; what names none belongs to the only one, if there is only one."""
    found: dict[str, _Told] = {}
    loose: list[Node] = []
    for kind in ("Account", "Encounter", "ChargeItem", "Condition", "Procedure"):
        for node in (n for n in entries if type_of(n.value) == kind):
            number = _number_of(node, kind)
            if not number:
                loose.append(node)
                continue
            one = found.setdefault(number, _Told(number, nothing, nothing, nothing))
            _add(one, node, kind)
    if len(found) == 1:
        (only,) = found.values()
        for node in loose:
            _add(only, node, type_of(node.value))
    else:
        _note_loose(loose)
    return list(found.values())


def _add(one: _Told, node: Node, kind: str) -> None:
    if kind == "Account":
        one.account = node
    elif kind == "Encounter":
        one.encounter = one.encounter or node
    else:
        {"ChargeItem": one.charges, "Condition": one.conditions, "Procedure": one.procedures}[kind].append(
            node
        )
    subject = node.get("subject").first()
    if not one.patient and (patient := node.tree.resolve(subject)):
        one.patient = patient


def _number_of(node: Node, kind: str) -> str:
    """The number of the account that a resource belongs to."""
    if kind == "Account":
        return first_identifier(node) or node.get("id").text()
    if kind == "Encounter":
        return _of_reference(node.get("account").first(), "Account") or _visit_number(node)
    if kind == "ChargeItem":
        account = _of_reference(node.get("account").first(), "Account")
        return account or _of_reference(node.get("context"), "Encounter")
    return _of_reference(node.get("encounter"), "Encounter")


def _of_reference(reference: Node, kind: str) -> str:
    """The number of the Account or Encounter that is referred to, whether or not it came along."""
    if not reference:
        return ""
    found = reference.tree.resolve(reference)
    if found and type_of(found.value) == kind:
        return _number_of(found, kind)
    said = reference.at("identifier", "value").text()
    if said:
        return said
    last = reference.get("reference").text().split("/_history/")[0].rpartition("/")[2]
    if last and not last.startswith(("#", "urn:")):
        problem = f"The {kind} did not come along, so its id stands for the account's number."
        reference.doubtful("not-found", problem, f"Send the {kind} too, or its identifier in the reference.")
        return last
    return ""


def _visit_number(encounter: Node) -> str:
    kinds = {i.get("type").code(): i.get("value").text() for i in encounter.get("identifier").items()}
    return kinds.get("AN") or kinds.get("VN") or first_identifier(encounter) or encounter.get("id").text()


def _facts(told: _Told, covers: Sequence[Node], feed: Feed, at: datetime, control: str) -> Facts:
    charges = tuple(charge_of(node, feed) for node in told.charges)
    diagnoses = diagnoses_of(told.encounter, told.conditions)
    visit = visit_of(told.encounter, told.account, feed)
    if visit and charges and visit.closed is None and visit.patient_class in feed.charge_closes:
        days = [c.line.first for c in charges if c.line.first]
        visit = structs.replace(visit, closed=max(days, default=visit.opened))
    return Facts(
        account=told.number,
        at=at,
        control=control,
        happening=happening_of(told.encounter, told.account, bool(charges), bool(diagnoses)),
        feed=feed.name,
        medical_record=identifier(told.patient, (), "MR"),
        visit=visit,
        patient=person(told.patient) if told.patient else None,
        guarantor=_guarantor(told.account),
        coverages=_coverages(told, covers, feed),
        diagnoses=diagnoses,
        procedures=procedures_of(told.procedures),
        charges=charges,
    )


def _guarantor(account: Node) -> Guarantor | None:
    found = account.tree.resolve(account.get("guarantor").first().get("party"))
    if not found or not found.get("name"):
        return None
    return Guarantor(name=name(found), address=address(found), account=first_identifier(found))


def _coverages(told: _Told, covers: Sequence[Node], feed: Feed) -> tuple[Coverage, ...] | None:
    """Those that the Account names, by their priority; else those of the patient, by their order. None: nothing is said."""
    named = sorted(told.account.get("coverage").items(), key=lambda c: c.get("priority").text().rjust(4, "0"))
    chosen = [c for n in named if (c := told.account.tree.resolve(n.get("coverage")))]
    if not chosen and told.patient:
        mine = [c for c in covers if c.tree.resolve(c.get("beneficiary")).value is told.patient.value]
        chosen = sorted(mine, key=lambda c: c.get("order").text().rjust(4, "0"))
    return _policies(chosen, told.patient, feed) if chosen else None


def _policies(chosen: Sequence[Node], patient: Node, feed: Feed) -> tuple[Coverage, ...] | None:
    """The coverages that name a payer. One that does not is noted and left out: the account waits for a better one."""
    found: list[Coverage] = []
    for node in chosen[: len(ORDERS)]:
        before = len(node.tree.issues)
        made = policy(node, patient, ORDERS[len(found)], feed)
        if made is not None:
            found.append(made)
        node.tree.issues[before:] = [
            structs.replace(i, severity="warning") for i in node.tree.issues[before:]
        ]
    return tuple(found) or None


def _of_patients(
    entries: Sequence[Node], covers: Sequence[Node], feed: Feed, at: datetime, control: str
) -> Iterator[Facts]:
    """Patients without an account in the document: what changed about them, for the accounts that they have."""
    for node in (n for n in entries if type_of(n.value) == "Patient"):
        record = identifier(node, (), "MR")
        if not record:
            continue
        nothing = Node(node.tree, None, node.path)
        told = _Told("", nothing, nothing, node)
        yield Facts(
            account="",
            at=at,
            control=control,
            happening="updated",
            feed=feed.name,
            medical_record=record,
            patient=person(node),
            coverages=_coverages(told, covers, feed),
        )


def _note_loose(nodes: Sequence[Node]) -> None:
    for node in nodes:
        kind = type_of(node.value)
        if kind == "ChargeItem":
            node.get("account").missing("Refer to the Account, or to its Encounter in context.")


def _note_nothing(entries: Sequence[Node]) -> None:
    """Nothing here names an account or a patient by number: it is kept, and nothing follows from it."""
    for node in entries:
        kind = type_of(node.value)
        if kind in ("Coverage", "Patient", "Condition", "Procedure"):
            problem = (
                "Nothing here says to which account or patient this belongs; it is kept and leads to nothing."
            )
            fix = "Send it in a Bundle with its Encounter or Account, or a Patient with an identifier of type MR."
            node.doubtful("business-rule", problem, fix)
