"""Answers who staffs a one-stop unit: competence, substitutes, terms, rota and leave."""
