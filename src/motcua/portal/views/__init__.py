"""The citizen pages, one module for each matter."""
