"""X12-04 and X12-05: segments and elements."""

from typing import Final

_SET = "A receiver that checks the guide rejects the whole set in its 999: all its claims come back, not this one alone."
_SKIPPED = "What has no place is read by nobody: the receiver rejects it or, worse, overlooks it."
_VALUE = (
    "The 999 rejects the set for this one value; where a receiver lets it pass, the claim is denied later."
)

STORIES: Final[dict[str, tuple[str, str]]] = {
    "X12-0401": (_SKIPPED, "`ZZZ*1~` between two segments of a claim."),
    "X12-0402": (_SKIPPED, "`NM1*QQ*1*...~` inside a claim: no provider of a claim has the role QQ."),
    "X12-0403": (_SET, "A billing provider `NM1*85*...~` without its street `N3`."),
    "X12-0404": (_SET, "51 service lines `LX` in a professional claim, which may have 50."),
    "X12-0405": (_SET, "`DMG*D8*19570214*F~` twice: which birth date is meant?"),
    "X12-0406": (_SET, "`HI*ABK:E119~` behind `NM1*82*...~`: diagnoses come before the providers."),
    "X12-0407": (
        _SET,
        "A subscriber `HL*2*1*22*0~` without `NM1*PR*...~`: nobody knows which payer is meant.",
    ),
    "X12-0408": (_SET, "`SBR*S*18~` (other payer) behind the first service line `LX*1~`."),
    "X12-0409": (
        "It means nothing and is read here all the same; strict receivers reject it as a syntax error.",
        "`N3*12 MILL ROAD*~`; right is `N3*12 MILL ROAD~`.",
    ),
    "X12-0410": (_SKIPPED, "`CR6*...~` (home health) in a professional claim: the guide has dropped it."),
    "X12-0411": (_SKIPPED, "`BPR*I*100~` (a payment) inside a claim file."),
    "X12-0501": (_SET, "`NM1*85*2**~`: the billing provider has no name."),
    "X12-0502": (
        _SET,
        "`NM1*85*2*MILL CLINIC*****XX~`: a kind of identifier (NM108) without the identifier.",
    ),
    "X12-0503": (_SET, "`LX*1*X~`: LX has one element."),
    "X12-0504": (_VALUE, "`N4*X*OH*441010000~`: a city has at least two characters."),
    "X12-0505": (
        "Receivers cut what is too long or reject it. A claim number that was cut does not match when the payment comes.",
        "A claim number of 39 characters in CLM01, which has room for 38.",
    ),
    "X12-0506": (_VALUE, "A tab inside `N3*12<TAB>MILL ROAD~`, copied from a web page."),
    "X12-0507": (_VALUE, "`BHT*0019*00*A1*20261014*0930*QQ~`; BHT06 is CH, RP or 31."),
    "X12-0508": (_VALUE, "`DTP*472*D8*20260230~`: February has no 30th."),
    "X12-0509": (_VALUE, "`*2561*` as BHT05: there is no 61st minute."),
    "X12-0510": (_SET, "Both of two elements of which the standard allows one."),
    "X12-0511": (_SET, "`*Y^N*` as CLM08: either the benefits are assigned or they are not."),
    "X12-0512": (
        "Mostly a separator that is part of a value, so that everything behind it moves by one place.",
        "`*11:B:1:9*` as CLM05, which has three components.",
    ),
    "X12-0513": (_SET, "`CLM*A1*100*CI~`: CLM03 was used by 4010 and is not by 5010."),
    "X12-0514": (_VALUE, "`CLM*A1*$100.00~`: an amount has no sign of the currency."),
    "X12-0515": (
        "Some systems compare values with their padding: an identifier then matches nothing.",
        "`REF*EI*123456789 ~`",
    ),
}
