"""Messages to people: which, to whom, by which channel, and what became of them."""
