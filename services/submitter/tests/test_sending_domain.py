"""Names, looks, numbers, routes: what a file is on its way into a mailbox."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submitter.domain.numbering import LAST, NumbersUsedUpError, controls_of
from services.submitter.domain.routes import Partner, Routes, Submitter
from services.submitter.domain.sending import Phase, Sight, after_look, names_of, pause_after
from shared.x12.types import Party


@pytest.mark.parametrize(
    ("phase", "final", "temporary", "verdict"),
    [
        (Phase.BUILT, None, None, "send"),
        (Phase.BUILT, None, 100, "send"),
        (Phase.BUILT, 100, None, "strange"),
        (Phase.UPLOADING, None, None, "send"),
        (Phase.UPLOADING, None, 40, "send"),
        (Phase.UPLOADING, None, 100, "send"),
        (Phase.RENAMING, None, 100, "send"),
        (Phase.RENAMING, None, None, "sent"),
        (Phase.RENAMING, 100, None, "sent"),
        (Phase.RENAMING, 100, 100, "sent"),
        (Phase.UPLOADING, 100, None, "sent"),
        (Phase.RENAMING, 99, None, "strange"),
    ],
)
def test_reliability_5_6_an_unknown_outcome_is_looked_up(
    phase: Phase, final: int | None, temporary: int | None, verdict: str
) -> None:
    assert after_look(phase, Sight(final, temporary), 100) == verdict


def test_a_files_final_name_holds_isa13_and_every_attempt_has_the_same_names() -> None:
    assert names_of(42, "professional") == ("837P_000000042.x12", "837P_000000042.x12.tmp")
    assert names_of(42, "institutional").final == "837I_000000042.x12"


def test_pauses_double_up_to_five_minutes() -> None:
    assert [pause_after(n).total_seconds() for n in (1, 2, 3, 7, 50)] == [5, 10, 20, 300, 300]
    assert pause_after(1000) == timedelta(minutes=5)


@given(st.integers(min_value=1, max_value=LAST))
def test_control_numbers_have_the_forms_that_x12_asks(number: int) -> None:
    controls = controls_of("clearinghouse-of-the-far-north", number)
    assert controls.interchange == controls.group == number
    assert len(controls.transaction) == 9
    assert len(controls.batch) <= 30
    assert controls.batch.endswith(f"{number:09d}")


@pytest.mark.parametrize("number", [0, LAST + 1])
def test_a_counter_at_its_end_stops_instead_of_repeating(number: int) -> None:
    with pytest.raises(NumbersUsedUpError):
        controls_of("north", number)


def a_partner() -> Partner:
    return Partner(
        host="h",
        user="u",
        sender=Party(id="US"),
        receiver=Party(id="THEM"),
        receiver_name="THEM",
        receiver_id="THEM",
    )


US = Submitter(name="US", id="US", contact="DESK", phone="5555550100")


def test_f20_a_payer_is_moved_to_another_partner_by_one_line() -> None:
    partners = {"north": a_partner(), "south": a_partner()}
    before = Routes(submitter=US, partners=partners, payers={"SBX01": "north"}, default="south")
    after = msgspec.structs.replace(before, payers={"SBX01": "south"})
    assert (before.partner_of("SBX01"), before.partner_of("SBX02")) == ("north", "south")
    assert after.partner_of("SBX01") == "south"


def test_a_payer_without_a_route_and_without_a_default_goes_nowhere() -> None:
    assert Routes(submitter=US, partners={"north": a_partner()}).partner_of("SBX01") == ""


def test_a_route_to_a_partner_that_is_not_described_is_refused() -> None:
    with pytest.raises(ValueError, match="west"):
        Routes(submitter=US, partners={"north": a_partner()}, payers={"SBX01": "west"})
