"""835, the payment (005010X221A1): ``reading``, ``writing``, ``judging``; the proof is ``shared.x12.proof``.

What was read and is written again says the same in another dress: upper case, characters of X12 only, amounts without trailing
zeros, reasons of one group that follow each other in one CAS (up to six), pairs of one provider and period in one PLB (up to
six), namesakes (REF, NM1, DTM, AMT) in the table's order, REF*6R before the other references of a line, an LX before the first
claim and a PER*BL where the payer forgot them. A segment whose form the guide does not have is kept in ``extra`` and written only
where the guide has a place for it.
"""
