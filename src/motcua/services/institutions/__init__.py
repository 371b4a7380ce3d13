"""Institutions of the one-stop shop: what is to be promulgated, published, posted and shown as a sample."""
