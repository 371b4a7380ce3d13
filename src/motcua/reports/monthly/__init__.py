"""Answers the monthly report of a one-stop unit: page, files, printed."""
