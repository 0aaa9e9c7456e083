"""X12-07, X12-10, X12-11, X12-12: sums, payments, receipts."""

from typing import Final

_QUARANTINE = "Posting it would put wrong balances on accounts and wrong statements into letterboxes: the whole set is held."
_WRONG_BILL = "The patient would be billed an amount that nobody can explain."
_FORWARD = "Other amounts than the primary payer's remittance says: the secondary payer rejects the claim or pays it wrong."
_READ = "Without it the reason of a denial cannot be worked on."

STORIES: Final[dict[str, tuple[str, str]]] = {
    "X12-0701": (
        "Payers reject a claim whose total is not its lines'; a line may have been lost between billing system and file.",
        "`CLM*A1*150~` with lines of 100.00 and 40.00: 1000 cents off.",
    ),
    "X12-0702": (_FORWARD, "Charge 100.00, `AMT*D*80~`, `CAS*CO*45*15~`: 5.00 are missing."),
    "X12-0703": (_FORWARD, "`AMT*D*80~` with line payments `SVD` of 40.00 and 35.00."),
    "X12-0704": (_FORWARD, "Line charge 100.00, `SVD*...*80~`, `CAS*CO*45*15~`: 5.00 are missing."),
    "X12-1001": (_QUARANTINE, "`SVC*HC:G0463*100*80~CAS*CO*45*15~`: 100.00 less 15.00 is 85.00, not 80.00."),
    "X12-1002": (_QUARANTINE, "`CLP*A1*1*100*80~` whose adjustments, claim and lines together, are 15.00."),
    "X12-1003": (_QUARANTINE, "`BPR*I*500~`, claims paid 520.00, `PLB*...*WO:A1*10~`: 510.00 are owed."),
    "X12-1004": (
        _WRONG_BILL,
        "`CLP*A1*1*100*80*20~` with `CAS*PR*1*15~` and `CAS*CO*45*5~`: the patient owes 15.00.",
    ),
    "X12-1005": (
        "CLP05 of a reversal has no meaning by the guide; used as an amount it would bill the patient twice.",
        "`CLP*A1*22*-100*-80*20~`",
    ),
    "X12-1006": (
        "Some payers leave lines out that they split off. Compare before the claim is taken for finished.",
        "`CLP*A1*1*150*120~` with one line `SVC*HC:G0463*100*80~`.",
    ),
    "X12-1007": (
        "A deposit cannot be negative: what the payer takes back beyond this payment is carried forward by FB.",
        "`BPR*I*-50~`",
    ),
    "X12-1008": (
        "Interest is reported and not paid: the deposit is short.",
        "`AMT*I*2.5~`, and no `PLB*...*L6*-2.5~`.",
    ),
    "X12-1009": (
        "Money without a claim that it belongs to cannot be posted.",
        "`PLB*...*L6*-2.5~`, and no `AMT*I`.",
    ),
    "X12-1010": (
        "The difference stays unposted until the payer explains it.",
        "`AMT*I*2.5~` and `PLB*...*L6*-3~`.",
    ),
    "X12-1011": (
        "A reversal takes a payment back. With positive amounts it would pay twice.",
        "`CLP*A1*22*100*80~`; right is `CLP*A1*22*-100*-80~`.",
    ),
    "X12-1012": (
        "Some payers take money back without saying reversal (22): the account must not be paid twice.",
        "`CLP*A1*1*-100*-80~`",
    ),
    "X12-1013": ("No deposit will come for money that the file claims to pay.", "`BPR*I*500*C*NON~`"),
    "X12-1014": ("The bank waits for a deposit of nothing, and the payment stays open.", "`BPR*I*0*C*ACH~`"),
    "X12-1015": (
        "A predetermination is a forecast: posted as a payment it invents money.",
        "`CLP*A1*25*100*80~`",
    ),
    "X12-1016": (
        "Status 4 means that the patient was not found. Money on it says that the payer means something else.",
        "`CLP*A1*4*100*0*100~`",
    ),
    "X12-1017": (_READ, "`CAS*CO*9999*20~`"),
    "X12-1018": (_READ, "`LQ*HE*N99999~`"),
    "X12-1019": (_READ, "`CAS*CO*16*100~` (something is missing) without a remark that says what."),
    "X12-1020": (
        "The same debt would be taken from two payments.",
        "`PLB*...*FB:A1*-50*WO:A1*50~`",
    ),
    "X12-1021": (
        "It is read as the group of the first payment, so that reversal and payment close.",
        "`CLP*A1*22*-100*-80~CAS*CR*45*-20~`",
    ),
    "X12-1022": (
        "A payment that cannot be told to be of the first or the second line is matched by hand.",
        "Two lines `SVC*HC:G0463*50*40~` of one day, without `REF*6R`.",
    ),
    "X12-1023": (
        "A payment without lines cannot say which service was paid and which denied: it is matched by hand.",
        "`CLP*A1*1*100*80*20*12*P7*20*1~`: urgent care, and no `SVC` behind it.",
    ),
    "X12-1029": (
        "A payment without lines cannot say which service was paid and which denied, unless the visit was priced as a whole.",
        "`CLP*A1*1*100*80*20*12*P7*13*1~`: hospital outpatient, and no `SVC` behind it.",
    ),
    "X12-1024": (
        "Nobody may bill a payer that has the claim already; without a name nobody knows whom not to bill.",
        "`CLP*A1*19*100*80~` without `NM1*TT*2*...~`.",
    ),
    "X12-1025": (
        "The same money would leave twice: by the reversed claim and by the provider adjustment.",
        "`CLP*A1*22*-100*-80**12*P7~` and `PLB*...*WO:P7*80~` in one payment.",
    ),
    "X12-1026": (
        "Posted as it stands the claim would be paid twice.",
        "`CLP*A1*1*100*80*20*12*P7~` with the same lines, twice in one payment.",
    ),
    "X12-1027": (
        "A recovery that belongs to no claim waits in suspense until somebody finds out what it was for.",
        "`PLB*1234567893*20261231*WO*80~`",
    ),
    "X12-1028": (
        "Somebody will wait at the bank for money that does not come.",
        "`BPR*I*0*C*NON~`; right is `BPR*H*0*C*NON~`.",
    ),
    "X12-1101": (
        "One of the two is wrong: either claims are missing from the receipt, or it counts others.",
        "`QTY*90*5~` above four accepted claims.",
    ),
    "X12-1102": (
        "The receipt's claims are not those it counts.",
        "`AMT*YU*500~` above accepted claims of 450.00.",
    ),
    "X12-1103": (
        "Whoever goes by the action takes a rejected claim for accepted, or resubmits an accepted one.",
        "`STC*A7:21*20261014*WQ*100~`: A7 rejects, WQ accepts.",
    ),
    "X12-1104": (
        "A category of the status answer (277) in a receipt: the claim is neither accepted nor rejected.",
        "`STC*F1:65*20261014*WQ*100~`",
    ),
    "X12-1105": (_READ, "`STC*A7:9999*20261014*U*100~`"),
    "X12-1106": (
        "The receipt speaks of other claims than those it lists.",
        "`STC*A1:19*20261014*WQ*500~` above claims of 450.00.",
    ),
    "X12-1201": (
        "Sets without an answer may be lost: they are neither accepted nor rejected.",
        "`AK9*P*3*3*1~` behind two `AK2`.",
    ),
    "X12-1202": (
        "Whoever reads AK9 alone takes rejected claims for accepted.",
        "`AK9*A*2*2*2~` behind an `IK5*R*5~`.",
    ),
    "X12-1203": ("The batch has to be sent again, and nobody says what to correct.", "`AK2*837*0001~IK5*R~`"),
    "X12-1204": (
        "Sending again what was taken makes duplicates; not sending again what was not taken loses claims.",
        "`TA1*000000905*261014*0930*Q*000~`",
    ),
    "X12-1205": ("Nobody knows what to correct in the envelope.", "`TA1*000000905*261014*0930*R*099~`"),
    "X12-1206": (
        "One of the two is wrong. The answer decides, but the receiver may have meant the note.",
        "`TA1*000000905*261014*0930*A*025~`",
    ),
}
