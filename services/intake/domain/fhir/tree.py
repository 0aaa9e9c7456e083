"""Walk a FHIR resource: values with their FHIRPath, references resolved, everything that does not fit noted."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.domain.fhir.outcome import Issue, IssueCode
from shared.claim import parse_cents

Json = dict[str, Any]
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T.*)?")
_JSON = msgspec.json.Decoder(float_hook=Decimal)


class NotFhirError(ValueError):
    """The bytes are no JSON object. Its text repeats nothing of them."""


def parse(raw: bytes) -> Json:
    """The JSON object, with decimals kept exact. Raises NotFhirError."""
    try:
        tree = _JSON.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
        raise NotFhirError("The body is not JSON in UTF-8.") from None
    if not isinstance(tree, dict):
        raise NotFhirError("The body is not a JSON object.")
    return tree


class Node:
    """One place in a resource: what stands there, its FHIRPath, and the tree that it belongs to."""

    __slots__ = ("path", "tree", "value")

    def __init__(self, tree: "Tree", value: object, path: str) -> None:
        self.tree = tree
        self.value = value
        self.path = path

    def __bool__(self) -> bool:
        return self.value not in (None, "", {}, [])

    def get(self, name: str) -> "Node":
        """A child by name; an empty node where it is absent or the parent is no object."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(self.tree, value, f"{self.path}.{name}")

    def at(self, *names: str) -> "Node":
        """A descendant by names."""
        node = self
        for name in names:
            node = node.get(name)
        return node

    def items(self) -> Iterator["Node"]:
        """The elements of a list, each with its index; a single value counts as a list of one."""
        if isinstance(self.value, list):
            for place, value in enumerate(self.value):
                yield Node(self.tree, value, f"{self.path}[{place}]")
        elif self:
            yield self

    def first(self) -> "Node":
        """The first element of a list; an empty node where there is none."""
        return next(self.items(), Node(self.tree, None, self.path))

    def text(self) -> str:
        """Text as written, stripped; a number as its digits; empty for anything else, which is noted when it is wrong."""
        value = self.value
        if isinstance(value, str):
            return " ".join(value.split())
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            if self:
                self.wrong("structure", "This should be a single value.", "Send text or a number here.")
            return ""
        return str(value)

    def code(self, *systems: str) -> str:
        """The code of a CodeableConcept: that of the first coding whose system contains one of the words, else the first."""
        codings = list(self.get("coding").items())
        for coding in codings:
            system = coding.get("system").text().lower()
            if any(word in system for word in systems):
                return coding.get("code").text()
        return codings[0].get("code").text() if codings else ""

    def day(self) -> date | None:
        """A date or the day of a dateTime; noted when it is none."""
        text = self.text()
        if not text:
            return None
        match = _DATE.fullmatch(text)
        if match:
            with suppress(ValueError):  # the 30th of February
                return date(int(match[1]), int(match[2]), int(match[3]))
        self.wrong("value", "This is not a full day of the calendar.", "Write it as YYYY-MM-DD.")
        return None

    def cents(self) -> int | None:
        """A Money in cents; noted when it is no amount, or not in dollars."""
        if not self:
            return None
        if self.get("currency").text() not in ("", "USD"):
            self.get("currency").wrong("value", "The amount is not in US dollars.", "Send USD amounts.")
        text = self.get("value").text()
        try:
            return parse_cents(text)
        except ValueError:
            self.get("value").wrong(
                "value", "This is not an amount of dollars and cents.", "Write it as 125.50."
            )
        return None

    def wrong(self, code: IssueCode, problem: str, fix: str) -> None:
        """Note a defect here."""
        self.tree.issues.append(Issue(code=code, expression=self.path, problem=problem, fix=fix))

    def missing(self, fix: str) -> None:
        """Note that what should stand here does not."""
        name = self.path.rpartition(".")[2]
        self.wrong("required", f"{name} is missing.", fix)

    def doubtful(self, code: IssueCode, problem: str, fix: str) -> None:
        """Note what is taken but should be looked at."""
        issue = Issue(code=code, expression=self.path, severity="warning", problem=problem, fix=fix)
        self.tree.issues.append(issue)


class Tree(Struct):
    """A document, the resources in it by every name that a reference may use, and the issues so far."""

    root: Json
    named: dict[str, tuple[Json, str]]
    issues: list[Issue]

    def resolve(self, reference: Node) -> Node:
        """The resource that a Reference means: contained, in the bundle, or an empty node."""
        text = reference.get("reference").text()
        found = self.named.get(text)
        if (
            found is None and "/" in text
        ):  # an absolute address of a resource that the bundle names relatively
            found = self.named.get("/".join(text.split("/_history/")[0].rsplit("/", 2)[-2:]))
        return Node(self, found[0], found[1]) if found else Node(self, None, reference.path)


def tree_of(document: Json) -> tuple[Tree, Node]:
    """Index a Claim, or the first Claim of a Bundle; the Claim's node is empty when there is none."""
    tree = Tree(document, {}, [])
    if document.get("resourceType") != "Bundle":
        _index(tree, document, _type(document) or "Resource")
        return tree, Node(tree, document, _type(document) or "Resource")
    claim = Node(tree, None, "Bundle.entry")
    entries = document.get("entry")
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        path = f"Bundle.entry[{place}].resource"
        _index(tree, resource, path)
        if isinstance(full := entry.get("fullUrl"), str):
            tree.named[full] = (resource, path)
        if _type(resource) == "Claim" and not claim:
            claim = Node(tree, resource, path)
    return tree, claim


def _index(tree: Tree, resource: Json, path: str) -> None:
    kind, name = _type(resource), resource.get("id")
    if kind and isinstance(name, str):
        tree.named[f"{kind}/{name}"] = (resource, path)
    contained = resource.get("contained")
    for place, inner in enumerate(contained if isinstance(contained, list) else []):
        if isinstance(inner, dict) and isinstance(inner.get("id"), str):
            tree.named[f"#{inner['id']}"] = (inner, f"{path}.contained[{place}]")


def _type(resource: Json) -> str:
    kind = resource.get("resourceType")
    return kind if isinstance(kind, str) else ""
