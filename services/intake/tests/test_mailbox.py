"""Mailboxes: folders and a real SFTP server, 837s and HL7 batches, answers beside them, breaks at every step."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.intake.domain.edi import is_closed
from services.intake.domain.feed import Feeds
from services.intake.domain.links import Mailbox
from services.intake.doors.mailbox import Polling
from services.intake.gateway import Box, MailboxError, Remote, open_box
from services.intake.gateway.sftp import SftpBox
from services.intake.settings import IntakeSettings
from services.intake.store.desk import Desk
from services.intake.tests.messages import FEED, dft
from services.intake.tests.sftp import hospital
from services.intake.tests.talking import code_of, framed
from services.intake.tests.test_x12 import file_of
from shared.testing.app import Harness, settings_for, started
from shared.testing.clock import FixedClock
from shared.x12 import read
from shared.x12.types import ClaimAnswers, GroupAck, InterchangeAck

real = pytest.mark.real


class Post:
    """A hospital's side of a mailbox in a folder, and ours that looks into it."""

    def __init__(self, root: Path, polling: Polling, harness: Harness) -> None:
        self.root = root
        self.polling = polling
        self.harness = harness

    def leave(self, name: str, data: bytes) -> None:
        """The hospital writes a file whole."""
        (self.root / "in" / name).write_bytes(data)

    async def look(self, times: int = 2) -> int:
        """So many looks; how many files were taken."""
        return sum([await self.polling.look(self.harness.ctx) for _ in range(times)])

    def answers(self) -> dict[str, bytes]:
        """What lies in the hospital's outbound folder."""
        return {file.name: file.read_bytes() for file in sorted((self.root / "out").iterdir())}

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        return sorted(file.name for file in (self.root / folder).iterdir())

    async def numbers(self) -> list[str]:
        """The claim numbers of what was said."""
        await self.harness.quiet()
        return sorted(each.event.claim.number for each in self.harness.said())  # type: ignore[union-attr]


@asynccontextmanager
async def opened(postgres_url: str, root: Path, mailbox: Mailbox) -> AsyncIterator[Post]:
    """Intake with one mailbox."""
    from services.intake.app import build

    for room in ("in", "out", "done"):
        (root / room).mkdir(parents=True)
    desk = Desk(Feeds([msgspec.structs.replace(FEED, mailboxes={"post": mailbox})]))
    service = build(settings_for(IntakeSettings, postgres_url, mllp_port=0))
    async with started(service, clock=FixedClock()) as harness:
        box = open_box(mailbox, seconds=20)
        try:
            yield Post(root, Polling("springfield", "post", mailbox, desk, box), harness)
        finally:
            if isinstance(box, SftpBox):
                await box.close()


def folders(root: Path, content: str = "x12") -> Mailbox:
    """A mailbox of three folders."""
    return Mailbox(content=content, inbound=f"{root}/in", outbound=f"{root}/out", archive=f"{root}/done")  # type: ignore[arg-type]


