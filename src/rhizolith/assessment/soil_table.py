"""Tables of soils as a laboratory or a database keeps them: own names, ISRaD, SoDaH and NEON, CSV or Parquet."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.measured import Measured, inputs, settings
from rhizolith.description.experiment.archive import unzipped
from rhizolith.description.experiment.decode import binary, decode
from rhizolith.description.experiment.delimited import find_separator
from rhizolith.errors import InputError, Problem

WORKBOOKS = (".xlsx", ".xlsm")
PLACE = {"latitude": ("latitude", "lat", "pro_lat"), "longitude": ("longitude", "lon", "long", "pro_long")}
"""degree north and east → names in tables"""
NAMES = {"israd": ("lyr_name", "entry_name"), "sodah": ("L2", "L1", "location_name"), "own": ("name", "soil", "id")}
MARKS = {"israd": {"lyr_c_org_filled", "lyr_bot", "lyr_ph_h2o"}, "sodah": {"lyr_soc", "layer_mid", "ph_h2o"}}
"""columns that only one layout has"""


def read_table(path: str | Path) -> Any:
    """A DataFrame from Parquet, a workbook or text (gzipped, commas, semicolons, tabs); InputError when it is none."""
    import pandas as pd

    where = Path(path)
    try:
        if where.is_dir():
            raise InputError(Problem(str(path), "this is a folder, not a table", "name a file in it"))
        if where.suffix in WORKBOOKS:
            from rhizolith.assessment.soil_workbook import workbook_table

            frame = workbook_table(where.read_bytes(), str(path))
        else:
            frame = pd.read_parquet(where) if where.suffix == ".parquet" else _text_table(where)
    except FileNotFoundError:
        raise InputError(Problem(str(path), "there is no such file", "check the path")) from None
    except ImportError:
        fix = "save it as CSV, or install pyarrow"
        raise InputError(Problem(str(path), "Parquet needs the package pyarrow, which is not there", fix)) from None
    except (ValueError, OSError) as error:
        raise InputError(Problem(str(path), _in_words(error), "give CSV or Parquet, one row a soil")) from None
    if not len(frame):
        raise InputError(Problem(str(path), "the table has a header and no rows", "give one row a soil"))
    return frame


def _text_table(path: Path) -> Any:
    import pandas as pd

    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = unzipped(raw, str(path))
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise InputError(Problem(str(path), "this is a workbook or an archive, not a text table", "save it as .xlsx"))
    if binary(raw):
        raise InputError(Problem(str(path), "this is a binary file, not a table", "give CSV or Parquet"))
    text, _ = decode(raw)
    separator = find_separator(text[:200_000])
    separator = separator if separator in ("\t", ";") and separator in text.partition("\n")[0] else ","
    decimal = "," if separator == ";" and re.search(r"(?:^|;)-?\d+,\d+(?:;|$)", text, re.M) else "."
    return pd.read_csv(io.StringIO(text), low_memory=False, sep=separator, decimal=decimal)


def _in_words(error: Exception) -> str:
    """What pandas means, in words that say where to look."""
    text = str(error)
    uneven = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", text)
    if uneven:
        return f"line {uneven[2]} has {uneven[3]} cells, the lines before it have {uneven[1]}"
    if "No columns to parse" in text or not text:
        return "the file is empty"
    return "this is no table that can be read"


def layout_of(columns: set[str]) -> str:
    """israd, sodah or own."""
    found = {name: len(marks & columns) for name, marks in MARKS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else "own"


def measured_of(frame: Any, setting: dict[str, str] | None = None) -> tuple[Measured, list[str]]:
    """The soils of a table, and for each what was set aside because it is not possible.

    Own columns have the names and units of `evidence_inputs.csv` and may carry settings; those of the databases are
    converted. Raises InputError when no column is known, a setting is unknown or a known column holds no numbers.
    """
    import pandas as pd

    layout = layout_of(set(frame.columns))
    frame = _derived(frame, layout)
    problems: list[Problem] = []
    values, aside = {}, [""] * len(frame)
    for key, row in inputs().items():
        column = row.get(layout, key) if layout != "own" else key
        values[key] = np.full(len(frame), np.nan)
        if not column or column not in frame:
            continue
        numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
        if np.isnan(numbers).all() and frame[column].notna().any():
            problems.append(
                Problem(
                    f"column {column}",
                    "holds no numbers",
                    f"write numbers{' in ' + row['unit'] if row['unit'] else ''}",
                )
            )
        numbers = numbers * float(row.get(f"{layout}_factor") or 1)
        wrong = (numbers < float(row["low"])) | (numbers > float(row["high"])) | np.isinf(numbers)
        for i in np.flatnonzero(wrong):
            aside[i] += f"{key} {numbers[i]:g} {row['unit']}; "
        values[key] = np.where(wrong, np.nan, numbers)
    if not any(np.isfinite(v).any() for v in values.values()):
        fix = f"columns are named like {', '.join(list(inputs())[:5])}, or as in ISRaD and SoDaH"
        problems.append(Problem("table", "no column is known, or all are empty", fix))
    words = _settings(frame, setting or {}, problems)
    if problems:
        raise InputError(problems)
    names = next((frame[c].astype(str).tolist() for c in NAMES[layout] if c in frame), None)
    names = names or [f"row {i + 1}" for i in range(len(frame))]
    return Measured(tuple(names), values, words, title="table"), [a.rstrip("; ") for a in aside]


def _derived(frame: Any, layout: str) -> Any:
    """Columns that a database keeps in two: the middle of a layer, and pH by method."""
    if layout != "israd":
        return frame
    frame = frame.copy()
    if "lyr_c_org" in frame and "lyr_c_org_filled" not in frame:
        frame["lyr_c_org_filled"] = frame["lyr_c_org"]
    if {"lyr_top", "lyr_bot"} <= set(frame.columns):
        frame["lyr_mid"] = (frame["lyr_top"] + frame["lyr_bot"]).clip(lower=0) / 2
    if "lyr_ph" in frame:
        frame["lyr_ph_h2o"] = frame["lyr_ph_h2o"].fillna(frame["lyr_ph"]) if "lyr_ph_h2o" in frame else frame["lyr_ph"]
    return frame


def _settings(frame: Any, stated: dict[str, str], problems: list[Problem]) -> dict[str, np.ndarray]:
    from rhizolith.description.document import closest

    words = {}
    for key in stated:
        if key not in settings():
            problems.append(Problem(f"setting {key}", "is no setting", closest(key, settings())))
    for key, choices in settings().items():
        column = frame[key].fillna("").astype(str).to_numpy(dtype=object) if key in frame else ""
        words[key] = np.full(len(frame), stated.get(key, ""), dtype=object) if isinstance(column, str) else column
        for odd in sorted({str(w) for w in words[key]} - {"", *choices}):
            problems.append(Problem(f"setting {key}", f"{odd!r} is not known", closest(odd, choices)))
    return words
