"""The table of cases of the account: script, what is said of the claims, what the account waits for."""

from services.intake.tests.account_cases import first, several, submitted, unsubmitted

CASES = [*first.CASES, *unsubmitted.CASES, *submitted.CASES, *several.CASES]
