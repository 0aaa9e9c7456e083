"""Numbers, codes and dates within one segment: what a segment of clean form can still have wrong."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from shared.x12.elements import day
from shared.x12.grammar import SegmentUse
from shared.x12.judge import forms
from shared.x12.judge.defects import Defect
from shared.x12.walker import Elements

Check = Callable[[SegmentUse, Elements, str], Iterator[Defect]]
"""``(place, elements, component separator) -> defects``"""


def _at(elements: Elements, position: int) -> str:
    return elements[position] if position < len(elements) else ""


def _name(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    place = 8 if use.id == "NM1" else 3
    kind, value = _at(elements, place), _at(elements, place + 1)
    problem = forms.npi_problem(value) if value and kind == "XX" else ""
    if problem:
        yield Defect(problem, f"{place + 1:02d}", use.elements[place].name, value)
    elif value and kind == "FI" and not forms.tax_id(value):
        yield Defect("X12-0602", f"{place + 1:02d}", use.elements[place].name, value)
    if use.id == "NM1" and _at(elements, 2) == "2" and (_at(elements, 4) or _at(elements, 5)):
        yield Defect("X12-0632", "04", "first name")


def _reference(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    kind, value = _at(elements, 1), _at(elements, 2)
    if kind in ("EI", "SY", "TJ") and value and not forms.tax_id(value):
        yield Defect("X12-0602" if kind != "SY" else "X12-0603", "02", use.elements[1].name, value)
    problem = forms.npi_problem(value) if kind == "HPI" and value else ""
    if problem:
        yield Defect(problem, "02", use.elements[1].name, value)


def _provider(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    """PLB01 and TS301 may be any number of the provider, so that one that looks like an NPI and is none is only warned of."""
    value = _at(elements, 1)
    problem = forms.npi_problem(value) if len(value) == 10 and value.isdecimal() else ""
    if problem:
        yield Defect("X12-0642" if problem == "X12-0601" else problem, "01", use.elements[0].name, value)


def _specialty(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    value = _at(elements, 3)
    if _at(elements, 2) == "PXC" and value and not forms.taxonomy(value):
        yield Defect("X12-0607", "03", use.elements[2].name, value)


def _city(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    state, postal, country = _at(elements, 2), _at(elements, 3), _at(elements, 4)
    if country and country != "US":
        if not forms.country(country):
            yield Defect("X12-0626", "04", "country", country)
        return
    if not state:
        yield Defect("X12-0815", "02", "state or province")
    elif state not in forms.STATES:
        yield Defect("X12-0604", "02", "state or province", state)
    if not postal:
        yield Defect("X12-0815", "03", "ZIP or postal code")
    elif not forms.zip_code(postal):
        yield Defect("X12-0605", "03", "ZIP or postal code", postal)


def dated_problem(form: str, text: str) -> str:
    """The finding that a date in the announced format deserves, empty when it is right."""
    return _dated_problem(form, text) if len(text) < _SHORT else _dated_problem.__wrapped__(form, text)


_SHORT = 40
"""Texts that are remembered: longer ones are none, and would fill the memory."""


@lru_cache(maxsize=8192)
def _dated_problem(form: str, text: str) -> str:
    try:
        if form == "D8":
            day(text)
        elif form == "RD8":
            first, dash, last = text.partition("-")
            if not dash or len(text) != 17:
                return "X12-0508"
            if day(last) < day(first):
                return "X12-0608"
        elif form == "DT":
            day(text[:8])
            return "" if forms.hour(text[8:]) else "X12-0509"
        elif form == "TM":
            return "" if forms.hour(text) else "X12-0509"
    except ValueError:
        return "X12-0508"
    return ""


def _date(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    at = _DATED[use.id]
    form, text = _at(elements, at), _at(elements, at + 1)
    code = dated_problem(form, text) if form and text else ""
    if code:
        yield Defect(code, f"{at + 1:02d}", use.elements[at].name, text)


_DATED = {"DTP": 2, "DMG": 1, "PAT": 5, "DTM": 5}
"""Where a segment says the format of its date."""

_PROFESSIONAL = re.compile("[1678]").fullmatch
_INSTITUTIONAL = re.compile("[0-57-9A-KMPQXYZ]").fullmatch
"""Frequencies (CLM05-3). Those of the type of bill are NUBC's: 2 to 4 interim bills, 5 late charges, letters for others."""


def _claim(use: SegmentUse, elements: Elements, component: str) -> Iterator[Defect]:
    parts = [*_at(elements, 5).split(component or ":"), "", "", ""]
    if parts[1] == "B" and parts[0] not in forms.PLACES_OF_SERVICE:
        yield Defect("X12-0610", "05-1", "place of service", parts[0])
    if parts[1] == "A" and not forms.bill_type(parts[0]):
        yield Defect("X12-0611", "05-1", "type of bill", parts[0])
    if parts[2] and not (_PROFESSIONAL if parts[1] == "B" else _INSTITUTIONAL)(parts[2]):
        yield Defect("X12-0814", "05-3", "frequency", parts[2])
    cause = _at(elements, 11).split(component or ":") if _at(elements, 11) else []
    state = cause[3] if len(cause) > 3 else ""
    if state and state not in forms.STATES:
        yield Defect("X12-0604", "11-4", "accident state", state)
    if _negative(_at(elements, 2)):
        yield Defect("X12-0636", "02", "claim charge")


