"""A partner's file: its envelope at a glance, its states, its parts."""

import hashlib
from datetime import UTC, datetime

import pytest

from services.submitter.domain.envelope import look
from services.submitter.domain.files import (
    PART,
    FileState,
    GiveUp,
    Keep,
    Trouble,
    Understand,
    Understood,
    Unreadable,
    decide,
    file_id,
    kept_of,
)
from shared.deciding import Command, Decision, Known, Refused
from shared.events import PayerFileReceived

SHA = hashlib.sha256(b"x").hexdigest()
KEEP = Keep(partner="north", name="835_1.x12", sha256=SHA, size=1)
TROUBLE = (Trouble(problem="p", fix="f"),)


def told(*whats: Command) -> Decision[FileState]:
    state: FileState | None = None
    for what in whats:
        decision = decide(state, what, Known(now=datetime(2026, 10, 20, tzinfo=UTC), stream="s", facts=None))
        state = decision.state
    return decision


def test_an_835_is_passed_on_in_parts_of_at_most_192_kib() -> None:
    content = bytes(range(256)) * 2000
    decision = told(KEEP, Understand(kinds=("835",), content=content))
    parts = [event for event in decision.events if isinstance(event, PayerFileReceived)]
    assert b"".join(part.content for part in parts) == content
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert {part.parts for part in parts} == {len(parts)}
    assert max(len(part.content) for part in parts) <= PART
    assert {(part.file, part.sha256) for part in parts} == {(file_id(SHA), SHA)}


def test_f27_a_file_that_comes_again_is_noticed_and_has_no_effect() -> None:
    first = Understand(kinds=("835",), content=b"x")
    again = told(KEEP, first, KEEP, first)
    assert again.events == ()
    assert isinstance(again.state, Understood)
    assert kept_of(again.state).again == 1


def test_the_same_bytes_are_the_same_file_whatever_their_name() -> None:
    assert file_id(SHA) == file_id(SHA)
    assert file_id(SHA) != file_id(hashlib.sha256(b"y").hexdigest())


def test_a_file_given_up_can_be_understood_later() -> None:
    given_up = told(KEEP, GiveUp(troubles=TROUBLE))
    assert isinstance(given_up.state, Unreadable)
    later = told(KEEP, GiveUp(troubles=TROUBLE), Understand(kinds=("835",), content=b"x"))
    assert isinstance(later.state, Understood)
    assert len(later.events) == 1


def test_a_file_that_was_never_kept_cannot_be_understood() -> None:
    with pytest.raises(Refused):
        told(Understand(kinds=("999",)))


ISA = "ISA*00*          *00*          *ZZ*THEM           *ZZ*US             *261020*1200*^*00501*000000009*0*T*:~"


@pytest.mark.parametrize(
    ("text", "functional", "whole"),
    [
        (f"{ISA}GS*HP*A*B~ST*835*1~SE*2*1~GE*1*1~IEA*1*000000009~", ("HP",), True),
        (f"{ISA}\r\nGS*FA*A*B~\r\nGE*1*1~\r\nIEA*1*000000009~\r\n", ("FA",), True),
        (f"{ISA}TA1*000000007*261020*1200*A*000~IEA*0*000000009~", (), True),
        (f"{ISA}GS*HP*A*B~ST*835*1~", ("HP",), False),
        (f"{ISA}GS*HP*A*B~IEA*1*000000008~", ("HP",), False),
        ("", (), False),
        ("hello", (), False),
        (ISA, (), False),
    ],
)
def test_a_glance_tells_what_a_file_holds_and_whether_it_is_whole(
    text: str, functional: tuple[str, ...], whole: bool
) -> None:
    outside = look(text.encode())
    assert outside.whole is (outside.trouble is None) is whole
    if whole:
        assert outside.functional == functional
        assert outside.only_money is (functional == ("HP",))
