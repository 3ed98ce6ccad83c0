"""What a table is, judged from its header and its cells, never from its file name's ending."""

from __future__ import annotations

import re

import numpy as np

from rhizolith.description.experiment.annotation import describes
from rhizolith.description.experiment.column import Column
from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.gene_copies import copy_columns
from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.legend import columns_of_legend
from rhizolith.description.experiment.orthologs import are_orthologs
from rhizolith.description.experiment.quantity import recognize

MASS = (
    "m/z", "mz", "mass", "exp_mass", "expmass", "peak location", "average mz", "row m/z", "mzmed", "iso_mass", "m.z",
    "calc. mw", "molecular weight", "exact mass",
)  # fmt: skip
INTENSITY = (
    "intensity", "i", "peak height", "abundance", "height", "i_magnitude", "area", "peak area", "iso_abund", "signal",
)  # fmt: skip
TIME = ("rt", "retention time", "row retention time", "rtime", "rtmed", "average rt(min)", "rt (min)", "rt [min]")
FORMULA = ("formula", "molecular formula", "mf", "molform", "elemental composition", "sum formula")
FEATURE = (
    "otu", "otuid", "asv", "asvid", "featureid", "feature", "metabolite", "compound", "ko", "gene", "pathway",
    "function", "taxon", "taxa", "alignmentid", "rowid", "idnumber", "name", "id", "metabolitename", "genus", "species",
    "phylum", "kegg", "observationid", "otus", "features",
)  # fmt: skip
SAMPLE = (
    "sample", "sampleid", "samplename", "samplenames", "sampleno", "samplenumber", "samplecode", "samples", "pot",
    "potid", "potno", "plot", "plotid", "site", "siteid", "id", "name", "code", "label", "core", "tube", "barcode",
    "replicateid", "specimen", "soil", "subject",
)  # fmt: skip
RANKS = ("kingdom", "domain", "phylum", "class", "order", "family", "genus", "species")
VARIABLE = ("variable", "parameter", "analyte", "measurement", "quantity", "property", "test", "enzyme", "attribute")
VALUE = ("value", "result", "concentration", "reading", "measured", "measuredvalue", "mean")
ELEMENT = ("c", "h", "o")


def numeric(frame: Frame) -> list[Column]:
    """The columns of numbers."""
    return [c for c in frame.columns if c.numeric]


def sample_column(frame: Frame) -> int | None:
    """Which column names the samples: one called so, the more different values it holds the better; else a first
    column of words that are all different.
    """
    best, chosen = 0.0, None
    n = max(len(frame.rows), 1)
    for c, column in enumerate(frame.columns):
        filled = [w for w in column.words if w]
        unique = len(set(filled)) / n
        named = key(column.name) in SAMPLE or key(frame.headers[c]).startswith("sample")
        label = not column.numeric or (named and _whole(column))
        if not label or not filled:
            continue
        if named:
            score = 1 + unique + (0.3 if key(column.name).startswith("sample") else 0)
        elif unique == 1 and c <= 2 and not column.numeric:
            score = 1.2 - 0.1 * c
        else:
            continue
        if score > best:
            best, chosen = score, c
    return chosen


def _whole(column: Column) -> bool:
    x = column.numbers[np.isfinite(column.numbers)]
    return bool(len(x)) and bool((x == np.rint(x)).all())


def kind_of(frame: Frame) -> str:
    """One of the kinds of `Table`, `long` for a table with a line per value, or `other`."""
    numbers = numeric(frame)
    if copy_columns(frame) is not None:
        return "copies"
    if numbers and (are_orthologs(frame.columns[0].words) or are_orthologs([c.name for c in numbers])):
        return "genes"
    mass = frame.column(*MASS)
    if mass is not None and mass.numeric:
        return _spectrum(frame)
    if lineages(frame):
        samples = [
            c for c in numbers if key(c.name) not in ("confidence", "consensus", "bootstrap", "support", "r", "p")
        ]
        return "taxonomy" if len(samples) < 2 else "counts"
    if is_long(frame):
        return "long"
    if columns_of_legend(frame) is not None:
        return "legend"
    if has_elements(frame):
        return "formulas"
    if _formulas(frame) and numbers:
        return "formulas"
    if frame.column("transformation") is not None:
        return "names"
    if _spectral(frame):
        return "peaks"
    if len(frame.columns) > 1 and key(frame.headers[0]) in ("ko", "gene", "pathway", "kegg", "function") and numbers:
        return "genes"
    if not numbers:
        return "design" if sample_column(frame) is not None and len(frame.columns) > 1 else "other"
    return _table(frame, numbers)


def _spectrum(frame: Frame) -> str:
    formula = frame.column(*FORMULA)
    if frame.column(*TIME) is not None:
        return "features"
    if has_elements(frame) or (formula is not None and any(w not in ("", "NA", "0") for w in formula.words)):
        return "formulas"
    if frame.column(*INTENSITY) is not None:
        return "peaks"
    samples = [c for c in numeric(frame) if not describes(key(c.name), False)]
    return "features" if len(samples) > 1 else "names"


