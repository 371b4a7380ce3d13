"""Receiving while the line is down: machines that may, what they take along, and bringing it home."""
