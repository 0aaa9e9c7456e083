"""What reading a whole file gives."""

from msgspec import Struct

from shared.x12.types.acknowledgments import GroupAck, InterchangeAck
from shared.x12.types.claims import Batch
from shared.x12.types.envelopes import Envelope, Unsupported, X12Finding
from shared.x12.types.remittances import Remittance
from shared.x12.types.statuses import ClaimAnswers, StatusInquiry

Transaction = Batch | Remittance | InterchangeAck | GroupAck | ClaimAnswers | StatusInquiry | Unsupported


class FileReading(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A whole file read at once: its transactions in order, and findings that belong to no transaction (envelope, bytes).

    ``segments`` counts all segments of the file; ``envelopes`` are its interchanges in order.
    """

    transactions: tuple[Transaction, ...]
    findings: tuple[X12Finding, ...] = ()
    segments: int = 0
    envelopes: tuple[Envelope, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the envelope itself cannot be trusted."""
        return any(f.severity == "error" for f in self.findings)
