"""All kinds of defects, with the clean files that each group is tried on."""

from collections.abc import Callable, Iterable

from tests.mutants.bytes_kinds import BYTES
from tests.mutants.claims import CLAIMS
from tests.mutants.envelope import ENVELOPE
from tests.mutants.kinds import Kind
from tests.mutants.receipt_kinds import ACKS, NOTES, RECEIPTS, clean_acks, clean_notes, clean_receipts
from tests.mutants.remittance_claims import CLAIM_KINDS
from tests.mutants.remittance_kinds import REMITTANCE, clean_remittances
from tests.mutants.situations import SITUATIONS
from tests.mutants.trial import clean_claims

GROUPS: dict[str, tuple[Callable[[], Iterable[bytes]], tuple[Kind, ...]]] = {
    "bytes": (clean_claims, BYTES),
    "envelope": (clean_claims, ENVELOPE),
    "837": (clean_claims, (*CLAIMS, *SITUATIONS)),
    "835": (clean_remittances, (*REMITTANCE, *CLAIM_KINDS)),
    "277CA": (clean_receipts, RECEIPTS),
    "999": (clean_acks, ACKS),
    "TA1": (clean_notes, NOTES),
}
