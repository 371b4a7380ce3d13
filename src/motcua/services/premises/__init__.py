"""Answers what a one-stop unit works with: equipment and its faults, the list of the law, plans, meetings, notices."""
