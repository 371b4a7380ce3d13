"""Answers where a parcel is after what its carrier told of it, however late, doubled or out of order."""

from motcua.core.post.parcels import News, ParcelState, standing_of

__all__ = ["News", "ParcelState", "standing_of"]
