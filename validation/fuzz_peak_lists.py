"""Do mutated peak lists ever crash `rhizolith assign`, or lose a sample? Thousands of small files, damaged on purpose.

    python -m validation.fuzz_peak_lists [lists] [first seed]

Each seed makes one list and damages it: encodings, separators, decimal signs, headers, column order, missing and odd
cells, repeated rows, huge, tiny, negative and absent values, cut files. Either the list is assigned, with every sample
and every usable peak in it, or it is refused with a problem that says where, what and how to repair it.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rhizolith.errors import InputError
from rhizolith.molecules.assign_file import assigned_file
from rhizolith.molecules.peak_file import read_peaks

MZ = ("m/z", "mz", "Mass", "m/z measured", "M/Z (Da)", "Peak Location", "exp_mass", "Observed m/z", "mass/charge", "M")
HEIGHT = ("I", "Intensity", "Peak Height", "abundance", "Intensität", "S/N", "Area (counts)", "rel. abundance", "")
OTHERS = ("note", "S/N", "Res.", "I %", "Formula", "C", "H", "Error ppm", "Ion Charge", "µ", "sample", "m/z", "")
ODD = (
    "", "", "NA", "NaN", "n.d.", "-", "<LOD", "#N/A", "inf", "-inf", "1e400", "1e308", "1e-320", "-1", "0", "0,0",
    "1.2.3", "1,234,567.8", "1'234", "١٢٣", "Ⅷ", "0x1F", "1_000", "TRUE", "=A1+B2", '"', "'", "\x00", "\t", "5 ± 0.1",
    "NaN1", "C6H12O6", "C999999999H", "9" * 40, "1d5", "١٢٫٥", "−3", "\u200b7", "3\xa0000", ";", ",", "\ufeff",
)
ENCODINGS = {
    "utf-8": 0.5, "utf-8-sig": 0.1, "utf-16": 0.1, "utf-16-le": 0.06, "utf-16-be": 0.04, "cp1252": 0.08,
    "latin-1": 0.06, "utf-32": 0.02, "utf-7": 0.02, "mac-roman": 0.02,
}


def rows_of(rng: np.random.Generator) -> tuple[list[str], list[list[str]], bool]:
    """Header, rows and whether there is a column a sample: a small list of acids among other masses."""
    n = int(rng.integers(0, 45)) if rng.random() < 0.9 else int(rng.integers(45, 250))
    mz = np.where(rng.random(n) < 0.5, 151.0 + 14.01565 * rng.integers(0, 30, n) + 0.0365, rng.uniform(90, 900, n))
    digits = int(rng.integers(0, 9))
    wide = bool(rng.random() < 0.25)
    samples = int(rng.integers(2, 5)) if wide else 1
    height = rng.lognormal(12, 1.5, (n, samples)) * (rng.random((n, samples)) < 0.9)
    names = [f"s{k + 1}" for k in range(samples)] if wide else [str(rng.choice(HEIGHT))]
    header = [str(rng.choice(MZ)), *names]
    rows = [[f"{m:.{digits}f}", *(f"{h:.{int(rng.integers(0, 3))}f}" for h in hs)] for m, hs in zip(mz, height)]
    for _ in range(int(rng.integers(0, 3))):
        header.append(str(rng.choice(OTHERS)))
        for row in rows:
            row.append(str(rng.choice(["", "1", "2.5", "C10H12O5", "x y", "0"])))
    return header, rows, wide


def damage(header: list[str], rows: list[list[str]], rng: np.random.Generator) -> tuple[list[str], list[list[str]]]:
    """Shuffled columns, odd cells, repeated and ragged rows, repeated and blank titles."""
    order = rng.permutation(len(header)) if rng.random() < 0.3 else np.arange(len(header))
    header, rows = [header[k] for k in order], [[row[k] for k in order] for row in rows]
    if rows and rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 1 + max(2, len(rows) // 3)))):
            row = rows[int(rng.integers(len(rows)))]
            row[int(rng.integers(len(row)))] = str(rng.choice(ODD))
    if rows and rng.random() < 0.3:
        rows = rows + [list(rows[int(k)]) for k in rng.integers(0, len(rows), int(rng.integers(1, 6)))]
    if rows and rng.random() < 0.15:
        row = rows[int(rng.integers(len(rows)))]
        rows[rows.index(row)] = row[:1] if rng.random() < 0.5 else [*row, "7", "8"]
    if rng.random() < 0.15:
        header[int(rng.integers(len(header)))] = str(rng.choice([header[0], "", " ", "0", "\n", "m/z", "Ünï"]))
    return header, rows


def written(header: list[str], rows: list[list[str]], rng: np.random.Generator) -> bytes:
    """The list as a file of some encoding, separator, decimal sign and line end; sometimes cut, packed or empty."""
    separator = str(rng.choice(["\t", ",", ";", " ", "  ", "|"], p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.05]))
    comma = separator in "\t;" and rng.random() < 0.3
    quote = '"' if rng.random() < 0.15 else ""

    def line(cells: list[str], number: bool) -> str:
        text = [c.replace(".", ",") if comma and number else c for c in cells]
        return separator.join(f"{quote}{c}{quote}" for c in text) + (separator if trailing else "")

    trailing = rng.random() < 0.1
    lines = [line(r, True) for r in rows]
    if rng.random() < 0.85:
        lines.insert(0, line(header, False))
    for _ in range(int(rng.integers(0, 4)) if rng.random() < 0.25 else 0):
        at = int(rng.integers(0, len(lines) + 1))
        lines.insert(at, str(rng.choice(["", "# note", "POSITIVE ION MODE", "x", " "])))
    text = str(rng.choice(["\n", "\r\n", "\r"], p=[0.6, 0.35, 0.05])).join(lines)
    raw = text.encode(str(rng.choice(list(ENCODINGS), p=list(ENCODINGS.values()))), "replace")
    chance = rng.random()
    if chance < 0.05:
        raw = raw[: int(rng.integers(0, len(raw) + 1))]
    elif chance < 0.09:
        noise = bytearray(raw)
        for at in rng.integers(0, max(len(noise), 1), 5 * bool(noise)):
            noise[int(at)] = int(rng.integers(256))
        raw = bytes(noise)
    if rng.random() < 0.05:
        raw = gzip.compress(raw, mtime=0)[: None if rng.random() < 0.6 else -5]
    return raw


def mutated(seed: int) -> tuple[bytes, dict, list[str]]:
    """A file, options to assign it with, and the samples it is sure to hold where nothing hides them."""
    rng = np.random.default_rng(seed)
    header, rows, wide = rows_of(rng)
    clean = rng.random() < 0.1 and wide and len(rows) > 10
    names = [h for h in header if h[:1] == "s" and h[1:].isdigit()] if clean else []
    if clean:
        raw = "\n".join("\t".join(cells) for cells in [header, *rows]).encode()
    else:
        header, rows = damage(header, rows, rng)
        raw = written(header, rows, rng)
    options = {
        "charge": [None, -1, 1][int(rng.integers(3))], "ppm": [0.5, 1.0, 5.0][int(rng.integers(3))],
        "elements": ["C1-50 H1-100 O1-30 N0-3 S0-1", "C1-20 H1-40 O0-10", "C1-40 H1-80 O0-20 N0-2 P0-1 Cl0-1"][
            int(rng.integers(3))
        ],
        "fdr": [None, 0.05][int(rng.integers(2))], "sn": [0.0, 3.0][int(rng.integers(2))],
    }
    return raw, options, names


def problem_of(seed: int, folder: Path) -> str:
    """What is wrong with how one list was treated; nothing where all is well."""
    raw, options, names = mutated(seed)
    file = folder / "list.txt"
    file.write_bytes(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            peaks = read_peaks(file)
            table = assigned_file(file, **options)
    except InputError as refused:
        bad = [p for p in refused.problems if not (p.where and p.what and p.fix)]
        return f"a problem without where, what or fix: {bad}" if bad else ""
    except Exception:
        return traceback.format_exc()
    lost = [n for n in names if n not in peaks.attrs["samples"] or (len(names) > 1 and n not in table.columns)]
    if lost:
        return f"samples {lost} vanished"
    if len(peaks.attrs["samples"]) == 1 and len(table) != len(peaks):
        return f"{len(peaks)} peaks read, {len(table)} rows given"
    if not np.isfinite(table["mz"].to_numpy(float)).all():
        return "an m/z that is no number"
    q = table["q_value"].to_numpy(float)
    c = table["confidence"].to_numpy(float)
    if not (((q >= 0) & (q <= 1)) | np.isnan(q)).all() or not ((c >= 0) & (c <= 1)).all():
        return "a probability outside 0 to 1"
    unexplained = (table["kind"].isin(["unassigned", "ambiguous"]) & (table["reason"] == "")).sum()
    return f"{unexplained} peaks without a formula and without a reason" if unexplained else ""


def run(number: int, first: int = 0, say: Callable[[str], None] = print) -> dict:
    """Treat lists of many seeds; failures by seed, seconds, and how many lists were refused in words."""
    failures, start = {}, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + number):
            wrong = problem_of(seed, Path(folder))
            if wrong:
                failures[seed] = wrong
                say(f"seed {seed}: {wrong.strip().splitlines()[-1]}")
    return {"lists": number, "failures": failures, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:]] or [10_000]
    result = run(*numbers)
    print(f"{result['lists']} lists, {len(result['failures'])} failures, {result['seconds']:.0f} s")
    for text in dict.fromkeys(result["failures"].values()):
        print(text, file=sys.stderr)
    sys.exit(bool(result["failures"]))
