"""X12-09: what keeps a transaction from being turned into values."""

from shared.x12.findings import entry

entry(
    "X12-0901",
    "error",
    "claim cannot be read",
    "{} cannot be held by a claim: {}.",
    "Correct the element and send the claim again.",
    "the canonical claim: integer cents, real dates, the guide's codes",
    ik3="8",
)
entry(
    "X12-0902",
    "error",
    "segment cannot be read",
    "The segment has an amount, a date or a number that cannot be read.",
    "Correct the segment; nothing of this transaction may be used before.",
    "integer cents, real dates",
    ik3="8",
)
entry(
    "X12-0903",
    "warning",
    "more findings of one kind",
    "There are {} more findings of kind {} than are listed.",
    "Correct what is listed, then check the file again.",
    "our own limit on what is listed",
)
