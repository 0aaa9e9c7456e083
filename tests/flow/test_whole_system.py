"""Claims go all the way through real processes, PostgreSQL and Kafka; nothing leaks; a killed part loses nothing."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.intake.tests.messages import dft
from shared.claim import Name
from shared.testing import samples
from shared.testing.builders import a_claim, an_npi
from tests.flow.system import System, start, until

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("flow")]

CANARIES = ("Zyxcanarylast", "Qwvcanaryfirst", "CANARYSTREET77", "M90909090", "CANARYACCOUNT5")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system", numbered=True)
    for parent in (folder, *folder.parents[:3]):
        if os.access(parent, os.W_OK) and parent != Path("/tmp"):
            parent.chmod(0o711)
    running = start(folder)
    yield running
    assert running.stop() == 0


def post_claim(system: System, seed: int, **changes: object) -> str:
    claim = msgspec.structs.replace(a_claim(seed), **changes)
    with system.client("ehr") as client:
        answer = client.raw(
            "POST",
            "intake",
            "/claims",
            content=msgspec.json.encode(claim),
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def state_at(system: System, service: str, claim: str) -> str:
    with system.client() as client:
        answer = client.raw("GET", service, f"/claims/{claim}")
    return str(answer.json().get("state", "")) if answer.is_success else ""


def reached_statements(system: System, claim: str) -> bool:
    with system.client() as client:
        return client.raw("GET", "statements", f"/claims/{claim}").is_success


def test_a_claim_goes_from_the_door_to_the_patients_balance(system: System) -> None:
    claim = post_claim(system, 7001)
    until(lambda: reached_statements(system, claim), within=90)
    with system.client() as client:
        money = client.get("remittance", f"/claims/{claim}")
    assert money
    shown = system.command("claims", "show", claim)
    assert shown.returncode == 0
    assert all(service in shown.stdout for service in ("scrubber", "submitter", "remittance", "statements"))


def feed(system: System, *messages: bytes) -> None:
    file = system.place.folder / "visits.hl7"
    for message in messages:
        file.write_bytes(message)
        fed = system.command("feed", str(file))
        assert fed.returncode == 0, fed.stdout
    file.unlink()


def account(system: System, number: str) -> dict[str, Any]:
    with system.client() as client:
        query = {"facility": "springfield", "number": number}
        (row,) = client.raw("GET", "intake", "/accounts", params=query).json()["accounts"]
        found: dict[str, Any] = client.raw("GET", "intake", f"/accounts/{row['id']}").json()
    return found


def claim_state(system: System, number: str) -> str:
    return str(account(system, number)["claims"][0]["state"])


def test_a_late_charge_after_the_payers_decision_goes_out_as_a_replacement(system: System) -> None:
    kim = f"{an_npi(5)}^NEMO^KIM^^^^^^NPI"
    visit = {"PID_18": "FLOWACCOUNT1", "IN1_3": "SBX02", "PV1_7": kim, "FT1_20": kim}
    late = {"FT1_2": "T9", "FT1_11": "50.00", "FT1_2__2": "T2", "EVN_2": "20261013120000"}
    feed(system, dft(**visit, MSH_10="FLOW1"))
    until(lambda: claim_state(system, "FLOWACCOUNT1") == "decided", within=240)
    feed(system, dft(**visit, **late, MSH_10="FLOW2"))
    (claim,) = account(system, "FLOWACCOUNT1")["claims"]
    assert claim["cents"] == 12500 + 4700 + 5000
    assert claim["payer_claim_numbers"]["SBX02"]
    until(lambda: submitted_as(system, claim["id"]) == ("7", 2), within=240)
    until(lambda: sent_and_answered(system, claim["id"]) == ("answered", 2), within=240)
    until(lambda: claim_state(system, "FLOWACCOUNT1") == "decided", within=240)
    money = money_of(system, claim["id"])
    assert [(d["status"], d["charge"]) for d in money["decisions"]] == [
        ("1", 17200), ("22", -17200), ("1", 22200),
    ]  # fmt: skip
    assert booked(money) == {"charges": -22200, "cash": 17760, "contractual": 4440}
    feed(system, cancellation("FLOWACCOUNT1"))
    assert account(system, "FLOWACCOUNT1")["state"] == "ended"
    until(lambda: state_at(system, "remittance", claim["id"]) == "voided", within=240)
    until(lambda: claim_state(system, "FLOWACCOUNT1") == "voided", within=240)
    until(lambda: sent_and_answered(system, claim["id"]) == ("answered", 3), within=240)
    money = money_of(system, claim["id"])
    assert [d["status"] for d in money["decisions"]] == ["1", "22", "1", "22"]
    assert booked(money) == {}
    assert set(money["balances"].values()) == {0}


def sent_and_answered(system: System, claim: str) -> tuple[str, int]:
    with system.client() as client:
        sent = client.raw("GET", "submitter", f"/claims/{claim}").json()
    return str(sent["state"]), int(sent.get("attempt", 0))


def money_of(system: System, claim: str) -> dict[str, Any]:
    with system.client() as client:
        found: dict[str, Any] = client.raw("GET", "remittance", f"/claims/{claim}").json()
    return found


def booked(money: dict[str, Any]) -> dict[str, int]:
    """The sum of each ledger account of a claim, in cents, without those that are at zero."""
    sums: Counter[str] = Counter()
    for line in money["ledger"]:
        sums[line["entry"]["account"]] += line["entry"]["cents"]
    return {name: cents for name, cents in sums.items() if cents}


def cancellation(number: str) -> bytes:
    """ADT^A11: the visit did not happen."""
    head = "MSH|^~\\&|EPIC|SPRINGFIELD|CLAIMFLOW|HUB|20261014120000||ADT^A11|FLOW3|P|2.5.1"
    segments = (head, "EVN|A11|20261014120000", f"PID|1||MRN001^^^SPR^MR|||||||||||||||{number}", "PV1|1|O")
    return "".join(f"{segment}\r" for segment in segments).encode()


def submitted_as(system: System, claim: str) -> tuple[str, int]:
    """The claim's frequency as it was cleared last, and how often it went to its payer or is about to."""
    with system.client() as client:
        cleared = client.raw("GET", "scrubber", f"/claims/{claim}").json()
        sent = client.raw("GET", "submitter", f"/claims/{claim}").json()
    return str(cleared["claim"].get("frequency", "1")), int(sent.get("attempt", 0))


