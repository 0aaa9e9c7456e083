"""The doors' tables as files: what is wrong in one is told with file, line, key and fix; the page for people is current."""

import re
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import yaml
from msgspec import structs

from services.intake.domain.hl7.coverage import uses
from services.intake.domain.hl7.events import EVENTS, event_of
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.message import Hl7Message, parse
from services.intake.domain.mapping import Rule, merged
from services.intake.mappings import DocumentError, load_tables, open_feeds, read_feed
from services.intake.mappings.describe import PAGE, page
from services.intake.tests.messages import AT, FEED, FEEDS, TABLES, dft
from shared.claim import Claim

SPRINGFIELD = (Path(__file__).parents[1] / "feeds" / "springfield.yaml").read_text()


def told(addition: str) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        read_feed(SPRINGFIELD + addition, "mine.yaml", TABLES)
    return raised.value


LINES = SPRINGFIELD.count("\n")


@pytest.mark.parametrize(
    ("addition", "line", "key", "words"),
    [
        ("facilty: x\n", 1, "facilty", "There are: name, facility"),
        ("hl7:\n  line.chrage: { from: [FT1-11] }\n", 2, "hl7.line.chrage", "line.charge"),
        ("hl7:\n  line.charge:\n    from: [FT1/11]\n", 3, "hl7.line.charge.from", "SEG-field"),
        ("hl7:\n  line.charge: { from: FT1-11 }\n", 2, "hl7.line.charge.from", "Write a list"),
        ("hl7:\n  line.kind: { codes: { X: fee } }\n", 2, "hl7.line.kind.codes.X", "payment"),
        ("hl7:\n  line.units:\n    default: 1\n", 3, "hl7.line.units.default", "quotes"),
        ("hl7:\n  line.kind:\n    codes: { X: NO }\n", 3, "hl7.line.kind.codes.X", "quotes"),
        ("hl7:\n  line.kind:\n    codes:\n      NO: credit\n", 3, "hl7.line.kind.codes", "quotes"),
        ("relationships: { A: 18 }\n", 1, "relationships.A", "quotes"),
        ("retention_days: many\n", 1, "retention_days", "Expected"),
        ("hl7: { account: { form: [PID-18] } }\n", 1, "hl7.account.form", "Leave it away"),
        ("name: twice\n", 1, "name", "Keep one"),
        ("hl7: [\n", 2, "", "no YAML"),
    ],
)
def test_what_is_wrong_in_a_feed_file_is_told_with_file_line_key_and_fix(
    addition: str, line: int, key: str, words: str
) -> None:
    error = told(addition)
    assert (error.file, error.line, error.key) == ("mine.yaml", LINES + line, key)
    assert words in str(error)
    assert str(error).startswith(f"mine.yaml:{error.line}: ")


def test_a_bad_entry_among_good_ones_is_the_one_that_is_named() -> None:
    error = told("charges:\n  A1: { code: G0463 }\n  B2: { cod: J1885 }\n  C3: { code: J1885 }\n")
    assert (error.line, error.key) == (LINES + 3, "charges.B2.cod")


def test_what_a_feed_says_anew_is_in_force_and_the_rest_stays() -> None:
    feed = read_feed(
        SPRINGFIELD + "hl7:\n  account: { from: [ZAC-1] }\n  line.kind: { codes: { new: charge } }\n",
        "x",
        TABLES,
    )
    assert feed.hl7["account"].sources == ("ZAC-1",)
    assert (feed.hl7["line.kind"].codes or {}) == {**(TABLES.hl7["line.kind"].codes or {}), "NEW": "charge"}
    assert feed.hl7["line.charge"] == TABLES.hl7["line.charge"]
    assert (feed.hl7["visit.kind"].codes or {})["I"] == "institutional"


def test_an_empty_override_changes_nothing() -> None:
    same = merged(TABLES.hl7, {name: Rule() for name in TABLES.hl7})
    assert {name: structs.replace(rule, own=None) for name, rule in same.items()} == TABLES.hl7


def test_the_page_for_people_is_current() -> None:
    assert PAGE.read_text() == page(load_tables()), "run: python -m services.intake.mappings.describe"


