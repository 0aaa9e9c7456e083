"""What is done with each input: everything that a service does with a file."""

import msgspec
from msgspec.structs import replace

from shared.x12 import (
    ClaimRead,
    acknowledge_999,
    acknowledge_ta1,
    prove,
    read,
    read_stream,
    write_276,
    write_277,
    write_277ca,
    write_835,
    write_837,
    write_999,
    write_ta1,
)
from shared.x12.types import (
    Batch,
    ClaimAnswers,
    FileReading,
    GroupAck,
    InterchangeAck,
    Remittance,
    Transaction,
    Unsupported,
)
from tests.fuzz.seeds import ANSWER


def read_and_write(data: bytes) -> FileReading:
    """Read and judge a file, answer it, and write again whatever of it could be read."""
    reading = read(data)
    for ack in acknowledge_999(reading, ANSWER):
        write_999(ack)
    for receipt in acknowledge_ta1(reading, ANSWER):
        write_ta1(receipt)
    for one in reading.transactions:
        write(one)
    # A service stores what it read: numbers must fit.
    msgspec.json.encode(reading)
    return reading


def in_pieces(data: bytes) -> None:
    """Read a file in pieces of some bytes: it must be the same as the whole, judged or not."""
    size = 1 + len(data) % 97
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    streamed = [
        one.claim for one in read_stream(pieces) if isinstance(one, ClaimRead) and one.claim is not None
    ]
    whole = [
        claim
        for one in read(data, judged=False).transactions
        if isinstance(one, Batch)
        for claim in one.claims
    ]
    assert streamed == whole


def write(one: Transaction) -> bytes:
    """Write a transaction as its own kind; an 835 is proved as well."""
    if isinstance(one, Unsupported) or (isinstance(one, Batch) and not one.claims):
        return b""
    if one.header is not None and one.header.at is None:
        # A writer refuses a header without a time, as its docstring says; a file may lack it.
        one = replace(one, header=replace(one.header, at=ANSWER.at))
    if isinstance(one, Batch):
        return write_837([one])
    if isinstance(one, Remittance):
        prove(one)
        return write_835([one])
    if isinstance(one, GroupAck):
        return write_999(one)
    if isinstance(one, InterchangeAck):
        return write_ta1(one) if one.header is not None else b""
    if isinstance(one, ClaimAnswers):
        return (write_277ca if one.kind == "277CA" else write_277)(one)
    return write_276(one)
