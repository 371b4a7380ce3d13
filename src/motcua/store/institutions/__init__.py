"""Rows of the institutions: legal texts, decisions that promulgate procedures, where they are public, lists, samples."""