@pytest.mark.parametrize("part", [name for name, part in TABLES.claim.items() if part.claim])
def test_each_part_names_a_place_that_a_claim_has(part: str) -> None:
    hint: Any = Claim
    for step in TABLES.claim[part].claim.split("."):
        hint = get_type_hints(_struct(hint))[step]


def _struct(hint: Any) -> Any:
    """The struct in an optional or a tuple."""
    inner = [a for a in get_args(hint) if a not in (type(None), ...)]
    return _struct(inner[0]) if get_origin(hint) is not None and inner else hint


def test_each_part_is_filled_by_a_door_and_each_line_of_a_door_is_a_part() -> None:
    assert set(TABLES.hl7) | set(TABLES.fhir) == set(TABLES.claim)


class _Asked(FieldTable):
    def __init__(self, table: FieldTable) -> None:
        super().__init__(table.fields)
        self.names: set[str] = set()

    def value(self, m: Hl7Message, name: str, near: Any) -> str:
        self.names.add(name)
        return super().value(m, name, near)

    def find(self, m: Hl7Message, name: str, near: Any) -> Any:
        self.names.add(name)
        return super().find(m, name, near)

    def every(self, m: Hl7Message, name: str, near: Any) -> Any:
        self.names.add(name)
        return super().every(m, name, near)

    def repetitions(self, m: Hl7Message, name: str, near: Any) -> list[str]:
        self.names.add(name)
        return super().repetitions(m, name, near)


def test_the_reader_asks_for_every_line_of_the_hl7_table_and_for_no_other() -> None:
    from services.intake.domain.hl7.facts import facts_of

    table = _Asked(FEEDS.hl7(FEED))
    for kind, events in EVENTS.items():
        for trigger, event in events.items():
            raw = dft(MSH_9=f"{kind}^{trigger}", MRG_1="OLD", MRG_3="OLDACC")
            facts_of(parse(raw + b"PR1|1||0DTJ4ZZ||20261012\r"), FEED, table, event, AT)
    raw = dft(FT1=None, MSH_9="BAR^P12", PR1_3="0DTJ4ZZ", PR1_5="20261012")
    facts_of(parse(raw), FEED, table, EVENTS["BAR"]["P12"], AT)
    assert table.names == set(TABLES.hl7)


def test_a_real_messages_fields_are_told_as_used_or_ignored() -> None:
    m = parse(dft(FT1_8="words", PV1_44="202610110930", ZZZ_1="own"))
    told = {use.place: use.parts for use in uses(m, FEED, FEEDS.hl7(FEED), event_of("DFT", "P03"), AT)}
    assert told["FT1-11"] == ("line.charge",)
    assert told["PV1-2"] == ("visit.class", "visit.kind", "visit.place")
    assert told["PID-3.1"] == told["PID-3.5"] == ("medical_record",)
    assert told["PID-3.4"] == told["FT1-8"] == told["ZZZ-1"] == told["DG1-3.2"] == ()
    assert told["PV1-19"] == ()  # PID-18 came first
    assert told["MSH-9"] == ("(envelope)",)


def test_of_a_message_that_is_not_taken_nothing_is_used() -> None:
    m = parse(dft(MSH_9="SIU^S12"))
    used = [u.place for u in uses(m, FEED, FEEDS.hl7(FEED), None, AT) if u.parts and "(" not in u.parts[0]]
    assert used == []


def test_every_value_of_a_message_is_told_once() -> None:
    m = parse(dft())
    places = [u.place for u in uses(m, FEED, FEEDS.hl7(FEED), event_of("DFT", "P03"), AT)]
    fields = {re.sub(r"\.\d+$", "", place) for place in places}
    said = {
        f"{s[0]}-{n}"
        for s in m.segments
        for n in range(1, len(s))
        if m.repetitions(s, n) and (s[0], n) != ("MSH", 1)
    }
    assert fields >= said


def test_an_open_feed_takes_anybody_and_every_processing_id() -> None:
    feeds = open_feeds(TABLES)
    feed = feeds.find("hl7", "ANY|BODY")
    assert feed is not None
    assert feed.processing == ("*",)
    assert feeds.find("x12", "") is feed


def test_the_shipped_feed_is_read_as_yaml_reads_it() -> None:
    assert yaml.safe_load(SPRINGFIELD)["name"] == FEED.name
