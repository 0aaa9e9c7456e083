"""Defects of 835: the sums at every level, codes, structure."""

from collections.abc import Iterator
from itertools import count
from random import Random

from shared.testing.every_remittance import remittance
from shared.x12 import write_835
from tests.mutants.kinds import Kind, Segments, drop, insert, put, where
from tests.mutants.remittance_spoiling import (
    claim_cas,
    component,
    first_cas,
    interest_changed,
    line_cas,
    loop_lost,
    lost_claim,
    lost_line,
    no_interest,
    no_provider_level,
    no_remarks,
    off,
    one_debt,
    only_at,
    patient,
    provider_pair,
    remark,
    replace_line_numbers,
    reversal,
    reversal_line,
    second_line,
    sixth,
    status,
    twice,
)
from tests.mutants.spoiling import begins, when


def clean_remittances(seed: int = 0) -> Iterator[bytes]:
    """Clean 835 files of a few claims each."""
    for at in count():
        yield write_835([remittance(Random(f"mutants 835 {seed} {at}"), 4)])


def _by_npi(segments: Segments) -> bool:
    at = where(segments, "NM1", "82")
    return at is not None and segments[at][8:9] == ["XX"]


REMITTANCE: tuple[Kind, ...] = (
    # line
    Kind("line payment a cent too high", "line", "X12-1001", off("SVC", 3, "SVC03")),
    Kind("line payment a cent too low", "line", "X12-1001", off("SVC", 3, "SVC03", by=-1)),
    Kind("line charge changed", "line", "X12-1001", off("SVC", 2, "SVC03", by=1000)),
    Kind("line adjustment changed", "line", "X12-1001", line_cas("SVC03")),
    Kind(
        "last triplet of a CAS changed, line or claim",
        "line",
        "X12-1001",
        lambda s: only_at("SVC03", sixth(s)),
    ),
    Kind("second of two bad lines", "line", "X12-1001", second_line),
    Kind("line of a reversal keeps its payment", "line", "X12-1001", reversal_line),
    # claim
    Kind("claim payment a cent too high", "claim", "X12-1002", off("CLP", 4, "CLP04")),
    Kind("claim charge changed", "claim", "X12-1002", off("CLP", 3, "CLP04", by=100)),
    Kind("claim adjustment changed", "claim", "X12-1002", claim_cas),
    Kind("line adjustment changed, seen at the claim", "claim", "X12-1002", line_cas("CLP04")),
    Kind("patient responsibility changed", "claim", "X12-1004", patient(1)),
    Kind("charge of claim and lines differ", "claim", "X12-1006", lost_line),
    Kind("reversal with a charge above zero", "claim", "X12-1011", reversal(3, "CLP03")),
    Kind("reversal with patient responsibility", "claim", "X12-1005", reversal(5, "CLP05")),
    Kind("reversal sent as a claim", "claim", "X12-1012", status("22", "1", "CLP02")),
    Kind("predetermination that pays", "claim", "X12-1015", status("1", "25", "CLP04")),
    Kind("unknown patient that is paid", "claim", "X12-1016", status("1", "4", "CLP02")),
    Kind("lines alike without numbers", "claim", "X12-1022", replace_line_numbers),
    # transaction
    Kind("total a cent too high", "transaction", "X12-1003", off("BPR", 2, "BPR02")),
    Kind(
        "claim payment changed, seen in the total",
        "transaction",
        "X12-1003",
        off("CLP", 4, "BPR02", stands="BPR"),
    ),
    Kind("provider adjustment changed", "transaction", "X12-1003", provider_pair),
    Kind("provider adjustments lost", "transaction", "X12-1003", no_provider_level),
    Kind("claim lost", "transaction", "X12-1003", lost_claim),
    Kind("negative total", "transaction", "X12-1007", put("BPR", position=2, value="-5", path="BPR02")),
    Kind(
        "money by no means of payment",
        "transaction",
        "X12-1013",
        put("BPR", "I", position=4, value="NON", path="BPR02"),
    ),
    Kind(
        "zero payment by ACH",
        "transaction",
        "X12-1014",
        put("BPR", "H", position=4, value="ACH", path="BPR02"),
    ),
    Kind("interest of claims without L6", "transaction", "X12-1008", no_interest("PLB")),
    Kind("L6 without interest of claims", "transaction", "X12-1009", no_interest("AMT")),
    Kind("one debt in FB and WO", "transaction", "X12-1020", one_debt),
    Kind(
        "number of the provider level that is no NPI",
        "codes",
        "X12-0642",
        put("PLB", position=1, value="1234567890", path="PLB01"),
    ),
    Kind("interest differs", "transaction", "X12-1010", interest_changed),
    # codes
    Kind("adjustment reason that no list has", "codes", "X12-1017", first_cas(2, "ZZZ", "", "SVC")),
    Kind(
        "adjustment reason of the past",
        "codes",
        "X12-1017",
        when(begins("BPR", 16, "202"), first_cas(2, "A2", "", "SVC")),
    ),
    Kind("remark that no list has", "codes", "X12-1018", remark("Q1")),
    Kind("reason without its remark", "codes", "X12-1019", no_remarks),
    Kind("group of the past", "codes", "X12-1021", first_cas(1, "CR", "", "SVC")),
    Kind("adjustment group that does not exist", "codes", "X12-0507", first_cas(1, "XX", "CAS01")),
    Kind(
        "claim status that does not exist",
        "codes",
        "X12-0507",
        put("CLP", position=2, value="99", path="CLP02"),
    ),
    Kind(
        "kind of procedure that does not exist", "codes", "X12-0507", component("SVC", 1, 1, "QQ", "SVC01-1")
    ),
    Kind("provider reason that does not exist", "codes", "X12-0507", component("PLB", 3, 1, "Q9", "PLB03-1")),
    Kind(
        "NPI of the payee wrong",
        "codes",
        "X12-0601",
        put("N1", "PE", "GENERAL HOSPITAL", "XX", position=4, value="1234567890", path="N104"),
    ),
    Kind(
        "NPI of the renderer wrong",
        "codes",
        "X12-0601",
        when(_by_npi, put("NM1", "82", position=9, value="1234567890", path="NM109")),
    ),
    Kind(
        "payment date that does not exist",
        "codes",
        "X12-0508",
        put("BPR", position=16, value="20260231", path="BPR16"),
    ),
    Kind(
        "service date that does not exist",
        "codes",
        "X12-0508",
        put("DTM", "472", position=2, value="20261301", path="DTM02"),
    ),
    Kind("state that does not exist", "codes", "X12-0604", put("N4", position=2, value="ZZ", path="N402")),
    # structure
    Kind("no BPR", "structure", "X12-0403", drop("BPR", stands="ST", path="BPR")),
    Kind("no TRN", "structure", "X12-0403", drop("TRN", stands="ST", path="TRN")),
    Kind("no payer", "structure", "X12-0407", loop_lost("PR", "N1")),
    Kind("no payee", "structure", "X12-0407", loop_lost("PE", "N1")),
    Kind("no patient", "structure", "X12-0403", drop("NM1", "QC", stands="CLP", path="NM1")),
    Kind("no technical desk", "structure", "X12-0403", drop("PER", "BL", stands="N1*PR", path="PER")),
    Kind("patient twice", "structure", "X12-0405", twice("NM1", "QC")),
    Kind("TRN twice", "structure", "X12-0405", twice("TRN")),
    Kind("unknown segment in a claim", "structure", "X12-0401", insert("CLP", segment="ZZZ*1", path="")),
    Kind("837 segment in a claim", "structure", "X12-0411", insert("CLP", segment="SV1*HC:G0463*1", path="")),
    Kind(
        "payment without an amount", "structure", "X12-0501", put("SVC", position=3, value="", path="SVC03")
    ),
    Kind("amount with letters", "structure", "X12-0514", put("SVC", position=2, value="12O", path="SVC02")),
    Kind("claim number missing", "structure", "X12-0501", put("CLP", position=1, value="", path="CLP01")),
    Kind(
        "amount that cannot be read stops the set",
        "structure",
        "X12-0902",
        put("CLP", position=4, value="1,5", path=""),
    ),
)
