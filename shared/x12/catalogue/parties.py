"""X12-06: who somebody is and where: numbers and addresses of the right form that still cannot be right."""

from shared.x12.findings import entry

_NPI = "45 CFR 162.406; CMS NPI check digit (Luhn over 80840 + NPI)"

entry(
    "X12-0601",
    "error",
    "NPI fails its check digit",
    "The number does not have the check digit of an NPI.",
    "Correct the NPI; the last of its ten digits is computed from the others.",
    _NPI,
    ik3="8",
    ik4="7",
)
entry(
    "X12-0602",
    "error",
    "tax id is not nine digits",
    "An employer's tax id has nine digits and no hyphen.",
    "Write nine digits.",
    "005010X222A1 and X223A2, 2010AA REF02",
    ik3="8",
    ik4="I12",
)
entry(
    "X12-0603",
    "error",
    "social security number is not nine digits",
    "A social security number has nine digits and no hyphens.",
    "Write nine digits.",
    "005010X222A1, REF*SY",
    ik3="8",
    ik4="I12",
)
entry(
    "X12-0604",
    "error",
    "state not known",
    "The value is no state, territory or province by its postal code.",
    "Use the two-letter postal code.",
    "USPS publication 28, appendix B",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0605",
    "error",
    "ZIP code not valid",
    "A ZIP code has five or nine digits, without a hyphen.",
    "Write five or nine digits.",
    "USPS; 005010X222A1 N403",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0606",
    "error",
    "ZIP+4 required",
    "The ZIP code of a billing provider or service facility must have nine digits.",
    "Add the four digits.",
    "005010X222A1 and X223A2, N403 of 2010AA and of the service facility",
    ik3="8",
    ik4="4",
)
entry(
    "X12-0607",
    "error",
    "taxonomy code has the wrong form",
    "A taxonomy code has ten characters and ends with X.",
    "Correct the taxonomy code.",
    "NUCC; PRV03",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0624",
    "warning",
    "telephone number has the wrong form",
    "A telephone number has ten digits.",
    "Write area code and number, digits only; an extension goes behind EX.",
    "005010 guides, PER04",
)
entry(
    "X12-0625",
    "warning",
    "e-mail address has the wrong form",
    "The value is no e-mail address.",
    "Correct the address.",
    "005010 guides, PER04",
)
entry(
    "X12-0626",
    "error",
    "country code has the wrong form",
    "A country is written with its ISO 3166 code.",
    "Use the two letters.",
    "ISO 3166-1",
    ik3="8",
    ik4="7",
)
entry(
    "X12-0632",
    "error",
    "organisation with a first name",
    "NM102 says organisation, but a person's names are filled.",
    "Write the organisation's name in NM103 alone, or NM102 = 1.",
    "005010 guides, NM104",
    ik3="8",
    ik4="I13",
    trigger="NM102",
)
entry(
    "X12-0639",
    "warning",
    "NPI does not begin with 1 or 2",
    "The number has a right check digit, but no NPI of this first digit is assigned.",
    "Check the NPI; test numbers do not belong in production files.",
    _NPI,
)
entry(
    "X12-0642",
    "warning",
    "provider number looks like an NPI and is none",
    "The number has ten digits and does not have the check digit of an NPI.",
    "Correct it if it is meant to be an NPI.",
    _NPI,
)
