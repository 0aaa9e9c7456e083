"""999 (005010X231A1) and TA1: ``reading`` and ``writing``. What they answer to is in claims-rules 3.7."""
