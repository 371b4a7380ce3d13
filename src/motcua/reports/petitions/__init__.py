"""Answers the report of petitions, Form II.05: page, files, printed, what is behind each number."""
