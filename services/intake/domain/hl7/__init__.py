"""HL7 v2: lenient reading, the charge message as a claim, strict acknowledgments."""
