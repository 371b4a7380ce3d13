"""Answers inspections: planned by decision, drawn by risk, looked at dossier by dossier, concluded, closed."""
