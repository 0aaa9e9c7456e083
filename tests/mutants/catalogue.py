"""All kinds of defects, with the clean files that each group is tried on."""

from collections.abc import Callable, Iterable

from tests.mutants.claims import CLAIMS
from tests.mutants.envelope import ENVELOPE
from tests.mutants.kinds import Kind
from tests.mutants.trial import clean_claims

GROUPS: dict[str, tuple[Callable[[], Iterable[bytes]], tuple[Kind, ...]]] = {
    "envelope": (clean_claims, ENVELOPE),
    "837": (clean_claims, CLAIMS),
}
