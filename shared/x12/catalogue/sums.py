"""X12-07: sums that must close. Problems name the difference in cents; expected and found are values, shown on request."""

from shared.x12.findings import entry

entry(
    "X12-0701",
    "error",
    "claim charge is not the sum of its lines",
    "CLM02 is {} cents off the sum of the line charges.",
    "Correct the claim's charge or its lines.",
    "005010X222A1 CLM02; claims-rules 3.6 (a)",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0702",
    "error",
    "other payer's decision does not add up to the charge",
    "For other payer {}: amount paid plus all its adjustments is {} cents off the claim's charge.",
    "Copy amount and adjustments from that payer's remittance, complete.",
    "claims-rules 3.6 (b)",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0703",
    "error",
    "other payer's claim amount is not the sum of its lines",
    "For other payer {}: AMT*D is {} cents off the line payments less the claim adjustments.",
    "Copy both from that payer's remittance.",
    "RFI 1294; claims-rules 3.6 (c)",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0704",
    "error",
    "other payer's line decision does not add up",
    "Amount paid plus adjustments of the line is {} cents off the line's charge.",
    "Copy the line's amount and all its adjustments from the remittance.",
    "claims-rules 3.6 (d)",
    ik3="8",
    ik4="7",
)
