"""X12-06 and X12-08: codes, numbers, dates, and rules between segments."""

from typing import Final

_FRONT = "Payers' front ends check this before anything else: the claim comes back in the 277CA and was never received."
_DENIED = "The claim passes the 999 and is denied weeks later, when the days left for a correction are fewer."
_MATCH = "Answers are matched by this number: with two alike, a payment may be posted to the wrong one."
_SECONDARY = "The secondary payer goes by what the primary one decided; where that does not fit, it rejects or underpays."

STORIES: Final[dict[str, tuple[str, str]]] = {
    "X12-0601": (
        _FRONT,
        "`NM1*85*2*MILL CLINIC*****XX*1234567890~`; 1234567893 would have the right check digit.",
    ),
    "X12-0602": (_FRONT, "`REF*EI*12-3456789~`; right is `REF*EI*123456789~`."),
    "X12-0603": (_FRONT, "`REF*SY*000-00-0000~`: hyphens."),
    "X12-0604": (_FRONT, "`N4*MILLTOWN*XX*441010000~`"),
    "X12-0605": (_FRONT, "`N4*MILLTOWN*OH*44101-0000~`: a hyphen in the ZIP code."),
    "X12-0606": (
        "Claims are priced by the billing provider's nine-digit ZIP code; without it the front end rejects them.",
        "`N4*MILLTOWN*OH*44101~` in loop 2010AA; right is `*441011234~`.",
    ),
    "X12-0607": (_FRONT, "`PRV*BI*PXC*207Q0000~`: eight characters; right is `207Q00000X`."),
    "X12-0608": (_DENIED, "`DTP*434*RD8*20261012-20261003~`"),
    "X12-0609": (_DENIED, "A line of 2 November on a bill from 1 to 31 October."),
    "X12-0610": (_FRONT, "`CLM*A1*100***89:B:1~`: there is no place of service 89."),
    "X12-0611": (_FRONT, "`CLM*A1*100***111:A:1~`: the third digit is the frequency and stands in CLM05-3."),
    "X12-0612": (_FRONT, "`SV2*45*HC:G0463*100*UN*1~`; right is `SV2*0450*...`."),
    "X12-0613": (_FRONT, "`HI*ABK:E11.9~`: codes are written without the point."),
    "X12-0614": (_FRONT, "`HI*BK:25O00~`: a letter O."),
    "X12-0615": (_FRONT, "`SV1*HC:G046*100*UN*1***1~`: four characters."),
    "X12-0616": (
        "Drugs are priced by the eleven-digit code. With hyphens or ten digits the line is denied or paid as another drug.",
        "`LIN**N4*1234-5678-90~`; right is `LIN**N4*01234567890~`.",
    ),
    "X12-0617": (_FRONT, "`HI*BBR:0DTJ4~`: an ICD-10 procedure has seven characters."),
    "X12-0618": (_SECONDARY, "`CAS*CO*9999*20~`: there is no reason 9999."),
    "X12-0619": (_SECONDARY, "`MOA***N99999~`: there is no such remark."),
    "X12-0620": (
        "A line without a diagnosis that explains it is denied as not medically necessary.",
        "`SV1*...*1:5~` on a claim that has three diagnoses.",
    ),
    "X12-0621": (_MATCH, "Two lines of one claim with `REF*6R*A1-1~`."),
    "X12-0622": (_MATCH, "Two claims `CLM*A1*...~` in one batch."),
    "X12-0623": (_FRONT, "`SV1*HC:G0463:R-*...~`: a modifier has letters and digits only."),
    "X12-0624": (
        "Nobody can call back about the claim.",
        "`PER*IC*BILLING*TE*555-0100~`; right is `*TE*2165550100~`.",
    ),
    "X12-0625": ("Nobody can write back about the claim.", "`PER*IC*BILLING*EM*billing.example~`"),
    "X12-0626": (_FRONT, "`N4*TORONTO***CANADA~`; right is `*CA~`."),
    "X12-0627": (
        "Group CR moved money without saying who bears it. 5010 negates the first payment, group by group.",
        "`CAS*CR*45*-20~`",
    ),
    "X12-0628": (
        "Harmless, but one of the twelve places is wasted, and some payers reject it.",
        "`HI*ABK:E119*ABF:E119~`",
    ),
    "X12-0629": ("Answers name lines by LX01: a gap makes them point at the wrong one.", "`LX*1~ ... LX*3~`"),
    "X12-0630": (_FRONT, "`HL*1**20*1~HL*3*1*22*0~`: level 2 is missing."),
    "X12-0631": (
        "The claim hangs at another provider or subscriber than meant: it would be paid to the wrong one.",
        "`HL*4*2*22*0~` below provider level 3.",
    ),
    "X12-0632": (
        "A person is sent as an organisation: the payer does not find the number under that name.",
        "`NM1*85*2*MILL*ANNA~`; a person has NM102 = 1.",
    ),
    "X12-0633": (
        "Harmless, but a place is wasted and probably another diagnosis was meant.",
        "`SV1*...*1:1~`",
    ),
    "X12-0634": (_FRONT, "`HI*ABK:E119*BF:25000~`: ICD-10 beside ICD-9."),
    "X12-0635": ("The DRG prices the whole stay.", "`HI*DR:29~`; right is `HI*DR:029~`."),
    "X12-0636": (
        "A claim asks for money; what is to be taken back is told by a void (frequency 8).",
        "`CLM*A1*-100~`",
    ),
    "X12-0637": ("It says nothing, and some payers reject the claim for it.", "`CAS*CO*45*0~`"),
    "X12-0638": (_FRONT, "`HL*1**20*0~` above a subscriber level `HL*2*1*22*0~`; right is `HL*1**20*1~`."),
    "X12-0639": (
        "Test numbers often look like this. A payer that knows the registry rejects the claim.",
        "`NM1*82*1*...*XX*3000000000~`",
    ),
    "X12-0640": (_DENIED, "A service of 3 May for a child born on 4 May."),
    "X12-0641": (_DENIED, "An admission that lies after the discharge."),
    "X12-0642": (_FRONT, "Ten digits as a provider's number, of which the last does not fit the others."),
    "X12-0643": (_SECONDARY, "`CAS*CO*45*20~CAS*CO*253*2~`; one CAS has room for six reasons."),
    "X12-0644": (_SECONDARY, "A reason that was withdrawn before the other payer's decision."),
    "X12-0801": (
        "Without the payer's number a replacement is an unknown claim or a duplicate: it is denied.",
        "`CLM*A1*100***11:B:7~` without `REF*F8*...~`.",
    ),
    "X12-0802": (
        "Some payers take the claim for a replacement of the one that is named.",
        "`CLM*...11:B:1~` with `REF*F8*...~`.",
    ),
    "X12-0803": (_FRONT, "`*AA*` as CLM11-1 and nothing in CLM11-4; right is `*AA:::OH*`."),
    "X12-0804": (
        "Accident claims go to another insurance first. Without the day they are held until somebody asks the patient.",
        "`*AA:::OH*` as CLM11 without `DTP*439*D8*20261001~`.",
    ),
    "X12-0805": (_FRONT, "`SBR*P*18~` and a subscriber without `DMG`."),
    "X12-0806": (
        _FRONT,
        "`SBR*P**...~` with a claim right below; `SBR*P*18*...~` says that the subscriber is the patient.",
    ),
    "X12-0807": (_SECONDARY, "`AMT*D*80~` of the primary payer, and neither claim nor lines have `DTP*573`."),
    "X12-0808": (_SECONDARY, "`SBR*P*18~` for the payer asked, and again `SBR*P*18~` for the other one."),
    "X12-0809": (_SECONDARY, "`SVD*12345*80*...~`, and no loop 2330B has NM109 `12345`."),
    "X12-0810": (_DENIED, "Type of bill `11:A:1` without `DTP*435*DT*202610010930~`."),
    "X12-0811": (_DENIED, "Type of bill `11:A:1` with `CL1**1*01~`: CL101 is empty."),
    "X12-0812": (_SECONDARY, "The primary payer denied all: `CAS*CO*29*100~` without `AMT*D*0~`."),
    "X12-0813": (
        _DENIED,
        "Type of bill `11:A:1` (admitted through discharged) with patient status 30 in CL103.",
    ),
    "X12-0814": (_FRONT, "`CLM*A1*100***11:B:2~`: interim bills are for institutions."),
    "X12-0815": (_FRONT, "`N4*MILLTOWN~`: neither state nor ZIP code."),
    "X12-0816": (
        "The payer cannot tell who was treated: the subscriber, or the dependent below.",
        "`SBR*P*18~` and a patient level `HL*3*2*23*0~` below.",
    ),
    "X12-0817": (_DENIED, "Type of bill `11:A:1` without `DTP*096*TM*1430~`."),
    "X12-0818": (_DENIED, "`CR1*...~` without `NM1*PW*2~` and its address."),
    "X12-0819": (_FRONT, "`NM1*IL*1*...*MI~`: the member id is what the payer looks for."),
}
