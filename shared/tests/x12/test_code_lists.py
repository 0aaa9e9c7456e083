"""Code lists by number, by day, and from an operator's own copy."""

from datetime import date

import pytest

from shared.x12.code_lists import (
    CARC,
    CLAIM_STATUS,
    CLAIM_STATUS_CATEGORY,
    CLP_STATUS,
    GROUPS,
    PLACES,
    PROVIDER_REASONS,
    RARC,
    STATES,
    CodeList,
    imported,
)

TODAY = date(2026, 10, 12)


def test_a_reason_is_explained_in_plain_words_by_its_number():
    assert CARC.words("45") == "charge above the contracted or allowed amount"
    assert CARC.kind("45") == "contract"
    assert CARC.words("399") == "reason 399"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("1", "share"), ("16", "data"), ("252", "document"), ("204", "coverage"), ("97", "bundled")],
)
def test_rule_3_5_the_four_scenarios_of_core_360_are_the_first_triage(code: str, kind: str):
    assert CARC.kind(code) == kind


def test_rule_3_5_codes_are_valid_by_the_date_of_the_transaction():
    assert CARC.validity("A2", date(2005, 1, 1)) == "valid"
    assert CARC.validity("A2", TODAY) == "ended"
    assert CARC.validity("A2", None) == "valid"
    assert CARC.validity("42", TODAY) == "ended"
    assert CARC.validity("45", TODAY) == "valid"


def test_a_number_that_no_list_has_is_unknown():
    assert CARC.validity("ZZ9", TODAY) == "unknown"
    assert RARC.validity("X12", TODAY) == "unknown"
    assert CLAIM_STATUS.validity("12345", TODAY) == "unknown"
    assert CLAIM_STATUS_CATEGORY.validity("A9", TODAY) == "unknown"
    assert STATES.validity("ZZ", TODAY) == "unknown"


def test_a_remark_passes_by_its_form_where_we_have_no_words():
    assert RARC.validity("N807", TODAY) == "valid"
    assert RARC.words("N807") == "remark N807"
    assert RARC.kind("MA130") == "unprocessable"


def test_rule_3_3_group_cr_is_known_and_ended_rfi_1147():
    assert GROUPS.validity("CR", TODAY) == "ended"


def test_short_lists_are_whole():
    assert set(CLP_STATUS.codes) == {"1", "2", "3", "4", "19", "20", "21", "22", "23", "25"}
    assert {"WO", "72", "FB", "L6", "CS", "LE", "IR", "J1", "50"} <= set(PROVIDER_REASONS.codes)
    assert len(PLACES.codes) == 52
    assert {"IL", "DC", "PR", "AE"} <= set(STATES.codes)


def test_an_operator_imports_the_official_list_over_ours():
    text = "code,start,stop,words\n45,1995-01-01,,official words\n900,2026-01-01,2026-06-30,new\n"
    ours = imported("reason", text, CARC)
    assert ours.words("45") == "official words"
    assert ours.kind("45") == "contract"
    assert [ours.validity("900", date(2026, m, 1)) for m in (1, 6, 7)] == ["valid", "valid", "ended"]
    assert ours.validity("900", date(2025, 12, 31)) == "not yet"
    assert ours.validity("1", TODAY) == "unknown"


@pytest.mark.parametrize("text", ["", "number\n1\n", "code,start\n,2026-01-01\n", "code,start\n1,1 May\n"])
def test_an_import_that_cannot_be_read_says_where_and_not_what(text: str):
    with pytest.raises(ValueError) as told:
        imported("reason", text)
    assert "May" not in str(told.value)


def test_a_list_that_adopts_the_official_one_judges_by_it():
    ours = CodeList("reason", dict(CARC.codes), r"3\d\d", complete=False)
    assert [ours.validity(code, None) for code in ("45", "399")] == ["valid", "valid"]
    ours.adopt(imported("reason", "code,start,stop,words\n45,1995-01-01,,\n399,2027-01-01,,\n", CARC))
    assert (ours.validity("399", date(2026, 10, 12)), ours.validity("399", date(2027, 1, 1))) == (
        "not yet",
        "valid",
    )
    assert (ours.validity("16", None), ours.words("45")) == ("unknown", CARC.words("45"))
