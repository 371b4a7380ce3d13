"""Answers what is due today, what is late and why, who has it, and whom to tell: for whoever answers for it."""
