"""Answers how an amount is written out in Vietnamese, as receipts ask for (số tiền viết bằng chữ)."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu", "tỷ")


def vnd_in_words(amount: int) -> str:
    """Return a whole amount of đồng in words, the first letter a capital: ``Bảy mươi lăm nghìn đồng``.

    Unit: whole đồng below a million of thousand million.
    """
    if amount < 0:
        return f"Âm {_lower(vnd_in_words(-amount))}"
    text = f"{_number(amount)} đồng"
    return text[0].upper() + text[1:]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _number(amount: int) -> str:
    if amount == 0:
        return _DIGITS[0]
    if amount >= 10**9:
        high, low = divmod(amount, 10**9)
        rest = f" {_groups(low, is_inner=True)}" if low else ""
        return f"{_number(high)} tỷ{rest}"
    return _groups(amount, is_inner=False)


def _groups(amount: int, *, is_inner: bool) -> str:
    parts = list[str]()
    for scale in (2, 1, 0):
        group = amount // 1000**scale % 1000
        if group:
            words = _group(group, is_inner=is_inner or bool(parts))
            parts.append(f"{words} {_SCALES[scale]}".strip())
    return " ".join(parts)


def _group(group: int, *, is_inner: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if hundreds or is_inner:
        words.append(f"{_DIGITS[hundreds]} trăm")
    if tens == 1:
        words.append("mười")
    elif tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_one(ones, tens))
    return " ".join(words)


def _one(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 5 and tens:
        return "lăm"
    return _DIGITS[ones]
