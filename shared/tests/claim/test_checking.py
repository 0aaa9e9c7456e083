"""read_claim: what a JSON claim must look like, and what its sender is told."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.claim import Address, Claim, Contact, Coverage, Diagnosis, Line, Name, Payer, Person, Provider
from shared.claim.checking import (
    Defect,
    NotAClaimError,
    check_claim,
    check_written,
    number_lines,
    read_claim,
    write_claim,
)

CLAIM = Claim(
    number="ACCT-1",
    kind="professional",
    charge=15000,
    place="11",
    billing=Provider(
        name=Name(last="Harbor Clinic", organization=True),
        npi="1234567893",
        address=Address(line1="1 Main St", city="Boston", state="MA", zip="02101"),
        contacts=(Contact(name="Desk", numbers=(("TE", "6175550100"),)),),
    ),
    coverages=(
        Coverage(
            order="P",
            payer=Payer(id="SBX01", name="One"),
            subscriber=Person(name=Name(last="Roe", first="Ada")),
        ),
    ),
    diagnoses=(Diagnosis(code="R05"),),
    lines=(
        Line(charge=10000, code="A0428", first=date(2026, 3, 1), pointers=(1,)),
        Line(charge=5000, code="A0425", first=date(2026, 3, 1), pointers=(1,)),
    ),
)


def tree() -> dict[str, Any]:
    return msgspec.json.decode(write_claim(CLAIM))


def defects(document: object) -> dict[str, str]:
    with pytest.raises(NotAClaimError) as raised:
        read_claim(msgspec.json.encode(document))
    return {d.pointer: d.code for d in raised.value.defects}


def set_at(document: Any, pointer: str, value: object) -> Any:
    *path, last = [int(p) if p.isdigit() else p for p in pointer.strip("/").split("/")]
    at = document
    for step in path:
        at = at[step]
    at[last] = value
    return document


def test_a_claim_that_we_wrote_reads_back_the_same_with_its_lines_numbered() -> None:
    assert read_claim(write_claim(CLAIM)) == number_lines(CLAIM)


def test_lines_without_a_control_get_the_claims_number_and_their_place() -> None:
    assert [line.control for line in read_claim(write_claim(CLAIM)).lines] == ["ACCT-1-1", "ACCT-1-2"]


def test_a_control_that_the_sender_gave_is_kept() -> None:
    claim = read_claim(msgspec.json.encode(set_at(tree(), "/lines/1/control", "MINE")))
    assert [line.control for line in claim.lines] == ["ACCT-1-1", "MINE"]


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/number", "x" * 21, "length"),
        ("/number", "", "length"),
        ("/lines/0/control", "x" * 31, "length"),
        ("/charge", 150.0, "type"),
        ("/charge", "150", "type"),
        ("/charge", True, "type"),
        ("/charge", 10**13, "range"),
        ("/kind", "dental", "value"),
        ("/lines/0/first", "2026-02-30", "format"),
        ("/lines/0/first", "03/01/2026", "format"),
        ("/lines/0/firs", "2026-02-03", "unknown-field"),
        ("/lines/0/description", "two\nlines", "format"),
        ("/lines/0/modifiers", ["A", "B", "C", "D", "E"], "count"),
        ("/lines", [], "count"),
        ("/lines", {}, "type"),
        ("/lines/1", None, "type"),
        ("/coverages", [], "count"),
        ("/coverages/0/subscriber/sex", "X", "value"),
        ("/coverages/0/payer/id", "", "length"),
        ("/billing/contacts/0/numbers/0", ["TE"], "type"),
        ("/billed", 1, "range"),
        ("/billed", -1, "range"),
    ],
)
def test_each_defect_is_told_by_its_json_pointer(pointer: str, value: object, code: str) -> None:
    assert defects(set_at(tree(), pointer, value)) == {pointer: code}


def test_all_problems_are_told_at_once() -> None:
    document = set_at(set_at(tree(), "/kind", "dental"), "/lines/1/charge", "5")
    del document["place"]
    document["surprise"] = 1
    assert defects(document) == {
        "/surprise": "unknown-field",
        "/kind": "value",
        "/place": "missing",
        "/lines/1/charge": "type",
    }


def test_two_lines_with_one_control_are_both_named() -> None:
    document = set_at(set_at(tree(), "/lines/0/control", "A"), "/lines/1/control", "A")
    assert defects(document) == {"/lines/0/control": "unique", "/lines/1/control": "unique"}


def test_a_misspelt_field_is_answered_with_the_right_name() -> None:
    with pytest.raises(NotAClaimError) as raised:
        read_claim(msgspec.json.encode(set_at(tree(), "/lines/0/chrage", 1)))
    assert "charge" in raised.value.defects[0].fix


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"number": "a"} x'])
def test_what_is_no_json_is_refused_as_such(data: bytes) -> None:
    with pytest.raises(NotAClaimError) as raised:
        read_claim(data)
    assert raised.value.broken


@pytest.mark.parametrize("data", [b"[]", b"null", b"1", b'"x"'])
def test_json_that_is_no_object_is_refused_at_the_root(data: bytes) -> None:
    with pytest.raises(NotAClaimError) as raised:
        read_claim(data)
    assert [(d.code, d.pointer) for d in raised.value.defects] == [("type", "")]


def test_a_professional_claim_with_51_lines_is_refused() -> None:
    claim = msgspec.structs.replace(CLAIM, lines=CLAIM.lines[:1] * 51)
    assert [d.code for d in check_claim(claim)] == ["count"]
    assert check_claim(msgspec.structs.replace(claim, kind="institutional")) == ()


def test_no_defect_repeats_a_value() -> None:
    secret = "ZZTOPSECRET"
    document = set_at(set_at(tree(), "/kind", secret), "/number", secret * 3)
    document[f"{secret} was here"] = secret
    with pytest.raises(NotAClaimError) as raised:
        read_claim(msgspec.json.encode(document))
    assert secret not in repr(raised.value.defects)
    assert secret not in str(raised.value)


def told(document: object) -> tuple[Defect, ...]:
    try:
        read_claim(msgspec.json.encode(document))
    except NotAClaimError as error:
        return error.defects or (Defect("shape", "", "", ""),)
    return ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    "/number",
    "/charge",
    "/lines",
    "/lines/0",
    "/lines/0/first",
    "/coverages/0/payer",
    "/billing/contacts",
    "/stay",
]


@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_in_a_field_is_either_taken_or_told_with_a_place(place: str, value: object) -> None:
    document = set_at(tree(), place, value)
    for defect in told(document):
        assert defect.pointer.startswith("/")
        assert defect.problem
        assert defect.fix
        assert defect.code != "shape"


def test_a_claim_that_was_written_already_is_checked_as_one_that_was_not() -> None:
    twice = msgspec.structs.replace(CLAIM, lines=CLAIM.lines[:1] * 2, number="N" * 21)
    nameless = msgspec.structs.replace(
        CLAIM, lines=tuple(msgspec.structs.replace(line, control="") for line in CLAIM.lines)
    )
    for claim in (CLAIM, twice, nameless):
        assert check_written(claim, write_claim(claim)) == check_claim(claim)
    assert [d.code for d in check_claim(twice)] == ["length"]
    assert check_claim(nameless) == ()
