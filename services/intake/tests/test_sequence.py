"""The sequence number protocol: what MSH-13 asks and MSA-4 answers, lost and repeated messages, restarts."""

from typing import Any

import msgspec
import pytest

from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.hl7.sequence import Turn, number_of, turn
from services.intake.domain.inbound import Arrival
from services.intake.store.desk import Desk
from services.intake.tests.messages import AT, FEED, dft
from services.intake.tests.talking import code_of, errors_of
from shared.claim import uuid7
from shared.testing.app import Harness

COUNTING = Feeds([msgspec.structs.replace(FEED, sequence="enforce")])


@pytest.mark.parametrize(
    ("expected", "number", "said"),
    [
        (None, 0, Turn(True, -1, None)),
        (7, 0, Turn(True, 7, 7)),
        (7, -1, Turn(True, -1, None)),
        (None, 42, Turn(True, 42, 43)),
        (7, 7, Turn(True, 7, 8)),
        (7, 8, Turn(False, 7, 7)),
        (7, 6, Turn(False, 7, 7)),
    ],
)
def test_each_number_is_answered_as_chapter_2_says(expected: int | None, number: int, said: Turn) -> None:
    assert turn(expected, number) == said


def test_a_message_that_is_ours_is_in_turn_whatever_is_expected() -> None:
    assert turn(7, 3, ours=True) == Turn(True, 3, 7)
    assert turn(7, 7, ours=True) == Turn(True, 7, 8)


def test_a_mended_message_may_have_its_old_number_and_none_that_is_to_come() -> None:
    assert turn(7, 6, mends=True) == Turn(True, 6, 7)
    assert turn(7, 8, mends=True) == Turn(False, 7, 7)


