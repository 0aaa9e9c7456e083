"""X12 005010 for claims: 837P/I, 835, 999, TA1, 277CA, 276/277: read, judge, write, prove. Pure.

The calls that services use (each documented where it is defined)::

    read(data) -> FileReading                       a whole file of any supported kind
    read_stream(chunks) -> Iterator[...]            the same in bounded memory, claim by claim
    prove(remittance) -> tuple[Imbalance, ...]      empty when line, claim and transaction level close
    write_837(batches) -> bytes                     one interchange, one group, one ST per batch
    write_835(remittances) / write_999(ack) / write_ta1(ack) / write_277ca(answers)
    write_276(inquiry) / write_277(answers) -> bytes
    acknowledge_999(reading) / acknowledge_ta1(reading)  the answers to a received file, from its findings
"""
