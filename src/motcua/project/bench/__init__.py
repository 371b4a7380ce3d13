"""Measurements of what must stay fast; each compares itself with a floor taken in the same run."""
