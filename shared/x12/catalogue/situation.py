"""X12-08: situational rules of the guides that can be computed."""

from shared.x12.findings import entry

_P = "005010X222A1"
_I = "005010X223A2"

entry(
    "X12-0801",
    "error",
    "replacement or void without the payer's claim number",
    "Frequency 7 and 8 need REF*F8.",
    "Add the payer claim control number of the claim that is replaced or voided (CLP07 of its remittance).",
    "RFI 1538; claims-rules 3.8",
    ik3="I6",
    asks="REF",
    trigger="CLM05-3",
)
entry(
    "X12-0802",
    "warning",
    "original claim with a payer claim number",
    "The frequency is 1, but REF*F8 is there.",
    "Use frequency 7 or 8, or leave REF*F8 out.",
    "claims-rules 3.8",
    ik3="I9",
    trigger="CLM05-3",
)
entry(
    "X12-0803",
    "error",
    "auto accident without a state",
    "The related cause is AA: CLM11-4 is required.",
    "Add the state of the accident, or its country.",
    f"{_P}, CLM11-4",
    ik3="8",
    ik4="I9",
    trigger="CLM11",
)
entry(
    "X12-0804",
    "error",
    "accident without a date",
    "The related cause is an accident: DTP*439 is required.",
    "Add the day of the accident.",
    f"{_P}, 2300 DTP*439",
    ik3="I6",
    asks="DTP",
    trigger="CLM11",
)
entry(
    "X12-0805",
    "error",
    "patient's address or birth date missing",
    "The subscriber is the patient: {} is required in 2010BA.",
    "Add address, birth date and sex of the subscriber.",
    f"{_P}, 2010BA N3, N4, DMG",
    ik3="I6",
    trigger="SBR02",
)
entry(
    "X12-0806",
    "error",
    "relationship of the subscriber missing",
    "A claim stands at subscriber level, but SBR02 is not 18.",
    "Write SBR02 = 18 when the subscriber is the patient, otherwise add the patient level.",
    f"{_P}, 2000B SBR02",
    ik3="8",
    ik4="I9",
    trigger="HL04",
)
entry(
    "X12-0807",
    "error",
    "other payer's decision without a date",
    "That payer has decided: DTP*573 is required.",
    "Add the adjudication date, at claim or line level.",
    f"{_P}, 2330B DTP*573",
    ik3="I6",
    asks="DTP",
    trigger="AMT02",
)
entry(
    "X12-0808",
    "error",
    "two payers in the same place",
    "Two payers of the claim have the same responsibility code.",
    "Give each payer its own place: P, S, T, A ...",
    f"{_P}, SBR01",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0809",
    "error",
    "line decision of an unknown payer",
    "SVD01 does not name any other payer of the claim.",
    "Repeat NM109 of that payer's loop 2330B.",
    f"{_P}, 2430 SVD01",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0810",
    "error",
    "inpatient bill without an admission",
    "The type of bill is inpatient: DTP*435 is required.",
    "Add admission date and hour.",
    f"{_I}, 2300 DTP*435",
    ik3="I6",
    asks="DTP",
    trigger="CLM05-1",
)
entry(
    "X12-0811",
    "error",
    "inpatient bill without an admission type",
    "The type of bill is inpatient: CL101 is required.",
    "Add the admission type.",
    f"{_I}, 2300 CL101",
    ik3="8",
    ik4="I9",
    trigger="CLM05-1",
)
entry(
    "X12-0812",
    "error",
    "other payer's decision without its amount",
    "That payer has adjusted the claim or a line: AMT*D is required, also when it paid nothing.",
    "Add AMT*D with what that payer paid, 0 if nothing.",
    f"{_P} and X223A2, 2320 AMT*D",
    ik3="I6",
    asks="AMT",
    trigger="CAS",
)
entry(
    "X12-0813",
    "warning",
    "patient still there, and the bill is the last",
    "The patient status is 30 (still a patient), but the frequency says that the stay is over.",
    "Use frequency 2 or 3 while the stay lasts, or correct the patient status.",
    "claims-rules 3.8; 837I CL103 and CLM05-3",
)
entry(
    "X12-0814",
    "warning",
    "frequency code unusual",
    "Claims use 1 (original), 7 (replacement) and 8 (void); institutional ones also the other codes of the type of bill.",
    "Check the frequency; 7 replaces, 8 voids.",
    "claims-rules 3.8",
)
entry(
    "X12-0815",
    "error",
    "state or ZIP code missing",
    "An address in the United States has a state and a ZIP code.",
    "Fill the element, or write the country.",
    f"{_P}, N402 and N403",
    ik3="8",
    ik4="I9",
    trigger="N404",
)
entry(
    "X12-0816",
    "error",
    "patient level below a subscriber who is the patient",
    "SBR02 is 18, but a patient level follows.",
    "Leave SBR02 empty when the patient is somebody else.",
    f"{_P}, 2000B SBR02",
    ik3="8",
    ik4="I13",
    trigger="HL04",
)
entry(
    "X12-0817",
    "warning",
    "final inpatient bill without a discharge hour",
    "The bill covers the end of a hospital stay: DTP*096 is expected.",
    "Add the discharge hour.",
    f"{_I}, 2300 DTP*096",
)
entry(
    "X12-0818",
    "warning",
    "ambulance transport without a pick-up",
    "The claim tells of a transport (CR1), but neither the claim nor a line says where it began.",
    "Add the pick-up location (2310E, or 2420G at the lines).",
    f"{_P}, 2310E",
)
entry(
    "X12-0819",
    "warning",
    "insured person without a member id",
    "The subscriber is a person, and NM109 is empty.",
    "Write the member id with qualifier MI.",
    f"{_P}, 2010BA NM108 and NM109",
)
