"""Ring 4: one folder per neighbour system."""
