"""Ring 4: citizen pages."""
