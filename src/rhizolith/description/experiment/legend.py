"""What columns mean and the units they are in, where a file beside the table says so: a legend, codebook or README."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.header import GREEK, is_unit, key, plain_unit
from rhizolith.description.experiment.quantity import Quantity, aliases, quantities, recognize
from rhizolith.description.experiment.table import Table

UNIT = ("unit", "units", "uom", "einheit", "unite", "unidad", "unidades", "measurementunit", "unitofmeasure")
NAME = (
    "abbreviation", "abbr", "acronym", "column", "columnname", "variable", "variablename", "name", "field", "fieldname",
    "parameter", "code", "header", "short", "shortname", "id", "attribute", "quantity", "symbol", "label", "analyte",
)  # fmt: skip
ABOUT = (
    "variable", "description", "meaning", "definition", "explanation", "longname", "fullname", "parameter", "details",
    "quantity", "label", "name",
)  # fmt: skip
FILES = re.compile(r"legend|readme|codebook|dictionary|glossar|units?\b|variables|columns", re.I)
_NONE = frozenset(["", "-", "na", "n/a", "none", "unitless", "dimensionless", "no unit", "nan", "ratio"])
_LINE = re.compile(r"^[\s*>#|-]*([\w.+/-]{1,30})\s*(?:[:=|]|\s[-–—]\s|\t)\s*(.{1,200}?)\s*[.;,|]?\s*$")
_ALL_IN = re.compile(r".*\bin\s+([^:;]{1,40}?)\s*:\s*(.{3,500})$", re.I)


@dataclass(frozen=True)
class Meaning:
    """What one column is: its unit (empty where none is said), the words that describe it, the file that says so."""

    unit: str
    about: str
    where: str

    def quantity(self, name: str) -> Quantity | None:
        """The known quantity that the words describe; a letter that was lost on the way (`?`) may be any."""
        about = self.about.replace("\ufffd", "?")
        if "?" not in about:
            return recognize(about, self.unit) if about else None
        if key(name) in GREEK.values():  # columns alpha and beta, both explained as `?-glucosidase`
            return recognize(about.replace("?", name, 1), self.unit)
        pattern = re.compile("[a-z]{0,6}".join(key(part) for part in about.split("?")))
        found = {q for alias, q in aliases().items() if pattern.fullmatch(alias)}
        return quantities()[found.pop()] if len(found) == 1 else None


def unit_of(text: str) -> str:
    """A unit as legends write it, in one spelling; empty where the text is none.

    Words between the units (`mg prokaryotic C * g dry weight-1`) are left out; a lost letter before mol or g can only
    have been the µ, the one prefix that is no ASCII letter.
    """
    t = text.strip().strip("()[]").strip()
    if t.casefold() in _NONE:
        return ""
    t = re.sub(r"^[?\ufffd](?=(?:mol|g|l|L|m|S|eq)\b)", "u", t)
    t = re.sub(r"^[?\ufffd]\s*C$", "°C", t)
    if is_unit(t):
        return plain_unit(t)
    words = re.split(r"(?:\s|\*|·)+", t)
    kept = " ".join(w for w in words if is_unit(w) or w == "/" or re.fullmatch(r"(?:weight|soil|wt|dw)\^?-?\d", w))
    return plain_unit(kept) if words and is_unit(words[0]) and is_unit(kept) else ""


def columns_of_legend(frame: Frame) -> tuple[int, int, int] | None:
    """The numbers of the columns of names, meanings (-1 where none) and units; None where the table is no legend."""
    names = [key(h) for h in frame.headers]
    unit = next((c for c, n in enumerate(names) if n in UNIT and not frame.columns[c].numeric), None)
    if unit is None or sum(c.numeric for c in frame.columns) > 1:
        return None
    given = [w for w in frame.columns[unit].words if w.casefold() not in _NONE]
    if sum(bool(unit_of(w)) for w in given) < 0.5 * max(len(given), 1):
        return None  # units of an experiment, such as plots
    name = next((c for n in NAME for c in range(len(names)) if names[c] == n and c != unit), 0)
    words = [w for w in frame.columns[name].words if w]
    if name == unit or frame.columns[name].numeric or len(set(words)) < len(words) or not words:
        return None
    about = next((c for n in ABOUT for c in range(len(names)) if names[c] == n and c not in (name, unit)), -1)
    return name, about, unit


def meanings(tables: Iterable[Table]) -> dict[str, Meaning]:
    """Column (its `header.key`) → what is said of it, from all legends and texts; the first that gives a unit holds."""
    tables = list(tables)
    wanted = {key(c) for t in tables if t.kind == "measurements" for c in t.values.columns} - {""}
    found: dict[str, Meaning] = {}
    for table in sorted(tables, key=lambda t: t.kind != "legend"):  # a table says it column by column, prose at large
        lines: Sequence[tuple[str, Meaning]] = ()
        if table.kind == "legend":
            lines = [
                (str(n), Meaning(unit_of(str(u)), str(a), table.name))
                for n, a, u in zip(table.values.index, table.values["meaning"], table.values["unit"])
            ]
        elif table.kind == "other" and table.text:
            lines = _said(table.text, table.name)
        for name, meaning in lines:
            before = found.get(key(name))
            if key(name) in wanted and (before is None or (meaning.unit and not before.unit)):
                found[key(name)] = meaning
    return found


def _said(text: str, where: str) -> list[tuple[str, Meaning]]:
    """Lines such as `BG: umol g-1 h-1`, `BG - beta-glucosidase (umol g-1 h-1)`, `enzymes in umol g-1 h-1: BG, NAG`."""
    found = []
    for line in text.splitlines():
        for part in re.split(r";\s", line):
            together = _ALL_IN.search(part)
            unit = unit_of(together[1]) if together else ""
            if together and unit and is_unit(together[1]):
                names = re.findall(r"(?:^|,|\band\b)\s*([\w.+-]+)(?:\s*\(([^()]*)\))?", together[2])
                found += [(n, Meaning(unit, about, where)) for n, about in names]
                continue
            one = _LINE.match(part)
            if one:
                about, unit = _described(one[2])
                found += [(one[1], Meaning(unit, about, where))] if unit else []
    return found


def _described(words: str) -> tuple[str, str]:
    """Meaning and unit of `beta-glucosidase (umol g-1 h-1)`, `clay content, %` or `umol g-1 h-1`."""
    words = words.replace("`", "")
    if is_unit(words):
        return "", plain_unit(words)
    bracket = re.search(r"^(.*?)[\s,]*[(\[]\s*([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*)\s*[)\]]$", words)
    if bracket and unit_of(bracket[2]):
        return bracket[1].strip(), unit_of(bracket[2])
    for mark in (",", " in ", "|", "\t"):
        about, found, unit = words.rpartition(mark)
        if found and is_unit(unit):
            return about.strip(), plain_unit(unit)
    return words, ""
