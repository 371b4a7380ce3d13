"""Answers what is steered: conferences, conclusions, directives with their figures, urging letters."""
