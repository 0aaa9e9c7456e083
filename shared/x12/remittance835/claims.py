"""One CLP loop of an 835, with its SVC loops, from segments into a ``ClaimPayment``.

A segment that no field models whole is kept in ``extra`` word for word. One whose amount cannot be read is
kept there too, and its number is put on the ``unread`` list: such a set is not to be posted.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from shared.claim import Adjustment, Amount, Cents, Quantity, Reference, Segment
from shared.x12.elements import amount, day, kept, name_is_whole, name_of, padded
from shared.x12.types import ClaimPayment, ServicePayment

Values = dict[str, Any]
Part = Callable[[Values, Sequence[str]], bool]
"""Put one segment into the values of its loop; False when the segment says more than the values can hold."""


def read_claim(
    segments: Sequence[Sequence[str]],
    number: int,
    component: str,
    unread: list[int],
    opening: Sequence[Segment] = (),
) -> ClaimPayment:
    """Read one claim. ``segments`` begin with CLP, whose number in the file is ``number``.

    ``opening`` are the LX, TS3 and TS2 before it. Numbers of segments that could not be read are added to ``unread``.
    """
    values = _clp(segments[0], number, unread, opening)
    starts = [at for at, segment in enumerate(segments) if segment[0] == "SVC"]
    starts.append(len(segments))
    _fill(values, _CLAIM, segments[1 : starts[0]], number + 1, "2100", component, unread)
    if len(starts) > 1:
        values["services"] = tuple(
            [
                _service(segments[at:end], number + at, component, unread)
                for at, end in itertools.pairwise(starts)
            ]
        )
    return ClaimPayment(**values)


def _service(
    segments: Sequence[Sequence[str]], number: int, component: str, unread: list[int]
) -> ServicePayment:
    values = _svc(segments[0], number, component, unread)
    _fill(values, _SERVICE, segments[1:], number + 1, "2110", component, unread)
    begins = values.pop("begins", None)
    if begins is not None and "last" not in values:
        # A DTM*150 without its 151 would be written back as a 472: keep its form.
        values["extra"] = (*values.get("extra", ()), begins)
    return ServicePayment(**values)


def _fill(
    values: Values,
    parts: dict[str, Part],
    segments: Sequence[Sequence[str]],
    number: int,
    loop: str,
    component: str,
    unread: list[int],
) -> None:
    extra: list[Segment] = list(values.get("extra", ()))
    for segment in segments:
        read = parts.get(segment[0])
        try:
            if read is None or not read(values, segment):
                extra.append(kept(loop, segment, component))
        except (ValueError, IndexError):
            unread.append(number)
            extra.append(kept(loop, segment, component))
        number += 1
    for name in _MANY:
        if name in values:
            values[name] = tuple(values[name])
    if extra:
        values["extra"] = tuple(extra)


_MANY = ("adjustments", "references", "amounts", "quantities", "remarks")


def _clp(segment: Sequence[str], number: int, unread: list[int], opening: Sequence[Segment]) -> Values:
    _, claim, status, charge, paid, patient, filing, control, facility, frequency = padded(segment, 10)
    before = len(unread)
    values: Values = {
        "number": claim,
        "status": status,
        "charge": _money(charge, number, unread),
        "paid": _money(paid, number, unread),
        "patient_responsibility": _money(patient or "0", number, unread),
        "filing": filing,
        "payer_claim_number": control,
        "facility": facility,
        "frequency": frequency,
        "segment": number,
    }
    if len(segment) > 10:
        values["more"] = tuple(segment[10:])
    if opening:
        values["extra"] = tuple(opening)
    if len(unread) > before:
        values["extra"] = (*values.get("extra", ()), kept("2100", segment))
    return values


def _svc(segment: Sequence[str], number: int, component: str, unread: list[int]) -> Values:
    size = len(segment)
    values: Values = {"segment": number}
    try:
        values["charge"], values["paid"] = amount(segment[2]), amount(segment[3])
    except (ValueError, IndexError):
        unread.append(number)
        values |= {"charge": 0, "paid": 0, "extra": (kept("2110", segment, component),)}
    kind, _, code = segment[1].partition(component) if size > 1 else ("", "", "")
    values["code_kind"] = kind
    if component in code:
        code, *modifiers = code.split(component)
        values["modifiers"] = tuple([modifier for modifier in modifiers[:4] if modifier])
        if len(modifiers) > 4:
            values["description"] = component.join(modifiers[4:])
    values["code"] = code
    if size > 4:
        values["revenue_code"] = segment[4]
        if size > 5:
            values["units"] = segment[5]
            if size > 6:
                _submitted(values, segment, component)
    return values


def _submitted(values: Values, segment: Sequence[str], component: str) -> None:
    """SVC06 and SVC07: what was billed, where the payer paid something else."""
    pieces = padded(segment[6].split(component), 7)
    odd = bool(segment[6]) and not pieces[1]
    if segment[6] and not odd:
        values["submitted_code_kind"], values["submitted_code"] = pieces[:2]
        values["submitted_modifiers"] = tuple([piece for piece in pieces[2:6] if piece])
        values["submitted_description"] = pieces[6]
    if len(segment) > 7:
        values["submitted_units"] = segment[7]
    if len(segment) > 8 or odd:
        values["extra"] = (kept("2110", segment, component),)


def _money(text: str, number: int, unread: list[int]) -> Cents:
    try:
        return amount(text)
    except ValueError:
        unread.append(number)
        return 0


def _cas(values: Values, segment: Sequence[str]) -> bool:
    group = segment[1]
    size = len(segment)
    if size == 4 and segment[2]:
        one = Adjustment(group=group, reason=segment[2], cents=amount(segment[3]))
        values.setdefault("adjustments", []).append(one)
        return True
    found = [
        Adjustment(
            group=group,
            reason=segment[at],
            cents=amount(segment[at + 1]),
            quantity=segment[at + 2] if at + 2 < size else "",
        )
        for at in range(2, size, 3)
        if segment[at] or any(segment[at + 1 : at + 3])
    ]
    values.setdefault("adjustments", []).extend(found)
    return bool(found)


def _ref(values: Values, segment: Sequence[str]) -> bool:
    if len(segment) != 3:
        return False
    values.setdefault("references", []).append(Reference(segment[1], segment[2]))
    return True


def _line_ref(values: Values, segment: Sequence[str]) -> bool:
    if segment[1] == "6R" and len(segment) == 3 and segment[2] and "control" not in values:
        values["control"] = segment[2]
        return True
    return _ref(values, segment)


def _amt(values: Values, segment: Sequence[str]) -> bool:
    if len(segment) != 3:
        return False
    values.setdefault("amounts", []).append(Amount(segment[1], amount(segment[2])))
    return True


def _qty(values: Values, segment: Sequence[str]) -> bool:
    if len(segment) != 3:
        return False
    values.setdefault("quantities", []).append(Quantity(segment[1], segment[2]))
    return True


def _lq(values: Values, segment: Sequence[str]) -> bool:
    if len(segment) != 3 or segment[1] != "HE":
        return False
    values.setdefault("remarks", []).append(segment[2])
    return True


def _dtm(names: dict[str, str]) -> Part:
    def read(values: Values, segment: Sequence[str]) -> bool:
        name = names.get(segment[1])
        if name is None or name in values or len(segment) != 3:
            return False
        try:
            values[name] = day(segment[2])
        except ValueError:
            # A day that is none does not make the money unreadable: the judge says it, the segment is kept.
            return False
        return True

    return read


def _line_dtm(values: Values, segment: Sequence[str]) -> bool:
    if not _line_day(values, segment):
        return False
    if segment[1] == "150":
        values["begins"] = kept("2110", segment)
    return True


def _nm1(values: Values, segment: Sequence[str]) -> bool:
    role = _ROLES.get(segment[1])
    if segment[1] == "82":
        return _rendering(values, segment)
    if role is None or role[0] in values:
        return False
    name, identifier, usual = role
    values[name], _, values[identifier] = name_of(segment)
    return name_is_whole(segment, usual)


def _rendering(values: Values, segment: Sequence[str]) -> bool:
    """A rendering provider is modelled by its NPI; one with a name or another identifier is kept whole beside it."""
    if "rendering_npi" in values:
        return False
    _name, qualifier, identifier = name_of(segment)
    if qualifier == "XX" and identifier:
        values["rendering_npi"] = identifier
    return list(segment) == ["NM1", "82", "1", "", "", "", "", "", "XX", identifier] and bool(identifier)


def _whole(name: str) -> Part:
    def read(values: Values, segment: Sequence[str]) -> bool:
        if name in values or len(segment) < 2:
            return False
        values[name] = tuple(segment[1:])
        return True

    return read


_ROLES = {
    "QC": ("patient", "patient_id", "MI"),
    "IL": ("subscriber", "subscriber_id", "MI"),
    "74": ("corrected", "corrected_id", "C"),
    "TT": ("forwarded_to", "forwarded_to_id", "PI"),
}
"""NM101 of loop 2100: the field, its identifier's field, the identifier's usual qualifier."""

_line_day = _dtm({"472": "first", "150": "first", "151": "last"})

_CLAIM: dict[str, Part] = {
    "CAS": _cas,
    "NM1": _nm1,
    "MIA": _whole("inpatient"),
    "MOA": _whole("outpatient"),
    "REF": _ref,
    "DTM": _dtm({"232": "first", "233": "last", "050": "received"}),
    "AMT": _amt,
    "QTY": _qty,
}

_SERVICE: dict[str, Part] = {
    "DTM": _line_dtm,
    "CAS": _cas,
    "REF": _line_ref,
    "AMT": _amt,
    "QTY": _qty,
    "LQ": _lq,
}
