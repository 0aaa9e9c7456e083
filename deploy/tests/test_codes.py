"""`claimflow codes`: an operator's official lists, told apart, compared, kept, gone by. The files are our own words."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from deploy.local.cli import app
from deploy.local.effective import settings_of
from deploy.local.place import Place, Trouble
from deploy.local.ports import WISHES
from shared.operator_lists import ListError, adopt
from shared.service.run import serve
from shared.service.settings import ServiceSettings
from shared.testing.every_remittance import remittance
from shared.tests.service import counter
from shared.x12 import write_835
from shared.x12.code_lists.official import OFFICIAL, SHIPPED, written


@pytest.fixture(autouse=True)
def _ours_again() -> Iterator[None]:
    yield
    for name, ours in SHIPPED.items():
        OFFICIAL[name].adopt(ours)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("CLAIMFLOW_LOCAL", str(tmp_path / "local"))
    return Place(tmp_path / "local")


def claimflow(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


def official(folder: Path, name: str, text: str = "") -> Path:
    file = folder / f"an operator's {name} list.csv"
    file.write_text(text or written(SHIPPED[name]))
    return file


@pytest.mark.parametrize("name", SHIPPED)
def test_a_list_is_known_by_its_numbers_whatever_the_file_is_called(
    name: str, tmp_path: Path, place: Place
) -> None:
    told = claimflow("codes", "import", official(tmp_path, name))
    assert told.stdout.startswith(f"{name}: {len(SHIPPED[name].codes)} codes; 0 new, 0 changed, ")
    assert [file.name for file in place.code_lists.iterdir()] == [f"{name}.csv"]


def test_what_is_new_changed_ended_and_gone_is_counted_once(tmp_path: Path, place: Place) -> None:
    text = written(SHIPPED["rarc"])
    for old, new in (
        ("\nM20,,,procedure", "\nM20,,,changed procedure"),
        ("\nM22,,,", "\nM22,,2024-06-30,"),
        ("\nM44,", "\nN999,"),
    ):
        assert old in text
        text = text.replace(old, new)
    file = official(tmp_path, "rarc", text)
    assert ": 155 codes; 1 new, 1 changed, 1 ended, 1 gone" in claimflow("codes", "import", file).stdout
    kept = (place.code_lists / "rarc.csv").read_bytes()
    assert ": 155 codes; 0 new, 0 changed, 0 ended, 0 gone" in claimflow("codes", "import", file).stdout
    assert (place.code_lists / "rarc.csv").read_bytes() == kept
    assert re.search(r"rarc +imported +155 +2024-06-30", claimflow("codes", "list").stdout)
    place.reset()
    assert re.search(r"rarc +our own words +155 +-", claimflow("codes", "list").stdout)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("number\nM20\n", "the first row must name the columns: code, start, stop, words"),
        ("code,start\nM20,\n,2026-01-01\n", "line 3 has no code: fill it in"),
        ("code,start\nM20,1 May\n", "line 2 has a date that is not YYYY-MM-DD: write it so"),
        ("code\nM20\nM20\n", "line 3 has a code that an earlier line has: keep one"),
        ("code\nM20\n4500\n", "of none of the lists"),
        ("code\nM20\n", "export the whole list"),
    ],
)
def test_a_bad_file_is_told_with_its_name_and_the_fix_and_nothing_is_kept(
    text: str, told: str, tmp_path: Path, place: Place
) -> None:
    good, bad = official(tmp_path, "carc"), official(tmp_path, "rarc", text)
    trouble = claimflow("codes", "import", good, bad).exception
    assert isinstance(trouble, Trouble)
    assert str(trouble).startswith(f"{bad}: ")
    assert told in str(trouble)
    assert "May" not in str(trouble)
    assert not place.code_lists.exists()


def test_a_part_of_the_reasons_is_not_taken_for_the_claim_status_list(tmp_path: Path, place: Place) -> None:
    numbers = [code for code in SHIPPED["carc"].codes if code.isdigit()]
    trouble = claimflow("codes", "import", official(tmp_path, "carc", "\n".join(["code", *numbers])))
    assert "export the whole list" in str(trouble.exception)


def test_check_goes_by_an_imported_list_and_by_a_folder_of_ones_own(tmp_path: Path, place: Place) -> None:
    payment = tmp_path / "payment.835"
    payment.write_bytes(write_835([remittance(Random("check"), 4)]))
    used = re.findall(rb"CAS\*\w\w\*(\w+)\*", payment.read_bytes())[0].decode()
    before = claimflow("check", payment, "--json").stdout
    text = re.sub(rf"(?m)^{used},[^,]*,[^,]*,", f"{used},,2001-01-01,", written(SHIPPED["carc"]))
    claimflow("codes", "import", official(tmp_path, "carc", text))
    after = claimflow("check", payment, "--json").stdout
    assert after.count('"code"') > before.count('"code"')
    moved = place.code_lists.rename(tmp_path / "mine")
    for name, ours in SHIPPED.items():
        OFFICIAL[name].adopt(ours)
    assert claimflow("check", payment, "--json").stdout == before
    assert claimflow("check", payment, "--json", "--codes", moved).stdout == after
    assert claimflow("check", payment, "--codes", tmp_path / "nowhere").exit_code == 2


def test_services_that_judge_x12_are_handed_the_folder_once_it_is_there(tmp_path: Path, place: Place) -> None:
    def handed() -> dict[str, str]:
        told = settings_of(place)
        return {
            service: line.value
            for service, lines in told
            for line in lines
            if line.variable == "CLAIMFLOW_CODE_LISTS" and line.value
        }

    place.prepare()
    place.publish({"ports": dict.fromkeys(WISHES, 1)})
    assert handed() == {}
    claimflow("codes", "import", official(tmp_path, "carc"))
    judges = ("intake", "scrubber", "submitter", "remittance")
    assert handed() == dict.fromkeys(judges, str(place.code_lists))


async def test_a_service_does_not_start_with_a_list_that_it_cannot_read(tmp_path: Path) -> None:
    file = official(tmp_path, "rarc", "code,start\nM20,1 May\n")
    settings = ServiceSettings(database_url="postgresql://nowhere", http_port=0, code_lists=tmp_path)
    with pytest.raises(ListError, match=f"{file.name}: line 2 has a date"):
        await serve(counter.build(settings))


def test_no_list_of_a_folder_is_taken_over_when_one_of_them_is_bad(tmp_path: Path) -> None:
    official(tmp_path, "carc", written(SHIPPED["carc"]) + "X99,,,new\n")
    bad = official(tmp_path, "rarc", "code\nM20\n")
    with pytest.raises(ListError):
        adopt(tmp_path)
    assert "X99" not in OFFICIAL["carc"]
    bad.unlink()
    assert list(adopt(tmp_path)) == ["carc"]
    assert "X99" in OFFICIAL["carc"]
