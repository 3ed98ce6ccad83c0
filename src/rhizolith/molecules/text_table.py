"""Read any table of text: encoding, separator, header and decimal sign are found in the content, not the name."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from rhizolith.errors import InputError, Problem

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?$")
LOOKED_AT = 200  # lines that decide on separator and header


@dataclass(frozen=True)
class TextTable:
    """A table as it was written: `cells` are strings, one column a header; `preamble` the lines above the header."""

    cells: pd.DataFrame = field(repr=False)
    preamble: tuple[str, ...]
    encoding: str
    separator: str
    decimal: str
    first_line: int  # line of the file on which the first row stands, from 1
    has_header: bool

    def numbers(self, column: str) -> np.ndarray:
        """A column as numbers; NaN where a cell is empty or no number."""
        text = self.cells[column].astype(object).astype(str).str.strip()
        if self.decimal == ",":
            text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        return pd.to_numeric(text, errors="coerce").to_numpy(float, copy=True)


def read_table(path: str | Path) -> TextTable:
    """The table in a text file, plain or gzipped. Raises InputError for what holds no table."""
    where = Path(path)
    if not where.is_file():
        raise InputError(Problem(str(path), "there is no such file", "check the name"))
    raw = where.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            raise InputError(Problem(str(path), "the gzip file is damaged", "copy it again")) from None
    text, encoding = decode(raw)
    return parse_table(text, str(path), encoding)


def decode(raw: bytes) -> tuple[str, str]:
    """Text from bytes: by byte-order mark, by the zeros of UTF-16, else UTF-8, else Windows-1252."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if raw.startswith(mark):
            return raw.decode(name, errors="replace"), name
    head = raw[:2000]
    if head.count(0) > len(head) // 4:
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return raw.decode(name, errors="replace"), name
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "cp1252"


def parse_table(text: str, where: str, encoding: str = "utf-8") -> TextTable:
    """The table in a text. Raises InputError."""
    lines = text.replace("\x00", "").splitlines()
    separator = _separator(lines)
    split = [_split(line, separator) for line in lines[: LOOKED_AT + 60]]
    start, header = _header(split)
    if start is None:
        fix = "save it as text or CSV with one row a peak"
        raise InputError(Problem(where, "no table of numbers was found in it", fix))
    first = start + 1 if header else start
    # Titles such as `I %` or `Peak Height` hold blanks: among blanks, only double ones separate titles.
    title = re.split(r"\s{2,}|\t|;\s*", lines[start].strip()) if header and separator == " " else split[start]
    names = _names(title) if header else [f"column {k + 1}" for k in range(len(split[start]))]
    body = [line for line in lines[first:] if line.strip() and not line.lstrip().startswith("#")]
    cells = _cells(body, separator, names)
    rows = cells.head(LOOKED_AT).to_numpy(str).ravel()
    comma = sum(bool(re.fullmatch(r"[-+]?\d+,\d+", c.strip())) for c in rows)
    point = sum(bool(re.fullmatch(r"[-+]?\d+\.\d+", c.strip())) for c in rows)
    decimal = "," if separator != "," and comma > point else "."
    return TextTable(cells, tuple(lines[:start]), encoding, separator, decimal, first + 1, header)


def _separator(lines: list[str]) -> str:
    """Tab, semicolon, comma or blanks: whichever cuts most lines into the same number, at least two, of cells."""
    sample = [line for line in lines[:LOOKED_AT] if line.strip() and not line.startswith("#")]
    best, score = " ", 0.0
    for one in ("\t", ";", ",", " "):
        sizes = [len(_split(line, one)) for line in sample]
        if not sizes:
            continue
        common = max(set(sizes), key=sizes.count)
        # Commas inside numbers must not win over the semicolons or tabs between them.
        value = sizes.count(common) / len(sizes) * (common > 1) * {"\t": 1.2, ";": 1.1, ",": 1.0, " ": 0.9}[one]
        if value > score:
            best, score = one, value
    return best


def _split(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return next(csv.reader([line], delimiter=separator), [])


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell.strip()))


def _header(split: list[list[str]]) -> tuple[int | None, bool]:
    """The line of the header, or of the first row where there is none; (None, …) without two like rows of numbers."""
    filled = [k for k, cells in enumerate(split) if any(c.strip() for c in cells)]
    for at, k in enumerate(filled):
        cells = split[k]
        alike = [len(split[j]) == len(cells) for j in filled[at + 1 : at + 3]]
        if len(cells) < 2 or not any(map(_is_number, cells)) or not all(alike) or cells[0].startswith("#"):
            continue
        above = filled[at - 1] if at else -1
        titled = above >= 0 and len(split[above]) >= 2 and not any(map(_is_number, split[above]))
        return (above, True) if titled else (k, False)
    return None, False


def _names(cells: list[str]) -> list[str]:
    """Header cells, stripped; a blank or repeated one gets a number, so that no column is lost."""
    out: list[str] = []
    for k, cell in enumerate(cells):
        name = cell.strip().lstrip("#").strip() or f"column {k + 1}"
        out.append(name if name not in out else f"{name} ({k + 1})")
    return out


def _cells(body: list[str], separator: str, names: list[str]) -> pd.DataFrame:
    """Rows of strings under the names; short rows are filled, what hangs over is kept under a number."""
    if separator == " ":
        rows = [line.split() for line in body]
    else:
        rows = list(csv.reader(io.StringIO("\n".join(body)), delimiter=separator))
    width = max((len(r) for r in rows), default=len(names))
    if separator == " " and rows:
        width = int(np.median([len(r) for r in rows]))
    names = names + [f"column {k + 1}" for k in range(len(names), width)]
    frame = pd.DataFrame([(r + [""] * len(names))[: len(names)] for r in rows], columns=names, dtype=object)
    blank = [n for n in frame.columns if n.startswith("column ") and (frame[n] == "").all()]
    return frame.drop(columns=blank)
