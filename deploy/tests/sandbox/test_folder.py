"""The sandbox's memory: killed at any instant, each file is answered exactly once."""

from datetime import timedelta
from pathlib import Path

from deploy.sandbox.folder import Folder
from deploy.sandbox.moods import LATE
from deploy.sandbox.payer import Payers
from deploy.sandbox.settings import SandboxSettings
from deploy.tests.sandbox.files import AT, an_837
from shared.testing.builders import a_claim
from shared.testing.clock import FixedClock

PARTNER = "clearinghouse"


def payers(root: Path, clock: FixedClock | None = None) -> Payers:
    settings = SandboxSettings(folder=root)
    return Payers(Folder(root, [PARTNER]), settings, clock or FixedClock(AT))


def put(root: Path, data: bytes, name: str = "837P_000000007.x12") -> Path:
    path = root / "mailboxes" / PARTNER / "inbound" / name
    path.write_bytes(data)
    return path


def outbound(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "mailboxes" / PARTNER / "outbound").iterdir())


def test_a_file_is_taken_answered_and_remembered(tmp_path: Path) -> None:
    house = payers(tmp_path)
    path = put(tmp_path, an_837(a_claim()))
    assert house.work() == 1
    assert not path.exists()
    assert [name.split("_")[0] for name in outbound(tmp_path)] == ["277CA", "835", "999", "TA1"]
    (received,) = house.folder.received()
    assert (received.interchange, received.claims, received.cents) == (7, 1, a_claim().charge)
    assert house.work() == 0


def test_temporary_files_are_left_alone(tmp_path: Path) -> None:
    house = payers(tmp_path)
    path = put(tmp_path, b"half", "837P_000000007.x12.tmp")
    assert house.work() == 0
    assert path.exists()


def test_late_letters_come_when_their_time_has_come_also_after_a_restart(tmp_path: Path) -> None:
    clock = FixedClock(AT)
    house = payers(tmp_path, clock)
    put(tmp_path, an_837(a_claim(payer="SBX06")))
    house.work()
    assert [name.split("_")[0] for name in outbound(tmp_path)] == ["999", "TA1"]
    assert house.folder.waiting == 2
    again = payers(tmp_path, clock)
    clock.advance(LATE - timedelta(seconds=1))
    again.work()
    assert len(outbound(tmp_path)) == 2
    clock.advance(timedelta(seconds=2))
    again.work()
    assert [name.split("_")[0] for name in outbound(tmp_path)] == ["277CA", "835", "999", "TA1"]


def test_a_control_number_that_comes_again_is_refused_also_after_a_restart(tmp_path: Path) -> None:
    payers(tmp_path).work()
    house = payers(tmp_path)
    put(tmp_path, an_837(a_claim()))
    house.work()
    before = outbound(tmp_path)
    house = payers(tmp_path)
    put(tmp_path, an_837(a_claim()), "other.x12")
    house.work()
    new = set(outbound(tmp_path)) - set(before)
    assert [name.split("_")[0] for name in new] == ["TA1"]
    assert house.repeats == 1


def test_a_kill_between_answering_and_putting_away_answers_once(tmp_path: Path) -> None:
    house = payers(tmp_path)
    data = an_837(a_claim())
    put(tmp_path, data)
    house.work()
    before = outbound(tmp_path)
    taken = tmp_path / "taken" / PARTNER / "000000007.837"
    taken.unlink()
    put(tmp_path, data)
    again = payers(tmp_path)
    again.work()
    assert outbound(tmp_path) == before
    assert taken.exists()
    assert again.repeats == 0


def test_a_kill_while_the_letters_are_written_starts_over(tmp_path: Path) -> None:
    making = tmp_path / "due" / PARTNER / "000000007.making"
    payers(tmp_path)
    making.mkdir()
    (making / "000000000001~TA1_x.x12").write_bytes(b"half")
    house = payers(tmp_path)
    assert house.folder.waiting == 0
    put(tmp_path, an_837(a_claim()))
    house.work()
    assert len(outbound(tmp_path)) == 4
    assert not making.exists()


def test_own_control_numbers_are_never_given_twice_over_restarts(tmp_path: Path) -> None:
    given: list[int] = []
    for _ in range(5):
        numbers = Folder(tmp_path, [PARTNER]).numbers()
        given += [next(numbers) for _ in range(150)]
    assert len(set(given)) == len(given)


def test_an_unreadable_file_is_put_aside(tmp_path: Path) -> None:
    house = payers(tmp_path)
    put(tmp_path, b"no X12")
    house.work()
    assert outbound(tmp_path) == []
    assert len(list((tmp_path / "taken" / PARTNER / "aside").iterdir())) == 1


def test_a_mood_that_was_set_is_kept_over_restarts(tmp_path: Path) -> None:
    payers(tmp_path).set_mood("SBX01", "denies")
    again = payers(tmp_path)
    assert (again.moods["SBX01"], again.moods["SBX02"]) == ("denies", "pays_in_full")
