"""Một Cửa: the one-stop shop for administrative procedures (cơ chế một cửa, một cửa liên thông)."""
