"""X12-10: an 835 whose sums or rules do not hold. Problems name the difference; expected and found are values."""

from shared.x12.findings import entry

_BALANCE = "005010X221A1 section 1.10.2.1; claims-rules 3.1"
_HOLD = "Post nothing of this payment; ask the payer for a corrected 835. Never add a balancing line."
_PAYER = "Ask the payer; the money itself is proved by the three levels."

entry(
    "X12-1001",
    "error",
    "line does not balance",
    "Line payment (SVC03) is {} cents off: charge less the line's adjustments must be the payment.",
    _HOLD,
    f"{_BALANCE}; RFI 2442",
)
entry(
    "X12-1002",
    "error",
    "claim does not balance",
    "Claim payment (CLP04) is {} cents off: charge less all adjustments of claim and lines must be the payment.",
    _HOLD,
    f"{_BALANCE}; RFI 358; RFI 2570",
)
entry(
    "X12-1003",
    "error",
    "payment does not balance",
    "Total payment (BPR02) is {} cents off: claim payments less provider adjustments must be the total.",
    _HOLD,
    f"{_BALANCE}; RFI 2601",
)
entry(
    "X12-1004",
    "error",
    "patient responsibility is not the sum of its reasons",
    "Patient responsibility (CLP05) is {} cents off the sum of the adjustments of group PR.",
    "Bill the patient by the adjustments, and ask the payer.",
    "RFI 2548; RFI 319; RFI 396; claims-rules 3.1",
)
entry(
    "X12-1005",
    "warning",
    "reversal with patient responsibility",
    "A reversal (CLP02 = 22) carries a patient responsibility (CLP05).",
    "Take the patient's share back by the reversed adjustments; CLP05 of a reversal says nothing.",
    "RFI 319; RFI 2548; claims-rules 3.3",
)
entry(
    "X12-1006",
    "warning",
    "claim charge is not the sum of its lines",
    "Claim charge (CLP03) is {} cents off the sum of the line charges.",
    "Compare with the claim as sent: a line may be missing.",
    "RFI 2570; claims-rules 3.1",
)
entry(
    "X12-1007",
    "error",
    "negative payment",
    "Total payment (BPR02) is below zero: a negative net must be carried forward by a provider adjustment FB.",
    _HOLD,
    "RFI 222; claims-rules 3.1",
)
entry(
    "X12-1008",
    "error",
    "interest on claims without its payment",
    "Claims report interest (AMT*I), but no provider adjustment L6 pays it.",
    _PAYER,
    "RFI 2202; claims-rules 3.4",
)
entry(
    "X12-1009",
    "error",
    "interest paid without its claims",
    "A provider adjustment L6 pays interest, but no claim reports it (AMT*I).",
    _PAYER,
    "RFI 2202; claims-rules 3.4",
)
entry(
    "X12-1010",
    "warning",
    "interest differs",
    "Interest of the claims (AMT*I) and of the provider adjustments (L6) differ by {} cents.",
    _PAYER,
    "RFI 2202; claims-rules 3.4",
)
entry(
    "X12-1011",
    "error",
    "reversal is not negative",
    "A reversal (CLP02 = 22) has a charge or a payment above zero: every amount of the original must be negated.",
    "Park the reversal; ask the payer for one that mirrors its payment.",
    "RFI 1147; RFI 2442; claims-rules 3.3",
)
entry(
    "X12-1012",
    "warning",
    "negative claim that is no reversal",
    "The claim's charge is below zero, and its status (CLP02) is not 22.",
    "Compare with the payment it may take back before posting.",
    "claims-rules 3.3",
)
entry(
    "X12-1013",
    "error",
    "money by no means of payment",
    "The payment method (BPR04) is NON, and the total payment (BPR02) is not zero.",
    _HOLD,
    "RFI 352; claims-rules 3.9",
)
entry(
    "X12-1014",
    "warning",
    "zero payment with a means of payment",
    "The total payment (BPR02) is zero, and the payment method (BPR04) is not NON.",
    "Expect no deposit.",
    "RFI 352; claims-rules 3.9",
)
entry(
    "X12-1015",
    "error",
    "predetermination with money",
    "A predetermination (CLP02 = 25) pays: it may only say what would be paid.",
    _HOLD,
    "claims-rules 3.2",
)
entry(
    "X12-1016",
    "warning",
    "unidentified patient with money",
    "The claim was denied because the patient is not known (CLP02 = 4), and it pays or leaves a share to the patient.",
    "Read the adjustments: this payer uses 4 for any denial.",
    "RFI 1423; RFI 1079; claims-rules 3.2",
)
entry(
    "X12-1017",
    "warning",
    "unknown adjustment reason",
    "The adjustment reason is not in the list, or was not in force on the day of the payment: {}.",
    "Ask the payer what is meant; import the newest list.",
    "claims-rules 3.5",
)
entry(
    "X12-1018",
    "warning",
    "unknown remark",
    "The remark code is not in the list, or was not in force on the day of the payment: {}.",
    "Ask the payer what is meant; import the newest list.",
    "claims-rules 3.5",
)
entry(
    "X12-1019",
    "warning",
    "reason without its remark",
    "Adjustment reason {} says nothing without a remark code, and there is none.",
    "Ask the payer what is missing.",
    "claims-rules 3.5",
)
entry(
    "X12-1020",
    "warning",
    "one debt carried forward and taken back",
    "Provider adjustments FB and WO have the same reference: one debt must not be in both.",
    "Ask the payer which of them stands.",
    "RFI 1756; claims-rules 3.4",
)
entry(
    "X12-1021",
    "warning",
    "old adjustment group",
    "An adjustment has group CR, which 5010 does not have: a reversal repeats the original's group.",
    "It is taken for the group of the original.",
    "RFI 1147; claims-rules 3.3",
)
entry(
    "X12-1022",
    "warning",
    "split line without a number",
    "Two lines of the claim have the same code and day, and not each has a line control number (REF*6R).",
    "Match by hand; ask the payer to return our line numbers.",
    "RFI 498; RFI 1684; claims-rules 3.10",
)
entry(
    "X12-1023",
    "warning",
    "professional claim without its lines",
    "The facility code is a place of service, so the claim is professional, and it has no service line (SVC).",
    "Match by hand; ask the payer to report the lines.",
    "RFI 2348; claims-rules 3.1",
)
entry(
    "X12-1024",
    "warning",
    "forwarded claim without the next payer",
    "The claim status (CLP02) says that the claim was sent on, and no NM1*TT says to whom.",
    "Ask the payer; until then it is not known who decides next.",
    "005010X221A1, 2100 NM1*TT; claims-rules 3.2",
)
entry(
    "X12-1025",
    "warning",
    "overpayment taken back twice",
    "A claim is reversed here, and a provider adjustment WO takes the same claim's money back once more.",
    "Ask the payer which of them stands: a reversal takes the money back by itself.",
    "RFI 1082; claims-rules 3.4",
)
entry(
    "X12-1026",
    "warning",
    "claim twice in one payment",
    "The same claim is reported again, with the same payer claim number, status, amounts and lines.",
    "Ask the payer: a balance is carried forward by a provider adjustment FB, never by repeating a claim.",
    "RFI 1604; claims-rules 3.4",
)
entry(
    "X12-1027",
    "warning",
    "provider adjustment without a reference",
    "A provider adjustment {} does not say which claim or payment it belongs to (PLB03-2).",
    "Ask the payer; until then it cannot be linked.",
    "RFI 2370; claims-rules 3.4",
)
entry(
    "X12-1028",
    "warning",
    "zero payment that is no mere notice",
    "The payment is zero without a means of payment, but BPR01 is not H (notification only).",
    "Ask the payer to write H.",
    "RFI 352; claims-rules 3.9",
)
entry(
    "X12-1029",
    "warning",
    "outpatient claim without its lines",
    "The claim is of outpatient or professional care and has no service line (SVC): right only where it was priced as a whole.",
    "Match by hand; ask the payer to report the lines if it priced them.",
    "RFI 2348; claims-rules 3.1",
)
