"""Real bytes: 835 files written by us and found in the wild go through the whole service, and each gets an answer."""

import asyncio
from base64 import b64encode

import pytest

from services.remittance.domain.transaction import digests, take
from services.remittance.tests.paying import a_payment, an_835
from services.remittance.tests.test_posting import Desk, desk, migrations
from shared.claim import derived_id
from shared.events import PayerFileReceived, RemittancePosted
from shared.testing.builders import a_claim
from shared.x12 import read, write_835
from shared.x12.types import Remittance

__all__ = ["desk", "migrations"]


async def receive(desk: Desk, content: bytes, size: int = 300) -> str:
    """Put a file in as parts of ``size`` bytes and post it."""
    desk.files[content] = read(content)
    file = derived_id("file", b64encode(content).decode())
    pieces = [content[i : i + size] for i in range(0, len(content), size)]
    for n, piece in enumerate(pieces, 1):
        await desk.harness.hear(
            "submitter",
            file,
            PayerFileReceived(
                file=file, kind="835", route="r", part=n, parts=len(pieces), content=piece, sha256="x"
            ),
        )
    await desk.harness.quiet()
    await desk.harness.job("post")
    return file


async def test_a_file_that_we_write_is_read_proved_and_posted(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 4)]
    ids = await desk.know(*claims)
    remittances = [
        an_835(
            [a_payment(c, ["CO-45:2500 PR-2:2000", "CO-45:8600"])], trace=f"T{n}", transaction=f"000{n + 1}"
        )
        for n, c in enumerate(claims)
    ]
    content = write_835(remittances)
    await receive(desk, content)
    assert [desk.kinds(i) for i in ids] == [["ClaimPaid", "PatientBalanceAssigned"]] * 3
    await receive(desk, content.replace(b"~", b"~\n"))
    assert desk.kinds().count("RemittancePosted") == 3
    (first, *_) = [e.event for e in desk.harness.said() if isinstance(e.event, RemittancePosted)]
    assert first.paid == 42400


def test_a_sets_digest_is_the_same_however_the_file_is_wrapped_and_wherever_the_set_stands() -> None:
    one, two = (
        an_835([a_payment(a_claim(n), ["", ""])], trace=f"T{n}", transaction=f"000{n}") for n in (1, 2)
    )
    content = write_835([one, two])
    starts = [t.header.segments[0] for t in read(content).transactions if isinstance(t, Remittance)]
    found = digests(content)
    assert sorted(found) == starts
    assert digests(content.replace(b"~", b"~\r\n")) == found
    assert len(set(found.values())) == 2
    assert digests(b"nothing of ours") == {}


def test_3_1_what_we_write_closes() -> None:
    (made,) = read(write_835([an_835([a_payment(a_claim(), ["CO-45:100 PR-1:5", ""])])])).transactions
    assert isinstance(made, Remittance)
    assert take(made, "f").defects == ()


async def test_a_thousand_claims_in_one_set_are_posted_at_once(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 1001)]
    await desk.know(*claims)
    await receive(
        desk, write_835([an_835([a_payment(c, ["CO-45:2500 PR-2:2000", ""]) for c in claims])]), 150_000
    )
    summary = await desk.get("/summary")
    assert summary["claims"]["patient"]["claims"] == 1000
    assert summary["closes"]
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("before", "after"), [(b"*42400*", b"*42x00*"), (b"CAS*CO*45*25", b"CAS*CO*45*2,5"), (b"~SE*", b"~SE*9")]
)
def test_an_amount_that_cannot_be_read_is_never_taken_for_another(before: bytes, after: bytes) -> None:
    content = write_835([an_835([a_payment(a_claim(), ["CO-45:2500 PR-2:2000", "CO-45:8600"])])])
    changed = content.replace(b"*424*", b"*42400*", 1).replace(before, after, 1)
    assert changed != content
    reading = read(changed)
    sets = [take(t, "f") for t in reading.transactions if isinstance(t, Remittance)]
    assert reading.refused or any(s.defects for s in sets)


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [(b"SVC*HC:G0463*125*80", b"SVC*HC:G0463*125*81", "line"), (b"*555*424*", b"*555*425*", "claim"),
     (b"BPR*I*424*", b"BPR*I*425*", "transaction")],
)  # fmt: skip
def test_3_1_the_first_thing_said_of_an_unbalanced_set_is_the_sum_that_does_not_close(
    before: bytes, after: bytes, level: str
) -> None:
    content = write_835([an_835([a_payment(a_claim(), ["CO-45:2500 PR-2:2000", "CO-45:8600"])])])
    assert before in content
    (made,) = read(content.replace(before, after)).transactions
    assert isinstance(made, Remittance)
    defect = take(made, "f").defects[0]
    assert (defect.level, defect.delta) == (level, 100)


def test_a_defect_far_from_the_money_does_not_stop_a_posting() -> None:
    payment = a_payment(a_claim(), ["CO-45:2500", ""])
    assert payment.filing == ""
    (made,) = read(write_835([an_835([payment])])).transactions
    assert isinstance(made, Remittance)
    assert [f.severity for f in made.findings].count("error") > 0
    assert take(made, "f").defects == ()


@pytest.mark.parametrize("content", [b"", b"garbage", b"ISA*00*", b"\x00\xff" * 200])
async def test_garbage_is_refused_and_stops_nothing(desk: Desk, content: bytes) -> None:
    await receive(desk, content + b" ")
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    await receive(desk, write_835([an_835([a_payment(claim, ["", ""])])]))
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert (await desk.get("/summary"))["files"] == {"posted": 1, "refused": 1}
