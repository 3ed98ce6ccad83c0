"""One file to its tables, judged by its content: workbook, text, gzip, QIIME 2 archive, BIOM, newick."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from rhizolith.description.experiment import archive
from rhizolith.description.experiment.build import tables
from rhizolith.description.experiment.decode import binary, decode
from rhizolith.description.experiment.delimited import split
from rhizolith.description.experiment.frame import read_frame
from rhizolith.description.experiment.layouts import made_plain
from rhizolith.description.experiment.mwtab import is_mwtab, read_mwtab
from rhizolith.description.experiment.mztab import is_mztab, read_mztab
from rhizolith.description.experiment.old_workbook import is_old_workbook, read_old_workbook
from rhizolith.description.experiment.sheet import Sheet
from rhizolith.description.experiment.stacked import parted
from rhizolith.description.experiment.table import Table
from rhizolith.description.experiment.workbook import read_workbook
from rhizolith.errors import InputError, Problem

_TEXT = 200_000  # letters of a README that are looked through for units
_ENDINGS = re.compile(
    r"\.(csv|tsv|txt|xlsx?|xlsm|gz|qza|biom|ascii|pks|ref|tab|dat|mztab|nwk|tre|tree|fna|fasta)$", re.I
)


def open_file(path: Path, name: str = "", kinds: dict[str, str] | None = None, below: float = 0.5) -> list[Table]:
    """All tables in a file. `name` is what problems call it; `kinds` overrules what a table (`file#sheet`) is.

    A file that holds no table comes back as one of kind `other` that says so. InputError when it is damaged.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(name or str(path), f"the file cannot be read ({error.strerror})", "check it")
        ) from error
    return open_bytes(raw, name or path.name, kinds or {}, below)


def open_bytes(raw: bytes, file: str, kinds: dict[str, str] | None = None, below: float = 0.5) -> list[Table]:
    """The tables in the bytes of a file."""
    kinds = kinds or {}
    if raw[:2] == b"\x1f\x8b":
        raw = archive.unzipped(raw, file)
    if raw[:4] == b"PK\x03\x04":
        if archive.is_workbook(raw):
            return [t for sheet in read_workbook(raw, file) for t in _from_sheet(sheet, kinds, below)]
        inner = archive.artifact(raw, file)
        return [t for part, held in inner for t in open_bytes(held, f"{file}/{part}", kinds, below)]
    if raw[:8] == b"\x89HDF\r\n\x1a\n":
        return [archive.read_biom_hdf5(raw, file)]
    if is_old_workbook(raw):
        return [t for sheet in read_old_workbook(raw, file) for t in _from_sheet(sheet, kinds, below)]
    if binary(raw):
        return [_left(file, "a binary file that is no table")]
    return _from_text(decode(raw)[0], file, kinds, below)


def _from_text(text: str, file: str, kinds: dict[str, str], below: float) -> list[Table]:
    head = text.lstrip("\ufeff \r\n\t")[:2000]
    if is_mwtab(head):
        return read_mwtab(text.lstrip("\ufeff"), file, below)
    if is_mztab(text):
        return read_mztab(text, file, below)
    if head.startswith("{") and '"matrix_type"' in text and '"rows"' in text:
        return [archive.read_biom_json(text, file)]
    if head.startswith("(") and text.rstrip().endswith(";"):
        return [Table(file, "tree", pd.DataFrame(), text=text.strip())]
    if head.startswith(">"):
        return [_left(file, "sequences, no table")]
    if "<mzML" in head or "<indexedmzML" in head or "<mzXML" in head:
        return [_spectra(file)]
    if head.startswith(("{", "[")) or head.lstrip().startswith(("<?xml", "<!DOCTYPE", "<html")):
        return [_left(file, "a document, no table")]
    if not head.strip():
        return [_left(file, "the file is empty")]
    text = _without_preamble(text)
    found = _from_sheet(split(text, file), kinds, below)
    return [replace(t, text=text[:_TEXT]) if t.kind == "other" and not len(t.values) else t for t in found]


def _without_preamble(text: str) -> str:
    """PREDATOR's peak lists begin with a description; it is kept as comments, so that lines keep their numbers."""
    if not text.startswith("There were"):
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    names = next((k for k, line in enumerate(lines[:20]) if line.strip().startswith("Peak Location")), 0)
    noted = ["# " + " ".join(line.split()) if line.strip() else "" for line in lines[:names]]
    return "\n".join([*noted, *(line.strip() for line in lines[names:])])


def _from_sheet(sheet: Sheet, kinds: dict[str, str], below: float) -> list[Table]:
    parts = parted(sheet)
    if len(parts) > 1:
        return [t for part in parts for t in _from_sheet(part, kinds, below)]
    forced = kinds.get(sheet.name, "")
    sheet, beside = made_plain(sheet, forced in ("", "measurements", "design", "long"))
    frame = read_frame(sheet, below)
    prose = _prose(sheet) and not beside
    if not forced and (prose or len(frame.columns) < 2 or not frame.rows):
        text = "\n".join("\t".join(str(c or "") for c in row) for row in sheet.rows[:400])
        # words have no columns from which a cell could have been shifted
        return [_left(sheet.name, "no table of rows and columns", () if prose else frame.problems, text)]
    return [*tables(frame, _stem(sheet), forced), *beside]


def _prose(sheet: Sheet) -> bool:
    """Whether rows differ so much in length that they are text or a program, and cells are sentences."""
    sizes = [sum(bool(str(c or "").strip()) for c in row) for row in sheet.rows[:400]]
    sizes = [n for n in sizes if n]
    typical = max(set(sizes), key=sizes.count) if sizes else 0
    alike = sizes.count(typical) / max(len(sizes), 1)
    lone = sum(n == 1 for n in sizes) / max(len(sizes), 1)
    sentences = sum(any(len(str(c or "").split()) > 8 for c in row) for row in sheet.rows[:400]) / max(len(sizes), 1)
    return sheet.separator != "workbook" and (typical < 2 or lone > 0.3 or (sentences > 0.3 and alike < 0.7))


def _stem(sheet: Sheet) -> str:
    stem = sheet.file.rpartition("/")[2]
    while _ENDINGS.search(stem):
        stem = _ENDINGS.sub("", stem)
    return stem


def _spectra(file: str) -> Table:
    what = "raw spectra of LC-MS, in which features are still to be found; left alone"
    fix = "find them with asari, mzmine, MS-DIAL or xcms, and put the table of features into the folder"
    return Table(file, "other", pd.DataFrame(), problems=(Problem(file, what, fix),))


def _left(file: str, why: str, problems: tuple[Problem, ...] = (), text: str = "") -> Table:
    note = Problem(file, f"{why}; left alone", "nothing to do, unless it should have been read")
    return Table(file, "other", pd.DataFrame(), text=text, problems=(note, *problems))
