"""Walk a FHIR document: values with their FHIRPath, references resolved, everything that does not fit noted."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
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
    """The bytes are no FHIR resource in JSON. Its text repeats nothing of them; ``xml`` says that they are FHIR XML."""

    def __init__(self, words: str, xml: bool = False) -> None:
        super().__init__(words)
        self.xml = xml


def parse(raw: bytes) -> Json:
    """The JSON object, with decimals kept exact. Raises NotFhirError."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        tree = _JSON.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
        if raw.lstrip()[:1] == b"<":
            raise NotFhirError("The body is XML; FHIR is taken as JSON.", xml=True) from None
        raise NotFhirError("The body is not JSON in UTF-8.") from None
    if not isinstance(tree, dict):
        raise NotFhirError("The body is not a JSON object.")
    return tree


class Node:
    """One place in a resource: what stands there, its FHIRPath, and the tree that it belongs to.

    The path is put together when it is asked for: most places are read and never spoken of.
    """

    __slots__ = ("_base", "_step", "tree", "value")

    def __init__(self, tree: "Tree", value: object, base: "str | Node", step: str | int = "") -> None:
        self.tree = tree
        self.value = value
        self._base = base
        self._step = step

    @property
    def path(self) -> str:
        """The FHIRPath, from the document's own type on."""
        base = self._base if isinstance(self._base, str) else self._base.path
        if self._step == "":
            return base
        return f"{base}[{self._step}]" if isinstance(self._step, int) else f"{base}.{self._step}"

    def __bool__(self) -> bool:
        return self.value not in (None, "", {}, [])

    def get(self, name: str) -> "Node":
        """A child by name; an empty node where it is absent or the parent is no object."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(self.tree, value, self, name)

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
                yield Node(self.tree, value, self, place)
        elif self:
            yield self

    def first(self) -> "Node":
        """The first element of a list; an empty node where there is none."""
        value = self.value
        if isinstance(value, list):
            return Node(self.tree, value[0], self, 0) if value else Node(self.tree, None, self)
        return self

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
        for coding in codings if systems else ():
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

    def instant(self) -> datetime | None:
        """A dateTime with its offset, in UTC; a day counts from its midnight there. None for anything else."""
        with suppress(ValueError, OverflowError):
            said = datetime.fromisoformat(self.text())
            return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
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
        """Note a defect here, once: a place that is read twice is wrong once."""
        issue = Issue(code=code, expression=self.path, problem=problem, fix=fix)
        if issue not in self.tree.issues:
            self.tree.issues.append(issue)

    def missing(self, fix: str) -> None:
        """Note that what should stand here does not."""
        name = self.path.rpartition(".")[2]
        self.wrong("required", f"{name} is missing.", fix)

    def doubtful(self, code: IssueCode, problem: str, fix: str) -> None:
        """Note what is taken but should be looked at."""
        issue = Issue(code=code, expression=self.path, severity="warning", problem=problem, fix=fix)
        if issue not in self.tree.issues:
            self.tree.issues.append(issue)


class Tree(Struct):
    """A document, the resources in it by every name that a reference may use, and the issues so far.

    ``made`` says from which element a part of a claim was made: JSON pointer -> FHIRPath, anew for each claim.
    """

    root: Json
    named: dict[str, tuple[Json, str]] = {}
    issues: list[Issue] = []
    made: dict[str, str] = {}

    def index(self, resource: Json, path: str, full: object = None) -> None:
        """Remember a resource, and those contained in it, by the names that a Reference may use."""
        kind, name = type_of(resource), resource.get("id")
        if kind and isinstance(name, str):
            self.named.setdefault(f"{kind}/{name}", (resource, path))
        if isinstance(full, str):
            self.named[full] = (resource, path)
        contained = resource.get("contained")
        for place, inner in enumerate(contained if isinstance(contained, list) else ()):
            if isinstance(inner, dict) and isinstance(inner.get("id"), str):
                self.named[f"{path}#{inner['id']}"] = (inner, f"{path}.contained[{place}]")

    def resolve(self, reference: Node) -> Node:
        """The resource that a Reference means: contained in the same resource, in the Bundle, or an empty node."""
        text = reference.get("reference").text() if isinstance(reference.value, dict) else ""
        found = self._found(text, reference.path) if text else None
        return Node(self, found[0], found[1]) if found else Node(self, None, reference.path)

    def _found(self, text: str, path: str) -> tuple[Json, str] | None:
        if text[0] == "#":
            return self.named.get(resource_path(path) + text)
        found = self.named.get(text)
        if found is None and "?" in text:
            return self._identified(text)
        if found is None and "/" in text:  # an absolute address of what the Bundle names relatively
            found = self.named.get("/".join(text.split("/_history/", maxsplit=1)[0].rsplit("/", 2)[-2:]))
        return found

    def _identified(self, text: str) -> tuple[Json, str] | None:
        """A conditional reference (``Practitioner?identifier=system|value``), where such a resource came along."""
        kind, value = searched(text)
        for resource, path in self.named.values():
            if type_of(resource) == kind and any(
                i.get("value").text() == value
                for i in Node(self, resource, path).get("identifier").items()
                if isinstance(i.value, dict)
            ):
                return resource, path
        return None


def searched(reference: str) -> tuple[str, str]:
    """Type and identifier of a conditional reference; empty where it searches by something else."""
    kind, _, query = reference.partition("?")
    name, _, value = query.partition("=")
    return (kind.rpartition("/")[2], value.rpartition("|")[2]) if name == "identifier" else ("", "")


def resource_path(path: str) -> str:
    """The FHIRPath of the resource in whose context a place stands: the whole document's, or a Bundle entry's."""
    entry = path.rfind("].resource")
    return path[: entry + len("].resource")] if entry >= 0 else path.partition(".")[0]


def type_of(resource: object) -> str:
    """The resourceType; empty where it says none."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""
