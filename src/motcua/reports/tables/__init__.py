"""Answers tables of figures that readers make themselves: page, files, printed, saved by name."""
