"""Ring 5: settings, addresses, start and stop, command line."""
