"""``python -m tests.fuzz.fhir [--count N] [--seed K]``: bend FHIR documents and read them; each gets an answer.

``seeds`` and ``bent`` are for other runners too. The family name of the seeds is a canary: no finding may repeat it.
"""

import argparse
import copy
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import psutil

from services.intake.domain.fhir.ask import Ask
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.fhir.unfit import FACTS
from services.intake.domain.inbound import Fate, Result
from services.intake.tests.messages import FEEDS
from services.intake.tests.resources import CLAIM, bundled, changed
from services.intake.tests.test_fhir_accounts import ALL, AT, bundle

CANARY = "Zzcanary"
ASKS = tuple(Ask(form=form, at=AT) for form in ("", "create", "submit", "bundle"))  # type: ignore[arg-type]
STATUSES = frozenset({200, 201, 202, 400, 403, 415, 422})
SLOW = 1.0
"""Seconds of CPU that no document of these sizes may take."""

_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 2**70, 1.5, 1e300, -0.0, "", " ", "x", "\x00", "\ud7ff", "2026-02-30", "2026-10-12",
    "9999-12-31T23:59:60+14:00", "#pat", "#", "urn:uuid:", "Patient/pat", "Patient?identifier=", "?", "/", [], {}, [[]],
    [None], {"reference": "#cov"}, {"coding": [{"code": "professional"}]}, {"value": "1e9999999"}, "1e9999999", "A" * 300,
    {"resourceType": "Claim"}, {"resourceType": "Bundle", "entry": [{}]}, "١٢",
)  # fmt: skip
_NAMES = (
    "resourceType", "id", "reference", "contained", "entry", "resource", "identifier", "item", "coding", "value",
    "extension", "modifierExtension", "_status", "service", "traceNumber", "request", "parameter",
)  # fmt: skip


def seeds() -> list[Any]:
    """Documents that are taken: a Claim alone, contained and in Bundles of each type, resources of an account, Parameters."""
    named = {"contained_0_name_0_family": CANARY}
    institutional = changed(type={"coding": [{"code": "institutional"}]}, **named)
    header = {
        "resourceType": "MessageHeader",
        "id": "m1",
        "eventUri": "urn:x",
        "source": {"endpoint": "urn:e"},
    }
    account = [*ALL]
    account[0] = changed(account[0], name_0_family=CANARY)
    return [
        changed(**named),
        institutional,
        bundled(),
        bundle(changed(**named), institutional, kind="batch"),
        bundle(header, CLAIM, kind="message"),
        bundle(*account),
        bundle(*account, kind="batch"),
        *(one for one in account if one["resourceType"] in FACTS),
        {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": bundled()}]},
    ]


def bent(rng: Random, document: Any) -> bytes:
    """The document with one to four changes in its tree, and sometimes one in its bytes."""
    tree = copy.deepcopy(document)
    for _ in range(rng.randint(1, 4)):
        rng.choice(_BENDS)(rng, *_spot(rng, tree))
    raw = msgspec.json.encode(tree)
    if rng.random() < 0.15:
        at = rng.randrange(len(raw))
        raw = raw[:at] + rng.choice((b"", b"\xff", b"{", b'"', b"<", b"\x00", b"[" * 2000)) + raw[at + 1 :]
    return raw


def _spot(rng: Random, tree: Any) -> tuple[Any, Any]:
    """A container somewhere in the tree and a key in it."""
    at, key = {"": tree}, ""
    while isinstance(at[key], dict | list) and at[key] and (at[key] is tree or rng.random() < 0.8):
        at = at[key]
        key = rng.choice(list(at)) if isinstance(at, dict) else rng.randrange(len(at))  # type: ignore[assignment]
    return at, key


def _replace(rng: Random, at: Any, key: Any) -> None:
    at[key] = copy.deepcopy(rng.choice(_VALUES))


def _remove(_rng: Random, at: Any, key: Any) -> None:
    if key != "":
        del at[key]


def _double(rng: Random, at: Any, key: Any) -> None:
    if isinstance(at[key], list):
        at[key] = (at[key] * 2)[: rng.randint(0, 60)]
    else:
        at[key] = [at[key], copy.deepcopy(at[key])]


def _add(rng: Random, at: Any, key: Any) -> None:
    if isinstance(at[key], dict):
        at[key][rng.choice(_NAMES)] = copy.deepcopy(rng.choice(_VALUES))


def _nest(rng: Random, at: Any, key: Any) -> None:
    for _ in range(rng.choice((1, 2, 60))):
        at[key] = {rng.choice(_NAMES): at[key]}


def _rename(rng: Random, at: Any, key: Any) -> None:
    if isinstance(at, dict) and key:
        at[rng.choice(_NAMES)] = at.pop(key)


_BENDS: tuple[Callable[[Random, Any, Any], None], ...] = (
    _replace,
    _replace,
    _remove,
    _double,
    _add,
    _nest,
    _rename,
)


def read_and_answer(raw: bytes, ask: Ask) -> int:
    """Read one document and hold what is said about it against what is promised. Returns the answer's status."""
    before = time.process_time()
    reading = read_fhir(raw, "fuzz", "", FEEDS, ask)
    fates: tuple[tuple[str, Fate], ...] = tuple((f"c{n}", "made") for n, _ in enumerate(reading.claims))
    answer = reading.reply(Result(message="m", claims=fates))
    assert time.process_time() - before < SLOW, "slow"
    said = msgspec.json.decode(answer.body)
    assert said["resourceType"] in ("OperationOutcome", "ClaimResponse", "Bundle")
    assert answer.status in STATUSES
    assert not reading.refused or reading.findings
    assert not any(CANARY in f"{f.problem} {f.fix} {f.location}" for f in reading.findings)
    return answer.status


def run(count: int, seed: int) -> dict[int, int]:
    """Bend and read so many documents; how often each status was answered. An exception prints its input and goes on up."""
    rng, whole = Random(seed), seeds()
    found: dict[int, int] = {}
    for _ in range(count):
        raw = bent(rng, rng.choice(whole))
        try:
            status = read_and_answer(raw, rng.choice(ASKS))
        except BaseException:
            sys.stderr.write(f"broke on {raw!r}\n")
            raise
        found[status] = found.get(status, 0) + 1
    return found


def main() -> None:
    """Read until the count is reached and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run(2000, 0)  # warm
    memory, begun = psutil.Process().memory_info().rss, time.monotonic()
    found = run(options.count, options.seed)
    grown = (psutil.Process().memory_info().rss - memory) / 1e6
    answers = ", ".join(f"{status}: {n}" for status, n in sorted(found.items()))
    took = time.monotonic() - begun
    sys.stdout.write(
        f"{options.count} FHIR documents in {took:.0f} s; {answers}; {grown:.1f} MB more memory\n"
    )


if __name__ == "__main__":
    main()
