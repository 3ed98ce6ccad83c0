"""The rules beside what was measured cell by cell in the user's own experiment: do they put the same cells first?"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.beside_simulation import percentiles
from rhizolith.assessment.soil_table import read_table
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.errors import InputError, Problem

COLUMNS = ("association", "mechanism", "measured")
FEWEST = 3
"""cells that a rank correlation needs"""


def read_cells(path: str | Path, spectrum: Spectrum) -> Any:
    """A table of `association`, `mechanism` and `measured` (any number that rises with disruption, such as the share
    of carbon that a treatment set free), one row a cell; InputError names every row that cannot be used."""
    import pandas as pd

    frame = read_table(path)
    lacking = [c for c in COLUMNS if c not in frame]
    if lacking:
        fix = f"name the columns {', '.join(COLUMNS)}; it has {', '.join(map(str, frame.columns[:8]))}"
        raise InputError(Problem(str(path), f"has no column {', '.join(lacking)}", fix))
    numbers, problems = pd.to_numeric(frame["measured"], errors="coerce"), []
    known = {"association": spectrum.associations, "mechanism": spectrum.mechanisms}
    for i, row in frame.iterrows():
        where = f"{path}:{int(str(i)) + 2}"
        for column, names in known.items():
            if row[column] not in names:
                near = get_close_matches(str(row[column]), names, 3, 0.3) or names
                problems.append(Problem(where, f"{column} {row[column]!r} is not known", f"use {' or '.join(near)}"))
        if not np.isfinite(numbers[i]):
            problems.append(Problem(where, f"measured: {row['measured']!r} is no number", "write a number"))
    twice = frame.duplicated(["association", "mechanism"])
    problems += [Problem(f"{path}:{i + 2}", "this cell stands twice", "keep one") for i in np.flatnonzero(twice)]
    if len(frame) < FEWEST:
        problems.append(Problem(str(path), f"{len(frame)} cells are too few", f"give at least {FEWEST} to rank"))
    if problems:
        raise InputError(problems)
    return frame[list(COLUMNS)].assign(measured=numbers.astype(float))


def beside_data(spectrum: Spectrum, cells: Any, simulated: Any = None) -> Any:
    """One row a measured cell: its percentile by rules with the range, by data, and by simulation where that was run.

    All percentiles are taken among the measured cells. A cell is in conflict where the data lie outside the 5 to 95 %
    range of the rules' ranks. `attrs` hold the rank correlations of rules, and of simulation, with the data.
    """
    kinds, known = spectrum.associations, spectrum.mechanisms
    places = [(kinds.index(a), known.index(m)) for a, m in zip(cells["association"], cells["mechanism"], strict=True)]
    order = percentiles(np.array([spectrum.vulnerability[:, a, m] for a, m in places]))
    low, middle, high = np.quantile(order, (0.05, 0.5, 0.95), axis=1)
    data = percentiles(cells["measured"].to_numpy()[:, None])[:, 0]
    rows = cells.assign(rules_low=low, rules=middle, rules_high=high, data=data)
    rows["conflict"] = (data < low) | (data > high)
    rows.attrs["rules_with_data"] = correlation(middle, data)
    if simulated is not None and len(simulated):
        share = simulated.set_index(["association", "mechanism"])["share"]
        rows["share"] = [share.get((a, m), np.nan) for a, m in zip(rows["association"], rows["mechanism"], strict=True)]
        both = rows["share"].notna().to_numpy()
        if both.sum() >= FEWEST:
            rows.attrs["simulation_with_data"] = correlation(rows["share"].to_numpy()[both], data[both])
            rows.attrs["cells_simulated"] = int(both.sum())
    return rows


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Rank correlation; None where one of both does not vary."""
    left, right = (percentiles(np.asarray(v)[:, None])[:, 0] for v in (x, y))
    return float(np.corrcoef(left, right)[0, 1]) if left.std() > 0 and right.std() > 0 else None