def _spectral(frame: Frame) -> bool:
    """Two to six columns of numbers without names, the first rising: masses and intensities."""
    bare = all(re.fullmatch(r"column \d+", h) for h in frame.headers)
    if not bare or not 2 <= len(frame.columns) <= 6 or not all(c.numeric for c in frame.columns[:2]):
        return False
    first = frame.columns[0].numbers
    return len(first) > 20 and bool((np.diff(first) > 0).all()) and first[0] > 10


def has_elements(frame: Frame) -> bool:
    """Columns C, H and O (or 12C, 1H, 16O) of whole numbers."""
    found = [frame.column(e, i) for e, i in zip(("C", "H", "O"), ("12C", "1H", "16O"))]
    return all(c is not None and c.numeric and _whole(c) for c in found)


_FORMULA_LIKE = re.compile(r"(?:\[?\d{0,2}[A-Z][a-z]?\]?\d*\s*){2,}[+-]?")


def _formulas(frame: Frame) -> bool:
    """A column called formula that holds formulas with carbon and hydrogen."""
    column = frame.column(*FORMULA)
    words = [] if column is None or column.numeric else [w for w in column.words[:200] if w]
    good = sum(bool(_FORMULA_LIKE.fullmatch(w)) and "C" in w and "H" in w for w in words)
    return bool(words) and good > 0.9 * len(words)


FEATURE_NUMBER = re.compile(r"(?:ft|feature|m\d+t|peak|cluster|mf)[_ -]?\d+", re.I)


def is_long(frame: Frame) -> bool:
    """A line per value: columns for the sample, the variable and the value."""
    variable, value = frame.column(*VARIABLE), frame.column(*VALUE)
    return (
        variable is not None
        and not variable.numeric
        and value is not None
        and value.numeric
        and sample_column(frame) is not None
        and len(set(variable.words)) < max(2, len(frame.rows) * 0.8)
    )


def lineages(frame: Frame) -> bool:
    """Columns of ranks, or a column of lineages such as `k__Bacteria; p__Firmicutes`."""
    names = {key(c.name) for c in frame.columns if not c.numeric}
    if sum(rank in names for rank in RANKS) >= 3:
        return True
    marks = re.compile(r"(?:^|[;|]\s*)(?:[dkpcofgs]__|D_\d+__)")
    return any(
        not c.numeric and sum(bool(marks.search(w)) for w in c.words[:200]) > 0.5 * min(len(c.words), 200)
        for c in frame.columns
    )


def _table(frame: Frame, numbers: list[Column]) -> str:
    """Measurements of samples, a wide table of taxa or features, or annotations."""
    first = key(frame.headers[0])
    labels = [] if frame.columns[0].numeric else frame.columns[0].words[:200]
    if len(labels) > 1 and first not in SAMPLE and all(FEATURE_NUMBER.fullmatch(w) for w in labels):
        return "features"
    known = sum(recognize(c.name, u) is not None for c, u in zip(frame.columns, frame.units) if c.numeric)
    wide = len(numbers) >= 15 and known < 0.2 * len(numbers)
    words = [c for c in frame.columns if not c.numeric]
    few = 1 if "otu" in first or "asv" in first else 3
    many = len(numbers) >= few and len(numbers) >= 0.6 * len(frame.columns) and known < 0.3 * len(numbers)
    if first in FEATURE and first not in ("name", "id") and many:
        if first in ("metabolite", "metabolitename", "compound", "alignmentid", "idnumber"):
            return "features"
        return "counts" if "otu" in first or "asv" in first or first in RANKS else _counted(numbers, "features")
    if not wide:
        return "design" if len(words) >= 2 * len(numbers) + 2 and not known else "measurements"
    return _counted(numbers)


def _counted(numbers: list[Column], few: str = "measurements") -> str:
    x = np.concatenate([c.numbers for c in numbers])
    x = x[np.isfinite(x)]
    empty = float((x == 0).mean()) if len(x) else 0.0
    if len(x) and (x >= 0).all() and empty > 0.1:
        return "counts"
    return "features" if len(numbers) >= 30 else few


def wide_by_sample(frame: Frame) -> bool:
    """Whether a wide table has samples in its rows: its first column is called so, and not as features are."""
    first = key(frame.headers[0])
    if are_orthologs(frame.columns[0].words):
        return False
    if are_orthologs([c.name for c in frame.columns if c.numeric]):
        return True
    if first in FEATURE and first not in SAMPLE:
        return False
    if first in SAMPLE and first not in FEATURE:
        return True
    inner = [c for c in frame.columns if not c.numeric]
    if len(inner) > 2:
        return True
    # sample names follow a pattern (HU_011, HU_014), names of features do not
    lines, columns = patterns(frame.columns[0].words), patterns([c.name for c in frame.columns if c.numeric])
    if max(lines, columns) > 2 * min(lines, columns):
        return lines < columns
    return len(frame.rows) < sum(c.numeric for c in frame.columns)


def patterns(names: list[str]) -> int:
    """How many different shapes names have, digits and letters put alike."""
    return len({re.sub(r"[a-z]+", "a", re.sub(r"\d+", "9", n.lower())) for n in names[:500]})
