"""What a checker takes and says: the same for every kind of file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol

from msgspec import UNSET, Struct, UnsetType

Kind = Literal["x12", "hl7", "fhir", "json", "unknown"]
Severity = Literal["error", "warning"]
Verdict = Literal["accepted", "warnings", "refused"]


class Finding(Struct, frozen=True, kw_only=True, gc=False):
    """One defect, as ``--json`` prints it. Texts never repeat a value of the file.

    ``segment`` is the 1-based number of the segment in the file and ``offset`` its byte offset, None where a kind of file has no
    such thing. ``path`` and ``element`` are the place in the kind's own form and in plain words. ``value`` is what stands there,
    when somebody asked to see it: it may be patient data.
    """

    code: str
    severity: Severity
    segment: int | None
    offset: int | None
    path: str
    element: str
    title: str
    problem: str
    fix: str
    source: str = ""
    value: str | UnsetType = UNSET


class Claim(Struct, frozen=True, kw_only=True, gc=False):
    """One claim of the transaction that is told next: what it is in a few words, where it stands, whether it would be taken.

    ``number`` is the sender's claim number: patient data, shown on request.
    """

    words: str
    verdict: Verdict
    number: str = ""
    segments: tuple[int, int] = (0, 0)


class Transaction(Struct, frozen=True, kw_only=True, gc=False):
    """One transaction, message or resource, told when it is whole, after its claims.

    ``type`` is the kind's own name for it (``837P``, ``DFT^P03``, ``Claim``), ``control`` its control number or id.
    ``balanced`` is None where no sum has to close. ``segments`` are the numbers of its first and last segment (or entry).
    """

    type: str
    control: str
    verdict: Verdict
    claims: int = 0
    balanced: bool | None = None
    segments: tuple[int, int] = (0, 0)


Said = Claim | Finding | Transaction


class Page(Struct, frozen=True, kw_only=True, gc=False):
    """All that is to be known of one kind of finding; ``claimflow explain`` prints it.

    ``answers`` says how a sender is told, for example ``999 IK304 3``.
    """

    code: str
    severity: Severity
    title: str
    problem: str
    why: str
    fix: str
    source: str
    example: str = ""
    answers: tuple[str, ...] = ()


class Checker(Protocol):
    """Knows one kind of file. A checker keeps nothing between files, reads no file itself, and raises for no content."""

    @property
    def kind(self) -> Kind:
        """What ``--json`` calls such a file."""

    @property
    def looked_for(self) -> str:
        """What tells such a file, for somebody whose file was not recognised: ``X12 (a line that begins with ISA)``."""

    @property
    def pages(self) -> Mapping[str, Page]:
        """Every kind of finding of this checker by its code; codes are stable and unique over all checkers."""

    def knows(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes (up to 64 KB, all of a shorter file) is of this kind, sound or broken."""

    def check(self, chunks: Iterable[bytes]) -> Iterator[Said]:
        """Check one file as its bytes come, ``value`` filled wherever there is one: who must not see it never gets it.

        Claims come before their transaction, findings whenever they are known. Memory must not grow with the file's length,
        as far as its kind allows that.
        """


def verdict_of(severities: Iterable[Severity]) -> Verdict:
    """What would become of something with findings of these severities."""
    worst = set(severities)
    return "refused" if "error" in worst else "warnings" if worst else "accepted"


def worse(one: Verdict, other: Verdict) -> Verdict:
    """The graver of two verdicts."""
    order: tuple[Verdict, ...] = ("accepted", "warnings", "refused")
    return max(one, other, key=order.index)
