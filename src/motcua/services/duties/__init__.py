"""Answers duties of agencies: given, reported on with evidence, looked at again, and who is told what is owed."""
