"""A table of LC-MS or GC-MS features made comparable, and how good it is: detection, dilution, drift of the QC."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.analysis.experiment.recipe import described
from rhizolith.description.experiment.table import Table
from rhizolith.indices import diversity, intensities
from rhizolith.indices.registry import indices


def feature_indices(table: Table) -> tuple[xr.Dataset, pd.DataFrame]:
    """Indices of each sample, and the normalized table (feature × sample, PQN where values are intensities).

    A table with negative values, or none above 100, is taken as logarithms and not normalized again.
    """
    names = [c for c in table.values.columns if str(c) not in table.roles]
    x = table.values[names].to_numpy(float)
    logs = bool(np.nanmin(x, initial=0) < 0 or np.nanmax(x, initial=0) < 100)
    found = np.isfinite(x) & ((x != 0) | logs)
    known = indices()
    data: dict[str, tuple] = {
        "features": ("sample", found.sum(axis=0).astype(float), described(known["richness"], "of features")),
        "missing": ("sample", 1 - found.mean(axis=0), {"long_name": "share of features not detected", "units": "1"}),
    }
    normal = x
    if not logs:
        with np.errstate(all="ignore"):
            normal = intensities.normalize_pqn(np.where(found, x, np.nan).T).T
        dilution = np.nanmedian(np.where(found, x, np.nan) / np.where(normal > 0, normal, np.nan), axis=0)
        data["dilution"] = ("sample", dilution, described(known["PQN"], "median quotient to the median sample"))
        data["shannon"] = (
            "sample",
            diversity.shannon(np.where(found, x, 0)),
            described(known["Shannon"], "of intensities"),
        )
    held = xr.Dataset(data, coords={"sample": list(map(str, names))})
    qc = [c for c in table.values.columns if table.roles.get(str(c)) == "QC"]
    if len(qc) > 2 and not logs:
        spread = intensities.relative_deviation(table.values[qc].to_numpy(float).T)
        held.attrs["qc"] = f"median relative standard deviation over {len(qc)} QC: {np.nanmedian(spread):.1f} %"
    return held, pd.DataFrame(normal, index=table.values.index, columns=names)
