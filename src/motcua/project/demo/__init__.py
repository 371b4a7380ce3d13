"""The demo provinces: an organisation from ``demo/`` and two months of life through the real services."""
