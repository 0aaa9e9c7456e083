"""Hostile input: whatever bytes come, the reader answers with findings, never with an exception, in linear time."""
