"""Ring 4: counter, desk, lead, catalogue and organisation pages."""
