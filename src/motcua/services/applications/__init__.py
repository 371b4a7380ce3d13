"""Answers what happens to what citizens send online, from the form in force to the first answer and the dossier's own page."""
