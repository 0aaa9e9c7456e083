"""What came: one resource, a Bundle, or Parameters around either, taken apart into entries."""

from collections.abc import Iterator

from msgspec import Struct

from services.intake.domain.fhir.tree import Json, Node, Tree, type_of


class Entry(Struct, frozen=True):
    """One resource of the document, its type, and the ``Bundle.entry`` that it came in (an empty node for a lone one)."""

    node: Node
    kind: str
    entry: Node

    @property
    def method(self) -> str:
        """What the entry asks for (``Bundle.entry.request.method``); empty where it says nothing."""
        return self.entry.at("request", "method").text().upper()


class Document(Struct, frozen=True):
    """One document: its tree, the type of the outermost resource that counts, a Bundle's type, the entries."""

    tree: Tree
    kind: str
    bundle: str
    path: str
    entries: tuple[Entry, ...]
    timestamp: object = None
    """``Bundle.timestamp``, as it stands there."""
    identifier: str = ""
    """``Bundle.identifier.value``."""

    @property
    def name(self) -> str:
        """What lists call it: ``Claim``, ``Bundle/transaction``."""
        return f"Bundle/{self.bundle}" if self.bundle else self.kind

    def of(self, *kinds: str) -> Iterator[Entry]:
        """The entries with a resource of these types, in order."""
        return (e for e in self.entries if e.kind in kinds)


def opened(document: Json) -> Document:
    """Index a document: every resource in it by the names that references use."""
    tree = Tree(document, {}, [], {})
    kind = type_of(document)
    root, path = document, kind or "Resource"
    if kind == "Parameters":
        root, path = _parameter(document)
        kind = type_of(root) or "Parameters"
    if kind != "Bundle":
        tree.index(root, path)
        return Document(tree, kind, "", path, (Entry(Node(tree, root, path), kind, Node(tree, None, path)),))
    entries = tuple(_entries(tree, root, path))
    said = root.get("type")
    bundle = said if isinstance(said, str) and said in TYPES else "collection"
    named = Node(tree, root, path).at("identifier", "value")
    return Document(
        tree,
        kind,
        bundle,
        path,
        entries,
        root.get("timestamp"),
        named.value if isinstance(named.value, str) else "",
    )


def _parameter(document: Json) -> tuple[Json, str]:
    """The one resource that Parameters bring; the Parameters themselves where there is none."""
    said = document.get("parameter")
    for place, one in enumerate(said if isinstance(said, list) else ()):
        resource = one.get("resource") if isinstance(one, dict) else None
        if isinstance(resource, dict):
            return resource, f"Parameters.parameter[{place}].resource"
    return document, "Parameters"


def _entries(tree: Tree, bundle: Json, path: str) -> Iterator[Entry]:
    said = bundle.get("entry")
    for place, entry in enumerate(said if isinstance(said, list) else ()):
        at = Node(tree, entry, f"{path}.entry[{place}]")
        node = at.get("resource")
        resource = node.value if isinstance(node.value, dict) else {}
        tree.index(resource, node.path, entry.get("fullUrl") if isinstance(entry, dict) else None)
        yield Entry(node, type_of(resource), at)


TYPES = frozenset(
    {
        "document", "message", "transaction", "transaction-response", "batch", "batch-response", "history",
        "searchset", "collection",
    }
)  # fmt: skip
"""The types of Bundle that R4 knows."""
