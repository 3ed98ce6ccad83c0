"""Bytes of a text file to text, whatever wrote it: UTF-8, UTF-16 with or without a mark, or Windows."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes) -> tuple[str, str]:
    """Text and the encoding it was in; never fails, for the Windows code page gives every byte a letter.

    Zero bytes in every second place mean UTF-16 (as Bruker's software writes peak lists).
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, errors="replace"), name
    head = raw[:4000]
    if len(head) > 3 and head.count(0) > 0.2 * len(head):
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return raw.decode(name, errors="replace"), name
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            return raw.decode("latin-1"), "latin-1"


def binary(raw: bytes) -> bool:
    """Whether these bytes are no text at all (a picture, a vendor's raw file)."""
    head = raw[:4000]
    if not head or head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    zeros = head.count(0)
    if zeros and max(head[0::2].count(0), head[1::2].count(0)) > 0.4 * len(head) / 2 and zeros < 0.6 * len(head):
        return False  # UTF-16
    return zeros > 0 or sum(b < 9 or 13 < b < 32 for b in head) > 0.1 * len(head)
