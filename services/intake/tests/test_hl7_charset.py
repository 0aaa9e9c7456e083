"""Character sets: what MSH-18 says, what the bytes show, what the feed's file says."""

import msgspec
import pytest

from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.charset import CHARSETS
from services.intake.domain.hl7.message import parse
from services.intake.domain.hl7.reading import judge
from services.intake.tests.messages import AT, FEED, dft

TEXT = "MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5||||||{said}\rPID|1||{name}\r"


@pytest.mark.parametrize(
    ("said", "codec", "name"),
    [
        ("8859/1", "iso-8859-1", "Müller"),
        ("8859/2", "iso-8859-2", "Nováková"),
        ("8859/5", "iso-8859-5", "Иванова"),
        ("8859/7", "iso-8859-7", "Αλεξίου"),
        ("8859/9", "iso-8859-9", "Yıldız"),
        ("8859/15", "iso-8859-15", "Œuvré"),
        ("UNICODE UTF-8", "utf-8", "Nováková"),
        ("unicode utf-8", "utf-8", "Nováková"),
        ("UNICODE", "utf-8", "Müller"),
        ("UNICODE UTF-16", "utf-16", "Müller"),
        ("UNICODE UTF-16", "utf-16-le", "Müller"),
        ("", "utf-16-be", "Müller"),
        ("UNICODE UTF-32", "utf-32", "Müller"),
        ("", "utf-8-sig", "Müller"),
        ("", "utf-8", "Müller"),
        ("", "cp1252", "Müller"),
        ("ASCII", "cp1252", "Müller"),
        ("ASCII", "ascii", "Miller"),
        ("ASCII~8859/2", "iso-8859-2", "Nováková"),
        ("~8859/2", "iso-8859-2", "Nováková"),
        ("ASCII~8859/2", "ascii", "Novak"),
        ("ASCII~ISO IR87", "iso2022_jp", "山田"),
        ("GB 18030-2000", "gb18030", "王芳"),
        ("KS X 1001", "euc_kr", "김민지"),
        ("BIG-5", "big5", "陳美玲"),
        ("NONSENSE", "utf-8", "Müller"),
        ("8859/1~8859/2", "iso-8859-1", "Müller"),
    ],
)
def test_a_name_is_read_in_the_character_set_that_is_said_or_shown(said: str, codec: str, name: str) -> None:
    assert parse(TEXT.format(said=said, name=name).encode(codec)).segments[1][3] == name


def test_bytes_that_are_not_what_was_said_are_read_as_windows_writes_them() -> None:
    raw = TEXT.format(said="UNICODE UTF-8", name="Müller").encode("cp1252")
    assert parse(raw).segments[1][3] == "Müller"


@pytest.mark.parametrize(
    ("said", "read"), [("", "Nováková"), ("8859/1", "Nováková".encode("iso-8859-2").decode("latin-1"))]
)
def test_a_feeds_own_character_set_counts_where_the_message_says_none(said: str, read: str) -> None:
    feeds = Feeds([msgspec.structs.replace(FEED, charset="8859/2")])
    raw = dft(PID_5="Nováková^ADA", MSH_18=said).decode().encode("iso-8859-2")
    message = judge(raw, feeds, AT).message
    assert message is not None
    assert message.get(message.first("PID"), 5) == read


def test_a_feed_with_an_unknown_character_set_is_refused() -> None:
    with pytest.raises(ValueError, match="8859/15"):
        msgspec.structs.replace(FEED, charset="latin-1")


def test_every_character_set_is_one_that_python_knows() -> None:
    assert {"x".encode(name).decode(name) for name in CHARSETS.values()} == {"x"}
