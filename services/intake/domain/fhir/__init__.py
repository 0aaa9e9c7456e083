"""FHIR R4: a Claim with what it refers to, as a claim of ours; an OperationOutcome for what is not."""
