"""What X12 files say, as values: envelopes, findings, remittances, acknowledgments. No I/O, no clock.

Claims are ``shared.claim.Claim``. Amounts are integer cents, dates are ``datetime.date``. Each struct
keeps what it does not model in ``extra``: nothing that a file says is dropped.
"""

from shared.x12.types.acknowledgments import (
    Context,
    ElementError,
    GroupAck,
    InterchangeAck,
    SegmentError,
    SetAck,
)
from shared.x12.types.claims import Batch
from shared.x12.types.envelopes import (
    Envelope,
    GroupEnvelope,
    Header,
    Party,
    TransactionType,
    Unsupported,
    X12Finding,
)
from shared.x12.types.reading import FileReading, Transaction
from shared.x12.types.remittances import (
    ClaimPayment,
    Imbalance,
    ProviderAdjustment,
    Remittance,
    ServicePayment,
)
from shared.x12.types.statuses import (
    ClaimAnswer,
    ClaimAnswers,
    FurtherSource,
    LineStatus,
    Status,
    StatusInquiry,
    StatusQuestion,
)

__all__ = [
    "Batch",
    "ClaimAnswer",
    "ClaimAnswers",
    "ClaimPayment",
    "Context",
    "ElementError",
    "Envelope",
    "FileReading",
    "FurtherSource",
    "GroupAck",
    "GroupEnvelope",
    "Header",
    "Imbalance",
    "InterchangeAck",
    "LineStatus",
    "Party",
    "ProviderAdjustment",
    "Remittance",
    "SegmentError",
    "ServicePayment",
    "SetAck",
    "Status",
    "StatusInquiry",
    "StatusQuestion",
    "Transaction",
    "TransactionType",
    "Unsupported",
    "X12Finding",
]
