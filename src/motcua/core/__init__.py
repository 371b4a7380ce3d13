"""Ring 1: the rules of law and time as pure functions. No database, no files, no clock of its own."""
