"""Officer pages, one module per place of work."""
