"""What a file is, what is in it, and what is wrong with it: ``claimflow check`` and ``claimflow explain``.

The seam is ``Checker`` in ``seam.py``: one per kind of file (X12, HL7 v2, FHIR, JSON), listed in ``registry.py`` in the order in
which they are asked. A checker says by a file's first bytes whether the file is of its kind, and then streams what it finds:
claims, findings, transactions. Whatever is the same for all kinds is done around it: finding files, reading them in chunks,
bounded memory, verdicts of files, printing. To add a kind: write a module with a class that fits ``Checker``, add it to
``CHECKERS``, and a test that checks a file of it.
"""