def _negative(text: str) -> bool:
    return text.startswith("-")


def _codes(use: SegmentUse, elements: Elements, component: str) -> Iterator[Defect]:
    for position in range(1, len(elements)):
        parts = elements[position].split(component) if component else [elements[position]]
        if len(parts) < 2:
            continue
        test = _CODE_FORMS.get(parts[0])
        if test is not None and not test[1](parts[1]):
            yield Defect(test[0], f"{position:02d}-2", "code", parts[1])
        if len(parts) > 3 and parts[3]:
            code = dated_problem(parts[2], parts[3])
            if code:
                yield Defect(code, f"{position:02d}-4", "date", parts[3])


_CODE_FORMS: dict[str, tuple[str, Callable[[str], object]]] = {
    **dict.fromkeys(("ABK", "ABF", "ABJ", "APR", "ABN"), ("X12-0613", forms.icd10)),
    **dict.fromkeys(("BK", "BF", "BJ", "PR", "BN"), ("X12-0614", forms.icd9)),
    **dict.fromkeys(("BBR", "BBQ"), ("X12-0617", forms.icd10_procedure)),
    **dict.fromkeys(("BR", "BQ"), ("X12-0617", forms.icd9_procedure)),
    "DR": ("X12-0635", forms.drg),
}


def _service(use: SegmentUse, elements: Elements, component: str) -> Iterator[Defect]:
    yield from _procedure(elements, _PROCEDURES[use.id], component)
    if use.id == "SV1":
        place = _at(elements, 5)
        if place and place not in forms.PLACES_OF_SERVICE:
            yield Defect("X12-0610", "05", "place of service", place)
    if use.id in _REVENUE:
        position = _REVENUE[use.id]
        revenue = _at(elements, position)
        if revenue and not forms.revenue(revenue if use.id != "SVC" else revenue.rjust(4, "0")):
            yield Defect("X12-0612", f"{position:02d}", "revenue code", revenue)


_PROCEDURES = {"SV1": 1, "SV2": 2, "SVD": 3, "SV5": 1, "SVC": 1}
_REVENUE = {"SV2": 1, "SVD": 4, "SVC": 4}
_PRODUCTS: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "HC": ("X12-0615", "procedure code", forms.procedure),
    "NU": ("X12-0612", "revenue code", forms.revenue),
    "N4": ("X12-0616", "national drug code", forms.ndc),
}
"""By the qualifier of a service: what its code must look like."""


def _procedure(elements: Elements, at: int, component: str) -> Iterator[Defect]:
    parts = _at(elements, at).split(component or ":")
    if len(parts) < 2 or parts[0] not in _PRODUCTS:
        return
    code, name, fits = _PRODUCTS[parts[0]]
    if parts[1] and not fits(parts[1]):
        yield Defect(code, f"{at:02d}-2", name, parts[1])
    if parts[0] != "HC":
        return
    for place, modifier in enumerate(parts[2:6], 3):
        if modifier and not forms.modifier(modifier):
            yield Defect("X12-0623", f"{at:02d}-{place}", "modifier", modifier)


def _drug(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    if _at(elements, 2) == "N4" and not forms.ndc(_at(elements, 3)):
        yield Defect("X12-0616", "03", "national drug code", _at(elements, 3))


def _contact(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    for position in (3, 5, 7):
        way, value = _at(elements, position), _at(elements, position + 1)
        if way in ("TE", "FX") and value and not forms.phone(value):
            yield Defect("X12-0624", f"{position + 1:02d}", "number to reach", value)
        elif way == "EM" and value and not forms.email(value):
            yield Defect("X12-0625", f"{position + 1:02d}", "number to reach", value)


def _adjustment(use: SegmentUse, elements: Elements, _: str) -> Iterator[Defect]:
    if _at(elements, 1) == "CR":
        yield Defect("X12-0627", "01", "adjustment group")
    for position in range(3, len(elements), 3):
        amount = elements[position]
        if amount and not amount.strip("-0."):
            yield Defect("X12-0637", f"{position:02d}", "amount")


CHECKS: dict[str, Check] = {
    "NM1": _name, "N1": _name, "REF": _reference, "PRV": _specialty, "N4": _city, "DTP": _date, "DMG": _date, "PAT": _date,
    "CLM": _claim, "HI": _codes, "SV1": _service, "SV2": _service, "SVD": _service, "SV5": _service, "SVC": _service,
    "LIN": _drug, "PER": _contact, "CAS": _adjustment, "PLB": _provider, "TS3": _provider,
}  # fmt: skip
"""By segment identifier."""