def test_no_patient_data_is_anywhere_but_in_sealed_payloads(system: System) -> None:
    base = a_claim(7002)
    person = msgspec.structs.replace(
        base.who,
        name=Name(last=CANARIES[0], first=CANARIES[1]),
        address=msgspec.structs.replace(base.who.address, line1=CANARIES[2]),
        member_id=CANARIES[3],
    )
    coverage = msgspec.structs.replace(base.coverages[0], subscriber=person)
    claim = post_claim(system, 7002, coverages=(coverage,), account=CANARIES[4], guarantor=None)
    until(lambda: reached_statements(system, claim), within=90)
    # what a broken message leaves behind is where leaks hide
    broken = (
        f"MSH|^~\\&|EHR|{CANARIES[4]}|X|Y|20260101||DFT^P03|{CANARIES[3]}|P|2.5\rPID|||{CANARIES[0]}\rFT1|x\r"
    )
    file = system.place.folder / "broken.hl7"
    file.write_text(broken)
    assert system.command("feed", str(file)).returncode == 1
    file.unlink()
    for folder in ("logs", "data/kafka", "data/postgres"):
        leaks = [
            (path.relative_to(system.place.folder), canary)
            for path in (system.place.folder / folder).rglob("*")
            if path.is_file()
            for canary in _found(path)
        ]
        assert leaks == []
    assert _found(system.place.state_file) == []


def _found(path: Path) -> list[str]:
    try:
        content = path.read_bytes().lower()
    except OSError:
        return []  # a server took the file away meanwhile
    return [canary for canary in CANARIES if canary.lower().encode() in content]


@pytest.mark.parametrize("victim", ["intake", "scrubber", "submitter", "remittance", "statements"])
def test_a_service_that_is_killed_comes_back_and_no_claim_is_lost(system: System, victim: str) -> None:
    before = [post_claim(system, 7100 + n + 10 * len(victim)) for n in range(3)]
    pid = system.pid(victim)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: system.pid(victim) not in (None, pid) and system.ready(victim))
    after = [post_claim(system, 7200 + n + 10 * len(victim)) for n in range(2)]
    for claim in (*before, *after):
        until(lambda claim=claim: reached_statements(system, claim), within=120)


@samples.needed
def test_every_foreign_837_dft_and_claim_gets_a_disposition(system: System) -> None:
    files = samples.of_kinds("x12/837p", "x12/837i", "hl7/DFT_P03", "fhir/Claim")
    told = system.command("feed", *map(str, files)).stdout
    silent = [
        f.name for f in files if not re.search(rf"^{re.escape(f.name)} .*(taken|refused)", told, re.MULTILINE)
    ]
    assert silent == []
    assert len(files) > 70
    for service in ("intake", "scrubber", "submitter", "remittance", "statements"):
        assert system.ready(service)
        assert system.state()["processes"][service]["restarts"] <= 1


def test_a_refused_message_is_found_and_read_again_by_the_inbox_command(
    system: System, tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = tmp_path_factory.mktemp("feed") / "broken.hl7"
    broken.write_bytes(dft(MSH_10="INBOX1", PID_18="ACINBOX1", FT1_11="x"))
    assert "refused" in system.command("feed", str(broken)).stdout
    listed = system.command("inbox", "list", "--account", "ACINBOX1", "--state", "refused").stdout
    (message,) = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", listed)
    shown = system.command("inbox", "show", message).stdout
    assert "This is not an amount of dollars and cents." in shown
    assert "TESTA" not in shown
    told = system.command("inbox", "replay", message)
    assert "Nothing was changed" in told.stdout
    told = system.command("inbox", "replay", message, "--reason", "to see")
    assert "1 messages read again: 0 claims made" in told.stdout
    assert "to see" in system.command("inbox", "show", message).stdout
    assert system.command("inbox", "replay").returncode == 1
