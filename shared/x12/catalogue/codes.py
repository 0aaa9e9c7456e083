"""X12-06: codes and dates that have the right form for the standard and still cannot be right."""

from shared.x12.findings import entry

_TABLE = "the guide's table"

entry(
    "X12-0608",
    "error",
    "period runs backwards",
    "The last day lies before the first.",
    "Swap or correct the days.",
    "005010 guides, DTP03",
    ik3="8",
    ik4="8",
)
entry(
    "X12-0609",
    "warning",
    "service date outside the statement",
    "A line's date lies outside the statement dates.",
    "Correct the line's date, or DTP*434.",
    "005010X223A2, 2400 DTP*472",
    ik3="8",
    ik4="8",
)
entry(
    "X12-0610",
    "error",
    "place of service not known",
    "The value is not one of the CMS place-of-service codes.",
    "Use a place-of-service code.",
    "CMS place-of-service code set",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0611",
    "error",
    "type of bill has the wrong form",
    "The first two digits of the type of bill are expected here.",
    "Write facility type and bill classification, two digits.",
    "005010X223A2, CLM05-1",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0612",
    "error",
    "revenue code has the wrong form",
    "A revenue code has four digits.",
    "Write four digits, with a leading zero.",
    "005010X223A2, SV201",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0613",
    "error",
    "diagnosis code has the wrong form",
    "The value does not have the form of an ICD-10-CM code.",
    "Write the code without its point: a letter, a digit, and up to five more characters.",
    "ICD-10-CM guidelines, section I.A",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0614",
    "error",
    "ICD-9 code has the wrong form",
    "The value does not have the form of an ICD-9-CM code.",
    "Write the code without its point, or use the ICD-10 qualifier if it is an ICD-10 code.",
    "ICD-9-CM",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0615",
    "error",
    "procedure code has the wrong form",
    "A HCPCS code has five letters and digits.",
    "Correct the procedure code.",
    "HCPCS",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0616",
    "error",
    "drug code is not eleven digits",
    "A National Drug Code is written with eleven digits, without hyphens.",
    "Write 5-4-2 digits, filled with leading zeros.",
    "005010X222A1, 2410 LIN03",
    ik3="8",
    ik4="I12",
)
entry(
    "X12-0617",
    "error",
    "inpatient procedure code has the wrong form",
    "The value does not have the form of an ICD procedure code.",
    "Write seven characters (ICD-10-PCS), without a point.",
    "ICD-10-PCS",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0618",
    "error",
    "adjustment reason not known",
    "The reason is not in the list of claim adjustment reason codes.",
    "Use a CARC; the list changes three times a year.",
    "CARC list by number",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0619",
    "error",
    "remark code not known",
    "The code is not in the list of remittance advice remark codes.",
    "Use a RARC.",
    "RARC list by number",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0620",
    "error",
    "diagnosis pointer points at nothing",
    "The pointer names a diagnosis that the claim does not have; it has {}.",
    "Point at one of the claim's diagnoses, counted from 1.",
    "005010X222A1, 2400 SV107",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0621",
    "error",
    "line control number twice",
    "Two lines of this claim have the same line control number.",
    "Give each line a number of its own: payments are matched by it.",
    "RFI 498, 1684; claims-rules 3.10",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0622",
    "warning",
    "claim number twice",
    "Two claims of this batch have the same claim number.",
    "Give each claim its own number: payers echo it, and answers are matched by it.",
    "RFI 1956; CLM01",
)
entry(
    "X12-0623",
    "error",
    "modifier has the wrong form",
    "A modifier has two letters or digits.",
    "Correct the modifier.",
    "HCPCS",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0627",
    "warning",
    "adjustment group CR",
    "Group CR is of 4010: 5010 shows reversals by claim status 22.",
    "Keep the original group of the adjustment.",
    "RFI 1147",
)
entry(
    "X12-0628",
    "warning",
    "diagnosis twice",
    "The same diagnosis stands twice on the claim.",
    "Remove one.",
    _TABLE,
)
entry(
    "X12-0629",
    "warning",
    "line numbers do not count from 1",
    "This LX01 should be {}.",
    "Number lines 1, 2, 3 ...",
    "005010 guides, 2400 LX01",
)
entry(
    "X12-0630",
    "error",
    "level number not as expected",
    "HL01 counts levels from 1 without gaps: {} is expected here.",
    "Number levels 1, 2, 3 ... through the set.",
    "005010 guides, HL01",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0631",
    "error",
    "level has the wrong parent",
    "HL02 does not name the level that this one lies in.",
    "Repeat the HL01 of the level above in HL02.",
    "005010 guides, HL02",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0633",
    "warning",
    "diagnosis pointer twice",
    "The line points at the same diagnosis twice.",
    "Remove one.",
    "005010X222A1, 2400 SV107",
)
entry(
    "X12-0634",
    "error",
    "two diagnosis code sets",
    "The claim mixes ICD-9 and ICD-10 diagnoses.",
    "Use the code set of the date of service for all diagnoses.",
    "45 CFR 162.1002",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0635",
    "error",
    "DRG has the wrong form",
    "A diagnosis related group is written with three or four digits.",
    "Write the digits.",
    "005010X223A2, HI*DR",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0636",
    "error",
    "claim charge is negative",
    "The total charge of a claim cannot be negative.",
    "Void or replace the earlier claim (frequency 8 or 7) instead.",
    "005010X222A1, CLM02",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0637",
    "warning",
    "adjustment of nothing",
    "An adjustment amount is zero.",
    "Leave out adjustments of zero.",
    "005010X221A1, CAS03",
)
entry(
    "X12-0638",
    "error",
    "level's children are not as announced",
    "HL04 says whether levels lie below; here it is the other way round.",
    "Write HL04 = 1 when a level below follows, otherwise 0.",
    "005010 guides, HL04",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0640",
    "error",
    "service before birth",
    "The first day of service lies before the patient's birth date.",
    "Correct the birth date or the date of service.",
    "005010 guides, DMG02 and DTP*472",
    ik3="8",
    ik4="8",
)
entry(
    "X12-0641",
    "warning",
    "dates in the wrong order",
    "The {} lies after {}.",
    "Correct the date that is wrong.",
    "005010 guides, DTP03",
)
entry(
    "X12-0643",
    "warning",
    "adjustments of one group in several segments",
    "Group {} stands in a further CAS, although the one before it has room.",
    "Write all reasons of a group into one CAS, up to six.",
    "claims-rules 3.6; 005010 guides, 2320 and 2430 CAS",
)
entry(
    "X12-0644",
    "warning",
    "adjustment reason not in force",
    "On the day of the other payer's decision the reason was not in force: {}.",
    "Repeat the reason as the other payer's remittance says it.",
    "CARC list by number and date",
)