@pytest.fixture
async def post(postgres_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    """A mailbox of 837s in a folder."""
    async with opened(postgres_url, tmp_path, folders(tmp_path)) as one:
        yield one


@pytest.fixture
async def hl7_post(postgres_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    """A mailbox of HL7 v2 in a folder."""
    async with opened(postgres_url, tmp_path, folders(tmp_path, "hl7")) as one:
        yield one


def kinds(answers: dict[str, bytes]) -> list[str]:
    """The kinds of the answers, by their names."""
    return sorted(name.partition("_")[0] for name in answers)


@real
async def test_a_file_is_taken_and_its_999_and_277ca_lie_in_the_mailbox(post: Post) -> None:
    post.leave("claims.x12", file_of(1, 2).replace(b"CLM*CF00000002*", b"CLM**"))
    assert await post.look() == 1
    answers = post.answers()
    assert kinds(answers) == ["277CA", "999"]
    (ack,) = read(next(data for name, data in answers.items() if name.startswith("999"))).transactions
    (receipt,) = read(next(data for name, data in answers.items() if name.startswith("277CA"))).transactions
    assert isinstance(ack, GroupAck)
    assert ack.sets[0].code == "E"
    assert isinstance(receipt, ClaimAnswers)
    assert [claim.accepted for claim in receipt.claims] == [True, False]
    assert (post.names("in"), len(post.names("done"))) == ([], 1)
    assert await post.numbers() == ["CF00000001"]


@real
async def test_a_file_that_grows_is_not_taken_and_neither_is_one_without_its_end(post: Post) -> None:
    whole = file_of(1)
    for part in (100, 300, len(whole) - 20):
        post.leave("claims.x12", whole[:part])
        assert await post.look(1) == 0
    assert await post.look(3) == 0
    post.leave("claims.x12", whole)
    assert [await post.look(1), await post.look(1)] == [0, 1]
    assert await post.numbers() == ["CF00000001"]


@real
async def test_a_file_that_never_ends_is_refused_after_a_time(post: Post) -> None:
    post.leave("claims.x12", file_of(1)[:-30])
    assert await post.look() == 0
    assert isinstance(post.harness.clock, FixedClock)
    post.harness.clock.advance(timedelta(seconds=601))
    assert await post.look() == 1
    (answer,) = post.answers().values()
    (ta1,) = read(answer).transactions
    assert isinstance(ta1, InterchangeAck)
    assert ta1.code == "R"
    assert await post.numbers() == []


@real
async def test_temporary_names_hidden_files_links_and_folders_are_left_alone(
    post: Post, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.x12").write_bytes(file_of(9))
    for name in ("a.tmp", "b.x12.part", ".c.x12", "d.FILEPART"):
        post.leave(name, file_of(1))
    (tmp_path / "in" / "link.x12").symlink_to(tmp_path / "elsewhere.x12")
    (tmp_path / "in" / "folder").mkdir()
    assert await post.look(3) == 0


@real
async def test_the_same_file_again_is_noticed_and_makes_nothing(post: Post) -> None:
    for name in ("one.x12", "two.x12", "one.x12"):
        post.leave(name, file_of(1))
        assert await post.look() == 1
    answers = post.answers()
    assert kinds(answers) == ["277CA"] * 3 + ["999"] * 3 + ["TA1"] * 2
    for name, data in answers.items():
        if name.startswith("TA1"):
            (ta1,) = read(data).transactions
            assert isinstance(ta1, InterchangeAck)
            assert (ta1.code, ta1.note) == ("E", "025")
    assert len(post.names("done")) == 3
    assert await post.numbers() == ["CF00000001"]


@real
async def test_files_of_another_feed_are_refused_in_this_mailbox(postgres_url: str, tmp_path: Path) -> None:
    async with opened(postgres_url, tmp_path, folders(tmp_path)) as post:
        strict = msgspec.structs.replace(FEED, senders={"x12": ("SOMEBODY",)})
        post.polling._feeds = Feeds([strict])
        post.leave("claims.x12", file_of(1))
        assert await post.look() == 1
        (answer,) = post.answers().values()
    (ta1,) = read(answer).transactions
    assert isinstance(ta1, InterchangeAck)
    assert ta1.note == "006"


class Breaking:
    """A mailbox that fails at one step, once: before it is done or right after."""

    def __init__(self, box: Box, step: str, after: bool) -> None:
        self._box, self._step, self._after = box, step, after

    async def _do(self, step: str, work: Callable[..., Any], *args: Any) -> Any:
        breaks, self._step = step == self._step, "" if step == self._step else self._step
        if breaks and not self._after:
            raise MailboxError(step)
        done = await work(*args)
        if breaks:
            raise MailboxError(step)
        return done

    async def arrived(self) -> list[Remote]:
        return await self._do("arrived", self._box.arrived)  # type: ignore[no-any-return]

    async def download(self, name: str, most: int) -> bytes:
        return await self._do("download", self._box.download, name, most)  # type: ignore[no-any-return]

    async def put(self, name: str, data: bytes) -> None:
        await self._do(f"put {name[:3]}", self._box.put, name, data)

    async def archived(self) -> list[str]:
        return await self._do("archived", self._box.archived)  # type: ignore[no-any-return]

    async def archive(self, name: str, target: str) -> None:
        await self._do("archive", self._box.archive, name, target)


STEPS = ("arrived", "download", "archived", "put 999", "put 277", "archive")


@real
async def test_a_break_at_any_step_takes_nothing_twice_and_loses_nothing(post: Post) -> None:
    """Each break is a process that ends there: the next one knows only what lies in the mailbox and the database."""
    box = post.polling.box
    breaks = [(step, after) for step in STEPS for after in (False, True)]
    for number, (step, after) in enumerate(breaks, 1):
        post.leave(f"{number}.x12", file_of(number).replace(b"000000007", b"%09d" % number))
        post.polling.box = Breaking(box, step, after)
        await post.look(3)
        post.polling = Polling("springfield", "post", post.polling.mailbox, post.polling.desk, box)
        await post.look()
    assert kinds(post.answers()) == ["277CA"] * len(breaks) + ["999"] * len(breaks)
    assert (post.names("in"), len(post.names("done"))) == ([], len(breaks))
    assert await post.numbers() == sorted(f"CF{n:08d}" for n in range(1, len(breaks) + 1))


@real
async def test_without_a_database_a_file_stays_where_it_is_and_is_taken_later(post: Post) -> None:
    post.leave("claims.x12", file_of(1))
    async with post.harness.ctx.db.connect() as tx:
        await tx.driver.execute("alter table inbound rename to away")
        assert await post.look(3) == 0
        assert (post.names("in"), post.answers()) == (["claims.x12"], {})
        await tx.driver.execute("alter table away rename to inbound")
    assert await post.look() == 1


@real
async def test_a_mailbox_on_an_sftp_server_works_the_same(postgres_url: str, tmp_path: Path) -> None:
    async with hospital(tmp_path / "root", tmp_path / "secret") as there:
        mailbox = Mailbox(inbound="/in", outbound="/out", archive="/done", server=there.server)
        async with opened(postgres_url, tmp_path / "root", mailbox) as post:
            post.leave("one.x12", file_of(1))
            post.leave("two.tmp", file_of(2))
            assert await post.look() == 1
            there.lose()
            post.leave("two.x12", file_of(2).replace(b"000000007", b"000000008"))
            post.leave("again.x12", file_of(1))
            await post.look(1)  # notices that the connection is lost
            assert await post.look() == 2
            assert kinds(post.answers()) == ["277CA"] * 3 + ["999"] * 3 + ["TA1"]
            assert (post.names("in"), len(post.names("done"))) == (["two.tmp"], 3)
            assert await post.numbers() == ["CF00000001", "CF00000002"]


@real
async def test_a_server_with_another_host_key_gets_nothing(postgres_url: str, tmp_path: Path) -> None:
    async with (
        hospital(tmp_path / "root", tmp_path / "secret") as there,
        hospital(tmp_path, tmp_path / "s") as other,
    ):
        pinned = msgspec.structs.replace(there.server, host_key=other.server.host_key)
        mailbox = Mailbox(inbound="/in", outbound="/out", archive="/done", server=pinned)
        async with opened(postgres_url, tmp_path / "root", mailbox) as post:
            post.leave("one.x12", file_of(1))
            assert await post.look(3) == 0


def batch_of(*messages: bytes, count: int | None = None, files: int = 1) -> bytes:
    """An HL7 batch file with its envelopes."""
    head = b"FHS|^~\\&|EPIC|SPRINGFIELD|CLAIMFLOW|HUB|20261012||||F77\rBHS|^~\\&|EPIC|SPRINGFIELD|||20261012||||B88\r"
    return (
        head + b"".join(messages) + f"BTS|{len(messages) if count is None else count}\rFTS|{files}\r".encode()
    )


def charges(*numbers: int) -> list[bytes]:
    return [dft(MSH_10=f"M{n}", PID_18=f"A{n}") for n in numbers]


@real
async def test_a_batch_of_messages_is_answered_by_a_batch_of_acknowledgments(hl7_post: Post) -> None:
    hl7_post.leave("charges.hl7", batch_of(*charges(1, 2), dft(MSH_10="M3", FT1_11="x")))
    assert await hl7_post.look() == 1
    ((name, answer),) = hl7_post.answers().items()
    lines = answer.decode().split("\r")
    assert name.startswith("ACK_")
    assert (lines[0].split("|")[11], lines[1].split("|")[11]) == ("F77", "B88")
    assert [line.split("|")[1:3] for line in lines if line.startswith("MSA")] == [
        ["AA", "M1"],
        ["AA", "M2"],
        ["AE", "M3"],
    ]
    assert lines[-3:] == ["BTS|3", "FTS|1", ""]
    figures = (await hl7_post.harness.http.get("/summary")).json()
    assert (figures["messages"], figures["refused"]) == (3, 1)


@real
@pytest.mark.parametrize(
    "raw", [batch_of(*charges(1, 2), count=3), batch_of(*charges(1), files=2), b"\r\nnothing\r\n"]
)
async def test_a_batch_whose_counts_do_not_fit_is_refused_whole(hl7_post: Post, raw: bytes) -> None:
    hl7_post.leave("charges.hl7", raw)
    assert await hl7_post.look() == 1
    (answer,) = hl7_post.answers().values()
    assert b"MSA|AE" in answer
    figures = (await hl7_post.harness.http.get("/summary")).json()
    assert (figures["messages"], figures["claims"], figures["refused"]) == (1, 0, 1)
    hl7_post.leave("charges.hl7", batch_of(*charges(1, 2)))
    assert await hl7_post.look() == 1
    assert (await hl7_post.harness.http.get("/summary")).json()["messages"] == 3


@real
async def test_messages_without_envelopes_in_any_framing_are_taken_one_by_one(hl7_post: Post) -> None:
    one, two, three = charges(1, 2, 3)
    hl7_post.leave("charges.hl7", framed(one) + two.replace(b"\r", b"\r\n") + b"\n" + three)
    assert await hl7_post.look() == 1
    (answer,) = hl7_post.answers().values()
    assert [code_of("MSH" + each) for each in answer.decode().split("MSH")[1:]] == [
        ("AA", f"M{n}") for n in (1, 2, 3)
    ]


@real
async def test_a_batch_without_its_end_waits(hl7_post: Post) -> None:
    whole = batch_of(*charges(1))
    hl7_post.leave("charges.hl7", whole[: whole.index(b"BTS")])
    assert await hl7_post.look(3) == 0
    hl7_post.leave("charges.hl7", whole)
    assert await hl7_post.look() == 1


@pytest.mark.parametrize(
    ("raw", "closed"),
    [
        (file_of(1), True),
        (file_of(1) + b"\r\n\x1a", True),
        (file_of(1).replace(b"~", b"~\r\n"), True),
        (file_of(1).replace(b"~", b"\n"), True),
        (b"\xef\xbb\xbf" + file_of(1), True),
        (file_of(1) + file_of(2)[:-5], False),
        (file_of(1)[:-30], False),
        (b"", False),
        (b"ISA*00*", False),
        (b"%PDF-1.7", False),
    ],
)
def test_a_file_is_closed_when_an_iea_is_the_last_thing_in_it(raw: bytes, closed: bool) -> None:
    assert is_closed(raw) is closed
