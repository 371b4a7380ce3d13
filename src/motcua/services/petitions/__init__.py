"""Petitions (phản ánh, kiến nghị): sending, handling, reading and publishing."""
