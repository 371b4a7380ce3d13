"""Ring 4: wakes due clocks, sends messages, closes periods."""
