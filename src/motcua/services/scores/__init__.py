"""Scores of one-stop units and officers: what they are counted from, the sheets, the bundle that others recompute."""
