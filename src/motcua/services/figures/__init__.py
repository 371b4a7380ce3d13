"""Answers figures of dossiers: counted, checked, drilled, rebuilt."""
