"""Answers the report of why dossiers are late, Form II.07: page, files, printed, what is behind each number."""
