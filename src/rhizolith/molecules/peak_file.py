"""Read peak lists and assigned reports of any vendor or tool into one long table of peaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.formula import parse, write_many
from rhizolith.molecules.isotopes import isotopes
from rhizolith.molecules.spectrum import HEAVIEST, LIGHTEST
from rhizolith.molecules.text_table import TextTable, read_table

# What columns are called: lower case, letters and digits only. The first name found wins.
TITLES = {
    "mz": ("mz", "mzmeasured", "observedmz", "measuredmz", "expmass", "mzvalue", "peaklocation", "isomass", "mass",
           "masscharge"),
    "intensity": ("intensity", "peakheight", "height", "imagnitude", "abundance", "isoabund", "int", "magnitude",
                  "signal", "peakarea", "area", "relabundance", "relint", "i"),
    "sn": ("sn", "snr", "signaltonoise", "signalnoise"),
    "resolution": ("resolvingpower", "resolution", "res", "rp"),
    "sample": ("sample", "sampleid", "samplename", "file", "filename", "fileid"),
    "formula": ("molecularformula", "formula", "mf", "molform", "molecformula", "id"),
}
# Numbers of assigned reports that are no sample's intensities.
NO_SAMPLE = re.compile(
    r"^(error|err|ppm|dbe|nosc|ai|hc|oc|nc|sc|pc|[a-z]to[a-z](ratio)?$|index|candidates|neutralmass|theor|calc|kmd|kmass|km|"
    r"nm|kdefect|kendrick|class|bs\d|elcomp|vkey|ioncharge|charge|retention|rt|unnamed|column\d|peakindex|rank|gfe|delg|"
    r"tag|z|cov)",
    re.I,
)
MOST_ATOMS = 10_000  # of one element; a cell with more is no formula
NOT_ABUNDANCE = "%"


def read_peaks(path: str | Path) -> pd.DataFrame:
    """The peaks of a file, one row a peak and sample: `sample`, `mz`, `intensity`, and what else the file tells.

    Understood are vendors' lists (tab, comma, semicolon or blanks between cells, decimal commas, UTF-8, UTF-16,
    gzip), PREDATOR `.pks`, lists of several samples (long, or one column a sample), and assigned reports
    (Formularity, CoreMS, MFAssignR, UME and their like), whose `formula`, `isotope` and atom counts are kept.
    `attrs` say the layout, the columns used and ignored, the polarity where the file states one, and notes on
    what was left out. Raises InputError with what is missing.
    """
    table = read_table(path)
    titles = {name: _plain(name) for name in table.cells.columns}
    roles = _roles(titles, table)
    elements = _elements(list(table.cells.columns))
    if "mz" not in roles:
        shown = ", ".join(map(repr, list(table.cells.columns)[:8]))
        fix = "name the column m/z or Mass; the second column is then taken as intensity if none is named"
        where = f"{path}, line {max(table.first_line - 1, 1)}"
        raise InputError(Problem(where, f"no m/z among the columns {shown}", fix))
    samples = [] if "intensity" in roles else _sample_columns(table, roles, elements)
    frame = _wide(table, roles, samples) if samples else _long(table, roles, Path(path))
    notes = _clean(frame)
    out = frame.drop(columns=frame.attrs.pop("bad", []))
    out = _with_formulas(out, table, roles, elements)
    out = out[out["mz"].notna()].drop(columns="row").reset_index(drop=True)
    if not len(out) and not samples:
        what = f"no row has an m/z above zero in column {roles['mz']!r}"
        raise InputError(Problem(str(path), what, "check the file"))
    used = {*roles.values(), *samples, *elements}
    out.attrs = {
        "layout": _layout(samples, roles, elements), "columns": {k: v for k, v in roles.items()},
        "samples": list(samples) or list(dict.fromkeys(out["sample"])),
        "ignored": [c for c in table.cells.columns if c not in used],
        "charge": _polarity(table), "encoding": table.encoding, "decimal": table.decimal, "notes": notes,
    }
    return out


def _plain(title: str) -> str:
    if NOT_ABUNDANCE in title:
        return title  # `I %` is relative and rounded
    return re.sub(r"\(.*?\)|[^a-z0-9]", "", title.lower())


def _roles(titles: dict[str, str], table: TextTable) -> dict[str, str]:
    """Which column plays which part; without a header the first two are m/z and intensity."""
    if not table.has_header:
        numeric = [c for c in table.cells.columns if np.isfinite(table.numbers(c)).mean() > 0.5]
        return dict(zip(("mz", "intensity"), numeric))
    roles: dict[str, str] = {}
    for role, known in TITLES.items():
        for wanted in known:
            hit = [name for name, plain in titles.items() if plain == wanted and name not in roles.values()]
            if hit:
                roles[role] = hit[0]
                break
    for role in ("mz", "intensity"):
        if role in roles and not np.isfinite(table.numbers(roles[role])).any():
            del roles[role]
    if "mz" in roles and "formula" in roles and _plain(roles["formula"]) == "id" and "intensity" in roles:
        del roles["formula"]
    return roles


def _elements(columns: Sequence[str]) -> dict[str, str]:
    """Columns of atom counts → symbol: `C`, `12C`, `13C`, `C13`; only if carbon and hydrogen are among them."""
    known = isotopes()
    light = {"12C": "C", "1H": "H", "14N": "N", "16O": "O", "31P": "P", "32S": "S", "35Cl": "Cl", "Fl": "F"}
    found = {}
    for column in columns:
        name = column.strip()
        turned = re.fullmatch(r"([A-Z][a-z]?)(\d+)", name)
        symbol = light.get(name, f"{turned[2]}{turned[1]}" if turned else name)
        if light.get(symbol, symbol) in known:
            found[column] = light.get(symbol, symbol)
    return found if {"C", "H"} <= set(found.values()) else {}


def _sample_columns(table: TextTable, roles: dict[str, str], elements: dict[str, str]) -> list[str]:
    """Columns of numbers that are nothing else: one a sample."""
    out = []
    for name in table.cells.columns:
        if name in roles.values() or name in elements or NO_SAMPLE.match(_plain(name) or name) or NOT_ABUNDANCE in name:
            continue
        values = table.numbers(name)
        if np.isfinite(values).any() and not (values < 0).any():
            out.append(name)
    return out


def _long(table: TextTable, roles: dict[str, str], path: Path) -> pd.DataFrame:
    """One row a peak already; the sample is named in a column, else by the file."""
    name = path.name
    for ending in (".gz", path.with_suffix("").suffix if name.endswith(".gz") else path.suffix):
        name = name.removesuffix(ending) if ending else name
    out = pd.DataFrame({"row": np.arange(len(table.cells))})
    out["sample"] = table.cells[roles["sample"]].astype(str).str.strip() if "sample" in roles else name
    for role in ("mz", "intensity", "sn", "resolution"):
        if role in roles:
            out[role] = table.numbers(roles[role])
    if "intensity" not in out:
        out["intensity"] = np.nan
    return out


def _wide(table: TextTable, roles: dict[str, str], samples: Sequence[str]) -> pd.DataFrame:
    """One column a sample: 0 and empty cells mean not detected and give no row."""
    mz = table.numbers(roles["mz"])
    parts = []
    for name in samples:
        values = table.numbers(name)
        rows = np.flatnonzero(values > 0)
        parts.append(pd.DataFrame({"row": rows, "sample": name, "mz": mz[rows], "intensity": values[rows]}))
    out = pd.concat(parts, ignore_index=True)
    return out


def _clean(frame: pd.DataFrame) -> list[str]:
    """Notes on rows that cannot be used."""
    notes = []
    usable = frame["mz"].between(LIGHTEST, HEAVIEST)
    lost = int((~usable).sum())
    frame.loc[~usable, "mz"] = np.nan
    if lost:
        notes.append(f"{lost} rows without an m/z were left out")
    return notes


def _with_formulas(
    out: pd.DataFrame, table: TextTable, roles: dict[str, str], elements: dict[str, str]
) -> pd.DataFrame:
    """Add `formula`, `isotope` and atom counts of assigned reports; zeros and empty cells mean unassigned."""
    if elements:
        symbols = tuple(dict.fromkeys(elements.values()))
        counts = np.zeros((len(table.cells), len(symbols)), dtype=int)
        for column, symbol in elements.items():
            values = np.nan_to_num(table.numbers(column), nan=0, posinf=0, neginf=0)
            counts[:, symbols.index(symbol)] += np.clip(values, 0, MOST_ATOMS).astype(int)
    elif "formula" in roles:
        symbols, counts = _from_text(table.cells[roles["formula"]])
    else:
        return out
    counts[counts[:, symbols.index("C")] == 0] = 0
    heavy = [s for s in symbols if isotopes()[s].element != s]
    row = out["row"].to_numpy()
    out["formula"] = write_many(symbols, counts)[row]
    isotope = np.full(len(counts), "", dtype=object)
    for symbol in heavy:
        isotope[counts[:, symbols.index(symbol)] > 0] = symbol
    out["isotope"] = isotope[row]
    for k, symbol in enumerate(symbols):
        out[symbol] = counts[row, k]
    return out


def _from_text(cells: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    """Atom counts from formula strings; what is no formula counts as unassigned. `NaN` is sodium and nitrogen here."""
    texts, which = np.unique(cells.astype(str).str.strip().to_numpy(object).astype(str), return_inverse=True)
    parsed = []
    for text in texts:
        try:
            atoms = parse(text) if text else {}
            parsed.append(atoms if max(atoms.values(), default=0) <= MOST_ATOMS else {})
        except InputError:
            parsed.append({})
    symbols = tuple(dict.fromkeys(["C", "H", "N", "O", "S", "P", *(s for p in parsed for s in p)]))
    counts = np.array([[p.get(s, 0) for s in symbols] for p in parsed], dtype=int).reshape(-1, len(symbols))
    return symbols, counts[which]


def _layout(samples: Sequence[str], roles: dict[str, str], elements: dict[str, str]) -> str:
    kind = "assigned report" if elements or "formula" in roles else "peak list"
    if "intensity" not in roles and not samples:
        return "calibration list"
    return f"{kind}, {'one column a sample' if samples else 'several samples' if 'sample' in roles else 'one sample'}"


def _polarity(table: TextTable) -> int | None:
    """−1 or 1 where the text above the table, or a column of charges, says so."""
    head = " ".join(table.preamble).lower()
    for word, sign in (("positive", 1), ("negative", -1)):
        if word in head:
            return sign
    for name in table.cells.columns:
        if _plain(name) in ("ioncharge", "charge"):
            text = table.cells[name].astype(str).str.strip()
            signs = set(text[text != ""].str.replace(r"^(\d+)([+-])$", r"\2\1", regex=True).str[0])
            if signs == {"-"}:
                return -1
            if signs and "-" not in signs:
                return 1
    return None
