"""A column's header taken apart: the name of a quantity and the unit written beside it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉", "0123456789-+0123456789")
GREEK = {"β": "beta", "α": "alpha", "δ": "delta", "γ": "gamma", "Δ": "delta"}
# words that say of what, not how much: taken off before a unit is compared
_OF = re.compile(
    r"\b(?:co2-c|(?<=mol )co2|nh4-n|no3-n|po4-p|"
    r"dry|dw|d\.w\.|dwt|fresh|fw|soil|weight|wt|solution|water|extract|muf|mub|amc|diqc|pnp|(?-i:mu|MU)|c|n|p|carbon|nitrogen|"
    r"phosphorus|product|substrate|ods|odw|od|of)\b",
    re.I,
)
_UNIT = re.compile(
    r"(?:%|‰|ppm|ppb|°c|degc|(?:[munpkc]|µ|μ)?(?:g|mol|l|m|eq|s|v)|ha|h|hr|hrs|hour|hours|d|day|days|min|cmolc?|meq|"
    r"cmol\(\+\)|cmol\(c\)|mmolc|molc|ds|t|kg|100g|copies|counts|wk|yr|y|(?-i:[mk]?I?U))",
    re.I,
)
ENZYME_UNIT = re.compile(r"\b[mk]?I?U\b")
"""`U g-1`: a micromole a minute by definition, a nanomole or micromole an hour or a day with many kits for soil."""
# what is counted, and what it is counted per, where `umolkg-1` is written without a space
_COUNTED = re.compile(r"[munpk]?mol|[cm]?molc|cmol|[munk]?g|m?eq|[dmu]S|[mk]?I?U")
_PER = re.compile(r"(?:k?g|[mcd]?[lL]|c?m|ha|h|hr|d|day|min|s)-\d")
_BRACKET = re.compile(r"^(.*?)\s*[\(\[]\s*([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*)\s*[\)\]]\s*$", re.S)


@dataclass(frozen=True)
class Header:
    """A quantity as the file names it, and its unit (empty where none is written)."""

    name: str
    unit: str = ""


def read_header(text: object) -> Header:
    """Take a header apart: `NH4-N (mg kg⁻¹)`, `MBC [µg/g]`, `BG, nmol g-1 h-1`, `SOC_g_kg`; a bare name has no unit."""
    whole = " ".join(str(text if text is not None else "").split())
    bracket = _BRACKET.match(whole)
    if bracket and bracket[1].strip() and is_unit(bracket[2]):
        return Header(bracket[1].strip(), plain_unit(bracket[2]))
    for mark in (",", ";", " in "):
        name, found, unit = whole.rpartition(mark)
        if found and name.strip() and is_unit(unit):
            return Header(name.strip(), plain_unit(unit))
    parts = re.split(r"[_.]", whole)
    for start in range(1, len(parts)):
        unit = "/".join(parts[start:])
        if len(parts) - start >= 2 and is_unit(unit):
            return Header("_".join(parts[:start]), plain_unit(unit))
    if len(parts) > 1 and parts[-1].casefold() in ("pct", "percent", "ppm"):
        return Header("_".join(parts[:-1]), plain_unit(parts[-1]))
    if whole.endswith("%") and len(whole) > 1:
        return Header(whole[:-1].strip(), "%")
    return Header(whole)


def without_unit(text: object) -> str:
    """The name of a sample or feature: its header less a unit in brackets; `P1_ML_1` is no amount in millilitres."""
    whole = " ".join(str(text if text is not None else "").split())
    bracket = _BRACKET.match(whole)
    return bracket[1].strip() if bracket and bracket[1].strip() and is_unit(bracket[2]) else whole


def is_unit(text: str) -> bool:
    """Whether a text is a unit: all of its words are."""
    words = [w for w in re.split(r"[\s/·.*_]+", _stripped(text)) if w]
    alone = len(words) == 1 and re.fullmatch(r"[mk]?I?U\d?", words[0])  # a U alone is a letter
    return bool(words) and all(_is_word(w) for w in words) and not alone


def _is_word(word: str) -> bool:
    bare = re.sub(r"\^?\(?[-−+]?\d\)?$", "", word)
    return bool(_UNIT.fullmatch(bare) or _UNIT.fullmatch(word)) or word in ("pct", "percent", "1", "-1")


def plain_unit(text: str) -> str:
    """A unit in one spelling, `mg kg-1`: superscripts, slashes, dots and what it is a unit of are made alike."""
    t = _stripped(text).replace("percent", "%").replace("pct", "%")
    t = re.sub(r"cmol\s*(?:\(\+\)|\(c\)|c\b|\+)", "cmolc", t)
    t = re.sub(r"\bmeq\s*/?\s*(?:per\s*)?100\s*g\b", "cmolc kg-1", t)
    t = re.sub(r"\s+per\s+|_", "/", t)
    t = re.sub(r"[·*]", " ", t)
    head, *below = t.split("/")
    words = [_power(w) for w in re.split(r"[\s.]+", head) if w]
    for piece in below:
        words += [_inverse(w) for w in re.split(r"[\s.]+", piece) if w]
    return " ".join(_HOURS.get(w, w) for w in words)


_HOURS = {"hr-1": "h-1", "hour-1": "h-1", "day-1": "d-1", "hrs-1": "h-1", "l-1": "L-1"}


def _power(word: str) -> str:
    return re.sub(r"\^?\(?([-+]?\d)\)?$", r"\1", word.replace("^", ""))


def _inverse(word: str) -> str:
    word = _power(word)
    if re.search(r"-\d$", word):
        return word
    return f"{word[:-1]}-{word[-1]}" if word[-1:].isdigit() else f"{word}-1"  # g/m2 is g m-2


def _stripped(text: str) -> str:
    t = unicodedata.normalize("NFC", str(text)).translate(_SUPER).replace("−", "-").replace("μ", "µ").replace("µ", "u")
    t = re.sub(r"\s*\^\s*", "", t)
    t = re.sub(r"(?<=[A-Za-z])\s+(-\d)", r"\1", t)
    t = re.sub(r"([a-z])--(\d)", r"\1-\2", t)
    t = re.sub(r"\bcmol\s*\(\s*(\+|c)\s*\)", "cmolc", t)
    t = re.sub(r"(?<=[A-Za-z])\s+(-\d)", r"\1", _OF.sub(" ", t))  # `g dry weight-1`
    t = re.sub(r"(?<=[A-Za-z]-\d)(?=[A-Za-z])", " ", t.replace("-1-", "-1 "))  # `g-1h-1`
    return " ".join(re.sub(r"[A-Za-z]+-\d", _apart, t).split()).strip(" ,;-")


def _apart(found: re.Match[str]) -> str:
    """`umolkg-1` as `umol kg-1`; a word that comes apart in two ways, `molcm-3`, stays whole."""
    word = found[0]
    if _is_word(word):
        return word
    ways = [k for k in range(1, len(word)) if _COUNTED.fullmatch(word[:k]) and _PER.fullmatch(word[k:])]
    return f"{word[: ways[0]]} {word[ways[0] :]}" if len(ways) == 1 else word


def key(text: object) -> str:
    """A name reduced to letters and digits, for comparing: `β-Glucosidase` and `beta glucosidase` are the same."""
    t = str(text if text is not None else "").translate(_SUPER)
    for letter, word in GREEK.items():
        t = t.replace(letter, word)
    t = unicodedata.normalize("NFKD", t).casefold()
    return "".join(c for c in t if c.isascii() and c.isalnum())
