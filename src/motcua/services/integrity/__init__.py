"""Answers patterns of handling as questions: computed, asked, answered, closed."""
