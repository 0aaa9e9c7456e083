"""X12 005010 for claims: 837P/I, 835, 999, TA1, 277CA, 276/277: read, judge, write, prove. Pure.

The calls that services use (each documented where it is defined)::

    read(data) -> FileReading                       a whole file of any supported kind
    read_stream(chunks) -> Iterator[...]            the same in bounded memory, claim by claim
    prove(remittance) -> tuple[Imbalance, ...]      empty when line, claim and transaction level close
    write_837(batches) -> bytes                     one interchange, one group, one ST per batch
    write_835(remittances) / write_999(ack) / write_ta1(ack) / write_277ca(answers)
    write_276(inquiry) / write_277(answers) -> bytes
    acknowledge_999(reading, header) / acknowledge_ta1(reading, header)  the answers to a received file, from its findings
"""

from shared.x12.acknowledge import acknowledge_999, acknowledge_ta1
from shared.x12.acknowledgments.writing import write_999, write_ta1
from shared.x12.claimset import ClaimRead
from shared.x12.proof import (
    Prover,
    interest,
    left_open,
    net_by_reference,
    patient_share,
    prior_payers_share,
    prove,
    unmirrored,
)
from shared.x12.read import read
from shared.x12.remittance835.writing import write_835
from shared.x12.segments import Delimiters
from shared.x12.status.writing import write_276, write_277, write_277ca
from shared.x12.stream import SetEnd, SetStart, Stream, read_stream
from shared.x12.writing837 import write_837

__all__ = [
    "ClaimRead",
    "Delimiters",
    "Prover",
    "SetEnd",
    "SetStart",
    "Stream",
    "acknowledge_999",
    "acknowledge_ta1",
    "interest",
    "left_open",
    "net_by_reference",
    "patient_share",
    "prior_payers_share",
    "prove",
    "read",
    "read_stream",
    "unmirrored",
    "write_276",
    "write_277",
    "write_277ca",
    "write_835",
    "write_837",
    "write_999",
    "write_ta1",
]