@pytest.mark.parametrize("wrong", ["x", "-2", "1.5", "--1", "9" * 40, "٣", "1_0"])
def test_what_is_no_sequence_number_is_refused_by_its_place(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a sequence number"):
        number_of(wrong)
    reading = read_hl7(numbered(wrong), COUNTING, AT)
    assert [(f.location, f.rule) for f in reading.findings] == [("MSH-13[1]", "HL7-102")]


def numbered(number: object, control: str = "", **changes: str | None) -> bytes:
    """The charge message under a sequence number, of an account of its own."""
    named = {"MSH_10": control or f"M{number}", "PID_18": f"A{number}"}
    return dft(**named | {"MSH_13": str(number)} | changes)


async def ask(intake: Harness, raw: bytes, feeds: Feeds = COUNTING, desk: Desk | None = None) -> str:
    reading = read_hl7(raw, feeds, AT)
    taken = await (desk or Desk(feeds)).take(intake.ctx, Arrival(uuid7(), raw, AT, reading))
    return taken.answer.body.strip(b"\x0b\x1c\r").decode()


def msa(answer: str) -> tuple[str, str]:
    """MSA-1 and MSA-4."""
    line = next(line for line in answer.split("\r") if line.startswith("MSA")).split("|")
    return line[1], line[4] if len(line) > 4 else ""


async def rows(intake: Harness, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await intake.http.get("/inbox", params=query)).json()["messages"]
    return found


async def expected(intake: Harness) -> list[int | None]:
    (row,) = [r for r in (await intake.http.get("/feeds")).json()["feeds"] if r["name"] == FEED.name]
    return [each["expected"] for each in row["sequence"]]


@pytest.mark.real
async def test_a_lost_message_is_noticed_and_what_came_behind_it_is_taken_once_it_has_come(
    intake: Harness,
) -> None:
    assert msa(await ask(intake, numbered(5))) == ("AA", "5")
    gap = await ask(intake, numbered(7))
    assert (msa(gap), errors_of(gap)) == (("AR", "6"), [("MSH^1^13^1", "199")])
    (refused,) = await rows(intake, state="refused")
    assert msa(await ask(intake, numbered(7))) == ("AR", "6")  # again, and still out of turn
    assert msa(await ask(intake, numbered(6))) == ("AA", "6")
    assert msa(await ask(intake, numbered(7))) == ("AA", "7")
    assert await rows(intake, state="refused") == []
    assert refused["id"] in {row["id"] for row in await rows(intake, state="accepted")}
    assert await expected(intake) == [8]
    await intake.quiet()
    assert sorted(e.event.claim.number for e in intake.said()) == ["A5", "A6", "A7"]  # type: ignore[union-attr]


@pytest.mark.real
async def test_the_same_message_again_is_answered_as_it_was_and_another_one_under_its_number_is_refused(
    intake: Harness,
) -> None:
    first = await ask(intake, numbered(1))
    assert await ask(intake, numbered(1)) == first
    assert msa(await ask(intake, numbered(1, "OTHER"))) == ("AR", "2")
    assert [row["kind"] for row in await rows(intake, state="refused")] == ["DFT^P03"]
    assert msa(await ask(intake, numbered(2))) == ("AA", "2")


@pytest.mark.real
async def test_a_sender_that_starts_is_told_what_is_expected_each_time_it_asks(intake: Harness) -> None:
    start = b"MSH|^~\\&|EPIC|SPRINGFIELD|CLAIMFLOW|HUB|20261012||^|START|P|2.5.1|0\r"
    assert msa(await ask(intake, start)) == ("AA", "-1")
    assert msa(await ask(intake, numbered(41))) == ("AA", "41")
    answer = await ask(intake, start)
    assert (msa(answer), code_of(answer)[1], errors_of(answer)) == (("AA", "42"), "START", [])
    anew = start.replace(b"|0\r", b"|-1\r").replace(b"START", b"ANEW")
    assert msa(await ask(intake, anew)) == ("AA", "-1")
    assert msa(await ask(intake, numbered(3))) == ("AA", "3")
    assert await expected(intake) == [4]


@pytest.mark.real
async def test_a_message_refused_for_its_content_has_had_its_turn_and_may_be_mended(intake: Harness) -> None:
    assert msa(await ask(intake, numbered(1, FT1_4="never"))) == ("AE", "1")
    assert msa(await ask(intake, numbered(2))) == ("AA", "2")
    assert msa(await ask(intake, numbered(1))) == ("AA", "1")
    assert await expected(intake) == [3]


@pytest.mark.real
async def test_messages_that_wait_together_take_their_turns_in_one_transaction(intake: Harness) -> None:
    desk = Desk(COUNTING)
    raws = [numbered(1), numbered(2), numbered(4), numbered(2), numbered(3), numbered(4, "M4B")]
    waiting = [
        desk.hand_in(intake.ctx, Arrival(uuid7(), raw, AT, read_hl7(raw, COUNTING, AT))) for raw in raws
    ]
    answers = [msa((await each).answer.body.decode()) for each in waiting]
    assert answers == [("AA", "1"), ("AA", "2"), ("AR", "3"), ("AA", "2"), ("AA", "3"), ("AA", "4")]
    assert await expected(intake) == [5]


@pytest.mark.real
async def test_two_senders_of_a_feed_count_for_themselves_and_who_does_not_count_takes_no_part(
    intake: Harness,
) -> None:
    assert msa(await ask(intake, numbered(9))) == ("AA", "9")
    assert msa(await ask(intake, numbered(100, MSH_3="LAB"))) == ("AA", "100")
    assert msa(await ask(intake, numbered("", "NONE"))) == ("AA", "")
    assert sorted(await expected(intake), key=str) == [10, 101]


@pytest.mark.real
async def test_a_feed_that_ignores_numbers_takes_them_as_they_come(intake: Harness) -> None:
    feeds = Feeds([FEED])
    for number in (5, 9, 5):
        assert msa(await ask(intake, numbered(number), feeds)) == ("AA", "")
    assert await expected(intake) == []


@pytest.mark.real
async def test_an_operator_may_replay_what_was_out_of_turn(intake: Harness) -> None:
    await ask(intake, numbered(1))
    await ask(intake, numbered(3))
    (refused,) = await rows(intake, state="refused")
    answer = await intake.http.post(f"/inbox/{refused['id']}/replay")
    assert answer.status_code == 200, answer.text
    assert await rows(intake, state="refused") == []
    assert msa(await ask(intake, numbered(2))) == ("AA", "2")
    again = await ask(intake, numbered(3))  # ours already: what the replay made of it is the answer
    assert (code_of(again), await expected(intake)) == (("AA", "M3"), [4])
