"""One cell as a laboratory writes it: a number, missing, below detection, a mean with its spread, or words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "missing", "below", "above", "spread", "percent", "text"]

MISSING = frozenset(
    ["", "na", "n/a", "n.a.", "n.a", "nan", "#n/a", "null", "none", "-", "--", "–", "—", ".", "?", "missing", "x", "/"]
)
# not detected; `nd` also stands for "not determined" in some laboratories, so that a reader is told
BELOW = frozenset(
    ["<lod", "<loq", "< lod", "< loq", "bdl", "b.d.l.", "b.d.", "bd", "nd", "n.d.", "n.d", "<dl", "< dl", "lod", "loq",
     "<lld", "<mdl", "not detected", "below detection", "below detection limit", "u"]
)  # fmt: skip
HUGE = 1e150  # no measurement is larger; such a cell is a slip of the keyboard
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_SPREAD = re.compile(r"(.+?)\s*(?:±|\+/-|\+-)\s*(.+?)\s*[a-e]{0,4}")
_BOUND = re.compile(r"(<=?|≤|>=?|≥)\s*(.+)")
_LETTERED = re.compile(r"(.*\d)\s*[a-eA-E]{1,3}\*{0,3}")
_MARKED = re.compile(r"(.*\d)\s*(?:\*{1,3}|†|‡)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says: `value` (NaN where none), `spread` beside a mean, `bound` of a detection limit."""

    kind: Kind
    value: float = math.nan
    spread: float = math.nan
    note: str = ""


def read_cell(raw: Any, comma: bool = False) -> Cell:
    """Read one cell; `comma` says that the sheet writes decimal commas.

    A value below a stated limit has that limit as `value`, one below an unstated limit NaN.
    """
    if raw is None:
        return Cell("missing")
    if isinstance(raw, bool):
        return Cell("text")
    if isinstance(raw, int | float):
        value = _finite(raw)
        if value != value:
            return Cell("missing")
        return Cell("number", value) if abs(value) < HUGE else Cell("text")
    text = _plain(str(raw))
    low = text.casefold()
    if low in MISSING:
        return Cell("missing")
    if low in BELOW:
        return Cell("below", note="no limit given")
    direct = number(text, comma)
    if direct is not None:
        return Cell("number", direct)
    return _composed(text, comma)


def _composed(text: str, comma: bool) -> Cell:
    bound = _BOUND.fullmatch(text)
    if bound:
        limit = number(bound[2].strip(), comma)
        if limit is not None:
            return Cell("below" if bound[1][0] in "<≤" else "above", limit)
    spread = _SPREAD.fullmatch(text)
    if spread:
        middle, width = number(spread[1], comma), number(spread[2], comma)
        if middle is not None and width is not None:
            return Cell("spread", middle, abs(width))
    if text.endswith("%"):
        part = number(text[:-1].strip(), comma)
        if part is not None:
            return Cell("percent", part)
    for pattern in (_LETTERED, _MARKED):
        found = pattern.fullmatch(text)
        value = number(found[1], comma) if found else None
        if value is not None:
            return Cell("number", value, note="a letter or star of significance was left off")
    return Cell("text")


def number(text: str, comma: bool = False) -> float | None:
    """The number that a text is, None where it is none; grouping of thousands is taken off where it is unmistakable."""
    t = text.strip().replace(" ", "").replace("'", "")
    if comma:
        t = re.sub(r"\.(?=\d{3}(\D|$))", "", t) if "," in t else t
        t = t.replace(",", ".")
    elif "," in t:
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", t):
            t = t.replace(",", "")
        elif re.fullmatch(r"[+-]?\d+,\d+(e[+-]?\d+)?", t, re.I):
            t = t.replace(",", ".")
    t = t.casefold()
    if not _NUMBER.fullmatch(t):
        return None
    value = float(t)
    return value if abs(value) < HUGE else None


def commas(texts: list[str]) -> tuple[int, int, int]:
    """How many of the texts are surely decimal commas, surely decimal points, and numbers like `1,234` that may be
    either.
    """
    sure = points = unsure = 0
    for text in texts:
        t = _plain(text).replace(" ", "")
        if not any(c.isdigit() for c in t) or len(t) > 30:
            continue
        if re.fullmatch(r"[<>+-]?\d{1,3},\d{3}", t) and not re.match(r"[<>+-]?0,", t):
            unsure += 1
        elif re.fullmatch(r"[<>+-]?\d+,\d+(e[+-]?\d+)?%?", t, re.I) or re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", t):
            sure += 1
        elif re.fullmatch(r"[<>+-]?\d*\.\d+(e[+-]?\d+)?%?", t, re.I):
            points += 1
    return sure, points, unsure


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").strip().strip("\"'").strip()


def _finite(value: float) -> float:
    try:
        value = float(value)
    except OverflowError:
        return math.nan
    return value if math.isfinite(value) else math.nan
