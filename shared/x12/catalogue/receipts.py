"""X12-11 and X12-12: receipts (277CA, 277, 999, TA1) that contradict themselves."""

from shared.x12.findings import entry

_ASK = "Ask who sent the receipt; count a claim as accepted only by its own status."

entry(
    "X12-1101",
    "error",
    "count of claims is wrong",
    "{} says {} claims, the receipt has {}.",
    _ASK,
    "005010X214 2200B QTY; claims-rules 3.7",
)
entry(
    "X12-1102",
    "error",
    "amount of claims is wrong",
    "{} is {} cents off the charges of its claims.",
    _ASK,
    "005010X214 2200B AMT; claims-rules 3.7",
)
entry(
    "X12-1103",
    "warning",
    "action and status contradict each other",
    "The action (STC03) and the status category say different things.",
    "The category decides: A3, A6, A7 and A8 are rejections.",
    "claims-rules 3.7",
)
entry(
    "X12-1104",
    "error",
    "status category that a 277CA does not have",
    "The status category is none of A0 to A8.",
    "Take the claim for unanswered; ask who sent the receipt.",
    "RFI 2203; RFI 1942; claims-rules 3.7",
)
entry(
    "X12-1105",
    "warning",
    "unknown status code",
    "The status category or code is not in the list.",
    "Import the newest list; ask who sent the answer.",
    "claims-rules 3.7",
)
entry(
    "X12-1106",
    "error",
    "batch amount is wrong",
    "The batch's total (STC04) is {} cents off the charges of its claims.",
    _ASK,
    "RFI 1991; claims-rules 3.7",
)
entry(
    "X12-1201",
    "error",
    "counts of the group's answer are wrong",
    "AK9 counts {} included, {} received, {} accepted; the answered sets do not fit that.",
    "Follow the answer to each set; resend what has none.",
    "005010X231A1 AK9; claims-rules 3.7",
)
entry(
    "X12-1202",
    "error",
    "answers to group and sets contradict each other",
    "The group's answer (AK901) does not follow from the answers to its sets (IK501).",
    "Follow the answer to each set.",
    "005010X231A1 AK901; claims-rules 3.7",
)
entry(
    "X12-1203",
    "warning",
    "rejected set without a reason",
    "A set is rejected, and neither an error nor a reason is given.",
    "Ask the receiver; resend after that.",
    "005010X231A1 IK5",
)
entry(
    "X12-1204",
    "error",
    "interchange answer not known",
    "TA104 is none of A, E and R: the interchange counts as rejected.",
    "Ask the receiver whether the interchange was taken before it is sent again.",
    "X12.5 TA104; claims-rules 3.7",
    at="TA104 answer to the interchange",
)
entry(
    "X12-1205",
    "warning",
    "interchange note not known",
    "TA105 is not in the list of interchange notes (000 to 031).",
    "Follow TA104; ask the receiver what the note means.",
    "X12.5 TA105; claims-rules 3.7",
    at="TA105 note",
)
entry(
    "X12-1206",
    "warning",
    "answer and note of the interchange contradict each other",
    "The interchange is accepted with a note of an error, or rejected without one.",
    "Follow TA104; ask the receiver.",
    "X12.5 TA104 and TA105; claims-rules 3.7",
    at="TA105 note",
)
