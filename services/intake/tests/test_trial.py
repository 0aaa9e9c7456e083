"""What messages would give under a changed feed file: the difference, by place, and nothing changed by asking."""

from typing import Any

import msgspec
import pytest

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.inbound import Arrival
from services.intake.domain.mapping import Rule, merged
from services.intake.domain.trial import Difference, Progress, Stored, differences, trial
from services.intake.store.desk import Desk
from services.intake.tests.messages import AT, FEED, FEEDS, dft
from services.intake.tests.test_mapping import SPRINGFIELD
from shared.claim import uuid7
from shared.testing.app import Harness
from shared.testing.builders import a_claim

from services.intake.domain.hl7.reading import read_hl7  # isort: skip


def stored(*raws: bytes) -> list[Stored]:
    return [Stored(id=f"m{n}", door="hl7", raw=raw, received=AT) for n, raw in enumerate(raws, 1)]


def difference(after: Feed, *raws: bytes, before: Feeds = FEEDS) -> Difference:
    *progress, last = trial(stored(*raws), len(raws), before, Feeds([after]))
    assert isinstance(last, Difference)
    assert all(isinstance(one, Progress) for one in progress)
    return last


def changed(**changes: Any) -> Feed:
    return msgspec.structs.replace(FEED, **changes)


def said(**rules: Rule) -> Feed:
    return changed(hl7=merged(FEED.hl7, {name.replace("__", "."): rule for name, rule in rules.items()}))


def test_the_same_feed_gives_the_same() -> None:
    told = difference(FEED, dft(), dft(PID_18="A2"), dft(FT1_11="x"))
    assert told.same
    assert (told.messages, told.before.claims, told.before.refused) == (3, 2, 1)
    assert told.before.cents == 2 * 17200


def test_a_part_that_stands_elsewhere_changes_its_place_of_the_claims() -> None:
    told = difference(said(line__description=Rule(sources=("FT1-8",))), dft(FT1_8="words"), dft(PID_18="A2"))
    assert (told.added, told.removed, told.changed) == (0, 0, 1)
    assert told.places == {"/lines/*/description": 1}
    assert [(c.message, c.places) for c in told.claims] == [("m1", ("/lines/0/description",))]


def test_another_account_number_is_a_claim_less_and_a_claim_more() -> None:
    told = difference(said(account=Rule(sources=("PV1-19",))), dft())
    assert (told.added, told.removed, told.changed) == (1, 1, 0)


def test_messages_that_only_one_side_refuses_are_told_with_their_errors() -> None:
    told = difference(changed(processing=("T",)), dft(), dft(MSH_11="T", PID_18="A2"))
    assert [(r.message, r.errors) for r in told.newly_refused] == [("m1", ("HL7-202 MSH-11[1]",))]
    assert [(r.message, r.errors) for r in told.newly_taken] == [("m2", ("HL7-202 MSH-11[1]",))]
    assert (told.before.refused, told.after.refused) == (1, 1)


def test_accounts_that_wait_are_counted_by_their_reason() -> None:
    adt = dft(MSH_9="ADT^A01", FT1=None, PID_18="A9")
    told = difference(changed(charge_closes=()), dft(), adt)
    assert (told.before.claims, told.after.claims) == (1, 0)
    assert told.after.held["open"] == 2
    assert told.before.held["uncharged"] == told.after.held["uncharged"] == 1


def test_a_long_run_tells_how_far_it_is() -> None:
    raws = [dft(PID_18=f"A{n}", MSH_10=f"M{n}") for n in range(120)]
    told = [one for one in trial(stored(*raws), 120, FEEDS, FEEDS) if isinstance(one, Progress)]
    assert told == [Progress(50, 120), Progress(100, 120)]


def test_two_claims_differ_where_a_value_does() -> None:
    one = a_claim(1)
    other = msgspec.structs.replace(one, place="99", lines=one.lines[:1])
    assert list(differences(one, one)) == []
    assert set(differences(one, other)) <= {"/place", "/lines"} | {f"/lines/{n}" for n in range(9)}
    assert "/place" in set(differences(one, other))


async def test_the_api_tells_the_difference_line_by_line_and_changes_nothing(intake: Harness) -> None:
    for n in range(3):
        raw = dft(PID_18=f"A{n}", MSH_10=f"M{n}")
        await Desk(FEEDS).take(intake.ctx, Arrival(uuid7(), raw, AT, read_hl7(raw, FEEDS, AT)))
    await intake.quiet()
    before = (await intake.http.get("/summary")).json(), len(intake.said())
    candidate = SPRINGFIELD + "hl7:\n  line.description: { from: [FT1-25] }\n"
    answer = await intake.http.post("/feeds/springfield/check", content=candidate.encode())
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    *_, last = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert (last["tell"], last["messages"], last["changed"]) == ("difference", 3, 3)
    assert last["places"] == {"/lines/*/description": 3}
    await intake.quiet()
    assert ((await intake.http.get("/summary")).json(), len(intake.said())) == before


@pytest.mark.parametrize(
    ("feed", "body", "status", "words"),
    [
        ("springfield", SPRINGFIELD + "hl7: { nix: {} }\n", 422, "hl7.nix"),
        (
            "springfield",
            SPRINGFIELD.replace("name: springfield", "name: other", 1),
            422,
            "names another feed",
        ),
        ("elsewhere", SPRINGFIELD, 404, "feed"),
    ],
)
async def test_a_candidate_that_cannot_be_used_is_refused_with_its_place(
    intake: Harness, feed: str, body: str, status: int, words: str
) -> None:
    answer = await intake.http.post(f"/feeds/{feed}/check", content=body.encode())
    assert answer.status_code == status
    assert words in answer.text


async def test_trying_a_feed_needs_a_scope(intake: Harness) -> None:
    answer = await intake.http.post("/feeds/springfield/check", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
