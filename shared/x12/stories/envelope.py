"""X12-01 to X12-03 and X12-09: bytes, interchange, group, set, and what cannot be read."""

from typing import Final

_LOST = (
    "Nothing in the file was received: no claim is on its way and no payment is known until it is sent again."
)
_TA1 = (
    "A payer answers with a TA1 and looks at nothing behind the header: none of the claims in it is received."
)
_GROUP = "The receiver rejects the whole group in its 999: every claim in it has to be sent again."
_SET = "The receiver rejects the set in its 999: every claim in it has to be sent again, good ones too."
_TOLERATED = "It is read here all the same, but stricter receivers refuse it: what passes today may come back tomorrow."

STORIES: Final[dict[str, tuple[str, str]]] = {
    "X12-0101": (_LOST, "A file that begins with `GS*HC*...`: its ISA was cut off."),
    "X12-0102": (_TOLERATED, "A mail header, or a line `Page 1 of 3`, above `ISA*00*...`."),
    "X12-0103": (_TOLERATED, "A text editor saved the file and put the bytes `EF BB BF` before `ISA`."),
    "X12-0104": (
        "Accents and typographic quotes come out differently at the receiver, so that a name no longer matches.",
        "`N3*12 CAF\\xc9 ROAD~` written in Latin-1.",
    ),
    "X12-0105": (_TOLERATED, "`ST*837*0001*005010X222A1~` and a line break before the next segment."),
    "X12-0106": (_LOST, "The transfer broke off in the middle of `CLM*A`: neither SE, GE nor IEA follow."),
    "X12-0107": (_TA1, "`*SHORT*` as ISA06, which must have 15 characters: `*SHORT          *`."),
    "X12-0108": (_TA1, "`ISA*00*~`: the header ends after its first element."),
    "X12-0109": (_TA1, "`*00401*` as ISA12: version 4010 ended in 2011."),
    "X12-0110": (_TA1, "`*QQ*` as ISA05: there is no such kind of sender."),
    "X12-0111": (_TA1, "`*261332*` as ISA09: there is no month 13."),
    "X12-0112": (_TA1, "`*00000009A*` as ISA13; right is `*000000091*`."),
    "X12-0113": (_TA1, "`IEA*1*000000906~` closes an interchange whose ISA13 is `000000905`."),
    "X12-0114": (_TA1, "`IEA*2*000000905~` behind one single group: `IEA*1*000000905~`."),
    "X12-0115": (_TA1, "`GE*1*17~ISA*00*...`: the next interchange begins, and the first was never closed."),
    "X12-0116": (
        "The second interchange is taken for a repetition of the first, and its claims for duplicates.",
        "Two interchanges of one sender, both with ISA13 `000000905`.",
    ),
    "X12-0117": (_TA1, "`*` separates elements and components: no value can be told from two."),
    "X12-0118": (
        "It is understood here by the first claim; a receiver that believes ISA16 reads `11:B:1` as one strange code.",
        "ISA16 is `>`, and `CLM*A1*100***11:B:1~` uses `:`.",
    ),
    "X12-0119": (_TA1, "`IEA*1*000000905~ST*837*0002~`: a set stands behind the end of the interchange."),
    "X12-0120": (
        "An export that found nothing to send should not have made a file; claims may be waiting somewhere.",
        "`ISA*...~IEA*0*000000905~`",
    ),
    "X12-0121": (_TOLERATED, "`SE*30*0001~~GE*1*17~`"),
    "X12-0122": (_TOLERATED, "`IEA*1*000000905` and nothing behind it, not even `~`."),
    "X12-0201": (_GROUP, "`GE*1*18~` closes the group `GS*...*17*X*005010X222A1~`."),
    "X12-0202": (_GROUP, "`GE*3*17~` behind two sets: one may have been lost on the way."),
    "X12-0203": (_GROUP, "`SE*30*0001~IEA*1*000000905~`: GE is missing."),
    "X12-0204": (_GROUP, "`GS*HC*SENDER*PAYER*20261014*0930*A1*X*005010X222A1~`: GS06 has a letter."),
    "X12-0205": (_GROUP, "Two groups of one interchange, both with GS06 `17`."),
    "X12-0206": (_GROUP, "`GS*HC**PAYER*...~`: GS02 is empty, nobody knows who sends."),
    "X12-0207": (_GROUP, "`GS*HP*...~` (payments) around `ST*837*0001~` (claims); right is `GS*HC*...~`."),
    "X12-0208": (_GROUP, "`*20261399*` as GS04: no such day."),
    "X12-0301": (_SET, "`ST*837*0001~` is closed by `SE*30*0002~`."),
    "X12-0302": (
        "The count is there to notice lost lines. A 999 rejects the set; and if lines are lost, so are charges.",
        "`SE*25*0001~` in a set of 34 segments.",
    ),
    "X12-0303": (_SET, "`...DTP*472*D8*20261012~GE*1*17~`: SE is missing."),
    "X12-0304": (_SET, "`ST*837*1~`; right is `ST*837*0001~`."),
    "X12-0305": (_SET, "Two sets `ST*837*0001~` in one group: an answer to 0001 could mean either."),
    "X12-0306": (
        "It goes to another system: nothing of it becomes a claim, an answer or a payment here.",
        "`ST*834*0001~` (enrollment), or an 837 of version 004010X098.",
    ),
    "X12-0307": (_SET, "`GS*...*X*005010X999~`"),
    "X12-0308": (
        "Most receivers go by one of the two; which, nobody says. A claim may be judged by the wrong guide.",
        "`GS*...*X*005010X222A1~` above `ST*837*0001*005010X222A2~`.",
    ),
    "X12-0309": (_GROUP, "`GS*...~REF*F8*1~ST*837*0001~`: the REF belongs to no set."),
    "X12-0310": (_SET, "`ST*83*0001~`; right is `ST*837*0001~`."),
    "X12-0901": (
        "The claim is refused, its neighbours are not: what no field can hold would be lost or guessed.",
        "`CLM*A1*12O.50*...~`: a letter O in the amount.",
    ),
    "X12-0902": (
        "An amount that cannot be read cannot be posted or proved: nothing of this transaction is used.",
        "`CLP*A1*1*1OO*80~`: letters in CLP03.",
    ),
    "X12-0903": (
        "The list was cut for length, the counting was not: the file has more of the same.",
        "A file whose 5,000 claims all lack the same element.",
    ),
}
