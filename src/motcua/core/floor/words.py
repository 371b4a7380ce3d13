"""Answers what is said aloud in the hall when a ticket is called: the number and the counter, never a name."""

from __future__ import annotations

_DIGITS_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_DIGITS_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def spelled(label: str, language: str) -> str:
    """Return ``B012`` as it is said, digit by digit: a crowd hears digits better than a number."""
    digits = _DIGITS_EN if language == "en" else _DIGITS_VI
    return " ".join(digits[int(c)] if c.isdecimal() else c for c in label)


def call_words(label: str, counter: int, language: str) -> str:
    """Return the sentence that is spoken and shown."""
    said = spelled(label, language)
    if language == "en":
        return f"Number {said}, please come to counter {counter}."
    return f"Mời số {said} đến quầy số {counter}."
